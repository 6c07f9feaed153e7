//! Policy documents: text -> [`Policy`], or [`Malformed`] with the place.
//!
//! Owns the grammar as far as it is judged here. Refuses every element, operator, type and value
//! that the evaluation does not know, `NotPrincipal` and policy variables (`${…}`) among them.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>

use super::condition::{Condition, Operator};
use super::json::Node;

/// A document that says something that cannot be judged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message} (at {place})")]
pub struct Malformed {
    /// What is wrong, in AWS's words where they are known.
    pub message: String,
    /// Where, for example `Statement[0].Condition.StringLike`.
    pub place: String,
}

/// What a document is attached to; it decides which elements it must and must not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Attached to a user: no `Principal`.
    Identity,
    /// Attached to a resource: `Principal` in every statement.
    Resource,
}

/// A policy document that can be judged whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Its statements, in order; never empty.
    pub statements: Vec<Statement>,
}

/// One statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Its id, unique in the document.
    pub sid: Option<String>,
    /// Allow or deny.
    pub effect: Effect,
    /// Whom it speaks of; empty in identity policies, never in resource policies.
    pub principals: Vec<Principal>,
    /// The actions it speaks of.
    pub actions: Selection,
    /// The resources it speaks of.
    pub resources: Selection,
    /// All of them must hold.
    pub conditions: Vec<Condition>,
}

/// Allow or deny.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Grants.
    Allow,
    /// Refuses, whatever else grants.
    Deny,
}

/// `Action`, or `NotAction`; `Resource`, or `NotResource`. Patterns with wildcards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// What matches one of these.
    Any(Vec<String>),
    /// What matches none of these.
    Not(Vec<String>),
}

/// One principal of a resource policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principal {
    /// `*`: everybody.
    Everybody,
    /// The account with this id, as its id or as `arn:aws:iam::ID:root`.
    Account(String),
    /// The user, role or session with exactly this ARN.
    Arn(String),
    /// An AWS service or a federated provider; never one of our callers.
    Other(String),
}

type Parsed<T> = Result<T, Malformed>;

fn malformed<T>(place: &str, message: impl Into<String>) -> Parsed<T> {
    Err(Malformed { message: message.into(), place: place.to_owned() })
}

impl Policy {
    /// Reads a document.
    pub fn parse(text: &str, kind: Kind) -> Result<Self, Malformed> {
        let document = match serde_json::from_str::<Node>(text) {
            Ok(document) => document,
            Err(error) => return malformed("the document", format!("Syntax errors in policy. {error}")),
        };
        let Node::Object(members) = document else {
            return malformed("the document", format!("Syntax errors in policy. It is {}.", document.kind()));
        };
        let mut version = None;
        let mut statements = None;
        for (name, value) in members {
            match name.as_str() {
                "Version" => version = Some(text_of(&value, "Version")?),
                "Id" => drop(text_of(&value, "Id")?),
                "Statement" => statements = Some(value),
                _ => return malformed(&name, "Syntax errors in policy. The element is not known here."),
            }
        }
        match (version.as_deref(), kind) {
            (Some("2012-10-17"), _) | (Some("2008-10-17"), Kind::Resource) => {}
            _ => return malformed("Version", "Policy document must be version 2012-10-17 or greater."),
        }
        let statements = match statements {
            Some(Node::List(items)) => items,
            Some(single @ Node::Object(_)) => vec![single],
            Some(other) => return malformed("Statement", wrong("a statement or a list", &other)),
            None => Vec::new(),
        };
        if statements.is_empty() {
            return malformed("Statement", "Syntax errors in policy. There is no statement.");
        }
        let statements = statements
            .into_iter()
            .enumerate()
            .map(|(index, node)| Statement::read(&format!("Statement[{index}]"), node, kind))
            .collect::<Parsed<Vec<_>>>()?;
        unique_sids(&statements)?;
        Ok(Self { statements })
    }
}

fn unique_sids(statements: &[Statement]) -> Parsed<()> {
    for (index, statement) in statements.iter().enumerate() {
        if statement.sid.is_some() && statements[..index].iter().any(|earlier| earlier.sid == statement.sid) {
            return malformed(
                &format!("Statement[{index}].Sid"),
                "Statement IDs (SID) in a single policy must be unique.",
            );
        }
    }
    Ok(())
}

impl Statement {
    fn read(place: &str, node: Node, kind: Kind) -> Parsed<Self> {
        let Node::Object(members) = node else { return malformed(place, wrong("an object", &node)) };
        let (mut sid, mut effect) = (None, None);
        let (mut actions, mut resources) = (None, None);
        let (mut principals, mut conditions) = (Vec::new(), Vec::new());
        for (name, value) in members {
            let at = format!("{place}.{name}");
            match name.as_str() {
                "Sid" => sid = Some(sid_of(&value, &at, kind)?),
                "Effect" => effect = Some(effect_of(&value, &at)?),
                "Action" | "NotAction" => {
                    choose(&mut actions, &name, texts(&value, &at, check_action)?, &at)?
                }
                "Resource" | "NotResource" => {
                    choose(&mut resources, &name, texts(&value, &at, check_resource)?, &at)?;
                }
                "Principal" if kind == Kind::Resource => principals = principals_of(&value, &at)?,
                "Principal" => return malformed(&at, "Policy document should not specify a principal."),
                "Condition" => conditions = conditions_of(&value, &at)?,
                _ => return malformed(&at, "Syntax errors in policy. The element is not known here."),
            }
        }
        let Some(effect) = effect else {
            return malformed(place, "Syntax errors in policy. The statement has no Effect.");
        };
        let Some(actions) = actions else {
            return malformed(place, "Policy statement must contain actions.");
        };
        let Some(resources) = resources else {
            return malformed(place, "Policy statement must contain resources.");
        };
        if kind == Kind::Resource && principals.is_empty() {
            return malformed(place, "Policy statement must contain a principal.");
        }
        Ok(Self { sid, effect, principals, actions, resources, conditions })
    }
}

/// `Action` or `NotAction`, but not both.
fn choose(slot: &mut Option<Selection>, name: &str, patterns: Vec<String>, at: &str) -> Parsed<()> {
    let chosen = if name.starts_with("Not") { Selection::Not(patterns) } else { Selection::Any(patterns) };
    match slot.replace(chosen) {
        None => Ok(()),
        Some(_) => malformed(at, "Syntax errors in policy. The element and its Not form exclude each other."),
    }
}

fn wrong(wanted: &str, node: &Node) -> String {
    format!("Syntax errors in policy. It must be {wanted}, and it is {}.", node.kind())
}

fn text_of(node: &Node, at: &str) -> Parsed<String> {
    match node {
        Node::Text(text) => Ok(text.clone()),
        other => malformed(at, wrong("a string", other)),
    }
}

/// A string or a list of strings, each checked; never empty.
fn texts(node: &Node, at: &str, check: fn(&str, &str) -> Parsed<()>) -> Parsed<Vec<String>> {
    let texts = match node {
        Node::List(items) => items
            .iter()
            .enumerate()
            .map(|(index, item)| text_of(item, &format!("{at}[{index}]")))
            .collect::<Parsed<Vec<_>>>()?,
        Node::Text(text) => vec![text.clone()],
        other => return malformed(at, wrong("a string or a list of strings", other)),
    };
    if texts.is_empty() {
        return malformed(at, "Syntax errors in policy. The list is empty.");
    }
    texts.iter().try_for_each(|text| check(text, at))?;
    Ok(texts)
}

fn sid_of(node: &Node, at: &str, kind: Kind) -> Parsed<String> {
    let sid = text_of(node, at)?;
    // Lambda's statement ids may hold `-` and `_`; in identity policies IAM takes neither.
    let fits = |c: char| c.is_ascii_alphanumeric() || (kind == Kind::Resource && matches!(c, '-' | '_'));
    if sid.chars().all(fits) {
        Ok(sid)
    } else {
        malformed(
            at,
            "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*",
        )
    }
}

fn effect_of(node: &Node, at: &str) -> Parsed<Effect> {
    match node {
        Node::Text(text) if text == "Allow" => Ok(Effect::Allow),
        Node::Text(text) if text == "Deny" => Ok(Effect::Deny),
        _ => malformed(at, "Syntax errors in policy. Effect must be \"Allow\" or \"Deny\"."),
    }
}

fn check_action(action: &str, at: &str) -> Parsed<()> {
    if action == "*" {
        return Ok(());
    }
    let Some((vendor, name)) = action.split_once(':') else {
        return malformed(at, "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
    };
    if name.contains(':') {
        return malformed(at, "Actions/Condition can contain only one colon.");
    }
    if vendor.is_empty() || !vendor.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
        return malformed(at, format!("Vendor {vendor} is not valid"));
    }
    if name.is_empty()
        || !name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '*' | '?' | '-' | '_'))
    {
        return malformed(at, format!("Syntax errors in policy. \"{action}\" cannot be an action."));
    }
    Ok(())
}

fn check_resource(resource: &str, at: &str) -> Parsed<()> {
    no_variables(resource, at)?;
    if resource == "*" {
        return Ok(());
    }
    let segments: Vec<&str> = resource.splitn(6, ':').collect();
    if segments.first() != Some(&"arn") || (segments.len() < 6 && !resource.ends_with('*')) {
        return malformed(at, format!("Resource {resource} must be in ARN format or \"*\"."));
    }
    match segments.get(1) {
        Some(partition) if *partition == "*" || partition.starts_with("aws") => Ok(()),
        partition => malformed(
            at,
            format!("Partition \"{}\" is not valid for resource \"{resource}\".", partition.unwrap_or(&"")),
        ),
    }
}

/// A variable that is not expanded would turn a Deny into nothing.
fn no_variables(text: &str, at: &str) -> Parsed<()> {
    if text.contains("${") {
        return malformed(at, "Syntax errors in policy. Policy variables are not known here.");
    }
    Ok(())
}

fn principals_of(node: &Node, at: &str) -> Parsed<Vec<Principal>> {
    let members = match node {
        Node::Text(text) if text == "*" => return Ok(vec![Principal::Everybody]),
        Node::Object(members) if !members.is_empty() => members,
        _ => {
            return malformed(
                at,
                "Invalid principal in policy. It must be \"*\" or name AWS, Service or Federated.",
            );
        }
    };
    let mut principals = Vec::new();
    for (name, value) in members {
        let at = format!("{at}.{name}");
        let values = texts(value, &at, |_, _| Ok(()))?;
        for value in values {
            principals.push(match name.as_str() {
                "AWS" => aws_principal(&value, &at)?,
                "Service" | "Federated" if !value.contains(['*', '?', '$']) => Principal::Other(value),
                _ => return malformed(&at, format!("Invalid principal in policy: \"{name}\": \"{value}\".")),
            });
        }
    }
    Ok(principals)
}

fn aws_principal(value: &str, at: &str) -> Parsed<Principal> {
    let account_id = |text: &str| text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit());
    if value == "*" {
        return Ok(Principal::Everybody);
    }
    if account_id(value) {
        return Ok(Principal::Account(value.to_owned()));
    }
    let segments: Vec<&str> = value.splitn(6, ':').collect();
    if let ["arn", partition, service, "", account, name] = segments[..]
        && partition.starts_with("aws")
        && account_id(account)
        && !value.contains(['*', '?', '$'])
    {
        let named =
            |prefixes: &[&str]| prefixes.iter().any(|p| name.strip_prefix(p).is_some_and(|n| !n.is_empty()));
        match service {
            "iam" if name == "root" => return Ok(Principal::Account(account.to_owned())),
            "iam" if named(&["user/", "role/"]) => return Ok(Principal::Arn(value.to_owned())),
            "sts" if named(&["assumed-role/", "federated-user/"]) => {
                return Ok(Principal::Arn(value.to_owned()));
            }
            _ => {}
        }
    }
    malformed(at, format!("Invalid principal in policy: \"AWS\": \"{value}\"."))
}

fn conditions_of(node: &Node, at: &str) -> Parsed<Vec<Condition>> {
    let Node::Object(operators) = node else { return malformed(at, wrong("an object", node)) };
    let mut conditions = Vec::new();
    for (word, keys) in operators {
        let at = format!("{at}.{word}");
        let Some(operator) = Operator::parse(word) else {
            return malformed(&at, "Syntax errors in policy. The condition operator is not known here.");
        };
        let Node::Object(keys) = keys else { return malformed(&at, wrong("an object", keys)) };
        if keys.is_empty() {
            return malformed(&at, "Syntax errors in policy. The operator has no condition key.");
        }
        for (key, values) in keys {
            let at = format!("{at}.{key}");
            if !matches!(key.split_once(':'), Some((vendor, name)) if !vendor.is_empty() && !name.is_empty())
            {
                return malformed(
                    &at,
                    "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
                );
            }
            conditions.push(Condition {
                operator,
                key: key.clone(),
                values: values_of(operator, values, &at)?,
            });
        }
    }
    Ok(conditions)
}

fn values_of(operator: Operator, node: &Node, at: &str) -> Parsed<Vec<String>> {
    let values = match (operator, node) {
        (Operator::Bool, Node::Bool(value)) => vec![value.to_string()],
        _ => texts(node, at, no_variables)?,
    };
    match values.iter().find(|value| !operator.takes(value)) {
        None => Ok(values),
        Some(value) => malformed(
            at,
            format!("Syntax errors in policy. {} cannot compare with \"{value}\".", operator.as_str()),
        ),
    }
}

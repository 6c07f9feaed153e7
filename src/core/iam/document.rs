//! Parsing: text -> [`Policy`], or [`Malformed`] with the location.
//!
//! Owns the grammar. Refuses every element, operator, type and value that AWS refuses or that we
//! can't evaluate: nothing is ever ignored, so nothing is allowed by accident.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>

use std::collections::HashSet;

use super::arn::is_partition;
use super::condition::Condition;
use super::json::Node;
use super::operator::Operator;
use super::pattern::{Pattern, Wild};
use super::policy::{Effect, Kind, Policy, Selection, Statement, Version};
use super::principal;

/// A document that can't be evaluated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message} (at {place})")]
pub(crate) struct Malformed {
    /// What is wrong, in AWS's words if they are known.
    pub message: String,
    /// Where, for example `Statement[0].Condition.StringLike`.
    pub place: String,
}

pub(super) type Parsed<T> = Result<T, Malformed>;

pub(super) fn malformed<T>(place: &str, message: impl Into<String>) -> Parsed<T> {
    Err(Malformed { message: message.into(), place: place.to_owned() })
}

fn wrong(wanted: &str, node: &Node) -> String {
    format!("Syntax errors in policy. It must be {wanted}, and it is {}.", node.kind())
}

/// JSON that may be a policy: not validated yet, but complete.
#[derive(Clone, Debug, PartialEq, serde::Deserialize)]
#[serde(transparent)]
pub(crate) struct Document(Node);

impl Document {
    /// Parses JSON.
    ///
    /// # Errors
    /// The place where it isn't valid JSON, or names a member twice.
    pub(crate) fn parse(text: &str) -> Result<Self, Malformed> {
        serde_json::from_str(text)
            .or_else(|error| malformed("the document", format!("Syntax errors in policy. {error}")))
    }

    /// Its kind, from its elements: a resource policy has principals, and a trust policy has
    /// principals but no resources.
    pub(crate) fn kind(&self) -> Kind {
        if !self.has(&["Principal", "NotPrincipal"]) {
            Kind::Identity
        } else if self.has(&["Resource", "NotResource"]) {
            Kind::Resource
        } else {
            Kind::Trust
        }
    }

    /// The documents of a list, or a single document.
    pub(crate) fn items(&self) -> Vec<Self> {
        self.0.items().iter().cloned().map(Self).collect()
    }

    /// Whether it is a list.
    pub(crate) fn is_list(&self) -> bool {
        matches!(self.0, Node::List(_))
    }

    /// Whether a statement has one of these elements.
    fn has(&self, names: &[&str]) -> bool {
        let statements = self.0.member("Statement").map(Node::items).unwrap_or_default();
        statements.iter().any(|statement| names.iter().any(|name| statement.member(name).is_some()))
    }

    /// Unpacks `{"name": ..., "policy": ...}`; any other document has no name. The policy may be a
    /// string of JSON.
    ///
    /// If that string isn't JSON.
    pub(crate) fn unpack(self) -> Result<(Option<String>, Self), Malformed> {
        let (name, policy) = match (self.0.member("name"), self.0.member("policy")) {
            (Some(Node::Text(name)), Some(policy)) if self.0.members() == 2 => {
                (Some(name.clone()), policy.clone())
            }
            _ => (None, self.0),
        };
        match policy {
            Node::Text(text) => Ok((name, Self::parse(&text)?)),
            policy => Ok((name, Self(policy))),
        }
    }
}

impl Policy {
    /// Parses a document.
    ///
    /// # Errors
    /// The first thing that is wrong, and where.
    pub(crate) fn parse(text: &str, kind: Kind) -> Result<Self, Malformed> {
        Self::read(&Document::parse(text)?, kind)
    }

    /// Validates a document that was already parsed as JSON.
    ///
    /// # Errors
    /// The first thing that is wrong, and where.
    pub(crate) fn read(document: &Document, kind: Kind) -> Result<Self, Malformed> {
        let Node::Object(members) = &document.0 else {
            let message = format!("Syntax errors in policy. It is {}.", document.0.kind());
            return malformed("the document", message);
        };
        let mut version = Version::V2008;
        let mut statements = None;
        for (name, value) in members {
            match name.as_str() {
                "Version" => version = version_of(value)?,
                "Id" => drop(text_of(value, "Id")?),
                "Statement" => statements = Some(value),
                _ => return malformed(name, "Syntax errors in policy. There is no such element."),
            }
        }
        let statements = match statements {
            Some(node @ (Node::List(_) | Node::Object(_))) => node.items(),
            Some(other) => return malformed("Statement", wrong("a statement or a list", other)),
            None => &[],
        };
        if statements.is_empty() {
            return malformed("Statement", "Syntax errors in policy. There is no statement.");
        }
        let read = |(index, node): (usize, &Node)| {
            Reader { kind, version }.statement(&format!("Statement[{index}]"), node)
        };
        let statements = statements.iter().enumerate().map(read).collect::<Parsed<Vec<_>>>()?;
        unique_sids(&statements)?;
        Ok(Self { version, statements })
    }
}

fn version_of(node: &Node) -> Parsed<Version> {
    match text_of(node, "Version")?.as_str() {
        "2012-10-17" => Ok(Version::V2012),
        "2008-10-17" => Ok(Version::V2008),
        _ => malformed("Version", "Policy document must be version 2012-10-17 or greater."),
    }
}

fn unique_sids(statements: &[Statement]) -> Parsed<()> {
    let mut known = HashSet::new();
    for (index, statement) in statements.iter().enumerate() {
        if statement.sid.as_ref().is_some_and(|sid| !known.insert(sid)) {
            return malformed(
                &format!("Statement[{index}].Sid"),
                "Statement IDs (SID) in a single policy must be unique.",
            );
        }
    }
    Ok(())
}

/// What parsing a statement depends on.
#[derive(Clone, Copy)]
struct Reader {
    kind: Kind,
    version: Version,
}

impl Reader {
    fn statement(self, place: &str, node: &Node) -> Parsed<Statement> {
        let Node::Object(members) = node else { return malformed(place, wrong("an object", node)) };
        let (mut sid, mut effect, mut principals) = (None, None, None);
        let (mut actions, mut resources) = (None, None);
        let mut conditions = Vec::new();
        for (name, value) in members {
            let at = format!("{place}.{name}");
            match name.as_str() {
                "Sid" => sid = Some(self.sid(value, &at)?).filter(|sid| !sid.is_empty()),
                "Effect" => effect = Some(effect_of(value, &at)?),
                "Action" | "NotAction" => choose(&mut actions, name, self.actions(value, &at)?, &at)?,
                "Resource" | "NotResource" => {
                    choose(&mut resources, name, self.resources(value, &at)?, &at)?;
                }
                "Principal" | "NotPrincipal" if self.kind == Kind::Identity => {
                    return malformed(&at, "Policy document should not specify a principal.");
                }
                "NotPrincipal" if self.kind == Kind::Trust => {
                    return malformed(&at, "Has prohibited field NotPrincipal.");
                }
                "Principal" | "NotPrincipal" => {
                    choose(&mut principals, name, principal::read(value, &at)?, &at)?;
                }
                "Condition" => conditions = self.conditions(value, &at)?,
                _ => return malformed(&at, "Syntax errors in policy. There is no such element."),
            }
        }
        let Some(effect) = effect else {
            return malformed(place, "Syntax errors in policy. The statement has no Effect.");
        };
        let Some(actions) = actions else {
            return malformed(place, "Policy statement must contain actions.");
        };
        if resources.is_none() && self.kind != Kind::Trust {
            return malformed(place, "Policy statement must contain resources.");
        }
        if principals.is_none() && self.kind != Kind::Identity {
            return malformed(place, "Policy statement must contain a principal.");
        }
        if matches!(principals, Some(Selection::Not(_))) && effect == Effect::Allow {
            return malformed(&format!("{place}.NotPrincipal"), "Allow with NotPrincipal is not allowed.");
        }
        Ok(Statement { sid, effect, principals, actions, resources, conditions })
    }

    fn sid(self, node: &Node, at: &str) -> Parsed<String> {
        let sid = text_of(node, at)?;
        // Services allow more in the policies of their resources than IAM does.
        let fits = |c: char| c.is_ascii_alphanumeric() || (self.kind != Kind::Identity && !c.is_control());
        if sid.chars().all(fits) {
            return Ok(sid);
        }
        malformed(
            at,
            "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*",
        )
    }

    fn actions(self, node: &Node, at: &str) -> Parsed<Vec<Pattern>> {
        let actions = texts(node, at)?;
        for action in &actions {
            check_action(action, at)?;
            let vendor = action.split(':').next().unwrap_or_default();
            if self.kind == Kind::Trust && !vendor.eq_ignore_ascii_case("sts") {
                return malformed(at, "AssumeRole policy may only specify STS AssumeRole actions.");
            }
        }
        Ok(actions.iter().map(|action| Pattern::literal(action, Wild::Yes)).collect())
    }

    fn resources(self, node: &Node, at: &str) -> Parsed<Vec<Pattern>> {
        if self.kind == Kind::Trust {
            return malformed(at, "Has prohibited field Resource.");
        }
        let resources = texts(node, at)?;
        resources
            .iter()
            .map(|resource| {
                check_resource(resource, at)?;
                match self.version {
                    Version::V2008 => Ok(Pattern::literal(resource, Wild::Yes)),
                    Version::V2012 if resource.splitn(6, ':').take(5).any(|part| part.contains("${")) => {
                        malformed(at, "Policy variables can only stand in the last part of an ARN.")
                    }
                    Version::V2012 => {
                        Pattern::with_variables(resource, Wild::Yes).or_else(|why| malformed(at, why))
                    }
                }
            })
            .collect()
    }

    fn conditions(self, node: &Node, at: &str) -> Parsed<Vec<Condition>> {
        let Node::Object(operators) = node else { return malformed(at, wrong("an object", node)) };
        let mut conditions = Vec::new();
        for (word, keys) in operators {
            let at = format!("{at}.{word}");
            let Some(operator) = Operator::parse(word) else {
                return malformed(&at, "Syntax errors in policy. There is no such condition operator.");
            };
            let Node::Object(keys) = keys else { return malformed(&at, wrong("an object", keys)) };
            if keys.is_empty() {
                return malformed(&at, "Syntax errors in policy. The operator has no condition key.");
            }
            for (key, values) in keys {
                let at = format!("{at}.{key}");
                let vendor =
                    key.split_once(':').filter(|(vendor, name)| !vendor.is_empty() && !name.is_empty());
                if vendor.is_none() || key.contains(['$', '*', '?']) {
                    return malformed(
                        &at,
                        "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
                    );
                }
                let variables = self.version == Version::V2012;
                let condition = Condition::read(operator, key, &scalars(values, &at)?, variables);
                conditions.push(
                    condition.or_else(|why| malformed(&at, format!("Syntax errors in policy. {why}")))?,
                );
            }
        }
        Ok(conditions)
    }
}

/// Sets an element or its `Not` form; both together are an error.
fn choose<T>(slot: &mut Option<Selection<T>>, name: &str, entries: Vec<T>, at: &str) -> Parsed<()> {
    let chosen = if name.starts_with("Not") { Selection::Not(entries) } else { Selection::Any(entries) };
    match slot.replace(chosen) {
        None => Ok(()),
        Some(_) => malformed(at, "Syntax errors in policy. The element and its Not form exclude each other."),
    }
}

fn text_of(node: &Node, at: &str) -> Parsed<String> {
    match node {
        Node::Text(text) => Ok(text.clone()),
        other => malformed(at, wrong("a string", other)),
    }
}

/// A string or a list of strings, never empty.
pub(super) fn texts(node: &Node, at: &str) -> Parsed<Vec<String>> {
    listed(node, at, "a string", |node| match node {
        Node::Text(text) => Some(text.clone()),
        _ => None,
    })
}

/// A condition's values: strings, and also numbers and booleans, which are text to AWS.
fn scalars(node: &Node, at: &str) -> Parsed<Vec<String>> {
    listed(node, at, "a string, a number or a boolean", |node| match node {
        Node::Text(text) | Node::Number(text) => Some(text.clone()),
        Node::Bool(value) => Some(value.to_string()),
        Node::Null | Node::List(_) | Node::Object(_) => None,
    })
}

fn listed(
    node: &Node,
    at: &str,
    wanted: &str,
    read: impl Fn(&Node) -> Option<String>,
) -> Parsed<Vec<String>> {
    let Node::List(items) = node else {
        let single = read(node).map(|text| vec![text]);
        return single.map_or_else(|| malformed(at, wrong(&format!("{wanted} or a list of them"), node)), Ok);
    };
    if items.is_empty() {
        return malformed(at, "Syntax errors in policy. The list is empty.");
    }
    let item = |(index, item): (usize, &Node)| {
        read(item).map_or_else(|| malformed(&format!("{at}[{index}]"), wrong(wanted, item)), Ok)
    };
    items.iter().enumerate().map(item).collect()
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
    if resource == "*" {
        return Ok(());
    }
    let segments: Vec<&str> = resource.splitn(6, ':').collect();
    if segments.first() != Some(&"arn") || (segments.len() < 6 && !resource.ends_with('*')) {
        return malformed(at, format!("Resource {resource} must be in ARN format or \"*\"."));
    }
    let partition = segments.get(1).copied().unwrap_or_default();
    if partition != "*" && !is_partition(partition) {
        return malformed(at, format!("Partition \"{partition}\" is not valid for resource \"{resource}\"."));
    }
    let vendor = segments.get(2).copied().unwrap_or_default();
    if vendor.is_empty() || vendor.contains(['*', '?', '$']) {
        return malformed(at, "Resource vendor must be fully qualified and cannot contain regexes.");
    }
    Ok(())
}

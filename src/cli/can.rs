//! `signpost can`: whether policies allow an action, without a server.
//!
//! Owns the arguments and reading policy files. The rules are `core::iam`'s.

use std::io::{self, Write};
use std::path::Path;

use clap::Args;

use super::exit::Exit;
use crate::cloud::{self, CanError, CanQuestion};
use crate::core::iam::{Context, Document, Explanation, Kind, Value};
use crate::core::visible;

mod batch;
mod case;

use case::{Case, PolicyKind};

const EXAMPLES: &str = "\
A policy file whose statements have a Principal is attached to the resource, any other to the \
principal. A prefix says otherwise: boundary:FILE, session:FILE, scp:FILE, identity:FILE or \
resource:FILE. Each scp: file must allow, except those that only deny. Context keys that follow from \
the principal (aws:username, aws:PrincipalArn and so on) are set automatically.

With --config cloud.toml, the principals, functions and policies are those of that local cloud. The \
cloud isn't started.

A principal is an ARN (user, role, assumed-role session, federated user, root), an account id, a \
service such as events.amazonaws.com, or `anonymous`.

Each line of --batch is a JSON object with principal, action and resource, and optionally context \
(key to value or list of values), identity (list), resource_policy, boundary, session (one or list), \
scp (list, or a list of lists for levels), resource_account and id. One line is printed for each, in \
order.

Examples:
  signpost can arn:aws:iam::123456789012:user/alice s3:GetObject arn:aws:s3:::docs/plan.txt \\
      --policies alice.json bucket.json --context aws:SourceIp=203.0.113.7
  signpost can --batch questions.jsonl

Exit codes: 0 allowed, 1 denied, 2 wrong usage or an invalid file. With --batch: 0, or 2 if a \
line is invalid.";

/// Decide whether policies allow an action, and explain why
///
/// Decides as AWS documents it, and shows which statement and element decided. For an implicit deny,
/// also shows the statements that nearly allowed it. Nothing is sent.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct CanArgs {
    /// Principal: an ARN, an account id, a service, or `anonymous`
    #[arg(required_unless_present = "batch")]
    principal: Option<String>,
    /// Action, for example lambda:InvokeFunctionUrl
    #[arg(required_unless_present = "batch")]
    action: Option<String>,
    /// ARN of the resource, or `*` for an action without one
    #[arg(required_unless_present = "batch")]
    resource: Option<String>,
    /// Condition key of the request; repeat a key to give it several values
    #[arg(long, value_name = "KEY=VALUE")]
    context: Vec<String>,
    /// Policy documents
    #[arg(long, value_name = "FILE", num_args = 1..)]
    policies: Vec<String>,
    /// Account that owns the resource [default: the one in its ARN, else the principal's]
    #[arg(long, value_name = "ID")]
    resource_account: Option<String>,
    /// Print one JSON object with every statement and comparison
    #[arg(long)]
    json: bool,
    /// Decide a file of questions, one JSON object per line; `-` is standard input
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all = ["principal", "action", "resource", "context", "policies", "resource_account", "json"]
    )]
    batch: Option<String>,
}

/// A problem and its hint.
struct UsageError {
    message: String,
    hint: String,
}

impl UsageError {
    fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { message: message.into(), hint: hint.into() }
    }
}

/// Runs `signpost can`; `config` is a `cloud.toml`.
pub(crate) fn run(args: &CanArgs, config: Option<&Path>, out: &mut dyn Write, err: &mut dyn Write) -> Exit {
    let done = match (&args.batch, config) {
        (Some(file), None) => batch::run(file, out),
        (Some(_), Some(_)) => Err(UsageError::new(
            "--batch can't be used with --config",
            "Put the policies in each line, or ask one question at a time.",
        )),
        (None, Some(config)) => in_cloud(args, config).map(|explanation| print(&explanation, args.json, out)),
        (None, None) => explain(args).map(|explanation| print(&explanation, args.json, out)),
    };
    done.unwrap_or_else(|error| {
        // If even this can't be written, the exit code has to do.
        let _ =
            writeln!(err, "error: {}\n  hint: {}", visible::line(&error.message), visible::line(&error.hint));
        Exit::Usage
    })
}

fn print(explanation: &Explanation, json: bool, out: &mut dyn Write) -> Exit {
    let result = if json {
        let json = serde_json::to_string(explanation).map_err(io::Error::from);
        json.and_then(|json| writeln!(out, "{}", visible::json(&json)))
    } else {
        out.write_all(visible::lines(&explanation.to_string()).as_bytes())
    };
    match super::written(result.and_then(|()| out.flush())) {
        Exit::Success if !explanation.decision.allowed() => Exit::Unexpected,
        exit => exit,
    }
}

fn explain(args: &CanArgs) -> Result<Explanation, UsageError> {
    if args.policies.is_empty() {
        let hint = "Add --policies FILE..., or --config cloud.toml to use the principals of a local cloud.";
        return Err(UsageError::new("no policies given", hint));
    }
    let [principal, action, resource] = question(args);
    let mut case =
        Case::new(principal, action.to_owned(), resource.to_owned(), args.resource_account.clone())?;
    case.context = context(args)?;
    for file in &args.policies {
        attach(&mut case, file)?;
    }
    Ok(case.explain())
}

/// Principal, action and resource; clap requires them.
fn question(args: &CanArgs) -> [&str; 3] {
    [&args.principal, &args.action, &args.resource].map(|text| text.as_deref().unwrap_or_default())
}

fn context(args: &CanArgs) -> Result<Context, UsageError> {
    let mut context = Context::default();
    for text in &args.context {
        let Some((key, value)) = text.split_once('=') else {
            let hint = "Write it as --context key=value, for example aws:SourceIp=203.0.113.7.";
            return Err(UsageError::new(format!("the context key `{text}` has no value"), hint));
        };
        let value = match context.get(key) {
            None => Value::given(key, value.to_owned()),
            Some(Value::One(first)) => Value::Many(vec![first.to_string(), value.to_owned()]),
            Some(Value::Many(values)) => Value::Many([values.clone(), vec![value.to_owned()]].concat()),
        };
        context.insert(key.to_owned(), value);
    }
    Ok(context)
}

/// Decides with the principals and policies of a `cloud.toml`.
fn in_cloud(args: &CanArgs, config: &Path) -> Result<Explanation, UsageError> {
    let path = config.display();
    if !args.policies.is_empty() || args.resource_account.is_some() {
        let message = "--config can't be used with --policies or --resource-account";
        return Err(UsageError::new(
            message,
            "Leave one of them out: a cloud.toml declares its policies and accounts.",
        ));
    }
    let text = std::fs::read_to_string(config).map_err(|error| {
        UsageError::new(format!("Couldn't read {path}: {error}"), "Pass a readable cloud.toml with --config.")
    })?;
    let [principal, action, resource] = question(args);
    // The same checks as without a cloud.
    Case::new(principal, action.to_owned(), resource.to_owned(), None)?;
    let question = CanQuestion { principal, action, resource, context: &context(args)? };
    cloud::can(&text, &question).map_err(|error| match error {
        CanError::Config(problems) => {
            let first = problems.first().map(ToString::to_string).unwrap_or_default();
            UsageError::new(
                format!("{path}: {}", first.replace("\nhint: ", ", ")),
                "Fix the file at that line.",
            )
        }
        CanError::Principal(unknown) => UsageError::new(unknown.to_string(), unknown.hint()),
        CanError::Nobody(_) => {
            UsageError::new(error.to_string(), format!("Declare it in {path}, or use another principal."))
        }
        CanError::Random(_) => UsageError::new(error.to_string(), "Run the command again."),
    })
}

/// Reads a policy file and attaches it by its prefix, or else by its content.
fn attach(case: &mut Case, argument: &str) -> Result<(), UsageError> {
    let prefixed = PolicyKind::ALL.iter().find_map(|place| {
        let file = argument.strip_prefix(place.as_str())?.strip_prefix(':')?;
        Some((Some(*place), file))
    });
    let (place, file) = prefixed.unwrap_or((None, argument));
    let text = std::fs::read_to_string(file).map_err(|error| {
        UsageError::new(
            format!("Couldn't read the policy `{file}`: {error}"),
            "Pass a readable JSON file, optionally prefixed with identity:, resource:, boundary:, session: or scp:.",
        )
    })?;
    let wrong = |malformed| {
        let hint = "Fix the document at that place; AWS would return MalformedPolicyDocument.";
        UsageError::new(format!("the policy `{file}` is invalid: {malformed}"), hint)
    };
    let document = Document::parse(&text).map_err(wrong)?;
    let place = place.unwrap_or(match document.kind() {
        Kind::Identity => PolicyKind::Identity,
        Kind::Resource | Kind::Trust => PolicyKind::Resource,
    });
    let single = matches!(place, PolicyKind::Resource | PolicyKind::Boundary);
    if single && case.has(place) {
        let message = format!("`{file}` is a second policy of the kind `{}`", place.as_str());
        let hint =
            "Only one is allowed: merge the statements into one document, or prefix a file with its kind.";
        return Err(UsageError::new(message, hint));
    }
    case.attach(place, file.to_owned(), &document).map_err(wrong)
}

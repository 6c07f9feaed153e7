//! `signpost can`: who may do what, by policies alone, without a server.
//!
//! Owns the arguments and reading policy files. The rules are `core::iam`'s.

use std::io::{self, Write};
use std::path::Path;

use clap::Args;

use super::exit::Exit;
use crate::cloud::{self, Asked, Unanswered};
use crate::core::iam::{Context, Document, Explanation, Kind, Value};
use crate::core::visible;

mod batch;
mod case;

use case::{Case, Place};

const EXAMPLES: &str = "\
A policy file belongs to the resource where its statements have a Principal, else to the principal.
What cannot be seen is said in front of the file: boundary:FILE, session:FILE, scp:FILE; also
identity:FILE and resource:FILE. Each scp: file must allow, but those that only deny. What follows
from the principal (aws:username, aws:PrincipalArn and their kin) need not be given as context.

With --config cloud.toml the principals, functions and policies are those of that local cloud; it is
not started.

A principal is an ARN (user, role, assumed-role session, federated user, root), an account id, a
service such as events.amazonaws.com, or `anonymous`.

A line of --batch is a JSON object with principal, action, resource, and where there are any context
(key to value or list of values), identity (list), resource_policy, boundary, session (one or list),
scp (list, or a list of lists for levels), resource_account and id. A line comes out for each, in order.

Examples:
  signpost can arn:aws:iam::123456789012:user/alice s3:GetObject arn:aws:s3:::docs/plan.txt \\
      --policies alice.json bucket.json --context aws:SourceIp=203.0.113.7
  signpost can --batch questions.jsonl

Exit codes: 0 allowed, 1 denied, 2 wrong usage or a file that is none. With --batch 0, or 2 where a
line has a mistake.";

/// Say whether policies let somebody do something, and why
///
/// Decides as AWS documents it, and shows which statement decided by which element; for an implicit
/// deny also the statements that were nearly enough. Nothing is sent and nothing is asked.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct CanArgs {
    /// Who asks: an ARN, an account id, a service, or `anonymous`
    #[arg(required_unless_present = "batch")]
    principal: Option<String>,
    /// What is to be done, for example lambda:InvokeFunctionUrl
    #[arg(required_unless_present = "batch")]
    action: Option<String>,
    /// ARN of the resource, or `*` for an action that has none
    #[arg(required_unless_present = "batch")]
    resource: Option<String>,
    /// A condition key of the request; a key given twice has two values
    #[arg(long, value_name = "KEY=VALUE")]
    context: Vec<String>,
    /// Policy documents
    #[arg(long, value_name = "FILE", num_args = 1..)]
    policies: Vec<String>,
    /// Account that owns the resource; left out, the one in its ARN, else the principal's
    #[arg(long, value_name = "ID")]
    resource_account: Option<String>,
    /// Print one JSON object with every statement and what was compared
    #[arg(long)]
    json: bool,
    /// Decide a file of questions, one JSON object a line; `-` is standard input
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all = ["principal", "action", "resource", "context", "policies", "resource_account", "json"]
    )]
    batch: Option<String>,
}

/// What is wrong, and what helps.
struct Failure {
    message: String,
    hint: String,
}

impl Failure {
    fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { message: message.into(), hint: hint.into() }
    }
}

/// Runs `signpost can`; `config` is a `cloud.toml`.
pub fn run(args: &CanArgs, config: Option<&Path>, out: &mut dyn Write, err: &mut dyn Write) -> Exit {
    let done = match (&args.batch, config) {
        (Some(file), None) => batch::run(file, out),
        (Some(_), Some(_)) => Err(Failure::new(
            "--batch and --config exclude each other",
            "Write the policies into the lines, or ask one question at a time.",
        )),
        (None, Some(config)) => in_cloud(args, config).map(|explanation| print(&explanation, args.json, out)),
        (None, None) => explain(args).map(|explanation| print(&explanation, args.json, out)),
    };
    done.unwrap_or_else(|failure| {
        // Where even this cannot be written, the exit code has to do.
        let _ = writeln!(err, "error: {}\n  hint: {}", visible::line(&failure.message), failure.hint);
        Exit::Usage
    })
}

fn print(explanation: &Explanation, json: bool, out: &mut dyn Write) -> Exit {
    let result = if json {
        serde_json::to_writer(&mut *out, explanation).map_err(io::Error::from).and_then(|()| writeln!(out))
    } else {
        out.write_all(visible::lines(&explanation.to_string()).as_bytes())
    };
    match super::written(result.and_then(|()| out.flush())) {
        Exit::Success if !explanation.decision.allowed() => Exit::Unexpected,
        exit => exit,
    }
}

fn explain(args: &CanArgs) -> Result<Explanation, Failure> {
    if args.policies.is_empty() {
        let hint = "Give --policies FILE..., or --config cloud.toml for the principals of a local cloud.";
        return Err(Failure::new("there are no policies to decide by", hint));
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

/// Principal, action and resource, which clap has seen to.
fn question(args: &CanArgs) -> [&str; 3] {
    [&args.principal, &args.action, &args.resource].map(|text| text.as_deref().unwrap_or_default())
}

fn context(args: &CanArgs) -> Result<Context, Failure> {
    let mut context = Context::default();
    for text in &args.context {
        let Some((key, value)) = text.split_once('=') else {
            let hint = "Write it as --context key=value, for example aws:SourceIp=203.0.113.7.";
            return Err(Failure::new(format!("the context `{text}` has no value"), hint));
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

/// Asks the cloud that a `cloud.toml` declares.
fn in_cloud(args: &CanArgs, config: &Path) -> Result<Explanation, Failure> {
    let path = config.display();
    if !args.policies.is_empty() || args.resource_account.is_some() {
        let message = "--config and --policies exclude each other, as do --config and --resource-account";
        return Err(Failure::new(
            message,
            "Leave one of them out: a cloud.toml has its own policies and accounts.",
        ));
    }
    let text = std::fs::read_to_string(config).map_err(|error| {
        Failure::new(format!("{path} cannot be read: {error}"), "Name a readable cloud.toml with --config.")
    })?;
    let [principal, action, resource] = question(args);
    // What is no question by itself is none of a cloud.
    Case::new(principal, action.to_owned(), resource.to_owned(), None)?;
    let asked = Asked { principal, action, resource, context: &context(args)? };
    cloud::can(&text, &asked).map_err(|error| match error {
        Unanswered::Config(problems) => {
            let first = problems.first().map(ToString::to_string).unwrap_or_default();
            Failure::new(format!("{path}: {}", first.replace("\nhint: ", ", ")), "Correct the file there.")
        }
        Unanswered::Principal(unknown) => Failure::new(unknown.to_string(), unknown.hint()),
        Unanswered::Nobody(_) => {
            Failure::new(error.to_string(), format!("Declare it in {path}, or name another."))
        }
        Unanswered::Random(_) => Failure::new(error.to_string(), "Ask again."),
    })
}

/// Reads a policy file and attaches it where its prefix, or else its content, says.
fn attach(case: &mut Case, argument: &str) -> Result<(), Failure> {
    let prefixed = Place::ALL.iter().find_map(|place| {
        let file = argument.strip_prefix(place.as_str())?.strip_prefix(':')?;
        Some((Some(*place), file))
    });
    let (place, file) = prefixed.unwrap_or((None, argument));
    let text = std::fs::read_to_string(file).map_err(|error| {
        Failure::new(
            format!("the policy `{file}` cannot be read: {error}"),
            "Name a readable file of JSON, if need be with identity:, resource:, boundary:, session: or scp: in front.",
        )
    })?;
    let wrong = |malformed| {
        let hint = "Correct the document there; AWS would answer MalformedPolicyDocument.";
        Failure::new(format!("the policy `{file}` is malformed: {malformed}"), hint)
    };
    let document = Document::parse(&text).map_err(wrong)?;
    let place = place.unwrap_or(match document.kind() {
        Kind::Identity => Place::Identity,
        Kind::Resource | Kind::Trust => Place::Resource,
    });
    let single = matches!(place, Place::Resource | Place::Boundary);
    if single && case.has(place) {
        let message = format!("`{file}` is a second policy of the kind `{}`", place.as_str());
        let hint =
            "There is one at most: put the statements into one document, or say of which kind a file is.";
        return Err(Failure::new(message, hint));
    }
    case.attach(place, file.to_owned(), &document).map_err(wrong)
}

//! `signpost identities`: everybody that a request could be sent as.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::exit::Exit;
use super::{prompt, who, written};
use crate::core::exchange::Problem;
use crate::core::file_problem::FileProblem;
use crate::core::identity::Identity;
use crate::core::provider::{AwsSummary, ProfileSummary};
use crate::core::sso_role::SsoRole;
use crate::core::visible;
use crate::engine::{Command, Engine, ListRoles};
use crate::io::store::aws_files::AwsStore;
use crate::io::store::dirs::Dirs;

const EXAMPLES: &str = "\
Lists the workspace's identities, the keys of the environment and the profiles of ~/.aws/config and \
~/.aws/credentials (or AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE). Nothing is fetched, except with --sso-session.

Examples:
  signpost identities
  signpost identities --sso-session work
  signpost identities --json | jq -r '.[] | select(.kind == \"sso\") | .name'

Exit codes: 0 listed; 2 an unreadable workspace file; 3 not logged in to the session; 130 cancelled.";

/// List the identities and profiles that a request can be sent as
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct IdentitiesArgs {
    /// Print a JSON array
    #[arg(long)]
    json: bool,
    /// List the accounts and roles of an `sso-session`, which are asked for
    #[arg(long, value_name = "NAME")]
    sso_session: Option<String>,
    /// Workspace folder [default: the nearest one from here upward]
    #[arg(long = "workspace", value_name = "FOLDER")]
    folder: Option<PathBuf>,
}

/// One line of the list.
#[derive(Default)]
struct Line {
    from: &'static str,
    name: String,
    kind: String,
    account: Option<String>,
    /// The account's name, of a role of an SSO session.
    account_name: Option<String>,
    region: Option<String>,
    problem: Option<String>,
}

/// Runs `signpost identities`.
pub(super) fn run(
    args: &IdentitiesArgs,
    config: Option<&Path>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Exit {
    if let Some(session) = &args.sso_session {
        return match roles(session, config, err) {
            Ok(lines) => print(&lines, args.json, out),
            Err(exit) => exit,
        };
    }
    let workspace = match who::workspace_here(args.folder.as_deref(), Dirs::of_user().as_ref()) {
        Ok(workspace) => workspace,
        Err(usage) => return who::refused(&usage, err),
    };
    let aws = AwsStore::of_process().read();
    for problem in aws.files.errors.iter().chain(&aws.files.warnings) {
        warn(problem, err);
    }
    let mut lines: Vec<Line> = workspace.identities.iter().map(identity).collect();
    let found = AwsSummary::of(&aws);
    lines.extend(found.keys.map(|keys| summary("environment", keys)));
    lines.extend(found.profiles.into_iter().map(|profile| summary("profile", profile)));
    print(&lines, args.json, out)
}

fn print(lines: &[Line], json: bool, out: &mut dyn Write) -> Exit {
    let text = if json {
        let all: Vec<_> = lines.iter().map(as_json).collect();
        format!("{:#}\n", serde_json::Value::Array(all))
    } else {
        table(lines)
    };
    written(out.write_all(visible::lines(&text).as_bytes()).and_then(|()| out.flush()))
}

/// Asks for the roles of a session, after a login if that's needed and there is a terminal.
fn roles(session: &str, config: Option<&Path>, err: &mut dyn Write) -> Result<Vec<Line>, Exit> {
    let runtime = who::runtime().map_err(|usage| who::refused(&usage, err))?;
    let engine = who::engine(config);
    let listed = runtime.block_on(async {
        tokio::select! {
            biased;
            _ = tokio::signal::ctrl_c() => None,
            listed = listed(&engine, session) => Some(listed),
        }
    });
    let roles = listed.ok_or(Exit::Cancelled)?.map_err(|problems| {
        problems.iter().for_each(|problem| who::problem(problem, err));
        Exit::NotSent
    })?;
    let line = |role: SsoRole| Line {
        from: "sso",
        name: role.role_name,
        kind: "sso".to_owned(),
        account: Some(role.account_id),
        account_name: Some(role.account_name),
        ..Line::default()
    };
    Ok(roles.into_iter().map(line).collect())
}

async fn listed(engine: &Engine, session: &str) -> Result<Vec<SsoRole>, Vec<Problem>> {
    let mut handle = engine.list_roles(session);
    while let Some(event) = handle.events.recv().await {
        match event {
            ListRoles::Ask(asked) => {
                if let Some(answer) = prompt::answer(asked.question, None, None).await {
                    // What asked may be over: then nobody needs the answer.
                    let _ = handle.commands.send(Command::Answer { id: asked.id, answer }).await;
                }
            }
            ListRoles::Done(listed) => return listed,
        }
    }
    // A bug, which has been reported as a panic.
    Err(Vec::new())
}

fn warn(problem: &FileProblem, err: &mut dyn Write) {
    // The list counts, whether or not this can be written.
    let _: io::Result<()> = writeln!(
        err,
        "warning: {}\n  hint: {}",
        visible::line(&problem.placed()),
        visible::line(&problem.hint)
    );
}

fn identity(identity: &Identity) -> Line {
    let problem = identity.kind.problem().map(FileProblem::placed);
    let (name, kind) = (identity.name.to_string(), identity.kind.word().to_owned());
    Line { from: "workspace", name, kind, problem, ..Line::default() }
}

fn summary(from: &'static str, found: ProfileSummary) -> Line {
    let ProfileSummary { name, kind, account, region, problem } = found;
    let problem = problem.map(|(message, _)| message);
    Line { from, name, kind: kind.to_owned(), account, region, problem, ..Line::default() }
}

fn as_json(line: &Line) -> serde_json::Value {
    let mut json = json!({
        "from": line.from,
        "name": line.name,
        "kind": line.kind,
        "account": line.account,
        "region": line.region,
        "problem": line.problem,
    });
    if let Some(name) = &line.account_name {
        json["account_name"] = name.as_str().into();
    }
    json
}

/// Columns, as wide as their widest text.
fn table(lines: &[Line]) -> String {
    if lines.is_empty() {
        return "No identities: neither a workspace nor the AWS files have any.\n".to_owned();
    }
    let rows: Vec<[&str; 5]> = lines
        .iter()
        .map(|line| {
            let last = line.problem.as_deref().or(line.region.as_deref()).or(line.account_name.as_deref());
            let last = last.unwrap_or_default();
            [line.from, &line.name, &line.kind, line.account.as_deref().unwrap_or_default(), last]
        })
        .collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let widths = [0, 1, 2, 3].map(width);
    let line = |row: &[&str; 5]| {
        let cells = row.iter().zip(widths).map(|(text, width)| format!("{text:width$}  "));
        format!("{}{}", cells.collect::<String>(), row[4]).trim_end().to_owned() + "\n"
    };
    rows.iter().map(line).collect()
}

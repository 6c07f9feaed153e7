//! `signpost can --batch`: one question per line in, one decision per line out.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::case::{Case, PolicyKind};
use super::{Exit, UsageError};
use crate::cli::written;
use crate::core::iam::{Document, Effect, Explanation, Layer, Step, Value};
use crate::core::visible;

/// The longest line that is read, in bytes.
const MAX_LINE_BYTES: u64 = 16 * 1024 * 1024;

/// One question, as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    principal: String,
    action: String,
    resource: String,
    context: Option<Map<String, Json>>,
    identity: Option<Document>,
    resource_policy: Option<Document>,
    boundary: Option<Document>,
    session: Option<Document>,
    scp: Option<Document>,
    resource_account: Option<String>,
    /// Copied to the output.
    id: Option<Json>,
}

/// The decision of one line.
#[derive(Serialize)]
struct Output<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a Json>,
    decision: &'static str,
    layer: Option<Layer>,
    because: &'a str,
    decided_by: Vec<Pointer<'a>>,
    near_misses: Vec<Pointer<'a>>,
}

/// One statement.
#[derive(Serialize)]
struct Pointer<'a> {
    layer: Layer,
    policy: &'a str,
    statement: usize,
    sid: Option<&'a str>,
    effect: Effect,
}

/// A line that is invalid.
#[derive(Serialize)]
struct Mistake {
    error: String,
    line: usize,
}

/// Decides every line of a file, or of standard input.
pub(super) fn run(file: &str, out: &mut dyn Write) -> Result<Exit, UsageError> {
    let unreadable = |error: io::Error| {
        UsageError::new(
            format!("Couldn't read the questions in `{file}`: {error}"),
            "Pass a readable file of JSON lines, or `-` for standard input.",
        )
    };
    let input: Box<dyn Read> = match file {
        "-" => Box::new(io::stdin().lock()),
        file => Box::new(File::open(file).map_err(unreadable)?),
    };
    let mut input = BufReader::new(input);
    let mut out = BufWriter::new(out);
    let (mut bytes, mut number, mut mistakes) = (Vec::new(), 0, false);
    loop {
        // A caller that waits for each decision before asking on gets it.
        if input.buffer().is_empty()
            && let Err(error) = out.flush()
        {
            return Ok(written(Err(error)));
        }
        bytes.clear();
        let length = input.by_ref().take(MAX_LINE_BYTES).read_until(b'\n', &mut bytes).map_err(unreadable)?;
        if length == 0 {
            break;
        }
        number += 1;
        if bytes.len() as u64 == MAX_LINE_BYTES && bytes.last() != Some(&b'\n') {
            let hint = "Put each question on a separate line.";
            return Err(UsageError::new(format!("line {number} of `{file}` is longer than 16 MiB"), hint));
        }
        if bytes.trim_ascii().is_empty() {
            continue;
        }
        let answered = match answer(&bytes) {
            Ok(line) => writeln!(out, "{}", visible::json(&line)),
            Err(error) => {
                mistakes = true;
                let mistake = serde_json::to_string(&Mistake { error, line: number });
                let mistake = mistake.map_err(io::Error::from);
                mistake.and_then(|line| writeln!(out, "{}", visible::json(&line)))
            }
        };
        if let Err(error) = answered {
            return Ok(written(Err(error)));
        }
    }
    Ok(match written(out.flush()) {
        Exit::Success if mistakes => Exit::Usage,
        exit => exit,
    })
}

/// The decision of one line, or what is wrong with it.
fn answer(bytes: &[u8]) -> Result<String, String> {
    let line: Line = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    let id = line.id.clone();
    let explanation = case(line).map_err(|failure| failure.message)?.explain();
    let answer = Output {
        id: id.as_ref(),
        decision: explanation.decision.as_str(),
        layer: explanation.decision.layer(),
        because: &explanation.because,
        decided_by: pointers(&explanation, &explanation.decided_by),
        near_misses: pointers(&explanation, &explanation.near_misses),
    };
    serde_json::to_string(&answer).map_err(|error| error.to_string())
}

fn pointers<'a>(explanation: &'a Explanation, steps: &[usize]) -> Vec<Pointer<'a>> {
    let point = |step: &'a Step| Pointer {
        layer: step.layer,
        policy: &step.policy,
        statement: step.statement,
        sid: step.sid.as_deref(),
        effect: step.effect,
    };
    steps.iter().filter_map(|index| explanation.steps.get(*index)).map(point).collect()
}

fn case(line: Line) -> Result<Case, UsageError> {
    let mut case = Case::new(&line.principal, line.action, line.resource, line.resource_account)?;
    for (key, value) in line.context.unwrap_or_default() {
        if let Some(value) = value_of(&key, value)? {
            case.context.insert(key, value);
        }
    }
    let lists = [
        ("identity", PolicyKind::Identity, line.identity),
        ("resource_policy", PolicyKind::Resource, line.resource_policy),
        ("boundary", PolicyKind::Boundary, line.boundary),
        ("session", PolicyKind::Session, line.session),
    ];
    for (member, place, documents) in lists {
        let documents = documents.iter().flat_map(|list| list.items()).collect::<Vec<_>>();
        let single = matches!(place, PolicyKind::Resource | PolicyKind::Boundary);
        if single && documents.len() > 1 {
            let message = format!("`{member}` has {} policies, but only one is allowed", documents.len());
            return Err(UsageError::new(message, "Merge the statements into one document."));
        }
        for (index, document) in documents.into_iter().enumerate() {
            attach(&mut case, place, &format!("{member}[{index}]"), document)?;
        }
    }
    for (index, document) in line.scp.iter().flat_map(Document::items).enumerate() {
        let at = format!("scp[{index}]");
        if document.is_list() {
            add_level(&mut case, &at, &document)?;
        } else {
            attach(&mut case, PolicyKind::Scp, &at, document)?;
        }
    }
    Ok(case)
}

/// Adds a level of service control policies.
fn add_level(case: &mut Case, at: &str, documents: &Document) -> Result<(), UsageError> {
    let named = |(index, document): (usize, Document)| {
        let at = format!("{at}[{index}]");
        let (name, document) = document.unpack().map_err(|malformed| (at.clone(), malformed))?;
        Ok((name.unwrap_or(at), document))
    };
    let level = documents.items().into_iter().enumerate().map(named).collect::<Result<_, _>>();
    level.and_then(|level| case.add_level(level)).map_err(|(at, malformed)| {
        UsageError::new(format!("{at}: {malformed}"), "Fix the document at that place.")
    })
}

fn attach(case: &mut Case, place: PolicyKind, at: &str, document: Document) -> Result<(), UsageError> {
    let wrong = |malformed| UsageError::new(format!("{at}: {malformed}"), "Fix the document at that place.");
    let (name, document) = document.unpack().map_err(wrong)?;
    case.attach(place, name.unwrap_or_else(|| at.to_owned()), &document).map_err(wrong)
}

/// The value of a condition key; `null` means none.
fn value_of(key: &str, value: Json) -> Result<Option<Value>, UsageError> {
    let scalar = |value: Json| match value {
        Json::String(text) => Some(text),
        Json::Bool(value) => Some(value.to_string()),
        Json::Number(value) => Some(value.to_string()),
        Json::Null | Json::Array(_) | Json::Object(_) => None,
    };
    let wrong = || {
        let message = format!("the context key `{key}` has a value that isn't a string or a list of strings");
        UsageError::new(message, "Write a string, a number, a boolean, or a list of them.")
    };
    match value {
        Json::Null => Ok(None),
        Json::Array(items) => {
            let items = items.into_iter().map(scalar).collect::<Option<Vec<_>>>();
            items.map(|items| Some(Value::Many(items))).ok_or_else(wrong)
        }
        value => scalar(value).map(|value| Some(Value::given(key, value))).ok_or_else(wrong),
    }
}

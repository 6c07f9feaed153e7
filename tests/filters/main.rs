//! jq's own tests and the compliance suite of JSONPath, against the filters.
//!
//! `SIGNPOST_JQ_SUITE` names a folder with jq's `jq.test` and `man.test`, `SIGNPOST_JSONPATH_SUITE` one
//! with `cts.json`. Without them, nothing is compared.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, UNIX_EPOCH};

use assert_cmd::Command;
use serde_json::Value;
use signpost::core::filter::{Environment, Filter, FilterError, Language};
use signpost::io::filter;

/// How long a program may take.
const LIMIT: Duration = Duration::from_secs(10);

fn suite(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).map(PathBuf::from)
}

fn outputs(language: Language, program: &str, input: &str) -> Result<Vec<String>, FilterError> {
    let filter = Filter::compile(language, program)?;
    let mut outputs = Vec::new();
    filter.run(input.as_bytes(), Environment { now: UNIX_EPOCH }, &mut |json| {
        outputs.push(String::from_utf8(json.to_vec()).unwrap());
        true
    })?;
    Ok(outputs)
}

/// A case of jq's tests: program, input and outputs, a line each.
struct Case<'a> {
    /// Of the program, from 1.
    line: usize,
    program: &'a str,
    input: &'a str,
    outputs: Vec<&'a str>,
}

/// The cases that have outputs; those of `%%FAIL` compare jq's own error messages.
fn cases(text: &str) -> Vec<Case<'_>> {
    let lines: Vec<_> = text.split('\n').enumerate().filter(|(_, line)| !line.starts_with('#')).collect();
    let groups = lines.split(|(_, line)| line.trim().is_empty());
    groups
        .filter_map(|group| {
            let ((index, program), rest) = group.split_first()?;
            let ((_, input), outputs) = rest.split_first()?;
            let outputs = outputs.iter().map(|(_, output)| *output).collect();
            Some(Case { line: index + 1, program, input, outputs })
        })
        .filter(|case| !case.program.starts_with("%%FAIL"))
        .collect()
}

/// What the program prints, one output a line; `None` if it fails or has no end. The suite has programs
/// that exhaust memory, so each runs in a process of its own.
fn printed(program: &str, input: &str) -> Option<Vec<String>> {
    let command = Command::new(env!("CARGO_BIN_EXE_signpost"))
        .args(["filter", "--", program])
        .write_stdin(input)
        .timeout(LIMIT)
        .output()
        .ok()?;
    let text = String::from_utf8(command.stdout).unwrap();
    command.status.success().then(|| text.lines().map(str::to_owned).collect())
}

fn is_same(got: &str, expected: &str) -> bool {
    let value =
        |text: &str| serde_json::from_str::<Value>(text).map(with_floats).map_err(|_| text.to_owned());
    value(got) == value(expected)
}

/// 1 and 1.0 are one number.
fn with_floats(value: Value) -> Value {
    match value {
        Value::Number(number) => number.as_f64().map_or(Value::Null, Value::from),
        Value::Array(items) => items.into_iter().map(with_floats).collect(),
        Value::Object(members) => {
            members.into_iter().map(|(name, member)| (name, with_floats(member))).collect()
        }
        other => other,
    }
}

#[test]
fn programs_of_jq_do_what_they_do_in_jq() {
    let Some(folder) = suite("SIGNPOST_JQ_SUITE") else { return };
    let known: BTreeMap<(String, usize), &str> = include_str!("jq-differences.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let [file, line, reason] = line.splitn(3, ' ').collect::<Vec<_>>().try_into().unwrap();
            ((file.to_owned(), line.parse().unwrap()), reason)
        })
        .collect();
    let mut wrong = Vec::new();
    for file in ["jq.test", "man.test"] {
        let text = std::fs::read_to_string(folder.join(file)).unwrap();
        for case in cases(&text) {
            let reason = known.get(&(file.to_owned(), case.line));
            // Takes more memory than the machine of a test may have.
            if reason.is_some_and(|reason| reason.contains("gigabytes")) {
                continue;
            }
            let got = printed(case.program, case.input);
            let equal = got.as_ref().is_some_and(|got| {
                got.len() == case.outputs.len()
                    && got.iter().zip(&case.outputs).all(|(got, expected)| is_same(got, expected))
            });
            match (equal, reason) {
                (true, None) | (false, Some(_)) => {}
                (true, Some(_)) => wrong.push(format!("{file}:{} is the same now", case.line)),
                (false, None) => wrong.push(format!(
                    "{file}:{}: {} on {}: {got:?} instead of {:?}",
                    case.line, case.program, case.input, case.outputs
                )),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn queries_of_json_path_comply_with_the_standard() {
    let Some(folder) = suite("SIGNPOST_JSONPATH_SUITE") else { return };
    let text = std::fs::read_to_string(folder.join("cts.json")).unwrap();
    let suite: Value = serde_json::from_str(&text).unwrap();
    let mut failed = Vec::new();
    for case in suite["tests"].as_array().unwrap() {
        let (name, selector) = (case["name"].as_str().unwrap(), case["selector"].as_str().unwrap());
        let compiled = Filter::compile(Language::JsonPath, selector);
        if case["invalid_selector"] == true {
            if compiled.is_ok() {
                failed.push(format!("{name}: {selector}"));
            }
            continue;
        }
        let got = outputs(Language::JsonPath, selector, &case["document"].to_string());
        let got: Result<Vec<Value>, _> =
            got.map(|got| got.iter().map(|json| serde_json::from_str(json).unwrap()).collect());
        let wanted: Vec<&Value> = match case.get("result") {
            Some(one) => vec![one],
            None => case["results"].as_array().unwrap().iter().collect(),
        };
        if !got.as_ref().is_ok_and(|got| wanted.iter().any(|wanted| wanted.as_array().unwrap() == got)) {
            failed.push(format!("{name}: {selector} {got:?}"));
        }
    }
    assert!(failed.is_empty(), "{} failed:\n{}", failed.len(), failed.join("\n"));
}

#[test]
fn a_deep_document_is_read_and_written_to_its_end_and_a_deeper_output_is_an_error() {
    let run = |language, program: &str, document: String| {
        let environment = Environment { now: UNIX_EPOCH };
        filter::start(language, program.to_owned(), document.into_bytes(), environment).unwrap()
    };
    let deep = format!("{}7{}", "[".repeat(5000), "]".repeat(5000));
    for (language, program, output) in [
        (Language::Jq, ".", format!("{deep}\n")),
        (Language::Jq, "flatten", "[7]\n".to_owned()),
        (Language::JsonPath, "$..[?@ == 7]", "7\n".to_owned()),
    ] {
        let pieces: Vec<_> = run(language, program, deep.clone()).into_iter().map(Result::unwrap).collect();
        assert!(pieces.concat() == output.as_bytes(), "{program}");
    }
    let deeper = run(Language::Jq, "reduce range(20000) as $i (1; [.])", "null".to_owned());
    let ended = deeper.into_iter().last().unwrap();
    assert!(matches!(ended, Err(FilterError::Raised(message)) if message.contains("10000 levels")));
}

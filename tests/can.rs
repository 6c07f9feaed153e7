//! `signpost can`, the real binary: exact output and exit codes.

use std::fs;

use assert_cmd::Command;
use serde_json::{Value, json};
use tempfile::TempDir;

const ALICE: &str = "arn:aws:iam::123456789012:user/alice";
const PLAN: &str = "arn:aws:s3:::docs/alice/plan.txt";

/// A folder with these files.
fn folder(files: &[(&str, Value)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        fs::write(folder.path().join(name), content.to_string()).unwrap();
    }
    folder
}

fn statement(statement: Value) -> Value {
    json!({ "Version": "2012-10-17", "Statement": [statement] })
}

fn allow(action: &str, resource: &str) -> Value {
    statement(json!({ "Effect": "Allow", "Action": action, "Resource": resource }))
}

fn home() -> Value {
    statement(json!({
        "Sid": "Home", "Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::docs/${aws:username}/*",
        "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
    }))
}

fn can(folder: &TempDir, args: &[&str]) -> Command {
    let mut command = Command::cargo_bin("signpost").unwrap();
    command.current_dir(folder.path()).arg("can").args(args);
    command
}

#[test]
fn an_answer_for_people() {
    let folder = folder(&[("home.json", home())]);
    let asked = [ALICE, "s3:GetObject", PLAN, "--policies", "home.json"];
    can(&folder, &asked).args(["--context", "aws:SourceIp=203.0.113.7"]).assert().code(0).stderr("").stdout(
        "\
Allowed: s3:GetObject is allowed, and nothing denies it.

service control policy  none
resource policy         none
identity policy         allows it
permissions boundary    none
session policy          none

Decided by:
  identity policy home.json, statement 0 \"Home\" (Allow)
    Action fits
      policy:  s3:*
      request: s3:GetObject
    Resource fits
      policy:  arn:aws:s3:::docs/alice/*
      request: arn:aws:s3:::docs/alice/plan.txt
    Condition IpAddress aws:SourceIp fits
      policy:  203.0.113.0/24
      request: 203.0.113.7
",
    );
    can(&folder, &asked).assert().code(1).stderr("").stdout(
        "\
Denied (implicit-deny): no identity policy allows s3:GetObject.

service control policy  none
resource policy         none
identity policy         does not allow it
permissions boundary    none
session policy          none

Nearly enough:
  identity policy home.json, statement 0 \"Home\" (Allow)
    Condition IpAddress aws:SourceIp doesn't match
      policy:  203.0.113.0/24
      request: no such key
",
    );
}

#[test]
fn json_has_every_statement() {
    let folder = folder(&[("home.json", home())]);
    let asked = [ALICE, "s3:GetObject", PLAN, "--json", "--policies", "home.json"];
    let output = can(&folder, &asked).assert().code(1).get_output().stdout.clone();
    let answer: Value = serde_json::from_slice(&output).unwrap();
    assert_eq!((&answer["decision"], &answer["layer"]), (&json!("implicit-deny"), &json!("identity-policy")));
    assert_eq!(answer["near_misses"], json!([0]));
    assert_eq!(
        answer["steps"][0]["elements"][2],
        json!({
            "element": "Condition", "operator": "IpAddress", "key": "aws:SourceIp",
            "policy": ["203.0.113.0/24"], "request": null, "fits": false,
        })
    );
}

#[test]
fn the_kind_of_a_file_is_seen_or_said() {
    let bucket = statement(json!({
        "Effect": "Allow", "Principal": {"AWS": ALICE}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::docs/*",
    }));
    let deny = statement(json!({ "Effect": "Deny", "Action": "s3:GetObject", "Resource": "*" }));
    let folder = folder(&[
        ("bucket.json", bucket),
        ("s3.json", allow("s3:*", "*")),
        ("iam.json", allow("iam:*", "*")),
        ("deny.json", deny),
        ("noiam.json", statement(json!({ "Effect": "Deny", "Action": "iam:*", "Resource": "*" }))),
    ]);
    let session = "arn:aws:sts::123456789012:assumed-role/Ops/me";
    let table: [(&str, &[&str], i32); 10] = [
        (ALICE, &["bucket.json"], 0),
        (ALICE, &["s3.json", "boundary:iam.json"], 1),
        (ALICE, &["s3.json", "boundary:iam.json", "bucket.json"], 0),
        (session, &["identity:s3.json", "session:iam.json"], 1),
        (session, &["s3.json", "session:iam.json", "session:s3.json"], 0),
        (ALICE, &["s3.json", "scp:iam.json"], 1),
        (ALICE, &["s3.json", "scp:iam.json", "scp:s3.json"], 1),
        (ALICE, &["s3.json", "scp:s3.json", "scp:deny.json"], 1),
        (ALICE, &["s3.json", "scp:s3.json", "scp:noiam.json"], 0),
        (ALICE, &["s3.json", "scp:noiam.json"], 1),
    ];
    for (principal, policies, code) in table {
        can(&folder, &[principal, "s3:GetObject", PLAN, "--policies"]).args(policies).assert().code(code);
    }
    let foreign = [ALICE, "s3:GetObject", PLAN, "--resource-account", "210987654321", "--policies"];
    can(&folder, &foreign).args(["bucket.json"]).assert().code(1);
    can(&folder, &foreign).args(["bucket.json", "s3.json"]).assert().code(0);
}

#[test]
fn a_mistake_names_the_thing_the_place_and_the_hint() {
    let mut odd = home();
    odd["Statement"][0]["Condition"] = json!({ "IpAdress": {} });
    let folder = folder(&[("odd.json", odd), ("home.json", home())]);
    let table: [(&[&str], &str); 9] = [
        (&[ALICE, "s3:GetObject", PLAN], "error: no policies given\n  hint: Add --policies FILE"),
        (
            &[ALICE, "s3:GetObject", PLAN, "--policies", "none.json"],
            "error: Couldn't read the policy `none.json`: ",
        ),
        (
            &[ALICE, "s3:GetObject", PLAN, "--policies", "odd.json"],
            "error: the policy `odd.json` is invalid: Syntax errors in policy. There is no such condition operator. (at Statement[0].Condition.IpAdress)\n  hint: ",
        ),
        (
            &[ALICE, "s3:GetObject", PLAN, "--policies", "boundary:home.json", "boundary:home.json"],
            "error: `home.json` is a second policy of the kind `boundary`\n  hint: ",
        ),
        (
            &[ALICE, "s3:GetObject", PLAN, "--policies", "resource:home.json"],
            "error: the policy `home.json` is invalid: Policy statement must contain a principal. (at Statement[0])\n",
        ),
        (
            &["alice", "s3:GetObject", PLAN, "--policies", "home.json"],
            "error: `alice` isn't a valid principal\n  hint: ",
        ),
        (&[ALICE, "s3:*", PLAN, "--policies", "home.json"], "error: `s3:*` isn't a valid action\n  hint: "),
        (
            &[ALICE, "s3:GetObject", "plan", "--policies", "home.json"],
            "error: `plan` isn't a valid resource\n  hint: ",
        ),
        (
            &[ALICE, "s3:GetObject", PLAN, "--context", "x", "--policies", "home.json"],
            "error: the context key `x` has no value\n  hint: ",
        ),
    ];
    for (args, expected) in table {
        let assert = can(&folder, args).assert().code(2).stdout("");
        let stderr = String::from_utf8_lossy(&assert.get_output().stderr).into_owned();
        assert!(stderr.starts_with(expected), "{args:?}: {stderr}");
    }
    can(&folder, &[ALICE, "s3:GetObject", "--policies", "home.json"]).assert().code(2).stdout("");
    can(&folder, &["--batch", "-", "--json"]).assert().code(2).stdout("");
}

const CLOUD: &str = r#"
[[accounts]]
id = "123456789012"
[accounts.scps]
Full = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}'
NoS3 = '{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}}'
[[accounts.users]]
name = "alice"
path = "/team/"
tags = { team = "blue" }
[accounts.users.policies]
own = '''{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "lambda:*", "Resource": "*",
"Condition": {"StringEquals": {"aws:PrincipalTag/team": "blue", "aws:username": "alice"}}}}'''
[[accounts.roles]]
name = "Ops"
path = "/path/"
trust = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:user/team/alice"}, "Action": "sts:AssumeRole"}}'
attached = ["arn:aws:iam::aws:policy/AdministratorAccess"]
[[functions]]
name = "hello"
"#;

#[test]
fn a_cloud_is_asked_without_being_started() {
    let folder = folder(&[]);
    fs::write(folder.path().join("cloud.toml"), CLOUD).unwrap();
    fs::write(folder.path().join("wrong.toml"), CLOUD.replace("path = \"/team/\"", "paths = 1")).unwrap();
    let alice = "arn:aws:iam::123456789012:user/team/alice";
    let ops = "arn:aws:sts::123456789012:assumed-role/Ops/me";
    let role = "arn:aws:iam::123456789012:role/path/Ops";
    let hello = "arn:aws:lambda:us-east-1:123456789012:function:hello";
    let table = [
        (alice, "lambda:InvokeFunction", hello, 0),
        (alice, "s3:GetObject", PLAN, 1),
        (alice, "iam:GetUser", alice, 1),
        (alice, "sts:AssumeRole", role, 0),
        (ops, "iam:GetUser", alice, 0),
        (ops, "s3:GetObject", PLAN, 1),
        (ops, "sts:AssumeRole", role, 1),
        (role, "iam:GetUser", alice, 0),
        ("123456789012", "iam:GetUser", alice, 0),
        ("anonymous", "lambda:InvokeFunctionUrl", hello, 1),
    ];
    for (principal, action, resource, code) in table {
        let asked = [principal, action, resource, "--config", "cloud.toml"];
        can(&folder, &asked).assert().code(code).stderr("");
    }
    let wrong: [(&[&str], &str); 5] = [
        (
            &[ALICE, "iam:GetUser", alice, "--config", "cloud.toml"],
            "error: the principal `arn:aws:iam::123456789012:user/alice` doesn't exist in this cloud\n",
        ),
        (
            &["210987654321", "iam:GetUser", alice, "--config", "cloud.toml"],
            "error: the principal `arn:aws:iam::210987654321:root` doesn't exist in this cloud\n",
        ),
        (&[alice, "iam:GetUser", alice, "--config", "wrong.toml"], "error: wrong.toml: line 9: "),
        (&[alice, "iam:GetUser", alice, "--config", "none.toml"], "error: Couldn't read none.toml: "),
        (&["--batch", "-", "--config", "cloud.toml"], "error: --batch can't be used with --config\n"),
    ];
    for (args, expected) in wrong {
        let assert = can(&folder, args).assert().code(2).stdout("");
        let stderr = String::from_utf8_lossy(&assert.get_output().stderr).into_owned();
        assert!(stderr.starts_with(expected), "{args:?}: {stderr}");
    }
}

#[test]
fn a_batch_answers_each_line_in_order() {
    let trust = statement(
        json!({ "Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "sts:AssumeRole" }),
    );
    let all = allow("*", "*");
    let lines = [
        json!({"id": 7, "principal": ALICE, "action": "s3:GetObject", "resource": PLAN,
            "context": {"aws:SourceIp": "203.0.113.7"}, "identity": [home()]}),
        json!({"principal": ALICE, "action": "s3:GetObject", "resource": PLAN, "identity": [], "boundary": null}),
        json!({"principal": ALICE, "action": "s3:GetObject", "resource": PLAN,
            "identity": [{"name": "all", "policy": all}, all.to_string()],
            "scp": [all, statement(json!({"Sid": "No", "Effect": "Deny", "Action": "*", "Resource": "*"}))]}),
        json!({"principal": ALICE, "action": "s3:GetObject", "resource": PLAN, "identity": [all],
            "scp": [[all, allow("iam:*", "*")], [allow("iam:*", "*")]]}),
        json!({"principal": ALICE, "action": "sts:AssumeRole", "resource": "arn:aws:iam::123456789012:role/Ops",
            "identity": [all], "resource_policy": trust}),
        json!({"principal": ALICE, "action": "sts:AssumeRole", "resource": "arn:aws:iam::210987654321:role/Ops",
            "identity": [all], "resource_account": "123456789012"}),
        json!({"principal": ALICE, "action": "s3:GetObject", "resource": PLAN,
            "context": {"aws:TagKeys": "a", "a:list": ["x", 1, true], "a:none": null},
            "identity": [statement(json!({"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {
                "ForAllValues:StringEquals": {"aws:TagKeys": "a", "a:list": ["x", "1", "true"]},
                "Null": {"a:none": "true"}}}))]}),
    ];
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let folder = folder(&[]);
    fs::write(folder.path().join("questions.jsonl"), &text).unwrap();
    let output =
        can(&folder, &["--batch", "questions.jsonl"]).assert().code(0).stderr("").get_output().stdout.clone();
    let answers: Vec<Value> = output
        .split(|b| *b == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect();
    let decisions: Vec<_> = answers.iter().map(|answer| answer["decision"].as_str().unwrap()).collect();
    assert_eq!(
        decisions,
        ["allowed", "implicit-deny", "explicit-deny", "implicit-deny", "allowed", "allowed", "allowed"]
    );
    assert_eq!(
        answers[0],
        json!({"id": 7, "decision": "allowed", "layer": null, "because": "s3:GetObject is allowed, and nothing denies it",
            "decided_by": [{"layer": "identity-policy", "policy": "identity[0]", "statement": 0, "sid": "Home", "effect": "Allow"}],
            "near_misses": []})
    );
    assert_eq!(
        answers[2]["decided_by"],
        json!([{"layer": "service-control-policy", "policy": "scp[1]", "statement": 0, "sid": "No", "effect": "Deny"}])
    );
    let piped =
        can(&folder, &["--batch", "-"]).write_stdin(text).assert().code(0).get_output().stdout.clone();
    assert_eq!(piped, output);
}

#[test]
fn a_line_with_a_mistake_says_so_and_the_others_go_on() {
    let good = json!({"principal": ALICE, "action": "s3:GetObject", "resource": PLAN}).to_string();
    let with = |member: &str, value: Value| {
        let mut line: Value = serde_json::from_str(&good).unwrap();
        line[member] = value;
        line.to_string()
    };
    let input = [
        good.clone(),
        String::new(),
        "not json".to_owned(),
        with("resourcepolicy", json!({})),
        with("identity", json!([home(), {"Statement": []}])),
        with("boundary", json!([home(), home()])),
        with("context", json!({"a:b": {}})),
        with("action", json!("GetObject")),
        with("identity", json!([{"name": "x", "policy": "no"}])),
        good.replace(r#""action""#, r#""id":1,"id":2,"action""#),
        good,
    ]
    .join("\n");
    let folder = folder(&[]);
    let output =
        can(&folder, &["--batch", "-"]).write_stdin(input).assert().code(2).get_output().stdout.clone();
    let answers: Vec<Value> =
        String::from_utf8(output).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let lines: Vec<_> = answers.iter().map(|answer| answer["line"].as_u64()).collect();
    let wrong = (3..=10).map(Some);
    assert_eq!(lines, std::iter::once(None).chain(wrong).chain([None]).collect::<Vec<_>>());
    let errors: Vec<_> = answers[1..9].iter().map(|answer| answer["error"].as_str().unwrap()).collect();
    assert!(errors[0].starts_with("expected"), "{errors:?}");
    assert!(errors[1].starts_with("unknown field `resourcepolicy`"), "{errors:?}");
    assert_eq!(errors[2], "identity[1]: Syntax errors in policy. There is no statement. (at Statement)");
    assert_eq!(errors[3], "`boundary` has 2 policies, but only one is allowed");
    assert_eq!(errors[4], "the context key `a:b` has a value that isn't a string or a list of strings");
    assert_eq!(errors[5], "`GetObject` isn't a valid action");
    assert!(errors[6].starts_with("identity[0]: Syntax errors in policy."), "{errors:?}");
    assert!(errors[7].starts_with("duplicate field `id`"), "{errors:?}");
    can(&folder, &["--batch", "none.jsonl"]).assert().code(2).stdout("");
}

#[test]
fn no_output_reaches_a_terminal_raw() {
    let hostile = "\u{1b}]0;x\u{7}\u{9b}31m\u{7f}\u{202e}\u{200b}\u{2028}";
    let policy = statement(json!({"Sid": "S1", "Effect": "Allow", "Action": "*", "Resource": "*"}));
    let question = json!({"id": hostile, "principal": ALICE, "action": "s3:GetObject",
        "resource": format!("arn:aws:s3:::{hostile}"), "identity": [policy]});
    let mistake = json!({"principal": hostile, "action": "a", "resource": "b"});
    let folder = folder(&[("home.json", home())]);
    fs::write(folder.path().join("questions"), format!("{question}\n{mistake}\n")).unwrap();
    let plain = |bytes: &[u8]| {
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let unsafe_ = |c: &char| *c != '\n' && signpost::core::visible::classify(*c).is_some();
        assert_eq!(text.chars().find(unsafe_), None, "{text:?}");
        text
    };
    let batch = can(&folder, &["--batch", "questions"]).assert().code(2).get_output().clone();
    let first: Value = serde_json::from_str(plain(&batch.stdout).lines().next().unwrap()).unwrap();
    assert_eq!(first["id"], hostile, "JSON means the same");
    let resource = format!("arn:aws:s3:::{}", hostile.replace('\u{7}', ""));
    for args in [&["--json"][..], &[]] {
        let asked = [ALICE, "s3:GetObject", &resource, "--policies", "home.json"];
        let output = can(&folder, &asked).args(args).output().unwrap();
        plain(&output.stdout);
    }
    let config = folder.path().join("cloud.toml");
    fs::write(&config, format!("\"{hostile}\" = 1\nlisten = \"{hostile}\"\n").replace('\u{1b}', "\\u001b"))
        .unwrap();
    let asked = ["--config", config.to_str().unwrap(), ALICE, "s3:GetObject", "*"];
    plain(&can(&folder, &asked).output().unwrap().stderr);
    let mut cloud = Command::cargo_bin("signpost").unwrap();
    let output = cloud.args(["cloud", "--config", config.to_str().unwrap()]).output().unwrap();
    assert!(plain(&output.stderr).contains("error: "));
}

use std::collections::BTreeSet;
use std::time::SystemTime;

use serde_json::Value;

use super::*;

const EXAMPLE: &str = include_str!("../../../assets/cloud.example.toml");
const SCHEMA: &str = include_str!("../../../assets/cloud.schema.json");

fn read(text: &str) -> Result<Config, Vec<Problem>> {
    let config = parse(text, SystemTime::now(), &Random::new().unwrap())?;
    config.roles.check(&config.state, &BTreeSet::new())?;
    Ok(config)
}

/// The example with every option uncommented.
fn uncommented() -> String {
    let switch = |line: &str| match line.strip_prefix('#') {
        Some(rest)
            if rest.starts_with(['[', '{', '}', '\''])
                || rest.starts_with(|c: char| c.is_ascii_alphabetic()) =>
        {
            rest.to_owned()
        }
        // Inside a document.
        Some(rest) if rest.starts_with("  ") && rest.trim_start().starts_with(['"', '}']) => rest.to_owned(),
        _ => line.to_owned(),
    };
    EXAMPLE.lines().map(|line| switch(line) + "\n").collect()
}

#[test]
fn the_uncommented_example_is_valid_and_shows_the_defaults() {
    let config = read(&uncommented()).unwrap_or_else(|problems| panic!("{problems:#?}"));
    assert_eq!(config.options, Options::default());
    assert_eq!(read("").unwrap().options, Options::default());
    let clock = config.clock;
    assert_eq!((clock.advanced_seconds(), clock.skew_seconds(), clock.is_frozen()), (0, 0, false));
    let state = config.state;
    assert_eq!((state.region.as_str(), state.accounts.len(), state.functions().count()), ("us-east-1", 1, 4));
    let account = state.account("123456789012").unwrap();
    let alice = account.users.get("alice").unwrap();
    assert_eq!(alice.arn, "arn:aws:iam::123456789012:user/team/alice");
    assert_eq!(account.granted_to(alice).count(), 4, "inline, attached, and two of the group");
    assert!(state.key("AKIAIOSFODNN7EXAMPLE").is_some() && state.key("AKIAI44QH8DHBEXAMPLE").is_some());
    assert!(state.function_by_url("hello").unwrap().policy().is_some());
}

#[test]
fn the_example_equals_an_empty_configuration() {
    let (example, nothing) = (read(EXAMPLE).unwrap(), read("").unwrap());
    assert_eq!(example.options, nothing.options);
    assert!(nothing.state.function_by_url("demo").is_some());
    assert_eq!(example.state.accounts.keys().collect::<Vec<_>>(), ["123456789012"]);
}

/// The path of every key in a value; the elements of a list count as one.
fn keys(value: &toml::Value, way: &str, free: &BTreeSet<String>, out: &mut BTreeSet<String>) {
    match value {
        toml::Value::Table(table) if !free.contains(way) => {
            for (name, value) in table {
                let way = format!("{way}.{name}");
                keys(value, &way, free, out);
                out.insert(way);
            }
        }
        toml::Value::Array(array) => array.iter().for_each(|value| keys(value, way, free, out)),
        _ => {}
    }
}

/// The same for a schema; tables with arbitrary keys go to `free`.
fn schema_keys(schema: &Value, way: &str, free: &mut BTreeSet<String>, out: &mut BTreeSet<String>) {
    if schema["additionalProperties"].is_object() {
        free.insert(way.to_owned());
    }
    if schema["items"].is_object() {
        schema_keys(&schema["items"], way, free, out);
    }
    for (name, inner) in schema["properties"].as_object().into_iter().flatten() {
        let way = format!("{way}.{name}");
        schema_keys(inner, &way, free, out);
        out.insert(way);
    }
}

#[test]
fn schema_and_example_have_the_same_keys() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let (mut free, mut in_schema, mut in_example) = Default::default();
    schema_keys(&schema, "", &mut free, &mut in_schema);
    let example: toml::Value = toml::from_str(&uncommented()).unwrap();
    keys(&example, "", &free, &mut in_example);
    assert_eq!(in_example, in_schema);
    // serde lists the options that it knows.
    let hint = &read("unknown = 1").err().unwrap()[0].hint;
    let known: BTreeSet<_> = hint.split('`').skip(1).step_by(2).map(|name| format!(".{name}")).collect();
    let top: BTreeSet<_> = in_schema.into_iter().filter(|way| way.matches('.').count() == 1).collect();
    assert_eq!(known, top);
}

#[test]
fn a_mistake_is_reported_with_line_key_and_hint() {
    let account = "[[accounts]]\nid = \"123456789012\"\n";
    let policy = "'{\"Version\": \"2012-10-17\", \"Statement\": {\"Effect\": \"Allow\", \"Action\": \"iam\", \"Resource\": \"*\"}}'";
    let table = [
        ("port = 70000".to_owned(), 1, "port", "70000"),
        ("\n\npotr = 1".to_owned(), 3, "potr", "unknown field"),
        ("port = ".to_owned(), 1, "", ""),
        ("[clock]\nnow = \"noon\"".to_owned(), 2, "clock.now", "isn't a valid time"),
        ("[clock]\nskew_seconds = -2000000000".to_owned(), 2, "clock.skew_seconds", "before 1970"),
        (
            "[clock]\n\nadvance_seconds = -9223372036854775808".to_owned(),
            3,
            "clock.advance_seconds",
            "before 1970",
        ),
        ("[clock]\nnow = \"1969-12-31T23:59:59Z\"".to_owned(), 2, "clock.now", "before 1970"),
        ("[clock]\nnow = \"9999-12-31T23:59:59Z\"".to_owned(), 2, "clock.now", "a hundred years ahead"),
        ("listen = \"here\"".to_owned(), 1, "listen", "isn't an IP address"),
        ("[[accounts]]\nid = \"12\"".to_owned(), 2, "accounts[0].id", "isn't a valid account id"),
        (format!("{account}{account}"), 4, "accounts[1].id", "declared twice"),
        (
            format!("{account}[[accounts.users]]\nname = \"a b\""),
            4,
            "accounts[0].users[0].name",
            "isn't a valid name",
        ),
        (
            format!("{account}[[accounts.users]]\nname = \"a\"\n[[accounts.users]]\nname = \"A\""),
            6,
            "accounts[0].users[1].name",
            "declared twice",
        ),
        (
            format!("{account}[[accounts.users]]\nname = \"a\"\npolicies = {{ p = {policy} }}"),
            5,
            "accounts[0].users[0].policies.p",
            "(at Statement[0].Action",
        ),
        (
            format!("{account}[[accounts.users]]\nname = \"a\"\ngroups = [\"g\"]"),
            5,
            "accounts[0].users[0].groups[0]",
            "doesn't exist in this account",
        ),
        (
            format!("{account}[[accounts.users]]\nname = \"a\"\nattached = [\"p\"]"),
            5,
            "accounts[0].users[0].attached[0]",
            "doesn't exist",
        ),
        (
            format!(
                "{account}[[accounts.users]]\nname = \"a\"\nkeys = [{{ access_key = \"AKIAIOSFODNN7EXAMPLE\" }}]"
            ),
            5,
            "accounts[0].users[0].keys[0].access_key",
            "needs its secret key",
        ),
        (
            format!("{account}[[accounts.users]]\nname = \"a\"\nmfa = {{ serial = \"s\" }}"),
            5,
            "accounts[0].users[0].mfa",
            "a seed or a code",
        ),
        (
            format!(
                "{account}[[accounts.users]]\nname = \"a\"\nmfa = {{ serial = \"12345678\", code = \"123456\" }}"
            ),
            5,
            "accounts[0].users[0].mfa.serial",
            "isn't a valid serial number",
        ),
        (
            format!(
                "{account}[[accounts.users]]\nname = \"a\"\nmfa = {{ serial = \"123456 89\", code = \"123456\" }}"
            ),
            5,
            "accounts[0].users[0].mfa.serial",
            "isn't a valid serial number",
        ),
        (
            format!("{account}[[accounts.users]]\nname = \"a\"\nmfa = {{ seed = \"1\" }}"),
            5,
            "accounts[0].users[0].mfa.seed",
            "isn't valid Base32",
        ),
        (
            format!(
                "{account}[[accounts.users]]\nname = \"a\"\nmfa = {{ seed = \"{{{{env:SIGNPOST_TEST_UNSET}}}}\" }}"
            ),
            5,
            "accounts[0].users[0].mfa.seed",
            "`SIGNPOST_TEST_UNSET` isn't set",
        ),
        (format!("[instance]\nrole = \"r\"\n{account}"), 2, "instance.role", "doesn't exist in account"),
        (
            "[sso]\nassignments = [{ role = \"r\" }]".to_owned(),
            2,
            "sso.assignments[0].role",
            "doesn't exist in account",
        ),
        ("[sso]\nuser = \"a b\"".to_owned(), 2, "sso.user", "isn't a valid user name"),
        ("[sso]\nstart_url = \"here\"".to_owned(), 2, "sso.start_url", "isn't a valid start URL"),
        (
            "[container]\nrole = \"r\"\nlifetime_seconds = 899".to_owned(),
            2,
            "container.role",
            "doesn't exist in account",
        ),
        (
            "[[functions]]\nname = \"f\"\naccount = \"1\"".to_owned(),
            3,
            "functions[0].account",
            "doesn't exist",
        ),
        (
            "[[functions]]\nname = \"f\"\nhandler = \"no\"".to_owned(),
            3,
            "functions[0].handler",
            "unknown variant",
        ),
        (
            "[[functions]]\nname = \"f\"\nhandler = \"echo\"\nproxy = \"http://127.0.0.1:1\"".to_owned(),
            2,
            "functions[0].name",
            "more than one",
        ),
        (
            "[[functions]]\nname = \"f\"\n[[functions]]\nname = \"g\"\nurl = { id = \"f\" }".to_owned(),
            5,
            "functions[1].url.id",
            "declared twice",
        ),
        (
            "[[functions]]\nname = \"f\"\ntimeout_seconds = 901".to_owned(),
            3,
            "functions[0].timeout_seconds",
            "901",
        ),
    ];
    for (text, line, key, message) in table {
        let problems = read(&text).err().unwrap_or_else(|| panic!("{text} was accepted"));
        let problem = &problems[0];
        assert_eq!((problem.line, problem.key.as_str()), (line, key), "{text}: {problem}");
        assert!(problem.message.contains(message), "{text}: {problem}");
        assert!(!problem.hint.is_empty() || key.is_empty() || key == "port", "{text}: {problem}");
    }
}

#[test]
fn all_mistakes_are_reported_together() {
    let problems =
        read("listen = \"x\"\nregion = \"\"\n[[functions]]\nname = \"a b\"\n").err().unwrap_or_default();
    assert_eq!(problems.iter().map(|problem| problem.line).collect::<Vec<_>>(), [1, 2, 4, 4]);
}

use std::fmt::Write as _;

use serde_json::Value;

use super::*;

fn parse(config: &str, credentials: &str) -> AwsFiles {
    let text = |name, text| AwsText { name, text };
    AwsFiles::parse(Some(text("~/.aws/config", config)), Some(text("~/.aws/credentials", credentials)))
}

fn plain(sections: &BTreeMap<String, AwsSection>) -> Value {
    let section = |section: &AwsSection| {
        section.values.iter().map(|(key, value)| (key.clone(), value.text.clone().into())).collect()
    };
    Value::Object(sections.iter().map(|(name, one)| (name.clone(), Value::Object(section(one)))).collect())
}

#[test]
fn values_are_found_with_their_file_and_line() {
    let files = parse(
        "\u{feff}# mine\r\n[profile a]\r\nregion = eu-west-1\r\nRole_ARN = x ; y\n",
        "\n[a]\naws_access_key_id = AKIDEXAMPLE\n",
    );
    let a = &files.profiles["a"];
    assert_eq!(a.text("role_arn"), Some("x"));
    assert_eq!(a.get("role_arn").unwrap().place.to_string(), "~/.aws/config:4");
    assert_eq!(a.get("aws_access_key_id").unwrap().place.to_string(), "~/.aws/credentials:3");
    assert_eq!(a.place.to_string(), "~/.aws/config:2");
    assert_eq!((files.errors, files.warnings), (vec![], vec![]));
}

#[test]
fn a_section_that_is_skipped_is_named_with_its_line_and_a_hint() {
    let files = parse(
        "[foo]\nx = 1\n[profile a b]\n[profile \"my profile\"]\nin valid = 1\n[plugins]\n",
        "[profile x]\n",
    );
    assert_eq!(files.profiles.keys().collect::<Vec<_>>(), ["my profile"]);
    let warnings: Vec<_> = files.warnings.iter().map(FileProblem::placed).collect();
    assert_eq!(
        warnings,
        [
            "~/.aws/config:1: `[foo]` is skipped: it isn't a section of a config file",
            "~/.aws/config:3: `[profile a b]` is skipped: its name isn't valid",
            "~/.aws/config:5: the key `in valid` is skipped: it isn't a valid name",
            "~/.aws/credentials:1: `[profile x]` is skipped: it isn't a section of a credentials file",
        ]
    );
    assert_eq!(files.warnings[0].hint, "A profile begins with `[profile NAME]` in a config file.");
}

#[test]
fn the_rest_of_a_file_with_an_invalid_line_is_read_and_the_line_is_named() {
    let files = parse("[profile a\nregion = x\n[profile b]\nregion\nregion = y\n", "");
    assert_eq!(plain(&files.profiles), serde_json::json!({ "b": { "region": "y" } }));
    let errors: Vec<_> = files.errors.iter().map(FileProblem::placed).collect();
    assert_eq!(
        errors,
        [
            "~/.aws/config:1: profile definition must end with ']'",
            "~/.aws/config:4: expected an '=' sign defining a property",
        ]
    );
}

#[test]
fn sub_properties_are_found_by_name() {
    let files = parse(
        "[services dev]\ns3 =\n  endpoint_url = http://x\n  Other=1\n[profile p]\nservices = dev\n",
        "",
    );
    let s3 = files.services["dev"].get("s3").unwrap();
    assert_eq!(s3.sub_property("endpoint_url"), Some("http://x"));
    assert_eq!((s3.sub_property("other"), s3.sub_property("none")), (Some("1"), None));
}

#[test]
fn rubbish_is_bounded_and_never_in_debug() {
    let mut rubbish = String::new();
    for line in 0..100_000 {
        writeln!(rubbish, "rubbish {line}").unwrap();
    }
    let files = parse(&rubbish, &rubbish);
    assert_eq!((files.errors.len(), files.profiles.len()), (2 * MOST_PROBLEMS, 0));
    let files = parse("", "[a]\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n");
    assert!(!format!("{files:?}").contains("wJalr"));
}

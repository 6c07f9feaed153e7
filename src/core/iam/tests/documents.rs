//! Which documents are accepted, and where others are malformed.

use super::*;

#[test]
fn unknown_things_are_malformed_with_their_location() {
    let ok = r#""Action": "*", "Resource": "*""#;
    let condition = |text: &str| allow(&format!(r#"{ok}, "Condition": {text}"#));
    let table: Vec<(String, Kind, &str)> = vec![
        ("This is not JSON".into(), Kind::Identity, "the document"),
        ("[]".into(), Kind::Identity, "the document"),
        ("{}".into(), Kind::Identity, "Statement"),
        (r#"{"Version": "2012-10-17"}"#.into(), Kind::Identity, "Statement"),
        (r#"{"Version": "2012-10-17", "Statement": []}"#.into(), Kind::Identity, "Statement"),
        (r#"{"Version": "2012-10-17", "Statement": "x"}"#.into(), Kind::Identity, "Statement"),
        (r#"{"Version": "2012-10-17", "Statement": ["x"]}"#.into(), Kind::Identity, "Statement[0]"),
        (r#"{"Version": "2012-10-18", "Statement": []}"#.into(), Kind::Resource, "Version"),
        (r#"{"Version": 2012, "Statement": []}"#.into(), Kind::Identity, "Version"),
        (r#"{"Version": "2012-10-17", "Extra": 1, "Statement": []}"#.into(), Kind::Identity, "Extra"),
        (allow(r#""Resource": "*""#), Kind::Identity, "Statement[0]"),
        (allow(r#""Action": "*""#), Kind::Identity, "Statement[0]"),
        (statement(ok), Kind::Identity, "Statement[0]"),
        (statement(&format!(r#""Effect": "allow", {ok}"#)), Kind::Identity, "Statement[0].Effect"),
        (statement(&format!(r#""Effect": "Deny", "Effect": "Allow", {ok}"#)), Kind::Identity, "the document"),
        (allow(&format!(r#"{ok}, "Sid": "a-b""#)), Kind::Identity, "Statement[0].Sid"),
        (allow(&format!(r#"{ok}, "action": "*""#)), Kind::Identity, "Statement[0].action"),
        (allow(&format!(r#"{ok}, "NotAction": "s3:*""#)), Kind::Identity, "Statement[0].NotAction"),
        (allow(&format!(r#"{ok}, "NotResource": "*""#)), Kind::Identity, "Statement[0].NotResource"),
        (allow(&format!(r#"{ok}, "Principal": "*""#)), Kind::Identity, "Statement[0].Principal"),
        (deny(&format!(r#"{ok}, "NotPrincipal": "*""#)), Kind::Identity, "Statement[0].NotPrincipal"),
        (allow(ok), Kind::Resource, "Statement[0]"),
        (allow(&format!(r#"{ok}, "NotPrincipal": "*""#)), Kind::Resource, "Statement[0].NotPrincipal"),
        (to(r#"{"AWS": "arn:aws:iam::123456789012:user/*"}"#), Kind::Resource, "Statement[0].Principal.AWS"),
        (to(r#"{"AWS": "${aws:username}"}"#), Kind::Resource, "Statement[0].Principal.AWS"),
        (
            to(r#"{"AWS": "arn:aws:iam::123456789012:group/dev"}"#),
            Kind::Resource,
            "Statement[0].Principal.AWS",
        ),
        (to(r#"{"AWS": "arn:aws:iam::123456789012:role/"}"#), Kind::Resource, "Statement[0].Principal.AWS"),
        (to(r#"{"AWS": "alice"}"#), Kind::Resource, "Statement[0].Principal.AWS"),
        (to(r#"{"AWS": []}"#), Kind::Resource, "Statement[0].Principal.AWS"),
        (to(r#"{"Service": "*"}"#), Kind::Resource, "Statement[0].Principal.Service"),
        (to(r#"{"Someone": "x.y"}"#), Kind::Resource, "Statement[0].Principal.Someone"),
        (to("{}"), Kind::Resource, "Statement[0].Principal"),
        (to(r#""alice""#), Kind::Resource, "Statement[0].Principal"),
        (allow(r#""Action": 1, "Resource": "*""#), Kind::Identity, "Statement[0].Action"),
        (allow(r#""Action": ["s3:*", null], "Resource": "*""#), Kind::Identity, "Statement[0].Action[1]"),
        (allow(r#""Action": [], "Resource": "*""#), Kind::Identity, "Statement[0].Action"),
        (allow(r#""Action": "InvokeFunction", "Resource": "*""#), Kind::Identity, "Statement[0].Action"),
        (allow(r#""Action": "s*:Get", "Resource": "*""#), Kind::Identity, "Statement[0].Action"),
        (allow(r#""Action": "s3:a:b", "Resource": "*""#), Kind::Identity, "Statement[0].Action"),
        (allow(r#""Action": "s3:${a:b}", "Resource": "*""#), Kind::Identity, "Statement[0].Action"),
        (allow(r#""Action": "*", "Resource": "hello""#), Kind::Identity, "Statement[0].Resource"),
        (allow(r#""Action": "*", "Resource": "arn:aws:*:::x""#), Kind::Identity, "Statement[0].Resource"),
        (allow(r#""Action": "*", "Resource": "arn:gcp:s3:::x""#), Kind::Identity, "Statement[0].Resource"),
        (
            allow(r#""Action": "*", "Resource": "arn:aws:s3:::${aws""#),
            Kind::Identity,
            "Statement[0].Resource",
        ),
        (
            allow(r#""Action": "*", "Resource": "arn:aws:s3::${aws:PrincipalAccount}:x""#),
            Kind::Identity,
            "Statement[0].Resource",
        ),
        (allow(r#""Action": "*", "Resource": "${aws:username}""#), Kind::Identity, "Statement[0].Resource"),
        (condition("[]"), Kind::Identity, "Statement[0].Condition"),
        (condition(r#"{"StringLikes": {"a:b": "c"}}"#), Kind::Identity, "Statement[0].Condition.StringLikes"),
        (condition(r#"{"StringLike": {}}"#), Kind::Identity, "Statement[0].Condition.StringLike"),
        (condition(r#"{"StringLike": "x"}"#), Kind::Identity, "Statement[0].Condition.StringLike"),
        (
            condition(r#"{"NullIfExists": {"a:b": "true"}}"#),
            Kind::Identity,
            "Statement[0].Condition.NullIfExists",
        ),
        (condition(r#"{"Null": {"a:b": "yes"}}"#), Kind::Identity, "Statement[0].Condition.Null.a:b"),
        (condition(r#"{"Bool": {"a:b": "yes"}}"#), Kind::Identity, "Statement[0].Condition.Bool.a:b"),
        (condition(r#"{"Bool": {"b": "true"}}"#), Kind::Identity, "Statement[0].Condition.Bool.b"),
        (
            condition(r#"{"StringLike": {"a:b": []}}"#),
            Kind::Identity,
            "Statement[0].Condition.StringLike.a:b",
        ),
        (
            condition(r#"{"StringLike": {"a:b": [null]}}"#),
            Kind::Identity,
            "Statement[0].Condition.StringLike.a:b[0]",
        ),
        (
            condition(r#"{"StringLike": {"a:b": "${x"}}"#),
            Kind::Identity,
            "Statement[0].Condition.StringLike.a:b",
        ),
        (
            condition(r#"{"NumericEquals": {"a:b": "1e3"}}"#),
            Kind::Identity,
            "Statement[0].Condition.NumericEquals.a:b",
        ),
        (
            condition(r#"{"DateEquals": {"a:b": "soon"}}"#),
            Kind::Identity,
            "Statement[0].Condition.DateEquals.a:b",
        ),
        (
            condition(r#"{"IpAddress": {"a:b": "10.0.0.0/40"}}"#),
            Kind::Identity,
            "Statement[0].Condition.IpAddress.a:b",
        ),
        (
            condition(r#"{"BinaryEquals": {"a:b": "?"}}"#),
            Kind::Identity,
            "Statement[0].Condition.BinaryEquals.a:b",
        ),
        (
            allow(r#""Principal": "*", "Action": "sts:AssumeRole", "Resource": "*""#),
            Kind::Trust,
            "Statement[0].Resource",
        ),
        (allow(r#""Principal": "*", "Action": "s3:GetObject""#), Kind::Trust, "Statement[0].Action"),
        (deny(r#""NotPrincipal": "*", "Action": "sts:*""#), Kind::Trust, "Statement[0].NotPrincipal"),
        (allow(r#""Action": "sts:AssumeRole""#), Kind::Trust, "Statement[0]"),
    ];
    for (text, kind, place) in &table {
        let error = Policy::parse(text, *kind).expect_err(text);
        assert_eq!(error.place, *place, "{text}: {error}");
    }
    let error = Policy::parse(&allow(r#""Action": "*", "Resource": "hello""#), Kind::Identity).unwrap_err();
    assert_eq!(
        error.to_string(),
        "Resource hello must be in ARN format or \"*\". (at Statement[0].Resource)"
    );
}

#[test]
fn sids_are_unique() {
    let two = r#"{"Statement": [
        {"Sid": "A", "Effect": "Allow", "Action": "*", "Resource": "*"},
        {"Sid": "A", "Effect": "Deny", "Action": "*", "Resource": "*"}]}"#;
    assert_eq!(Policy::parse(two, Kind::Identity).unwrap_err().place, "Statement[1].Sid");
    assert!(Policy::parse(&two.replace(r#""Sid": "A""#, r#""Sid": """#), Kind::Identity).is_ok());
}

#[test]
fn documents_have_a_version() {
    let version = |text: &str| Policy::parse(text, Kind::Identity).unwrap().version();
    assert_eq!(version(&everything()), Version::V2012);
    assert_eq!(version(&everything().replace("2012", "2008")), Version::V2008);
    assert_eq!(version(&everything().replace(r#""Version": "2012-10-17", "#, "")), Version::V2008);
}

#[test]
fn deep_nesting_is_refused() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(Policy::parse(&deep, Kind::Identity).unwrap_err().place, "the document");
}

/// Parsing takes linear time.
#[test]
fn large_documents_are_parsed_quickly() {
    let members: String = (0..200_000).map(|index| format!(r#""k{index}": 1, "#)).collect();
    let text = format!(r#"{{{members}"Version": "2012-10-17"}}"#);
    assert_eq!(Policy::parse(&text, Kind::Identity).unwrap_err().place, "k0");
    let one = |index| format!(r#"{{"Sid": "S{index}", "Effect": "Allow", "Action": "*", "Resource": "*"}}"#);
    let statements: Vec<_> = (0..30_000).map(one).collect();
    let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{}]}}"#, statements.join(", "));
    assert!(Case::of(ALICE).identity(text).allowed());
}

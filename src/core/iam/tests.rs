//! The policy language as a whole: documents in, decisions out.

use proptest::prelude::*;

use super::*;

const ALICE: &str = "arn:aws:iam::123456789012:user/alice";
const HELLO: &str = "arn:aws:lambda:us-east-1:123456789012:function:hello";
const INVOKE: &str = "lambda:InvokeFunctionUrl";

fn statement(rest: &str) -> String {
    format!(r#"{{"Version": "2012-10-17", "Statement": [{{{rest}}}]}}"#)
}

fn allow(rest: &str) -> String {
    statement(&format!(r#""Effect": "Allow", {rest}"#))
}

/// Decides alice's call of the function under these documents.
fn decide(identity: &[&str], resource: Option<&str>) -> Decision {
    decide_as("123456789012", identity, resource)
}

fn decide_as(account: &str, identity: &[&str], resource: Option<&str>) -> Decision {
    let identity: Vec<_> = identity.iter().map(|text| Policy::parse(text, Kind::Identity).unwrap()).collect();
    let resource = resource.map(|text| Policy::parse(text, Kind::Resource).unwrap());
    let context = Context::default().with("lambda:FunctionUrlAuthType", "AWS_IAM");
    let caller = Caller { arn: ALICE.replace("123456789012", account), account: account.into() };
    let question = Question {
        caller: &caller,
        action: INVOKE,
        resource: HELLO,
        owner: "123456789012",
        context: &context,
    };
    let policies = Policies {
        identity: identity.iter().map(|policy| Attached { name: "identity", policy }).collect(),
        resource: resource.as_ref().map(|policy| Attached { name: "resource", policy }),
    };
    evaluate(&question, &policies)
}

#[test]
fn without_a_policy_nothing_is_allowed() {
    assert_eq!(decide(&[], None), Decision { basis: Basis::NothingAllows, steps: Vec::new() });
}

#[test]
fn identity_policies_by_element() {
    let table = [
        (r#""Action": "lambda:InvokeFunctionUrl", "Resource": "*""#, true),
        (r#""Action": "LAMBDA:invokefunctionURL", "Resource": "*""#, true),
        (r#""Action": ["s3:*", "lambda:Invoke*"], "Resource": "*""#, true),
        (r#""Action": "*", "Resource": "arn:aws:lambda:*:123456789012:function:hell?""#, true),
        (r#""Action": "*", "Resource": "arn:aws:lambda:*:123456789012:function:HELLO""#, false),
        (r#""Action": "lambda:InvokeFunction", "Resource": "*""#, false),
        (r#""NotAction": "iam:*", "Resource": "*""#, true),
        (r#""NotAction": "lambda:*", "Resource": "*""#, false),
        (r#""Action": "*", "NotResource": "arn:aws:lambda:*:*:function:hello""#, false),
        (
            r#""Action": "*", "Resource": "*", "Condition": {"StringEquals": {"lambda:functionurlauthtype": "AWS_IAM"}}"#,
            true,
        ),
        (
            r#""Action": "*", "Resource": "*", "Condition": {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}}"#,
            false,
        ),
    ];
    for (rest, expected) in table {
        assert_eq!(decide(&[&allow(rest)], None).allowed(), expected, "{rest}");
    }
}

#[test]
fn a_deny_anywhere_wins() {
    let everything = allow(r#""Action": "*", "Resource": "*""#);
    let deny = statement(r#""Sid": "No", "Effect": "Deny", "Action": "lambda:*", "Resource": "*""#);
    let decision = decide(&[&everything, &deny], None);
    assert_eq!(decision.basis, Basis::ExplicitDeny(1));
    assert_eq!(decision.steps[1].sid.as_deref(), Some("No"));

    let root = statement(
        r#""Effect": "Deny", "Principal": {"AWS": "123456789012"}, "Action": "*", "Resource": "*""#,
    );
    assert_eq!(decide(&[&everything], Some(&root)).basis, Basis::ExplicitDeny(0));
}

#[test]
fn resource_policies_by_principal() {
    let by = |principal: &str| allow(&format!(r#""Principal": {principal}, "Action": "*", "Resource": "*""#));
    let table = [
        (r#""*""#, true),
        (r#"{"AWS": "*"}"#, true),
        (r#"{"AWS": "arn:aws:iam::123456789012:user/alice"}"#, true),
        (r#"{"AWS": ["arn:aws:iam::123456789012:user/bob", "arn:aws:iam::123456789012:user/alice"]}"#, true),
        (r#"{"AWS": "arn:aws:iam::123456789012:user/Alice"}"#, false),
        (r#"{"AWS": "arn:aws:iam::123456789012:root"}"#, false),
        (r#"{"AWS": "123456789012"}"#, false),
        (r#"{"Service": "events.amazonaws.com"}"#, false),
    ];
    for (principal, expected) in table {
        assert_eq!(decide(&[], Some(&by(principal))).allowed(), expected, "{principal}");
    }
    let root = by(r#"{"AWS": "123456789012"}"#);
    assert_eq!(decide(&[], Some(&root)).steps[0].outcome, Outcome::Delegates);
    assert!(decide(&[&allow(r#""Action": "*", "Resource": "*""#)], Some(&root)).allowed());
}

#[test]
fn across_accounts_both_sides_must_agree() {
    let other = "210987654321";
    let identity = allow(r#""Action": "*", "Resource": "*""#);
    let resource = allow(r#""Principal": {"AWS": "210987654321"}, "Action": "*", "Resource": "*""#);
    assert!(!decide_as(other, &[&identity], None).allowed());
    assert!(!decide_as(other, &[], Some(&resource)).allowed());
    assert!(decide_as(other, &[&identity], Some(&resource)).allowed());
}

#[test]
fn the_trace_names_the_element_that_decided() {
    let two = r#"{"Version": "2012-10-17", "Statement": [
        {"Sid": "Wrong", "Effect": "Allow", "Action": "s3:*", "Resource": "*"},
        {"Effect": "Allow", "Action": "*", "Resource": "*",
         "Condition": {"Bool": {"lambda:InvokedViaFunctionUrl": true}}}]}"#;
    let outcomes: Vec<_> =
        decide(&[two], None).steps.into_iter().map(|step| (step.sid, step.outcome)).collect();
    let condition =
        Element::Condition { operator: Operator::Bool, key: "lambda:InvokedViaFunctionUrl".into() };
    assert_eq!(
        outcomes,
        [(Some("Wrong".into()), Outcome::Differs(Element::Action)), (None, Outcome::Differs(condition)),]
    );
}

#[test]
fn what_is_not_known_is_malformed_with_its_place() {
    let ok = r#""Action": "*", "Resource": "*""#;
    let table: &[(String, Kind, &str)] = &[
        ("This is not JSON".into(), Kind::Identity, "the document"),
        ("[]".into(), Kind::Identity, "the document"),
        ("{}".into(), Kind::Identity, "Version"),
        (r#"{"Version": "2012-10-17"}"#.into(), Kind::Identity, "Statement"),
        (r#"{"Version": "2012-10-17", "Statement": []}"#.into(), Kind::Identity, "Statement"),
        (r#"{"Version": "2012-10-18", "Statement": []}"#.into(), Kind::Resource, "Version"),
        (r#"{"Version": "2008-10-17", "Statement": []}"#.into(), Kind::Identity, "Version"),
        (r#"{"Version": "2012-10-17", "Extra": 1, "Statement": []}"#.into(), Kind::Identity, "Extra"),
        (allow(r#""Resource": "*""#), Kind::Identity, "Statement[0]"),
        (allow(r#""Action": "*""#), Kind::Identity, "Statement[0]"),
        (statement(ok), Kind::Identity, "Statement[0]"),
        (statement(&format!(r#""Effect": "allow", {ok}"#)), Kind::Identity, "Statement[0].Effect"),
        (statement(&format!(r#""Effect": "Deny", "Effect": "Allow", {ok}"#)), Kind::Identity, "the document"),
        (allow(&format!(r#"{ok}, "action": "*""#)), Kind::Identity, "Statement[0].action"),
        (allow(&format!(r#"{ok}, "NotAction": "s3:*""#)), Kind::Identity, "Statement[0].NotAction"),
        (allow(&format!(r#"{ok}, "Principal": "*""#)), Kind::Identity, "Statement[0].Principal"),
        (allow(ok), Kind::Resource, "Statement[0]"),
        (allow(&format!(r#"{ok}, "NotPrincipal": "*""#)), Kind::Resource, "Statement[0].NotPrincipal"),
        (
            allow(&format!(r#"{ok}, "Principal": {{"AWS": "arn:aws:iam::123456789012:user/*"}}"#)),
            Kind::Resource,
            "Statement[0].Principal.AWS",
        ),
        (
            allow(&format!(r#"{ok}, "Principal": {{"AWS": "alice"}}"#)),
            Kind::Resource,
            "Statement[0].Principal.AWS",
        ),
        (allow(&format!(r#"{ok}, "Principal": "alice""#)), Kind::Resource, "Statement[0].Principal"),
        (allow(r#""Action": 1, "Resource": "*""#), Kind::Identity, "Statement[0].Action"),
        (allow(r#""Action": ["s3:*", null], "Resource": "*""#), Kind::Identity, "Statement[0].Action[1]"),
        (allow(r#""Action": [], "Resource": "*""#), Kind::Identity, "Statement[0].Action"),
        (allow(r#""Action": "InvokeFunction", "Resource": "*""#), Kind::Identity, "Statement[0].Action"),
        (allow(r#""Action": "*", "Resource": "hello""#), Kind::Identity, "Statement[0].Resource"),
        (
            allow(r#""Action": "*", "Resource": "arn:aws:s3:::${aws:username}""#),
            Kind::Identity,
            "Statement[0].Resource",
        ),
        (
            allow(&format!(r#"{ok}, "Condition": {{"StringLike": {{"a:b": "c"}}}}"#)),
            Kind::Identity,
            "Statement[0].Condition.StringLike",
        ),
        (
            allow(&format!(r#"{ok}, "Condition": {{"StringEqualsIfExists": {{"a:b": "c"}}}}"#)),
            Kind::Identity,
            "Statement[0].Condition.StringEqualsIfExists",
        ),
        (
            allow(&format!(r#"{ok}, "Condition": {{"Bool": {{"a:b": "yes"}}}}"#)),
            Kind::Identity,
            "Statement[0].Condition.Bool.a:b",
        ),
        (
            allow(&format!(r#"{ok}, "Condition": {{"Bool": {{"b": "true"}}}}"#)),
            Kind::Identity,
            "Statement[0].Condition.Bool.b",
        ),
        (allow(&format!(r#"{ok}, "Condition": []"#)), Kind::Identity, "Statement[0].Condition"),
    ];
    for (text, kind, place) in table {
        let error = Policy::parse(text, *kind).expect_err(text);
        assert_eq!(error.place, *place, "{text}: {error}");
    }
    assert_eq!(
        Policy::parse(&allow(r#""Action": "*", "Resource": "hello""#), Kind::Identity)
            .unwrap_err()
            .to_string(),
        "Resource hello must be in ARN format or \"*\". (at Statement[0].Resource)"
    );
}

/// JSON that looks like a policy, with pieces that are right, wrong and odd.
fn odd_value() -> impl Strategy<Value = serde_json::Value> {
    let word = prop::sample::select(vec![
        "Allow",
        "Deny",
        "*",
        "lambda:*",
        "lambda:InvokeFunctionUrl",
        "arn:aws:lambda:*:*:*",
        "2012-10-17",
        "",
        "true",
        "${aws:username}",
        "arn:aws:iam::123456789012:user/alice",
        "123456789012",
    ]);
    let name = prop::sample::select(vec![
        "Version",
        "Statement",
        "Effect",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Principal",
        "AWS",
        "Condition",
        "Bool",
        "StringEquals",
        "StringLike",
        "a:b",
        "Sid",
        "effect",
        "Extra",
    ]);
    let leaf = prop_oneof![
        4 => word.prop_map(serde_json::Value::from),
        1 => any::<bool>().prop_map(serde_json::Value::from),
        1 => Just(serde_json::Value::Null),
        1 => any::<i64>().prop_map(serde_json::Value::from),
    ];
    leaf.prop_recursive(4, 48, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(serde_json::Value::from),
            prop::collection::vec((name.clone(), inner), 0..6).prop_map(|members| {
                members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
            }),
        ]
    })
}

proptest! {
    #[test]
    fn no_text_panics(text in "\\PC{0,200}") {
        let _ = Policy::parse(&text, Kind::Identity);
        let _ = Policy::parse(&text, Kind::Resource);
    }

    /// One odd member added to a statement that allows: the document is refused, or the member is
    /// one that is known, and then the statement never allows more than it did.
    #[test]
    fn no_odd_member_allows_by_accident(
        name in "[A-Za-z:]{1,14}",
        odd in odd_value(),
        effect in prop::sample::select(vec!["Allow", "Deny", "allow", ""]),
        action in prop::sample::select(vec!["lambda:InvokeFunctionUrl", "s3:*"]),
    ) {
        let mut statement = serde_json::json!({"Effect": effect, "Action": action, "Resource": "*"});
        let known = statement.get(&name).is_some() || matches!(name.as_str(), "Sid" | "Condition");
        statement[name.as_str()] = odd;
        let text = serde_json::json!({"Version": "2012-10-17", "Statement": statement}).to_string();
        match Policy::parse(&text, Kind::Identity) {
            Err(_) => {}
            Ok(_) => {
                prop_assert!(known, "{} was taken", text);
                let stays = statement["Effect"] == "Allow" && statement["Action"] != "s3:*";
                prop_assert!(stays || !decide(&[&text], None).allowed(), "{}", text);
            }
        }
    }

    /// Whatever document is taken: it allows only through a statement that says Allow and whose
    /// action and resource name ours.
    #[test]
    fn only_an_allow_that_fits_allows(odd in odd_value(), condition in odd_value()) {
        let text = serde_json::json!({
            "Version": "2012-10-17",
            "Statement": [odd, {"Effect": "Allow", "Action": "lambda:*", "Resource": "*", "Condition": condition}],
        })
        .to_string();
        if let Ok(policy) = Policy::parse(&text, Kind::Identity) {
            let decision = decide(&[&text], None);
            if let Basis::Allowed(index) = decision.basis {
                let step = &decision.steps[index];
                prop_assert_eq!(step.effect, Effect::Allow);
                prop_assert!(policy.statements.iter().all(|s| s.effect == Effect::Allow
                    || decision.steps.iter().any(|d| d.effect == Effect::Deny && d.outcome != Outcome::Applies)));
            }
        }
    }
}

//! The contents of an explanation.

use super::*;
use crate::core::iam::trace::Says;

#[test]
fn each_element_is_shown_as_it_was_compared() {
    let two = r#"{"Version": "2012-10-17", "Statement": [
        {"Sid": "Wrong", "Effect": "Allow", "Action": "s3:*", "NotResource": "*"},
        {"Effect": "Allow", "Action": "*", "Resource": "arn:aws:lambda:*:*:function:${aws:username}*",
         "Condition": {"Bool": {"lambda:InvokedViaFunctionUrl": true}}}]}"#;
    let explanation = Case::of(&ALICE.replace("alice", "he")).identity(two).explain();
    assert_eq!(
        serde_json::to_value(&explanation).unwrap(),
        serde_json::json!({
            "decision": "implicit-deny",
            "layer": "identity-policy",
            "because": "no identity policy allows lambda:InvokeFunctionUrl",
            "layers": [
                {"layer": "service-control-policy", "policies": 0, "says": "absent"},
                {"layer": "resource-policy", "policies": 0, "says": "absent"},
                {"layer": "identity-policy", "policies": 1, "says": "nothing"},
                {"layer": "permissions-boundary", "policies": 0, "says": "absent"},
                {"layer": "session-policy", "policies": 0, "says": "absent"},
            ],
            "decided_by": [],
            "near_misses": [1],
            "steps": [
                {
                    "layer": "identity-policy", "policy": "p", "statement": 0, "sid": "Wrong",
                    "effect": "Allow", "applies": false,
                    "elements": [
                        {"element": "Action", "policy": ["s3:*"], "request": [INVOKE], "fits": false},
                        {"element": "NotResource", "policy": ["*"], "request": [HELLO], "fits": false},
                    ],
                },
                {
                    "layer": "identity-policy", "policy": "p", "statement": 1, "sid": null,
                    "effect": "Allow", "applies": false,
                    "elements": [
                        {"element": "Action", "policy": ["*"], "request": [INVOKE], "fits": true},
                        {"element": "Resource", "policy": ["arn:aws:lambda:*:*:function:he*"], "request": [HELLO], "fits": true},
                        {
                            "element": "Condition", "operator": "Bool", "key": "lambda:InvokedViaFunctionUrl",
                            "policy": ["true"], "request": null, "fits": false,
                        },
                    ],
                },
            ],
        })
    );
}

#[test]
fn the_deciding_statements_are_pointed_out() {
    let denied = deny(r#""Sid": "No", "Action": "lambda:*", "Resource": "*""#);
    let explanation = Case::of(ALICE).identity(everything()).identity(denied).explain();
    assert_eq!(explanation.decision, Decision::ExplicitDeny(Layer::IdentityPolicy));
    assert_eq!(explanation.decided_by, [1]);
    assert_eq!(explanation.steps[1].sid.as_deref(), Some("No"));
    assert_eq!(explanation.because, "an identity policy denies lambda:InvokeFunctionUrl");

    let root = to(r#"{"AWS": "123456789012"}"#);
    let explanation = Case::of(ALICE).identity(everything()).guarded(root).explain();
    assert_eq!((explanation.decision, explanation.decided_by), (Decision::Allowed, vec![0, 1]));
    assert_eq!(explanation.layers[1].says, Says::Delegates);
}

#[test]
fn an_explanation_reads_as_lines() {
    let near = allow(
        r#""Sid": "Near", "Action": "lambda:*", "Resource": "*", "Condition": {"Bool": {"a:b": "true"}}"#,
    );
    let denied = Case::of(ALICE)
        .identity(near.clone())
        .identity(everything().replace('*', "s3:*").replace(r#""Resource": "s3:*""#, r#""Resource": "*""#));
    assert_eq!(
        denied.explain().to_string(),
        "\
Denied (implicit-deny): no identity policy allows lambda:InvokeFunctionUrl.

service control policy  none
resource policy         none
identity policy         does not allow it
permissions boundary    none
session policy          none

Nearly enough:
  identity policy p, statement 0 \"Near\" (Allow)
    Condition Bool a:b doesn't match
      policy:  true
      request: no such key
  identity policy p, statement 0 (Allow)
    Action doesn't match
      policy:  s3:*
      request: lambda:InvokeFunctionUrl
"
    );
    let mut allowed = denied.guarded(to("\"*\""));
    allowed.context = Context::default().with("a:b", "TRUE");
    assert_eq!(
        allowed.explain().to_string(),
        "\
Allowed: lambda:InvokeFunctionUrl is allowed, and nothing denies it.

service control policy  none
resource policy         allows it
identity policy         allows it
permissions boundary    none
session policy          none

Decided by:
  resource policy p, statement 0 (Allow)
  identity policy p, statement 0 \"Near\" (Allow)
    Action fits
      policy:  lambda:*
      request: lambda:InvokeFunctionUrl
    Condition Bool a:b fits
      policy:  true
      request: TRUE

1 of 3 statements played no part.
"
    );
}

//! What an explanation says.

use super::*;

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
fn what_decided_is_pointed_out() {
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

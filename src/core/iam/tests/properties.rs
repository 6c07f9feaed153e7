//! What holds for every document, however odd.

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::*;

/// JSON that resembles a policy, with valid, invalid and odd pieces.
fn odd() -> impl Strategy<Value = Json> {
    let word = prop::sample::select(vec![
        "Allow",
        "Deny",
        "*",
        "lambda:*",
        INVOKE,
        "arn:aws:lambda:*:*:*",
        "2012-10-17",
        "",
        "true",
        "10",
        "${aws:username}",
        "${",
        ALICE,
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
        "NotPrincipal",
        "AWS",
        "Condition",
        "Bool",
        "StringEquals",
        "ForAllValues:StringLike",
        "NumericEqualsIfExists",
        "a:b",
        "Sid",
        "effect",
        "Extra",
    ]);
    let leaf = prop_oneof![
        4 => word.prop_map(Json::from),
        1 => any::<bool>().prop_map(Json::from),
        1 => Just(Json::Null),
        1 => any::<i64>().prop_map(Json::from),
    ];
    leaf.prop_recursive(4, 48, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            prop::collection::vec((name.clone(), inner), 0..6).prop_map(|members| members
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect()),
        ]
    })
}

fn one_of(words: &[&str]) -> impl Strategy<Value = String> + use<> {
    prop::sample::select(words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())
}

fn condition() -> impl Strategy<Value = Json> {
    let set = one_of(&["", "", "ForAllValues:", "ForAnyValue:"]);
    let typed = prop_oneof![
        (
            one_of(&[
                "StringEquals",
                "StringNotEquals",
                "StringEqualsIgnoreCase",
                "StringLike",
                "StringNotLike"
            ]),
            one_of(&["x", "X*", "${aws:username}", "${a:none}", "${a:none, 'x'}", "?"])
        ),
        (one_of(&["NumericEquals", "NumericNotEquals", "NumericLessThan"]), one_of(&["1", "2.5", "-3"])),
        (one_of(&["DateLessThan", "DateNotEquals"]), one_of(&["2026-01-01", "1767225600"])),
        (one_of(&["Bool"]), one_of(&["true", "false"])),
        (one_of(&["IpAddress", "NotIpAddress"]), one_of(&["10.0.0.0/8", "::1"])),
        (one_of(&["ArnLike", "ArnNotEquals"]), one_of(&["arn:aws:s3:::*", "*"])),
    ];
    let if_exists = one_of(&["", "", "IfExists"]);
    let key = one_of(&["a:one", "A:ONE", "a:list", "a:none", "aws:username"]);
    (set, typed, if_exists, key).prop_map(|(set, (word, value), if_exists, key)| {
        let mut operator = serde_json::Map::new();
        operator.insert(format!("{set}{word}{if_exists}"), json!({ key: value }));
        Json::Object(operator)
    })
}

/// A well-formed statement, for a policy with or without principals.
fn well_formed(principal: bool) -> impl Strategy<Value = Json> {
    let principals = one_of(&["*", ALICE, "123456789012", "arn:aws:iam::123456789012:role/Ops", OPS]);
    (
        one_of(&["Allow", "Allow", "Deny"]),
        one_of(&["Action", "Action", "NotAction"]),
        one_of(&["*", "lambda:*", "lambda:Invoke*", "s3:*"]),
        one_of(&["Resource", "Resource", "NotResource"]),
        one_of(&["*", HELLO, "arn:aws:lambda:*:*:function:${aws:username}", "arn:aws:s3:::b"]),
        prop::option::of(condition()),
        principals,
        any::<bool>(),
    )
        .prop_map(move |(effect, action, actions, resource, resources, condition, principals, not)| {
            let mut statement = json!({ "Effect": effect, action: actions, resource: resources });
            if let Some(condition) = condition {
                statement["Condition"] = condition;
            }
            if principal {
                let not = not && effect == "Deny";
                statement[if not { "NotPrincipal" } else { "Principal" }] = json!({ "AWS": principals });
            }
            statement
        })
}

fn document(statements: &[Json]) -> String {
    json!({ "Version": "2012-10-17", "Statement": statements }).to_string()
}

fn statements(principal: bool) -> impl Strategy<Value = Vec<Json>> {
    prop::collection::vec(well_formed(principal), 1..4)
}

/// Well-formed policies of every kind that apply to one call, as lists of statements.
#[derive(Clone, Debug)]
struct Drawn {
    principal: String,
    foreign: bool,
    identity: Vec<Vec<Json>>,
    resource: Option<Vec<Json>>,
    boundary: Option<Vec<Json>>,
    session: Vec<Vec<Json>>,
    control: Vec<Vec<Json>>,
}

impl Drawn {
    fn case(&self) -> Case {
        let mut case = Case::of(&self.principal);
        if self.foreign {
            case.owner = "210987654321".into();
        }
        case.context = Context::default().with("a:one", "x").with_many("a:list", ["x", "10.1.2.3"]);
        case.identity = self.identity.iter().map(|statements| document(statements)).collect();
        case.resource_policy = self.resource.as_deref().map(document);
        case.boundary = self.boundary.as_deref().map(document);
        case.session = self.session.iter().map(|statements| document(statements)).collect();
        case.service_control = self.control.iter().map(|statements| vec![document(statements)]).collect();
        case
    }

    /// Every list of statements.
    fn documents(&mut self) -> Vec<&mut Vec<Json>> {
        let lists = self.identity.iter_mut().chain(&mut self.session).chain(&mut self.control);
        lists.chain(&mut self.resource).chain(&mut self.boundary).collect()
    }
}

fn drawn() -> impl Strategy<Value = Drawn> {
    (
        one_of(&[ALICE, OPS, "arn:aws:sts::123456789012:federated-user/alice", "123456789012", "anonymous"]),
        any::<bool>(),
        prop::collection::vec(statements(false), 0..3),
        prop::option::of(statements(true)),
        prop::option::of(statements(false)),
        prop::collection::vec(statements(false), 0..2),
        prop::collection::vec(statements(false), 0..2),
    )
        .prop_map(|(principal, foreign, identity, resource, boundary, session, control)| Drawn {
            principal,
            foreign,
            identity,
            resource,
            boundary,
            session,
            control,
        })
}

proptest! {
    #[test]
    fn no_text_panics(text in "\\PC{0,200}") {
        for kind in [Kind::Identity, Kind::Resource, Kind::Trust] {
            let _ = Policy::parse(&text, kind);
        }
    }

    /// Adding an odd member to a statement that allows either makes the document malformed, or the
    /// member is known and the statement allows no more than before.
    #[test]
    fn no_odd_member_allows_by_accident(
        name in "[A-Za-z:]{1,14}",
        odd in odd(),
        effect in prop::sample::select(vec!["Allow", "Deny", "allow", ""]),
        action in prop::sample::select(vec![INVOKE, "s3:*"]),
    ) {
        let mut statement = json!({"Effect": effect, "Action": action, "Resource": "*"});
        let known = statement.get(&name).is_some() || matches!(name.as_str(), "Sid" | "Condition");
        statement[name.as_str()] = odd;
        let text = document(&[statement.clone()]);
        if Policy::parse(&text, Kind::Identity).is_ok() {
            prop_assert!(known, "{} was taken", text);
            let stays = statement["Effect"] == "Allow" && statement["Action"] != "s3:*";
            prop_assert!(stays || !Case::of(ALICE).identity(text.clone()).allowed(), "{}", text);
        }
    }

    /// Whatever document is accepted, a request is only allowed by a statement that allows, and
    /// never against one that denies.
    #[test]
    fn only_an_allow_that_fits_allows(odd in odd(), condition in odd()) {
        let last = json!({"Effect": "Allow", "Action": "lambda:*", "Resource": "*", "Condition": condition});
        let text = document(&[odd, last]);
        if Policy::parse(&text, Kind::Identity).is_ok() {
            let explanation = Case::of(ALICE).identity(text).explain();
            if explanation.decision.allowed() {
                let applies = |effect| explanation.steps.iter().any(|s| s.effect == effect && s.applies);
                prop_assert!(applies(Effect::Allow) && !applies(Effect::Deny));
            }
        }
    }

    /// `Case::explain` asserts that [`evaluate`] and [`explain`] agree; the statements pointed out
    /// must match the decision.
    #[test]
    fn deciding_and_explaining_agree(drawn in drawn()) {
        let explanation = drawn.case().explain();
        let decisive: Vec<_> = explanation.decided_by.iter().map(|index| &explanation.steps[*index]).collect();
        prop_assert!(decisive.iter().all(|step| step.applies));
        match explanation.decision {
            // A root user needs no statement.
            Decision::Allowed => {
                prop_assert!(!decisive.is_empty() || drawn.principal == "123456789012");
                prop_assert!(decisive.iter().all(|step| step.effect == Effect::Allow));
            }
            Decision::ExplicitDeny(layer) => {
                prop_assert!(decisive.iter().any(|step| step.layer == layer));
                prop_assert!(decisive.iter().all(|step| step.effect == Effect::Deny));
            }
            Decision::ImplicitDeny(_) => prop_assert!(decisive.is_empty()),
        }
        for index in &explanation.near_misses {
            prop_assert_eq!(explanation.steps[*index].misfits().count(), 1);
        }
    }

    /// Removing an Allow, or adding a Deny, never allows more.
    #[test]
    fn removing_an_allow_never_grants_more(drawn in drawn(), place in any::<prop::sample::Index>(), more in well_formed(false)) {
        let before = drawn.case().allowed();
        let mut fewer = drawn.clone();
        for statements in fewer.documents() {
            let at = statements.iter().position(|statement| statement["Effect"] == "Allow");
            // A document needs a statement, so one that never applies takes its place.
            if let Some(at) = at {
                statements[at]["Condition"] = json!({"Null": {"a:one": "true"}});
            }
        }
        prop_assert!(before || !fewer.case().allowed());

        let mut stricter = drawn.clone();
        let mut documents = stricter.documents();
        if !documents.is_empty() {
            let chosen = place.index(documents.len());
            let mut deny = more;
            deny["Effect"] = json!("Deny");
            if let Some(guard) = documents[chosen].first().and_then(|s| s.get("Principal").or(s.get("NotPrincipal"))) {
                deny["Principal"] = guard.clone();
            }
            documents[chosen].push(deny);
            prop_assert!(before || !stricter.case().allowed());
        }
    }

    /// A service control policy, a boundary or a session policy never allows more than without it.
    #[test]
    fn limits_never_grant(drawn in drawn()) {
        let mut bare = drawn.clone();
        (bare.boundary, bare.control) = (None, Vec::new());
        // Without a session policy a federated user has less, not more.
        if !drawn.principal.contains("federated") {
            bare.session = Vec::new();
        }
        prop_assert!(bare.case().allowed() || !drawn.case().allowed());
    }
}

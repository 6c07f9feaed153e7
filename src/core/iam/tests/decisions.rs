//! Who may do what, by AWS's rules.

use super::*;

const NOBODY: Decision = Decision::ImplicitDeny(Layer::IdentityPolicy);
const BOUNDARY: Decision = Decision::ImplicitDeny(Layer::PermissionsBoundary);
const SESSION: Decision = Decision::ImplicitDeny(Layer::SessionPolicy);
const RESOURCE: Decision = Decision::ImplicitDeny(Layer::ResourcePolicy);
const CONTROL: Decision = Decision::ImplicitDeny(Layer::ServiceControlPolicy);

/// A policy that allows something else.
fn other() -> String {
    allow(r#""Action": "s3:*", "Resource": "*""#)
}

#[test]
fn without_a_policy_nothing_is_allowed() {
    assert_eq!(Case::of(ALICE).decide(), NOBODY);
    assert!(Case::of(ALICE).explain().steps.is_empty());
}

#[test]
fn identity_policies_match_by_element() {
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
        (r#""Action": "*", "NotResource": "arn:aws:lambda:*:*:function:other""#, true),
        (
            r#""Action": "*", "Resource": "*", "Condition": {"StringEquals": {"lambda:functionurlauthtype": "AWS_IAM"}}"#,
            true,
        ),
        (
            r#""Action": "*", "Resource": "*", "Condition": {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}}"#,
            false,
        ),
        (r#""Action": "*", "Resource": "arn:aws:lambda:*:*:function:${aws:username}""#, false),
        (r#""Action": "*", "Resource": "arn:aws:lambda:*:*:function:${aws:none, 'hello'}""#, true),
        (r#""Action": "*", "NotResource": "arn:aws:lambda:*:*:function:${aws:none}""#, false),
        (r#""Action": "*", "NotResource": "arn:aws:s3:::b/${aws:none}""#, true),
    ];
    for (rest, expected) in table {
        assert_eq!(Case::of(ALICE).identity(allow(rest)).allowed(), expected, "{rest}");
    }
}

#[test]
fn variables_are_text_in_the_older_version() {
    let hers = allow(r#""Action": "*", "Resource": "arn:aws:s3:::b/${aws:username}""#);
    let ask =
        |policy: &str, resource| Case::of(ALICE).identity(policy).asking("s3:GetObject", resource).allowed();
    assert!(ask(&hers, "arn:aws:s3:::b/alice"));
    let older = hers.replace("2012", "2008");
    assert!(!ask(&older, "arn:aws:s3:::b/alice"));
    assert!(ask(&older, "arn:aws:s3:::b/${aws:username}"));
}

#[test]
fn a_deny_anywhere_wins() {
    let no = deny(r#""Action": "lambda:*", "Resource": "*""#);
    let guard = deny(r#""Principal": {"AWS": "123456789012"}, "Action": "*", "Resource": "*""#);
    let base = || Case::of(OPS).identity(everything());
    let table = [
        (base().identity(&*no), Layer::IdentityPolicy),
        (base().guarded(guard), Layer::ResourcePolicy),
        (base().bounded(&*no), Layer::PermissionsBoundary),
        (base().session(&*no), Layer::SessionPolicy),
        (base().control(&[everything(), no.clone()]), Layer::ServiceControlPolicy),
        (base().guarded(to("\"*\"")).session(&*no), Layer::SessionPolicy),
    ];
    for (case, layer) in table {
        assert_eq!(case.decide(), Decision::ExplicitDeny(layer), "{case:?}");
    }
}

#[test]
fn resource_policies_match_by_principal() {
    let session = "arn:aws:sts::123456789012:assumed-role/Ops/me";
    let federated = "arn:aws:sts::123456789012:federated-user/alice";
    let root = "arn:aws:iam::123456789012:root";
    let table = [
        (ALICE, r#""*""#, Decision::Allowed),
        (ALICE, r#"{"AWS": "*"}"#, Decision::Allowed),
        (ALICE, r#"{"AWS": "arn:aws:iam::123456789012:user/alice"}"#, Decision::Allowed),
        (
            ALICE,
            r#"{"AWS": ["arn:aws:iam::123456789012:user/bob", "arn:aws:iam::123456789012:user/alice"]}"#,
            Decision::Allowed,
        ),
        (ALICE, r#"{"AWS": "arn:aws:iam::123456789012:user/Alice"}"#, NOBODY),
        (ALICE, r#"{"AWS": "arn:aws:iam::123456789012:root"}"#, NOBODY),
        (ALICE, r#"{"AWS": "123456789012"}"#, NOBODY),
        (ALICE, r#"{"Service": "events.amazonaws.com"}"#, NOBODY),
        (ALICE, r#"{"CanonicalUser": "79a59df900b949e55d96a1e698fbaced"}"#, NOBODY),
        (session, r#"{"AWS": "arn:aws:iam::123456789012:role/Ops"}"#, Decision::Allowed),
        (session, r#"{"AWS": "arn:aws:iam::123456789012:role/path/Ops"}"#, Decision::Allowed),
        (session, r#"{"AWS": "arn:aws:iam::123456789012:role/ops"}"#, NOBODY),
        (session, r#"{"AWS": "arn:aws:sts::123456789012:assumed-role/Ops/me"}"#, Decision::Allowed),
        (session, r#"{"AWS": "arn:aws:sts::123456789012:assumed-role/Ops/you"}"#, NOBODY),
        (federated, r#"{"AWS": "arn:aws:sts::123456789012:federated-user/alice"}"#, Decision::Allowed),
        (federated, r#"{"AWS": "arn:aws:iam::123456789012:user/alice"}"#, SESSION),
        (root, r#"{"AWS": "123456789012"}"#, Decision::Allowed),
        (root, r#"{"AWS": "arn:aws:iam::123456789012:user/alice"}"#, Decision::Allowed),
        ("events.amazonaws.com", r#"{"Service": "events.amazonaws.com"}"#, Decision::Allowed),
        ("events.amazonaws.com", r#"{"Service": "sns.amazonaws.com"}"#, RESOURCE),
        ("anonymous", r#""*""#, Decision::Allowed),
        ("anonymous", r#"{"AWS": "123456789012"}"#, RESOURCE),
    ];
    for (caller, principal, expected) in table {
        assert_eq!(Case::of(caller).guarded(to(principal)).decide(), expected, "{caller} {principal}");
    }
    let web = |provider: &str| {
        let trust = allow(&format!(r#""Principal": {{"Federated": "{provider}"}}, "Action": "sts:*""#));
        let mut case = Case::of("anonymous").guarded(trust);
        case.caller = Caller::WebIdentity { provider: "accounts.google.com".into() };
        case.asking("sts:AssumeRoleWithWebIdentity", "arn:aws:iam::123456789012:role/Ops").decide()
    };
    assert_eq!((web("accounts.google.com"), web("www.amazon.com")), (Decision::Allowed, RESOURCE));
}

#[test]
fn a_resource_policy_skips_the_limits_of_a_principal_it_names() {
    let role = r#"{"AWS": "arn:aws:iam::123456789012:role/Ops"}"#;
    let session = r#"{"AWS": "arn:aws:sts::123456789012:assumed-role/Ops/me"}"#;
    let alice = r#"{"AWS": "arn:aws:iam::123456789012:user/alice"}"#;
    let account = r#"{"AWS": "123456789012"}"#;
    let table = [
        (Case::of(ALICE).guarded(to(alice)).bounded(other()), Decision::Allowed),
        (Case::of(ALICE).guarded(to("\"*\"")).bounded(other()), Decision::Allowed),
        (Case::of(ALICE).guarded(to(account)).identity(everything()).bounded(other()), BOUNDARY),
        (Case::of(OPS).guarded(to(session)).bounded(other()).session(other()), Decision::Allowed),
        (Case::of(OPS).guarded(to(role)).bounded(other()), BOUNDARY),
        (Case::of(OPS).guarded(to(role)).session(other()), SESSION),
        (Case::of(OPS).guarded(to(role)).bounded(everything()).session(everything()), Decision::Allowed),
        (Case::of(OPS).guarded(to(session)).control(&[other()]), CONTROL),
    ];
    for (case, expected) in table {
        assert_eq!(case.decide(), expected, "{case:?}");
    }
}

#[test]
fn boundaries_session_policies_and_levels_only_limit() {
    let table = [
        (Case::of(ALICE).bounded(everything()), NOBODY),
        (Case::of(OPS).session(everything()), NOBODY),
        (Case::of(ALICE).control(&[everything()]), NOBODY),
        (Case::of(ALICE).identity(everything()).bounded(other()), BOUNDARY),
        (Case::of(OPS).identity(everything()).session(other()), SESSION),
        (Case::of(OPS).identity(everything()).session(other()).session(everything()), Decision::Allowed),
        (Case::of(ALICE).identity(everything()).control(&[everything()]), Decision::Allowed),
        (Case::of(ALICE).identity(everything()).control(&[everything()]).control(&[other()]), CONTROL),
        (Case::of(ALICE).identity(everything()).control(&[other()]).control(&[everything()]), CONTROL),
        (Case::of(ALICE).identity(everything()).control(&[other(), everything()]), Decision::Allowed),
        (Case::of(ALICE).identity(everything()).control(&[]), CONTROL),
        (Case::of(ALICE).identity(everything()).control(&[everything()]).control(&[]), CONTROL),
    ];
    for (case, expected) in table {
        assert_eq!(case.decide(), expected, "{case:?}");
    }
}

#[test]
fn listed_service_control_policies_each_allow_or_only_deny() {
    let policies = [everything(), other(), deny(r#""Action": "iam:*", "Resource": "*""#)]
        .map(|text| Policy::parse(&text, Kind::Identity).unwrap());
    let [all, s3, no] = &policies;
    let levels = |listed: &[&Policy]| {
        let attached = listed
            .iter()
            .enumerate()
            .map(|(index, policy)| Attached { name: ["0", "1", "2"][index], policy });
        let levels = Policies::levels(attached);
        levels.iter().map(|level| level.iter().map(|one| one.name).collect::<String>()).collect::<Vec<_>>()
    };
    assert!(levels(&[]).is_empty());
    assert_eq!(levels(&[all, s3]), ["0", "1"]);
    assert_eq!(levels(&[no, all]), ["10"]);
    assert_eq!(levels(&[all, no, s3]), ["0", "21"]);
    assert_eq!(levels(&[no]), ["0"], "alone it allows nothing");
}

#[test]
fn a_federated_user_needs_a_session_policy() {
    let federated = || Case::of("arn:aws:sts::123456789012:federated-user/alice").identity(everything());
    assert_eq!(federated().decide(), SESSION);
    assert_eq!(federated().session(everything()).decide(), Decision::Allowed);
}

#[test]
fn a_root_user_needs_no_identity_policy() {
    let root = || Case::of("123456789012");
    assert!(root().allowed());
    assert_eq!(root().control(&[other()]).decide(), CONTROL);
    let mut foreign = root();
    foreign.owner = "210987654321".into();
    assert_eq!(foreign.decide(), RESOURCE);
    assert!(foreign.guarded(to(r#"{"AWS": "123456789012"}"#)).allowed());
}

#[test]
fn across_accounts_both_sides_must_agree() {
    let foreign = || {
        let mut case = Case::of(ALICE);
        case.owner = "210987654321".into();
        case
    };
    let account = to(r#"{"AWS": "123456789012"}"#);
    let user = to(r#"{"AWS": "arn:aws:iam::123456789012:user/alice"}"#);
    let table = [
        (foreign().identity(everything()), RESOURCE),
        (foreign().guarded(&*account), NOBODY),
        (foreign().guarded(&*user), NOBODY),
        (foreign().guarded(&*account).identity(everything()), Decision::Allowed),
        (foreign().guarded(&*user).identity(everything()), Decision::Allowed),
        (foreign().guarded(user).identity(everything()).bounded(other()), BOUNDARY),
        (foreign().guarded(to(r#"{"AWS": "210987654321"}"#)).identity(everything()), RESOURCE),
    ];
    for (case, expected) in table {
        assert_eq!(case.decide(), expected, "{case:?}");
    }
}

#[test]
fn a_role_is_assumed_only_by_whom_its_trust_policy_names() {
    let ask = |case: Case| case.asking("sts:AssumeRole", "arn:aws:iam::123456789012:role/Ops").decide();
    let trust = |principal: &str| allow(&format!(r#""Principal": {principal}, "Action": "sts:AssumeRole""#));
    let alice = r#"{"AWS": "arn:aws:iam::123456789012:user/alice"}"#;
    let account = r#"{"AWS": "123456789012"}"#;
    assert_eq!(ask(Case::of(ALICE).guarded(trust(alice))), Decision::Allowed);
    assert_eq!(ask(Case::of(ALICE).guarded(trust(account))), NOBODY);
    assert_eq!(ask(Case::of(ALICE).guarded(trust(account)).identity(everything())), Decision::Allowed);
    let bob = r#"{"AWS": "arn:aws:iam::123456789012:user/bob"}"#;
    assert_eq!(ask(Case::of(ALICE).guarded(trust(bob)).identity(everything())), RESOURCE);
}

#[test]
fn caller_identity_cannot_be_denied() {
    let no = deny(r#""Action": "*", "Resource": "*""#);
    let ask = |principal| Case::of(principal).identity(&*no).asking("sts:getCallerIdentity", "*").allowed();
    assert!(ask(ALICE));
    assert!(!ask("anonymous"));
    let explained = Case::of(ALICE).identity(&*no).asking("sts:GetCallerIdentity", "*").explain();
    assert_eq!(explained.because, "sts:GetCallerIdentity needs no permission and can't be denied");
}

#[test]
fn not_principal_denies_all_but_those_named() {
    let but = |names: &str| {
        let statements = format!(
            r#"{{"Version": "2012-10-17", "Statement": [
                {{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}},
                {{"Effect": "Deny", "NotPrincipal": {{"AWS": [{names}]}}, "Action": "*", "Resource": "*"}}]}}"#
        );
        move |principal| Case::of(principal).guarded(&*statements)
    };
    let alice = but(r#""arn:aws:iam::123456789012:user/alice", "123456789012""#);
    let denied = Decision::ExplicitDeny(Layer::ResourcePolicy);
    assert!(alice(ALICE).allowed());
    assert!(alice("123456789012").allowed());
    assert_eq!(alice("arn:aws:iam::123456789012:user/bob").decide(), denied, "its account is not enough");
    assert_eq!(alice(OPS).decide(), denied);
    assert_eq!(alice("anonymous").decide(), denied);
    assert_eq!(alice(ALICE).bounded(everything()).decide(), denied, "AWS denies whoever has a boundary");
    assert!(but(r#""arn:aws:iam::123456789012:role/Ops""#)(OPS).allowed());
}

#[test]
fn conditions_compare_as_their_operator_says() {
    let context = Context::default()
        .with("a:text", "Hello")
        .with("a:number", "10")
        .with("a:date", "2026-01-01T00:00:00Z")
        .with("a:bool", "TRUE")
        .with("a:bytes", "AAE=")
        .with("a:ip", "203.0.113.7")
        .with("a:arn", "arn:aws:s3:::bucket/key")
        .with_many("a:list", ["x", "y"])
        .with_many("a:empty", Vec::<String>::new());
    let table = [
        (r#"{"StringEquals": {"A:Text": ["x", "Hello"]}}"#, true),
        (r#"{"StringEquals": {"a:text": "hello"}}"#, false),
        (r#"{"StringEquals": {"a:text": "Hell*"}}"#, false),
        (r#"{"StringNotEquals": {"a:text": ["x", "Hello"]}}"#, false),
        (r#"{"StringNotEquals": {"a:text": ["x", "y"]}}"#, true),
        (r#"{"StringEqualsIgnoreCase": {"a:text": "hELLO"}}"#, true),
        (r#"{"StringNotEqualsIgnoreCase": {"a:text": "hELLO"}}"#, false),
        (r#"{"StringLike": {"a:text": "H?l*"}}"#, true),
        (r#"{"StringLike": {"a:text": "h*"}}"#, false),
        (r#"{"StringNotLike": {"a:text": "h*"}}"#, true),
        (r#"{"NumericEquals": {"a:number": 10}}"#, true),
        (r#"{"NumericNotEquals": {"a:number": "10.0"}}"#, false),
        (r#"{"NumericLessThan": {"a:number": "9"}}"#, false),
        (r#"{"NumericLessThanEquals": {"a:number": "10"}}"#, true),
        (r#"{"NumericGreaterThan": {"a:number": "9"}}"#, true),
        (r#"{"NumericGreaterThanEquals": {"a:number": "11"}}"#, false),
        (r#"{"NumericEquals": {"a:text": "10"}}"#, false),
        (r#"{"DateEquals": {"a:date": "2026-01-01T01:00:00+01:00"}}"#, true),
        (r#"{"DateNotEquals": {"a:date": "2026-01-02"}}"#, true),
        (r#"{"DateLessThan": {"a:date": "2026-01-02T00:00Z"}}"#, true),
        (r#"{"DateGreaterThan": {"a:date": "2026-01-02T00:00Z"}}"#, false),
        (r#"{"DateGreaterThanEquals": {"a:date": "1767225600"}}"#, true),
        (r#"{"DateLessThanEquals": {"a:date": "1767225599"}}"#, false),
        (r#"{"Bool": {"a:bool": true}}"#, true),
        (r#"{"Bool": {"a:text": "false"}}"#, false),
        (r#"{"Bool": {"a:bool": "${a:bool}"}}"#, true),
        (r#"{"BinaryEquals": {"a:bytes": "AAE="}}"#, true),
        (r#"{"BinaryEquals": {"a:bytes": "AAI="}}"#, false),
        (r#"{"IpAddress": {"a:ip": ["10.0.0.0/8", "203.0.113.0/24"]}}"#, true),
        (r#"{"NotIpAddress": {"a:ip": "203.0.113.0/24"}}"#, false),
        (r#"{"NotIpAddress": {"a:ip": "2001:db8::/32"}}"#, true),
        (r#"{"ArnLike": {"a:arn": "arn:aws:s3:::bucket/*"}}"#, true),
        (r#"{"ArnEquals": {"a:arn": "arn:aws:s3:::b*"}}"#, true),
        (r#"{"ArnNotLike": {"a:arn": "arn:aws:s3:::other/*"}}"#, true),
        (r#"{"ArnNotEquals": {"a:arn": "arn:*:s3:::bucket/key"}}"#, false),
        (r#"{"Null": {"a:text": "true"}}"#, false),
        (r#"{"Null": {"a:none": "true"}}"#, true),
        (r#"{"Null": {"a:none": ["false", "true"]}}"#, true),
        (r#"{"Null": {"a:empty": "true"}}"#, true),
        // A missing key.
        (r#"{"StringEquals": {"a:none": "x"}}"#, false),
        (r#"{"StringNotEquals": {"a:none": "x"}}"#, true),
        (r#"{"NotIpAddress": {"a:none": "10.0.0.1"}}"#, true),
        (r#"{"StringEqualsIfExists": {"a:none": "x"}}"#, true),
        (r#"{"StringEqualsIfExists": {"a:text": "x"}}"#, false),
        (r#"{"StringNotEqualsIfExists": {"a:none": "x"}}"#, true),
        (r#"{"ForAllValues:StringEquals": {"a:none": "x"}}"#, true),
        (r#"{"ForAnyValue:StringEquals": {"a:none": "x"}}"#, false),
        (r#"{"ForAnyValue:StringNotEquals": {"a:none": "x"}}"#, false),
        (r#"{"ForAnyValue:StringEqualsIfExists": {"a:none": "x"}}"#, false),
        (r#"{"ForAllValues:StringEqualsIfExists": {"a:none": "x"}}"#, true),
        (r#"{"ForAllValues:StringEquals": {"a:empty": "x"}}"#, true),
        (r#"{"ForAnyValue:StringEquals": {"a:empty": "x"}}"#, false),
        // Several values.
        (r#"{"ForAllValues:StringEquals": {"a:list": ["x", "y", "z"]}}"#, true),
        (r#"{"ForAllValues:StringEquals": {"a:list": ["x"]}}"#, false),
        (r#"{"ForAnyValue:StringEquals": {"a:list": ["x"]}}"#, true),
        (r#"{"ForAnyValue:StringEquals": {"a:list": ["z"]}}"#, false),
        (r#"{"ForAllValues:StringNotEquals": {"a:list": ["x"]}}"#, false),
        (r#"{"ForAnyValue:StringNotEquals": {"a:list": ["x"]}}"#, true),
        (r#"{"ForAnyValue:StringNotEquals": {"a:list": ["x", "y"]}}"#, false),
        (r#"{"ForAllValues:StringLike": {"a:text": "H*"}}"#, true),
        (r#"{"StringEquals": {"a:list": ["x", "y"]}}"#, false),
        (r#"{"StringNotEquals": {"a:list": ["z"]}}"#, false),
        // Variables.
        (r#"{"StringEquals": {"a:text": "${a:text}"}}"#, true),
        (r#"{"StringLike": {"a:text": "${a:none}"}}"#, false),
        (r#"{"StringNotLike": {"a:text": "${a:none}"}}"#, true),
        (r#"{"StringEquals": {"a:text": "${a:none, 'Hello'}"}}"#, true),
        (r#"{"ArnEquals": {"a:arn": "${a:arn}"}}"#, true),
        // AND of operators and keys.
        (r#"{"StringEquals": {"a:text": "Hello", "a:bool": "x"}}"#, false),
        (r#"{"StringEquals": {"a:text": "Hello"}, "Bool": {"a:bool": "true"}}"#, true),
        (r#"{"StringEquals": {"a:text": "Hello"}, "Bool": {"a:bool": "false"}}"#, false),
        ("{}", true),
    ];
    for (condition, expected) in table {
        let rest = format!(r#""Action": "*", "Resource": "*", "Condition": {condition}"#);
        let mut case = Case::of(ALICE).identity(allow(&rest));
        case.context = context.clone();
        assert_eq!(case.allowed(), expected, "{condition}");
    }
}

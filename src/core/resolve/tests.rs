use std::collections::BTreeMap;

use super::*;
use crate::core::identity::IdentityKind;
use crate::core::request::BearerAuth;
use crate::core::request::fields::AuthField;
use crate::core::request::{Body, BodyKind};
use crate::core::scope::{Layer, Nothing, Source};

fn scope(values: &[(&str, &str)]) -> Scope {
    let values: BTreeMap<_, _> = values.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect();
    Scope { layers: vec![Layer::new(Source::Workspace, values)] }
}

fn run(request: &Request, scope: &Scope, inherited: &Auth) -> Result<Plan, Vec<Problem>> {
    let alice = Identity {
        name: "alice".into(),
        kind: IdentityKind::Keys {
            access_key: "AKIAIOSFODNN7EXAMPLE".into(),
            secret_key: "{{secret:alice}}".into(),
            session_token: String::new(),
        },
    };
    let context = Context { scope, inherited_auth: inherited, identities: &[alice], outside: &Nothing };
    resolve(request, &context)
}

fn get(url: &str) -> Request {
    Request { url: url.into(), ..Request::default() }
}

fn signing(sigv4: Sigv4Auth) -> Request {
    Request { auth: Auth { kind: AuthKind::AwsSigv4, sigv4, ..Auth::default() }, ..get("http://h/") }
}

fn problems_of(url: &str) -> Vec<Problem> {
    run(&get(url), &scope(&[("function_url", "x")]), &Auth::default()).unwrap_err()
}

fn problems(request: &Request) -> Vec<(Field, String)> {
    let found = run(request, &scope(&[("function_url", "x")]), &Auth::default()).unwrap_err();
    found.into_iter().map(|p| (p.field, p.message)).collect()
}

#[test]
fn urls_are_completed_as_xh_does() {
    for (typed, expected) in [
        ("example.com/a", "http://example.com/a"),
        ("localhost:3000/x", "http://localhost:3000/x"),
        (":3000/x", "http://localhost:3000/x"),
        (":/x", "http://localhost/x"),
        (":", "http://localhost"),
        ("://example.com", "http://example.com"),
        ("https://example.com?u=http://x", "https://example.com?u=http://x"),
        ("example.com?u=http://x", "http://example.com?u=http://x"),
    ] {
        assert_eq!(complete_scheme(typed), expected, "{typed}");
    }
}

#[test]
fn all_problems_are_reported_at_once_with_their_fields() {
    let request = Request {
        method: "GE T".into(),
        url: "{{functionurl}}".into(),
        params: vec![Row::new("a", "{{nope}}")],
        headers: vec![
            Row::new("bad name", "x"),
            Row::new("x", "a\nb"),
            Row { off: true, ..Row::new("", "{{") },
        ],
        body: Body { kind: BodyKind::File, ..Body::default() },
        auth: Auth { kind: AuthKind::AwsSigv4, ..Auth::default() },
        ..Request::default()
    };
    let fields: Vec<_> = problems(&request).into_iter().map(|(field, _)| field).collect();
    assert_eq!(
        fields,
        [
            Field::Method,
            Field::Url,
            Field::Param(0),
            Field::Header(0),
            Field::Header(1),
            Field::Body,
            Field::Auth(AuthField::Identity),
        ]
    );
}

#[test]
fn an_unknown_variable_suggests_one_that_looks_alike() {
    let found = run(&get("{{functionurl}}"), &scope(&[("function_url", "x")]), &Auth::default()).unwrap_err();
    assert_eq!(found[0].message, "unknown variable {{functionurl}}");
    assert_eq!(found[0].hint, "Did you mean {{function_url}}?");
}

#[test]
fn signing_without_a_signer_names_the_missing_field() {
    let keys = |access_key: &str, secret_key: &str| Sigv4Auth {
        access_key: access_key.into(),
        secret_key: secret_key.into(),
        ..Sigv4Auth::default()
    };
    assert_eq!(problems(&signing(keys("AKIDEXAMPLE", "")))[0].0, Field::Auth(AuthField::SecretKey));
    assert_eq!(problems(&signing(keys("", "secret")))[0].0, Field::Auth(AuthField::AccessKey));
    let both = Sigv4Auth { identity: "alice".into(), ..keys("AKIDEXAMPLE", "secret") };
    assert_eq!(problems(&signing(both))[0].1, "both the identity \"alice\" and keys are set");
    let unknown = signing(Sigv4Auth { identity: "bob".into(), ..Sigv4Auth::default() });
    let found = run(&unknown, &scope(&[]), &Auth::default()).unwrap_err();
    assert_eq!(found[0].message, "no identity is named \"bob\"");
    assert_eq!(found[0].hint, "Choose one of these: alice.");
}

#[test]
fn inherit_uses_the_nearest_auth_and_means_none_at_the_top() {
    let inherited =
        Auth { kind: AuthKind::Bearer, bearer: BearerAuth { token: "{{t}}".into() }, ..Auth::default() };
    let plan = run(&get("h"), &scope(&[("t", "tok")]), &inherited).unwrap();
    assert_eq!(plan.auth, PlanAuth::Bearer(Secret::new("tok")));
    assert_eq!(plan.secrets, [Secret::new("tok")]);
    assert_eq!(run(&get("h"), &scope(&[]), &Auth::default()).unwrap().auth, PlanAuth::None);
}

#[test]
fn invalid_json_is_sent_as_written() {
    let body = Body { kind: BodyKind::Json, text: "{\"a\": ".into(), ..Body::default() };
    let plan =
        run(&Request { method: "post".into(), body, ..get("h") }, &scope(&[]), &Auth::default()).unwrap();
    assert_eq!(plan.method, "POST");
    assert_eq!(plan.body, PlanBody::Bytes { bytes: b"{\"a\": ".to_vec(), content_type: "application/json" });
}

#[test]
fn problems_do_not_show_the_secrets_of_a_url() {
    let found = run(&get("http://{{t}}:bad/"), &scope(&[("t", "s3cret")]), &Auth::default()).unwrap_err();
    assert_eq!(found[0].message, "invalid URL: invalid port number");
}

#[test]
fn a_problem_has_a_kind_for_the_front_ends() {
    let found = problems_of("{{secret:token}}/{{env:NO_SUCH}}/{{functionurl}}/{{nobody}}/{{");
    let kinds: Vec<_> = found.into_iter().map(|problem| problem.kind).collect();
    let unknown = |name: &str, similar: Option<&str>| ProblemKind::UnknownVariable {
        name: name.into(),
        similar: similar.map(Into::into),
    };
    assert_eq!(
        kinds,
        [
            ProblemKind::MissingSecret { name: "token".into() },
            ProblemKind::MissingEnv { name: "NO_SUCH".into() },
            unknown("functionurl", Some("function_url")),
            unknown("nobody", None),
            ProblemKind::Other,
        ]
    );
}

#[test]
fn a_path_variable_is_one_segment_of_the_final_url() {
    let sent = |url: &str, rows: &[(&str, &str)]| {
        let path = rows.iter().map(|(name, value)| Row::new(*name, *value)).collect();
        let values = [("base", "http://h/:id"), ("user", "a b"), ("colon", ":id")];
        let plan = run(&Request { path, ..get(url) }, &scope(&values), &Auth::default()).unwrap();
        crate::core::wire::final_url(&plan).unwrap().0.to_string()
    };
    assert_eq!(sent("http://h/users/:id/x", &[("id", "42")]), "http://h/users/42/x");
    assert_eq!(sent("http://h/:id?a=:id#:id", &[("id", "{{user}}")]), "http://h/a%20b?a=:id");
    // The value can't leave its segment, and what it holds isn't expanded again.
    assert_eq!(
        sent("http://h/:id", &[("id", "a/../b?c#d%2F\\{{user}}")]),
        "http://h/a%2F..%2Fb%3Fc%23d%252F%7B%7Buser%7D%7D"
    );
    assert_eq!(sent("http://h/:id", &[("id", "arn:aws:s3:::b")]), "http://h/arn%3Aaws%3As3%3A%3A%3Ab");
    // What has no row, or comes out of a variable, is literal.
    for url in ["http://h/:id", "http://h/x:predict", "http://h/:id/:id"] {
        assert_eq!(sent(url, &[("other", "1")]), url);
    }
    assert_eq!(sent("{{base}}/{{colon}}", &[("id", "1")]), "http://h/:id/:id");
}

#[test]
fn a_path_variable_without_a_usable_value_is_a_problem_of_its_row() {
    let request = |rows: &[(&str, &str)]| Request {
        path: rows.iter().map(|(name, value)| Row::new(*name, *value)).collect(),
        ..get("http://h/:a/:b/:c/:d")
    };
    assert_eq!(
        problems(&request(&[("a", ""), ("b", "{{nope}}"), ("c", ".."), ("d", "1"), ("unused", "")])),
        [
            (Field::Path(0), "the path variable a has no value".to_owned()),
            (Field::Path(1), "unknown variable {{nope}}".to_owned()),
            (
                Field::Path(2),
                "the path variable c is \"..\", which every URL parser resolves away".to_owned()
            ),
        ]
    );
    let off = Row { off: true, ..Row::new("a", "") };
    assert!(run(&Request { path: vec![off], ..get("http://h/:a") }, &scope(&[]), &Auth::default()).is_ok());
}

#[test]
fn braces_in_a_literal_body_are_sent_as_they_are() {
    let text = r#"{"query": "{{ me { id } }} \{{x}} {{{"}"#;
    for kind in [BodyKind::Json, BodyKind::Text] {
        let body = Body { kind, text: text.into(), literal: true, ..Body::default() };
        let plan = run(&Request { body, ..get("http://h/") }, &scope(&[]), &Auth::default()).unwrap();
        let PlanBody::Bytes { bytes, .. } = plan.body else { panic!("{kind:?}") };
        assert_eq!(String::from_utf8(bytes).unwrap(), text);
    }
}

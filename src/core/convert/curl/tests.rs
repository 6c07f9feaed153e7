use proptest::prelude::*;

use super::words::ShellError;
use super::*;
use crate::core::request::{
    Auth, AuthKind, BasicAuth, BearerAuth, Body, BodyKind, Part, PayloadMode, Plus, Request, Row,
    SendOptions, Sigv4Auth,
};

/// Writes a request without what surrounds it: its own auth, and no variables.
fn export_request(request: &Request) -> String {
    export(request, &request.auth, ("", ""), |_| None)
}

fn imported(text: &str) -> Request {
    let imported = import(text).unwrap();
    assert_eq!(imported.notes, Vec::<String>::new(), "{text}");
    imported.request
}

fn row(name: &str, value: &str) -> Row {
    Row::new(name, value)
}

#[test]
fn a_request_copied_from_a_browser() {
    let request = imported(
        "curl 'https://example.com/api?q=a%20b&x=1' \\\n  -H 'accept: */*' \\\r\n  -H 'content-type: application/json' \\\n  \
         --data-raw $'{\"it\\'s\": \"\\u0041\"}' --compressed",
    );
    assert_eq!(request.method, "POST");
    assert_eq!(request.url, "https://example.com/api");
    assert_eq!(request.params, [row("q", "a b"), row("x", "1")]);
    assert_eq!(request.headers, [row("accept", "*/*")]);
    assert_eq!((request.body.kind, request.body.text.as_str()), (BodyKind::Json, "{\"it's\": \"A\"}"));
    assert_eq!(request.auth.kind, AuthKind::None);
}

#[test]
fn a_signed_request_keeps_its_scope_and_its_token() {
    let request = imported(
        "curl --aws-sigv4 aws:amz:us-east-1:lambda --user \"$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY\" \
         -H \"X-Amz-Security-Token: ${AWS_SESSION_TOKEN}\" https://h/",
    );
    assert_eq!(request.auth.kind, AuthKind::AwsSigv4);
    let expected = Sigv4Auth {
        access_key: "{{env:AWS_ACCESS_KEY_ID}}".into(),
        secret_key: "{{env:AWS_SECRET_ACCESS_KEY}}".into(),
        session_token: "{{env:AWS_SESSION_TOKEN}}".into(),
        region: "us-east-1".into(),
        service: "lambda".into(),
        ..Sigv4Auth::default()
    };
    assert_eq!(request.auth.sigv4, expected);
    assert!(request.headers.is_empty());
}

#[test]
fn pieces_of_json_are_joined_with_nothing_between_them() {
    let imported = import("curl --json '{\"a\":' --json '1}' http://h/").unwrap();
    assert_eq!(imported.request.body.text, "{\"a\":1}");
    assert_eq!(imported.request.body.kind, BodyKind::Json);
}

#[test]
fn flags_in_every_spelling() {
    let request =
        imported("curl -sSkLXPUT -HA:b -d a=1 -d b=2 -u me:pass -A agent -b c=d -e there -m 2.5 h/p");
    assert_eq!((request.method.as_str(), request.url.as_str()), ("PUT", "h/p"));
    assert_eq!(
        request.headers,
        [row("A", "b"), row("User-Agent", "agent"), row("Cookie", "c=d"), row("Referer", "there")]
    );
    assert_eq!((request.body.kind, request.body.form), (BodyKind::Form, vec![row("a", "1"), row("b", "2")]));
    assert_eq!(request.auth.basic, BasicAuth { username: "me".into(), password: "pass".into() });
    assert!(request.send.insecure);
    assert_eq!((request.send.follow_redirects, request.send.timeout_seconds), (Some(true), Some(3)));
    assert_eq!(imported("curl -I h").method, "HEAD");
    let get = imported("curl -G -d a=1 --data-urlencode 'b=x y' h");
    assert_eq!((get.method.as_str(), get.params), ("GET", vec![row("a", "1"), row("b", "x y")]));
    let form = imported("curl -F 'a=1;type=text/x' -F f=@p.png --form-string 'b=@c' h");
    assert_eq!(form.body.kind, BodyKind::Multipart);
    let parts: Vec<_> = form.body.parts.iter().map(|p| (p.value.as_str(), p.file)).collect();
    assert_eq!(parts, [("1", false), ("p.png", true), ("@c", false)]);
}

#[test]
fn a_pasted_form_reads_no_secret() {
    for form in ["a=\"{{secret:x}}\";type=text/x", "a=\"{{secret:x}}\"", "a={{secret:x}}"] {
        let part = &imported(&format!("curl -F '{form}' h")).body.parts[0];
        assert_eq!(part.value, "\\{{secret:x}}", "{form}");
    }
}

#[test]
fn what_is_left_out_is_said() {
    let imported = import("curl --retry 3 --frobnicate -x http://p h -d @f h2 | jq .").unwrap();
    assert_eq!(imported.request.body.file, "f");
    assert_eq!(
        imported.notes,
        [
            "--retry belongs to the configuration and was ignored.",
            "--frobnicate isn't supported and was ignored.",
            "--proxy belongs to the configuration and was ignored.",
            "curl -d strips line breaks from f; signpost sends it unchanged.",
            "Only the first URL is used; h2 was ignored.",
        ]
    );
    assert_eq!(import("curl 'h"), Err(ShellError::Unclosed('\'')));
    assert!(looks_like_curl("  $ curl -I h") && !looks_like_curl("curly h"));
}

#[test]
fn secrets_leave_by_the_environments_names() {
    let sigv4 = Sigv4Auth {
        access_key: "AKIAIOSFODNN7EXAMPLE".into(),
        secret_key: "{{secret:alice}}".into(),
        session_token: "in the clear".into(),
        region: "us-east-1".into(),
        ..Sigv4Auth::default()
    };
    let request = Request {
        url: "{{base}}/x y".into(),
        headers: vec![row("X-Key", "k={{secret:my-key}}")],
        ..Request::default()
    };
    let auth = Auth { kind: AuthKind::AwsSigv4, sigv4, ..Auth::default() };
    let text =
        export(&request, &auth, ("", "lambda"), |name| (name == "base").then(|| "https://h".to_owned()));
    assert_eq!(
        text,
        "curl --globoff \\\n  --url https://h/x%20y \\\n  -H 'X-Key: k='\"$my_key\" \\\n  --aws-sigv4 aws:amz:us-east-1:lambda \\\n  \
         -u AKIAIOSFODNN7EXAMPLE:\"$AWS_SECRET_ACCESS_KEY\" \\\n  \
         -H 'X-Amz-Security-Token: '\"$AWS_SESSION_TOKEN\""
    );
}

fn text() -> impl Strategy<Value = String> {
    prop::string::string_regex("[a-zA-Z0-9 '\"\\\\$&=+%#@;<>|{}`!*~ü\n:/?-]{0,12}").unwrap()
}

/// A text as an author writes it so that it stands for itself.
fn literal() -> impl Strategy<Value = String> {
    text().prop_map(|text| text.replace("{{", "\\{{"))
}

fn name() -> impl Strategy<Value = String> {
    prop::string::string_regex("[A-Za-z][A-Za-z0-9_.-]{0,8}").unwrap()
}

fn rows(value: impl Strategy<Value = String>) -> impl Strategy<Value = Vec<Row>> {
    prop::collection::vec((name(), value).prop_map(|(name, value)| Row::new(name, value)), 0..3)
}

fn header_rows() -> impl Strategy<Value = Vec<Row>> {
    let value = literal().prop_map(|value| value.trim().replace('\n', " "));
    rows(value)
        .prop_map(|rows| rows.into_iter().map(|row| Row::new(format!("X-{}", row.name), row.value)).collect())
}

fn parts() -> impl Strategy<Value = Vec<Part>> {
    let media = prop::option::of(Just("text/x".to_owned()));
    let text = (name(), literal(), media.clone()).prop_map(|(name, value, content_type)| Part {
        name,
        value: value.replace(";type=", ""),
        content_type,
        ..Part::default()
    });
    let file = (name(), name(), media).prop_map(|(name, value, content_type)| Part {
        name,
        value,
        content_type,
        file: true,
        ..Part::default()
    });
    prop::collection::vec(prop_oneof![text, file], 1..3)
}

fn body() -> impl Strategy<Value = Body> {
    prop_oneof![
        Just(Body::default()),
        literal().prop_map(|text| Body { kind: BodyKind::Json, text, ..Body::default() }),
        literal().prop_map(|text| Body { kind: BodyKind::Text, text, ..Body::default() }),
        rows(literal())
            .prop_filter("a form without rows is an empty text", |rows| !rows.is_empty())
            .prop_map(|form| Body { kind: BodyKind::Form, form, ..Body::default() }),
        parts().prop_map(|parts| Body { kind: BodyKind::Multipart, parts, ..Body::default() }),
        name().prop_map(|file| Body { kind: BodyKind::File, file, ..Body::default() }),
    ]
}

fn auth() -> impl Strategy<Value = Auth> {
    let env = |name: &str| format!("{{{{env:{name}}}}}");
    let sigv4 = Sigv4Auth {
        access_key: "AKIDEXAMPLE".into(),
        secret_key: env("S"),
        session_token: env("T"),
        region: "eu-west-1".into(),
        service: "s3".into(),
        payload: PayloadMode::Signed,
        ..Sigv4Auth::default()
    };
    prop_oneof![
        Just(Auth { kind: AuthKind::None, ..Auth::default() }),
        Just(Auth { kind: AuthKind::AwsSigv4, sigv4, ..Auth::default() }),
        Just(Auth { kind: AuthKind::Bearer, bearer: BearerAuth { token: env("B") }, ..Auth::default() }),
        name().prop_map(move |username| Auth {
            kind: AuthKind::Basic,
            basic: BasicAuth { username, password: env("P") },
            ..Auth::default()
        }),
    ]
}

prop_compose! {
    fn request()(
        method in prop::sample::select(vec!["GET", "POST", "PUT", "DELETE", "HEAD"]),
        path in prop::string::string_regex("[a-z0-9/:'()!*{}ü~ -]{0,10}").unwrap(),
        params in rows(literal()),
        headers in header_rows(),
        body in body(),
        auth in auth(),
        insecure: bool,
        follow: bool,
        timeout_seconds in prop::option::of(1_u64..1000),
        elsewhere: bool,
    ) -> Request {
        Request {
            method: method.into(),
            url: format!("https://h.example/{}", path.replace("{{", "\\{{")),
            params,
            headers,
            body,
            auth,
            send: SendOptions {
                insecure,
                follow_redirects: follow.then_some(true),
                timeout_seconds,
                connect_to: if elsewhere { "127.0.0.1:8443".into() } else { String::new() },
                without: Vec::new(),
                plus: Plus::Literal,
            },
            ..Request::default()
        }
    }
}

#[test]
fn a_plus_in_the_query_is_what_servers_read() {
    let read = import("curl 'https://h.example/a+b?q=1+2&r=%2B'").unwrap();
    assert_eq!(read.request.url, "https://h.example/a+b");
    assert_eq!(read.request.params, [Row::new("q", "1 2"), Row::new("r", "+")]);
    assert_eq!(read.notes, ["A + in the URL's query was read as a space, as servers do."]);
    for (plus, sent) in [(Plus::Literal, "q=1%2B2"), (Plus::Space, "q=1%202")] {
        let mut request = Request { url: "https://h.example/a+b?q=1+2".into(), ..Request::default() };
        request.send.plus = plus;
        let text = export_request(&request);
        assert!(text.contains(&format!("/a+b?{sent}")), "{text}");
    }
}

/// A URL as every server reads it.
fn sent(url: &str) -> String {
    let url = url::Url::parse(&url.replace("\\{{", "{{")).unwrap();
    percent_encoding::percent_decode_str(url.as_str()).decode_utf8_lossy().into_owned()
}

proptest! {
    #[test]
    fn what_is_written_reads_back_the_same(request in request()) {
        let text = export_request(&request);
        let again = import(&text).unwrap();
        // The URL comes back in the spelling in which it is sent.
        prop_assert_eq!(sent(&again.request.url), sent(&request.url), "{}", text);
        let same = Request { url: request.url.clone(), ..again.request.clone() };
        prop_assert_eq!(&same, &request, "{}", text);
        prop_assert_eq!(&export_request(&again.request), &text);
        prop_assert!(again.notes.is_empty(), "{:?} {}", again.notes, text);
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,80}") {
        let _ = import(&format!("curl {text}"));
    }
}

#[test]
fn a_literal_body_and_path_variables_are_exported_as_they_are_sent() {
    let path = vec![Row::new("id", "a b/{{x}}{{secret:s}}"), Row { off: true, ..Row::new("off", "1") }];
    let body = Body { kind: BodyKind::Text, text: "{{x}} \\{{y}}".into(), literal: true, ..Body::default() };
    let request = Request { url: "http://h/:id/:off/:other".into(), path, body, ..Request::default() };
    let written = export(&request, &Auth::default(), ("", ""), |name| Some(format!("{name}&")));
    assert!(written.contains("--data-raw '{{x}} \\{{y}}'"), "{written}");
    assert!(written.contains("--url http://h/a%20b%2Fx%26\"$s\"/:off/:other"), "{written}");
}

#[test]
fn curl_connects_elsewhere_and_is_said_not_to_sign_for_another_host() {
    let mut request = Request { url: "https://api.example.com/a".into(), ..Request::default() };
    request.send.connect_to = "127.0.0.1:8443".into();
    request.auth.kind = AuthKind::AwsSigv4;
    request.auth.sigv4.sign_as = "https://abc.execute-api.eu-west-1.amazonaws.com/prod".into();
    let text = export_request(&request);
    assert!(text.contains("--connect-to ::127.0.0.1:8443"), "{text}");
    assert!(text.starts_with("# curl can't sign for another URL than the one it calls"), "{text}");
    let pasted = "curl --noproxy '*' --connect-to b::: --connect-to api.example.com:443:localhost:1 --connect-to a:b \
         --connect-to :::2 https://api.example.com/";
    let read = import(pasted).unwrap();
    assert_eq!(read.request.send.connect_to, "localhost:1");
    let notes = [
        "--connect-to b::: isn't for this URL and was ignored.",
        "--connect-to a:b isn't HOST1:PORT1:HOST2:PORT2 and was ignored.",
        "--connect-to :::2 was ignored: another one came first.",
    ];
    assert_eq!(read.notes, notes);
    let read = import("curl --noproxy '*' https://api.example.com/").unwrap();
    assert_eq!(read.notes, ["--noproxy belongs to the configuration and was ignored."]);
}

use std::time::SystemTime;

use super::*;
use crate::core::credential::{Credential, Secret};
use crate::core::request::{Expect, Plus, SendOptions, Sigv4Auth};
use crate::core::resolve::{PartContent, PlanPart, PlanSigning, Signer};
use crate::core::sigv4::{self, Presented, RawRequest, Signable};

fn plan(url: &str) -> Plan {
    Plan {
        method: "GET".into(),
        url: url.into(),
        params: Vec::new(),
        headers: Vec::new(),
        body: PlanBody::None,
        auth: PlanAuth::None,
        expect: Expect::default(),
        send: SendOptions::default(),
        connect_to: None,
        secrets: Vec::new(),
    }
}

fn wired(plan: &Plan) -> WireRequest {
    wire(plan, LoadedBody::default()).unwrap()
}

fn refused(plan: &Plan) -> Vec<(Field, String)> {
    refused_with(plan, LoadedBody::default())
}

fn refused_with(plan: &Plan, files: LoadedBody) -> Vec<(Field, String)> {
    let found = wire(plan, files).unwrap_err();
    found.into_iter().map(|p| (p.field, p.message)).collect()
}

fn signing(service: &str) -> PlanAuth {
    PlanAuth::Sigv4(Box::new(PlanSigning {
        sign_as: None,
        signer: Signer::Identity("alice".into()),
        settings: Sigv4Auth { service: service.into(), ..Sigv4Auth::default() },
    }))
}

#[test]
fn urls_take_their_final_form() {
    for (typed, sent) in [
        ("http://h", "http://h/"),
        ("http://h/a\\b", "http://h/a/b"),
        ("http://h/a/../b/./c", "http://h/b/c"),
        ("http://h/a b?x=it's", "http://h/a%20b?x=it%27s"),
        ("http://h/?a=1+2", "http://h/?a=1%2B2"),
        ("http://h/?a=1 2#frag", "http://h/?a=1%202"),
        ("http://h:80/?versioning", "http://h/?versioning"),
        ("https://h:8443//a//", "https://h:8443//a//"),
        ("http://bücher.example/ü", "http://xn--bcher-kva.example/%C3%BC"),
        ("http://h/?", "http://h/"),
    ] {
        assert_eq!(wired(&plan(typed)).url.as_str(), sent, "{typed}");
    }
}

#[test]
fn a_typed_plus_means_what_its_author_chose() {
    let mut plan = plan("http://h/a+b?q=1+2%2B3&r=+");
    plan.params = vec![(0, "row".into(), "4+5 6".into())];
    assert_eq!(wired(&plan).url.as_str(), "http://h/a+b?q=1%2B2%2B3&r=%2B&row=4%2B5%206");
    plan.send.plus = Plus::Space;
    assert_eq!(wired(&plan).url.as_str(), "http://h/a+b?q=1%202%2B3&r=%20&row=4%2B5%206");
}

proptest::proptest! {
    /// Whatever is typed, no `+` is sent, every server understands what was meant, and what is
    /// signed is what the server receives.
    #[test]
    fn a_plus_means_the_same_to_signer_and_server(
        query in "([a-z+=&]|%2B|%20|%3D|%25){0,16}",
        space: bool,
    ) {
        let mut plan = plan(&format!("http://h/?{query}"));
        plan.send.plus = if space { Plus::Space } else { Plus::Literal };
        let url = wired(&plan).url;
        let sent = url.query().unwrap_or_default();
        proptest::prop_assert!(!sent.contains('+'), "{sent}");
        let meant = query.replace('+', if space { " " } else { "%2B" });
        let read = |text: &str| {
            url::form_urlencoded::parse(text.as_bytes()).into_owned().collect::<Vec<_>>()
        };
        proptest::prop_assert_eq!(read(sent), read(&meant));
        let settings = crate::core::sigv4::Settings::for_service("lambda", "us-east-1");
        let credential = Credential {
            access_key: "AKIDEXAMPLE".into(),
            secret_key: Secret::new("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
            session_token: None,
            expires_at: None,
            account_id: None,
            source: String::new(),
        };
        let hash = sigv4::payload_hash(b"");
        let request = Signable { method: "GET", url: &url, headers: &[], payload_hash: &hash };
        let signed = sigv4::sign(&request, &credential, &settings, SystemTime::UNIX_EPOCH).unwrap();
        let headers: Vec<_> = signed.headers.iter().map(|(n, v)| (n.as_str(), v.as_bytes())).collect();
        let headers = [&[("host", &b"h"[..])], &headers[..]].concat();
        let raw = RawRequest { method: "GET", target: &url[url::Position::BeforePath..], headers: &headers };
        let presented = Presented::parse(&raw).unwrap().unwrap();
        let rules = crate::core::endpoint::defaults("lambda");
        proptest::prop_assert!(presented.verify(&credential.secret_key, &raw, &hash, &rules).unwrap().matches);
    }
}

#[test]
fn rows_join_the_typed_query_and_keep_every_byte() {
    let mut plan = plan("http://h/?a=1");
    plan.params = vec![
        (0, "q".into(), "a b+c&d=e#f%20'ü".into()),
        (1, "empty".into(), String::new()),
        (2, "a".into(), "2".into()),
    ];
    let url = wired(&plan).url;
    assert_eq!(url.query(), Some("a=1&q=a%20b%2Bc%26d%3De%23f%2520%27%C3%BC&empty=&a=2"));
    assert_eq!(url.query_pairs().nth(1).unwrap().1, "a b+c&d=e#f%20'ü");
}

#[test]
fn defaults_are_added_unless_given_or_disabled() {
    let names = |plan: &Plan| {
        wired(plan).headers.into_iter().map(|h| (h.name, h.value, h.origin)).collect::<Vec<_>>()
    };
    let mut plan = plan("http://h/");
    plan.headers = vec![(0, "Accept".into(), "text/html".into())];
    plan.body = PlanBody::Bytes { bytes: b"{}".to_vec(), content_type: "application/json" };
    plan.send.without = vec!["user-agent".into()];
    assert_eq!(
        names(&plan),
        [
            ("Accept".into(), "text/html".into(), HeaderOrigin::Author),
            ("accept-encoding".into(), "gzip, br, zstd".into(), HeaderOrigin::Default),
            ("content-type".into(), "application/json".into(), HeaderOrigin::Default),
        ]
    );
}

#[test]
fn disabling_accept_is_an_error() {
    let mut plan = plan("http://h/");
    plan.send.without = vec!["Accept".into()];
    assert_eq!(
        refused(&plan),
        [(Field::Request, "accept can't be left out: the HTTP library always sends it".to_owned())]
    );
    plan.headers = vec![(0, "accept".into(), String::new())];
    assert_eq!(wired(&plan).headers[0].value, "");
}

#[test]
fn s3_keys_that_a_url_cannot_carry_are_refused() {
    for path in ["/a/../b", "/./a", "/a/%2e%2E/b", "/a%2F..%2fb", "/a\\b"] {
        let mut plan = plan(&format!("http://h{path}"));
        plan.auth = signing("s3");
        assert_eq!(refused(&plan)[0].0, Field::Url, "{path}");
        plan.auth = signing("lambda");
        assert!(wire(&plan, LoadedBody::default()).is_ok(), "{path}");
    }
    let mut fine = plan("http://h/a/..b/...?x=../y");
    fine.auth = signing("s3");
    assert_eq!(wired(&fine).url.path(), "/a/..b/...");
}

#[test]
fn s3_keys_are_spelled_as_s3_signs_them() {
    for (typed, sent) in [
        ("/a b+c:d=e&f$g@h!i'j(k)*l;m,n~o", "/a%20b%2Bc%3Ad%3De%26f%24g%40h%21i%27j%28k%29%2Al%3Bm%2Cn~o"),
        ("/a%2Fb%2fc", "/a/b/c"),
        ("/%41%7E%3a%2B", "/A~%3A%2B"),
        ("/100%/%25/%zz", "/100%25/%25/%25zz"),
        ("/ü/%C3%BC/%ff", "/%C3%BC/%C3%BC/%FF"),
        ("//a//", "//a//"),
        ("/-._~[]|", "/-._~%5B%5D%7C"),
        ("", "/"),
    ] {
        let mut plan = plan(&format!("http://h{typed}?x=a:b"));
        plan.auth = signing("s3");
        assert_eq!(wired(&plan).url.path(), sent, "{typed}");
        assert_eq!(wired(&plan).url.query(), Some("x=a:b"));
        // Also if the host shows that it is S3, but for no other service.
        plan.url = plan.url.replace("//h", "//bucket.s3.eu-west-1.amazonaws.com");
        plan.auth = PlanAuth::None;
        assert_eq!(wired(&plan).url.path(), sent, "{typed}");
    }
    let mut other = plan("http://h/a:b%2F(c)");
    other.auth = signing("lambda");
    assert_eq!(wired(&other).url.path(), "/a:b%2F(c)");
}

#[test]
fn user_info_becomes_basic_authentication_and_leaves_the_url() {
    let sent = wired(&plan("http://us%40er:p%3Aw@h/"));
    assert_eq!(sent.url.as_str(), "http://h/");
    assert_eq!(sent.headers[0].value, "Basic dXNAZXI6cDp3");
    let mut both = plan("http://u:p@h/");
    both.auth = PlanAuth::Bearer(Secret::new("t"));
    assert_eq!(refused(&both)[0].0, Field::Url);
}

#[test]
fn headers_that_contradict_are_refused_in_their_row() {
    let mut plan = plan("http://h/");
    plan.auth = signing("lambda");
    plan.headers = [
        ("Transfer-Encoding", "chunked"),
        ("Content-Length", "7"),
        ("Authorization", "x"),
        ("X-Amz-Security-Token", "x"),
        ("X-Amz-Meta-A", "fine"),
        ("Host", "a"),
        ("host", "b"),
    ]
    .iter()
    .enumerate()
    .map(|(index, (name, value))| (index, (*name).to_owned(), (*value).to_owned()))
    .collect();
    let fields: Vec<_> = refused(&plan).into_iter().map(|(field, _)| field).collect();
    assert_eq!(fields, [0, 1, 2, 3, 6].map(Field::Header));
}

#[test]
fn multipart_is_the_same_for_the_same_parts() {
    let mut plan = plan("http://h/");
    plan.method = "POST".into();
    plan.body = PlanBody::Multipart(vec![
        PlanPart {
            index: 0,
            name: "a\"b".into(),
            content: PartContent::Text("1".into()),
            content_type: None,
            filename: None,
        },
        PlanPart {
            index: 2,
            name: "f".into(),
            content: PartContent::File("dir/x.txt".into()),
            content_type: Some("text/plain".into()),
            filename: None,
        },
    ]);
    let part = |piece| LoadedPart { piece, sha256: "f00".into() };
    let parts: LoadedParts = [(2, part(Piece::Bytes(Bytes::from_static(b"\0\xff"))))].into();
    let files = LoadedBody { parts, ..LoadedBody::default() };
    let sent = wire(&plan, files.clone()).unwrap();
    assert_eq!(sent, wire(&plan, files).unwrap());
    let content_type = &sent.headers.last().unwrap().value;
    let boundary = content_type.strip_prefix("multipart/form-data; boundary=").unwrap();
    let expected = [
        format!("--{boundary}\r\nContent-Disposition: form-data; name=\"a%22b\"\r\n\r\n1\r\n").as_bytes(),
        format!("--{boundary}\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x.txt\"\r\n")
            .as_bytes(),
        b"Content-Type: text/plain\r\n\r\n\0\xff\r\n",
        format!("--{boundary}--\r\n").as_bytes(),
    ]
    .concat();
    let expected = Bytes::from(expected);
    assert_eq!(sent.body, WireBody::Bytes(expected.clone()));
    // A file that isn't in memory is sent in place of its bytes.
    let file = Piece::File { path: "dir/x.txt".into(), len: 2 };
    let files = LoadedBody { parts: [(2, part(file.clone()))].into(), ..LoadedBody::default() };
    assert_eq!(refused_with(&plan, files.clone())[0].0, Field::Body);
    let sent = wire(&plan, LoadedBody { multipart_sha256: Some("5ha".into()), ..files }).unwrap();
    let at = expected.windows(2).position(|window| window == b"\0\xff").unwrap();
    let pieces = vec![Piece::Bytes(expected.slice(..at)), file, Piece::Bytes(expected.slice(at + 2..))];
    assert_eq!(sent.body.len(), expected.len() as u64);
    assert_eq!(sent.body, WireBody::Streamed { pieces, sha256: "5ha".into() });
    assert_eq!(refused(&plan)[0].0, Field::BodyRow(2));
}

//! What leaves: byte for byte what was signed and shown, or nothing.

use super::*;
use signpost::core::request::fields::AuthField;

#[test]
fn what_was_signed_is_what_goes_on_the_wire() {
    let targets = [
        "/2026/a:b/!'()*",
        "/a%20b/ü//x/",
        "/a/../b/./c?x=1",
        "/?versioning",
        "/?b=2&a=1&a=0&empty=",
        "/?q=a=b%3Dc",
        "/?plus=a+b&space=a b",
        "/?quote='&pipe=|&brace={}",
        "/a b+c:d=e&f$g@h!i'j(k)*l;m,n~o",
        "/?t=%2F%2f/~-_.",
    ];
    for service in ["lambda", "s3"] {
        for target in targets {
            if service == "s3" && target.contains("..") {
                continue;
            }
            let origin = Origin::answering([b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".to_vec()]);
            let request = Request {
                method: "POST".into(),
                params: vec![Row::new("row", "ä+&=%20 '"), Row::new("", "no name")],
                headers: vec![
                    Row::new("X-Amz-Meta-B", "a   b"),
                    Row::new("x-multi", "1"),
                    Row::new("X-Multi", "2"),
                ],
                body: Body { kind: BodyKind::Json, text: "{\"a\": 1}".into(), ..Body::default() },
                auth: inline(service, "tok/en+="),
                ..get(&origin.url(target))
            };
            let seen = send(request);
            assert_eq!(seen.outcome(), &Outcome::Answered, "{target}");
            let recorded = &origin.requests()[0];
            assert!(
                verifies(recorded, service, &payload_hash(b"{\"a\": 1}")),
                "{service} {target} {recorded:?}"
            );
            assert_eq!(recorded.body, b"{\"a\": 1}");
            assert_same_as_shown(&seen.sent[0], recorded);
        }
    }
}

/// Every header that left is in the record, with its value, and the other way round.
fn assert_same_as_shown(sent: &Sent, recorded: &Recorded) {
    let mut shown: Vec<_> =
        sent.headers.iter().map(|h| (h.name.to_ascii_lowercase(), h.value.clone().into_bytes())).collect();
    let mut came: Vec<_> = recorded.headers.iter().filter(|(n, _)| n != "content-length").cloned().collect();
    shown.sort();
    came.sort();
    assert_eq!(shown, came);
    assert!(sent.url.ends_with(&recorded.target), "{} {}", sent.url, recorded.target);
}

#[test]
fn a_presigned_url_carries_the_whole_signature() {
    let origin = Origin::answering([b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".to_vec()]);
    let mut auth = inline("s3", "tok/en+=");
    auth.sigv4.location = SignatureLocation::Query;
    let seen = send(Request { auth, ..get(&origin.url("/key with space?x=1")) });
    let recorded = &origin.requests()[0];
    assert!(verifies(recorded, "s3", UNSIGNED_PAYLOAD), "{recorded:?}");
    assert!(recorded.header("authorization").is_none());
    assert_same_as_shown(&seen.sent[0], recorded);
}

#[test]
fn bodies_of_every_kind_are_signed_whole() {
    let folder = tempfile::tempdir().unwrap();
    let large = vec![b'x'; (1 << 20) + 17];
    std::fs::write(folder.path().join("large.bin"), &large).unwrap();
    std::fs::write(folder.path().join("small.txt"), "small").unwrap();
    let part = |name: &str, value: &str, file| Part {
        name: name.into(),
        value: value.into(),
        file,
        ..Part::default()
    };
    let bodies = [
        Body { kind: BodyKind::Text, text: "tëxt".into(), ..Body::default() },
        Body { kind: BodyKind::Form, form: vec![Row::new("a b", "c&d")], ..Body::default() },
        Body {
            kind: BodyKind::Multipart,
            parts: vec![part("t", "text", false), part("f", "small.txt", true)],
            ..Body::default()
        },
        Body { kind: BodyKind::File, file: "large.bin".into(), ..Body::default() },
        Body {
            kind: BodyKind::Multipart,
            parts: vec![
                part("f", "small.txt", true),
                part("l", "large.bin", true),
                part("l", "large.bin", true),
                part("t", "end", false),
            ],
            ..Body::default()
        },
    ];
    for body in bodies {
        let kind = body.kind;
        let origin = Origin::answering([b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".to_vec()]);
        let request =
            Request { method: "POST".into(), body, auth: inline("lambda", ""), ..get(&origin.url("/")) };
        let seen = send_with(
            &engine(TransportSettings::default()),
            Job { root: folder.path().to_owned(), ..job(request) },
        );
        assert_eq!(seen.outcome(), &Outcome::Answered, "{kind:?}");
        let recorded = &origin.requests()[0];
        assert!(verifies(recorded, "lambda", &payload_hash(&recorded.body)), "{kind:?}");
        assert_eq!(recorded.header("content-length").unwrap(), recorded.body.len().to_string());
        assert!(recorded.header("transfer-encoding").is_none());
        if recorded.body.len() > 2 * large.len() {
            let (first, rest) = recorded.body.split_at(large.len() + 1000);
            assert!(first.windows(large.len()).any(|w| w == large), "the first large part");
            assert!(rest.windows(large.len() - 1000).any(|w| w == &large[1000..]), "the second");
            assert!(recorded.body.windows(7).any(|w| w == b"\r\nend\r\n"));
        }
        match kind {
            BodyKind::Text => assert_eq!(recorded.body, "tëxt".as_bytes()),
            BodyKind::Form => assert_eq!(recorded.body, b"a+b=c%26d"),
            BodyKind::File => assert_eq!(recorded.body, large),
            _ => assert!(recorded.body.windows(9).any(|w| w == b"\r\nsmall\r\n")),
        }
    }
}

#[test]
fn nothing_leaves_where_signing_was_chosen_and_cannot_be() {
    let origin = Origin::answering([]);
    let unsigned =
        Request { auth: Auth { kind: AuthKind::AwsSigv4, ..Auth::default() }, ..get(&origin.url("/")) };
    let mut no_region = Request { auth: inline("lambda", ""), ..get(&origin.url("/")) };
    no_region.auth.sigv4.region.clear();
    for (request, said) in [
        (unsigned, "the request is to be signed, but there's nothing to sign with"),
        (no_region, "unknown region to sign for: the host 127.0.0.1 doesn't include it"),
    ] {
        let seen = send(request);
        let Outcome::NotSent(problems) = seen.outcome() else { panic!("{:?}", seen.outcome()) };
        assert_eq!(problems[0].message, said);
        assert!(seen.sent.is_empty());
    }
    assert_eq!(origin.connections(), 0);
}

#[test]
fn a_preview_tells_who_signs_for_what_and_what_contradicts() {
    let engine = engine(TransportSettings::default());
    let mut request = get("http://abc.lambda-url.eu-west-1.localhost:9000/x?a=1");
    request.params = vec![Row::new("b", "c d")];
    request.auth = inline("", "");
    request.auth.sigv4.access_key = "ASIAIOSFODNN7EXAMPLE".into();
    let preview = engine.preview(&job(request.clone()));
    assert_eq!(preview.url.as_deref(), Some("http://abc.lambda-url.eu-west-1.localhost:9000/x?a=1&b=c%20d"));
    assert_eq!(preview.problems, []);
    assert_eq!(preview.region, Some(("us-east-1".to_owned(), Provenance::Typed)));
    let (service, origin) = preview.service.clone().unwrap();
    assert_eq!(service, "lambda");
    assert!(matches!(origin, Provenance::Inferred(_)));
    let fields: Vec<_> = preview.warnings.iter().map(|warning| warning.field.clone()).collect();
    assert_eq!(fields, [Field::Auth(AuthField::Region), Field::Auth(AuthField::SessionToken)]);
    request.auth.sigv4.secret_key.clear();
    request.headers = vec![Row::new("x", "{{nope}}")];
    let preview = engine.preview(&job(request));
    let fields: Vec<_> = preview.problems.iter().map(|problem| problem.field.clone()).collect();
    assert_eq!(fields, [Field::Header(0), Field::Auth(AuthField::SecretKey)]);
}

#[test]
fn a_file_that_changes_on_the_way_and_one_without_an_end_are_not_sent() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.bin");
    std::fs::write(&path, vec![0; 10]).unwrap();
    let origin = Origin::answering([]);
    let outgoing = Outgoing {
        method: "PUT".into(),
        url: origin.url("/").parse().unwrap(),
        headers: Vec::new(),
        body: WireBody::Streamed {
            pieces: vec![Piece::File { path: path.clone(), len: 11 }],
            sha256: String::new(),
        },
        insecure: false,
        route: None,
        deadline: None,
    };
    let transport = Transport::new(TransportSettings::default());
    let Err(Failure::NotSent(problem)) = runtime().block_on(transport.exchange(outgoing, None)) else {
        panic!("sent")
    };
    let said = format!("{} changed while the request was being prepared: 11 bytes, now 10", path.display());
    assert_eq!(problem.message, said);
    if cfg!(unix) {
        let body = Body { kind: BodyKind::File, file: "/dev/zero".into(), ..Body::default() };
        let seen = send(Request { method: "PUT".into(), body, ..get(&origin.url("/")) });
        let Outcome::NotSent(problems) = seen.outcome() else { panic!("{:?}", seen.outcome()) };
        assert!(problems[0].message.starts_with("/dev/zero: it isn't a regular file"), "{problems:?}");
    }
    assert_eq!(origin.connections(), 0);
}

#[test]
fn the_length_of_an_empty_body_is_sent_where_the_method_has_one() {
    for (method, length) in [("POST", Some("0")), ("PUT", Some("0")), ("PATCH", Some("0")), ("GET", None)] {
        let origin = Origin::answering([OK.to_vec()]);
        send(Request { method: method.into(), ..get(&origin.url("/")) });
        assert_eq!(origin.requests()[0].header("content-length").as_deref(), length, "{method}");
    }
}

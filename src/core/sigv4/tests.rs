//! Both signers and the verifier agree on drawn requests, and on cases that other clients get
//! wrong.

use std::time::{Duration, SystemTime};

use proptest::prelude::*;
use url::Url;

use super::*;
use crate::core::credential::{Credential, Secret};
use crate::core::endpoint::SigningDefaults;

fn credential(token: Option<&str>) -> Credential {
    Credential {
        access_key: "AKIAIOSFODNN7EXAMPLE".into(),
        secret_key: Secret::new("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        session_token: token.map(Secret::new),
        expires_at: None,
        account_id: None,
        source: "test".into(),
    }
}

fn settings() -> Settings {
    Settings::for_service("lambda", "us-east-1")
}

fn at() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_440_938_160)
}

/// A request that owns its parts.
#[derive(Clone, Debug)]
struct Drawn {
    method: String,
    url: Url,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Drawn {
    fn get(url: &str) -> Self {
        Self { method: "GET".into(), url: Url::parse(url).unwrap(), headers: Vec::new(), body: Vec::new() }
    }

    fn sign(&self, credential: &Credential, settings: &Settings) -> Result<Signed, SignError> {
        let headers: Vec<_> = self.headers.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let payload_hash = payload_hash(&self.body);
        let request =
            Signable { method: &self.method, url: &self.url, headers: &headers, payload_hash: &payload_hash };
        sign(&request, credential, settings, at())
    }

    /// Whether the verifier accepts the request as it would be sent.
    fn verify(&self, signed: &Signed, secret: &Secret, settings: &Settings) -> bool {
        let host = ("host".to_owned(), host(&signed.url).into_owned());
        let own_host = self.headers.iter().any(|(name, _)| name == "host");
        let kept = self.headers.iter().filter(|(name, _)| !signed.replaces(name));
        let headers: Vec<_> =
            kept.chain(&signed.headers).chain((!own_host).then_some(&host)).cloned().collect();
        let headers: Vec<_> = headers.iter().map(|(n, v)| (n.as_str(), v.as_bytes())).collect();
        let target = &signed.url[url::Position::BeforePath..url::Position::AfterQuery];
        let request = RawRequest { method: &self.method, target, headers: &headers };
        let presented = Presented::parse(&request).unwrap().unwrap();
        let rules = SigningDefaults {
            normalize: settings.normalize,
            double_encode: settings.double_encode,
            content_sha256: settings.content_sha256,
            token_unsigned: settings.token_unsigned,
            presign_unsigned: false,
        };
        presented.verify(secret, &request, &payload_hash(&self.body), &rules).unwrap().matches
    }
}

fn line(signed: &Signed, index: usize) -> &str {
    signed.steps.canonical_request.split('\n').nth(index).unwrap()
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let segment = prop_oneof![
        4 => "[a-zA-Z0-9._~-]{0,6}",
        4 => "[!'()*:=+,;@$&|^\\[\\]{}\"<>` äሴ🐱-]{0,6}",
        2 => prop::sample::select(vec!["%2F", "%2f", "%3A", "%25", "%20", "%E1%88%B4", "..", ".", "", "%2e%2e", "%", "%zz"])
            .prop_map(str::to_owned),
    ];
    let path = prop::collection::vec(segment, 0..6).prop_map(|segments| segments.join("/"));
    let text = "([a-zA-Z0-9._~:/?@!$'()*+,;|{} äሴ🐱-]|%3D|%26|%2B|%2b|%20|%7E|%41|%25){0,6}";
    let pair = (text, prop::option::of(text), any::<bool>()).prop_map(|(name, value, extra)| match value {
        Some(value) if extra => format!("{name}={value}=x"),
        Some(value) => format!("{name}={value}"),
        None => name,
    });
    let query = prop::option::of(prop::collection::vec(pair, 0..6).prop_map(|pairs| pairs.join("&")));
    let authority = prop::sample::select(vec![
        "example.com",
        "example.com:8443",
        "EXAMPLE.com:443",
        "[::1]:9000",
        "ü.example",
    ]);
    let name = prop::sample::select(vec![
        "x-a",
        "X-A",
        "x-B",
        "accept",
        "content-type",
        "Date",
        "User-Agent",
        "Connection",
        "TE",
        "expect",
        "x-amzn-trace-id",
        "proxy-authorization",
        "x-amz-date",
        "X-Amz-Security-Token",
        "x-amz-user-agent",
        "x-amz-meta-ä",
    ])
    .prop_filter("a token", |name| name.is_ascii());
    let value = "([ -~äሴ]|  |\t|\r\n ){0,12}";
    let headers = prop::collection::vec((name.prop_map(str::to_owned), value), 0..6);
    let method =
        prop::sample::select(vec!["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "get", "X-OWN"]);
    (method, authority, path, query, headers, prop::collection::vec(any::<u8>(), 0..64)).prop_map(
        |(method, authority, path, query, headers, body)| {
            let query = query.map_or_else(String::new, |query| format!("?{query}"));
            let url = Url::parse(&format!("https://{authority}/{path}{query}")).unwrap();
            Drawn { method: method.into(), url, headers, body }
        },
    )
}

fn drawn_settings() -> impl Strategy<Value = Settings> {
    any::<(bool, bool, bool, bool, bool)>().prop_map(
        |(in_query, normalize, double_encode, content_sha256, token_unsigned)| Settings {
            location: if in_query { SignatureLocation::Query } else { SignatureLocation::Headers },
            normalize,
            double_encode,
            content_sha256,
            token_unsigned,
            ..settings()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    /// `sign` compares the two signatures, so they agree if it succeeds.
    #[test]
    fn both_signers_and_the_verifier_agree(
        drawn in drawn(),
        settings in drawn_settings(),
        token in prop::option::of("[A-Za-z0-9+/=]{1,40}"),
    ) {
        let credential = credential(token.as_deref());
        let signed = drawn.sign(&credential, &settings);
        let signed = match signed {
            Ok(signed) => signed,
            // A folded value must continue on the next line.
            Err(SignError::Header { .. }) => return Ok(()),
            Err(error) => return Err(TestCaseError::fail(format!("{error:?}"))),
        };
        prop_assert!(drawn.verify(&signed, &credential.secret_key, &settings), "{}", signed.steps.canonical_request);
        prop_assert!(!drawn.verify(&signed, &Secret::new("another"), &settings));
        let other = Drawn { method: "OTHER".into(), ..drawn.clone() };
        prop_assert!(!other.verify(&signed, &credential.secret_key, &settings));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn both_signers_and_the_verifier_agree_for_sigv4a(drawn in drawn(), settings in drawn_settings()) {
        let settings = Settings { algorithm: Algorithm::Sigv4a, region: "us-east-1,eu-*".into(), ..settings };
        let credential = credential(Some("token"));
        if let Ok(signed) = drawn.sign(&credential, &settings) {
            prop_assert!(drawn.verify(&signed, &credential.secret_key, &settings));
            prop_assert!(!drawn.verify(&signed, &Secret::new("another"), &settings));
        }
    }

    #[test]
    fn parsing_a_presented_signature_never_panics(
        authorization in prop::option::of("(AWS4-HMAC-SHA256|AWS4-ECDSA-P256-SHA256|Bearer)? ?(Credential=|SignedHeaders=|Signature=|,|/|;|host|[ -~]){0,12}"),
        target in "/?[ -~]{0,20}(\\?|&X-Amz-(Signature|Credential|Algorithm|SignedHeaders|Date|Expires)=[!-~]{0,8}){0,6}",
        date in "[0-9TZ]{0,17}",
    ) {
        let mut headers: Vec<(&str, &[u8])> = vec![("x-amz-date", date.as_bytes())];
        headers.extend(authorization.as_ref().map(|text| ("authorization", text.as_bytes())));
        let request = RawRequest { method: "GET", target: &target, headers: &headers };
        if let Ok(Some(presented)) = Presented::parse(&request) {
            let rules = crate::core::endpoint::defaults("lambda");
            if let Ok(verification) = presented.verify(&Secret::new("secret"), &request, "", &rules) {
                prop_assert!(!verification.matches);
            }
        }
    }
}

#[test]
fn a_colon_in_the_path_of_a_function_url_is_signed() {
    let signed = Drawn::get("https://abc.lambda-url.us-east-1.on.aws/orders:17!'()*")
        .sign(&credential(None), &settings())
        .unwrap();
    assert_eq!(line(&signed, 1), "/orders%3A17%21%27%28%29%2A");
}

#[test]
fn an_equals_sign_in_a_value_is_signed_raw_and_encoded() {
    let signed = Drawn::get("https://h/?a=b=c&d=b%3Dc").sign(&credential(None), &settings()).unwrap();
    assert_eq!(line(&signed, 2), "a=b%3Dc&d=b%3Dc");
}

#[test]
fn an_unsorted_query_is_signed() {
    let signed =
        Drawn::get("https://h/?b=1&a=2&B=3&a=1&a%2Db=4").sign(&credential(None), &settings()).unwrap();
    assert_eq!(line(&signed, 2), "B=3&a=1&a=2&a-b=4&b=1");
}

#[test]
fn a_parameter_without_an_equals_sign_is_signed() {
    let signed = Drawn::get("https://bucket.s3.amazonaws.com/?versioning")
        .sign(&credential(None), &settings())
        .unwrap();
    assert_eq!(line(&signed, 2), "versioning=");
    assert_eq!(signed.url.query(), Some("versioning"));
}

#[test]
fn a_session_token_given_twice_is_sent_and_signed_once() {
    let mut drawn = Drawn::get("https://h/");
    drawn.headers = vec![("X-Amz-Security-Token".into(), "stale".into())];
    let signed = drawn.sign(&credential(Some("fresh")), &settings()).unwrap();
    assert!(signed.replaces("X-Amz-Security-Token"));
    assert!(signed.steps.canonical_request.contains("x-amz-security-token:fresh\n"));
    let query = Settings { location: SignatureLocation::Query, ..settings() };
    let signed = drawn.sign(&credential(Some("fresh")), &query).unwrap();
    assert!(signed.replaces("x-amz-security-token") && !signed.steps.canonical_request.contains("stale"));
    let again = Drawn { url: signed.url.clone(), ..drawn }.sign(&credential(Some("fresh")), &query).unwrap();
    assert_eq!(again.url, signed.url);
}

#[test]
fn a_raw_plus_in_a_query_is_a_plus_on_both_sides() {
    let signed = Drawn::get("https://h/?q=a+b%2Bc%20d").sign(&credential(None), &settings()).unwrap();
    assert_eq!(line(&signed, 2), "q=a%2Bb%2Bc%20d");
}

#[test]
fn a_raw_plus_signed_as_a_space_is_verified_too() {
    let drawn = Drawn::get("https://h/?q=a%20b");
    let mut signed = drawn.sign(&credential(None), &settings()).unwrap();
    signed.url.set_query(Some("q=a+b"));
    assert!(drawn.verify(&signed, &credential(None).secret_key, &settings()));
}

#[test]
fn default_ports_are_left_out_of_the_host() {
    for (url, expected) in [
        ("https://h:443/", "host:h"),
        ("http://h:80/", "host:h"),
        ("http://h:443/", "host:h:443"),
        ("http://[::1]:9000/", "host:[::1]:9000"),
    ] {
        let signed = Drawn::get(url).sign(&credential(None), &settings()).unwrap();
        assert_eq!(line(&signed, 3), expected, "{url}");
    }
    let mut drawn = Drawn::get("http://127.0.0.1:9000/");
    drawn.headers = vec![("Host".into(), "demo.lambda-url.us-east-1.localhost:9000".into())];
    let signed = drawn.sign(&credential(None), &settings()).unwrap();
    assert_eq!(line(&signed, 3), "host:demo.lambda-url.us-east-1.localhost:9000");
}

#[test]
fn hop_by_hop_headers_are_never_signed() {
    let mut drawn = Drawn::get("https://h/");
    let names = "connection te transfer-encoding expect keep-alive proxy-authorization proxy-connection trailer \
                 upgrade user-agent x-amzn-trace-id authorization";
    drawn.headers = names.split_whitespace().map(|name| (name.to_owned(), "x".to_owned())).collect();
    let signed = drawn.sign(&credential(None), &settings()).unwrap();
    assert_eq!(signed.steps.signed_headers, "host;x-amz-date");
}

#[test]
fn invalid_requests_are_not_signed() {
    let drawn = Drawn::get("https://h/");
    let refused = |drawn: &Drawn, credential: &Credential, settings: &Settings| {
        drawn.sign(credential, settings).unwrap_err()
    };
    let good = credential(None);
    let own = |change: fn(&mut Credential)| {
        let mut credential = credential(None);
        change(&mut credential);
        refused(&drawn, &credential, &settings())
    };
    assert_eq!(own(|c| c.access_key.clear()), SignError::EmptyAccessKey);
    assert_eq!(own(|c| c.secret_key = Secret::new("")), SignError::EmptySecretKey);
    assert_eq!(own(|c| c.secret_key = Secret::new("a\n")), SignError::UncleanCredential("secret access key"));
    assert_eq!(
        own(|c| c.access_key = "ASIAIOSFODNN7EXAMPLE".into()),
        SignError::MissingToken { access_key: "ASIAIOSFODNN7EXAMPLE".into() }
    );
    let set = |change: fn(&mut Settings)| {
        let mut settings = settings();
        change(&mut settings);
        refused(&drawn, &good, &settings)
    };
    assert_eq!(set(|s| s.region.clear()), SignError::EmptyRegion);
    assert_eq!(set(|s| s.service.clear()), SignError::EmptyService);
    assert!(matches!(set(|s| s.region = "a/b".into()), SignError::ScopePart { what: "region", .. }));
    for expires in [0, 604_801] {
        let query = Settings { location: SignatureLocation::Query, expires, ..settings() };
        assert_eq!(refused(&drawn, &good, &query), SignError::Expires(expires));
    }
    for (name, value) in
        [("a b", "x"), ("", "x"), ("x", "a\r\nb: c"), ("x", "a\n"), ("x", "\0"), ("x", "\u{7f}")]
    {
        let drawn = Drawn { headers: vec![(name.into(), value.into())], ..drawn.clone() };
        assert!(
            matches!(refused(&drawn, &good, &settings()), SignError::Header { .. }),
            "{name:?} {value:?}"
        );
    }
    let method = Drawn { method: "GE T".into(), ..drawn.clone() };
    assert_eq!(refused(&method, &good, &settings()), SignError::Method("GE T".into()));
    for url in ["ftp://h/", "mailto:a", "https://h/?a=%FF"] {
        assert!(matches!(refused(&Drawn::get(url), &good, &settings()), SignError::Url(_)), "{url}");
    }
    let long = format!("https://h/?{}", "+".repeat(70_000));
    assert!(matches!(refused(&Drawn::get(&long), &good, &settings()), SignError::Url(_)));
}

#[test]
fn a_query_that_outgrows_the_limit_of_the_crate_is_refused() {
    for filler in [":", "+", "a"] {
        let url = format!("https://h/?q={}", filler.repeat(60_000));
        for location in [SignatureLocation::Headers, SignatureLocation::Query] {
            let settings = Settings { location, ..settings() };
            let result = Drawn::get(&url).sign(&credential(None), &settings);
            match filler {
                "a" => assert!(result.is_ok(), "{result:?}"),
                _ => assert!(matches!(result, Err(SignError::Url(_))), "{filler}: {result:?}"),
            }
        }
    }
}

#[test]
fn missing_parts_of_a_signature_are_named() {
    let parse = |target: &str, headers: &[(&str, &str)]| {
        let headers: Vec<_> = headers.iter().map(|(n, v)| (*n, v.as_bytes())).collect();
        Presented::parse(&RawRequest { method: "GET", target, headers: &headers })
    };
    let with = |text: &str| parse("/", &[("Authorization", text), ("X-Amz-Date", "20150830T123600Z")]);
    assert_eq!(parse("/?a=1", &[("host", "h")]), Ok(None));
    assert_eq!(
        with("Bearer abc"),
        Err(PresentError::NotKeyValue { part: "abc".into(), header: "Bearer abc".into() })
    );
    let missing = |parameters: &[Parameter], in_query| {
        let algorithm = "AWS4-HMAC-SHA256".to_owned();
        Err(PresentError::Missing { parameters: parameters.to_vec(), in_query, algorithm })
    };
    use Parameter::{Credential, Date, Signature, SignedHeaders};
    assert_eq!(with("AWS4-HMAC-SHA256"), missing(&[Credential, Signature, SignedHeaders], false));
    let whole = "AWS4-HMAC-SHA256 Credential=K/20150830/r/s/aws4_request, SignedHeaders=host, Signature=00";
    assert_eq!(parse("/", &[("authorization", whole)]), missing(&[Date], false));
    let query = "/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=K&X-Amz-Date=x";
    assert_eq!(parse(query, &[]), missing(&[Signature, SignedHeaders], true));
    assert_eq!(with(&whole.replace("host", "x")), Err(PresentError::HostNotSigned));
    assert_eq!(with(&whole.replace("AWS4-HMAC-SHA256", "AWS3")), Err(PresentError::Algorithm("AWS3".into())));
    let repeated = |what| Err(PresentError::Repeated(what));
    assert_eq!(with(&format!("{whole}, Signature=01")), repeated(Repeated::Part("Signature")));
    assert_eq!(parse("/", &[("authorization", whole), ("Authorization", whole)]), repeated(Repeated::Header));
    let twice = format!("{query}&X-Amz-Credential=L");
    assert_eq!(parse(&twice, &[]), repeated(Repeated::Query("X-Amz-Credential")));
    let dated = |date| parse("/", &[("authorization", whole), ("x-amz-date", date)]);
    assert_eq!(dated("today"), Err(PresentError::Date("today".into())));
    let presented = with(&whole.replace("/r/", "/")).unwrap().unwrap();
    assert_eq!(presented.scope(), Err(PresentError::Credential("K/20150830/s/aws4_request".into())));
    let dated =
        parse("/", &[("authorization", whole), ("date", "Sun, 30 Aug 2015 12:36:00 GMT")]).unwrap().unwrap();
    assert_eq!((dated.amz_date, dated.amz_date_text.as_str()), (at(), "20150830T123600Z"));
    let scope = dated.scope().unwrap();
    assert_eq!((scope.access_key.as_str(), scope.text().as_str()), ("K", "20150830/r/s/aws4_request"));
}

#[test]
fn debug_does_not_show_the_token() {
    for location in [SignatureLocation::Headers, SignatureLocation::Query] {
        let settings = Settings { location, ..settings() };
        let signed = Drawn::get("https://h/").sign(&credential(Some("tokentoken")), &settings).unwrap();
        assert!(!format!("{signed:?}").contains("tokentoken"));
    }
}

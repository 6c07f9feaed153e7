//! Signatures that are right and presented in another form than AWS's: refused.

use signpost::core::request::SignatureLocation;

use super::HELLO;
use super::client::{Answer, Cloud, Draft};

const MISMATCH: &str = "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";

/// A signed request to the function, of which `change` alters the `Authorization` header.
fn altered(cloud: &Cloud, change: impl Fn(&str) -> String) -> Draft<'static> {
    cloud.function("/").signed(&cloud.alice()).with(|draft| {
        for (name, value) in &mut draft.headers {
            if name.eq_ignore_ascii_case("authorization") {
                *value = change(value);
            }
        }
    })
}

fn message(answer: &Answer) -> String {
    let body: serde_json::Value = serde_json::from_str(&answer.body).unwrap_or_default();
    body["message"].as_str().unwrap_or_default().to_owned()
}

/// The value of a part of an `Authorization` header.
fn part<'a>(header: &'a str, name: &str) -> &'a str {
    let (_, rest) = header.split_once(&format!("{name}=")).unwrap();
    rest.split(',').next().unwrap()
}

#[tokio::test]
async fn another_form_of_a_valid_signature_does_not_match() {
    let cloud = Cloud::start().await;
    cloud.permit().await;
    let send = async |draft: &Draft<'_>| cloud.unsigned(draft).await;
    assert_eq!(send(&altered(&cloud, str::to_owned)).await.row(), (200, "", HELLO));
    let replaced = |name: &'static str, change: fn(&str) -> String| {
        altered(&cloud, move |header| {
            let old = part(header, name);
            header.replace(&format!("{name}={old}"), &format!("{name}={}", change(old)))
        })
    };
    for (what, draft) in [
        ("upper-case hex", replaced("Signature", |old| old.to_ascii_uppercase())),
        ("upper-case names", replaced("SignedHeaders", |old| old.to_ascii_uppercase())),
        (
            "reordered names",
            replaced("SignedHeaders", |old| old.split(';').rev().collect::<Vec<_>>().join(";")),
        ),
        ("a name that the request lacks", replaced("SignedHeaders", |old| format!("{old};x-missing"))),
        ("a name twice", replaced("SignedHeaders", |old| format!("{old};x-amz-date"))),
        ("spaces around names", replaced("SignedHeaders", |old| old.replace(';', "; "))),
    ] {
        let answer = send(&draft).await;
        assert_eq!(
            (answer.status, answer.header("x-amzn-errortype")),
            (403, Some("InvalidSignatureException")),
            "{what}"
        );
        assert_eq!(message(&answer), MISMATCH, "{what}");
    }
}

#[tokio::test]
async fn a_second_signature_is_refused() {
    let cloud = Cloud::start().await;
    cloud.permit().await;
    let second = |value: &'static str, first: bool| {
        altered(&cloud, str::to_owned).with(move |draft| {
            let at = if first { 0 } else { draft.headers.len() };
            draft.headers.insert(at, ("authorization".into(), value.into()));
        })
    };
    let query = |further: &'static str| {
        let draft = cloud.function("/").with(|draft| draft.settings.location = SignatureLocation::Query);
        draft.signed(&cloud.alice()).with(|draft| draft.url.push_str(further))
    };
    assert_eq!(cloud.unsigned(&query("")).await.row(), (200, "", HELLO));
    let twice = |header: &str, name: &str| format!("{header}, {name}={}", part(header, name));
    for (what, draft) in [
        ("a foreign header after", second("Bearer hidden-token", false)),
        ("a foreign header before", second("Bearer hidden-token", true)),
        ("an empty header", second("", false)),
        ("the same header", {
            let mut draft = altered(&cloud, str::to_owned);
            let own = draft.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("authorization"));
            let own = own.unwrap().clone();
            draft.headers.push(own);
            draft
        }),
        ("Signature twice", altered(&cloud, |header| twice(header, "Signature"))),
        ("Credential twice", altered(&cloud, |header| twice(header, "Credential"))),
        ("SignedHeaders twice", altered(&cloud, |header| twice(header, "SignedHeaders"))),
        ("X-Amz-Signature twice", query("&X-Amz-Signature=0")),
        ("an empty X-Amz-Signature", query("&X-Amz-Signature")),
    ] {
        let answer = cloud.unsigned(&draft).await;
        assert_eq!(
            (answer.status, answer.header("x-amzn-errortype")),
            (403, Some("IncompleteSignatureException")),
            "{what}"
        );
        assert!(message(&answer).contains("more than one") && !answer.body.contains("hidden"), "{answer:?}");
    }
}

#[tokio::test]
async fn an_expiry_is_digits_only() {
    let cloud = Cloud::start().await;
    for expires in ["+60", "-60", " 60", "6e1", "", "60.0", "\u{0666}\u{0660}", "99999999999999999999"] {
        let encoded = percent_encoding::utf8_percent_encode(expires, percent_encoding::NON_ALPHANUMERIC);
        let draft = cloud.function("/").with(|draft| draft.settings.location = SignatureLocation::Query);
        let draft = draft.signed(&cloud.alice()).with(|draft| {
            let (before, rest) = draft.url.split_once("X-Amz-Expires=").unwrap();
            let after = rest.find('&').map_or("", |at| &rest[at..]);
            draft.url = format!("{before}X-Amz-Expires={encoded}{after}");
        });
        let answer = cloud.unsigned(&draft).await;
        assert_eq!(
            (answer.status, answer.header("x-amzn-errortype")),
            (403, Some("IncompleteSignatureException")),
            "{expires:?}"
        );
        assert_eq!(message(&answer), format!("X-Amz-Expires should be a number, and it is '{expires}'."));
    }
}

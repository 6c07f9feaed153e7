//! What the fuzz targets in `fuzz/` run: one function for each. `cargo fuzz` alone compiles it.
//!
//! Owns what must hold for any input, beyond not panicking. Refuses to draw inputs: that is the
//! fuzzer's task.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, SystemTime};

use crate::config;
use crate::core::convert::curl;
use crate::core::credential::{Credential, Secret};
use crate::core::document::{Index, Kind, Layout, Window};
use crate::core::iam;
use crate::core::request::{Auth, Request, SignatureLocation};
use crate::core::resolve::{self, resolve};
use crate::core::scope::{Layer, Nothing, Scope, Source};
use crate::core::sigv4::{self, RawRequest, Settings, SignError, Signable};
use crate::core::template;
use crate::core::visible;
use crate::core::wire::{LoadedBody, wire};
use crate::io::store::{request_edit, request_file, workspace};

/// AWS's documented example key.
const SECRET_KEY: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
/// SHA-256 of nothing.
const EMPTY_HASH: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// A request file: what is written for a request reads back as that request, in a new file and in
/// one that is edited.
pub fn request_file(text: &str) {
    let _ = (request_file::parse(text), request_file::unknown_keys(text));
    let Ok(mut request) = request_file::parse_draft(text) else { return };
    assert_eq!(request_file::parse_draft(&request_edit::update("", &request)).as_ref(), Ok(&request));
    request.url.push('x');
    request.headers.pop();
    assert_eq!(request_file::parse_draft(&request_edit::update(text, &request)).as_ref(), Ok(&request));
}

/// A workspace file: every problem has a line of the file.
pub fn workspace_file(text: &str) {
    let Ok(workspace) = workspace::parse(Path::new("/w"), text) else { return };
    let lines = text.split('\n').count();
    for found in &workspace.problems {
        assert!(found.problem.line.is_some_and(|line| (1..=lines).contains(&line)), "{found:?}");
    }
}

/// A request as received: `METHOD TARGET`, then one header on each line. A signature is valid for
/// one secret at most.
pub fn presented_signature(text: &str) {
    let mut lines = text.split('\n');
    let Some((method, target)) = lines.next().and_then(|line| line.split_once(' ')) else { return };
    let headers: Vec<(&str, &[u8])> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name, value.trim().as_bytes()))
        .collect();
    let request = RawRequest { method, target, headers: &headers };
    let Ok(Some(presented)) = sigv4::Presented::parse(&request) else { return };
    for service in ["lambda", "s3"] {
        let rules = crate::core::endpoint::defaults(service);
        let verified = presented.verify(&Secret::new(SECRET_KEY), &request, EMPTY_HASH, &rules);
        let Ok(verification) = verified else { return };
        let with_other = presented.verify(&Secret::new("other"), &request, EMPTY_HASH, &rules);
        assert!(!verification.matches || with_other.is_ok_and(|other| !other.matches));
    }
}

/// A policy document: evaluation and explanation agree, and only a statement that allows can allow.
pub fn policy(text: &str) {
    let Ok(caller) = iam::Caller::parse("arn:aws:iam::123456789012:user/alice") else { return };
    let context = iam::Context::default()
        .with("a:one", "x")
        .with("aws:SourceIp", "10.1.2.3")
        .with_many("a:list", ["x", "10.1.2.3"]);
    let question = iam::Question {
        caller: &caller,
        action: "lambda:InvokeFunctionUrl",
        resource: "arn:aws:lambda:us-east-1:123456789012:function:hello",
        owner: "123456789012",
        context: &context,
    };
    for kind in [iam::Kind::Identity, iam::Kind::Resource, iam::Kind::Trust] {
        let Ok(policy) = iam::Policy::parse(text, kind) else { continue };
        let attached = iam::Attached { name: "fuzzed", policy: &policy };
        let mut policies = iam::Policies::default();
        match kind {
            iam::Kind::Identity => policies.identity.push(attached),
            iam::Kind::Resource | iam::Kind::Trust => policies.resource = Some(attached),
        }
        let decision = iam::evaluate(&question, &policies);
        let explanation = iam::explain(&question, &policies);
        assert_eq!(explanation.decision, decision);
        let allows = |step: &iam::Step| step.applies && step.effect == iam::Effect::Allow;
        assert!(!decision.allowed() || explanation.steps.iter().any(allows));
    }
}

/// A curl command: one that can be read is written so that it can be read again.
pub fn curl_import(text: &str) {
    let _ = curl::looks_like_curl(text);
    let Ok(imported) = curl::import(text) else { return };
    let request = imported.request;
    let written = curl::export(&request, &request.auth, ("us-east-1", "lambda"), |_| None);
    assert!(curl::import(&written).is_ok(), "{written}");
}

/// A URL: its wire form is final, and both signers agree about it.
pub fn url(text: &str) {
    let request = Request { url: text.to_owned(), ..Request::default() };
    let (scope, auth) = (Scope::default(), Auth::default());
    let context =
        resolve::Context { scope: &scope, inherited_auth: &auth, identities: &[], outside: &Nothing };
    let Ok(plan) = resolve(&request, &context) else { return };
    let Ok(sent) = wire(&plan, LoadedBody::default()) else { return };
    assert_eq!(url::Url::parse(sent.url.as_str()).as_ref(), Ok(&sent.url));
    let headers: Vec<_> = sent.headers.iter().map(|h| (h.name.as_str(), h.value.as_str())).collect();
    let signable =
        Signable { method: &sent.method, url: &sent.url, headers: &headers, payload_hash: EMPTY_HASH };
    let credential = Credential {
        access_key: "AKIAIOSFODNN7EXAMPLE".into(),
        secret_key: Secret::new(SECRET_KEY),
        session_token: None,
        expires_at: None,
        account_id: None,
        source: String::new(),
    };
    let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_440_938_160);
    for service in ["lambda", "s3"] {
        for location in [SignatureLocation::Headers, SignatureLocation::Query] {
            let settings = Settings { location, ..Settings::for_service(service, "us-east-1") };
            let signed = sigv4::sign(&signable, &credential, &settings, at);
            assert!(!matches!(signed, Err(SignError::Disagreement { .. })), "{signed:?}");
        }
    }
}

/// A text with references: variables, a `name=value` on each line, and the text on the last. The
/// parts cover the text, and the expansion ends.
pub fn template(text: &str) {
    let (variables, text) = text.rsplit_once('\n').unwrap_or(("", text));
    let mut end = 0;
    for part in template::parse(text) {
        assert!(part.span.start >= end && part.span.end > part.span.start, "{part:?}");
        end = part.span.end;
    }
    assert!(end <= text.len());
    let variables = variables.split('\n').filter_map(|line| line.split_once('='));
    let values: BTreeMap<_, _> = variables.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let scope = Scope { layers: vec![Layer::new(Source::Workspace, values)] };
    let _ = scope.expand(text, &Nothing);
}

/// The rows of a JSON body.
pub fn json_rows(bytes: &[u8]) {
    rows(&[Kind::Json], bytes);
}

/// The rows of an XML and an HTML body.
pub fn xml_rows(bytes: &[u8]) {
    rows(&[Kind::Xml, Kind::Html], bytes);
}

/// The rows of a body are the same at once and in pieces, and safe for a terminal. The first byte
/// chooses the width, the second how long the pieces are.
fn rows(kinds: &[Kind], bytes: &[u8]) {
    let [width, step, body @ ..] = bytes else { return };
    let wrap = (*width < 128).then_some(usize::from(*width));
    let step = usize::from(*step) + 1;
    let never = AtomicBool::new(false);
    for &kind in kinds {
        for layout in [Layout::Pretty, Layout::Raw] {
            let whole = Index::build(body, kind, layout, wrap, &never);
            let mut grown = Index::new(kind, layout, wrap);
            for end in (0..body.len()).step_by(step) {
                grown.extend(&body[..end], &never);
            }
            grown.finish(body, &never);
            assert_eq!((grown.len(), grown.note()), (whole.len(), whole.note()));
            assert_eq!(grown.text(0..grown.len(), body), whole.text(0..whole.len(), body));
            let mut rows = whole.rows(0, body, Window::default());
            let mut pieces = Vec::new();
            for _ in 0..whole.len() {
                assert!(rows.draw_next(&mut pieces).is_some());
            }
            assert!(rows.draw_next(&mut pieces).is_none());
            let unsafe_char = |char| visible::classify(char).is_some();
            assert!(pieces.iter().all(|piece| !piece.text.contains(unsafe_char)));
        }
    }
}

/// A configuration file: every problem has a line of the file.
pub fn config(text: &str) {
    let lines = text.split('\n').count();
    let (_, problems) = config::parse(text);
    for found in problems {
        assert!((1..=lines).contains(&found.line), "{found:?}");
    }
}

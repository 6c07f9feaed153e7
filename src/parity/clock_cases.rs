//! AWS's own cases of clocks that are off (`clock-skew-test-cases.json` of the crate `aws-runtime`).
//!
//! An SDK measures the difference at each response, and signs the next attempt by the server's clock.
//! Here a send is one request, so nothing is signed again by another clock: the diagnosis says what is
//! off, by how much and what to do.

use std::time::{Duration, SystemTime};

use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::aws_cases;
use crate::core::diagnose::{Evidence, diagnose};
use crate::core::exchange::{Head, Sent, SigningRecord, Timing};
use crate::core::finding::{Finding, FindingId};
use crate::core::sigv4::Steps;
use crate::core::units;

/// A clock that is off by more than this is what an SDK corrects, in seconds.
const DETECTED: i64 = 240;

/// Cases whose later signatures are dated by the server's clock, which no send here is.
const SIGNED_BY_THE_SERVERS_CLOCK: [&str; 3] = [
    "Definite clock skew error on first attempt, retry succeeds, ClientSkew persists to next operation",
    "Stale ClientSkew is silently corrected by a successful response without error or retry",
    "Possible clock skew error with skew above detection threshold is retried and succeeds",
];

fn time(value: &Value) -> SystemTime {
    OffsetDateTime::parse(value.as_str().unwrap(), &Rfc3339).unwrap().into()
}

fn signing() -> SigningRecord {
    let steps = Steps {
        algorithm: "AWS4-HMAC-SHA256",
        canonical_request: String::new(),
        string_to_sign: String::new(),
        credential_scope: String::new(),
        signed_headers: "host;x-amz-date".into(),
        payload_hash: String::new(),
        amz_date: String::new(),
        signature: String::new(),
    };
    SigningRecord {
        signed_for: None,
        steps,
        identity: None,
        access_key: "AKIAIOSFODNN7EXAMPLE".into(),
        source: String::new(),
        has_token: false,
        expires_at: None,
        region: "us-east-1".into(),
        service: "s3".into(),
    }
}

/// What is found in the response of an attempt.
fn findings(attempt: &Value) -> Vec<Finding> {
    let (at, received) = (time(&attempt["clientTimeAtSend"]), time(&attempt["clientTimeAtReceive"]));
    let response = &attempt["response"];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let sent = Sent {
        method: "GET".into(),
        url: "https://service.us-east-1.amazonaws.com/".into(),
        headers: Vec::new(),
        body_len: 0,
        signing: Some(signing()),
        secrets: Vec::new(),
        at,
    };
    let mut headers: Vec<_> = response["headers"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| (name.to_lowercase(), text(value)))
        .collect();
    headers.push(("x-amzn-errortype".into(), text(&response["errorCode"])));
    let took: Duration = received.duration_since(at).unwrap();
    let head = Head {
        status: u16::try_from(response["statusCode"].as_u64().unwrap()).unwrap(),
        protocol: "HTTP/1.1".into(),
        headers,
        remote: None,
        direct: true,
        certificate: None,
        timing: Timing { first_byte: Some(took), ..Timing::default() },
    };
    diagnose(&Evidence {
        sent: Some(&sent),
        head: &head,
        body: b"",
        identity: None,
        now: received,
        trace: None,
    })
}

#[test]
fn the_sdks_cases_of_clocks_hold() {
    let Some(cases) = aws_cases::cases("clock-skew-test-cases.json") else { return };
    assert_eq!(cases.len(), 10);
    for case in cases {
        let name = case["description"].as_str().unwrap();
        let mut by_another_clock = false;
        for operation in case["operations"].as_array().unwrap() {
            let skew = operation["expectedClientSkew"].as_i64().unwrap();
            for attempt in operation["attempts"].as_array().unwrap() {
                by_another_clock |= attempt["expectedSigningTime"] != attempt["clientTimeAtSend"];
                let refused = attempt["response"]["statusCode"].as_u64().unwrap() >= 400;
                let found = findings(attempt);
                let clock = found.iter().find(|finding| finding.id == FindingId::ClockSkew);
                assert_eq!(clock.is_some(), refused && skew.abs() > DETECTED, "{name}: {found:?}");
                if let Some(clock) = clock {
                    assert!(clock.cause.contains(&units::span(skew)), "{name}: {}", clock.cause);
                }
            }
        }
        assert_eq!(SIGNED_BY_THE_SERVERS_CLOCK.contains(&name), by_another_clock, "{name}");
    }
}

//! The cost of signing twice and comparing: the crate alone, and both signers with the comparison.
//! The latter should take at most 2.5 times as long.

use std::hint::black_box;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{self, SignableBody, SignableRequest, SigningSettings};
use aws_sigv4::sign::v4;
use aws_smithy_runtime_api::client::identity::Identity;
use criterion::{Criterion, criterion_group, criterion_main};
use signpost::core::credential::{Credential, Secret};
use signpost::core::sigv4::{self, Settings, Signable};
use url::Url;

const ACCESS_KEY: &str = "ASIAIOSFODNN7EXAMPLE";
const SECRET_KEY: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const URL: &str = "https://abcdefg.lambda-url.us-east-1.on.aws/orders/17:a?limit=20&filter=a%20b&versioning=";
const HEADERS: [(&str, &str); 4] = [
    ("accept", "application/json"),
    ("accept-encoding", "gzip, br, zstd"),
    ("content-type", "application/json"),
    ("x-request-id", "7b1d6f0e-8a1c-4c1e-9d6d-0d9f4a3c2b1a"),
];

fn signing(criterion: &mut Criterion) {
    let token = "FwoGZXIvYXdzEXAMPLE".repeat(40);
    let hash = sigv4::payload_hash(br#"{"a": 1}"#);
    let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_440_938_160);
    let mut group = criterion.benchmark_group("signing");

    group.bench_function("aws-sigv4 alone", |bencher| {
        bencher.iter(|| {
            let identity: Identity =
                Credentials::new(ACCESS_KEY, SECRET_KEY, Some(token.clone()), None, "bench").into();
            let params = v4::SigningParams::builder()
                .identity(&identity)
                .region("us-east-1")
                .name("lambda")
                .time(at)
                .settings(SigningSettings::default())
                .build()
                .unwrap()
                .into();
            let body = SignableBody::Precomputed(hash.clone());
            let request = SignableRequest::new("POST", URL, HEADERS.into_iter(), body).unwrap();
            black_box(http_request::sign(request, &params).unwrap().into_parts())
        });
    });

    let credential = Credential {
        access_key: ACCESS_KEY.into(),
        secret_key: Secret::new(SECRET_KEY),
        session_token: Some(Secret::new(token.as_str())),
        expires_at: None,
        account_id: None,
        source: String::new(),
    };
    let settings = Settings::for_service("lambda", "us-east-1");
    let url = Url::parse(URL).unwrap();
    group.bench_function("ours, aws-sigv4 and the comparison", |bencher| {
        let request = Signable { method: "POST", url: &url, headers: &HEADERS, payload_hash: &hash };
        bencher.iter(|| black_box(sigv4::sign(black_box(&request), &credential, &settings, at).unwrap()));
    });
    group.finish();
}

criterion_group!(benches, signing);
criterion_main!(benches);

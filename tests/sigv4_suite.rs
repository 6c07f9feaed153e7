//! The official signing suite, as shipped with the `aws-sigv4` crate, run through our
//! canonicalizer.
//!
//! Every case of the suite for SigV4, and every verifiable one for SigV4a: canonical request, string
//! to sign, signature and signed request, for a signature in headers and in the query.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use serde_json::Value;
use signpost::core::credential::{Credential, Secret};
use signpost::core::endpoint::SigningDefaults;
use signpost::core::request::{Algorithm, SignatureLocation};
use signpost::core::sigv4::{
    self, Presented, RawRequest, Settings, Signable, canonical_headers, canonical_path, canonical_query,
    canonical_request, payload_hash, string_to_sign,
};
use url::Url;

/// Where cargo keeps the sources of the crate that we are built with.
fn suite() -> PathBuf {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let run = |args: &[&str]| {
        let output =
            Command::new(&cargo).args(args).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let version = run(&["-vV"]);
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let metadata = run(&["metadata", "--format-version", "1", "--filter-platform", host]);
    let metadata: Value = serde_json::from_str(&metadata).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let package = packages.iter().find(|package| package["name"] == "aws-sigv4").unwrap();
    Path::new(package["manifest_path"].as_str().unwrap()).with_file_name("aws-signing-test-suite")
}

/// One case of the suite in one place of the signature.
struct Case {
    name: String,
    folder: PathBuf,
    algorithm: Algorithm,
    credential: Credential,
    region: String,
    service: String,
    at: SystemTime,
    expires: u64,
    normalize: bool,
    double_encode: bool,
    content_sha256: bool,
    token_unsigned: bool,
    method: String,
    path: String,
    query: String,
    headers: Vec<(String, String)>,
    body: String,
}

fn read(path: PathBuf) -> Option<String> {
    Some(std::fs::read_to_string(path).ok()?.replace("\r\n", "\n").trim().to_owned())
}

/// Method, target, headers (folded ones unfolded by nobody yet) and body of a raw request.
fn parse_request(text: &str) -> (String, String, Vec<(String, String)>, String) {
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let (line, rest) = head.split_once('\n').unwrap_or((head, ""));
    let (method, target) = line.split_once(' ').unwrap();
    let target = target.strip_suffix(" HTTP/1.1").unwrap_or(target);
    let mut headers: Vec<(String, String)> = Vec::new();
    for line in rest.lines() {
        match line.split_once(':') {
            Some((name, value)) if !line.starts_with(' ') => {
                headers.push((name.to_owned(), value.to_owned()))
            }
            _ => {
                let (_, folded) = headers.last_mut().unwrap();
                folded.push_str("\r\n");
                folded.push_str(line);
            }
        }
    }
    (method.to_owned(), target.to_owned(), headers, body.to_owned())
}

impl Case {
    fn load(folder: PathBuf, algorithm: Algorithm) -> Self {
        let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
        // The two cases of an older form have no context; the crate's own tests name theirs.
        let context = read(folder.join("context.json")).unwrap_or_else(|| {
            r#"{"credentials": {"access_key_id": "AKIDEXAMPLE",
                "secret_access_key": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"},
                "expiration_in_seconds": 3600, "normalize": true, "region": "REGION",
                "service": "SERVICE", "timestamp": "2021-05-11T15:40:45Z", "sign_body": false}"#
                .replace("REGION", if name == "double-url-encode" { "us-east-2" } else { "us-east-1" })
                .replace("SERVICE", if name == "double-url-encode" { "lambda" } else { "execute-api" })
        });
        let context: Value = serde_json::from_str(&context).unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let (method, target, headers, body) = parse_request(&read(folder.join("request.txt")).unwrap());
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        let at = text(&context["timestamp"]).replace(['-', ':'], "");
        Self {
            algorithm,
            credential: Credential {
                access_key: text(&context["credentials"]["access_key_id"]),
                secret_key: Secret::new(text(&context["credentials"]["secret_access_key"])),
                session_token: context["credentials"]["token"].as_str().map(Secret::new),
                expires_at: None,
                account_id: None,
                source: String::new(),
            },
            region: text(&context["region"]),
            service: text(&context["service"]),
            at: sigv4::parse_amz_date(&at).unwrap(),
            expires: context["expiration_in_seconds"].as_u64().unwrap(),
            normalize: context["normalize"].as_bool().unwrap(),
            double_encode: name.starts_with("double-"),
            content_sha256: context["sign_body"].as_bool().unwrap_or(true),
            token_unsigned: context["omit_session_token"].as_bool().unwrap_or(false),
            method,
            path: path.to_owned(),
            query: query.to_owned(),
            headers: headers
                .into_iter()
                .filter(|(name, _)| !name.eq_ignore_ascii_case("x-amz-date"))
                .collect(),
            body,
            name,
            folder,
        }
    }

    fn settings(&self, location: SignatureLocation) -> Settings {
        Settings {
            algorithm: self.algorithm,
            region: self.region.clone(),
            service: self.service.clone(),
            location,
            expires: self.expires,
            normalize: self.normalize,
            double_encode: self.double_encode,
            content_sha256: self.content_sha256,
            token_unsigned: self.token_unsigned,
        }
    }

    fn expected(&self, location: SignatureLocation, what: &str) -> Option<String> {
        let prefix = match location {
            SignatureLocation::Headers => "header",
            SignatureLocation::Query => "query",
        };
        read(self.folder.join(format!("{prefix}-{what}.txt")))
    }

    /// The URL, where the suite's path survives the WHATWG parser.
    fn url(&self) -> Option<Url> {
        let host = &self.headers.iter().find(|(name, _)| name == "Host")?.1;
        let query = if self.query.is_empty() { String::new() } else { format!("?{}", self.query) };
        let url = Url::parse(&format!("https://{host}{}{query}", self.path)).ok()?;
        // Dot segments are gone, and where they are to be kept, no such URL can be sent.
        let canonical = |path| canonical_path(path, self.normalize, false).into_owned();
        (canonical(url.path()) == canonical(&self.path)).then_some(url)
    }

    fn scope(&self) -> String {
        let amz_date = sigv4::amz_date(self.at).unwrap();
        match self.algorithm {
            Algorithm::Sigv4 => format!("{}/{}/{}/aws4_request", &amz_date[..8], self.region, self.service),
            Algorithm::Sigv4a => format!("{}/{}/aws4_request", &amz_date[..8], self.service),
        }
    }

    /// Canonical request and string to sign from the raw request, as the suite has them.
    fn check_steps(&self, location: SignatureLocation) {
        let Some(expected) = self.expected(location, "canonical-request") else { return };
        let amz_date = sigv4::amz_date(self.at).unwrap();
        let hash = payload_hash(self.body.as_bytes());
        let token =
            self.credential.session_token.as_ref().map(Secret::expose).filter(|_| !self.token_unsigned);
        let mut headers: Vec<(&str, &str)> =
            self.headers.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let in_query = location == SignatureLocation::Query;
        if !in_query {
            headers.push(("x-amz-date", &amz_date));
            headers.extend(token.map(|token| ("x-amz-security-token", token)));
            headers.extend(self.content_sha256.then_some(("x-amz-content-sha256", hash.as_str())));
            let is_v4a = self.algorithm == Algorithm::Sigv4a;
            headers.extend(is_v4a.then_some(("x-amz-region-set", self.region.as_str())));
        }
        let headers = canonical_headers(headers);
        let credential = format!("{}/{}", self.credential.access_key, self.scope());
        let expires = self.expires.to_string();
        let mut parameters: Vec<(&str, &str)> = Vec::new();
        if in_query {
            parameters.extend([
                ("X-Amz-Algorithm", self.algorithm.wire_name()),
                ("X-Amz-Credential", &credential),
                ("X-Amz-Date", &amz_date),
                ("X-Amz-Expires", &expires),
                ("X-Amz-SignedHeaders", &headers.signed),
            ]);
            parameters.extend(token.map(|token| ("X-Amz-Security-Token", token)));
            if self.algorithm == Algorithm::Sigv4a {
                parameters.push(("X-Amz-Region-Set", &self.region));
            }
        }
        let query = canonical_query(&self.query, |_| true, &parameters);
        let path = canonical_path(&self.path, self.normalize, self.double_encode);
        let ours = canonical_request(&self.method, &path, &query, &headers, &hash);
        if self.name == "double-encode-path" {
            // Its canonical request is of another date and host order than its signed request;
            // the path is what it is about.
            assert_eq!(ours.lines().nth(1), expected.lines().nth(1), "{}", self.name);
            return;
        }
        assert_eq!(ours, expected, "{} {location:?}: canonical request", self.name);
        if let Some(expected) = self.expected(location, "string-to-sign") {
            let ours = string_to_sign(self.algorithm, &amz_date, &self.scope(), &ours);
            assert_eq!(ours, expected, "{} {location:?}: string to sign", self.name);
        }
    }

    /// The suite's signed request is accepted by the verifier, and by no other secret or body.
    fn check_verifies(&self, location: SignatureLocation) -> bool {
        let Some(text) = self.expected(location, "signed-request") else { return false };
        if self.name == "double-encode-path" {
            return false;
        }
        let (method, target, headers, body) = parse_request(&text);
        let headers: Vec<(&str, &[u8])> = headers.iter().map(|(n, v)| (n.as_str(), v.as_bytes())).collect();
        let request = RawRequest { method: &method, target: &target, headers: &headers };
        let presented = Presented::parse(&request).unwrap().unwrap();
        let rules = SigningDefaults {
            normalize: self.normalize,
            double_encode: self.double_encode,
            content_sha256: self.content_sha256,
            token_unsigned: self.token_unsigned,
            presign_unsigned: false,
        };
        let hash = payload_hash(body.as_bytes());
        let matches =
            |secret: &Secret, hash: &str| presented.verify(secret, &request, hash, &rules).unwrap().matches;
        assert!(matches(&self.credential.secret_key, &hash), "{} {location:?}: signed request", self.name);
        assert!(!matches(&Secret::new("another"), &hash), "{}", self.name);
        assert!(!matches(&self.credential.secret_key, &payload_hash(b"another")), "{}", self.name);
        true
    }

    /// Signing gives the suite's signature and adds what its signed request has.
    fn check_sign(&self, location: SignatureLocation) -> bool {
        let (Some(url), Some(signature)) = (self.url(), self.expected(location, "signature")) else {
            return false;
        };
        let headers: Vec<_> = self.headers.iter().filter(|(name, _)| name != "Host").collect();
        let headers: Vec<(&str, &str)> = headers.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let hash = payload_hash(self.body.as_bytes());
        let request = Signable { method: &self.method, url: &url, headers: &headers, payload_hash: &hash };
        let signed = sigv4::sign(&request, &self.credential, &self.settings(location), self.at)
            .unwrap_or_else(|error| panic!("{} {location:?}: {error}", self.name));
        assert_eq!(
            Some(&signed.steps.canonical_request),
            self.expected(location, "canonical-request").as_ref()
        );
        assert_eq!(Some(&signed.steps.string_to_sign), self.expected(location, "string-to-sign").as_ref());
        if self.algorithm == Algorithm::Sigv4 {
            assert_eq!(signed.steps.signature, signature, "{} {location:?}", self.name);
            self.check_signed_request(location, &signed);
        }
        true
    }

    fn check_signed_request(&self, location: SignatureLocation, signed: &sigv4::Signed) {
        let (_, target, headers, _) = parse_request(&self.expected(location, "signed-request").unwrap());
        let lower = |headers: &[(String, String)]| {
            let mut headers: Vec<_> =
                headers.iter().map(|(n, v)| (n.to_ascii_lowercase(), v.trim().to_owned())).collect();
            headers.sort();
            headers
        };
        let ours: Vec<_> = self.headers.iter().chain(&signed.headers).cloned().collect();
        assert_eq!(
            lower(&ours),
            lower(&headers),
            "{} {location:?}: headers of the signed request",
            self.name
        );
        let sorted = |query: &str| {
            let mut pairs: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
            pairs.sort();
            pairs
        };
        let query = target.split_once('?').map_or("", |(_, query)| query);
        assert_eq!(sorted(signed.url.query().unwrap_or_default()), sorted(query), "{}", self.name);
    }
}

/// Runs all cases of one algorithm; gives how many there were, how many signed requests were
/// verified and how many were signed by us.
fn run(folder: &str, algorithm: Algorithm) -> (usize, usize, usize) {
    let mut counts = (0, 0, 0);
    for entry in std::fs::read_dir(suite().join(folder)).unwrap() {
        let case = Case::load(entry.unwrap().path(), algorithm);
        counts.0 += 1;
        for location in [SignatureLocation::Headers, SignatureLocation::Query] {
            case.check_steps(location);
            counts.1 += usize::from(case.check_verifies(location));
            counts.2 += usize::from(case.check_sign(location));
        }
    }
    counts
}

#[test]
fn sigv4_suite() {
    // 38 cases in both places and one old one in headers; all but 4 can be URLs.
    assert_eq!(run("v4", Algorithm::Sigv4), (40, 77, 68));
}

#[test]
fn sigv4a_suite() {
    assert_eq!(run("v4a", Algorithm::Sigv4a), (38, 76, 68));
}

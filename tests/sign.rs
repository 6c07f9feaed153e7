//! `signpost sign`, the real binary: exact output and exit codes.

use assert_cmd::Command;
use serde_json::Value;

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const TOKEN: &str = "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22w/+example==";
const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// `signpost sign` with the official suite's credential and nothing else from the environment.
fn sign(args: &[&str]) -> Command {
    let mut command = Command::cargo_bin("signpost").unwrap();
    for name in ["AWS_SESSION_TOKEN", "AWS_REGION", "AWS_DEFAULT_REGION"] {
        command.env_remove(name);
    }
    command.env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE").env("AWS_SECRET_ACCESS_KEY", SECRET);
    command.args(["sign", "--date", "20150830T123600Z"]).args(args);
    command
}

/// The suite's host says nothing, so its scope is given by hand.
const VANILLA: [&str; 5] =
    ["--region", "us-east-1", "--service", "service", "https://example.amazonaws.com/"];

fn json(args: &[&str]) -> Value {
    let output = sign(&["--json"]).args(args).assert().success().get_output().stdout.clone();
    serde_json::from_slice(&output).unwrap()
}

fn text<'a>(json: &'a Value, key: &str) -> &'a str {
    json[key].as_str().unwrap()
}

fn canonical_line(json: &Value, line: usize) -> String {
    text(json, "canonical_request").lines().nth(line).unwrap().to_owned()
}

#[test]
fn steps_for_people() {
    sign(&VANILLA).assert().success().stderr("").stdout(
        "1. Canonical request
  GET
  /

  host:example.amazonaws.com
  x-amz-date:20150830T123600Z

  host;x-amz-date
  e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855

2. String to sign
  AWS4-HMAC-SHA256
  20150830T123600Z
  20150830/us-east-1/service/aws4_request
  bb579772317eb040ac9ed261061d46c1f17a8133879d6129b6e1c25292927e63

3. Credential scope
  20150830/us-east-1/service/aws4_request

4. Signed headers
  host;x-amz-date

5. Signature
  5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31

6. Headers to send
  host: example.amazonaws.com
  x-amz-date: 20150830T123600Z
  authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
         SignedHeaders=host;x-amz-date, \
         Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31

7. URL to send
  https://example.amazonaws.com/
",
    );
}

#[test]
fn json_has_exactly_these_keys() {
    let output = json(&VANILLA);
    let keys: Vec<_> = output.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        keys,
        [
            "canonical_request",
            "string_to_sign",
            "credential_scope",
            "signed_headers",
            "signature",
            "headers",
            "url"
        ]
    );
    assert_eq!(
        text(&output, "canonical_request"),
        format!(
            "GET\n/\n\nhost:example.amazonaws.com\nx-amz-date:20150830T123600Z\n\nhost;x-amz-date\n{EMPTY}"
        )
    );
    assert_eq!(
        text(&output, "signature"),
        "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"
    );
    assert_eq!(output["headers"][0], serde_json::json!({"name": "host", "value": "example.amazonaws.com"}));
    assert_eq!(output["headers"][1], serde_json::json!({"name": "x-amz-date", "value": "20150830T123600Z"}));
    assert_eq!(output["headers"][2]["name"], "authorization");
    assert_eq!(output["headers"].as_array().unwrap().len(), 3);
    assert_eq!(text(&output, "url"), "https://example.amazonaws.com/");
}

// From the cases post-x-www-form-urlencoded and get-vanilla-with-session-token of the official suite.
#[test]
fn body_headers_and_token_as_documented() {
    let form = "content-type: application/x-www-form-urlencoded";
    let options = ["-X", "POST", "-H", form, "-H", "Content-Length: 13", "--content-sha256-header"];
    let output = json(&[&options[..], &["-d", "Param1=value1"], &VANILLA].concat());
    assert_eq!(
        text(&output, "signature"),
        "d3875051da38690788ef43de4db0d8f280229d82040bfac253562e56c3f20e0b"
    );
    let token = "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267";
    let output = json(&[&["--session-token", token], &VANILLA[..]].concat());
    assert_eq!(
        text(&output, "signature"),
        "07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8"
    );
    let output = json(&[&["--session-token", token, "--presign", "3600"], &VANILLA[..]].concat());
    assert_eq!(
        text(&output, "signature"),
        "7ff2b50b376cb4d151970630573d6291dc128cc5c2a12ffb237f73cc53f67b6c"
    );
    let output = json(&[&["--session-token", token, "--omit-session-token"], &VANILLA[..]].concat());
    assert_eq!(
        text(&output, "signature"),
        "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"
    );
    assert_eq!(output["headers"][2], serde_json::json!({"name": "x-amz-security-token", "value": token}));
}

#[test]
fn body_from_a_file_and_from_standard_input_is_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("body");
    std::fs::write(&file, b"line\r\n\0\xff").unwrap();
    let from_file = json(&[&["-d", &format!("@{}", file.display())], &VANILLA[..]].concat());
    let mut piped = sign(&["--json", "-d", "@-"]);
    let output = piped.args(VANILLA).write_stdin(&b"line\r\n\0\xff"[..]).assert().success();
    let piped: Value = serde_json::from_slice(&output.get_output().stdout).unwrap();
    assert_eq!(from_file, piped);
    assert!(text(&piped, "canonical_request").starts_with("POST\n"));
    assert!(!text(&piped, "canonical_request").ends_with(EMPTY));
}

#[test]
fn s3_is_signed_its_own_way() {
    let url = "https://bucket.s3.eu-west-1.amazonaws.com//a%20b/:x";
    let output = json(&[url]);
    assert_eq!(text(&output, "credential_scope"), "20150830/eu-west-1/s3/aws4_request");
    assert_eq!(canonical_line(&output, 1), "//a%20b/:x");
    assert_eq!(text(&output, "signed_headers"), "host;x-amz-content-sha256;x-amz-date");
    let presigned = json(&["--presign", "900", url]);
    assert!(text(&presigned, "canonical_request").ends_with("\nhost\nUNSIGNED-PAYLOAD"));
    let unsigned = json(&["--unsigned-payload", "-d", "x", url]);
    assert!(text(&unsigned, "canonical_request").ends_with("\nUNSIGNED-PAYLOAD"));
}

// GET Object of https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
#[test]
fn a_path_that_s3_signs_otherwise_is_told() {
    let url = |path: &str| format!("https://bucket.s3.eu-west-1.amazonaws.com{path}");
    sign(&[&url("/a:b/(c)")])
        .assert()
        .success()
        .stderr("warning: S3 signs this path as /a%3Ab/%28c%29; write it so, as `signpost send` does\n");
    sign(&[&url("/a%3Ab/%28c%29")]).assert().success().stderr("");
}

#[test]
fn s3_get_object_as_documented() {
    let mut command = Command::cargo_bin("signpost").unwrap();
    command.env_remove("AWS_SESSION_TOKEN").args(["sign", "--json", "--date", "20130524T000000Z"]);
    command.args(["--access-key", "AKIAIOSFODNN7EXAMPLE"]);
    command.args(["--secret-key", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "-H", "Range: bytes=0-9"]);
    command.arg("https://examplebucket.s3.amazonaws.com/test.txt");
    let output: Value = serde_json::from_slice(&command.assert().success().get_output().stdout).unwrap();
    assert_eq!(
        text(&output, "signature"),
        "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
    );
}

#[test]
fn path_settings() {
    let url = "https://abc.lambda-url.us-east-1.on.aws/a//b%20c";
    assert_eq!(canonical_line(&json(&[url]), 1), "/a/b%2520c");
    assert_eq!(canonical_line(&json(&["--no-normalize", url]), 1), "/a//b%2520c");
    assert_eq!(canonical_line(&json(&["--single-encode", url]), 1), "/a/b%20c");
}

#[test]
fn a_plus_as_typed_is_a_plus() {
    let output = json(&["https://abc.lambda-url.us-east-1.on.aws/?q=a+b"]);
    assert_eq!(canonical_line(&output, 2), "q=a%2Bb");
    assert_eq!(text(&output, "url"), "https://abc.lambda-url.us-east-1.on.aws/?q=a%2Bb");
    let output = json(&["--plus-as-space", "https://abc.lambda-url.us-east-1.on.aws/a+b?q=a+b"]);
    assert_eq!(canonical_line(&output, 2), "q=a%20b");
    assert_eq!(text(&output, "url"), "https://abc.lambda-url.us-east-1.on.aws/a+b?q=a%20b");
}

#[test]
fn region_and_service_come_from_the_host_that_is_sent() {
    let url = "http://127.0.0.1:9000/x";
    let host = "host: demo.lambda-url.eu-west-1.localhost:9000";
    let output = json(&["-H", host, url]);
    assert_eq!(text(&output, "credential_scope"), "20150830/eu-west-1/lambda/aws4_request");
    assert_eq!(canonical_line(&output, 3), "host:demo.lambda-url.eu-west-1.localhost:9000");
}

#[test]
fn a_contradiction_is_shown_and_the_typed_value_wins() {
    let output = sign(&["--json", "--region", "eu-west-1", "https://abc.lambda-url.us-east-1.on.aws/"])
        .assert()
        .success();
    let output = output.get_output();
    let warning = "warning: signing for the region `eu-west-1`, but the host is for `us-east-1`\n";
    assert_eq!(String::from_utf8_lossy(&output.stderr), warning);
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(text(&json, "credential_scope"), "20150830/eu-west-1/lambda/aws4_request");
}

#[test]
fn the_region_falls_back_to_the_environment() {
    let mut command = sign(&["--json", "--service", "execute-api", "https://api.example.com/"]);
    let output = command.env("AWS_REGION", "eu-north-1").env("AWS_DEFAULT_REGION", "x").assert().success();
    let json: Value = serde_json::from_slice(&output.get_output().stdout).unwrap();
    assert_eq!(text(&json, "credential_scope"), "20150830/eu-north-1/execute-api/aws4_request");
}

#[test]
fn people_never_see_the_token_but_in_a_presigned_url() {
    let encoded = "AQoDYXdzEPT%2F%2F%2F%2F%2F%2F%2F%2F%2F%2FwEXAMPLEtc764bNrC9SAPBSM22w%2F%2Bexample%3D%3D";
    let shown = |options: &[&str]| {
        let mut command = sign(options);
        let output = command.env("AWS_SESSION_TOKEN", TOKEN).args(VANILLA).assert().success();
        String::from_utf8(output.get_output().stdout.clone()).unwrap()
    };
    let headers = shown(&[]);
    assert!(!headers.contains(TOKEN) && headers.contains("  x-amz-security-token:***\n"), "{headers}");
    assert!(headers.contains("  x-amz-security-token: ***\n"));
    let presigned = shown(&["--presign", "60"]);
    assert!(!presigned.contains(TOKEN) && presigned.contains("X-Amz-Security-Token=***&"), "{presigned}");
    assert_eq!(presigned.matches(encoded).count(), 1, "{presigned}");
    assert!(!headers.contains(SECRET) && !presigned.contains(SECRET));
}

#[test]
fn sigv4a_has_a_region_set_and_no_region_in_its_scope() {
    let output = json(&["--sigv4a", "--region", "*", "--service", "s3", "https://example.com/"]);
    assert_eq!(text(&output, "credential_scope"), "20150830/s3/aws4_request");
    assert!(text(&output, "string_to_sign").starts_with("AWS4-ECDSA-P256-SHA256\n"));
    assert!(text(&output, "signed_headers").ends_with(";x-amz-region-set"));
}

/// Exit code and the whole of what is said.
fn refused(args: &[&str], code: i32, said: &str) {
    sign(args).assert().code(code).stdout("").stderr(said.to_owned());
}

#[test]
fn refusals_name_the_thing_and_the_hint() {
    let url = VANILLA[4];
    refused(
        &["https://example.com/"],
        2,
        "error: the host `example.com` doesn't name the service to sign for\n  \
         hint: Give --service, for example --service execute-api.\n",
    );
    refused(
        &["--service", "execute-api", "https://example.com/"],
        2,
        "error: the host `example.com` doesn't name the region to sign for\n  \
         hint: Give --region, for example --region us-east-1, or set AWS_REGION.\n",
    );
    refused(
        &["https://s3.us-east-1.amazonaws.com/bucket/a/../b"],
        2,
        "error: the path has dot segments, and a URL with dot segments can't be sent unaltered\n  \
         hint: Name the object without `.` and `..` segments.\n",
    );
    refused(
        &[&["--presign", "604801"], &VANILLA[..]].concat(),
        2,
        "error: a presigned URL can't be valid for 604801 seconds\n  hint: Give 1 to 604800 seconds (seven days).\n",
    );
    refused(
        &["-H", "nonsense", url],
        2,
        "error: the header `nonsense` has no colon\n  hint: Write it as -H 'name: value'.\n",
    );
    refused(
        &[&["--access-key", "ASIAIOSFODNN7EXAMPLE", "--secret-key", SECRET], &VANILLA[..]].concat(),
        3,
        "error: ASIAIOSFODNN7EXAMPLE is a temporary access key without a session token: AWS would respond with \
         403\n  hint: Give the session token that came with the temporary key.\n",
    );
    refused(
        &["example.com/x"],
        2,
        "error: the URL `example.com/x` is invalid: relative URL without a base\n  \
         hint: Give an absolute URL, for example https://example.com/path.\n",
    );
}

#[test]
fn without_a_credential_nothing_is_signed() {
    let mut command = sign(&VANILLA);
    command.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY");
    command.assert().code(3).stdout("").stderr(
        "error: no credential to sign with: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY not set\n  \
         hint: Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give --access-key and --secret-key.\n",
    );
}

#[test]
fn a_reader_that_went_away_is_success() {
    let mut child = std::process::Command::new(assert_cmd::cargo::cargo_bin("signpost"))
        .args(["sign", "--access-key", "AKIDEXAMPLE", "--secret-key", SECRET])
        .args(VANILLA)
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr), (Some(0), Vec::new()));
}

#[test]
fn a_url_behind_a_proxy_is_signed_and_the_called_one_is_sent() {
    let called = "https://api.example.com/users?a=1";
    let sign_as = "https://abc123.execute-api.eu-west-1.amazonaws.com/prod";
    let signed = json(&["--sign-as", sign_as, called]);
    assert_eq!(text(&signed, "credential_scope"), "20150830/eu-west-1/execute-api/aws4_request");
    assert_eq!(canonical_line(&signed, 1), "/prod/users");
    assert_eq!(canonical_line(&signed, 3), "host:abc123.execute-api.eu-west-1.amazonaws.com");
    assert_eq!(text(&signed, "url"), called);
    assert_eq!(signed["headers"][0]["value"], "api.example.com");
    assert_eq!(text(&signed, "signed_for"), format!("{sign_as}/users?a=1"));
    let direct = json(&[&format!("{sign_as}/users?a=1")]);
    assert_eq!(signed["signature"], direct["signature"]);
    sign(&["--sign-as", "abc?b", called]).assert().code(2).stderr(
        "error: `sign_as` has a query or fragment; the request's own query is signed\n  hint: Write scheme, host \
         and path prefix, for example `https://abc123.execute-api.eu-west-1.amazonaws.com/prod`.\n",
    );
}

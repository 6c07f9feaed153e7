//! The local cloud over loopback: the whole story, and every refusal in AWS's words.

use std::time::{Duration, SystemTime};

use signpost::cloud::{self, Options, Running, UserInfo};
use signpost::core::credential::{Credential, Secret};
use signpost::core::endpoint;
use signpost::core::request::{Algorithm, SignatureLocation};
use signpost::core::sigv4::{Settings, Signable, payload_hash, sign};
use signpost::io::store::listing::list;
use signpost::io::store::request_file;
use signpost::io::store::workspace::Workspace;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use url::Url;

const FORBIDDEN: &str = r#"{"Message":"Forbidden"}"#;
const DENIED: &str = r#"{"Message":"Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"}"#;
const MISMATCH: &str = r#"{"message":"The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details."}"#;
const INVALID_TOKEN: &str = r#"{"message":"The security token included in the request is invalid."}"#;
const EXPIRED: &str = r#"{"message":"The security token included in the request is expired"}"#;
const HELLO: &str = "Hello from Lambda!";
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

struct Cloud(Running);

/// An answer, read to its end.
#[derive(Debug)]
struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Status, error type and body: what the function URL's table has.
    fn row(&self) -> (u16, &str, &str) {
        (self.status, self.header("x-amzn-errortype").unwrap_or(""), &self.body)
    }

    /// The text of the first XML element of this name.
    fn xml(&self, name: &str) -> &str {
        let (_, rest) = self.body.split_once(&format!("<{name}>")).unwrap_or_else(|| panic!("{self:?}"));
        rest.split_once("</").unwrap().0
    }
}

/// What is signed, and what is then sent.
struct Draft<'a> {
    method: &'a str,
    url: String,
    headers: Vec<(String, String)>,
    body: &'a [u8],
    settings: Settings,
    at: SystemTime,
}

impl Cloud {
    async fn start() -> Self {
        Self(cloud::start(Options::default()).await.unwrap())
    }

    fn admin(&self) -> Credential {
        keys(&self.0.info().users.admin)
    }

    fn alice(&self) -> Credential {
        keys(&self.0.info().users.alice)
    }

    fn port(&self) -> u16 {
        Url::parse(&self.0.info().endpoint).unwrap().port().unwrap()
    }

    /// A request to the function URL.
    fn function(&self, path: &str) -> Draft<'static> {
        Draft::new("GET", format!("{}{path}", self.0.info().function_url), "lambda")
    }

    /// A call of a query service.
    fn query<'a>(&self, service: &str, form: &'a str) -> Draft<'a> {
        let mut draft = Draft::new("POST", format!("{}/", self.0.info().endpoint), service);
        draft.headers.push((FORM.0.into(), FORM.1.into()));
        draft.body = form.as_bytes();
        draft
    }

    fn lambda<'a>(&self, method: &'a str, path: &str, body: &'a str) -> Draft<'a> {
        let url = format!("{}/2015-03-31/functions/{path}", self.0.info().endpoint);
        let mut draft = Draft::new(method, url, "lambda");
        draft.body = body.as_bytes();
        draft
    }

    async fn as_user(&self, who: &Credential, draft: Draft<'_>) -> Answer {
        self.unsigned(&draft.signed(who)).await
    }

    async fn unsigned(&self, draft: &Draft<'_>) -> Answer {
        let url = Url::parse(&draft.url).unwrap();
        let host = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap());
        let target = &draft.url[draft.url.find(&host).unwrap() + host.len()..];
        let target = if target.is_empty() { "/" } else { target };
        let mut head = format!("{} {target} HTTP/1.1\r\nconnection: close\r\n", draft.method);
        if !draft.headers.iter().any(|(name, _)| name == "host") {
            head.push_str(&format!("host: {host}\r\n"));
        }
        for (name, value) in &draft.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(&format!("content-length: {}\r\n\r\n", draft.body.len()));
        self.raw(&[head.as_bytes(), draft.body].concat()).await
    }

    async fn raw(&self, request: &[u8]) -> Answer {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port())).await.unwrap();
        stream.write_all(request).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        let answer = String::from_utf8(answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
        Answer { status, head: head.to_owned(), body: body.to_owned() }
    }

    async fn move_clock(&self, body: &str) -> Answer {
        let mut draft = Draft::new("POST", format!("{}/_signpost/clock", self.0.info().endpoint), "none");
        draft.body = body.as_bytes();
        self.unsigned(&draft).await
    }

    async fn put_policy(&self, policy: &str) -> Answer {
        let form = form(&[
            ("Action", "PutUserPolicy"),
            ("Version", "2010-05-08"),
            ("UserName", "alice"),
            ("PolicyName", "call-hello"),
            ("PolicyDocument", policy),
        ]);
        self.as_user(&self.admin(), self.query("iam", &form)).await
    }

    async fn session(&self) -> Credential {
        let form = "Action=GetSessionToken&Version=2011-06-15&DurationSeconds=900";
        let answer = self.as_user(&self.alice(), self.query("sts", form)).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        Credential {
            access_key: answer.xml("AccessKeyId").into(),
            secret_key: Secret::new(answer.xml("SecretAccessKey")),
            session_token: Some(Secret::new(answer.xml("SessionToken"))),
            expires_at: None,
            source: "test".into(),
        }
    }

    /// Lets alice call the function.
    async fn permit(&self) {
        let arn = &self.0.info().function_arn;
        let policy = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":["lambda:InvokeFunctionUrl","lambda:InvokeFunction"],"Resource":"{arn}"}}]}}"#
        );
        assert_eq!(self.put_policy(&policy).await.status, 200);
    }
}

impl<'a> Draft<'a> {
    fn new(method: &'a str, url: String, service: &str) -> Self {
        let rules = endpoint::defaults(service);
        Self {
            method,
            url,
            headers: Vec::new(),
            body: b"",
            settings: Settings {
                algorithm: Algorithm::Sigv4,
                region: "us-east-1".into(),
                service: service.into(),
                location: SignatureLocation::Headers,
                expires: 900,
                normalize: rules.normalize,
                double_encode: rules.double_encode,
                content_sha256: rules.content_sha256,
                token_unsigned: rules.token_unsigned,
            },
            at: SystemTime::now(),
        }
    }

    fn signed(mut self, who: &Credential) -> Self {
        let url = Url::parse(&self.url).unwrap();
        let headers: Vec<_> = self.headers.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let signable = Signable {
            method: self.method,
            url: &url,
            headers: &headers,
            payload_hash: &payload_hash(self.body),
        };
        let signed = sign(&signable, who, &self.settings, self.at).unwrap();
        self.headers.extend(signed.headers);
        self.url = signed.url.into();
        self
    }

    fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }
}

fn keys(user: &UserInfo) -> Credential {
    Credential {
        access_key: user.access_key_id.clone(),
        secret_key: user.secret_access_key.clone(),
        session_token: None,
        expires_at: None,
        source: "test".into(),
    }
}

fn form(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

#[tokio::test]
async fn the_whole_story() {
    let cloud = Cloud::start().await;
    let (admin, alice) = (cloud.admin(), cloud.alice());
    let call = async |who: &Credential| cloud.as_user(who, cloud.function("/")).await;

    let unsigned = cloud.unsigned(&cloud.function("/")).await;
    assert_eq!(unsigned.row(), (403, "AccessDeniedException", FORBIDDEN));
    assert_eq!(call(&alice).await.row(), (403, "AccessDeniedException", DENIED));

    cloud.permit().await;
    let hello = call(&alice).await;
    assert_eq!(hello.row(), (200, "", HELLO));
    assert_eq!(hello.header("content-type"), Some("application/json"));
    assert_eq!(hello.header("x-amzn-requestid").map(str::len), Some(36));
    assert!(hello.header("x-amzn-trace-id").is_some_and(|id| id.starts_with("Root=1-")), "{hello:?}");

    let detach = "Action=DeleteUserPolicy&Version=2010-05-08&UserName=alice&PolicyName=call-hello";
    assert_eq!(cloud.as_user(&admin, cloud.query("iam", detach)).await.status, 200);
    assert_eq!(call(&alice).await.row(), (403, "AccessDeniedException", DENIED));

    let arn = &cloud.0.info().users.alice.arn;
    let first = format!(
        r#"{{"StatementId":"url","Action":"lambda:InvokeFunctionUrl","Principal":"{arn}","FunctionUrlAuthType":"AWS_IAM"}}"#
    );
    let second = format!(
        r#"{{"StatementId":"via-url","Action":"lambda:InvokeFunction","Principal":"{arn}","InvokedViaFunctionUrl":true}}"#
    );
    assert_eq!(cloud.as_user(&admin, cloud.lambda("POST", "hello/policy", &first)).await.status, 201);
    assert_eq!(call(&alice).await.status, 403, "one of the two actions is not enough");
    let added = cloud.as_user(&admin, cloud.lambda("POST", "hello/policy", &second)).await;
    assert_eq!(added.status, 201);
    let added: serde_json::Value = serde_json::from_str(&added.body).unwrap();
    assert_eq!(
        added["Statement"].as_str().unwrap(),
        format!(
            r#"{{"Sid":"via-url","Effect":"Allow","Principal":{{"AWS":"{arn}"}},"Action":"lambda:InvokeFunction","Resource":"{}","Condition":{{"Bool":{{"lambda:InvokedViaFunctionUrl":"true"}}}}}}"#,
            cloud.0.info().function_arn
        )
    );
    assert_eq!(call(&alice).await.row(), (200, "", HELLO));

    let session = cloud.session().await;
    assert!(session.access_key.starts_with("ASIA"));
    assert_eq!(call(&session).await.row(), (200, "", HELLO));
    let moved = cloud.move_clock(r#"{"advance_seconds": 901}"#).await;
    assert_eq!(moved.status, 200);
    assert!(moved.body.ends_with(r#""advanced_seconds":901,"skew_seconds":0}"#), "{moved:?}");
    assert_eq!(call(&session).await.row(), (403, "ExpiredTokenException", EXPIRED));
    assert_eq!(call(&alice).await.row(), (200, "", HELLO), "long-term keys do not expire");

    // A session that begins after the clock was moved lives by the moved clock.
    assert_eq!(call(&cloud.session().await).await.row(), (200, "", HELLO));
}

#[tokio::test]
async fn every_refusal_of_the_function_url() {
    let cloud = Cloud::start().await;
    cloud.permit().await;
    let alice = cloud.alice();
    let signed = |draft: Draft<'static>| draft.signed(&alice);
    let url = |path: &str| cloud.function(path);
    let port = cloud.port();
    let session = cloud.session().await;
    let other = |change: fn(&mut Credential)| {
        let mut who = alice.clone();
        change(&mut who);
        who
    };
    let authorization = |draft: &mut Draft<'_>, change: fn(&str) -> String| {
        let header = draft.headers.iter_mut().find(|(name, _)| name == "authorization").unwrap();
        header.1 = change(&header.1);
    };

    let unknown = Draft::new("GET", format!("http://other.lambda-url.us-east-1.localhost:{port}/"), "lambda");
    let elsewhere =
        Draft::new("GET", format!("http://demo.lambda-url.eu-west-1.localhost:{port}/"), "lambda");
    let table: Vec<(&str, Draft<'_>, &str, &str)> = vec![
        ("unknown id", signed(unknown), "AccessDeniedException", r#"{"Message":null}"#),
        ("another region's id", signed(elsewhere), "AccessDeniedException", r#"{"Message":null}"#),
        (
            "wrong secret",
            url("/").signed(&other(|who| who.secret_key = Secret::new("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"))),
            "InvalidSignatureException",
            MISMATCH,
        ),
        (
            "changed body",
            signed(url("/").with(|draft| draft.method = "POST")).with(|draft| draft.body = b"changed"),
            "InvalidSignatureException",
            MISMATCH,
        ),
        (
            "changed path",
            signed(url("/a")).with(|draft| draft.url = format!("{}b", draft.url)),
            "InvalidSignatureException",
            MISMATCH,
        ),
        (
            "unsigned payload",
            signed(url("/").with(|draft| {
                draft.headers.push(("x-amz-content-sha256".into(), "UNSIGNED-PAYLOAD".into()));
            })),
            "InvalidSignatureException",
            MISMATCH,
        ),
        (
            "unknown key",
            url("/").signed(&other(|who| who.access_key = "AKIAIOSFODNN7EXAMPLE".into())),
            "UnrecognizedClientException",
            INVALID_TOKEN,
        ),
        (
            "no token",
            url("/").signed(&session).with(|draft| draft.headers.retain(|(n, _)| n != "x-amz-security-token")),
            "UnrecognizedClientException",
            INVALID_TOKEN,
        ),
        (
            "a token with a long-term key",
            url("/").signed(&other(|who| who.session_token = Some(Secret::new("token")))),
            "UnrecognizedClientException",
            INVALID_TOKEN,
        ),
        (
            "wrong region",
            signed(url("/").with(|draft| draft.settings.region = "eu-west-1".into())),
            "InvalidSignatureException",
            r#"{"message":"Credential should be scoped to a valid region. "}"#,
        ),
        (
            "wrong service",
            signed(url("/").with(|draft| draft.settings.service = "execute-api".into())),
            "InvalidSignatureException",
            r#"{"message":"Credential should be scoped to correct service: 'lambda'. "}"#,
        ),
        (
            "host not signed",
            signed(url("/"))
                .with(|draft| authorization(draft, |header| header.replace("SignedHeaders=host;", "SignedHeaders="))),
            "InvalidSignatureException",
            r#"{"message":"'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."}"#,
        ),
        (
            "another scheme",
            url("/").with(|draft| draft.headers.push(("authorization".into(), "Bearer abc".into()))),
            "IncompleteSignatureException",
            r#"{"message":"'abc' not a valid key=value pair (missing equal-sign) in Authorization header: 'Bearer abc'."}"#,
        ),
        (
            "an empty signature",
            url("/").with(|draft| draft.headers.push(("authorization".into(), "AWS4-HMAC-SHA256".into()))),
            "IncompleteSignatureException",
            r#"{"message":"Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. Authorization=AWS4-HMAC-SHA256"}"#,
        ),
        (
            "a short scope",
            signed(url("/"))
                .with(|draft| authorization(draft, |_| "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260101, SignedHeaders=host, Signature=0".into())),
            "IncompleteSignatureException",
            r#"{"message":"Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'AKIAIOSFODNN7EXAMPLE/20260101'"}"#,
        ),
    ];
    for (case, draft, kind, body) in table {
        assert_eq!(cloud.unsigned(&draft).await.row(), (403, kind, body), "{case}");
    }
}

#[tokio::test]
async fn dates_are_judged_by_real_time_and_skew() {
    let cloud = Cloud::start().await;
    cloud.permit().await;
    let alice = cloud.alice();
    let now = SystemTime::now();
    let at = |at: SystemTime| cloud.function("/").with(|draft| draft.at = at).signed(&alice);

    let old = cloud.unsigned(&at(now - Duration::from_secs(310))).await;
    assert_eq!((old.status, old.header("x-amzn-errortype")), (403, Some("InvalidSignatureException")));
    assert!(old.body.starts_with(r#"{"message":"Signature expired: "#), "{old:?}");
    assert!(old.body.contains(" is now earlier than ") && old.body.ends_with(r#" - 5 min.)"}"#), "{old:?}");

    let future = cloud.unsigned(&at(now + Duration::from_secs(320))).await;
    assert!(future.body.starts_with(r#"{"message":"Signature not yet current: "#), "{future:?}");
    assert!(future.body.contains(" is still later than ") && future.body.ends_with(r#" + 5 min.)"}"#));

    assert_eq!(cloud.unsigned(&at(now - Duration::from_secs(280))).await.status, 200);
    assert_eq!(cloud.move_clock(r#"{"skew_seconds": 600}"#).await.status, 200);
    let skewed = cloud.unsigned(&at(now)).await;
    assert!(skewed.body.starts_with(r#"{"message":"Signature expired: "#), "{skewed:?}");
    let date = httpdate::parse_http_date(skewed.header("date").unwrap()).unwrap();
    assert!(date.duration_since(now).unwrap() > Duration::from_secs(590), "Date shows the server's clock");

    // Query services give 15 minutes.
    let form = "Action=GetCallerIdentity&Version=2011-06-15";
    assert_eq!(cloud.as_user(&alice, cloud.query("sts", form)).await.status, 200);
    cloud.move_clock(r#"{"skew_seconds": 1000}"#).await;
    let late = cloud.as_user(&alice, cloud.query("sts", form)).await;
    assert_eq!((late.status, late.xml("Code")), (403, "SignatureDoesNotMatch"));
    assert!(late.xml("Message").ends_with(" - 15 min.)"), "{late:?}");
}

#[tokio::test]
async fn presigned_urls_live_by_the_cloud_s_clock() {
    let cloud = Cloud::start().await;
    cloud.permit().await;
    let alice = cloud.alice();
    let presigned = cloud
        .function("/a:b?x=%3D&y")
        .with(|draft| draft.settings.location = SignatureLocation::Query)
        .signed(&alice);
    assert_eq!(cloud.unsigned(&presigned).await.row(), (200, "", HELLO));
    let with_body = cloud
        .function("/")
        .with(|draft| {
            draft.method = "POST";
            draft.body = b"{}";
            draft.settings.location = SignatureLocation::Query;
        })
        .signed(&alice);
    assert_eq!(cloud.unsigned(&with_body).await.row(), (403, "InvalidSignatureException", MISMATCH));
    cloud.move_clock(r#"{"advance_seconds": 901}"#).await;
    let expired = cloud.unsigned(&presigned).await;
    assert!(expired.body.starts_with(r#"{"message":"Signature expired: "#), "{expired:?}");
}

#[tokio::test]
async fn awkward_urls_are_verified_as_sent() {
    let cloud = Cloud::start().await;
    cloud.permit().await;
    let by_path = cloud.0.info().function_url_path.clone();
    for path in ["/a:b/(c)!*'", "/%E4%BD%A0?b=2&a=%3D&a=1&k", "/a%2Fb/", "/a//b/../c", "/?x=a%20b%2Bc"] {
        let answer = cloud.as_user(&cloud.alice(), cloud.function(path)).await;
        assert_eq!(answer.row(), (200, "", HELLO), "{path}");
        let draft = Draft::new("GET", format!("{by_path}{path}"), "lambda");
        assert_eq!(cloud.as_user(&cloud.alice(), draft).await.row(), (200, "", HELLO), "{by_path}{path}");
    }
    let draft = Draft::new("GET", by_path, "lambda");
    assert_eq!(cloud.unsigned(&draft).await.row(), (403, "AccessDeniedException", FORBIDDEN));
}

#[tokio::test]
async fn sts_speaks_the_query_protocol() {
    let cloud = Cloud::start().await;
    let alice = cloud.alice();
    let ask = async |who: &Credential, form: &str| cloud.as_user(who, cloud.query("sts", form)).await;

    let me = ask(&alice, "Action=GetCallerIdentity&Version=2011-06-15").await;
    assert_eq!((me.status, me.header("content-type")), (200, Some("text/xml")));
    assert!(
        me.body
            .starts_with("<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">")
    );
    assert_eq!((me.xml("Arn"), me.xml("Account")), ("arn:aws:iam::123456789012:user/alice", "123456789012"));
    assert_eq!(Some(me.xml("RequestId")), me.header("x-amzn-requestid"));

    let get = Draft::new(
        "GET",
        format!("{}/?Action=GetCallerIdentity&Version=2011-06-15", cloud.0.info().endpoint),
        "sts",
    );
    assert_eq!(cloud.as_user(&alice, get).await.xml("Arn"), "arn:aws:iam::123456789012:user/alice");

    let session = cloud.session().await;
    let same = ask(&session, "Action=GetCallerIdentity&Version=2011-06-15").await;
    assert_eq!(same.xml("Arn"), "arn:aws:iam::123456789012:user/alice");

    let table = [
        (&session, "Action=GetSessionToken&Version=2011-06-15", 403, "AccessDenied"),
        (&alice, "Action=GetSessionToken&Version=2011-06-15&DurationSeconds=899", 400, "ValidationError"),
        (&alice, "Action=GetSessionToken&Version=2010-05-08", 400, "InvalidAction"),
        (&alice, "Version=2011-06-15", 400, "MissingAction"),
        (&alice, "Action=AssumeRole&Version=2011-06-15", 501, "NotImplemented"),
    ];
    for (who, form, status, code) in table {
        let answer = ask(who, form).await;
        assert_eq!((answer.status, answer.xml("Code")), (status, code), "{form}");
    }
    let assume = ask(&alice, "Action=AssumeRole&Version=2011-06-15").await;
    assert!(assume.xml("Message").contains("sts:AssumeRole"), "{assume:?}");
    let unsigned = cloud.unsigned(&cloud.query("sts", "Action=GetCallerIdentity&Version=2011-06-15")).await;
    assert_eq!((unsigned.status, unsigned.xml("Code")), (400, "MissingAuthenticationToken"));
    let elsewhere = cloud.query("sts", "Action=GetCallerIdentity&Version=2011-06-15");
    let elsewhere =
        cloud.as_user(&alice, elsewhere.with(|draft| draft.settings.region = "eu-west-1".into())).await;
    assert_eq!(elsewhere.xml("Message"), "Credential should be scoped to a valid region, not 'eu-west-1'. ");
}

#[tokio::test]
async fn iam_keeps_the_policies_of_users() {
    let cloud = Cloud::start().await;
    let (admin, alice) = (cloud.admin(), cloud.alice());
    let ask = async |who: &Credential, form: &str| cloud.as_user(who, cloud.query("iam", form)).await;
    let list = "Action=ListUserPolicies&Version=2010-05-08&UserName=alice";

    let denied = ask(&alice, list).await;
    assert_eq!((denied.status, denied.xml("Code")), (403, "AccessDenied"));
    assert_eq!(
        denied.xml("Message"),
        "User: arn:aws:iam::123456789012:user/alice is not authorized to perform: iam:ListUserPolicies on resource: user alice because no identity-based policy allows the iam:ListUserPolicies action"
    );

    let malformed = cloud
        .put_policy(r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringLike":{"a:b":"c"}}}]}"#)
        .await;
    assert_eq!((malformed.status, malformed.xml("Code")), (400, "MalformedPolicyDocument"));
    assert!(malformed.xml("Message").ends_with("(at Statement[0].Condition.StringLike)"), "{malformed:?}");

    let policy = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:*","Resource":"*"}}"#;
    assert_eq!(cloud.put_policy(policy).await.status, 200);
    assert_eq!(ask(&alice, list).await.xml("member"), "call-hello");
    let get = "Action=GetUserPolicy&Version=2010-05-08&UserName=alice&PolicyName=call-hello";
    let document = ask(&alice, get).await.xml("PolicyDocument").to_owned();
    assert_eq!(percent_encoding::percent_decode_str(&document).decode_utf8().unwrap(), policy);

    let session = cloud.session().await;
    assert_eq!(ask(&session, list).await.xml("Code"), "InvalidClientTokenId", "no MFA, no IAM");

    let large = policy.replace("iam:*", &format!("iam:{}", "L".repeat(2048)));
    assert_eq!(cloud.put_policy(&large).await.xml("Code"), "LimitExceeded");
    for (form, status, code) in [
        ("Action=DeleteUserPolicy&Version=2010-05-08&UserName=alice&PolicyName=other", 404, "NoSuchEntity"),
        ("Action=ListUserPolicies&Version=2010-05-08&UserName=bob", 404, "NoSuchEntity"),
        ("Action=ListUserPolicies&Version=2010-05-08", 400, "ValidationError"),
        ("Action=CreateUser&Version=2010-05-08&UserName=bob", 501, "NotImplemented"),
    ] {
        let answer = ask(&admin, form).await;
        assert_eq!((answer.status, answer.xml("Code")), (status, code), "{form}");
    }
}

#[tokio::test]
async fn lambda_keeps_the_resource_policy() {
    let cloud = Cloud::start().await;
    let (admin, alice) = (cloud.admin(), cloud.alice());
    let ask = async |who: &Credential, method: &str, path: &str, body: &str| {
        let answer = cloud.as_user(who, cloud.lambda(method, path, body)).await;
        (answer.status, answer.header("x-amzn-errortype").unwrap_or("").to_owned(), answer.body)
    };
    let add = r#"{"StatementId":"s1","Action":"lambda:InvokeFunction","Principal":"123456789012"}"#;

    let (status, kind, body) = ask(&alice, "POST", "hello/policy", add).await;
    assert_eq!((status, kind.as_str()), (403, "AccessDeniedException"));
    assert_eq!(
        body,
        r#"{"Message":"User: arn:aws:iam::123456789012:user/alice is not authorized to perform: lambda:AddPermission on resource: arn:aws:lambda:us-east-1:123456789012:function:hello because no identity-based policy allows the lambda:AddPermission action"}"#
    );
    let missing = ask(&admin, "GET", "hello/policy", "").await;
    assert_eq!(
        missing,
        (
            404,
            "ResourceNotFoundException".into(),
            r#"{"Type":"User","Message":"The resource you requested does not exist."}"#.into()
        )
    );
    assert_eq!(ask(&admin, "POST", "hello/policy", add).await.0, 201);
    let conflict = ask(&admin, "POST", "hello/policy", add).await;
    assert_eq!(
        conflict,
        (
            409,
            "ResourceConflictException".into(),
            r#"{"Type":"User","message":"The statement id (s1) provided already exists. Please provide a new statement id, or remove the existing statement."}"#.into()
        )
    );
    let by_arn = "arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3Ahello/policy";
    let (status, _, policy) = ask(&admin, "GET", by_arn, "").await;
    assert_eq!(status, 200);
    let policy: serde_json::Value = serde_json::from_str(&policy).unwrap();
    assert_eq!(
        policy["Policy"],
        r#"{"Version":"2012-10-17","Id":"default","Statement":[{"Sid":"s1","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:123456789012:function:hello"}]}"#
    );

    for (method, path, body, status, kind) in [
        ("POST", "hello/policy", "{", 400, "InvalidRequestContentException"),
        ("POST", "hello/policy", "{}", 400, "ValidationException"),
        (
            "POST",
            "hello/policy",
            r#"{"StatementId":"a b","Action":"lambda:*","Principal":"*"}"#,
            400,
            "ValidationException",
        ),
        (
            "POST",
            "hello/policy",
            r#"{"StatementId":"s2","Action":"lambda:*","Principal":"arn:aws:iam::123456789012:user/bob"}"#,
            400,
            "InvalidParameterValueException",
        ),
        (
            "POST",
            "hello/policy",
            r#"{"StatementId":"s2","Action":"lambda:InvokeFunction","Principal":"*","FunctionUrlAuthType":"NONE"}"#,
            400,
            "InvalidParameterValueException",
        ),
        (
            "POST",
            "hello/policy",
            r#"{"StatementId":"s2","Action":"lambda:InvokeFunction","Principal":"*","RevisionId":"x"}"#,
            412,
            "PreconditionFailedException",
        ),
        (
            "POST",
            "hello/policy",
            r#"{"StatementId":"s2","Action":"lambda:InvokeFunction","Principal":"*","SourceAccount":"123456789012"}"#,
            400,
            "InvalidRequestContentException",
        ),
        ("POST", "other/policy", add, 404, "ResourceNotFoundException"),
        ("DELETE", "hello/policy/s2", "", 404, "ResourceNotFoundException"),
        ("GET", "hello", "", 501, "NotImplementedException"),
        ("DELETE", "hello/policy/s1", "", 204, ""),
        ("DELETE", "hello/policy/s1", "", 404, "ResourceNotFoundException"),
    ] {
        let answer = ask(&admin, method, path, body).await;
        assert_eq!((answer.0, answer.1.as_str()), (status, kind), "{method} {path} {body}: {}", answer.2);
    }
}

#[tokio::test]
async fn web_pages_and_strangers_are_refused() {
    let cloud = Cloud::start().await;
    let url = format!("{}/_signpost/clock", cloud.0.info().endpoint);
    let get = |headers: &[(&str, &str)]| {
        Draft::new("GET", url.clone(), "none").with(|draft| {
            draft.headers.extend(headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())));
        })
    };
    for (headers, status) in [
        (&[][..], 200),
        (&[("origin", "https://evil.example")], 403),
        (&[("origin", "null")], 403),
        (&[("origin", "http://localhost:3000")], 200),
        (&[("origin", "http://[::1]:3000")], 200),
        (&[("host", "evil.example")], 403),
        (&[("host", "localhost.evil.example:80")], 403),
        (&[("host", "LOCALHOST:80")], 200),
    ] {
        let answer = cloud.unsigned(&get(headers)).await;
        assert_eq!(answer.status, status, "{headers:?}");
        if status == 403 {
            assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"));
        }
    }
}

#[tokio::test]
async fn bad_input_is_answered_and_never_a_panic() {
    let cloud = Cloud::start().await;
    assert_eq!(cloud.raw(b"\x16\x03\x01 garbage\r\n\r\n").await.status, 400);
    let endless = format!("GET / HTTP/1.1\r\nhost: localhost\r\n{}\r\n", "a: b\r\n".repeat(2000));
    assert_eq!(cloud.raw(endless.as_bytes()).await.status, 431);
    assert_eq!(cloud.move_clock("soon").await.status, 400);
    assert_eq!(cloud.move_clock(r#"{"advance": 1}"#).await.status, 400);
    assert_eq!(cloud.move_clock(r#"{"advance_seconds": 9223372036854775807}"#).await.status, 200);
    assert_eq!(cloud.move_clock(r#"{"advance_seconds": -9223372036854775808}"#).await.status, 200);

    let body = vec![b'x'; 6_291_457];
    let large = cloud.function("/").with(|draft| draft.method = "POST");
    let large = Draft { body: &body, ..large };
    assert_eq!(
        cloud.unsigned(&large).await.row(),
        (
            413,
            "RequestTooLargeException",
            r#"{"Message":"Request must be smaller than 6291456 bytes for the InvokeFunction operation"}"#
        )
    );
    let odd = cloud.function("/").with(|draft| {
        draft.headers.push((
            "authorization".into(),
            "AWS4-HMAC-SHA256 Credential=a/b/c/d/e,SignedHeaders=host,Signature=\u{e9}".into(),
        ));
        draft.headers.push(("x-amz-date".into(), "99999999T999999Z".into()));
    });
    assert_eq!(cloud.unsigned(&odd).await.header("x-amzn-errortype"), Some("IncompleteSignatureException"));
}

/// Replaces `{{name}}` by the workspace's variables.
fn expanded(text: &str, variables: &toml::Table) -> String {
    variables.iter().fold(text.to_owned(), |text, (name, value)| {
        text.replace(&format!("{{{{{name}}}}}"), value.as_str().unwrap())
    })
}

#[tokio::test]
async fn the_demo_s_workspace_gets_the_answers_that_it_expects() {
    let cloud = Cloud::start().await;
    let folder = tempfile::tempdir().unwrap();
    let secrets = cloud::story::write_workspace(folder.path(), cloud.0.info()).unwrap();
    let read = |path: &str| -> (String, toml::Table) {
        let text = std::fs::read_to_string(folder.path().join(path)).unwrap();
        assert!(secrets.iter().all(|(_, secret)| !text.contains(secret.expose())), "{path} holds a secret");
        assert!(!text.contains('@') || path != "signpost.toml", "{path} has a place that is not filled in");
        let table = text.parse().unwrap();
        (text, table)
    };
    let listing = list(&Workspace::load(folder.path()).unwrap());
    assert!(listing.problems.is_empty(), "{:?}", listing.problems);
    let (_, workspace) = read("signpost.toml");
    let variables = workspace["variables"].as_table().unwrap();
    let key = |name: &str| {
        let (_, secret) = secrets.iter().find(|(own, _)| *own == name).unwrap();
        Credential {
            access_key: workspace["identities"][name]["access_key"].as_str().unwrap().into(),
            secret_key: secret.clone(),
            session_token: None,
            expires_at: None,
            source: name.into(),
        }
    };
    let mut session = None;
    let mut steps: Vec<String> = workspace["order"]
        .as_array()
        .unwrap()
        .iter()
        .map(|name| format!("{}.toml", name.as_str().unwrap()))
        .collect();
    steps.extend(["reset/remove-url.toml".into(), "reset/remove-invoke.toml".into()]);
    let (_, reset) = read("reset/folder.toml");
    for path in steps {
        let (text, request) = read(&path);
        request_file::parse(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
        assert!(!request["notes"].as_str().unwrap().is_empty(), "{path}");
        let auth = request.get("auth").unwrap_or(&reset["auth"]);
        let text = |key: &str| auth.get(key).map(|value| expanded(value.as_str().unwrap(), variables));
        let service = text("service").unwrap_or("lambda".into());
        let body = body_of(&request, variables);
        let mut draft = Draft::new(
            request["method"].as_str().unwrap(),
            expanded(request["url"].as_str().unwrap(), variables),
            &service,
        );
        if request.get("body").is_some_and(|body| body["kind"].as_str() == Some("form")) {
            draft.headers.push((FORM.0.into(), FORM.1.into()));
        }
        draft.body = body.as_bytes();
        let answer = match text("identity").as_deref() {
            None => cloud.unsigned(&draft).await,
            Some("session") => cloud.as_user(session.as_ref().unwrap(), draft).await,
            Some(name) => cloud.as_user(&key(name), draft).await,
        };
        let wanted = request["expect"]["status"].as_integer().unwrap();
        assert_eq!(i64::from(answer.status), wanted, "{path}: {answer:?}");
        if service == "sts" {
            session = Some(Credential {
                access_key: answer.xml("AccessKeyId").into(),
                secret_key: Secret::new(answer.xml("SecretAccessKey")),
                session_token: Some(Secret::new(answer.xml("SessionToken"))),
                ..key("alice")
            });
        }
    }
    let again = cloud::story::write_workspace(folder.path(), cloud.0.info()).unwrap_err();
    assert_eq!(again.kind(), std::io::ErrorKind::AlreadyExists);
}

fn body_of(request: &toml::Table, variables: &toml::Table) -> String {
    let Some(body) = request.get("body") else { return String::new() };
    if let Some(text) = body.get("text") {
        return expanded(text.as_str().unwrap(), variables);
    }
    let fields: Vec<(String, String)> = body["fields"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            (row["name"].as_str().unwrap().into(), expanded(row["value"].as_str().unwrap(), variables))
        })
        .collect();
    form(&fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect::<Vec<_>>())
}

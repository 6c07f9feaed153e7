//! What a function is given, and what its client is given back.

use serde_json::{Value, json};

use super::function_support::{PUBLIC, Site};
use super::{DENIED, FORBIDDEN};

#[tokio::test]
async fn a_signed_request_becomes_an_event() {
    let site = Site::open("[[functions]]\nname = \"echo\"\nhandler = \"echo\"").await;
    let admin = site.admin();
    let draft = site.url("echo", "/a%20b/%C3%BC?x=1&y=a%2Bb+c&x=2&k").with(|draft| {
        draft.method = "POST";
        for (name, value) in [
            ("content-type", "application/json"),
            ("cookie", "a=1; b=2"),
            ("cookie", "c=3"),
            ("x-list", "one"),
            ("X-List", "two"),
            ("user-agent", "test"),
            ("te", "trailers"),
        ] {
            draft.headers.push((name.into(), value.into()));
        }
        draft.body = "{\"ü\":1}".as_bytes();
    });
    let answer = site.send(&draft.signed(&admin)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let mut event: Value = serde_json::from_str(&answer.body).unwrap();
    let id = answer.header("x-amzn-requestid").unwrap();
    let date = event["headers"]["x-amz-date"].take();
    assert!(date.as_str().is_some_and(|date| date.ends_with('Z')), "the signature's date is shown");
    let epoch = event["requestContext"]["timeEpoch"].take();
    assert!(epoch.as_u64().is_some_and(|millis| millis > 1_700_000_000_000), "{epoch}");
    let time = event["requestContext"]["time"].take();
    assert!(time.as_str().is_some_and(|time| time.len() == 26 && time.ends_with(" +0000")), "{time}");
    let user_id = event["requestContext"]["authorizer"]["iam"]["userId"].clone();
    assert!(user_id.as_str().is_some_and(|id| id.starts_with("AIDA")), "{user_id}");
    let expected = json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": "/a%20b/%C3%BC",
        "rawQueryString": "x=1&y=a%2Bb+c&x=2&k",
        "cookies": ["a=1", "b=2", "c=3"],
        "headers": {
            "content-type": "application/json",
            "x-list": "one,two",
            "user-agent": "test",
            "host": "echo.lambda-url.us-east-1.localhost",
            "content-length": "8",
            "x-amz-date": null,
            "x-amzn-trace-id": answer.header("x-amzn-trace-id").unwrap(),
            "x-forwarded-for": "127.0.0.1",
            "x-forwarded-port": site.port().to_string(),
            "x-forwarded-proto": "http",
        },
        "queryStringParameters": {"x": "1,2", "y": "a+b c", "k": ""},
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "echo",
            "authorizer": {"iam": {
                "accessKey": admin.access_key,
                "accountId": "123456789012",
                "callerId": user_id,
                "cognitoIdentity": null,
                "principalOrgId": null,
                "userArn": "arn:aws:iam::123456789012:user/admin",
                "userId": user_id,
            }},
            "domainName": "echo.lambda-url.us-east-1.localhost",
            "domainPrefix": "echo",
            "http": {
                "method": "POST",
                "path": "/a%20b/%C3%BC",
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": "test",
            },
            "requestId": id,
            "routeKey": "$default",
            "stage": "$default",
            "time": null,
            "timeEpoch": null,
        },
        "body": "{\"ü\":1}",
        "isBase64Encoded": false,
    });
    assert_eq!(event, expected);
}

#[tokio::test]
async fn a_url_without_authentication_follows_the_resource_policy() {
    let functions = format!(
        "[[functions]]\nname = \"open\"\nhandler = \"echo\"\n{PUBLIC}
        [[functions]]\nname = \"shut\"\nurl = {{ auth_type = \"NONE\" }}
        [[functions]]\nname = \"half\"\nurl = {{ auth_type = \"NONE\" }}
        policy = '''{{\"Version\":\"2012-10-17\",\"Statement\":{{\"Effect\":\"Allow\",\"Principal\":\"*\",
          \"Action\":\"lambda:InvokeFunctionUrl\",\"Resource\":\"*\",
          \"Condition\":{{\"StringEquals\":{{\"lambda:FunctionUrlAuthType\":\"NONE\"}}}}}}}}'''"
    );
    let site = Site::open(&functions).await;
    for name in ["shut", "half"] {
        let answer = site.send(&site.url(name, "/")).await;
        assert_eq!(answer.row(), (403, "AccessDeniedException", DENIED), "{name}");
    }
    let answer = site.send(&site.url("open", "")).await;
    let event: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(event["requestContext"]["accountId"], "anonymous");
    for absent in ["cookies", "queryStringParameters", "body"] {
        assert_eq!(event.get(absent), None, "{event}");
    }
    assert_eq!(event["requestContext"].get("authorizer"), None);
    assert_eq!((&event["rawPath"], &event["rawQueryString"]), (&json!("/"), &json!("")));

    // By path, the function sees the path behind its own.
    let by_path = site.info("open").function_url_path.clone().unwrap();
    let draft = super::client::Draft::new("GET", format!("{by_path}/x%2Fy?z=1"), "lambda");
    let event: Value = serde_json::from_str(&site.send(&draft).await.body).unwrap();
    assert_eq!((&event["rawPath"], &event["rawQueryString"]), (&json!("/x%2Fy"), &json!("z=1")));

    let older = Site::open(&format!("function_url_actions = \"url-only\"\n{functions}")).await;
    assert_eq!(older.send(&older.url("half", "/")).await.status, 200);
}

#[tokio::test]
async fn bodies_are_text_or_base64_by_their_type() {
    let site = Site::open(&format!("[[functions]]\nname = \"echo\"\nhandler = \"echo\"\n{PUBLIC}")).await;
    for (kind, body, shown, base64) in [
        (Some("text/plain; charset=utf-8"), &b"a"[..], "a", false),
        (Some("application/vnd.api+json"), b"{}", "{}", false),
        (Some("application/xml"), b"<a/>", "<a/>", false),
        (Some("application/javascript"), b"1", "1", false),
        (Some("application/x-www-form-urlencoded"), b"a=1", "YT0x", true),
        (Some("application/octet-stream"), b"a", "YQ==", true),
        (Some("text/plain"), b"\xff", "/w==", true),
        (None, b"a", "YQ==", true),
    ] {
        let draft = site.url("echo", "/").with(|draft| {
            draft.method = "POST";
            draft.body = body;
            draft.headers.extend(kind.map(|kind| ("content-type".into(), kind.into())));
        });
        let event: Value = serde_json::from_str(&site.send(&draft).await.body).unwrap();
        assert_eq!((&event["body"], &event["isBase64Encoded"]), (&json!(shown), &json!(base64)), "{kind:?}");
    }
}

#[tokio::test]
async fn the_built_in_handlers_respond() {
    let functions: String = ["hello", "stream", "slow", "fail", "status"]
        .map(|name| format!("[[functions]]\nname = \"{name}\"\nhandler = \"{name}\"\ntimeout_seconds = 1\n"))
        .concat();
    let site = Site::open(&functions).await;
    let pieces: String = (1..=5).map(|piece| format!("piece {piece} of 5\n")).collect();
    for (name, path, status, kind, body) in [
        ("hello", "/", 200, "application/json", "Hello from Lambda!"),
        ("stream", "/", 200, "text/plain", &pieces),
        ("slow", "/0", 200, "application/json", "Answered after 0 s."),
        ("slow", "/?seconds=20", 502, "text/plain", "Internal Server Error"),
        ("fail", "/", 502, "text/plain", "Internal Server Error"),
        ("status", "/", 200, "application/json", ""),
        ("status", "/teapot/418", 418, "application/json", ""),
        ("status", "/418?status=503", 503, "application/json", ""),
        ("status", "/7", 502, "text/plain", "Internal Server Error"),
    ] {
        let answer = site.signed(site.url(name, path)).await;
        assert_eq!((answer.status, answer.body.as_str()), (status, body), "{name}{path}");
        assert_eq!(answer.header("content-type"), Some(kind), "{name}{path}");
        assert!(answer.header("x-amzn-trace-id").is_some(), "{answer:?}");
    }
    let slow = site.signed(site.url("slow", "/20")).await;
    let note = site.trace(&slow).await["note"].take();
    assert_eq!(note, "the function timed out after 1 seconds, its `timeout_seconds`");
    assert_eq!(site.send(&site.url("hello", "/")).await.row(), (403, "AccessDeniedException", FORBIDDEN));
}

#[tokio::test]
async fn reserved_concurrency_throttles() {
    let site = Site::open(
        "[[functions]]\nname = \"off\"\nreserved_concurrency = 0\n[[functions]]\nname = \"one\"\nhandler = \"slow\"\nreserved_concurrency = 1",
    )
    .await;
    let throttled = (
        429,
        "TooManyRequestsException",
        r#"{"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded","Type":"User","message":"Rate Exceeded."}"#,
    );
    assert_eq!(site.signed(site.url("off", "/")).await.row(), throttled);
    let (first, second) =
        tokio::join!(site.signed(site.url("one", "/1")), site.signed(site.url("one", "/1")));
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 429], "one at a time");
    assert_eq!(site.signed(site.url("one", "/0")).await.status, 200, "and the next when it is over");
    // Who may not call is not told how busy it is.
    assert_eq!(site.send(&site.url("off", "/")).await.status, 403);
}

//! The local cloud over loopback: the whole story, every refusal in AWS's words, and bad input.

mod accounts;
mod client;
mod demo;
mod function_events;
#[cfg(unix)]
mod function_programs;
mod function_proxy;
mod function_runtime;
mod function_sockets;
mod function_support;
mod function_trace;
mod function_url;
mod iam;
mod kept;
mod lambda;
mod metadata;
mod mfa;
mod principals;
mod providers;
mod services;
mod signatures;
mod signin;
mod sso;
mod sts;

use std::time::SystemTime;

use signpost::core::credential::Credential;

use client::{Cloud, Draft};

const FORBIDDEN: &str = r#"{"Message":"Forbidden"}"#;
const DENIED: &str = r#"{"Message":"Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"}"#;
const EXPIRED: &str = r#"{"message":"The security token included in the request is expired"}"#;
const HELLO: &str = "Hello from Lambda!";

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
    assert!(moved.body.ends_with(r#""advanced_seconds":901,"skew_seconds":0,"frozen":false}"#), "{moved:?}");
    assert_eq!(call(&session).await.row(), (403, "ExpiredTokenException", EXPIRED));
    assert_eq!(call(&alice).await.row(), (200, "", HELLO), "long-term keys do not expire");

    // A session that begins after the clock was moved lives by the moved clock.
    assert_eq!(call(&cloud.session().await).await.row(), (200, "", HELLO));
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
        (&[("host", "localhost:80@evil")], 403),
        (&[("host", "localhost@evil")], 403),
        (&[("host", "localhost:")], 200),
        (&[("origin", "javascript://localhost")], 403),
        (&[("origin", "file://localhost")], 403),
        (&[("origin", "http://localhost@evil.example")], 403),
        (&[("origin", "http://localhost"), ("origin", "https://evil.example")], 400),
        (&[("origin", "http://localhost"), ("origin", "http://localhost")], 400),
        (&[("origin", "http://localhost, https://evil.example")], 403),
    ] {
        let answer = cloud.unsigned(&get(headers)).await;
        assert_eq!(answer.status, status, "{headers:?}");
        if status == 403 {
            assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"));
        }
    }
}

#[tokio::test]
async fn bad_input_gets_a_response_and_never_a_panic() {
    let cloud = Cloud::start().await;
    assert_eq!(cloud.raw(b"\x16\x03\x01 garbage\r\n\r\n").await.status, 400);
    let endless = format!("GET / HTTP/1.1\r\nhost: localhost\r\n{}\r\n", "a: b\r\n".repeat(2000));
    assert_eq!(cloud.raw(endless.as_bytes()).await.status, 431);
    assert_eq!(cloud.move_clock("soon").await.status, 400);
    assert_eq!(cloud.move_clock(r#"{"advance": 1}"#).await.status, 400);
    for change in [
        r#"{"advance_seconds": 9223372036854775807}"#,
        r#"{"advance_seconds": -9223372036854775808}"#,
        r#"{"skew_seconds": -2000000000}"#,
        r#"{"now": "1969-12-31T23:59:59Z"}"#,
        r#"{"frozen_at": "9999-12-31T23:59:59Z"}"#,
        r#"{"now": "2030-01-01T00:00:00Z", "skew_seconds": -2000000000}"#,
    ] {
        let refused = cloud.move_clock(change).await;
        let expected =
            "the clock can't be set to a time before 1970 or more than a hundred years ahead of real time\n";
        assert_eq!((refused.status, refused.body.as_str()), (400, expected), "{change}");
    }
    let unchanged = cloud.move_clock("{}").await;
    assert!(
        unchanged.body.ends_with(r#""advanced_seconds":0,"skew_seconds":0,"frozen":false}"#),
        "{unchanged:?}"
    );
    // The earliest clock that is accepted still gets responses, with dates.
    let past = i64::try_from(SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs()).unwrap() - 60;
    let change = format!(r#"{{"advance_seconds": -{past}, "skew_seconds": -{past}}}"#);
    assert_eq!(cloud.move_clock(&change).await.status, 200);
    let answer = cloud.as_user(&cloud.admin(), cloud.function("/")).await;
    assert_eq!(answer.header("x-amzn-errortype"), Some("InvalidSignatureException"));
    assert!(answer.header("date").is_some_and(|date| date.contains("01 Jan 1970")), "{answer:?}");
    assert_eq!(cloud.move_clock(r#"{"advance_seconds": 0, "skew_seconds": 0}"#).await.status, 200);

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

//! Lambda's API: functions, their URLs, concurrency and Invoke, and calls from another account.

use serde_json::{Value, json};

use super::accounts::{AWAY, HOME, TWO_ACCOUNTS};
use super::client::{Answer, Draft};
use super::function_support::Site;

const ARN: &str = "arn:aws:lambda:us-east-1:123456789012:function:hello";

fn body(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap_or_else(|error| panic!("{error}: {answer:?}"))
}

fn kind(answer: &Answer) -> (u16, &str) {
    (answer.status, answer.header("x-amzn-errortype").unwrap_or(""))
}

#[tokio::test]
async fn functions_are_listed_and_shown() {
    let further = "[[functions]]\nname = \"echo\"\naccount = \"123456789012\"\nhandler = \"echo\"\nenvironment = { A = \"b\" }\ntimeout_seconds = 7\n";
    let site = Site::open(&format!("{TWO_ACCOUNTS}{further}")).await;
    let (admin, carol) = (site.user(HOME, "admin"), site.user(AWAY, "carol"));
    let list = site.lambda(&admin, "GET", "2015-03-31/functions/?MaxItems=1", "").await;
    let page = body(&list);
    assert_eq!(
        (&page["Functions"][0]["FunctionName"], &page["NextMarker"]),
        (&json!("echo"), &json!("echo"))
    );
    let rest = body(&site.lambda(&admin, "GET", "2015-03-31/functions/?Marker=echo", "").await);
    assert_eq!(rest["Functions"][0]["FunctionArn"], ARN);
    assert_eq!(rest.get("NextMarker"), None);
    let none = body(&site.lambda(&carol, "GET", "2015-03-31/functions/", "").await);
    assert_eq!(none, json!({ "Functions": [] }), "another account's");

    let shown = body(&site.lambda(&admin, "GET", "2015-03-31/functions/echo", "").await);
    assert_eq!(shown["Configuration"]["Timeout"], 7);
    assert_eq!(shown["Configuration"]["Environment"], json!({ "Variables": { "A": "b" } }));
    let own = site.lambda(&admin, "GET", "2015-03-31/functions/echo:$LATEST/configuration", "").await;
    assert_eq!(body(&own)["FunctionName"], "echo");
    let version = site.lambda(&admin, "GET", "2015-03-31/functions/echo:1", "").await;
    assert_eq!(kind(&version), (404, "ResourceNotFoundException"));
    let made = site.lambda(&admin, "POST", "2015-03-31/functions", "{}").await;
    assert_eq!(kind(&made), (501, "NotImplementedException"));
}

#[tokio::test]
async fn a_url_is_created_updated_and_deleted() {
    let site =
        Site::open(&TWO_ACCOUNTS.replace("name = \"hello\"", "name = \"hello\"\nurl = { off = true }")).await;
    let admin = site.user(HOME, "admin");
    let path = "2021-10-31/functions/hello/url";
    assert_eq!(kind(&site.lambda(&admin, "GET", path, "").await), (404, "ResourceNotFoundException"));
    for bad in [
        "{}",
        r#"{"AuthType":"SOME"}"#,
        r#"{"AuthType":"NONE","InvokeMode":"FAST"}"#,
        r#"{"AuthType":"NONE","Cors":{"MaxAge":86401}}"#,
        r#"{"AuthType":"NONE","Cors":{"AllowMethods":["BREW"]}}"#,
    ] {
        assert_eq!(
            kind(&site.lambda(&admin, "POST", path, bad).await),
            (400, "ValidationException"),
            "{bad}"
        );
    }
    let made =
        site.lambda(&admin, "POST", path, r#"{"AuthType":"AWS_IAM","Cors":{"AllowOrigins":["*"]}}"#).await;
    assert_eq!(made.status, 201);
    let made = body(&made);
    assert_eq!((&made["AuthType"], &made["InvokeMode"]), (&json!("AWS_IAM"), &json!("BUFFERED")));
    let url = made["FunctionUrl"].as_str().unwrap().to_owned();
    let call = async || site.send(&Draft::new("GET", url.clone(), "lambda").signed(&admin)).await.status;
    assert_eq!(call().await, 200);
    let again = site.lambda(&admin, "POST", path, r#"{"AuthType":"NONE"}"#).await;
    assert_eq!(kind(&again), (409, "ResourceConflictException"));
    let changed = site.lambda(&admin, "PUT", path, r#"{"InvokeMode":"RESPONSE_STREAM","Cors":{}}"#).await;
    assert_eq!(
        (&body(&changed)["InvokeMode"], body(&changed).get("Cors")),
        (&json!("RESPONSE_STREAM"), None)
    );
    let all = site.lambda(&admin, "GET", "2021-10-31/functions/hello/urls", "").await;
    assert_eq!(body(&all)["FunctionUrlConfigs"][0]["FunctionArn"], ARN);
    assert_eq!(site.lambda(&admin, "DELETE", path, "").await.status, 204);
    assert_eq!(call().await, 403);
}

#[tokio::test]
async fn reserved_concurrency_of_zero_disables_a_function() {
    let site = Site::open(TWO_ACCOUNTS).await;
    let admin = site.user(HOME, "admin");
    let (put, get) = ("2017-10-31/functions/hello/concurrency", "2019-09-30/functions/hello/concurrency");
    assert_eq!(body(&site.lambda(&admin, "GET", get, "").await), json!({}));
    let zero = r#"{"ReservedConcurrentExecutions":0}"#;
    assert_eq!(
        body(&site.lambda(&admin, "PUT", put, zero).await),
        json!({ "ReservedConcurrentExecutions": 0 })
    );
    assert_eq!(site.hello(&admin).await, 429);
    let invoke = site.lambda(&admin, "POST", "2015-03-31/functions/hello/invocations", "{}").await;
    assert_eq!(kind(&invoke), (429, "TooManyRequestsException"));
    let many = site.lambda(&admin, "PUT", put, r#"{"ReservedConcurrentExecutions":901}"#).await;
    assert_eq!(kind(&many), (400, "InvalidParameterValueException"));
    assert_eq!(site.lambda(&admin, "DELETE", put, "").await.status, 204);
    assert_eq!(site.hello(&admin).await, 200);
}

#[tokio::test]
async fn invoke_waits_for_the_response() {
    let functions = ["echo", "fail"]
        .map(|name| {
            format!("[[functions]]\nname = \"{name}\"\naccount = \"123456789012\"\nhandler = \"{name}\"\n")
        })
        .concat();
    let site = Site::open(&format!("{TWO_ACCOUNTS}{functions}")).await;
    let (admin, alice) = (site.user(HOME, "admin"), site.user(HOME, "alice"));
    let path = |name: &str| format!("2015-03-31/functions/{name}/invocations");
    let hello = site.lambda(&admin, "POST", &path("hello"), "").await;
    assert_eq!((hello.status, hello.body.as_str()), (200, "\"Hello from Lambda!\""));
    assert_eq!(hello.header("x-amz-executed-version"), Some("$LATEST"));
    assert_eq!(site.lambda(&admin, "POST", &path("echo"), r#"{"a": [1]}"#).await.body, r#"{"a": [1]}"#);
    let failed = site.lambda(&admin, "POST", &path("fail"), "{}").await;
    assert_eq!((failed.status, failed.header("x-amz-function-error")), (200, Some("Unhandled")));
    assert!(
        body(&failed)["errorMessage"].is_string() && body(&failed)["errorType"].is_string(),
        "{failed:?}"
    );
    let text = site.lambda(&admin, "POST", &path("hello"), "text").await;
    assert_eq!(kind(&text), (400, "InvalidRequestContentException"));
    let denied = site.lambda(&alice, "POST", &path("hello"), "").await;
    assert_eq!(kind(&denied), (403, "AccessDeniedException"));
}

#[tokio::test]
async fn access_across_accounts_needs_both_policies() {
    let site = Site::open(TWO_ACCOUNTS).await;
    let (admin, carol) = (site.user(HOME, "admin"), site.user(AWAY, "carol"));
    let path = "2015-03-31/functions/hello/policy";
    assert_eq!(site.hello(&carol).await, 403, "her own account's leave is not enough");
    for (sid, action, further) in [
        ("url", "lambda:InvokeFunctionUrl", r#""FunctionUrlAuthType":"AWS_IAM""#),
        ("via-url", "lambda:InvokeFunction", r#""InvokedViaFunctionUrl":true"#),
    ] {
        assert_eq!(site.hello(&carol).await, 403);
        let statement =
            format!(r#"{{"StatementId":"{sid}","Action":"{action}","Principal":"{AWAY}",{further}}}"#);
        assert_eq!(site.lambda(&admin, "POST", path, &statement).await.status, 201);
    }
    assert_eq!(site.hello(&carol).await, 200);
    let invoke = format!("2015-03-31/functions/{}/invocations", ARN.replace(':', "%3A"));
    assert_eq!(
        site.lambda(&carol, "POST", &invoke, "").await.status,
        403,
        "it was permitted through the URL only"
    );
}

#[tokio::test]
async fn the_older_rule_requires_one_action() {
    for (rule, status) in [("both", 403), ("url-only", 200)] {
        let site = Site::open(&format!("function_url_actions = \"{rule}\"\n{TWO_ACCOUNTS}")).await;
        let (admin, alice) = (site.user(HOME, "admin"), site.user(HOME, "alice"));
        let policy = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"lambda:InvokeFunctionUrl","Resource":"*"}}"#;
        let put = [("UserName", "alice"), ("PolicyName", "url"), ("PolicyDocument", policy)];
        assert_eq!(site.iam(&admin, "PutUserPolicy", &put).await.status, 200);
        assert_eq!(site.hello(&alice).await, status, "{rule}");
    }
}

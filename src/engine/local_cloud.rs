//! Asking a local cloud why it refused.
//!
//! Owns whom to ask: what responded from loopback, without a proxy, under a URL of loopback, as a
//! function URL or under the path that stands for one, or to a request signed for a service that such a
//! cloud has. Refuses to ask anybody else, to wait long, and to fail.

use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;
use url::Url;

use crate::core::cloud_trace::CloudTrace;
use crate::core::exchange::Head;
use crate::core::local_cloud;
use crate::core::wire::WireBody;
use crate::io::transport::{Outgoing, Route, Transport, is_loopback};

/// It answers from memory, on this machine.
const ASK_TIMEOUT: Duration = Duration::from_secs(1);

/// A longer trace is not looked into, in bytes.
const MAX_TRACE_BYTES: usize = 1024 * 1024;

/// What the cloud remembers of a request; `None` where it does not. `route` is how it was reached.
pub(super) async fn ask(transport: &Transport, question: Url, route: Option<Route>) -> Option<CloudTrace> {
    let outgoing = Outgoing {
        method: "GET".to_owned(),
        url: question,
        headers: Vec::new(),
        body: WireBody::Bytes(Bytes::new()),
        insecure: false,
        route,
        deadline: Some(Instant::now() + ASK_TIMEOUT),
    };
    let mut answer = transport.exchange(outgoing, None).await.ok()?;
    let mut text = Vec::new();
    while let Some(piece) = answer.body.next().await {
        text.extend_from_slice(&piece);
        if text.len() > MAX_TRACE_BYTES {
            return None;
        }
    }
    CloudTrace::parse(&text).filter(|_| answer.head.status == 200)
}

/// Services of a local cloud.
const SERVICES: [&str; 3] = ["iam", "lambda", "sts"];

/// Where to ask, if this answer to a request that was signed for `service` is a refusal of a local
/// cloud.
pub(super) fn question(url: &Url, service: Option<&str>, head: &Head) -> Option<Url> {
    let host = url.host_str()?;
    let function = host.ends_with(".localhost") && host.contains(".lambda-url.");
    let ours = function
        || url.path().starts_with(local_cloud::FUNCTION_URL_PREFIX)
        || service.is_some_and(|service| SERVICES.contains(&service));
    // A proxy on loopback is the other end for every server behind it, and so is a tunnel that a route
    // leads to.
    let local =
        head.direct && is_loopback(url) && head.remote.is_some_and(|remote| remote.ip().is_loopback());
    if head.status < 400 || !local || !ours {
        return None;
    }
    let id = head.header("x-amzn-requestid")?;
    if !id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
        return None;
    }
    let mut question = url.clone();
    question.set_path(&local_cloud::trace_path(id));
    question.set_query(None);
    question.set_fragment(None);
    // Nobody's password goes along.
    question.set_username("").and_then(|()| question.set_password(None)).ok()?;
    Some(question)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(url: &str, remote: &str, status: u16, id: &str) -> Option<String> {
        asked_as(None, url, remote, status, id)
    }

    fn asked_as(service: Option<&str>, url: &str, remote: &str, status: u16, id: &str) -> Option<String> {
        let head = Head {
            status,
            protocol: "HTTP/1.1".into(),
            headers: vec![("x-amzn-RequestId".into(), id.into())],
            remote: Some(remote.parse().unwrap()),
            direct: true,
            certificate: None,
            timing: crate::core::exchange::Timing::default(),
        };
        question(&Url::parse(url).unwrap(), service, &head).map(String::from)
    }

    #[test]
    fn only_a_local_cloud_that_refused_is_asked() {
        let function = "http://demo.lambda-url.us-east-1.localhost:9000/a?b=c";
        let trace = "http://demo.lambda-url.us-east-1.localhost:9000/_signpost/trace/f1-03";
        assert_eq!(asked(function, "127.0.0.1:9000", 403, "f1-03").as_deref(), Some(trace));
        let by_path = asked("http://me:pw@127.0.0.1:9000/_url/demo/x", "127.0.0.1:9000", 502, "a");
        assert_eq!(by_path.as_deref(), Some("http://127.0.0.1:9000/_signpost/trace/a"));
        let api = "http://127.0.0.1:9000/";
        assert_eq!(
            asked_as(Some("iam"), api, "127.0.0.1:9000", 403, "a").as_deref(),
            Some("http://127.0.0.1:9000/_signpost/trace/a")
        );
        assert_eq!(asked_as(Some("s3"), api, "127.0.0.1:9000", 403, "a"), None);
        let tunnelled = "https://iam.amazonaws.com/";
        assert_eq!(asked_as(Some("iam"), tunnelled, "127.0.0.1:9000", 403, "a"), None);
        for (url, remote, status, id) in [
            (function, "127.0.0.1:9000", 200, "f1-03"),
            (function, "93.184.216.34:80", 403, "f1-03"),
            (function, "127.0.0.1:9000", 403, "../../x"),
            ("http://127.0.0.1:3000/api", "127.0.0.1:3000", 403, "f1-03"),
            ("https://demo.lambda-url.us-east-1.on.aws/", "127.0.0.1:443", 403, "f1-03"),
        ] {
            assert_eq!(asked(url, remote, status, id), None, "{url} {remote} {status} {id}");
        }
    }
}

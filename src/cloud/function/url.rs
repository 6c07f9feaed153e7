//! The function URL: who may call it, and what its client gets to see.
//!
//! Owns the order: preflight, size, signature, permission, reserved concurrency, function. Source:
//! <https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html>

use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue, ORIGIN};
use http::{Response, StatusCode};
use hyper::body::Incoming;

use super::event::{Identity, Source, event};
use super::outcome::{Failure, Outcome};
use super::permission::Permission;
use super::{Invocation, MOST_BYTES, answer, builtin, cors, proxy};
use crate::cloud::authenticate::{Authenticated, Refusal, Wanted, authenticate};
use crate::cloud::authorise;
use crate::cloud::body::Body;
use crate::cloud::reply::{Member, Reply};
use crate::cloud::request::Call;
use crate::cloud::server::Cloud;
use crate::cloud::state::{AuthType, Builtin, Cors, Function, Handler, InvokeMode, State, Store, UrlConfig};

const DENIED: &str = "AccessDeniedException";

/// A function URL that was called.
pub(in crate::cloud) struct Called {
    pub(in crate::cloud) function: Arc<Function>,
    pub(in crate::cloud) auth_type: AuthType,
    pub(in crate::cloud) invoke_mode: InvokeMode,
    /// Where the function's own path begins in the request's.
    pub(in crate::cloud) path_at: usize,
}

impl Called {
    /// The function behind a URL, if there is one. `region` is what the host says, if it does.
    pub(in crate::cloud) fn find(
        state: &State,
        id: &str,
        region: Option<&str>,
        path_at: usize,
    ) -> Option<Self> {
        let function = state.function_by_url(id)?;
        let url = function.url.as_ref()?;
        if region.is_some_and(|region| region != function.region) {
            return None;
        }
        let (auth_type, invoke_mode) = (url.auth_type, url.invoke_mode);
        Some(Self { function: Arc::clone(function), auth_type, invoke_mode, path_at })
    }

    /// Whether pages of this origin may call.
    pub(in crate::cloud) fn allows(&self, origin: &HeaderValue) -> bool {
        self.url().and_then(|url| url.cors.as_ref()).is_some_and(|cors| cors.allows(origin))
    }

    fn url(&self) -> Option<&UrlConfig> {
        self.function.url.as_ref()
    }

    /// The path as the function sees it.
    fn path<'a>(&self, call: &'a Call) -> &'a str {
        call.path.get(self.path_at..).filter(|path| !path.is_empty()).unwrap_or("/")
    }

    /// The configuration by which a page of another origin may call, and that origin.
    fn cors<'a>(&'a self, call: &'a Call) -> Option<(&'a Cors, &'a HeaderValue)> {
        self.url()?.cors.as_ref().zip(call.headers.get(ORIGIN))
    }
}

/// There is no URL of this id.
pub(in crate::cloud) fn unknown() -> Reply {
    Reply::error(403, DENIED, Member::Upper, None)
}

/// The body is larger than [`MOST_BYTES`].
pub(in crate::cloud) fn too_large() -> Reply {
    let message = format!("Request must be smaller than {MOST_BYTES} bytes for the InvokeFunction operation");
    Reply::error(413, "RequestTooLargeException", Member::Upper, Some(&message))
}

/// Answers a request to a function URL.
pub(in crate::cloud) async fn answer(
    cloud: &Cloud,
    called: &Called,
    call: &mut Call,
    body: Incoming,
) -> Response<Body> {
    if let Some((cors, origin)) = called.cors(call)
        && cors::is_preflight(&call.method, &call.headers)
    {
        let mut response = Response::new(Body::empty());
        cors::decorate(cors, origin, true, response.headers_mut());
        return response;
    }
    let mut response = serve(cloud, called, call, body).await.unwrap_or_else(Reply::into_response);
    if let Some((cors, origin)) = called.cors(call) {
        cors::decorate(cors, origin, false, response.headers_mut());
    }
    response
}

async fn serve(
    cloud: &Cloud,
    called: &Called,
    call: &mut Call,
    body: Incoming,
) -> Result<Response<Body>, Reply> {
    // What nobody signs need not be read before it is handed on.
    let unread = match (&called.function.handler, called.auth_type) {
        (Handler::Proxy { .. }, AuthType::None) => Some(proxy::unread(body)),
        _ => {
            cloud.reader.read(call, body).await?;
            None
        }
    };
    let who = admit(&cloud.store, called, call)?;
    let permit = cloud.functions.enter(&called.function).ok_or_else(throttled)?;
    let trace_id = trace_id(cloud, call.now);
    let made = run(cloud, called, call, unread, who.as_deref(), &trace_id).await;
    let mut response = match made {
        Ok(response) => response,
        Err(Failure::Busy) => return Err(throttled()),
        Err(failure) => {
            call.journal.note(failure.to_string());
            failed()
        }
    };
    if let Ok(value) = HeaderValue::from_str(&trace_id) {
        response.headers_mut().insert("x-amzn-trace-id", value);
    }
    Ok(response.map(|body| body.holding(permit)))
}

async fn run(
    cloud: &Cloud,
    called: &Called,
    call: &Call,
    unread: Option<Body>,
    who: Option<&Authenticated>,
    trace_id: &str,
) -> Result<Response<Body>, Failure> {
    let function = &called.function;
    let buffered = called.invoke_mode == InvokeMode::Buffered;
    match &function.handler {
        // Nothing reads an event here, so none is made.
        Handler::Builtin(Builtin::Hello) if buffered => {
            let mut response = Response::new(Body::of(builtin::HELLO));
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            Ok(response)
        }
        Handler::Proxy { url } => {
            let body = unread.unwrap_or_else(|| Body::of(call.body.clone()));
            let service = proxy::Service { url, timeout: function.timeout, client: &cloud.functions.client };
            service.forward(call, called.path(call), body, who.map(identity).as_ref()).await
        }
        _ => {
            let event = event_of(cloud, called, call, who.map(identity).as_ref(), trace_id);
            let invocation =
                Invocation::new(call.id.clone(), Arc::clone(function), event, trace_id.to_owned());
            respond(cloud.functions.invoke(invocation).await?, buffered).await
        }
    }
}

fn event_of(
    cloud: &Cloud,
    called: &Called,
    call: &Call,
    identity: Option<&Identity>,
    trace_id: &str,
) -> Bytes {
    let url_id = called.url().map_or("", |url| url.id.as_str());
    let domain = format!("{url_id}.lambda-url.{}.localhost", called.function.region);
    let source = Source {
        request_id: &call.id,
        trace_id,
        method: &call.method,
        path: called.path(call),
        query: &call.query,
        protocol: call.protocol,
        headers: &call.headers,
        body: &call.body,
        peer: call.peer,
        port: cloud.address.port(),
        url_id,
        domain: &domain,
        identity,
        now: call.now,
    };
    event(&source).into()
}

/// Whole answers are taken apart in one mode only; streams say themselves what they are.
async fn respond(outcome: Outcome, buffered: bool) -> Result<Response<Body>, Failure> {
    match outcome {
        Outcome::Payload(payload) if payload.len() > MOST_BYTES => Err(Failure::TooLarge(MOST_BYTES)),
        Outcome::Payload(payload) if buffered => answer::response(payload),
        Outcome::Payload(payload) => {
            let mut response = Response::new(Body::of(payload));
            response.headers_mut().insert(CONTENT_TYPE, answer::OCTETS);
            Ok(response)
        }
        Outcome::Stream { kind, pieces } if buffered => {
            let response = answer::streamed(kind.as_deref(), pieces).await?;
            let (parts, body) = response.into_parts();
            Ok(Response::from_parts(parts, body.whole(MOST_BYTES).await?))
        }
        Outcome::Stream { kind, pieces } => answer::streamed(kind.as_deref(), pieces).await,
    }
}

/// Whether the caller may call, and who it is; nobody where nobody signs.
fn admit(store: &Store, called: &Called, call: &Call) -> Result<Option<Arc<Authenticated>>, Reply> {
    let (state, function) = (&*store.read(), &called.function);
    let (who, context) = match called.auth_type {
        AuthType::AwsIam => {
            let region = Some(function.region.as_str());
            let wanted = Wanted { service: "lambda", region, minutes: 5, no_presigned_body: true };
            let who = authenticate(state, call, &wanted);
            call.journal.authenticated(&who);
            let who = who.map_err(|refusal| refused(&refusal))?;
            let context = authorise::context(call, &who);
            (Some(Arc::new(who)), context)
        }
        // The resource policy alone decides, by what it says of everybody.
        AuthType::None => (None, authorise::anonymous_context(call)),
    };
    let context = context
        .with("lambda:FunctionUrlAuthType", called.auth_type.as_str())
        .with("lambda:InvokedViaFunctionUrl", "true");
    let actions = authorise::function_url_actions(&store.settings);
    let question = Permission { who: who.clone(), actions, resource: function.arn.clone(), context };
    if question.granted(state, function) {
        call.journal.granted(question, store.changes());
        return Ok(who);
    }
    for (action, explanation) in question.explained(state, function) {
        call.journal.decided(action, &function.arn, explanation);
    }
    Err(denied())
}

/// Who signed, as events and services are told.
fn identity(who: &Authenticated) -> Identity {
    Identity {
        access_key: who.access_key.clone(),
        account_id: who.account().to_owned(),
        caller_id: who.user_id.clone(),
        cognito_identity: None,
        principal_org_id: None,
        user_arn: who.arn().to_owned(),
        user_id: who.user_id.clone(),
    }
}

/// The caller did not prove who it is.
fn refused(refusal: &Refusal) -> Reply {
    match refusal {
        Refusal::Unsigned => Reply::error(403, DENIED, Member::Upper, Some("Forbidden")),
        _ => refusal.json(),
    }
}

fn denied() -> Reply {
    let message = "Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html";
    Reply::error(403, DENIED, Member::Upper, Some(message))
}

fn throttled() -> Reply {
    let body = r#"{"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded","Type":"User","message":"Rate Exceeded."}"#;
    Reply::json(429, body.to_owned()).with("x-amzn-ErrorType", "TooManyRequestsException")
}

/// Whatever went wrong in the function, its client sees this.
fn failed() -> Response<Body> {
    let mut response = Response::new(Body::of("Internal Server Error"));
    *response.status_mut() = StatusCode::BAD_GATEWAY;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    response
}

fn trace_id(cloud: &Cloud, now: SystemTime) -> String {
    let seconds = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    let random = cloud.store.random.hex(20);
    let (root, parent) = random.split_at(24);
    format!("Root=1-{seconds:08x}-{root};Parent={parent};Sampled=0")
}

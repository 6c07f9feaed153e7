//! The function URL: who may call it, and what its client gets to see.
//!
//! Owns the order: preflight, size, signature, permission, reserved concurrency, function. Source:
//! <https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html>

mod cors;

use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue, ORIGIN};
use http::{Response, StatusCode};
use hyper::body::Incoming;

use super::authenticate::{Refusal, Requirements, authenticate};
use super::authorise;
use super::body::ResponseBody;
use super::caller::Authenticated;
use super::function::{
    EventInput, FunctionOutput, Identity, Invocation, InvocationError, builtin, event, proxy, response,
};
use super::limits::MAX_PAYLOAD_BYTES;
use super::permission::Permission;
use super::reply::{Member, Reply};
use super::request::Call;
use super::server_context::ServerContext;
use super::state::{AuthType, Builtin, Cors, Function, Handler, InvokeMode, State, Store, UrlConfig};

const DENIED: &str = "AccessDeniedException";

/// A function URL that was called.
pub(super) struct CalledUrl {
    pub(super) function: Arc<Function>,
    pub(super) auth_type: AuthType,
    pub(super) invoke_mode: InvokeMode,
    /// Where the function's own path begins in the request's.
    pub(super) path_at: usize,
}

impl CalledUrl {
    /// The function behind a URL, if there is one. `region` is what the host says, if it does.
    pub(super) fn find(state: &State, id: &str, region: Option<&str>, path_at: usize) -> Option<Self> {
        let function = state.function_by_url(id)?;
        let url = function.url.as_ref()?;
        if region.is_some_and(|region| region != function.region) {
            return None;
        }
        let (auth_type, invoke_mode) = (url.auth_type, url.invoke_mode);
        Some(Self { function: Arc::clone(function), auth_type, invoke_mode, path_at })
    }

    /// Whether pages of this origin may call.
    pub(super) fn allows(&self, origin: &HeaderValue) -> bool {
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
pub(super) fn unknown() -> Reply {
    Reply::error(403, DENIED, Member::Upper, None)
}

/// Answers a request to a function URL.
pub(super) async fn answer(
    cloud: &ServerContext,
    called: &CalledUrl,
    call: &mut Call,
    body: Incoming,
) -> Response<ResponseBody> {
    if let Some((cors, origin)) = called.cors(call)
        && cors::is_preflight(&call.method, &call.headers)
    {
        let mut response = Response::new(ResponseBody::empty());
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
    cloud: &ServerContext,
    called: &CalledUrl,
    call: &mut Call,
    body: Incoming,
) -> Result<Response<ResponseBody>, Reply> {
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
        Err(InvocationError::Busy) => return Err(throttled()),
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
    cloud: &ServerContext,
    called: &CalledUrl,
    call: &Call,
    unread: Option<ResponseBody>,
    who: Option<&Authenticated>,
    trace_id: &str,
) -> Result<Response<ResponseBody>, InvocationError> {
    let function = &called.function;
    let buffered = called.invoke_mode == InvokeMode::Buffered;
    match &function.handler {
        // Nothing reads an event here, so none is made.
        Handler::Builtin(Builtin::Hello) if buffered => {
            let mut response = Response::new(ResponseBody::of(builtin::HELLO));
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            Ok(response)
        }
        Handler::Proxy { url } => {
            let body = unread.unwrap_or_else(|| ResponseBody::of(call.body.clone()));
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
    cloud: &ServerContext,
    called: &CalledUrl,
    call: &Call,
    identity: Option<&Identity>,
    trace_id: &str,
) -> Bytes {
    let url_id = called.url().map_or("", |url| url.id.as_str());
    let domain = format!("{url_id}.lambda-url.{}.localhost", called.function.region);
    let source = EventInput {
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
async fn respond(outcome: FunctionOutput, buffered: bool) -> Result<Response<ResponseBody>, InvocationError> {
    match outcome {
        FunctionOutput::Payload(payload) if payload.len() > MAX_PAYLOAD_BYTES => {
            Err(InvocationError::TooLarge(MAX_PAYLOAD_BYTES))
        }
        FunctionOutput::Payload(payload) if buffered => response::buffered(payload),
        FunctionOutput::Payload(payload) => {
            let mut response = Response::new(ResponseBody::of(payload));
            response.headers_mut().insert(CONTENT_TYPE, response::OCTETS);
            Ok(response)
        }
        FunctionOutput::Stream { kind, pieces } if buffered => {
            let response = response::streamed(kind.as_deref(), pieces).await?;
            let (parts, body) = response.into_parts();
            Ok(Response::from_parts(parts, body.whole(MAX_PAYLOAD_BYTES).await?))
        }
        FunctionOutput::Stream { kind, pieces } => response::streamed(kind.as_deref(), pieces).await,
    }
}

/// Whether the caller may call, and who it is; nobody where nobody signs.
fn admit(store: &Store, called: &CalledUrl, call: &Call) -> Result<Option<Arc<Authenticated>>, Reply> {
    let (state, function) = (&*store.read(), &called.function);
    let (who, context) = match called.auth_type {
        AuthType::AwsIam => {
            let region = Some(function.region.as_str());
            let required =
                Requirements { service: "lambda", region, max_skew_minutes: 5, no_presigned_body: true };
            let who = authenticate(state, call, &required);
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
fn failed() -> Response<ResponseBody> {
    let mut response = Response::new(ResponseBody::of("Internal Server Error"));
    *response.status_mut() = StatusCode::BAD_GATEWAY;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    response
}

fn trace_id(cloud: &ServerContext, now: SystemTime) -> String {
    let seconds = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    let random = cloud.store.random.hex(20);
    let (root, parent) = random.split_at(24);
    format!("Root=1-{seconds:08x}-{root};Parent={parent};Sampled=0")
}

//! The function URL: who may call it, and the response that the client gets.
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
use super::clock::unix_seconds;
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

/// The function URL that a request is for.
pub(super) struct CalledUrl {
    pub(super) function: Arc<Function>,
    pub(super) auth_type: AuthType,
    pub(super) invoke_mode: InvokeMode,
    /// Where the function's path begins in the request's.
    pub(super) path_at: usize,
}

impl CalledUrl {
    /// The function behind a URL, if there is one. `region` is the one in the host, if the request is by host.
    pub(super) fn find(state: &State, id: &str, region: Option<&str>, path_at: usize) -> Option<Self> {
        let function = state.function_by_url(id)?;
        let url = function.url.as_ref()?;
        if region.is_some_and(|region| region != function.region) {
            return None;
        }
        let (auth_type, invoke_mode) = (url.auth_type, url.invoke_mode);
        Some(Self { function: Arc::clone(function), auth_type, invoke_mode, path_at })
    }

    /// Whether CORS allows pages of this origin.
    pub(super) fn allows(&self, origin: &HeaderValue) -> bool {
        self.url().and_then(|url| url.cors.as_ref()).is_some_and(|cors| cors.allows(origin))
    }

    fn url(&self) -> Option<&UrlConfig> {
        self.function.url.as_ref()
    }

    /// The path that the function gets.
    fn path<'a>(&self, call: &'a Call) -> &'a str {
        call.path.get(self.path_at..).filter(|path| !path.is_empty()).unwrap_or("/")
    }

    /// The CORS configuration and the request's origin, if there are both.
    fn cors<'a>(&'a self, call: &'a Call) -> Option<(&'a Cors, &'a HeaderValue)> {
        self.url()?.cors.as_ref().zip(call.headers.get(ORIGIN))
    }
}

/// The response to a URL that doesn't exist.
pub(super) fn unknown() -> Reply {
    Reply::error(403, DENIED, Member::Upper, None)
}

/// Handles a request to a function URL.
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
    // An unsigned body is forwarded to a proxy as it arrives.
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
    let made = Accepted { cloud, called, call, who: who.as_deref(), trace_id: &trace_id }.run(unread).await;
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

/// A request that is allowed, and what runs it.
struct Accepted<'a> {
    cloud: &'a ServerContext,
    called: &'a CalledUrl,
    call: &'a Call,
    who: Option<&'a Authenticated>,
    /// The value of `X-Amzn-Trace-Id`.
    trace_id: &'a str,
}

impl Accepted<'_> {
    /// Runs the function. `unread` is a body that is forwarded as it arrives.
    async fn run(&self, unread: Option<ResponseBody>) -> Result<Response<ResponseBody>, InvocationError> {
        let Self { cloud, called, call, .. } = *self;
        let function = &called.function;
        let buffered = called.invoke_mode == InvokeMode::Buffered;
        let identity = self.who.map(identity);
        match &function.handler {
            // This handler doesn't read an event, so none is made.
            Handler::Builtin(Builtin::Hello) if buffered => {
                let mut response = Response::new(ResponseBody::of(builtin::HELLO));
                response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
                Ok(response)
            }
            Handler::Proxy { url } => {
                let body = unread.unwrap_or_else(|| ResponseBody::of(call.body.clone()));
                let client = &cloud.functions.client;
                let service = proxy::Service { url, timeout: function.timeout, client };
                service.forward(call, called.path(call), body, identity.as_ref()).await
            }
            Handler::Builtin(_) | Handler::Program { .. } | Handler::Runtime { .. } => {
                let (id, trace_id) = (call.id.clone(), self.trace_id.to_owned());
                let event = self.event(identity.as_ref());
                let invocation = Invocation::new(id, Arc::clone(function), event, trace_id);
                respond(cloud.functions.invoke(invocation).await?, buffered).await
            }
        }
    }

    fn event(&self, identity: Option<&Identity>) -> Bytes {
        let Self { cloud, called, call, trace_id, .. } = *self;
        let url_id = called.url().map_or("", |url| url.id.as_str());
        let domain = format!("{url_id}.lambda-url.{}.localhost", called.function.region);
        let input = EventInput {
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
        event(&input).into()
    }
}

/// A payload is parsed in buffered mode only; the content type of a stream says what it is.
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

/// The caller, if it is allowed; `None` if the URL needs no signature.
///
/// # Errors
/// The response to a request that isn't allowed.
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
        // Only statements of the resource policy about everybody apply.
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

/// The caller, as events and proxied services get it.
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

/// The response to a refused signature.
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

/// The response to any error of the function.
fn failed() -> Response<ResponseBody> {
    let mut response = Response::new(ResponseBody::of("Internal Server Error"));
    *response.status_mut() = StatusCode::BAD_GATEWAY;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    response
}

fn trace_id(cloud: &ServerContext, now: SystemTime) -> String {
    let seconds = unix_seconds(now);
    let random = cloud.store.random.hex(20);
    let (root, parent) = random.split_at(24);
    format!("Root=1-{seconds:08x}-{root};Parent={parent};Sampled=0")
}

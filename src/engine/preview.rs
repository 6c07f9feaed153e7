//! What a send would do, computed after every edit.

use crate::core::convert::json_text;
use crate::core::credential::Credential;
use crate::core::endpoint;
use crate::core::exchange::{Field, Problem};
use crate::core::request::fields::AuthField;
use crate::core::request::{Auth, AuthKind, Body, BodyKind, PayloadMode, Request};
use crate::core::resolve::{Plan, PlanAuth, PlanBody, PlanSigning, Signer, resolve};
use crate::core::wire::final_url;

use super::credentials::CredentialState;
use super::signing::{Origin, SigningScope, host_of, signed_host};
use super::{Engine, Job};

/// What a send would do. `Debug` leaves out the URL, which may hold secrets.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Preview {
    /// The final URL, without a signature. It may hold secrets that stand in the URL or its rows.
    pub url: Option<String>,
    /// Who would sign; `None` where nobody does.
    pub signer: Option<PreviewSigner>,
    /// The region of the scope.
    pub region: Option<(String, Origin)>,
    /// The service of the scope.
    pub service: Option<(String, Origin)>,
    /// What keeps the request from being sent.
    pub problems: Vec<Problem>,
    /// What will probably go wrong.
    pub warnings: Vec<Problem>,
}

impl std::fmt::Debug for Preview {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Preview")
            .field("signer", &self.signer)
            .field("region", &self.region)
            .field("service", &self.service)
            .field("problems", &self.problems)
            .field("warnings", &self.warnings)
            .finish_non_exhaustive()
    }
}

/// Who would sign.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PreviewSigner {
    /// The identity's name; `None` for keys of the request itself.
    pub identity: Option<String>,
    /// Its credential as far as it is known, expired or not.
    pub credential: Option<Credential>,
    /// How that credential stands.
    pub state: CredentialState,
    /// Identifies how it is obtained, without a secret; it stays the same when it's renewed.
    pub chain: String,
    /// Why it couldn't be fetched or renewed the last time, if it couldn't.
    pub failure: Option<Problem>,
}

pub(super) fn preview(engine: &Engine, job: &Job) -> Preview {
    let mut preview = Preview { problems: job.blocked.clone(), ..Preview::default() };
    let context = job.context();
    let plan = match resolve(&light(&job.request), &context) {
        Ok(plan) => Some(plan),
        Err(problems) => {
            preview.problems.extend(problems);
            let unsigned = Auth { kind: AuthKind::None, ..Auth::default() };
            [bare(&job.request), Request { auth: unsigned, ..bare(&job.request) }]
                .iter()
                .find_map(|request| resolve(request, &context).ok())
        }
    };
    warn_of_json(&mut preview, &job.request.body);
    let Some(plan) = plan else { return preview };
    let url = match final_url(&plan) {
        Ok((url, _)) => url,
        Err(problem) => {
            preview.problems.push(problem);
            return preview;
        }
    };
    preview.url = Some(url.to_string());
    let author = plan.headers.iter().find(|(_, name, _)| name.eq_ignore_ascii_case("host"));
    let author = author.map(|(_, _, value)| value.as_str());
    if let PlanAuth::Sigv4(signing) = &plan.auth {
        let host = signed_host(signing, &url, author);
        let scope = SigningScope::of(&signing.settings, &host);
        preview.problems.extend(scope.problems(&host));
        preview.warnings.extend(scope.contradictions(&signing.settings));
        (preview.region, preview.service) = (scope.region, scope.service);
        preview.signer = Some(signer(engine, job, signing, &mut preview.problems));
        warn_of_signing(&mut preview, &plan, signing, url.scheme());
    } else if let Some(inferred) = endpoint::infer(&host_of(&url, author)) {
        let what = inferred.what;
        preview.service = Some((inferred.service.to_owned(), Origin::Inferred(what)));
        preview.region = inferred.region.map(|region| (region, Origin::Inferred(what)));
    }
    preview
}

/// The request without a body that holds no reference, so that a long one costs nothing.
fn light(request: &Request) -> Request {
    let texts = matches!(request.body.kind, BodyKind::Json | BodyKind::Text);
    let body = if texts && !request.body.may_refer() {
        Body { kind: request.body.kind, ..Body::default() }
    } else {
        request.body.clone()
    };
    Request { body, ..without_body(request) }
}

/// Everything but body and notes.
fn without_body(request: &Request) -> Request {
    Request {
        method: request.method.clone(),
        url: request.url.clone(),
        path: request.path.clone(),
        params: request.params.clone(),
        headers: request.headers.clone(),
        auth: request.auth.clone(),
        send: request.send.clone(),
        ..Request::default()
    }
}

/// URL and auth alone, to say what can be said where other fields are wrong.
fn bare(request: &Request) -> Request {
    let (url, path) = (request.url.clone(), request.path.clone());
    Request { url, path, auth: request.auth.clone(), ..Request::default() }
}

fn signer(engine: &Engine, job: &Job, signing: &PlanSigning, problems: &mut Vec<Problem>) -> PreviewSigner {
    let name = match &signing.signer {
        Signer::Inline(credential) => {
            let credential = Some(credential.clone());
            return PreviewSigner { credential, state: CredentialState::Ready, ..PreviewSigner::default() };
        }
        Signer::Identity(name) => name,
    };
    let identity = Some(name.clone());
    match engine.known_provider(name, job) {
        None => PreviewSigner { identity, ..PreviewSigner::default() },
        Some(Ok(provider)) => PreviewSigner {
            identity,
            credential: engine.credentials.peek(&provider, &*job.sessions),
            state: engine.credentials.state(&provider, &*job.sessions, engine.now()),
            chain: provider.key(provider.steps.len()).as_str().to_owned(),
            failure: engine.credentials.failure(&provider),
        },
        Some(Err(found)) => {
            problems.extend(found);
            PreviewSigner { identity, state: CredentialState::Failed, ..PreviewSigner::default() }
        }
    }
}

/// Invalid JSON is sent as it is, so that a server's error handling can be tested; it is rarely meant.
fn warn_of_json(preview: &mut Preview, body: &Body) {
    if body.kind == BodyKind::Json
        && let Some(problem) =
            if body.literal { json_text::plain_problem(&body.text) } else { json_text::problem(&body.text) }
    {
        preview.warnings.push(Problem::new(Field::Body, format!("the body isn't valid JSON: {problem}"), ""));
    }
}

fn warn_of_signing(preview: &mut Preview, plan: &Plan, signing: &PlanSigning, scheme: &str) {
    let mut warn = |field, message: &str, hint: &str| {
        preview.warnings.push(Problem::new(field, message, hint));
    };
    let credential = preview.signer.as_ref().and_then(|signer| signer.credential.as_ref());
    if credential.is_some_and(Credential::lacks_token) {
        warn(
            Field::Auth(AuthField::SessionToken),
            "a temporary access key (ASIA…) without its session token is rejected with 403",
            "Paste the session token that came with it.",
        );
    }
    let service = preview.service.as_ref().map(|(service, _)| service.as_str());
    let presigned_body = signing.in_query() && !matches!(plan.body, PlanBody::None);
    if service == Some("lambda") && (signing.settings.payload == PayloadMode::Unsigned || presigned_body) {
        warn(
            Field::Auth(AuthField::Payload),
            "Lambda doesn't accept an unsigned payload: it responds with 403",
            if presigned_body { "Sign in headers to send a body." } else { "Sign the payload." },
        );
    }
    let inferred = matches!(preview.service, Some((_, Origin::Inferred(_))));
    let aws =
        preview.url.as_deref().is_some_and(|url| url.contains(".amazonaws.com") || url.contains(".on.aws"));
    if scheme == "http" && inferred && aws {
        warn(
            Field::Url,
            "this AWS host is addressed over http, which most of them don't serve",
            "Write https://.",
        );
    }
}

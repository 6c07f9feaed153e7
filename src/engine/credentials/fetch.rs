//! One link of a chain: what is asked, of whom.
//!
//! Owns the questions that a step needs answered. Refuses to cache: its caller does.

use std::path::Path;
use std::time::SystemTime;

use tokio::time::Instant;

use crate::core::credential::{Credential, Secret};
use crate::core::exchange::{Field, Problem};
use crate::core::provider::{AssumeRole, Base, FederationToken, SessionToken, Step};
use crate::core::question::{Answer, Asked, Question};
use crate::io::credentials::container::Container;
use crate::io::credentials::get_session_token::GetSessionToken;
use crate::io::credentials::imds::Imds;
use crate::io::credentials::process::{self, Process};
use crate::io::credentials::role_cache::CachedRole;
use crate::io::credentials::web_identity::WebIdentity;
use crate::io::credentials::{CredentialError, assume_role, federation_token, mfa_process};
use crate::io::transport::Transport;

use super::{CredentialState, Fetch, Flight};
use crate::engine::login::{self, Session};

/// A link of a chain.
#[derive(Clone, Copy)]
pub(super) enum Link<'a> {
    /// Its start.
    Base(&'a Base),
    /// A step, and the credential that it uses.
    Step(&'a Step, &'a Credential),
}

/// Fetches one link.
pub(super) async fn link<E: From<Asked>>(
    link: Link<'_>,
    fetch: &Fetch<'_, E>,
    flight: &Flight<'_>,
) -> Result<Credential, Vec<Problem>> {
    match link {
        Link::Base(base) => start(base, fetch, flight).await,
        Link::Step(step, source) => {
            let code = code(step, fetch, flight).await?;
            flight.stage(CredentialState::Fetching);
            let session = match step {
                Step::SessionToken(step) => session_token(step, source, code.as_ref(), fetch).await,
                Step::FederationToken(step) => federation_token(step, source, fetch).await,
                Step::AssumeRole(step) => assume_role(step, source, code.as_ref(), fetch).await,
            }?;
            Ok(of_source(session, source))
        }
    }
}

/// A session that says whose keys asked for it.
pub(super) fn of_source(session: Credential, source: &Credential) -> Credential {
    let source = format!("{} of {}", session.source, source.source);
    Credential { source, ..session }
}

impl<E> Fetch<'_, E> {
    fn transport(&self) -> &Transport {
        &self.transport
    }

    /// The time that dates a signature.
    fn at(&self) -> SystemTime {
        self.engine.signing_time()
    }

    /// When all must be over, without the time that questions took.
    fn deadline(&self) -> Option<Instant> {
        self.reports.extended(self.deadline)
    }

    /// Asks, if anybody is there.
    pub(super) async fn ask(&self, question: Question, flight: &Flight<'_>) -> Answer
    where
        E: From<Asked>,
    {
        if !self.engine.attended {
            let (message, hint) =
                ("its credential has to be renewed first".to_owned(), "Renew it.".to_owned());
            return Answer::Declined { message, hint };
        }
        flight.stage(CredentialState::NeedsInput);
        self.reports.ask(question).await
    }

    /// Waits for a request, whose error is a problem of the identity.
    async fn done(
        &self,
        call: impl Future<Output = Result<Credential, CredentialError>>,
    ) -> Result<Credential, Vec<Problem>> {
        call.await.map_err(|error| problem(self, error.message, error.hint))
    }
}

/// A problem of the identity.
pub(super) fn problem<E>(
    fetch: &Fetch<'_, E>,
    message: impl Into<String>,
    hint: impl Into<String>,
) -> Vec<Problem> {
    vec![Problem::new(Field::Identity(fetch.identity.to_owned()), message, hint)]
}

/// The code of the step's MFA device, if it needs one.
async fn code<E: From<Asked>>(
    step: &Step,
    fetch: &Fetch<'_, E>,
    flight: &Flight<'_>,
) -> Result<Option<Secret>, Vec<Problem>> {
    if step.mfa_serial().is_empty() {
        return Ok(None);
    }
    if !step.needs_input() {
        let code = mfa_process::code(step.mfa_process(), step.identity(), fetch.deadline()).await;
        return code.map(Some).map_err(|error| problem(fetch, error.message, error.hint));
    }
    let question =
        Question::MfaCode { identity: step.identity().to_owned(), serial: step.mfa_serial().to_owned() };
    match fetch.ask(question, flight).await {
        Answer::MfaCode(code) => Ok(Some(code)),
        // The answer to another question.
        Answer::Renew | Answer::AsItIs | Answer::GoOn => {
            Err(problem(fetch, "its session needs an MFA code", ""))
        }
        Answer::Declined { message, hint } => Err(problem(fetch, message, hint)),
    }
}

async fn session_token<E: From<Asked>>(
    step: &SessionToken,
    source: &Credential,
    code: Option<&Secret>,
    fetch: &Fetch<'_, E>,
) -> Result<Credential, Vec<Problem>> {
    let call = GetSessionToken {
        source,
        duration_seconds: step.duration_seconds,
        endpoint: &step.endpoint,
        region: &step.region,
        mfa: code.map(|code| (step.mfa_serial.as_str(), code)),
    };
    fetch.done(call.call(fetch.transport(), fetch.at(), fetch.deadline())).await
}

async fn federation_token<E>(
    step: &FederationToken,
    source: &Credential,
    fetch: &Fetch<'_, E>,
) -> Result<Credential, Vec<Problem>> {
    let call = federation_token::FederationToken {
        source,
        name: &step.name,
        policy: &step.policy,
        tags: &step.tags,
        duration_seconds: step.duration_seconds,
        endpoint: &step.endpoint,
        region: &step.region,
    };
    fetch.done(call.call(fetch.transport(), fetch.at(), fetch.deadline())).await
}

async fn assume_role<E: From<Asked>>(
    step: &AssumeRole,
    source: &Credential,
    code: Option<&Secret>,
    fetch: &Fetch<'_, E>,
) -> Result<Credential, Vec<Problem>> {
    let (duration_seconds, clamped) = step.duration_with(source);
    let call = assume_role::AssumeRole {
        source,
        role_arn: &step.role_arn,
        session_name: &step.session_name,
        external_id: &step.external_id,
        policy: &step.policy,
        tags: &step.tags,
        transitive_tags: &step.transitive_tags,
        source_identity: &step.source_identity,
        duration_seconds,
        endpoint: &step.endpoint,
        region: &step.region,
        mfa: code.map(|code| (step.mfa_serial.as_str(), code)),
    };
    let role = fetch.done(call.call(fetch.transport(), fetch.at(), fetch.deadline())).await?;
    let source = if clamped { format!("{} (an hour, from a session)", role.source) } else { role.source };
    Ok(Credential { source, ..role })
}

/// The credential that the AWS CLI keeps for a role, if it serves at `at`.
pub(super) async fn cached_by_cli(step: &Step, at: SystemTime) -> Option<Credential> {
    let Step::AssumeRole(role) = step else { return None };
    let cache = role.cli_cache.as_ref()?;
    let known = CachedRole {
        role_arn: &role.role_arn,
        session_name: &role.session_name,
        external_id: &role.external_id,
        mfa_serial: &cache.mfa_serial,
        duration_seconds: role.duration_seconds,
    };
    known.read(&cache.folder, at).await
}

async fn start<E: From<Asked>>(
    base: &Base,
    fetch: &Fetch<'_, E>,
    flight: &Flight<'_>,
) -> Result<Credential, Vec<Problem>> {
    let user = (fetch.engine, fetch.reports, fetch.deadline);
    let asking = || flight.stage(CredentialState::NeedsLogin);
    let (transport, at, deadline) = (fetch.transport(), fetch.at(), fetch.deadline());
    match base {
        Base::Keys(keys) => Ok(keys.clone()),
        Base::WebIdentity(role) => {
            let call = WebIdentity {
                role_arn: &role.role_arn,
                session_name: &role.session_name,
                token_file: Path::new(&role.token_file),
                policy: "",
                duration_seconds: None,
                endpoint: &role.endpoint,
                region: &role.region,
            };
            fetch.done(call.call(transport, at, deadline)).await
        }
        Base::Container(container) => {
            let call = Container {
                relative_uri: &container.relative_uri,
                full_uri: &container.full_uri,
                token: &container.token,
                token_file: Path::new(&container.token_file),
            };
            fetch.done(call.call(transport, at, deadline)).await
        }
        Base::Imds(imds) => {
            let call = Imds { disabled: imds.disabled, endpoint: &imds.endpoint, mode: &imds.mode };
            fetch.done(call.call(transport, at, deadline)).await
        }
        Base::Process(process) => {
            let call = Process {
                key: "credential_process",
                command: &process.command,
                named_by: &process.named_by,
                time_limit: process::TIME_LIMIT,
            };
            let printed = fetch.done(call.call(at, deadline)).await?;
            let account_id = printed.account_id.or_else(|| process.account_id.clone());
            Ok(Credential { account_id, ..printed })
        }
        Base::Sso(found) => fetch.done(login::credential(Session::Sso(found), user, asking)).await,
        Base::Login(found) => fetch.done(login::credential(Session::SignIn(found), user, asking)).await,
    }
}

//! The life of one send.
//!
//! Owns the order of its steps. Refuses to keep what it reports.

use std::time::Duration;

use tokio::time::Instant;

use crate::core::credential::Credential;
use crate::core::exchange::{
    End, Event, Field, Head, NextRequest, Outcome, Problem, Redirect, Sent, Stage, Timing,
};
use crate::core::identity::IdentityKind;
use crate::core::resolve::{PlanAuth, PlanSigning, Signer, resolve};
use crate::core::wire::{WireRequest, wire};
use crate::io::credentials::get_session_token::parse_session;
use crate::io::transport::{Answer, BodyEnd, Failure, Receiver, Route};

use super::body_limit::{Admitted, BodyLimit};
use super::credentials::{Fetch, WhenExpired};
use super::departure::Departure;
use super::handle::Reports;
use super::outcome::Received;
use super::redirect::Followed;
use super::signing::Signing;
use super::{Engine, Job, load, local_cloud, redirect, trust};

/// A response of STS is a page; a longer one is not looked into.
const MAX_STS_RESPONSE: usize = 64 * 1024;

/// Sends, reports everything but the end, and gives the end.
pub(super) async fn run(engine: &Engine, job: &Job, reports: &Reports<Event>) -> End {
    let mut sending = Sending::new(engine, Some(job), reports);
    match sending.prepare(job).await {
        Ok(departure) => sending.hops(departure).await,
        Err(problems) => sending.end(Outcome::NotSent(problems), BodyEnd::default()),
    }
}

/// Prepares and signs as a send does, and gives what would leave.
pub(super) async fn dry_run(engine: &Engine, job: &Job, reports: &Reports<Event>) -> Event {
    let sending = Sending::new(engine, Some(job), reports);
    let left = match sending.prepare(job).await {
        Ok(departure) => departure.leave(engine.signing_time()).map(|(sent, _)| sent),
        Err(problems) => Err(problems),
    };
    match left {
        Ok(sent) => Event::Sent(Box::new(sent)),
        Err(problems) => Event::End(Box::new(sending.end(Outcome::NotSent(problems), BodyEnd::default()))),
    }
}

/// Sends a request that was made of a redirect: it leaves as it is.
pub(super) async fn follow(engine: &Engine, next: NextRequest, reports: &Reports<Event>) -> End {
    let NextRequest { wire, send, secrets, left_behind: _ } = next;
    let deadline = engine.deadline(send.timeout_seconds);
    let departure = Departure { wire, send, route: None, secrets, signing: None, deadline };
    Sending::new(engine, None, reports).hops(departure).await
}

/// One send that is under way.
struct Sending<'a> {
    engine: &'a Engine,
    /// `None` for a request that was made of a redirect.
    job: Option<&'a Job>,
    reports: &'a Reports<Event>,
    started: Instant,
    timing: Timing,
    /// The request that left last, for the diagnosis.
    sent: Option<Sent>,
}

impl<'a> Sending<'a> {
    fn new(engine: &'a Engine, job: Option<&'a Job>, reports: &'a Reports<Event>) -> Self {
        Self { engine, job, reports, started: Instant::now(), timing: Timing::default(), sent: None }
    }

    async fn report(&self, event: Event) {
        self.reports.report(event).await;
    }

    /// The time since the start, without what the user took to reply.
    fn took(&self) -> Duration {
        self.started.elapsed().saturating_sub(self.reports.asked().unwrap_or_default())
    }

    fn end(&self, outcome: Outcome, body: BodyEnd) -> End {
        let (total, asked) = (self.took(), self.reports.asked());
        log_end(&outcome, total, &body);
        End {
            timing: Timing { total, asked, ..self.timing },
            wire_bytes: body.wire_bytes,
            body_bytes: body.body_bytes,
            trailers: body.trailers,
            remarks: body.remarks,
            ..End::of(outcome)
        }
    }

    /// Everything that can go wrong before anything leaves.
    async fn prepare(&self, job: &Job) -> Result<Departure, Vec<Problem>> {
        if !job.blocked.is_empty() {
            return Err(job.blocked.clone());
        }
        trust::check(job)?;
        let plan = resolve(&job.request, &job.context())?;
        let deadline = self.engine.deadline(plan.send.timeout_seconds);
        let files = load::load(&plan, &job.root).await?;
        let wire = wire(&plan, files)?;
        let signing = match &plan.auth {
            PlanAuth::Sigv4(signing) => Some(self.signing(job, signing, &wire, deadline).await?),
            PlanAuth::None
            | PlanAuth::Bearer(_)
            | PlanAuth::Basic { .. }
            | PlanAuth::ApiKeyHeader { .. }
            | PlanAuth::ApiKeyQuery { .. } => None,
        };
        let deadline = self.reports.extended(deadline);
        let route = plan.connect_to.map(|to| Route::of(&wire.url, to));
        Ok(Departure { wire, send: plan.send, route, secrets: plan.secrets, signing, deadline })
    }

    /// Decides region, service and settings, and only then gets the credential: none is fetched for a
    /// signature that could not be made.
    async fn signing(
        &self,
        job: &Job,
        plan: &PlanSigning,
        wire: &WireRequest,
        deadline: Option<Instant>,
    ) -> Result<Signing, Vec<Problem>> {
        let settings = Signing::settings(plan, wire)?;
        match &plan.signer {
            Signer::Inline(credential) => Ok(Signing::new(None, credential.clone(), settings, plan)),
            Signer::Identity(name) => {
                let credential = self.credential(job, name, deadline).await?;
                Ok(Signing::new(Some(name.clone()), credential, settings, plan))
            }
        }
    }

    async fn credential(
        &self,
        job: &Job,
        name: &str,
        deadline: Option<Instant>,
    ) -> Result<Credential, Vec<Problem>> {
        let Self { engine, reports, .. } = *self;
        let provider = engine.provider(name, job).await?;
        if !engine.credentials.serves(&provider, &*job.sessions, engine.now()) {
            self.report(Event::Stage(Stage::Credential(name.to_owned()))).await;
        }
        let (sessions, expired) = (&job.sessions, WhenExpired::Asks);
        let transport = engine.transport.trusting(provider.ca_bundle.as_deref());
        let fetch = Fetch { identity: name, engine, sessions, reports, deadline, expired, transport };
        engine.credentials.get(&provider, &fetch).await
    }

    /// Sends, and follows redirects as far as that is allowed.
    async fn hops(&mut self, mut departure: Departure) -> End {
        let settings = self.engine.transport.settings();
        let follow = departure.send.follow_redirects.unwrap_or(settings.follow_redirects);
        let most = settings.max_redirects;
        let mut followed = 0;
        loop {
            let Answer { mut head, body } = match self.hop(&departure).await {
                Ok(answer) => answer,
                Err(outcome) => {
                    let outcome = if followed > 0 { after_a_redirect(outcome) } else { outcome };
                    return self.end(outcome, BodyEnd::default());
                }
            };
            head.timing.total = self.took();
            head.timing.asked = self.reports.asked();
            self.timing = head.timing;
            let from = &departure.wire.url;
            let Some(target) = redirect::target(&head, from).filter(|_| follow) else {
                return self.stream(&departure, head, body, Outcome::Answered).await;
            };
            let signed = departure.signing.is_some();
            let crosses = !redirect::same_origin(from, &target) && !settings.redirect_credentials;
            let rules = redirect::Rules {
                signed: signed && !crosses,
                credentials: settings.redirect_credentials,
                keep_post: &settings.keep_post,
                secrets: &departure.masked(),
            };
            let next = redirect::follow(departure.wire.clone(), head.status, target, &rules);
            let takes_body = !next.wire.body.is_empty() && !settings.redirect_body;
            if crosses && (signed || takes_body) {
                let next = Box::new(departure.unsigned(next));
                let outcome = Outcome::RedirectRefused { next, signed };
                return self.stream(&departure, head, body, outcome).await;
            }
            if followed >= most {
                let outcome = Outcome::Network(too_many(most));
                return self.stream(&departure, head, body, outcome).await;
            }
            let Followed { wire, left_behind } = next;
            self.report(Event::Redirected(Box::new(Redirect { head, left_behind }))).await;
            self.report(Event::Stage(Stage::Redirect(wire.url.to_string()))).await;
            departure.wire = wire;
            followed += 1;
        }
    }

    /// Signs, reports what leaves, and waits for the head of the response.
    async fn hop(&mut self, departure: &Departure) -> Result<Answer, Outcome> {
        let begun = Instant::now();
        let (sent, outgoing) = departure.leave(self.engine.signing_time()).map_err(Outcome::NotSent)?;
        let sign = sent.signing.is_some().then(|| begun.elapsed());
        tracing::debug!(
            method = %sent.method,
            host = departure.wire.url.host_str(),
            signed = sent.signing.is_some(),
            "request leaves"
        );
        self.sent = Some(sent.clone());
        self.report(Event::Sent(Box::new(sent))).await;
        let mut answer = self.engine.transport.exchange(outgoing, Some(self.reports.events.clone())).await;
        if let Ok(answer) = &mut answer {
            answer.head.timing.sign = sign;
        }
        answer.map_err(|failure| match failure {
            Failure::NotSent(problem) => Outcome::NotSent(vec![problem]),
            Failure::Network(problem) => Outcome::Network(problem),
        })
    }

    /// Streams head and body to the receiver. Returns `outcome_if_complete` unless the body is
    /// truncated.
    async fn stream(
        &mut self,
        departure: &Departure,
        head: Head,
        mut body: Receiver,
        outcome_if_complete: Outcome,
    ) -> End {
        tracing::debug!(status = head.status, "response begins");
        let mut session = may_hold_session(departure, &head).then(Vec::new);
        let service = departure.signing.as_ref().map(Signing::service);
        let why = local_cloud::question(&departure.wire.url, service, &head);
        let mut received = Received::new(&head);
        self.report(Event::Head(Box::new(head))).await;
        let mut limit = BodyLimit::new(self.engine.transport.settings().body_limit);
        let mut stopped_at = None;
        while stopped_at.is_none()
            && let Some(piece) = body.next().await
        {
            let piece = match limit.admit(piece, &mut body, self.reports).await {
                Admitted::Whole(piece) => piece,
                Admitted::Last(piece, at) => {
                    stopped_at = Some(at);
                    piece
                }
            };
            received.chunk(&piece);
            if let Some(text) = &mut session {
                text.extend_from_slice(&piece);
            }
            session = session.filter(|text| text.len() <= MAX_STS_RESPONSE);
            self.report(Event::Chunk(piece)).await;
        }
        let body = BodyEnd { body_bytes: limit.taken(), ..body.finish() };
        self.timing.download = Some(body.download);
        let outcome = match (stopped_at, &body.cut) {
            (Some(limit), _) => Outcome::BodyLimit(limit),
            (None, Some(why)) => Outcome::Cut(why.clone()),
            (None, None) => outcome_if_complete,
        };
        if let (Outcome::Answered, Some(text), Some(signing)) = (&outcome, session, &departure.signing) {
            self.adopt(signing, &text).await;
        }
        let mut end = self.end(outcome, body);
        let trace = match why {
            Some(question) => {
                local_cloud::ask(&self.engine.transport, question, departure.route.clone()).await
            }
            None => None,
        };
        end.verdicts = self.job.map(|job| received.verdicts(job)).unwrap_or_default();
        let identities = self.job.map_or(&[][..], |job| &job.identities);
        end.findings = received.findings(identities, self.sent.as_ref(), trace.as_ref(), self.engine.now());
        end
    }

    /// A session that its source asked for by hand becomes the credential of the identity that
    /// stands for such sessions.
    async fn adopt(&self, signing: &Signing, response: &[u8]) {
        let Some(session) = std::str::from_utf8(response).ok().and_then(parse_session) else { return };
        let (Some(signer), Some(job)) = (&signing.identity, self.job) else { return };
        let named = job.identities.iter().filter(|identity| {
            let is_session = matches!(identity.kind, IdentityKind::GetSessionToken { .. });
            is_session && identity.kind.source() == Some(signer)
        });
        for identity in named {
            let Ok(provider) = self.engine.provider(&identity.name, job).await else { continue };
            let kept = self.engine.credentials.keep(&provider, session.clone(), &job.sessions).await;
            let Some(kept) = kept else { continue };
            let identity = identity.name.to_string();
            self.report(Event::Adopted { identity, expires_at: kept.expires_at }).await;
        }
    }
}

/// Only a response of STS is looked into: what another service says mints nothing.
fn may_hold_session(departure: &Departure, head: &Head) -> bool {
    let by_identity = |signing: &Signing| signing.service() == "sts" && signing.identity.is_some();
    head.status == 200 && departure.signing.as_ref().is_some_and(by_identity)
}

/// A request that can't follow a redirect: the one before it was sent.
fn after_a_redirect(outcome: Outcome) -> Outcome {
    match outcome {
        Outcome::NotSent(problems) => {
            let why: Vec<String> = problems.into_iter().map(|problem| problem.message).collect();
            let message = format!("the redirect couldn't be followed: {}", why.join("; "));
            let hint = "The server chose where it leads; the request before it was sent.";
            Outcome::Network(Problem::new(Field::Request, message, hint))
        }
        Outcome::Answered
        | Outcome::Cut(_)
        | Outcome::BodyLimit(_)
        | Outcome::Network(_)
        | Outcome::RedirectRefused { .. }
        | Outcome::Cancelled => outcome,
    }
}

fn too_many(most: u32) -> Problem {
    Problem::new(
        Field::Request,
        format!("stopped after {most} redirects"),
        "This may be a redirect loop; the last response is shown.",
    )
}

/// Logs how a send ended. Problems of a request that wasn't sent may quote it, so they aren't logged.
fn log_end(outcome: &Outcome, total: Duration, body: &BodyEnd) {
    let (ms, bytes) = (total.as_millis(), body.body_bytes);
    match outcome {
        Outcome::Answered => tracing::info!(ms, bytes, "send ended: complete"),
        Outcome::Cut(why) => tracing::warn!(ms, bytes, why, "send ended: truncated"),
        Outcome::BodyLimit(limit) => tracing::warn!(ms, bytes, limit, "send ended: body limit"),
        Outcome::Network(problem) => tracing::warn!(ms, why = problem.message, "send ended: network"),
        Outcome::NotSent(problems) => tracing::info!(problems = problems.len(), "send ended: not sent"),
        Outcome::RedirectRefused { .. } => tracing::info!(ms, "send ended: redirect to another origin"),
        Outcome::Cancelled => tracing::info!(ms, "send ended: cancelled"),
    }
}

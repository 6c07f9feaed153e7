//! The life of one send.

use std::time::SystemTime;

use base64::Engine as _;
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::core::credential::{Credential, Secret};
use crate::core::exchange::{
    End, Field, Head, HeaderOrigin, Outcome, Problem, Progress, Sent, SentHeader, Stage, Timing,
};
use crate::core::resolve::{Plan, PlanAuth, PlanSigning, Signer, resolve};
use crate::core::sigv4;
use crate::core::wire::{WireRequest, wire};
use crate::io::transport::{Answer, BodyEnd, Failure, Outgoing};

use super::identity::{self, Mint, Prepared};
use super::outcome::Received;
use super::{Engine, Job, load, local_cloud, redirect, signing};

/// An answer of STS is a page; a longer one is not looked into.
const MAX_STS_RESPONSE: usize = 64 * 1024;

/// Sends, reports everything but the end, and gives the end.
pub(super) async fn run(engine: &Engine, job: &Job, progress: &mpsc::Sender<Progress>) -> End {
    let mut send =
        Send { engine, job, progress, started: Instant::now(), timing: Timing::default(), sent: None };
    match send.prepare().await {
        Ok(leaving) => send.hops(leaving).await,
        Err(problems) => send.end(Outcome::NotSent(problems), BodyEnd::default()),
    }
}

/// A request that is ready to leave, but for its signature, which is dated at the last moment.
struct Leaving {
    plan: Plan,
    wire: WireRequest,
    signer: Option<(PlanSigning, Credential)>,
    deadline: Option<Instant>,
}

impl Leaving {
    fn identity(&self) -> Option<&str> {
        match &self.signer.as_ref()?.0.signer {
            Signer::Identity(name) => Some(name),
            Signer::Inline(_) => None,
        }
    }
}

struct Send<'a> {
    engine: &'a Engine,
    job: &'a Job,
    progress: &'a mpsc::Sender<Progress>,
    started: Instant,
    timing: Timing,
    /// The request that left last, for the diagnosis.
    sent: Option<Sent>,
}

impl Send<'_> {
    async fn report(&self, progress: Progress) {
        // A receiver that is gone has cancelled; the task that runs this is dropped with it.
        let _ = self.progress.send(progress).await;
    }

    fn end(&self, outcome: Outcome, body: BodyEnd) -> End {
        End {
            timing: Timing { total: self.started.elapsed(), ..self.timing },
            wire_bytes: body.wire_bytes,
            body_bytes: body.body_bytes,
            trailers: body.trailers,
            remarks: body.remarks,
            ..End::of(outcome)
        }
    }

    /// Everything that can go wrong before anything leaves.
    async fn prepare(&self) -> Result<Leaving, Vec<Problem>> {
        if !self.job.blocked.is_empty() {
            return Err(self.job.blocked.clone());
        }
        let plan = resolve(&self.job.request, &self.job.context())?;
        let deadline = self.engine.deadline(plan.send.timeout_seconds);
        let files = load::load(&plan, &self.job.root).await?;
        let wire = wire(&plan, files)?;
        let signer = match &plan.auth {
            PlanAuth::Sigv4(signing) => {
                self.check_scope(signing, &wire)?;
                Some(((**signing).clone(), self.credential(&signing.signer, deadline).await?))
            }
            PlanAuth::None
            | PlanAuth::Bearer(_)
            | PlanAuth::Basic { .. }
            | PlanAuth::ApiKeyHeader { .. }
            | PlanAuth::ApiKeyQuery { .. } => None,
        };
        Ok(Leaving { plan, wire, signer, deadline })
    }

    /// Asks for no credential where the signature could not be made anyway.
    fn check_scope(&self, signing: &PlanSigning, wire: &WireRequest) -> Result<(), Vec<Problem>> {
        let host = signing::host_of_wire(wire);
        let problems = signing::Scope::of(&signing.settings, &host).problems(&host);
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }

    async fn credential(
        &self,
        signer: &Signer,
        deadline: Option<Instant>,
    ) -> Result<Credential, Vec<Problem>> {
        let name = match signer {
            Signer::Inline(credential) => return Ok(credential.clone()),
            Signer::Identity(name) => name,
        };
        match identity::prepare(name, self.job)? {
            Prepared::Keys(credential) => Ok(credential),
            Prepared::Mint(mint) => self.session(&mint, deadline).await,
        }
    }

    async fn session(&self, mint: &Mint, deadline: Option<Instant>) -> Result<Credential, Vec<Problem>> {
        let known = mint.known(&self.engine.minted, self.job);
        if let Some(known) = known.filter(|known| mint.accepts(known, self.engine.now())) {
            return Ok(known);
        }
        self.report(Progress::Stage(Stage::Credential(mint.key.identity.clone()))).await;
        mint.fetch(&self.engine.transport, &self.engine.minted, self.job, deadline).await
    }

    /// Sends, and follows redirects as far as that is allowed.
    async fn hops(&mut self, mut leaving: Leaving) -> End {
        let settings = self.engine.transport.settings();
        let follow = leaving.plan.send.follow_redirects.unwrap_or(settings.follow_redirects);
        let most = settings.max_redirects as usize;
        let mut passed: Vec<(u16, String)> = Vec::new();
        loop {
            let Answer { mut head, body } = match self.hop(&leaving).await {
                Ok(answer) => answer,
                Err(outcome) => return self.end(outcome, BodyEnd::default()),
            };
            head.redirects = passed.clone();
            head.timing.total = self.started.elapsed();
            self.timing = head.timing;
            let from = &leaving.wire.url;
            let Some(target) = redirect::target(&head, from).filter(|_| follow) else {
                return self.stream(&leaving, head, body, Outcome::Answered).await;
            };
            let signed = leaving.signer.is_some();
            if signed && !redirect::same_origin(from, &target) {
                let refused = Outcome::RedirectRefused { target: target.into() };
                return self.stream(&leaving, head, body, refused).await;
            }
            if passed.len() >= most {
                let outcome = Outcome::Network(too_many(most));
                return self.stream(&leaving, head, body, outcome).await;
            }
            passed.push((head.status, from.to_string()));
            self.report(Progress::Stage(Stage::Redirect(target.to_string()))).await;
            leaving.wire = redirect::follow(leaving.wire, head.status, target, signed);
        }
    }

    /// Signs, reports what leaves, and waits for the head of the answer.
    async fn hop(&mut self, leaving: &Leaving) -> Result<Answer, Outcome> {
        let (sent, outgoing) = depart(leaving).map_err(Outcome::NotSent)?;
        self.sent = Some(sent.clone());
        self.report(Progress::Sent(Box::new(sent))).await;
        let answer = self.engine.transport.exchange(outgoing, Some(self.progress.clone())).await;
        answer.map_err(|failure| match failure {
            Failure::NotSent(problem) => Outcome::NotSent(vec![problem]),
            Failure::Network(problem) => Outcome::Network(problem),
        })
    }

    /// Hands on head and body. `whole` is the outcome unless the body is cut.
    async fn stream(
        &mut self,
        leaving: &Leaving,
        head: Head,
        mut body: crate::io::transport::Receiver,
        whole: Outcome,
    ) -> End {
        let mut session = may_hold_session(leaving, &head).then(Vec::new);
        let service = signed_service(leaving);
        let why = local_cloud::question(&leaving.wire.url, service.as_deref(), &head);
        let mut received = Received::new(&head);
        self.report(Progress::Head(Box::new(head))).await;
        while let Some(piece) = body.next().await {
            received.chunk(&piece);
            if let Some(text) = &mut session {
                text.extend_from_slice(&piece);
            }
            session = session.filter(|text| text.len() <= MAX_STS_RESPONSE);
            self.report(Progress::Chunk(piece)).await;
        }
        let body = body.finish();
        self.timing.download = Some(body.download);
        let outcome = match &body.cut {
            Some(why) => Outcome::Cut(why.clone()),
            None => whole,
        };
        if let (Outcome::Answered, Some(text)) = (&outcome, session) {
            self.adopt(leaving, &text).await;
        }
        let mut end = self.end(outcome, body);
        let trace = match why {
            Some(question) => local_cloud::ask(&self.engine.transport, question).await,
            None => None,
        };
        end.verdicts = received.verdicts(self.job);
        end.findings = received.findings(self.job, self.sent.as_ref(), trace.as_ref(), self.engine.now());
        end
    }

    /// A session that its source asked for by hand becomes the credential of the identity that
    /// stands for such sessions.
    async fn adopt(&self, leaving: &Leaving, answer: &[u8]) {
        let Some(session) = std::str::from_utf8(answer).ok().and_then(identity::session) else { return };
        let Some(signer) = leaving.identity() else { return };
        for mint in identity::minted_from(signer, self.job) {
            let kept = mint.keep(session.clone(), &self.engine.minted, self.job).await;
            let identity = mint.key.identity.clone();
            self.report(Progress::Adopted { identity, expires_at: kept.expires_at }).await;
        }
    }
}

/// Only an answer to a request for STS is looked into: what another service says mints nothing.
fn may_hold_session(leaving: &Leaving, head: &Head) -> bool {
    let for_sts = signed_service(leaving).as_deref() == Some("sts");
    for_sts && head.status == 200 && leaving.identity().is_some()
}

/// The service of the credential scope.
fn signed_service(leaving: &Leaving) -> Option<String> {
    let (signing, _) = leaving.signer.as_ref()?;
    let scope = signing::Scope::of(&signing.settings, &signing::host_of_wire(&leaving.wire));
    Some(scope.service?.0)
}

fn too_many(most: usize) -> Problem {
    Problem::new(
        Field::Request,
        format!("stopped after {most} redirects"),
        "The server may be sending in a circle; the last answer is shown.",
    )
}

/// Gives a request its signature and takes down what leaves.
fn depart(leaving: &Leaving) -> Result<(Sent, Outgoing), Vec<Problem>> {
    let Leaving { plan, wire, signer, deadline } = leaving;
    let at = SystemTime::now();
    let mut url = wire.url.clone();
    let mut headers = wire.headers.clone();
    let mut record = None;
    if let Some((signing, credential)) = signer {
        let made = signing::sign(wire, &signing.settings, credential, leaving.identity(), at)?;
        headers.retain(|header| !made.signed.replaces(&header.name));
        let own = made.signed.headers.into_iter();
        headers.extend(own.map(|(name, value)| SentHeader { name, value, origin: HeaderOrigin::Auth }));
        url = made.signed.url;
        record = Some(made.record);
    }
    let sent_by_library = url.scheme() == "https";
    let outgoing = |headers: &[SentHeader]| Outgoing {
        method: wire.method.clone(),
        url: url.clone(),
        headers: headers.iter().map(|header| (header.name.clone(), header.value.clone())).collect(),
        body: wire.body.clone(),
        insecure: plan.send.insecure,
        deadline: *deadline,
    };
    // HTTP/2, which only TLS leads to, has no Host; the library adds it where it is needed.
    let early = sent_by_library.then(|| outgoing(&headers));
    if !headers.iter().any(|header| header.name.eq_ignore_ascii_case("host")) {
        let host = SentHeader {
            name: "host".into(),
            value: sigv4::host(&url).into_owned(),
            origin: HeaderOrigin::Default,
        };
        headers.insert(0, host);
    }
    let outgoing = early.unwrap_or_else(|| outgoing(&headers));
    let sent = Sent {
        method: wire.method.clone(),
        url: url.to_string(),
        secrets: secrets(leaving),
        headers,
        body_len: wire.body.len(),
        signing: record,
        at,
    };
    Ok((sent, outgoing))
}

/// Everything that must be masked where the request is shown.
fn secrets(leaving: &Leaving) -> Vec<Secret> {
    let mut secrets = leaving.plan.secrets.clone();
    if let Some((_, credential)) = &leaving.signer {
        secrets.push(credential.secret_key.clone());
        secrets.extend(credential.session_token.clone());
    }
    // A user name and a password are one word on the wire.
    for header in &leaving.wire.headers {
        if let Some(pair) =
            header.value.strip_prefix("Basic ").filter(|_| header.origin == HeaderOrigin::Auth)
        {
            secrets.push(Secret::new(pair));
            let decoded = base64::engine::general_purpose::STANDARD.decode(pair).unwrap_or_default();
            let decoded = String::from_utf8_lossy(&decoded);
            secrets.extend(decoded.split_once(':').map(|(_, password)| Secret::new(password)));
        }
    }
    secrets.retain(|secret| !secret.is_empty());
    secrets
}

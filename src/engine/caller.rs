//! Asking STS whose credential an identity has.
//!
//! Owns where STS is asked, for every front end. Refuses to ask without being told to.

use std::path::PathBuf;

use crate::core::aws::Aws;
use crate::core::caller_identity::{self, CallerIdentity};
use crate::core::exchange::{Event, Field, Outcome, Problem};
use crate::core::provider::Provider;
use crate::core::question::Answer;
use crate::core::request::Auth;

use super::{Command, Engine, Job};

/// A response of STS is a page; more than this is something else.
const MAX_RESPONSE: usize = 64 * 1024;

/// Why it isn't known whose credential it is.
pub(crate) enum CallerError {
    /// STS refused, or something else responded.
    Refused(Problem),
    /// Nothing was sent.
    NotSent(Vec<Problem>),
    /// The network failed.
    Network(Problem),
    /// It was cancelled.
    Cancelled,
}

impl CallerError {
    /// What is wrong.
    pub(crate) fn problems(self) -> Vec<Problem> {
        match self {
            Self::Refused(problem) | Self::Network(problem) => vec![problem],
            Self::NotSent(problems) => problems,
            Self::Cancelled => Vec::new(),
        }
    }
}

impl Engine {
    /// Sends GetCallerIdentity as an identity. Without an endpoint, that of the identity or profile is
    /// asked, else the regional one. Nobody is asked anything: a credential that needs a person is an
    /// error.
    pub(crate) async fn caller(
        &self,
        name: &str,
        job: &Job,
        endpoint: Option<&str>,
    ) -> Result<CallerIdentity, CallerError> {
        let store = self.aws.clone();
        let aws = tokio::task::spawn_blocking(move || store.read()).await.unwrap_or_default();
        let (configured, region) = sts(name, job, &aws);
        let endpoint = endpoint.unwrap_or(&configured);
        let request = caller_identity::request(name, endpoint, &region).ok_or_else(|| {
            let message = format!("`{region}` isn't a valid region");
            CallerError::NotSent(vec![problem(&message, "Use one such as us-east-1.")])
        })?;
        let job = Job { request, inherited_auth: Auth::default(), blocked: Vec::new(), ..job.clone() };
        let transport = self.transport.trusting(ca_bundle(name, &job, &aws).as_deref());
        let mut handle = Self { transport, ..self.unattended() }.open(job);
        let (mut status, mut body) = (0, Vec::new());
        while let Some(event) = handle.events.recv().await {
            match event {
                Event::Head(head) => status = head.status,
                Event::Chunk(bytes) if body.len() < MAX_RESPONSE => body.extend_from_slice(&bytes),
                Event::End(end) => return ended(&end.outcome, status, &String::from_utf8_lossy(&body)),
                Event::Ask(asked) => {
                    let (message, hint) = ("nobody is asked here".to_owned(), String::new());
                    let answer = Answer::Declined { message, hint };
                    // What asked may be over: then nobody needs the answer.
                    let _ = handle.commands.send(Command::Answer { id: asked.id, answer }).await;
                }
                Event::Chunk(_)
                | Event::Stage(_)
                | Event::Sent(_)
                | Event::Redirected(_)
                | Event::Adopted { .. } => {}
            }
        }
        // A bug, which has been reported as a panic.
        Err(CallerError::NotSent(Vec::new()))
    }
}

fn ended(outcome: &Outcome, status: u16, body: &str) -> Result<CallerIdentity, CallerError> {
    match outcome {
        Outcome::Answered => match caller_identity::parse(body).filter(|_| status == 200) {
            Some(caller) => Ok(caller),
            None => {
                let said = caller_identity::refusal(body).map_or(String::new(), |said| format!(": {said}"));
                let message = format!("STS responded to GetCallerIdentity with {status}{said}");
                Err(CallerError::Refused(problem(&message, "Check the credential and the endpoint.")))
            }
        },
        Outcome::NotSent(problems) => Err(CallerError::NotSent(problems.clone())),
        Outcome::Network(problem) => Err(CallerError::Network(problem.clone())),
        Outcome::Cut(why) => Err(CallerError::Network(problem(why, "Try again."))),
        Outcome::BodyLimit(_) | Outcome::RedirectRefused { .. } => {
            Err(CallerError::Refused(problem("the response isn't one of STS", "Check the endpoint.")))
        }
        Outcome::Cancelled => Err(CallerError::Cancelled),
    }
}

fn problem(message: &str, hint: &str) -> Problem {
    Problem::new(Field::Request, message, hint)
}

/// The authorities that the requests of this identity trust beside the others.
fn ca_bundle(name: &str, job: &Job, aws: &Aws) -> Option<PathBuf> {
    if !Provider::starts_at_aws(name, &job.identities) {
        return None;
    }
    Provider::build(name, &job.context(), aws).ok()?.ca_bundle
}

/// The endpoint, empty for the regional one, and the region of STS for this identity.
fn sts(name: &str, job: &Job, aws: &Aws) -> (String, String) {
    let declared = Provider::declared(name, &job.context());
    if let Some(step) = declared.steps.last() {
        return (step.endpoint().to_owned(), step.region().to_owned());
    }
    let section = job.aws_profile(name, aws).and_then(|profile| aws.files.profiles.get(&profile));
    let endpoint = aws.sts_endpoint(section).unwrap_or_default();
    (endpoint.to_owned(), aws.region(section).to_owned())
}

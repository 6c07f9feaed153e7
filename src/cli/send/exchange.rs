//! One send from the command line: its events, its retries, and what is written after it.

use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use super::args::SendArgs;
use super::cookies::Jar;
use super::ending::{exit, not_sent};
use super::print::Printer;
use super::retry::Retries;
use super::write_out::{Facts, Format, error_of};
use super::{Usage, body, prompt, request};
use crate::cli::exit::Exit;
use crate::core::exchange::{Event, Field, Head, Outcome, Problem};
use crate::core::question::{Answer, Asked};
use crate::engine::{Command, Engine, Job, Renewal, SendHandle};

/// What is gathered for the end.
pub(super) struct Extras<'a> {
    format: Option<Format>,
    jar: Option<Jar<'a>>,
    facts: Facts,
}

impl<'a> Extras<'a> {
    /// What the arguments ask for.
    pub(super) fn of(args: &'a SendArgs) -> Result<Self, Usage> {
        let format = match &args.output.write_out {
            None => None,
            Some(text) => Some(match text.strip_prefix('@') {
                Some(file) => Format::parse(&body::read_text(file)?)?,
                None => Format::parse(text)?,
            }),
        };
        let facts = Facts { url: args.target().to_owned(), ..Facts::default() };
        Ok(Self { format, jar: Jar::of(args)?, facts })
    }

    fn note(&mut self, event: &Event) {
        let url = self.facts.sent.as_ref().map_or("", |sent| sent.url.as_str());
        match event {
            Event::Sent(sent) => self.facts.sent = Some((**sent).clone()),
            Event::Redirected(redirect) => {
                if let Some(jar) = &mut self.jar {
                    jar.note(url, &redirect.head.headers);
                }
                self.facts.redirects += 1;
                self.facts.redirect = Some(redirect.head.clone());
            }
            Event::Head(head) => {
                if let Some(jar) = &mut self.jar {
                    jar.note(url, &head.headers);
                }
                self.facts.head = Some((**head).clone());
            }
            Event::End(end) => {
                self.facts.error = error_of(&end.outcome);
                self.facts.end = Some((**end).clone());
            }
            Event::Stage(_) | Event::Chunk(_) | Event::Adopted { .. } | Event::Ask(_) => {}
        }
    }

    /// Writes the cookies and the line about the exchange.
    fn finish(mut self, exit: Exit, printer: &mut Printer<'_>) -> Exit {
        if let Some((file, text)) = self.jar.as_ref().map(Jar::content)
            && let Err(error) = std::fs::write(file, text)
        {
            let message = format!("couldn't write the cookies to {}: {error}", file.display());
            printer.error(&message, "Check the folder and its permissions.");
        }
        if let Some(format) = &self.format {
            self.facts.exit = exit as u8;
            self.facts.file = printer.file().unwrap_or_default();
            let (out, err) = format.render(&self.facts);
            if let Err(exit) = printer.after(&out, &err) {
                return exit;
            }
        }
        exit
    }
}

/// How one attempt ended.
enum Attempt {
    Over(Exit),
    Again(Duration),
}

/// Sends, or says what would be sent.
pub(super) async fn send<'a>(
    args: &'a SendArgs,
    engine: &Engine,
    mut job: Job,
    mut extras: Extras<'a>,
    mut printer: Printer<'a>,
) -> Exit {
    engine.complete_region(&mut job, || engine.read_aws());
    for warning in warnings(engine, &job) {
        printer.warn(&warning);
    }
    if args.auth.renew
        && let Err(exit) = renew(args, engine, &job, &mut printer).await
    {
        return exit;
    }
    if args.output.dry_run {
        return cancellable(dry_run(args, engine.dry_run(job), &mut printer)).await;
    }
    let mut retries = Retries::new(args);
    let sending = async {
        loop {
            let handle = engine.open(job.clone());
            match attempt(args, handle, &mut printer, (&mut extras, &mut retries)).await {
                Attempt::Over(exit) => break exit,
                Attempt::Again(pause) => {
                    extras.facts.retries += 1;
                    let left = retries.left();
                    printer.remark(&format!("retrying in {} s ({left} more)", pause.as_secs_f64()));
                    tokio::time::sleep(pause).await;
                }
            }
        }
    };
    let exit = cancellable(sending).await;
    extras.finish(exit, &mut printer)
}

async fn cancellable(work: impl Future<Output = Exit>) -> Exit {
    tokio::select! {
        biased;
        _ = tokio::signal::ctrl_c() => Exit::Cancelled,
        exit = work => exit,
    }
}

async fn dry_run(args: &SendArgs, mut handle: SendHandle, printer: &mut Printer<'_>) -> Exit {
    while let Some(event) = handle.events.recv().await {
        match event {
            Event::Ask(asked) => reply(args, &handle.commands, asked).await,
            Event::Sent(sent) => return printer.dry_run(&sent).err().unwrap_or(Exit::Success),
            Event::End(end) => return exit(&end, printer),
            Event::Stage(_)
            | Event::Redirected(_)
            | Event::Head(_)
            | Event::Chunk(_)
            | Event::Adopted { .. } => {}
        }
    }
    // A bug, which has been reported as a panic.
    Exit::NotSent
}

/// One attempt. Of a response that is asked for once more, nothing is shown.
async fn attempt(
    args: &SendArgs,
    mut handle: SendHandle,
    printer: &mut Printer<'_>,
    (extras, retries): (&mut Extras<'_>, &mut Retries<'_>),
) -> Attempt {
    let mut pace = Pace::new(args.output.limit_rate);
    (extras.facts.head, extras.facts.redirects) = (None, 0);
    while let Some(event) = handle.events.recv().await {
        extras.note(&event);
        match &event {
            Event::Head(head) => {
                if let Some(pause) = retries.after_status(head) {
                    printer.remark(&transient(head));
                    return Attempt::Again(pause);
                }
            }
            Event::Chunk(bytes) => pace.wait(bytes.len()).await,
            Event::End(end) => {
                let method = extras.facts.sent.as_ref().map_or("", |sent| sent.method.as_str());
                if let Outcome::Network(problem) = &end.outcome
                    && extras.facts.head.is_none()
                    && let Some(pause) = retries.after_failure(method)
                {
                    printer.remark(&problem.message);
                    return Attempt::Again(pause);
                }
            }
            Event::Stage(_)
            | Event::Sent(_)
            | Event::Redirected(_)
            | Event::Adopted { .. }
            | Event::Ask(_) => {}
        }
        if let Event::Ask(asked) = event {
            reply(args, &handle.commands, asked).await;
            continue;
        }
        match printer.report(event) {
            Ok(None) => {}
            Ok(Some(end)) => return Attempt::Over(exit(&end, printer)),
            Err(exit) => return Attempt::Over(exit),
        }
    }
    // A bug, which has been reported as a panic.
    Attempt::Over(Exit::Network)
}

fn transient(head: &Head) -> String {
    format!("the response has status {}", head.status)
}

/// Holds a body to a number of bytes a second.
struct Pace {
    limit: Option<u64>,
    started: Instant,
    taken: u64,
}

impl Pace {
    fn new(limit: Option<u64>) -> Self {
        Self { limit: limit.filter(|limit| *limit > 0), started: Instant::now(), taken: 0 }
    }

    /// Waits until a piece is due; the socket waits with it.
    async fn wait(&mut self, len: usize) {
        let Some(limit) = self.limit else { return };
        self.taken += len as u64;
        let due = Duration::from_secs_f64(self.taken as f64 / limit as f64);
        tokio::time::sleep(due.saturating_sub(self.started.elapsed())).await;
    }
}

/// Answers a question of a send or a renewal.
async fn reply(args: &SendArgs, commands: &mpsc::Sender<Command>, asked: Asked) {
    let auth = &args.auth;
    let expired = match &auth.mfa_code {
        _ if auth.as_it_is => Some(Answer::AsItIs),
        // A code was given to be used.
        Some(_) => Some(Answer::Renew),
        None => None,
    };
    if let Some(answer) = prompt::answer(asked.question, auth.mfa_code.as_ref(), expired).await {
        // What asked may be over: then nobody needs the answer.
        let _ = commands.send(Command::Answer { id: asked.id, answer }).await;
    }
}

/// Puts a new session in place of the one that is kept.
async fn renew(args: &SendArgs, engine: &Engine, job: &Job, printer: &mut Printer<'_>) -> Result<(), Exit> {
    let Some(identity) = engine.preview(job).signer.and_then(|signer| signer.identity) else {
        printer.error("no session to renew: no identity signs this request", "Leave out --renew.");
        return Err(Exit::Usage);
    };
    let mut handle = engine.renew(&identity, job.clone());
    let renewing = async {
        while let Some(event) = handle.events.recv().await {
            match event {
                Renewal::Ask(asked) => reply(args, &handle.commands, asked).await,
                Renewal::Done(renewed) => return renewed,
            }
        }
        // A bug, which has been reported as a panic.
        Err(Vec::new())
    };
    let renewed = tokio::select! {
        biased;
        _ = tokio::signal::ctrl_c() => return Err(Exit::Cancelled),
        renewed = renewing => renewed,
    };
    renewed.map(drop).map_err(|problems| {
        problems.iter().for_each(|problem| printer.problem(problem));
        not_sent(&problems)
    })
}

fn warnings(engine: &Engine, job: &Job) -> Vec<Problem> {
    let preview = engine.preview(job);
    let mut warnings = preview.warnings;
    if let (None, Some((service, _))) = (&preview.signer, &preview.service)
        && preview.problems.is_empty()
        && !request::carries_authorization(&job.request)
    {
        warnings.push(Problem::new(
            Field::Request,
            format!("the host belongs to AWS ({service}), but the request isn't signed"),
            format!("Give --service {service}, or --identity NAME, to sign it."),
        ));
    }
    warnings
}

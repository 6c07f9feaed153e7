//! What is shown of a send, and where.

use std::io::{self, IsTerminal, Write};
use std::path::Path;

use super::{SendArgs, Usage, wording};
use crate::cli::exit::Exit;
use crate::cli::visible::VisibleStream;
use crate::core::exchange::{End, Event, Field, Head, Problem, Sent, Stage};
use crate::core::file_problem::FileProblem;
use crate::core::finding::Certainty;
use crate::core::mask::Mask;
use crate::core::units;
use crate::core::visible;
use crate::io::store::config_file::LoadedConfig;
use crate::io::store::output_file::OutputFile;

const RED: &str = "31";
const YELLOW: &str = "33";
const GREEN: &str = "32";
const DIM: &str = "2";

/// Says what is wrong with the arguments.
pub(super) fn usage(usage: &Usage, err: &mut dyn Write) -> Exit {
    let colour = colour(&io::stderr());
    // Where even this cannot be written, the exit code has to do.
    let _ = write_error(err, colour, &usage.message, &usage.hint);
    Exit::Usage
}

/// Says what is wrong with the configuration; where it is, the defaults count.
pub(super) fn config_problems(loaded: &LoadedConfig, err: &mut dyn Write) {
    let label = paint(colour(&io::stderr()), YELLOW, "warning:");
    let path = loaded.path.as_deref().unwrap_or(Path::new("")).display();
    for problem in &loaded.problems {
        let message = format!("{path}: line {}: {}", problem.line, problem.message);
        let _ = labelled(err, &label, &message, &problem.hint);
    }
}

/// Warns about what can't be used or isn't known in the request's file and its workspace's files.
pub(super) fn file_problems(problems: &[FileProblem], err: &mut dyn Write) {
    let label = paint(colour(&io::stderr()), YELLOW, "warning:");
    for problem in problems {
        let _ = labelled(err, &label, &problem.placed(), &problem.hint);
    }
}

/// Colour is for terminals, and for those who have not turned it off (<https://no-color.org>).
fn colour(stream: &impl IsTerminal) -> bool {
    stream.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

fn paint(colour: bool, code: &str, text: &str) -> String {
    if colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
}

fn write_error(err: &mut dyn Write, colour: bool, message: &str, hint: &str) -> io::Result<()> {
    labelled(err, &paint(colour, RED, "error:"), message, hint)
}

fn labelled(err: &mut dyn Write, label: &str, message: &str, hint: &str) -> io::Result<()> {
    writeln!(err, "{label} {}", visible::line(message))?;
    if hint.is_empty() { Ok(()) } else { writeln!(err, "  hint: {}", visible::line(hint)) }
}

/// Where the body goes.
enum Body<'a> {
    /// As it is.
    Raw(&'a mut dyn Write),
    /// To a terminal.
    Visible(&'a mut dyn Write, VisibleStream),
    /// Into a file.
    File(OutputFile, String),
}

/// Shows the reports of a send.
pub(super) struct Printer<'a> {
    args: &'a SendArgs,
    body: Option<Body<'a>>,
    err: &'a mut dyn Write,
    colour: bool,
    mask: Mask,
}

impl<'a> Printer<'a> {
    pub(super) fn new(args: &'a SendArgs, out: &'a mut dyn Write, err: &'a mut dyn Write) -> Self {
        let body = if io::stdout().is_terminal() {
            Body::Visible(out, VisibleStream::default())
        } else {
            Body::Raw(out)
        };
        let colour = colour(&io::stderr());
        let mask = if args.show_secrets { Mask::revealing() } else { Mask::new(&[]) };
        Self { args, body: Some(body), err, colour, mask }
    }

    pub(super) fn error(&mut self, message: &str, hint: &str) {
        let message = self.mask.text(message);
        let _ = write_error(self.err, self.colour, &message, hint);
    }

    pub(super) fn problem(&mut self, problem: &Problem) {
        self.error(&placed(problem), &wording::hint(problem));
    }

    pub(super) fn warn(&mut self, problem: &Problem) {
        if !self.args.silent {
            let label = paint(self.colour, YELLOW, "warning:");
            let _ = labelled(self.err, &label, &placed(problem), &wording::hint(problem));
        }
    }

    fn remark(&mut self, remark: &str) {
        if !self.args.silent {
            let label = paint(self.colour, YELLOW, "warning:");
            let _ = labelled(self.err, &label, &self.mask.text(remark), "");
        }
    }

    /// Shows one report. Gives the end when it is over, or the exit code where the output
    /// cannot be written any more.
    pub(super) fn report(&mut self, report: Event) -> Result<Option<Box<End>>, Exit> {
        match report {
            Event::Stage(stage) => self.stage(&stage),
            Event::Sent(sent) => self.sent(&sent),
            Event::Redirected(redirect) => {
                self.note_head(&redirect.head);
                if !redirect.left_behind.is_empty() {
                    let names = redirect.left_behind.join(", ");
                    self.note(&format!("* left behind, as the redirect leads to another origin: {names}"));
                }
            }
            Event::Head(head) => self.head(&head)?,
            Event::Chunk(bytes) => self.chunk(&bytes)?,
            Event::Adopted { identity, .. } => {
                self.note(&format!("* the session is now the credential of identity {identity}"));
            }
            // Answered before it gets here.
            Event::Ask(_) => {}
            Event::End(end) => {
                self.finish()?;
                self.end(&end);
                for remark in &end.remarks {
                    self.remark(remark);
                }
                self.explain(&end);
                return Ok(Some(end));
            }
        }
        Ok(None)
    }

    /// Says why a response is a refusal, and how to fix it, unless that is a mere possibility.
    fn explain(&mut self, end: &End) {
        let finding = end.findings.first().filter(|finding| finding.certainty >= Certainty::Likely);
        let Some(finding) = finding.filter(|_| !self.args.silent) else { return };
        let label = paint(self.colour, YELLOW, "why:");
        let cause = self.mask.text(&finding.cause);
        let hint = self.mask.text(&wording::finding_hint(finding));
        let _ = labelled(self.err, &label, &cause, &hint);
        for command in finding.commands() {
            self.note(&format!("* {}", self.mask.text(command)));
        }
    }

    /// A line of `--verbose`, whose secrets are masked already. What cannot be written to standard
    /// error is left out.
    fn note(&mut self, line: &str) {
        if self.args.verbose {
            let _ = writeln!(self.err, "{}", paint(self.colour, DIM, &visible::line(line)));
        }
    }

    fn stage(&mut self, stage: &Stage) {
        match stage {
            Stage::Credential(identity) => self.note(&format!("* fetching a credential for {identity}")),
            Stage::Redirect(target) => self.note(&format!("* redirected to {}", self.mask.url(target))),
            Stage::Connecting | Stage::Waiting => {}
        }
    }

    fn sent(&mut self, sent: &Sent) {
        if !self.args.show_secrets {
            self.mask = Mask::new(&sent.secrets);
        }
        if let Some(signing) = &sent.signing {
            let (region, service) = (&signing.region, &signing.service);
            self.note(&format!(
                "* signed with {} ({}) for {service} in {region}",
                signing.access_key, signing.source
            ));
        }
        self.note(&format!("> {} {}", sent.method, self.mask.url(&sent.url)));
        for header in &sent.headers {
            self.note(&format!("> {}: {}", header.name, self.mask.header(&header.name, &header.value)));
        }
        self.note(&format!("> ({} bytes)", sent.body_len));
    }

    fn note_head(&mut self, head: &Head) {
        self.note(&format!("< {}", status_line(head)));
        for (name, value) in &head.headers {
            self.note(&format!("< {name}: {}", self.mask.header(name, value)));
        }
    }

    fn head(&mut self, head: &Head) -> Result<(), Exit> {
        let line = status_line(head);
        self.note_head(head);
        if let Some(certificate) = &head.certificate {
            let verified = if certificate.verified { "verified" } else { "NOT verified" };
            self.note(&format!("* certificate of {}, {verified}", certificate.subject));
        }
        let shown = self.args.include || self.args.head;
        if head.status >= 400 && !shown && !self.args.verbose && !self.args.silent {
            let _ = writeln!(self.err, "{}", paint(self.colour, RED, &visible::line(&line)));
        }
        if let Some(path) = &self.args.output {
            let place = path.display().to_string();
            let file = OutputFile::create(path).map_err(|error| self.unwritable(&place, &error))?;
            self.body = Some(Body::File(file, place));
        }
        if shown {
            let colour = colour(&io::stdout()) && self.args.output.is_none();
            let code = if head.status < 400 { GREEN } else { RED };
            let mut text = format!("{}\n", paint(colour, code, &line));
            for (name, value) in &head.headers {
                text.push_str(&visible::line(&format!("{name}: {value}")));
                text.push('\n');
            }
            text.push('\n');
            self.write(|out| out.write_all(text.as_bytes()))?;
        }
        Ok(())
    }

    fn chunk(&mut self, bytes: &[u8]) -> Result<(), Exit> {
        if let Some(Body::Visible(out, stream)) = &mut self.body {
            let text = stream.piece(bytes);
            let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
            return written.map_err(|error| self.unwritable("standard output", &error));
        }
        self.write(|out| out.write_all(bytes).and_then(|()| out.flush()))
    }

    fn finish(&mut self) -> Result<(), Exit> {
        if let Some(Body::Visible(out, stream)) = &mut self.body {
            let rest = stream.end();
            let written = out.write_all(rest.as_bytes()).and_then(|()| out.flush());
            return written.map_err(|error| self.unwritable("standard output", &error));
        }
        match self.body.take() {
            Some(Body::File(file, place)) => file.keep().map_err(|error| self.unwritable(&place, &error)),
            body => {
                self.body = body;
                self.write(|out| out.flush())
            }
        }
    }

    /// Writes to where the body goes.
    fn write(&mut self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Exit> {
        let (result, place) = match &mut self.body {
            Some(Body::Raw(out) | Body::Visible(out, _)) => (write(out), "standard output".to_owned()),
            Some(Body::File(file, path)) => (write(file), path.clone()),
            None => return Ok(()),
        };
        result.map_err(|error| self.unwritable(&place, &error))
    }

    /// A reader that went away has what it wanted.
    fn unwritable(&mut self, place: &str, error: &io::Error) -> Exit {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Exit::Success;
        }
        self.error(&format!("couldn't write to {place}: {error}"), "Check the disk and the permissions.");
        Exit::Usage
    }

    fn end(&mut self, end: &End) {
        for (name, value) in &end.trailers {
            self.note(&format!("< {name}: {} (trailer)", self.mask.header(name, value)));
        }
        let timing = &end.timing;
        let phases = [
            ("resolve", timing.resolve),
            ("connect", timing.connect),
            ("first byte", timing.first_byte),
            ("download", timing.download),
            ("total", Some(timing.total)),
        ];
        let phases: Vec<_> = phases
            .iter()
            .filter_map(|(name, took)| Some(format!("{name} {}", units::duration((*took)?))))
            .collect();
        let sizes = if end.wire_bytes == end.body_bytes {
            format!("{} bytes", end.body_bytes)
        } else {
            format!("{} bytes, {} on the wire", end.body_bytes, end.wire_bytes)
        };
        self.note(&format!("* {sizes}; {}", phases.join(", ")));
    }
}

fn status_line(head: &Head) -> String {
    let reason = http::StatusCode::from_u16(head.status).ok().and_then(|status| status.canonical_reason());
    match reason {
        Some(reason) => format!("{} {} {reason}", head.protocol, head.status),
        None => format!("{} {}", head.protocol, head.status),
    }
}

/// The message with the field it belongs to.
fn placed(problem: &Problem) -> String {
    let place = match &problem.field {
        Field::Request | Field::Workspace => return problem.message.clone(),
        Field::Method => "method".to_owned(),
        Field::Url => "URL".to_owned(),
        Field::Param(index) => format!("query row {}", index + 1),
        Field::Header(index) => format!("header {}", index + 1),
        Field::Body => "body".to_owned(),
        Field::BodyRow(index) => format!("body row {}", index + 1),
        Field::Auth(field) => format!("auth {field}"),
        Field::Identity(name) => format!("identity {name}"),
    };
    format!("{place}: {}", problem.message)
}

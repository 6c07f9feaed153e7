//! What is shown of a send, and where.

use std::io::{self, IsTerminal, Write};

use super::args::SendArgs;
use super::dump::Dump;
use super::messages::{
    DIM, GREEN, RED, YELLOW, colour, labelled, paint, placed, raw_head, status_line, write_error,
};
use super::progress::Progress;
use super::sink::{Sink, Terminal, Unwritten};
use super::{Usage, output, wording};
use crate::cli::exit::Exit;
use crate::core::exchange::{End, Event, Head, Problem, Sent, Stage};
use crate::core::finding::Certainty;
use crate::core::mask::Mask;
use crate::core::units;
use crate::core::visible;

/// Shows the reports of a send.
pub(super) struct Printer<'a> {
    args: &'a SendArgs,
    sink: Sink<'a>,
    dump: Option<Dump>,
    progress: Option<Progress>,
    err: &'a mut dyn Write,
    colour: bool,
    mask: Mask,
    /// The URL that was sent first, which names the file of `-O`.
    first_url: Option<String>,
    content_type: Option<String>,
    /// The status is one of those that `--fail` shows no body for.
    failed: bool,
    /// The status of the response.
    status: String,
}

impl<'a> Printer<'a> {
    pub(super) fn new(args: &'a SendArgs, out: &'a mut dyn Write, err: &'a mut dyn Write) -> Self {
        // `-o -` asks for the bytes as they are.
        let sink = if io::stdout().is_terminal() && args.output.file.is_none() {
            Sink::Terminal(Terminal::new(out, colour(&io::stdout())))
        } else {
            Sink::Raw(out)
        };
        let mask = if args.output.show_secrets { Mask::revealing() } else { Mask::new(&[]) };
        Self {
            args,
            sink,
            dump: None,
            progress: None,
            err,
            colour: colour(&io::stderr()),
            mask,
            first_url: None,
            content_type: None,
            failed: false,
            status: String::new(),
        }
    }

    /// The status is one that `--fail` and `--fail-with-body` end with an error for.
    pub(super) fn failed(&self) -> bool {
        self.failed
    }

    /// Says why `--fail` ends with an error.
    pub(super) fn fail(&mut self) {
        let status = self.status.clone();
        self.error(&format!("the response has status {status}"), "");
    }

    /// The file that the body went into, if any.
    pub(super) fn file(&self) -> Option<String> {
        match &self.sink {
            Sink::File(_, path) => Some(path.display().to_string()),
            Sink::Raw(_) | Sink::Terminal(_) => None,
        }
    }

    /// Text for standard output, or where the body goes, and for standard error.
    pub(super) fn after(&mut self, out: &str, err: &str) -> Result<(), Exit> {
        let _ = self.err.write_all(err.as_bytes());
        match &mut self.sink {
            // The text is about the file, not in it.
            Sink::File(..) => {
                let written = io::stdout().write_all(out.as_bytes());
                written.map_err(|error| self.unwritable("standard output", &error))
            }
            Sink::Raw(_) | Sink::Terminal(_) => self.write(|sink| sink.text(out)),
        }
    }

    fn hides_errors(&self) -> bool {
        self.args.output.silent && !self.args.output.show_error
    }

    pub(super) fn usage(&mut self, usage: &Usage) -> Exit {
        self.error(&usage.message, &usage.hint);
        Exit::Usage
    }

    pub(super) fn error(&mut self, message: &str, hint: &str) {
        if self.hides_errors() {
            return;
        }
        let message = self.mask.text(message);
        let _ = write_error(self.err, self.colour, &message, hint);
    }

    pub(super) fn problem(&mut self, problem: &Problem) {
        self.error(&placed(problem), &wording::hint(problem));
    }

    pub(super) fn warn(&mut self, problem: &Problem) {
        if !self.args.output.silent {
            let label = paint(self.colour, YELLOW, "warning:");
            let _ = labelled(self.err, &label, &placed(problem), &wording::hint(problem));
        }
    }

    pub(super) fn remark(&mut self, remark: &str) {
        if !self.args.output.silent {
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
                self.show_head(&redirect.head)?;
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
        let Some(finding) = finding.filter(|_| !self.args.output.silent) else { return };
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
        if self.args.output.verbose {
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
        self.first_url.get_or_insert_with(|| sent.url.clone());
        self.request_lines(sent).iter().for_each(|line| self.note(line));
    }

    /// The request in lines, with its secrets masked unless they are asked for.
    pub(super) fn request_lines(&mut self, sent: &Sent) -> Vec<String> {
        if !self.args.output.show_secrets {
            self.mask = Mask::new(&sent.secrets);
        }
        let mut lines = Vec::new();
        if let Some(signing) = &sent.signing {
            let (region, service) = (&signing.region, &signing.service);
            let (key, source) = (&signing.access_key, &signing.source);
            let as_host = signing.signed_for.as_ref();
            let as_host =
                as_host.map_or(String::new(), |url| format!(", as {}", self.mask.url(url.as_str())));
            lines.push(format!("* signed with {key} ({source}) for {service} in {region}{as_host}"));
        }
        lines.push(format!("> {} {}", sent.method, self.mask.url(&sent.url)));
        let shown = |name: &str, value: &str| format!("> {name}: {}", self.mask.header(name, value));
        lines.extend(sent.headers.iter().map(|header| shown(&header.name, &header.value)));
        lines.push(format!("> ({} bytes)", sent.body_len));
        lines
    }

    /// Prints the request that would be sent.
    pub(super) fn dry_run(&mut self, sent: &Sent) -> Result<(), Exit> {
        let lines = self.request_lines(sent);
        let text: String = lines.iter().map(|line| format!("{}\n", visible::line(line))).collect();
        self.write(|sink| sink.text(&text))
    }

    fn note_head(&mut self, head: &Head) {
        self.note(&format!("< {}", status_line(head)));
        for (name, value) in &head.headers {
            self.note(&format!("< {name}: {}", self.mask.header(name, value)));
        }
    }

    fn head(&mut self, head: &Head) -> Result<(), Exit> {
        if let Some(certificate) = &head.certificate {
            let verified = if certificate.verified { "verified" } else { "NOT verified" };
            self.note(&format!("* certificate of {}, {verified}", certificate.subject));
        }
        let output = &self.args.output;
        self.failed = head.status >= 400 && (output.fail || output.fail_with_body);
        self.status = head.status.to_string();
        let shown = output.include || self.args.request.head;
        if head.status >= 400 && !shown && !self.failed && !output.verbose && !output.silent {
            let line = status_line(head);
            let _ = writeln!(self.err, "{}", paint(self.colour, RED, &visible::line(&line)));
        }
        if !(self.failed && output.fail) {
            let url = self.first_url.as_deref().unwrap_or_default();
            match output::open(self.args, url, head) {
                Ok(Some((file, path))) => self.sink = Sink::File(Some(file), path),
                Ok(None) => {}
                Err(usage) => return Err(self.usage(&usage)),
            }
        }
        self.content_type = head.header("content-type").map(str::to_owned);
        let to_file = matches!(self.sink, Sink::File(..)) || output.progress_bar;
        let meter = to_file && !output.silent && !output.no_progress_meter && io::stderr().is_terminal();
        self.progress = meter.then(|| Progress::of(head));
        self.show_head(head)
    }

    /// A head, where it is asked for: among the verbose lines, before the body, and in a file.
    fn show_head(&mut self, head: &Head) -> Result<(), Exit> {
        self.note_head(head);
        if let Some(path) = &self.args.output.dump_header {
            let text = raw_head(head);
            if path.as_os_str() == "-" {
                self.write(|sink| sink.text(&text))?;
            } else {
                let written = Dump::append(&mut self.dump, path, &text);
                written.map_err(|error| self.unwritable(&path.display().to_string(), &error))?;
            }
        }
        if self.args.output.include || self.args.request.head {
            let colour = colour(&io::stdout()) && !matches!(self.sink, Sink::File(..));
            let code = if head.status < 400 { GREEN } else { RED };
            let mut text = format!("{}\n", paint(colour, code, &visible::line(&status_line(head))));
            for (name, value) in &head.headers {
                text.push_str(&visible::line(&format!("{name}: {value}")));
                text.push('\n');
            }
            text.push('\n');
            self.write(|sink| sink.text(&text))?;
        }
        Ok(())
    }

    fn chunk(&mut self, bytes: &[u8]) -> Result<(), Exit> {
        if self.failed && self.args.output.fail {
            return Ok(());
        }
        if let Some(progress) = &mut self.progress {
            progress.chunk(bytes.len(), self.err);
        }
        match self.sink.chunk(bytes, self.content_type.as_deref()) {
            Ok(()) => Ok(()),
            Err(Unwritten::Io(error)) => Err(self.unwritable(&self.sink.name(), &error)),
            Err(Unwritten::Binary) => {
                let hint = "Save it with `-o FILE`, or write it anyway with `-o -`.";
                self.error("the body is binary, and isn't written to a terminal", hint);
                Err(Exit::Usage)
            }
        }
    }

    fn finish(&mut self) -> Result<(), Exit> {
        if let Some(mut progress) = self.progress.take() {
            progress.end(self.err);
        }
        self.write(|sink| sink.finish())
    }

    /// Writes to where the body goes.
    fn write(&mut self, write: impl FnOnce(&mut Sink<'_>) -> io::Result<()>) -> Result<(), Exit> {
        write(&mut self.sink).map_err(|error| self.unwritable(&self.sink.name(), &error))
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
            ("asked", timing.asked),
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

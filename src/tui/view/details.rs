//! The tabs of the response that are lists of lines: headers, diagnosis, signature, timeline.
//!
//! Owns their words. Texts of servers are made safe here, and secrets are masked until the user
//! asks for them.

use std::time::Duration;

use ratatui::text::{Line, Span};

use crate::config::command::Command;
use crate::core::exchange::{Certificate, HeaderOrigin, Hop, Sent, Timing};
use crate::core::finding::{Certainty, Finding};
use crate::core::mask::Mask;
use crate::core::units;
use crate::core::visible;
use crate::tui::keymap;
use crate::tui::model::Model;
use crate::tui::model::response::{Exchange, ResponseTab};
use crate::tui::view::response::reason;
use crate::tui::view::style::Paint;
use crate::tui::view::text;
use crate::tui::wording;

/// Columns of a name before its value.
const NAME: usize = 18;

/// The lines of the shown tab.
pub(super) fn lines(
    model: &Model,
    exchange: &Exchange,
    paint: &Paint<'_>,
    columns: usize,
) -> Vec<Line<'static>> {
    match model.response_tab {
        ResponseTab::Body => Vec::new(),
        ResponseTab::Headers => headers(exchange, paint, columns),
        ResponseTab::Diagnosis => diagnosis(model, exchange, paint, columns),
        ResponseTab::Signature => signature(model, exchange, paint, columns),
        ResponseTab::Timeline => timeline(exchange, paint, columns),
    }
}

/// A name and a value, the value wrapped below itself.
fn pair(paint: &Paint<'_>, name: &str, value: &str, columns: usize) -> Vec<Line<'static>> {
    let name = text::safe(name);
    let indent = NAME.max(text::text_width(&name) + 2).min(columns / 2);
    let room = columns.saturating_sub(indent + 1).max(8);
    let value: Vec<String> = broken(value, room);
    let mut lines = Vec::new();
    for (i, part) in value.into_iter().enumerate() {
        let first = if i == 0 { format!(" {name}") } else { String::new() };
        let first = format!("{first:width$}", width = indent + 1);
        lines.push(Line::from(vec![Span::styled(first, paint.key()), Span::raw(part)]));
    }
    lines
}

/// A text broken at a number of columns, without regard to words: values are not prose.
fn broken(value: &str, columns: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for c in value.chars() {
        let c = visible::shown(c);
        if used + text::width(c) > columns {
            lines.push(String::new());
            used = 0;
        }
        used += text::width(c);
        if let Some(line) = lines.last_mut() {
            line.push(c);
        }
    }
    lines
}

fn heading(paint: &Paint<'_>, words: &str) -> Line<'static> {
    Line::styled(format!(" {words}"), paint.bold())
}

fn headers(exchange: &Exchange, paint: &Paint<'_>, columns: usize) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    if let Some(head) = &exchange.record.head {
        for (name, value) in &head.headers {
            lines.extend(pair(paint, name, value, columns));
        }
    }
    if let Some(end) = exchange.record.end().filter(|end| !end.trailers.is_empty()) {
        lines.push(Line::default());
        lines.push(heading(paint, "Trailers"));
        for (name, value) in &end.trailers {
            lines.extend(pair(paint, name, value, columns));
        }
    }
    lines
}

fn diagnosis(model: &Model, exchange: &Exchange, paint: &Paint<'_>, columns: usize) -> Vec<Line<'static>> {
    if exchange.record.findings().is_empty() {
        let words = match exchange.record.head.as_ref().map(|head| head.status) {
            None => "Nothing has come back yet.",
            Some(0..=399) => "No problems found.",
            Some(_) => "No known cause fits this response. Its body and headers say what the server says.",
        };
        return vec![Line::styled(format!(" {words}"), paint.dim())];
    }
    let mut lines = Vec::new();
    for finding in exchange.record.findings() {
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        lines.extend(finding_lines(model, finding, paint, columns));
    }
    lines
}

fn finding_lines(model: &Model, finding: &Finding, paint: &Paint<'_>, columns: usize) -> Vec<Line<'static>> {
    let (word, style) = match finding.certainty {
        Certainty::Certain => ("certain", paint.error()),
        Certainty::Likely => ("likely", paint.warning()),
        Certainty::Possible => ("possible", paint.dim()),
    };
    let room = columns.saturating_sub(10).max(10);
    let mut lines = Vec::new();
    let mut block = |label: &str, words: &str, look: ratatui::style::Style| {
        for (i, part) in text::wrap(words, room).into_iter().enumerate() {
            let label = if i == 0 { label } else { "" };
            lines.push(Line::from(vec![Span::styled(format!(" {label:8}"), look), Span::raw(part)]));
        }
    };
    block("cause", &finding.cause, style);
    block("hint", &wording::hint(model, finding), paint.success());
    for evidence in &finding.evidence {
        block("seen", evidence, paint.dim());
    }
    for command in finding.commands() {
        block("run", command, paint.accent());
    }
    let copy = keymap::says(model, Command::CopyBody, "copies");
    let about = format!("         {word} ({}); {copy}", finding.id.as_str());
    lines.push(Line::styled(about, paint.dim()));
    lines
}

/// How the request that this response answers was signed, and how it left.
fn signature(model: &Model, exchange: &Exchange, paint: &Paint<'_>, columns: usize) -> Vec<Line<'static>> {
    let Some(sent) = &exchange.record.sent else {
        return vec![Line::styled(" Nothing was sent.", paint.dim())];
    };
    let mask = (!model.revealed).then(|| Mask::new(&sent.secrets));
    let mut lines = Vec::new();
    match &sent.signing {
        None => lines.push(Line::styled(" This request was not signed.", paint.warning())),
        Some(signing) => {
            let steps = &signing.steps;
            let who = signing.identity.clone().unwrap_or_else(|| "keys of the request".into());
            for (name, value) in [
                ("signed as", format!("{who}  {}  ({})", signing.access_key, signing.source)),
                ("algorithm", steps.algorithm.to_owned()),
                ("scope", steps.credential_scope.clone()),
                ("signed headers", steps.signed_headers.clone()),
                ("payload hash", steps.payload_hash.clone()),
                ("signature", steps.signature.clone()),
            ] {
                lines.extend(pair(paint, name, &value, columns));
            }
            let canonical = mask.as_ref().map(|mask| mask.canonical_request(&steps.canonical_request));
            let canonical = canonical.as_ref().unwrap_or(&steps.canonical_request);
            for (title, value) in
                [("Canonical request", canonical), ("String to sign", &steps.string_to_sign)]
            {
                lines.push(Line::default());
                lines.push(heading(paint, title));
                lines.extend(block(value, columns));
            }
        }
    }
    lines.push(Line::default());
    lines.push(heading(paint, "As it left"));
    lines.extend(request_lines(sent, paint, columns, mask.as_ref()));
    lines
}

fn block(value: &str, columns: usize) -> Vec<Line<'static>> {
    value
        .split('\n')
        .flat_map(|line| broken(line, columns.saturating_sub(3).max(8)))
        .map(|line| Line::from(format!("  {line}")))
        .collect()
}

fn request_lines(sent: &Sent, paint: &Paint<'_>, columns: usize, mask: Option<&Mask>) -> Vec<Line<'static>> {
    let url = mask.map_or_else(|| sent.url.clone(), |mask| mask.url(&sent.url));
    let mut lines = block(&format!("{} {url}", sent.method), columns);
    for header in &sent.headers {
        let value =
            mask.map_or_else(|| header.value.clone(), |mask| mask.header(&header.name, &header.value));
        let row = pair(paint, &format!(" {}", header.name), &value, columns);
        lines.extend(row.into_iter().map(|line| match header.origin {
            HeaderOrigin::Default => line.style(paint.dim()),
            HeaderOrigin::Author | HeaderOrigin::Auth => line,
        }));
    }
    lines.push(Line::styled(format!("  body: {}", units::bytes(sent.body_len)), paint.dim()));
    lines
}

fn timeline(exchange: &Exchange, paint: &Paint<'_>, columns: usize) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    let Some(timing) =
        exchange.record.end().map(|end| end.timing).or(exchange.record.head.as_ref().map(|h| h.timing))
    else {
        return vec![Line::styled(" Nothing has come back yet.", paint.dim())];
    };
    lines.extend(phases(&timing, paint, columns));
    lines.push(Line::default());
    if let Some(end) = exchange.record.end() {
        lines.extend(pair(paint, "body", &units::bytes(end.body_bytes), columns));
        lines.extend(pair(paint, "on the wire", &units::bytes(end.wire_bytes), columns));
    }
    if let Some(head) = &exchange.record.head {
        lines.extend(pair(paint, "protocol", &head.protocol, columns));
        if let Some(remote) = head.remote {
            lines.extend(pair(paint, "remote", &remote.to_string(), columns));
        }
        for Hop { sent, head } in &exchange.record.redirects {
            let url = Mask::new(&sent.secrets).url(&sent.url);
            let words = format!("{} {} from {url}", head.status, reason(head.status));
            lines.extend(pair(paint, "redirect", &words, columns));
        }
        if let Some(certificate) = &head.certificate {
            lines.push(Line::default());
            lines.extend(certificate_lines(certificate, paint, columns));
        }
    }
    lines
}

/// One bar a phase, as long as its part of the whole.
fn phases(timing: &Timing, paint: &Paint<'_>, columns: usize) -> Vec<Line<'static>> {
    let room = columns.saturating_sub(34).clamp(4, 60);
    let total = timing.total.max(Duration::from_micros(1));
    let mut before = Duration::ZERO;
    let mut lines = Vec::new();
    for (name, time) in [
        ("resolve", timing.resolve),
        ("connect", timing.connect),
        ("first byte", timing.first_byte),
        ("download", timing.download),
    ] {
        let Some(time) = time else {
            lines.push(Line::styled(format!(" {name:12}          -"), paint.dim()));
            continue;
        };
        let cells = |t: Duration| {
            let share = (t.as_secs_f64() / total.as_secs_f64()).min(1.0);
            // At most `room`, which is at most 60.
            (share * room as f64).round() as usize
        };
        let start = cells(before).min(room.saturating_sub(1));
        let len = cells(time).clamp(1, room - start);
        before += time;
        lines.push(Line::from(vec![
            Span::styled(format!(" {name:12}"), paint.key()),
            Span::raw(format!("{:>10}  ", units::duration(time))),
            Span::raw(" ".repeat(start)),
            Span::styled("█".repeat(len), paint.accent()),
        ]));
    }
    lines.push(Line::from(vec![
        Span::styled(format!(" {:12}", "total"), paint.key()),
        Span::styled(format!("{:>10}", units::duration(timing.total)), paint.bold()),
    ]));
    lines
}

fn certificate_lines(certificate: &Certificate, paint: &Paint<'_>, columns: usize) -> Vec<Line<'static>> {
    let mut lines = vec![heading(paint, "Certificate")];
    if !certificate.verified {
        lines.push(Line::styled(" NOT verified: anyone could have answered", paint.error()));
    }
    let until = time::OffsetDateTime::from(certificate.not_after).date();
    for (name, value) in [
        ("subject", certificate.subject.clone()),
        ("issuer", certificate.issuer.clone()),
        ("names", certificate.names.join(", ")),
        ("valid until", until.to_string()),
    ] {
        lines.extend(pair(paint, name, &value, columns));
    }
    lines
}

/// The lines of the shown tab as plain text.
pub(crate) fn as_text(model: &Model, paint: &Paint<'_>) -> String {
    let Some(exchange) = model.exchange() else { return String::new() };
    let lines = lines(model, exchange, paint, 2000);
    lines.iter().map(|line| format!("{}\n", line.to_string().trim())).collect()
}

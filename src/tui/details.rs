//! The lines of the response's headers, diagnosis, signature and timeline.
//!
//! Owns their wording. Makes the server's text safe, and masks secrets until the user reveals them.
//! Refuses to choose colours: a line names roles.

use std::time::Duration;

use crate::config::command::Command;
use crate::core::exchange::{Certificate, HeaderOrigin, Hop, Outcome, Sent, Timing};
use crate::core::finding::{Certainty, Finding};
use crate::core::mask::Mask;
use crate::core::units;
use crate::core::visible;
use crate::tui::keymap;
use crate::tui::model::Model;
use crate::tui::model::response::{Exchange, ResponseTab};
use crate::tui::text;
use crate::tui::text_line::{TextLine, TextRole, TextSpan};
use crate::tui::wording;

/// Columns of a name before its value.
const NAME: usize = 18;

/// The lines of the current tab.
pub(crate) fn lines(model: &Model, exchange: &Exchange, columns: usize) -> Vec<TextLine> {
    match model.response_tab {
        ResponseTab::Body => Vec::new(),
        ResponseTab::Headers => headers(exchange, columns),
        ResponseTab::Diagnosis => diagnosis(model, exchange, columns),
        ResponseTab::Signature => signature(model, exchange, columns),
        ResponseTab::Timeline => timeline(exchange, columns),
    }
}

/// A name and its value; further lines of the value are indented.
fn pair(name: &str, value: &str, columns: usize) -> Vec<TextLine> {
    let name = text::safe(name);
    let indent = NAME.max(text::text_width(&name) + 2).min(columns / 2);
    let room = columns.saturating_sub(indent + 1).max(8);
    let value: Vec<String> = broken(value, room);
    let mut lines = Vec::new();
    for (i, part) in value.into_iter().enumerate() {
        let first = if i == 0 { format!(" {name}") } else { String::new() };
        let first = format!("{first:width$}", width = indent + 1);
        lines.push(TextLine::from(vec![TextSpan::new(first, TextRole::Name), TextSpan::plain(part)]));
    }
    lines
}

/// Breaks after a space where there is one, else after a sign between words unless that leaves half of the
/// line empty, else anywhere: nothing of a value is left out.
fn broken(value: &str, columns: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for c in value.chars() {
        let c = visible::shown(c);
        let Some(line) = lines.last_mut() else { break };
        if used + text::width(c) > columns {
            let sign = line.rfind([';', ',', '/', '&']).filter(|at| at * 2 >= line.len());
            let word = line.rfind(' ').or(sign).map(|at| line.split_off(at + 1)).unwrap_or_default();
            used = text::text_width(&word);
            lines.push(word);
        }
        used += text::width(c);
        if let Some(line) = lines.last_mut() {
            line.push(c);
        }
    }
    lines
}

fn heading(words: &str) -> TextLine {
    TextLine::new(format!(" {words}"), TextRole::Heading)
}

fn headers(exchange: &Exchange, columns: usize) -> Vec<TextLine> {
    let mut lines = Vec::new();
    if let Some(head) = &exchange.record.head {
        for (name, value) in &head.headers {
            lines.extend(pair(name, value, columns));
        }
    }
    if let Some(end) = exchange.record.end().filter(|end| !end.trailers.is_empty()) {
        lines.push(TextLine::default());
        lines.push(heading("Trailers"));
        for (name, value) in &end.trailers {
            lines.extend(pair(name, value, columns));
        }
    }
    lines
}

fn diagnosis(model: &Model, exchange: &Exchange, columns: usize) -> Vec<TextLine> {
    if exchange.record.findings().is_empty() {
        return undiagnosed(exchange, columns);
    }
    let mut lines = Vec::new();
    for finding in exchange.record.findings() {
        if !lines.is_empty() {
            lines.push(TextLine::default());
        }
        lines.extend(finding_lines(model, finding, columns));
    }
    lines
}

/// What there is to say of an exchange without a finding.
fn undiagnosed(exchange: &Exchange, columns: usize) -> Vec<TextLine> {
    let words = match (exchange.record.outcome(), exchange.record.head.as_ref().map(|head| head.status)) {
        (Some(Outcome::Network(problem)), _) => {
            let hint = if problem.hint.is_empty() { NO_RESPONSE } else { &problem.hint };
            return failure(&problem.message, hint, columns);
        }
        (Some(Outcome::NotSent(problems)), _) => {
            let lines = problems.iter().map(|problem| failure(&problem.message, &problem.hint, columns));
            return lines.collect::<Vec<_>>().join(&TextLine::default());
        }
        (Some(Outcome::Cancelled), None) => "Cancelled before a response arrived.",
        (_, None) => "Nothing has come back yet.",
        (_, Some(0..=399)) => "No problems found.",
        (_, Some(_)) => "No known cause fits this response. Its body and headers say what the server says.",
    };
    vec![TextLine::new(format!(" {words}"), TextRole::Dim)]
}

/// Stands where a failure of the network has no hint.
const NO_RESPONSE: &str = "Check the URL's host and port, the network and the proxy.";

/// A problem that kept a response from coming, with its hint.
fn failure(cause: &str, hint: &str, columns: usize) -> Vec<TextLine> {
    let mut lines = labelled("cause", cause, TextRole::Bad, columns);
    if !hint.is_empty() {
        lines.extend(labelled("hint", hint, TextRole::Good, columns));
    }
    lines
}

/// Words behind a label, wrapped.
fn labelled(label: &str, words: &str, look: TextRole, columns: usize) -> Vec<TextLine> {
    let room = columns.saturating_sub(10).max(10);
    let line = |(i, part)| {
        let label = if i == 0 { label } else { "" };
        TextLine::from(vec![TextSpan::new(format!(" {label:8}"), look), TextSpan::plain(part)])
    };
    text::wrap(words, room).into_iter().enumerate().map(line).collect()
}

fn finding_lines(model: &Model, finding: &Finding, columns: usize) -> Vec<TextLine> {
    let (word, style) = match finding.certainty {
        Certainty::Certain => ("certain", TextRole::Bad),
        Certainty::Likely => ("likely", TextRole::Warning),
        Certainty::Possible => ("possible", TextRole::Dim),
    };
    let mut lines = labelled("cause", &finding.cause, style, columns);
    lines.extend(labelled("hint", &wording::hint(model, finding), TextRole::Good, columns));
    for evidence in &finding.evidence {
        lines.extend(labelled("seen", evidence, TextRole::Dim, columns));
    }
    for command in finding.commands() {
        lines.extend(labelled("run", command, TextRole::Accent, columns));
    }
    let copy = keymap::says(model, Command::CopyBody, "copies");
    let about = format!("         {word} ({}); {copy}", finding.id.as_str());
    lines.push(TextLine::new(about, TextRole::Dim));
    lines
}

/// How the request was signed, and how it was sent.
fn signature(model: &Model, exchange: &Exchange, columns: usize) -> Vec<TextLine> {
    let Some(sent) = &exchange.record.sent else {
        return vec![TextLine::new(" Nothing was sent.", TextRole::Dim)];
    };
    let mask = (!model.revealed).then(|| Mask::new(&sent.secrets));
    let mut lines = Vec::new();
    match &sent.signing {
        None => lines.push(TextLine::new(" This request was not signed.", TextRole::Warning)),
        Some(signing) => {
            let steps = &signing.steps;
            let who = signing.identity.clone().unwrap_or_else(|| "keys of the request".into());
            let mut rows = vec![
                ("signed as", format!("{who}  {}  ({})", signing.access_key, signing.source)),
                ("algorithm", steps.algorithm.to_owned()),
                ("scope", steps.credential_scope.clone()),
                ("signed headers", steps.signed_headers.clone()),
                ("payload hash", steps.payload_hash.clone()),
                ("signature", steps.signature.clone()),
            ];
            if let Some(url) = &signing.signed_for {
                let url = mask.as_ref().map_or_else(|| url.to_string(), |mask| mask.url(url.as_str()));
                rows.insert(1, ("signed for", format!("{url}  (sign_as; not the URL that was called)")));
            }
            for (name, value) in rows {
                lines.extend(pair(name, &value, columns));
            }
            let canonical = mask.as_ref().map(|mask| mask.canonical_request(&steps.canonical_request));
            let canonical = canonical.as_ref().unwrap_or(&steps.canonical_request);
            for (title, value) in
                [("Canonical request", canonical), ("String to sign", &steps.string_to_sign)]
            {
                lines.push(TextLine::default());
                lines.push(heading(title));
                lines.extend(block(value, columns));
            }
        }
    }
    lines.push(TextLine::default());
    lines.push(heading(match (exchange.record.left, exchange.record.is_under_way()) {
        (true, _) => "Request as sent",
        (false, true) => "Request, not sent yet",
        (false, false) => "Request, not sent: there was no connection",
    }));
    lines.extend(request_lines(sent, columns, mask.as_ref()));
    lines
}

fn block(value: &str, columns: usize) -> Vec<TextLine> {
    value
        .split('\n')
        .flat_map(|line| broken(line, columns.saturating_sub(5).max(8)).into_iter().enumerate())
        .map(|(row, line)| {
            let hang = if row == 0 { "" } else { "  " };
            TextLine::new(format!("  {hang}{line}"), TextRole::Plain)
        })
        .collect()
}

fn request_lines(sent: &Sent, columns: usize, mask: Option<&Mask>) -> Vec<TextLine> {
    let url = mask.map_or_else(|| sent.url.clone(), |mask| mask.url(&sent.url));
    let mut lines = block(&format!("{} {url}", sent.method), columns);
    for header in &sent.headers {
        let value =
            mask.map_or_else(|| header.value.clone(), |mask| mask.header(&header.name, &header.value));
        let row = pair(&format!(" {}", header.name), &value, columns);
        lines.extend(row.into_iter().map(|line| match header.origin {
            HeaderOrigin::Default => line.dimmed(),
            HeaderOrigin::Author | HeaderOrigin::Auth => line,
        }));
    }
    lines.push(TextLine::new(format!("  body: {}", units::bytes(sent.body_len)), TextRole::Dim));
    lines
}

fn timeline(exchange: &Exchange, columns: usize) -> Vec<TextLine> {
    let mut lines = Vec::new();
    let Some(timing) =
        exchange.record.end().map(|end| end.timing).or(exchange.record.head.as_ref().map(|h| h.timing))
    else {
        return vec![TextLine::new(" Nothing has come back yet.", TextRole::Dim)];
    };
    lines.extend(phases(&timing, columns));
    lines.push(TextLine::default());
    if let Some(end) = exchange.record.end() {
        lines.extend(pair("body", &units::bytes(end.body_bytes), columns));
        lines.extend(pair("on the wire", &units::bytes(end.wire_bytes), columns));
    }
    if let Some(head) = &exchange.record.head {
        lines.extend(pair("protocol", &head.protocol, columns));
        if let Some(remote) = head.remote {
            lines.extend(pair("remote", &remote.to_string(), columns));
        }
        for Hop { sent, redirect } in &exchange.record.redirects {
            let url = Mask::new(&sent.secrets).url(&sent.url);
            let status = redirect.head.status;
            lines.extend(pair("redirect", &format!("{status} {} from {url}", reason(status)), columns));
            if !redirect.left_behind.is_empty() {
                lines.extend(pair("left behind", &redirect.left_behind.join(", "), columns));
            }
        }
        if let Some(certificate) = &head.certificate {
            lines.push(TextLine::default());
            lines.extend(certificate_lines(certificate, columns));
        }
    }
    lines
}

/// One bar per phase, as long as its share of the total.
fn phases(timing: &Timing, columns: usize) -> Vec<TextLine> {
    let room = columns.saturating_sub(34).clamp(4, 60);
    let mut before = Duration::ZERO;
    let mut lines = Vec::new();
    let mut phase = |name: &str, time: Duration| {
        let start = cells(before, timing.total, room).min(room.saturating_sub(1));
        let len = cells(time, timing.total, room).clamp(1, room - start);
        before += time;
        lines.push(TextLine::from(vec![
            TextSpan::new(format!(" {name:12}"), TextRole::Name),
            TextSpan::plain(format!("{:>10}  ", units::duration(time))),
            TextSpan::plain(" ".repeat(start)),
            TextSpan::new("█".repeat(len), TextRole::Accent),
        ]));
    };
    let named = [
        ("sign", timing.sign),
        ("resolve", timing.resolve),
        ("connect", timing.connect),
        ("first byte", timing.first_byte),
        ("download", timing.download),
    ];
    for (name, time) in named {
        if let Some(time) = time {
            phase(name, time);
        }
    }
    // Neither happened, and yet something came: over the connection of an earlier send.
    if timing.resolve.is_none() && timing.connect.is_none() && timing.first_byte.is_some() {
        let kept = TextSpan::new("kept from an earlier send", TextRole::Dim);
        let name = TextSpan::new(format!(" {:12}   ", "connection"), TextRole::Name);
        lines.insert(usize::from(timing.sign.is_some()), TextLine::from(vec![name, kept]));
    }
    lines.push(TextLine::from(vec![
        TextSpan::new(format!(" {:12}", "total"), TextRole::Name),
        TextSpan::new(format!("{:>10}", units::duration(timing.total)), TextRole::Heading),
    ]));
    // It counts for nothing, so it has no bar.
    if let Some(asked) = timing.asked {
        lines.push(TextLine::from(vec![
            TextSpan::new(format!(" {:12}", "asked"), TextRole::Name),
            TextSpan::plain(format!("{:>10}", units::duration(asked))),
            TextSpan::new("  not in the total", TextRole::Dim),
        ]));
    }
    lines
}

/// The cells of `room` that a part of a whole takes.
fn cells(part: Duration, whole: Duration, room: usize) -> usize {
    let share = (part.as_secs_f64() / whole.as_secs_f64().max(1e-6)).min(1.0);
    // At most `room`, which is at most 60.
    (share * room as f64).round() as usize
}

fn certificate_lines(certificate: &Certificate, columns: usize) -> Vec<TextLine> {
    let mut lines = vec![heading("Certificate")];
    if !certificate.verified {
        lines.push(TextLine::new(" NOT verified: anyone could have answered", TextRole::Bad));
    }
    let until = time::OffsetDateTime::from(certificate.not_after).date();
    for (name, value) in [
        ("subject", certificate.subject.clone()),
        ("issuer", certificate.issuer.clone()),
        ("names", certificate.names.join(", ")),
        ("valid until", until.to_string()),
    ] {
        lines.extend(pair(name, &value, columns));
    }
    lines
}

/// The standard phrase of a status.
pub(crate) fn reason(status: u16) -> &'static str {
    http::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or("")
}

/// The number of lines of the current tab at this width; none for the body.
pub(crate) fn line_count(model: &Model, columns: usize) -> usize {
    model.exchange().map_or(0, |exchange| lines(model, exchange, columns).len())
}

/// The lines of the current tab as plain text, with secrets masked as on the screen.
pub(crate) fn as_text(model: &Model) -> String {
    /// Columns at which copied lines are wrapped.
    const COPIED: usize = 2000;
    let Some(exchange) = model.exchange() else { return String::new() };
    lines(model, exchange, COPIED).iter().map(|line| format!("{}\n", line.text().trim())).collect()
}

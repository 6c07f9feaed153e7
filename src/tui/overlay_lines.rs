//! The lines of overlays with text: help, texts, and both versions of a file in conflict.
//!
//! Owns their wording and how far they scroll. Refuses to choose colours: a line names roles.

use crate::config::command::Command;
use crate::core::convert::aws_keys::AwsKeys;
use crate::core::credential::Secret;
use crate::core::exchange::NextRequest;
use crate::core::names::RequestPath;
use crate::core::scope::Source;
use crate::core::trust;
use crate::core::units;
use crate::tui::keymap;
use crate::tui::model::Model;
use crate::tui::model::overlay::{Conflict, LoginQuestion, Overlay, TrustQuestion};
use crate::tui::text;
use crate::tui::text_line::{TextLine, TextRole, TextSpan};

/// Columns of a text overlay, including its border.
pub(crate) const TEXT: u16 = 84;

/// Columns inside the border of a text overlay.
fn columns(model: &Model) -> usize {
    usize::from(TEXT.min(model.size.0).saturating_sub(2))
}

/// The last line that the topmost overlay can start at without leaving space empty.
pub(crate) fn last_scroll(model: &Model) -> usize {
    let height = model.size.1;
    let (lines, room) = match model.overlays.last() {
        Some(Overlay::Help(_)) => (help(model).len(), height.saturating_sub(4)),
        Some(Overlay::Text { text, .. }) => (wrapped(model, text).len(), height.saturating_sub(4)),
        Some(Overlay::Conflict(conflict)) => {
            let diff = similar::TextDiff::from_lines(&conflict.theirs, &conflict.ours);
            (diff.iter_all_changes().count(), height.saturating_sub(8))
        }
        Some(Overlay::Trust(question)) => (trust(model, question).len(), height.saturating_sub(5)),
        Some(
            Overlay::Palette(_)
            | Overlay::Pick(_)
            | Overlay::Find(_)
            | Overlay::Ask(..)
            | Overlay::Confirm(_)
            | Overlay::Jump(_)
            | Overlay::Login(_),
        )
        | None => (0, 0),
    };
    lines.saturating_sub(usize::from(room))
}

/// Asks whether to delete these; the first few of many by name.
pub(crate) fn delete(model: &Model, paths: &[RequestPath]) -> String {
    const NAMED: usize = 6;
    if let [path] = paths {
        let undo = keymap::says(model, Command::Undo, "takes it back");
        return format!("Move {} to the trash? In the tree, {undo}.", text::safe(path));
    }
    let names: Vec<String> = paths.iter().take(NAMED).map(|path| text::safe(path)).collect();
    let more = match paths.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let undo = keymap::says(model, Command::Undo, "takes them back");
    format!("Move {} to the trash: {}{more}? In the tree, {undo}.", paths.len(), names.join(", "))
}

/// Asks whether to send in a production environment, and names what would be sent to where. The path
/// stays as it was written and the query is left out: either may hold a secret.
pub(crate) fn production(model: &Model, environment: &str) -> String {
    let words = format!("Send in the environment {}?", text::safe(environment));
    let Some(open) = model.shown() else { return words };
    let written = open.request.url.split(['?', '#']).next().unwrap_or_default();
    let method = if open.request.method.is_empty() { "GET" } else { &open.request.method };
    let sent = text::safe(&text::fit(&format!("{method} {written}"), 120));
    let leads_to = open.preview.url.as_deref().and_then(|url| url::Url::parse(url).ok());
    match leads_to.map(|url| url.origin().ascii_serialization()) {
        Some(origin) if !written.starts_with(&origin) => {
            format!("{words}\n{sent}\nto {}", text::safe(&text::fit(&origin, 120)))
        }
        Some(_) | None => format!("{words}\n{sent}"),
    }
}

/// Where a variable is declared, as it stands in a sentence.
pub(crate) fn with_article(source: &Source) -> String {
    match source {
        Source::ThisRun => source.to_string(),
        Source::CommandLine | Source::Environment(_) | Source::Folder(_) | Source::Workspace => {
            format!("the {source}")
        }
    }
}

/// A text, wrapped to fit.
pub(crate) fn wrapped(model: &Model, text: &str) -> Vec<TextLine> {
    text::wrap(text, columns(model)).into_iter().map(|line| TextLine::new(line, TextRole::Plain)).collect()
}

/// The keys of the focused pane first, then all others.
pub(crate) fn help(model: &Model) -> Vec<TextLine> {
    const KEYS: usize = 20;
    let room = columns(model).saturating_sub(KEYS + 1).max(10);
    let mut lines = Vec::new();
    for (title, rows) in keymap::help(model) {
        if !lines.is_empty() {
            lines.push(TextLine::default());
        }
        lines.push(TextLine::new(format!(" {title}"), TextRole::Heading));
        for (keys, doc) in rows {
            for (i, words) in text::wrap(doc, room).into_iter().enumerate() {
                let keys = if i == 0 { format!("  {keys}") } else { String::new() };
                let keys = TextSpan::new(format!("{keys:KEYS$}"), TextRole::Accent);
                lines.push(TextLine::from(vec![keys, TextSpan::plain(words)]));
            }
        }
    }
    lines
}

/// What a workspace wants to send, a group for each address.
pub(crate) fn trust(model: &Model, question: &TrustQuestion) -> Vec<TextLine> {
    let name = text::safe(&model.workspace.name);
    let said = format!(
        "{name} wasn't made on this machine, and its requests use values that are private to you. \
         Allow them to send"
    );
    let room = columns(model).saturating_sub(2).max(10);
    let plain = |line: String| TextLine::new(format!(" {line}"), TextRole::Plain);
    let mut lines: Vec<TextLine> = text::wrap(&said, room).into_iter().map(plain).collect();
    for (origin, reads) in trust::by_origin(&question.flows) {
        lines.push(TextLine::default());
        lines.push(TextLine::new(format!("  to {}", text::safe(origin)), TextRole::Heading));
        for read in reads {
            let wrapped = text::wrap(&text::safe(&read.to_string()), room.saturating_sub(4).max(10));
            lines.extend(wrapped.into_iter().map(|line| plain(format!("   {line}"))));
        }
    }
    lines.push(TextLine::default());
    let rest = if question.complete {
        "Anything else that it wants to send later is asked about again."
    } else {
        "Reading the other requests…"
    };
    lines.extend(text::wrap(rest, room).into_iter().map(|l| TextLine::new(format!(" {l}"), TextRole::Dim)));
    lines
}

/// Where to log in, until when, and the code that the page asks for.
pub(crate) fn login(model: &Model, login: &LoginQuestion) -> Vec<TextLine> {
    let room = columns(model).saturating_sub(2).max(10);
    let plain = |line: String| TextLine::new(format!(" {line}"), TextRole::Plain);
    let left = login.expires.duration_since(model.now).unwrap_or_default();
    let words = format!(
        "Nobody is logged in to {}. Log in within {}, and the request goes on.",
        text::safe(&login.session),
        units::span(left.as_secs().try_into().unwrap_or(i64::MAX))
    );
    let mut lines: Vec<TextLine> = text::wrap(&words, room).into_iter().map(plain).collect();
    if !login.code.is_empty() {
        lines.push(TextLine::default());
        let code = TextSpan::new(text::safe(&login.code), TextRole::Heading);
        lines.push(TextLine::from(vec![TextSpan::plain(" The page shows or asks for this code: "), code]));
    }
    lines.push(TextLine::default());
    lines.extend(text::wrap(&text::safe(&login.url), room).into_iter().map(plain));
    lines
}

/// What is asked before a redirect to another origin is followed: what goes along, and what stays.
pub(crate) fn redirect(next: &NextRequest, signed: bool) -> String {
    let kind = if signed { "signed request" } else { "request" };
    let mut words = format!("The {kind} was redirected to {} and stopped.", next.wire.url);
    let body = next.wire.body.len();
    if body > 0 {
        words.push_str(&format!("\nIts body ({}) would go along.", units::bytes(body)));
    }
    if !next.left_behind.is_empty() {
        words.push_str(&format!("\nLeft behind: {}.", next.left_behind.join(", ")));
    }
    words
}

/// The lines of both versions, each marked with whose it is.
pub(crate) fn conflict(conflict: &Conflict) -> Vec<TextLine> {
    similar::TextDiff::from_lines(&conflict.theirs, &conflict.ours)
        .iter_all_changes()
        .map(|change| {
            let (mark, role) = match change.tag() {
                similar::ChangeTag::Delete => ("- theirs ", TextRole::Bad),
                similar::ChangeTag::Insert => ("+ yours  ", TextRole::Good),
                similar::ChangeTag::Equal => ("         ", TextRole::Dim),
            };
            TextLine::new(format!("{mark}{}", text::safe(change.value().trim_end_matches('\n'))), role)
        })
        .collect()
}

/// Pasted AWS keys field by field, secrets masked, with where they go.
pub(crate) fn pasted_keys(keys: &AwsKeys) -> String {
    let masked = |secret: &Secret| format!("•••••••• ({} characters)", secret.expose().chars().count());
    let fields = [
        ("Access key", keys.access_key.clone()),
        ("Secret key", keys.secret_key.as_ref().map(masked)),
        ("Session token", keys.session_token.as_ref().map(masked)),
        ("Expires", keys.expiration.clone()),
        ("Region", keys.region.clone()),
    ];
    let mut lines: Vec<String> = fields
        .into_iter()
        .filter_map(|(label, value)| Some(format!("{label:14} {}", text::safe(&value?))))
        .collect();
    lines.push("They go to the Auth tab, the secrets to the private store.".to_owned());
    lines.join("\n")
}

//! The two lines at the bottom: who signs, and which keys work here.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::config::command::Command;
use crate::core::aws_identity::AwsIdentity;
use crate::core::caller_identity::CallerIdentity;
use crate::core::credential::Credential;
use crate::core::request::AuthKind;
use crate::engine::PreviewSigner;
use crate::tui::footer;
use crate::tui::keymap;
use crate::tui::model::open_request::OpenRequest;
use crate::tui::model::{Model, NoticeKind};
use crate::tui::text;
use crate::tui::view::style::Paint;
use crate::tui::view::{Canvas, credential};

/// Who signs the current request, for how long, and in which environment.
pub(super) fn draw_who(canvas: &mut Canvas<'_, '_>, area: Rect) {
    let (model, paint) = (canvas.model, canvas.paint);
    let right = environment(model, paint);
    let right_width = right.iter().map(|span| text::text_width(&span.content)).sum::<usize>();
    let room = usize::from(area.width).saturating_sub(right_width);
    let left = text::slice(who(model, paint, room), 0, room);
    canvas.frame.render_widget(Paragraph::new("").style(paint.text()), area);
    canvas.frame.render_widget(Line::from(left), area);
    let right_width = u16::try_from(right_width).unwrap_or(u16::MAX).min(area.width);
    let place = Rect { x: area.right() - right_width, width: right_width, ..area };
    canvas.frame.render_widget(Line::from(right), place);
}

/// Always the name and how its credential stands; the source and the key as far as there is room.
fn who(model: &Model, paint: &Paint<'_>, room: usize) -> Vec<Span<'static>> {
    let Some(open) = model.shown() else {
        let is_invalid = model.invalid_request().is_some();
        let words = if is_invalid { " the request's file is invalid" } else { " no request chosen" };
        return vec![Span::styled(words, paint.dim())];
    };
    let preview = &open.preview;
    let Some(signer) = &preview.signer else {
        return match model.unsigned_host().filter(|_| preview.problems.is_empty()) {
            Some((what, region)) => {
                let region = region.map(|region| format!(" in {region}")).unwrap_or_default();
                let sign = keymap::says(model, Command::IdentityPicker, "signs it");
                // The key stays where there is little room.
                let host = format!(" ○ unsigned: {what}{region}");
                let all = [format!("{host} wants a signature, {sign}"), format!("{host}, {sign}")];
                let fits = |words: &String| text::text_width(words) < room;
                let words = all.into_iter().find(fits).unwrap_or(format!(" ○ unsigned, {sign}"));
                vec![Span::styled(text::fit(&words, room.saturating_sub(1)), paint.warning())]
            }
            None => unsigned(open, paint),
        };
    };
    let mut spans = signer_spans(open, signer, room, paint);
    let is_broken = !preview.problems.is_empty();
    let used = width(&spans);
    let state = credential::state(model, signer, is_broken, room.saturating_sub(used), paint);
    if let Some(known) = &signer.credential {
        let caller = model.callers.of(signer);
        let room = room.saturating_sub(used + width(&state) + 1);
        spans.extend(details(signer, known, caller, room, paint));
    }
    spans.extend(state);
    spans
}

/// Who AWS says that it is, the key and the source of a credential; the key is left out first, then the
/// source.
fn details(
    signer: &PreviewSigner,
    credential: &Credential,
    caller: Option<&CallerIdentity>,
    room: usize,
    paint: &Paint<'_>,
) -> Vec<Span<'static>> {
    let caller = caller.and_then(|caller| {
        let whole = format!("  {} {}", caller.account, caller.resource());
        let fits = [whole, format!("  {}", caller.account)].map(|words| text::fit(&words, 64));
        fits.into_iter().find(|words| text::text_width(words) <= room)
    });
    let room = room.saturating_sub(caller.as_deref().map_or(0, text::text_width));
    let source = signer.identity.as_ref().map(|_| format!("  {}", text::fit(&credential.source, 60)));
    // What is cut off says less than nothing.
    let source = source.map(|source| text::fit(&source, room)).filter(|_| room >= LEAST_SOURCE);
    let key = format!("  {}", text::fit(&credential.access_key, 24));
    let taken = source.as_deref().map_or(0, text::text_width);
    let key = (taken + text::text_width(&key) <= room).then(|| Span::raw(key));
    let source = source.map(|source| Span::styled(source, paint.dim()));
    let caller = caller.map(|caller| Span::styled(caller, paint.text()));
    caller.into_iter().chain(key).chain(source).collect()
}

fn width(spans: &[Span<'_>]) -> usize {
    spans.iter().map(|span| text::text_width(&span.content)).sum()
}

/// Columns that a source needs to say anything.
const LEAST_SOURCE: usize = 14;

/// Columns that the time left may take.
const TIME_LEFT: usize = 20;

/// Who signs: the name, and that it's for this run if it is.
fn signer_spans(
    open: &OpenRequest,
    signer: &PreviewSigner,
    room: usize,
    paint: &Paint<'_>,
) -> Vec<Span<'static>> {
    let name = signer.identity.as_deref().unwrap_or("keys of this request");
    let (name, words) = match open.sign_as.as_ref().filter(|who| *who.name() == *name) {
        Some(AwsIdentity::Profile(profile)) => (profile.as_str(), "  AWS profile, this run"),
        Some(AwsIdentity::Environment | AwsIdentity::SsoRole(_)) => (name, "  this run"),
        None => (name, ""),
    };
    let name = format!(" ● {}", text::fit(name, 24));
    let fits = text::text_width(&name) + text::text_width(words) + TIME_LEFT <= room;
    let words = if fits || words.is_empty() { words } else { "  this run" };
    vec![Span::styled(name, paint.bold()), Span::styled(words, paint.dim())]
}

/// What authenticates a request that nobody signs.
fn unsigned(open: &OpenRequest, paint: &Paint<'_>) -> Vec<Span<'static>> {
    let own = open.request.auth.kind;
    let (kind, from) = match own {
        AuthKind::Inherit => (open.inherited.0.kind, open.inherited.1.as_str()),
        AuthKind::None | AuthKind::AwsSigv4 | AuthKind::Bearer | AuthKind::Basic | AuthKind::ApiKey => {
            (own, "")
        }
    };
    let word = match kind {
        AuthKind::Bearer => "bearer token",
        AuthKind::Basic => "user and password",
        AuthKind::ApiKey => "API key",
        AuthKind::None | AuthKind::Inherit => return vec![Span::styled(" ○ unsigned", paint.dim())],
        AuthKind::AwsSigv4 => return vec![Span::styled(" ○ nobody signs yet", paint.dim())],
    };
    let mut spans = vec![Span::styled(format!(" ● {word}"), paint.bold())];
    if !from.is_empty() {
        spans.push(Span::styled(format!("  from {}", text::fit(from, 40)), paint.dim()));
    }
    spans
}

fn environment(model: &Model, paint: &Paint<'_>) -> Vec<Span<'static>> {
    let style = match &model.environment {
        None => paint.dim(),
        Some(_) if model.is_production() => paint.production(),
        Some(_) => paint.bold(),
    };
    vec![Span::styled(footer::environment(model), style)]
}

/// The notice, or else the keys that apply.
pub(super) fn draw_keys(canvas: &mut Canvas<'_, '_>, line: Rect) {
    let (model, paint) = (canvas.model, canvas.paint);
    let area = footer::keys_area(model, line);
    if area != line {
        // It must always be clear whether letters are commands or text.
        canvas.frame.render_widget(Line::styled(footer::EDITING, paint.badge()), line);
    }
    if let Some(notice) = &model.notice {
        let (mark, style) = match notice.kind {
            NoticeKind::Good => ("✓", paint.success()),
            NoticeKind::Info => ("·", paint.text()),
            NoticeKind::Bad => ("✗", paint.error()),
        };
        let words = text::fit(&notice.text, usize::from(area.width).saturating_sub(4));
        canvas.frame.render_widget(Line::styled(format!(" {mark} {words}"), style), area);
        return;
    }
    let mut spans = Vec::new();
    for (hint, _) in footer::hints(model, line) {
        spans.push(Span::styled(format!(" {}", hint.key), paint.accent_bold()));
        spans.push(Span::styled(format!(" {} ", hint.title), paint.dim()));
    }
    canvas.frame.render_widget(Line::from(spans), area);
}

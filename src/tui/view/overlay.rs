//! Overlays.

use std::borrow::Cow;

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::config::command::{Command, Context};
use crate::core::clear_secrets;
use crate::core::question::{Asked, Question};
use crate::core::units;
use crate::tui::hit_test;
use crate::tui::keymap;
use crate::tui::model::Model;
use crate::tui::model::overlay::{Ask, Confirm, Conflict, LoginQuestion, Overlay, TrustQuestion};
use crate::tui::model::picker::{Item, Picker, Unmatched};
use crate::tui::overlay_lines;
use crate::tui::text;
use crate::tui::text_line::TextLine;
use crate::tui::view::Canvas;
use crate::tui::view::boxed::boxed;
use crate::tui::view::editor;
use crate::tui::view::find;
use crate::tui::view::style::Paint;

/// Draws every overlay, the topmost last.
pub(super) fn draw(canvas: &mut Canvas<'_, '_>) {
    let (model, paint, areas) = (canvas.model, canvas.paint, canvas.areas);
    for overlay in &model.overlays {
        match overlay {
            Overlay::Help(scroll) => {
                let lines = overlay_lines::help(model);
                draw_text(canvas, "Keys", lines, *scroll);
            }
            Overlay::Palette(picker) => {
                let detail = |item: &Item<Command>| item.detail.clone();
                draw_picker(canvas, picker, detail);
            }
            Overlay::Pick(picker) => {
                draw_picker(canvas, picker, |item| item.detail.clone());
            }
            Overlay::Find(find) => find::draw(canvas, find),
            Overlay::Ask(ask, editor) => {
                let area = boxed(canvas, &ask_title(ask), 70, 3);
                editor::draw_editor(canvas, area, editor, 0, hides(ask));
            }
            Overlay::Confirm(confirm) => draw_confirm(canvas, confirm),
            Overlay::Jump(targets) => {
                for (letter, place) in targets {
                    if let Some(area) = hit_test::area(model, areas, *place) {
                        let spot = Rect { width: area.width.min(3), height: area.height.min(1), ..area };
                        canvas.frame.render_widget(Line::styled(format!(" {letter} "), paint.jump()), spot);
                    }
                }
            }
            Overlay::Conflict(conflict) => draw_conflict(canvas, conflict),
            Overlay::Trust(question) => draw_trust(canvas, question),
            Overlay::Login(login) => draw_login(canvas, login),
            Overlay::Text { title, text, scroll } => {
                let lines = overlay_lines::wrapped(model, text);
                draw_text(canvas, title, lines, *scroll);
            }
        }
    }
}

fn ask_title(ask: &Ask) -> Cow<'static, str> {
    Cow::Borrowed(match ask {
        Ask::NewRequest { folder } if folder.is_empty() => "New request: its name, folders with /",
        Ask::NewFolder { folder } if folder.is_empty() => "New folder: its name",
        Ask::NewRequest { folder } => return asked_in("New request", folder),
        Ask::NewFolder { folder } => return asked_in("New folder", folder),
        Ask::SetUp => "Set up a workspace in this folder: its name",
        Ask::ScratchName => "Save: the path of the request, folders with /",
        Ask::SaveAs => "Save as: path of the new request",
        Ask::Rename(_) => "Rename",
        Ask::MoveIntoNew(_) => "Move into a new folder: its path, folders with /",
        Ask::SaveBody => "Save the body to a file",
        Ask::Search => "Search in the body",
        Ask::GoToRow => "Go to row: a number, or a percentage",
        Ask::Secret(_) => "A secret is missing: type it, it goes to the private store",
        Ask::Question(_, Asked { question, .. }) => match question {
            Question::MfaCode { identity, serial } => {
                let (identity, serial) = (text::fit(identity, 20), text::fit(serial, 44));
                return Cow::Owned(format!("MFA code of {serial} for {identity}"));
            }
            // Each has an overlay of another kind.
            Question::OpenUrl { .. } => "Log in",
            Question::Expired { .. } => "Expired",
            Question::BodyLimit { .. } => "A long body",
        },
    })
}

/// Whether what is typed is masked.
fn hides(ask: &Ask) -> bool {
    match ask {
        Ask::Secret(_) => true,
        Ask::NewRequest { .. }
        | Ask::NewFolder { .. }
        | Ask::SetUp
        | Ask::ScratchName
        | Ask::SaveAs
        | Ask::Rename(_)
        | Ask::MoveIntoNew(_)
        | Ask::SaveBody
        | Ask::Search
        | Ask::GoToRow
        | Ask::Question(..) => false,
    }
}

/// What is made in a folder, and the way out of it.
fn asked_in(what: &str, folder: &str) -> Cow<'static, str> {
    Cow::Owned(format!("{what} in {}/ (start with / for the workspace)", text::fit(folder, 28)))
}

fn draw_picker<T>(canvas: &mut Canvas<'_, '_>, picker: &Picker<T>, detail: impl Fn(&Item<T>) -> String) {
    let (paint, areas) = (canvas.paint, canvas.areas);
    // By all of the items, so that the box stays where it is while the filter is typed.
    let wanted = u16::try_from(picker.all_len()).unwrap_or(u16::MAX).saturating_add(4);
    let height = wanted.clamp(7, 20).min(areas.screen.height);
    let area = boxed(canvas, &picker.title, 76, height);
    let query = Rect { height: area.height.min(1), ..area };
    canvas.frame.render_widget(Line::styled("› ", paint.accent_bold()), query);
    let field = Rect { x: query.x + query.width.min(2), width: query.width.saturating_sub(2), ..query };
    editor::draw_editor(canvas, field, &picker.query, 0, false);
    let list = Rect { y: area.y + query.height, height: area.height - query.height, ..area };
    let height = usize::from(list.height);
    let first = (picker.selected() + 1).saturating_sub(height);
    if picker.shown().len() == 0 {
        let words = match &picker.unmatched {
            Unmatched::IsFolder(_) => keymap::says(canvas.model, Command::Accept, "makes this folder"),
            Unmatched::Ignored | Unmatched::IsMethod => "nothing matches".to_owned(),
        };
        canvas.frame.render_widget(Line::styled(format!("  {words}"), paint.dim()), list);
    }
    for (row, item) in picker.shown().enumerate().skip(first).take(height) {
        let Ok(offset) = u16::try_from(row - first) else { break };
        let place = Rect { y: list.y + offset, height: 1, ..list };
        let chosen = row == picker.selected();
        let width = usize::from(place.width);
        let label = text::fit(&item.label, width.saturating_sub(4));
        let used = text::text_width(&label) + 4;
        let detail = text::fit(&detail(item), width.saturating_sub(used));
        let line = Line::from(vec![
            Span::raw(if chosen { "› " } else { "  " }),
            Span::raw(label),
            Span::styled(format!("  {detail}"), if chosen { paint.selection() } else { paint.dim() }),
        ]);
        let style = if chosen { paint.selection() } else { paint.text() };
        canvas.frame.render_widget(Paragraph::new(line).style(style), place);
    }
}

/// Title and words of a question, and what a yes does.
fn confirm_words(model: &Model, confirm: &Confirm) -> (&'static str, String, &'static str) {
    match confirm {
        Confirm::Quit => {
            let names: Vec<String> = model.dirty().map(|b| text::safe(&b.path)).collect();
            ("Quit", format!("Not saved: {}. Drafts are kept.", names.join(", ")), "quit")
        }
        Confirm::Delete(paths) => ("Delete", overlay_lines::delete(model, paths), "delete"),
        Confirm::RemoveEnvironment(name) => {
            let undo = keymap::says(model, Command::Undo, "takes it back");
            let words =
                format!("Delete the environment {} from signpost.toml? Then {undo}.", text::safe(name));
            ("Delete", words, "delete")
        }
        Confirm::RemoveIdentity(name) => {
            let undo = keymap::says(model, Command::Undo, "takes it back");
            let words = format!(
                "Delete the identity {} from signpost.toml? Its secrets stay in the private store. Then {undo}.",
                text::safe(name)
            );
            ("Delete", words, "delete")
        }
        Confirm::SendProduction(name) => ("Production", overlay_lines::production(model, name), "send"),
        Confirm::Curl(request, notes) => {
            let dropped =
                if notes.is_empty() { String::new() } else { format!("\nDropped: {}", notes.join("; ")) };
            let mut shown = (**request).clone();
            let secrets = clear_secrets::take(&mut shown, str::to_owned);
            let places: Vec<_> = secrets.into_iter().map(|taken| taken.place).collect();
            let kept = if places.is_empty() {
                String::new()
            } else {
                format!("\nTo the private store: {}", text::safe(&places.join(", ")))
            };
            let words = format!("{} {}{kept}{dropped}", shown.method, shown.url);
            ("Make a request from the pasted curl command?", words, "make it")
        }
        Confirm::AwsKeys(pasted) => (
            "Sign this request with the pasted AWS keys?",
            overlay_lines::pasted_keys(&pasted.keys),
            "sign with them",
        ),
        Confirm::ClearSecrets(places) => (
            "Secrets in the clear",
            format!("Not a reference yet: {}.", text::safe(&places.join(", "))),
            "put into the private store and save",
        ),
        Confirm::Overwrite { file, .. } => {
            ("Overwrite", format!("{} exists.", text::safe(file)), "overwrite")
        }
        Confirm::Expired { identity, .. } => {
            let words = format!("The credential of {} has expired.", text::safe(&text::fit(identity, 40)));
            ("Expired", words, "renew it and send")
        }
        Confirm::BodyLimit { limit, next, .. } => {
            let (limit, next) = (units::size(*limit), units::size(*next));
            let words = format!("The body is longer than {limit}. The server waits. Read on, up to {next}?");
            ("A long body", words, "read on")
        }
        Confirm::FollowRedirect { next, signed, .. } => {
            let yes = if *signed { "follow it, unsigned" } else { "follow it" };
            ("Redirect to another origin", overlay_lines::redirect(next, *signed), yes)
        }
    }
}

fn draw_confirm(canvas: &mut Canvas<'_, '_>, confirm: &Confirm) {
    let (model, paint) = (canvas.model, canvas.paint);
    let (title, words, yes) = confirm_words(model, confirm);
    let lines = text::wrap(&words, 64);
    let height = u16::try_from(lines.len()).unwrap_or(8).saturating_add(4);
    let area = boxed(canvas, title, 70, height);
    let mut shown: Vec<Line<'_>> = lines.into_iter().map(|line| Line::from(format!(" {line}"))).collect();
    shown.push(Line::default());
    let (first, last) = match confirm {
        Confirm::ClearSecrets(_) => ((Command::SaveInClear, "save as it is"), None),
        Confirm::Expired { .. } => ((Command::SendAsItIs, "send as it is"), Some((Command::Close, "cancel"))),
        Confirm::AwsKeys(pasted) if pasted.text.is_some() => ((Command::No, "paste as text"), None),
        Confirm::Quit
        | Confirm::Delete(_)
        | Confirm::RemoveEnvironment(_)
        | Confirm::RemoveIdentity(_)
        | Confirm::SendProduction(_)
        | Confirm::Curl(..)
        | Confirm::AwsKeys(_)
        | Confirm::Overwrite { .. }
        | Confirm::BodyLimit { .. }
        | Confirm::FollowRedirect { .. } => ((Command::No, "no"), None),
    };
    let keys: Vec<_> = [(Command::Yes, yes), first].into_iter().chain(last).collect();
    shown.push(answers(model, paint, &keys));
    canvas.frame.render_widget(Paragraph::new(shown), area);
}

/// The keys that answer a question, each with its meaning.
fn answers(model: &Model, paint: &Paint<'_>, answers: &[(Command, &str)]) -> Line<'static> {
    let mut spans = Vec::new();
    for (command, words) in answers {
        if let Some((key, _)) = keymap::hint(model, *command, Context::Overlay) {
            spans.push(Span::styled(format!(" {key}"), paint.accent_bold()));
            spans.push(Span::raw(format!(" {words}  ")));
        }
    }
    Line::from(spans)
}

fn draw_conflict(canvas: &mut Canvas<'_, '_>, conflict: &Conflict) {
    let (model, paint, areas) = (canvas.model, canvas.paint, canvas.areas);
    let height = areas.screen.height.saturating_sub(4);
    let title = format!("{} was changed by somebody else", text::safe(&conflict.path));
    let area = boxed(canvas, &title, areas.screen.width.saturating_sub(6), height);
    let keys = [
        (Command::SaveYours, "save yours"),
        (Command::TakeTheirs, "take theirs"),
        (Command::Close, "decide later"),
    ];
    let keys = answers(model, paint, &keys);
    let room = usize::from(area.height.saturating_sub(2));
    let lines = overlay_lines::conflict(conflict).into_iter().skip(conflict.scroll).take(room);
    canvas.frame.render_widget(Paragraph::new(lines.map(|line| paint.line(line)).collect::<Vec<_>>()), area);
    let last = Rect { y: area.bottom().saturating_sub(1), height: area.height.min(1), ..area };
    canvas.frame.render_widget(keys, last);
}

fn draw_trust(canvas: &mut Canvas<'_, '_>, question: &TrustQuestion) {
    let (model, paint, areas) = (canvas.model, canvas.paint, canvas.areas);
    let lines = overlay_lines::trust(model, question);
    let wanted = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_add(4);
    let height = wanted.min(areas.screen.height.saturating_sub(1));
    let area = boxed(canvas, "Trust this workspace?", overlay_lines::TEXT, height);
    let room = usize::from(area.height.saturating_sub(2));
    let has_more = question.scroll + room < lines.len();
    let shown: Vec<_> =
        lines.into_iter().skip(question.scroll).take(room).map(|line| paint.line(line)).collect();
    canvas.frame.render_widget(Paragraph::new(shown), area);
    let last = Rect { y: area.bottom().saturating_sub(1), height: area.height.min(1), ..area };
    let keys = [(Command::Yes, "allow exactly this"), (Command::No, "send nothing")];
    canvas.frame.render_widget(answers(model, paint, &keys), last);
    if has_more {
        draw_more(canvas, area);
    }
}

fn draw_login(canvas: &mut Canvas<'_, '_>, login: &LoginQuestion) {
    let (model, paint, areas) = (canvas.model, canvas.paint, canvas.areas);
    let lines = overlay_lines::login(model, login);
    let wanted = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_add(4);
    let height = wanted.min(areas.screen.height.saturating_sub(1));
    let area = boxed(canvas, "Log in", overlay_lines::TEXT, height);
    let room = usize::from(area.height.saturating_sub(2));
    let shown: Vec<_> = lines.into_iter().take(room).map(|line| paint.line(line)).collect();
    canvas.frame.render_widget(Paragraph::new(shown), area);
    let last = Rect { y: area.bottom().saturating_sub(1), height: area.height.min(1), ..area };
    let keys = [
        (Command::OpenPage, "open the page"),
        (Command::CopyPage, "copy its URL"),
        (Command::Close, "cancel"),
    ];
    canvas.frame.render_widget(answers(model, paint, &keys), last);
}

/// Says on the lower border of a box that its text goes on.
fn draw_more(canvas: &mut Canvas<'_, '_>, area: Rect) {
    let more = Rect { y: area.bottom(), height: 1, ..area }.intersection(canvas.areas.screen);
    canvas.frame.render_widget(Line::styled("─ more: ↓ ", canvas.paint.dim()), more);
}

fn draw_text(canvas: &mut Canvas<'_, '_>, title: &str, lines: Vec<TextLine>, scroll: usize) {
    let (paint, areas) = (canvas.paint, canvas.areas);
    let count = lines.len();
    let wanted = u16::try_from(count).unwrap_or(u16::MAX).saturating_add(2);
    let height = wanted.min(areas.screen.height.saturating_sub(2));
    let area = boxed(canvas, title, overlay_lines::TEXT, height);
    let room = usize::from(area.height);
    let first = scroll.min(count.saturating_sub(room));
    let shown: Vec<_> = lines.into_iter().skip(first).take(room).map(|line| paint.line(line)).collect();
    canvas.frame.render_widget(Paragraph::new(shown), area);
    if first + room < count {
        draw_more(canvas, area);
    }
}

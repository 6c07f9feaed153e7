//! Sends: start, cancel, and what their reports change.

use crate::config::command::Command;
use crate::core::document::{Kind, Layout};
use crate::core::exchange::{NextRequest, Outcome, ProblemKind, Stage};
use crate::core::exchange_id::ExchangeId;
use crate::core::names::RequestPath;
use crate::core::record::{Record, State};
use crate::core::units;
use crate::tui::effect::{Effect, TaskEffect};
use crate::tui::keymap;
use crate::tui::model::overlay::{Ask, Confirm, Overlay};
use crate::tui::model::problems;
use crate::tui::model::response::{Document, Exchange, ResponseView};
use crate::tui::model::tree::LastSend;

use crate::tui::model::{Model, NoticeKind, Pane};
use crate::tui::msg::Report;
use crate::tui::update::{body, editing, follow_up, trust};

/// Sends the request that is shown, after asking in a production environment.
pub(super) fn send(model: &mut Model) -> Vec<Effect> {
    let mut effects = editing::leave(model);
    if model.editing.is_some() || model.waiting.after_changes(Command::Send) {
        return effects;
    }
    if model.shown().is_none() {
        let new = keymap::says(model, Command::NewRequest, "makes a new one");
        model.say(NoticeKind::Bad, format!("No request is open: choose one in the tree, or {new}"));
        return effects;
    }
    if model.is_production() && model.config.behavior.confirm_production {
        let name = model.environment.clone().unwrap_or_default();
        model.overlays.push(Overlay::Confirm(Confirm::SendProduction(name)));
        return effects;
    }
    effects.extend(send_now(model));
    effects
}

/// Sends the request that is shown.
pub(super) fn send_now(model: &mut Model) -> Vec<Effect> {
    let Some(path) = model.current.clone() else { return Vec::new() };
    let earlier = model.exchanges.under_way().filter(|exchange| exchange.record.path == path);
    let earlier: Vec<_> = earlier.map(|exchange| exchange.record.id).collect();
    let mut effects: Vec<_> = earlier.into_iter().flat_map(|id| cancel_send(model, id)).collect();
    let Some(target) = follow_up::shown_target(model) else { return effects };
    let id = begin(model, &path);
    effects.push(TaskEffect::Send { id, target }.into());
    effects
}

/// Sends again what the workspace wasn't allowed before, where it is still shown.
pub(super) fn allowed(model: &mut Model, resend: Option<&RequestPath>, secrets: Vec<String>) -> Vec<Effect> {
    model.secrets = secrets.into_iter().collect();
    model.say(NoticeKind::Good, "This workspace may send what you allowed");
    if resend.is_some() && model.current.as_ref() == resend {
        return send_now(model);
    }
    Vec::new()
}

/// Sends the request that the engine made of a redirect, as it is; its response takes the redirect's
/// place.
pub(super) fn follow(model: &mut Model, path: &RequestPath, next: Box<NextRequest>) -> Vec<Effect> {
    let id = begin(model, path);
    vec![TaskEffect::Follow { id, next }.into()]
}

/// Makes room for what comes back of a request.
fn begin(model: &mut Model, path: &RequestPath) -> ExchangeId {
    let id = model.next_id();
    let (layout, wrap) = match model.exchanges.get(path) {
        Some(before) => (before.view.layout, before.view.wrap),
        None if model.config.behavior.pretty => (Layout::Pretty, model.config.behavior.wrap),
        None => (Layout::Raw, model.config.behavior.wrap),
    };
    let view = ResponseView { layout, wrap, ..ResponseView::default() };
    let record = Record::new(id, path.clone(), model.environment.clone(), model.now);
    model.tree.set_last_send(path, None);
    model.exchanges.begin(Exchange { record, document: Document::default(), view });
    model.notice = None;
    model.response_scroll = 0;
    // Where the request and its answer do not both fit, the keys go with the one that is shown.
    if model.areas().is_some_and(|areas| areas.folded || areas.workspace.is_some()) {
        model.focus = Pane::Response;
    }
    model.front = Pane::Response;
    id
}

/// Cancels the send of the request that is shown, if it is under way.
pub(super) fn cancel(model: &mut Model) -> Vec<Effect> {
    let Some(exchange) = model.exchange_mut().filter(|exchange| exchange.record.is_under_way()) else {
        return Vec::new();
    };
    let id = exchange.record.id;
    cancel_send(model, id)
}

/// Cancels a send, or a renewal, which nothing shows.
pub(super) fn cancel_send(model: &mut Model, id: ExchangeId) -> Vec<Effect> {
    if let Some(exchange) = model.exchanges.by_id(id) {
        exchange.record.cancel(exchange.document.bytes.len() as u64);
    }
    model.cancelled.insert(id);
    model.withdraw_questions(id);
    vec![TaskEffect::Cancel { id }.into()]
}

/// Takes a report of a send. A report of a send that is over, or that was replaced, is dropped.
pub(super) fn report(model: &mut Model, id: ExchangeId, report: Report) -> Vec<Effect> {
    let Some(exchange) = model.exchanges.by_id(id).filter(|exchange| exchange.record.is_under_way()) else {
        return Vec::new();
    };
    let path = exchange.record.path.clone();
    // Whatever it reports, it no longer waits for a login.
    model.end_login(id);
    let Some(exchange) = model.exchanges.by_id(id) else { return Vec::new() };
    match report {
        Report::Stage(stage) => {
            let fetches = matches!(stage, Stage::Credential(_));
            exchange.record.reached(stage);
            if fetches {
                return follow_up::preview_all(model);
            }
        }
        Report::Ask(asked) => model.ask(id, asked),
        Report::Sent(sent) => exchange.record.sent = Some(*sent),
        Report::Redirected(redirect) => exchange.record.redirected(*redirect),
        Report::Head(head) => {
            model.tree.set_last_send(&path, Some(LastSend::Status(head.status)));
            exchange.record.answered(*head);
        }
        Report::Body(view) => {
            if exchange.document.bytes.is_empty() {
                let content_type = exchange.record.head.as_ref().and_then(|head| head.header("content-type"));
                exchange.document.kind = Kind::detect(content_type, &view);
            }
            exchange.document.bytes = view;
            return body::index_growth(model, id);
        }
        Report::Adopted(identity) => {
            model.say(NoticeKind::Good, format!("{identity} now uses the credentials of this response"));
            return follow_up::preview_all(model);
        }
        Report::End(end) => {
            let (outcome, remarks) = (end.outcome.clone(), end.remarks.clone());
            exchange.record.state = State::Ended(end);
            model.withdraw_questions(id);
            let mut effects = body::index_growth(model, id);
            remarks.into_iter().for_each(|remark| model.say(NoticeKind::Bad, remark));
            effects.extend(ended(model, &path, &outcome));
            return effects;
        }
    }
    Vec::new()
}

/// What an outcome asks of the user.
fn ended(model: &mut Model, path: &RequestPath, outcome: &Outcome) -> Vec<Effect> {
    match outcome {
        Outcome::Answered | Outcome::Cancelled => {}
        Outcome::Cut(why) => model.say(NoticeKind::Bad, format!("Only part of the response arrived: {why}")),
        Outcome::BodyLimit(limit) => {
            let limit = units::size(*limit);
            model.say(NoticeKind::Bad, format!("Stopped reading the body at {limit}"));
        }
        Outcome::Network(problem) => {
            model.tree.set_last_send(path, Some(LastSend::Failed));
            // The response pane says it in full.
            if model.current.as_ref() != Some(path) {
                let name = model.request_name(path);
                model.say(NoticeKind::Bad, format!("{name}: {}", problem.message));
            }
        }
        Outcome::RedirectRefused { next, signed } => {
            let (path, next, signed) = (path.clone(), next.clone(), *signed);
            model.overlays.push(Overlay::Confirm(Confirm::FollowRedirect { path, next, signed }));
        }
        Outcome::NotSent(found) => {
            model.tree.set_last_send(path, Some(LastSend::Failed));
            if let Some(flows) = trust::refused(found) {
                return trust::ask(model, Some(path.clone()), flows);
            }
            let first = found.first();
            let words = first.map_or("Not sent", |problem| problem.message.as_str());
            model.say(NoticeKind::Bad, format!("Not sent: {words}"));
            if model.current.as_ref() != Some(path) {
                return Vec::new();
            }
            let kind = first.map(|problem| &problem.kind);
            if let Some(ProblemKind::MissingSecret { name }) = kind {
                let ask = Ask::Secret(name.clone());
                model.overlays.push(Overlay::Ask(ask, crate::tui::editor::Editor::new("", false)));
            } else if let Some(field) = first.and_then(|problem| problems::place(&problem.field)) {
                if field == crate::tui::model::field::EditorField::Url {
                    model.focus = Pane::Url;
                } else if let Some(open) = model.shown_mut() {
                    open.go_to(field);
                    model.focus = Pane::Request;
                    model.front = Pane::Request;
                }
            }
        }
    }
    // A session that was fetched for this send counts down from now on.
    follow_up::preview_all(model)
}

//! Questions: a line of text, a yes or no, one of two versions; and what an answer does.

use crate::config::command::Command;
use crate::core::collection;
use crate::core::convert::curl;
use crate::core::credential::Secret;
use crate::core::exchange_id::ExchangeId;
use crate::core::question::{Answer, Asked, Question, mfa_code};
use crate::core::request::Request;
use crate::core::units;
use crate::tui::editor::Editor;
use crate::tui::effect::{DiskEffect, Effect, ScreenEffect, TaskEffect};
use crate::tui::keymap;
use crate::tui::model::overlay::{Ask, Confirm, Conflict, Overlay};
use crate::tui::model::{Model, NoticeKind};
use crate::tui::update::{
    arranging, aws_keys, body, saving, scratch, secret_fields, sending, tree_changes, trust, workspace_editor,
};

/// Takes one of two versions of a file.
pub(super) fn settle_conflict(model: &mut Model, ours: bool) -> Vec<Effect> {
    let Some(Overlay::Conflict(conflict)) = model.overlays.pop_if(|top| matches!(top, Overlay::Conflict(_)))
    else {
        return Vec::new();
    };
    let Conflict { path, theirs, .. } = *conflict;
    if ours {
        let Some(open) = model.open_requests.get(&path) else { return Vec::new() };
        let request = Box::new(open.request.clone());
        model.waiting.save();
        return vec![DiskEffect::SaveOver { path, request, theirs }.into()];
    }
    model.take_theirs.insert(path.clone());
    if model.current.as_ref() == Some(&path) {
        // What is pressed next is meant for what was taken.
        model.waiting.open(path.clone());
    }
    vec![DiskEffect::Open { path, environment: model.environment.clone() }.into()]
}

/// A paste where nothing is typed: a curl command offers to become a request.
pub(super) fn offer_paste(model: &mut Model, text: &str) -> Vec<Effect> {
    if aws_keys::offer(model, text) {
        return Vec::new();
    }
    if scratch::is_url(text) {
        return scratch::open(model, text.trim());
    }
    if !curl::looks_like_curl(text) {
        let edit = keymap::says(model, Command::Edit, "opens a field");
        model.say(NoticeKind::Info, format!("Nothing is being edited: {edit}, then paste"));
        return Vec::new();
    }
    match curl::import(text) {
        Ok(imported) => {
            let confirm = Confirm::Curl(Box::new(imported.request), imported.notes);
            model.overlays.push(Overlay::Confirm(confirm));
        }
        Err(error) => model.say(NoticeKind::Bad, format!("Couldn't read this curl command: {error}")),
    }
    Vec::new()
}

pub(super) fn answered(model: &mut Model, ask: Ask, text: &str) -> Vec<Effect> {
    let trimmed = text.trim();
    if trimmed.is_empty() && !matches!(ask, Ask::Search | Ask::Question(..)) {
        return Vec::new();
    }
    match ask {
        Ask::NewRequest { .. } | Ask::SaveAs | Ask::ScratchName => new_request(model, ask, trimmed),
        Ask::SetUp => vec![DiskEffect::SetUp { name: trimmed.to_owned() }.into()],
        Ask::NewFolder { folder } => {
            vec![DiskEffect::CreateFolder { path: below(&folder, trimmed).into() }.into()]
        }
        Ask::Rename(path) => tree_changes::rename(model, path, trimmed),
        Ask::MoveIntoNew(moving) => arranging::move_into_new(model, moving, trimmed),
        Ask::SaveBody => match model.exchange() {
            Some(exchange) => {
                let (file, body) = (trimmed.to_owned(), exchange.document.bytes.clone());
                vec![DiskEffect::SaveBody { file, body, overwrite: false }.into()]
            }
            None => Vec::new(),
        },
        Ask::Search => body::search(model, text.to_owned()),
        Ask::GoToRow => {
            body::go_to_row(model, trimmed);
            Vec::new()
        }
        Ask::Secret(name) => {
            let path = model.current.clone().unwrap_or_default();
            let secret = Secret::new(text);
            vec![secret_fields::keep(model, path, None, name, secret)]
        }
        Ask::Question(send, asked) => reply(model, send, asked, text),
    }
}

/// Creates a request; a name that it can't have is asked for again.
fn new_request(model: &mut Model, ask: Ask, typed: &str) -> Vec<Effect> {
    let name = if let Ask::NewRequest { folder } = &ask { below(folder, typed) } else { typed.to_owned() };
    if let Err(problem) = tree_changes::check_new(&name) {
        model.say(NoticeKind::Bad, problem);
        model.overlays.push(Overlay::Ask(ask, Editor::new(typed, false)));
        return Vec::new();
    }
    if matches!(ask, Ask::NewRequest { .. }) {
        return tree_changes::create(model, &name, Request::default());
    }
    if ask == Ask::ScratchName {
        let Some(path) = model.current.clone() else { return Vec::new() };
        let mut effects = tree_changes::name(model, path, &name);
        effects.extend(saving::save_named(model));
        return effects;
    }
    let request = model.shown().map(|open| open.request.clone()).unwrap_or_default();
    saving::create_and_save(model, &name, request)
}

/// The path of what was typed in a folder; a `/` in front leads from there to the workspace.
fn below(folder: &str, typed: &str) -> String {
    typed.strip_prefix('/').map_or_else(|| collection::join(folder, typed), str::to_owned)
}

/// Answers what a send or a renewal asked; what cannot be the answer is asked again.
fn reply(model: &mut Model, send: ExchangeId, asked: Asked, text: &str) -> Vec<Effect> {
    let code = match &asked.question {
        Question::MfaCode { .. } => mfa_code(text),
        // Each has an overlay of another kind.
        Question::OpenUrl { .. } | Question::Expired { .. } | Question::BodyLimit { .. } => {
            return Vec::new();
        }
    };
    match code {
        Some(code) => {
            vec![TaskEffect::Answer { id: send, question: asked.id, answer: Answer::MfaCode(code) }.into()]
        }
        None => {
            model.say(NoticeKind::Bad, "An MFA code has six digits");
            model.overlays.push(Overlay::Ask(Ask::Question(send, asked), Editor::new(text, false)));
            Vec::new()
        }
    }
}

/// Closes the topmost overlay. Whoever closes a question cancels what asked it; a body that has reached
/// its limit ends there.
pub(super) fn close(model: &mut Model) -> Vec<Effect> {
    match model.overlays.pop() {
        Some(Overlay::Ask(Ask::Question(send, _), _)) => cancel(model, send),
        Some(Overlay::Login(login)) => cancel(model, login.send),
        Some(Overlay::Confirm(confirm)) => declined(model, confirm),
        Some(
            Overlay::Help(_)
            | Overlay::Palette(_)
            | Overlay::Pick(_)
            | Overlay::Find(_)
            | Overlay::Ask(..)
            | Overlay::Jump(_)
            | Overlay::Conflict(_)
            | Overlay::Trust(_)
            | Overlay::Text { .. },
        )
        | None => Vec::new(),
    }
}

/// Cancels what asked, and says so in place of what was under way.
fn cancel(model: &mut Model, id: ExchangeId) -> Vec<Effect> {
    model.say(NoticeKind::Info, "Cancelled");
    sending::cancel_send(model, id)
}

/// What follows from a no.
fn declined(model: &mut Model, confirm: Confirm) -> Vec<Effect> {
    match confirm {
        Confirm::BodyLimit { send: id, question, limit, .. } => {
            let message = format!("the body is longer than {}", units::size(limit));
            let answer = Answer::Declined { message, hint: String::new() };
            vec![TaskEffect::Answer { id, question, answer }.into()]
        }
        Confirm::Expired { send, .. } => sending::cancel_send(model, send),
        Confirm::AwsKeys(pasted) => aws_keys::decline(model, &pasted),
        Confirm::Quit
        | Confirm::Delete(_)
        | Confirm::RemoveEnvironment(_)
        | Confirm::RemoveIdentity(_)
        | Confirm::SendProduction(_)
        | Confirm::Curl(..)
        | Confirm::ClearSecrets(_)
        | Confirm::Overwrite { .. }
        | Confirm::FollowRedirect { .. } => Vec::new(),
    }
}

pub(super) fn confirmed(model: &mut Model, confirm: Confirm) -> Vec<Effect> {
    match confirm {
        Confirm::Quit => {
            model.waiting.quit();
            Vec::new()
        }
        Confirm::Delete(paths) => tree_changes::delete(model, paths),
        Confirm::RemoveEnvironment(name) => workspace_editor::remove_environment(model, &name),
        Confirm::RemoveIdentity(name) => workspace_editor::remove_identity(model, &name),
        Confirm::SendProduction(_) => sending::send_now(model),
        Confirm::Curl(mut request, _) => {
            let name = tree_changes::name_for(model, &request);
            let taken = secret_fields::take(&mut request);
            // Before anything else sees the request, be it a draft.
            let in_use = secret_fields::names_in_use(model, &name);
            let clear = secret_fields::take_clear(&mut request, &name, in_use);
            let mut effects = tree_changes::create(model, &name, *request);
            effects.extend(secret_fields::keep_all(model, taken));
            effects.extend(secret_fields::keep_clear(model, clear));
            let save = keymap::says(model, Command::Save, "saves it");
            model.say(NoticeKind::Good, format!("Created a request from the curl command; {save}"));
            effects
        }
        Confirm::AwsKeys(pasted) => aws_keys::take(model, *pasted),
        Confirm::ClearSecrets(_) => saving::keep_and_save(model),
        Confirm::Overwrite { file, body } => {
            vec![DiskEffect::SaveBody { file, body, overwrite: true }.into()]
        }
        Confirm::Expired { send: id, question, .. } => {
            vec![TaskEffect::Answer { id, question, answer: Answer::Renew }.into()]
        }
        Confirm::BodyLimit { send: id, question, .. } => {
            vec![TaskEffect::Answer { id, question, answer: Answer::GoOn }.into()]
        }
        Confirm::FollowRedirect { path, next, signed: _ } => sending::follow(model, &path, next),
    }
}

/// Opens the page of the login that is asked for.
pub(super) fn open_page(model: &Model) -> Vec<Effect> {
    match model.overlays.last() {
        Some(Overlay::Login(login)) => vec![TaskEffect::OpenPage { url: login.url.clone() }.into()],
        _ => Vec::new(),
    }
}

/// Copies the URL of the page of the login that is asked for.
pub(super) fn copy_page(model: &Model) -> Vec<Effect> {
    match model.overlays.last() {
        Some(Overlay::Login(login)) => {
            let (text, what) = (login.url.clone(), "The URL of the page".to_owned());
            vec![ScreenEffect::Copy { text, what }.into()]
        }
        _ => Vec::new(),
    }
}

/// Has a request sent with its expired credential.
pub(super) fn send_as_it_is(model: &mut Model) -> Vec<Effect> {
    let asked = |top: &mut Overlay| matches!(top, Overlay::Confirm(Confirm::Expired { .. }));
    let Some(Overlay::Confirm(Confirm::Expired { send: id, question, .. })) = model.overlays.pop_if(asked)
    else {
        return Vec::new();
    };
    vec![TaskEffect::Answer { id, question, answer: Answer::AsItIs }.into()]
}

/// Answers a yes or no.
pub(super) fn decide(model: &mut Model, yes: bool) -> Vec<Effect> {
    match model.overlays.pop_if(|top| matches!(top, Overlay::Confirm(_) | Overlay::Trust(_))) {
        Some(Overlay::Confirm(confirm)) if yes => confirmed(model, confirm),
        Some(Overlay::Trust(question)) if yes => trust::allow(*question),
        Some(Overlay::Confirm(confirm)) => declined(model, confirm),
        _ => Vec::new(),
    }
}

//! Asks for a line of text.
//!
//! Owns what is likely, and therefore already in it. Refuses to act on what is typed: `questions` does.

use crate::config::command::Command;
use crate::core::collection;
use crate::core::file_name;
use crate::tui::editor::Editor;
use crate::tui::effect::Effect;
use crate::tui::keymap;
use crate::tui::model::overlay::{Ask, Overlay};
use crate::tui::model::{Model, NoticeKind};

/// Asks for a line of text, with what is likely already in it.
pub(super) fn ask(model: &mut Model, ask: Ask) -> Vec<Effect> {
    let text = match &ask {
        Ask::NewRequest { .. } | Ask::NewFolder { .. } => String::new(),
        Ask::SaveAs => {
            model.current.as_deref().map(collection::without_extension).unwrap_or_default().to_owned()
        }
        Ask::SetUp => model.workspace.name.clone(),
        Ask::Rename(path) => model.request_name(path),
        Ask::SaveBody => body_file(model),
        Ask::Search => {
            let search = model.exchange().and_then(|exchange| exchange.view.search.as_ref());
            search.map(|search| search.query.clone()).unwrap_or_default()
        }
        Ask::MoveIntoNew(_) | Ask::ScratchName | Ask::GoToRow | Ask::Secret(_) | Ask::Question(..) => {
            String::new()
        }
    };
    if matches!(ask, Ask::Search | Ask::GoToRow | Ask::SaveBody) && model.exchange().is_none() {
        return say_no_response(model);
    }
    let has_body = model.exchange().is_some_and(|exchange| exchange.record.head.is_some());
    if ask == Ask::SaveBody && !has_body {
        model.say(NoticeKind::Info, "There's no body to save: no response has come");
        return Vec::new();
    }
    model.overlays.push(Overlay::Ask(ask, Editor::new(&text, false)));
    Vec::new()
}

/// Says that the request has no response yet, and which key sends it.
pub(super) fn say_no_response(model: &mut Model) -> Vec<Effect> {
    let send = keymap::says(model, Command::Send, "sends the request");
    model.say(NoticeKind::Info, format!("No response yet: {send}"));
    Vec::new()
}

/// The file that the body of the shown response is likely to be saved to.
fn body_file(model: &Model) -> String {
    let url = model.shown().map(|open| open.preview.url.as_ref().unwrap_or(&open.request.url).as_str());
    let head = model.exchange().and_then(|exchange| exchange.record.head.as_ref());
    let media = head.and_then(|head| {
        head.headers
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case("content-type"))
            .map(|(_, value)| value)
    });
    file_name::for_body(url.unwrap_or_default(), media.map_or("", String::as_str))
}

//! Scratch requests: written and sent before they have a name, which saving asks for.

use crate::core::request::Request;
use crate::tui::editor::Editor;
use crate::tui::effect::Effect;
use crate::tui::model::Model;
use crate::tui::model::field::{self, EditorField};
use crate::tui::model::open_request::OpenRequest;
use crate::tui::model::overlay::{Ask, Overlay};
use crate::tui::update::tree_changes;

/// The name of a request that has none yet, as far as its path needs one.
const UNTITLED: &str = "untitled";

/// Opens a scratch request with this URL; an empty one is typed next.
pub(super) fn open(model: &mut Model, url: &str) -> Vec<Effect> {
    let mut request = Request::default();
    // Only number fields refuse a text.
    let _ = field::set_text(&mut request, EditorField::Url, url.to_owned());
    tree_changes::create(model, UNTITLED, request)
}

/// Whether a paste is one URL, from which a request can be made.
pub(super) fn is_url(text: &str) -> bool {
    let text = text.trim();
    let is_web = ["http://", "https://"].iter().any(|scheme| text.starts_with(scheme));
    is_web && !text.contains(char::is_whitespace)
}

/// Whether a request has no name yet. Its path shows it, so that a draft of an earlier run is asked
/// for its name, too.
pub(super) fn is_scratch(open: &OpenRequest) -> bool {
    let number = open.path.strip_suffix(".toml").and_then(|stem| stem.strip_prefix(UNTITLED));
    let is_untitled = number.is_some_and(|rest| {
        rest.is_empty() || rest.strip_prefix('-').is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()))
    });
    open.saved.is_none() && is_untitled
}

/// Asks for the name under which the scratch request is saved.
pub(super) fn ask_name(model: &mut Model) {
    let request = model.shown().map(|open| open.request.clone()).unwrap_or_default();
    let likely = Editor::new(&tree_changes::name_for(model, &request), false);
    model.overlays.push(Overlay::Ask(Ask::ScratchName, likely));
}

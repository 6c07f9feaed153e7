//! Commands for the text of a request's body: format it, and send `{{` as it is.

use crate::core::convert::json_text;
use crate::core::request::{BodyKind, Request};
use crate::tui::effect::Effect;
use crate::tui::model::field::EditorField;
use crate::tui::model::{Model, NoticeKind};
use crate::tui::update::{editing, follow_up};

/// Formats the JSON body of the request that is shown, while it is edited or not.
pub(super) fn format(model: &mut Model) -> Vec<Effect> {
    let Some(open) = model.shown().filter(|open| open.request.body.kind == BodyKind::Json) else {
        model.say(NoticeKind::Info, "The body isn't JSON");
        return Vec::new();
    };
    let editor = model.editing.as_ref().filter(|editing| editing.field() == Some(EditorField::BodyText));
    let text = editor.map_or_else(|| open.request.body.text.clone(), |editing| editing.editor.text());
    let formatted = match json_text::format(&text) {
        Ok(formatted) => formatted,
        Err(problem) => {
            model.say(NoticeKind::Bad, format!("The body isn't valid JSON: {problem}"));
            return Vec::new();
        }
    };
    if let Some(editing) =
        model.editing.as_mut().filter(|editing| editing.field() == Some(EditorField::BodyText))
    {
        editing.editor.replace(&formatted);
        return editing::typed(model);
    }
    if let Some(open) = model.shown_mut() {
        open.change(|request| request.body.text = formatted);
    }
    follow_up::touched(model)
}

/// Lets `{{` in the body stand for itself, or for a name again.
pub(super) fn toggle_literal(model: &mut Model) -> Vec<Effect> {
    let is_editing = model.edited_field().is_some();
    let Some(open) = model.shown_mut() else { return Vec::new() };
    if !matches!(open.request.body.kind, BodyKind::Json | BodyKind::Text) {
        model.say(NoticeKind::Info, "The body isn't a text");
        return Vec::new();
    }
    let toggle = |request: &mut Request| request.body.literal = !request.body.literal;
    if is_editing {
        // A visit to a field is one step of undo.
        toggle(&mut open.request);
    } else {
        open.change(toggle);
    }
    let words = if open.request.body.literal {
        "{{ in the body is sent as it is"
    } else {
        "{{names}} in the body are replaced"
    };
    model.say(NoticeKind::Info, words);
    follow_up::touched(model)
}

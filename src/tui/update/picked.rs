//! What the choice of a list does.
//!
//! Refuses to offer the choices: `pickers` does.

use crate::tui::effect::{Effect, ScreenEffect};
use crate::tui::model::Model;
use crate::tui::model::overlay::{Ask, Pick};
use crate::tui::model::workspace_editor::WorkspaceCell;
use crate::tui::update::{
    arranging, files, follow_up, identity_picker, pickers, prompt, show_variable, sso_roles, workspace_editor,
};

pub(super) fn picked(model: &mut Model, choice: Pick) -> Vec<Effect> {
    match choice {
        Pick::Method(method) => {
            if let Some(open) = model.shown_mut() {
                open.change(|request| request.method = spelled(&method));
            }
            follow_up::touched(model)
        }
        Pick::Environment(name) => pickers::choose_environment(model, name),
        Pick::NewEnvironment => {
            workspace_editor::type_into(model, WorkspaceCell::NewEnvironment { choose: true })
        }
        Pick::Place(place) => {
            workspace_editor::show_place(model, place);
            Vec::new()
        }
        Pick::NewIdentity { sign } => workspace_editor::type_into(model, WorkspaceCell::NewIdentity { sign }),
        Pick::Variable(reference) => show_variable::go_to(model, &reference),
        Pick::ShowIdentity(name) => {
            workspace_editor::show_identity(model, name);
            Vec::new()
        }
        Pick::IdentityKind { identity, kind, sign } => {
            workspace_editor::create_identity(model, &identity, kind, sign)
        }
        Pick::IdentityWord { identity, field, word } => {
            workspace_editor::choose_identity_word(model, &identity, field, word)
        }
        Pick::Option(field, word) => {
            if let Some(open) = model.shown_mut() {
                open.choose(field, &word);
            }
            follow_up::touched(model)
        }
        Pick::SignAs(who) => identity_picker::sign_as(model, who),
        Pick::SsoSession(session) => sso_roles::list(model, session),
        Pick::Request(path) => files::go_to(model, &path),
        Pick::MoveInto { moving, folder } => arranging::move_into(model, &moving, folder),
        Pick::MoveIntoNew(moving) => prompt::ask(model, Ask::MoveIntoNew(moving)),
        Pick::Header(value) => vec![ScreenEffect::Copy { text: value, what: "The header".into() }.into()],
    }
}

/// A method as it is sent: one of the list in capitals. Any other stays as it was typed: methods are
/// case-sensitive (RFC 9110, section 9.1), and a reference must keep its name.
fn spelled(method: &str) -> String {
    let method = method.trim();
    pickers::METHODS.into_iter().find(|known| known.eq_ignore_ascii_case(method)).unwrap_or(method).to_owned()
}

#[cfg(test)]
mod tests {
    use super::spelled;

    #[test]
    fn known_methods_are_capitals_and_others_stay_as_typed() {
        let typed = [" get ", "Patch", "{{verb}}", "PURGE", "m-search"];
        assert_eq!(typed.map(spelled), ["GET", "PATCH", "{{verb}}", "PURGE", "m-search"]);
    }
}

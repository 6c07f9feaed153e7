//! What the workspace editor asks for, and what is done with what was typed.

use crate::core::collection;
use crate::core::credential::Secret;
use crate::core::scope::Source;
use crate::core::secret_names;
use crate::core::template;
use crate::core::workspace::{Declared, Edit, NewValue, WorkspaceChange, secret_name};
use crate::tui::effect::Effect;
use crate::tui::model::workspace_editor::WorkspaceAsk;
use crate::tui::model::{Model, NoticeKind};
use crate::tui::update::workspace_editor::begin::{ask_for, make};
use crate::tui::update::workspace_editor::{identities, overrides};
use crate::tui::update::{pickers, secret_fields};

pub(super) fn ask_value(model: &mut Model, declared: &Declared) -> Vec<Effect> {
    let place = model.workspace_editor.place.clone();
    let own = declared.source == place;
    let before = declared.value.clone().filter(|_| own);
    let ask = WorkspaceAsk::Value { place, name: declared.name.clone(), before };
    ask_for(model, ask, declared.value.as_deref().unwrap_or_default())
}

/// Asks again for what can't be, and says why.
fn ask_again(model: &mut Model, ask: WorkspaceAsk, text: &str, problem: String) -> Vec<Effect> {
    model.say(NoticeKind::Bad, problem);
    ask_for(model, ask, text)
}

/// Takes what was typed.
pub(in crate::tui::update) fn answered(model: &mut Model, ask: WorkspaceAsk, text: &str) -> Vec<Effect> {
    let name = text.trim();
    if let WorkspaceAsk::Value { place, name, before } = ask {
        return set_value(model, &place, &name, text, before);
    }
    if let WorkspaceAsk::Field { identity, field, before } = &ask {
        return identities::answered(model, identity, field, text, before.clone());
    }
    if name.is_empty() {
        return Vec::new();
    }
    if let Err(problem) = check_name(model, &ask, name) {
        return ask_again(model, ask, name, problem);
    }
    let environment = |of: &str, edit| Some(WorkspaceChange::named("environments", of, None, edit));
    match ask {
        WorkspaceAsk::NewVariable(place) => {
            let ask = WorkspaceAsk::Value { place, name: name.to_owned(), before: None };
            ask_for(model, ask, "")
        }
        WorkspaceAsk::RenameVariable { place: Source::ThisRun, name: from } => {
            overrides::rename(model, &from, name)
        }
        WorkspaceAsk::RenameVariable { place, name: from } => {
            make(model, WorkspaceChange::variable(&place, &from, Edit::Rename(name.to_owned())))
        }
        WorkspaceAsk::NewEnvironment { choose } => {
            if choose {
                model.workspace_editor.choose = Some(name.to_owned());
            }
            make(model, environment(name, Edit::Add(Vec::new())))
        }
        WorkspaceAsk::CopyEnvironment(from) => make(model, environment(&from, Edit::Copy(name.to_owned()))),
        WorkspaceAsk::RenameEnvironment(from) => {
            make(model, environment(&from, Edit::Rename(name.to_owned())))
        }
        WorkspaceAsk::NewIdentity { sign } => pickers::pick_identity_kind(model, &name.into(), sign),
        WorkspaceAsk::RenameIdentity(from) => identities::rename(model, &from, name),
        // Taken above: a value may be empty.
        WorkspaceAsk::Value { .. } | WorkspaceAsk::Field { .. } => Vec::new(),
    }
}

/// Gives a variable a value. A secret goes to the private store.
fn set_value(
    model: &mut Model,
    place: &Source,
    name: &str,
    text: &str,
    before: Option<String>,
) -> Vec<Effect> {
    if before.as_deref() == Some(text) {
        return Vec::new();
    }
    if *place == Source::ThisRun {
        return overrides::set(model, name, text);
    }
    let Some(mut change) =
        WorkspaceChange::variable(place, name, Edit::Set { value: NewValue::Text(text.to_owned()), before })
    else {
        return Vec::new();
    };
    if let Edit::Set { value, .. } = &mut change.edit
        && secret_names::is_secret(name)
        && !secret_fields::is_reference(text)
    {
        let secret = Secret::new(text.trim());
        *value = NewValue::Secret { name: secret_name(&change.path), secret };
    }
    make(model, Some(change))
}

/// Whether a name can be given.
fn check_name(model: &Model, ask: &WorkspaceAsk, name: &str) -> Result<(), String> {
    let environment = match ask {
        WorkspaceAsk::NewVariable(_) | WorkspaceAsk::RenameVariable { .. } => {
            let words = "use letters, digits, `_`, `-` and `.`";
            return match template::is_name(name) {
                true if is_flag(ask, name) => Err("`production` is the mark of an environment".to_owned()),
                true if is_taken(model, ask, name) => Err(format!("`{name}` already exists")),
                true => Ok(()),
                false => Err(format!("`{name}` isn't a valid variable name; {words}")),
            };
        }
        WorkspaceAsk::NewEnvironment { .. } | WorkspaceAsk::CopyEnvironment(_) => None,
        WorkspaceAsk::RenameEnvironment(from) => Some(from.as_str()),
        WorkspaceAsk::NewIdentity { .. } => return identities::check_name(model, None, name),
        WorkspaceAsk::RenameIdentity(from) => return identities::check_name(model, Some(from), name),
        WorkspaceAsk::Value { .. } | WorkspaceAsk::Field { .. } => return Ok(()),
    };
    collection::check_visible(name).map_err(|error| error.to_string())?;
    let taken = environment != Some(name) && model.workspace.environment(name).is_some();
    if taken { Err(format!("The environment `{name}` already exists")) } else { Ok(()) }
}

/// Whether a name isn't a variable's where it is asked for.
fn is_flag(ask: &WorkspaceAsk, name: &str) -> bool {
    name == "production" && matches!(place_of(ask), Some(Source::Environment(_)))
}

/// Whether another variable has this name where it is asked for.
fn is_taken(model: &Model, ask: &WorkspaceAsk, name: &str) -> bool {
    let unchanged = matches!(ask, WorkspaceAsk::RenameVariable { name: from, .. } if from == name);
    !unchanged && place_of(ask).is_some_and(|place| model.is_declared_at(place, name))
}

/// Where the variable is declared whose name is asked for.
fn place_of(ask: &WorkspaceAsk) -> Option<&Source> {
    match ask {
        WorkspaceAsk::NewVariable(place) | WorkspaceAsk::RenameVariable { place, .. } => Some(place),
        WorkspaceAsk::Value { .. }
        | WorkspaceAsk::NewEnvironment { .. }
        | WorkspaceAsk::CopyEnvironment(_)
        | WorkspaceAsk::RenameEnvironment(_)
        | WorkspaceAsk::NewIdentity { .. }
        | WorkspaceAsk::RenameIdentity(_)
        | WorkspaceAsk::Field { .. } => None,
    }
}

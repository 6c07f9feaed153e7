//! Lists to choose from: what they offer, and what a choice does.

use crate::config::command::{COMMANDS, Context};
use crate::core::identity_fields::{self, IdentityField, IdentityKindInfo};
use crate::core::names::IdentityName;
use crate::core::request::fields::{AuthField, RequestField};
use crate::core::workspace::Workspace;
use crate::tui::effect::Effect;
use crate::tui::model::Model;
use crate::tui::model::field::{self, EditorField};
use crate::tui::model::overlay::{Overlay, Pick};
use crate::tui::model::picker::{Item, Picker, Unmatched};
use crate::tui::update::{follow_up, identity_picker, overlays, prompt};

/// Methods that the picker offers; any other can be typed.
pub(super) const METHODS: [&str; 8] = ["GET", "QUERY", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

/// Offers every command.
pub(super) fn palette(model: &mut Model) -> Vec<Effect> {
    let items = COMMANDS
        .iter()
        .filter(|info| info.contexts.iter().any(|context| *context == Context::Global || context.is_pane()))
        .map(|info| {
            let keys: Vec<String> =
                model.config.keys.keys(info.command).iter().map(ToString::to_string).collect();
            // The keys are found as they are written, like the words of the description.
            let detail = format!("{:11} {}", keys.join(" "), info.doc);
            Item { label: format!("{:18}", info.title), detail, value: info.command }
        })
        .collect();
    model.overlays.push(Overlay::Palette(Picker::new("Commands", items)));
    Vec::new()
}

fn pick(model: &mut Model, title: &str, items: Vec<Item<Pick>>, now: impl Fn(&Pick) -> bool) {
    model.overlays.push(Overlay::Pick(Picker::new(title, items).select_where(now)));
}

fn item(label: impl Into<String>, detail: impl Into<String>, value: Pick) -> Item<Pick> {
    Item::new(label, detail, value)
}

/// Offers methods.
pub(super) fn pick_method(model: &mut Model) -> Vec<Effect> {
    let Some(now) = model.shown().map(|open| open.request.method.clone()) else { return Vec::new() };
    let items = METHODS.iter().map(|m| item(*m, "", Pick::Method((*m).into()))).collect();
    let mut picker = Picker::new("Method (type any other)", items)
        .select_where(|pick| matches!(pick, Pick::Method(method) if *method == now));
    picker.unmatched = Unmatched::IsMethod;
    model.overlays.push(Overlay::Pick(picker));
    Vec::new()
}

/// Offers the environments of the workspace.
pub(super) fn pick_environment(model: &mut Model) -> Vec<Effect> {
    let now = model.environment.clone();
    let items = environment_items(model);
    pick(model, ENVIRONMENT, items, |p| matches!(p, Pick::Environment(name) if *name == now));
    Vec::new()
}

/// Title of the picker of environments.
const ENVIRONMENT: &str = "Environment";

fn environment_items(model: &Model) -> Vec<Item<Pick>> {
    let mut items = vec![item("none", "the workspace's own variables", Pick::Environment(None))];
    for environment in model.environments() {
        let detail = if environment.1 { "production" } else { "" };
        items.push(item(environment.0, detail, Pick::Environment(Some(environment.0.to_owned()))));
    }
    items.push(item("new environment…", "its variables come next", Pick::NewEnvironment));
    items
}

/// Has an open picker of environments show what is there now.
pub(super) fn refresh_environments(model: &mut Model) {
    let items = environment_items(model);
    overlays::replace_items(model, ENVIRONMENT, &items);
}

/// Offers the places whose variables the workspace editor shows.
pub(super) fn pick_place(model: &mut Model) -> Vec<Effect> {
    let items = model
        .places()
        .into_iter()
        .map(|place| {
            let file = Workspace::file_of(&place).unwrap_or_else(|| "never saved".to_owned());
            item(place.to_string(), file, Pick::Place(place))
        })
        .collect();
    let now = model.workspace_editor.place.clone();
    pick(model, "Variables of", items, |p| matches!(p, Pick::Place(place) if *place == now));
    Vec::new()
}

/// Offers the identities whose fields the workspace editor shows.
pub(super) fn pick_shown_identity(model: &mut Model, now: &IdentityName) -> Vec<Effect> {
    let names = model.identity_names();
    let items = names.into_iter().map(|name| {
        let detail = model.identity_detail(&name);
        item(name.clone(), detail, Pick::ShowIdentity(name.into()))
    });
    let new = item("new identity…", "", Pick::NewIdentity { sign: false });
    let items = items.chain([new]).collect();
    pick(model, "Identity", items, |p| matches!(p, Pick::ShowIdentity(name) if name == now));
    Vec::new()
}

/// Offers the kinds of a new identity.
pub(super) fn pick_identity_kind(model: &mut Model, identity: &IdentityName, sign: bool) -> Vec<Effect> {
    let kind = |kind: &'static IdentityKindInfo| {
        item(kind.word, kind.doc, Pick::IdentityKind { identity: identity.clone(), kind, sign })
    };
    let items = identity_fields::KINDS.iter().map(kind).collect();
    pick(model, "Kind of the new identity", items, |_| false);
    Vec::new()
}

/// Offers words for a field of an identity.
pub(super) fn pick_identity_word(
    model: &mut Model,
    identity: &IdentityName,
    field: &'static IdentityField,
    words: Vec<(String, &'static str)>,
    now: Option<String>,
) -> Vec<Effect> {
    let pick_of = |word| Pick::IdentityWord { identity: identity.clone(), field, word };
    let out = (!field.required).then(|| item("left out", field.hint, pick_of(None)));
    let items = words.into_iter().map(|(word, detail)| item(word.clone(), detail, pick_of(Some(word))));
    let items = out.into_iter().chain(items).collect();
    pick(model, field.label, items, |p| matches!(p, Pick::IdentityWord { word, .. } if *word == now));
    Vec::new()
}

/// Offers what a field can hold.
pub(super) fn pick_option(model: &mut Model, field: RequestField) -> Vec<Effect> {
    let Some(open) = model.shown() else { return Vec::new() };
    let now = field::text(&open.request, EditorField::Line(field));
    if field == AuthField::Identity.into() {
        return identity_picker::pick(model);
    }
    let items = field::options(field, &[])
        .into_iter()
        .map(|word| item(word.clone(), "", Pick::Option(field, word)))
        .collect();
    let title = field::label(EditorField::Line(field));
    pick(model, title, items, |p| matches!(p, Pick::Option(_, word) if *word == now));
    Vec::new()
}

/// Offers every request of the tree.
pub(super) fn pick_request(model: &mut Model) -> Vec<Effect> {
    let items = model
        .tree
        .nodes()
        .iter()
        .filter(|node| !node.folder)
        .map(|node| {
            let name = model.request_name(&node.path);
            item(name, node.path.as_str(), Pick::Request(node.path.clone()))
        })
        .collect();
    pick(model, "Go to request", items, |_| false);
    Vec::new()
}

/// Offers the headers of the response, to copy one.
pub(super) fn pick_header(model: &mut Model) -> Vec<Effect> {
    let Some(head) = model.exchange().and_then(|exchange| exchange.record.head.as_ref()) else {
        return prompt::say_no_response(model);
    };
    let items = head
        .headers
        .iter()
        .map(|(name, value)| item(name.clone(), value.clone(), Pick::Header(value.clone())))
        .collect();
    pick(model, "Copy a header", items, |_| false);
    Vec::new()
}

/// Chooses an environment.
pub(super) fn choose_environment(model: &mut Model, name: Option<String>) -> Vec<Effect> {
    model.environment = name;
    follow_up::environment_changed(model)
}

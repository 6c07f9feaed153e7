//! Overlays: opening them, their keys, and what is chosen in them.

use crate::config::command::{COMMANDS, Command};
use crate::config::key::{Key, KeyCode};
use crate::core::collection;
use crate::core::convert::curl;
use crate::core::credential::Secret;
use crate::core::request::Request;
use crate::tui::editor::Editor;
use crate::tui::effect::Effect;
use crate::tui::model::field::{self, Choice, Slot};
use crate::tui::model::overlay::{Ask, Confirm, Overlay, Pick, Place};
use crate::tui::model::picker::{Item, Picker};
use crate::tui::model::{Model, NoticeKind, Pane};
use crate::tui::places;
use crate::tui::update::{body, commands, files, secrets, sending};

/// Methods that the picker offers; any other can be typed.
const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

/// Letters of the jump overlay, the easiest to reach first.
const LETTERS: &str = "asdfghjklqwertyuiopzxcvbnmASDFGHJKLQWERTYUIOPZXCVBNM";

/// Asks for a line of text, with what is likely already in it.
pub(super) fn ask(model: &mut Model, ask: Ask) -> Vec<Effect> {
    let text = match &ask {
        Ask::NewRequest => files::folder_prefix(model),
        Ask::NewFolder => files::folder_prefix(model),
        Ask::SaveAs => model.current.as_deref().map(files::stem).unwrap_or_default().to_owned(),
        Ask::Rename(path) => files::stem(path.rsplit('/').next().unwrap_or(path)).to_owned(),
        Ask::Move(path) => files::stem(path).to_owned(),
        Ask::SaveBody => "response.body".to_owned(),
        Ask::Search => {
            let search = model.exchange().and_then(|exchange| exchange.view.search.as_ref());
            search.map(|search| search.query.clone()).unwrap_or_default()
        }
        Ask::Secret(_) => String::new(),
    };
    if matches!(ask, Ask::Search | Ask::SaveBody) && model.exchange().is_none() {
        model.say(NoticeKind::Info, "There is no answer yet: s sends the request");
        return Vec::new();
    }
    model.overlays.push(Overlay::Ask(ask, Editor::new(&text, false)));
    Vec::new()
}

/// Offers every command.
pub(super) fn palette(model: &mut Model) -> Vec<Effect> {
    let items = COMMANDS
        .iter()
        .filter(|info| !matches!(info.command, Command::Accept | Command::Close | Command::EndEdit))
        .map(|info| {
            let keys: Vec<String> =
                model.config.keys.keys(info.command).iter().map(ToString::to_string).collect();
            Item {
                label: format!("{:18} {}", info.title, keys.join(" ")),
                detail: info.doc.into(),
                value: info.command,
            }
        })
        .collect();
    model.overlays.push(Overlay::Palette(Picker::new("Commands", items)));
    Vec::new()
}

fn pick(model: &mut Model, title: &str, items: Vec<Item<Pick>>, now: impl Fn(&Pick) -> bool) {
    model.overlays.push(Overlay::Pick(Picker::new(title, items).select_where(now)));
}

fn item(label: impl Into<String>, detail: impl Into<String>, value: Pick) -> Item<Pick> {
    Item { label: label.into(), detail: detail.into(), value }
}

/// Offers methods.
pub(super) fn pick_method(model: &mut Model) -> Vec<Effect> {
    let Some(now) = model.buffer().map(|buffer| buffer.request.method.clone()) else { return Vec::new() };
    let items = METHODS.iter().map(|m| item(*m, "", Pick::Method((*m).into()))).collect();
    pick(model, "Method (type any other)", items, |p| matches!(p, Pick::Method(m) if *m == now));
    Vec::new()
}

/// Offers the environments of the workspace.
pub(super) fn pick_environment(model: &mut Model) -> Vec<Effect> {
    let now = model.environment.clone();
    let mut items = vec![item("none", "the workspace's own variables", Pick::Environment(None))];
    for environment in model.environments() {
        let detail = if environment.1 { "production" } else { "" };
        items.push(item(environment.0, detail, Pick::Environment(Some(environment.0.to_owned()))));
    }
    pick(model, "Environment", items, |p| matches!(p, Pick::Environment(name) if *name == now));
    Vec::new()
}

/// Offers the words of a choice.
pub(super) fn pick_option(model: &mut Model, choice: Choice) -> Vec<Effect> {
    let Some(buffer) = model.buffer() else { return Vec::new() };
    let now = field::text(&buffer.request, Slot::Choice(choice));
    let items = field::options(choice, &model.identity_names())
        .into_iter()
        .map(|word| {
            let detail =
                if choice == Choice::Identity { model.identity_detail(&word) } else { String::new() };
            item(word.clone(), detail, Pick::Option(choice, word))
        })
        .collect();
    let title = field::label(Slot::Choice(choice));
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
            item(name, node.path.clone(), Pick::Request(node.path.clone()))
        })
        .collect();
    pick(model, "Go to request", items, |_| false);
    Vec::new()
}

/// Offers the headers of the response, to copy one.
pub(super) fn pick_header(model: &mut Model) -> Vec<Effect> {
    let Some(head) = model.exchange().and_then(|exchange| exchange.head.as_ref()) else {
        model.say(NoticeKind::Info, "There is no answer yet: s sends the request");
        return Vec::new();
    };
    let items = head
        .headers
        .iter()
        .map(|(name, value)| item(name.clone(), value.clone(), Pick::Header(value.clone())))
        .collect();
    pick(model, "Copy a header", items, |_| false);
    Vec::new()
}

/// Puts a letter on every place.
pub(super) fn jump(model: &mut Model) -> Vec<Effect> {
    let Some(areas) = model.areas() else { return Vec::new() };
    let targets = LETTERS.chars().zip(places::all(model, &areas)).collect();
    model.overlays.push(Overlay::Jump(targets));
    Vec::new()
}

/// Goes to a place, as a jump or a click does.
pub(super) fn go_to(model: &mut Model, place: Place) -> Vec<Effect> {
    match place {
        Place::Pane(pane) => commands::focus(model, pane),
        Place::TreeRow(row) => {
            let mut effects = commands::focus(model, Pane::Tree);
            if model.editing.is_none() {
                model.tree.set_cursor(row);
                effects.extend(files::show_cursor(model));
            }
            effects
        }
        Place::Tab(tab) => {
            let effects = commands::focus(model, Pane::Request);
            if model.editing.is_none()
                && let Some(buffer) = model.buffer_mut()
            {
                buffer.tab = tab;
            }
            effects
        }
        Place::ResponseTab(tab) => {
            let effects = commands::focus(model, Pane::Response);
            commands::show_response_tab(model, tab);
            effects
        }
        Place::Slot(slot) => {
            let pane = if matches!(slot, Slot::Url | Slot::Method) { Pane::Url } else { Pane::Request };
            let effects = commands::focus(model, pane);
            if pane == Pane::Request
                && model.editing.is_none()
                && let Some(buffer) = model.buffer_mut()
            {
                buffer.go_to(slot);
            }
            effects
        }
    }
}

/// Moves within the topmost overlay. Gives whether there is one.
pub(super) fn move_by(model: &mut Model, by: isize) -> bool {
    let last = crate::tui::view::last_overlay_scroll(model);
    let scrolled = |scroll: usize| scroll.saturating_add_signed(by).min(last);
    match model.overlays.last_mut() {
        Some(Overlay::Help(scroll) | Overlay::Text { scroll, .. }) => *scroll = scrolled(*scroll),
        Some(Overlay::Conflict(conflict)) => conflict.scroll = scrolled(conflict.scroll),
        Some(Overlay::Palette(picker)) => picker.move_by(by),
        Some(Overlay::Pick(picker)) => picker.move_by(by),
        Some(Overlay::Ask(..) | Overlay::Confirm(_) | Overlay::Jump(_)) => {}
        None => return false,
    }
    true
}

/// Keys that are answers to the topmost overlay. `None` where the key is none.
pub(super) fn answer(model: &mut Model, key: Key) -> Option<Vec<Effect>> {
    let KeyCode::Char(letter) = key.code else { return None };
    if key.ctrl || key.alt {
        return None;
    }
    match model.overlays.last()? {
        Overlay::Jump(targets) => {
            let place = targets.iter().find(|(c, _)| *c == letter).map(|(_, place)| *place);
            model.overlays.pop();
            Some(place.map(|place| go_to(model, place)).unwrap_or_default())
        }
        Overlay::Confirm(_) if letter == 'y' => Some(accept(model)),
        Overlay::Confirm(_) if letter == 'n' => {
            model.overlays.pop();
            Some(Vec::new())
        }
        Overlay::Conflict(_) if letter == 'o' || letter == 't' => Some(settle_conflict(model, letter == 'o')),
        Overlay::Confirm(_)
        | Overlay::Conflict(_)
        | Overlay::Help(_)
        | Overlay::Palette(_)
        | Overlay::Pick(_)
        | Overlay::Ask(..)
        | Overlay::Text { .. } => None,
    }
}

fn settle_conflict(model: &mut Model, ours: bool) -> Vec<Effect> {
    let Some(Overlay::Conflict(conflict)) = model.overlays.pop() else { return Vec::new() };
    let path = conflict.path.clone();
    if ours {
        let Some(buffer) = model.buffers.get(&path) else { return Vec::new() };
        let request = Box::new(buffer.request.clone());
        model.saving += 1;
        return vec![Effect::SaveOver(path, request)];
    }
    model.take_theirs.insert(path.clone());
    // What is pressed next is meant for what was taken.
    model.opening = Some(path.clone());
    vec![Effect::Open(path)]
}

/// One key typed into the topmost overlay.
pub(super) fn typed(model: &mut Model, key: Key) -> Vec<Effect> {
    match model.overlays.last_mut() {
        Some(Overlay::Palette(picker)) => {
            picker.query.key(key);
            picker.narrow();
        }
        Some(Overlay::Pick(picker)) => {
            picker.query.key(key);
            picker.narrow();
        }
        Some(Overlay::Ask(_, editor)) => {
            editor.key(key);
        }
        _ => {}
    }
    Vec::new()
}

/// A paste into the topmost overlay.
pub(super) fn pasted(model: &mut Model, text: &str) -> Vec<Effect> {
    match model.overlays.last_mut() {
        Some(Overlay::Palette(picker)) => {
            picker.query.insert(text);
            picker.narrow();
        }
        Some(Overlay::Pick(picker)) => {
            picker.query.insert(text);
            picker.narrow();
        }
        Some(Overlay::Ask(_, editor)) => editor.insert(text),
        _ => {}
    }
    Vec::new()
}

/// A paste where nothing is typed: a curl command offers to become a request.
pub(super) fn offer_paste(model: &mut Model, text: &str) -> Vec<Effect> {
    if !curl::looks_like_curl(text) {
        model.say(NoticeKind::Info, "Nothing is being edited: Enter opens a field, then paste");
        return Vec::new();
    }
    match curl::import(text) {
        Ok(imported) => {
            let confirm = Confirm::Curl(Box::new(imported.request), imported.notes);
            model.overlays.push(Overlay::Confirm(confirm));
        }
        Err(error) => model.say(NoticeKind::Bad, format!("This curl command cannot be read: {error}")),
    }
    Vec::new()
}

/// Takes what is chosen in the topmost overlay.
pub(super) fn accept(model: &mut Model) -> Vec<Effect> {
    match model.overlays.pop() {
        Some(Overlay::Palette(picker)) => match picker.choice() {
            Some(command) => commands::run(model, *command),
            None => Vec::new(),
        },
        Some(Overlay::Pick(picker)) => {
            let typed = picker.query.text();
            match picker.choice().cloned() {
                Some(choice) => picked(model, choice),
                None if picker.title.starts_with("Method") => picked(model, Pick::Method(typed)),
                None => Vec::new(),
            }
        }
        Some(Overlay::Ask(ask, editor)) => answered(model, ask, &editor.text()),
        Some(Overlay::Confirm(confirm)) => confirmed(model, confirm),
        Some(Overlay::Conflict(conflict)) => {
            // Enter alone decides nothing between two versions.
            model.overlays.push(Overlay::Conflict(conflict));
            Vec::new()
        }
        Some(Overlay::Help(_) | Overlay::Jump(_) | Overlay::Text { .. }) | None => Vec::new(),
    }
}

fn picked(model: &mut Model, choice: Pick) -> Vec<Effect> {
    match choice {
        Pick::Method(method) => {
            if let Some(buffer) = model.buffer_mut() {
                buffer.change(|request| request.method = method.trim().to_uppercase());
            }
            files::touched(model)
        }
        Pick::Environment(name) => {
            model.environment = name;
            files::environment_changed(model)
        }
        Pick::Option(choice, word) => {
            if let Some(buffer) = model.buffer_mut() {
                buffer.change(|request| {
                    if choice == Choice::Identity {
                        request.auth.kind = crate::core::request::AuthKind::AwsSigv4;
                    }
                    field::choose(request, choice, &word);
                });
            }
            files::touched(model)
        }
        Pick::Request(path) => {
            model.tree.go_to(&path);
            files::keep_tree_in_view(model);
            let mut effects = files::show_cursor(model);
            effects.extend(files::label_effects(model));
            effects
        }
        Pick::Header(value) => vec![Effect::Copy(value, "The header".into())],
    }
}

fn answered(model: &mut Model, ask: Ask, text: &str) -> Vec<Effect> {
    let trimmed = text.trim();
    if trimmed.is_empty() && ask != Ask::Search {
        return Vec::new();
    }
    match ask {
        Ask::NewRequest => files::create(model, trimmed, Request::default()),
        Ask::SaveAs => {
            let request = model.buffer().map(|buffer| buffer.request.clone()).unwrap_or_default();
            files::create_and_save(model, trimmed, request)
        }
        Ask::NewFolder => vec![Effect::CreateFolder(trimmed.to_owned())],
        Ask::Rename(path) => {
            let to = collection::join(collection::parent(&path), trimmed);
            files::rename(model, path, &to)
        }
        Ask::Move(path) => files::rename(model, path, trimmed),
        Ask::SaveBody => match model.exchange() {
            Some(exchange) => vec![Effect::SaveBody(trimmed.to_owned(), exchange.body.clone(), false)],
            None => Vec::new(),
        },
        Ask::Search => body::search(model, text.to_owned()),
        Ask::Secret(name) => {
            let path = model.current.clone().unwrap_or_default();
            let secret = Secret::new(text);
            vec![secrets::keep(model, path, None, name, secret)]
        }
    }
}

fn confirmed(model: &mut Model, confirm: Confirm) -> Vec<Effect> {
    match confirm {
        Confirm::Quit => {
            model.quitting = true;
            Vec::new()
        }
        Confirm::Delete(path) => files::delete(model, path),
        Confirm::SendProduction(_) => sending::send_now(model),
        Confirm::Curl(mut request, _) => {
            let name = files::name_for(model, &request);
            let taken = secrets::take(&mut request);
            let mut effects = files::create(model, &name, *request);
            effects.extend(secrets::keep_all(model, taken));
            model.say(NoticeKind::Good, "A request was made of the curl command; w saves it");
            effects
        }
        Confirm::SaveAuthorization => files::save_now(model),
        Confirm::Overwrite(path) => match model.exchange() {
            Some(exchange) => vec![Effect::SaveBody(path, exchange.body.clone(), true)],
            None => Vec::new(),
        },
        Confirm::FollowRedirect { path, target } => {
            let Some(buffer) = model.buffers.get(&path) else { return Vec::new() };
            let mut request = buffer.request.clone();
            request.url = target;
            request.params.clear();
            request.auth.kind = crate::core::request::AuthKind::None;
            request.headers.retain(|row| !row.name.eq_ignore_ascii_case("authorization"));
            let name = format!("{} (redirected)", files::stem(&buffer.path));
            let mut effects = files::create(model, &name, request);
            effects.extend(sending::send_now(model));
            effects
        }
    }
}

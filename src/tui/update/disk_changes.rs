//! What others change on disk while the screen is open: requests, the workspace's files, the
//! configuration.
//!
//! Owns that what was typed is never lost to it. Refuses to read files: it asks for them.

use std::collections::BTreeSet;
use std::path::Path;

use crate::config::ConfigProblem;
use crate::config::command::Command;
use crate::config::theme::ThemeName;
use crate::core::names::RequestPath;
use crate::core::scope::Source;
use crate::core::workspace::{Part, Workspace};
use crate::io::store::config_file::LoadedConfig;
use crate::tui::effect::{DiskEffect, Effect};
use crate::tui::keymap;
use crate::tui::model::tree::Node;
use crate::tui::model::{Model, NoticeKind};
use crate::tui::update::follow_up::{draft, environment_changed};
use crate::tui::update::{files, tree_changes};

/// Files changed: the workspace is listed, and what is open of them is read again.
pub(super) fn changed(model: &mut Model, paths: &BTreeSet<String>, anything: bool) -> Vec<Effect> {
    if anything {
        model.find.forget_all();
    }
    paths.iter().for_each(|path| model.find.forget(path));
    let open = model.open_requests.values().filter(|open| open.saved.is_some()).map(|open| &open.path);
    let shown: BTreeSet<&RequestPath> = open.chain(&model.current).collect();
    let concerned = shown.into_iter().filter(|path| anything || paths.contains(&***path));
    let reread = concerned.map(|path| {
        let (path, environment) = (path.clone(), model.environment.clone());
        DiskEffect::Reread { path, environment }.into()
    });
    // What a request inherits is read before the request.
    std::iter::once(DiskEffect::List.into()).chain(reread).collect()
}

/// Reads a request that changed on disk while one of its fields was being edited, and nothing was.
pub(super) fn take_put_off(model: &mut Model) -> Option<Effect> {
    if model.editing.is_some() {
        return None;
    }
    let environment = model.environment.clone();
    let open = model.shown_mut().filter(|open| open.changed_on_disk && !open.is_dirty())?;
    open.changed_on_disk = false;
    Some(DiskEffect::Reread { path: open.path.clone(), environment }.into())
}

/// Closes requests whose files are gone. What was changed and not saved stays, as a new request.
pub(super) fn close_vanished(model: &mut Model, nodes: &[Node]) -> Vec<Effect> {
    let on_disk = model.open_requests.values().filter(|open| open.saved.is_some());
    let mut vanished: BTreeSet<RequestPath> = on_disk.map(|open| open.path.clone()).collect();
    if !vanished.is_empty() {
        for node in nodes {
            vanished.remove(&node.path);
        }
    }
    let mut effects = Vec::new();
    for path in vanished {
        let being_edited = model.is_edited(&path);
        let save = keymap::says(model, Command::Save, "saves it anew");
        match model.open_requests.get_mut(&path) {
            Some(open) if open.is_dirty() || being_edited => {
                (open.saved, open.base, open.changed_on_disk) = (None, None, false);
                effects.push(draft(open));
                let words = format!("{path} was deleted on disk; what you changed is kept, {save}");
                model.say(NoticeKind::Info, words);
            }
            Some(_) | None => {
                effects.extend(tree_changes::close(model, &path));
                model.say(NoticeKind::Info, format!("{path} was deleted on disk"));
            }
        }
    }
    effects
}

/// Closes a request whose file can't be read any more, unless something was typed: what the file said
/// before must not be sent for what it says now.
pub(super) fn close_broken(model: &mut Model, path: &str) {
    let being_edited = model.is_edited(path);
    let Some(open) = model.open_requests.get_mut(path) else { return };
    if open.is_dirty() || being_edited {
        open.changed_on_disk = open.saved.is_some();
    } else {
        model.open_requests.remove(path);
    }
}

/// What requests inherit may be something else now, and the chosen environment may be gone.
pub(super) fn workspace_changed(model: &mut Model, before: Workspace) -> Vec<Effect> {
    let chosen = model.environment.clone();
    let gone = chosen.filter(|name| model.workspace.environment(name).is_none());
    let readable = |found: &Part| *found != Part::File(Source::Workspace);
    if let Some(name) = gone
        && model.workspace.problems.iter().all(|found| readable(&found.part))
    {
        model.environment = None;
        model.say(NoticeKind::Bad, format!("The environment `{name}` is no longer in signpost.toml"));
    }
    let now = Workspace { problems: Vec::new(), ..model.workspace.clone() };
    if (Workspace { problems: Vec::new(), ..before }) == now {
        return Vec::new();
    }
    environment_changed(model)
}

/// The configuration was read again; `[network]` and `[log]` apply from the next start.
pub(super) fn config_read(model: &mut Model, loaded: LoadedConfig) -> Vec<Effect> {
    let LoadedConfig { config, path, problems, .. } = loaded;
    let problems = config_problems(&problems, path.as_deref());
    let problem = problems.first().filter(|_| problems != model.config_problems).cloned();
    model.config_problems = problems;
    if config == model.config {
        if let Some(problem) = problem {
            files::say_problem(model, problem);
        }
        return Vec::new();
    }
    let before = std::mem::replace(&mut model.config, config);
    if before.layout.response != model.config.layout.response {
        model.response_side = model.config.layout.response;
    }
    let named = model.config.theme.name;
    let chosen = named != before.theme.name && named != ThemeName::Auto;
    model.use_theme(if chosen { named } else { model.theme_name });
    let later = before.network != model.config.network || before.log != model.config.log;
    match model.config_problems.first().cloned() {
        Some(problem) => files::say_problem(model, problem),
        None if later => model.say(
            NoticeKind::Info,
            "The configuration was read again; `[network]` and `[log]` apply from the next start",
        ),
        None => model.say(NoticeKind::Good, "The configuration was read again"),
    }
    Vec::new()
}

/// What is wrong with a configuration, each with its place.
pub(crate) fn config_problems(problems: &[ConfigProblem], path: Option<&Path>) -> Vec<String> {
    let place = path.map(|path| path.display().to_string()).unwrap_or_default();
    let worded = problems.iter().map(|problem| {
        let ConfigProblem { line, key, message, hint } = problem;
        format!("{place} line {line}: {key}: {message}. {hint}")
    });
    worded.collect()
}

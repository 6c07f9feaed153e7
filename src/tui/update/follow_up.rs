//! What follows from a change of a request: it is previewed again, and kept as a draft.
//!
//! Owns the effects that carry a request as it is on the screen, with the environment that is
//! chosen at that moment.

use crate::tui::effect::{DiskEffect, Effect, Target, TaskEffect};
use crate::tui::model::Model;
use crate::tui::model::open_request::OpenRequest;

/// An open request as it would be sent now.
pub(super) fn target(model: &Model, path: &str) -> Option<Target> {
    let open = model.open_requests.get(path)?;
    Some(Target {
        path: open.path.clone(),
        environment: model.environment.clone(),
        overrides: model.overrides.clone(),
        sign_as: open.sign_as.clone(),
        request: Box::new(open.request.clone()),
    })
}

/// As [`target`], of the request that is shown.
pub(super) fn shown_target(model: &Model) -> Option<Target> {
    target(model, model.current.as_deref()?)
}

/// What follows from a change of the request that is shown.
pub(super) fn touched(model: &Model) -> Vec<Effect> {
    model.current.as_deref().map(|path| changed(model, path)).unwrap_or_default()
}

/// What follows from a change of a request.
pub(super) fn changed(model: &Model, path: &str) -> Vec<Effect> {
    let Some(open) = model.open_requests.get(path) else { return Vec::new() };
    let mut effects: Vec<Effect> = preview(model, &open.path).into_iter().collect();
    effects.push(if open.is_dirty() {
        draft(open)
    } else {
        DiskEffect::RemoveDraft { path: open.path.clone() }.into()
    });
    effects
}

pub(super) fn draft(open: &OpenRequest) -> Effect {
    DiskEffect::WriteDraft {
        path: open.path.clone(),
        request: Box::new(open.request.clone()),
        base: open.base.clone(),
    }
    .into()
}

/// Asks who would sign a request now.
pub(super) fn preview(model: &Model, path: &str) -> Option<Effect> {
    Some(TaskEffect::Preview { target: target(model, path)? }.into())
}

/// Asks who would sign now, for every request that is open.
pub(super) fn preview_all(model: &Model) -> Vec<Effect> {
    model.open_requests.keys().filter_map(|path| preview(model, path)).collect()
}

/// Another environment has other variables.
pub(super) fn environment_changed(model: &Model) -> Vec<Effect> {
    let inherited = |open: &OpenRequest| {
        let (path, environment) = (open.path.clone(), model.environment.clone());
        match open.saved {
            Some(_) => DiskEffect::Open { path, environment }.into(),
            None => DiskEffect::Inherit { path, environment }.into(),
        }
    };
    model.open_requests.values().map(inherited).collect()
}

//! Pasted AWS keys: recognised, shown, and put into the fields of the request.

use crate::core::convert::{aws_keys, curl};
use crate::core::credential::Secret;
use crate::core::request::AuthKind;
use crate::core::request::fields::AuthField;
use crate::tui::effect::Effect;
use crate::tui::model::overlay::{Confirm, Overlay, PastedKeys};
use crate::tui::model::{Model, NoticeKind, Pane};
use crate::tui::update::{editing, follow_up, scratch, secret_fields, typing};

/// Asks what is to be done with a paste that holds AWS keys. Gives whether it does. Into a text of
/// several lines, only whole pairs of keys are taken for more than text.
pub(super) fn offer(model: &mut Model, text: &str) -> bool {
    if curl::looks_like_curl(text) {
        return false;
    }
    let is_text = model.editing.as_ref().is_some_and(|editing| editing.editor.is_multiline());
    let Some(keys) = aws_keys::find(text) else { return false };
    if is_text && (keys.access_key.is_none() || keys.secret_key.is_none()) {
        return false;
    }
    let text = is_text.then(|| Secret::new(text));
    model.overlays.push(Overlay::Confirm(Confirm::AwsKeys(Box::new(PastedKeys { keys, text }))));
    true
}

/// Signs the request that is shown with pasted keys; the secrets go to the private store.
pub(super) fn take(model: &mut Model, pasted: PastedKeys) -> Vec<Effect> {
    let (mut effects, is_lost) = editing::abandon(model);
    if model.shown().is_none() {
        effects.extend(scratch::open(model, ""));
        effects.extend(editing::leave(model));
    }
    let keys = pasted.keys;
    let Some(open) = model.shown_mut() else { return effects };
    let is_whole = keys.access_key.is_some();
    let needs_region = open.preview.region.is_none();
    open.sign_as = None;
    open.change(|request| {
        request.auth.kind = AuthKind::AwsSigv4;
        let sigv4 = &mut request.auth.sigv4;
        sigv4.identity.clear();
        if let Some(access_key) = keys.access_key {
            sigv4.access_key = access_key;
            // A token of other keys would not fit these.
            sigv4.session_token.clear();
        }
        if let Some(region) = keys.region.filter(|_| needs_region && sigv4.region.is_empty()) {
            sigv4.region = region;
        }
    });
    open.go_to(AuthField::AccessKey.into());
    (model.focus, model.front) = (Pane::Request, Pane::Request);
    effects.extend(follow_up::touched(model));
    let secrets = [(AuthField::SecretKey, keys.secret_key), (AuthField::SessionToken, keys.session_token)];
    let secrets = secrets.into_iter().filter_map(|(field, secret)| Some((field.into(), secret?))).collect();
    effects.extend(secret_fields::keep_all(model, secrets));
    let what =
        if is_whole { "The pasted keys sign this request" } else { "The pasted value is in its field" };
    let lost = if is_lost { "; what was being typed is dropped" } else { "" };
    model.say(NoticeKind::Good, format!("{what}{lost}"));
    effects
}

/// Types the paste as the text that it was meant to be.
pub(super) fn decline(model: &mut Model, pasted: &PastedKeys) -> Vec<Effect> {
    match &pasted.text {
        Some(text) => typing::paste(model, text.expose()),
        None => Vec::new(),
    }
}

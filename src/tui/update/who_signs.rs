//! Who signs the request that is shown, in full.
//!
//! Owns the text of that overlay, and when STS is asked: only where the user asks for it, once for each
//! way to a credential, and never with one that has to be fetched or renewed first.

use crate::config::command::Command;
use crate::core::caller_identity::CallerIdentity;
use crate::core::credential::Expiry;
use crate::core::exchange::Problem;
use crate::core::units;
use crate::engine::PreviewSigner;
use crate::tui::effect::{Effect, TaskEffect};
use crate::tui::keymap;
use crate::tui::model::overlay::Overlay;
use crate::tui::model::{Model, NoticeKind};
use crate::tui::update::{follow_up, trust};

/// Title of the overlay.
const TITLE: &str = "Who signs";

/// Shows who signs, and asks STS whose credential it is.
pub(super) fn show(model: &mut Model) -> Vec<Effect> {
    let Some(signer) = signer(model) else {
        model.say(NoticeKind::Info, "Nobody signs this request");
        return Vec::new();
    };
    let (identity, chain) = (signer.identity.clone(), signer.chain.clone());
    let usable = signer
        .credential
        .as_ref()
        .filter(|credential| !matches!(credential.expiry(model.now), Expiry::Expired(_)));
    let unknown = usable.filter(|_| model.callers.of(signer).is_none());
    let access_key = unknown.map(|credential| credential.access_key.clone());
    let asked = identity.zip(access_key).zip(follow_up::shown_target(model));
    let caller = if asked.is_some() { "asking STS…" } else { "" };
    let text = text(model, caller);
    model.overlays.push(Overlay::Text { title: TITLE.to_owned(), text, scroll: 0 });
    let ask = |((identity, access_key), target): ((String, _), _)| TaskEffect::AskCaller {
        chain,
        access_key,
        identity: identity.into(),
        target,
    };
    asked.map(ask).into_iter().map(Effect::from).collect()
}

/// Takes what STS said; the overlay shows it if it's still open for the same signer.
pub(super) fn told(
    model: &mut Model,
    chain: String,
    access_key: String,
    result: Result<CallerIdentity, Vec<Problem>>,
) -> Vec<Effect> {
    let is_shown = signer(model).is_some_and(|signer| signer.chain == chain);
    let why = match result {
        Ok(caller) => {
            model.callers.keep(chain, access_key, caller);
            String::new()
        }
        Err(_) if !is_shown => return Vec::new(),
        Err(problems) => {
            if let Some(flows) = trust::refused(&problems) {
                close(model);
                return trust::ask(model, None, flows);
            }
            problems.iter().map(Problem::in_one_line).collect::<Vec<_>>().join("; ")
        }
    };
    if !is_shown {
        return Vec::new();
    }
    let text = text(model, &why);
    for overlay in &mut model.overlays {
        if let Overlay::Text { title, text: shown, .. } = overlay
            && title == TITLE
        {
            shown.clone_from(&text);
        }
    }
    Vec::new()
}

fn close(model: &mut Model) {
    model.overlays.retain(|overlay| !matches!(overlay, Overlay::Text { title, .. } if title == TITLE));
}

fn signer(model: &Model) -> Option<&PreviewSigner> {
    model.shown()?.preview.signer.as_ref()
}

/// What is known, line by line. `unknown` stands where account and ARN would.
fn text(model: &Model, unknown: &str) -> String {
    let Some(signer) = signer(model) else { return String::new() };
    let mut lines = Vec::new();
    let mut line = |name: &str, value: &str| {
        if !value.is_empty() {
            lines.push(format!("{name:<9} {value}"));
        }
    };
    line("identity", signer.identity.as_deref().unwrap_or("keys of this request"));
    match model.callers.of(signer) {
        Some(caller) => {
            line("account", &caller.account);
            line("ARN", &caller.arn);
            line("user id", &caller.user_id);
        }
        None => line("ARN", unknown),
    }
    match &signer.credential {
        Some(credential) => {
            line("key", &credential.access_key);
            line("source", &credential.source);
            line("expires", &expires(model, credential.expiry(model.now)));
        }
        None => line("key", "none yet: it is fetched at the send"),
    }
    if let Some(failure) = &signer.failure {
        line("failed", &failure.in_one_line());
    }
    lines.join("\n")
}

fn expires(model: &Model, expiry: Expiry) -> String {
    let seconds = |time: std::time::Duration| units::span(i64::try_from(time.as_secs()).unwrap_or(i64::MAX));
    match expiry {
        Expiry::Unlimited => "never".to_owned(),
        Expiry::Left(left) => format!("in {}", seconds(left)),
        Expiry::Expired(since) => {
            let renew = keymap::says(model, Command::RenewSession, "renews it");
            format!("{} ago; {renew}", seconds(since))
        }
    }
}

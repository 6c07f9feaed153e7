//! Whom a request is signed as: the list, and signing as somebody for this run.
//!
//! Owns what the list offers beyond the workspace's identities: the keys of the environment and the
//! profiles of the user's AWS files. Refuses to read these; they come as they were read aside.

use crate::core::aws_identity::AwsIdentity;
use crate::core::provider::{AwsSummary, ProfileSummary};
use crate::core::request::fields::{AuthField, RequestField};
use crate::tui::effect::{Effect, TaskEffect};
use crate::tui::model::field::{self, EditorField};
use crate::tui::model::overlay::{Overlay, Pick};
use crate::tui::model::picker::{Item, Picker};
use crate::tui::model::{Model, NoticeKind};
use crate::tui::update::{follow_up, overlays};

/// Title of the list.
const TITLE: &str = "Sign as";

/// Offers everybody that the request can be signed as, with the AWS files as they were last read, and
/// has them read again.
pub(super) fn pick(model: &mut Model) -> Vec<Effect> {
    let Some(open) = model.shown() else { return Vec::new() };
    let identity = RequestField::from(AuthField::Identity);
    let now = match &open.sign_as {
        Some(who) => Pick::SignAs(Some(who.clone())),
        None => Pick::Option(identity, field::text(&open.request, EditorField::Line(identity))),
    };
    let picker = Picker::new(TITLE, items(model)).select_where(|pick| *pick == now);
    model.overlays.push(Overlay::Pick(picker));
    vec![TaskEffect::ReadAws.into()]
}

fn items(model: &Model) -> Vec<Item<Pick>> {
    let identity = RequestField::from(AuthField::Identity);
    let is_other = model.shown().is_some_and(|open| open.sign_as.is_some());
    let back =
        is_other.then(|| Item::new("as the request says", "no longer for this run", Pick::SignAs(None)));
    let declared = field::options(identity, &model.identity_names()).into_iter().map(|word| {
        let detail = model.identity_detail(&word);
        Item::new(word.clone(), detail, Pick::Option(identity, word))
    });
    let keys = model.aws.keys.as_ref().map(|keys| {
        Item::new("AWS environment keys", detail("", keys), Pick::SignAs(Some(AwsIdentity::Environment)))
    });
    let profiles = model.aws.profiles.iter().map(|profile| {
        let who = AwsIdentity::Profile(profile.name.clone());
        Item::new(profile.name.clone(), detail("AWS profile", profile), Pick::SignAs(Some(who)))
    });
    let sessions = model.aws.sso_sessions.iter().map(|session| {
        let known = match model.sso_roles.get(session) {
            Some(roles) => format!("SSO session, {} roles", roles.len()),
            None => "SSO session: its accounts and roles".to_owned(),
        };
        Item::new(format!("{session}…"), known, Pick::SsoSession(session.clone()))
    });
    let new = Item::new("new identity…", "its fields come next", Pick::NewIdentity { sign: true });
    back.into_iter().chain(declared).chain(keys).chain(profiles).chain(sessions).chain([new]).collect()
}

/// A profile in words: its kind, account and region, or what is wrong with it.
fn detail(what: &str, found: &ProfileSummary) -> String {
    let known = match &found.problem {
        Some((message, _)) => return message.clone(),
        None => {
            let (account, region) = (found.account.as_deref(), found.region.as_deref());
            vec![what, found.kind, account.unwrap_or_default(), region.unwrap_or_default()]
        }
    };
    known.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(", ")
}

/// Takes what was read of the AWS files; an open list shows it.
pub(super) fn read(model: &mut Model, found: AwsSummary) {
    if let Some(error) = found.errors.first() {
        model.say(NoticeKind::Bad, format!("{}. {}", error.placed(), error.hint));
    }
    model.aws = found;
    let items = items(model);
    overlays::replace_items(model, TITLE, &items);
}

/// Signs the request as somebody for this run, or again as it says itself. Nothing is saved.
pub(super) fn sign_as(model: &mut Model, who: Option<AwsIdentity>) -> Vec<Effect> {
    let Some(open) = model.shown_mut() else { return Vec::new() };
    let words = match &who {
        Some(AwsIdentity::Profile(profile)) => {
            format!("Signed as the AWS profile {profile} for this run; nothing is saved")
        }
        Some(AwsIdentity::Environment) => {
            "Signed with the AWS environment's keys for this run; nothing is saved".to_owned()
        }
        Some(AwsIdentity::SsoRole(role)) => {
            format!("Signed as {} in {} for this run; nothing is saved", role.role_name, role.account_id)
        }
        None => "Signed as the request says".to_owned(),
    };
    open.sign_as = who;
    let path = open.path.clone();
    model.say(NoticeKind::Info, words);
    follow_up::preview(model, &path).into_iter().collect()
}

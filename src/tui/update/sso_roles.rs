//! The accounts and roles of an `sso-session`: listed when somebody asks for them, and kept for this run.

use crate::core::aws_identity::AwsIdentity;
use crate::core::exchange::Problem;
use crate::core::sso_role::{SessionRole, SsoRole};
use crate::tui::effect::{Effect, TaskEffect};
use crate::tui::model::overlay::{Overlay, Pick};
use crate::tui::model::picker::{Item, Picker};
use crate::tui::model::{Model, NoticeKind};

/// Offers the roles of a session, which are asked for first if they aren't known.
pub(super) fn list(model: &mut Model, session: String) -> Vec<Effect> {
    if model.sso_roles.contains_key(&session) {
        offer(model, &session);
        return Vec::new();
    }
    model.say(NoticeKind::Info, format!("Listing the roles of {session}…"));
    let id = model.next_id();
    vec![TaskEffect::ListRoles { id, session }.into()]
}

/// Takes the roles of a session, and offers them unless the user is at something else by now.
pub(super) fn listed(
    model: &mut Model,
    session: String,
    roles: Result<Vec<SsoRole>, Vec<Problem>>,
) -> Vec<Effect> {
    match roles {
        Ok(roles) if roles.is_empty() => {
            model.say(NoticeKind::Info, format!("The SSO session {session} leads to no roles"));
        }
        Ok(roles) => {
            model.notice = None;
            model.sso_roles.insert(session.clone(), roles);
            if model.overlays.is_empty() && model.editing.is_none() {
                offer(model, &session);
            }
        }
        Err(problems) => {
            let why: Vec<String> = problems.iter().map(Problem::in_one_line).collect();
            model.say(NoticeKind::Bad, why.join("; "));
        }
    }
    Vec::new()
}

fn offer(model: &mut Model, session: &str) {
    let item = |role: &SsoRole| {
        let who = SessionRole {
            session: session.to_owned(),
            account_id: role.account_id.clone(),
            role_name: role.role_name.clone(),
        };
        let account = format!("{} {}", role.account_id, role.account_name);
        Item::new(role.role_name.clone(), account.trim_end(), Pick::SignAs(Some(AwsIdentity::SsoRole(who))))
    };
    let items = model.sso_roles.get(session).into_iter().flatten().map(item).collect();
    model.overlays.push(Overlay::Pick(Picker::new("Sign as a role of the SSO session", items)));
}

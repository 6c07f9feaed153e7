//! Fixes in the words of the screen: its tabs, and its keys as bound.
//!
//! Owns the places that `core` leaves open. Refuses to diagnose anything.

use crate::config::command::Command;
use crate::core::finding::{Finding, Fix};
use crate::tui::clipboard::NotCopied;
use crate::tui::keymap;
use crate::tui::model::Model;

/// The fixes of a finding, except commands to run.
pub(crate) fn hint(model: &Model, finding: &Finding) -> String {
    let fixes = finding.fixes.iter().filter_map(|fix| says(model, fix));
    let hint = (!finding.hint.is_empty()).then(|| finding.hint.clone());
    hint.into_iter().chain(fixes).collect::<Vec<_>>().join(" ")
}

/// A fix as a sentence; `None` for a command, which is shown separately.
fn says(model: &Model, fix: &Fix) -> Option<String> {
    Some(match fix {
        Fix::SetRegion(Some(region)) => {
            format!("Set the region to {region} on the Auth tab, or clear it to use the host's.")
        }
        Fix::SetRegion(None) => "Set the endpoint's region on the Auth tab.".into(),
        Fix::SetService(Some(service)) => format!("Set the service to {service} on the Auth tab."),
        Fix::SetService(None) => "Set the endpoint's service on the Auth tab.".into(),
        Fix::EnableSigning => "Choose AWS SigV4 on the Auth tab.".into(),
        Fix::ChooseIdentity => {
            format!("{}.", keymap::says(model, Command::IdentityPicker, "picks another identity"))
        }
        Fix::ChooseAuth => "Choose the kind on the Auth tab.".into(),
        Fix::Renew(identity) => {
            let words = format!("renews the credentials of {identity}");
            format!("{}.", keymap::says(model, Command::RenewSession, &words))
        }
        Fix::AddSessionToken => "Paste the session token that came with the key on the Auth tab.".into(),
        Fix::DropSessionToken => "Clear the session token on the Auth tab.".into(),
        Fix::SignPayload => "Set the payload to signed on the Auth tab.".into(),
        Fix::SignInHeaders => "Set the signature's location to headers on the Auth tab.".into(),
        Fix::ExtendExpiry => "If it has to live longer, raise its expiry on the Auth tab.".into(),
        Fix::DropHeader(name) => format!("Disable the row `{name}` on the Headers tab."),
        Fix::Command(_) => return None,
    })
}

/// Why a text was not copied, and what to do instead.
pub(crate) fn not_copied(model: &Model, why: &NotCopied) -> String {
    match why {
        NotCopied::TooLong(bytes) => {
            let save = keymap::says(model, Command::SaveBody, "saves a body to a file");
            format!("{bytes} bytes are more than a terminal accepts (OSC 52); {save}")
        }
        NotCopied::Failed(why) => why.clone(),
    }
}

//! Requests, identities and values in words.

use crate::core::identity::IdentityKind;
use crate::core::scope::Source;
use crate::core::secret_names;
use crate::core::template;
use crate::tui::model::{Model, tree};

impl Model {
    /// An identity in words.
    pub(crate) fn identity_detail(&self, name: &str) -> String {
        match self.workspace.identities.iter().find(|identity| identity.name == name).map(|i| &i.kind) {
            None => "typed into this request, secrets kept in the private store".to_owned(),
            Some(IdentityKind::Keys { access_key, .. }) => format!("keys {access_key}"),
            Some(IdentityKind::GetSessionToken { source, duration_seconds, .. }) => {
                let seconds = duration_seconds.unwrap_or(43_200);
                format!("session of {source}, {seconds} s, from STS GetSessionToken")
            }
            Some(IdentityKind::FederationToken(user)) => {
                format!("federated user {}, from STS with {}", user.name, user.source)
            }
            Some(IdentityKind::AssumeRole(role)) => format!("role {} with {}", role.role_arn, role.source),
            Some(IdentityKind::Profile { profile }) => format!("AWS profile {profile}"),
            Some(IdentityKind::Environment) => "what the AWS CLI uses here".to_owned(),
            Some(IdentityKind::SsoRole(role)) => format!("SSO role in {}", role.account_id),
            Some(IdentityKind::Process { command }) => format!("output of {command}"),
            Some(IdentityKind::Anonymous) => "not signed".to_owned(),
            Some(IdentityKind::Broken(problem)) => problem.placed(),
        }
    }

    /// The name to show for a request: its display name, or its file's name.
    pub(crate) fn request_name(&self, path: &str) -> String {
        let open = self.open_requests.get(path).and_then(|open| open.request.name.clone());
        let read = match self.tree.label(path) {
            Some(tree::Label::Request { name, .. }) => name.clone(),
            Some(tree::Label::Broken(_)) | None => None,
        };
        let file = || path.rsplit('/').next().unwrap_or(path).trim_end_matches(".toml").to_owned();
        open.or(read).unwrap_or_else(file)
    }

    /// The value of a variable with its source; one that may be a secret is masked.
    pub(crate) fn value_in_words(&self, name: &str, value: &str, source: &Source) -> String {
        let masked = secret_names::may_be_secret(name) && !self.revealed && !template::is_reference(value);
        let value = if masked && !value.is_empty() { "••••••••" } else { value };
        format!("{value}  ({source})")
    }
}

//! The `[identities]` of `signpost.toml`.
//!
//! Owns the keys of each kind. Refuses to fail for one that is invalid: it counts as broken, and a
//! request that needs it isn't sent.

use super::Reader;
use crate::config::FileError;
use crate::config::text::Section;
use crate::core::identity::{AssumedRole, FederatedUser, Identity, IdentityKind, Renew};
use crate::core::names::IdentityName;
use crate::core::workspace::Part;

/// The words of an identity's `kind`.
#[derive(Clone, Copy)]
enum Kind {
    Keys,
    GetSessionToken,
    FederationToken,
    AssumeRole,
    Profile,
    Environment,
    Process,
    Anonymous,
}

const KINDS: [(&str, Kind); 8] = [
    ("keys", Kind::Keys),
    ("get-session-token", Kind::GetSessionToken),
    ("get-federation-token", Kind::FederationToken),
    ("assume-role", Kind::AssumeRole),
    ("profile", Kind::Profile),
    ("environment", Kind::Environment),
    ("process", Kind::Process),
    ("anonymous", Kind::Anonymous),
];

const RENEW: [(&str, Renew); 3] = [("auto", Renew::Auto), ("ask", Renew::Ask), ("never", Renew::Never)];

/// Reads the values of one identity.
struct Values<'s, 't> {
    name: &'s str,
    section: &'s Section<'t>,
}

impl Values<'_, '_> {
    fn missing(&self, key: &str) -> FileError {
        let message = format!("the identity `{}` has no `{key}`", self.name);
        self.section.error(message, format!("Add {key} = \"...\"."))
    }

    fn wanted(&self, key: &str) -> Result<String, FileError> {
        self.section.string(key)?.ok_or_else(|| self.missing(key))
    }

    fn text(&self, key: &str) -> Result<String, FileError> {
        Ok(self.section.string(key)?.unwrap_or_default())
    }

    fn duration(&self) -> Result<Option<u64>, FileError> {
        Ok(self.section.integer("duration_seconds", 0..=i64::MAX)?.map(i64::unsigned_abs))
    }

    fn renew(&self) -> Result<Renew, FileError> {
        Ok(self.section.word("renew", &RENEW)?.unwrap_or_default())
    }

    fn tags(&self) -> Result<Vec<(String, String)>, FileError> {
        let Some(tags) = self.section.section("tags")? else { return Ok(Vec::new()) };
        tags.keys().map(|key| Ok((key.to_owned(), tags.string(key)?.unwrap_or_default()))).collect()
    }
}

impl Reader<'_> {
    pub(super) fn identities(&mut self, section: &Section<'_>) -> Vec<Identity> {
        let Some(group) = self.key(section, "identities", Section::section) else { return Vec::new() };
        let read: Vec<Identity> = group
            .keys()
            .map(|name| {
                let kind = self.identity(name, &group);
                Identity { name: name.into(), kind: kind.unwrap_or_else(|error| self.broken(name, error)) }
            })
            .collect();
        let checked = read.iter().map(|identity| match identity.check(&read) {
            Ok(()) => identity.clone(),
            Err(error) => {
                let place = group.section(&identity.name).ok().flatten().unwrap_or_else(|| group.clone());
                let error = place.error_in(error.key(), error.to_string(), error.hint());
                Identity { name: identity.name.clone(), kind: self.broken(&identity.name, error) }
            }
        });
        checked.collect()
    }

    fn broken(&mut self, name: &str, error: FileError) -> IdentityKind {
        let problem = self.file_problem(error.clone());
        self.push(Part::Identity(name.into()), error);
        IdentityKind::Broken(Box::new(problem))
    }

    fn identity(&mut self, name: &str, group: &Section<'_>) -> Result<IdentityKind, FileError> {
        let Some(section) = group.section(name)? else {
            return Err(group.error(format!("the identity `{name}` is empty"), "Remove it."));
        };
        let values = Values { name, section: &section };
        let kind = section.word("kind", &KINDS)?.ok_or_else(|| values.missing("kind"))?;
        self.unknown(&section, known_keys(kind));
        match kind {
            Kind::Keys => Ok(IdentityKind::Keys {
                access_key: values.wanted("access_key")?,
                secret_key: values.wanted("secret_key")?,
                session_token: values.text("session_token")?,
            }),
            Kind::GetSessionToken => Ok(IdentityKind::GetSessionToken {
                source: IdentityName::new(values.wanted("source")?),
                duration_seconds: values.duration()?,
                endpoint: values.text("endpoint")?,
                region: values.text("region")?,
                mfa_serial: values.text("mfa_serial")?,
                renew: values.renew()?,
            }),
            Kind::FederationToken => federated_user(&values),
            Kind::AssumeRole => assumed_role(&values),
            Kind::Profile => Ok(IdentityKind::Profile { profile: values.wanted("profile")? }),
            Kind::Environment => Ok(IdentityKind::Environment),
            Kind::Process => Ok(IdentityKind::Process { command: values.wanted("command")? }),
            Kind::Anonymous => Ok(IdentityKind::Anonymous),
        }
    }
}

fn federated_user(values: &Values<'_, '_>) -> Result<IdentityKind, FileError> {
    Ok(IdentityKind::FederationToken(Box::new(FederatedUser {
        source: IdentityName::new(values.wanted("source")?),
        name: values.wanted("name")?,
        policy: values.text("policy")?,
        tags: values.tags()?,
        duration_seconds: values.duration()?,
        endpoint: values.text("endpoint")?,
        region: values.text("region")?,
        renew: values.renew()?,
    })))
}

fn assumed_role(values: &Values<'_, '_>) -> Result<IdentityKind, FileError> {
    Ok(IdentityKind::AssumeRole(Box::new(AssumedRole {
        source: IdentityName::new(values.wanted("source")?),
        role_arn: values.wanted("role_arn")?,
        session_name: values.text("role_session_name")?,
        external_id: values.text("external_id")?,
        policy: values.text("policy")?,
        tags: values.tags()?,
        transitive_tags: values.section.strings("transitive_tags")?.unwrap_or_default(),
        source_identity: values.text("source_identity")?,
        mfa_serial: values.text("mfa_serial")?,
        duration_seconds: values.duration()?,
        endpoint: values.text("endpoint")?,
        region: values.text("region")?,
        renew: values.renew()?,
    })))
}

/// The keys that a declaration may have.
fn known_keys(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Keys => &["kind", "access_key", "secret_key", "session_token"],
        Kind::GetSessionToken => {
            &["kind", "source", "duration_seconds", "endpoint", "region", "mfa_serial", "renew"]
        }
        Kind::FederationToken => {
            &["kind", "source", "name", "policy", "tags", "duration_seconds", "endpoint", "region", "renew"]
        }
        Kind::AssumeRole => &[
            "kind",
            "source",
            "role_arn",
            "role_session_name",
            "external_id",
            "policy",
            "tags",
            "transitive_tags",
            "source_identity",
            "mfa_serial",
            "duration_seconds",
            "endpoint",
            "region",
            "renew",
        ],
        Kind::Profile => &["kind", "profile"],
        Kind::Process => &["kind", "command"],
        Kind::Environment | Kind::Anonymous => &["kind"],
    }
}

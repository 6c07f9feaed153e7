//! What a workspace may read and send.
//!
//! Owns the rule: a workspace that was made here may use whatever its author wrote; one that came
//! from elsewhere sends nothing private until its user has allowed exactly that, to exactly that
//! host. Refuses to read anything: what a request reads, and where links lead, comes in as values.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt;
use std::path::PathBuf;

use super::credential::Secret;
use super::scope::ValueSource;
use super::template::{self, PartKind, Reference};

/// Something private that a request reads.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PrivateRead {
    /// An environment variable, by its name.
    Env(String),
    /// A secret of the private store, by its name.
    Secret(String),
    /// A file outside the workspace, by its absolute path after links are followed.
    File(String),
    /// A profile of the user's AWS files, by its name.
    Profile(String),
    /// The credentials that the AWS CLI uses without `--profile`.
    AwsDefault,
    /// A role of an SSO session: `SESSION/ACCOUNT/ROLE`.
    SsoRole(String),
    /// The output of a command, which is run for it.
    Command(String),
}

impl PrivateRead {
    /// Reads what [`PrivateRead::key`] gives; `None` for anything else.
    pub(crate) fn from_key(key: &str) -> Option<Self> {
        let (kind, name) = key.split_once(':')?;
        let name = name.to_owned();
        match kind {
            "env" => Some(Self::Env(name)),
            "secret" => Some(Self::Secret(name)),
            "file" => Some(Self::File(name)),
            "profile" => Some(Self::Profile(name)),
            "aws" => Some(Self::AwsDefault),
            "sso" => Some(Self::SsoRole(name)),
            "command" => Some(Self::Command(name)),
            _ => None,
        }
    }

    /// `env:NAME`, `secret:NAME`, `file:PATH`, `profile:NAME`, `aws:default`, `sso:ROLE` or `command:TEXT`.
    pub(crate) fn key(&self) -> String {
        match self {
            Self::Env(name) => format!("env:{name}"),
            Self::Secret(name) => format!("secret:{name}"),
            Self::File(path) => format!("file:{path}"),
            Self::Profile(name) => format!("profile:{name}"),
            Self::AwsDefault => "aws:default".to_owned(),
            Self::SsoRole(role) => format!("sso:{role}"),
            Self::Command(command) => format!("command:{command}"),
        }
    }
}

impl fmt::Display for PrivateRead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Env(name) => write!(f, "the environment variable {name}"),
            Self::Secret(name) => write!(f, "the secret {name}"),
            Self::File(path) => write!(f, "the file {path}"),
            Self::Profile(name) => write!(f, "the credentials of the AWS profile {name}"),
            Self::AwsDefault => f.write_str("the credentials that the AWS CLI uses here"),
            Self::SsoRole(role) => write!(f, "the credentials of the SSO role {role}"),
            Self::Command(command) => write!(f, "the output of the command `{command}`"),
        }
    }
}

/// Something private, and the origin it would go to: `https://example.com`, `http://127.0.0.1:9000`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Flow {
    /// The origin.
    pub to: String,
    /// What goes there, or signs or otherwise shapes what goes there.
    pub read: PrivateRead,
}

/// What a workspace isn't allowed to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Untrusted {
    /// Its folder.
    pub workspace: PathBuf,
    /// What would be read, and where it would go.
    pub flows: BTreeSet<Flow>,
}

/// How far a workspace is trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trust {
    /// It was made here: everything.
    MadeHere,
    /// It came from elsewhere: these flows, and anything that reads nothing private.
    Allowed(BTreeSet<Flow>),
}

impl Default for Trust {
    /// A workspace from elsewhere that was never trusted.
    fn default() -> Self {
        Self::Allowed(BTreeSet::new())
    }
}

impl Trust {
    /// The same with these flows allowed.
    #[must_use]
    pub fn with(self, flows: BTreeSet<Flow>) -> Self {
        match self {
            Self::MadeHere => Self::MadeHere,
            Self::Allowed(allowed) => Self::Allowed(allowed.into_iter().chain(flows).collect()),
        }
    }

    /// The flows that the user hasn't allowed.
    pub fn missing(&self, flows: BTreeSet<Flow>) -> BTreeSet<Flow> {
        match self {
            Self::MadeHere => BTreeSet::new(),
            Self::Allowed(allowed) => flows.into_iter().filter(|flow| !allowed.contains(flow)).collect(),
        }
    }
}

/// What a text refers to directly, not through variables.
pub fn reads_in(text: &str) -> BTreeSet<PrivateRead> {
    let read = |part: template::Part| match part.kind {
        PartKind::Reference(Reference::Secret(name)) => Some(PrivateRead::Secret(name)),
        PartKind::Reference(Reference::Env(name)) => Some(PrivateRead::Env(name)),
        PartKind::Reference(Reference::Variable(_)) | PartKind::Literal(_) | PartKind::Broken(_) => None,
    };
    template::parse(text).into_iter().filter_map(read).collect()
}

/// Flows in words, a group for each origin: the origin first, then what goes there.
pub(crate) fn by_origin(flows: &BTreeSet<Flow>) -> Vec<(&str, Vec<&PrivateRead>)> {
    let mut groups: Vec<(&str, Vec<&PrivateRead>)> = Vec::new();
    for flow in flows {
        match groups.last_mut().filter(|(origin, _)| *origin == flow.to) {
            Some((_, reads)) => reads.push(&flow.read),
            None => groups.push((&flow.to, vec![&flow.read])),
        }
    }
    groups
}

/// Stands for a value that isn't known, so that the rest of the request can be looked at. No host may
/// contain it, so that none is taken for another.
const UNKNOWN: &str = "%";

/// A source that notes what is asked of it, and never lacks anything.
pub(crate) struct NotingSource<'a> {
    source: &'a dyn ValueSource,
    noted: RefCell<BTreeSet<PrivateRead>>,
}

impl<'a> NotingSource<'a> {
    pub(crate) fn new(source: &'a dyn ValueSource) -> Self {
        Self { source, noted: RefCell::default() }
    }

    /// Everything that was asked for, known or not.
    pub(crate) fn noted(&self) -> BTreeSet<PrivateRead> {
        self.noted.borrow().clone()
    }

    fn note(&self, read: PrivateRead) {
        self.noted.borrow_mut().insert(read);
    }
}

impl ValueSource for NotingSource<'_> {
    fn secret(&self, name: &str) -> Option<Secret> {
        self.note(PrivateRead::Secret(name.to_owned()));
        Some(self.source.secret(name).unwrap_or_else(|| Secret::new(UNKNOWN)))
    }

    fn env(&self, name: &str) -> Option<String> {
        self.note(PrivateRead::Env(name.to_owned()));
        Some(self.source.env(name).unwrap_or_else(|| UNKNOWN.to_owned()))
    }
}

/// A source whose values are the references themselves, so that a text with them contains no secret.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AsWritten;

impl ValueSource for AsWritten {
    fn secret(&self, name: &str) -> Option<Secret> {
        Some(Secret::new(format!("{{{{secret:{name}}}}}")))
    }

    fn env(&self, name: &str) -> Option<String> {
        Some(format!("{{{{env:{name}}}}}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flow(read: PrivateRead, to: &str) -> Flow {
        Flow { to: to.into(), read }
    }

    #[test]
    fn a_workspace_from_elsewhere_sends_only_what_was_allowed_and_only_there() {
        let alice = PrivateRead::Secret("alice".into());
        let allowed = Trust::Allowed([flow(alice.clone(), "https://api.example")].into());
        let missing = |flows: &[Flow]| allowed.missing(flows.iter().cloned().collect());
        assert_eq!(missing(&[flow(alice.clone(), "https://api.example")]), [].into());
        for new in [
            flow(alice.clone(), "http://api.example"),
            flow(alice.clone(), "https://attacker.example"),
            flow(PrivateRead::Env("alice".into()), "https://api.example"),
            flow(PrivateRead::Secret("bob".into()), "https://api.example"),
            flow(PrivateRead::File("/etc/passwd".into()), "https://api.example"),
        ] {
            let asked = [flow(alice.clone(), "https://api.example"), new.clone()];
            assert_eq!(missing(&asked), [new].into());
        }
        let all: BTreeSet<_> = [flow(alice, "https://attacker.example")].into();
        assert_eq!(Trust::MadeHere.missing(all.clone()), [].into());
        assert_eq!(Trust::default().missing(all.clone()), all);
    }

    #[test]
    fn a_private_read_goes_round_through_its_key() {
        for read in [
            PrivateRead::Env("A".into()),
            PrivateRead::Secret("a.b".into()),
            PrivateRead::File("/a:b".into()),
            PrivateRead::Profile("a:b".into()),
            PrivateRead::AwsDefault,
            PrivateRead::Command("get --key=a:b".into()),
        ] {
            assert_eq!(PrivateRead::from_key(&read.key()), Some(read));
        }
        assert_eq!(PrivateRead::from_key("identity:a"), None);
    }

    #[test]
    fn flows_are_grouped_by_where_they_go() {
        let (a, b) = (PrivateRead::Env("A".into()), PrivateRead::Env("B".into()));
        let flows =
            [flow(a.clone(), "https://y"), flow(b.clone(), "https://x"), flow(a.clone(), "https://x")];
        let flows = flows.into_iter().collect();
        assert_eq!(by_origin(&flows), [("https://x", vec![&a, &b]), ("https://y", vec![&a])]);
    }
}

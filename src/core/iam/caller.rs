//! Who makes a request.
//!
//! Owns the kinds of callers and how a policy's principal matches them. Refuses to know keys and
//! tokens: the cloud authenticates.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>

use super::arn::{self, Arn};

/// Tags of a principal: key and value.
pub(crate) type Tags = Vec<(String, String)>;

/// Who makes a request. Whether temporary credentials or MFA were used is in the context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Caller {
    /// The root user of an account.
    Root {
        /// `arn:aws:iam::ACCOUNT:root`
        arn: String,
        /// 12 digits.
        account: String,
    },
    /// An IAM user, also when it uses credentials of GetSessionToken.
    User {
        /// With the path: `arn:aws:iam::ACCOUNT:user/PATH/NAME`.
        arn: String,
        /// `AIDA…`; empty if unknown.
        id: String,
        /// 12 digits.
        account: String,
        /// Tags of the user.
        tags: Tags,
    },
    /// A session of a role.
    Session {
        /// `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`
        arn: String,
        /// `arn:aws:iam::ACCOUNT:role/PATH/ROLE`
        role: String,
        /// `AROA…:SESSION`; empty if unknown.
        id: String,
        /// 12 digits.
        account: String,
        /// Tags of the session and of the role.
        tags: Tags,
    },
    /// A session of GetFederationToken.
    Federated {
        /// `arn:aws:sts::ACCOUNT:federated-user/NAME`
        arn: String,
        /// ARN of the user who asked for it.
        user: String,
        /// `ACCOUNT:NAME`
        id: String,
        /// 12 digits.
        account: String,
        /// Tags of the session.
        tags: Tags,
    },
    /// A request without a signature.
    Anonymous,
    /// An AWS service.
    Service {
        /// For example `events.amazonaws.com`.
        name: String,
    },
    /// Somebody authenticated by an identity provider who hasn't assumed a role yet.
    WebIdentity {
        /// The provider as a trust policy names it under `Federated`.
        provider: String,
    },
}

/// A text that doesn't name a caller.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` isn't a valid principal")]
pub(crate) struct UnknownPrincipal(pub String);

impl UnknownPrincipal {
    /// What to write instead.
    pub(crate) fn hint(&self) -> &'static str {
        "Name the ARN of a user, role, assumed-role session, federated user or account root, an \
         account id of 12 digits (its root), a service such as events.amazonaws.com, or `anonymous`."
    }
}

/// How a policy's principal matches a caller; a later one grants more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reach {
    /// By its account, which leaves the grant to the account's identity policies.
    Account,
    /// By the role or user behind its session: boundary and session policies still limit it.
    Behind,
    /// By name, or as everybody.
    Direct,
}

impl Caller {
    /// Parses an ARN, an account ID, a service, or `anonymous`.
    pub(crate) fn parse(text: &str) -> Result<Self, UnknownPrincipal> {
        if matches!(text, "anonymous" | "*") {
            return Ok(Self::Anonymous);
        }
        if arn::is_account(text) {
            return Ok(Self::Root { arn: format!("arn:aws:iam::{text}:root"), account: text.to_owned() });
        }
        let service = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
        if text.contains(".amazonaws.com") && text.chars().all(service) {
            return Ok(Self::Service { name: text.to_owned() });
        }
        Self::of_arn(text).ok_or_else(|| UnknownPrincipal(text.to_owned()))
    }

    fn of_arn(text: &str) -> Option<Self> {
        let Arn { partition, service, account, name, .. } = Arn::read(text)?;
        let (arn, tags) = (text.to_owned(), Vec::new());
        let id = String::new();
        let owner = account.to_owned();
        let named = |prefix: &str| name.strip_prefix(prefix).filter(|rest| !rest.is_empty());
        match service {
            "iam" if name == "root" => Some(Self::Root { arn, account: owner }),
            "iam" if named("user/").is_some() => Some(Self::User { arn, id, account: owner, tags }),
            "iam" if named("role/").is_some() => {
                Some(Self::Session { role: arn.clone(), arn, id, account: owner, tags })
            }
            "sts" => match (named("assumed-role/"), named("federated-user/")) {
                (Some(rest), _) => {
                    let (role, session) = rest.split_once('/')?;
                    if role.is_empty() || session.is_empty() {
                        return None;
                    }
                    let role = format!("arn:{partition}:iam::{account}:role/{role}");
                    Some(Self::Session { arn, role, id, account: owner, tags })
                }
                (None, Some(user)) => {
                    let id = format!("{account}:{user}");
                    let user = format!("arn:{partition}:iam::{account}:user/{user}");
                    Some(Self::Federated { arn, user, id, account: owner, tags })
                }
                (None, None) => None,
            },
            _ => None,
        }
    }

    /// Its ARN; for a session, the session's. `None` for a caller without one.
    pub(crate) fn arn(&self) -> Option<&str> {
        match self {
            Self::Root { arn, .. }
            | Self::User { arn, .. }
            | Self::Session { arn, .. }
            | Self::Federated { arn, .. } => Some(arn),
            Self::Anonymous | Self::Service { .. } | Self::WebIdentity { .. } => None,
        }
    }

    /// The account it belongs to, if any.
    pub(crate) fn account(&self) -> Option<&str> {
        match self {
            Self::Root { account, .. }
            | Self::User { account, .. }
            | Self::Session { account, .. }
            | Self::Federated { account, .. } => Some(account),
            Self::Anonymous | Self::Service { .. } | Self::WebIdentity { .. } => None,
        }
    }

    /// `aws:userid`: `AIDA…`, `AROA…:SESSION`, `ACCOUNT:NAME`, or the account of a root user.
    pub(crate) fn id(&self) -> Option<&str> {
        let id = match self {
            Self::Root { account, .. } => account,
            Self::User { id, .. } | Self::Session { id, .. } | Self::Federated { id, .. } => id,
            Self::Anonymous | Self::Service { .. } | Self::WebIdentity { .. } => return None,
        };
        (!id.is_empty()).then_some(id)
    }

    /// Its name in messages.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Anonymous => "anonymous",
            Self::Service { name } | Self::WebIdentity { provider: name } => name,
            Self::Root { arn, .. }
            | Self::User { arn, .. }
            | Self::Session { arn, .. }
            | Self::Federated { arn, .. } => arn,
        }
    }

    /// The value of `aws:NAME`, if it follows from the caller.
    pub(super) fn fact(&self, name: &str) -> Option<&str> {
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        if is("username") {
            return match self {
                Self::User { arn, .. } => arn.rsplit('/').next(),
                _ => None,
            };
        }
        if is("userid") {
            return self.id();
        }
        if is("PrincipalArn") {
            // The role's ARN, not its session's.
            return match self {
                Self::Session { role, .. } => Some(role),
                _ => self.arn(),
            };
        }
        if is("PrincipalAccount") {
            return self.account();
        }
        if is("PrincipalType") {
            return match self {
                Self::Root { .. } => Some("Account"),
                Self::User { .. } => Some("User"),
                Self::Session { .. } => Some("AssumedRole"),
                Self::Federated { .. } => Some("FederatedUser"),
                Self::Anonymous => Some("Anonymous"),
                Self::Service { .. } | Self::WebIdentity { .. } => None,
            };
        }
        if is("PrincipalIsAWSService") {
            return match self {
                Self::Service { .. } => Some("true"),
                _ => self.account().map(|_| "false"),
            };
        }
        const TAG: &str = "PrincipalTag/";
        let tag = name.get(..TAG.len()).filter(|prefix| prefix.eq_ignore_ascii_case(TAG))?;
        let wanted = &name[tag.len()..];
        self.tags().iter().find(|(key, _)| key.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.as_str())
    }

    fn tags(&self) -> &[(String, String)] {
        match self {
            Self::User { tags, .. } | Self::Session { tags, .. } | Self::Federated { tags, .. } => tags,
            Self::Root { .. } | Self::Anonymous | Self::Service { .. } | Self::WebIdentity { .. } => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn principals_are_parsed() {
        let role = Caller::parse("arn:aws-cn:sts::123456789012:assumed-role/Ops/me").unwrap();
        assert_eq!(
            role,
            Caller::Session {
                arn: "arn:aws-cn:sts::123456789012:assumed-role/Ops/me".into(),
                role: "arn:aws-cn:iam::123456789012:role/Ops".into(),
                id: String::new(),
                account: "123456789012".into(),
                tags: Vec::new(),
            }
        );
        assert_eq!(role.fact("principalarn"), Some("arn:aws-cn:iam::123456789012:role/Ops"));
        assert_eq!(role.id(), None);
        let root = Caller::parse("123456789012").unwrap();
        assert_eq!((root.arn(), root.id()), (Some("arn:aws:iam::123456789012:root"), Some("123456789012")));
        assert_eq!(Caller::parse("*"), Ok(Caller::Anonymous));
        assert_eq!(
            Caller::parse("s3.amazonaws.com"),
            Ok(Caller::Service { name: "s3.amazonaws.com".into() })
        );
        let bob = Caller::parse("arn:aws:sts::123456789012:federated-user/bob").unwrap();
        assert_eq!((bob.id(), bob.fact("username")), (Some("123456789012:bob"), None));
    }

    #[test]
    fn invalid_principals_are_refused() {
        for text in [
            "",
            "alice",
            "12345678901",
            "arn:aws:iam::123456789012:user/",
            "arn:aws:iam::12345:user/alice",
            "arn:aws:iam::123456789012:group/dev",
            "arn:aws:sts::123456789012:assumed-role/Ops",
            "arn:aws:sts::123456789012:assumed-role//me",
            "arn:aws:s3:::bucket",
        ] {
            assert_eq!(Caller::parse(text), Err(UnknownPrincipal(text.to_owned())), "{text}");
        }
    }
}

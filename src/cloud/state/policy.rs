//! Policy documents, and a few of AWS's managed policies.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::rename::{Rename, rename_in_policy};
use crate::core::iam::{Kind, Malformed, Policy, Version};

/// A policy as text, and parsed.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    pub(crate) text: String,
    pub(crate) policy: Policy,
    kind: Kind,
}

impl Document {
    /// Of a user, a group or a role; a boundary, a session policy or an SCP.
    pub(crate) fn identity(text: &str) -> Result<Self, Malformed> {
        let document = Self::parse(text, Kind::Identity)?;
        if document.policy.version() == Version::V2012 {
            return Ok(document);
        }
        let message = "Policy document must be version 2012-10-17 or greater.".to_owned();
        Err(Malformed { message, place: "Version".to_owned() })
    }

    /// Of a function.
    pub(crate) fn resource(text: &str) -> Result<Self, Malformed> {
        Self::parse(text, Kind::Resource)
    }

    /// Of a role: who may assume it.
    pub(crate) fn trust(text: &str) -> Result<Self, Malformed> {
        Self::parse(text, Kind::Trust)
    }

    fn parse(text: &str, kind: Kind) -> Result<Self, Malformed> {
        Ok(Self { policy: Policy::parse(text, kind)?, text: text.to_owned(), kind })
    }

    /// The document with renamed principals; `None` if all stay, so that its text stays as written.
    pub(super) fn with_principals(&self, rename: Rename<'_>) -> Option<Self> {
        // A document is valid JSON, and renaming principals can't make it malformed.
        let mut policy: Value = serde_json::from_str(&self.text).ok()?;
        if !rename_in_policy(&mut policy, rename) {
            return None;
        }
        Self::parse(&policy.to_string(), self.kind).ok()
    }

    /// Characters without white space, as IAM's quotas count.
    pub(crate) fn weight(&self) -> usize {
        weight(&self.text)
    }
}

/// Characters without white space.
pub(crate) fn weight(text: &str) -> usize {
    text.chars().filter(|c| !c.is_whitespace()).count()
}

/// Saved as a word for its kind, then its text.
impl Serialize for Document {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{}\n{}", word(self.kind), self.text))
    }
}

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = String::deserialize(deserializer)?;
        let (kind, text) = written.split_once('\n').unwrap_or(("", &written));
        let kind = KINDS
            .into_iter()
            .find(|known| word(*known) == kind)
            .ok_or_else(|| D::Error::custom(format_args!("`{kind}` isn't a kind of policy")))?;
        Self::parse(text, kind).map_err(D::Error::custom)
    }
}

const KINDS: [Kind; 3] = [Kind::Identity, Kind::Resource, Kind::Trust];

fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Identity => "identity",
        Kind::Resource => "resource",
        Kind::Trust => "trust",
    }
}

/// AWS managed policies, by ARN.
///
/// <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html>
static AWS_MANAGED: LazyLock<BTreeMap<String, Document>> = LazyLock::new(|| {
    const ALL: [(&str, &str); 3] = [
        (
            "AdministratorAccess",
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#,
        ),
        (
            "IAMFullAccess",
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iam:*","organizations:DescribeAccount","organizations:DescribeOrganization","organizations:DescribeOrganizationalUnit","organizations:DescribePolicy","organizations:ListChildren","organizations:ListParents","organizations:ListPoliciesForTarget","organizations:ListRoots","organizations:ListPolicies","organizations:ListTargetsForPolicy"],"Resource":"*"}]}"#,
        ),
        (
            "service-role/AWSLambdaRole",
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["lambda:InvokeFunction"],"Resource":["*"]}]}"#,
        ),
    ];
    // A document that doesn't parse would be missing here; a test counts them.
    let parse = |(name, text): (&str, &str)| {
        Some((format!("arn:aws:iam::aws:policy/{name}"), Document::identity(text).ok()?))
    };
    ALL.into_iter().filter_map(parse).collect()
});

/// AWS managed policies, which belong to no account.
pub(crate) fn aws_managed() -> &'static BTreeMap<String, Document> {
    &AWS_MANAGED
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_aws_managed_policy_parses() {
        assert_eq!(aws_managed().len(), 3);
    }
}

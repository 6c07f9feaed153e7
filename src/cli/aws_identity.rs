//! Identities that no workspace declares: a profile that a flag names, and what the AWS CLI would use.
//!
//! Owns their names, and what the AWS files say about them. Refuses to fetch a credential.

use crate::core::aws::Aws;
use crate::core::aws_environment::DEFAULT_PROFILE;
use crate::core::identity::{Identity, IdentityKind};
use crate::core::provider::default_chain_is_configured;
use crate::core::trust::PrivateRead;
use crate::engine::Job;
use crate::io::store::aws_files::AwsStore;

/// Name of the identity that stands for what the AWS CLI would use. A name of a workspace's identity
/// may be the same; this one then wins.
pub(super) const DEFAULT_CHAIN: &str = "AWS environment";

/// Adds an identity that stands for a profile, which the user named; returns its name.
pub(super) fn add_profile(job: &mut Job, profile: &str) -> String {
    let name = format!("profile {profile}");
    // The name is taken as it is, and so are braces in it.
    let kind = IdentityKind::Profile { profile: profile.replace("{{", "\\{{") };
    job.identities.insert(0, Identity { name: name.as_str().into(), kind });
    job.given.insert(PrivateRead::Profile(profile.to_owned()));
    name
}

/// Adds the identity that stands for what the AWS CLI would use; returns its name.
pub(super) fn add_default_chain(job: &mut Job) -> String {
    let kind = IdentityKind::Environment;
    job.identities.insert(0, Identity { name: DEFAULT_CHAIN.into(), kind });
    job.given.insert(PrivateRead::AwsDefault);
    DEFAULT_CHAIN.to_owned()
}

/// Whether the AWS CLI would find a credential apart from the environment's keys and the instance, or a
/// mistake in one.
pub(super) fn has_default_chain() -> bool {
    let aws = AwsStore::of_process().read();
    aws.environment.get("AWS_ACCESS_KEY_ID").is_none() && default_chain_is_configured(&aws)
}

/// The region of the profile that an identity is.
pub(super) fn region(job: &Job, identity: &str) -> Option<String> {
    let aws = AwsStore::of_process().read();
    let section = aws.files.profiles.get(profile_of(job, identity, &aws)?)?;
    section.text("region").map(str::to_owned)
}

/// The profile that an identity is, or that the environment names for it.
pub(super) fn profile_of<'a>(job: &'a Job, identity: &str, aws: &'a Aws) -> Option<&'a str> {
    let identity = job.identities.iter().find(|one| *one.name == *identity)?;
    if let IdentityKind::Profile { profile } = &identity.kind {
        return Some(profile);
    }
    let of_environment = || aws.environment.profile().map_or(DEFAULT_PROFILE, |(_, name)| name);
    matches!(identity.kind, IdentityKind::Environment).then(of_environment)
}

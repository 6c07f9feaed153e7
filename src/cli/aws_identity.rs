//! Identities that no workspace declares: a profile that a flag names, and what the AWS CLI would use.
//!
//! Owns that naming one is allowing it. Refuses to fetch a credential.

use crate::core::aws_identity::AwsIdentity;
use crate::core::provider::default_chain_is_configured;
use crate::engine::Job;
use crate::io::store::aws_files::AwsStore;

/// Adds an identity that the user named; returns its name.
pub(super) fn add(job: &mut Job, who: &AwsIdentity) -> String {
    job.given.insert(who.read());
    job.add_identity(who)
}

/// Whether the AWS CLI would find a credential apart from the environment's keys and the instance, or a
/// mistake in one.
pub(super) fn has_default_chain() -> bool {
    let aws = AwsStore::of_process().read();
    aws.environment.get("AWS_ACCESS_KEY_ID").is_none() && default_chain_is_configured(&aws)
}

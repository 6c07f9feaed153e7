//! What the AWS CLI would use without `--profile`: the default chain.
//!
//! Owns its order. Refuses an instance's metadata service if a profile was named: such a request goes
//! to an address that isn't the user's.

use super::profile::{Profiles, find};
use super::step::Base;
use super::wrong::Wrong;
use super::{Provider, environment};
use crate::core::aws::Aws;
use crate::core::aws_environment::DEFAULT_PROFILE;

/// The default chain: keys of the environment, the profile that the environment names or the default
/// one, web identity, container, instance.
pub(super) fn chain(aws: &Aws) -> Result<Provider, Wrong> {
    let named = aws.environment.profile();
    let name = named.map_or(DEFAULT_PROFILE, |(_, name)| name);
    let ca_bundle = aws.ca_bundle(find(name, aws).ok());
    let with = |chain| Provider { ca_bundle: ca_bundle.clone(), ..Provider::of_chain(chain) };
    if let Some(keys) = environment::keys(aws)? {
        let passed_over = named.map(|(variable, profile)| format!("{variable}={profile}"));
        return Ok(Provider { passed_over, ..with((Base::Keys(keys), Vec::new())) });
    }
    let of = |base| Ok(with((base, Vec::new())));
    let has_profile = named.is_some() || aws.files.profiles.contains_key(name) || aws.files.error().is_some();
    if has_profile {
        if let Some(chain) = Profiles::chain(name, aws, true)? {
            return Ok(with(chain));
        }
    } else if let Some(web_identity) = environment::web_identity(aws)? {
        return of(Base::WebIdentity(web_identity));
    }
    if let Some(container) = environment::container(aws) {
        return of(Base::Container(container));
    }
    if named.is_some() {
        return Err(Profiles::required(name, aws).err().unwrap_or_else(nothing));
    }
    let imds = environment::imds(aws, find(name, aws).ok());
    if imds.disabled { Err(nothing()) } else { of(Base::Imds(imds)) }
}

fn nothing() -> Wrong {
    Wrong::new(
        "no AWS credentials were found: neither in the environment nor in a default profile",
        "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or choose a profile.",
    )
}

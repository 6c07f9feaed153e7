//! What is known of every profile without fetching anything: for lists.

use super::default_chain;
use super::profile::Profiles;
use super::step::{Base, Step};
use crate::core::aws::Aws;
use crate::core::aws_environment::DEFAULT_PROFILE;
use crate::core::file_problem::FileProblem;

/// A profile in a few words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ProfileSummary {
    /// Its name.
    pub name: String,
    /// How its credential is obtained.
    pub kind: &'static str,
    /// The account, if the files name it.
    pub account: Option<String>,
    /// The region, if the files name it.
    pub region: Option<String>,
    /// What is wrong with it, and what to do.
    pub problem: Option<(String, String)>,
}

/// Everybody whom the user's AWS environment and files name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct AwsSummary {
    /// The environment's keys, if it has any.
    pub keys: Option<ProfileSummary>,
    /// Every profile, by name.
    pub profiles: Vec<ProfileSummary>,
    /// The names of every `sso-session`.
    pub sso_sessions: Vec<String>,
    /// What makes the files invalid.
    pub errors: Vec<FileProblem>,
}

impl AwsSummary {
    /// What is known without fetching anything.
    pub(crate) fn of(aws: &Aws) -> Self {
        let name = "AWS_ACCESS_KEY_ID";
        let keys = aws.environment.get(name).map(|_| ProfileSummary {
            name: name.to_owned(),
            kind: "keys",
            account: aws.environment.get("AWS_ACCOUNT_ID").map(str::to_owned),
            region: aws.environment.region().map(str::to_owned),
            problem: None,
        });
        let sso_sessions = aws.files.sso_sessions.keys().cloned().collect();
        Self { keys, profiles: profiles(aws), sso_sessions, errors: aws.files.errors.clone() }
    }
}

/// Every profile of the files, by name.
fn profiles(aws: &Aws) -> Vec<ProfileSummary> {
    let summary = |name: &String| {
        let section = aws.files.profiles.get(name);
        let text = |key: &str| section.and_then(|section| section.text(key)).map(str::to_owned);
        let chain = Profiles::required(name, aws);
        let (kind, problem) = match &chain {
            Ok((_, steps)) if matches!(steps.last(), Some(Step::AssumeRole(_))) => ("role", None),
            Ok((base, _)) => (kind(base), None),
            Err(wrong) => ("none", Some((wrong.message.clone(), wrong.hint.clone()))),
        };
        let of_arn = |key| text(key)?.split(':').nth(4).map(str::to_owned);
        ProfileSummary {
            name: name.clone(),
            kind,
            account: text("sso_account_id")
                .or_else(|| of_arn("role_arn"))
                .or_else(|| of_arn("login_session"))
                .or_else(|| text("aws_account_id"))
                .filter(|account| !account.is_empty()),
            region: text("region"),
            problem,
        }
    };
    aws.files.profiles.keys().map(summary).collect()
}

/// Whether a profile has everything that its credential needs.
pub(crate) fn is_complete(profile: &str, aws: &Aws) -> bool {
    Profiles::required(profile, aws).is_ok()
}

/// Whether the default chain finds a credential before it asks the instance, or a mistake in one.
pub(crate) fn default_chain_is_configured(aws: &Aws) -> bool {
    match default_chain::chain(aws) {
        Ok(provider) => !matches!(provider.base, Base::Imds(_)) || !provider.steps.is_empty(),
        Err(_) => aws.environment.profile().is_some() || aws.files.profiles.contains_key(DEFAULT_PROFILE),
    }
}

fn kind(base: &Base) -> &'static str {
    match base {
        Base::Keys(_) => "keys",
        Base::Process(_) => "process",
        Base::Sso(_) => "sso",
        Base::WebIdentity(_) => "web-identity",
        Base::Login(_) => "login",
        Base::Container(_) => "container",
        Base::Imds(_) => "instance",
    }
}

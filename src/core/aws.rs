//! What AWS's own clients look at: the environment and the two files.
//!
//! Owns both as values that belong together. Refuses to read either: `io/store/aws_files` does.

use std::sync::Arc;

use crate::core::aws_environment::AwsEnvironment;
use crate::core::aws_files::{AwsFiles, AwsSection};

/// The environment and the files, as they were at one moment.
#[derive(Clone, Debug, Default)]
pub struct Aws {
    /// Environment variables.
    pub environment: Arc<AwsEnvironment>,
    /// Profiles and what they refer to.
    pub files: Arc<AwsFiles>,
}

impl Aws {
    /// The region that the environment names, else the profile.
    pub(crate) fn region<'a>(&'a self, profile: Option<&'a AwsSection>) -> &'a str {
        let of_profile = || profile.and_then(|profile| profile.text("region"));
        self.environment.region().or_else(of_profile).unwrap_or_default()
    }

    /// The configured endpoint of a service, by its id in lower snake case (`sts`,
    /// `secrets_manager`): its own environment variable, else the one for all services, else the
    /// profile's `services` section, else the profile. `None` if nothing is configured, or if what is
    /// configured is to be ignored.
    /// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html>
    pub(crate) fn endpoint_url<'a>(
        &'a self,
        service: &str,
        profile: Option<&'a AwsSection>,
    ) -> Option<&'a str> {
        let ignored = |text: &str| text.eq_ignore_ascii_case("true");
        if self.environment.is_true("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")
            || profile
                .and_then(|profile| profile.text("ignore_configured_endpoint_urls"))
                .is_some_and(ignored)
        {
            return None;
        }
        let variable = format!("AWS_ENDPOINT_URL_{}", service.to_ascii_uppercase());
        let in_services = || {
            let services = self.files.services.get(profile?.text("services")?)?;
            services.get(&service.to_ascii_lowercase())?.sub_property("endpoint_url")
        };
        self.environment
            .get(&variable)
            .or_else(|| self.environment.get("AWS_ENDPOINT_URL"))
            .or_else(in_services)
            .or_else(|| profile?.text("endpoint_url"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::aws_files::AwsText;

    #[test]
    fn the_nearest_endpoint_wins() {
        let text = "[profile a]\nendpoint_url = http://profile\nservices = dev\n[services dev]\nsts =\n  endpoint_url = http://services\n";
        let files = Arc::new(AwsFiles::parse(Some(AwsText { name: "config", text }), None));
        let endpoint = |service: &str, variables: &[(&str, &str)]| {
            let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            let aws =
                Aws { environment: Arc::new(AwsEnvironment::new(variables)), files: Arc::clone(&files) };
            aws.endpoint_url(service, files.profiles.get("a")).map(str::to_owned)
        };
        let global = ("AWS_ENDPOINT_URL", "http://global");
        let own = ("AWS_ENDPOINT_URL_STS", "http://own");
        assert_eq!(endpoint("iam", &[]).unwrap(), "http://profile");
        assert_eq!(endpoint("sts", &[]).unwrap(), "http://services");
        assert_eq!(endpoint("sts", &[global]).unwrap(), "http://global");
        assert_eq!(endpoint("sts", &[global, own]).unwrap(), "http://own");
        let ignore = ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "True");
        assert_eq!(endpoint("sts", &[global, own, ignore]), None);
    }
}

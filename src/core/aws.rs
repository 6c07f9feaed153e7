//! What AWS's own clients look at: the environment and the two files.
//!
//! Owns both as values that belong together. Refuses to read either: `io/store/aws_files` does.

use std::path::PathBuf;
use std::sync::Arc;

use crate::core::aws_environment::AwsEnvironment;
use crate::core::aws_files::{AwsFiles, AwsSection};

/// The endpoint of STS that belongs to no region.
const GLOBAL_STS: &str = "https://sts.amazonaws.com";

/// Regions in which `legacy` means the global endpoint of STS; newer ones have only their own.
const LEGACY_REGIONS: [&str; 16] = [
    "ap-northeast-1",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "aws-global",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

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

    /// A file with authorities to trust for a credential's requests: the one that the environment names, else
    /// the profile. <https://docs.aws.amazon.com/sdkref/latest/guide/feature-gen-config.html>
    pub(crate) fn ca_bundle(&self, profile: Option<&AwsSection>) -> Option<PathBuf> {
        let of_profile = || profile?.text("ca_bundle");
        self.environment.get("AWS_CA_BUNDLE").or_else(of_profile).map(PathBuf::from)
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

    /// The endpoint of STS: the configured one, else the global one if `sts_regional_endpoints` or
    /// `AWS_STS_REGIONAL_ENDPOINTS` is `legacy` and the region had it, else empty for the regional one.
    /// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-sts-regionalized-endpoints.html>
    ///
    /// # Errors
    /// The setting is neither `legacy` nor `regional`; in words.
    pub(crate) fn sts_endpoint<'a>(&'a self, profile: Option<&'a AwsSection>) -> Result<&'a str, String> {
        let of_profile = || profile?.text("sts_regional_endpoints");
        let setting = self.environment.get("AWS_STS_REGIONAL_ENDPOINTS").or_else(of_profile);
        let setting = setting.unwrap_or("regional");
        let is_legacy = match setting.to_ascii_lowercase().as_str() {
            "legacy" => true,
            "regional" => false,
            _ => return Err(format!("`sts_regional_endpoints` can't be `{setting}`")),
        };
        let configured = self.endpoint_url("sts", profile);
        let region = self.region(profile);
        let global = is_legacy && (region.is_empty() || LEGACY_REGIONS.contains(&region));
        Ok(configured.unwrap_or(if global { GLOBAL_STS } else { "" }))
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

    #[test]
    fn the_legacy_endpoint_of_sts_is_that_of_the_regions_that_had_it() {
        let sts = |profile: &str, variables: &[(&str, &str)]| {
            let text = format!("[profile a]\n{profile}");
            let text = AwsText { name: "config", text: &text };
            let files = Arc::new(AwsFiles::parse(Some(text), None));
            let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            let aws = Aws { environment: Arc::new(AwsEnvironment::new(variables)), files };
            aws.sts_endpoint(aws.files.profiles.get("a")).map(str::to_owned)
        };
        let legacy = "sts_regional_endpoints = legacy\n";
        assert_eq!(sts("region = eu-west-1\n", &[]).unwrap(), "");
        assert_eq!(sts(&format!("{legacy}region = eu-west-1\n"), &[]).unwrap(), GLOBAL_STS);
        assert_eq!(sts(&format!("{legacy}region = eu-south-1\n"), &[]).unwrap(), "");
        let regional = ("AWS_STS_REGIONAL_ENDPOINTS", "regional");
        assert_eq!(sts(&format!("{legacy}region = eu-west-1\n"), &[regional]).unwrap(), "");
        let own = ("AWS_ENDPOINT_URL_STS", "http://own");
        assert_eq!(sts(&format!("{legacy}region = eu-west-1\n"), &[own]).unwrap(), "http://own");
        let wrong = sts("sts_regional_endpoints = global\n", &[]).unwrap_err();
        assert_eq!(wrong, "`sts_regional_endpoints` can't be `global`");
    }
}

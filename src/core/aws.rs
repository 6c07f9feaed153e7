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
    use std::fmt::Write as _;
    use std::path::Path;

    use serde_json::Value;

    use super::*;
    use crate::core::aws_files::AwsText;

    fn pairs(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
        value.as_object().unwrap().iter()
    }

    fn config(suite: &Value) -> String {
        let mut text = String::new();
        for (name, profile) in pairs(&suite["profiles"]) {
            writeln!(text, "[profile {name}]").unwrap();
            for (key, value) in pairs(profile) {
                writeln!(text, "{key} = {}", value.as_str().unwrap()).unwrap();
            }
        }
        for (name, services) in pairs(&suite["services"]) {
            writeln!(text, "[services {name}]").unwrap();
            for (service, values) in pairs(services) {
                writeln!(text, "{service} =").unwrap();
                for (key, value) in pairs(values) {
                    writeln!(text, "  {key} = {}", value.as_str().unwrap()).unwrap();
                }
            }
        }
        text
    }

    /// botocore's cases, in the folder that `SIGNPOST_BOTOCORE_CASES` names: `tests/functional` of its
    /// source distribution. They aren't part of this repository; without them nothing is compared.
    #[test]
    fn botocores_cases_of_endpoint_urls_hold() {
        let Some(folder) = std::env::var_os("SIGNPOST_BOTOCORE_CASES") else { return };
        let file = Path::new(&folder).join("configured_endpoint_urls/profile-tests.json");
        let cases: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        let suite = &cases["testSuites"][0];
        let config = config(suite);
        let files = AwsFiles::parse(Some(AwsText { name: "config", text: &config }), None);
        assert_eq!((&files.errors, &files.warnings), (&vec![], &vec![]));
        let files = Arc::new(files);
        let cases = suite["endpointUrlTests"].as_array().unwrap();
        assert_eq!(cases.len(), 39);
        for case in cases {
            let client = &suite["client_configs"][case["client_config"].as_str().unwrap()];
            let variables = pairs(&suite["environments"][case["environment"].as_str().unwrap()]);
            let environment = AwsEnvironment::new(
                variables.map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned())),
            );
            let aws = Aws { environment: Arc::new(environment), files: Arc::clone(&files) };
            let profile = aws.files.profiles.get(case["profile"].as_str().unwrap());
            // What the client's author passes isn't configured: it comes first.
            let ignored = client["ignore_configured_endpoint_urls"] == true;
            let service = case["service"].as_str().unwrap();
            let configured = aws.endpoint_url(service, profile).filter(|_| !ignored);
            let found = client["endpoint_url"].as_str().or(configured);
            // AWS's own endpoint is what remains if nothing is configured.
            let expected =
                case["output"]["endpointUrl"].as_str().filter(|url| !url.ends_with(".amazonaws.com"));
            assert_eq!(found, expected, "{}", case["name"]);
        }
    }

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

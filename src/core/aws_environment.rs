//! The environment variables that decide about AWS credentials, as values.
//!
//! Owns which names count, and where the AWS files are by default. Refuses to read the process
//! environment: whoever starts the program passes it in once.

use std::collections::BTreeMap;
use std::fmt;

use crate::core::credential::Secret;

/// Names that count besides those that begin with `AWS_`: where the user's home is.
const HOME_NAMES: [&str; 4] = ["HOME", "USERPROFILE", "HOMEDRIVE", "HOMEPATH"];

/// The profile that is used if none is named.
pub(crate) const DEFAULT_PROFILE: &str = "default";

/// The variables that begin with `AWS_`, and the user's home. `Debug` shows names only.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct AwsEnvironment(BTreeMap<String, Secret>);

impl AwsEnvironment {
    /// Keeps those of these variables that count.
    pub fn new(variables: impl IntoIterator<Item = (String, String)>) -> Self {
        let counts = |name: &str| name.starts_with("AWS_") || HOME_NAMES.contains(&name);
        let kept = variables.into_iter().filter(|(name, _)| counts(name));
        Self(kept.map(|(name, value)| (name, Secret::new(value))).collect())
    }

    /// The value of a variable without white space around it; a blank one counts as unset.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|value| value.expose().trim()).filter(|value| !value.is_empty())
    }

    /// Whether a variable is set to `true`, in any case.
    pub(crate) fn is_true(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    /// The profile that the environment names, and the variable that does.
    pub(crate) fn profile(&self) -> Option<(&'static str, &str)> {
        ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"].into_iter().find_map(|name| Some((name, self.get(name)?)))
    }

    /// The region that the environment names.
    pub(crate) fn region(&self) -> Option<&str> {
        self.get("AWS_REGION").or_else(|| self.get("AWS_DEFAULT_REGION"))
    }

    /// The user's home. `windows` also looks at the variables that only Windows has.
    pub fn home(&self, windows: bool) -> Option<String> {
        let of_windows = || {
            let drive_and_path = || Some(format!("{}{}", self.get("HOMEDRIVE")?, self.get("HOMEPATH")?));
            self.get("USERPROFILE").map(str::to_owned).or_else(drive_and_path)
        };
        self.get("HOME").map(str::to_owned).or_else(|| windows.then(of_windows).flatten())
    }

    /// Path of the config file; `None` if the user has no home and none is named.
    pub fn config_file(&self, windows: bool) -> Option<String> {
        self.aws_file("AWS_CONFIG_FILE", "config", windows)
    }

    /// Path of the credentials file, as [`AwsEnvironment::config_file`].
    pub fn credentials_file(&self, windows: bool) -> Option<String> {
        self.aws_file("AWS_SHARED_CREDENTIALS_FILE", "credentials", windows)
    }

    fn aws_file(&self, variable: &str, name: &str, windows: bool) -> Option<String> {
        let separator = if windows { '\\' } else { '/' };
        let in_home = |rest: &str| {
            let home = self.home(windows)?;
            Some(format!("{}{separator}{rest}", home.trim_end_matches(['/', separator])))
        };
        match self.get(variable) {
            None => in_home(&format!(".aws{separator}{name}")),
            Some(path) => match path.strip_prefix('~').and_then(|rest| rest.strip_prefix(['/', separator])) {
                Some(rest) => in_home(rest),
                None => Some(path.to_owned()),
            },
        }
    }
}

impl fmt::Debug for AwsEnvironment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(variables: &[(&str, &str)]) -> AwsEnvironment {
        AwsEnvironment::new(variables.iter().map(|(name, value)| ((*name).into(), (*value).into())))
    }

    #[test]
    fn only_names_that_count_are_kept_and_blank_values_are_unset() {
        let found = environment(&[("PATH", "/bin"), ("AWS_PROFILE", " "), ("AWS_REGION", " eu-west-1 ")]);
        assert_eq!(found.get("PATH"), None);
        assert_eq!(found.profile(), None);
        assert_eq!(found.region(), Some("eu-west-1"));
        assert_eq!(format!("{found:?}"), r#"{"AWS_PROFILE", "AWS_REGION"}"#);
    }

    #[test]
    fn a_tilde_stands_for_the_home() {
        let found = environment(&[("HOME", "/home/user/"), ("AWS_CONFIG_FILE", "~/other")]);
        assert_eq!(found.config_file(false).unwrap(), "/home/user/other");
        assert_eq!(found.credentials_file(false).unwrap(), "/home/user/.aws/credentials");
        assert_eq!(environment(&[("AWS_CONFIG_FILE", "~x")]).config_file(false).unwrap(), "~x");
        assert_eq!(environment(&[]).config_file(false), None);
    }
}

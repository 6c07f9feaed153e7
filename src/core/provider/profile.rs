//! A profile of the user's AWS files -> a chain.
//!
//! Owns which of a profile's keys count, in the order of the AWS CLI, and how its sources are
//! followed. Refuses what no client of AWS accepts: a loop, half a key pair, a source that isn't there.

use std::path::PathBuf;

use super::environment;
use super::step::{
    AssumeRole, Base, CliCache, Imds, Login, MOST_CHAINED_SECONDS, Process, SessionToken, Sso, Step,
    WebIdentity,
};
use super::wrong::Wrong;
use crate::core::aws::Aws;
use crate::core::aws_files::{AwsFileKind, AwsSection, AwsValue, Place};
use crate::core::credential::{Credential, Secret, is_malformed_key};
use crate::core::identity::{ROLE_SECONDS, Renew};
use crate::core::suggest;

/// What a login to a session asks for if the session doesn't say, as the AWS CLI has it.
const DEFAULT_SCOPE: &str = "sso:account:access";

/// A base and the steps from there.
pub(super) type Chain = (Base, Vec<Step>);

/// Reads one profile, with those that it refers to.
pub(super) struct Profiles<'a> {
    aws: &'a Aws,
    /// The profile that was asked for: its region and endpoints count for the whole chain.
    top: &'a AwsSection,
    /// Whether the environment may name a web identity.
    use_environment: bool,
}

/// The section of a profile.
pub(super) fn find<'a>(name: &str, aws: &'a Aws) -> Result<&'a AwsSection, Wrong> {
    if let Some(error) = aws.files.error() {
        return Err(Wrong::new(error.placed(), error.hint.clone()));
    }
    aws.files.profiles.get(name).ok_or_else(|| {
        let hint = match suggest::closest(name, aws.files.profiles.keys().map(String::as_str)) {
            Some(close) => format!("Did you mean `{close}`?"),
            None => format!("Add it with `aws configure --profile {name}`."),
        };
        Wrong::new(format!("no AWS profile is named `{name}`"), hint)
    })
}

impl<'a> Profiles<'a> {
    /// A profile that is read on its own.
    pub(super) fn of(name: &str, aws: &'a Aws) -> Result<Self, Wrong> {
        Ok(Self { aws, top: find(name, aws)?, use_environment: false })
    }

    /// The chain of a profile; `None` if it names no credential at all.
    pub(super) fn chain(name: &'a str, aws: &'a Aws, use_environment: bool) -> Result<Option<Chain>, Wrong> {
        let top = find(name, aws)?;
        let profiles = Self { aws, top, use_environment };
        if is_role(top) {
            return profiles.role(name, top, &mut vec![name]).map(Some);
        }
        Ok(profiles.base(name, top)?.map(|base| (base, Vec::new())))
    }

    /// The same, for a profile that must have a credential.
    pub(super) fn required(name: &'a str, aws: &'a Aws) -> Result<Chain, Wrong> {
        Self::chain(name, aws, false)?.ok_or_else(|| match aws.files.profiles.get(name) {
            Some(section) => without_credentials(name, section),
            None => Wrong::new(format!("no AWS profile is named `{name}`"), ""),
        })
    }

    /// A role and its source. `visited` are the profiles on the way here.
    fn role(
        &self,
        name: &'a str,
        section: &'a AwsSection,
        visited: &mut Vec<&'a str>,
    ) -> Result<Chain, Wrong> {
        let mut step = self.assume_role(name, section)?;
        let (base, mut steps) = match (section.get("source_profile"), section.get("credential_source")) {
            (Some(_), Some(source)) => {
                let message = format!("profile `{name}` has both `source_profile` and `credential_source`");
                return Err(Wrong::at(&source.place, message, "Keep one of them."));
            }
            (None, None) => {
                let message = format!("profile `{name}` has a role, but no source for its credentials");
                let hint = "Add `source_profile` or `credential_source`.";
                return Err(Wrong::at(&section.place, message, hint));
            }
            (None, Some(source)) => (self.named_source(source)?, Vec::new()),
            (Some(source), None) => self.source(name, source, visited)?,
        };
        if steps.is_empty() {
            steps.extend(self.mfa_session(section, base.keys(), &mut step));
        }
        steps.push(Step::AssumeRole(Box::new(step)));
        Ok((base, steps))
    }

    /// A session with MFA that several roles of the same keys share, so that the device's code is asked for
    /// once. A role that is to live longer than such a session allows asks for its own code.
    fn mfa_session(
        &self,
        section: &AwsSection,
        keys: Option<&Credential>,
        role: &mut AssumeRole,
    ) -> Option<Step> {
        let keys = keys.filter(|keys| keys.session_token.is_none())?;
        let lives_long = role.duration_seconds.is_some_and(|seconds| seconds > MOST_CHAINED_SECONDS);
        if role.mfa_serial.is_empty() || lives_long {
            return None;
        }
        // The roles may be used in different regions; the session is one.
        let source = section.text("source_profile").and_then(|name| self.aws.files.profiles.get(name));
        let region = source.and_then(|source| source.text("region")).unwrap_or(&role.region);
        Some(Step::SessionToken(SessionToken {
            identity: keys.source.clone(),
            duration_seconds: None,
            endpoint: role.endpoint.clone(),
            region: region.to_owned(),
            mfa_serial: std::mem::take(&mut role.mfa_serial),
            mfa_process: std::mem::take(&mut role.mfa_process),
            renew: Renew::Auto,
        }))
    }

    fn source(&self, name: &'a str, value: &'a AwsValue, visited: &mut Vec<&'a str>) -> Result<Chain, Wrong> {
        let source = value.text.trim();
        let Some(section) = self.aws.files.profiles.get(source) else {
            let message = format!("profile `{name}` has the source profile `{source}`, which doesn't exist");
            let hint = match suggest::closest(source, self.aws.files.profiles.keys().map(String::as_str)) {
                Some(close) => format!("Did you mean `{close}`?"),
                None => "Name another profile, or add that one.".into(),
            };
            return Err(Wrong::at(&value.place, message, hint));
        };
        // A profile may be its own source if it has keys: they assume its role.
        let own_keys = source == name && has_keys(section);
        if visited.contains(&source) && !own_keys {
            let message = format!(
                "profile `{source}` gets its credentials from itself: {} -> {source}",
                visited.join(" -> ")
            );
            return Err(Wrong::at(&value.place, message, "Name another source profile."));
        }
        if has_keys(section) || !is_role(section) {
            let base = self.base(source, section)?;
            return match base {
                Some(base) => Ok((base, Vec::new())),
                None => Err(without_credentials(source, section)),
            };
        }
        visited.push(source);
        self.role(source, section, visited)
    }

    fn named_source(&self, source: &AwsValue) -> Result<Base, Wrong> {
        match source.text.trim() {
            "Environment" => environment::keys(self.aws)?.map(Base::Keys).ok_or_else(|| {
                let message = "`credential_source = Environment`, but the environment has no keys";
                Wrong::at(&source.place, message, "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.")
            }),
            "EcsContainer" => environment::container(self.aws).map(Base::Container).ok_or_else(|| {
                let message =
                    "`credential_source = EcsContainer`, but the environment names no container endpoint";
                let hint =
                    "Set AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or AWS_CONTAINER_CREDENTIALS_FULL_URI.";
                Wrong::at(&source.place, message, hint)
            }),
            "Ec2InstanceMetadata" => Ok(Base::Imds(self.imds())),
            other => {
                let message = format!("`{other}` isn't a valid `credential_source`");
                let hint = "Use Environment, EcsContainer or Ec2InstanceMetadata.";
                Err(Wrong::at(&source.place, message, hint))
            }
        }
    }

    /// What a profile without a role names, in the order of the AWS CLI: web identity, SSO, keys of the
    /// credentials file, login, process, keys of the config file.
    fn base(&self, name: &str, section: &AwsSection) -> Result<Option<Base>, Wrong> {
        if let Some(base) = self.web_identity(name, section)? {
            return Ok(Some(Base::WebIdentity(base)));
        }
        if let Some(sso) = self.sso(name, section)? {
            return Ok(Some(Base::Sso(sso)));
        }
        let keys_in_credentials = ["aws_access_key_id", "aws_secret_access_key"]
            .iter()
            .filter_map(|key| section.get(key))
            .any(|value| value.place.kind == AwsFileKind::Credentials);
        let keys = keys(name, section);
        if keys_in_credentials {
            return Ok(keys?.map(Base::Keys));
        }
        let named_by = format!("profile {name}");
        if let Some(session) = section.text("login_session") {
            let folder = self.aws.environment.get("AWS_LOGIN_CACHE_DIRECTORY").map(PathBuf::from);
            let cache = folder.unwrap_or_else(|| self.in_home(".aws/login/cache"));
            let region = match self.aws.region(Some(self.top)) {
                "" => "us-east-1".to_owned(),
                region => region.to_owned(),
            };
            let endpoint = self.endpoint("signin");
            let session = session.to_owned();
            let profile = name.to_owned();
            let ca_bundle = self.aws.ca_bundle(Some(self.top));
            return Ok(Some(Base::Login(Login { profile, session, region, cache, endpoint, ca_bundle })));
        }
        if let Some(command) = section.text("credential_process") {
            let (command, account_id) = (command.to_owned(), account_id(section));
            return Ok(Some(Base::Process(Process { command, named_by, account_id })));
        }
        Ok(keys?.map(Base::Keys))
    }

    fn web_identity(&self, name: &str, section: &AwsSection) -> Result<Option<WebIdentity>, Wrong> {
        let of_environment = |variable| self.aws.environment.get(variable).filter(|_| self.use_environment);
        let value = |variable, key| of_environment(variable).or_else(|| section.text(key));
        let Some(token_file) = value("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file") else {
            return Ok(None);
        };
        let Some(role_arn) = value("AWS_ROLE_ARN", "role_arn") else {
            let message = format!("profile `{name}` has `web_identity_token_file`, but no `role_arn`");
            return Err(Wrong::at(&section.place, message, "Add `role_arn`, or set AWS_ROLE_ARN."));
        };
        Ok(Some(WebIdentity {
            role_arn: role_arn.to_owned(),
            token_file: token_file.to_owned(),
            session_name: value("AWS_ROLE_SESSION_NAME", "role_session_name").unwrap_or_default().to_owned(),
            endpoint: environment::sts_endpoint(self.aws, Some(self.top))?,
            region: self.aws.region(Some(self.top)).to_owned(),
        }))
    }

    /// A profile that names neither account nor role logs in for a token, not for a credential.
    fn sso(&self, name: &str, section: &AwsSection) -> Result<Option<Sso>, Wrong> {
        if section.get("sso_account_id").is_none() && section.get("sso_role_name").is_none() {
            return Ok(None);
        }
        let login = self.sso_login(name, section)?;
        let own = |key: &str| section.text(key).ok_or_else(|| lacks(name, key, &section.place));
        let (account_id, role_name) = (own("sso_account_id")?.to_owned(), own("sso_role_name")?.to_owned());
        Ok(Some(Sso { account_id, role_name, ..login }))
    }

    /// The login of a profile, without account and role.
    pub(super) fn sso_login(&self, name: &str, section: &AwsSection) -> Result<Sso, Wrong> {
        let session = match section.get("sso_session") {
            None => None,
            Some(value) => Some((value, self.sso_session(value, section)?)),
        };
        let shared = |key: &str| match &session {
            None => section.text(key).ok_or_else(|| lacks(name, key, &section.place)),
            Some((_, session)) => session
                .text(key)
                .or_else(|| section.text(key))
                .ok_or_else(|| lacks(name, key, &session.place)),
        };
        let start_url = shared("sso_start_url")?.to_owned();
        let region = shared("sso_region")?.to_owned();
        let of_session = session.as_ref().map(|(name, session)| (name.text.trim(), *session));
        Ok(Sso {
            profile: name.to_owned(),
            ..login_to(of_session, (start_url, region), self.aws, Some(self.top))
        })
    }

    fn sso_session(&self, value: &AwsValue, section: &AwsSection) -> Result<&'a AwsSection, Wrong> {
        let name = value.text.trim();
        let Some(session) = self.aws.files.sso_sessions.get(name) else {
            let message = format!("`[sso-session {name}]` isn't in the config file");
            return Err(Wrong::at(&value.place, message, "Add it with `aws configure sso-session`."));
        };
        for key in ["sso_region", "sso_start_url"] {
            if let (Some(own), Some(shared)) = (section.get(key), session.text(key))
                && own.text.trim() != shared
            {
                let message = format!("`{key}` differs from that of `[sso-session {name}]`");
                return Err(Wrong::at(&own.place, message, "Remove it here."));
            }
        }
        Ok(session)
    }

    fn assume_role(&self, name: &str, section: &AwsSection) -> Result<AssumeRole, Wrong> {
        let text = |key: &str| section.text(key).unwrap_or_default().to_owned();
        Ok(AssumeRole {
            identity: format!("profile {name}"),
            role_arn: text("role_arn"),
            session_name: text("role_session_name"),
            external_id: text("external_id"),
            policy: String::new(),
            tags: Vec::new(),
            transitive_tags: Vec::new(),
            source_identity: String::new(),
            duration_seconds: section.get("duration_seconds").map(seconds).transpose()?,
            mfa_serial: text("mfa_serial"),
            mfa_process: self.mfa_process(section),
            cli_cache: Some(CliCache {
                folder: self.in_home(".aws/cli/cache"),
                mfa_serial: text("mfa_serial"),
            }),
            endpoint: environment::sts_endpoint(self.aws, Some(self.top))?,
            region: self.aws.region(Some(self.top)).to_owned(),
            renew: Renew::Auto,
        })
    }

    /// The command that prints a code, of the profile or else of its source; empty for none. It's a key of
    /// aws-vault's, which AWS's own clients ignore.
    fn mfa_process(&self, section: &AwsSection) -> String {
        let source = || self.aws.files.profiles.get(section.text("source_profile")?)?.text("mfa_process");
        section.text("mfa_process").or_else(source).unwrap_or_default().to_owned()
    }

    /// The configured endpoint of a service; empty for its own.
    fn endpoint(&self, service: &str) -> String {
        self.aws.endpoint_url(service, Some(self.top)).unwrap_or_default().to_owned()
    }

    fn imds(&self) -> Imds {
        environment::imds(self.aws, Some(self.top))
    }

    fn in_home(&self, path: &str) -> PathBuf {
        in_home(self.aws, path)
    }
}

/// A login to a session, if it has a section, else to a start URL alone; without profile, account and
/// role. `top` is the profile that names endpoints.
pub(super) fn login_to(
    session: Option<(&str, &AwsSection)>,
    (start_url, region): (String, String),
    aws: &Aws,
    top: Option<&AwsSection>,
) -> Sso {
    let endpoint = |service: &str| aws.endpoint_url(service, top).unwrap_or_default().to_owned();
    let scopes = session.map_or_else(Vec::new, |(_, section)| {
        let configured = section.text("sso_registration_scopes").unwrap_or(DEFAULT_SCOPE);
        let scopes = configured.split(',').map(str::trim).filter(|scope| !scope.is_empty());
        scopes.map(str::to_owned).collect()
    });
    Sso {
        profile: String::new(),
        session: session.map(|(name, _)| name.to_owned()).unwrap_or_default(),
        start_url,
        region,
        scopes,
        account_id: String::new(),
        role_name: String::new(),
        cache: in_home(aws, ".aws/sso/cache"),
        role_cache: in_home(aws, ".aws/cli/cache"),
        portal_endpoint: endpoint("sso"),
        oidc_endpoint: endpoint("sso_oidc"),
        ca_bundle: aws.ca_bundle(top),
    }
}

fn lacks(profile: &str, key: &str, place: &Place) -> Wrong {
    let message = format!("profile `{profile}` is configured for SSO, but has no `{key}`");
    Wrong::at(place, message, format!("Add `{key}`."))
}

fn in_home(aws: &Aws, path: &str) -> PathBuf {
    PathBuf::from(aws.environment.home(cfg!(windows)).unwrap_or_default()).join(path)
}

fn is_role(section: &AwsSection) -> bool {
    section.get("role_arn").is_some() && section.get("web_identity_token_file").is_none()
}

fn has_keys(section: &AwsSection) -> bool {
    section.get("aws_access_key_id").is_some() || section.get("aws_secret_access_key").is_some()
}

fn seconds(value: &AwsValue) -> Result<u64, Wrong> {
    let (least, most) = ROLE_SECONDS.into_inner();
    value.text.trim().parse().ok().filter(|seconds| ROLE_SECONDS.contains(seconds)).ok_or_else(|| {
        let message = "`duration_seconds` isn't a number of seconds that a role may live";
        Wrong::at(&value.place, message, format!("Give a number from {least} to {most}."))
    })
}

/// The keys of a profile, from one of the files: half a pair, or one of each file, is an error.
fn keys(name: &str, section: &AwsSection) -> Result<Option<Credential>, Wrong> {
    let (access_key, secret_key) =
        match (section.get("aws_access_key_id"), section.get("aws_secret_access_key")) {
            (None, None) => return Ok(None),
            (Some(access_key), Some(secret_key)) => (access_key, secret_key),
            (Some(half), None) => return Err(half_a_pair(name, half, "aws_secret_access_key")),
            (None, Some(half)) => return Err(half_a_pair(name, half, "aws_access_key_id")),
        };
    if access_key.place.kind != secret_key.place.kind {
        let message =
            format!("profile `{name}` has an access key here, but its secret key in the other file");
        return Err(Wrong::at(&access_key.place, message, "Keep both in one file."));
    }
    if is_malformed_key(access_key.text.trim()) {
        let message = format!("the access key of profile `{name}` contains white space, quotes or `=`");
        return Err(Wrong::at(&access_key.place, message, "Keep the key alone, without quotes."));
    }
    Ok(Some(Credential {
        access_key: access_key.text.trim().to_owned(),
        secret_key: Secret::new(secret_key.text.trim()),
        session_token: section.text("aws_session_token").map(Secret::new),
        expires_at: None,
        account_id: account_id(section),
        source: format!("keys of profile {name}"),
    }))
}

/// The account that a profile gives for its keys.
fn account_id(section: &AwsSection) -> Option<String> {
    section.text("aws_account_id").map(str::to_owned)
}

fn half_a_pair(name: &str, half: &AwsValue, missing: &str) -> Wrong {
    Wrong::at(&half.place, format!("profile `{name}` has no `{missing}`"), "Add it to this profile.")
}

fn without_credentials(name: &str, section: &AwsSection) -> Wrong {
    if section.get("sso_session").is_some() || section.get("sso_start_url").is_some() {
        let message = format!("profile `{name}` gives an SSO token, not an AWS credential");
        return Wrong::at(&section.place, message, "Add `sso_account_id` and `sso_role_name`.");
    }
    let message = format!("profile `{name}` has no credentials");
    Wrong::at(&section.place, message, format!("Add them with `aws configure --profile {name}`."))
}

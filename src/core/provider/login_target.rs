//! What somebody can log in to: the session of a profile, or an `sso-session` alone.
//!
//! Owns finding it. Refuses profiles that nobody logs in to.

use super::profile::{Profiles, login_to};
use super::step::{Base, Login, Sso};
use super::wrong::Wrong;
use crate::core::aws::Aws;
use crate::core::exchange::{Field, Problem};
use crate::core::sso_role::SessionRole;
use crate::core::suggest;

/// What somebody can log in to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum LoginTarget {
    /// IAM Identity Center.
    Sso(Box<Sso>),
    /// AWS Sign-In, as `aws login` does.
    SignIn(Box<Login>),
}

impl LoginTarget {
    /// The login of a profile, or of the one that its role starts from.
    ///
    /// # Errors
    /// There is no such profile, it's invalid, or nobody logs in to it.
    pub(crate) fn of_profile(name: &str, aws: &Aws) -> Result<Self, Problem> {
        of_profile(name, aws).map_err(problem)
    }

    /// The login of an `sso-session`.
    ///
    /// # Errors
    /// There is no such session, or it lacks something.
    pub(crate) fn of_session(name: &str, aws: &Aws) -> Result<Self, Problem> {
        of_session(name, aws).map_err(problem)
    }
}

fn problem(wrong: Wrong) -> Problem {
    Problem::new(Field::Request, wrong.message, wrong.hint)
}

fn of_profile(name: &str, aws: &Aws) -> Result<LoginTarget, Wrong> {
    let profiles = Profiles::of(name, aws)?;
    let section = super::profile::find(name, aws)?;
    let has = |key: &str| section.get(key).is_some();
    let is_token_only = !has("sso_account_id") && !has("sso_role_name") && !has("role_arn");
    if is_token_only && (has("sso_session") || has("sso_start_url")) {
        return Ok(LoginTarget::Sso(Box::new(profiles.sso_login(name, section)?)));
    }
    match Profiles::required(name, aws)?.0 {
        Base::Sso(sso) => Ok(LoginTarget::Sso(Box::new(sso))),
        Base::Login(login) => Ok(LoginTarget::SignIn(Box::new(login))),
        Base::Keys(_) | Base::Process(_) | Base::WebIdentity(_) | Base::Container(_) | Base::Imds(_) => {
            Err(Wrong::new(
                format!("profile `{name}` has credentials that nobody logs in for"),
                "Name a profile with `sso_session`, `sso_start_url` or `login_session`.",
            ))
        }
    }
}

fn of_session(name: &str, aws: &Aws) -> Result<LoginTarget, Wrong> {
    session(name, aws).map(|sso| LoginTarget::Sso(Box::new(sso)))
}

/// A role that a login to a session leads to.
pub(super) fn role_of_session(role: &SessionRole, aws: &Aws) -> Result<Sso, Wrong> {
    let (account_id, role_name) = (role.account_id.clone(), role.role_name.clone());
    Ok(Sso { account_id, role_name, ..session(&role.session, aws)? })
}

fn session(name: &str, aws: &Aws) -> Result<Sso, Wrong> {
    if let Some(error) = aws.files.error() {
        return Err(Wrong::new(error.placed(), error.hint.clone()));
    }
    let Some(section) = aws.files.sso_sessions.get(name) else {
        let hint = match suggest::closest(name, aws.files.sso_sessions.keys().map(String::as_str)) {
            Some(close) => format!("Did you mean `{close}`?"),
            None => "Add it with `aws configure sso-session`.".to_owned(),
        };
        return Err(Wrong::new(format!("no SSO session is named `{name}`"), hint));
    };
    let required = |key: &str| {
        let lacks = || {
            let message = format!("`[sso-session {name}]` has no `{key}`");
            Wrong::at(&section.place, message, format!("Add `{key}`."))
        };
        section.text(key).map(str::to_owned).ok_or_else(lacks)
    };
    let place = (required("sso_start_url")?, required("sso_region")?);
    Ok(login_to(Some((name, section)), place, aws, None))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::aws_environment::AwsEnvironment;
    use crate::core::aws_files::{AwsFiles, AwsText};

    const CONFIG: &str = "
[sso-session work]
sso_start_url = https://d-1234567890.awsapps.com/start
sso_region = us-east-1
sso_registration_scopes = sso:account:access, codewhisperer:completions
[sso-session half]
sso_region = us-east-1
[profile dev]
sso_session = work
sso_account_id = 123456789012
sso_role_name = Dev
[profile token]
sso_session = work
[profile old]
sso_start_url = https://d-0987654321.awsapps.com/start
sso_region = eu-west-1
sso_account_id = 123456789012
sso_role_name = Dev
[profile role]
role_arn = arn:aws:iam::123456789012:role/Auditor
source_profile = dev
[profile console]
login_session = arn:aws:iam::123456789012:user/alice
[profile keys]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
";

    fn aws() -> Aws {
        let text = AwsText { name: "config", text: CONFIG };
        let environment = AwsEnvironment::new([("HOME".to_owned(), "/home/alice".to_owned())]);
        Aws { environment: environment.into(), files: AwsFiles::parse(Some(text), None).into() }
    }

    #[test]
    fn a_login_is_that_of_the_session_that_a_profile_starts_from() {
        let old = "https://d-0987654321.awsapps.com/start";
        let work = "https://d-1234567890.awsapps.com/start";
        for (profile, session, start_url, scopes) in [
            ("dev", "work", work, 2),
            ("token", "work", work, 2),
            ("role", "work", work, 2),
            ("old", "", old, 0),
        ] {
            let target = LoginTarget::of_profile(profile, &aws()).unwrap();
            let LoginTarget::Sso(sso) = target else { panic!("{profile} isn't SSO") };
            assert_eq!((sso.session.as_str(), sso.start_url.as_str()), (session, start_url), "{profile}");
            assert_eq!(sso.scopes.len(), scopes, "{profile}");
        }
        let LoginTarget::SignIn(console) = LoginTarget::of_profile("console", &aws()).unwrap() else {
            panic!()
        };
        assert_eq!(console.session, "arn:aws:iam::123456789012:user/alice");
        let LoginTarget::Sso(session) = LoginTarget::of_session("work", &aws()).unwrap() else { panic!() };
        assert_eq!((session.profile.as_str(), session.session.as_str()), ("", "work"));
    }

    #[test]
    fn what_nobody_logs_in_to_is_named() {
        let wrong = |found: Result<LoginTarget, Problem>| found.unwrap_err().message;
        let keys = wrong(LoginTarget::of_profile("keys", &aws()));
        assert_eq!(keys, "profile `keys` has credentials that nobody logs in for");
        assert_eq!(wrong(LoginTarget::of_profile("x", &aws())), "no AWS profile is named `x`");
        assert_eq!(wrong(LoginTarget::of_session("x", &aws())), "no SSO session is named `x`");
        let half = wrong(LoginTarget::of_session("half", &aws()));
        assert_eq!(half, "config:6: `[sso-session half]` has no `sso_start_url`");
        assert_eq!(half.lines().count(), 1);
    }
}

//! Chains of the user's AWS files.

use std::sync::Arc;

use super::super::default_chain;
use super::super::profile::Profiles;
use super::super::wrong::Wrong;
use super::super::{Base, Provider, Step};
use crate::core::aws::Aws;
use crate::core::aws_environment::AwsEnvironment;
use crate::core::aws_files::{AwsFiles, AwsText};
use crate::core::credential::{Credential, Secret};

fn aws(config: &str, credentials: &str, variables: &[(&str, &str)]) -> Aws {
    let text = |name, text| Some(AwsText { name, text });
    let files = AwsFiles::parse(text("~/.aws/config", config), text("~/.aws/credentials", credentials));
    let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Aws { environment: Arc::new(AwsEnvironment::new(variables)), files: Arc::new(files) }
}

/// What a chain starts with, in a word.
fn start(provider: &Provider) -> String {
    match &provider.base {
        Base::Keys(keys) => format!("{} from {}", keys.access_key, keys.source),
        Base::Process(process) => format!("process {}", process.command),
        Base::Sso(sso) => format!("sso {} {}", sso.account_id, sso.role_name),
        Base::WebIdentity(role) => format!("web identity {}", role.role_arn),
        Base::Login(login) => format!("login {}", login.session),
        Base::Container(container) => format!("container {}{}", container.relative_uri, container.full_uri),
        Base::Imds(_) => "imds".into(),
    }
}

fn profile(name: &str, aws: &Aws) -> Result<String, String> {
    match Profiles::required(name, aws) {
        Ok(chain) => Ok(start(&Provider::of_chain(chain))),
        Err(Wrong { message, hint }) => Err(format!("{message} | {hint}")),
    }
}

fn chain(aws: &Aws) -> Result<String, String> {
    match default_chain::chain(aws) {
        Ok(provider) => {
            let over = provider.passed_over.as_ref().map(|over| format!(", over {over}")).unwrap_or_default();
            Ok(format!("{}{over}", start(&provider)))
        }
        Err(Wrong { message, hint }) => Err(format!("{message} | {hint}")),
    }
}

const KEYS: &str = "aws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = secret\n";
const ENVIRONMENT: [(&str, &str); 2] =
    [("AWS_ACCESS_KEY_ID", "AKIDENVIRONMENT"), ("AWS_SECRET_ACCESS_KEY", "secret")];

#[test]
fn a_profile_is_read_in_the_order_of_the_aws_cli() {
    let kinds = [
        ("role_arn = r\nweb_identity_token_file = /t\n", "web identity r"),
        ("sso_account_id = 1\nsso_role_name = R\nsso_region = x\nsso_start_url = u\n", "sso 1 R"),
        ("login_session = arn\n", "login arn"),
        ("credential_process = get key\n", "process get key"),
        (KEYS, "AKIDEXAMPLE from keys of profile a"),
    ];
    for (index, (_, first)) in kinds.iter().enumerate() {
        let rest: String = kinds[index..].iter().map(|(text, _)| *text).collect();
        let aws = aws(&format!("[profile a]\n{rest}"), "", &[]);
        assert_eq!(profile("a", &aws).unwrap(), *first);
    }
    let aws = aws(&format!("[profile a]\n{}", kinds[2].0), &format!("[a]\n{KEYS}"), &[]);
    assert_eq!(profile("a", &aws).unwrap(), kinds[4].1, "keys of the credentials file come before a login");
}

#[test]
fn the_environment_comes_before_aws_profile_but_not_before_a_profile_that_is_asked_for() {
    let config = format!("[profile a]\n{KEYS}[default]\nregion = x\n");
    let named: Vec<_> = ENVIRONMENT.into_iter().chain([("AWS_PROFILE", "a")]).collect();
    assert_eq!(
        chain(&aws(&config, "", &named)).unwrap(),
        "AKIDENVIRONMENT from environment keys, over AWS_PROFILE=a"
    );
    assert_eq!(chain(&aws(&config, "", &ENVIRONMENT)).unwrap(), "AKIDENVIRONMENT from environment keys");
    assert_eq!(
        chain(&aws(&config, "", &[("AWS_PROFILE", "a")])).unwrap(),
        "AKIDEXAMPLE from keys of profile a"
    );
    assert_eq!(profile("a", &aws(&config, "", &named)).unwrap(), "AKIDEXAMPLE from keys of profile a");
    let empty = [("AWS_ACCESS_KEY_ID", " "), ("AWS_SECRET_ACCESS_KEY", "")];
    assert_eq!(chain(&aws(&config, "", &empty)).unwrap(), "imds");
    let half = [("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")];
    assert_eq!(
        chain(&aws(&config, "", &half)).unwrap_err(),
        "AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY isn't | Set both, or neither."
    );
}

#[test]
fn what_comes_after_the_files_is_the_container_and_then_the_instance() {
    let container = ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/creds");
    let off = ("AWS_EC2_METADATA_DISABLED", "true");
    assert_eq!(chain(&aws("", "", &[container])).unwrap(), "container /creds");
    assert_eq!(chain(&aws("", "", &[])).unwrap(), "imds");
    let none = "no AWS credentials were found: neither in the environment nor in a default profile | \
                Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or choose a profile.";
    assert_eq!(chain(&aws("", "", &[off])).unwrap_err(), none);
    let token = [("AWS_WEB_IDENTITY_TOKEN_FILE", "/t"), ("AWS_ROLE_ARN", "r"), container];
    assert_eq!(chain(&aws("", "", &token)).unwrap(), "web identity r");
    let named = aws("[profile a]\nregion = x\n", "", &[("AWS_PROFILE", "a")]);
    assert_eq!(
        chain(&named).unwrap_err(),
        "~/.aws/config:1: profile `a` has no credentials | Add them with `aws configure --profile a`.",
        "an instance isn't asked for a profile that was named"
    );
}

#[test]
fn what_is_wrong_with_a_profile_is_named_with_its_line() {
    let config = "\
[profile a]
role_arn = r
source_profile = b
[profile b]
role_arn = r
source_profile = a
[profile half]
aws_access_key_id = AKIDEXAMPLE
[profile missing]
role_arn = r
source_profile = hulf
[profile unknown]
role_arn = r
credential_source = Moon
[profile both]
role_arn = r
credential_source = Environment
source_profile = a
[profile none]
role_arn = r
[profile long]
role_arn = r
duration_seconds = 99999
source_profile = a
[profile white]
aws_access_key_id = AKID EXAMPLE
aws_secret_access_key = s
[profile sso]
sso_session = s
[profile apart]
sso_session = s
sso_account_id = 1
sso_role_name = R
sso_region = here
[sso-session s]
sso_region = there
sso_start_url = u
";
    let aws = aws(config, "", &[]);
    for (name, error) in [
        (
            "a",
            "~/.aws/config:6: profile `a` gets its credentials from itself: a -> b -> a | Name another source profile.",
        ),
        ("half", "~/.aws/config:8: profile `half` has no `aws_secret_access_key` | Add it to this profile."),
        (
            "missing",
            "~/.aws/config:11: profile `missing` has the source profile `hulf`, which doesn't exist | Did you mean `half`?",
        ),
        (
            "unknown",
            "~/.aws/config:14: `Moon` isn't a valid `credential_source` | Use Environment, EcsContainer or Ec2InstanceMetadata.",
        ),
        (
            "both",
            "~/.aws/config:17: profile `both` has both `source_profile` and `credential_source` | Keep one of them.",
        ),
        (
            "none",
            "~/.aws/config:19: profile `none` has a role, but no source for its credentials | Add `source_profile` or `credential_source`.",
        ),
        (
            "long",
            "~/.aws/config:23: `duration_seconds` isn't a number of seconds that a role may live | Give a number from 900 to 43200.",
        ),
        (
            "white",
            "~/.aws/config:26: the access key of profile `white` contains white space, quotes or `=` | Keep the key alone, without quotes.",
        ),
        (
            "sso",
            "~/.aws/config:28: profile `sso` gives an SSO token, not an AWS credential | Add `sso_account_id` and `sso_role_name`.",
        ),
        ("apart", "~/.aws/config:34: `sso_region` differs from that of `[sso-session s]` | Remove it here."),
        ("hlf", "no AWS profile is named `hlf` | Did you mean `half`?"),
    ] {
        assert_eq!(profile(name, &aws).unwrap_err(), error);
    }
    let halves = [
        "[profile a]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = s\n",
        "[a]\naws_access_key_id = AKIDOTHER\n",
    ];
    assert_eq!(
        profile("a", &super::profiles::aws(halves[0], halves[1], &[])).unwrap_err(),
        "~/.aws/credentials:2: profile `a` has an access key here, but its secret key in the other file | Keep both in one file."
    );
    let broken = super::profiles::aws("[profile a\n", &format!("[a]\n{KEYS}"), &[]);
    assert_eq!(
        profile("a", &broken).unwrap_err(),
        "~/.aws/config:1: profile definition must end with ']' | Correct this line: AWS's clients use nothing of such a file."
    );
}

#[test]
fn a_role_assumed_with_a_session_lives_an_hour_at_most() {
    let config = format!(
        "[profile a]\nrole_arn = r\nsource_profile = b\nduration_seconds = 7200\n[profile b]\n{KEYS}"
    );
    let provider = Provider::of_chain(Profiles::required("a", &aws(&config, "", &[])).unwrap());
    let [Step::AssumeRole(role)] = &provider.steps[..] else { panic!("one role") };
    let source = |token: Option<&str>| Credential {
        access_key: "AKIDEXAMPLE".into(),
        secret_key: Secret::new("secret"),
        session_token: token.map(Secret::new),
        expires_at: None,
        account_id: None,
        source: String::new(),
    };
    assert_eq!(role.duration_with(&source(None)), (Some(7200), false));
    assert_eq!(role.duration_with(&source(Some("token"))), (Some(3600), true));
}

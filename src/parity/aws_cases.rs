//! AWS's own cases of profiles and endpoints, from other people's packages.
//!
//! They aren't part of this repository, and without them nothing is compared. Three variables name
//! their folders: `SIGNPOST_AWS_RUNTIME_CASES` (`test-data` of the crate `aws-runtime` 1.10; else what
//! cargo has unpacked of it), `SIGNPOST_BOTOCORE_CASES` (`tests/functional` of botocore's source
//! distribution) and `SIGNPOST_CREDENTIAL_CASES` (`aws-config/test-data` of the AWS SDK for Rust).

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value, json};

use crate::core::aws::Aws;
use crate::core::aws_environment::AwsEnvironment;
use crate::core::aws_files::{AwsFiles, AwsSection, AwsText};
use crate::core::exchange::Problem;
use crate::core::identity::{Identity, IdentityKind};
use crate::core::provider::{Base, Provider, Step};
use crate::core::request::Auth;
use crate::core::resolve::Context;
use crate::core::scope::{Nothing, Scope};

/// A file of AWS's cases that the crate `aws-runtime` has.
pub(super) fn cases(file: &str) -> Option<Vec<Value>> {
    let named = std::env::var_os("SIGNPOST_AWS_RUNTIME_CASES").map(PathBuf::from);
    let folder = named.or_else(|| {
        let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
        let home = home.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")))?;
        let registries = std::fs::read_dir(home.join("registry/src")).ok()?.flatten();
        let crates = registries.filter_map(|one| std::fs::read_dir(one.path()).ok()).flatten().flatten();
        let mut found =
            crates.filter(|one| one.file_name().to_string_lossy().starts_with("aws-runtime-1.10."));
        Some(found.next()?.path().join("test-data"))
    })?;
    let text = std::fs::read_to_string(folder.join(file)).unwrap();
    let cases: Value = serde_json::from_str(&text).unwrap();
    Some(cases["tests"].as_array().unwrap().clone())
}

fn parse(config: &str, credentials: &str) -> AwsFiles {
    let text = |name, text| Some(AwsText { name, text });
    AwsFiles::parse(text("config", config), text("credentials", credentials))
}

/// How the credential of an identity of this kind is obtained.
fn provider(kind: IdentityKind, aws: &Aws) -> Result<Provider, Vec<Problem>> {
    let identities = [Identity { name: "it".into(), kind }];
    let (scope, auth) = (Scope::default(), Auth::default());
    let context =
        Context { scope: &scope, inherited_auth: &auth, identities: &identities, outside: &Nothing };
    Provider::build("it", &context, aws)
}

fn plain(sections: &BTreeMap<String, AwsSection>) -> Value {
    let section = |section: &AwsSection| {
        section.values.iter().map(|(key, value)| (key.clone(), value.text.clone().into())).collect()
    };
    Value::Object(sections.iter().map(|(name, one)| (name.clone(), Value::Object(section(one)))).collect())
}

#[test]
fn the_sdks_parsing_cases_hold() {
    let Some(cases) = cases("profile-parser-tests.json") else { return };
    assert_eq!(cases.len(), 65);
    for case in cases {
        let text = |key: &str| case["input"][key].as_str().unwrap_or_default();
        let files = parse(text("configFile"), text("credentialsFile"));
        match case["output"]["errorContaining"].as_str() {
            Some(error) => {
                let found = &files.errors[0].message;
                assert!(found.contains(&error.to_lowercase()), "{}: {found}", case["name"]);
            }
            None => {
                assert_eq!(files.errors, [], "{}", case["name"]);
                let expected = &case["output"]["config"];
                assert_eq!(plain(&files.profiles), expected["profiles"], "{}", case["name"]);
                let sessions = expected.get("sso_sessions").cloned().unwrap_or(serde_json::json!({}));
                assert_eq!(plain(&files.sso_sessions), sessions, "{}", case["name"]);
            }
        }
    }
}

#[test]
fn the_sdks_cases_of_file_locations_hold() {
    let Some(cases) = cases("file-location-tests.json") else { return };
    assert_eq!(cases.len(), 9);
    for case in cases {
        let variables = case["environment"].as_object().unwrap().iter();
        let environment = AwsEnvironment::new(
            variables.map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned())),
        );
        let windows = case["platform"] == "windows";
        assert_eq!(environment.config_file(windows).unwrap(), case["configLocation"], "{case}");
        assert_eq!(environment.credentials_file(windows).unwrap(), case["credentialsLocation"], "{case}");
        if let Some(profile) = case["profile"].as_str() {
            let found = environment.profile().map_or("default", |(_, profile)| profile);
            assert_eq!(found, profile, "{case}");
        }
    }
}

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
        let expected = case["output"]["endpointUrl"].as_str().filter(|url| !url.ends_with(".amazonaws.com"));
        assert_eq!(found, expected, "{}", case["name"]);
    }
}

/// What a chain starts with, in a word.
fn start(provider: &Provider) -> String {
    match &provider.base {
        Base::Keys(keys) => format!("{} from {}", keys.access_key, keys.source),
        Base::Sso(sso) => format!("sso {} {}", sso.account_id, sso.role_name),
        Base::WebIdentity(role) => format!("web identity {}", role.role_arn),
        Base::Container(container) => format!("container {}{}", container.relative_uri, container.full_uri),
        Base::Imds(_) => "imds".into(),
        Base::Process(_) | Base::Login(_) => panic!("no case has it"),
    }
}

fn credential_cases() -> Option<PathBuf> {
    std::env::var_os("SIGNPOST_CREDENTIAL_CASES").map(PathBuf::from)
}

/// A JSON object of sections as an AWS file.
fn sections(prefix: &str, value: &Value, text: &mut String) {
    for (name, section) in value.as_object().into_iter().flatten() {
        writeln!(text, "[{prefix} {name}]").unwrap();
        for (key, value) in section.as_object().unwrap() {
            writeln!(text, "{key} = {}", value.as_str().unwrap()).unwrap();
        }
    }
}

/// A chain as AWS's cases write it.
fn as_cases_write(provider: &Provider) -> Value {
    let filled = |pairs: &[(&str, &str)]| -> Value {
        let pairs = pairs.iter().filter(|(_, value)| !value.is_empty());
        Value::Object(pairs.map(|(key, value)| ((*key).to_owned(), json!(value))).collect())
    };
    let base = match &provider.base {
        Base::Keys(keys) => json!({ "AccessKey": filled(&[
            ("access_key_id", &keys.access_key),
            ("secret_access_key", keys.secret_key.expose()),
            ("account_id", keys.account_id.as_deref().unwrap_or_default()),
        ]) }),
        Base::WebIdentity(role) => json!({ "WebIdentityToken": filled(&[
            ("role_arn", &role.role_arn),
            ("web_identity_token_file", &role.token_file),
            ("role_session_name", &role.session_name),
        ]) }),
        Base::Sso(sso) => json!({ "Sso": filled(&[
            ("sso_account_id", &sso.account_id),
            ("sso_region", &sso.region),
            ("sso_role_name", &sso.role_name),
            ("sso_start_url", &sso.start_url),
        ]) }),
        Base::Imds(_) => json!({ "NamedSource": "Ec2InstanceMetadata" }),
        Base::Process(_) | Base::Login(_) | Base::Container(_) => panic!("no case has it"),
    };
    let steps = provider.steps.iter().map(|step| match step {
        Step::AssumeRole(role) => json!({ "AssumeRole": filled(&[
            ("role_arn", &role.role_arn),
            ("role_session_name", &role.session_name),
            ("external_id", &role.external_id),
        ]) }),
        Step::SessionToken(_) | Step::FederationToken(_) => panic!("no case has it"),
    });
    Value::Array([base].into_iter().chain(steps).collect())
}

#[test]
fn the_sdks_cases_of_assumed_roles_hold() {
    let Some(folder) = credential_cases() else { return };
    let text = std::fs::read_to_string(folder.join("assume-role-tests.json")).unwrap();
    let cases: Vec<Value> = serde_json::from_str(&text).unwrap();
    assert_eq!(cases.len(), 28);
    for case in cases {
        let (input, docs) = (&case["input"], &case["docs"]);
        let mut config = String::new();
        sections("profile", &input["profiles"], &mut config);
        sections("sso-session", &input["sso_sessions"], &mut config);
        let aws = Aws { files: Arc::new(parse(&config, "")), ..Aws::default() };
        let profile = input["selected_profile"].as_str().unwrap().to_owned();
        let found = provider(IdentityKind::Profile { profile }, &aws);
        let expected = case["output"]["ProfileChain"].clone();
        // "SSO token profile selected": the SDK finds later that a token isn't a credential ("selected
        // profile will resolve an access token instead of credentials"); here it's said at once.
        if docs == "SSO token profile selected" {
            assert!(found.unwrap_err()[0].message.contains("gives an SSO token, not an AWS credential"));
            continue;
        }
        if expected.is_null() {
            assert!(found.is_err(), "{docs}: {}", case["output"]["Error"]);
            continue;
        }
        let found = found.unwrap_or_else(|found| panic!("{docs}: {}", found[0].message));
        assert_eq!(as_cases_write(&found), expected, "{docs}");
    }
}

/// The environment and the files of a folder with one of AWS's whole chains.
fn chain_case(folder: &Path) -> Aws {
    let text = std::fs::read_to_string(folder.join("env.json")).unwrap();
    let variables: Value = serde_json::from_str(&text).unwrap();
    let variables = variables.as_object().unwrap().iter();
    let environment = AwsEnvironment::new(
        variables.map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned())),
    );
    let read = |path: Option<String>| {
        let path = path?;
        std::fs::read_to_string(folder.join("fs").join(path.trim_start_matches('/'))).ok()
    };
    let config = read(environment.config_file(false));
    let credentials = read(environment.credentials_file(false));
    let files = AwsFiles::parse(
        config.as_deref().map(|text| AwsText { name: "config", text }),
        credentials.as_deref().map(|text| AwsText { name: "credentials", text }),
    );
    Aws { environment: Arc::new(environment), files: Arc::new(files) }
}

#[test]
fn the_sdks_whole_chains_start_where_they_should() {
    let Some(folder) = credential_cases() else { return };
    let folder = folder.join("default-credential-provider-chain");
    for (name, expected) in [
        ("ecs_assume_role", "container /v2/credentials/52b19262-e7aa-4f56-a1cd-b958dcde8f3b"),
        ("ecs_credentials", "container /v2/credentials/52b19262-e7aa-4f56-a1cd-b958dcde8f3b"),
        ("eks_pod_identity_credentials", "container http://169.254.170.23/v1/credentials"),
        ("environment_variables", "foo from environment keys"),
        ("environment_variables_blank", "correct_key from keys of profile some_profile"),
        ("imds_assume_role", "imds"),
        ("imds_default_chain_success", "imds"),
        (
            "imds_disabled",
            "no AWS credentials were found: neither in the environment nor in a default profile",
        ),
        ("imds_token_fail", "imds"),
        ("prefer_environment", "correct_key from environment keys"),
        ("profile_name", "correct_key from keys of profile some-thing:long/the_one%only.foo@bar+"),
        ("profile_static_keys", "correct_key from keys of profile default"),
        ("sso_assume_role", "sso 123456789 MySsoRole"),
        ("sso_no_token_file", "sso 123456789 MySsoRole"),
        ("web_identity_token_env", "web identity arn:aws:iam::123456789012:role/test-role"),
        ("web_identity_token_profile", "web identity arn:aws:iam::1234567890123:role/RoleA"),
    ] {
        let found = match provider(IdentityKind::Environment, &chain_case(&folder.join(name))) {
            Ok(provider) => start(&provider),
            Err(problems) => problems[0].message.clone(),
        };
        assert_eq!(found, expected, "{name}");
    }
}

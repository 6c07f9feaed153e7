//! `identities`, `whoami`, `token`, `exec`, and `send` as a profile: the real binary, in homes of its
//! own, with endpoints on loopback.

#[path = "home/mod.rs"]
mod home;
#[path = "origin/mod.rs"]
mod origin;
#[cfg(unix)]
#[path = "pty/mod.rs"]
mod pty;

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use tempfile::TempDir;

use home::made_here;
use origin::Origin;

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const OK: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

/// A user with AWS files, and a workspace made by them.
struct User {
    home: TempDir,
    workspace: TempDir,
}

impl User {
    fn new(config: &str, credentials: &str) -> Self {
        let user = Self { home: tempfile::tempdir().unwrap(), workspace: tempfile::tempdir().unwrap() };
        fs::create_dir(user.home.path().join(".aws")).unwrap();
        fs::write(user.home.path().join(".aws/config"), config).unwrap();
        fs::write(user.home.path().join(".aws/credentials"), credentials).unwrap();
        user
    }

    fn workspace(self, text: &str) -> Self {
        fs::write(self.workspace.path().join("signpost.toml"), text).unwrap();
        made_here(self.workspace.path(), self.home.path());
        self
    }

    /// The binary with nothing of AWS in its environment.
    fn signpost(&self, args: &[&str]) -> Command {
        let mut command = Command::cargo_bin("signpost").unwrap();
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("AWS_") {
                command.env_remove(name);
            }
        }
        for name in ["HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "APPDATA", "LOCALAPPDATA"] {
            command.env(name, self.home.path());
        }
        command.env_remove("http_proxy").env("AWS_EC2_METADATA_DISABLED", "true");
        command.current_dir(self.workspace.path()).args(args);
        command
    }
}

fn keys(name: &str) -> String {
    format!("[{name}]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = {SECRET}\n")
}

/// A response of STS to this action, with a session.
fn session(action: &str, token: &str) -> Vec<u8> {
    let body = format!(
        "<{action}Response><{action}Result><Credentials><AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId>\
         <SecretAccessKey>{SECRET}</SecretAccessKey><SessionToken>{token}</SessionToken>\
         <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></{action}Result></{action}Response>"
    );
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into()
}

const CHAIN: &str = "\
[profile outer]
role_arn = arn:aws:iam::123456789012:role/Outer
source_profile = inner
duration_seconds = 7200
region = eu-west-1
[profile inner]
role_arn = arn:aws:iam::210987654321:role/path/Inner
source_profile = base
external_id = an id
";

#[test]
fn a_request_is_sent_as_a_chain_of_roles_and_each_is_assumed_once() {
    let sts = Origin::answering([session("AssumeRole", "inner"), session("AssumeRole", "outer")]);
    let origin = Origin::answering([OK.to_vec(), OK.to_vec()]);
    let user = User::new(CHAIN, &keys("base")).workspace(&format!(
        "id = \"identities-workspace\"\n[identities.prod]\nkind = \"profile\"\nprofile = \"outer\"\n\
         [variables]\nurl = \"{}\"\n",
        origin.url("/")
    ));
    for args in [["--as", "prod"], ["--identity", "prod"]] {
        let mut send = user.signpost(&["send", "-v", "--service", "lambda", "{{url}}"]);
        let output = send.args(args).env("AWS_ENDPOINT_URL_STS", sts.url("/")).output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }
    let asked = sts.requests();
    assert_eq!(asked.len(), 2, "the second send uses what the first has kept");
    let form = |index: usize| String::from_utf8(asked[index].body.clone()).unwrap();
    assert!(
        form(0).contains("RoleArn=arn%3Aaws%3Aiam%3A%3A210987654321%3Arole%2Fpath%2FInner"),
        "{}",
        form(0)
    );
    assert!(form(0).contains("ExternalId=an%20id") && !form(0).contains("DurationSeconds"), "{}", form(0));
    assert!(asked[0].header("authorization").unwrap().contains("Credential=AKIAIOSFODNN7EXAMPLE/"));
    assert!(asked[0].header("authorization").unwrap().contains("/eu-west-1/sts/"));
    assert!(
        form(1).contains("DurationSeconds=3600"),
        "a role is assumed with a session for an hour: {}",
        form(1)
    );
    assert_eq!(asked[1].header("x-amz-security-token").unwrap(), "inner");
    for request in origin.requests() {
        assert_eq!(request.header("x-amz-security-token").unwrap(), "outer");
    }
}

#[test]
fn the_source_says_which_credential_won_and_what_it_passed_over() {
    let user = User::new("", &keys("base"));
    let url = "https://abc.lambda-url.us-east-1.on.aws/";
    let environment = [("AWS_ACCESS_KEY_ID", "AKIDENVIRONMENT"), ("AWS_SECRET_ACCESS_KEY", SECRET)];
    let first_line = |args: &[&str], variables: &[(&str, &str)]| {
        let mut command = user.signpost(&["send", "--dry-run", "--service", "lambda", url]);
        let output = command.args(args).envs(variables.iter().copied()).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8_lossy(&output.stdout).lines().next().unwrap_or_default().to_owned()
    };
    let of_profile = "* signed with AKIAIOSFODNN7EXAMPLE (keys of profile base";
    assert_eq!(
        first_line(&["--profile", "base"], &environment),
        format!("{of_profile}, over environment keys) for lambda in us-east-1")
    );
    assert_eq!(first_line(&[], &[("AWS_PROFILE", "base")]), format!("{of_profile}) for lambda in us-east-1"));
    let json = user
        .signpost(&["token", "--format", "json"])
        .envs(environment)
        .env("AWS_PROFILE", "base")
        .output()
        .unwrap();
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json["source"], "environment keys, over AWS_PROFILE=base");
    assert_eq!(json["access_key"], "AKIDENVIRONMENT");
}

#[test]
fn mistakes_in_the_files_are_one_sentence_and_one_hint() {
    let user = User::new("[profile a]\nrole_arn = r\nsource_profile = a\n[profile b]\nregion = x\n", "");
    for (args, error) in [
        (
            ["token", "--profile", "a"],
            "error: identity profile a: ~/.aws/config:3: profile `a` gets its credentials from itself: a -> a\n  \
             hint: Name another source profile.\n",
        ),
        (
            ["token", "--profile", "b"],
            "error: identity profile b: ~/.aws/config:4: profile `b` has no credentials\n  \
             hint: Add them with `aws configure --profile b`.\n",
        ),
        (
            ["token", "--profile", "missing-one"],
            "error: identity profile missing-one: no AWS profile is named `missing-one`\n  \
             hint: Add it with `aws configure --profile missing-one`.\n",
        ),
        (
            ["token", "--as", "bob"],
            "error: no identity is named \"bob\"\n  hint: Name a profile with --profile, or declare it under [identities.bob] in signpost.toml.\n",
        ),
    ] {
        let code = if args[1] == "--as" { 2 } else { 3 };
        user.signpost(&args).assert().code(code).stdout("").stderr(error);
    }
    let nothing = "error: identity AWS environment: no AWS credentials were found: neither in the environment nor in a default profile\n  \
                   hint: Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or choose a profile.\n";
    user.signpost(&["token"]).assert().code(3).stdout("").stderr(nothing);
}

#[test]
fn identities_are_listed_without_fetching_anything() {
    let config = format!(
        "{CHAIN}[profile portal]\nsso_session = s\nsso_account_id = 111122223333\nsso_role_name = R\n\
         [sso-session s]\nsso_region = us-east-1\nsso_start_url = https://example.awsapps.com/start\n\
         [profile half]\naws_access_key_id = AKIDEXAMPLE\n[foo]\n"
    );
    let user = User::new(&config, &keys("base")).workspace(
        "[identities.prod]\nkind = \"profile\"\nprofile = \"outer\"\n[identities.nobody]\nkind = \"anonymous\"\n",
    );
    let list = "\
workspace    prod               profile
workspace    nobody             anonymous
environment  AWS_ACCESS_KEY_ID  keys
profile      base               keys
profile      half               none                     ~/.aws/config:18: profile `half` has no `aws_secret_access_key`
profile      inner              role       210987654321
profile      outer              role       123456789012  eu-west-1
profile      portal             sso        111122223333
";
    let warning = "warning: ~/.aws/config:19: `[foo]` is skipped: it isn't a section of a config file\n  \
                   hint: A profile begins with `[profile NAME]` in a config file.\n";
    let listed = |args: &[&str]| {
        let mut command = user.signpost(args);
        command.env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE").env("AWS_SECRET_ACCESS_KEY", SECRET);
        command
    };
    listed(&["identities"]).assert().code(0).stdout(list).stderr(warning);
    let json = listed(&["identities", "--json"]).output().unwrap();
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json.as_array().unwrap().len(), 8);
    assert_eq!(
        json[6],
        serde_json::json!({
            "from": "profile", "name": "outer", "kind": "role", "account": "123456789012",
            "region": "eu-west-1", "problem": null,
        })
    );
}

#[test]
fn the_account_of_keys_is_given_on() {
    let user = User::new("[profile base]\naws_account_id = 123456789012\n", &keys("base"));
    let json = |args: &[&str]| -> serde_json::Value {
        let output = user.signpost(args).env("AWS_ACCOUNT_ID", "210987654321").output().unwrap();
        serde_json::from_slice(&output.stdout).unwrap()
    };
    assert_eq!(json(&["token", "--profile", "base"])["AccountId"], "123456789012");
    assert_eq!(json(&["token", "--profile", "base", "--format", "json"])["account_id"], "123456789012");
    assert_eq!(json(&["identities", "--json"])[0]["account"], "123456789012");
    let print = ["exec", "--profile", "base", "--", "printenv", "AWS_ACCOUNT_ID"];
    user.signpost(&print).env("AWS_ACCOUNT_ID", "stale").assert().code(0).stdout("123456789012\n");
    let other = User::new("", &keys("base"));
    other.signpost(&print).env("AWS_ACCOUNT_ID", "stale").assert().code(1).stdout("");
}

#[test]
fn a_token_is_a_credential_process() {
    let user = User::new("", &keys("base"));
    let process = format!(
        "{{\n  \"Version\": 1,\n  \"AccessKeyId\": \"AKIAIOSFODNN7EXAMPLE\",\n  \"SecretAccessKey\": \"{SECRET}\"\n}}\n"
    );
    user.signpost(&["token", "--profile", "base"]).assert().code(0).stdout(process).stderr("");
    let env =
        format!("export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE\nexport AWS_SECRET_ACCESS_KEY={SECRET}\n");
    user.signpost(&["token", "--profile", "base", "--format", "env"]).assert().code(0).stdout(env);
    user.signpost(&["token", "--as", "a", "--profile", "base"]).assert().code(2).stdout("");
}

#[cfg(unix)]
#[test]
fn a_terminal_is_refused_until_it_is_asked_for() {
    let home = pty::Home::new();
    let keys =
        [("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE".as_ref()), ("AWS_SECRET_ACCESS_KEY", SECRET.as_ref())];
    let mut refused = home.signpost_with(&["token".as_ref()], (120, 10), &keys);
    refused.wait_for("error: standard output is a terminal, where others may read secrets");
    let words = ["token", "--show-secrets", "--format", "env"].map(std::ffi::OsStr::new);
    let mut shown = home.signpost_with(&words, (120, 10), &keys);
    shown.wait_for(&format!("export AWS_SECRET_ACCESS_KEY={SECRET}"));
}

#[cfg(unix)]
#[test]
fn a_command_runs_with_the_credential_and_ends_as_it_ends() {
    let user = User::new("[profile base]\nregion = eu-west-1\n", &keys("base"));
    let print = "env | grep ^AWS_ | grep -v METADATA | sort; exit 7";
    let expected = format!(
        "AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE\nAWS_REGION=eu-west-1\nAWS_SECRET_ACCESS_KEY={SECRET}\n"
    );
    user.signpost(&["exec", "--profile", "base", "--", "sh", "-c", print])
        .env("AWS_PROFILE", "other")
        .env("AWS_SESSION_TOKEN", "stale")
        .assert()
        .code(7)
        .stdout(expected)
        .stderr("");
    let error = "error: couldn't start `no-such-command`: No such file or directory (os error 2)\n  \
                 hint: Check its name, and PATH.\n";
    user.signpost(&["exec", "--profile", "base", "--", "no-such-command"]).assert().code(2).stderr(error);
}

#[test]
fn aws_says_whose_credential_it_is() {
    let xml = "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/alice</Arn>\
               <UserId>AIDACKCEVSQ6C2EXAMPLE</UserId><Account>123456789012</Account>\
               </GetCallerIdentityResult></GetCallerIdentityResponse>";
    let response = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{xml}", xml.len());
    let refusal = "<ErrorResponse><Error><Code>InvalidClientTokenId</Code><Message>The security token included in \
                   the request is invalid.</Message></Error></ErrorResponse>";
    let refused = format!("HTTP/1.1 403 Forbidden\r\ncontent-length: {}\r\n\r\n{refusal}", refusal.len());
    let sts = Origin::answering([response.clone().into(), response.into(), refused.into()]);
    let user = User::new(
        &format!("[profile base]\nendpoint_url = {}\naws_account_id = 123456789012\n", sts.url("/")),
        &keys("base"),
    );
    let text = "arn:aws:iam::123456789012:user/alice\naccount  123456789012\nuser id  AIDACKCEVSQ6C2EXAMPLE\n\
                key      AKIAIOSFODNN7EXAMPLE\nsource   keys of profile base\n";
    user.signpost(&["whoami", "--profile", "base"]).assert().code(0).stdout(text).stderr("");
    let json = user.signpost(&["whoami", "--profile", "base", "--json"]).output().unwrap();
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(
        (&json["arn"], &json["identity"]),
        (&"arn:aws:iam::123456789012:user/alice".into(), &"profile base".into())
    );
    assert_eq!((&json["account"], &json["account_id"]), (&"123456789012".into(), &"123456789012".into()));
    assert_eq!(sts.requests()[0].body, b"Action=GetCallerIdentity&Version=2011-06-15");
    let error = "error: STS responded to GetCallerIdentity with 403: InvalidClientTokenId: The security token included \
                 in the request is invalid.\n  hint: Check the credential and the endpoint.\n";
    user.signpost(&["whoami", "--profile", "base"]).assert().code(1).stdout("").stderr(error);
}

#[cfg(unix)]
fn script(folder: &Path, text: &str) -> String {
    use std::os::unix::fs::PermissionsExt as _;
    let path = folder.join("get-keys");
    fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
    path.display().to_string()
}

#[cfg(unix)]
#[test]
fn a_process_is_run_for_its_user_and_never_for_a_workspace_from_elsewhere() {
    let origin = Origin::answering([OK.to_vec()]);
    let user = User::new("", "");
    let ran = user.home.path().join("ran");
    let command = script(
        user.home.path(),
        &format!(
            "echo ran >> {}\necho '{{\"Version\":1,\"AccessKeyId\":\"AKIAIOSFODNN7EXAMPLE\",\"SecretAccessKey\":\"{SECRET}\"}}'",
            ran.display()
        ),
    );
    let text = format!(
        "[identities.tool]\nkind = \"process\"\ncommand = \"{command}\"\n[variables]\nurl = \"{}\"\n",
        origin.url("/")
    );
    fs::write(user.workspace.path().join("signpost.toml"), &text).unwrap();
    let send = ["send", "--as", "tool", "--service", "lambda", "--region", "us-east-1", "{{url}}"];
    let error = format!(
        "error: this workspace isn't trusted to send the output of the command `{command}` to {}\n  hint: `signpost trust .` \
         lists everything that its requests would send, and asks; `--trust` allows what this one sends.\n",
        origin.url("").trim_end_matches('/')
    );
    user.signpost(&send).assert().code(3).stdout("").stderr(error);
    user.signpost(&["token", "--as", "tool"]).assert().code(3).stdout("");
    user.signpost(&["exec", "--as", "tool", "--", "true"]).assert().code(3).stdout("");
    assert!(!ran.exists(), "nothing was run");
    let user = user.workspace(&text);
    user.signpost(&send).assert().code(0).stdout("ok");
    assert_eq!(fs::read_to_string(&ran).unwrap(), "ran\n");
    let authorization = origin.requests()[0].header("authorization").unwrap().to_owned();
    assert!(authorization.contains("Credential=AKIAIOSFODNN7EXAMPLE/"), "{authorization}");
}

#[test]
fn a_workspace_from_elsewhere_asks_before_it_uses_a_profile_or_the_default_chain() {
    let origin = Origin::answering([]);
    let user = User::new("", &format!("{}{}", keys("base"), keys("default")));
    let text =
        "[identities.a]\nkind = \"profile\"\nprofile = \"base\"\n[identities.b]\nkind = \"environment\"\n";
    fs::write(user.workspace.path().join("signpost.toml"), text).unwrap();
    for (identity, what) in [
        ("a", "the credentials of the AWS profile base"),
        ("b", "the credentials that the AWS CLI uses here"),
    ] {
        let url = origin.url("/");
        let args = ["send", "--as", identity, "--service", "lambda", "--region", "us-east-1", &url];
        let output = user.signpost(&args).output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(
            error.starts_with(&format!("error: this workspace isn't trusted to send {what} to http://")),
            "{error}"
        );
        assert_eq!(output.status.code(), Some(3));
        user.signpost(&["token", "--as", identity]).assert().code(3).stdout("");
    }
    assert_eq!(origin.connections(), 0);
    let allowed = [
        "send",
        "--dry-run",
        "--profile",
        "base",
        "--service",
        "lambda",
        "--region",
        "us-east-1",
        "http://127.0.0.1:9/",
    ];
    user.signpost(&allowed).assert().code(0);
}

#[test]
fn an_anonymous_identity_signs_nothing() {
    let origin = Origin::answering([OK.to_vec()]);
    let user = User::new("", "").workspace("[identities.nobody]\nkind = \"anonymous\"\n");
    let url = origin.url("/");
    user.signpost(&["send", "--as", "nobody", "--service", "lambda", &url]).assert().code(0).stdout("ok");
    assert!(origin.requests()[0].header("authorization").is_none());
}

#[cfg(unix)]
#[test]
fn what_a_workspace_from_elsewhere_was_allowed_is_enough_for_other_programs() {
    let user = User::new("", "");
    let printed = user.home.path().join("printed");
    let keys = format!(
        "{{\"Version\":1,\"AccessKeyId\":\"AKIAIOSFODNN7EXAMPLE\",\"SecretAccessKey\":\"{SECRET}\"}}"
    );
    fs::write(&printed, keys).unwrap();
    let file = format!(
        "id = \"from-elsewhere\"\n[identities.tool]\nkind = \"process\"\ncommand = \"cat {} {{{{env:NO_SUCH}}}}\"\n",
        printed.display()
    );
    fs::write(user.workspace.path().join("signpost.toml"), file).unwrap();
    let token = || {
        let mut token = user.signpost(&["token", "--as", "tool", "--format", "env"]);
        token.env("NO_SUCH", "").output().unwrap()
    };
    let refused = token();
    assert_eq!(refused.status.code(), Some(3));
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(said.contains("{{env:NO_SUCH}}`"), "a command is named as it is written: {said}");
    assert!(user.signpost(&["trust", "--yes"]).output().unwrap().status.success());
    let allowed = token();
    assert!(allowed.status.success(), "{allowed:?}");
    assert!(String::from_utf8(allowed.stdout).unwrap().contains("AKIAIOSFODNN7EXAMPLE"));
}

#[test]
fn a_region_never_makes_another_host() {
    let user = User::new("", &keys("dev")).workspace(
        "id = \"a-region\"\n[identities.dev]\nkind = \"profile\"\nprofile = \"dev\"\n\
         [identities.role]\nkind = \"assume-role\"\nsource = \"dev\"\nrole_arn = \"arn:aws:iam::123456789012:role/R\"\n\
         region = \"evil.example/\"\n",
    );
    for command in ["token", "whoami"] {
        let output = user.signpost(&[command, "--as", "role"]).output().unwrap();
        assert_eq!(output.status.code(), Some(3));
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("`evil.example/` isn't a valid region"), "{said}");
    }
}

#[test]
fn a_token_of_an_expired_session_that_asks_is_a_new_one() {
    let minted = |year: &str| {
        let text = String::from_utf8(session("GetSessionToken", &format!("of-{year}"))).unwrap();
        let (_, body) = text.split_once("\r\n\r\n").unwrap();
        let body = body.replace("2099-", &format!("{year}-"));
        format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into_bytes()
    };
    let sts = Origin::answering([minted("2020"), minted("2099")]);
    let user = User::new("", "").workspace(&format!(
        "id = \"asks-workspace\"\n[identities.alice]\nkind = \"keys\"\naccess_key = \"AKIDEXAMPLE\"\n\
         secret_key = \"{SECRET}\"\n[identities.asks]\nkind = \"get-session-token\"\nsource = \"alice\"\n\
         renew = \"ask\"\nendpoint = \"{}\"\n",
        sts.url("/")
    ));
    // An earlier send left a session that has expired since.
    let origin = Origin::answering([OK.to_vec()]);
    let words = ["send", "--as", "asks", "--service", "lambda", "--region", "us-east-1", &origin.url("/")];
    user.signpost(&words).assert().code(0);
    for token in ["of-2099", "of-2099"] {
        let printed =
            user.signpost(&["token", "--as", "asks", "--format", "env"]).assert().code(0).stderr("");
        let text = String::from_utf8(printed.get_output().stdout.clone()).unwrap();
        assert!(text.contains(&format!("AWS_SESSION_TOKEN={token}\n")), "{text}");
    }
    assert_eq!(sts.connections(), 2);
}

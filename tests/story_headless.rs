//! The story from 403 to 200 without a screen: `signpost demo --serve` and `signpost send`.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use assert_cmd::Command;
use assert_cmd::assert::Assert;
use serde_json::Value;
use tempfile::TempDir;

/// Where a user's own folders are looked for.
const HOMES: [&str; 5] = ["HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "APPDATA", "LOCALAPPDATA"];

const FORBIDDEN: &str = "{\"Message\":\"Forbidden\"}";
const DENIED: &str = "{\"Message\":\"Forbidden. For troubleshooting Function URL authorization issues, see: \
                      https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html\"}";
const HELLO: &str = "Hello from Lambda!";
const EXPIRED: &str = "{\"message\":\"The security token included in the request is expired\"}";

/// A cloud that serves until it is dropped.
struct Cloud {
    child: Child,
    info: Value,
    home: TempDir,
}

impl Drop for Cloud {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Cloud {
    /// Ends it, and gives its home to the next.
    fn stop(mut self) -> TempDir {
        std::mem::replace(&mut self.home, tempfile::tempdir().unwrap())
    }

    fn start(home: TempDir, args: &[&str]) -> Self {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_signpost"));
        for name in HOMES {
            command.env(name, home.path());
        }
        let mut child = command.args(["demo", "--serve"]).args(args).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { child, info: serde_json::from_str(&line).unwrap(), home }
    }

    fn text(&self, pointer: &str) -> &str {
        self.info.pointer(pointer).and_then(Value::as_str).unwrap()
    }

    /// `-u` of a user.
    fn user(&self, name: &str) -> String {
        let of = |key: &str| self.text(&format!("/users/{name}/{key}"));
        format!("{}:{}", of("access_key_id"), of("secret_access_key"))
    }

    /// `signpost send`, with nobody's configuration and no keys but those that are given.
    fn send(&self, args: &[&str]) -> Command {
        let mut command = Command::cargo_bin("signpost").unwrap();
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy().into_owned();
            if name.starts_with("AWS_") || name.to_lowercase().ends_with("_proxy") {
                command.env_remove(name);
            }
        }
        for name in HOMES {
            command.env(name, self.home.path());
        }
        command.current_dir(self.home.path()).arg("send").args(args);
        command
    }

    /// A call of a query API as admin.
    fn admin(&self, service: &str, args: &[&str]) -> Assert {
        let user = self.user("admin");
        let mut all = vec!["-u", &user, "--service", service, "--region", self.text("/region")];
        all.extend(args);
        self.send(&all).assert()
    }

    /// The function's URL as alice.
    fn as_alice(&self) -> Assert {
        self.send(&["-u", &self.user("alice"), "--service", "lambda", self.text("/function_url")]).assert()
    }

    fn permit(&self, statement: &str) -> Assert {
        let name = self.text("/function_arn").rsplit(':').next().unwrap();
        let url = format!("{}/2015-03-31/functions/{name}/policy", self.text("/endpoint"));
        self.admin("lambda", &["--json", statement, &url])
    }
}

fn stdout(assert: &Assert) -> String {
    String::from_utf8(assert.get_output().stdout.clone()).unwrap()
}

/// The text between an XML element's tags.
fn element<'a>(xml: &'a str, name: &str) -> &'a str {
    let after = xml.split_once(&format!("<{name}>")).unwrap().1;
    after.split_once(&format!("</{name}>")).unwrap().0
}

#[test]
fn the_story_with_urls_and_flags() {
    let cloud = Cloud::start(tempfile::tempdir().unwrap(), &[]);
    let (endpoint, function) = (cloud.text("/endpoint"), cloud.text("/function_url"));
    // The last three of curl's and awscurl's flags sign; nothing else does.
    cloud.send(&["-s", function]).assert().code(0).stdout(FORBIDDEN);
    let refused = cloud.as_alice().code(0).stdout(DENIED).get_output().stderr.clone();
    let refused = String::from_utf8(refused).unwrap();
    assert!(
        refused.starts_with(
            "HTTP/1.1 403 Forbidden\nwhy: The signature is good, and no identity policy allows lambda:InvokeFunctionUrl.\n"
        ),
        "{refused}"
    );

    let policy = serde_json::json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow",
        "Action": ["lambda:InvokeFunctionUrl", "lambda:InvokeFunction"],
        "Resource": cloud.text("/function_arn"),
    }]});
    let form: String = [
        ("Action", "PutUserPolicy"),
        ("Version", "2010-05-08"),
        ("UserName", "alice"),
        ("PolicyName", "call-hello"),
        ("PolicyDocument", &policy.to_string()),
    ]
    .iter()
    .map(|(name, value)| format!("{name}={}&", percent(value)))
    .collect();
    let put = cloud.admin("iam", &["-d", form.trim_end_matches('&'), endpoint]).code(0).stderr("");
    assert!(stdout(&put).starts_with("<PutUserPolicyResponse "), "{}", stdout(&put));
    cloud.as_alice().code(0).stdout(HELLO).stderr("");

    let delete = "Action=DeleteUserPolicy&Version=2010-05-08&UserName=alice&PolicyName=call-hello";
    cloud.admin("iam", &["-d", delete, endpoint]).code(0).stderr("");
    cloud.as_alice().code(0).stdout(DENIED);

    let alice = cloud.text("/users/alice/arn");
    let permit = |id: &str, action: &str, rest: &str| {
        let principal = format!("\"Principal\":\"{alice}\"");
        let statement = format!("{{\"StatementId\":\"{id}\",\"Action\":\"{action}\",{principal},{rest}}}");
        cloud.permit(&statement).code(0).stderr("");
    };
    permit("url", "lambda:InvokeFunctionUrl", "\"FunctionUrlAuthType\":\"AWS_IAM\"");
    cloud.as_alice().code(0).stdout(DENIED);
    permit("invoke", "lambda:InvokeFunction", "\"InvokedViaFunctionUrl\":true");
    cloud.as_alice().code(0).stdout(HELLO);

    let get = "Action=GetSessionToken&Version=2011-06-15&DurationSeconds=900";
    let user = cloud.user("alice");
    let minted = cloud
        .send(&["-u", &user, "--service", "sts", "--region", "us-east-1", "-d", get, endpoint])
        .assert()
        .code(0);
    let minted = stdout(&minted);
    let session = || {
        let mut send = cloud.send(&["--service", "lambda", function]);
        send.env("AWS_ACCESS_KEY_ID", element(&minted, "AccessKeyId"))
            .env("AWS_SECRET_ACCESS_KEY", element(&minted, "SecretAccessKey"))
            .env("AWS_SESSION_TOKEN", element(&minted, "SessionToken"));
        send.assert()
    };
    assert!(element(&minted, "AccessKeyId").starts_with("ASIA"));
    session().code(0).stdout(HELLO);
    // The same by flags, and by the path for clients that cannot resolve the host.
    let keys = format!("{}:{}", element(&minted, "AccessKeyId"), element(&minted, "SecretAccessKey"));
    let by_path = cloud.text("/function_url_path");
    cloud
        .send(&["-u", &keys, "--session-token", element(&minted, "SessionToken")])
        .args(["--service", "lambda", "--region", "us-east-1", by_path])
        .assert()
        .code(0)
        .stdout(HELLO)
        .stderr("");

    let clock = format!("{endpoint}/_signpost/clock");
    cloud.send(&["--json", "{\"advance_seconds\": 901}", &clock]).assert().code(0);
    let over = session().code(0).stdout(EXPIRED);
    let said = String::from_utf8(over.get_output().stderr.clone()).unwrap();
    assert!(said.starts_with("HTTP/1.1 403 Forbidden\n"), "{said}");
    let head = cloud
        .send(&["-i", "-u", &keys, "--session-token", element(&minted, "SessionToken")])
        .args(["--service", "lambda", function])
        .assert()
        .code(0);
    assert!(stdout(&head).contains("x-amzn-errortype: ExpiredTokenException\n"), "{}", stdout(&head));
}

/// A form value as curl's `--data-urlencode` writes it.
fn percent(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// What each saved request prints, where that is always the same.
const STEPS: [(&str, Option<&str>); 12] = [
    ("1-unsigned", Some(FORBIDDEN)),
    ("2-alice-denied", Some(DENIED)),
    ("3-attach-policy", None),
    ("4-alice-allowed", Some(HELLO)),
    ("5-detach-policy", None),
    ("6-permit-url", None),
    ("7-permit-invoke", None),
    ("8-alice-allowed-again", Some(HELLO)),
    ("9-get-session-token", None),
    ("10-session-allowed", Some(HELLO)),
    ("11-move-the-clock", None),
    ("12-session-expired", Some(EXPIRED)),
];

#[test]
fn the_story_as_saved_requests() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("story");
    let cloud = Cloud::start(home, &["--keep", folder.to_str().unwrap()]);
    let send = |name: &str| cloud.send(&["--workspace", folder.to_str().unwrap(), name]).assert();
    // Every step is as its [expect] says: exit code 0, whatever the status.
    for (name, body) in &STEPS {
        let sent = send(name).code(0);
        if let Some(body) = body {
            assert_eq!(stdout(&sent), *body, "{name}");
        }
    }
    // The session of step 9 is kept, and since its identity says `never`, it is sent as it is.
    let head = cloud.send(&["--workspace", folder.to_str().unwrap(), "-i", STEPS[11].0]).assert().code(0);
    assert!(stdout(&head).contains("x-amzn-errortype: ExpiredTokenException\n"), "{}", stdout(&head));
    let said = String::from_utf8(head.get_output().stderr.clone()).unwrap();
    assert!(
        said.contains("Renewing asks STS for new credentials with the keys of alice. Send with `--renew`.\n"),
        "{said}"
    );
    // Asked to, it is renewed, and that is kept too.
    let renewed = cloud.send(&["--workspace", folder.to_str().unwrap(), "--renew", STEPS[9].0]).assert();
    renewed.code(0).stdout(HELLO);
    send(STEPS[9].0).code(0).stdout(HELLO);
    // A step that was played before is answered with 409: its expectation fails.
    send("6-permit-url").code(1);
    for name in ["reset/remove-url", "reset/remove-invoke"] {
        send(name).code(0).stdout("");
    }
    send("8-alice-allowed-again").code(1).stdout(DENIED);
    // No secret stands in what is kept.
    for entry in std::fs::read_dir(&folder).unwrap().flatten().filter(|entry| entry.path().is_file()) {
        let text = std::fs::read_to_string(entry.path()).unwrap();
        for name in ["admin", "alice"] {
            let secret = cloud.text(&format!("/users/{name}/secret_access_key"));
            assert!(!text.contains(secret), "{} holds a secret", entry.path().display());
        }
    }
    // Somebody else has to trust it, and is then told what is missing; nothing is sent.
    let stranger = tempfile::tempdir().unwrap();
    for (flags, said) in
        [(&[][..], "this workspace isn't trusted"), (&["--trust"], "no secret is named \"alice\"")]
    {
        let mut other = cloud.send(&["--workspace", folder.to_str().unwrap(), "4-alice-allowed"]);
        for name in HOMES {
            other.env(name, stranger.path());
        }
        let refused = other.args(flags).assert().code(3).stdout("");
        let all = String::from_utf8(refused.get_output().stderr.clone()).unwrap();
        assert!(all.contains(said), "{all}");
    }
}

#[test]
fn a_workspace_is_never_written_over() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("story");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("signpost.toml"), "name = \"mine\"\n").unwrap();
    let file = folder.join("signpost.toml");
    Command::cargo_bin("signpost")
        .unwrap()
        .args(["demo", "--serve", "--keep", folder.to_str().unwrap()])
        .assert()
        .code(2)
        .stdout("")
        .stderr(format!(
            "error: {} isn't from this demo and won't be overwritten; choose an empty folder or one from an earlier demo\n",
            file.display()
        ));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "name = \"mine\"\n");
    // Any other file is somebody's too, even one that no file of the demo would replace.
    std::fs::rename(&file, folder.join("notes.txt")).unwrap();
    Command::cargo_bin("signpost")
        .unwrap()
        .args(["demo", "--serve", "--keep", folder.to_str().unwrap()])
        .assert()
        .code(2)
        .stderr(format!(
            "error: {} isn't empty: it contains `notes.txt`; choose an empty folder or one from an earlier demo\n",
            folder.display()
        ));
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
}

#[test]
fn a_kept_demo_is_brought_back_to_work() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("story");
    let args = ["--keep", folder.to_str().unwrap()];
    let file = folder.join("signpost.toml");
    let first = Cloud::start(home, &args);
    let of_first = |pointer: &str| first.text(pointer).to_owned();
    let values = [
        "/endpoint",
        "/function_url",
        "/function_url_path",
        "/users/admin/access_key_id",
        "/users/alice/access_key_id",
    ];
    let old = values.map(of_first);
    // What the user makes of it meanwhile.
    let text = std::fs::read_to_string(&file).unwrap();
    let text = text.replace("name = \"From 403 to 200\"", "name = \"Mine\" # now").replace(
        "[variables]",
        "[environments.prod]\nfunction_url = \"https://x\"\n\n[variables]\nown = \"1\"",
    );
    std::fs::write(&file, &text).unwrap();
    std::fs::remove_file(folder.join("3-attach-policy.toml")).unwrap();
    std::fs::write(folder.join("2-alice-denied.toml"), "url = \"{{function_url}}/mine\"\n").unwrap();
    let (home, workspace) = (first.stop(), folder.to_str().unwrap());

    let second = Cloud::start(home, &args);
    let mut expected = text;
    for (old, pointer) in old.iter().zip(values) {
        // The longer addresses begin with the shorter one, so the quotes count.
        expected = expected.replace(&format!("\"{old}\""), &format!("\"{}\"", second.text(pointer)));
    }
    assert_ne!(old[4], second.text("/users/alice/access_key_id"));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), expected);
    assert!(!folder.join("3-attach-policy.toml").exists());
    let send = |name: &str| second.send(&["--workspace", workspace, name]).assert();
    send("1-unsigned").code(0).stdout(FORBIDDEN);
    for name in ["6-permit-url", "7-permit-invoke"] {
        send(name).code(0);
    }
    // Nobody's session is left from before: alice's new keys ask for one of their own.
    send("10-session-allowed").code(0).stdout(HELLO);
}

//! A workspace from elsewhere: nothing private leaves before its user has allowed it.
//!
//! The real binary on the command line, in homes of its own.

#[path = "home/mod.rs"]
mod home;
#[path = "origin/mod.rs"]
mod origin;

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use signpost::core::credential::Secret;
use signpost::io::store::secrets::SecretStore;
use tempfile::TempDir;

use origin::Origin;

const OK: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const ID: &str = "0123456789abcdef0123456789abcdef";

/// A user with a home, and the clone of somebody else's workspace.
struct User {
    home: TempDir,
    clone: TempDir,
}

impl User {
    fn new() -> Self {
        let user = Self { home: tempfile::tempdir().unwrap(), clone: tempfile::tempdir().unwrap() };
        user.write("signpost.toml", &format!("id = \"{ID}\"\n"));
        user
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.clone.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// A request that sends a header to the origin.
    fn request(&self, origin: &Origin, value: &str) {
        let url = origin.url("/");
        self.write(
            "get.toml",
            &format!("url = \"{url}\"\nheaders = [{{ name = \"x\", value = '{value}' }}]\n"),
        );
    }

    /// A secret that another workspace, of the same id, keeps.
    fn keeps_a_secret(&self) {
        let store = SecretStore::open(&home::data(self.home.path()), ID).unwrap();
        store.set("alice", Secret::new(SECRET)).unwrap();
    }

    fn signpost(&self, args: &[&str]) -> Command {
        let mut command = Command::cargo_bin("signpost").unwrap();
        for name in ["HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "APPDATA", "LOCALAPPDATA"] {
            command.env(name, self.home.path());
        }
        command.env_remove("http_proxy").env("SIGNPOST_TEST_SECRET", SECRET);
        command.current_dir(self.clone.path()).args(args);
        command
    }

    /// Sends, and expects that nothing leaves.
    fn is_refused(&self, origin: &Origin, args: &[&str], what: &str) {
        let workspace = self.clone.path().canonicalize().unwrap();
        let error = format!(
            "error: this workspace isn't trusted to send {what} to {to}\n  hint: `signpost trust {place}` \
             lists everything that its requests would send, and asks; `--trust` allows what this one sends.\n",
            to = origin.url("").trim_end_matches('/'),
            place = workspace.display(),
        );
        self.signpost(args).assert().code(3).stdout("").stderr(error);
        assert_eq!(origin.connections(), 0);
    }
}

#[test]
fn a_clone_sends_plain_requests() {
    let (user, origin) = (User::new(), Origin::answering([OK.to_vec()]));
    user.write("body.txt", "a file of the workspace");
    let url = origin.url("/");
    user.write(
        "get.toml",
        &format!("url = \"{url}\"\nmethod = \"POST\"\n[body]\nkind = \"file\"\nfile = \"body.txt\"\n"),
    );
    user.signpost(&["send", "get"]).assert().code(0).stdout("ok");
    assert_eq!(origin.requests()[0].body, b"a file of the workspace");
}

#[test]
fn a_clone_sends_no_environment_variable_and_no_secret_of_another_workspace() {
    let user = User::new();
    user.keeps_a_secret();
    let (env, secret) = ("{{env:SIGNPOST_TEST_SECRET}}", "{{secret:alice}}");
    let (env_words, secret_words) = ("the environment variable SIGNPOST_TEST_SECRET", "the secret alice");
    for (value, words) in [(env, env_words), (secret, secret_words)] {
        let origin = Origin::answering([]);
        let url = origin.url("/");
        user.request(&origin, value);
        user.is_refused(&origin, &["send", "get"], words);
        // Wherever it is hidden.
        user.write("get.toml", &format!("url = \"{url}?a={value}\"\n"));
        user.is_refused(&origin, &["send", "get"], words);
        user.write("get.toml", &format!("url = \"{url}\"\n[auth]\nkind = \"bearer\"\ntoken = \"{value}\"\n"));
        user.is_refused(&origin, &["send", "get"], words);
        user.write("sub/get.toml", &format!("url = \"{url}\"\n"));
        user.write("sub/folder.toml", &format!("headers = [{{ name = \"x\", value = \"{value}\" }}]\n"));
        user.is_refused(&origin, &["send", "sub/get"], words);
        user.write(
            "get.toml",
            &format!("url = \"{url}\"\nheaders = [{{ name = \"x\", value = \"{{{{v}}}}\" }}]\n"),
        );
        user.write("signpost.toml", &format!("id = \"{ID}\"\n[variables]\nv = \"{value}\"\n"));
        user.is_refused(&origin, &["send", "get"], words);
        user.write(
            "signpost.toml",
            &format!(
                "id = \"{ID}\"\n[identities.a]\nkind = \"keys\"\naccess_key = \"AKIDEXAMPLE\"\nsecret_key = \"{value}\"\n"
            ),
        );
        user.write("get.toml", &format!("url = \"{url}\"\n[auth]\nkind = \"aws-sigv4\"\nidentity = \"a\"\nregion = \"us-east-1\"\nservice = \"lambda\"\n"));
        user.is_refused(&origin, &["send", "get"], words);
    }
}

#[test]
fn arguments_open_no_way_to_what_the_clone_inherits() {
    let (user, origin) = (User::new(), Origin::answering([]));
    let url = origin.url("/");
    user.write(
        "signpost.toml",
        "[auth]\nkind = \"aws-sigv4\"\naccess_key = \"{{env:SIGNPOST_TEST_SECRET}}\"\nsecret_key = \"x\"\n",
    );
    user.write("get.toml", &format!("url = \"{url}\"\n"));
    let args = ["send", "--region", "us-east-1", "--service", "lambda", "get"];
    user.is_refused(&origin, &args, "the environment variable SIGNPOST_TEST_SECRET");
}

#[cfg(unix)]
#[test]
fn a_clone_sends_no_file_from_outside() {
    let (user, outside) = (User::new(), tempfile::tempdir().unwrap());
    let file = outside.path().canonicalize().unwrap().join("private");
    fs::write(&file, SECRET).unwrap();
    let root = user.clone.path();
    std::os::unix::fs::symlink(&file, root.join("link")).unwrap();
    std::os::unix::fs::symlink(outside.path(), root.join("folder")).unwrap();
    let up = format!("../{}/private", outside.path().file_name().unwrap().to_str().unwrap());
    let words = format!("the file {}", file.display());
    for path in [file.to_str().unwrap(), up.as_str(), "link", "folder/private"] {
        let origin = Origin::answering([]);
        let url = origin.url("/");
        user.write("get.toml", &format!("url = \"{url}\"\n[body]\nkind = \"file\"\nfile = \"{path}\"\n"));
        user.is_refused(&origin, &["send", "get"], &words);
        let part = format!("parts = [{{ name = \"a\", file = \"{path}\" }}]");
        user.write("get.toml", &format!("url = \"{url}\"\n[body]\nkind = \"multipart\"\n{part}\n"));
        user.is_refused(&origin, &["send", "get"], &words);
    }
    // What the user names is the user's word.
    let origin = Origin::answering([OK.to_vec()]);
    user.write("get.toml", &format!("url = \"{}\"\n", origin.url("/")));
    user.signpost(&["send", "-d", &format!("@{}", file.display()), "get"]).assert().code(0);
    assert_eq!(origin.requests()[0].body, SECRET.as_bytes());
}

#[test]
fn what_is_allowed_is_sent_and_anything_else_asks_again() {
    let (user, origin) = (User::new(), Origin::answering([OK.to_vec(), OK.to_vec()]));
    user.keeps_a_secret();
    user.request(&origin, "{{env:SIGNPOST_TEST_SECRET}} {{secret:alice}}");
    let place = user.clone.path().canonicalize().unwrap();
    let list = format!(
        "  to {}\n    the environment variable SIGNPOST_TEST_SECRET\n    the secret alice\n",
        origin.url("").trim_end_matches('/')
    );
    let asks = format!("{} wants to send what is private to you:\n{list}", place.display());
    user.signpost(&["trust", "--yes"]).assert().code(0).stdout(format!("{asks}Allowed.\n"));
    user.signpost(&["send", "get"]).assert().code(0);
    assert_eq!(origin.requests()[0].header("x").unwrap(), format!("{SECRET} {SECRET}"));
    user.signpost(&["trust", "--list"]).assert().code(0).stdout(format!("{}\n{list}", place.display()));

    // Another value, or another host.
    let other = Origin::answering([]);
    user.request(&other, "{{secret:alice}}");
    user.is_refused(&other, &["send", "get"], "the secret alice");
    let quiet = Origin::answering([]);
    user.request(&quiet, "{{env:HOME}}");
    user.is_refused(&quiet, &["send", "get"], "the environment variable HOME");

    user.signpost(&["trust", "--revoke"]).assert().code(0);
    let again = Origin::answering([]);
    user.request(&again, "{{secret:alice}}");
    user.is_refused(&again, &["send", "get"], "the secret alice");
    user.signpost(&["trust", "--list"]).assert().code(0).stdout("No workspace is remembered yet.\n");
}

#[test]
fn one_send_can_be_allowed_by_a_flag_and_is_remembered() {
    let (user, origin) = (User::new(), Origin::answering([OK.to_vec(), OK.to_vec()]));
    user.keeps_a_secret();
    user.request(&origin, "{{secret:alice}}");
    user.signpost(&["send", "--trust", "get"]).assert().code(0).stdout("ok");
    user.signpost(&["send", "get"]).assert().code(0).stdout("ok");
    assert_eq!(origin.requests()[1].header("x").unwrap(), SECRET);
}

#[test]
fn a_workspace_that_moved_or_changed_its_id_asks_again() {
    let (user, origin) = (User::new(), Origin::answering([OK.to_vec()]));
    user.keeps_a_secret();
    user.request(&origin, "{{secret:alice}}");
    user.signpost(&["trust", "--yes"]).assert().code(0);
    let moved = tempfile::tempdir().unwrap();
    for name in ["signpost.toml", "get.toml"] {
        fs::copy(user.clone.path().join(name), moved.path().join(name)).unwrap();
    }
    let shares = format!(
        "It shares the id, and so the secrets, of {}.\n",
        user.clone.path().canonicalize().unwrap().display()
    );
    let asked = user.signpost(&["trust"]).current_dir(moved.path()).args(["--yes"]).assert().code(0);
    assert!(String::from_utf8_lossy(&asked.get_output().stdout).contains(&shares));
    // Another id at the same place is another workspace.
    user.write("signpost.toml", "id = \"another-workspace\"\n");
    let quiet = Origin::answering([]);
    user.request(&quiet, "{{secret:alice}}");
    user.is_refused(&quiet, &["send", "get"], "the secret alice");
}

#[test]
fn without_a_terminal_nothing_is_allowed_by_accident() {
    let (user, origin) = (User::new(), Origin::answering([]));
    user.request(&origin, "{{env:HOME}}");
    // A test may have been started from a terminal; `setsid` takes it away.
    let mut command = std::process::Command::new("setsid");
    let signpost = user.signpost(&["trust"]);
    command.arg("--wait").arg(signpost.get_program()).args(signpost.get_args());
    command.envs(signpost.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = command.current_dir(user.clone.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(said, "error: no terminal is available; give --yes to allow it without asking\n");
    user.is_refused(&origin, &["send", "get"], "the environment variable HOME");
}

/// A file in a folder that anybody may write into, as `/tmp` is.
#[cfg(target_os = "linux")]
#[test]
fn a_workspace_file_of_another_user_is_refused_until_its_folder_is_trusted() {
    if !is_superuser() {
        // Only the superuser can make a file of somebody else's.
        return;
    }
    let (user, origin) = (User::new(), Origin::answering([OK.to_vec()]));
    user.request(&origin, "plain");
    let file = user.clone.path().join("signpost.toml");
    std::os::unix::fs::chown(&file, Some(12345), None).unwrap();
    let message = format!(
        "error: {} belongs to another user (uid 12345)\n  hint: If you know who wrote it, allow it with \
         `signpost trust`; else start in another folder.\n",
        file.canonicalize().unwrap().display()
    );
    user.signpost(&["send", "get"]).assert().code(2).stderr(message);
    user.signpost(&["trust", "--yes"]).assert().code(0);
    user.signpost(&["send", "get"]).assert().code(0).stdout("ok");

    // Nor is one above, where another owner begins.
    let outer = tempfile::tempdir().unwrap();
    let inner = outer.path().join("inner");
    fs::create_dir(&inner).unwrap();
    fs::write(outer.path().join("signpost.toml"), "[variables]\nv = \"planted\"\n").unwrap();
    fs::write(inner.join("mine.toml"), "url = \"{{v}}\"\n").unwrap();
    let found = |start: &Path| signpost::io::store::workspace::find(start);
    assert_eq!(found(&inner), Some(outer.path().to_owned()));
    std::os::unix::fs::chown(&inner, Some(12345), None).unwrap();
    assert_eq!(found(&inner), None);
}

#[cfg(target_os = "linux")]
fn is_superuser() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata("/proc/self").unwrap().uid() == 0
}

#[test]
fn a_clone_signs_for_no_other_host_and_connects_nowhere_else_unseen() {
    let (user, origin) = (User::new(), Origin::answering([OK.to_vec()]));
    user.keeps_a_secret();
    let url = origin.url("/");
    let to = url.trim_end_matches('/').to_owned();
    let write = |auth: &str, send: &str, host: &str| {
        let headers = if host.is_empty() {
            String::new()
        } else {
            format!("headers = [{{ name = \"Host\", value = \"{host}\" }}]\n")
        };
        user.write(
            "get.toml",
            &format!(
                "url = \"{url}\"\n{headers}[auth]\nkind = \"aws-sigv4\"\naccess_key = \"AKIDEXAMPLE\"\nregion = \"us-east-1\"\n\
                 service = \"iam\"\nsecret_key = \"{{{{env:SIGNPOST_TEST_SECRET}}}}\"\n{auth}[send]\n{send}"
            ),
        );
    };
    write("", "", "");
    user.signpost(&["trust", "--yes"]).assert().code(0);
    user.signpost(&["send", "get"]).assert().code(0);
    for (auth, send, host, named) in [
        ("sign_as = \"https://iam.amazonaws.com\"\n", "", "", ", signed for https://iam.amazonaws.com"),
        ("", "connect_to = \"192.0.2.1:80\"\n", "", ", connecting to 192.0.2.1:80"),
        ("", "", "IAM.amazonaws.com:443", ", signed for iam.amazonaws.com"),
    ] {
        write(auth, send, host);
        let error = format!(
            "error: this workspace isn't trusted to send the environment variable SIGNPOST_TEST_SECRET to {to}{named}\n"
        );
        let output = user.signpost(&["send", "get"]).assert().code(3).get_output().stderr.clone();
        let output = String::from_utf8(output).unwrap();
        assert!(output.starts_with(&error), "{output}");
    }
    assert_eq!(origin.requests().len(), 1);
}

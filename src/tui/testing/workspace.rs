//! The workspace of the tests, and the values outside of it.

use std::collections::BTreeMap;
use std::path::Path;

use crate::core::credential::Secret;
use crate::core::identity::{Identity, IdentityKind, Renew};
use crate::core::request::{Auth, AuthKind};
use crate::core::scope::ValueSource;
use crate::core::workspace::{Environment, Workspace};
use crate::tui::model::tree::Node;

/// A session token that must not be on any screen.
pub(crate) const TOKEN: &str = "FwoGZXIvYXdzEXAMPLETOKENthatMustNotBeSeen";

/// The requests of the workspace, in the order of the tree.
pub(super) const FILES: [(&str, &str); 6] = [
    (
        "hello.toml",
        r#"
name = "Say hello"
method = "GET"
url = "{{function_url}}/hello"
params = [{ name = "q", value = "1" }, { name = "debug", value = "1", off = true }]
headers = [{ name = "accept", value = "application/json" }]
notes = "Look for 200 and a greeting."
[auth]
kind = "aws-sigv4"
identity = "alice"
[expect]
status = 200
"#,
    ),
    (
        "post.toml",
        r#"
method = "POST"
url = "{{function_url}}/items"
[body]
kind = "json"
text = '''
{
  "name": "first",
  "ref": "{{function_url}}"
}'''
"#,
    ),
    (
        "api/keys.toml",
        r#"
method = "PUT"
url = "https://s3.eu-west-1.amazonaws.com/bucket/key"
[auth]
kind = "aws-sigv4"
access_key = "AKIAIOSFODNN7EXAMPLE"
secret_key = "{{secret:stored}}"
"#,
    ),
    (
        "api/token.toml",
        r#"
method = "DELETE"
url = "https://example.com/items/1"
[auth]
kind = "bearer"
"#,
    ),
    (
        "api/form.toml",
        r#"
method = "POST"
url = "https://example.com/form"
[body]
kind = "form"
fields = [{ name = "a", value = "1" }]
"#,
    ),
    ("plain.toml", "method = \"GET\"\nurl = \"https://example.com/\"\n[auth]\nkind = \"none\"\n"),
];

/// The private store of the tests.
pub(super) struct Private;

impl ValueSource for Private {
    fn secret(&self, name: &str) -> Option<Secret> {
        (name == "stored").then(|| Secret::new("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"))
    }

    fn env(&self, name: &str) -> Option<String> {
        (name == "HOME").then(|| "/home/someone".to_owned())
    }
}

/// The workspace of the tests.
pub(crate) fn workspace() -> Workspace {
    let keys = |name: &str, token: &str| Identity {
        name: name.into(),
        kind: IdentityKind::Keys {
            access_key: "AKIAIOSFODNN7EXAMPLE".into(),
            secret_key: "{{secret:stored}}".into(),
            session_token: token.into(),
        },
    };
    let session = IdentityKind::GetSessionToken {
        source: "alice".into(),
        duration_seconds: Some(900),
        endpoint: String::new(),
        region: String::new(),
        mfa_serial: String::new(),
        renew: Renew::Auto,
    };
    let url = |url: &str| BTreeMap::from([("function_url".to_owned(), url.to_owned())]);
    let texts = |pairs: &[(&str, &str)]| {
        pairs.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect::<BTreeMap<_, _>>()
    };
    let keys_texts = || {
        texts(&[
            ("kind", "keys"),
            ("access_key", "AKIAIOSFODNN7EXAMPLE"),
            ("secret_key", "{{secret:stored}}"),
        ])
    };
    let session_texts =
        texts(&[("kind", "get-session-token"), ("source", "alice"), ("duration_seconds", "900")]);
    Workspace {
        name: "sample".into(),
        identity_texts: BTreeMap::from([
            ("alice".to_owned(), keys_texts()),
            ("admin".to_owned(), keys_texts()),
            ("session".to_owned(), session_texts),
        ]),
        variables: url("https://abc.lambda-url.us-east-1.on.aws"),
        environments: vec![
            Environment { name: "test".into(), ..Environment::default() },
            Environment {
                name: "prod".into(),
                production: true,
                variables: url("https://prod.lambda-url.eu-west-1.on.aws"),
            },
        ],
        auth: Auth { kind: AuthKind::None, ..Auth::default() },
        identities: vec![
            keys("alice", ""),
            keys("admin", ""),
            Identity { name: "session".into(), kind: session },
        ],
        ..Workspace::bare(Path::new("sample"))
    }
}

/// Folders and requests as the tree lists these paths.
pub(crate) fn nodes<'a>(paths: impl IntoIterator<Item = &'a str>) -> Vec<Node> {
    let mut nodes: Vec<Node> = Vec::new();
    for path in paths {
        if let Some((folder, _)) = path.rsplit_once('/')
            && !nodes.iter().any(|node| node.path == folder)
        {
            nodes.push(Node { path: folder.into(), depth: 0, folder: true });
        }
        let depth = u16::try_from(path.matches('/').count()).unwrap();
        nodes.push(Node { path: path.into(), depth, folder: false });
    }
    nodes
}

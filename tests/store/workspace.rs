//! Finding, reading and listing a workspace.

use std::fs;
use std::path::Path;

use signpost::core::collection::{Node, NodeKind};
use signpost::core::identity::{IdentityKind, Renew};
use signpost::core::identity_fields::{IdentityEditor, KINDS};
use signpost::core::names::RequestPath;
use signpost::core::request::Request;
use signpost::core::request::{AuthKind, Row};
use signpost::core::scope::{Nothing, Source};
use signpost::core::workspace::{Effective, Workspace};
use signpost::io::store::dirs::Dirs;
use signpost::io::store::listing::list;
use signpost::io::store::workspace::{ensure_id, find, find_or_own, load, parse, read_folders};

const WORKSPACE: &str = r#"name = "function-url-demo"
[variables]
function_url = "http://demo.lambda-url.us-east-1.localhost:9000"
who = "workspace"
[environments.prod]
function_url = "https://abcdefg.lambda-url.us-east-1.on.aws"
production = true
[environments.dev]
who = "dev"
[auth]
kind = "aws-sigv4"
identity = "alice"
[identities.alice]
kind = "keys"
access_key = "AKIAIOSFODNN7EXAMPLE"
secret_key = "{{secret:alice}}"
[identities.session]
kind = "get-session-token"
source = "alice"
duration_seconds = 900
endpoint = "{{endpoint}}"
renew = "ask"
"#;

fn put(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

#[test]
fn the_designed_workspace_is_read() {
    let workspace = parse(Path::new("x"), WORKSPACE).unwrap();
    assert_eq!(workspace.name, "function-url-demo");
    let environments: Vec<_> =
        workspace.environments.iter().map(|e| (e.name.as_str(), e.production)).collect();
    assert_eq!(environments, [("prod", true), ("dev", false)]);
    assert!(!workspace.environments[0].variables.contains_key("production"));
    assert_eq!(workspace.identities.len(), 2);
    assert_eq!(
        workspace.identities[1].kind,
        IdentityKind::GetSessionToken {
            source: "alice".into(),
            duration_seconds: Some(900),
            endpoint: "{{endpoint}}".into(),
            region: String::new(),
            mfa_serial: String::new(),
            renew: Renew::Ask,
        }
    );
}

#[test]
fn a_request_inherits_from_the_nearest_that_declares() {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "signpost.toml", WORKSPACE);
    put(
        folder.path(),
        "a/folder.toml",
        "[variables]\nwho = \"a\"\n[auth]\nkind = \"bearer\"\ntoken = \"{{secret:t}}\"\n",
    );
    put(
        folder.path(),
        "a/b/folder.toml",
        "headers = [{ name = \"X-Team\", value = \"b\" }]\n[variables]\nwho = \"b\"\n",
    );
    put(folder.path(), "a/b/c/r.toml", "url = \"x\"");
    let mut workspace = load(folder.path()).unwrap();
    workspace.folders = list(&workspace).folders;
    let mut lazily = load(folder.path()).unwrap();
    read_folders(&mut lazily, "a/b/c");
    assert_eq!(lazily, workspace);

    let who = |folder, environment| {
        below(&workspace, folder, environment).scope.expand("{{who}}", &Nothing).unwrap().text
    };
    assert_eq!(who("a/b/c", None), "b");
    assert_eq!(who("a", None), "a");
    assert_eq!(who("", None), "workspace");
    assert_eq!(who("a/b/c", Some("dev")), "dev");
    assert_eq!(who("a/b/c", Some("prod")), "b");
    assert_eq!(below(&workspace, "a/b", None).scope.get("who").unwrap().1, &Source::Folder("a/b".into()));

    assert_eq!(below(&workspace, "a/b/c", None).auth.kind, AuthKind::Bearer);
    assert_eq!(below(&workspace, "a/b/c", None).auth_source, Some(Source::Folder("a".into())));
    assert_eq!(below(&workspace, "", None).auth.sigv4.identity, "alice");
    assert_eq!(below(&workspace, "elsewhere", None).auth_source, Some(Source::Workspace));
    assert_eq!(below(&Workspace::bare(Path::new("x")), "a", None).auth.kind, AuthKind::None);
    assert_eq!(below(&workspace, "a/b/c", None).request.headers, [Row::new("X-Team", "b")]);
    assert_eq!(below(&workspace, "a", None).request.headers, []);
}

/// What holds for an empty request in a folder.
fn below(workspace: &Workspace, folder: &str, environment: Option<&str>) -> Effective {
    workspace.effective(&RequestPath::new(format!("{folder}/r.toml")), &Request::default(), environment)
}

/// The text, the line of the error, and what message and hint must hold.
const WRONG: [(&str, usize, &str, &str); 8] = [
    ("[variables]\nport = 9000", 2, "`variables.port` must be text", "port = \"...\""),
    ("[variables]\n\"a b\" = \"x\"", 2, "`a b` isn't a valid variable name", "letters, digits"),
    (
        "[environments.prod]\nproduction = \"yes\"",
        2,
        "`environments.prod.production` must be true or false",
        "quotes",
    ),
    ("[identities.a]\nkind = \"key\"", 2, "\"key\"", "Did you mean \"keys\"?"),
    (
        "\n[identities.a]\nkind = \"keys\"\naccess_key = \"AKIDEXAMPLE\"",
        2,
        "`a` has no `secret_key`",
        "Add secret_key",
    ),
    (
        "[identities.s]\nkind = \"get-session-token\"\nsource = \"bob\"",
        3,
        "`source = \"bob\"` must name an identity with `kind = \"keys\"`",
        "[identities.bob]",
    ),
    (
        "[identities.a]\nkind = \"keys\"\naccess_key = \"\"\nsecret_key = \"\"\n[identities.s]\nkind = \"get-session-token\"\nsource = \"a\"\nduration_seconds = 60",
        8,
        "can't be 60",
        "from 900 to 129600",
    ),
    ("id = \"../../x\"", 1, "`id` must be", "Remove the line"),
];

#[test]
fn what_cannot_be_names_line_and_hint() {
    for (text, line, message, hint) in WRONG {
        let workspace = parse(Path::new("x"), text).unwrap();
        let [found] = &workspace.problems[..] else { panic!("{text}\n{:?}", workspace.problems) };
        let error = &found.problem;
        assert_eq!((error.file.as_str(), error.line), ("signpost.toml", Some(line)), "{text}\n{error}");
        assert!(error.message.contains(message), "{text}\n{error}");
        assert!(error.hint.contains(hint), "{text}\n{error}");
    }
}

#[test]
fn it_is_found_upward_and_else_it_is_the_users_own() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    put(&root, "w/signpost.toml", "");
    put(&root, "w/a/b/r.toml", "");
    assert_eq!(find(&root.join("w/a/b")), Some(root.join("w")));
    let dirs = Dirs { data: root.join("data"), config: root.join("config"), logs: root.join("logs") };
    assert_eq!(find_or_own(&root, Some(&dirs)), root.join("data/workspace"));
    assert_eq!(find_or_own(&root.join("w"), Some(&dirs)), root.join("w"));
}

#[test]
fn an_id_is_drawn_once_and_the_file_keeps_its_layout() {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "signpost.toml", "# Ours.\nname = \"x\" # and ours\n\n[variables]\na = \"1\"\n");
    let mut workspace = load(folder.path()).unwrap();
    let mut other = workspace.clone();
    let id = ensure_id(&mut workspace).unwrap();
    assert_eq!(id.len(), 32);
    assert_eq!(ensure_id(&mut other).unwrap(), id, "one that another process drew is taken over");
    assert_eq!(
        fs::read_to_string(folder.path().join("signpost.toml")).unwrap(),
        format!("# Ours.\nname = \"x\" # and ours\nid = \"{id}\"\n\n[variables]\na = \"1\"\n")
    );
    let mut elsewhere = Workspace::bare(&folder.path().join("new"));
    assert_ne!(ensure_id(&mut elsewhere).unwrap(), id);
    assert_eq!(load(&folder.path().join("new")).unwrap().id, elsewhere.id);
}

fn shown(nodes: &[Node], depth: usize, out: &mut Vec<String>) {
    for node in nodes {
        out.push(format!("{}{}", "  ".repeat(depth), node.label()));
        if let Some(folder) = node.folder() {
            shown(&folder.children, depth + 1, out);
        }
    }
}

#[test]
fn requests_are_listed_in_order_and_nothing_else_is() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    put(root, "signpost.toml", "order = [\"steps\"]");
    for name in ["10-last.toml", "2-second.toml", "notes.md", ".hidden.toml", "Cargo.toml", ".toml"] {
        put(root, name, "this is = = no TOML");
    }
    put(root, "steps/folder.toml", "name = \"The story\"\norder = [\"b\", \"a.toml\"]");
    for name in ["a", "b", "c"] {
        put(root, &format!("steps/{name}.toml"), "");
    }
    put(root, "src/main.rs", "");
    put(root, "target/x/r.toml", "");
    put(root, ".git/r.toml", "");
    put(root, "broken/folder.toml", "name = 1");
    fs::create_dir(root.join("empty")).unwrap();
    let listing = list(&load(root).unwrap());
    let mut lines = Vec::new();
    shown(&listing.tree.root.children, 0, &mut lines);
    assert_eq!(lines, ["The story", "  b", "  a", "  c", "broken", "empty", "2-second", "10-last"]);
    let [found] = &listing.problems[..] else { panic!("{:?}", listing.problems) };
    assert!(found.problem.file == "broken/folder.toml" && found.problem.line == Some(1));
    assert!(matches!(listing.tree.root.children[3].kind, NodeKind::Request), "not read yet");
}

#[test]
fn ten_thousand_requests_are_listed() {
    let folder = tempfile::tempdir().unwrap();
    for group in 0..100 {
        let group = folder.path().join(format!("group-{group}"));
        fs::create_dir(&group).unwrap();
        for request in 0..100 {
            fs::write(group.join(format!("request-{request}.toml")), "").unwrap();
        }
    }
    let tree = list(&Workspace::bare(folder.path())).tree;
    let lines = tree.lines();
    assert_eq!(lines.iter().filter(|line| line.node.folder().is_none()).count(), 10_000);
    assert_eq!(lines.last().unwrap().node.path, "group-99/request-99.toml");
    assert_eq!(tree.root.children.len(), 100);
}

#[test]
#[cfg(unix)] // A folder's time can be set here.
fn leftovers_are_swept_up_and_nothing_else() {
    let root = tempfile::tempdir().unwrap();
    let data = tempfile::tempdir().unwrap();
    let private = data.path().join("secrets/workspace");
    let hours = |hours| std::time::SystemTime::now() - std::time::Duration::from_secs(hours * 3600);
    let place = |folder: &std::path::Path, path: &str, age: u64| {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let file = fs::File::create(&path).unwrap();
        file.set_modified(hours(age)).unwrap();
        path
    };
    let gone = [
        place(root.path(), ".signpost-get.toml.AbC123.tmp", 25),
        place(root.path(), "a/b/.signpost-get.toml.AbC123.tmp", 25),
        place(&private, ".signpost-secrets.toml.AbC123.tmp", 25),
    ];
    let kept = [
        place(root.path(), "a/.signpost-get.toml.AbC123.tmp", 23),
        place(root.path(), "a/.other.AbC123.tmp", 9000),
        place(root.path(), "a/signpost-get.toml.tmp", 9000),
        place(root.path(), "a/b/get.toml", 9000),
        place(root.path(), ".hidden/.signpost-get.toml.AbC123.tmp", 9000),
        place(root.path(), "target/.signpost-get.toml.AbC123.tmp", 9000),
        place(root.path(), ".signpost-trash/deleted-mine", 9000),
    ];
    let trash = |name: &str, age: u64| {
        let deleted = place(root.path(), &format!(".signpost-trash/{name}/get.toml"), age);
        let folder = deleted.parent().unwrap();
        fs::File::open(folder).unwrap().set_modified(hours(age)).unwrap();
        deleted
    };
    let (old, young) = (trash("deleted-old", 31 * 24), trash("deleted-young", 29 * 24));
    let other = trash("kept-by-hand", 31 * 24);
    signpost::io::store::listing::list(&Workspace::bare(root.path()));
    signpost::io::store::secrets::SecretStore::open(data.path(), "workspace").unwrap();
    for path in gone.iter().chain([&old]) {
        assert!(!path.exists(), "{}", path.display());
    }
    for path in kept.iter().chain([&young, &other]) {
        assert!(path.exists(), "{}", path.display());
    }
}
#[test]
fn every_kind_and_field_is_one_that_the_file_knows() {
    let mut text = "[identities.first]\nkind = \"keys\"\naccess_key = \"\"\nsecret_key = \"\"\n".to_owned();
    for (at, kind) in KINDS.iter().enumerate() {
        text.push_str(&format!("[identities.a{at}]\nkind = \"{}\"\n", kind.word));
        for field in kind.fields {
            let value = match field.editor {
                IdentityEditor::Number => "900".to_owned(),
                IdentityEditor::Source => "\"first\"".to_owned(),
                IdentityEditor::Words(words) => format!("\"{}\"", words[0]),
                IdentityEditor::Text | IdentityEditor::Secret => "\"x\"".to_owned(),
            };
            text.push_str(&format!("{} = {value}\n", field.key));
        }
    }
    let workspace = parse(Path::new("w"), &text).unwrap();
    assert_eq!(workspace.problems, []);
    let broken = |kind: &IdentityKind| matches!(kind, IdentityKind::Broken(_));
    assert!(!workspace.identities.iter().any(|identity| broken(&identity.kind)));
}

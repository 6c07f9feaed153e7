//! A broken part of a workspace's files: what is reported, what still counts, and what is not sent.

use std::fs;
use std::path::Path;

use signpost::core::exchange::{Event, Field, Outcome, Problem};
use signpost::core::names::RequestPath;
use signpost::core::request::{Auth, AuthKind, Request};
use signpost::core::scope::{Nothing, Source};
use signpost::core::trust::Trust;
use signpost::core::workspace::{Part, Workspace};
use signpost::engine::{Engine, Job};
use signpost::io::store::listing::list;
use signpost::io::store::workspace::{load, load_or_bare, parse, read_folders};

fn read(text: &str) -> Workspace {
    parse(Path::new("x"), text).unwrap()
}

fn places(workspace: &Workspace) -> Vec<String> {
    workspace.problems.iter().map(|found| found.problem.placed()).collect()
}

/// What a send ends with that is refused before anything leaves.
fn refused(workspace: &Workspace, path: &str, request: &Request, environment: Option<&str>) -> Vec<Problem> {
    let effective = workspace.effective(&RequestPath::from(path), request, environment);
    let job = Job::of(effective, workspace, std::sync::Arc::new(Nothing), Trust::MadeHere);
    let engine = Engine::new(std::sync::Arc::new(std::time::SystemTime::now));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut handle = engine.open(job);
        while let Some(report) = handle.events.recv().await {
            if let Event::End(end) = report {
                let Outcome::NotSent(problems) = end.outcome else { panic!("{:?}", end.outcome) };
                return problems;
            }
        }
        panic!("no end")
    })
}

const MANY: &str = r#"name = 5
colour = "red"
[variables]
host = "dev.example"
port = 9000
[environments.prod]
production = "yes"
host = 7
who = "prod"
[environments.test]
production = false
[identities.alice]
kind = "keys"
access_key = "AKIAIOSFODNN7EXAMPLE"
secret_key = "{{secret:alice}}"
sesion_token = "x"
[identities.bob]
kind = "keyz"
[identities.session]
kind = "get-session-token"
source = "alice"
"#;

#[test]
fn every_broken_part_is_a_problem_and_the_rest_counts() {
    let workspace = read(MANY);
    assert_eq!(
        places(&workspace),
        [
            "signpost.toml:1: `name` must be text, not integer",
            "signpost.toml:2: unknown key `colour`",
            "signpost.toml:5: `variables.port` must be text, not integer",
            "signpost.toml:7: `environments.prod.production` must be true or false, not string",
            "signpost.toml:8: `environments.prod.host` must be text, not integer",
            "signpost.toml:16: unknown key `identities.alice.sesion_token`",
            "signpost.toml:18: `identities.bob.kind` can't be \"keyz\"",
        ]
    );
    assert!(workspace.problems.iter().all(|found| !found.problem.hint.is_empty()));
    assert_eq!(workspace.problems[5].problem.hint, "Did you mean `session_token`?");
    assert_eq!(workspace.problems[6].part, Part::Identity("bob".into()));
    assert_eq!(workspace.variables["host"], "dev.example");
    let names: Vec<&str> = workspace.identities.iter().map(|identity| identity.name.as_str()).collect();
    assert_eq!(names, ["alice", "bob", "session"]);
}

#[test]
fn a_production_mark_that_cannot_be_read_is_one() {
    let workspace = read(MANY);
    let prod = workspace.environment("prod").unwrap();
    assert!(prod.production);
    assert_eq!(prod.variables["who"], "prod");
    assert!(!workspace.environment("test").unwrap().production);
    assert!(read("[environments]\nprod = \"x\"").environment("prod").unwrap().production);
}

#[test]
fn a_broken_variable_is_never_replaced_by_one_further_away() {
    let workspace = read(MANY);
    let request = Request { url: "http://{{host}}/".into(), ..Request::default() };
    let problems = refused(&workspace, "a.toml", &request, Some("prod"));
    let [problem] = &problems[..] else { panic!("{problems:?}") };
    assert_eq!(problem.field, Field::Workspace);
    assert!(problem.message.contains("signpost.toml:8"), "{problem:?}");
    let scope = workspace.effective(&"a.toml".into(), &request, Some("prod")).scope;
    assert_eq!(scope.get("host"), None);
    assert!(!scope.names().contains_key("host"));
    assert_eq!(scope.expand("{{who}}", &Nothing).unwrap().text, "prod");
}

#[test]
fn a_send_as_a_broken_identity_is_refused_with_its_problem() {
    let workspace = read(MANY);
    let mut auth = Auth { kind: AuthKind::AwsSigv4, ..Auth::default() };
    auth.sigv4.identity = "bob".into();
    (auth.sigv4.region, auth.sigv4.service) = ("us-east-1".into(), "lambda".into());
    let request = Request { url: "http://127.0.0.1:1/".into(), auth, ..Request::default() };
    let problems = refused(&workspace, "a.toml", &request, None);
    let [problem] = &problems[..] else { panic!("{problems:?}") };
    assert!(problem.message.contains("signpost.toml:18"), "{problem:?}");
    assert!(problem.hint.contains("Did you mean"), "{problem:?}");
}

#[test]
fn a_session_of_a_broken_identity_names_what_is_broken() {
    let workspace = read(
        "[identities.a]\nkind = \"keys\"\n[identities.s]\nkind = \"get-session-token\"\nsource = \"a\"\n",
    );
    assert_eq!(places(&workspace), ["signpost.toml:1: the identity `a` has no `access_key`"]);
    let mut auth = Auth { kind: AuthKind::AwsSigv4, ..Auth::default() };
    auth.sigv4.identity = "s".into();
    (auth.sigv4.region, auth.sigv4.service) = ("us-east-1".into(), "lambda".into());
    let request = Request { url: "http://127.0.0.1:1/".into(), auth, ..Request::default() };
    assert!(refused(&workspace, "a.toml", &request, None)[0].message.contains("signpost.toml:1"));
}

#[test]
fn auth_that_cannot_be_read_is_not_replaced_by_that_of_a_folder_further_up() {
    let mut workspace = read("[auth]\nkind = \"bearer\"\ntoken = \"t\"\n");
    workspace.root = tempfile::tempdir().unwrap().keep();
    let folder = workspace.root.join("a");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("folder.toml"), "[auth]\nkind = \"basik\"\n").unwrap();
    read_folders(&mut workspace, "a");
    let request = Request { url: "http://127.0.0.1:1/".into(), ..Request::default() };
    let problems = refused(&workspace, "a/r.toml", &request, None);
    assert!(problems[0].message.contains("a/folder.toml:2"), "{problems:?}");
    let own = Request { auth: Auth { kind: AuthKind::None, ..Auth::default() }, ..request.clone() };
    let effective = |path: &str, request| workspace.effective(&path.into(), request, None);
    assert!(effective("a/r.toml", &own).blocked.is_empty(), "it inherits no auth");
    assert!(effective("r.toml", &request).blocked.is_empty(), "another folder");
    assert_eq!(effective("r.toml", &request).auth_source, Some(Source::Workspace));
    fs::remove_dir_all(&workspace.root).unwrap();
}

#[test]
fn a_folder_file_that_cannot_be_read_stops_the_requests_below_it_and_no_others() {
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("signpost.toml"), "[environments.prod]\nproduction = true\n").unwrap();
    for (path, text) in
        [("a/folder.toml", "[variables\n"), ("a/b/r.toml", ""), ("c/folder.toml", "naem = 1\n")]
    {
        fs::create_dir_all(root.path().join(path).parent().unwrap()).unwrap();
        fs::write(root.path().join(path), text).unwrap();
    }
    let mut workspace = load(root.path()).unwrap();
    let listing = list(&workspace);
    (workspace.folders, workspace.problems) = (listing.folders, listing.problems);
    let mut placed = places(&workspace);
    placed.sort();
    assert!(placed[0].starts_with("a/folder.toml:1: invalid TOML: "), "{placed:?}");
    assert_eq!(placed[1], "c/folder.toml:1: unknown key `naem`");
    let blocked = |path: &str| workspace.effective(&path.into(), &Request::default(), None).blocked.len();
    assert_eq!(["a/b/r.toml", "a/r.toml", "c/r.toml", "r.toml"].map(blocked), [1, 1, 0, 0]);
    assert!(workspace.environment("prod").unwrap().production);
}

#[test]
fn invalid_toml_leaves_a_bare_workspace_that_says_so() {
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("signpost.toml"), "[variables]\na = = 1\n").unwrap();
    let workspace = load_or_bare(root.path());
    let [found] = &workspace.problems[..] else { panic!("{:?}", workspace.problems) };
    assert_eq!(found.part, Part::File(Source::Workspace));
    assert!(found.problem.placed().starts_with("signpost.toml:2: invalid TOML: "), "{found:?}");
}

#[test]
fn an_id_that_cannot_be_used_is_not_written_over() {
    let root = tempfile::tempdir().unwrap();
    let file = root.path().join("signpost.toml");
    fs::write(&file, "id = \"../../x\"\n").unwrap();
    let mut workspace = load(root.path()).unwrap();
    let error = signpost::io::store::workspace::ensure_id(&mut workspace).unwrap_err().to_string();
    assert!(error.contains("`id` must be"), "{error}");
    assert_eq!(fs::read_to_string(&file).unwrap(), "id = \"../../x\"\n");
}

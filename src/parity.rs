//! Both front ends at once: the same file must be the same request on the wire, whoever sends it.

mod aws_cases;
mod clock_cases;
mod curl;
mod curl_commands;
mod curl_suite;

use std::fs;
use std::path::Path;

use clap::Parser as _;
use proptest::prelude::*;

use crate::cli;
use crate::core::exchange::Problem;
use crate::core::resolve::{PlanAuth, resolve};
use crate::core::trust::Trust;
use crate::core::wire::{LoadedBody, WireRequest, wire};
use crate::engine::Job;
use crate::io::store::secrets::{ProcessSecrets, SecretStore};
use crate::io::store::trust::TrustStore;
use crate::tui::disk::{WorkspaceCache, load_workspace};
use crate::tui::effect::Target;

/// What leaves, with what it is signed with, or why nothing does.
type Leaving = Result<(WireRequest, PlanAuth), Vec<Problem>>;

fn leaving(job: &Job) -> Leaving {
    if !job.blocked.is_empty() {
        return Err(job.blocked.clone());
    }
    let plan = resolve(&job.request, &job.context())?;
    Ok((wire(&plan, LoadedBody::default())?, plan.auth))
}

fn by_command_line(root: &Path, path: &str, environment: Option<&str>) -> Job {
    let folder = root.to_str().unwrap();
    let mut args = vec!["signpost", "send", "--workspace", folder];
    args.extend(environment.into_iter().flat_map(|name| ["--env", name]));
    args.push(path);
    match cli::Args::parse_from(args).command {
        Some(cli::Command::Send(args)) => cli::send::job(&args).unwrap(),
        other => panic!("{other:?}"),
    }
}

fn by_screen(root: &Path, path: &str, environment: Option<&str>) -> Job {
    let (workspace, _) = load_workspace(root);
    let secrets = ProcessSecrets::of_process(SecretStore::in_memory());
    let request = crate::io::store::load(&root.join(path)).unwrap().request;
    let target = Target {
        path: path.into(),
        environment: environment.map(str::to_owned),
        overrides: Default::default(),
        sign_as: None,
        request: Box::new(request),
    };
    let trust_store = TrustStore::new(None);
    WorkspaceCache::new(workspace, secrets, Trust::MadeHere, trust_store).job(&target)
}

fn put(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn rows() -> impl Strategy<Value = String> {
    let row = ("x-a|X-A|x-b|accept|authorization", "\\{\\{(u|v|w)\\}\\}|1", any::<bool>())
        .prop_map(|(name, value, off)| format!("{{ name = \"{name}\", value = \"{value}\", off = {off} }}"));
    prop::collection::vec(row, 0..4).prop_map(|rows| format!("headers = [{}]\n", rows.join(", ")))
}

fn variables(section: &'static str) -> impl Strategy<Value = String> {
    let value = "u|v|w".prop_flat_map(|name| (Just(name), "\"[a-z]{1,3}\"|\"\\{\\{u\\}\\}\"|7"));
    prop::collection::btree_map("u|v|w", value, 0..3).prop_map(move |values| {
        let lines = values.iter().map(|(name, (_, value))| format!("{name} = {value}\n"));
        format!("[{section}]\n{}", lines.collect::<String>())
    })
}

fn auth() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "",
        "[auth]\nkind = \"inherit\"\n",
        "[auth]\nkind = \"none\"\n",
        "[auth]\nkind = \"bearer\"\ntoken = \"{{v}}\"\n",
        "[auth]\nkind = \"aws-sigv4\"\nidentity = \"alice\"\nregion = \"eu-west-1\"\n",
        "[auth]\nkind = \"aws-sigv4\"\nidentity = \"broken\"\n",
        "[auth]\nkind = \"basik\"\n",
    ])
}

const IDENTITIES: &str = "[identities.alice]\nkind = \"keys\"\naccess_key = \"AKIAIOSFODNN7EXAMPLE\"\n\
                          secret_key = \"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\"\n[identities.broken]\nkind = \"key\"\n";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_saved_request_is_the_same_on_the_wire_from_screen_and_command_line(
        outer in (rows(), auth(), variables("variables")),
        inner in (rows(), auth(), variables("variables")),
        own in (rows(), auth()),
        top in (auth(), variables("variables"), variables("environments.test")),
        place in prop::sample::select(vec!["r.toml", "a/r.toml", "a/b/r.toml", "a/b/c/r.toml"]),
        environment in prop::option::of(Just("test")),
    ) {
        let root = tempfile::tempdir().unwrap();
        put(root.path(), "signpost.toml", &format!("{}{}{}{IDENTITIES}", top.1, top.2, top.0));
        put(root.path(), "a/folder.toml", &format!("{}{}{}", outer.0, outer.1, outer.2));
        put(root.path(), "a/b/folder.toml", &format!("{}{}{}", inner.0, inner.1, inner.2));
        // A request whose own auth does not parse is not sent by anybody.
        let own_auth = own.1.replace("basik", "basic");
        put(root.path(), place, &format!("url = \"http://h.example/{{{{u}}}}\"\n{}{own_auth}", own.0));
        let [line, screen] = [by_command_line, by_screen].map(|job| job(root.path(), place, environment));
        prop_assert_eq!(leaving(&line), leaving(&screen));
        prop_assert_eq!(line.identities, screen.identities);
        prop_assert_eq!(line.root, screen.root);
    }
}

#[test]
fn a_disabled_header_hides_an_inherited_one_on_screen_and_command_line() {
    let root = tempfile::tempdir().unwrap();
    put(root.path(), "signpost.toml", "");
    put(
        root.path(),
        "a/folder.toml",
        "headers = [{ name = \"X-Team\", value = \"1\" }, { name = \"x-other\", value = \"2\" }]",
    );
    put(
        root.path(),
        "a/r.toml",
        "url = \"http://h.example/\"\nheaders = [{ name = \"x-team\", value = \"0\", off = true }]",
    );
    for job in [by_command_line, by_screen] {
        let (wire, _) = leaving(&job(root.path(), "a/r.toml", None)).unwrap();
        let named = |name: &str| wire.headers.iter().any(|header| header.name.eq_ignore_ascii_case(name));
        assert_eq!((named("x-team"), named("x-other")), (false, true));
    }
}

//! Other people's curl commands, read in both ways that a user has: imported, as by pasting it on the
//! screen, and parsed by `signpost send`. Both must be the same request on the wire, or `docs/curl.md`
//! says why not.
//!
//! The commands aren't part of this repository: `SIGNPOST_CURL_COMMANDS` names a folder with scripts of
//! them, each at the start of a line. Without it nothing is compared.

use std::collections::BTreeMap;
use std::path::Path;

use bytes::Bytes;
use clap::Parser as _;

use crate::cli;
use crate::core::convert::curl;
use crate::core::credential::Secret;
use crate::core::request::{Auth, Request};
use crate::core::resolve::{Context, PartContent, Plan, PlanBody, resolve};
use crate::core::scope::{Scope, ValueSource};
use crate::core::wire::{LoadedBody, LoadedPart, Piece, WireBody, WireRequest, wire};

/// The heading of the table in `docs/curl.md`.
const HEADING: &str = "## Imported or sent";

/// The files that commands name, made in a folder of the test. Each contains its own name, the last
/// ones a cookie.
const FILES: [&str; 7] = [
    "./test/fixtures/curl_commands/delete.sh",
    "/var/www/html/voice/test.mp3",
    "NewDoc.pdf",
    "myfile.jpg",
    "my_file.txt",
    "cookies.txt",
    "cookie.txt",
];

const COOKIE: &str = "localhost\tFALSE\t/\tFALSE\t0\tname\tvalue\n";

/// An environment in which every variable contains its own name.
struct Environment;

impl ValueSource for Environment {
    fn secret(&self, _name: &str) -> Option<Secret> {
        None
    }

    fn env(&self, name: &str) -> Option<String> {
        Some(name.to_owned())
    }
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn content(path: &str) -> Bytes {
    let name = file_name(path);
    Bytes::from(if name.starts_with("cookie") { COOKIE.to_owned() } else { name.to_owned() })
}

/// The command with the files of `folder` in place of those it names.
fn with_files(command: &str, folder: &Path) -> String {
    let mut command = command.to_owned();
    for file in FILES {
        let ours = folder.join(file_name(file));
        std::fs::write(&ours, content(file)).unwrap();
        for flag in ["@", "-T ", "-b "] {
            command = command.replace(&format!("{flag}{file}"), &format!("{flag}{}", ours.display()));
        }
    }
    command
}

/// What `engine::load` reads, made of the paths alone.
fn loaded(plan: &Plan) -> LoadedBody {
    match &plan.body {
        PlanBody::None | PlanBody::Bytes { .. } => LoadedBody::default(),
        PlanBody::File(path) => {
            LoadedBody { file: Some(WireBody::Bytes(content(path))), ..LoadedBody::default() }
        }
        PlanBody::Multipart(parts) => {
            let files = parts.iter().filter_map(|part| match &part.content {
                PartContent::Text(_) => None,
                PartContent::File(path) => {
                    // Only the boundary follows from the hash, which is the same in both.
                    let piece = Piece::Bytes(content(path));
                    Some((part.index, LoadedPart { piece, sha256: path.clone() }))
                }
            });
            LoadedBody { parts: files.collect(), ..LoadedBody::default() }
        }
    }
}

fn on_wire(request: &Request, context: &Context<'_>) -> Result<WireRequest, String> {
    let plan = resolve(request, context).map_err(|problems| format!("{problems:?}"))?;
    wire(&plan, loaded(&plan)).map_err(|problems| format!("{problems:?}"))
}

fn imported(command: &str) -> Result<WireRequest, String> {
    let request = curl::import(command).map_err(|error| error.to_string())?.request;
    let (scope, auth) = (Scope::default(), Auth::default());
    let context = Context { scope: &scope, inherited_auth: &auth, identities: &[], outside: &Environment };
    on_wire(&request, &context)
}

fn sent(command: &str) -> Result<WireRequest, String> {
    let words = curl::split(command).map_err(|error| error.to_string())?;
    let all = ["signpost", "send"].into_iter().map(str::to_owned).chain(words.into_iter().skip(1));
    let parsed = cli::Args::try_parse_from(all).map_err(|error| error.to_string())?;
    let Some(cli::Command::Send(args)) = parsed.command else { return Err("another command".into()) };
    let job = cli::send::job(&args)?;
    on_wire(&job.request, &Context { outside: &Environment, ..job.context() })
}

/// Method, URL, headers without regard to their order and the case of their names, and the body.
fn comparable(request: &WireRequest) -> Vec<String> {
    let mut headers: Vec<_> = request
        .headers
        .iter()
        .map(|header| format!("{}: {}", header.name.to_ascii_lowercase(), header.value))
        .collect();
    headers.sort();
    let WireBody::Bytes(body) = &request.body else { panic!("nothing is streamed") };
    let mut all = vec![format!("{} {}", request.method, request.url)];
    all.extend(headers);
    all.push(String::from_utf8_lossy(body).into_owned());
    all
}

/// The commands of a script; one may span lines.
fn commands(script: &str) -> Vec<String> {
    let script = format!("\n{script}");
    script.split("\ncurl ").skip(1).map(|rest| format!("curl {rest}")).collect()
}

/// What differs, `None` where nothing does.
fn difference(command: &str, folder: &Path) -> Option<String> {
    if ["@-", "--upload-file -"].iter().any(|flag| command.contains(flag)) {
        // It would wait for the standard input of the test.
        return Some("reads standard input".into());
    }
    let command = with_files(command, folder);
    let (imported, sent) = match (imported(&command), sent(&command)) {
        (Ok(imported), Ok(sent)) => (comparable(&imported), comparable(&sent)),
        (imported, sent) => {
            return Some(format!("imported: {:?}\nsent: {:?}", imported.err(), sent.err()));
        }
    };
    (imported != sent).then(|| format!("imported {imported:#?}\nsent {sent:#?}"))
}

/// The scripts in the document's table, each with its reason.
fn listed() -> BTreeMap<String, String> {
    let document = include_str!("../../docs/curl.md");
    let (_, section) = document.split_once(HEADING).expect("the heading");
    let section = section.split("\n## ").next().unwrap_or_default();
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `")?.strip_suffix(" |"));
    rows.filter_map(|row| row.split_once("` | "))
        .flat_map(|(names, reason)| names.split("`, `").map(move |name| (name.to_owned(), reason.to_owned())))
        .collect()
}

#[test]
fn a_curl_command_is_the_same_request_imported_and_sent() {
    let mut listed = listed();
    assert!(!listed.is_empty(), "docs/curl.md has no table of commands");
    let Some(folder) = std::env::var_os("SIGNPOST_CURL_COMMANDS") else { return };
    let files = tempfile::tempdir().unwrap();
    let mut wrong = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let script = std::fs::read_to_string(&path).unwrap();
        let found = commands(&script).iter().find_map(|command| difference(command, files.path()));
        match (listed.remove(&name), found) {
            (None, Some(found)) => wrong.push(format!("{name}: {script}\n{found}")),
            (Some(reason), None) => wrong.push(format!("{name} is the same; remove its reason: {reason}")),
            (None, None) | (Some(_), Some(_)) => {}
        }
    }
    wrong.extend(listed.keys().map(|name| format!("{name} isn't in the folder")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

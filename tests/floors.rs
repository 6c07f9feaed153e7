//! The floors: what may import what, which crate is used where, and no circular imports.
//!
//! Reads the sources as tokens, without comments and strings, and the lock file.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

mod sources;

use sources::{in_house, paths, resolve, sources, tokens, without_tests};

/// Each floor with what it may import; a path stands for everything below it.
const FLOORS: [(&str, &[&str]); 8] = [
    ("core", &["core"]),
    ("config", &["core", "config"]),
    ("io", &["core", "config", "io"]),
    ("engine", &["core", "config", "io", "engine"]),
    ("cloud", &["core", "io::store::atomic", "cloud"]),
    ("cli", &["core", "config", "io", "engine", "cloud", "cli"]),
    ("tui", &["core", "config", "io", "engine", "tui"]),
    ("main", &["core", "config", "io", "engine", "cloud", "cli", "tui"]),
];

const EVERYWHERE: &[&str] = &["core", "config", "io", "engine", "cloud", "cli", "tui", "main"];
const FROM_IO: &[&str] = &["io", "engine", "cloud", "cli", "tui", "main"];

/// Each dependency with the floors on which it may be used. A new one needs its line here.
const CRATES: &[(&str, &[&str])] = &[
    ("arboard", &["tui"]),
    ("async-compression", &["io"]),
    ("aws-credential-types", &["core"]),
    ("aws-lc-rs", &["io", "cloud"]),
    ("aws-sigv4", &["core"]),
    ("aws-smithy-runtime-api", &["core"]),
    ("base64", EVERYWHERE),
    ("bytes", EVERYWHERE),
    ("clap", &["cli", "main"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("crossterm", &["tui"]),
    ("directories", &["io"]),
    ("futures-util", FROM_IO),
    ("getrandom", FROM_IO),
    ("hmac", &["core"]),
    ("http", EVERYWHERE),
    ("http-body-util", &["io", "engine", "cloud"]),
    ("httpdate", EVERYWHERE),
    ("hyper", &["io", "cloud"]),
    ("hyper-util", &["io", "cloud"]),
    ("jaq-core", &["core"]),
    ("jaq-json", &["core"]),
    ("jaq-std", &["core"]),
    ("memchr", EVERYWHERE),
    ("memmap2", &["io", "engine", "tui"]),
    ("notify", &["io"]),
    ("nucleo-matcher", &["tui"]),
    ("p256", &["core"]),
    ("percent-encoding", EVERYWHERE),
    ("ratatui", &["tui"]),
    ("reqwest", &["io"]),
    ("roxmltree", EVERYWHERE),
    ("rustix", &["io", "cloud"]),
    ("rustls", &["io"]),
    ("serde", EVERYWHERE),
    ("serde_json", EVERYWHERE),
    ("serde_json_path", &["core"]),
    ("sha2", EVERYWHERE),
    ("signal-hook", &["tui"]),
    ("similar", &["core", "cli", "tui"]),
    ("strsim", &["core"]),
    ("tempfile", FROM_IO),
    ("thiserror", EVERYWHERE),
    ("time", EVERYWHERE),
    ("tokio", FROM_IO),
    ("tokio-util", FROM_IO),
    ("toml", &["config", "io", "cloud"]),
    ("toml_edit", &["config", "io", "cloud"]),
    ("tower", &["io"]),
    ("tracing", FROM_IO),
    ("tracing-appender", &["io"]),
    ("tracing-subscriber", &["io"]),
    ("tui-textarea", &["tui"]),
    ("unicode-width", &["core", "cli", "tui"]),
    ("url", EVERYWHERE),
    ("uuid", &["core"]),
    ("x509-parser", &["io"]),
    ("zeroize", EVERYWHERE),
    // The library itself, by name and as `crate` is called from outside.
    ("signpost", &["main"]),
    ("std", EVERYWHERE),
];

/// What reads the outside world, and so is not for `core` and `config`.
const IMPURE: [&str; 9] = [
    "std::fs",
    "std::env",
    "std::process",
    "std::thread",
    "std::io::stdin",
    "std::net::TcpStream",
    "std::net::TcpListener",
    "SystemTime::now",
    "Instant::now",
];

#[test]
fn no_floor_imports_upward() {
    let floors: BTreeMap<_, _> = FLOORS.into_iter().collect();
    let mut wrong = Vec::new();
    for (file, floor, module, tokens) in sources() {
        let allowed = floors.get(floor.as_str()).unwrap_or_else(|| panic!("{floor} is on no floor"));
        for path in paths(&tokens) {
            let Some(inner) = in_house(&path, &module) else { continue };
            let Some(first) = inner.first().filter(|first| floors.contains_key(first.as_str())) else {
                continue;
            };
            let inner_path = inner.join("::");
            let fits =
                |allowed: &&str| inner_path == **allowed || inner_path.starts_with(&format!("{allowed}::"));
            if !allowed.iter().any(fits) {
                wrong.push(format!("{}: {floor} may not use {first} ({})", file.display(), path.join("::")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_crate_stays_on_its_floors() {
    let manifest = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).unwrap();
    let manifest: toml_edit::DocumentMut = manifest.parse().unwrap();
    let dependencies: BTreeSet<String> =
        manifest["dependencies"].as_table().unwrap().iter().map(|(name, _)| name.to_owned()).collect();
    let table: BTreeMap<String, &[&str]> =
        CRATES.iter().map(|(name, floors)| (name.replace('-', "_"), *floors)).collect();
    for name in &dependencies {
        assert!(
            table.contains_key(&name.replace('-', "_")),
            "say in this test on which floors {name} may be used"
        );
    }
    for (name, _) in CRATES {
        let own = ["signpost", "std"].contains(name);
        assert!(own || dependencies.contains(*name), "{name} is no dependency; take its line away");
    }
    let mut wrong = Vec::new();
    for (file, floor, _, tokens) in sources() {
        let used: BTreeSet<String> =
            paths(&tokens).into_iter().filter_map(|path| path.into_iter().next()).collect();
        for (name, floors) in &table {
            if used.contains(name) && !floors.contains(&floor.as_str()) {
                wrong.push(format!("{}: {name} may not be used in {floor}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn core_and_config_read_nothing_of_the_outside_world() {
    let mut wrong = Vec::new();
    for (file, floor, _, tokens) in sources() {
        if !["core", "config"].contains(&floor.as_str()) {
            continue;
        }
        for path in paths(&tokens) {
            let path = path.join("::");
            let impure = |what: &&&str| {
                path == ***what
                    || path.starts_with(&format!("{what}::"))
                    || path.ends_with(&format!("::{what}"))
            };
            if let Some(what) = IMPURE.iter().find(|what| impure(what)) {
                wrong.push(format!("{}: {what}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn there_is_one_tls_and_crypto_provider() {
    let lock = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock")).unwrap();
    let lock: toml_edit::DocumentMut = lock.parse().unwrap();
    let packages = lock["package"].as_array_of_tables().unwrap();
    let users = |of: &str| -> BTreeSet<&str> {
        let depends = |package: &toml_edit::Table| {
            let list = package.get("dependencies").and_then(|list| list.as_array());
            list.is_some_and(|list| {
                list.iter().any(|d| d.as_str().is_some_and(|d| d.split(' ').next() == Some(of)))
            })
        };
        packages
            .iter()
            .filter(|package| depends(package))
            .filter_map(|package| package["name"].as_str())
            .collect()
    };
    assert!(users("aws-lc-rs").contains("rustls"), "rustls uses another provider");
    for other in
        ["openssl", "openssl-sys", "native-tls", "boring", "mbedtls", "rustls-rustcrypto", "graviola"]
    {
        assert!(users(other).is_empty(), "{other} is used by {:?}, beside aws-lc-rs", users(other));
    }
    // Cargo writes these two down for a feature of theirs (`rustls?/ring`) that nobody switches on;
    // switched on, it would stand with rustls itself.
    let idle = ["quinn-proto", "rustls-webpki"];
    assert!(users("ring").iter().all(|user| idle.contains(user)), "ring is used by {:?}", users("ring"));
}

#[test]
fn the_reader_of_sources_sees_what_is_meant() {
    let read = |source: &str| {
        let joined: Vec<String> = paths(&tokens(source)).iter().map(|path| path.join("::")).collect();
        joined
    };
    assert_eq!(
        read("use crate::{core::a, tui::{b as c, d::*}, io};"),
        ["crate::core::a", "crate::tui::b", "crate::tui::d", "crate::io"]
    );
    assert_eq!(
        read("use axum; fn f<'a>(x: &'a crate::tui::X) { let c = '\"'; y::z() }"),
        ["axum", "crate::tui::X", "y::z"]
    );
    assert_eq!(
        read("/// [`crate::tui`]\n// crate::tui\n/* crate::tui */ \"crate::tui\" r#\"crate::tui\"# '\\''"),
        [""; 0]
    );
    let module = ["core".to_owned(), "request".to_owned()];
    let house = |path: &str| {
        in_house(&path.split("::").map(str::to_owned).collect::<Vec<_>>(), &module).map(|p| p.join("::"))
    };
    assert_eq!(house("super::super::tui::run"), Some("tui::run".into()));
    assert_eq!(house("super::scope"), None);
    assert_eq!(house("signpost::tui"), Some("tui".into()));
    assert_eq!(house("ratatui::tui"), None);
}

/// Circles of modules that are known, each with the reason why it is still there. This list may only
/// shrink: an entry must be exactly what the test finds.
const CIRCLES: &[(&[&str], &str)] = &[
    (
        &["core::document::draw", "core::document::index"],
        "rows are indexed for drawing, and drawn from their index",
    ),
    (
        &["core::document::json", "core::document::line", "core::document::raw", "core::document::xml"],
        "each format hands what it cannot read to the raw one, and that one colours by the formats",
    ),
    (
        &["core::iam::document", "core::iam::policy", "core::iam::principal"],
        "one grammar: statements hold principals, which hold documents of their trust",
    ),
    (
        &["core::sigv4::aws_crate", "core::sigv4::sign"],
        "both sign the one prepared request, and sign compares them",
    ),
];

/// The circles among the modules of each folder, a module standing for everything below it. Parent
/// and child of one concern may know each other.
fn circles() -> Vec<Vec<String>> {
    let mut uses: BTreeMap<Vec<String>, BTreeSet<Vec<String>>> = BTreeMap::new();
    let mut modules = BTreeSet::new();
    for (_, _, module, tokens) in sources() {
        // What is there for tests alone may look anywhere.
        if module.is_empty() || module.iter().any(|name| name == "tests" || name == "testing") {
            continue;
        }
        modules.insert(module.clone());
        let paths = paths(&without_tests(&tokens));
        let full: Vec<_> = paths.iter().filter_map(|path| resolve(path, &module, &[])).collect();
        let meant = paths.iter().filter_map(|path| resolve(path, &module, &full));
        uses.entry(module.clone()).or_default().extend(meant);
    }
    let mut edges: BTreeMap<Vec<String>, BTreeSet<Vec<String>>> = BTreeMap::new();
    for (module, paths) in &uses {
        for path in paths {
            // The siblings at which the two part.
            let shared = module.iter().zip(path).take_while(|(a, b)| a == b).count();
            let (Some(from), Some(to)) = (module.get(..=shared), path.get(..=shared)) else { continue };
            if modules.iter().any(|known| known.starts_with(to)) {
                edges.entry(from.to_vec()).or_default().insert(to.to_vec());
            }
        }
    }
    let reach = |from: &Vec<String>| {
        let mut seen = BTreeSet::new();
        let mut next: Vec<_> = edges.get(from).into_iter().flatten().collect();
        while let Some(module) = next.pop() {
            if seen.insert(module.clone()) {
                next.extend(edges.get(module).into_iter().flatten());
            }
        }
        seen
    };
    let reached: BTreeMap<_, _> = edges.keys().map(|module| (module.clone(), reach(module))).collect();
    let circle = |module: &Vec<String>| {
        let around =
            reached[module].iter().filter(|other| reached.get(*other).is_some_and(|r| r.contains(module)));
        around.map(|module| module.join("::")).collect::<Vec<_>>()
    };
    let found: BTreeSet<_> = reached.keys().map(circle).filter(|circle| circle.len() > 1).collect();
    found.into_iter().collect()
}

#[test]
fn modules_form_no_circle() {
    let found = circles();
    let known: Vec<Vec<String>> =
        CIRCLES.iter().map(|(names, _)| names.iter().map(|name| (*name).to_owned()).collect()).collect();
    let new: Vec<_> = found.iter().filter(|circle| !known.contains(circle)).collect();
    let gone: Vec<_> = known.iter().filter(|circle| !found.contains(circle)).collect();
    assert!(
        new.is_empty() && gone.is_empty(),
        "circles that are not on the list: {new:#?}\non the list, and no circle now (shrink it): {gone:#?}"
    );
}

#[test]
fn updates_and_drawing_know_nothing_of_each_other() {
    let mut wrong = Vec::new();
    for (_, _, module, tokens) in sources() {
        if module.iter().any(|name| name == "tests" || name == "testing") {
            continue;
        }
        let other = match module.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["tui", "update", ..] => "view",
            ["tui", "view", ..] => "update",
            _ => continue,
        };
        let paths = paths(&without_tests(&tokens));
        let meant = paths.iter().filter_map(|path| resolve(path, &module, &[]));
        wrong.extend(
            meant
                .filter(|path| path.starts_with(&["tui".into(), other.into()]))
                .map(|path| (module.clone(), path)),
        );
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn circles_are_found_between_siblings() {
    let module = |path: &str| path.split("::").map(str::to_owned).collect::<Vec<_>>();
    let meant = |path: &str, inside: &str, imported: &[&str]| {
        let imported: Vec<_> = imported.iter().map(|path| module(path)).collect();
        resolve(&module(path), &module(inside), &imported).map(|path| path.join("::"))
    };
    assert_eq!(meant("super::b::C", "core::a", &[]).as_deref(), Some("core::b::C"));
    assert_eq!(meant("self::b", "core::a", &[]).as_deref(), Some("core::a::b"));
    assert_eq!(meant("update::files", "tui::view", &["tui::update"]).as_deref(), Some("tui::update::files"));
    assert_eq!(meant("serde::Serialize", "core::a", &[]), None);
    let source = "use crate::a; #[cfg(test)] mod tests { use crate::b; } use crate::c;";
    let left: Vec<_> = paths(&without_tests(&tokens(source))).iter().map(|path| path.join("::")).collect();
    assert_eq!(left, ["crate::a", "crate::c"]);
}

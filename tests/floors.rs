//! The floors of the house: who may import whom, and which crate is used where.
//!
//! Reads the sources as tokens, without comments and texts, and the lock file.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

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
    ("aws-lc-rs", &["cloud"]),
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
    ("hyper", &["cloud"]),
    ("hyper-util", &["cloud"]),
    ("memchr", EVERYWHERE),
    ("memmap2", &["io", "engine", "tui"]),
    ("nucleo-matcher", &["tui"]),
    ("p256", &["core"]),
    ("percent-encoding", EVERYWHERE),
    ("ratatui", &["tui"]),
    ("reqwest", &["io"]),
    ("roxmltree", EVERYWHERE),
    ("rustix", &["cloud"]),
    ("serde", EVERYWHERE),
    ("serde_json", EVERYWHERE),
    ("sha2", EVERYWHERE),
    ("signal-hook", &["tui"]),
    ("similar", &["core", "cli", "tui"]),
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

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Ident(String),
    Sign(char),
    /// `::`
    Path,
}

/// The tokens of a source text, without comments, texts, characters and lifetimes.
fn tokens(source: &str) -> Vec<Token> {
    let chars: Vec<char> = source.chars().collect();
    let at = |i: usize| chars.get(i).copied().unwrap_or('\0');
    let mut out = Vec::new();
    let mut i = 0;
    while i < chars.len() {
        let c = at(i);
        if c == '/' && at(i + 1) == '/' {
            while i < chars.len() && at(i) != '\n' {
                i += 1;
            }
        } else if c == '/' && at(i + 1) == '*' {
            i += 2;
            while i < chars.len() && !(at(i) == '*' && at(i + 1) == '/') {
                i += 1;
            }
            i += 2;
        } else if c == '"' {
            i += 1;
            while i < chars.len() && at(i) != '"' {
                i += if at(i) == '\\' { 2 } else { 1 };
            }
            i += 1;
        } else if c == '\'' {
            // A character ends with a quote; a lifetime does not.
            if at(i + 1) == '\\' {
                i += 3;
                while i < chars.len() && at(i) != '\'' {
                    i += 1;
                }
                i += 1;
            } else {
                i += if at(i + 2) == '\'' { 3 } else { 1 };
            }
        } else if c.is_alphabetic() || c == '_' {
            let start = i;
            while at(i).is_alphanumeric() || at(i) == '_' {
                i += 1;
            }
            let word: String = chars[start..i].iter().collect();
            let hashes = (i..).take_while(|j| at(*j) == '#').count();
            if matches!(word.as_str(), "r" | "br") && at(i + hashes) == '"' {
                i += hashes + 1;
                let closed = |i: usize| at(i) == '"' && (1..=hashes).all(|n| at(i + n) == '#');
                while i < chars.len() && !closed(i) {
                    i += 1;
                }
                i += hashes + 1;
            } else {
                out.push(Token::Ident(word));
            }
        } else if c == ':' && at(i + 1) == ':' {
            out.push(Token::Path);
            i += 2;
        } else {
            if !c.is_whitespace() {
                out.push(Token::Sign(c));
            }
            i += 1;
        }
    }
    out
}

/// Every path that begins at `at`, a group `{a, b::c}` giving one for each branch. Returns where the
/// path ends.
fn expand(tokens: &[Token], mut at: usize, mut path: Vec<String>, out: &mut Vec<Vec<String>>) -> usize {
    loop {
        match tokens.get(at) {
            Some(Token::Ident(word)) => {
                path.push(word.clone());
                at += 1;
                if tokens.get(at) != Some(&Token::Path) {
                    out.push(path);
                    return at;
                }
                at += 1;
            }
            Some(Token::Sign('{')) => {
                at += 1;
                while at < tokens.len() && tokens[at] != Token::Sign('}') {
                    let end = expand(tokens, at, path.clone(), out);
                    // Past the comma, or past what `as` renames it to.
                    at = end.max(at);
                    while at < tokens.len() && !matches!(tokens[at], Token::Sign(',' | '}')) {
                        at += 1;
                    }
                    if tokens.get(at) == Some(&Token::Sign(',')) {
                        at += 1;
                    }
                }
                return at + 1;
            }
            _ => {
                out.push(path);
                return at;
            }
        }
    }
}

/// Every path of a source, from its first word.
fn paths(tokens: &[Token]) -> Vec<Vec<String>> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let begins = at == 0 || !matches!(tokens[at - 1], Token::Path | Token::Sign('.'));
        let used = at > 0 && matches!(&tokens[at - 1], Token::Ident(word) if word == "use");
        let path =
            matches!(tokens[at], Token::Ident(_)) && (used || tokens.get(at + 1) == Some(&Token::Path));
        at = if begins && path { expand(tokens, at, Vec::new(), &mut out).max(at + 1) } else { at + 1 };
    }
    out
}

/// A path with `crate`, `signpost`, `self` and `super` resolved to the floor; `None` for another
/// crate's.
fn in_house(path: &[String], module: &[String]) -> Option<Vec<String>> {
    let supers = path.iter().take_while(|word| *word == "super").count();
    match path.first().map(String::as_str) {
        Some("crate" | "signpost") => Some(path[1..].to_vec()),
        Some("super") if supers >= module.len() => Some(path[supers..].to_vec()),
        _ => None,
    }
}

/// Every source file with its floor, its module path and its tokens.
fn sources() -> Vec<(PathBuf, String, Vec<String>, Vec<Token>)> {
    fn walk(folder: &Path, out: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, out);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                out.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    walk(&root, &mut files);
    files.sort();
    let describe = |file: PathBuf| {
        let tokens = tokens(&fs::read_to_string(&file).unwrap());
        let inner = file.strip_prefix(&root).unwrap().with_extension("");
        let mut module: Vec<String> =
            inner.iter().map(|part| part.to_str().unwrap().to_owned()).filter(|part| part != "mod").collect();
        // `src/demo.rs` is part of the program itself, which `main.rs` puts together.
        let floor = if module[0] == "demo" { "main".to_owned() } else { module[0].clone() };
        if floor == "lib" || floor == "main" {
            module.clear();
        }
        (file, floor, module, tokens)
    };
    files.into_iter().map(describe).filter(|(_, floor, ..)| floor != "lib").collect()
}

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

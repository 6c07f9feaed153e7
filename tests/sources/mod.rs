//! Reads the sources as tokens: which paths each module names.

use std::fs;
use std::path::{Path, PathBuf};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    Ident(String),
    Sign(char),
    /// `::`
    Path,
}

/// The tokens of a source text, without comments, texts, characters and lifetimes.
pub(crate) fn tokens(source: &str) -> Vec<Token> {
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
pub(crate) fn paths(tokens: &[Token]) -> Vec<Vec<String>> {
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
pub(crate) fn in_house(path: &[String], module: &[String]) -> Option<Vec<String>> {
    let supers = path.iter().take_while(|word| *word == "super").count();
    match path.first().map(String::as_str) {
        Some("crate" | "signpost") => Some(path[1..].to_vec()),
        Some("super") if supers >= module.len() => Some(path[supers..].to_vec()),
        _ => None,
    }
}

/// Every source file with its floor, its module path and its tokens.
pub(crate) fn sources() -> Vec<(PathBuf, String, Vec<String>, Vec<Token>)> {
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
        // `src/demo.rs` is part of the program itself, which `main.rs` puts together; `src/parity.rs`
        // is a test that looks at both front ends, as only the program may, and `src/fuzzing.rs` calls
        // every floor.
        let floor = if matches!(module[0].as_str(), "demo" | "fuzzing" | "parity") {
            "main".to_owned()
        } else {
            module[0].clone()
        };
        if floor == "lib" || floor == "main" {
            module.clear();
        }
        (file, floor, module, tokens)
    };
    files.into_iter().map(describe).filter(|(_, floor, ..)| floor != "lib").collect()
}

/// The tokens without inline modules for tests, which may look anywhere.
pub(crate) fn without_tests(tokens: &[Token]) -> Vec<Token> {
    let marker: Vec<Token> = ["#", "[", "cfg", "(", "test", ")", "]"]
        .iter()
        .map(|text| match text.chars().next() {
            Some(c) if c.is_alphabetic() => Token::Ident((*text).to_owned()),
            c => Token::Sign(c.unwrap_or_default()),
        })
        .collect();
    let mut out = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let is_test = tokens[at..].starts_with(&marker)
            && tokens.get(at + marker.len()) == Some(&Token::Ident("mod".to_owned()));
        if !is_test {
            out.push(tokens[at].clone());
            at += 1;
            continue;
        }
        let mut depth = 0;
        while at < tokens.len() {
            match tokens[at] {
                Token::Sign('{') => depth += 1,
                Token::Sign('}') => depth -= 1,
                Token::Sign(_) | Token::Ident(_) | Token::Path => {}
            }
            let ended = depth == 0 && matches!(tokens[at], Token::Sign('}' | ';'));
            at += 1;
            if ended {
                break;
            }
        }
    }
    out
}

/// The whole path from the root of the crate that a path of this module means; `None` for another
/// crate's. `imported` are the paths that the module names in full.
pub(crate) fn resolve(path: &[String], module: &[String], imported: &[Vec<String>]) -> Option<Vec<String>> {
    let (first, rest) = path.split_first()?;
    match first.as_str() {
        "crate" | "signpost" => Some(rest.to_vec()),
        "self" => Some([module, rest].concat()),
        "super" => {
            let supers = path.iter().take_while(|word| *word == "super").count();
            let above = module.len().checked_sub(supers)?;
            Some([&module[..above], &path[supers..]].concat())
        }
        _ => {
            let import = imported.iter().find(|import| import.last() == Some(first))?;
            Some([import.as_slice(), rest].concat())
        }
    }
}

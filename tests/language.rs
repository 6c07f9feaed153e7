//! Phrases that must not come back; each has a plain replacement that everybody in the field uses.
//!
//! Looks at the string literals and comments in `src`, and at the documents. `ALLOWED` lists the
//! uses that are good English.

use std::fs;
use std::path::{Path, PathBuf};

/// Phrases that are never wanted, each with a better one.
const NEVER: &[(&str, &str)] = &[
    ("gives way", "say what happens"),
    ("what stands between", "the text between"),
    ("stands beside", "is next to"),
    ("stand beside", "are next to"),
    ("stands there", "is there, appears"),
    ("of its own", "its own, separate, private"),
    ("of their own", "their own, separate, private"),
    ("by itself", "automatically, alone"),
    ("by way of", "through, with"),
    ("is told", "is reported, is shown"),
    ("are told", "are reported, are shown"),
    ("be told", "be reported, be shown"),
    ("told apart", "distinguished"),
    ("sooner than", "rather than, before"),
    ("as it wishes", "freely"),
    ("as one wishes", "freely"),
    ("be had", "available"),
    ("what helps", "what to do, the hint"),
    ("for want of", "without"),
    ("cure", "hint, fix"),
    ("cures", "hints, fixes"),
    ("mend", "fix"),
    ("mended", "fixed"),
    ("is none", "isn't one, is missing"),
    ("are none", "are missing"),
    ("is no", "isn't a valid"),
    ("are no", "aren't"),
    ("was no", "wasn't a"),
    ("switched off", "disabled"),
    ("switches off", "disables"),
];

/// Phrases that users must not read; a comment may speak of a question and its answer.
const NOT_IN_TEXTS: &[(&str, &str)] = &[
    ("the answer", "the response"),
    ("an answer", "a response"),
    ("is not known", "unknown"),
    ("cannot be read", "couldn't be read"),
    ("cannot be used", "can't be used, is invalid"),
    ("is kept and not", "is kept but not"),
    ("does not say", "doesn't name"),
    ("speaks of", "is about"),
    ("as it came", "as received"),
];

/// Good English that contains a phrase of the lists.
const ALLOWED: &[&str] = &[
    "there is no",
    "there are no",
    "there was no",
    "there is none",
    "there are none",
    "is no longer",
    "are no longer",
    "is no more than",
    // The auth type of a function URL.
    "auth type is none",
    "authtype is none",
];

/// A string literal or a comment, in lower case with single spaces, and the line where it begins.
#[derive(Debug, PartialEq, Eq)]
struct Piece {
    line: usize,
    is_comment: bool,
    text: String,
}

fn piece(line: usize, is_comment: bool, text: &str) -> Piece {
    let words: Vec<&str> =
        text.split_whitespace().filter(|word| !["//", "///", "//!"].contains(word)).collect();
    Piece { line, is_comment, text: words.join(" ").to_lowercase() }
}

/// Where the string literal that begins at `start` ends: after its closing quotes.
fn end_of_string(source: &str, start: usize, hashes: Option<usize>) -> usize {
    if let Some(hashes) = hashes {
        let close = format!("\"{}", "#".repeat(hashes));
        return source[start + 1..].find(&close).map_or(source.len(), |at| start + 1 + at + close.len());
    }
    let mut escaped = false;
    let end = source[start + 1..].find(|c| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    });
    end.map_or(source.len(), |at| start + at + 2)
}

/// The string literals and comments of a Rust source; comment lines that follow each other are one.
fn pieces(source: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut at = 0;
    let line_of = |at: usize| source[..at].matches('\n').count() + 1;
    while let Some(found) = source[at..].find(['"', '/', '\'']) {
        let start = at + found;
        let rest = &source[start..];
        at = if rest.starts_with("//") {
            let mut end = start;
            for line in rest.split_inclusive('\n').take_while(|line| line.trim_start().starts_with("//")) {
                end += line.len();
            }
            pieces.push(piece(line_of(start), true, &source[start..end]));
            end
        } else if rest.starts_with("'\"'") {
            start + 3
        } else if rest.starts_with('"') {
            let hashes = source[..start].len() - source[..start].trim_end_matches('#').len();
            let is_raw = source[..start - hashes].ends_with('r');
            let end = end_of_string(source, start, is_raw.then_some(hashes));
            let text = source[start..end].replace("\\n", " ").replace('\\', " ");
            pieces.push(piece(line_of(start), false, &text));
            end
        } else {
            start + 1
        };
    }
    pieces
}

/// Whether the text contains the phrase as whole words, apart from the allowed uses.
fn contains(text: &str, phrase: &str) -> bool {
    let text = ALLOWED.iter().fold(text.to_owned(), |text, allowed| text.replace(allowed, ""));
    let is_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '-');
    text.match_indices(phrase).any(|(at, _)| {
        !is_word(text[..at].chars().next_back()) && !is_word(text[at + phrase.len()..].chars().next())
    })
}

fn files_below(path: &Path, out: &mut Vec<PathBuf>) {
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            files_below(&entry.unwrap().path(), out);
        }
    } else {
        out.push(path.to_owned());
    }
}

#[test]
fn every_text_says_it_plainly() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for name in
        ["src", "docs", "assets", "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "config.example.toml"]
    {
        files_below(&root.join(name), &mut files);
    }
    let (mut wrong, mut looked_at) = (Vec::new(), 0);
    for file in files {
        let shown = file.strip_prefix(root).unwrap().display().to_string();
        let pieces = match file.extension().and_then(|extension| extension.to_str()) {
            Some("rs") => pieces(&fs::read_to_string(&file).unwrap()),
            Some("md" | "toml" | "json") => {
                let text = fs::read_to_string(&file).unwrap();
                text.lines().enumerate().map(|(index, line)| piece(index + 1, false, line)).collect()
            }
            _ => continue,
        };
        looked_at += pieces.len();
        for piece in pieces {
            let texts = if piece.is_comment { &[] } else { NOT_IN_TEXTS };
            for (phrase, better) in NEVER.iter().chain(texts) {
                if contains(&piece.text, phrase) {
                    wrong.push(format!("{shown}:{}: {phrase:?} ({better}): {}", piece.line, piece.text));
                }
            }
        }
    }
    assert!(looked_at > 5_000, "only {looked_at} texts were found");
    assert!(wrong.is_empty(), "{} phrases:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn phrases_are_found_as_words_in_texts_and_comments() {
    assert!(contains("`x` is no proxy", "is no"));
    for fine in ["there is no option", "this is not so", "it is no longer there"] {
        assert!(!contains(fine, "is no"), "{fine}");
    }
    assert!(!contains("secured, secure, curest", "cure"));

    let source = "let x = \"A // b \\\" c\"; // d\n    // e \"f\"\nlet y = '\"'; r#\"g \"h\"\"#;";
    let expected =
        [piece(1, false, "\"a // b \" c\""), piece(1, true, "d e \"f\""), piece(3, false, "\"g \"h\"\"#")];
    let found = pieces(source);
    assert_eq!(found.len(), 3, "{found:?}");
    assert_eq!(found[1..], expected[1..]);
    assert_eq!(found[0].line, 1);
}

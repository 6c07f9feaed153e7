//! The documents are true: commands run, examples print what they show, tables are current, links
//! work.
//!
//! `UPDATE_DOCS=1 cargo test --test docs` regenerates the tables.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Parser as _;
use signpost::cli::Args;
use signpost::config::command::Command;
use signpost::config::keymap::markdown;
use signpost::core::request::fields::{FileSection, markdown as markdown_of, rows_markdown};
use signpost::core::request::{Part, Row};

const KEYS: &str = "\
# Keys

The keys as they are from the start; `config.toml` rebinds every one of them. In a pane its own keys
work and those of \"Everywhere\"; while editing, letters are text.

## While typing

Words that continue what you type are offered in a list: header names and their common values, media
types, query names and headers that the workspace has used, regions and services. Right at the end of
the text takes the first one. Down marks one, which Enter takes, and Tab on the way to the next field.
Without a marked word Enter and Tab do what they always do, and the text stays as typed. After `{{`
the list has variables with their value and source, and the names of secrets and environment
variables; there Enter and Tab take the marked name. Esc closes the list and stays in the field.

In a JSON body, the bracket at the cursor and its partner are highlighted.

## Mouse

A click goes to a place, a second one edits it. In the response, and in the field that is being edited,
a drag selects text, a double click a word and a triple click a row. The key that copies takes what is
selected; masked secrets stay masked in it. Esc clears a selection in the response. The wheel scrolls
what is under it. A drag of the tree's border sets its width. Hold Shift for your terminal's own
selection.

";

/// What a newcomer needs; the rest is in docs/keys.md.
const ESSENTIALS: [Command; 18] = [
    Command::Send,
    Command::Edit,
    Command::EndEdit,
    Command::Save,
    Command::Undo,
    Command::IdentityPicker,
    Command::EnvironmentPicker,
    Command::FocusNext,
    Command::NextTab,
    Command::NewRequest,
    Command::MethodPicker,
    Command::SearchResponse,
    Command::CopyBody,
    Command::CopyCurl,
    Command::Palette,
    Command::Jump,
    Command::Help,
    Command::Quit,
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The documents, relative to the repository.
fn documents() -> Vec<PathBuf> {
    let top = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"].map(PathBuf::from);
    let docs = fs::read_dir(root().join("docs")).unwrap().map(|entry| entry.unwrap().file_name());
    let docs = docs.map(|name| Path::new("docs").join(name));
    let is_document = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "md");
    let found: Vec<_> = top.into_iter().chain(docs.filter(is_document)).collect();
    assert!(found.len() > 5, "{found:?}");
    found
}

/// Compares a document with what it should be, or makes it so when asked to.
fn assert_current(path: &str, expected: &str) {
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(root().join(path), expected).unwrap();
    }
    assert!(read(path) == expected, "{path} is out of date: run UPDATE_DOCS=1 cargo test --test docs");
}

#[test]
fn the_table_of_keys_is_current() {
    assert_current(
        "docs/keys.md",
        &format!("{KEYS}{}", markdown().replace("\n### ", "\n## ").replacen("### ", "## ", 1)),
    );
}

#[test]
fn the_readmes_keys_are_current() {
    let mut table = "| Keys | |\n|---|---|\n".to_owned();
    for info in ESSENTIALS.map(Command::info) {
        let keys: Vec<_> = info.keys.iter().map(|key| format!("`{key}`")).collect();
        table.push_str(&format!("| {} | {} |\n", keys.join(" "), info.doc));
    }
    let readme = read("README.md");
    let (before, rest) = readme.split_once("<!-- keys -->\n").unwrap();
    let (_, after) = rest.split_once("<!-- /keys -->\n").unwrap();
    assert_current("README.md", &format!("{before}<!-- keys -->\n{table}<!-- /keys -->\n{after}"));
}

#[test]
fn the_tables_of_the_file_format_are_current() {
    let tables = [
        ("top", markdown_of(FileSection::Top)),
        ("row", rows_markdown::<Row>()),
        ("body", markdown_of(FileSection::Body)),
        ("part", rows_markdown::<Part>()),
        ("auth", markdown_of(FileSection::Auth)),
        ("expect", markdown_of(FileSection::Expect)),
        ("send", markdown_of(FileSection::Send)),
    ];
    let mut document = read("docs/file-format.md");
    for (name, table) in tables {
        let open = format!("<!-- fields: {name} -->\n");
        let (before, rest) = document.split_once(&open).unwrap_or_else(|| panic!("no table of {name}"));
        let (_, after) = rest.split_once("<!-- /fields -->\n").unwrap();
        document = format!("{before}{open}{table}<!-- /fields -->\n{after}");
    }
    assert_current("docs/file-format.md", &document);
}

#[test]
fn every_dependency_has_its_reason() {
    let manifest: toml_edit::DocumentMut = read("Cargo.toml").parse().unwrap();
    let document = read("docs/dependencies.md");
    for (table, heading) in
        [("dependencies", "## The program\n"), ("dev-dependencies", "## Tests and benchmarks\n")]
    {
        let mut wanted: Vec<_> = manifest[table].as_table().unwrap().iter().map(|(name, _)| name).collect();
        wanted.sort_unstable();
        let section = document.split_once(heading).unwrap().1.split("\n## ").next().unwrap();
        let told: Vec<_> = section
            .lines()
            .filter_map(|line| line.strip_prefix("- `")?.split_once("`: ").map(|(name, _)| name))
            .collect();
        assert_eq!(told, wanted, "docs/dependencies.md, {}", heading.trim());
    }
}

#[test]
fn every_link_leads_somewhere() {
    let mut seen = 0;
    for document in documents() {
        let text = read(&document);
        let links = text.split("](").skip(1).filter_map(|rest| rest.split_once(')').map(|(link, _)| link));
        let pictures =
            text.split("src=\"").skip(1).filter_map(|rest| rest.split_once('"').map(|(link, _)| link));
        for link in links.chain(pictures).filter(|link| !link.contains("://") && !link.starts_with('#')) {
            let file = link.split('#').next().unwrap_or(link);
            let target = root().join(&document).parent().unwrap().join(file);
            assert!(target.exists(), "{}: {link} leads nowhere", document.display());
            seen += 1;
        }
    }
    assert!(seen > 5, "only {seen} links");
}

/// The lines of the fenced blocks of a language.
fn blocks(text: &str, language: &str) -> Vec<Vec<String>> {
    let fence = format!("```{language}");
    let mut blocks = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line == fence {
            blocks.push(lines.by_ref().take_while(|line| *line != "```").map(str::to_owned).collect());
        }
    }
    blocks
}

/// A command line as a shell splits it, as far as our documents need: quotes and comments.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for sign in line.chars() {
        match (quote, sign) {
            (Some(open), _) if sign == open => quote = None,
            (None, '\'' | '"') => {
                quote = Some(sign);
                word.get_or_insert_default();
            }
            (None, '#') if word.is_none() => break,
            (None, ' ') => words.extend(word.take()),
            _ => word.get_or_insert_default().push(sign),
        }
    }
    words.extend(word);
    words
}

/// Our own arguments in a command line, whether the program is called by name or through cargo.
fn own_arguments(words: &[String]) -> Option<&[String]> {
    match words {
        [program, arguments @ ..] if program == "signpost" => Some(arguments),
        [cargo, run, rest @ ..] if cargo == "cargo" && run == "run" => {
            let end = rest.iter().position(|word| word == "--").map_or(rest.len(), |at| at + 1);
            (!rest.contains(&"--example".to_owned())).then_some(&rest[end..])
        }
        _ => None,
    }
}

#[test]
fn every_command_is_understood() {
    let mut seen = 0;
    for document in documents() {
        let text = read(&document);
        let typed = blocks(&text, "sh").into_iter().flatten();
        let shown = blocks(&text, "console").into_iter().flatten();
        let lines = typed.chain(shown.filter_map(|line| line.strip_prefix("$ ").map(str::to_owned)));
        for line in lines {
            let words = words(line.split(" | ").next().unwrap_or(&line));
            let Some(arguments) = own_arguments(&words) else { continue };
            let all = std::iter::once("signpost").chain(arguments.iter().map(String::as_str));
            if let Err(error) = Args::try_parse_from(all)
                && error.use_stderr()
            {
                panic!("{}: {line}\n{error}", document.display());
            }
            seen += 1;
        }
    }
    assert!(seen > 5, "only {seen} commands");
}

/// `signpost sign` sends nothing, so what a console block shows of it can be had.
#[test]
fn every_example_comes_out_as_shown() {
    let mut seen = 0;
    for document in documents() {
        for block in blocks(&read(&document), "console") {
            let mut environment = BTreeMap::new();
            let mut lines = block.iter().peekable();
            while let Some(line) = lines.next() {
                let Some(line) = line.strip_prefix("$ ") else { continue };
                let words = words(line);
                match &words[..] {
                    [export, variable] if export == "export" => {
                        let (name, value) = variable.split_once('=').unwrap();
                        environment.insert(name.to_owned(), value.to_owned());
                    }
                    [program, sign, ..] if program == "signpost" && sign == "sign" => {
                        let mut shown = String::new();
                        while let Some(line) = lines.next_if(|line| !line.starts_with("$ ")) {
                            shown += line;
                            shown.push('\n');
                        }
                        let mut command = assert_cmd::Command::cargo_bin("signpost").unwrap();
                        for name in ["AWS_SESSION_TOKEN", "AWS_REGION", "AWS_DEFAULT_REGION"] {
                            command.env_remove(name);
                        }
                        command.envs(&environment).args(&words[1..]);
                        command.assert().code(0).stdout(shown);
                        seen += 1;
                    }
                    _ => {}
                }
            }
        }
    }
    assert!(seen > 0, "no example was found");
}

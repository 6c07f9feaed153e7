//! The user's external editor.
//!
//! Owns the temporary file and the command line. Refuses to touch the terminal, which the caller
//! has already released.

use std::io::Write;
use std::path::Path;
use std::process::Command;

/// Opens a text in the editor and returns the result.
pub(crate) fn edit_text(editor: &str, text: &str, extension: &str) -> Result<String, String> {
    let file = tempfile::Builder::new().prefix("signpost-").suffix(&format!(".{extension}")).tempfile();
    let mut file = file.map_err(|error| format!("no temporary file for the editor: {error}"))?;
    file.write_all(text.as_bytes()).map_err(|error| format!("the temporary file: {error}"))?;
    let path = file.into_temp_path();
    edit_file(editor, &path)?;
    std::fs::read_to_string(&path).map_err(|error| format!("couldn't read what the editor wrote: {error}"))
}

/// Opens a file in the editor and waits for it to exit.
pub(crate) fn edit_file(editor: &str, path: &Path) -> Result<(), String> {
    let editor = chosen(editor);
    let mut words = editor.split_whitespace();
    let program = words.next().unwrap_or("vi").to_owned();
    let status =
        Command::new(&program).args(words).arg(path).status().map_err(|error| {
            format!("{program} did not start: {error}; set $EDITOR or editor in config.toml")
        })?;
    if status.success() { Ok(()) } else { Err(format!("{program} ended with {status}; nothing is changed")) }
}

/// The configured editor, or else `$VISUAL`, `$EDITOR`, or what every system has.
fn chosen(configured: &str) -> String {
    if !configured.trim().is_empty() {
        return configured.to_owned();
    }
    ["VISUAL", "EDITOR"]
        .iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|editor| !editor.trim().is_empty())
        .unwrap_or_else(|| if cfg!(windows) { "notepad".into() } else { "vi".into() })
}

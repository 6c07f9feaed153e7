//! Opening a page in the user's browser.
//!
//! Owns which program opens it: that of `BROWSER`, else the system's. Nothing passes through a shell.
//! Refuses everything but web pages, and to guess where no browser can be shown.

use std::process::{Command, Stdio};

use url::Url;

use crate::core::command_words;

/// Whether a browser can be shown here: not over SSH, and not on Unix without a display. `BROWSER` says
/// that one can.
pub fn is_available() -> bool {
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if is_set("BROWSER") {
        return true;
    }
    if is_set("SSH_CONNECTION") || is_set("SSH_TTY") {
        return false;
    }
    cfg!(any(windows, target_os = "macos")) || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")
}

/// Opens a page. The browser goes on alone.
///
/// # Errors
/// It isn't a web page, or no program could be started; in one sentence.
pub fn open(url: &Url) -> Result<(), String> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!("a URL of `{}` isn't a web page", url.scheme()));
    }
    let configured = std::env::var("BROWSER").unwrap_or_default();
    let mut failed = String::new();
    for words in commands(&configured, url.as_str()) {
        match start(&words) {
            Ok(()) => return Ok(()),
            Err(error) => failed = format!("{}: {error}", words.first().map_or("", String::as_str)),
        }
    }
    Err(failed)
}

/// The commands that open a page, the first that starts counts. `configured` is the value of `BROWSER`:
/// commands separated by colons (semicolons on Windows), in which `%s` stands for the page.
fn commands(configured: &str, url: &str) -> Vec<Vec<String>> {
    let separator = if cfg!(windows) { ';' } else { ':' };
    let mut all: Vec<Vec<String>> = configured
        .split(separator)
        .filter_map(|command| command_words::split(command).ok())
        .filter(|words| !words.is_empty())
        .map(|mut words| {
            if words.iter().any(|word| word.contains("%s")) {
                words.iter_mut().for_each(|word| *word = word.replace("%s", url));
            } else {
                words.push(url.to_owned());
            }
            words
        })
        .collect();
    if all.is_empty() {
        let opener: &[&str] = if cfg!(windows) {
            &["rundll32", "url.dll,FileProtocolHandler"]
        } else if cfg!(target_os = "macos") {
            &["open"]
        } else {
            &["xdg-open"]
        };
        all.push(opener.iter().chain([&url]).map(|word| (*word).to_owned()).collect());
    }
    all
}

fn start(words: &[String]) -> std::io::Result<()> {
    let [program, arguments @ ..] = words else { return Ok(()) };
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn()?;
    // It is waited for, so that it doesn't stay behind as a zombie while the screen runs.
    std::thread::spawn(move || child.wait());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn the_users_own_browsers_come_first_and_get_the_page_as_one_word() {
        let page = "https://example.com/?a=1&b=$(x)";
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let found = commands("firefox --new-window:lynx '%s' -x", page);
        assert_eq!(found, [words(&["firefox", "--new-window", page]), words(&["lynx", page, "-x"])]);
        assert_eq!(commands("", page).len(), 1);
        assert_eq!(commands("", page)[0].last().unwrap(), page);
    }

    #[test]
    fn only_web_pages_are_opened() {
        let file = Url::parse("file:///etc/passwd").unwrap();
        assert!(open(&file).unwrap_err().contains("isn't a web page"));
    }
}

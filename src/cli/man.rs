//! `signpost man`: the manual pages.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::builder::Resettable;
use clap::{Args, Command, CommandFactory};
use clap_mangen::Man;

use super::exit::Exit;
use crate::core::suggest;

/// Print a manual page, in roff
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  signpost man send | man -l -
  signpost man --dir ~/.local/share/man/man1")]
pub struct ManArgs {
    /// Page of this subcommand [default: the program's]
    subcommand: Option<String>,
    /// Write every page into this folder, as signpost.1, signpost-send.1 and so on
    #[arg(long, value_name = "DIR", conflicts_with = "subcommand")]
    dir: Option<PathBuf>,
}

/// Runs `signpost man`.
pub(super) fn run(args: &ManArgs, out: &mut dyn Write, err: &mut dyn Write) -> Exit {
    let pages = pages();
    if let Some(folder) = &args.dir {
        return match write_all(&pages, folder) {
            Ok(()) => Exit::Success,
            Err(error) => failed(
                err,
                &format!("couldn't write to {}: {error}", folder.display()),
                "check the folder and its permissions",
            ),
        };
    }
    let wanted = args.subcommand.as_ref().map_or("signpost".to_owned(), |name| format!("signpost-{name}"));
    let Some(page) = pages.iter().find(|page| name(page) == wanted) else {
        let wanted = args.subcommand.as_deref().unwrap_or_default();
        let names = pages.iter().filter_map(|page| name(page).strip_prefix("signpost-"));
        let hint = match suggest::closest(wanted, names) {
            Some(known) => format!("did you mean `signpost man {known}`?"),
            None => "`signpost --help` lists the subcommands".to_owned(),
        };
        return failed(err, &format!("no subcommand is named `{wanted}`"), &hint);
    };
    super::written(roff(page).and_then(|roff| out.write_all(&roff)).and_then(|()| out.flush()))
}

fn failed(err: &mut dyn Write, message: &str, hint: &str) -> Exit {
    // Without standard error there is nobody left to tell.
    let _ = writeln!(err, "error: {message}\nhint: {hint}");
    Exit::Usage
}

/// The program and its subcommands.
fn pages() -> Vec<Command> {
    let mut program = super::Args::command();
    program.build();
    let shown =
        program.get_subcommands().filter(|command| command.get_name() != "help" && !command.is_hide_set());
    let subcommands: Vec<_> = shown.cloned().collect();
    std::iter::once(program).chain(subcommands).collect()
}

/// `signpost-send` for the subcommand `send`.
fn name(page: &Command) -> &str {
    page.get_display_name().unwrap_or_else(|| page.get_name())
}

/// The page in roff. Usage and the text after the options are ours: the library would list every
/// option in the synopsis, and call the text "extra".
fn roff(page: &Command) -> io::Result<Vec<u8>> {
    let usage = page.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ").to_owned();
    let after = page.get_after_help().map(ToString::to_string).unwrap_or_default();
    let command = page.clone().override_usage(usage).after_help(Resettable::Reset);
    let mut roff = Vec::new();
    Man::new(command)
        .source(concat!("signpost ", env!("CARGO_PKG_VERSION")))
        .manual("signpost manual")
        .render(&mut roff)?;
    roff.extend_from_slice(sections(&after).as_bytes());
    Ok(roff)
}

/// The sections of the text that `--help` ends with: its paragraphs as notes, its examples line by
/// line, and its exit codes.
fn sections(after: &str) -> String {
    let (mut notes, mut examples, mut exit) = (String::new(), String::new(), String::new());
    for paragraph in after.split("\n\n").map(str::trim_end).filter(|paragraph| !paragraph.is_empty()) {
        if let Some(lines) = paragraph.strip_prefix("Examples:\n") {
            examples = format!(".SH EXAMPLES\n.nf\n{}\n.fi\n", escaped(lines));
        } else if let Some(codes) = paragraph.strip_prefix("Exit codes: ") {
            exit = format!(".SH EXIT STATUS\n{}\n", escaped(codes));
        } else {
            notes.push_str(if notes.is_empty() { ".SH NOTES\n" } else { ".PP\n" });
            notes.push_str(&escaped(paragraph));
            notes.push('\n');
        }
    }
    notes + &examples + &exit
}

/// Text in which nothing is a command of roff; indentation of two is the section's already.
fn escaped(text: &str) -> String {
    let line = |line: &str| {
        let line = line.strip_prefix("  ").unwrap_or(line);
        let line = line.replace('\\', "\\e").replace('-', "\\-").replace('\'', "\\(aq");
        if line.starts_with('.') { format!("\\&{line}") } else { line }
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

fn write_all(pages: &[Command], folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    pages.iter().try_for_each(|page| std::fs::write(folder.join(format!("{}.1", name(page))), roff(page)?))
}

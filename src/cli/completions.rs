//! `signpost completions`: completion scripts for shells, and the names that they ask for.
//!
//! The scripts know the options. Request paths, environments and identities change, so the scripts of
//! bash, zsh and fish ask `signpost __complete` for them first.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{ArgAction, Args, CommandFactory};
use clap_complete::Shell;

use super::exit::Exit;
use crate::core::collection::without_extension;
use crate::core::visible;
use crate::io::store::dirs::Dirs;
use crate::io::store::listing;
use crate::io::store::workspace;

/// Print a completion script for a shell
///
/// The scripts for bash, zsh and fish complete request paths, environments and identities too.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  signpost completions bash > ~/.local/share/bash-completion/completions/signpost
  signpost completions zsh > ~/.zfunc/_signpost
  signpost completions fish > ~/.config/fish/completions/signpost.fish")]
pub struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

/// Words to complete.
#[derive(Debug, Args)]
pub struct CompleteArgs {
    /// The words behind the program's name, the one at the cursor last
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    words: Vec<String>,
}

/// Asks for the names; the script's own function has the rest.
const BASH: &str = r#"
_signpost_names() {
    local names
    mapfile -t names < <(signpost __complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
    if ((${#names[@]})); then
        COMPREPLY=("${names[@]}")
    else
        _signpost "$@"
    fi
}
complete -F _signpost_names -o nosort -o bashdefault -o default signpost
"#;

const ZSH: &str = r#"
_signpost_names() {
    local -a names
    names=("${(@f)$(signpost __complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
    if [[ -n "${names[1]}" ]]; then
        compadd -a names
    else
        _signpost "$@"
    fi
}
"#;

/// An autoloaded file is run as the function that it is named after.
const ZSH_END: &str = r#"
if [ "$funcstack[1]" = "_signpost" ]; then
    _signpost_names "$@"
fi
compdef _signpost_names signpost
"#;

const FISH: &str = r#"
function __signpost_names
    signpost __complete -- (commandline -opc)[2..] (commandline -ct) 2>/dev/null
end
complete -c signpost -n "__fish_seen_subcommand_from send" -k -a "(__signpost_names)"
complete -c signpost -n "__fish_seen_subcommand_from send" -l env -x -a "(__signpost_names)"
complete -c signpost -n "__fish_seen_subcommand_from send" -l identity -x -a "(__signpost_names)"
"#;

/// Runs `signpost completions`.
pub(crate) fn run(args: &CompletionsArgs, out: &mut dyn Write) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut super::Args::command(), "signpost", &mut script);
    let mut script = String::from_utf8_lossy(&script).into_owned();
    match args.shell {
        Shell::Bash => script.push_str(BASH),
        Shell::Zsh => {
            if let Some(end) = script.rfind("if [ \"$funcstack[1]\"") {
                script.truncate(end);
            }
            script.push_str(ZSH.trim_start());
            script.push_str(ZSH_END);
        }
        Shell::Fish => script.push_str(FISH),
        // Their scripts complete options; `Shell` may grow.
        _ => {}
    }
    super::written(out.write_all(script.as_bytes()).and_then(|()| out.flush()))
}

/// Runs `signpost __complete`: the names that fit, one a line; none where the script knows better.
pub(super) fn complete(args: &CompleteArgs, out: &mut dyn Write) -> Exit {
    let names = names(&args.words).unwrap_or_default();
    // A name that a terminal would obey is nobody's request.
    let plain = names.into_iter().filter(|name| visible::line(name) == *name);
    let text: String = plain.map(|name| name + "\n").collect();
    super::written(out.write_all(text.as_bytes()))
}

/// What is to be completed.
enum Wanted {
    Request,
    Environment,
    Identity,
}

fn names(words: &[String]) -> Option<Vec<String>> {
    // bash makes three words of `--env=name`.
    let words: Vec<&str> = words.iter().map(String::as_str).filter(|word| *word != "=").collect();
    let (current, before) = words.split_last()?;
    before.first().filter(|word| **word == "send")?;
    let joined = |name: &str| current.strip_prefix(name).is_some_and(|rest| rest.starts_with('='));
    let previous = before.last()?;
    let (wanted, prefix) = match *previous {
        "--env" => (Wanted::Environment, ""),
        "--identity" => (Wanted::Identity, ""),
        _ if joined("--env") => (Wanted::Environment, "--env="),
        _ if joined("--identity") => (Wanted::Identity, "--identity="),
        option if current.starts_with('-') || takes_value(option) => return None,
        _ => (Wanted::Request, ""),
    };
    let folder = before.windows(2).find(|pair| pair[0] == "--workspace").map(|pair| PathBuf::from(pair[1]));
    let known = known(&wanted, folder.as_deref())?;
    let all = known.into_iter().map(|name| format!("{prefix}{name}"));
    Some(all.filter(|name| name.starts_with(current)).collect())
}

/// True for an option of `send` behind which its value stands.
fn takes_value(word: &str) -> bool {
    let program = super::Args::command();
    let Some(send) = program.find_subcommand("send") else { return false };
    let takes = |argument: &clap::Arg| matches!(argument.get_action(), ArgAction::Set | ArgAction::Append);
    send.get_arguments().filter(|argument| takes(argument)).any(|argument| match word.strip_prefix("--") {
        Some(long) => argument.get_long_and_visible_aliases().is_some_and(|names| names.contains(&long)),
        None => argument.get_short().is_some_and(|short| word.starts_with('-') && word.ends_with(short)),
    })
}

fn known(wanted: &Wanted, folder: Option<&Path>) -> Option<Vec<String>> {
    let root = match folder {
        Some(folder) => std::path::absolute(folder).ok()?,
        None => workspace::find_or_own(&std::env::current_dir().ok()?, Dirs::of_user().as_ref()),
    };
    let workspace = workspace::load_or_bare(&root);
    Some(match wanted {
        Wanted::Environment => {
            workspace.environments.into_iter().map(|environment| environment.name).collect()
        }
        Wanted::Identity => {
            workspace.identities.into_iter().map(|identity| identity.name.to_string()).collect()
        }
        Wanted::Request => {
            let tree = listing::list(&workspace).tree;
            let requests = tree.lines().into_iter().filter(|line| line.node.folder().is_none());
            requests.map(|line| without_extension(&line.node.path).to_owned()).collect()
        }
    })
}

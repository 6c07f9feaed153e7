//! The configuration: every option is documented, and every mistake is reported with its line and a
//! hint.

use signpost::config::command::{COMMANDS, Command, Context};
use signpost::config::key::Key;
use signpost::config::keymap::markdown;
use signpost::config::keymap::{Keymap, Lookup};
use signpost::config::theme::{Color, Role, Style, ThemeName};
use signpost::config::{Clipboard, Config, ConfigProblem, Proxy, ResponsePlace, parse};

const EXAMPLE: &str = include_str!("../config.example.toml");

/// The example as it is when every option is taken into use.
fn uncommented() -> String {
    let lines = EXAMPLE.lines().filter(|line| !line.starts_with("##"));
    lines.map(|line| format!("{}\n", line.strip_prefix("# ").unwrap_or(line))).collect()
}

#[test]
fn the_example_is_the_defaults() {
    assert_eq!(parse(EXAMPLE), (Config::default(), Vec::new()));
    assert_eq!(parse(&uncommented()), (Config::default(), Vec::new()));
}

#[test]
fn the_example_names_every_option() {
    // What the example leaves out would be unknown to the reader of this list.
    for section in ["theme", "layout", "network", "send", "behavior"] {
        let (_, problems) = parse(&format!("[{section}]\nzzzzzzzzzzzz = 1\n"));
        let [problem] = &problems[..] else { panic!("{problems:?}") };
        let (_, known) = problem.hint.split_once("Known here: ").unwrap();
        for option in known.trim_end_matches('.').split(", ") {
            let line = format!("# {option} = ");
            assert!(
                EXAMPLE.contains(&line) || EXAMPLE.contains(&format!("# [{section}.{option}]")),
                "{line}"
            );
        }
    }
    for info in COMMANDS {
        assert!(EXAMPLE.contains(&format!("# \"{}\" = [", info.id)), "{}", info.id);
    }
    for (_, role) in Role::all() {
        assert!(EXAMPLE.contains(&format!("##   {role} ")), "{role}");
    }
}

#[test]
fn every_option_is_read() {
    let text = r##"
[theme]
name = "light"
styles = { accent = "bold #ff8800", selection = "on 17" }
[layout]
response = "below"
tree_width = 40
[network]
connect_timeout_seconds = 1
first_byte_timeout_seconds = 2
total_timeout_seconds = 0
proxy = "socks5h://localhost:1080"
no_proxy = ["internal.example"]
ca_files = ["ca.pem"]
client_cert = "me.pem"
client_key = "me.key"
follow_redirects = false
max_redirects = 3
[send]
body_limit = "512 MiB"
[behavior]
editor = "hx -w"
wrap = false
pretty = false
confirm_production = false
mouse = false
clipboard = "osc52"
[keys]
"request.send" = "ctrl-x"
app.quit = ["Q", "Z Z"]
"response.wrap" = []
"##;
    let (config, problems) = parse(text);
    assert_eq!(problems, []);
    assert_eq!(config.theme.name, ThemeName::Light);
    let accent = Style { fg: Color::Rgb(255, 136, 0), bold: true, ..Style::default() };
    let selection = Style { bg: Color::Indexed(17), ..Style::default() };
    assert_eq!(config.theme.styles, [(Role::Accent, accent), (Role::Selection, selection)]);
    assert_eq!((config.layout.response, config.layout.tree_width), (ResponsePlace::Below, 40));
    let network = config.network;
    assert_eq!(
        (network.connect_timeout_seconds, network.first_byte_timeout_seconds, network.total_timeout_seconds),
        (1, 2, 0)
    );
    assert_eq!(network.proxy, Proxy::Url("socks5h://localhost:1080".into()));
    assert_eq!(network.no_proxy, ["internal.example"]);
    assert_eq!(network.ca_files, [std::path::PathBuf::from("ca.pem")]);
    assert_eq!(network.client_cert, Some("me.pem".into()));
    assert_eq!(network.client_key, Some("me.key".into()));
    assert_eq!((network.follow_redirects, network.max_redirects), (false, 3));
    assert_eq!(config.send.body_limit, Some(512 << 20));
    let behavior = config.behavior;
    assert_eq!(behavior.editor, "hx -w");
    assert!(!(behavior.wrap || behavior.pretty || behavior.confirm_production || behavior.mouse));
    assert_eq!(behavior.clipboard, Clipboard::Osc52);
    let shown = |command| config.keys.keys(command).iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(shown(Command::Send), ["ctrl-x"]);
    assert_eq!(shown(Command::Quit), ["Q", "Z Z"]);
    assert!(shown(Command::ToggleWrap).is_empty());
}

#[test]
fn a_size_has_a_unit_or_is_a_number_of_bytes() {
    let limit = |value: &str| parse(&format!("[send]\nbody_limit = {value}\n"));
    for (value, bytes) in [("\"1 KiB\"", Some(1024)), ("1000", Some(1000)), ("0", None), ("\"0\"", None)] {
        let (config, problems) = limit(value);
        assert_eq!((config.send.body_limit, problems), (bytes, Vec::new()), "{value}");
    }
    for value in ["\"1 GB\"", "-1", "true", "\"\""] {
        let (config, problems) = limit(value);
        assert_eq!(config, Config::default(), "{value}");
        let [problem] = &problems[..] else { panic!("{problems:?}") };
        assert_eq!((problem.line, problem.key.as_str()), (2, "send.body_limit"));
        assert!(problem.message.contains("isn't a valid size") && problem.hint.contains("2 GiB"));
    }
}

/// The text, line and key of its one problem, and what message and hint must hold.
const WRONG: [(&str, usize, &str, &str, &str); 13] = [
    (
        "[layout]\ntree_with = 3",
        2,
        "layout.tree_with",
        "unknown key `layout.tree_with`",
        "Did you mean `tree_width`?",
    ),
    (
        "colour = 1",
        1,
        "colour",
        "unknown key",
        "Known here: theme, layout, network, send, behavior, log, keys",
    ),
    ("theme = \"dark\"", 1, "theme", "must be a table", "[theme]"),
    ("[theme]\nname = \"drak\"", 2, "theme.name", "\"drak\"", "Did you mean \"dark\"?"),
    (
        "[theme.styles]\naccent = \"orange\"",
        2,
        "theme.styles.accent",
        "\"orange\" isn't a valid colour",
        "#ff8800",
    ),
    ("[layout]\n\ntree_width = 2000", 3, "layout.tree_width", "can't be 2000", "from 0 to 200"),
    ("[network]\nproxy = \"me:secret@host\"", 2, "network.proxy", "isn't a valid proxy URL", "socks5://"),
    ("[network]\nclient_key = \"k\"", 2, "network.client_key", "no `network.client_cert`", "client_cert ="),
    ("[behavior]\nmouse = \"yes\"", 2, "behavior.mouse", "true or false", "without quotes"),
    (
        "[keys]\nrequest.sned = \"x\"",
        2,
        "keys.request.sned",
        "unknown command \"request.sned\"",
        "\"request.send\"",
    ),
    (
        "[keys]\n\"request.send\" = \"ctrl-\"",
        2,
        "keys.request.send",
        "\"ctrl-\" isn't a valid key",
        "Write keys such as",
    ),
    (
        "[keys]\n\"request.send\" = [\"f5\", \"w\"]",
        2,
        "keys.request.send",
        "`w` is also the key of `request.save`",
        "another key",
    ),
    (
        "[keys]\n\"row.add\" = \"g\"",
        2,
        "keys.row.add",
        "`g g`, the key of `move.top`, start with the same key",
        "another key",
    ),
];

#[test]
fn a_mistake_is_reported_with_line_key_and_hint_and_the_default_applies() {
    for (text, line, key, message, wanted) in WRONG {
        let (config, problems) = parse(text);
        let [ConfigProblem { line: at, key: named, message: said, hint }] = &problems[..] else {
            panic!("{text}\n{problems:?}")
        };
        assert_eq!((*at, named.as_str()), (line, key), "{text}");
        assert!(said.contains(message), "{said}");
        assert!(hint.contains(wanted), "{hint}");
        assert!(!said.contains("secret") && !hint.contains("secret"), "{said} {hint}");
        let lone_key = Config {
            network: signpost::config::Network { client_key: Some("k".into()), ..Default::default() },
            ..Config::default()
        };
        assert!(config == Config::default() || config == lone_key, "{text}");
    }
}

#[test]
fn broken_toml_is_one_problem_with_its_line() {
    let (config, problems) = parse("[layout]\nresponse = \"below\"\ntree_width = = 3\n");
    assert_eq!(config, Config::default());
    assert_eq!((problems.len(), problems[0].line), (1, 3), "{problems:?}");
}

#[test]
fn a_mistake_does_not_affect_other_options() {
    let (config, problems) =
        parse("[layout]\nresponse = 1\ntree_width = 20\n[behavior]\nwarp = true\nwrap = false\n");
    assert_eq!((config.layout.tree_width, config.behavior.wrap), (20, false));
    assert_eq!(problems.iter().map(|p| p.line).collect::<Vec<_>>(), [2, 5]);
}

#[test]
fn two_keys_can_be_swapped() {
    let (config, problems) = parse("[keys]\n\"request.send\" = \"w\"\n\"request.save\" = \"s\"\n");
    assert_eq!(problems, []);
    assert_eq!(lookup(&config.keys, Context::Tree, "w"), Lookup::Command(Command::Send));
}

fn lookup(keymap: &Keymap, context: Context, keys: &str) -> Lookup {
    let keys: Vec<Key> = keys.split(' ').map(|key| key.parse().unwrap()).collect();
    keymap.lookup(context, &keys)
}

#[test]
fn keys_mean_what_the_table_says_in_each_context() {
    let keymap = Keymap::default();
    let command = |context, keys| lookup(&keymap, context, keys);
    assert_eq!(command(Context::Tree, "n"), Lookup::Command(Command::NewRequest));
    assert_eq!(command(Context::Response, "n"), Lookup::Command(Command::NextMatch));
    assert_eq!(command(Context::Response, "s"), Lookup::Command(Command::Send));
    assert_eq!(command(Context::Url, "g"), Lookup::Pending);
    assert_eq!(command(Context::Url, "g g"), Lookup::Command(Command::Top));
    assert_eq!(command(Context::Url, "g x"), Lookup::Unbound);
    assert_eq!(command(Context::Editing, "s"), Lookup::Unbound);
    assert_eq!(command(Context::Editing, "ctrl-s"), Lookup::Command(Command::Save));
    assert_eq!(command(Context::Editing, "home"), Lookup::Unbound);
    assert_eq!(command(Context::Prompt, "q"), Lookup::Unbound);
    assert_eq!(command(Context::Overlay, "q"), Lookup::Command(Command::Close));
    for context in Context::ALL {
        assert_eq!(command(context, "ctrl-c"), Lookup::Command(Command::ForceQuit), "{context:?}");
    }
}

#[test]
fn the_default_keys_do_not_clash() {
    assert_eq!(Keymap::default().conflicts(), []);
}

#[test]
fn the_table_of_commands_is_valid() {
    let keymap = Keymap::default();
    for (index, info) in COMMANDS.iter().enumerate() {
        assert_eq!(info.command.info(), info);
        assert_eq!(Command::by_id(info.id), Some(info.command));
        assert!(
            COMMANDS[..index].iter().all(|other| other.id != info.id && other.title != info.title),
            "{}",
            info.id
        );
        assert!(!info.keys.is_empty() && !info.contexts.is_empty() && info.doc.ends_with('.'), "{}", info.id);
        assert_eq!(keymap.keys(info.command).len(), info.keys.len(), "a key of {} is none", info.id);
    }
}

#[test]
fn every_command_has_a_key_that_terminals_deliver() {
    let swallowed = ["ctrl-h", "ctrl-j", "ctrl-m", "ctrl-i", "ctrl-s", "ctrl-b", "ctrl-o", "ctrl-enter"];
    let keymap = Keymap::default();
    for info in COMMANDS {
        for context in info.contexts.iter().filter(|context| !context.takes_text()) {
            let mut keys = keymap.keys_in(info.command, *context);
            assert!(
                keys.any(|key| !swallowed.contains(&key.to_string().as_str())),
                "{} {context:?}",
                info.id
            );
        }
    }
}

#[test]
fn the_markdown_table_lists_every_command_in_its_contexts() {
    let table = markdown();
    for info in COMMANDS {
        assert!(table.contains(&format!("{} (`{}`)", info.title, info.id)), "{}", info.id);
    }
    let (_, editing) = table.split_once("### While editing").unwrap();
    let (editing, _) = editing.split_once("###").unwrap();
    assert!(editing.contains("| `f5` `ctrl-r` | Send (`request.send`) |"), "{editing}");
}

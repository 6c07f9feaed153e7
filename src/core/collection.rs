//! The tree of requests as listed from a workspace, and the names in it.
//!
//! Owns the order of the tree, paths, and which file names are safe on every system. Refuses files:
//! `io/store` lists, reads and moves them.
//!
//! A path is relative to the workspace, with `/` on every system: `hello` is a folder,
//! `hello/get-hello.toml` a request.

use super::visible::{self, Unsafe};

mod listed;

pub use listed::{EXTENSION, MAX_FOLDER_DEPTH, Unlisted, check_folder, is_folder, is_request};

/// The requests of a workspace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    /// The content of the workspace folder.
    pub root: Folder,
}

/// The content of a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folder {
    /// Display name; `None` means the folder's name is shown.
    pub name: Option<String>,
    /// Names of the files that come first, in this order, with or without extension.
    pub order: Vec<String>,
    /// Folders and requests, in the order in which they are shown.
    pub children: Vec<Node>,
}

/// A folder or a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Path in the workspace.
    pub path: String,
    /// What it is.
    pub kind: NodeKind,
}

/// What a node is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// A folder.
    Folder(Folder),
    /// The file of a request, not read yet.
    Request,
}

/// One line of the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    /// Depth; 0 for anything directly in the workspace.
    pub depth: usize,
    /// The node.
    pub node: &'a Node,
}

impl Node {
    /// The name to show: a folder's display name, or the file's name.
    pub fn label(&self) -> &str {
        let named = self.folder().and_then(|folder| folder.name.as_deref());
        named.filter(|name| !name.trim().is_empty()).unwrap_or_else(|| stem(&self.path))
    }

    /// The folder, if the node is one.
    pub fn folder(&self) -> Option<&Folder> {
        match &self.kind {
            NodeKind::Folder(folder) => Some(folder),
            NodeKind::Request => None,
        }
    }
}

impl Folder {
    /// Sorts the children: those of `order` first, then folders, then requests, each in natural
    /// order (`2` before `10`, ignoring case).
    pub fn sort(&mut self) {
        let order = std::mem::take(&mut self.order);
        self.children.sort_by_cached_key(|child| {
            let (file, stem) = (file_name(&child.path), stem(&child.path));
            let place = order.iter().position(|name| name == file || name == stem);
            (place.unwrap_or(usize::MAX), usual_place(child))
        });
        self.order = order;
    }
}

/// What sorts a node that `order` doesn't name.
fn usual_place(node: &Node) -> (bool, Vec<u8>, String) {
    (node.folder().is_none(), natural_key(stem(&node.path)), file_name(&node.path).to_owned())
}

/// How many nodes of a folder `order` must name so that all are listed as they stand here. Those behind
/// them stand in their usual order.
pub fn ordered_len(nodes: &[Node]) -> usize {
    let places: Vec<_> = nodes.iter().map(usual_place).collect();
    let usual = places.windows(2).rev().take_while(|pair| pair[0] <= pair[1]).count();
    nodes.len().saturating_sub(usual + 1)
}

impl Tree {
    /// The folder with this path; `""` is the workspace.
    pub fn folder(&self, path: &str) -> Option<&Folder> {
        let mut folder = &self.root;
        for (end, _) in path.match_indices('/').chain([(path.len(), "")]).filter(|(end, _)| *end > 0) {
            let below = folder.children.iter().find(|node| node.path == path[..end]);
            folder = below.and_then(Node::folder)?;
        }
        Some(folder)
    }

    /// Every folder and request in order; a folder comes before its content.
    pub fn lines(&self) -> Vec<Line<'_>> {
        fn walk<'a>(nodes: &'a [Node], depth: usize, out: &mut Vec<Line<'a>>) {
            for node in nodes {
                out.push(Line { depth, node });
                walk(node.folder().map_or(&[], |folder| &folder.children), depth + 1, out);
            }
        }
        let mut out = Vec::new();
        walk(&self.root.children, 0, &mut out);
        out
    }
}

/// The folder that contains a path; `""` is the workspace.
pub fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}

/// The last part of a path.
pub fn file_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// The last part of a path without `.toml`.
pub fn stem(path: &str) -> &str {
    without_extension(file_name(path))
}

/// A path without `.toml`.
pub fn without_extension(path: &str) -> &str {
    path.strip_suffix(EXTENSION).unwrap_or(path)
}

/// The path of a name in a folder.
pub fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { [folder, "/", name].concat() }
}

/// A sort key for natural order: runs of digits by their value, letters ignoring case.
fn natural_key(name: &str) -> Vec<u8> {
    // Room for one number; ten thousand names are sorted before the first frame.
    let mut key = Vec::with_capacity(name.len() + 5);
    let mut rest = name;
    while let Some(c) = rest.chars().next() {
        if c.is_ascii_digit() {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let number = rest[..digits].trim_start_matches('0');
            // A number with more digits is greater, so its length comes first.
            key.push(b'0');
            key.extend(u32::try_from(number.len()).unwrap_or(u32::MAX).to_be_bytes());
            key.extend(number.bytes());
            rest = &rest[digits..];
        } else if c.is_ascii() {
            key.push(c.to_ascii_lowercase() as u8);
            rest = &rest[1..];
        } else {
            let mut buffer = [0; 4];
            for lower in c.to_lowercase() {
                key.extend(lower.encode_utf8(&mut buffer).bytes());
            }
            rest = &rest[c.len_utf8()..];
        }
    }
    key
}

/// Names that Windows reserves for devices, in any case and with any extension:
/// <https://learn.microsoft.com/windows/win32/fileio/naming-a-file>.
const RESERVED: [&str; 7] = ["con", "prn", "aux", "nul", "conin$", "conout$", "clock$"];

fn is_reserved(name: &str) -> bool {
    let lower = name.to_lowercase();
    let base = lower.split('.').next().unwrap_or_default().trim_end();
    let port = base.strip_prefix("com").or_else(|| base.strip_prefix("lpt"));
    let digit = |rest: &str| matches!(rest.chars().collect::<Vec<_>>()[..], [c] if c.is_ascii_digit() || "¹²³".contains(c));
    RESERVED.contains(&base) || port.is_some_and(digit)
}

/// A character of a name that nobody could see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the name contains the invisible character U+{:04X}; type it without", u32::from(self.0))]
pub struct InvisibleName(pub char);

/// Makes sure that a name that was typed can be seen and told from others.
///
/// # Errors
/// The first character of it that has no visible form or reorders the text.
pub fn check_visible(typed: &str) -> Result<(), InvisibleName> {
    typed.chars().find(|c| is_invisible(*c)).map_or(Ok(()), |c| Err(InvisibleName(c)))
}

fn is_invisible(c: char) -> bool {
    visible::classify(c) == Some(Unsafe::Invisible)
}

/// A file name without extension that is valid on every system and listed, made from what was typed.
/// Spaces, characters that Windows forbids and invisible ones become `-`, and a name that is taken by
/// other tools gets a `_` in front; the typed name can remain the display name.
pub fn safe_name(typed: &str) -> String {
    /// In bytes. Most systems allow 255, some of which the extension and temporary names need.
    const LONGEST: usize = 120;
    let mut name = String::new();
    for c in typed.trim().chars() {
        let forbidden = c.is_whitespace() || visible::classify(c).is_some() || "<>:\"/\\|?*".contains(c);
        match (forbidden, name.ends_with('-')) {
            (true, true) => {}
            (true, false) => name.push('-'),
            (false, _) => name.push(c),
        }
    }
    let mut name = name.trim_matches(['-', '.', ' ']).to_owned();
    name.truncate(name.floor_char_boundary(LONGEST));
    let name = name.trim_end_matches(['-', '.', ' ']);
    let lower = name.to_lowercase();
    let name = lower.strip_suffix(EXTENSION).map_or(name, |stem| name.get(..stem.len()).unwrap_or(name));
    if name.is_empty() {
        "unnamed".to_owned()
    } else if is_reserved(name) || listed::is_reserved(name) {
        format!("_{name}")
    } else {
        name.to_owned()
    }
}

/// What was typed as a name, where the file's name without extension doesn't say the same.
pub fn display_name(typed: &str, stem: &str) -> Option<String> {
    let typed = typed.trim();
    (!typed.is_empty() && typed != stem).then(|| typed.to_owned())
}

/// `wanted`, or the first of `wanted-2`, `wanted-3` and so on that is free in its folder, ignoring
/// case and extension (file names on macOS and Windows aren't case-sensitive).
pub fn free_name<'a>(wanted: &str, taken: impl IntoIterator<Item = &'a str>) -> String {
    let taken: std::collections::BTreeSet<String> =
        taken.into_iter().map(|name| stem(name).to_lowercase()).collect();
    let base = match wanted.rsplit_once('-') {
        // A copy of `a-2` is `a-3`, not `a-2-2`.
        Some((base, number)) if !base.is_empty() && number.parse::<u32>().is_ok_and(|n| n > 1) => base,
        Some(_) | None => wanted,
    };
    let numbered = (2u64..).map(|number| format!("{base}-{number}"));
    let mut names = std::iter::once(wanted.to_owned()).chain(numbered);
    names.find(|name| !taken.contains(&name.to_lowercase())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(path: &str) -> Node {
        Node { path: path.into(), kind: NodeKind::Request }
    }

    fn folder(path: &str, children: Vec<Node>) -> Node {
        Node { path: path.into(), kind: NodeKind::Folder(Folder { children, ..Folder::default() }) }
    }

    fn tree(children: Vec<Node>) -> Tree {
        let mut root = Folder { children, ..Folder::default() };
        root.sort();
        Tree { root }
    }

    fn shown(tree: &Tree) -> Vec<(usize, &str)> {
        tree.lines().iter().map(|line| (line.depth, line.node.path.as_str())).collect()
    }

    #[test]
    fn the_listed_come_first_and_the_rest_in_natural_order() {
        let inner = vec![request("x/1.toml"), folder("x/y", vec![request("x/y/z.toml")])];
        let files = ["10.toml", "2.toml", "B.toml", "a.toml"].map(request);
        let mut tree = tree(files.into_iter().chain([folder("x", inner)]).collect());
        let below_x = [(0, "x"), (1, "x/1.toml"), (1, "x/y"), (2, "x/y/z.toml")];
        assert_eq!(shown(&tree)[..4], below_x);
        assert_eq!(shown(&tree)[4..], [(0, "2.toml"), (0, "10.toml"), (0, "a.toml"), (0, "B.toml")]);
        tree.root.order = vec!["B".into(), "10.toml".into(), "gone".into()];
        tree.root.sort();
        let names: Vec<&str> = tree.root.children.iter().map(|child| file_name(&child.path)).collect();
        assert_eq!(names, ["B.toml", "10.toml", "x", "2.toml", "a.toml"]);
    }

    #[test]
    fn only_as_many_names_are_needed_as_stand_elsewhere_than_usual() {
        for (names, needed) in [
            (vec![], 0),
            (vec!["a"], 0),
            (vec!["a", "b", "c"], 0),
            (vec!["b", "a", "c"], 1),
            (vec!["a", "c", "b"], 2),
            (vec!["c", "b", "a"], 2),
            (vec!["2", "10", "1"], 2),
        ] {
            let nodes: Vec<Node> = names.iter().map(|name| request(&format!("{name}.toml"))).collect();
            assert_eq!(ordered_len(&nodes), needed, "{names:?}");
        }
    }

    #[test]
    fn leading_zeros_and_long_numbers_are_sorted_naturally() {
        let mut names = ["a100000000000000000000", "a99999999999999999999", "a007", "a8", "a", "A7"];
        names.sort_by_key(|name| natural_key(name));
        assert_eq!(names, ["a", "a007", "A7", "a8", "a99999999999999999999", "a100000000000000000000"]);
    }

    #[test]
    fn names_are_safe_on_every_system() {
        for (typed, safe) in [
            ("Say hello", "Say-hello"),
            ("GET /users?id=1", "GET-users-id=1"),
            ("../../etc/passwd", "etc-passwd"),
            (".hidden", "hidden"),
            ("trailing. ", "trailing"),
            ("a.toml", "a"),
            ("nul", "_nul"),
            ("Com1.txt", "_Com1.txt"),
            ("COM¹", "_COM¹"),
            ("command", "command"),
            ("Cargo", "_Cargo"),
            ("vendor", "_vendor"),
            ("a\u{200b}b", "a-b"),
            ("signpost", "_signpost"),
            ("Folder", "_Folder"),
            ("Grüße 🌍", "Grüße-🌍"),
            ("\u{0}\n\t", "unnamed"),
            ("", "unnamed"),
        ] {
            assert_eq!(safe_name(typed), safe, "{typed:?}");
        }
        for invisible in ["\u{200b}", "\u{202e}", "\u{2028}", "\u{e0041}"] {
            assert_eq!(safe_name(&format!("a{invisible}b")), "a-b", "{invisible:?}");
        }
        assert!(safe_name(&"ü".repeat(500)).len() <= 120);
        assert_eq!(safe_name(&safe_name("LPT9")), "_LPT9");
    }

    #[test]
    fn a_name_that_nobody_can_see_is_refused_with_the_character() {
        assert_eq!(check_visible("Say hello 🌍"), Ok(()));
        let shown = check_visible("a\u{200b}").unwrap_err().to_string();
        assert!(shown.contains("U+200B"), "{shown}");
        assert!(check_visible("a\u{202e}b").is_err());
    }

    #[test]
    fn a_name_that_is_taken_is_counted_up() {
        let taken = ["A.toml", "a-2.toml", "b"];
        assert_eq!(free_name("a", taken), "a-3");
        assert_eq!(free_name("a-2", taken), "a-3");
        assert_eq!(free_name("B", taken), "B-2");
        assert_eq!(free_name("c", taken), "c");
    }
}

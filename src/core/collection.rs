//! The tree of requests, as a pure type.
//!
//! Owns order, look-up and change of the tree, and which file names are safe on every system.
//! Refuses files: `io/store` lists, reads and moves them, and tells the tree.
//!
//! A node is known by its path in the workspace, with `/` on every system: `hello` is a folder,
//! `hello/get-hello.toml` a request.

/// The extension of request files.
pub const EXTENSION: &str = ".toml";

/// The requests of a workspace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    /// What the workspace folder holds.
    pub root: Folder,
}

/// A folder's own part of the tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folder {
    /// Display name; `None` means the folder's own name serves.
    pub name: Option<String>,
    /// File names, with or without extension, that come first, in this order.
    pub order: Vec<String>,
    /// Folders and requests, in the order in which they are shown.
    pub children: Vec<Node>,
}

/// A folder, a request, or a file that is none.
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
    /// A request; its summary is `None` until its file has been read.
    Request(Option<Summary>),
    /// A file that does not parse. It is never overwritten.
    Broken {
        /// Line of the error, from 1.
        line: usize,
        /// What is wrong.
        message: String,
    },
}

/// What the tree shows of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Display name; `None` means the file name serves.
    pub name: Option<String>,
    /// Method as typed.
    pub method: String,
}

/// One visible line of the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    /// How deep it stands; the workspace's own children stand at 0.
    pub depth: usize,
    /// The node.
    pub node: &'a Node,
}

impl Node {
    /// What to show: the display name, else the file's name.
    pub fn label(&self) -> &str {
        let named = match &self.kind {
            NodeKind::Folder(folder) => folder.name.as_deref(),
            NodeKind::Request(Some(summary)) => summary.name.as_deref(),
            NodeKind::Request(None) | NodeKind::Broken { .. } => None,
        };
        named.filter(|name| !name.trim().is_empty()).unwrap_or_else(|| stem(&self.path))
    }

    /// The folder, if it is one.
    pub fn folder(&self) -> Option<&Folder> {
        match &self.kind {
            NodeKind::Folder(folder) => Some(folder),
            NodeKind::Request(_) | NodeKind::Broken { .. } => None,
        }
    }

    fn folder_mut(&mut self) -> Option<&mut Folder> {
        match &mut self.kind {
            NodeKind::Folder(folder) => Some(folder),
            NodeKind::Request(_) | NodeKind::Broken { .. } => None,
        }
    }

    /// Gives the node, and everything below it, a path that begins with `to` instead of `from`.
    fn relocate(&mut self, from: &str, to: &str) {
        if let Some(rest) = self.path.strip_prefix(from) {
            self.path = format!("{to}{rest}");
        }
        for child in self.folder_mut().into_iter().flat_map(|folder| &mut folder.children) {
            child.relocate(from, to);
        }
    }
}

impl Folder {
    /// Brings the children into order: those of `order` first, then folders, then requests, each
    /// as people count (`2` before `10`, whatever the case).
    pub fn sort(&mut self) {
        let order = std::mem::take(&mut self.order);
        self.children.sort_by_cached_key(|child| {
            let (file, stem) = (file_name(&child.path), stem(&child.path));
            let place = order.iter().position(|name| name == file || name == stem);
            (place.unwrap_or(usize::MAX), child.folder().is_none(), natural_key(stem), file.to_owned())
        });
        self.order = order;
    }
}

impl Tree {
    /// The folder of a path; `""` is the workspace itself.
    pub fn folder(&self, path: &str) -> Option<&Folder> {
        if path.is_empty() { Some(&self.root) } else { self.get(path)?.folder() }
    }

    fn folder_mut(&mut self, path: &str) -> Option<&mut Folder> {
        if path.is_empty() { Some(&mut self.root) } else { self.get_mut(path)?.folder_mut() }
    }

    /// The node of a path.
    pub fn get(&self, path: &str) -> Option<&Node> {
        self.folder(parent(path))?.children.iter().find(|child| child.path == path)
    }

    /// The node of a path, to be changed.
    pub fn get_mut(&mut self, path: &str) -> Option<&mut Node> {
        self.folder_mut(parent(path))?.children.iter_mut().find(|child| child.path == path)
    }

    /// Puts a node where its path says, replacing what is there. Gives it back where its folder is
    /// not in the tree.
    pub fn insert(&mut self, node: Node) -> Result<(), Node> {
        let Some(folder) = self.folder_mut(parent(&node.path)) else { return Err(node) };
        folder.children.retain(|child| child.path != node.path);
        folder.children.push(node);
        folder.sort();
        Ok(())
    }

    /// Takes a node out, with everything below it.
    pub fn remove(&mut self, path: &str) -> Option<Node> {
        let siblings = &mut self.folder_mut(parent(path))?.children;
        let index = siblings.iter().position(|child| child.path == path)?;
        Some(siblings.remove(index))
    }

    /// Renames or moves a node with everything below it. False, and nothing changes, where there
    /// is no such node, the target is taken or lies within the node itself, or its folder is not in
    /// the tree.
    pub fn rename(&mut self, from: &str, to: &str) -> bool {
        let inside = to.strip_prefix(from).is_some_and(|rest| rest.starts_with('/'));
        if inside || self.get(to).is_some() || self.folder(parent(to)).is_none() {
            return false;
        }
        let Some(mut node) = self.remove(from) else { return false };
        node.relocate(from, to);
        self.insert(node).is_ok()
    }

    /// The lines that are visible when the folders for which `open` says so are open.
    pub fn lines(&self, open: impl Fn(&str) -> bool) -> Vec<Line<'_>> {
        fn walk<'a>(nodes: &'a [Node], depth: usize, open: &dyn Fn(&str) -> bool, out: &mut Vec<Line<'a>>) {
            for node in nodes {
                out.push(Line { depth, node });
                if let Some(folder) = node.folder().filter(|_| open(&node.path)) {
                    walk(&folder.children, depth + 1, open, out);
                }
            }
        }
        let mut out = Vec::new();
        walk(&self.root.children, 0, &open, &mut out);
        out
    }

    /// Every node that is a file, in order.
    pub fn files(&self) -> impl Iterator<Item = &Node> {
        self.lines(|_| true).into_iter().map(|line| line.node).filter(|node| node.folder().is_none())
    }

    /// The file names in a folder.
    pub fn names<'a>(&'a self, folder: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        self.folder(folder).into_iter().flat_map(|f| &f.children).map(|child| file_name(&child.path))
    }
}

/// The folder that a path lies in; `""` is the workspace.
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
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// Sorts as people count: runs of digits by their value, letters whatever their case.
fn natural_key(name: &str) -> Vec<u8> {
    let mut key = Vec::with_capacity(name.len() + 2);
    let mut rest = name;
    while let Some(c) = rest.chars().next() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0 {
            let number = rest[..digits].trim_start_matches('0');
            // A longer number is a greater one; its length goes first.
            key.push(b'0');
            key.extend(u32::try_from(number.len()).unwrap_or(u32::MAX).to_be_bytes());
            key.extend(number.bytes());
            rest = &rest[digits..];
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

/// Names that Windows keeps for devices, whatever their case and extension:
/// <https://learn.microsoft.com/windows/win32/fileio/naming-a-file>.
const RESERVED: [&str; 7] = ["con", "prn", "aux", "nul", "conin$", "conout$", "clock$"];

/// Names of our own files, which no request may take.
const OWN: [&str; 2] = ["signpost", "folder"];

fn is_reserved(name: &str) -> bool {
    let lower = name.to_lowercase();
    let base = lower.split('.').next().unwrap_or_default().trim_end();
    let port = base.strip_prefix("com").or_else(|| base.strip_prefix("lpt"));
    let digit = |rest: &str| matches!(rest.chars().collect::<Vec<_>>()[..], [c] if c.is_ascii_digit() || "¹²³".contains(c));
    RESERVED.contains(&base) || port.is_some_and(digit)
}

/// A name that every system takes as a file name, without extension, made from what was typed. A
/// space becomes `-`, and so does what Windows forbids; the typed name itself can stay the display
/// name.
pub fn safe_name(typed: &str) -> String {
    /// Bytes. Most systems allow 255, less what an extension and a temporary name need.
    const LONGEST: usize = 120;
    let mut name = String::new();
    for c in typed.trim().chars() {
        let forbidden = c.is_whitespace() || c.is_control() || "<>:\"/\\|?*".contains(c);
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
    } else if is_reserved(name) || OWN.contains(&&*name.to_lowercase()) {
        format!("_{name}")
    } else {
        name.to_owned()
    }
}

/// `wanted`, or `wanted-2`, `wanted-3` and so on: the first that clashes with none of the names in
/// its folder, whatever their case and extension (macOS and Windows do not tell case apart).
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
        Node { path: path.into(), kind: NodeKind::Request(None) }
    }

    fn folder(path: &str, children: Vec<Node>) -> Node {
        Node { path: path.into(), kind: NodeKind::Folder(Folder { children, ..Folder::default() }) }
    }

    fn tree() -> Tree {
        let mut tree = Tree::default();
        for node in [request("10.toml"), request("2.toml"), request("B.toml"), request("a.toml")] {
            tree.insert(node).unwrap();
        }
        tree.insert(folder("x", vec![request("x/1.toml"), folder("x/y", vec![request("x/y/z.toml")])]))
            .unwrap();
        tree
    }

    fn shown(tree: &Tree) -> Vec<&str> {
        tree.lines(|_| true).iter().map(|line| line.node.path.as_str()).collect()
    }

    #[test]
    fn order_is_as_people_count_after_what_the_folder_says() {
        let mut tree = tree();
        assert_eq!(
            shown(&tree),
            ["x", "x/1.toml", "x/y", "x/y/z.toml", "2.toml", "10.toml", "a.toml", "B.toml"]
        );
        tree.root.order = vec!["B".into(), "10.toml".into(), "gone".into()];
        tree.root.sort();
        assert_eq!(tree.names("").collect::<Vec<_>>(), ["B.toml", "10.toml", "x", "2.toml", "a.toml"]);
    }

    #[test]
    fn zeros_and_long_numbers_count_too() {
        let mut names = ["a100000000000000000000", "a99999999999999999999", "a007", "a8", "a", "A7"];
        names.sort_by_key(|name| natural_key(name));
        assert_eq!(names, ["a", "a007", "A7", "a8", "a99999999999999999999", "a100000000000000000000"]);
    }

    #[test]
    fn closed_folders_hide_what_they_hold() {
        let tree = tree();
        let lines = tree.lines(|path| path == "x");
        let shown: Vec<_> = lines.iter().map(|line| (line.depth, line.node.path.as_str())).collect();
        assert_eq!(shown[..4], [(0, "x"), (1, "x/1.toml"), (1, "x/y"), (0, "2.toml")]);
    }

    #[test]
    fn a_folder_takes_along_what_it_holds() {
        let mut tree = tree();
        assert!(tree.rename("x", "w"));
        assert!(tree.get("x").is_none());
        assert_eq!(tree.get("w/y/z.toml").map(Node::label), Some("z"));
        assert!(tree.rename("w/y/z.toml", "top.toml"));
        assert!(tree.folder("w/y").unwrap().children.is_empty());
        for (from, to) in [("w", "w/y/w"), ("a.toml", "B.toml"), ("a.toml", "no/a.toml"), ("no", "new")] {
            let before = tree.clone();
            assert!(!tree.rename(from, to), "{from} -> {to}");
            assert_eq!(tree, before);
        }
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
            ("signpost", "_signpost"),
            ("Folder", "_Folder"),
            ("Grüße 🌍", "Grüße-🌍"),
            ("\u{0}\n\t", "unnamed"),
            ("", "unnamed"),
        ] {
            assert_eq!(safe_name(typed), safe, "{typed:?}");
        }
        assert!(safe_name(&"ü".repeat(500)).len() <= 120);
        assert_eq!(safe_name(&safe_name("LPT9")), "_LPT9");
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

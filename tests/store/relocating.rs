//! A new name or folder is one step, and what has it is still listed.

use std::fs;
use std::path::Path;

use signpost::core::request::Request;
use signpost::io::store::collections::Collections;
use signpost::io::store::listing::list;
use signpost::io::store::workspace;

fn put(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// Each request with the name that the tree shows, in the order of the tree.
fn listed(root: &Path) -> Vec<String> {
    let workspace = workspace::load(root).unwrap();
    let tree = list(&workspace).tree;
    let requests = tree.lines().into_iter().filter(|line| line.node.folder().is_none());
    requests.map(|line| line.node.path.clone()).collect()
}

#[test]
fn a_name_of_another_tool_is_given_a_file_that_is_listed() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let all = Collections::new(root);
    put(root, "a.toml", "url = \"http://a/\"\n");
    put(root, "sub/b.toml", "url = \"http://b/\"\n");
    for name in ["Cargo", "pyproject", "fly", "netlify", "deny"] {
        let (made, _) = all.create_request("", name, &Request::default()).unwrap();
        assert!(listed(root).contains(&made), "{name} as {made}");
        let shown = all.load(&made).unwrap().request.name;
        assert_eq!(shown.as_deref(), Some(name), "the tree shows the name as typed");
        all.delete(&made).unwrap();
        let renamed = all.rename("a.toml", name).unwrap();
        assert_eq!(listed(root).len(), 2, "{name} as {renamed}");
        all.rename(&renamed, "a").unwrap();
    }
    for name in ["vendor", "target", "node_modules", "venv"] {
        let renamed = all.rename("sub", name).unwrap();
        assert_eq!(listed(root).len(), 2, "{name} as {renamed}");
        all.rename(&renamed, "sub").unwrap();
        assert!(all.create_folder("", name).unwrap().starts_with('_'));
    }
}

#[test]
fn a_place_that_is_not_listed_is_refused_before_anything_happens() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let all = Collections::new(root);
    put(root, "a.toml", "url = \"http://a/\"\n");
    put(root, "deep/er/b.toml", "url = \"http://b/\"\n");
    let deep = vec!["d"; 40].join("/");
    let almost = vec!["d"; 31].join("/");
    let refused = ["vendor", "target", "node_modules", "venv", ".hidden", "x/vendor/y", &deep];
    for to in refused {
        let why = all.move_to("a.toml", to).unwrap_err().to_string();
        assert!(why.contains("listed"), "{to}: {why}");
        assert!(all.create_request(to, "new", &Request::default()).is_err(), "{to}");
        assert!(all.create_folder(to, "new").is_err(), "{to}");
    }
    let why = all.move_to("deep", &almost).unwrap_err().to_string();
    assert!(why.contains("32 deep"), "what is inside would be too deep: {why}");
    assert_eq!(listed(root), ["deep/er/b.toml", "a.toml"]);
    assert_eq!(fs::read_dir(root).unwrap().count(), 2, "no folder is created on the way");
}

#[test]
fn a_name_that_nobody_can_see_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let all = Collections::new(folder.path());
    put(folder.path(), "a.toml", "url = \"http://a/\"\n");
    for name in ["\u{200b}", "a\u{202e}b", "\u{feff}a"] {
        for refused in [
            all.rename("a.toml", name).map(drop),
            all.create_request("", name, &Request::default()).map(drop),
            all.create_folder("", name).map(drop),
            all.move_to("a.toml", name).map(drop),
        ] {
            let why = refused.unwrap_err().to_string();
            assert!(why.contains("invisible character U+"), "{why}");
        }
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_rename_whose_order_cannot_be_written_does_not_happen() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let all = Collections::new(root);
    let (workspace, request) = ("order = [\"b\", \"a\"]\n", "url = \"http://a/\"\n");
    put(root, "signpost.toml", workspace);
    put(root, "a.toml", request);
    put(root, "sub/c.toml", request);
    let read_only = |path: &str, yes: bool| {
        let path = root.join(path);
        let mut permissions = fs::metadata(&path).unwrap().permissions();
        permissions.set_readonly(yes);
        fs::set_permissions(&path, permissions).unwrap();
    };
    read_only("signpost.toml", true);
    let why = all.rename("a.toml", "new").unwrap_err().to_string();
    assert!(why.contains("signpost.toml") && why.contains("read-only"), "{why}");
    assert_eq!(listed(root), ["a.toml", "sub/c.toml"]);
    read_only("signpost.toml", false);
    // The name can't be written into the request: the order is as it was, too.
    read_only("a.toml", true);
    let why = all.rename("a.toml", "A new name").unwrap_err().to_string();
    assert!(why.contains("a.toml") && why.contains("read-only"), "{why}");
    assert_eq!(fs::read_to_string(root.join("signpost.toml")).unwrap(), workspace);
    // The new folder and the new name are one step.
    let why = all.relocate("a.toml", "sub", Some("A new name")).unwrap_err().to_string();
    assert!(why.contains("read-only"), "{why}");
    assert_eq!(listed(root), ["a.toml", "sub/c.toml"]);
    assert_eq!(fs::read_to_string(root.join("a.toml")).unwrap(), request);
    read_only("a.toml", false);
    assert_eq!(all.relocate("a.toml", "sub", Some("A new name")).unwrap(), "sub/A-new-name.toml");
}

#[test]
fn a_kill_in_the_middle_of_a_rename_keeps_the_place_in_the_order() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let all = Collections::new(root);
    // As a kill leaves it, before and after the file itself has its new name.
    let halfway = "order = [\n  \"a\", # first\n  \"new\",\n  \"b\",\n]\n";
    put(root, "signpost.toml", halfway);
    put(root, "b.toml", "url = \"http://b/\"\n");
    for name in ["a.toml", "new.toml"] {
        put(root, name, "url = \"http://a/\"\n");
        assert_eq!(listed(root), [name, "b.toml"]);
        fs::remove_file(root.join(name)).unwrap();
    }
    put(root, "a.toml", "url = \"http://a/\"\n");
    all.rename("a.toml", "new").unwrap();
    assert_eq!(listed(root), ["new.toml", "b.toml"]);
    all.rename("new.toml", "newer").unwrap();
    assert_eq!(listed(root), ["newer.toml", "b.toml"]);
}

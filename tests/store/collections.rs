//! Requests and folders are created, saved, renamed, copied, moved, deleted and brought back.

use std::fs;

use signpost::core::collection::Node;
use signpost::core::request::{AuthKind, Request};
use signpost::io::store::SaveError;
use signpost::io::store::collections::{ChangeError, Collections, TRASH};
use signpost::io::store::listing::list;
use signpost::io::store::workspace;

struct Place {
    folder: tempfile::TempDir,
    all: Collections,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let all = Collections::new(folder.path());
        Self { folder, all }
    }

    fn put(&self, path: &str, text: &str) {
        let path = self.folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn text(&self, path: &str) -> String {
        fs::read_to_string(self.folder.path().join(path)).unwrap()
    }

    /// The paths of all requests, as the tree shows them.
    fn listed(&self) -> Vec<String> {
        let tree = list(&workspace::load(self.folder.path()).unwrap()).tree;
        let requests = tree.lines().into_iter().filter(|line| line.node.folder().is_none());
        requests.map(|line| line.node.path.clone()).collect()
    }
}

fn to(url: &str) -> Request {
    Request { url: url.into(), ..Request::default() }
}

#[test]
fn a_request_gets_a_safe_free_name_and_keeps_its_own() {
    let place = Place::new();
    let (first, loaded) = place.all.create_request("a/b", "Say: hello?", &to("x")).unwrap();
    assert_eq!((first.as_str(), loaded.request.name.as_deref()), ("a/b/Say-hello.toml", Some("Say: hello?")));
    let (second, _) = place.all.create_request("a/b", "SAY hello", &to("x")).unwrap();
    assert_eq!(second, "a/b/SAY-hello-2.toml");
    let (plain, loaded) = place.all.create_request("", "plain", &to("x")).unwrap();
    assert_eq!((plain.as_str(), loaded.text.as_str()), ("plain.toml", "url = \"x\"\n"));
    assert_eq!(place.listed(), ["a/b/Say-hello.toml", "a/b/SAY-hello-2.toml", "plain.toml"]);
}

#[test]
fn a_conflict_shows_theirs_and_loses_neither() {
    let place = Place::new();
    place.put("r.toml", "url = \"base\" # ours\n");
    let loaded = place.all.load("r.toml").unwrap();
    place.put("r.toml", "url = \"theirs\" # ours\nnotes = \"added\"\n");
    let mine = Request { method: "POST".into(), ..loaded.request };
    let error = place.all.save("r.toml", &loaded.text, &mine).unwrap_err();
    let ChangeError::Save(SaveError::Changed { theirs, .. }) = error else { panic!("{error}") };
    assert_eq!(theirs, "url = \"theirs\" # ours\nnotes = \"added\"\n");
    assert_eq!(place.text("r.toml"), theirs);
    let saved = place.all.save("r.toml", &theirs, &mine).unwrap();
    assert_eq!(saved.text, "url = \"base\" # ours\nmethod = \"POST\"\n");
    assert_eq!(place.all.load("r.toml").unwrap(), saved);
}

#[test]
fn a_file_that_does_not_parse_is_never_overwritten() {
    let place = Place::new();
    let broken = "url = \"x\"\nmethod = = 1\n";
    place.put("r.toml", "url = \"x\"\n");
    let loaded = place.all.load("r.toml").unwrap();
    place.put("r.toml", broken);
    let over_loaded = place.all.save("r.toml", &loaded.text, &to("mine")).unwrap_err();
    assert!(matches!(over_loaded, ChangeError::Save(SaveError::Changed { .. })), "{over_loaded}");
    let over_theirs = place.all.save("r.toml", broken, &to("mine")).unwrap_err();
    let ChangeError::Broken { error, .. } = &over_theirs else { panic!("{over_theirs}") };
    assert_eq!(error.line, 2);
    assert_eq!(place.text("r.toml"), broken);
    // It may be renamed, copied and deleted, text and all.
    let renamed = place.all.rename("r.toml", "New name").unwrap();
    let copy = place.all.duplicate(&renamed).unwrap();
    assert_eq!((place.text(&renamed), place.text(&copy)), (broken.into(), broken.into()));
}

#[test]
fn a_request_that_could_not_be_read_again_is_not_written() {
    let place = Place::new();
    place.put("r.toml", "url = \"x\"\n");
    let mut request = to("x");
    request.auth.kind = AuthKind::AwsSigv4;
    request.auth.sigv4.identity = "alice".into();
    request.auth.sigv4.access_key = "AKIDEXAMPLE".into();
    let error = place.all.save("r.toml", "url = \"x\"\n", &request).unwrap_err();
    assert!(
        matches!(error, ChangeError::Unsound { .. }) && error.to_string().contains("auth.access_key"),
        "{error}"
    );
    assert_eq!(place.text("r.toml"), "url = \"x\"\n");
}

#[test]
fn renaming_moves_the_file_and_follows_in_the_order() {
    let place = Place::new();
    place.put("a/folder.toml", "order = [\n  \"two\", # first\n  \"one.toml\",\n]\n");
    place.put("a/one.toml", "url = \"1\"\n");
    place.put("a/two.toml", "name = \"Two\"\nurl = \"2\"\n");
    assert_eq!(place.all.rename("a/two.toml", "Number two").unwrap(), "a/Number-two.toml");
    assert_eq!(place.text("a/Number-two.toml"), "name = \"Number two\"\nurl = \"2\"\n");
    assert_eq!(place.text("a/folder.toml"), "order = [\n  \"Number-two\", # first\n  \"one.toml\",\n]\n");
    assert_eq!(place.all.rename("a/one.toml", "uno").unwrap(), "a/uno.toml");
    assert_eq!(place.text("a/uno.toml"), "url = \"1\"\n");
    assert_eq!(place.listed(), ["a/Number-two.toml", "a/uno.toml"]);
    let taken = place.all.rename("a/uno.toml", "NUMBER two").unwrap_err();
    assert!(matches!(taken, ChangeError::Taken(ref path) if path == "a/NUMBER-two.toml"), "{taken}");
    assert_eq!(place.all.rename("a/uno.toml", "Uno").unwrap(), "a/Uno.toml", "another case of its own name");
    assert_eq!(place.all.rename("a", "Folder A").unwrap(), "Folder-A");
    assert!(place.text("Folder-A/folder.toml").ends_with("name = \"Folder A\"\n"));
}

#[test]
fn copies_stand_beside_what_they_were_made_from() {
    let place = Place::new();
    place.put("a/r.toml", "name = \"R\"\nurl = \"x\" # kept\n");
    assert_eq!(place.all.duplicate("a/r.toml").unwrap(), "a/r-2.toml");
    assert_eq!(place.text("a/r-2.toml"), "name = \"R (2)\"\nurl = \"x\" # kept\n");
    assert_eq!(place.all.duplicate("a/r.toml").unwrap(), "a/r-3.toml");
    assert_eq!(place.all.duplicate("a").unwrap(), "a-2");
    assert_eq!(place.text("a-2/r.toml"), place.text("a/r.toml"));
    assert_eq!(place.listed().len(), 6);
}

#[test]
fn moving_never_replaces_and_never_nests_a_folder_in_itself() {
    let place = Place::new();
    place.put("a/r.toml", "url = \"a\"");
    place.put("b/r.toml", "url = \"b\"");
    assert!(matches!(place.all.move_to("a/r.toml", "b").unwrap_err(), ChangeError::Taken(_)));
    assert!(matches!(place.all.move_to("a", "a/b").unwrap_err(), ChangeError::IntoItself(_)));
    assert_eq!(place.all.move_to("a/r.toml", "").unwrap(), "r.toml");
    assert_eq!(place.all.move_to("b", "a").unwrap(), "a/b");
    assert_eq!(place.listed(), ["a/b/r.toml", "r.toml"]);
}

#[test]
fn what_was_deleted_comes_back_even_where_its_place_is_taken() {
    let place = Place::new();
    place.put("a/r.toml", "url = \"old\"");
    place.put("a/b/s.toml", "url = \"s\"");
    let request = place.all.delete("a/r.toml").unwrap();
    let folder = place.all.delete("a").unwrap();
    assert_eq!(place.listed(), [""; 0]);
    assert_eq!(place.text(&format!("{TRASH}/.gitignore")), "*\n");
    place.put("a/r.toml", "url = \"new\"");
    assert_eq!(place.all.restore(&request).unwrap(), "a/r-2.toml");
    assert_eq!(place.all.restore(&folder).unwrap(), "a-2");
    assert_eq!(place.text("a/r-2.toml"), "url = \"old\"");
    assert_eq!(place.listed(), ["a/r.toml", "a/r-2.toml", "a-2/b/s.toml"]);
    assert!(place.all.restore(&request).is_err(), "it came back once");
}

#[test]
fn a_new_folder_is_listed_and_kept_by_git() {
    let place = Place::new();
    assert_eq!(place.all.create_folder("", "My folder").unwrap(), "My-folder");
    assert_eq!(place.text("My-folder/folder.toml"), "name = \"My folder\"\n");
    assert_eq!(place.all.create_folder("My-folder", "inner").unwrap(), "My-folder/inner");
    let tree = list(&workspace::load(place.folder.path()).unwrap()).tree;
    let labels: Vec<&str> = tree.lines().iter().map(|line| line.node.label()).collect();
    assert_eq!(labels, ["My folder", "inner"]);
}

#[test]
fn no_path_leads_out_of_the_workspace() {
    let place = Place::new();
    for path in ["../x.toml", "/etc/x.toml", "a/../../x.toml", "a//b.toml", "a\\b.toml", "./x.toml"] {
        assert!(matches!(place.all.load(path).unwrap_err(), ChangeError::ValueSource(_)), "{path}");
        assert!(matches!(place.all.delete(path).unwrap_err(), ChangeError::ValueSource(_)), "{path}");
    }
    assert!(place.all.delete("").is_err());
}

/// Moves the second of a folder's nodes to its front, and gives the file that holds the order.
fn second_first(place: &Place, folder: &str, file: &str) -> String {
    let children = || {
        let root = list(&workspace::load(place.folder.path()).unwrap()).tree.root;
        let found = root.children.iter().find(|node| node.path == folder).and_then(|node| node.folder());
        found.unwrap_or(&root).children.clone()
    };
    let mut nodes = children();
    nodes.swap(0, 1);
    place.all.reorder(folder, &nodes).unwrap();
    let paths = |nodes: &[Node]| nodes.iter().map(|node| node.path.clone()).collect::<Vec<_>>();
    assert_eq!(paths(&children()), paths(&nodes));
    place.text(file)
}

#[test]
fn an_order_by_hand_names_what_it_must_and_keeps_comments_with_their_names() {
    for (before, after) in [
        ("", "order = [\"b\"]\n"),
        ("name = \"A\" # x\n", "name = \"A\" # x\norder = [\"b\"]\n"),
        ("order = [\"a\", \"b.toml\"] # y\n", "order = [\"b.toml\", \"a\"] # y\n"),
        (
            "order = [\n  \"c\", # third first\n  # above a\n  \"a.toml\", # a\n  \"gone\",\n]\n[variables]\nv = \"1\"\n",
            "order = [\n  # above a\n  \"a.toml\", # a\n  \"c\", # third first\n  \"gone\",\n]\n[variables]\nv = \"1\"\n",
        ),
        ("order = [\n  \"b\",\n  \"a\" # last\n]\n", "order = [\n  \"a\", # last\n  \"b\",\n]\n"),
    ] {
        let place = Place::new();
        for name in ["a", "b", "c"] {
            place.put(&format!("f/{name}.toml"), "url = \"x\"\n");
        }
        if !before.is_empty() {
            place.put("f/folder.toml", before);
        }
        assert_eq!(second_first(&place, "f", "f/folder.toml"), after, "{before}");
    }
    let place = Place::new();
    place.put("signpost.toml", "# Mine.\nname = \"w\"\n\n[variables]\nv = \"1\"\n");
    place.put("f/a.toml", "url = \"x\"\n");
    place.put("b.toml", "url = \"x\"\n");
    let text = second_first(&place, "", "signpost.toml");
    assert_eq!(text, "# Mine.\nname = \"w\"\norder = [\"b\"]\n\n[variables]\nv = \"1\"\n");
}

#[test]
fn an_order_in_a_file_that_cannot_be_edited_stays() {
    let place = Place::new();
    place.put("f/a.toml", "url = \"x\"\n");
    for (text, why) in [("name = \n", "valid TOML"), ("order = \"a\"\n", "isn't a list")] {
        place.put("f/folder.toml", text);
        let error = place.all.reorder("f", &[]).unwrap_err().to_string();
        assert!(
            error.starts_with("the order in f/folder.toml can't be changed") && error.contains(why),
            "{error}"
        );
        assert_eq!(place.text("f/folder.toml"), text);
    }
}

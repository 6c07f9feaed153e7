//! The private store, drafts, and the user's configuration file.

use std::fs;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use signpost::config::Proxy;
use signpost::core::credential::{Credential, Secret, SessionStore};
use signpost::core::request::{AuthKind, Request};
use signpost::core::scope::ValueSource;
use signpost::io::store::collections::Collections;
use signpost::io::store::config_file;
use signpost::io::store::dirs::Dirs;
use signpost::io::store::drafts::{Draft, Drafts};
use signpost::io::store::secrets::{ProcessSecrets, SecretStore};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

#[test]
fn secrets_and_minted_credentials_are_there_at_the_next_start() {
    let data = tempfile::tempdir().unwrap();
    let store = SecretStore::open(data.path(), "workspace-a").unwrap();
    let awkward = "a \"quoted\" 'text'\n\\ with = signs # and ü";
    store.set("alice", Secret::new(SECRET)).unwrap();
    store.set("odd.name-1", Secret::new(awkward)).unwrap();
    let minted = Credential {
        access_key: "ASIAIOSFODNN7EXAMPLE".into(),
        secret_key: Secret::new(SECRET),
        session_token: Some(Secret::new("token")),
        expires_at: Some(UNIX_EPOCH + Duration::from_secs(1_500_000_000)),
        account_id: None,
        source: "session of alice".into(),
    };
    store.set_minted("session", minted.clone()).unwrap();

    let again = SecretStore::open(data.path(), "workspace-a").unwrap();
    assert_eq!(again.get("alice"), Some(Secret::new(SECRET)));
    assert_eq!(again.get("odd.name-1"), Some(Secret::new(awkward)));
    assert_eq!(again.names(), ["alice", "odd.name-1"]);
    assert_eq!(again.minted("session"), Some(minted));
    let other = SecretStore::open(data.path(), "workspace-b").unwrap();
    assert_eq!((other.get("alice"), other.minted("session")), (None, None));

    // What another process stored meanwhile is not lost.
    again.set("bob", Secret::new("b")).unwrap();
    store.set("alice", Secret::new("new")).unwrap();
    let last = SecretStore::open(data.path(), "workspace-a").unwrap();
    assert_eq!(last.names(), ["alice", "bob", "odd.name-1"]);
    assert_eq!(last.get("alice"), Some(Secret::new("new")));
    assert!(last.minted("session").is_some());
}

#[test]
fn of_too_many_minted_credentials_those_that_ended_first_are_forgotten() {
    let store = SecretStore::in_memory();
    let minted = |seconds| Credential {
        access_key: "ASIAIOSFODNN7EXAMPLE".into(),
        secret_key: Secret::new(SECRET),
        session_token: Some(Secret::new("token")),
        expires_at: Some(UNIX_EPOCH + Duration::from_secs(seconds)),
        account_id: None,
        source: "session of alice".into(),
    };
    for round in 0..40 {
        store.set_minted(&format!("digest-{round}"), minted(1000 - round)).unwrap();
    }
    let kept: Vec<_> = (0..40).filter(|round| store.minted(&format!("digest-{round}")).is_some()).collect();
    assert_eq!(kept, (0..31).chain([39]).collect::<Vec<_>>());
    let around = ProcessSecrets::new(store, []);
    assert!(around.keep_session("digest-0", &minted(1)));
    assert_eq!(around.session("digest-0"), Some(minted(1)));
    assert!(!format!("{around:?}").contains("token"), "{around:?}");
}

#[test]
fn a_name_is_given_to_one_secret_alone() {
    let data = tempfile::tempdir().unwrap();
    let [here, there] = [0, 1].map(|_| SecretStore::open(data.path(), "id").unwrap());
    assert_eq!(here.add("a-b.token", Secret::new("first")).unwrap(), "a-b.token");
    // Another process, which has read the store before.
    assert_eq!(there.add("a-b.token", Secret::new("second")).unwrap(), "a-b.token-2");
    assert_eq!(there.add("a-b.token", Secret::new("third")).unwrap(), "a-b.token-3");
    let now = SecretStore::open(data.path(), "id").unwrap();
    let value = |name| now.get(name).unwrap().expose().to_owned();
    assert_eq!(["a-b.token", "a-b.token-2", "a-b.token-3"].map(value), ["first", "second", "third"]);
    assert!(now.add("not a name", Secret::new("x")).is_err());
}

#[test]
fn a_name_that_could_not_be_referred_to_is_refused() {
    let error = SecretStore::in_memory().set("a b", Secret::new(SECRET)).unwrap_err().to_string();
    assert!(error.contains("\"a b\"") && !error.contains(SECRET), "{error}");
}

#[test]
fn nothing_prints_a_secret() {
    let store = SecretStore::in_memory();
    store.set("alice", Secret::new(SECRET)).unwrap();
    let around = ProcessSecrets::new(store, [("AWS_SECRET_ACCESS_KEY".into(), SECRET.into())]);
    assert!(!format!("{around:?}").contains("wJalr"), "{around:?}");
    let data = tempfile::tempdir().unwrap();
    let request = data.path().join("r.toml");
    fs::write(&request, format!("# {SECRET}\nurl = \"x\"\n")).unwrap();
    let all = Collections::new(data.path());
    let loaded = all.load("r.toml").unwrap();
    let conflict = all.save("r.toml", "url = \"y\"\n", &loaded.request).unwrap_err();
    let from = Draft { base: loaded.text.clone(), ..draft("k", "") };
    let proxy = Proxy::Url(format!("http://me:{SECRET}@localhost"));
    let shown = format!("{loaded:?} {conflict:?} {conflict} {from:?} {proxy:?}");
    assert!(!shown.contains("wJalr"), "{shown}");
    let folder = data.path().join("secrets/x");
    fs::create_dir_all(&folder).unwrap();
    for broken in [format!("[secrets]\na = {SECRET}\n"), format!("secrets = \"{SECRET}\"\n")] {
        fs::write(folder.join("secrets.toml"), broken).unwrap();
        let error = SecretStore::open(data.path(), "x").unwrap_err();
        assert!(!format!("{error} {error:?}").contains("wJalr"), "{error:?}");
    }
}

#[test]
fn references_are_answered_from_store_and_environment_in_every_thread() {
    let store = SecretStore::in_memory();
    store.set("alice", Secret::new(SECRET)).unwrap();
    let around = Arc::new(ProcessSecrets::new(store, [("HOME_TOWN".into(), "Seattle".into())]));
    let outside: Arc<dyn ValueSource + Send + Sync> = around.clone();
    let thread =
        std::thread::spawn(move || (outside.secret("alice"), outside.env("HOME_TOWN"), outside.env("NO")));
    assert_eq!(thread.join().unwrap(), (Some(Secret::new(SECRET)), Some("Seattle".into()), None));
    around.secrets.set("late", Secret::new("x")).unwrap();
    assert!(around.secret("late").is_some());
}

#[cfg(unix)]
#[test]
fn the_store_is_the_users_alone() {
    use std::os::unix::fs::PermissionsExt;
    let data = tempfile::tempdir().unwrap();
    let store = SecretStore::open(data.path(), "id").unwrap();
    assert!(!data.path().join("secrets").exists(), "nothing is created before there is a secret");
    store.set("a", Secret::new("b")).unwrap();
    let [all, folder, file] =
        ["secrets", "secrets/id", "secrets/id/secrets.toml"].map(|p| data.path().join(p));
    let mode = |path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&all), mode(&folder), mode(&file)), (0o700, 0o700, 0o600));
    for path in [&all, &folder, &file] {
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    SecretStore::open(data.path(), "id").unwrap();
    assert_eq!((mode(&all), mode(&folder), mode(&file)), (0o700, 0o700, 0o600));
}

fn draft(key: &str, base: &str) -> Draft {
    let mut request = Request { url: "http://typed".into(), ..Request::default() };
    request.auth.kind = AuthKind::AwsSigv4;
    request.auth.sigv4.identity = "alice".into();
    // Half-typed: both at once is refused when saving, and kept in a draft.
    request.auth.sigv4.access_key = "AKIDEXAMPLE".into();
    Draft { key: key.into(), path: Some("a/r.toml".into()), base: base.into(), request }
}

#[test]
fn drafts_are_there_at_the_next_start_and_know_what_they_were_made_from() {
    let data = tempfile::tempdir().unwrap();
    let root = tempfile::tempdir().unwrap();
    let drafts = Drafts::new(data.path(), root.path());
    assert_eq!(drafts.read_all().0, []);
    let base = "# about\nurl = \"old\" # kept\n";
    let new = Draft { path: None, ..draft("new-1", "") };
    drafts.write(&draft("a/r.toml", "")).unwrap();
    drafts.write(&draft("a/r.toml", base)).unwrap();
    drafts.write(&new).unwrap();
    let (read, problems) = Drafts::new(data.path(), root.path()).read_all();
    assert_eq!(read, [draft("a/r.toml", base), new]);
    assert!(problems.is_empty(), "{problems:?}");
    let elsewhere = tempfile::tempdir().unwrap();
    assert_eq!(Drafts::new(data.path(), elsewhere.path()).read_all().0, []);
    drafts.remove("a/r.toml").unwrap();
    drafts.remove("a/r.toml").unwrap();
    assert_eq!(drafts.read_all().0.len(), 1);
}

#[test]
fn a_draft_that_cannot_be_read_hides_no_other() {
    let data = tempfile::tempdir().unwrap();
    let drafts = Drafts::new(data.path(), data.path());
    drafts.write(&draft("k", "")).unwrap();
    let folder = fs::read_dir(data.path().join("drafts")).unwrap().next().unwrap().unwrap().path();
    fs::write(folder.join("bad.toml"), "key = ").unwrap();
    fs::write(folder.join(".half.tmp"), "key = ").unwrap();
    let (read, problems) = drafts.read_all();
    assert_eq!((read.len(), problems.len()), (1, 1));
    assert!(problems[0].to_string().contains("bad.toml"), "{}", problems[0]);
}

#[test]
fn the_configuration_is_found_and_its_paths_lie_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let dirs = Dirs {
        data: folder.path().join("data"),
        config: folder.path().join("config"),
        logs: folder.path().join("logs"),
    };
    let absent = config_file::load(None, Some(&dirs));
    assert_eq!((absent.config, absent.path), (signpost::config::Config::default(), None));
    assert!(absent.problems.is_empty());
    let named = folder.path().join("other.toml");
    let missing = config_file::load(Some(&named), Some(&dirs));
    assert!(missing.problems[0].message.contains("couldn't be read"), "{missing:?}");
    fs::create_dir(&dirs.config).unwrap();
    fs::write(dirs.config_file(), "[network]\nca_files = [\"ca.pem\", \"/etc/ca.pem\"]\nproxi = \"\"\n")
        .unwrap();
    let loaded = config_file::load(None, Some(&dirs));
    assert_eq!(loaded.config.network.ca_files, [dirs.config.join("ca.pem"), "/etc/ca.pem".into()]);
    assert_eq!(loaded.path, Some(dirs.config_file()));
    assert_eq!((loaded.problems.len(), loaded.problems[0].line), (1, 3));
}

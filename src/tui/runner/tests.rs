use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use super::*;
use crate::config::Config;
use crate::config::key::KeySequence;
use crate::config::theme::ThemeName;
use crate::core::aws_environment::AwsEnvironment;
use crate::core::document::{Kind, Layout};
use crate::core::trust::{Flow, PrivateRead, Trust};
use crate::engine::Handle;
use crate::io::store::aws_files::AwsStore;
use crate::io::store::secrets::{ProcessSecrets, SecretStore};
use crate::io::store::trust::TrustStore;
use crate::tui::disk::{self, Disk};
use crate::tui::effect::{DiskEffect, Effect};
use crate::tui::model::Model;
use crate::tui::model::overlay::Overlay;
use crate::tui::update::update;

/// The screen as the loop runs it, without a terminal: real runner, disk and engine.
struct Live {
    model: Model,
    /// Dropped before the disk, whose thread may wait for the screen.
    msgs: mpsc::Receiver<Msg>,
    runner: Runner,
    disk: Disk,
}

impl Live {
    /// Opens a workspace. `waiting` is how many messages may wait for the screen; while as many do,
    /// the disk's thread is held.
    fn open(root: &Path, data: Option<&Path>, secrets: SecretStore, waiting: usize) -> Self {
        let trust_store = TrustStore::new(data.map(Path::to_owned));
        let workspace = crate::io::store::workspace::load_or_bare(root);
        trust_store.made_here(&workspace).expect("the data folder can be written");
        Self::trusted(root, data, secrets, Trust::MadeHere, waiting)
    }

    /// The same, trusted this far.
    fn trusted(root: &Path, data: Option<&Path>, secrets: SecretStore, trust: Trust, waiting: usize) -> Self {
        let (workspace, nodes) = disk::load_workspace(root);
        assert_eq!(workspace.problems, []);
        let trust_store = TrustStore::new(data.map(Path::to_owned));
        let secrets = ProcessSecrets::of_process(secrets);
        let cache = Arc::new(WorkspaceCache::new(workspace.clone(), secrets, trust, trust_store));
        let (sender, msgs) = mpsc::channel(waiting);
        let disk = Disk::start(Arc::clone(&cache), data, sender.clone());
        let runner = Runner::new(Engine::new(Arc::new(SystemTime::now)), cache, sender);
        let now = SystemTime::now();
        let model = Model::new(Config::default(), ThemeName::Dark, workspace.clone(), (140, 40), now);
        let mut live = Self { model, msgs, runner, disk };
        live.tell(Msg::Listed { workspace: Box::new(workspace), nodes });
        live
    }

    /// Takes a message as the loop does.
    fn tell(&mut self, msg: Msg) {
        let mut known = std::collections::VecDeque::from([msg]);
        while let Some(msg) = known.pop_front() {
            for effect in update(&mut self.model, msg, SystemTime::now()) {
                match effect {
                    Effect::Screen(effect) => panic!("there is no terminal for {effect:?}"),
                    Effect::Task(effect) => known.extend(self.runner.start(effect)),
                    Effect::Disk(effect) => self.disk.ask(effect),
                }
            }
        }
    }

    fn press(&mut self, keys: &str) {
        let keys: KeySequence = keys.parse().expect("keys");
        for key in keys.keys() {
            self.tell(Msg::Key(*key));
        }
    }

    /// Takes messages until something is so.
    async fn until(&mut self, so: impl Fn(&Model) -> bool) {
        while !so(&self.model) {
            let msg = self.msgs.recv().await.expect("a message");
            self.tell(msg);
        }
    }

    fn choose_environment(&mut self, name: &str) {
        self.press("v");
        for c in name.chars() {
            self.press(&c.to_string());
        }
        self.press("enter");
        assert_eq!(self.model.environment.as_deref(), Some(name));
    }
}

/// Answers one request after another, and says each time which server was asked.
fn server(name: &'static str, asked: std::sync::mpsc::Sender<&'static str>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            read_head(&mut stream);
            // The test has ended when it does not listen.
            let _ = asked.send(name);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
        }
    });
    port
}

fn read_head(stream: &mut TcpStream) {
    let mut head = Vec::new();
    let mut piece = [0; 1024];
    while !head.windows(4).any(|bytes| bytes == b"\r\n\r\n") {
        match stream.read(&mut piece) {
            Ok(1..) => head.extend_from_slice(&piece),
            Ok(0) | Err(_) => return,
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_send_goes_where_the_screen_says_while_the_disk_is_slow() {
    let (asked, wire) = std::sync::mpsc::channel();
    let ports = ["prod", "test"].map(|name| server(name, asked.clone()));
    let folder = tempfile::tempdir().expect("a folder");
    let environments = format!(
        "name = \"w\"\n\n[environments.prod]\nport = \"{}\"\nproduction = true\n\n[environments.test]\nport = \"{}\"\n",
        ports[0], ports[1]
    );
    std::fs::write(folder.path().join("signpost.toml"), environments).expect("a workspace");
    let request = "method = \"GET\"\nurl = \"http://127.0.0.1:{{port}}/\"\n";
    std::fs::write(folder.path().join("a.toml"), request).expect("a request");
    let mut live = Live::open(folder.path(), None, SecretStore::in_memory(), 1);
    live.until(|model| model.shown().is_some()).await;
    live.choose_environment("prod");
    live.until(|model| model.shown().is_some_and(|open| open.scope.get("port").is_some())).await;
    // The first of these waits to be read, the second for the first, and all else for both.
    live.disk.ask(DiskEffect::List);
    live.disk.ask(DiskEffect::List);

    live.choose_environment("test");
    live.press("f5");
    assert!(live.model.overlays.is_empty(), "a test environment needs no confirmation");
    assert_eq!(wire.recv().expect("a request"), "test");

    live.choose_environment("prod");
    live.press("f5");
    assert!(!live.model.overlays.is_empty(), "production is asked for");
    assert!(wire.try_recv().is_err(), "nothing is sent before it is confirmed");
    live.press("y");
    assert_eq!(wire.recv().expect("a request"), "prod");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_workspace_from_elsewhere_sends_nothing_private_before_its_user_says_yes() {
    let (asked, wire) = std::sync::mpsc::channel();
    let port = server("asked", asked);
    let folder = tempfile::tempdir().expect("a folder");
    let (root, data) = (folder.path().join("clone"), folder.path().join("data"));
    std::fs::create_dir(&root).expect("a folder");
    std::fs::write(root.join("signpost.toml"), "").expect("a workspace");
    for (file, variable) in [("a.toml", "PATH"), ("b.toml", "NOT_SET_ANYWHERE")] {
        let header = format!("headers = [{{ name = \"x\", value = \"{{{{env:{variable}}}}}\" }}]");
        let request = format!("url = \"http://127.0.0.1:{port}/\"\n{header}\n");
        std::fs::write(root.join(file), request).expect("a request");
    }
    let question = |model: &Model| match model.overlays.last() {
        Some(Overlay::Trust(question)) => Some((**question).clone()),
        _ => None,
    };
    let open = || Live::trusted(&root, Some(&data), SecretStore::in_memory(), Trust::default(), 8);
    let mut live = open();
    live.until(|model| model.shown().is_some()).await;
    live.press("f5");
    live.until(|model| question(model).is_some_and(|question| question.complete)).await;
    let to = format!("http://127.0.0.1:{port}");
    let flows =
        ["NOT_SET_ANYWHERE", "PATH"].map(|name| Flow { to: to.clone(), read: PrivateRead::Env(name.into()) });
    assert_eq!(question(&live.model).expect("a question").flows, flows.into_iter().collect());

    live.press("enter");
    assert!(question(&live.model).is_some(), "enter alone trusts nobody");
    live.press("n");
    live.press("f5");
    live.until(|model| question(model).is_some_and(|question| question.complete)).await;
    assert!(wire.try_recv().is_err(), "nothing has left");
    live.press("y");
    live.until(|model| model.exchange().is_some_and(|exchange| exchange.record.head.is_some())).await;
    assert_eq!(wire.recv().expect("a request"), "asked");

    // It is remembered.
    let workspace = crate::io::store::workspace::load_or_bare(&root);
    let (trust, _) = TrustStore::new(Some(data.clone())).open(&workspace).expect("no secrets");
    assert!(matches!(trust, Trust::Allowed(flows) if flows.len() == 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_that_is_picked_goes_nowhere_in_a_workspace_from_elsewhere_before_its_user_says_yes() {
    let (asked, wire) = std::sync::mpsc::channel();
    let port = server("asked", asked);
    let folder = tempfile::tempdir().expect("a folder");
    let (root, aws) = (folder.path().join("clone"), folder.path().join(".aws"));
    std::fs::create_dir(&root).expect("a folder");
    std::fs::create_dir(&aws).expect("a folder");
    std::fs::write(root.join("signpost.toml"), "").expect("a workspace");
    std::fs::write(root.join("a.toml"), format!("url = \"http://127.0.0.1:{port}/\"\n")).expect("a request");
    let config = "[profile prod]\nregion = eu-west-1\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n\
                  aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n";
    std::fs::write(aws.join("config"), config).expect("a profile");
    let data = folder.path().join("data");
    let mut live = Live::trusted(&root, Some(&data), SecretStore::in_memory(), Trust::default(), 8);
    let home = [("HOME".to_owned(), folder.path().display().to_string())];
    live.runner.engine = live.runner.engine.clone().with_aws(AwsStore::new(AwsEnvironment::new(home)));
    live.until(|model| model.shown().is_some()).await;
    live.press("I");
    live.until(|model| model.aws.profiles.len() == 1).await;
    "prod".chars().for_each(|c| live.press(&c.to_string()));
    live.press("enter");
    live.model.shown_mut().expect("a request").request.auth.sigv4.service = "execute-api".into();
    live.model.shown_mut().expect("a request").request.auth.kind = AuthKind::AwsSigv4;
    live.press("f5");
    live.until(|model| matches!(model.overlays.last(), Some(Overlay::Trust(asked)) if asked.complete)).await;
    let Some(Overlay::Trust(question)) = live.model.overlays.last() else { panic!("no question") };
    let to = format!("http://127.0.0.1:{port}");
    assert_eq!(question.flows, [Flow { to, read: PrivateRead::Profile("prod".into()) }].into());
    assert!(wire.try_recv().is_err(), "nothing has left");

    live.press("y");
    live.until(|model| model.exchange().is_some_and(|exchange| exchange.record.head.is_some())).await;
    assert_eq!(wire.recv().expect("a request"), "asked");
    let sent = live.model.exchange().and_then(|exchange| exchange.record.sent.clone()).expect("it was sent");
    let signing = sent.signing.expect("it was signed");
    assert_eq!(signing.identity.as_deref(), Some("profile prod"));
    let saved = std::fs::read_to_string(root.join("a.toml")).expect("the request");
    assert!(!saved.contains("prod"), "{saved}");
}

/// How long a key may take.
const KEY: Duration = Duration::from_millis(5);
/// Bytes of a large body.
const LARGE: usize = 100 * 1024 * 1024;

/// Sends one large body of zeros.
fn large_body() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a connection");
        read_head(&mut stream);
        let kind = "content-type: application/octet-stream\r\nconnection: close";
        let head = format!("HTTP/1.1 200 OK\r\n{kind}\r\ncontent-length: {LARGE}\r\n\r\n");
        let piece = vec![0; 1024 * 1024];
        let mut sent = stream.write_all(head.as_bytes());
        for _ in 0..LARGE / piece.len() {
            sent = sent.and_then(|()| stream.write_all(&piece));
        }
        // The test has ended when it does not read.
        let _ = sent;
    });
    port
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_do_not_wait_for_the_lock_of_another_process_or_a_large_body() {
    let folder = tempfile::tempdir().expect("a folder");
    let (root, data) = (folder.path().join("workspace"), folder.path().join("data"));
    std::fs::create_dir(&root).expect("a folder");
    std::fs::write(root.join("signpost.toml"), "id = \"0123456789abcdef\"\n").expect("a workspace");
    let request = format!("method = \"GET\"\nurl = \"http://127.0.0.1:{}/\"\n", large_body());
    std::fs::write(root.join("a.toml"), request).expect("a request");
    let secrets = SecretStore::open(&data, "0123456789abcdef").expect("a store");
    let private = data.join("secrets/0123456789abcdef");
    std::fs::create_dir_all(&private).expect("a folder");
    let lock = std::fs::File::create(private.join("lock")).expect("the lock's file");
    lock.lock().expect("the lock");
    let mut live = Live::open(&root, Some(&data), secrets, 64);
    live.until(|model| model.shown().is_some()).await;
    live.press("f5");
    let (path, name, secret) = ("a.toml".into(), "held".into(), crate::core::credential::Secret::new("zyx"));
    live.disk.ask(DiskEffect::KeepSecret { path, field: None, name, secret });
    live.press("2 enter");

    let mut times = Vec::new();
    while live.model.exchange().is_some_and(|exchange| exchange.record.is_under_way()) {
        for key in ["x", "backspace"] {
            let start = Instant::now();
            live.press(key);
            times.push(start.elapsed());
        }
        let msg = live.msgs.recv().await.expect("a message");
        live.tell(msg);
    }
    assert_eq!(live.model.exchange().expect("a send").document.bytes.len(), LARGE);
    assert!(!live.model.secrets.contains("held"), "the lock is still held");
    times.sort();
    let median = times[times.len() / 2];
    assert!(times.len() > 100 && median < KEY, "{median:?} of {}", times.len());
    drop(lock);
    live.until(|model| model.secrets.contains("held")).await;
}

#[tokio::test]
async fn a_bug_in_a_task_is_a_message_and_the_rest_goes_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut live = Live::open(folder.path(), None, SecretStore::in_memory(), 8);
    let end = Event::End(Box::new(internal_error()));
    let id = live.model.next_id();
    live.runner.follow(id, Handle::start(end, |_| async { panic!("asked to") }));
    let Some(Msg::Send { id: ended, report: Report::End(end) }) = live.msgs.recv().await else {
        panic!("no end")
    };
    assert_eq!(ended, id);
    assert!(matches!(&end.outcome, Outcome::Network(problem) if problem.message.contains("this is a bug")));
    live.runner.aside("being tested", || panic!("asked to"));
    let Some(Msg::Failed(words)) = live.msgs.recv().await else { panic!("no message") };
    assert!(words.contains("failed being tested") && words.contains("bug"), "{words}");
    live.disk.ask(DiskEffect::List);
    assert!(matches!(live.msgs.recv().await, Some(Msg::Listed { .. })));
}

#[tokio::test]
async fn one_text_of_a_body_is_copied_at_a_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut live = Live::open(folder.path(), None, SecretStore::in_memory(), 8);
    let body = BodyView::from(b"{\"a\": 1}".to_vec());
    let index = Arc::new(Index::build(&body, Kind::Json, Layout::Pretty, None, &AtomicBool::new(false)));
    let copies = [
        TaskEffect::CopySelection { body: body.clone(), index, bytes: 0..4, mask: true },
        TaskEffect::CopyBody { body, index: None },
    ];
    let running = Arc::clone(&live.runner.copying);
    for copy in &copies {
        assert!(matches!(live.runner.start(copy.clone()), Some(Msg::Failed(_))), "{copy:?}");
    }
    drop(running);
    for (copy, what) in copies.into_iter().zip(["The selection", "The body"]) {
        assert_eq!(live.runner.start(copy), None);
        let copied = live.msgs.recv().await;
        assert!(matches!(&copied, Some(Msg::CopyText { what: named, .. }) if named == what), "{copied:?}");
    }
}

//! Sends whose credential needs a login, with a local cloud's Identity Center. Whoever logs in is the
//! test.

use std::io::{Read as _, Write as _};

use signpost::cloud::{self, Listing, Running, Setup};
use signpost::core::aws_environment::AwsEnvironment;
use signpost::core::aws_identity::AwsIdentity;
use signpost::core::question::Asked;
use signpost::engine::LoginWay;
use signpost::io::store::aws_files::AwsStore;
use tempfile::TempDir;

use super::expired::first_question;
use super::sessions::signed_by;
use super::*;

const CLOUD: &str = r#"
[sso]
user = "carol"
assignments = [{ role = "worker" }, { role = "auditor" }]
[[accounts]]
id = "123456789012"
[[accounts.roles]]
name = "worker"
trust = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"ec2.amazonaws.com"}}}'
[[accounts.roles]]
name = "auditor"
trust = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"ec2.amazonaws.com"}}}'
"#;

struct World {
    cloud: Running<Listing>,
    home: TempDir,
    engine: Engine,
}

impl World {
    async fn new() -> Self {
        let setup = Setup { config: CLOUD.to_owned(), ..Setup::default() };
        let cloud = cloud::load(setup).await.unwrap();
        let home = tempfile::tempdir().unwrap();
        std::fs::create_dir(home.path().join(".aws")).unwrap();
        let profile = |role: &str| {
            format!(
                "[profile {role}]\nsso_session = work\nsso_account_id = 123456789012\nsso_role_name = {role}\n"
            )
        };
        let session = "[sso-session work]\nsso_start_url = https://d-1234567890.awsapps.com/start\nsso_region = us-east-1\n";
        let config = format!("{session}{}{}", profile("worker"), profile("auditor"));
        std::fs::write(home.path().join(".aws/config"), config).unwrap();
        let endpoint = cloud.info().endpoint.clone();
        let variables = [("HOME", home.path().display().to_string()), ("AWS_ENDPOINT_URL", endpoint)];
        let variables = variables.map(|(name, value)| (name.to_owned(), value));
        let store = AwsStore::new(AwsEnvironment::new(variables));
        let engine = engine(TransportSettings::default()).with_aws(store);
        Self { cloud, home, engine: engine.with_login(LoginWay::DeviceCode) }
    }

    fn job(&self, profile: &str, url: &str) -> Job {
        let who = AwsIdentity::Profile(profile.into());
        let mut job = signed_by(&who.name(), "lambda", url, Vec::new());
        job.add_identity(&who);
        job
    }

    /// Presses the button of a page.
    async fn log_in(&self, page: &str) {
        let page: url::Url = page.parse().unwrap();
        let address = self.cloud.address();
        let press = move || {
            let mut stream = std::net::TcpStream::connect(address).unwrap();
            let target = format!("{}?{}", page.path(), page.query().unwrap());
            let head = format!(
                "POST {target} HTTP/1.1\r\nhost: {address}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            );
            stream.write_all(head.as_bytes()).unwrap();
            let mut response = String::new();
            stream.read_to_string(&mut response).unwrap();
            assert!(response.contains("Request approved"), "{response}");
        };
        tokio::task::spawn_blocking(press).await.unwrap();
    }
}

/// The next question, or the end of the send.
async fn question(handle: &mut SendHandle) -> Result<Asked, End> {
    loop {
        match handle.events.recv().await.expect("an end") {
            Event::Ask(asked) => return Ok(asked),
            Event::End(end) => return Err(*end),
            _ => {}
        }
    }
}

#[test]
fn ten_sends_of_two_roles_need_one_login() {
    let origin = Origin::answering((0..10).map(|_| OK.to_vec()));
    runtime().block_on(async {
        let world = World::new().await;
        let (asked, mut questions) = tokio::sync::mpsc::channel(10);
        let sends: Vec<_> = (0..10)
            .map(|at| {
                let profile = if at % 2 == 0 { "worker" } else { "auditor" };
                let mut handle = world.engine.open(world.job(profile, &origin.url("/")));
                let asked = asked.clone();
                tokio::spawn(async move {
                    loop {
                        match question(&mut handle).await {
                            Ok(question) => asked.send(question).await.unwrap(),
                            Err(end) => return end.outcome,
                        }
                    }
                })
            })
            .collect();
        drop(asked);
        let first = questions.recv().await.unwrap();
        let Question::OpenUrl { session, url, code, .. } = first.question else { panic!("{first:?}") };
        assert_eq!((session.as_str(), code.len()), ("the SSO session `work`", 9));
        world.log_in(&url).await;
        for send in sends {
            assert_eq!(send.await.unwrap(), Outcome::Answered);
        }
        assert!(questions.recv().await.is_none(), "one login is enough");
        let files = std::fs::read_dir(world.home.path().join(".aws/sso/cache")).unwrap();
        let tokens =
            files.filter(|file| file.as_ref().unwrap().path().extension().is_some_and(|e| e == "json"));
        assert_eq!(tokens.count(), 1);
    });
}

#[test]
fn whoever_declines_to_log_in_sends_nothing() {
    let origin = Origin::answering([]);
    runtime().block_on(async {
        let world = World::new().await;
        let mut handle = world.engine.open(world.job("worker", &origin.url("/")));
        let asked = question(&mut handle).await.unwrap();
        let answer = Answer::Declined { message: "not now".into(), hint: String::new() };
        handle.commands.send(Command::Answer { id: asked.id, answer }).await.unwrap();
        let end = question(&mut handle).await.unwrap_err();
        let Outcome::NotSent(problems) = end.outcome else { panic!("{:?}", end.outcome) };
        assert_eq!(problems[0].message, "not now");
    });
    assert_eq!(origin.connections(), 0);
}

#[test]
fn a_login_that_is_declined_ends_every_send_that_waits_for_it() {
    let origin = Origin::answering([]);
    runtime().block_on(async {
        let world = World::new().await;
        let mut sends =
            ["worker", "auditor"].map(|role| world.engine.open(world.job(role, &origin.url("/"))));
        // The runtime has one worker, which polls a send from its stage to the wait for the login.
        for send in &mut sends {
            assert!(matches!(send.events.recv().await, Some(Event::Stage(_))));
        }
        let (asked, at) = first_question(&mut sends).await;
        let answer = Answer::Declined { message: "not now".into(), hint: String::new() };
        sends[at].commands.send(Command::Answer { id: asked.id, answer }).await.unwrap();
        for mut send in sends {
            let end = question(&mut send).await.expect_err("nobody is asked again");
            let Outcome::NotSent(problems) = end.outcome else { panic!("{:?}", end.outcome) };
            assert_eq!(problems[0].message, "not now");
        }
    });
    assert_eq!(origin.connections(), 0);
}

#[test]
fn a_send_that_is_cancelled_leaves_the_login_to_the_next_one() {
    let origin = Origin::answering([OK.to_vec()]);
    runtime().block_on(async {
        let world = World::new().await;
        let mut first = world.engine.open(world.job("worker", &origin.url("/")));
        question(&mut first).await.unwrap();
        let mut second = world.engine.open(world.job("worker", &origin.url("/")));
        drop(first);
        let asked = question(&mut second).await.unwrap();
        let Question::OpenUrl { url, .. } = asked.question else { panic!("{asked:?}") };
        world.log_in(&url).await;
        assert_eq!(question(&mut second).await.unwrap_err().outcome, Outcome::Answered);
    });
}

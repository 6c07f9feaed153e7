//! The state folder: what is in it is there again, and nobody else's change is written over.

use std::fs;
use std::path::Path;

use signpost::cloud::{self, Setup};
use signpost::core::credential::Credential;

use super::accounts::{HOME, TWO_ACCOUNTS, error, minted};
use super::client::Draft;
use super::function_support::Site;

async fn open(folder: &Path, config: &str) -> Site {
    let setup = Setup { config: config.to_owned(), state: Some(folder.to_owned()), ..Setup::default() };
    Site(cloud::load(setup).await.unwrap_or_else(|error| panic!("{error:?}")))
}

async fn arn(site: &Site, who: &Credential) -> String {
    site.sts(who, "GetCallerIdentity", &[]).await.xml("Arn").to_owned()
}

#[tokio::test]
async fn the_whole_state_is_restored() {
    let folder = tempfile::tempdir().unwrap();
    let site = open(folder.path(), TWO_ACCOUNTS).await;
    let (admin, alice) = (site.user(HOME, "admin"), site.user(HOME, "alice"));
    let role = [("RoleArn", "arn:aws:iam::123456789012:role/caller"), ("RoleSessionName", "me")];
    let session = minted(&site.sts(&alice, "AssumeRole", &role).await);
    assert_eq!(site.iam(&admin, "CreateUser", &[("UserName", "bob")]).await.status, 200);
    assert_eq!(site.iam(&admin, "DeleteUser", &[("UserName", "bob")]).await.status, 200);
    assert_eq!(site.iam(&admin, "CreateUser", &[("UserName", "eve")]).await.status, 200);
    for (sid, action) in [("a", "lambda:InvokeFunctionUrl"), ("b", "lambda:InvokeFunction")] {
        let statement = format!(
            r#"{{"StatementId":"{sid}","Action":"{action}","Principal":"arn:aws:iam::123456789012:user/alice"}}"#
        );
        let added = site.lambda(&admin, "POST", "2015-03-31/functions/hello/policy", &statement).await;
        assert_eq!(added.status, 201);
    }
    drop(site);

    // Of a known function the declaration says what stands behind it, of a known account nothing.
    let changed = TWO_ACCOUNTS.replace("name = \"hello\"", "name = \"hello\"\nhandler = \"echo\"");
    let changed = changed.replace("name = \"alice\"", "name = \"mallory\"");
    let site = open(folder.path(), &changed).await;
    assert_eq!(arn(&site, &session).await, "arn:aws:sts::123456789012:assumed-role/caller/me");
    assert_eq!(arn(&site, &alice).await, "arn:aws:iam::123456789012:user/alice");
    let answer = site.send(&site.url("hello", "/").signed(&alice)).await;
    assert!(answer.status == 200 && answer.body.contains("requestContext"), "{answer:?}");
    let names = site.iam(&admin, "ListUsers", &[]).await;
    let names: Vec<_> =
        names.body.split("<UserName>").skip(1).filter_map(|rest| rest.split('<').next()).collect();
    assert_eq!(names, ["admin", "alice", "eve"]);
}

#[tokio::test]
async fn the_role_of_an_instance_is_one_of_the_saved_account_or_there_is_a_warning() {
    let folder = tempfile::tempdir().unwrap();
    let site = open(folder.path(), TWO_ACCOUNTS).await;
    let trust = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}}"#;
    let role = [("RoleName", "made-later"), ("AssumeRolePolicyDocument", trust)];
    assert_eq!(site.iam(&site.user(HOME, "admin"), "CreateRole", &role).await.status, 200);
    drop(site);

    let with = |role: &str| format!("[instance]\nrole = \"{role}\"\naccount = \"{HOME}\"\n{TWO_ACCOUNTS}");
    drop(open(folder.path(), &with("made-later")).await);
    // The saved account doesn't take over a role that is declared now.
    let declared = format!(
        "[[accounts.roles]]\nname = \"new\"\ntrust = '{trust}'\n[[accounts.users]]\nname = \"admin\""
    );
    let config = with("new").replacen("[[accounts.users]]\nname = \"admin\"", &declared, 1);
    assert!(config.contains("name = \"new\""), "{config}");
    let site = open(folder.path(), &config).await;
    let [problem] = site.0.info().missing_roles() else { panic!("no warning") };
    assert_eq!((problem.line, problem.key.as_str()), (2, "instance.role"));
    assert!(problem.message.contains("role `new` doesn't exist"), "{problem:?}");
    drop(site);

    // Another account, which the folder doesn't have, is declared whole.
    let config = config.replacen(&format!("account = \"{HOME}\""), "account = \"999999999999\"", 1);
    let config = format!("{config}\n[[accounts]]\nid = \"999999999999\"\n");
    let setup = Setup { config, state: Some(folder.path().to_owned()), ..Setup::default() };
    let Err(cloud::Error::Config(problems)) = cloud::load(setup).await else { panic!("it was accepted") };
    assert_eq!((problems[0].line, problems[0].key.as_str()), (2, "instance.role"));
}

#[tokio::test]
async fn a_deleted_role_gives_no_credentials_and_the_cloud_starts_again() {
    let folder = tempfile::tempdir().unwrap();
    let trust = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":["ec2.amazonaws.com","ecs-tasks.amazonaws.com"]},"Action":"sts:AssumeRole"}}"#;
    let config = format!(
        "[instance]\nrole = \"worker\"\n[container]\nrole = \"worker\"\n[sso]\nassignments = [{{ role = \"worker\" }}]\n\
         [[accounts]]\nid = \"{HOME}\"\n[[accounts.users]]\nname = \"admin\"\n\
         attached = [\"arn:aws:iam::aws:policy/AdministratorAccess\"]\n\
         [[accounts.roles]]\nname = \"worker\"\ntrust = '{trust}'\n"
    );
    let site = open(folder.path(), &config).await;
    let admin = site.user(HOME, "admin");
    assert!(site.0.info().missing_roles().is_empty());
    assert_eq!(site.iam(&admin, "DeleteRole", &[("RoleName", "worker")]).await.status, 200);
    drop(site);

    let site = open(folder.path(), &config).await;
    let keys: Vec<_> = site.0.info().missing_roles().iter().map(|problem| problem.key.as_str()).collect();
    assert_eq!(keys, ["instance.role", "container.role", "sso.assignments[0].role"]);
    let fetch = async |method: &str, path: &str, headers: &[(&str, &str)]| {
        let mut draft = Draft::new(method, format!("{}{path}", site.0.info().endpoint), "none");
        draft.headers = headers.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        site.send(&draft).await
    };
    let token = fetch("PUT", "/latest/api/token", &[("x-aws-ec2-metadata-token-ttl-seconds", "60")]).await;
    let with = [("x-aws-ec2-metadata-token", token.body.as_str())];
    let roles = fetch("GET", "/latest/meta-data/iam/security-credentials/", &with).await;
    assert_eq!(roles.status, 404);
    let container = fetch("GET", "/v2/credentials", &[]).await;
    assert!(container.status == 400 && container.body.contains("unable to assume the role 'worker'"));

    let role = [("RoleName", "worker"), ("AssumeRolePolicyDocument", trust)];
    assert_eq!(site.iam(&admin, "CreateRole", &role).await.status, 200);
    assert_eq!(fetch("GET", "/v2/credentials", &[]).await.status, 200);
}

#[tokio::test]
async fn a_change_on_disk_is_not_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let site = open(folder.path(), TWO_ACCOUNTS).await;
    let admin = site.user(HOME, "admin");
    let file = folder.path().join("state.toml");
    let theirs = format!("{}# theirs\n", fs::read_to_string(&file).unwrap());
    fs::write(&file, &theirs).unwrap();
    let answer = site.iam(&admin, "CreateUser", &[("UserName", "bob")]).await;
    assert_eq!(error(&answer), (500, "ServiceFailure"));
    assert!(answer.xml("Message").contains("state.toml has changed on disk"), "{answer:?}");
    assert_eq!(fs::read_to_string(&file).unwrap(), theirs);
    // Reading still works.
    assert_eq!(site.iam(&admin, "GetUser", &[("UserName", "alice")]).await.status, 200);
}

#[tokio::test]
async fn a_change_that_cannot_be_saved_is_not_made() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    let site = open(&state, TWO_ACCOUNTS).await;
    let (admin, alice) = (site.user(HOME, "admin"), site.user(HOME, "alice"));
    let aside = folder.path().join("aside");
    fs::rename(&state, &aside).unwrap();
    let bob = [("UserName", "bob")];
    let refused = site.iam(&admin, "CreateUser", &bob).await;
    assert_eq!(error(&refused), (500, "ServiceFailure"));
    assert!(
        refused.xml("Message").starts_with("The change couldn't be saved and was not made: "),
        "{refused:?}"
    );
    assert_eq!(error(&site.iam(&admin, "GetUser", &bob).await), (404, "NoSuchEntity"));
    // Nor is any other kind of change.
    let alice_s = [("UserName", "alice")];
    assert_eq!(site.iam(&admin, "CreateAccessKey", &alice_s).await.status, 500);
    assert_eq!(site.iam(&admin, "ListAccessKeys", &alice_s).await.body.matches("<member>").count(), 1);
    assert_eq!(site.sts(&alice, "GetSessionToken", &[]).await.status, 500);
    let concurrency = "2017-10-31/functions/hello/concurrency";
    let body = r#"{"ReservedConcurrentExecutions":7}"#;
    let refused = site.lambda(&admin, "PUT", concurrency, body).await;
    assert_eq!((refused.status, refused.header("x-amzn-errortype")), (500, Some("ServiceException")));
    let read = "2019-09-30/functions/hello/concurrency";
    assert_eq!(site.lambda(&admin, "GET", read, "").await.body, "{}");
    // Once the folder is back, a retry succeeds.
    fs::rename(&aside, &state).unwrap();
    assert_eq!(site.iam(&admin, "CreateUser", &bob).await.status, 200);
    assert_eq!(site.iam(&admin, "GetUser", &bob).await.status, 200);
}

#[tokio::test]
async fn temporary_files_of_a_killed_cloud_are_removed_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let left = folder.path().join(".signpost-state.toml.Ab12Cd.tmp");
    let others = [".signpost-request.toml.Ab12Cd.tmp", "state.toml.tmp", "notes"];
    fs::write(&left, "secret = \"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\"\n").unwrap();
    for name in others {
        fs::write(folder.path().join(name), "").unwrap();
    }
    let site = open(folder.path(), "").await;
    assert!(!left.exists());
    for name in others {
        assert!(folder.path().join(name).exists(), "{name}");
    }
    drop(site);
}

#[tokio::test]
async fn a_second_cloud_on_one_folder_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let site = open(folder.path(), "").await;
    let setup = Setup { state: Some(folder.path().to_owned()), ..Setup::default() };
    let refused = cloud::load(setup).await.err().unwrap().to_string();
    let holder = format!(
        "another cloud uses {}: process {}, listening on {}",
        folder.path().display(),
        std::process::id(),
        site.0.address()
    );
    assert_eq!(refused, holder);
    drop(site);
    open(folder.path(), "").await;
}

//! The state folder: what is in it is there again, and nobody else's change is written over.

use std::fs;
use std::path::Path;

use signpost::cloud::{self, Setup};
use signpost::core::credential::Credential;

use super::accounts::{HOME, TWO_ACCOUNTS, error, minted};
use super::function_support::Site;

async fn open(folder: &Path, config: &str) -> Site {
    let setup = Setup { config: config.to_owned(), state: Some(folder.to_owned()), ..Setup::default() };
    Site(cloud::load(setup).await.unwrap_or_else(|error| panic!("{error:?}")))
}

async fn arn(site: &Site, who: &Credential) -> String {
    site.sts(who, "GetCallerIdentity", &[]).await.xml("Arn").to_owned()
}

#[tokio::test]
async fn everything_is_there_again() {
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
async fn somebody_else_s_change_stays() {
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
    // What changes nothing goes on.
    assert_eq!(site.iam(&admin, "GetUser", &[("UserName", "alice")]).await.status, 200);
}

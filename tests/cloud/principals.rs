//! Users and roles that policies name: a new one of the same name isn't trusted, as in AWS.

use signpost::core::credential::{Credential, Secret};

use super::accounts::{AWAY, HOME, TWO_ACCOUNTS, error, minted};
use super::client::Answer;
use super::function_support::Site;

const CALLER: [(&str, &str); 2] =
    [("RoleArn", "arn:aws:iam::123456789012:role/caller"), ("RoleSessionName", "me")];
const BOB: [(&str, &str); 1] = [("UserName", "bob")];
const POLICY: &str = "2015-03-31/functions/hello/policy";

async fn ok(answer: impl Future<Output = Answer>) -> Answer {
    let answer = answer.await;
    assert!((200..300).contains(&answer.status), "{answer:?}");
    answer
}

/// Creates bob with a key.
async fn create_bob(site: &Site, admin: &Credential) -> (Credential, String) {
    let created = ok(site.iam(admin, "CreateUser", &BOB)).await;
    let key = ok(site.iam(admin, "CreateAccessKey", &BOB)).await;
    let bob = Credential {
        access_key: key.xml("AccessKeyId").into(),
        secret_key: Secret::new(key.xml("SecretAccessKey")),
        session_token: None,
        expires_at: None,
        account_id: None,
        source: "test".into(),
    };
    (bob, created.xml("UserId").to_owned())
}

async fn delete_bob(site: &Site, admin: &Credential, bob: &Credential) {
    let key = [("UserName", "bob"), ("AccessKeyId", bob.access_key.as_str())];
    ok(site.iam(admin, "DeleteAccessKey", &key)).await;
    ok(site.iam(admin, "DeleteUser", &BOB)).await;
}

/// Trusts this principal to assume the role `caller`.
async fn trust(site: &Site, admin: &Credential, principal: &str) -> Answer {
    let document = format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{{"AWS":["123456789012","{principal}"]}},
        "Action":"sts:AssumeRole","Condition":{{"StringNotEquals":{{"aws:PrincipalArn":"{principal}-not"}}}}}}}}"#
    );
    let fields = [("RoleName", "caller"), ("PolicyDocument", document.as_str())];
    site.iam(admin, "UpdateAssumeRolePolicy", &fields).await
}

/// The trust policy of the role `caller`.
async fn trusted(site: &Site, admin: &Credential) -> String {
    let role = ok(site.iam(admin, "GetRole", &[("RoleName", "caller")])).await;
    let encoded = role.xml("AssumeRolePolicyDocument").to_owned();
    percent_encoding::percent_decode_str(&encoded).decode_utf8().unwrap().into_owned()
}

/// Allows this principal to call the function.
async fn permit(site: &Site, admin: &Credential, principal: &str) {
    for (sid, action) in [("a", "lambda:InvokeFunctionUrl"), ("b", "lambda:InvokeFunction")] {
        let statement = format!(r#"{{"StatementId":"{sid}","Action":"{action}","Principal":"{principal}"}}"#);
        ok(site.lambda(admin, "POST", POLICY, &statement)).await;
    }
}

#[tokio::test]
async fn a_new_user_of_a_deleted_users_name_is_not_trusted() {
    let site = Site::open(TWO_ACCOUNTS).await;
    let admin = site.user(HOME, "admin");
    let arn = "arn:aws:iam::123456789012:user/bob";
    let (bob, id) = create_bob(&site, &admin).await;
    ok(trust(&site, &admin, arn)).await;
    permit(&site, &admin, arn).await;
    minted(&site.sts(&bob, "AssumeRole", &CALLER).await);
    assert_eq!(site.hello(&bob).await, 200);
    assert!(trusted(&site, &admin).await.contains(arn), "while the user exists, the policy shows its ARN");

    delete_bob(&site, &admin, &bob).await;
    let shown = trusted(&site, &admin).await;
    let expected = format!(r#""Principal":{{"AWS":["123456789012","{id}"]}}"#);
    assert!(shown.contains(&expected) && !shown.contains(&format!("\"{arn}\"")), "{shown}");
    assert!(shown.contains(&format!("{arn}-not")), "a condition isn't a principal: {shown}");
    let policy = ok(site.lambda(&admin, "GET", POLICY, "")).await.body;
    assert!(policy.contains(&id) && !policy.contains(arn), "{policy}");

    let (bob, new_id) = create_bob(&site, &admin).await;
    assert_ne!(new_id, id);
    let refused = site.sts(&bob, "AssumeRole", &CALLER).await;
    assert_eq!(error(&refused), (403, "AccessDenied"));
    assert_eq!(site.hello(&bob).await, 403);
    // The policy has to be written again.
    ok(trust(&site, &admin, arn)).await;
    minted(&site.sts(&bob, "AssumeRole", &CALLER).await);
}

#[tokio::test]
async fn a_new_role_of_a_deleted_roles_name_is_not_trusted() {
    let site = Site::open(TWO_ACCOUNTS).await;
    let (admin, alice) = (site.user(HOME, "admin"), site.user(HOME, "alice"));
    let document = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"sts:AssumeRole"}}"#;
    let create = [("RoleName", "ops"), ("AssumeRolePolicyDocument", document)];
    let everything =
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:*","Resource":"*"}}"#;
    let put = [("UserName", "alice"), ("PolicyName", "sts"), ("PolicyDocument", everything)];
    ok(site.iam(&admin, "PutUserPolicy", &put)).await;
    let ops = [("RoleArn", "arn:aws:iam::123456789012:role/ops"), ("RoleSessionName", "me")];
    let id = ok(site.iam(&admin, "CreateRole", &create)).await.xml("RoleId").to_owned();
    permit(&site, &admin, ops[0].1).await;
    let session = minted(&site.sts(&alice, "AssumeRole", &ops).await);
    assert_eq!(site.hello(&session).await, 200);

    ok(site.iam(&admin, "DeleteRole", &[("RoleName", "ops")])).await;
    let policy = ok(site.lambda(&admin, "GET", POLICY, "")).await.body;
    assert!(policy.contains(&id) && !policy.contains("role/ops"), "{policy}");
    ok(site.iam(&admin, "CreateRole", &create)).await;
    let session = minted(&site.sts(&alice, "AssumeRole", &ops).await);
    assert_eq!(site.hello(&session).await, 403);
}

#[tokio::test]
async fn a_renamed_user_stays_trusted_and_its_old_name_is_not() {
    let site = Site::open(TWO_ACCOUNTS).await;
    let admin = site.user(HOME, "admin");
    let (bob, _) = create_bob(&site, &admin).await;
    ok(trust(&site, &admin, "arn:aws:iam::123456789012:user/bob")).await;
    let rename = [("UserName", "bob"), ("NewUserName", "robert"), ("NewPath", "/team/")];
    ok(site.iam(&admin, "UpdateUser", &rename)).await;
    assert!(trusted(&site, &admin).await.contains("\"arn:aws:iam::123456789012:user/team/robert\""));
    minted(&site.sts(&bob, "AssumeRole", &CALLER).await);
    let (other, _) = create_bob(&site, &admin).await;
    assert_eq!(error(&site.sts(&other, "AssumeRole", &CALLER).await), (403, "AccessDenied"));
}

#[tokio::test]
async fn a_policy_may_only_name_principals_that_exist() {
    let site = Site::open(TWO_ACCOUNTS).await;
    let admin = site.user(HOME, "admin");
    let (bob, id) = create_bob(&site, &admin).await;
    ok(trust(&site, &admin, &id)).await;
    minted(&site.sts(&bob, "AssumeRole", &CALLER).await);
    delete_bob(&site, &admin, &bob).await;
    for principal in [
        id.as_str(),
        "arn:aws:iam::123456789012:user/nobody",
        "arn:aws:iam::123456789012:role/nobody",
        "arn:aws:iam::123456789012:user/other/alice",
        "arn:aws:iam::210987654321:user/nobody",
    ] {
        let refused = trust(&site, &admin, principal).await;
        assert_eq!(error(&refused), (400, "MalformedPolicyDocument"), "{principal}");
        let message = refused.xml("Message").replace("&quot;", "\"");
        assert_eq!(message, format!("Invalid principal in policy: \"AWS\":\"{principal}\""));
        let statement =
            format!(r#"{{"StatementId":"x","Action":"lambda:InvokeFunction","Principal":"{principal}"}}"#);
        assert_eq!(site.lambda(&admin, "POST", POLICY, &statement).await.status, 400, "{principal}");
    }
    // What an account is like that isn't here can't be known.
    ok(trust(&site, &admin, "arn:aws:iam::999999999999:user/somebody")).await;
    ok(trust(&site, &admin, &format!("arn:aws:iam::{AWAY}:user/carol"))).await;
}

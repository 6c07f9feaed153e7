//! The metadata endpoints of an instance and a container.

use serde_json::Value;
use signpost::core::credential::{Credential, Secret};

use super::accounts::{HOME, error};
use super::client::{Answer, Draft};
use super::function_support::Site;

const TTL: &str = "x-aws-ec2-metadata-token-ttl-seconds";
const TOKEN: &str = "x-aws-ec2-metadata-token";
const ROLES: &str = "/latest/meta-data/iam/security-credentials/";
const CONTAINER: &str = "/v2/credentials";

/// Both are declared; another role trusts nobody's service.
const CONFIG: &str = r#"
[instance]
role = "worker"
[container]
role = "worker"
lifetime_seconds = 900
authorization_token = "Basic c2VjcmV0"
[[accounts]]
id = "123456789012"
[[accounts.users]]
name = "admin"
attached = ["arn:aws:iam::aws:policy/AdministratorAccess"]
[[accounts.roles]]
name = "worker"
trust = '''{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole",
  "Principal":{"Service":["ec2.amazonaws.com","ecs-tasks.amazonaws.com"]}}}'''
"#;

async fn fetch(site: &Site, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut draft = Draft::new(method, format!("{}{path}", site.0.info().endpoint), "none");
    draft.headers = headers.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    site.send(&draft).await
}

fn credential(answer: &Answer) -> Credential {
    assert_eq!(answer.status, 200, "{answer:?}");
    let body: Value = serde_json::from_str(&answer.body).unwrap();
    let text = |name: &str| body[name].as_str().unwrap().to_owned();
    Credential {
        access_key: text("AccessKeyId"),
        secret_key: Secret::new(text("SecretAccessKey")),
        session_token: Some(Secret::new(text("Token"))),
        expires_at: None,
        account_id: None,
        source: "test".into(),
    }
}

#[tokio::test]
async fn an_instance_takes_a_token_and_then_the_credentials_of_its_role() {
    let site = Site::open(CONFIG).await;
    assert_eq!(site.0.info().instance_metadata.as_ref(), Some(&site.0.info().endpoint));
    for headers in [&[][..], &[(TOKEN, "")], &[(TOKEN, "AQAEAexample")], &[(TOKEN, "ffffffffffffffff00")]] {
        let refused = fetch(&site, "GET", ROLES, headers).await;
        assert!(refused.status == 401 && refused.body.contains("<h1>401 - Unauthorized</h1>"), "{refused:?}");
    }
    for headers in [&[][..], &[(TTL, "0")], &[(TTL, "21601")], &[(TTL, "long")]] {
        assert_eq!(fetch(&site, "PUT", "/latest/api/token", headers).await.status, 400, "{headers:?}");
    }
    let forwarded = [(TTL, "60"), ("x-forwarded-for", "10.0.0.1")];
    assert_eq!(fetch(&site, "PUT", "/latest/api/token", &forwarded).await.status, 403);
    assert_eq!(fetch(&site, "POST", "/latest/api/token", &[(TTL, "60")]).await.status, 405);

    let token = fetch(&site, "PUT", "/latest/api/token", &[(TTL, "60")]).await;
    assert_eq!((token.status, token.header(TTL)), (200, Some("60")));
    let with = [(TOKEN, token.body.as_str())];
    assert_eq!(fetch(&site, "GET", ROLES, &with).await.body, "worker");
    let region = fetch(&site, "GET", "/latest/meta-data/placement/region", &with).await;
    assert_eq!(region.body, "us-east-1");
    assert_eq!(fetch(&site, "GET", &format!("{ROLES}other"), &with).await.status, 404);
    let got = fetch(&site, "GET", &format!("{ROLES}worker"), &with).await;
    let worker = credential(&got);
    let me = site.sts(&worker, "GetCallerIdentity", &[]).await;
    assert_eq!(me.xml("Arn"), "arn:aws:sts::123456789012:assumed-role/worker/i-1234567890abcdef0");
    let trace = site.trace(&got).await.to_string();
    assert!(!trace.contains(token.body.as_str()), "{trace}");

    site.advance(60).await;
    assert_eq!(fetch(&site, "GET", ROLES, &with).await.status, 401, "the token has expired");
}

#[tokio::test]
async fn credentials_are_replaced_before_they_expire() {
    let site = Site::open(CONFIG).await;
    let take = async || {
        let token = fetch(&site, "PUT", "/latest/api/token", &[(TTL, "21600")]).await;
        credential(&fetch(&site, "GET", &format!("{ROLES}worker"), &[(TOKEN, &token.body)]).await)
    };
    let first = take().await;
    site.advance(20_000).await;
    assert_eq!(take().await.access_key, first.access_key);
    site.advance(701).await;
    let second = take().await;
    assert_ne!(second.access_key, first.access_key);
    assert_eq!(site.sts(&first, "GetCallerIdentity", &[]).await.status, 200, "both are valid for a while");
    site.advance(900).await;
    assert_eq!(error(&site.sts(&first, "GetCallerIdentity", &[]).await), (403, "ExpiredToken"));
    assert_eq!(site.sts(&second, "GetCallerIdentity", &[]).await.status, 200);
}

#[tokio::test]
async fn a_container_takes_credentials_with_its_token() {
    let site = Site::open(CONFIG).await;
    let endpoint = &site.0.info().endpoint;
    assert_eq!(site.0.info().container_credentials, Some(format!("{endpoint}{CONTAINER}")));
    for headers in [&[][..], &[("authorization", "Basic other")]] {
        let refused = fetch(&site, "GET", CONTAINER, headers).await;
        assert!(refused.status == 401 && refused.body.contains("AccessDenied"), "{refused:?}");
    }
    let authorization = [("authorization", "Basic c2VjcmV0")];
    assert_eq!(fetch(&site, "POST", CONTAINER, &authorization).await.status, 405);
    let got = fetch(&site, "GET", CONTAINER, &authorization).await;
    let body: Value = serde_json::from_str(&got.body).unwrap();
    assert_eq!(body["RoleArn"], "arn:aws:iam::123456789012:role/worker");
    assert_eq!(body["AccountId"], "123456789012");
    let first = credential(&got);
    assert_eq!(site.sts(&first, "GetCallerIdentity", &[]).await.status, 200);
    site.advance(451).await;
    assert_ne!(
        credential(&fetch(&site, "GET", CONTAINER, &authorization).await).access_key,
        first.access_key
    );
}

#[tokio::test]
async fn a_role_that_does_not_trust_the_service_gives_no_credentials() {
    let site = Site::open(CONFIG).await;
    let admin = site.user(HOME, "admin");
    let trust = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"lambda.amazonaws.com"}}}"#;
    let update = [("RoleName", "worker"), ("PolicyDocument", trust)];
    assert_eq!(site.iam(&admin, "UpdateAssumeRolePolicy", &update).await.status, 200);
    let token = fetch(&site, "PUT", "/latest/api/token", &[(TTL, "60")]).await;
    let refused = fetch(&site, "GET", &format!("{ROLES}worker"), &[(TOKEN, &token.body)]).await;
    assert!(refused.body.contains("EC2 cannot assume the role worker."), "{refused:?}");
    let refused = fetch(&site, "GET", CONTAINER, &[("authorization", "Basic c2VjcmV0")]).await;
    assert_eq!(refused.status, 400, "{refused:?}");
    assert_eq!(site.iam(&admin, "DeleteRole", &[("RoleName", "worker")]).await.status, 200);
    assert_eq!(fetch(&site, "GET", ROLES, &[(TOKEN, &token.body)]).await.status, 404);
}

#[tokio::test]
async fn without_a_declaration_there_are_no_metadata_endpoints() {
    let site = Site::open(super::accounts::TWO_ACCOUNTS).await;
    assert_eq!(site.0.info().instance_metadata, None);
    let put = fetch(&site, "PUT", "/latest/api/token", &[(TTL, "60")]).await;
    assert!(put.status != 200 && fetch(&site, "GET", CONTAINER, &[]).await.status != 200, "{put:?}");
}

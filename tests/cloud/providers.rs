//! OpenID Connect providers over IAM's API, and the tokens that they let in.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::accounts::{HOME, TWO_ACCOUNTS, error, minted};
use super::function_support::Site;

const ARN: &str = "arn:aws:iam::123456789012:oidc-provider/ci.example.com/team";
const URL: (&str, &str) = ("Url", "https://ci.example.com/team");
const THUMBPRINT: &str = "cf23df2207d99a74fbe169e3eba035e633b65d94";

#[tokio::test]
async fn a_provider_is_created_changed_and_deleted() {
    let site = Site::open(TWO_ACCOUNTS).await;
    let admin = site.user(HOME, "admin");
    let arn = ("OpenIDConnectProviderArn", ARN);
    let fields = [
        URL,
        ("ClientIDList.member.1", "sts.amazonaws.com"),
        ("ThumbprintList.member.1", THUMBPRINT),
        ("Tags.member.1.Key", "team"),
        ("Tags.member.1.Value", "blue"),
    ];
    let created = site.iam(&admin, "CreateOpenIDConnectProvider", &fields).await;
    assert_eq!(created.xml("OpenIDConnectProviderArn"), ARN);
    let again = site.iam(&admin, "CreateOpenIDConnectProvider", &fields).await;
    assert_eq!(error(&again), (409, "EntityAlreadyExists"));
    assert_eq!(again.xml("Message"), "Provider with url https://ci.example.com/team already exists.");
    let listed = site.iam(&admin, "ListOpenIDConnectProviders", &[]).await;
    assert!(listed.body.contains(ARN) && listed.body.contains("oidc-provider/token.example.com"));

    for client in ["app", "app"] {
        let added =
            site.iam(&admin, "AddClientIDToOpenIDConnectProvider", &[arn, ("ClientID", client)]).await;
        assert_eq!(added.status, 200, "{added:?}");
    }
    let got = site.iam(&admin, "GetOpenIDConnectProvider", &[arn]).await;
    assert_eq!(
        (got.xml("Url"), got.body.matches("<member>app</member>").count()),
        ("ci.example.com/team", 1)
    );
    assert!(got.body.contains(THUMBPRINT) && got.xml("Key") == "team", "{got:?}");
    let gone = [arn, ("ClientID", "app")];
    assert_eq!(site.iam(&admin, "RemoveClientIDFromOpenIDConnectProvider", &gone).await.status, 200);
    let got = site.iam(&admin, "GetOpenIDConnectProvider", &[arn]).await;
    assert!(!got.body.contains("<member>app</member>"), "{got:?}");

    for _ in 0..2 {
        assert_eq!(site.iam(&admin, "DeleteOpenIDConnectProvider", &[arn]).await.status, 200);
    }
    let missing = site.iam(&admin, "GetOpenIDConnectProvider", &[arn]).await;
    assert_eq!(error(&missing), (404, "NoSuchEntity"));
    assert_eq!(missing.xml("Message"), format!("OpenIDConnect Provider not found for arn {ARN}"));
    let alice = site.user(HOME, "alice");
    let denied = site.iam(&alice, "CreateOpenIDConnectProvider", &fields).await;
    assert!(denied.xml("Message").contains(&format!("on resource: {ARN} because")), "{denied:?}");
}

#[tokio::test]
async fn an_invalid_provider_is_refused() {
    let site = Site::open(TWO_ACCOUNTS).await;
    let admin = site.user(HOME, "admin");
    for (url, code) in [
        ("ci.example.com", "ValidationError"),
        ("https://", "ValidationError"),
        ("http://ci.example.com", "InvalidInput"),
        ("HTTPS://ci.example.com", "InvalidInput"),
        ("", "ValidationError"),
    ] {
        let refused = site.iam(&admin, "CreateOpenIDConnectProvider", &[("Url", url)]).await;
        assert_eq!(error(&refused), (400, code), "{url}");
    }
    let short =
        site.iam(&admin, "CreateOpenIDConnectProvider", &[URL, ("ThumbprintList.member.1", "c")]).await;
    assert_eq!(error(&short), (400, "ValidationError"));
    let names: Vec<String> = (1..=101).map(|index| format!("ClientIDList.member.{index}")).collect();
    let many: Vec<_> = names.iter().map(|name| (name.as_str(), name.as_str())).chain([URL]).collect();
    let refused = site.iam(&admin, "CreateOpenIDConnectProvider", &many).await;
    assert_eq!(error(&refused), (409, "LimitExceeded"));
}

#[tokio::test]
async fn a_token_is_accepted_for_as_long_as_its_provider_exists() {
    let site = Site::open(TWO_ACCOUNTS).await;
    let admin = site.user(HOME, "admin");
    let trust = format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":"sts:AssumeRoleWithWebIdentity","Principal":{{"Federated":"{ARN}"}}}}}}"#
    );
    let role = [("RoleName", "ci"), ("AssumeRolePolicyDocument", trust.as_str())];
    assert_eq!(site.iam(&admin, "CreateRole", &role).await.status, 200);
    let part = |json: &str| URL_SAFE_NO_PAD.encode(json);
    let claims = r#"{"iss":"https://ci.example.com/team","aud":"app","sub":"repo:ours","exp":4000000000}"#;
    let token = format!("{}.{}.{}", part(r#"{"alg":"RS256"}"#), part(claims), part("signature"));
    let fields = [
        ("RoleArn", "arn:aws:iam::123456789012:role/ci"),
        ("RoleSessionName", "run"),
        ("WebIdentityToken", token.as_str()),
    ];
    let exchange = async || site.unsigned_query("sts", "AssumeRoleWithWebIdentity", &fields).await;
    assert_eq!(error(&exchange().await), (400, "InvalidIdentityToken"));
    let create = [URL, ("ClientIDList.member.1", "app")];
    assert_eq!(site.iam(&admin, "CreateOpenIDConnectProvider", &create).await.status, 200);
    minted(&exchange().await);
    let arn = [("OpenIDConnectProviderArn", ARN)];
    assert_eq!(site.iam(&admin, "DeleteOpenIDConnectProvider", &arn).await.status, 200);
    assert_eq!(error(&exchange().await), (400, "InvalidIdentityToken"));
}

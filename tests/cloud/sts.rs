//! Every call that mints keys, and what those keys may do.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::accounts::{AWAY, HOME, TWO_ACCOUNTS, error, minted};
use super::function_support::Site;

const CALLER: (&str, &str) = ("RoleArn", "arn:aws:iam::123456789012:role/caller");
const SESSION: (&str, &str) = ("RoleSessionName", "me");

#[tokio::test]
async fn a_role_is_assumed_and_its_session_policies_limit_it() {
    let site = Site::open(TWO_ACCOUNTS).await;
    let alice = site.user(HOME, "alice");
    assert_eq!(site.hello(&alice).await, 403);
    let answer = site.sts(&alice, "AssumeRole", &[CALLER, SESSION]).await;
    let role = minted(&answer);
    assert_eq!(answer.xml("Arn"), "arn:aws:sts::123456789012:assumed-role/caller/me");
    assert!(answer.xml("AssumedRoleId").starts_with("AROA") && answer.xml("AssumedRoleId").ends_with(":me"));
    assert_eq!(site.hello(&role).await, 200);
    let me = site.sts(&role, "GetCallerIdentity", &[]).await;
    assert_eq!(me.xml("Arn"), "arn:aws:sts::123456789012:assumed-role/caller/me");
    assert_eq!(me.xml("UserId"), answer.xml("AssumedRoleId"));

    // A session policy takes away, and never gives.
    let less = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"lambda:GetFunction","Resource":"*"}}"#;
    let answer = site.sts(&alice, "AssumeRole", &[CALLER, SESSION, ("Policy", less)]).await;
    assert_eq!(site.hello(&minted(&answer)).await, 403);
    assert!(answer.xml("PackedPolicySize").parse::<u8>().unwrap() > 0);
    let arn = ("PolicyArns.member.1.arn", "arn:aws:iam::123456789012:policy/call");
    assert_eq!(
        site.hello(&minted(&site.sts(&alice, "AssumeRole", &[CALLER, SESSION, arn]).await)).await,
        200
    );

    site.advance(3601).await;
    assert_eq!(error(&site.sts(&role, "GetCallerIdentity", &[]).await), (403, "ExpiredToken"));
}

#[tokio::test]
async fn a_role_is_assumed_by_those_it_trusts() {
    let site = Site::open(TWO_ACCOUNTS).await;
    let (alice, carol, admin) =
        (site.user(HOME, "alice"), site.user(AWAY, "carol"), site.user(HOME, "admin"));
    let denied = site.sts(&admin, "AssumeRole", &[CALLER, SESSION]).await;
    assert_eq!(error(&denied), (403, "AccessDenied"), "the trust policy does not name admin");
    assert!(denied.xml("Message").starts_with("User: arn:aws:iam::123456789012:user/admin is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::123456789012:role/caller"));
    let missing = ("RoleArn", "arn:aws:iam::123456789012:role/nobody");
    assert_eq!(error(&site.sts(&alice, "AssumeRole", &[missing, SESSION]).await), (403, "AccessDenied"));

    // Across accounts, by external id.
    assert_eq!(error(&site.sts(&carol, "AssumeRole", &[CALLER, SESSION]).await), (403, "AccessDenied"));
    let wrong = ("ExternalId", "guess");
    assert_eq!(
        error(&site.sts(&carol, "AssumeRole", &[CALLER, SESSION, wrong]).await),
        (403, "AccessDenied")
    );
    let right = ("ExternalId", "shared-secret");
    let role = minted(&site.sts(&carol, "AssumeRole", &[CALLER, SESSION, right]).await);
    assert_eq!(site.hello(&role).await, 200);

    // With a second factor.
    let mfa = ("RoleArn", "arn:aws:iam::123456789012:role/behind-mfa");
    assert_eq!(error(&site.sts(&alice, "AssumeRole", &[mfa, SESSION]).await), (403, "AccessDenied"));
    let serial = ("SerialNumber", "arn:aws:iam::123456789012:mfa/alice");
    let code = |code| ("TokenCode", code);
    let bad = site.sts(&alice, "AssumeRole", &[mfa, SESSION, serial, code("000000")]).await;
    assert!(bad.xml("Message").starts_with("MultiFactorAuthentication failed"), "{bad:?}");
    minted(&site.sts(&alice, "AssumeRole", &[mfa, SESSION, serial, code("123456")]).await);
}

#[tokio::test]
async fn durations_names_and_chains_have_limits() {
    let site = Site::open(TWO_ACCOUNTS).await;
    let alice = site.user(HOME, "alice");
    let duration = |seconds| ("DurationSeconds", seconds);
    for (fields, message) in [
        (&[CALLER, SESSION, duration("899")][..], "greater than or equal to 900"),
        (&[CALLER, SESSION, duration("43201")], "less than or equal to 43200"),
        (&[CALLER, SESSION, duration("7201")], "exceeds the MaxSessionDuration set for this role."),
        (&[CALLER, ("RoleSessionName", "a")], "length greater than or equal to 2"),
        (&[CALLER, ("RoleSessionName", "a b")], "regular expression pattern: [\\w+=,.@-]*"),
        (&[CALLER], "at 'roleSessionName' failed to satisfy constraint: Member must not be null"),
        (&[CALLER, SESSION, ("ExternalId", "x")], "length greater than or equal to 2"),
        (&[("RoleArn", "caller"), SESSION], "length greater than or equal to 20"),
    ] {
        let answer = site.sts(&alice, "AssumeRole", fields).await;
        assert_eq!(error(&answer), (400, "ValidationError"), "{fields:?}");
        assert!(answer.xml("Message").ends_with(message), "{fields:?}: {answer:?}");
    }
    let malformed = site.sts(&alice, "AssumeRole", &[CALLER, SESSION, ("Policy", "{}")]).await;
    assert_eq!(error(&malformed), (400, "MalformedPolicyDocument"));

    let role = minted(&site.sts(&alice, "AssumeRole", &[CALLER, SESSION, duration("7200")]).await);
    let long = site.sts(&role, "AssumeRole", &[CALLER, SESSION, duration("3601")]).await;
    assert!(long.xml("Message").contains("role chaining"), "{long:?}");
    minted(&site.sts(&role, "AssumeRole", &[CALLER, SESSION, duration("3600")]).await);
}

#[tokio::test]
async fn a_source_identity_stays_as_it_was_set() {
    let site = Site::open(TWO_ACCOUNTS).await;
    let (admin, alice) = (site.user(HOME, "admin"), site.user(HOME, "alice"));
    let trust = |actions: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":[{actions}],
            "Principal":{{"AWS":["arn:aws:iam::123456789012:user/alice","arn:aws:iam::123456789012:role/caller"]}}}}}}"#
        )
    };
    let set_trust = async |actions: &str| {
        let document = trust(actions);
        let fields = [("RoleName", "caller"), ("PolicyDocument", document.as_str())];
        assert_eq!(site.iam(&admin, "UpdateAssumeRolePolicy", &fields).await.status, 200);
    };
    let may = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:*","Resource":"*"}}"#;
    let put = [("RoleName", "caller"), ("PolicyName", "sts"), ("PolicyDocument", may)];
    assert_eq!(site.iam(&admin, "PutRolePolicy", &put).await.status, 200);
    set_trust(r#""sts:AssumeRole","sts:SetSourceIdentity""#).await;
    let identity = |name| ("SourceIdentity", name);
    let first = site.sts(&alice, "AssumeRole", &[CALLER, SESSION, identity("alice")]).await;
    let role = minted(&first);
    assert_eq!(first.xml("SourceIdentity"), "alice");
    let changed = site.sts(&role, "AssumeRole", &[CALLER, SESSION, identity("mallory")]).await;
    assert_eq!(error(&changed), (403, "AccessDenied"));
    let message = "User: arn:aws:sts::123456789012:assumed-role/caller/me is not authorized to perform: sts:SetSourceIdentity on resource: arn:aws:iam::123456789012:role/caller";
    assert_eq!(changed.xml("Message"), message);
    // The same once more, or none: it stays.
    for fields in [&[CALLER, SESSION, identity("alice")][..], &[CALLER, SESSION]] {
        let chained = site.sts(&role, "AssumeRole", fields).await;
        assert_eq!((chained.status, chained.xml("SourceIdentity")), (200, "alice"), "{fields:?}");
    }
    // A session that has one needs the permission to set it for every further role.
    set_trust(r#""sts:AssumeRole""#).await;
    let refused = site.sts(&role, "AssumeRole", &[CALLER, SESSION]).await;
    assert_eq!(error(&refused), (403, "AccessDenied"));
    assert!(refused.xml("Message").starts_with(message), "{refused:?}");
    minted(&site.sts(&alice, "AssumeRole", &[CALLER, SESSION]).await);
}

#[tokio::test]
async fn session_tokens_may_do_less() {
    let site = Site::open(TWO_ACCOUNTS).await;
    let admin = site.user(HOME, "admin");
    let plain = minted(&site.sts(&admin, "GetSessionToken", &[]).await);
    assert_eq!(error(&site.iam(&plain, "ListUsers", &[]).await), (403, "InvalidClientTokenId"));
    assert_eq!(
        error(&site.sts(&plain, "GetFederationToken", &[("Name", "bob")]).await),
        (403, "AccessDenied")
    );
    assert_eq!(error(&site.sts(&plain, "GetSessionToken", &[]).await), (403, "AccessDenied"));
    assert_eq!(site.sts(&plain, "GetCallerIdentity", &[]).await.status, 200);
    assert_eq!(site.hello(&plain).await, 200);

    // With a second factor IAM is open to it.
    let alice = site.user(HOME, "alice");
    let everything = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
    let put = [("UserName", "alice"), ("PolicyName", "all"), ("PolicyDocument", everything)];
    assert_eq!(site.iam(&admin, "PutUserPolicy", &put).await.status, 200);
    let mfa = [("SerialNumber", "arn:aws:iam::123456789012:mfa/alice"), ("TokenCode", "123456")];
    let strong = minted(&site.sts(&alice, "GetSessionToken", &mfa).await);
    assert_eq!(site.iam(&strong, "ListUsers", &[]).await.status, 200);
}

#[tokio::test]
async fn a_federated_user_may_do_what_user_and_session_policy_allow() {
    let site = Site::open(TWO_ACCOUNTS).await;
    let admin = site.user(HOME, "admin");
    let bob = ("Name", "bob");
    let bare = site.sts(&admin, "GetFederationToken", &[bob]).await;
    assert_eq!(bare.xml("Arn"), "arn:aws:sts::123456789012:federated-user/bob");
    assert_eq!(bare.xml("FederatedUserId"), "123456789012:bob");
    assert_eq!(site.hello(&minted(&bare)).await, 403, "no policy, no permission");
    let call =
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"lambda:*","Resource":"*"}}"#;
    let keys = minted(&site.sts(&admin, "GetFederationToken", &[bob, ("Policy", call)]).await);
    assert_eq!(site.hello(&keys).await, 200);
    assert_eq!(error(&site.iam(&keys, "ListUsers", &[]).await), (403, "InvalidClientTokenId"));
    assert_eq!(error(&site.sts(&keys, "AssumeRole", &[CALLER, SESSION]).await), (403, "AccessDenied"));
    let alice = site.user(HOME, "alice");
    let none = site.sts(&alice, "GetFederationToken", &[bob, ("Policy", call)]).await;
    assert_eq!(error(&none), (403, "AccessDenied"));
    let long = ("Name", "a-name-that-is-longer-than-32-letters");
    assert_eq!(error(&site.sts(&admin, "GetFederationToken", &[long]).await), (400, "ValidationError"));
}

/// An unsigned token of these claims.
fn token(claims: &str) -> String {
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    format!("{}.{}.{}", part(r#"{"alg":"RS256"}"#), part(claims), part("signature"))
}

#[tokio::test]
async fn a_web_identity_assumes_a_role() {
    let site = Site::open(TWO_ACCOUNTS).await;
    let assume = async |claims: &str| {
        let token = token(claims);
        let fields = [CALLER, SESSION, ("WebIdentityToken", token.as_str())];
        site.unsigned_query("sts", "AssumeRoleWithWebIdentity", &fields).await
    };
    let claims = |iss: &str, aud: &str, sub: &str, exp: u64| {
        format!(r#"{{"iss":"{iss}","aud":"{aud}","sub":"{sub}","exp":{exp}}}"#)
    };
    let (iss, aud, far) = ("https://token.example.com", "sts.amazonaws.com", 4_000_000_000);
    let good = assume(&claims(iss, aud, "repo:ours", far)).await;
    assert_eq!(site.hello(&minted(&good)).await, 200);
    assert_eq!((good.xml("SubjectFromWebIdentityToken"), good.xml("Audience")), ("repo:ours", aud));
    assert_eq!(good.xml("Provider"), "arn:aws:iam::123456789012:oidc-provider/token.example.com");
    for (claims, status, code) in [
        (claims(iss, aud, "repo:theirs", far), 403, "AccessDenied"),
        (claims("https://other.example.com", aud, "repo:ours", far), 400, "InvalidIdentityToken"),
        (claims(iss, "somebody", "repo:ours", far), 400, "InvalidIdentityToken"),
        (claims(iss, aud, "repo:ours", 1_000_000_000), 400, "ExpiredTokenException"),
        ("[]".to_owned(), 400, "InvalidIdentityToken"),
    ] {
        assert_eq!(error(&assume(&claims).await), (status, code), "{claims}");
    }
}

#[tokio::test]
async fn a_provider_with_keys_has_its_signatures_checked() {
    let keys = r#"jwks = '{"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}'"#;
    let declared = "audiences = [\"sts.amazonaws.com\"]\n";
    let site = Site::open(&TWO_ACCOUNTS.replace(declared, &format!("{declared}{keys}\n"))).await;
    let claims =
        r#"{"iss":"https://token.example.com","aud":"sts.amazonaws.com","sub":"repo:ours","exp":4000000000}"#;
    let token = token(claims);
    let fields = [CALLER, SESSION, ("WebIdentityToken", token.as_str())];
    let answer = site.unsigned_query("sts", "AssumeRoleWithWebIdentity", &fields).await;
    assert_eq!(error(&answer), (400, "InvalidIdentityToken"));
    assert!(site.0.info().unverified().is_empty());
}

#[tokio::test]
async fn sessions_follow_their_user_and_end_with_it() {
    let site = Site::open(TWO_ACCOUNTS).await;
    let (admin, alice) = (site.user(HOME, "admin"), site.user(HOME, "alice"));
    let token = minted(&site.sts(&alice, "GetSessionToken", &[]).await);
    let role = minted(&site.sts(&alice, "AssumeRole", &[CALLER, SESSION]).await);
    let rename = [("UserName", "alice"), ("NewUserName", "anna")];
    assert_eq!(site.iam(&admin, "UpdateUser", &rename).await.status, 200);
    let me = site.sts(&token, "GetCallerIdentity", &[]).await;
    assert_eq!(me.xml("Arn"), "arn:aws:iam::123456789012:user/anna");

    // Somebody who is made later under the same name is somebody else.
    let anna = [("UserName", "anna")];
    let key = [("UserName", "anna"), ("AccessKeyId", alice.access_key.as_str())];
    assert_eq!(site.iam(&admin, "DeleteAccessKey", &key).await.status, 200);
    let device = [("UserName", "anna"), ("SerialNumber", "arn:aws:iam::123456789012:mfa/alice")];
    assert_eq!(site.iam(&admin, "DeactivateMFADevice", &device).await.status, 200);
    assert_eq!(site.iam(&admin, "DeleteUser", &anna).await.status, 200);
    assert_eq!(site.iam(&admin, "CreateUser", &anna).await.status, 200);
    assert_eq!(error(&site.sts(&token, "GetCallerIdentity", &[]).await), (403, "InvalidClientTokenId"));
    assert_eq!(site.hello(&role).await, 200, "a role's session does not hang on who began it");

    let name = ("RoleName", "caller");
    let call = ("PolicyArn", "arn:aws:iam::123456789012:policy/call");
    let trust = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"sts:AssumeRole"}}"#;
    assert_eq!(site.iam(&admin, "DetachRolePolicy", &[name, call]).await.status, 200);
    assert_eq!(site.iam(&admin, "DeleteRole", &[name]).await.status, 200);
    assert_eq!(
        site.iam(&admin, "CreateRole", &[name, ("AssumeRolePolicyDocument", trust)]).await.status,
        200
    );
    assert_eq!(error(&site.sts(&role, "GetCallerIdentity", &[]).await), (403, "InvalidClientTokenId"));
}

#[tokio::test]
async fn a_payload_in_signed_pieces_is_refused_with_the_reason() {
    let site = Site::open(TWO_ACCOUNTS).await;
    let mut draft = site.url("hello", "/");
    let claimed = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
    draft.headers.push(("x-amz-content-sha256".into(), claimed.into()));
    let answer = site.send(&draft.signed(&site.user(HOME, "admin"))).await;
    assert_eq!((answer.status, answer.header("x-amzn-errortype")), (403, Some("InvalidSignatureException")));
    assert!(answer.body.contains(claimed) && answer.body.contains("Sign the whole body"), "{answer:?}");
}

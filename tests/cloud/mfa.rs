//! Virtual MFA devices: made, enabled, used and removed, and what a session with a code may do.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use signpost::core::credential::Credential;

use super::accounts::{HOME, error, minted};
use super::client::Answer;
use super::function_support::Site;

/// AWS's documented example of a seed.
const SEED: &str = "2K5K5XTLA7GGE75TQLYEXAMPLEEXAMPLEEXAMPLECHDFW4KJYZ6UFQ75LL7COCYKM";
const SERIAL: &str = "arn:aws:iam::123456789012:mfa/phone";
/// 2026-01-01T00:00:00Z, in seconds since 1970.
const START: u64 = 1_767_225_600;

/// bob has a device from the start; alice makes one. The clock stands still, a few seconds after [`START`].
const CONFIG: &str = r#"
[clock]
now = "2026-01-01T00:00:10Z"
frozen = true
[[accounts]]
id = "123456789012"
[[accounts.users]]
name = "admin"
attached = ["arn:aws:iam::aws:policy/AdministratorAccess"]
[[accounts.users]]
name = "alice"
keys = [{ access_key = "AKIAIOSFODNN7EXAMPLE", secret_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" }, {}]
[accounts.users.policies]
with-mfa = '''{"Version":"2012-10-17","Statement":[
  {"Effect":"Allow","Action":["iam:*","sts:*"],"Resource":"*"},
  {"Effect":"Deny","Action":"iam:ListUsers","Resource":"*","Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}},
  {"Effect":"Deny","Action":"iam:ListGroups","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"false"}}},
  {"Effect":"Deny","Action":"iam:ListRoles","Resource":"*","Condition":{"NumericGreaterThanIfExists":{"aws:MultiFactorAuthAge":"600"}}}]}'''
[[accounts.users]]
name = "bob"
mfa = { seed = "2K5K5XTLA7GGE75TQLYEXAMPLEEXAMPLEEXAMPLECHDFW4KJYZ6UFQ75LL7COCYKM" }
[[accounts.roles]]
name = "behind-mfa"
attached = ["arn:aws:iam::aws:policy/IAMFullAccess"]
max_session_seconds = 7200
trust = '''{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"123456789012"},
  "Action":"sts:AssumeRole","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}}'''
"#;

fn decoded(seed: &str) -> Vec<u8> {
    let digits = seed.bytes().map(|byte| if byte.is_ascii_digit() { byte - b'2' + 26 } else { byte - b'A' });
    let bits: Vec<u8> = digits.flat_map(|digit| (0..5).rev().map(move |bit| digit >> bit & 1)).collect();
    bits.chunks_exact(8).map(|byte| byte.iter().fold(0, |byte, bit| byte << 1 | bit)).collect()
}

/// The code that an authenticator app shows this many seconds after [`START`].
fn code(seed: &str, seconds: u64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &decoded(seed));
    let tag = hmac::sign(&key, &((START + seconds) / 30).to_be_bytes());
    let at = usize::from(tag.as_ref()[19] & 15);
    let four: [u8; 4] = tag.as_ref()[at..at + 4].try_into().unwrap();
    format!("{:06}", (u32::from_be_bytes(four) & 0x7fff_ffff) % 1_000_000)
}

fn message(answer: &Answer) -> (u16, &str, &str) {
    (answer.status, answer.xml("Code"), answer.xml("Message"))
}

async fn create(site: &Site, who: &Credential, name: &str) -> String {
    let created = site.iam(who, "CreateVirtualMFADevice", &[("VirtualMFADeviceName", name)]).await;
    assert_eq!(created.status, 200, "{created:?}");
    assert_eq!(created.xml("SerialNumber"), format!("arn:aws:iam::123456789012:mfa/{name}"));
    String::from_utf8(STANDARD.decode(created.xml("Base32StringSeed")).unwrap()).unwrap()
}

async fn enable(site: &Site, who: &Credential, user: &str, codes: [&str; 2]) -> Answer {
    let fields = [
        ("UserName", user),
        ("SerialNumber", SERIAL),
        ("AuthenticationCode1", codes[0]),
        ("AuthenticationCode2", codes[1]),
    ];
    site.iam(who, "EnableMFADevice", &fields).await
}

#[tokio::test]
async fn a_device_lives_as_on_aws() {
    let site = Site::open(CONFIG).await;
    let admin = site.user(HOME, "admin");
    let (serial, user) = (("SerialNumber", SERIAL), ("UserName", "alice"));
    let seed = create(&site, &admin, "phone").await;
    assert_eq!(seed.len(), 64);
    let again = site.iam(&admin, "CreateVirtualMFADevice", &[("VirtualMFADeviceName", "phone")]).await;
    let exists = "MFADevice entity at the same path and name already exists.";
    assert_eq!(message(&again), (409, "EntityAlreadyExists", exists));
    let free = site.iam(&admin, "ListVirtualMFADevices", &[("AssignmentStatus", "Unassigned")]).await;
    assert!(free.xml("SerialNumber") == SERIAL && !free.body.contains("EnableDate"), "{free:?}");
    assert!(!free.body.contains(&STANDARD.encode(&seed)), "the seed is shown once");

    let (first, second) = (code(&seed, 0), code(&seed, 30));
    let invalid = (403, "InvalidAuthenticationCode", "Authentication code for device is not valid.");
    for codes in [[&first, &first], [&second, &first], [&code(&seed, 3000), &code(&seed, 3030)]] {
        assert_eq!(message(&enable(&site, &admin, "alice", codes.map(String::as_str)).await), invalid);
    }
    let short = enable(&site, &admin, "alice", ["1", &second]).await;
    assert_eq!(error(&short), (400, "ValidationError"));
    assert_eq!(error(&enable(&site, &admin, "nobody", [&first, &second]).await), (404, "NoSuchEntity"));
    assert_eq!(enable(&site, &admin, "alice", [&first, &second]).await.status, 200);
    let twice = enable(&site, &admin, "alice", [&first, &second]).await;
    assert_eq!(message(&twice), (409, "EntityAlreadyExists", "MFA Device is already in use."));

    let listed = site.iam(&admin, "ListMFADevices", &[user]).await;
    assert_eq!((listed.xml("UserName"), listed.xml("SerialNumber")), ("alice", SERIAL));
    assert!(listed.xml("EnableDate").starts_with("2026-01-01T00:00:"), "{listed:?}");
    let assigned = site.iam(&admin, "ListVirtualMFADevices", &[("AssignmentStatus", "Assigned")]).await;
    assert!(assigned.body.contains("<Arn>arn:aws:iam::123456789012:user/alice</Arn>"), "{assigned:?}");

    let in_use = site.iam(&admin, "DeleteVirtualMFADevice", &[serial]).await;
    let message_in_use = "MFA VirtualDevice in use. Must deactivate first.";
    assert_eq!(message(&in_use), (409, "DeleteConflict", message_in_use));
    let foreign = site.iam(&admin, "DeactivateMFADevice", &[serial, ("UserName", "bob")]).await;
    assert_eq!(message(&foreign), (404, "NoSuchEntity", "MFA Device invalid for user."));
    assert_eq!(site.iam(&admin, "DeactivateMFADevice", &[serial, user]).await.status, 200);
    assert_eq!(site.iam(&admin, "DeleteVirtualMFADevice", &[serial]).await.status, 200);
    let gone = site.iam(&admin, "DeleteVirtualMFADevice", &[serial]).await;
    let no_device = format!("VirtualMFADevice with serial number {SERIAL} does not exist.");
    assert_eq!(message(&gone), (404, "NoSuchEntity", no_device.as_str()));
}

#[tokio::test]
async fn a_user_with_a_device_stays_and_takes_it_along_when_renamed() {
    let site = Site::open(CONFIG).await;
    let admin = site.user(HOME, "admin");
    let key = site.user(HOME, "bob").access_key;
    let renamed = [("UserName", "bob"), ("NewUserName", "robert")];
    assert_eq!(site.iam(&admin, "UpdateUser", &renamed).await.status, 200);
    let user = ("UserName", "robert");
    assert!(site.iam(&admin, "ListMFADevices", &[user]).await.body.contains("mfa/bob"));
    site.iam(&admin, "DeleteAccessKey", &[user, ("AccessKeyId", &key)]).await;
    let conflict = site.iam(&admin, "DeleteUser", &[user]).await;
    let first = "Cannot delete entity, must delete MFA device first.";
    assert_eq!(message(&conflict), (409, "DeleteConflict", first));
    let device = ("SerialNumber", "arn:aws:iam::123456789012:mfa/bob");
    assert_eq!(site.iam(&admin, "DeactivateMFADevice", &[user, device]).await.status, 200);
    assert_eq!(site.iam(&admin, "DeleteUser", &[user]).await.status, 200);
}

#[tokio::test]
async fn a_code_is_valid_for_its_user_in_its_time_and_once() {
    let site = Site::open(CONFIG).await;
    let (admin, bob) = (site.user(HOME, "admin"), site.user(HOME, "bob"));
    let serial = ("SerialNumber", "arn:aws:iam::123456789012:mfa/bob");
    let get =
        async |who: &Credential, fields: &[(&str, &str)]| site.sts(who, "GetSessionToken", fields).await;
    let unable = "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.";
    let invalid = "MultiFactorAuthentication failed with invalid MFA one time pass code.";
    let both =
        "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.";
    let (now, old) = (code(SEED, 0), code(SEED, 3000));
    for (who, fields, expected) in [
        (&bob, &[serial][..], both),
        (&bob, &[("TokenCode", now.as_str())], both),
        (&bob, &[serial, ("TokenCode", old.as_str())], invalid),
        (&admin, &[serial, ("TokenCode", now.as_str())], unable),
        (&bob, &[("SerialNumber", SERIAL), ("TokenCode", now.as_str())], unable),
    ] {
        assert_eq!(message(&get(who, fields).await), (403, "AccessDenied", expected));
    }
    let short = get(&bob, &[serial, ("TokenCode", "12345")]).await;
    assert!(short.status == 400 && short.xml("Message").contains("'12345' at 'tokenCode'"), "{short:?}");

    minted(&get(&bob, &[serial, ("TokenCode", &now)]).await);
    let reused = get(&bob, &[serial, ("TokenCode", &now)]).await;
    assert_eq!(message(&reused), (403, "AccessDenied", invalid), "a code is valid once");
    site.advance(30).await;
    minted(&get(&bob, &[serial, ("TokenCode", &code(SEED, 30))]).await);

    // A device that is off by five minutes, after its clock is synchronized.
    let (first, second) = (code(SEED, 330), code(SEED, 360));
    let codes = [("AuthenticationCode1", first.as_str()), ("AuthenticationCode2", second.as_str())];
    let resync = [serial, ("UserName", "bob"), codes[0], codes[1]];
    assert_eq!(site.iam(&admin, "ResyncMFADevice", &resync).await.status, 200);
    minted(&get(&bob, &[serial, ("TokenCode", &code(SEED, 390))]).await);
}

#[tokio::test]
async fn sessions_say_whether_and_when_a_code_was_given() {
    let site = Site::open(CONFIG).await;
    let admin = site.user(HOME, "admin");
    let key = site.iam(&admin, "ListAccessKeys", &[("UserName", "alice")]).await;
    assert!(key.body.contains("AKIAIOSFODNN7EXAMPLE"), "{key:?}");
    let alice = Credential {
        access_key: "AKIAIOSFODNN7EXAMPLE".into(),
        secret_key: signpost::core::credential::Secret::new("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        session_token: None,
        expires_at: None,
        account_id: None,
        source: "test".into(),
    };
    let seed = create(&site, &alice, "phone").await;
    assert_eq!(enable(&site, &alice, "alice", [&code(&seed, 0), &code(&seed, 30)]).await.status, 200);
    let list = async |who: &Credential, action: &str| site.iam(who, action, &[]).await.status;

    // Long-term keys have no such key in the context: `IfExists` matches, plain `Bool` doesn't.
    assert_eq!((list(&alice, "ListUsers").await, list(&alice, "ListGroups").await), (403, 200));
    site.advance(60).await;
    let given = code(&seed, 60);
    let fields = [("SerialNumber", SERIAL), ("TokenCode", given.as_str())];
    let session = minted(&site.sts(&alice, "GetSessionToken", &fields).await);
    assert_eq!((list(&session, "ListUsers").await, list(&session, "ListGroups").await), (200, 200));
    assert_eq!(list(&session, "ListRoles").await, 200);
    site.advance(605).await;
    assert_eq!((list(&session, "ListRoles").await, list(&session, "ListUsers").await), (403, 200));

    // The session's code counts for a role; the role's session says nothing of it.
    let role = [("RoleArn", "arn:aws:iam::123456789012:role/behind-mfa"), ("RoleSessionName", "me")];
    assert_eq!(error(&site.sts(&alice, "AssumeRole", &role).await), (403, "AccessDenied"));
    let assumed = minted(&site.sts(&session, "AssumeRole", &role).await);
    assert_eq!(list(&assumed, "ListUsers").await, 200);
    let chained = site.sts(&assumed, "AssumeRole", &role).await;
    assert_eq!(error(&chained), (403, "AccessDenied"), "MFA isn't carried on by a role");
    let long = site.sts(&session, "AssumeRole", &[role[0], role[1], ("DurationSeconds", "3601")]).await;
    assert!(long.xml("Message").contains("role chaining"), "{long:?}");
    let given = code(&seed, 661);
    let two_hours = [("SerialNumber", SERIAL), ("TokenCode", given.as_str()), ("DurationSeconds", "7200")];
    let own = site.sts(&alice, "AssumeRole", &[&role[..], &two_hours].concat()).await;
    minted(&own);
}

#[tokio::test]
async fn devices_and_used_codes_are_saved_for_their_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    let open = async || {
        let state = Some(folder.path().to_owned());
        let setup = signpost::cloud::Setup { config: CONFIG.to_owned(), state, ..Default::default() };
        Site(signpost::cloud::load(setup).await.unwrap())
    };
    let site = open().await;
    let (admin, bob) = (site.user(HOME, "admin"), site.user(HOME, "bob"));
    let given = code(SEED, 0);
    let fields = [("SerialNumber", "arn:aws:iam::123456789012:mfa/bob"), ("TokenCode", given.as_str())];
    let session = minted(&site.sts(&bob, "GetSessionToken", &fields).await);
    let seed = create(&site, &admin, "phone").await;
    drop(site);

    let site = open().await;
    assert_eq!(error(&site.sts(&bob, "GetSessionToken", &fields).await), (403, "AccessDenied"), "used");
    assert_eq!(site.sts(&session, "GetCallerIdentity", &[]).await.status, 200);
    assert_eq!(enable(&site, &admin, "alice", [&code(&seed, 0), &code(&seed, 30)]).await.status, 200);
    let file = folder.path().join("state.toml");
    assert!(std::fs::read_to_string(&file).unwrap().contains(&seed));
    #[cfg(unix)]
    assert_eq!(
        std::os::unix::fs::PermissionsExt::mode(&file.metadata().unwrap().permissions()) & 0o777,
        0o600
    );
}

#[tokio::test]
async fn the_admin_endpoint_shows_the_code_that_a_device_shows() {
    let site = Site::open(CONFIG).await;
    let shown = site.send(&site.own("mfa?serial=arn:aws:iam::123456789012:mfa/bob")).await;
    assert_eq!(
        (shown.status, shown.body),
        (200, format!("{{\"code\":\"{}\",\"user\":\"bob\"}}", code(SEED, 10)))
    );
    for path in ["mfa", "mfa?serial=arn:aws:iam::123456789012:mfa/alice"] {
        assert_eq!(site.send(&site.own(path)).await.status, 404, "{path}");
    }
    let mut post = site.own("mfa?serial=arn:aws:iam::123456789012:mfa/bob");
    post.method = "POST";
    assert_eq!(site.send(&post).await.status, 405);
}

//! IAM's calls: what they keep, in which pages they list it, and how they refuse.

use super::accounts::{AWAY, HOME, TWO_ACCOUNTS, error};
use super::client::keys;
use super::function_support::Site;
use signpost::cloud::UserInfo;
use signpost::core::credential::{Credential, Secret};

/// An action, its fields, and the status and code of its refusal.
type Refusal<'a> = (&'a str, &'a [(&'a str, &'a str)], u16, &'a str);

const ALLOW: &str =
    r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"lambda:*","Resource":"*"}}"#;
const TRUST: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"sts:AssumeRole"}}"#;

#[tokio::test]
async fn a_user_is_created_used_and_deleted() {
    let site = Site::open(TWO_ACCOUNTS).await;
    let admin = site.user(HOME, "admin");
    let bob = ("UserName", "bob");
    let made = site
        .iam(
            &admin,
            "CreateUser",
            &[bob, ("Path", "/team/"), ("Tags.member.1.Key", "a"), ("Tags.member.1.Value", "b")],
        )
        .await;
    assert_eq!((made.status, made.xml("Arn")), (200, "arn:aws:iam::123456789012:user/team/bob"));
    assert!(made.xml("UserId").starts_with("AIDA"));
    assert_eq!(
        error(&site.iam(&admin, "CreateUser", &[("UserName", "BOB")]).await),
        (409, "EntityAlreadyExists")
    );
    assert_eq!(site.iam(&admin, "ListUserTags", &[bob]).await.xml("Value"), "b");

    let key = site.iam(&admin, "CreateAccessKey", &[bob]).await;
    let credential: Credential = keys(&UserInfo {
        arn: String::new(),
        access_key_id: key.xml("AccessKeyId").into(),
        secret_access_key: Secret::new(key.xml("SecretAccessKey")),
    });
    assert_eq!(site.sts(&credential, "GetCallerIdentity", &[]).await.xml("Arn"), made.xml("Arn"));
    assert_eq!(site.iam(&credential, "GetUser", &[]).await.status, 403, "nothing is allowed yet");
    assert_eq!(site.hello(&credential).await, 403);
    let policy = [bob, ("PolicyName", "call"), ("PolicyDocument", ALLOW)];
    assert_eq!(site.iam(&admin, "PutUserPolicy", &policy).await.status, 200);
    assert_eq!(site.hello(&credential).await, 200);

    // Two keys and no more; one that is switched off is no key.
    assert_eq!(site.iam(&admin, "CreateAccessKey", &[bob]).await.status, 200);
    assert_eq!(error(&site.iam(&admin, "CreateAccessKey", &[bob]).await), (409, "LimitExceeded"));
    let id = ("AccessKeyId", credential.access_key.as_str());
    assert_eq!(site.iam(&admin, "UpdateAccessKey", &[bob, id, ("Status", "Inactive")]).await.status, 200);
    assert_eq!(error(&site.sts(&credential, "GetCallerIdentity", &[]).await), (403, "InvalidClientTokenId"));
    assert_eq!(site.iam(&admin, "UpdateAccessKey", &[bob, id, ("Status", "Active")]).await.status, 200);

    // A new name, the same keys.
    let rename = [bob, ("NewUserName", "robert"), ("NewPath", "/")];
    assert_eq!(site.iam(&admin, "UpdateUser", &rename).await.status, 200);
    assert_eq!(
        site.sts(&credential, "GetCallerIdentity", &[]).await.xml("Arn"),
        "arn:aws:iam::123456789012:user/robert"
    );
    let robert = ("UserName", "robert");
    assert_eq!(error(&site.iam(&admin, "DeleteUser", &[robert]).await), (409, "DeleteConflict"));
    site.iam(&admin, "DeleteUserPolicy", &[robert, ("PolicyName", "call")]).await;
    let keys = site.iam(&admin, "ListAccessKeys", &[robert]).await;
    for id in keys.body.split("<AccessKeyId>").skip(1).map(|rest| rest.split('<').next().unwrap()) {
        assert_eq!(site.iam(&admin, "DeleteAccessKey", &[robert, ("AccessKeyId", id)]).await.status, 200);
    }
    assert_eq!(site.iam(&admin, "DeleteUser", &[robert]).await.status, 200);
    assert_eq!(error(&site.iam(&admin, "GetUser", &[robert]).await), (404, "NoSuchEntity"));
    assert_eq!(error(&site.sts(&credential, "GetCallerIdentity", &[]).await), (403, "InvalidClientTokenId"));
}

#[tokio::test]
async fn groups_and_managed_policies_grant_permissions() {
    let site = Site::open(TWO_ACCOUNTS).await;
    let (admin, alice) = (site.user(HOME, "admin"), site.user(HOME, "alice"));
    let ask = async |action: &str, fields: &[(&str, &str)]| site.iam(&admin, action, fields).await;
    let (group, user) = (("GroupName", "dev"), ("UserName", "alice"));
    assert_eq!(ask("CreateGroup", &[group]).await.xml("Arn"), "arn:aws:iam::123456789012:group/dev");
    assert_eq!(ask("AddUserToGroup", &[group, user]).await.status, 200);
    let policy = ask("CreatePolicy", &[("PolicyName", "p"), ("PolicyDocument", ALLOW)]).await;
    let arn = ("PolicyArn", policy.xml("Arn"));
    assert_eq!(arn.1, "arn:aws:iam::123456789012:policy/p");
    assert_eq!(site.hello(&alice).await, 403);
    assert_eq!(ask("AttachGroupPolicy", &[group, arn]).await.status, 200);
    assert_eq!(site.hello(&alice).await, 200);
    assert_eq!(ask("GetPolicy", &[arn]).await.xml("AttachmentCount"), "1");
    assert_eq!(ask("ListAttachedGroupPolicies", &[group]).await.xml("PolicyName"), "p");
    assert_eq!(ask("ListGroupsForUser", &[user]).await.xml("GroupName"), "dev");
    assert_eq!(ask("GetGroup", &[group]).await.xml("UserName"), "alice");
    assert_eq!(ask("ListEntitiesForPolicy", &[arn]).await.xml("GroupName"), "dev");

    // A version that denies, until the first counts again.
    let deny = ALLOW.replace("Allow", "Deny");
    let version = [arn, ("PolicyDocument", deny.as_str()), ("SetAsDefault", "true")];
    assert_eq!(ask("CreatePolicyVersion", &version).await.xml("VersionId"), "v2");
    assert_eq!(site.hello(&alice).await, 403);
    let first = [arn, ("VersionId", "v1")];
    assert_eq!(
        error(&ask("DeletePolicyVersion", &[arn, ("VersionId", "v2")]).await),
        (409, "DeleteConflict")
    );
    assert_eq!(ask("SetDefaultPolicyVersion", &first).await.status, 200);
    assert_eq!(site.hello(&alice).await, 200);

    // A boundary takes away.
    let bound = [user, ("PermissionsBoundary", "arn:aws:iam::aws:policy/IAMFullAccess")];
    assert_eq!(ask("PutUserPermissionsBoundary", &bound).await.status, 200);
    assert_eq!(site.hello(&alice).await, 403);
    assert_eq!(ask("DeleteUserPermissionsBoundary", &[user]).await.status, 200);

    assert_eq!(error(&ask("DeletePolicy", &[arn]).await), (409, "DeleteConflict"));
    assert_eq!(error(&ask("DeleteGroup", &[group]).await), (409, "DeleteConflict"));
    assert_eq!(ask("DetachGroupPolicy", &[group, arn]).await.status, 200);
    assert_eq!(error(&ask("DeletePolicy", &[arn]).await), (409, "DeleteConflict"), "it has two versions");
    assert_eq!(ask("DeletePolicyVersion", &[arn, ("VersionId", "v2")]).await.status, 200);
    assert_eq!(ask("DeletePolicy", &[arn]).await.status, 200);
    assert_eq!(ask("RemoveUserFromGroup", &[group, user]).await.status, 200);
    assert_eq!(ask("DeleteGroup", &[group]).await.status, 200);
}

#[tokio::test]
async fn roles_are_created_updated_and_deleted() {
    let site = Site::open(TWO_ACCOUNTS).await;
    let admin = site.user(HOME, "admin");
    let ask = async |action: &str, fields: &[(&str, &str)]| site.iam(&admin, action, fields).await;
    let role = ("RoleName", "r");
    let made =
        ask("CreateRole", &[role, ("AssumeRolePolicyDocument", TRUST), ("MaxSessionDuration", "7200")]).await;
    assert_eq!(
        (made.xml("Arn"), made.xml("MaxSessionDuration")),
        ("arn:aws:iam::123456789012:role/r", "7200")
    );
    assert_eq!(ask("UpdateRole", &[role, ("MaxSessionDuration", "3600")]).await.status, 200);
    assert_eq!(ask("GetRole", &[role]).await.xml("MaxSessionDuration"), "3600");
    let other = TRUST.replace("123456789012", AWAY);
    assert_eq!(ask("UpdateAssumeRolePolicy", &[role, ("PolicyDocument", &other)]).await.status, 200);
    let shown = ask("GetRole", &[role]).await.xml("AssumeRolePolicyDocument").to_owned();
    assert_eq!(percent_encoding::percent_decode_str(&shown).decode_utf8().unwrap(), other);
    for (fields, status, code) in [
        (&[("RoleName", "r"), ("AssumeRolePolicyDocument", TRUST)][..], 409, "EntityAlreadyExists"),
        (&[("RoleName", "s"), ("AssumeRolePolicyDocument", ALLOW)], 400, "MalformedPolicyDocument"),
        (
            &[("RoleName", "s"), ("AssumeRolePolicyDocument", TRUST), ("MaxSessionDuration", "1")],
            400,
            "ValidationError",
        ),
        (&[("RoleName", "a b"), ("AssumeRolePolicyDocument", TRUST)], 400, "ValidationError"),
        (&[("RoleName", "s")], 400, "ValidationError"),
    ] {
        assert_eq!(error(&ask("CreateRole", fields).await), (status, code), "{fields:?}");
    }
    let arn = ("PolicyArn", "arn:aws:iam::aws:policy/IAMFullAccess");
    assert_eq!(ask("AttachRolePolicy", &[role, arn]).await.status, 200);
    assert_eq!(error(&ask("DeleteRole", &[role]).await), (409, "DeleteConflict"));
    assert_eq!(ask("DetachRolePolicy", &[role, arn]).await.status, 200);
    assert_eq!(error(&ask("DetachRolePolicy", &[role, arn]).await), (404, "NoSuchEntity"));
    assert_eq!(ask("ListInstanceProfilesForRole", &[role]).await.xml("IsTruncated"), "false");
    assert_eq!(ask("DeleteRole", &[role]).await.status, 200);
}

#[tokio::test]
async fn lists_come_in_pages() {
    let site = Site::open(TWO_ACCOUNTS).await;
    let admin = site.user(HOME, "admin");
    for number in 0..7 {
        let name = format!("user-{number}");
        assert_eq!(
            site.iam(&admin, "CreateUser", &[("UserName", &name), ("Path", "/many/")]).await.status,
            200
        );
    }
    let (mut seen, mut marker) = (Vec::new(), None::<String>);
    loop {
        let mut fields = vec![("PathPrefix", "/many/"), ("MaxItems", "3")];
        fields.extend(marker.as_deref().map(|marker| ("Marker", marker)));
        let page = site.iam(&admin, "ListUsers", &fields).await;
        let names =
            page.body.split("<UserName>").skip(1).map(|rest| rest.split('<').next().unwrap().to_owned());
        seen.push(names.collect::<Vec<_>>());
        if page.xml("IsTruncated") == "false" {
            break;
        }
        marker = Some(page.xml("Marker").to_owned());
    }
    assert_eq!(seen.iter().map(Vec::len).collect::<Vec<_>>(), [3, 3, 1]);
    assert_eq!(seen.concat(), (0..7).map(|number| format!("user-{number}")).collect::<Vec<_>>());
    for (name, value) in [("MaxItems", "0"), ("MaxItems", "1001"), ("Marker", "?")] {
        assert_eq!(error(&site.iam(&admin, "ListUsers", &[(name, value)]).await), (400, "ValidationError"));
    }
}

#[tokio::test]
async fn refusals_have_the_codes_of_aws() {
    let site = Site::open(TWO_ACCOUNTS).await;
    let (admin, alice) = (site.user(HOME, "admin"), site.user(HOME, "alice"));
    let big = ALLOW.replace("lambda:*", &format!("lambda:{}", "L".repeat(2048)));
    let table: &[Refusal<'_>] = &[
        ("GetUser", &[("UserName", "nobody")], 404, "NoSuchEntity"),
        ("GetRole", &[("RoleName", "nobody")], 404, "NoSuchEntity"),
        ("GetGroup", &[("GroupName", "nobody")], 404, "NoSuchEntity"),
        ("GetPolicy", &[("PolicyArn", "arn:aws:iam::123456789012:policy/none")], 404, "NoSuchEntity"),
        ("GetPolicy", &[("PolicyArn", "none")], 400, "InvalidInput"),
        ("GetUserPolicy", &[("UserName", "alice"), ("PolicyName", "none")], 404, "NoSuchEntity"),
        (
            "AttachUserPolicy",
            &[("UserName", "alice"), ("PolicyArn", "arn:aws:iam::aws:policy/None")],
            404,
            "NoSuchEntity",
        ),
        ("CreateUser", &[("UserName", "alice")], 409, "EntityAlreadyExists"),
        ("CreateUser", &[("UserName", "a/b")], 400, "ValidationError"),
        ("CreateUser", &[("UserName", "x"), ("Path", "team")], 400, "ValidationError"),
        ("CreatePolicy", &[("PolicyName", "p"), ("PolicyDocument", "{")], 400, "MalformedPolicyDocument"),
        (
            "PutUserPolicy",
            &[("UserName", "alice"), ("PolicyName", "p"), ("PolicyDocument", &big)],
            409,
            "LimitExceeded",
        ),
        (
            "DeletePolicy",
            &[("PolicyArn", "arn:aws:iam::aws:policy/AdministratorAccess")],
            403,
            "AccessDenied",
        ),
        ("CreateLoginProfile", &[("UserName", "alice")], 501, "NotImplemented"),
    ];
    for (action, fields, status, code) in table {
        assert_eq!(error(&site.iam(&admin, action, fields).await), (*status, *code), "{action} {fields:?}");
    }
    let denied = site.iam(&alice, "CreateUser", &[("UserName", "eve")]).await;
    assert_eq!(
        denied.xml("Message"),
        "User: arn:aws:iam::123456789012:user/alice is not authorized to perform: iam:CreateUser on resource: user eve because no identity-based policy allows the iam:CreateUser action"
    );
    // What an account has is not seen from another.
    let carol = site.user(AWAY, "carol");
    assert_eq!(error(&site.iam(&carol, "GetUser", &[("UserName", "alice")]).await), (404, "NoSuchEntity"));
}

#[tokio::test]
async fn policies_are_simulated() {
    let site = Site::open(TWO_ACCOUNTS).await;
    let admin = site.user(HOME, "admin");
    let ask = async |action: &str, fields: &[(&str, &str)]| site.iam(&admin, action, fields).await;
    let arn = "arn:aws:lambda:us-east-1:123456789012:function:hello";
    let of = |principal| ("PolicySourceArn", principal);
    let (action, resource) =
        (("ActionNames.member.1", "lambda:InvokeFunction"), ("ResourceArns.member.1", arn));
    let alice = of("arn:aws:iam::123456789012:user/alice");
    let answer = ask("SimulatePrincipalPolicy", &[alice, action, resource]).await;
    assert_eq!((answer.xml("EvalDecision"), answer.xml("EvalResourceName")), ("implicitDeny", arn));
    let role = of("arn:aws:iam::123456789012:role/caller");
    let answer = ask("SimulatePrincipalPolicy", &[role, action, resource]).await;
    assert_eq!(answer.xml("EvalDecision"), "allowed");
    assert_eq!(answer.xml("SourcePolicyId"), "arn:aws:iam::123456789012:policy/call");

    let deny = r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:username":"${aws:PrincipalTag/owner}","a:b":"c"}}}}"#;
    let custom = [("PolicyInputList.member.1", ALLOW), ("PolicyInputList.member.2", deny), action];
    let answer = ask("SimulateCustomPolicy", &custom).await;
    assert_eq!(answer.xml("EvalDecision"), "allowed");
    assert!(answer.xml("MissingContextValues").contains("a:b"), "{answer:?}");
    let none = of("arn:aws:iam::123456789012:user/nobody");
    assert_eq!(error(&ask("SimulatePrincipalPolicy", &[none, action]).await), (404, "NoSuchEntity"));
}

#[tokio::test]
async fn tags_of_the_resource_are_condition_keys() {
    let site = Site::open(TWO_ACCOUNTS).await;
    let (admin, alice) = (site.user(HOME, "admin"), site.user(HOME, "alice"));
    let policy = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:GetUser","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/team":"${aws:PrincipalTag/team}"}}}}"#;
    let put = [("UserName", "alice"), ("PolicyName", "team"), ("PolicyDocument", policy)];
    assert_eq!(site.iam(&admin, "PutUserPolicy", &put).await.status, 200);
    assert_eq!(site.iam(&alice, "GetUser", &[("UserName", "alice")]).await.status, 200);
    assert_eq!(site.iam(&alice, "GetUser", &[("UserName", "admin")]).await.status, 403);
    let tag = [("UserName", "admin"), ("Tags.member.1.Key", "team"), ("Tags.member.1.Value", "blue")];
    assert_eq!(site.iam(&admin, "TagUser", &tag).await.status, 200);
    assert_eq!(site.iam(&alice, "GetUser", &[("UserName", "admin")]).await.status, 200);
    let untag = [("UserName", "admin"), ("TagKeys.member.1", "team")];
    assert_eq!(site.iam(&admin, "UntagUser", &untag).await.status, 200);
    assert_eq!(site.iam(&alice, "GetUser", &[("UserName", "admin")]).await.status, 403);
}

#[tokio::test]
async fn a_simulation_is_bounded() {
    let site = Site::open(TWO_ACCOUNTS).await;
    let names: Vec<_> = (1..=34)
        .flat_map(|n| {
            let fields = [("ActionNames", "s3:GetObject"), ("ResourceArns", "arn:aws:s3:::b/k")];
            fields.map(|(list, value)| (format!("{list}.member.{n}"), value))
        })
        .collect();
    let mut fields: Vec<_> = names.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    fields.push(("PolicyInputList.member.1", ALLOW));
    let answer = site.iam(&site.user(HOME, "admin"), "SimulateCustomPolicy", &fields).await;
    assert_eq!(error(&answer), (400, "InvalidInput"), "34 times 34");
}

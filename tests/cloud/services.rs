//! STS, IAM and Lambda in their wire formats.

use signpost::core::credential::Credential;

use super::client::{Cloud, Draft};

#[tokio::test]
async fn sts_speaks_the_query_protocol() {
    let cloud = Cloud::start().await;
    let alice = cloud.alice();
    let ask = async |who: &Credential, form: &str| cloud.as_user(who, cloud.query("sts", form)).await;

    let me = ask(&alice, "Action=GetCallerIdentity&Version=2011-06-15").await;
    assert_eq!((me.status, me.header("content-type")), (200, Some("text/xml")));
    assert!(
        me.body
            .starts_with("<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">")
    );
    assert_eq!((me.xml("Arn"), me.xml("Account")), ("arn:aws:iam::123456789012:user/alice", "123456789012"));
    assert_eq!(Some(me.xml("RequestId")), me.header("x-amzn-requestid"));

    let get = Draft::new(
        "GET",
        format!("{}/?Action=GetCallerIdentity&Version=2011-06-15", cloud.0.info().endpoint),
        "sts",
    );
    assert_eq!(cloud.as_user(&alice, get).await.xml("Arn"), "arn:aws:iam::123456789012:user/alice");

    let session = cloud.session().await;
    let same = ask(&session, "Action=GetCallerIdentity&Version=2011-06-15").await;
    assert_eq!(same.xml("Arn"), "arn:aws:iam::123456789012:user/alice");

    let table = [
        (&session, "Action=GetSessionToken&Version=2011-06-15", 403, "AccessDenied"),
        (&alice, "Action=GetSessionToken&Version=2011-06-15&DurationSeconds=899", 400, "ValidationError"),
        (&alice, "Action=GetSessionToken&Version=2010-05-08", 400, "InvalidAction"),
        (&alice, "Version=2011-06-15", 400, "MissingAction"),
        (&alice, "Action=AssumeRoleWithSAML&Version=2011-06-15", 501, "NotImplemented"),
    ];
    for (who, form, status, code) in table {
        let answer = ask(who, form).await;
        assert_eq!((answer.status, answer.xml("Code")), (status, code), "{form}");
    }
    let assume = ask(&alice, "Action=AssumeRoleWithSAML&Version=2011-06-15").await;
    assert!(assume.xml("Message").contains("sts:AssumeRoleWithSAML"), "{assume:?}");
    let unsigned = cloud.unsigned(&cloud.query("sts", "Action=GetCallerIdentity&Version=2011-06-15")).await;
    assert_eq!((unsigned.status, unsigned.xml("Code")), (400, "MissingAuthenticationToken"));
    let elsewhere = cloud.query("sts", "Action=GetCallerIdentity&Version=2011-06-15");
    let elsewhere =
        cloud.as_user(&alice, elsewhere.with(|draft| draft.settings.region = "eu-west-1".into())).await;
    assert_eq!(elsewhere.xml("Message"), "Credential should be scoped to a valid region, not 'eu-west-1'. ");
}

#[tokio::test]
async fn iam_keeps_the_policies_of_users() {
    let cloud = Cloud::start().await;
    let (admin, alice) = (cloud.admin(), cloud.alice());
    let ask = async |who: &Credential, form: &str| cloud.as_user(who, cloud.query("iam", form)).await;
    let list = "Action=ListUserPolicies&Version=2010-05-08&UserName=alice";

    let denied = ask(&alice, list).await;
    assert_eq!((denied.status, denied.xml("Code")), (403, "AccessDenied"));
    assert_eq!(
        denied.xml("Message"),
        "User: arn:aws:iam::123456789012:user/alice is not authorized to perform: iam:ListUserPolicies on resource: user alice because no identity-based policy allows the iam:ListUserPolicies action"
    );

    let malformed = cloud
        .put_policy(r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Odd":{"a:b":"c"}}}]}"#)
        .await;
    assert_eq!((malformed.status, malformed.xml("Code")), (400, "MalformedPolicyDocument"));
    assert!(malformed.xml("Message").ends_with("(at Statement[0].Condition.Odd)"), "{malformed:?}");

    let policy = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:*","Resource":"*"}}"#;
    assert_eq!(cloud.put_policy(policy).await.status, 200);
    assert_eq!(ask(&alice, list).await.xml("member"), "call-hello");
    let get = "Action=GetUserPolicy&Version=2010-05-08&UserName=alice&PolicyName=call-hello";
    let document = ask(&alice, get).await.xml("PolicyDocument").to_owned();
    assert_eq!(percent_encoding::percent_decode_str(&document).decode_utf8().unwrap(), policy);

    let session = cloud.session().await;
    assert_eq!(ask(&session, list).await.xml("Code"), "InvalidClientTokenId", "no MFA, no IAM");

    let large = policy.replace("iam:*", &format!("iam:{}", "L".repeat(2048)));
    assert_eq!(cloud.put_policy(&large).await.xml("Code"), "LimitExceeded");
    for (form, status, code) in [
        ("Action=DeleteUserPolicy&Version=2010-05-08&UserName=alice&PolicyName=other", 404, "NoSuchEntity"),
        ("Action=ListUserPolicies&Version=2010-05-08&UserName=bob", 404, "NoSuchEntity"),
        ("Action=ListUserPolicies&Version=2010-05-08", 400, "ValidationError"),
        ("Action=CreateLoginProfile&Version=2010-05-08&UserName=bob", 501, "NotImplemented"),
    ] {
        let answer = ask(&admin, form).await;
        assert_eq!((answer.status, answer.xml("Code")), (status, code), "{form}");
    }
}

#[tokio::test]
async fn lambda_keeps_the_resource_policy() {
    let cloud = Cloud::start().await;
    let (admin, alice) = (cloud.admin(), cloud.alice());
    let ask = async |who: &Credential, method: &str, path: &str, body: &str| {
        let answer = cloud.as_user(who, cloud.lambda(method, path, body)).await;
        (answer.status, answer.header("x-amzn-errortype").unwrap_or("").to_owned(), answer.body)
    };
    let add = r#"{"StatementId":"s1","Action":"lambda:InvokeFunction","Principal":"123456789012"}"#;

    let (status, kind, body) = ask(&alice, "POST", "hello/policy", add).await;
    assert_eq!((status, kind.as_str()), (403, "AccessDeniedException"));
    assert_eq!(
        body,
        r#"{"Message":"User: arn:aws:iam::123456789012:user/alice is not authorized to perform: lambda:AddPermission on resource: arn:aws:lambda:us-east-1:123456789012:function:hello because no identity-based policy allows the lambda:AddPermission action"}"#
    );
    let missing = ask(&admin, "GET", "hello/policy", "").await;
    assert_eq!(
        missing,
        (
            404,
            "ResourceNotFoundException".into(),
            r#"{"Type":"User","Message":"The resource you requested does not exist."}"#.into()
        )
    );
    assert_eq!(ask(&admin, "POST", "hello/policy", add).await.0, 201);
    let conflict = ask(&admin, "POST", "hello/policy", add).await;
    assert_eq!(
        conflict,
        (
            409,
            "ResourceConflictException".into(),
            r#"{"Type":"User","message":"The statement id (s1) provided already exists. Please provide a new statement id, or remove the existing statement."}"#.into()
        )
    );
    let by_arn = "arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3Ahello/policy";
    let (status, _, policy) = ask(&admin, "GET", by_arn, "").await;
    assert_eq!(status, 200);
    let policy: serde_json::Value = serde_json::from_str(&policy).unwrap();
    assert_eq!(
        policy["Policy"],
        r#"{"Version":"2012-10-17","Id":"default","Statement":[{"Sid":"s1","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:123456789012:function:hello"}]}"#
    );

    for (method, path, body, status, kind) in [
        ("POST", "hello/policy", "{", 400, "InvalidRequestContentException"),
        ("POST", "hello/policy", "{}", 400, "ValidationException"),
        (
            "POST",
            "hello/policy",
            r#"{"StatementId":"a b","Action":"lambda:*","Principal":"*"}"#,
            400,
            "ValidationException",
        ),
        (
            "POST",
            "hello/policy",
            r#"{"StatementId":"s2","Action":"lambda:*","Principal":"arn:aws:iam::123456789012:user/bob"}"#,
            400,
            "InvalidParameterValueException",
        ),
        (
            "POST",
            "hello/policy",
            r#"{"StatementId":"s2","Action":"lambda:InvokeFunction","Principal":"*","FunctionUrlAuthType":"NONE"}"#,
            400,
            "InvalidParameterValueException",
        ),
        (
            "POST",
            "hello/policy",
            r#"{"StatementId":"s2","Action":"lambda:InvokeFunction","Principal":"*","RevisionId":"x"}"#,
            412,
            "PreconditionFailedException",
        ),
        (
            "POST",
            "hello/policy",
            r#"{"StatementId":"s2","Action":"lambda:InvokeFunction","Principal":"*","Odd":"123456789012"}"#,
            400,
            "InvalidRequestContentException",
        ),
        ("POST", "other/policy", add, 404, "ResourceNotFoundException"),
        ("DELETE", "hello/policy/s2", "", 404, "ResourceNotFoundException"),
        ("GET", "hello/versions", "", 501, "NotImplementedException"),
        ("DELETE", "hello/policy/s1", "", 204, ""),
        ("DELETE", "hello/policy/s1", "", 404, "ResourceNotFoundException"),
    ] {
        let answer = ask(&admin, method, path, body).await;
        assert_eq!((answer.0, answer.1.as_str()), (status, kind), "{method} {path} {body}: {}", answer.2);
    }
}

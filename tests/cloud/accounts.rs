//! A cloud with two accounts, and calls of its query services.

use signpost::core::credential::{Credential, Secret};

use super::client::{Answer, Draft, FORM, form};
use super::function_support::Site;

/// The account of everybody but carol.
pub(crate) const HOME: &str = "123456789012";
pub(crate) const AWAY: &str = "210987654321";

/// An administrator, alice with a second factor, a role for her, carol of another account, and a
/// function.
pub(crate) const TWO_ACCOUNTS: &str = r#"
[[accounts]]
id = "123456789012"
[[accounts.policies]]
name = "call"
document = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"lambda:*","Resource":"*"}}'
[[accounts.users]]
name = "admin"
attached = ["arn:aws:iam::aws:policy/AdministratorAccess"]
[[accounts.users]]
name = "alice"
mfa = { code = "123456" }
tags = { team = "blue" }
[[accounts.roles]]
name = "caller"
attached = ["call"]
max_session_seconds = 7200
trust = '''{"Version":"2012-10-17","Statement":[
  {"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:user/alice"},"Action":"sts:AssumeRole"},
  {"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:role/caller"},"Action":["sts:AssumeRole","sts:TagSession"]},
  {"Effect":"Allow","Principal":{"AWS":"210987654321"},"Action":"sts:AssumeRole",
   "Condition":{"StringEquals":{"sts:ExternalId":"shared-secret"}}},
  {"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::123456789012:oidc-provider/token.example.com"},
   "Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"token.example.com:sub":"repo:ours"}}}]}'''
[[accounts.roles]]
name = "behind-mfa"
attached = ["call"]
trust = '''{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:user/alice"},
  "Action":"sts:AssumeRole","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}}'''
[[accounts.providers]]
url = "https://token.example.com"
audiences = ["sts.amazonaws.com"]

[[accounts]]
id = "210987654321"
[[accounts.users]]
name = "carol"
[accounts.users.policies]
all = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}'

[[functions]]
name = "hello"
account = "123456789012"
"#;

impl Site {
    pub(crate) fn user(&self, account: &str, name: &str) -> Credential {
        let accounts = &self.0.info().accounts;
        let user = &accounts.iter().find(|known| known.account == account).unwrap().users[name];
        super::client::keys(user)
    }

    fn query_draft<'a>(&self, service: &str, body: &'a str) -> Draft<'a> {
        let mut draft = Draft::new("POST", format!("{}/", self.0.info().endpoint), service);
        draft.headers.push((FORM.0.into(), FORM.1.into()));
        draft.body = body.as_bytes();
        draft
    }

    /// One call of STS or IAM; the fields are `Name=value`.
    pub(crate) async fn query(
        &self,
        who: &Credential,
        service: &str,
        action: &str,
        fields: &[(&str, &str)],
    ) -> Answer {
        let body = body(service, action, fields);
        self.send(&self.query_draft(service, &body).signed(who)).await
    }

    pub(crate) async fn unsigned_query(
        &self,
        service: &str,
        action: &str,
        fields: &[(&str, &str)],
    ) -> Answer {
        let body = body(service, action, fields);
        self.send(&self.query_draft(service, &body)).await
    }

    pub(crate) async fn sts(&self, who: &Credential, action: &str, fields: &[(&str, &str)]) -> Answer {
        self.query(who, "sts", action, fields).await
    }

    pub(crate) async fn iam(&self, who: &Credential, action: &str, fields: &[(&str, &str)]) -> Answer {
        self.query(who, "iam", action, fields).await
    }

    /// A call of Lambda's API.
    pub(crate) async fn lambda(&self, who: &Credential, method: &str, path: &str, body: &str) -> Answer {
        let mut draft = Draft::new(method, format!("{}/{path}", self.0.info().endpoint), "lambda");
        draft.body = body.as_bytes();
        self.send(&draft.signed(who)).await
    }

    /// Calls the function hello.
    pub(crate) async fn hello(&self, who: &Credential) -> u16 {
        self.send(&self.url("hello", "/").signed(who)).await.status
    }

    pub(crate) async fn advance(&self, seconds: u32) {
        let body = format!("{{\"advance_seconds\": {seconds}}}");
        let mut draft = self.own("clock");
        draft.method = "POST";
        draft.body = body.as_bytes();
        assert_eq!(self.send(&draft).await.status, 200);
    }
}

fn body(service: &str, action: &str, fields: &[(&str, &str)]) -> String {
    let version = if service == "sts" { "2011-06-15" } else { "2010-05-08" };
    let mut all = vec![("Action", action), ("Version", version)];
    all.extend_from_slice(fields);
    form(&all)
}

/// The keys that an answer holds.
pub(crate) fn minted(answer: &Answer) -> Credential {
    assert_eq!(answer.status, 200, "{answer:?}");
    Credential {
        access_key: answer.xml("AccessKeyId").into(),
        secret_key: Secret::new(answer.xml("SecretAccessKey")),
        session_token: Some(Secret::new(answer.xml("SessionToken"))),
        expires_at: None,
        account_id: None,
        source: "test".into(),
    }
}

/// Status and code of an error.
pub(crate) fn error(answer: &Answer) -> (u16, &str) {
    (answer.status, answer.xml("Code"))
}

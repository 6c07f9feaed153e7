//! A function: its handler, its URL and its resource policy.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::policy::Document;
use super::rename::{Rename, rename_in_statement};
use super::seconds;
use crate::cloud::random::Random;
use crate::core::iam::{Malformed, Policy};

/// A function, without its running processes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) arn: String,
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) handler: Handler,
    #[serde(default)]
    pub(crate) environment: BTreeMap<String, String>,
    /// Seconds, 1 to 900.
    pub(crate) timeout: u64,
    /// `None` leaves it to the account; 0 disables the function.
    pub(crate) reserved_concurrency: Option<u32>,
    #[serde(with = "seconds")]
    pub(crate) modified: SystemTime,
    pub(crate) url: Option<UrlConfig>,
    /// Changes with every change of function or policy.
    pub(crate) revision: String,
    #[serde(default)]
    statements: Statements,
}

/// What runs a function.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Handler {
    /// A built-in handler.
    Builtin(Builtin),
    /// A program that is run once for each request: event on stdin, response on stdout.
    Program { command: Vec<String>, directory: Option<PathBuf> },
    /// A program that is kept alive and speaks Lambda's Runtime API.
    Runtime { command: Vec<String>, directory: Option<PathBuf> },
    /// A local HTTP service, whose responses are forwarded.
    Proxy { url: String },
}

/// The built-in handlers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Builtin {
    /// A greeting.
    Hello,
    /// The event itself.
    Echo,
    /// A body in several chunks.
    Stream,
    /// A delayed response.
    Slow,
    /// An error of the function.
    Fail,
    /// The status in the request.
    Status,
}

/// Who may call a function URL without a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum AuthType {
    #[serde(rename = "AWS_IAM")]
    AwsIam,
    #[serde(rename = "NONE")]
    None,
}

impl AuthType {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::AwsIam => "AWS_IAM",
            Self::None => "NONE",
        }
    }
}

/// How a response is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum InvokeMode {
    #[serde(rename = "BUFFERED")]
    Buffered,
    #[serde(rename = "RESPONSE_STREAM")]
    ResponseStream,
}

/// The URL of a function.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct UrlConfig {
    /// First label of its host.
    pub(crate) id: String,
    pub(crate) auth_type: AuthType,
    pub(crate) invoke_mode: InvokeMode,
    pub(crate) cors: Option<Cors>,
    #[serde(with = "seconds")]
    pub(crate) created: SystemTime,
    #[serde(with = "seconds")]
    pub(crate) modified: SystemTime,
}

/// <https://docs.aws.amazon.com/lambda/latest/api/API_Cors.html>; names as on the wire.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Cors {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) allow_credentials: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) allow_headers: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) allow_methods: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) allow_origins: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) expose_headers: Option<Vec<String>>,
    /// Seconds, at most 86400.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) max_age: Option<u32>,
}

/// The resource policy, statement by statement.
#[derive(Clone, Debug, Default)]
struct Statements {
    /// In order, each with its id.
    list: Vec<(String, Value)>,
    /// The same, parsed; `None` without statements.
    policy: Option<Document>,
}

impl UrlConfig {
    /// A URL that requires a signature.
    pub(crate) fn new(id: String, now: SystemTime) -> Self {
        Self {
            id,
            auth_type: AuthType::AwsIam,
            invoke_mode: InvokeMode::Buffered,
            cors: None,
            created: now,
            modified: now,
        }
    }
}

impl Function {
    /// A function without a URL that returns the greeting.
    pub(crate) fn new(region: &str, account: &str, name: &str, now: SystemTime, random: &Random) -> Self {
        Self {
            name: name.to_owned(),
            arn: Self::arn_of(region, account, name),
            account: account.to_owned(),
            region: region.to_owned(),
            handler: Handler::Builtin(Builtin::Hello),
            environment: BTreeMap::new(),
            timeout: 3,
            reserved_concurrency: None,
            modified: now,
            url: None,
            revision: random.uuid(),
            statements: Statements::default(),
        }
    }

    /// ARN of a function.
    pub(crate) fn arn_of(region: &str, account: &str, name: &str) -> String {
        format!("arn:aws:lambda:{region}:{account}:function:{name}")
    }

    pub(crate) fn policy(&self) -> Option<&Policy> {
        self.statements.policy.as_ref().map(|document| &document.policy)
    }

    /// The resource policy as JSON; `None` without statements.
    pub(crate) fn document(&self) -> Option<&str> {
        self.statements.policy.as_ref().map(|document| document.text.as_str())
    }

    pub(crate) fn has_statement(&self, sid: &str) -> bool {
        self.statements.list.iter().any(|(known, _)| known == sid)
    }

    /// Adds a statement, unless that makes the policy malformed.
    pub(crate) fn add(&mut self, sid: &str, statement: Value, revision: String) -> Result<(), Malformed> {
        let mut list = self.statements.list.clone();
        list.push((sid.to_owned(), statement));
        self.statements = Statements::new(list)?;
        self.revision = revision;
        Ok(())
    }

    /// Renames principals of the resource policy.
    pub(super) fn rename_principals(&mut self, rename: Rename<'_>) {
        let mut list = self.statements.list.clone();
        let statements = list.iter_mut().map(|(_, statement)| statement);
        let renamed = statements.filter_map(|one| rename_in_statement(one, rename).then_some(())).count() > 0;
        // Renaming principals can't make a policy malformed.
        if renamed && let Ok(statements) = Statements::new(list) {
            self.statements = statements;
        }
    }

    /// Removes a statement; false if there is none with this id.
    pub(crate) fn remove(&mut self, sid: &str, revision: String) -> Result<bool, Malformed> {
        let mut list = self.statements.list.clone();
        list.retain(|(known, _)| known != sid);
        if list.len() == self.statements.list.len() {
            return Ok(false);
        }
        self.statements = Statements::new(list)?;
        self.revision = revision;
        Ok(true)
    }
}

impl Statements {
    fn new(list: Vec<(String, Value)>) -> Result<Self, Malformed> {
        if list.is_empty() {
            return Ok(Self::default());
        }
        let statements: Vec<&Value> = list.iter().map(|(_, statement)| statement).collect();
        let document = json!({ "Version": "2012-10-17", "Id": "default", "Statement": statements });
        Ok(Self { policy: Some(Document::resource(&document.to_string())?), list })
    }
}

/// Saved as a list of statements in JSON.
impl Serialize for Statements {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.list.iter().map(|(_, statement)| statement.to_string()))
    }
}

impl<'de> Deserialize<'de> for Statements {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        let texts = Vec::<String>::deserialize(deserializer)?;
        let mut list = Vec::new();
        for text in texts {
            let statement: Value = serde_json::from_str(&text).map_err(D::Error::custom)?;
            list.push((statement["Sid"].as_str().unwrap_or_default().to_owned(), statement));
        }
        Self::new(list).map_err(D::Error::custom)
    }
}

//! How a function is declared: what stands behind it, how its URL behaves, and the limits.
//!
//! Owns plain data with the limits that AWS sets. Refuses to read files and to run anything.
//!
//! Source: <https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunctionUrlConfig.html>

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The longest time-out of a function, in seconds.
pub(in crate::cloud) const LONGEST_TIMEOUT: u32 = 900;

/// A function as it is declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cloud) struct FunctionConfig {
    /// What answers.
    pub(in crate::cloud) handler: Handler,
    /// Seconds after which an invocation is over, 1 to [`LONGEST_TIMEOUT`].
    pub(in crate::cloud) timeout: u32,
    /// Invocations at a time; a URL takes ten times as many a second. `None` sets no limit.
    pub(in crate::cloud) reserved_concurrency: Option<u32>,
    /// Environment of the user's programs, beside what Lambda sets.
    pub(in crate::cloud) environment: BTreeMap<String, String>,
}

impl Default for FunctionConfig {
    /// Lambda's: three seconds, no reserved concurrency.
    fn default() -> Self {
        Self { handler: Handler::Hello, timeout: 3, reserved_concurrency: None, environment: BTreeMap::new() }
    }
}

/// What stands behind a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cloud) enum Handler {
    /// Says `Hello from Lambda!`.
    Hello,
    /// Answers with the event that it was given.
    Echo,
    /// Writes an answer of several pieces.
    Stream,
    /// Answers after this many seconds.
    Slow {
        /// Seconds.
        seconds: u32,
    },
    /// Fails, as a function does that throws.
    Fail,
    /// Answers with this status.
    Status {
        /// 100 to 599.
        code: u16,
    },
    /// A program that is started for each request: the event on its standard input, the answer on
    /// its standard output.
    Program {
        /// The program.
        command: String,
        /// Its arguments.
        args: Vec<String>,
    },
    /// A program that is kept alive and asks for its events over Lambda's Runtime API.
    Runtime {
        /// The program.
        command: String,
        /// Its arguments.
        args: Vec<String>,
    },
    /// An HTTP server on this machine, which is told who calls.
    Proxy {
        /// `http://127.0.0.1:3000`, with a path in front of the request's if one is wanted.
        url: String,
    },
}

/// How a function URL behaves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::cloud) struct UrlConfig {
    pub(in crate::cloud) auth_type: AuthType,
    pub(in crate::cloud) invoke_mode: InvokeMode,
    /// `None` answers no web page of another origin.
    pub(in crate::cloud) cors: Option<Cors>,
}

/// Who has to prove who it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::cloud) enum AuthType {
    /// Everybody, with Signature Version 4.
    #[default]
    #[serde(rename = "AWS_IAM")]
    AwsIam,
    /// Nobody; the resource policy decides.
    #[serde(rename = "NONE")]
    None,
}

impl AuthType {
    /// As the API and the condition key `lambda:FunctionUrlAuthType` spell it.
    pub(in crate::cloud) fn name(self) -> &'static str {
        match self {
            Self::AwsIam => "AWS_IAM",
            Self::None => "NONE",
        }
    }
}

/// When the client gets to see an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::cloud) enum InvokeMode {
    /// When it is whole.
    #[default]
    #[serde(rename = "BUFFERED")]
    Buffered,
    /// As it is written.
    #[serde(rename = "RESPONSE_STREAM")]
    ResponseStream,
}

/// Which web pages may read answers. The member names are those of the API.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default, deny_unknown_fields)]
pub(in crate::cloud) struct Cors {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::cloud) allow_credentials: Option<bool>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::cloud) allow_headers: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::cloud) allow_methods: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::cloud) allow_origins: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::cloud) expose_headers: Vec<String>,
    /// Seconds, at most 86400.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::cloud) max_age: Option<u32>,
}

impl Cors {
    /// What of it AWS does not take: the member and why.
    pub(in crate::cloud) fn problem(&self) -> Option<(&'static str, String)> {
        let lists = [
            ("allowHeaders", &self.allow_headers, 100),
            ("allowMethods", &self.allow_methods, 6),
            ("allowOrigins", &self.allow_origins, 100),
            ("exposeHeaders", &self.expose_headers, 100),
        ];
        if let Some((name, _, most)) = lists.into_iter().find(|(_, list, most)| list.len() > *most) {
            return Some((name, format!("Member must have length less than or equal to {most}")));
        }
        const METHODS: [&str; 7] = ["GET", "PUT", "HEAD", "POST", "PATCH", "DELETE", "*"];
        if self.allow_methods.iter().any(|method| !METHODS.contains(&method.as_str())) {
            let set = METHODS.join(", ");
            return Some(("allowMethods", format!("Member must satisfy enum value set: [{set}]")));
        }
        let too_old = self.max_age.is_some_and(|seconds| seconds > 86_400);
        too_old.then(|| ("maxAge", "Member must have value less than or equal to 86400".to_owned()))
    }
}

//! What somebody needs to know of a running cloud: the one line that `demo --serve` prints.

use serde::{Serialize, Serializer};

use super::state::Function;
use crate::core::credential::Secret;

/// Where a cloud is, what is in it and who may use it. As JSON it holds the users' secrets; its
/// `Debug` does not.
#[derive(Clone, Debug, Serialize)]
pub struct Info {
    /// `http://127.0.0.1:PORT`: STS, IAM and Lambda.
    pub endpoint: String,
    /// Region of the scope that signatures must have.
    pub region: String,
    /// Account id, 12 digits.
    pub account: String,
    /// The function URL, without a slash at its end.
    pub function_url: String,
    /// The same function for clients that cannot resolve `*.localhost`, without a slash at its end.
    pub function_url_path: String,
    /// ARN of the function.
    pub function_arn: String,
    /// The users.
    pub users: Users,
}

/// The users of the demo.
#[derive(Clone, Debug, Serialize)]
pub struct Users {
    /// May call everything.
    pub admin: UserInfo,
    /// May at first call nothing but what needs no permission.
    pub alice: UserInfo,
}

/// A user and its long-term keys.
#[derive(Clone, Debug, Serialize)]
pub struct UserInfo {
    /// ARN.
    pub arn: String,
    /// `AKIA…`
    pub access_key_id: String,
    /// The secret access key.
    #[serde(serialize_with = "exposed")]
    pub secret_access_key: Secret,
}

fn exposed<S: Serializer>(secret: &Secret, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.expose())
}

impl Info {
    pub(super) fn new(function: &Function, users: Users, port: u16) -> Self {
        let endpoint = format!("http://127.0.0.1:{port}");
        let id = function.url.as_ref().map_or("", |url| &url.id);
        Self {
            region: function.region.clone(),
            account: function.account.clone(),
            function_url: format!("http://{id}.lambda-url.{}.localhost:{port}", function.region),
            function_url_path: format!("{endpoint}/_url/{id}"),
            function_arn: function.arn.clone(),
            users,
            endpoint,
        }
    }
}

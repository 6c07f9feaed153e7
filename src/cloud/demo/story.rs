//! From 403 to 200 in saved requests.

use super::workspace::{DemoWorkspace, files};
use crate::cloud::info::Info;

pub(super) fn workspace(info: &Info) -> DemoWorkspace {
    let function_name = info.function_arn.rsplit(':').next().unwrap_or_default();
    let (admin, alice) = (&info.users.admin, &info.users.alice);
    DemoWorkspace {
        files: files!["demo":
            "signpost.toml",
            "1-unsigned.toml",
            "2-alice-denied.toml",
            "3-attach-policy.toml",
            "4-alice-allowed.toml",
            "5-detach-policy.toml",
            "6-permit-url.toml",
            "7-permit-invoke.toml",
            "8-alice-allowed-again.toml",
            "9-get-session-token.toml",
            "10-session-allowed.toml",
            "11-move-the-clock.toml",
            "12-session-expired.toml",
            "reset/folder.toml",
            "reset/remove-url.toml",
            "reset/remove-invoke.toml",
        ],
        texts: vec![
            (&["variables", "endpoint"], info.endpoint.clone()),
            (&["variables", "function_url"], info.function_url.clone()),
            (&["variables", "function_url_path"], info.function_url_path.clone()),
            (&["variables", "function_name"], function_name.to_owned()),
            (&["variables", "function_arn"], info.function_arn.clone()),
            (&["variables", "region"], info.region.clone()),
            (&["variables", "account"], info.account.clone()),
            (&["variables", "alice_arn"], alice.arn.clone()),
            (&["identities", "admin", "access_key"], admin.access_key_id.clone()),
            (&["identities", "alice", "access_key"], alice.access_key_id.clone()),
        ],
        secrets: vec![("admin", admin.secret_access_key.clone()), ("alice", alice.secret_access_key.clone())],
    }
}

//! A role of another account, MFA, a chain of roles and a renewed session, in saved requests.

use super::workspace::{DemoWorkspace, files};
use crate::cloud::info::{Listing, UserInfo};

/// The accounts, as a `cloud.toml`.
pub(super) const CLOUD: &str = include_str!("../../../assets/demo-roles/cloud.toml");

pub(super) fn workspace(listing: &Listing) -> DemoWorkspace {
    let (mut texts, mut secrets) = (Vec::new(), Vec::new());
    texts.push((&["variables", "endpoint"][..], listing.endpoint.clone()));
    texts.push((&["variables", "region"][..], listing.region.clone()));
    let urls: [(&str, &'static [&'static str]); 2] =
        [("orders", &["variables", "orders_url"]), ("audit", &["variables", "audit_url"])];
    for (name, keys) in urls {
        let function = listing.functions.iter().find(|function| function.function_name == name);
        texts.extend(function.and_then(|function| function.function_url.clone()).map(|url| (keys, url)));
    }
    let users: [(&'static str, &'static [&'static str]); 2] = [
        ("alice", &["identities", "alice", "access_key"]),
        ("pipeline", &["identities", "pipeline", "access_key"]),
    ];
    for (name, keys) in users {
        if let Some(user) = user(listing, name) {
            texts.push((keys, user.access_key_id.clone()));
            secrets.push((name, user.secret_access_key.clone()));
        }
    }
    DemoWorkspace {
        files: files!["demo-roles":
            "signpost.toml",
            "1-alice-denied.toml",
            "2-assume-without-mfa.toml",
            "3-code-of-the-device.toml",
            "4-as-developer.toml",
            "5-who-is-that.toml",
            "6-audit-denied.toml",
            "7-as-auditor.toml",
            "8-as-deployer.toml",
            "9-move-the-clock.toml",
            "10-renewed.toml",
            "11-move-the-clock-again.toml",
            "12-a-new-code.toml",
        ],
        texts,
        secrets,
    }
}

fn user<'a>(listing: &'a Listing, name: &str) -> Option<&'a UserInfo> {
    listing.accounts.iter().find_map(|account| account.users.get(name))
}

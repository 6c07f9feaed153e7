//! The accounts and roles that a login leads to, page by page.

use serde_json::json;
use signpost::core::sso_role::SsoRole;
use signpost::io::credentials::CredentialError;

use super::sso_login::{NOW, TOKEN_FILE, at_endpoints};
use super::*;

/// The roles as this portal lists them.
fn listed(cache: &Path, portal: &str) -> Result<Vec<SsoRole>, CredentialError> {
    run(at_endpoints(cache, portal, "http://127.0.0.1:1").roles(None, &transport(), at(NOW), None))
}

fn logged_in() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let token = json!({"accessToken": "wJalr", "expiresAt": "2026-01-01T08:00:00Z"});
    std::fs::write(folder.path().join(TOKEN_FILE), token.to_string()).unwrap();
    folder
}

fn page(body: serde_json::Value) -> Vec<u8> {
    response("200 OK", &body.to_string())
}

#[test]
fn every_page_of_accounts_and_of_their_roles_is_read() {
    let cache = logged_in();
    let account = |id: &str, name: &str| json!({"accountId": id, "accountName": name});
    let role = |name: &str| json!({"roleName": name});
    let portal = Origin::answering([
        page(json!({"accountList": [account("111111111111", "one")], "nextToken": "a/b"})),
        page(json!({"accountList": [account("222222222222", "two")], "nextToken": null})),
        page(json!({"roleList": [role("Admin")], "nextToken": "more"})),
        page(json!({"roleList": [role("Reader")]})),
        page(json!({"roleList": [role("Admin")]})),
    ]);
    let endpoint = portal.url("");
    let roles = listed(cache.path(), &endpoint).unwrap();
    let found: Vec<_> =
        roles.iter().map(|role| (role.account_name.as_str(), role.role_name.as_str())).collect();
    assert_eq!(found, [("one", "Admin"), ("one", "Reader"), ("two", "Admin")]);
    let requests = portal.requests();
    let paths: Vec<_> = requests.iter().map(|request| request.target.as_str()).collect();
    assert_eq!(
        paths,
        [
            "/assignment/accounts?max_result=100",
            "/assignment/accounts?max_result=100&next_token=a%2Fb",
            "/assignment/roles?max_result=100&account_id=111111111111",
            "/assignment/roles?max_result=100&account_id=111111111111&next_token=more",
            "/assignment/roles?max_result=100&account_id=222222222222",
        ]
    );
}

#[test]
fn a_list_that_is_refused_says_why() {
    let nobody = tempfile::tempdir().unwrap();
    let missing = listed(nobody.path(), "http://127.0.0.1:1");
    assert!(missing.unwrap_err().needs_login);
    for (status, needs_login, said) in [
        ("401 X", true, "the SSO session `dev` has expired or was revoked"),
        ("429 X", false, "IAM Identity Center refused to list roles with 429 slow"),
    ] {
        let cache = logged_in();
        let portal = Origin::answering([response(status, r#"{"message":"slow"}"#)]);
        let endpoint = portal.url("");
        let error = listed(cache.path(), &endpoint).unwrap_err();
        assert_eq!((error.message.as_str(), error.needs_login), (said, needs_login));
    }
}

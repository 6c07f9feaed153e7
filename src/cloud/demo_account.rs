//! The account of the demo, and of `signpost cloud` without a configuration.

use std::time::SystemTime;

use super::info::{UserInfo, Users};
use super::random::Random;
use super::state::{AccessKey, Account, Function, State, UrlConfig, User};

const ACCOUNT: &str = "123456789012";
const REGION: &str = "us-east-1";

/// The demo's account, its users' keys, and its function.
pub(crate) struct DemoAccount {
    pub(crate) state: State,
    pub(crate) users: Users,
    pub(crate) function: Function,
}

impl DemoAccount {
    /// One account with an administrator, alice, who has no permissions yet, and a function.
    pub(crate) fn new(now: SystemTime, random: &Random) -> Self {
        let mut account = Account { id: ACCOUNT.to_owned(), ..Account::default() };
        let mut user = |name: &str, attached: &[&str]| {
            let mut user = User::new(&account, "/", name, now, random);
            user.grants.attached = attached.iter().map(|arn| (*arn).to_owned()).collect();
            let key = AccessKey::new(now, random);
            let info = UserInfo::new(&user, &key);
            user.keys.push(key);
            account.users.insert(name, user);
            info
        };
        let users = Users {
            admin: user("admin", &["arn:aws:iam::aws:policy/AdministratorAccess"]),
            alice: user("alice", &[]),
        };
        let mut function = Function::new(REGION, ACCOUNT, "hello", now, random);
        function.url = Some(UrlConfig::new("demo".to_owned(), now));
        let mut state = State::new(REGION);
        state.accounts.insert(ACCOUNT.to_owned(), account);
        state.put_function(function.clone());
        state.restore();
        Self { state, users, function }
    }
}

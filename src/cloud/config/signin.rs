//! AWS Sign-In: who logs in.

use super::{Reader, file};
use crate::cloud::state::{SignIn, State};

impl Reader<'_> {
    pub(super) fn signin(&mut self, state: &mut State, file: &file::SignIn) {
        let account = self.account_of(state, file.account.as_ref(), &file.user);
        let name = file.user.get_ref();
        let user = state.account(&account).and_then(|account| account.users.get(name));
        match user.map(|user| user.arn.clone()) {
            Some(arn) => {
                state.signin = Some(SignIn { account, user: name.clone(), arn });
            }
            None => {
                let hint = "declare it under [[accounts.users]], or name another one";
                self.wrong(&file.user, format!("no user is named `{name}`"), hint);
            }
        }
    }
}

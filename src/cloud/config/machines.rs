//! The instance and the container whose metadata endpoints are served.

use std::time::Duration;

use toml::Spanned;

use super::{Reader, file};
use crate::cloud::state::{Machine, State};
use crate::core::credential::Secret;
use crate::core::identity::ROLE_SECONDS;

/// How long credentials last if nothing is declared, as on AWS: six hours.
const DEFAULT_LIFE_SECONDS: u64 = 21_600;

impl Reader<'_> {
    pub(super) fn machines(&mut self, state: &mut State, file: &file::File) {
        if let Some(file::Instance { role, account, lifetime_seconds }) = &file.instance {
            let life = self.life(lifetime_seconds.as_ref());
            state.machines.instance = Some(self.machine(state, role, account.as_ref(), life));
        }
        if let Some(file::Container { role, account, lifetime_seconds, authorization_token }) =
            &file.container
        {
            let life = self.life(lifetime_seconds.as_ref());
            let machine = self.machine(state, role, account.as_ref(), life);
            let token = authorization_token.as_ref().map(|token| self.token(token));
            state.machines.container = Some(Machine { token, ..machine });
        }
    }

    fn machine(
        &mut self,
        state: &State,
        written: &Spanned<String>,
        account: Option<&Spanned<String>>,
        life: Duration,
    ) -> Machine {
        let account = self.account_of(state, account, written);
        let role = self.role_name(state, written, &account);
        Machine { account, role, life, token: None, current: None }
    }

    fn life(&mut self, written: Option<&Spanned<u64>>) -> Duration {
        let seconds = written.map_or(DEFAULT_LIFE_SECONDS, |written| *written.get_ref());
        if let Some(written) = written
            && !ROLE_SECONDS.contains(&seconds)
        {
            let message = format!("a lifetime of {seconds} seconds is out of range");
            self.wrong(written, message, "give a number from 900 to 43200");
        }
        Duration::from_secs(seconds)
    }

    fn token(&mut self, written: &Spanned<String>) -> Secret {
        if written.get_ref().is_empty() || written.get_ref().chars().any(char::is_control) {
            let hint = "write what AWS_CONTAINER_AUTHORIZATION_TOKEN holds, on one line";
            self.wrong(written, "the authorization token isn't a valid header value", hint);
        }
        Secret::new(written.get_ref().as_str())
    }
}

//! `cloud.toml`: text -> what to start, or every mistake with its line, key and hint.
//!
//! Owns names, ranges and defaults of the options; `assets/cloud.example.toml` documents each.
//! Refuses to guess: a file with a mistake starts nothing.

mod file;
mod functions;
mod machines;
mod mfa;
mod place;
mod principals;
mod roles;
mod signin;
mod sso;

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::time::SystemTime;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use toml::Spanned;

use super::clock::Clock;
use super::demo_account::DemoAccount;
use super::problem::Problem;
use super::random::Random;
use super::state::{Document, State};
use crate::core::iam::Malformed;
use roles::NamedRoles;

/// A parsed `cloud.toml`.
pub(super) struct Config {
    pub(super) options: Options,
    /// As `[clock]` sets it.
    pub(super) clock: Clock,
    pub(super) state: State,
    /// Access keys in the file.
    pub(super) declared: BTreeSet<String>,
    /// To be checked in the state that the cloud serves.
    pub(super) roles: NamedRoles,
}

/// Everything but accounts and functions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Options {
    pub(super) listen: IpAddr,
    pub(super) port: u16,
    pub(super) state: Option<PathBuf>,
    pub(super) log: bool,
    /// A function URL requires `lambda:InvokeFunction` as well as `lambda:InvokeFunctionUrl`.
    pub(super) both_actions: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { listen: Ipv4Addr::LOCALHOST.into(), port: 0, state: None, log: false, both_actions: true }
    }
}

/// Parses a `cloud.toml`. Access keys that it doesn't give are generated.
pub(super) fn parse(text: &str, now: SystemTime, random: &Random) -> Result<Config, Vec<Problem>> {
    let file: file::File = match toml::from_str(text) {
        Ok(file) => file,
        Err(error) => return Err(vec![place::problem(text, &error)]),
    };
    let mut reader = Reader {
        text,
        now,
        random,
        problems: Vec::new(),
        declared: BTreeSet::new(),
        roles: NamedRoles::default(),
    };
    let options = reader.options(&file);
    let clock = reader.clock(&file.clock.clone().unwrap_or_default());
    let state = reader.state(&file);
    let Reader { mut problems, declared, roles, .. } = reader;
    if problems.is_empty() {
        return Ok(Config { options, clock, state, declared, roles });
    }
    // Reported together with the other mistakes, unless a state folder may have the role.
    if options.state.is_none() {
        problems.extend(roles.check(&state, &BTreeSet::new()).err().unwrap_or_default());
    }
    problems.sort_by_key(|problem| problem.line);
    Err(problems)
}

/// Turns the parsed file into state, and collects every problem.
struct Reader<'t> {
    text: &'t str,
    now: SystemTime,
    random: &'t Random,
    problems: Vec<Problem>,
    declared: BTreeSet<String>,
    roles: NamedRoles,
}

impl Reader<'_> {
    /// Reports a problem at a value.
    fn wrong<T>(&mut self, at: &Spanned<T>, message: impl Into<String>, hint: impl Into<String>) {
        let (line, key) = place::of(self.text, at.span().start);
        self.problems.push(Problem { line, key, message: message.into(), hint: hint.into() });
    }

    fn options(&mut self, file: &file::File) -> Options {
        let default = Options::default();
        let listen = match &file.listen {
            None => default.listen,
            Some(written) => written.get_ref().parse().unwrap_or_else(|_| {
                self.wrong(
                    written,
                    format!("`{}` isn't an IP address", written.get_ref()),
                    "write an IP address such as \"127.0.0.1\" or \"::1\"",
                );
                default.listen
            }),
        };
        let both_actions = match &file.function_url_actions {
            None => default.both_actions,
            Some(file::Actions::Both) => true,
            Some(file::Actions::UrlOnly) => false,
        };
        Options {
            listen,
            port: file.port.unwrap_or(default.port),
            state: file.state.clone().filter(|state| !state.as_os_str().is_empty()),
            log: file.log.unwrap_or(default.log),
            both_actions,
        }
    }

    fn clock(&mut self, file: &file::Clock) -> Clock {
        const HINT: &str = "choose a time from 1970 to a hundred years ahead of real time";
        let clock = Clock::default();
        if let Some(written) = &file.now
            && let Some(now) = self.time(written)
            && let Err(error) = clock.set(now)
        {
            self.wrong(written, error.to_string(), HINT);
        }
        if let Some(written) = &file.advance_seconds
            && let Err(error) = clock.advance(*written.get_ref())
        {
            self.wrong(written, error.to_string(), HINT);
        }
        if let Some(written) = &file.skew_seconds
            && let Err(error) = clock.set_skew(*written.get_ref())
        {
            self.wrong(written, error.to_string(), HINT);
        }
        if file.frozen == Some(true) {
            clock.freeze();
        }
        clock
    }

    fn state(&mut self, file: &file::File) -> State {
        let mut state = if file.accounts.is_empty() {
            let DemoAccount { mut state, function, .. } = DemoAccount::new(self.now, self.random);
            if !file.functions.is_empty() {
                state.remove_function(&function.arn);
            }
            state
        } else {
            State::default()
        };
        state.region = match &file.region {
            Some(region) => self.region(region),
            None => file::REGION.to_owned(),
        };
        let regions: Vec<_> = file.regions.iter().flatten().map(|region| self.region(region)).collect();
        state.regions.extend(regions);
        state.regions.insert(state.region.clone());
        for account in &file.accounts {
            self.account(&mut state, account);
        }
        state.restore();
        self.machines(&mut state, file);
        if let Some(sso) = &file.sso {
            self.sso(&mut state, sso);
        }
        if let Some(signin) = &file.signin {
            self.signin(&mut state, signin);
        }
        for function in &file.functions {
            self.function(&mut state, function);
        }
        state
    }

    /// A time; empty means none.
    fn time(&mut self, written: &Spanned<String>) -> Option<SystemTime> {
        let text = written.get_ref();
        if text.is_empty() {
            return None;
        }
        match OffsetDateTime::parse(text, &Rfc3339) {
            Ok(time) => Some(time.into()),
            Err(_) => {
                let hint = "write one such as \"2026-01-01T00:00:00Z\"";
                self.wrong(written, format!("`{text}` isn't a valid time"), hint);
                None
            }
        }
    }

    fn region(&mut self, written: &Spanned<String>) -> String {
        let region = written.get_ref();
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if region.is_empty() || !region.chars().all(fits) {
            self.wrong(
                written,
                format!("`{region}` isn't a valid region"),
                "write one such as \"us-east-1\"",
            );
        }
        region.clone()
    }

    /// A policy document; the message of a mistake says where in the document it is.
    fn document(
        &mut self,
        written: &Spanned<String>,
        parse: fn(&str) -> Result<Document, Malformed>,
    ) -> Option<Document> {
        match parse(written.get_ref().trim()) {
            Ok(document) => Some(document),
            Err(malformed) => {
                self.wrong(written, malformed.to_string(), "fix the policy at that place");
                None
            }
        }
    }
}

#[cfg(test)]
mod tests;

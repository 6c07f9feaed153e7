//! The two kinds of sessions that somebody logs in to, for the one course of a login.
//!
//! Refuses to wait for anybody else's login: its caller does.

use std::path::Path;
use std::time::{Duration, SystemTime};

use tokio::time::Instant;

use crate::core::credential::Credential;
use crate::core::provider::{self, LoginTarget};
use crate::core::sso_role::SsoRole;
use crate::io::credentials::login::{self, Login};
use crate::io::credentials::sso::{Sso, Token, browser, device};
use crate::io::credentials::{CredentialError, LoggedIn};
use crate::io::transport::Transport;

use super::LoginWay;

/// A session.
#[derive(Clone, Copy)]
pub(in crate::engine) enum Session<'a> {
    Sso(&'a provider::Sso),
    SignIn(&'a provider::Login),
}

/// What tells sessions apart: what one gave may go to no other endpoint.
#[derive(PartialEq, Eq, Hash)]
pub(super) enum SessionKey {
    Sso { session: String, start_url: String, region: String, oidc_endpoint: String, portal_endpoint: String },
    SignIn { session: String, region: String, endpoint: String },
}

/// What a request needs.
#[derive(Clone, Copy)]
pub(super) struct Now<'a> {
    pub(super) transport: &'a Transport,
    pub(super) at: SystemTime,
    pub(super) deadline: Option<Instant>,
}

/// What a login gave.
#[derive(Clone)]
pub(super) enum Held {
    Token(Token),
    Credential(Credential),
}

impl Held {
    pub(super) fn expires_at(&self) -> Option<SystemTime> {
        match self {
            Self::Token(token) => Some(token.expires_at),
            Self::Credential(credential) => credential.expires_at,
        }
    }
}

/// A login that waits for somebody.
pub(super) enum Started {
    Device(device::DeviceLogin),
    Browser(browser::BrowserLogin),
    SignIn(login::BrowserLogin),
}

/// A login that waits for a code from another machine.
pub(super) struct RemoteStarted(login::RemoteLogin);

impl RemoteStarted {
    pub(super) fn url(&self) -> &str {
        self.0.url.as_str()
    }
}

impl Started {
    pub(super) fn url(&self) -> &str {
        match self {
            Self::Device(login) => login.url.as_str(),
            Self::Browser(login) => login.url.as_str(),
            Self::SignIn(login) => login.url.as_str(),
        }
    }

    pub(super) fn code(&self) -> &str {
        match self {
            Self::Device(login) => &login.code,
            Self::Browser(_) | Self::SignIn(_) => "",
        }
    }

    pub(super) fn time_left(&self) -> Duration {
        match self {
            Self::Device(login) => login.time_left(),
            Self::Browser(login) => login.time_left(),
            Self::SignIn(login) => login.time_left(),
        }
    }
}

fn sso(found: &provider::Sso) -> Sso<'_> {
    Sso {
        profile: &found.profile,
        session: &found.session,
        start_url: &found.start_url,
        region: &found.region,
        account_id: &found.account_id,
        role_name: &found.role_name,
        cache: &found.cache,
        role_cache: &found.role_cache,
        portal_endpoint: &found.portal_endpoint,
        oidc_endpoint: &found.oidc_endpoint,
    }
}

fn sign_in(found: &provider::Login) -> Login<'_> {
    Login {
        profile: &found.profile,
        session: &found.session,
        region: &found.region,
        cache: &found.cache,
        endpoint: &found.endpoint,
    }
}

impl<'a> Session<'a> {
    pub(super) fn of(target: &'a LoginTarget) -> Self {
        match target {
            LoginTarget::Sso(found) => Self::Sso(found),
            LoginTarget::SignIn(found) => Self::SignIn(found),
        }
    }

    /// A file with authorities that its requests trust beside the others.
    pub(super) fn ca_bundle(&self) -> Option<&'a Path> {
        match self {
            Self::Sso(found) => found.ca_bundle.as_deref(),
            Self::SignIn(found) => found.ca_bundle.as_deref(),
        }
    }

    /// What tells it from other sessions.
    pub(super) fn key(&self) -> SessionKey {
        match self {
            Self::Sso(found) => SessionKey::Sso {
                session: found.session.clone(),
                start_url: found.start_url.clone(),
                region: found.region.clone(),
                oidc_endpoint: found.oidc_endpoint.clone(),
                portal_endpoint: found.portal_endpoint.clone(),
            },
            Self::SignIn(found) => SessionKey::SignIn {
                session: found.session.clone(),
                region: found.region.clone(),
                endpoint: found.endpoint.clone(),
            },
        }
    }

    /// The session in words.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Sso(found) => sso(found).name(),
            Self::SignIn(found) => sign_in(found).name(),
        }
    }

    /// Its credential; `held` is what a login gave that couldn't be saved and hasn't expired.
    pub(super) async fn credential(
        &self,
        held: Option<&Held>,
        now: Now<'_>,
    ) -> Result<Credential, CredentialError> {
        let Now { transport, at, deadline } = now;
        match (self, held) {
            (Self::Sso(found), Some(Held::Token(token))) => {
                sso(found).call_with(token, transport, at, deadline).await
            }
            (Self::SignIn(_), Some(Held::Credential(known))) => Ok(known.clone()),
            (Self::Sso(found), _) => sso(found).call(transport, at, deadline).await,
            (Self::SignIn(found), _) => sign_in(found).call(transport, at, deadline).await,
        }
    }

    pub(super) async fn start(&self, way: LoginWay, now: Now<'_>) -> Result<Started, CredentialError> {
        let Now { transport, at, deadline } = now;
        match (self, way) {
            // Only a session with scopes has the other login, as with the AWS CLI.
            (Self::Sso(found), LoginWay::Browser) if !found.scopes.is_empty() => {
                let scopes: Vec<&str> = found.scopes.iter().map(String::as_str).collect();
                sso(found).start_browser_login(&scopes, transport, at, deadline).await.map(Started::Browser)
            }
            (Self::Sso(found), LoginWay::Browser | LoginWay::DeviceCode) => {
                let scopes: Vec<&str> = found.scopes.iter().map(String::as_str).collect();
                sso(found).start_login(&scopes, transport, at, deadline).await.map(Started::Device)
            }
            (Self::SignIn(found), LoginWay::Browser) => {
                sign_in(found).start_browser_login().await.map(Started::SignIn)
            }
            (Self::SignIn(found), LoginWay::DeviceCode) => Err(sign_in(found).without_browser()),
        }
    }

    pub(super) async fn finish(
        &self,
        started: &Started,
        now: Now<'_>,
    ) -> Result<LoggedIn<Held>, CredentialError> {
        let transport = now.transport;
        match (self, started) {
            (Self::Sso(found), Started::Device(login)) => {
                sso(found).finish_login(login, transport).await.map(token)
            }
            (Self::Sso(found), Started::Browser(login)) => {
                sso(found).finish_browser_login(login, transport).await.map(token)
            }
            (Self::SignIn(found), Started::SignIn(login)) => {
                sign_in(found).finish_browser_login(login, transport, now.at).await.map(credential)
            }
            (Self::Sso(_), Started::SignIn(_))
            | (Self::SignIn(_), Started::Device(_) | Started::Browser(_)) => {
                Err(other_kind("the login belongs to another session"))
            }
        }
    }

    pub(super) fn start_remote(&self) -> Result<RemoteStarted, CredentialError> {
        match self {
            Self::SignIn(found) => sign_in(found).start_remote_login().map(RemoteStarted),
            Self::Sso(found) => {
                let message = format!("{} has no login with a pasted code", sso(found).name());
                Err(CredentialError { hint: "Use --use-device-code.".to_owned(), ..other_kind(&message) })
            }
        }
    }

    pub(super) async fn finish_remote(
        &self,
        started: &RemoteStarted,
        pasted: &str,
        now: Now<'_>,
    ) -> Result<LoggedIn<Held>, CredentialError> {
        match self {
            Self::SignIn(found) => {
                let login = sign_in(found);
                login.finish_remote_login(&started.0, pasted, now.transport, now.at).await.map(credential)
            }
            Self::Sso(_) => Err(other_kind("the login belongs to another session")),
        }
    }

    pub(super) async fn roles(
        &self,
        held: Option<&Held>,
        now: Now<'_>,
    ) -> Result<Vec<SsoRole>, CredentialError> {
        let Now { transport, at, deadline } = now;
        match (self, held) {
            (Self::Sso(found), Some(Held::Token(held))) => {
                sso(found).roles(Some(held), transport, at, deadline).await
            }
            (Self::Sso(found), _) => sso(found).roles(None, transport, at, deadline).await,
            (Self::SignIn(_), _) => Err(other_kind("a session of `aws login` leads to no other roles")),
        }
    }
}

fn token(logged_in: LoggedIn<Token>) -> LoggedIn<Held> {
    LoggedIn { value: Held::Token(logged_in.value), unsaved: logged_in.unsaved }
}

fn credential(logged_in: LoggedIn<Credential>) -> LoggedIn<Held> {
    LoggedIn { value: Held::Credential(logged_in.value), unsaved: logged_in.unsaved }
}

fn other_kind(message: &str) -> CredentialError {
    CredentialError { message: message.to_owned(), hint: String::new(), needs_login: false }
}

//! MFA codes, in the words of STS.
//!
//! Owns which device's code a call may present. Uses up the code, whatever becomes of the call.

use std::time::SystemTime;

use super::{StsRequest, input};
use crate::cloud::caller::Who;
use crate::cloud::query::{Error, Params};

/// A serial number and a code, as a call presents them.
struct Presented<'a> {
    serial: &'a str,
    code: &'a str,
}

/// When the caller presented a valid code: now, or `None` if the call has no code.
///
/// # Errors
/// Half a pair, a device that isn't the caller's, a code that's invalid or used.
pub(super) fn authenticated(request: &StsRequest<'_>) -> Result<Option<SystemTime>, Error> {
    let Some(Presented { serial, code }) = presented(request.params)? else { return Ok(None) };
    let who = request.who;
    request.store.change(|state| {
        let user = match &who.who {
            Who::User(name) => Some(name),
            Who::Root | Who::Role(_) | Who::Federated(_) => None,
        };
        let account = state.accounts.get_mut(who.account());
        let device = account.and_then(|account| account.devices.get_mut(serial));
        let own = device.filter(|device| user.is_some_and(|user| device.is_of(user)));
        let own = own.ok_or_else(|| {
            denied("MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.")
        })?;
        if own.codes.accept(code, request.call.now) {
            Ok(Some(request.call.now))
        } else {
            Err(denied("MultiFactorAuthentication failed with invalid MFA one time pass code."))
        }
    })
}

fn presented(params: &Params) -> Result<Option<Presented<'_>>, Error> {
    let serial = input::serial(params)?;
    let code = input::token_code(params)?;
    match (serial, code) {
        (None, None) => Ok(None),
        (Some(serial), Some(code)) => Ok(Some(Presented { serial, code })),
        (Some(_), None) | (None, Some(_)) => Err(denied(
            "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.",
        )),
    }
}

fn denied(message: &str) -> Error {
    Error::new(403, "AccessDenied", message)
}

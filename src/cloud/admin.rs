//! The cloud's admin endpoints, under `/_signpost/`: its clock, the codes of MFA devices, and the
//! trace of each request.
//!
//! Owns what they accept and return. Refuses everything else under that prefix, and codes to other
//! machines.

use serde::Deserialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::clock::{Clock, OutOfRange, iso};
use super::reply::Reply;
use super::request::Call;
use super::server_context::ServerContext;
use crate::core::local_cloud::{CLOCK_PATH, MFA_PATH, TRACE_PREFIX};

pub(super) fn answer(cloud: &ServerContext, call: &Call) -> Reply {
    let clock = &cloud.clock;
    if let Some(id) = call.path.strip_prefix(TRACE_PREFIX) {
        return match (call.method.as_str(), cloud.trace.find(id, &cloud.store)) {
            ("GET", Some(found)) => Reply::json(200, found.to_string()),
            ("GET", None) => {
                Reply::text(404, "no trace of this request is kept; only the latest requests are\n")
            }
            _ => Reply::text(405, "the trace accepts GET only\n"),
        };
    }
    match (call.method.as_str(), call.path.as_str()) {
        ("GET", CLOCK_PATH) => shown(clock),
        ("POST", CLOCK_PATH) => match change(clock, &call.body) {
            Ok(()) => shown(clock),
            Err(why) => Reply::text(400, why),
        },
        (_, CLOCK_PATH) => Reply::text(405, "the clock accepts GET and POST only\n"),
        (_, MFA_PATH) if !call.peer.is_loopback() => {
            Reply::text(403, "the codes of MFA devices are for this machine only\n")
        }
        ("GET", MFA_PATH) => code(cloud, call),
        (_, MFA_PATH) => Reply::text(405, "the code of an MFA device accepts GET only\n"),
        _ => Reply::text(
            404,
            format!(
                "not found; the admin endpoints are {CLOCK_PATH}, {MFA_PATH} and {TRACE_PREFIX}REQUEST_ID\n"
            ),
        ),
    }
}

/// What the MFA device with the `serial` of the query shows now.
fn code(cloud: &ServerContext, call: &Call) -> Reply {
    let pairs = url::form_urlencoded::parse(call.query.as_bytes());
    let serial = pairs.into_iter().find(|(name, _)| name == "serial").map(|(_, serial)| serial);
    let state = cloud.store.read();
    let mut devices = state.accounts.values().flat_map(|account| account.devices.values());
    match devices.find(|device| Some(device.serial.as_str()) == serial.as_deref()) {
        None => {
            Reply::text(404, format!("no MFA device has this serial number; ask for {MFA_PATH}?serial=ARN\n"))
        }
        Some(device) => {
            let shown = serde_json::json!({
                "code": device.codes.shown(call.now),
                "user": device.owner.as_ref().map(|owner| &owner.user),
            });
            Reply::json(200, shown.to_string())
        }
    }
}

/// The body of a POST to the clock.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    now: Option<String>,
    frozen_at: Option<String>,
    freeze: Option<bool>,
    advance_seconds: Option<i64>,
    skew_seconds: Option<i64>,
}

fn change(clock: &Clock, body: &[u8]) -> Result<(), String> {
    const ACCEPTED: &str = "the clock accepts {\"advance_seconds\": N}, {\"skew_seconds\": N}, {\"freeze\": true}, {\"frozen_at\": \"2026-01-01T00:00:00Z\"} and {\"now\": \"2026-01-01T00:00:00Z\"}";
    let change: Change = serde_json::from_slice(body).map_err(|error| format!("{error}; {ACCEPTED}\n"))?;
    let date = |text: Option<String>| {
        let parsed = text.map(|text| OffsetDateTime::parse(&text, &Rfc3339));
        parsed.transpose().map_err(|error| format!("invalid date: {error}; {ACCEPTED}\n"))
    };
    let (now, frozen_at) = (date(change.now)?, date(change.frozen_at)?);
    if change.freeze == Some(false) && frozen_at.is_some() {
        return Err("frozen_at and freeze = false contradict each other; leave out one of them\n".to_owned());
    }
    let refuse = |error: OutOfRange| format!("{error}\n");
    // Either all changes are made or none.
    let changed = clock.detached();
    if let Some(now) = now {
        changed.set(now.into()).map_err(refuse)?;
    }
    match (frozen_at, change.freeze) {
        (Some(at), _) => changed.freeze_at(at.into()).map_err(refuse)?,
        (None, Some(true)) => changed.freeze(),
        (None, Some(false)) => changed.unfreeze(),
        (None, None) => {}
    }
    if let Some(seconds) = change.advance_seconds {
        changed.advance(seconds).map_err(refuse)?;
    }
    if let Some(seconds) = change.skew_seconds {
        changed.set_skew(seconds).map_err(refuse)?;
    }
    clock.take_over(&changed);
    Ok(())
}

fn shown(clock: &Clock) -> Reply {
    let state = serde_json::json!({
        "now": iso(clock.now()),
        "advanced_seconds": clock.advanced_seconds(),
        "skew_seconds": clock.skew_seconds(),
        "frozen": clock.is_frozen(),
    });
    Reply::json(200, state.to_string())
}

//! Virtual MFA devices.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateVirtualMFADevice.html>

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::page::Page;
use super::{ActionResult, IamRequest, conflict, exists, limit, new_name, new_path, no_such, tags, users};
use crate::cloud::clock;
use crate::cloud::query::{Error, Xml};
use crate::cloud::state::{Account, Codes, MfaDevice, MfaOwner, State};
use crate::core::credential::Secret;

/// The most MFA devices of a user.
const MAX_DEVICES_PER_USER: usize = 8;

/// The characters of a new seed.
const SEED_CHARACTERS: usize = 64;

fn serial<'a>(request: &'a IamRequest<'_>) -> Result<&'a str, Error> {
    request.params.required("SerialNumber", "serialNumber")
}

fn missing(serial: &str) -> Error {
    no_such(format!("VirtualMFADevice with serial number {serial} does not exist."))
}

/// The device in the parameters, if it is enabled for the user in the parameters.
fn enabled_mut<'s>(account: &'s mut Account, request: &IamRequest<'_>) -> Result<&'s mut MfaDevice, Error> {
    let serial = serial(request)?;
    let user = users::find(account, request.user_name()?)?.name.clone();
    let device = account.devices.get_mut(serial).ok_or_else(|| missing(serial))?;
    if device.is_of(&user) { Ok(device) } else { Err(no_such("MFA Device invalid for user.")) }
}

/// Two codes of six digits each.
fn two_codes<'a>(request: &'a IamRequest<'_>) -> Result<(&'a str, &'a str), Error> {
    let code = |name: &str, field: &str| {
        let code = request.params.required(name, field)?;
        let refuse = |constraint: &str| Err(Error::validation(Some(code), field, constraint));
        if code.len() < 6 {
            return refuse("Member must have length greater than or equal to 6");
        }
        if code.len() > 6 {
            return refuse("Member must have length less than or equal to 6");
        }
        if !code.bytes().all(|byte| byte.is_ascii_digit()) {
            return refuse("Member must satisfy regular expression pattern: [\\d]+");
        }
        Ok(code)
    };
    Ok((
        code("AuthenticationCode1", "authenticationCode1")?,
        code("AuthenticationCode2", "authenticationCode2")?,
    ))
}

/// Uses up two codes of a device.
fn synchronize(
    device: &mut MfaDevice,
    (first, second): (&str, &str),
    request: &IamRequest<'_>,
) -> Result<(), Error> {
    if device.codes.synchronize(first, second, request.now) {
        return Ok(());
    }
    Err(Error::new(403, "InvalidAuthenticationCode", "Authentication code for device is not valid."))
}

/// The QR code is left out: it has nothing that the seed hasn't.
pub(super) fn create(state: &mut State, request: &IamRequest<'_>) -> ActionResult {
    let name = new_name(request.params, "VirtualMFADeviceName", "virtualMFADeviceName", 226)?;
    let path = new_path(request.params, "Path")?;
    let tags = tags::new(request.params)?;
    let account = request.account_mut(state)?;
    let serial = account.arn("mfa", path, name);
    if account.devices.contains_key(&serial) {
        return Err(exists("MFADevice entity at the same path and name already exists.".to_owned()));
    }
    let seed = request.random.base32(SEED_CHARACTERS);
    let xml = Xml::new().within("VirtualMFADevice", |xml| {
        let xml = xml.text("SerialNumber", &serial).text("Base32StringSeed", STANDARD.encode(&seed));
        tags::element(xml, &tags)
    });
    let codes = Codes::totp(Secret::new(seed));
    account.devices.insert(serial.clone(), MfaDevice { serial, codes, owner: None, tags });
    Ok(Some(xml))
}

pub(super) fn enable(state: &mut State, request: &IamRequest<'_>) -> ActionResult {
    let user = request.params.required("UserName", "userName")?;
    let serial = serial(request)?;
    let codes = two_codes(request)?;
    let account = request.account_mut(state)?;
    let user = users::find(account, user)?.name.clone();
    let count = account.devices_of(&user).count();
    let device = account.devices.get_mut(serial).ok_or_else(|| missing(serial))?;
    if device.owner.is_some() {
        return Err(exists("MFA Device is already in use.".to_owned()));
    }
    if count >= MAX_DEVICES_PER_USER {
        return Err(limit(format!("Cannot exceed quota for MFADevicesPerUser: {MAX_DEVICES_PER_USER}")));
    }
    synchronize(device, codes, request)?;
    device.owner = Some(MfaOwner { user, since: request.now });
    Ok(None)
}

pub(super) fn resync(state: &mut State, request: &IamRequest<'_>) -> ActionResult {
    request.params.required("UserName", "userName")?;
    let codes = two_codes(request)?;
    synchronize(enabled_mut(request.account_mut(state)?, request)?, codes, request)?;
    Ok(None)
}

pub(super) fn deactivate(state: &mut State, request: &IamRequest<'_>) -> ActionResult {
    enabled_mut(request.account_mut(state)?, request)?.owner = None;
    Ok(None)
}

pub(super) fn delete(state: &mut State, request: &IamRequest<'_>) -> ActionResult {
    let serial = serial(request)?;
    let account = request.account_mut(state)?;
    let device = account.devices.get(serial).ok_or_else(|| missing(serial))?;
    if device.owner.is_some() {
        return Err(conflict("MFA VirtualDevice in use. Must deactivate first."));
    }
    account.devices.remove(serial);
    Ok(None)
}

pub(super) fn list(state: &State, request: &IamRequest<'_>) -> ActionResult {
    let account = request.account(state)?;
    let user = users::find(account, request.user_name()?)?;
    let devices = account.devices_of(&user.name).map(|device| (device.serial.clone(), device));
    let page = Page::of(request.params, devices)?;
    Ok(Some(page.list(Xml::new(), "MFADevices", |xml, device| {
        enable_date(xml.text("UserName", &user.name).text("SerialNumber", &device.serial), device)
    })))
}

pub(super) fn list_virtual(state: &State, request: &IamRequest<'_>) -> ActionResult {
    let status = request.params.get("AssignmentStatus").unwrap_or("Any");
    let assigned = match status {
        "Any" => None,
        "Assigned" => Some(true),
        "Unassigned" => Some(false),
        other => {
            let constraint = "Member must satisfy enum value set: [Any, Unassigned, Assigned]";
            return Err(Error::validation(Some(other), "assignmentStatus", constraint));
        }
    };
    let account = request.account(state)?;
    let devices = account
        .devices
        .values()
        .filter(|device| assigned.is_none_or(|assigned| device.owner.is_some() == assigned));
    let page = Page::of(request.params, devices.map(|device| (device.serial.clone(), device)))?;
    Ok(Some(page.list(Xml::new(), "VirtualMFADevices", |xml, device| {
        let xml = enable_date(xml.text("SerialNumber", &device.serial), device);
        match device.owner.as_ref().and_then(|owner| account.users.get(&owner.user)) {
            Some(user) => xml.within("User", |xml| users::member(xml, user)),
            None => xml,
        }
    })))
}

fn enable_date(xml: Xml, device: &MfaDevice) -> Xml {
    xml.maybe("EnableDate", device.owner.as_ref().map(|owner| clock::iso(owner.since)))
}

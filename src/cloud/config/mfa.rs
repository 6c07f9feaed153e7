//! MFA devices of users, enabled from the start.

use toml::Spanned;

use super::{Reader, file};
use crate::cloud::state::{Account, Codes, MfaDevice, MfaOwner, SERIAL_LENGTHS, Tags, is_of_serial};
use crate::cloud::totp;
use crate::core::credential::Secret;
use crate::core::template::{self, Part, PartKind, Reference};

impl Reader<'_> {
    pub(super) fn device(&mut self, account: &mut Account, user: &str, file: &Spanned<file::Mfa>) {
        let Some(codes) = self.codes(file) else { return };
        let serial = match &file.get_ref().serial {
            Some(serial) => self.serial(serial),
            None => account.arn("mfa", "/", user),
        };
        if account.devices.contains_key(&serial) {
            let message = format!("the MFA device `{serial}` is declared twice");
            self.wrong(file, message, "give each user a different serial, or leave it out");
        }
        let owner = Some(MfaOwner { user: user.to_owned(), since: self.now });
        account.devices.insert(serial.clone(), MfaDevice { serial, codes, owner, tags: Tags::new() });
    }

    fn serial(&mut self, written: &Spanned<String>) -> String {
        let serial = written.get_ref();
        if !SERIAL_LENGTHS.contains(&serial.len()) || !serial.chars().all(is_of_serial) {
            let hint = "use 9 to 256 letters, digits and _+=/:,.@-, or leave it out";
            self.wrong(written, format!("`{serial}` isn't a valid serial number"), hint);
        }
        serial.clone()
    }

    fn codes(&mut self, file: &Spanned<file::Mfa>) -> Option<Codes> {
        let file::Mfa { code, seed, .. } = file.get_ref();
        match (code, seed) {
            (Some(code), None) => self.fixed(code),
            (None, Some(seed)) => self.seed(seed).map(Codes::totp),
            (Some(_), Some(_)) | (None, None) => {
                let hint =
                    "write seed = \"…\" in Base32, or code = \"123456\" for one code that is always valid";
                self.wrong(file, "an MFA device needs a seed or a code, and only one of them", hint);
                None
            }
        }
    }

    fn fixed(&mut self, written: &Spanned<String>) -> Option<Codes> {
        let code = written.get_ref();
        if code.len() != 6 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
            self.wrong(written, "an MFA code has six digits", "write code = \"123456\"");
            return None;
        }
        Some(Codes::Fixed { code: Secret::new(code.as_str()) })
    }

    /// A seed in Base32, or `{{env:NAME}}` for the one in an environment variable.
    fn seed(&mut self, written: &Spanned<String>) -> Option<Secret> {
        let seed = match template::parse(written.get_ref().trim()).as_slice() {
            [Part { kind: PartKind::Reference(Reference::Env(name)), .. }] => {
                let Ok(value) = std::env::var(name) else {
                    let message = format!("the environment variable `{name}` isn't set");
                    self.wrong(written, message, "export it with the seed in Base32");
                    return None;
                };
                Secret::new(value)
            }
            // Whatever else has braces isn't Base32.
            _ => Secret::new(written.get_ref().as_str()),
        };
        if totp::decode_base32(seed.expose()).is_none() {
            // Never the seed, which is a secret.
            let message = "the seed isn't valid Base32";
            self.wrong(
                written,
                message,
                "use letters and the digits 2 to 7, as the authenticator app shows it",
            );
            return None;
        }
        Some(seed)
    }
}

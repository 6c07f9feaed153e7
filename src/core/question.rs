//! The questions of a running send, and their answers.
//!
//! Owns plain data. Refuses to ask: the screen turns a question into an overlay, the command line
//! into a prompt at the terminal.

use std::time::SystemTime;

use crate::core::credential::Secret;

/// Identifies a question of one send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct QuestionId(pub u64);

/// A question to the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// The six digits currently shown by an MFA device.
    MfaCode {
        /// Name of the identity whose session is being fetched.
        identity: String,
        /// Serial number or ARN of the device.
        serial: String,
    },
    /// A page to log in at. Nothing is answered: the login ends when somebody has logged in there, or
    /// when this is declined.
    OpenUrl {
        /// The session in words: the SSO session `dev`.
        session: String,
        /// The page.
        url: String,
        /// The code that the page asks for or shows; empty for none.
        code: String,
        /// When it's too late (UTC).
        expires: SystemTime,
    },
    /// What to do about a credential that has expired and isn't renewed without a person.
    Expired {
        /// Name of the identity, or the profile, whose credential it is.
        identity: String,
    },
    /// Whether a body may grow on beyond a limit.
    BodyLimit {
        /// The limit that it has reached, in bytes.
        limit: u64,
        /// The next limit, in bytes, at which this is asked again.
        next: u64,
    },
}

/// A question that is waiting for its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Returned with the answer.
    pub id: QuestionId,
    /// The question.
    pub question: Question,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The digits, as parsed by [`mfa_code`].
    MfaCode(Secret),
    /// Fetch a new credential.
    Renew,
    /// Sign with the credential that has expired.
    AsItIs,
    /// Yes: go on.
    GoOn,
    /// Nobody can answer, or nobody wants to; the request isn't sent, or its body isn't read on.
    Declined {
        /// Why, in one sentence.
        message: String,
        /// What to do, in one sentence.
        hint: String,
    },
}

/// Parses an MFA code: six digits, with any space around or between them. `None` for anything else.
pub fn mfa_code(text: &str) -> Option<Secret> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let valid = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit());
    valid.then(|| Secret::new(digits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_mfa_code_has_six_digits() {
        assert_eq!(mfa_code(" 123 456\n"), Some(Secret::new("123456")));
        for text in ["", "12345", "1234567", "12345a", "１２３４５６"] {
            assert_eq!(mfa_code(text), None, "{text:?}");
        }
    }
}

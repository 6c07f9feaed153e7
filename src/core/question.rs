//! What a send asks while it is under way, and how it is answered.
//!
//! Owns plain data. Refuses to ask: the screen turns a question into an overlay, the command line
//! into a prompt at the terminal.

use crate::core::credential::Secret;

/// Numbers the questions of one send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct QuestionId(pub u64);

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// The six digits that an MFA device shows now.
    MfaCode {
        /// Name of the identity whose session is fetched.
        identity: String,
        /// Serial number or ARN of the device.
        serial: String,
    },
    /// Whether a body may grow on beyond a limit.
    BodyLimit {
        /// The limit that it has reached, in bytes.
        limit: u64,
        /// The next limit, in bytes, at which this is asked again.
        next: u64,
    },
}

/// A question that waits for its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Goes back with the answer.
    pub id: QuestionId,
    /// What is asked.
    pub question: Question,
}

/// What is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The digits, as [`mfa_code`] reads them.
    MfaCode(Secret),
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

/// Reads an MFA code: six digits, with any space around or between them. `None` for anything else.
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

//! One diagnosed cause as data: what happened, the evidence, and fixes.
//!
//! Owns the shape that [`crate::core::diagnose`] fills in. Refuses places on the screen and keys: a
//! fix says what to change, and each front end says where.

use super::names::IdentityName;

/// A cause with its evidence and fixes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which cause.
    pub id: FindingId,
    /// How sure we are.
    pub certainty: Certainty,
    /// What happened, in one sentence.
    pub cause: String,
    /// What in the exchange shows it, one quoted line each.
    pub evidence: Vec<String>,
    /// What to do, in one sentence; may be empty if the fixes are enough.
    pub hint: String,
    /// Changes that can be applied, the most likely first; may be empty.
    pub fixes: Vec<Fix>,
}

impl Finding {
    /// The same finding with one more fix.
    #[must_use]
    pub(crate) fn with(mut self, fix: Fix) -> Self {
        self.fixes.push(fix);
        self
    }

    /// The commands among the fixes.
    pub fn commands(&self) -> impl Iterator<Item = &str> {
        self.fixes.iter().filter_map(Fix::command)
    }
}

/// A change that makes a request work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fix {
    /// Sign for this region; `None` if only the endpoint knows it.
    SetRegion(Option<String>),
    /// Sign for this service; `None` if only the endpoint knows it.
    SetService(Option<String>),
    /// Sign the request with SigV4.
    EnableSigning,
    /// Sign as another identity.
    ChooseIdentity,
    /// Authenticate in another way.
    ChooseAuth,
    /// Fetch fresh credentials for this identity.
    Renew(IdentityName),
    /// Send the session token that belongs to the temporary key.
    AddSessionToken,
    /// Don't send a session token.
    DropSessionToken,
    /// Sign the payload's hash.
    SignPayload,
    /// Sign in headers, not in the query.
    SignInHeaders,
    /// Make a presigned URL valid for longer.
    ExtendExpiry,
    /// Don't send this header.
    DropHeader(&'static str),
    /// Run this command.
    Command(String),
}

impl Fix {
    /// The command to run, if it is one.
    pub fn command(&self) -> Option<&str> {
        match self {
            Self::Command(command) => Some(command),
            Self::SetRegion(_)
            | Self::SetService(_)
            | Self::EnableSigning
            | Self::ChooseIdentity
            | Self::ChooseAuth
            | Self::Renew(_)
            | Self::AddSessionToken
            | Self::DropSessionToken
            | Self::SignPayload
            | Self::SignInHeaders
            | Self::ExtendExpiry
            | Self::DropHeader(_) => None,
        }
    }
}

/// How sure a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// One of several possible causes.
    Possible,
    /// The response names it, or nothing else is plausible.
    Likely,
    /// The response and our own record agree.
    Certain,
}

macro_rules! ids {
    ($($name:ident $word:literal $doc:literal;)*) => {
        /// Identifies the cause. Its name is stable, because people search for it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum FindingId {
            $(#[doc = $doc] $name,)*
        }

        impl FindingId {
            /// Every ID once.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Its stable name, for example `expired-token`.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }
        }
    };
}

ids! {
    Unauthorized "unauthorized" "The server requires other credentials.";
    Forbidden "forbidden" "The server refuses, for no known reason.";
    NotFound "not-found" "There is nothing at this path.";
    Throttled "throttled" "A rate or concurrency limit was reached.";
    ServerError "server-error" "The server failed.";
    NotAuthorized "not-authorized" "No policy allows the action.";
    ExplicitDeny "explicit-deny" "A policy denies the action.";
    Denied "denied" "No policy allows the caller to call the function URL, or one denies it.";
    NoPublicPolicy "no-public-policy" "The function URL is public, but no policy lets everyone call it.";
    UnknownFunctionUrl "unknown-function-url" "There is no function URL with this ID.";
    RequestTooLarge "request-too-large" "The body exceeds the service's limit.";
    FunctionError "function-error" "The function failed.";
    Unsigned "unsigned" "The service requires a signature, and there is none.";
    UnsignedOrNoSuchRoute "unsigned-or-no-such-route" "No signature arrived, or the route doesn't exist.";
    UnsignedPayload "unsigned-payload" "The service doesn't accept an unsigned payload.";
    PresignedBody "presigned-body" "The service doesn't accept a body with a presigned URL.";
    PresignedUrlExpired "presigned-url-expired" "The presigned URL has expired.";
    ClockBehind "clock-behind" "The signature's date is too old.";
    ClockAhead "clock-ahead" "The signature's date is in the future.";
    ClockSkew "clock-skew" "This machine's clock is off by the server's `date`.";
    WrongRegion "wrong-region" "The request was signed for another region.";
    WrongService "wrong-service" "The request was signed for another service.";
    ExpiredToken "expired-token" "The temporary credentials have expired.";
    UnknownKey "unknown-key" "The access key doesn't exist.";
    MissingToken "missing-token" "A temporary key was sent without its session token.";
    WrongToken "wrong-token" "The session token belongs to another key.";
    TokenWithLongTermKey "token-with-long-term-key" "A session token was sent with a long-term key.";
    HostNotSigned "host-not-signed" "The signature doesn't cover the host.";
    MalformedSignature "malformed-signature" "The `authorization` header isn't a valid SigV4 header.";
    SignatureMismatch "signature-mismatch" "The secret key is wrong, or the request was changed on its way.";
    SessionAsksForSession "session-asks-for-session" "Temporary credentials can't request a session.";
    SessionCallsIam "session-calls-iam" "A session without MFA can't call IAM.";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_id_has_a_unique_name() {
        let words: BTreeSet<&str> = FindingId::ALL.iter().map(|id| id.as_str()).collect();
        assert_eq!(words.len(), FindingId::ALL.len());
    }
}

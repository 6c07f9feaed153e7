//! The fields of `[expect]` and `[send]`.

use std::ops::RangeInclusive;

use super::{Editor, FieldInfo, RequestField, Shape, always};
use crate::core::request::Plus;

/// The status codes that a request may expect. HTTP defines 100 to 599 (RFC 9110, section 15), and
/// some servers send others with three digits.
pub const STATUS: RangeInclusive<u64> = 100..=999;

section! {
    /// A field of `[expect]`.
    ExpectField of Expect {
        /// the expected status
        Status {
            key: "status", label: "Status is", editor: Editor::LINE, applies: always, default: "any",
            shape: Shape::Number {
                range: STATUS,
                get: |request| request.expect.status.map(u64::from),
                set: |request, status| {
                    request.expect.status = status.and_then(|status| u16::try_from(status).ok());
                },
            },
        }
    }
}

section! {
    /// A field of `[send]`.
    SendField of Send {
        /// skip verification of the server's certificate
        Insecure {
            key: "insecure", label: "Certificate", editor: Editor::Choice, applies: always,
            default: "false",
            shape: Shape::Flag {
                choices: &[(None, "verified"), (Some(true), "NOT verified")],
                get: |request| request.send.insecure.then_some(true),
                set: |request, flag| request.send.insecure = flag.unwrap_or_default(),
            },
        }
        /// follow redirects
        FollowRedirects {
            key: "follow_redirects", label: "Redirects", editor: Editor::Choice, applies: always,
            default: AS_CONFIGURED,
            shape: flag!(
                send.follow_redirects,
                [(None, AS_CONFIGURED), (Some(true), "followed"), (Some(false), "not followed")]
            ),
        }
        /// limit for the whole exchange in seconds; 0 means no limit
        TimeoutSeconds {
            key: "timeout_seconds", label: "Timeout (s)", editor: Editor::LINE, applies: always,
            default: AS_CONFIGURED,
            shape: Shape::Number {
                // The largest integer of TOML.
                range: 0..=i64::MAX.unsigned_abs(),
                get: |request| request.send.timeout_seconds,
                set: |request, seconds| request.send.timeout_seconds = seconds,
            },
        }
        /// host and port to connect to, without a proxy; URL and `Host` stay, and so do TLS server name and
        /// certificate unless the URL has an address; a redirect to another origin connects as usual
        ConnectTo {
            key: "connect_to", label: "Connect to", editor: Editor::LINE, applies: always,
            default: "the URL's host and port", shape: text!(send.connect_to),
        }
        /// default headers that are left out: `"accept-encoding"`, `"user-agent"` or
        /// `"content-type"`. `accept` is always sent, and leaving it out stops the send
        Without {
            key: "without", label: "Left out", editor: Editor::FileOnly, applies: always, default: "none",
            shape: Shape::Texts {
                get: |request| &request.send.without,
                set: |request, names| request.send.without = names,
            },
        }
        /// what a `+` typed in the query of `url` means: a plus, sent as `%2B`, or a space, sent as
        /// `%20`. A `+` is never sent unencoded, since servers and signers read it differently
        Plus {
            key: "plus", label: "A + in the URL", editor: Editor::Choice, applies: always,
            default: "`\"literal\"`",
            shape: word!(send.plus as Plus, ["means a plus", "means a space"]),
        }
    }
}

const AS_CONFIGURED: &str = "as configured";

//! The fields of `[auth]`, in requests, folders and workspaces.

use super::{Editor, FieldInfo, OtherText, RequestField, Shape, always};
use crate::core::request::{Algorithm, ApiKeyPlace, AuthKind, PayloadMode, Request, SignatureLocation};

section! {
    /// A field of `[auth]`.
    AuthField of Auth {
        /// how the request is authenticated; `"inherit"` means as the folder or the workspace says
        Kind {
            key: "kind", label: "Auth", editor: Editor::Choice, applies: always,
            default: "`\"inherit\"`", shape: word!(auth.kind as AuthKind),
        }
        /// name of an identity of the workspace; excludes the next three keys
        Identity {
            key: "identity", label: "Identity", editor: Editor::Identity, applies: signing,
            default: "the next three keys sign", shape: text!(auth.sigv4.identity),
        }
        /// access key ID that signs this request
        AccessKey {
            key: "access_key", label: "Access key", editor: Editor::LINE, applies: keys, default: "",
            shape: text!(auth.sigv4.access_key),
        }
        /// its secret access key, normally a `{{secret:NAME}}` reference
        SecretKey {
            key: "secret_key", label: "Secret key", editor: Editor::SECRET, applies: keys, default: "",
            shape: text!(auth.sigv4.secret_key),
        }
        /// its session token, for temporary keys only
        SessionToken {
            key: "session_token", label: "Session token", editor: Editor::SECRET, applies: keys,
            default: "", shape: text!(auth.sigv4.session_token),
        }
        /// region; for SigV4a the region set: `*`, or a list with commas
        Region {
            key: "region", label: "Region", editor: Editor::LINE, applies: signing,
            default: "read from the host", shape: text!(auth.sigv4.region),
        }
        /// service of the credential scope, for example `lambda`
        Service {
            key: "service", label: "Service", editor: Editor::LINE, applies: signing,
            default: "read from the host", shape: text!(auth.sigv4.service),
        }
        /// URL that is signed in place of the called one, for a service behind a proxy that sends its own
        /// `Host`: scheme, host and the path prefix that the proxy adds. See
        /// [proxies.md](proxies.md)
        SignAs {
            key: "sign_as", label: "Signed for", editor: Editor::LINE, applies: signing,
            default: "the request's URL", shape: text!(auth.sigv4.sign_as),
        }
        /// where the signature goes; `"query"` makes a presigned URL
        Location {
            key: "location", label: "Signature in", editor: Editor::Choice, applies: signing,
            default: "`\"headers\"`", shape: word!(auth.sigv4.location as SignatureLocation),
        }
        /// lifetime of a presigned URL in seconds
        Expires {
            key: "expires", label: "Expires in (s)", editor: Editor::LINE, default: "900",
            applies: |request| {
                signing(request) && request.auth.sigv4.location == SignatureLocation::Query
            },
            // A week at most:
            // <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html>.
            shape: Shape::Number {
                range: 1..=604_800,
                get: |request| request.auth.sigv4.expires,
                set: |request, seconds| request.auth.sigv4.expires = seconds,
            },
        }
        /// what is signed as the payload's hash
        Payload {
            key: "payload", label: "Payload", editor: Editor::Choice, applies: signing,
            default: "`\"signed\"`",
            shape: Shape::Word {
                words: &["signed", "unsigned"],
                shown: &["signed", "unsigned"],
                other: Some(OtherText {
                    accepts: is_hash_or_reference,
                    what: "a SHA-256 of 64 lower-case hex digits",
                }),
                get: |request| match &request.auth.sigv4.payload {
                    PayloadMode::Signed => "signed",
                    PayloadMode::Unsigned => "unsigned",
                    PayloadMode::Given(hash) => hash,
                },
                set: |request, word| {
                    request.auth.sigv4.payload = match word {
                        "signed" => PayloadMode::Signed,
                        "unsigned" => PayloadMode::Unsigned,
                        hash => PayloadMode::Given(hash.to_owned()),
                    }
                },
            },
        }
        /// SigV4 or SigV4a
        Algorithm {
            key: "algorithm", label: "Algorithm", editor: Editor::Choice, applies: signing,
            default: "`\"sigv4\"`",
            shape: word!(auth.sigv4.algorithm as Algorithm, ["SigV4", "SigV4a"]),
        }
        /// resolve dot segments and empty segments of the path before signing
        Normalize {
            key: "normalize", label: "Normalize path", editor: Editor::Choice, applies: signing,
            default: AS_SERVICE, shape: flag!(auth.sigv4.normalize, YES_OR_NO),
        }
        /// percent-encode the path a second time
        DoubleEncode {
            key: "double_encode", label: "Encode twice", editor: Editor::Choice, applies: signing,
            default: AS_SERVICE, shape: flag!(auth.sigv4.double_encode, YES_OR_NO),
        }
        /// send and sign `x-amz-content-sha256`
        ContentSha256 {
            key: "content_sha256", label: "Content hash", editor: Editor::Choice, applies: signing,
            default: AS_SERVICE, shape: flag!(auth.sigv4.content_sha256, YES_OR_NO),
        }
        /// append the session token after signing
        TokenUnsigned {
            key: "token_unsigned", label: "Token unsigned", editor: Editor::Choice, applies: signing,
            default: AS_SERVICE, shape: flag!(auth.sigv4.token_unsigned, YES_OR_NO),
        }
        /// the bearer token, normally a `{{secret:NAME}}` reference
        Token {
            key: "token", label: "Token", editor: Editor::SECRET, default: "",
            applies: |request| is(request, AuthKind::Bearer),
            shape: text!(auth.bearer.token),
        }
        /// user name
        Username {
            key: "username", label: "User name", editor: Editor::EXACT, default: "",
            applies: |request| is(request, AuthKind::Basic),
            shape: text!(auth.basic.username),
        }
        /// password, normally a `{{secret:NAME}}` reference
        Password {
            key: "password", label: "Password", editor: Editor::EXACT_SECRET, default: "",
            applies: |request| is(request, AuthKind::Basic),
            shape: text!(auth.basic.password),
        }
        /// where the API key goes
        In {
            key: "in", label: "Sent in", editor: Editor::Choice, applies: api_key,
            default: "`\"header\"`", shape: word!(auth.api_key.place as ApiKeyPlace),
        }
        /// name of its header or query row
        Name {
            key: "name", label: "Name", editor: Editor::LINE, applies: api_key, default: "`x-api-key`",
            shape: text!(auth.api_key.name),
        }
        /// the API key, normally a `{{secret:NAME}}` reference
        Value {
            key: "value", label: "Key", editor: Editor::SECRET, applies: api_key, default: "",
            shape: text!(auth.api_key.value),
        }
    }
}

const AS_SERVICE: &str = "as the service requires";
const YES_OR_NO: [(Option<bool>, &str); 3] = [(None, AS_SERVICE), (Some(true), "yes"), (Some(false), "no")];

fn is(request: &Request, kind: AuthKind) -> bool {
    request.auth.kind == kind
}

fn signing(request: &Request) -> bool {
    is(request, AuthKind::AwsSigv4)
}

/// The request's own keys, which are used if it names no identity.
fn keys(request: &Request) -> bool {
    signing(request) && request.auth.sigv4.identity.is_empty()
}

fn api_key(request: &Request) -> bool {
    is(request, AuthKind::ApiKey)
}

/// The hash may come from a variable.
fn is_hash_or_reference(text: &str) -> bool {
    let is_hash = text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    is_hash || text.contains("{{")
}

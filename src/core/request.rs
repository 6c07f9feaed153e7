//! A request as its author wrote it.
//!
//! Owns the shape that is edited on the screen and saved on disk: texts may contain `{{names}}`,
//! and the fields of one kind of body or auth are kept when another kind is chosen, so that
//! switching back and forth loses nothing. Refuses to validate: an invalid URL is legal here and
//! reported by `core::resolve`.

/// Defines an enum's words in a request file. The first is the default.
macro_rules! words {
    ($name:ident: $count:literal { $($variant:ident = $word:literal),+ $(,)? }) => {
        impl $name {
            /// Every value, in the order in which the screen offers them; the default comes first.
            pub const ALL: [Self; $count] = [$(Self::$variant),+];

            /// The words of a request file, in the order of `ALL`.
            pub const WORDS: [&str; $count] = [$($word),+];

            /// Its word in a request file.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            /// The value of a word, if it is one.
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|value| value.as_str() == word)
            }
        }
    };
}

mod auth;
pub mod fields;

pub use auth::*;

use std::borrow::Cow;

/// A saved or unsaved request. Every text may contain `{{name}}` references.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// Display name; `None` means the file name is shown.
    pub name: Option<String>,
    /// HTTP method as typed, for example `GET`. Empty means `GET`.
    pub method: String,
    /// URL without the rows of `params`; `host/path` and `:3000/x` are allowed shorthands.
    pub url: String,
    /// Path variables: the value of each `:name` segment of the URL.
    pub path: Vec<Row>,
    /// Query rows, in order.
    pub params: Vec<Row>,
    /// Header rows, in order.
    pub headers: Vec<Row>,
    /// What to look for; free text.
    pub notes: String,
    /// What is sent after the headers.
    pub body: Body,
    /// How it is authenticated.
    pub auth: Auth,
    /// What the author expects of the response.
    pub expect: Expect,
    /// How this request is sent, if not as configured.
    pub send: SendOptions,
}

impl Request {
    /// Whether nothing is left to write before it can be sent, apart from the values of path variables: it
    /// has a URL, the body that its method is for, and keys if it is to be signed.
    pub fn is_written(&self) -> bool {
        let method = self.method.trim().to_ascii_uppercase();
        let lacks_body =
            matches!(method.as_str(), "POST" | "PUT" | "PATCH" | "QUERY") && self.body.kind == BodyKind::None;
        let sigv4 = &self.auth.sigv4;
        let has_keys =
            !sigv4.identity.is_empty() || !sigv4.access_key.is_empty() && !sigv4.secret_key.is_empty();
        let lacks_keys = self.auth.kind == AuthKind::AwsSigv4 && !has_keys;
        let has_address = !self.url.trim().is_empty();
        has_address && !lacks_body && !lacks_keys
    }
}

/// A name and a value. Disabled rows are kept but not sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Header, query or form name.
    pub name: String,
    /// Its value.
    pub value: String,
    /// Disabled: kept, shown dim, never sent.
    pub off: bool,
    /// What it is for, in the author's words: plain text, never expanded and never sent.
    pub description: String,
}

impl Row {
    /// An enabled row.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { name: name.into(), value: value.into(), ..Self::default() }
    }

    /// Whether it is sent: enabled, and not the blank row of an editor.
    pub fn takes_part(&self) -> bool {
        let blank = self.name.is_empty() && self.value.is_empty();
        !self.off && !blank
    }
}

/// The body, with the fields of every kind next to each other; `kind` says which are used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Body {
    /// Which of the fields below is sent.
    pub kind: BodyKind,
    /// Text of the kinds `json` and `text`.
    pub text: String,
    /// `{{` in that text is sent as it is.
    pub literal: bool,
    /// Fields of the kind `form` (`application/x-www-form-urlencoded`).
    pub form: Vec<Row>,
    /// Parts of the kind `multipart` (`multipart/form-data`).
    pub parts: Vec<Part>,
    /// Path for the kind `file`, relative to the workspace folder or absolute.
    pub file: String,
}

impl Body {
    /// Its text as one in which references are replaced: a literal one has every `{{` escaped.
    pub fn template(&self) -> Cow<'_, str> {
        if self.literal { self.text.replace("{{", "\\{{").into() } else { self.text.as_str().into() }
    }

    /// Whether something in its text may be replaced.
    pub fn may_refer(&self) -> bool {
        !self.literal && self.text.contains("{{")
    }
}

/// What a body consists of. The names are those of the file format.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BodyKind {
    /// Nothing is sent.
    #[default]
    None,
    /// `text`, as `application/json`.
    Json,
    /// `text`, as `text/plain; charset=utf-8`.
    Text,
    /// `form`, percent-encoded.
    Form,
    /// `parts`, as multipart/form-data.
    Multipart,
    /// The bytes of `file`, as `application/octet-stream`.
    File,
}

words!(BodyKind: 6 {
    None = "none", Json = "json", Text = "text", Form = "form", Multipart = "multipart", File = "file",
});

/// One part of a multipart body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Field name.
    pub name: String,
    /// Text, or the path of a file if `file` is set.
    pub value: String,
    /// `value` is a path whose bytes are sent with the file's name.
    pub file: bool,
    /// Media type of the part; `None` means `text/plain` semantics for text and
    /// `application/octet-stream` for files.
    pub content_type: Option<String>,
    /// The name under which it is sent as a file; `None` means the file's own, or none for a text.
    pub filename: Option<String>,
    /// Disabled: kept, never sent.
    pub off: bool,
    /// What it is for, in the author's words: plain text, never expanded and never sent.
    pub description: String,
}

/// What the author expects of the response.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expect {
    /// Expected status code.
    pub status: Option<u16>,
}

/// How one request is sent, if not as configured (`[send]` in its file).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SendOptions {
    /// Skip verification of the server's certificate. Shown with a visible mark.
    pub insecure: bool,
    /// Follow redirects; `None` means as configured.
    pub follow_redirects: Option<bool>,
    /// Seconds for the whole exchange; `None` means as configured, 0 means no limit.
    pub timeout_seconds: Option<u64>,
    /// Host and port to connect to in place of the URL's; empty means the URL's.
    pub connect_to: String,
    /// Default headers to leave out, in lower case: `accept-encoding`, `user-agent` or
    /// `content-type`. `accept` is an error, since it is always sent.
    pub without: Vec<String>,
    /// What a `+` typed in the query of the URL means.
    pub plus: Plus,
}

/// The meaning of a `+` typed in the query of a URL. Servers disagree, so neither is ever sent as
/// `+`. Rows need no such choice: a `+` in one is a plus.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Plus {
    /// A plus, sent as `%2B`.
    #[default]
    Literal,
    /// A space, as in forms, sent as `%20`.
    Space,
}

words!(Plus: 2 { Literal = "literal", Space = "space" });

impl Plus {
    /// A raw query with every `+` replaced by what it means.
    pub fn spelled_out(self, query: &str) -> String {
        query.replace('+', if self == Self::Literal { "%2B" } else { "%20" })
    }
}

/// Whether it is a token (RFC 9110, section 5.6.2), as methods and header names must be.
pub fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}

/// Replaces the payload's hash if the payload isn't signed.
pub const UNSIGNED_PAYLOAD: &str = "UNSIGNED-PAYLOAD";

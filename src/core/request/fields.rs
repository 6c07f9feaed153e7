//! The fields of a request: one table for each section of its file.
//!
//! Owns the key, type, default, access, label, editor and description of every field. Parser,
//! writer and unknown-key check of request files, the editor on the screen, the location of a
//! problem and the tables of `docs/file-format.md` are all derived from these tables, so a new
//! field is a field of the struct and a row here. Refuses TOML and drawing.

use std::ops::RangeInclusive;

use super::{Part, Request, Row};

/// A text; if empty, the key is left out.
macro_rules! text {
    ($($path:ident).+) => {
        Shape::Text {
            get: |request| Some(request.$($path).+.as_str()).filter(|text| !text.is_empty()),
            set: |request, text| request.$($path).+ = text,
        }
    };
}

/// One of the words of an enum, and how the screen shows them if differently.
macro_rules! word {
    ($($path:ident).+ as $words:ident) => {
        word!($($path).+ as $words, $words::WORDS)
    };
    ($($path:ident).+ as $words:ident, $shown:expr) => {
        Shape::Word {
            words: &$words::WORDS,
            shown: &$shown,
            other: None,
            get: |request| request.$($path).+.as_str(),
            set: |request, word| {
                if let Some(value) = $words::from_word(word) {
                    request.$($path).+ = value;
                }
            },
        }
    };
}

/// True, false or left out, and how the screen shows each.
macro_rules! flag {
    ($($path:ident).+, $choices:expr) => {
        Shape::Flag {
            choices: &$choices,
            get: |request| request.$($path).+,
            set: |request, flag| request.$($path).+ = flag,
        }
    };
}

/// A section: an enum of its fields, and the table that describes them. A row's comment is the
/// field's description in the documentation.
macro_rules! section {
    ($(#[$about:meta])* $name:ident of $section:ident {
        $($(#[doc = $doc:literal])+ $variant:ident { $($row:tt)+ })+
    }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl $name {
            /// Every field, in the order of a new file and of the screen.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The description of a field.
            pub fn info(self) -> &'static FieldInfo {
                match self {
                    $(Self::$variant => {
                        static INFO: FieldInfo =
                            FieldInfo { doc: concat!($($doc),+).trim_ascii_start(), $($row)+ };
                        &INFO
                    })+
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.info().key)
            }
        }

        impl From<$name> for RequestField {
            fn from(field: $name) -> Self {
                Self::$section(field)
            }
        }
    };
}

mod auth;
mod body;
mod markdown;
mod rows;
mod sending;
mod top;

pub use auth::AuthField;
pub use body::BodyField;
pub use markdown::{markdown, rows_markdown};
pub use rows::{RowKey, RowShape, RowType};
pub use sending::{ExpectField, STATUS, SendField};
pub use top::TopField;

/// A section of a request file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileSection {
    /// The keys before the first table.
    Top,
    /// `[body]`.
    Body,
    /// `[auth]`.
    Auth,
    /// `[expect]`.
    Expect,
    /// `[send]`.
    Send,
}

impl FileSection {
    /// Every section, in the order of a new file.
    pub const ALL: [Self; 5] = [Self::Top, Self::Body, Self::Auth, Self::Expect, Self::Send];

    /// The table's name; empty for the top level.
    pub fn key(self) -> &'static str {
        match self {
            Self::Top => "",
            Self::Body => "body",
            Self::Auth => "auth",
            Self::Expect => "expect",
            Self::Send => "send",
        }
    }

    /// The keys of its fields.
    pub fn keys(self) -> Vec<&'static str> {
        self.fields().into_iter().map(|field| field.info().key).collect()
    }

    /// The fields, in the order of a new file and of the screen.
    pub fn fields(self) -> Vec<RequestField> {
        fn all<F: Copy + Into<RequestField>>(fields: &[F]) -> Vec<RequestField> {
            fields.iter().map(|field| (*field).into()).collect()
        }
        match self {
            Self::Top => all(TopField::ALL),
            Self::Body => all(BodyField::ALL),
            Self::Auth => all(AuthField::ALL),
            Self::Expect => all(ExpectField::ALL),
            Self::Send => all(SendField::ALL),
        }
    }
}

/// A field of any section.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RequestField {
    /// Before the first table.
    Top(TopField),
    /// Of `[body]`.
    Body(BodyField),
    /// Of `[auth]`.
    Auth(AuthField),
    /// Of `[expect]`.
    Expect(ExpectField),
    /// Of `[send]`.
    Send(SendField),
}

impl RequestField {
    /// The description of the field.
    pub fn info(self) -> &'static FieldInfo {
        match self {
            Self::Top(field) => field.info(),
            Self::Body(field) => field.info(),
            Self::Auth(field) => field.info(),
            Self::Expect(field) => field.info(),
            Self::Send(field) => field.info(),
        }
    }
}

/// The description of a field.
#[derive(Debug)]
pub struct FieldInfo {
    /// Key in its section of the file.
    pub key: &'static str,
    /// Its label on the screen.
    pub label: &'static str,
    /// How it is edited on the screen.
    pub editor: Editor,
    /// Type and access.
    pub shape: Shape,
    /// Whether the field has an effect, given the others: an expiry only has one in the query.
    pub applies: fn(&Request) -> bool,
    /// What applies if the key is left out; empty if nothing does.
    pub default: &'static str,
    /// What it means, in Markdown, for `docs/file-format.md`.
    pub doc: &'static str,
}

impl FieldInfo {
    /// Whether it is masked on the screen and stored in the private store.
    pub fn is_secret(&self) -> bool {
        matches!(self.editor, Editor::Line { secret: true, .. })
    }
}

/// The way a field is edited on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Editor {
    /// In the bar above the tabs.
    Bar,
    /// A line of text.
    Line {
        /// Masked, and stored in the private store.
        secret: bool,
        /// Surrounding spaces are removed.
        trim: bool,
    },
    /// Text with several lines.
    Lines,
    /// A choice among the field's words.
    Choice,
    /// A choice among the identities of the workspace.
    Identity,
    /// A table.
    Rows,
    /// Not in the request's tabs.
    FileOnly,
}

impl Editor {
    /// A line without surrounding spaces.
    const LINE: Self = Self::Line { secret: false, trim: true };
    /// A line that may begin or end with a space.
    const EXACT: Self = Self::Line { secret: false, trim: false };
    /// A secret without surrounding spaces.
    const SECRET: Self = Self::Line { secret: true, trim: true };
    /// A secret that may begin or end with a space.
    const EXACT_SECRET: Self = Self::Line { secret: true, trim: false };
}

/// The type of a field, and access to its value in a request.
#[derive(Debug)]
pub enum Shape {
    /// Text. `None` means that the key is left out.
    Text {
        /// Reads it.
        get: fn(&Request) -> Option<&str>,
        /// Writes it.
        set: fn(&mut Request, String),
    },
    /// One of several words. The first one is the default.
    Word {
        /// The words of the file.
        words: &'static [&'static str],
        /// How the screen shows each of them.
        shown: &'static [&'static str],
        /// Other texts that are accepted.
        other: Option<OtherText>,
        /// Reads the word.
        get: fn(&Request) -> &str,
        /// Writes a word. Any other text changes nothing, unless `other` accepts it.
        set: fn(&mut Request, &str),
    },
    /// A whole number. `None` means that the key is left out.
    Number {
        /// The allowed range.
        range: RangeInclusive<u64>,
        /// Reads it.
        get: fn(&Request) -> Option<u64>,
        /// Writes it.
        set: fn(&mut Request, Option<u64>),
    },
    /// True or false. `None` means that the key is left out.
    Flag {
        /// The choices, and how the screen shows them; the default comes first.
        choices: &'static [(Option<bool>, &'static str)],
        /// Reads it.
        get: fn(&Request) -> Option<bool>,
        /// Writes it.
        set: fn(&mut Request, Option<bool>),
    },
    /// A list of texts.
    Texts {
        /// Reads it.
        get: fn(&Request) -> &[String],
        /// Writes it.
        set: fn(&mut Request, Vec<String>),
    },
    /// Rows of name and value.
    Rows {
        /// Reads them.
        get: fn(&Request) -> &[Row],
        /// Writes them.
        set: fn(&mut Request, Vec<Row>),
    },
    /// Parts of a multipart body.
    Parts {
        /// Reads them.
        get: fn(&Request) -> &[Part],
        /// Writes them.
        set: fn(&mut Request, Vec<Part>),
    },
}

/// What is accepted in place of a word.
#[derive(Debug)]
pub struct OtherText {
    /// Whether a text is accepted.
    pub accepts: fn(&str) -> bool,
    /// What it is, for messages and the documentation.
    pub what: &'static str,
}

/// A field that always has an effect.
fn always(_: &Request) -> bool {
    true
}

#[cfg(test)]
mod tests;

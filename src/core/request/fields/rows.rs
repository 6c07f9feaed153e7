//! The keys of a row of the query, of headers, of a form or of a multipart body.

use crate::core::request::{Part, Row};

/// An element of a list of tables.
pub trait RowType: Clone + Default + PartialEq + 'static {
    /// Its keys, in the order of a new row.
    const KEYS: &'static [RowKey<Self>];

    /// The name by which a changed row is recognized.
    fn name(&self) -> &str;
}

/// The description of a row's key.
pub struct RowKey<T: 'static> {
    /// The key.
    pub key: &'static str,
    /// Type and access.
    pub shape: RowShape<T>,
    /// What it means, in Markdown.
    pub doc: &'static str,
}

/// The type of a row's key, and access to its value.
pub enum RowShape<T: 'static> {
    /// Text. `None` means that the key is left out.
    Text {
        /// A row without it is an error.
        required: bool,
        /// Reads it.
        get: fn(&T) -> Option<&str>,
        /// Writes it.
        set: fn(&mut T, String),
    },
    /// True, or left out.
    Flag {
        /// Reads it.
        get: fn(&T) -> bool,
        /// Writes it.
        set: fn(&mut T, bool),
    },
}

impl RowType for Row {
    const KEYS: &'static [RowKey<Self>] = &[
        RowKey {
            key: "name",
            shape: RowShape::Text {
                required: true,
                get: |row| Some(&row.name),
                set: |row, text| row.name = text,
            },
            doc: "name of the path variable, query parameter, header or form field",
        },
        RowKey {
            key: "value",
            shape: RowShape::Text {
                required: false,
                get: |row| Some(&row.value),
                set: |row, text| row.value = text,
            },
            doc: "its value",
        },
        RowKey {
            key: "off",
            shape: RowShape::Flag { get: |row| row.off, set: |row, off| row.off = off },
            doc: "the row is disabled: kept, not sent",
        },
        RowKey {
            key: "description",
            shape: RowShape::Text {
                required: false,
                get: |row| Some(row.description.as_str()).filter(|text| !text.is_empty()),
                set: |row, text| row.description = text,
            },
            doc: "what it is for; never sent",
        },
    ];

    fn name(&self) -> &str {
        &self.name
    }
}

impl RowType for Part {
    const KEYS: &'static [RowKey<Self>] = &[
        RowKey {
            key: "name",
            shape: RowShape::Text {
                required: true,
                get: |part| Some(&part.name),
                set: |part, text| part.name = text,
            },
            doc: "name of the part",
        },
        RowKey {
            key: "value",
            shape: RowShape::Text {
                required: false,
                get: |part| (!part.file).then_some(part.value.as_str()),
                set: |part, text| part.value = text,
            },
            doc: "text of the part; excludes `file`",
        },
        RowKey {
            key: "file",
            shape: RowShape::Text {
                required: false,
                get: |part| part.file.then_some(part.value.as_str()),
                set: |part, path| (part.file, part.value) = (true, path),
            },
            doc: "path of the file that is sent, absolute or relative to the workspace",
        },
        RowKey {
            key: "type",
            shape: RowShape::Text {
                required: false,
                get: |part| part.content_type.as_deref(),
                set: |part, media| part.content_type = Some(media),
            },
            doc: "media type of the part",
        },
        RowKey {
            key: "filename",
            shape: RowShape::Text {
                required: false,
                get: |part| part.filename.as_deref(),
                set: |part, name| part.filename = Some(name),
            },
            doc: "name under which it is sent as a file; left out: that of `file`",
        },
        RowKey {
            key: "off",
            shape: RowShape::Flag { get: |part| part.off, set: |part, off| part.off = off },
            doc: "the part is disabled: kept, not sent",
        },
        RowKey {
            key: "description",
            shape: RowShape::Text {
                required: false,
                get: |part| Some(part.description.as_str()).filter(|text| !text.is_empty()),
                set: |part, text| part.description = text,
            },
            doc: "what it is for; never sent",
        },
    ];

    fn name(&self) -> &str {
        &self.name
    }
}

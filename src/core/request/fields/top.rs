//! The keys before the first table.

use super::{Editor, FieldInfo, RequestField, Shape, always};

section! {
    /// A field before the first table.
    TopField of Top {
        /// the name shown in the tree
        Name {
            key: "name", label: "Name", editor: Editor::FileOnly, applies: always,
            default: "the file's name",
            shape: Shape::Text {
                get: |request| request.name.as_deref(),
                set: |request, text| request.name = Some(text),
            },
        }
        /// the HTTP method; only the standard ones may be written in lower case
        Method {
            key: "method", label: "Method", editor: Editor::Bar, applies: always, default: "`GET`",
            shape: text!(method),
        }
        /// the URL; `example.com/x` and `:3000/x` work too
        Url {
            key: "url", label: "URL", editor: Editor::Bar, applies: always, default: "",
            shape: text!(url),
        }
        /// rows of path variables: each replaces the segment `:name` of `url`
        Path {
            key: "path", label: "Path variables", editor: Editor::Rows, applies: always, default: "none",
            shape: Shape::Rows {
                get: |request| &request.path,
                set: |request, rows| request.path = rows,
            },
        }
        /// rows of the query, appended to `url`
        Params {
            key: "params", label: "Params", editor: Editor::Rows, applies: always, default: "none",
            shape: Shape::Rows {
                get: |request| &request.params,
                set: |request, rows| request.params = rows,
            },
        }
        /// rows of headers
        Headers {
            key: "headers", label: "Headers", editor: Editor::Rows, applies: always, default: "none",
            shape: Shape::Rows {
                get: |request| &request.headers,
                set: |request, rows| request.headers = rows,
            },
        }
        /// what to look for, shown on opening
        Notes {
            key: "notes", label: "Notes", editor: Editor::Lines, applies: always, default: "",
            shape: text!(notes),
        }
    }
}

//! The fields of `[body]`.

use super::{Editor, FieldInfo, RequestField, Shape, always};
use crate::core::request::{BodyKind, Request};

section! {
    /// A field of `[body]`.
    BodyField of Body {
        /// which of the other keys is sent
        Kind {
            key: "kind", label: "Body", editor: Editor::Choice, applies: always, default: "`\"none\"`",
            shape: word!(body.kind as BodyKind),
        }
        /// send `{{` in the text as it is, as templates and GraphQL need it
        Literal {
            key: "literal", label: "{{names}}", editor: Editor::Choice, default: "false",
            applies: |request| matches!(request.body.kind, BodyKind::Json | BodyKind::Text),
            shape: Shape::Flag {
                choices: &[(None, "replaced"), (Some(true), "sent as they are")],
                get: |request| request.body.literal.then_some(true),
                set: |request, flag| request.body.literal = flag.unwrap_or_default(),
            },
        }
        /// the text that is sent
        Text {
            key: "text", label: "Text", editor: Editor::Lines, default: "",
            applies: |request| matches!(request.body.kind, BodyKind::Json | BodyKind::Text),
            shape: text!(body.text),
        }
        /// rows of the form, sent as `application/x-www-form-urlencoded`
        Fields {
            key: "fields", label: "Fields", editor: Editor::Rows, default: "none",
            applies: |request| is(request, BodyKind::Form),
            shape: Shape::Rows {
                get: |request| &request.body.form,
                set: |request, rows| request.body.form = rows,
            },
        }
        /// parts, sent as `multipart/form-data`
        Parts {
            key: "parts", label: "Parts", editor: Editor::Rows, default: "none",
            applies: |request| is(request, BodyKind::Multipart),
            shape: Shape::Parts {
                get: |request| &request.body.parts,
                set: |request, parts| request.body.parts = parts,
            },
        }
        /// path of the file that is sent, absolute or relative to the workspace
        File {
            key: "file", label: "File", editor: Editor::EXACT, default: "",
            applies: |request| is(request, BodyKind::File),
            shape: text!(body.file),
        }
    }
}

fn is(request: &Request, kind: BodyKind) -> bool {
    request.body.kind == kind
}

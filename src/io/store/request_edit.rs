//! Editing a request file in place.
//!
//! Owns the layout of what is written. Refuses to touch what did not change: comments, order,
//! unknown keys and the author's own layout stay as they are.

use toml_edit::{Array, DocumentMut, Item, Table, TableLike, Value};

use super::request_file;
use super::rows_edit::{self, RowLike};
use crate::core::request::{
    Algorithm, ApiKeyPlace, Auth, AuthKind, Body, BodyKind, Part, PayloadMode, Plus, Request, Row,
    SendOptions, SignatureLocation,
};

/// The text of `request`, made from `text` by editing only what differs. What is written is always
/// read back by [`request_file::parse_draft`], and by [`request_file::parse`] where the request
/// makes sense. A `text` that is no request file (or empty) is not kept: a new one is written.
pub fn update(text: &str, request: &Request) -> String {
    let parsed =
        request_file::parse_draft(text).ok().zip(request_file::unix_lines(text).parse::<DocumentMut>().ok());
    let (old, mut document) = parsed.unwrap_or_default();
    if old == *request && !document.is_empty() {
        return text.to_owned();
    }
    for (section, fields) in sections(request) {
        let before = sections(&old).into_iter().find(|(name, _)| *name == section);
        let before = before.map(|(_, fields)| fields).unwrap_or_default();
        let changed: Vec<_> = fields.into_iter().filter(|field| !before.contains(field)).collect();
        if !changed.is_empty() {
            edit_section(document.as_table_mut(), section, changed);
        }
    }
    let written = document.to_string();
    let written = if text.trim().is_empty() { written.trim_start().to_owned() } else { written };
    // Windows line ends are the author's layout too.
    if text.contains("\r\n") { written.replace('\n', "\r\n") } else { written }
}

/// The value of one key; `None` and empty lists mean the key is left out.
#[derive(Clone, Debug, PartialEq)]
enum Field {
    Text(Option<String>),
    Number(Option<u64>),
    Flag(Option<bool>),
    Words(Vec<String>),
    Rows(Vec<Row>),
    Parts(Vec<Part>),
}

type Fields = Vec<(&'static str, Field)>;

/// Every field of a request by section, in the order of a new file. `""` is the root.
fn sections(request: &Request) -> [(&'static str, Fields); 5] {
    let root = vec![
        ("name", Field::Text(request.name.clone())),
        ("method", text(&request.method)),
        ("url", text(&request.url)),
        ("params", Field::Rows(request.params.clone())),
        ("headers", Field::Rows(request.headers.clone())),
        ("notes", text(&request.notes)),
    ];
    let expect = vec![("status", Field::Number(request.expect.status.map(u64::from)))];
    [
        ("", root),
        ("body", body_fields(&request.body)),
        ("auth", auth_fields(&request.auth)),
        ("expect", expect),
        ("send", send_fields(&request.send)),
    ]
}

fn text(value: &str) -> Field {
    Field::Text((!value.is_empty()).then(|| value.to_owned()))
}

fn word(value: &str, default: bool) -> Field {
    Field::Text((!default).then(|| value.to_owned()))
}

fn body_fields(body: &Body) -> Fields {
    let bare = Body { kind: BodyKind::None, ..Body::default() } == *body;
    vec![
        ("kind", word(body.kind.as_str(), bare)),
        ("text", text(&body.text)),
        ("fields", Field::Rows(body.form.clone())),
        ("parts", Field::Parts(body.parts.clone())),
        ("file", text(&body.file)),
    ]
}

fn auth_fields(auth: &Auth) -> Fields {
    let bare = Auth { kind: AuthKind::Inherit, ..Auth::default() } == *auth;
    let sigv4 = &auth.sigv4;
    let payload = match &sigv4.payload {
        PayloadMode::Signed => Field::Text(None),
        PayloadMode::Unsigned => Field::Text(Some("unsigned".into())),
        PayloadMode::Given(hash) => Field::Text(Some(hash.clone())),
    };
    vec![
        ("kind", word(auth.kind.as_str(), bare)),
        ("identity", text(&sigv4.identity)),
        ("access_key", text(&sigv4.access_key)),
        ("secret_key", text(&sigv4.secret_key)),
        ("session_token", text(&sigv4.session_token)),
        ("region", text(&sigv4.region)),
        ("service", text(&sigv4.service)),
        ("location", word("query", sigv4.location == SignatureLocation::Headers)),
        ("expires", Field::Number(sigv4.expires)),
        ("payload", payload),
        ("normalize", Field::Flag(sigv4.normalize)),
        ("double_encode", Field::Flag(sigv4.double_encode)),
        ("content_sha256", Field::Flag(sigv4.content_sha256)),
        ("token_unsigned", Field::Flag(sigv4.token_unsigned)),
        ("algorithm", word("sigv4a", sigv4.algorithm == Algorithm::Sigv4)),
        ("token", text(&auth.bearer.token)),
        ("username", text(&auth.basic.username)),
        ("password", text(&auth.basic.password)),
        ("name", text(&auth.api_key.name)),
        ("value", text(&auth.api_key.value)),
        ("in", word("query", auth.api_key.place == ApiKeyPlace::Header)),
    ]
}

fn send_fields(send: &SendOptions) -> Fields {
    vec![
        ("insecure", Field::Flag(send.insecure.then_some(true))),
        ("follow_redirects", Field::Flag(send.follow_redirects)),
        ("timeout_seconds", Field::Number(send.timeout_seconds)),
        ("without", Field::Words(send.without.clone())),
        ("plus", word("space", send.plus == Plus::Literal)),
    ]
}

fn edit_section(root: &mut Table, name: &str, fields: Fields) {
    if name.is_empty() {
        edit_fields(root, fields);
        return;
    }
    if let Some(table) = root.entry(name).or_insert_with(toml_edit::table).as_table_like_mut() {
        edit_fields(table, fields);
    }
    let empty = |item: &Item| item.as_table_like().is_some_and(TableLike::is_empty);
    let commented = |item: &Item| {
        let decor = item.as_table().map(Table::decor);
        decor.is_some_and(|d| [d.prefix(), d.suffix()].into_iter().flatten().any(has_comment))
    };
    if root.get(name).is_some_and(|item| empty(item) && !commented(item)) {
        root.remove(name);
    }
}

fn edit_fields(table: &mut dyn TableLike, fields: Fields) {
    for (key, field) in fields {
        match field {
            Field::Text(value) => put(table, key, value.map(|text| text_value(&text))),
            Field::Number(value) => {
                put(table, key, value.map(|n| i64::try_from(n).unwrap_or(i64::MAX).into()))
            }
            Field::Flag(value) => put(table, key, value.map(Value::from)),
            Field::Words(words) => {
                put(table, key, (!words.is_empty()).then(|| Value::Array(words.iter().collect::<Array>())));
            }
            Field::Rows(rows) => edit_rows(table, key, &rows),
            Field::Parts(parts) => edit_rows(table, key, &parts),
        }
    }
}

fn edit_rows<T: RowLike>(table: &mut dyn TableLike, key: &str, rows: &[T]) {
    if rows.is_empty() {
        put(table, key, None);
        return;
    }
    match table.get_mut(key) {
        Some(Item::Value(Value::Array(array))) => rows_edit::edit_array(array, rows),
        Some(Item::ArrayOfTables(tables)) => rows_edit::edit_tables(tables, rows),
        Some(_) | None => {
            let mut array = Array::new();
            rows_edit::edit_array(&mut array, rows);
            put(table, key, Some(Value::Array(array)));
        }
    }
}

/// Sets or removes one key. A value that is replaced keeps the space and the comment around it; a
/// key that is removed leaves its comments to what follows.
pub(super) fn put(table: &mut dyn TableLike, key: &str, value: Option<Value>) {
    match (table.get_mut(key), value) {
        (Some(Item::Value(old)), Some(mut new)) => {
            *new.decor_mut() = old.decor().clone();
            *old = new;
        }
        (Some(_) | None, Some(new)) => {
            table.insert(key, Item::Value(new));
        }
        (Some(_), None) => remove(table, key),
        (None, None) => {}
    }
}

fn has_comment(raw: &toml_edit::RawString) -> bool {
    raw.as_str().is_some_and(|text| text.contains('#'))
}

fn remove(table: &mut dyn TableLike, key: &str) {
    let comment = table.key(key).and_then(|k| k.leaf_decor().prefix()).filter(|p| has_comment(p)).cloned();
    let following = table.iter().map(|(k, _)| k.to_owned()).skip_while(|k| k != key).nth(1);
    table.remove(key);
    let Some(comment) = comment.as_ref().and_then(|c| c.as_str()) else { return };
    let prepend = |decor: &mut toml_edit::Decor| {
        let own = decor.prefix().and_then(|p| p.as_str()).unwrap_or_default();
        let joined = format!("{comment}{own}");
        decor.set_prefix(joined);
    };
    let Some(following) = following else { return };
    match table.get_mut(&following) {
        Some(Item::Table(next)) => prepend(next.decor_mut()),
        Some(Item::ArrayOfTables(next)) => {
            if let Some(first) = next.get_mut(0) {
                prepend(first.decor_mut());
            }
        }
        Some(Item::Value(_)) => {
            if let Some(mut key) = table.key_mut(&following) {
                prepend(key.leaf_decor_mut());
            }
        }
        Some(Item::None) | None => {}
    }
}

/// A text as its reader would write it: plain in quotes, or raw in `'''` where quotes, backslashes
/// or lines would otherwise have to be escaped.
fn text_value(text: &str) -> Value {
    let awkward = text.contains(['"', '\\', '\n']);
    let raw = !text.contains("'''") && !text.ends_with('\'');
    if awkward && raw && !text.contains('\r') {
        let first = if text.contains('\n') { "\n" } else { "" };
        // Control characters cannot stand in a raw text; the parser knows which.
        if let Ok(value) = format!("'''{first}{text}'''").parse::<Value>()
            && value.as_str() == Some(text)
        {
            return value;
        }
    }
    Value::from(text)
}

impl RowLike for Row {
    fn read(table: &dyn TableLike) -> Self {
        let text = |key| table.get(key).and_then(Item::as_str).unwrap_or_default().to_owned();
        let off = table.get("off").and_then(Item::as_bool).unwrap_or_default();
        Self { name: text("name"), value: text("value"), off }
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn write(&self, table: &mut dyn TableLike) {
        put_if_changed(table, "name", Some(self.name.as_str().into()));
        put_if_changed(table, "value", Some(self.value.as_str().into()));
        put_if_changed(table, "off", self.off.then(|| true.into()));
    }
}

impl RowLike for Part {
    fn read(table: &dyn TableLike) -> Self {
        let text = |key| table.get(key).and_then(Item::as_str).map(str::to_owned);
        let file = text("file");
        Self {
            name: text("name").unwrap_or_default(),
            file: file.is_some(),
            value: file.or_else(|| text("value")).unwrap_or_default(),
            content_type: text("type"),
            off: table.get("off").and_then(Item::as_bool).unwrap_or_default(),
        }
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn write(&self, table: &mut dyn TableLike) {
        let value = || Some(self.value.as_str().into());
        put_if_changed(table, "name", Some(self.name.as_str().into()));
        put_if_changed(table, "value", if self.file { None } else { value() });
        put_if_changed(table, "file", if self.file { value() } else { None });
        put_if_changed(table, "type", self.content_type.as_deref().map(Value::from));
        put_if_changed(table, "off", self.off.then(|| true.into()));
    }
}

/// As [`put`], but a value that already means the same keeps its spelling.
fn put_if_changed(table: &mut dyn TableLike, key: &str, value: Option<Value>) {
    let same = match (table.get(key), &value) {
        (Some(old), Some(new)) => {
            (old.as_str().is_some() && old.as_str() == new.as_str())
                || (old.as_bool().is_some() && old.as_bool() == new.as_bool())
        }
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    };
    if !same {
        put(table, key, value);
    }
}

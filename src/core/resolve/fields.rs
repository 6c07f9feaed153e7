//! The fields of a request except its authentication: expansion and checks.

use super::{PartContent, PlanBody, PlanPart, Resolver, check_url, complete_scheme, taking_part};
use crate::core::connect_to::ConnectTo;
use crate::core::exchange::Field;
use crate::core::path_variables;
use crate::core::query;
use crate::core::request::fields::SendField;
use crate::core::request::is_token;
use crate::core::request::{Body, BodyKind, Part, Row};

impl Resolver<'_> {
    pub(super) fn method(&mut self, typed: &str) -> String {
        let Some(method) = self.try_text(&Field::Method, typed) else {
            return String::new();
        };
        let method = method.trim();
        if method.is_empty() {
            return "GET".into();
        }
        if !is_token(method) {
            self.problem(
                Field::Method,
                format!("{method:?} isn't a valid method"),
                "Use one word, for example GET or POST.",
            );
        } else if method.eq_ignore_ascii_case("CONNECT") {
            self.problem(
                Field::Method,
                "CONNECT opens a tunnel through a proxy and has no response",
                "Set the proxy in the configuration instead.",
            );
        }
        spelled_method(method).to_owned()
    }

    pub(super) fn url(&mut self, typed: &str, path: &[Row]) -> String {
        let typed = &path_variables::fill(typed, path, |index, row| self.path_segment(index, row));
        let Some(url) = self.try_masked(&Field::Url, typed, in_userinfo_or_query) else {
            return String::new();
        };
        let url = url.trim();
        if url.is_empty() {
            self.problem(Field::Url, "the URL is empty", "Type one, for example https://example.com/.");
            return String::new();
        }
        if url.chars().any(char::is_control) {
            self.problem(
                Field::Url,
                "the URL contains a line break or another control character",
                "Remove it.",
            );
            return String::new();
        }
        let url = complete_scheme(url);
        if let Err(found) = check_url(&url) {
            self.problems.push(found);
        }
        url
    }

    pub(super) fn connect_to(&mut self, text: &str) -> Option<ConnectTo> {
        let text = self.text(&Field::Send(SendField::ConnectTo), text).trim().to_owned();
        if text.is_empty() {
            return None;
        }
        ConnectTo::parse(&text).map_err(|problem| self.problems.push(problem)).ok()
    }

    /// The value of a path variable, percent-encoded as one segment.
    fn path_segment(&mut self, index: usize, row: &Row) -> String {
        let field = Field::Path(index);
        let Some(value) = self.try_value(&field, &row.value) else { return String::new() };
        if value.is_empty() {
            self.problem(
                field,
                format!("the path variable {} has no value", row.name),
                format!("Give it one, or disable its row to send :{} as it is.", row.name),
            );
        } else if matches!(value.as_str(), "." | "..") {
            self.problem(
                field,
                format!("the path variable {} is {value:?}, which every URL parser resolves away", row.name),
                "Use another value.",
            );
        }
        query::encode(&value)
    }

    pub(super) fn params(&mut self, rows: &[Row]) -> Vec<(usize, String, String)> {
        let mut params = Vec::new();
        for (index, row) in taking_part(rows) {
            let field = Field::Param(index);
            let name = self.text(&field, &row.name);
            params.push((index, name, self.try_value(&field, &row.value).unwrap_or_default()));
        }
        params
    }

    pub(super) fn headers(&mut self, rows: &[Row]) -> Vec<(usize, String, String)> {
        let mut headers = Vec::new();
        for (index, row) in taking_part(rows) {
            let field = Field::Header(index);
            let name = self.try_text(&field, &row.name);
            let value = self.try_value(&field, &row.value);
            let (Some(name), Some(value)) = (name, value) else { continue };
            let (name, value) = (name.trim().to_owned(), value.trim().to_owned());
            self.check_header(&field, &name, &value);
            headers.push((index, name, value));
        }
        headers
    }

    fn check_header(&mut self, field: &Field, name: &str, value: &str) {
        if !is_token(name) {
            let message = if name.is_empty() {
                "the header has no name".to_owned()
            } else {
                format!("{name:?} isn't a valid header name")
            };
            self.problem(field.clone(), message, "Use letters, digits and -, without spaces.");
        }
        if value.chars().any(|c| c.is_control() && c != '\t') {
            self.problem(
                field.clone(),
                format!("the value of {name} contains a line break or another control character"),
                "Remove it.",
            );
        }
    }

    pub(super) fn body(&mut self, body: &Body) -> PlanBody {
        match body.kind {
            BodyKind::None => PlanBody::None,
            // Invalid JSON is sent unchanged, so that a server's error handling can be tested.
            BodyKind::Json => self.bytes(&body.template(), "application/json"),
            BodyKind::Text => self.bytes(&body.template(), "text/plain; charset=utf-8"),
            BodyKind::Form => self.form(&body.form),
            BodyKind::Multipart => self.multipart(&body.parts),
            BodyKind::File => {
                let path = self.try_text(&Field::Body, &body.file);
                if path.as_deref().is_some_and(|path| path.trim().is_empty()) {
                    self.problem(Field::Body, "the body is a file, but no file is named", "Enter its path.");
                }
                PlanBody::File(path.unwrap_or_default())
            }
        }
    }

    fn bytes(&mut self, text: &str, content_type: &'static str) -> PlanBody {
        PlanBody::Bytes { bytes: self.text(&Field::Body, text).into_bytes(), content_type }
    }

    fn form(&mut self, rows: &[Row]) -> PlanBody {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        for (index, row) in taking_part(rows) {
            let field = Field::BodyRow(index);
            form.append_pair(&self.text(&field, &row.name), &self.text(&field, &row.value));
        }
        PlanBody::Bytes {
            bytes: form.finish().into_bytes(),
            content_type: "application/x-www-form-urlencoded",
        }
    }

    fn multipart(&mut self, parts: &[Part]) -> PlanBody {
        let blank = |part: &Part| part.name.is_empty() && part.value.is_empty();
        let mut plan = Vec::new();
        for (index, part) in parts.iter().enumerate().filter(|(_, part)| !part.off && !blank(part)) {
            let field = Field::BodyRow(index);
            let name = self.text(&field, &part.name);
            let value = self.try_text(&field, &part.value);
            let content_type = part.content_type.as_deref().map(|text| self.text(&field, text));
            let filename = part.filename.as_deref().map(|text| self.text(&field, text));
            if content_type.as_deref().is_some_and(|text| text.chars().any(char::is_control)) {
                self.problem(field.clone(), "the content type contains a control character", "Remove it.");
            }
            if part.file && value.as_deref().is_some_and(|path| path.trim().is_empty()) {
                self.problem(field, "the part is a file, but no file is named", "Enter its path.");
            }
            let value = value.unwrap_or_default();
            let content = if part.file { PartContent::File(value) } else { PartContent::Text(value) };
            plan.push(PlanPart {
                index,
                name,
                content,
                content_type: content_type.filter(|t| !t.is_empty()),
                filename,
            });
        }
        PlanBody::Multipart(plan)
    }
}

/// A method as it is sent: methods are case-sensitive, and the well-known ones are normalised as
/// browsers do.
pub(crate) fn spelled_method(method: &str) -> &str {
    const KNOWN: [&str; 9] = ["GET", "HEAD", "QUERY", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"];
    KNOWN.into_iter().find(|known| known.eq_ignore_ascii_case(method)).unwrap_or(method)
}

/// True for a value that stands before the host of a URL or in its query: there it is often a
/// credential, and elsewhere the name of a place.
fn in_userinfo_or_query(url: &str, value: &str) -> bool {
    let (base, query) = url.split_once('?').unwrap_or((url, ""));
    let authority = base.split_once("://").map_or(base, |(_, rest)| rest);
    let authority = authority.split('/').next().unwrap_or_default();
    let userinfo = authority.rsplit_once('@').map_or("", |(userinfo, _)| userinfo);
    !value.is_empty() && (userinfo.contains(value) || query.contains(value))
}

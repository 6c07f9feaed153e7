//! Data, forms and files of the arguments -> the body of a request, or its query.

use std::io::{self, Read as _};
use std::path::Path;

use tempfile::NamedTempFile;

use super::Usage;
use super::args::{DataPiece, FormPart, SendArgs};
use super::rows::{add_unless_given, literal};
use crate::core::convert::curl::{attributes, unquoted};
use crate::core::query;
use crate::core::request::{Body, BodyKind, Part, Request};

/// A body that isn't a text or a file of the user's, kept in a file for as long as this lives, so that
/// it can be hashed and sent again.
pub(super) type Kept = Option<NamedTempFile>;

/// Takes the body from the arguments. Gives the method that it means.
pub(super) fn lay_over(
    args: &SendArgs,
    request: &mut Request,
    kept: &mut Kept,
) -> Result<Option<&'static str>, Usage> {
    let data = &args.data;
    for text in &data.url_query {
        append_to_query(request, &url_query(text)?);
    }
    if let Some(file) = &data.upload_file {
        upload(file, request, kept)?;
        return Ok(Some("PUT"));
    }
    if !data.form.is_empty() {
        request.body.kind = BodyKind::Multipart;
        request.body.parts =
            data.form.iter().enumerate().map(|(index, form)| part(index, form)).collect::<Result<_, _>>()?;
        return Ok(Some("POST"));
    }
    if data.pieces.is_empty() {
        return Ok(None);
    }
    let bytes = match data.pieces.as_slice() {
        // A file of any size is streamed.
        [DataPiece::Binary(text)] if text.starts_with('@') && !data.get => None,
        pieces => Some(joined(pieces, if data.json { "" } else { "&" })?),
    };
    if data.get {
        append_to_query(request, &text_of(bytes.unwrap_or_default())?);
        return Ok(None);
    }
    if data.json {
        add_unless_given(args, request, "content-type", "application/json");
        add_unless_given(args, request, "accept", "application/json");
    } else {
        add_unless_given(args, request, "content-type", "application/x-www-form-urlencoded");
    }
    match (bytes, data.pieces.as_slice()) {
        (None, [DataPiece::Binary(text)]) => file(text.trim_start_matches('@'), request, kept)?,
        (bytes, _) => bytes_or_text(bytes.unwrap_or_default(), request, kept)?,
    }
    Ok(Some("POST"))
}

fn bytes_or_text(bytes: Vec<u8>, request: &mut Request, kept: &mut Kept) -> Result<(), Usage> {
    match String::from_utf8(bytes) {
        Ok(text) => request.body = Body { kind: BodyKind::Text, text, ..Body::default() },
        Err(error) => {
            keep(&mut error.as_bytes(), request, kept).map_err(|error| unreadable("the data", &error))?
        }
    }
    Ok(())
}

fn text_of(bytes: Vec<u8>) -> Result<String, Usage> {
    String::from_utf8(bytes)
        .map_err(|_| Usage::new("the data for the query isn't text", "Encode it with --data-urlencode."))
}

/// The pieces as one; references of the command line stay references, those in files don't count.
fn joined(pieces: &[DataPiece], separator: &str) -> Result<Vec<u8>, Usage> {
    let pieces = pieces.iter().map(bytes).collect::<Result<Vec<_>, _>>()?;
    Ok(pieces.join(separator.as_bytes()))
}

fn bytes(piece: &DataPiece) -> Result<Vec<u8>, Usage> {
    match piece {
        DataPiece::Raw(text) => Ok(text.clone().into_bytes()),
        DataPiece::Encoded(text) => encoded(text).map(String::into_bytes),
        DataPiece::Ascii(text) => match text.strip_prefix('@') {
            // curl takes text files apart from their line ends.
            Some(path) => {
                Ok(unescaped(read(path)?.into_iter().filter(|byte| !b"\r\n\0".contains(byte)).collect()))
            }
            None => Ok(text.clone().into_bytes()),
        },
        DataPiece::Binary(text) => match text.strip_prefix('@') {
            Some(path) => read(path).map(unescaped),
            None => Ok(text.clone().into_bytes()),
        },
    }
}

/// Bytes of a file, in which braces are braces. What isn't text is never searched for references.
fn unescaped(bytes: Vec<u8>) -> Vec<u8> {
    match String::from_utf8(bytes) {
        Ok(text) => literal(&text).into_bytes(),
        Err(error) => error.into_bytes(),
    }
}

/// `TEXT`, `=TEXT`, `NAME=TEXT`, `@FILE` or `NAME@FILE`, percent-encoded but for the name.
fn encoded(text: &str) -> Result<String, Usage> {
    let Some(at) = text.find(['=', '@']) else { return Ok(query::encode(text)) };
    let (name, value) = (&text[..at], &text[at + 1..]);
    let from_file = text[at..].starts_with('@');
    let value = query::encode(&if from_file { read_text(value)? } else { value.to_owned() });
    Ok(if name.is_empty() { value } else { format!("{name}={value}") })
}

fn url_query(text: &str) -> Result<String, Usage> {
    match text.strip_prefix('+') {
        Some(text) => Ok(text.to_owned()),
        None => encoded(text),
    }
}

fn append_to_query(request: &mut Request, text: &str) {
    let (url, fragment) = match request.url.split_once('#') {
        Some((url, fragment)) => (url, format!("#{fragment}")),
        None => (request.url.as_str(), String::new()),
    };
    let joint = match url.rsplit_once('?') {
        None => "?",
        Some((_, "")) => "",
        Some((_, query)) if query.ends_with('&') => "",
        Some(_) => "&",
    };
    request.url = format!("{url}{joint}{text}{fragment}");
}

/// The file is the body, without a content type, as curl sends it.
fn upload(path: &Path, request: &mut Request, kept: &mut Kept) -> Result<(), Usage> {
    let name = path.file_name().map(|name| query::encode(&name.to_string_lossy()));
    let path =
        path.to_str().ok_or_else(|| Usage::new("--upload-file isn't valid UTF-8", "Rename the file."))?;
    let is_stdin = matches!(path, "-" | ".");
    if let Some(name) = name.filter(|_| !is_stdin) {
        append_file_name(&mut request.url, &name);
    }
    request.send.without.push("content-type".to_owned());
    file(if is_stdin { "-" } else { path }, request, kept)
}

/// As curl does, where the path ends with `/` or is missing, before a query too. Only the value of a
/// reference says whether it has a path.
fn append_file_name(url: &mut String, name: &str) {
    let end = url.find(['?', '#']).unwrap_or(url.len());
    let start = url.find("://").map_or(0, |at| at + "://".len()).min(end);
    let place = &url[start..end];
    if place.ends_with('/') {
        url.insert_str(end, name);
    } else if !place.contains(['/', '{']) {
        url.insert_str(end, &format!("/{name}"));
    }
}

/// A file that is the body as it is.
fn file(path: &str, request: &mut Request, kept: &mut Kept) -> Result<(), Usage> {
    if path == "-" {
        return keep(&mut io::stdin().lock(), request, kept)
            .map_err(|error| unreadable("standard input", &error));
    }
    request.body.kind = BodyKind::File;
    request.body.file = readable(path)?;
    Ok(())
}

fn keep(from: &mut dyn io::Read, request: &mut Request, kept: &mut Kept) -> io::Result<()> {
    let mut file = NamedTempFile::new()?;
    io::copy(from, &mut file)?;
    request.body.kind = BodyKind::File;
    request.body.file = literal(&file.path().display().to_string());
    *kept = Some(file);
    Ok(())
}

/// The absolute path of a file that can be read; a path given here begins where the shell stands.
fn readable(path: &str) -> Result<String, Usage> {
    std::fs::File::open(path).map_err(|error| unreadable(path, &error))?;
    let absolute = std::path::absolute(path).map_err(|error| unreadable(path, &error))?;
    Ok(literal(&absolute.display().to_string()))
}

/// A file, or standard input for `-`.
pub(super) fn read(path: &str) -> Result<Vec<u8>, Usage> {
    let mut bytes = Vec::new();
    let done = if path == "-" {
        io::stdin().lock().read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|mut file| file.read_to_end(&mut bytes))
    };
    done.map_err(|error| unreadable(path, &error))?;
    Ok(bytes)
}

/// A text file, or standard input for `-`.
pub(super) fn read_text(path: &str) -> Result<String, Usage> {
    String::from_utf8(read(path)?)
        .map_err(|_| Usage::new(format!("{path} isn't valid UTF-8"), "Save it as UTF-8."))
}

fn unreadable(what: &str, error: &io::Error) -> Usage {
    Usage::new(
        format!("couldn't read {what}: {error}"),
        "Give a readable file after @, or @- for standard input.",
    )
}

/// `NAME=TEXT`, `NAME=@FILE`, `NAME=<FILE`, each with `;type=MEDIA` and
/// `;filename=NAME`.
fn part(index: usize, form: &FormPart) -> Result<Part, Usage> {
    let (text, special) = match form {
        FormPart::Form(text) => (text, true),
        FormPart::Literal(text) => (text, false),
    };
    let (name, value) = text.split_once('=').ok_or_else(|| {
        Usage::new(format!("-F {} has no =", index + 1), "Write it as NAME=TEXT or NAME=@FILE.")
    })?;
    let mut part = Part { name: name.to_owned(), ..Part::default() };
    if !special {
        part.value = value.to_owned();
        return Ok(part);
    }
    let (value, attributes) = attributes(value);
    for (key, setting) in attributes {
        match key {
            "type" => part.content_type = Some(setting.to_owned()),
            "filename" => part.filename = Some(unquoted(setting)),
            other => {
                return Err(Usage::new(
                    format!("`;{other}=` in a form isn't supported"),
                    "`;type=` sets the media type, and `;filename=` the name of the file.",
                ));
            }
        }
    }
    if let Some(path) = value.strip_prefix('@') {
        (part.file, part.value) = (true, readable(&unquoted(path))?);
    } else if let Some(path) = value.strip_prefix('<') {
        part.value = literal(&read_text(&unquoted(path))?);
    } else {
        part.value = unquoted(value);
    }
    Ok(part)
}

//! Finding a text in every request of a workspace: names, URLs, rows, bodies and notes.
//!
//! Owns what of a request is looked through, and in which order matches are listed: names first.
//! Case is ignored. Refuses to hold the secrets of rows and URLs: they are masked before a text enters
//! the index; bodies and notes are as in the file. Refuses to read files.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use memchr::memmem;

use super::clear_secrets;
use super::collection;
use super::mask::{MASK, Mask};
use super::names::RequestPath;
use super::request::{BodyKind, Request, Row};
use super::template;

/// The part of a request that a match is in. They are looked through in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindPlace {
    /// The name that the tree shows.
    Name,
    /// The path in the workspace.
    Path,
    /// The URL.
    Url,
    /// A row of a path variable, by its index.
    PathVariable(usize),
    /// A query row, by its index.
    Param(usize),
    /// A header row, by its index.
    Header(usize),
    /// The text of the body.
    BodyText,
    /// A field of a form body, by its index.
    FormField(usize),
    /// A part of a multipart body, by its index.
    Part(usize),
    /// The path of the file that is the body.
    BodyFile,
    /// The notes.
    Notes,
}

impl FindPlace {
    /// Its name in a list of matches.
    pub fn title(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Path => "path",
            Self::Url => "URL",
            Self::PathVariable(_) => "path variable",
            Self::Param(_) => "parameter",
            Self::Header(_) => "header",
            Self::BodyText | Self::BodyFile => "body",
            Self::FormField(_) => "form field",
            Self::Part(_) => "part",
            Self::Notes => "notes",
        }
    }

    /// What matches are sorted by; rows of one kind count the same.
    fn rank(self) -> u8 {
        match self {
            Self::Name => 0,
            Self::Path => 1,
            Self::Url => 2,
            Self::PathVariable(_) | Self::Param(_) => 3,
            Self::Header(_) => 4,
            Self::BodyText | Self::FormField(_) | Self::Part(_) | Self::BodyFile => 5,
            Self::Notes => 6,
        }
    }
}

/// The texts of one request, one after another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindEntry {
    path: RequestPath,
    text: String,
    /// `text` in lower case, byte for byte at the same offsets.
    folded: String,
    /// Where each piece starts in `text`; a NUL ends it.
    pieces: Vec<(usize, FindPlace)>,
}

impl FindEntry {
    /// The texts of a request; `None` for one whose file can't be read, of which the path is known.
    pub fn new(path: RequestPath, request: Option<&Request>) -> Self {
        let name = request.and_then(|request| request.name.as_deref());
        let mut entry = Self { text: String::new(), folded: String::new(), pieces: Vec::new(), path };
        let path = collection::without_extension(&entry.path).to_owned();
        entry.add(FindPlace::Name, name.unwrap_or_else(|| collection::stem(&path)));
        entry.add(FindPlace::Path, &path);
        if let Some(request) = request {
            entry.add_request(request);
        }
        entry.folded = entry.text.chars().map(fold).collect();
        entry
    }

    fn add_request(&mut self, request: &Request) {
        let mask = Mask::new(&[]);
        let mut url = request.url.clone();
        if let Some(span) = clear_secrets::password(&url) {
            url.replace_range(span, MASK);
        }
        self.add(FindPlace::Url, &mask.url(&url));
        self.add_rows(FindPlace::PathVariable, &request.path, &mask);
        self.add_rows(FindPlace::Param, &request.params, &mask);
        self.add_rows(FindPlace::Header, &request.headers, &mask);
        let body = &request.body;
        match body.kind {
            BodyKind::None => {}
            BodyKind::Json | BodyKind::Text => self.add(FindPlace::BodyText, &body.text),
            BodyKind::Form => self.add_rows(FindPlace::FormField, &body.form, &mask),
            BodyKind::Multipart => {
                for (index, part) in body.parts.iter().enumerate() {
                    self.add_row(FindPlace::Part(index), &part.name, &part.value, &mask);
                }
            }
            BodyKind::File => self.add(FindPlace::BodyFile, &body.file),
        }
        self.add(FindPlace::Notes, &request.notes);
    }

    fn add_rows(&mut self, place: fn(usize) -> FindPlace, rows: &[Row], mask: &Mask) {
        for (index, row) in rows.iter().enumerate() {
            self.add_row(place(index), &row.name, &row.value, mask);
        }
    }

    fn add_row(&mut self, place: FindPlace, name: &str, value: &str, mask: &Mask) {
        // A reference names its secret and holds nothing of it; next to other text it hides with that.
        let value = if template::is_reference(value) { value.to_owned() } else { mask.header(name, value) };
        self.add(place, &format!("{name}: {value}"));
    }

    fn add(&mut self, place: FindPlace, text: &str) {
        if !text.is_empty() {
            self.pieces.push((self.text.len(), place));
            self.text.push_str(text);
            self.text.push('\0');
        }
    }

    /// Path of the request.
    pub fn path(&self) -> &RequestPath {
        &self.path
    }

    /// The name that the tree shows.
    pub fn title(&self) -> &str {
        self.text.split('\0').next().unwrap_or_default()
    }

    /// The index of the piece that holds a byte.
    fn piece_at(&self, at: usize) -> usize {
        self.pieces.partition_point(|(start, _)| *start <= at).saturating_sub(1)
    }
}

/// The first match in one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindHit {
    entry: Arc<FindEntry>,
    /// Bytes of the match.
    found: Range<usize>,
    piece: usize,
    /// Its request's number in the index.
    order: usize,
}

impl FindHit {
    /// The request.
    pub fn entry(&self) -> &FindEntry {
        &self.entry
    }

    /// What the match is in.
    pub fn place(&self) -> FindPlace {
        self.entry.pieces.get(self.piece).map_or(FindPlace::Name, |(_, place)| *place)
    }

    /// The line that holds the match: what is before it, the match, what is after it.
    pub fn excerpt(&self) -> (&str, &str, &str) {
        let text = self.entry.text.as_str();
        let Range { start, end } = self.found;
        let ends = ['\n', '\0'];
        let first = text.get(..start).and_then(|before| before.rfind(ends)).map_or(0, |at| at + 1);
        let last = text.get(end..).and_then(|after| after.find(ends)).map_or(text.len(), |at| end + at);
        let part = |range: Range<usize>| text.get(range).unwrap_or_default();
        (part(first..start).trim_start(), part(start..end), part(end..last).trim_end())
    }

    /// The hit for a longer text, which isn't found before the shorter one.
    fn narrowed(mut self, finder: &memmem::Finder<'_>) -> Option<Self> {
        let rest = self.entry.folded.as_bytes().get(self.found.start..)?;
        let start = self.found.start + finder.find(rest)?;
        self.found = start..start + finder.needle().len();
        self.piece = self.entry.piece_at(start);
        Some(self)
    }
}

/// The texts of every request of a workspace.
#[derive(Clone, Debug, Default)]
pub struct FindIndex {
    entries: BTreeMap<RequestPath, Arc<FindEntry>>,
}

impl FindIndex {
    /// Adds the texts of a request, in place of those it had.
    pub fn insert(&mut self, entry: FindEntry) {
        self.entries.insert(entry.path.clone(), Arc::new(entry));
    }

    /// Forgets a request.
    pub fn remove(&mut self, path: &str) {
        self.entries.remove(path);
    }

    /// Forgets every request.
    pub fn clear(&mut self) {
        self.entries.clear();
    }

    /// Keeps only the requests for which this is true.
    pub fn retain(&mut self, keep: impl Fn(&RequestPath) -> bool) {
        self.entries.retain(|path, _| keep(path));
    }

    /// Whether the texts of a request are known.
    pub fn contains(&self, path: &str) -> bool {
        self.entries.contains_key(path)
    }

    /// The number of requests.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The requests that hold a text, those with the match in the name first. An empty text is
    /// nowhere.
    pub fn search(&self, query: &str) -> Vec<FindHit> {
        let needle: String = query.chars().map(fold).collect();
        if needle.is_empty() {
            return Vec::new();
        }
        let finder = memmem::Finder::new(&needle);
        let hits = self.entries.values().enumerate().filter_map(|(order, entry)| {
            let start = finder.find(entry.folded.as_bytes())?;
            let (found, piece) = (start..start + needle.len(), entry.piece_at(start));
            Some(FindHit { entry: Arc::clone(entry), found, piece, order })
        });
        sorted(hits.collect())
    }
}

/// The hits for a text that starts with the one that these hits are for.
pub fn narrow(hits: Vec<FindHit>, query: &str) -> Vec<FindHit> {
    let needle: String = query.chars().map(fold).collect();
    let finder = memmem::Finder::new(&needle);
    sorted(hits.into_iter().filter_map(|hit| hit.narrowed(&finder)).collect())
}

fn sorted(mut hits: Vec<FindHit>) -> Vec<FindHit> {
    hits.sort_unstable_by_key(|hit| (hit.place().rank(), hit.order));
    hits
}

/// The lower case of a character where it takes as many bytes, so that offsets stay.
fn fold(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(lower), None) if lower.len_utf8() == c.len_utf8() => lower,
        (_, _) => c,
    }
}

#[cfg(test)]
mod tests;

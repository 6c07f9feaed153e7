//! multipart/form-data (RFC 7578, names escaped as
//! <https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data>).

use bytes::{BufMut, Bytes, BytesMut};
use sha2::{Digest, Sha256};

use super::{LoadedPart, LoadedParts, Piece, WireBody};
use crate::core::exchange::{Field, Problem};
use crate::core::hex;
use crate::core::resolve::{PartContent, PlanPart, problem};

/// A boundary derived from the parts: the same parts give the same body and the same hash, and no
/// part contains it by accident.
fn boundary(parts: &[PlanPart], files: &LoadedParts) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        let content = match &part.content {
            PartContent::Text(text) => text.as_str(),
            PartContent::File(_) => files.get(&part.index).map_or("", |part| &part.sha256),
        };
        for text in [part.name.as_str(), content] {
            hash.update((text.len() as u64).to_be_bytes());
            hash.update(text);
        }
    }
    format!("signpost-{}", hex::encode(&hash.finalize()[..12]))
}

/// The boundary and the body's pieces. Everything between two files is one piece.
pub fn pieces(parts: &[PlanPart], files: &LoadedParts) -> Result<(String, Vec<Piece>), Problem> {
    let boundary = boundary(parts, files);
    let mut pieces = Vec::new();
    let mut out = BytesMut::new();
    for part in parts {
        out.put(
            format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"", escape(&part.name))
                .as_bytes(),
        );
        let own = match &part.content {
            PartContent::File(path) => Some(file_name(path)),
            PartContent::Text(_) => None,
        };
        if let Some(name) = part.filename.as_deref().or(own) {
            out.put(format!("; filename=\"{}\"", escape(name)).as_bytes());
        }
        let default_type = matches!(part.content, PartContent::File(_)).then_some("application/octet-stream");
        if let Some(content_type) = part.content_type.as_deref().or(default_type) {
            out.put(format!("\r\nContent-Type: {content_type}").as_bytes());
        }
        out.put(&b"\r\n\r\n"[..]);
        match &part.content {
            PartContent::Text(text) => out.put(text.as_bytes()),
            PartContent::File(path) => match &file(part, path, files)?.piece {
                Piece::Bytes(bytes) => out.put(&bytes[..]),
                file @ Piece::File { .. } => {
                    pieces.push(Piece::Bytes(out.split().freeze()));
                    pieces.push(file.clone());
                }
            },
        }
        out.put(&b"\r\n"[..]);
    }
    out.put(format!("--{boundary}--\r\n").as_bytes());
    pieces.push(Piece::Bytes(out.freeze()));
    Ok((boundary, pieces))
}

fn file<'a>(part: &PlanPart, path: &str, files: &'a LoadedParts) -> Result<&'a LoadedPart, Problem> {
    files
        .get(&part.index)
        .ok_or_else(|| problem(Field::BodyRow(part.index), format!("{path} has not been read"), ""))
}

/// Pieces as a body; `sha256` is the hash of all of them, needed if one is a file.
pub(super) fn join(mut pieces: Vec<Piece>, sha256: Option<String>) -> Result<WireBody, Problem> {
    match (pieces.as_mut_slice(), sha256) {
        ([Piece::Bytes(bytes)], _) => Ok(WireBody::Bytes(std::mem::replace(bytes, Bytes::new()))),
        (_, Some(sha256)) => Ok(WireBody::Streamed { pieces, sha256 }),
        (_, None) => Err(problem(Field::Body, "the parts have not been hashed", "")),
    }
}

/// The last segment of a path, with Unix or Windows separators.
fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

fn escape(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

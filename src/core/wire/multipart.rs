//! multipart/form-data (RFC 7578, names escaped as
//! <https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data>).

use std::collections::BTreeMap;

use bytes::{BufMut, Bytes, BytesMut};
use sha2::{Digest, Sha256};

use crate::core::exchange::{Field, Problem};
use crate::core::resolve::{PartContent, PlanPart, problem};

/// A boundary made from the parts themselves: the same parts give the same body, and so the same
/// hash, and no part can hold it by accident.
pub fn boundary(parts: &[PlanPart], files: &BTreeMap<usize, Bytes>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        let bytes = match &part.content {
            PartContent::Text(text) => text.as_bytes(),
            PartContent::File(_) => files.get(&part.index).map_or(&[][..], |bytes| bytes),
        };
        hash.update(part.name.as_bytes());
        hash.update((bytes.len() as u64).to_be_bytes());
        hash.update(bytes);
    }
    let digest = hash.finalize();
    let hex: String = digest.iter().take(12).map(|byte| format!("{byte:02x}")).collect();
    format!("signpost-{hex}")
}

/// The body's bytes.
pub(super) fn encode(
    parts: &[PlanPart],
    files: &BTreeMap<usize, Bytes>,
    boundary: &str,
) -> Result<Bytes, Problem> {
    let mut out = BytesMut::new();
    for part in parts {
        out.put(
            format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"", escape(&part.name))
                .as_bytes(),
        );
        let (bytes, default_type) = match &part.content {
            PartContent::Text(text) => (text.as_bytes(), None),
            PartContent::File(path) => {
                out.put(format!("; filename=\"{}\"", escape(file_name(path))).as_bytes());
                let bytes = files.get(&part.index).ok_or_else(|| {
                    problem(Field::BodyRow(part.index), format!("{path} has not been read"), "")
                })?;
                (&bytes[..], Some("application/octet-stream"))
            }
        };
        if let Some(content_type) = part.content_type.as_deref().or(default_type) {
            out.put(format!("\r\nContent-Type: {content_type}").as_bytes());
        }
        out.put(&b"\r\n\r\n"[..]);
        out.put(bytes);
        out.put(&b"\r\n"[..]);
    }
    out.put(format!("--{boundary}--\r\n").as_bytes());
    Ok(out.freeze())
}

/// The last segment of a path, in either system's spelling.
fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

fn escape(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

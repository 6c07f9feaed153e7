//! The files of a body, read and hashed off the loop.

use std::path::{Path, PathBuf};

use bytes::{Bytes, BytesMut};
use sha2::{Digest, Sha256};
use tokio::io::AsyncReadExt as _;

use crate::core::exchange::{Field, Problem};
use crate::core::resolve::{PartContent, Plan, PlanBody};
use crate::core::wire::{LoadedBody, WireBody};

/// A file body up to this length is held in memory; a longer one is hashed, then streamed.
const HELD: u64 = 1 << 20;

/// Reads what a plan's body needs; every file that cannot be read is a problem of its field.
pub(super) async fn load(plan: &Plan, root: &Path) -> Result<LoadedBody, Vec<Problem>> {
    let mut loaded = LoadedBody::default();
    let mut problems = Vec::new();
    match &plan.body {
        PlanBody::None | PlanBody::Bytes { .. } => {}
        PlanBody::File(path) => match file(root.join(path.trim())).await {
            Ok(body) => loaded.file = Some(body),
            Err(error) => problems.push(unreadable(Field::Body, path, &error)),
        },
        PlanBody::Multipart(parts) => {
            for part in parts {
                let PartContent::File(path) = &part.content else { continue };
                match tokio::fs::read(root.join(path.trim())).await {
                    Ok(bytes) => {
                        loaded.parts.insert(part.index, Bytes::from(bytes));
                    }
                    Err(error) => problems.push(unreadable(Field::BodyRow(part.index), path, &error)),
                }
            }
        }
    }
    if problems.is_empty() { Ok(loaded) } else { Err(problems) }
}

async fn file(path: PathBuf) -> std::io::Result<WireBody> {
    let mut file = tokio::fs::File::open(&path).await?;
    let length = file.metadata().await?.len();
    if length <= HELD {
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).await?;
        return Ok(WireBody::Bytes(bytes.into()));
    }
    let mut hash = Sha256::new();
    let mut len = 0;
    let mut buffer = BytesMut::with_capacity(256 * 1024);
    while file.read_buf(&mut buffer).await? > 0 {
        hash.update(&buffer);
        len += buffer.len() as u64;
        buffer.clear();
    }
    let sha256 = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(WireBody::File { path, len, sha256 })
}

fn unreadable(field: Field, path: &str, error: &std::io::Error) -> Problem {
    Problem {
        field,
        message: format!("{path}: {error}"),
        cure: "A relative path begins at the workspace folder.".to_owned(),
    }
}

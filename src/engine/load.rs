//! The files of a body, read and hashed off the loop.

use std::io;
use std::path::{Path, PathBuf};

use bytes::{Bytes, BytesMut};
use sha2::{Digest, Sha256};
use tokio::fs::File;
use tokio::io::AsyncReadExt as _;

use crate::core::exchange::{Field, Problem};
use crate::core::hex;
use crate::core::resolve::{PartContent, Plan, PlanBody, PlanPart};
use crate::core::wire::{LoadedBody, LoadedPart, LoadedParts, Piece, WireBody, multipart_pieces};

/// A file up to this length is held in memory; a longer one is hashed, then streamed.
const HELD_BYTES: u64 = 1 << 20;
/// A pipe can be read only once, and so is held in memory, up to this length.
const MAX_PIPED_BYTES: u64 = 64 << 20;

/// Reads what a plan's body needs; every file that cannot be read is a problem of its field.
pub(super) async fn load(plan: &Plan, root: &Path) -> Result<LoadedBody, Vec<Problem>> {
    match &plan.body {
        PlanBody::None | PlanBody::Bytes { .. } => Ok(LoadedBody::default()),
        PlanBody::File(path) => match file(root.join(path.trim())).await {
            Ok(part) => Ok(LoadedBody { file: Some(whole(part)), ..LoadedBody::default() }),
            Err(error) => Err(vec![unreadable(Field::Body, path, &error)]),
        },
        PlanBody::Multipart(parts) => multipart(parts, root).await,
    }
}

/// A file as a whole body.
fn whole(part: LoadedPart) -> WireBody {
    match part.piece {
        Piece::Bytes(bytes) => WireBody::Bytes(bytes),
        file @ Piece::File { .. } => WireBody::Streamed { pieces: vec![file], sha256: part.sha256 },
    }
}

/// Reads the file parts. Those that are streamed are read twice here: once for the boundary, which
/// is made from them, and once for the hash of the whole, of which the boundary is a part.
async fn multipart(parts: &[PlanPart], root: &Path) -> Result<LoadedBody, Vec<Problem>> {
    let mut loaded = LoadedParts::new();
    let mut problems = Vec::new();
    for part in parts {
        let PartContent::File(path) = &part.content else { continue };
        match file(root.join(path.trim())).await {
            Ok(file) => drop(loaded.insert(part.index, file)),
            Err(error) => problems.push(unreadable(Field::BodyRow(part.index), path, &error)),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let mut hash = None;
    if loaded.values().any(|part| matches!(part.piece, Piece::File { .. })) {
        let (_, pieces) = multipart_pieces(parts, &loaded).map_err(|problem| vec![problem])?;
        let hashed = hash_of(&pieces).await;
        hash = Some(hashed.map_err(|error| vec![unreadable(Field::Body, "a part", &error)])?);
    }
    Ok(LoadedBody { parts: loaded, multipart_sha256: hash, ..LoadedBody::default() })
}

async fn file(path: PathBuf) -> io::Result<LoadedPart> {
    let file = File::open(&path).await?;
    let metadata = file.metadata().await?;
    let mut hash = Sha256::new();
    if !metadata.is_file() || metadata.len() <= HELD_BYTES {
        let mut bytes = Vec::new();
        file.take(MAX_PIPED_BYTES + 1).read_to_end(&mut bytes).await?;
        if bytes.len() as u64 > MAX_PIPED_BYTES {
            return Err(io::Error::other(
                "it isn't a regular file and is longer than 64 MiB; save it as a file first",
            ));
        }
        hash.update(&bytes);
        return Ok(LoadedPart {
            piece: Piece::Bytes(Bytes::from(bytes)),
            sha256: hex::encode(hash.finalize()),
        });
    }
    let len = read_into(&mut hash, file).await?;
    Ok(LoadedPart { piece: Piece::File { path, len }, sha256: hex::encode(hash.finalize()) })
}

async fn hash_of(pieces: &[Piece]) -> io::Result<String> {
    let mut hash = Sha256::new();
    for piece in pieces {
        match piece {
            Piece::Bytes(bytes) => hash.update(bytes),
            Piece::File { path, .. } => drop(read_into(&mut hash, File::open(path).await?).await?),
        }
    }
    Ok(hex::encode(hash.finalize()))
}

/// Hashes a file to its end, and gives its length.
async fn read_into(hash: &mut Sha256, mut file: File) -> io::Result<u64> {
    let mut len = 0;
    let mut buffer = BytesMut::with_capacity(256 * 1024);
    while file.read_buf(&mut buffer).await? > 0 {
        hash.update(&buffer);
        len += buffer.len() as u64;
        buffer.clear();
    }
    Ok(len)
}

fn unreadable(field: Field, path: &str, error: &io::Error) -> Problem {
    Problem::new(field, format!("{path}: {error}"), "A relative path begins at the workspace folder.")
}

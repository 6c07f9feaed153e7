//! The body of a response while it arrives.
//!
//! Owns its bytes: in memory while it is small, beyond that in a private temporary file that is
//! mapped, so that a large body is contiguous and held once however many look at it. Refuses to
//! know what the bytes mean.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::ops::Deref;
use std::sync::Arc;

use memmap2::{Mmap, MmapOptions};

/// Bytes that are held in memory. A view that is alive while more comes in makes the next append
/// copy them, so this stays small.
const IN_MEMORY: usize = 1024 * 1024;
/// Length of the file at first; it doubles, and holes cost nothing.
const FILE: usize = 8 * 1024 * 1024;

/// Takes a body in, piece by piece, and hands out views of what has come.
#[derive(Debug)]
pub struct BodyWriter {
    store: Store,
    len: usize,
}

#[derive(Debug)]
enum Store {
    Memory(Arc<Vec<u8>>),
    File { file: File, map: Arc<Mmap> },
}

/// The part of a body that had arrived at some moment. Cheap to clone and to send to another task; what comes
/// later does not change it.
#[derive(Clone, Debug)]
pub struct BodyView {
    store: View,
    len: usize,
}

#[derive(Clone, Debug)]
enum View {
    Memory(Arc<Vec<u8>>),
    File(Arc<Mmap>),
}

impl BodyWriter {
    /// An empty body.
    pub fn new() -> Self {
        Self { store: Store::Memory(Arc::default()), len: 0 }
    }

    /// Adds a piece. Fails when there is no room for it on the disk that holds temporary files;
    /// what came before stays.
    pub fn append(&mut self, chunk: &[u8]) -> io::Result<()> {
        let len = self.len + chunk.len();
        match &mut self.store {
            Store::Memory(bytes) if len <= IN_MEMORY => Arc::make_mut(bytes).extend_from_slice(chunk),
            Store::Memory(bytes) => {
                let mut file = tempfile::tempfile()?;
                file.write_all(bytes)?;
                file.write_all(chunk)?;
                let map = map(&file, len)?;
                self.store = Store::File { file, map };
            }
            Store::File { file, map: mapped } => {
                // Where an append failed half-way, the next one starts over.
                file.seek(SeekFrom::Start(self.len as u64))?;
                file.write_all(chunk)?;
                if len > mapped.len() {
                    *mapped = map(file, len)?;
                }
            }
        }
        self.len = len;
        Ok(())
    }

    /// Bytes that have come.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether nothing has come.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// What has come so far.
    pub fn view(&self) -> BodyView {
        let store = match &self.store {
            Store::Memory(bytes) => View::Memory(Arc::clone(bytes)),
            Store::File { map, .. } => View::File(Arc::clone(map)),
        };
        BodyView { store, len: self.len }
    }
}

impl Default for BodyWriter {
    fn default() -> Self {
        Self::new()
    }
}

/// Maps at least `len` bytes of the file, with room to grow.
#[allow(unsafe_code)] // memmap2 asks for it: nobody else may change or shorten the file
fn map(file: &File, len: usize) -> io::Result<Arc<Mmap>> {
    let room = len.checked_next_power_of_two().unwrap_or(len).max(FILE);
    file.set_len(room as u64)?;
    // SAFETY: the file has no name, this module alone holds it and only ever makes it longer; a
    // view shows the bytes before its length, and those are never written again.
    let map = unsafe { MmapOptions::new().len(room).map(file)? };
    Ok(Arc::new(map))
}

impl Deref for BodyView {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        let bytes: &[u8] = match &self.store {
            View::Memory(bytes) => bytes,
            View::File(map) => map,
        };
        bytes.get(..self.len).unwrap_or(bytes)
    }
}

/// By what they show.
impl PartialEq for BodyView {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for BodyView {}

impl Default for BodyView {
    /// An empty body.
    fn default() -> Self {
        Self::from(Vec::new())
    }
}

impl From<Vec<u8>> for BodyView {
    fn from(bytes: Vec<u8>) -> Self {
        Self { len: bytes.len(), store: View::Memory(Arc::new(bytes)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_keeps_what_it_saw_while_the_body_moves_to_a_file_and_grows() {
        let mut writer = BodyWriter::new();
        let mut whole = Vec::new();
        let mut views = Vec::new();
        for round in 0..200_u8 {
            let chunk = vec![round; 64 * 1024 + usize::from(round)];
            writer.append(&chunk).expect("room for a temporary file");
            whole.extend_from_slice(&chunk);
            if round % 10 == 0 {
                views.push(writer.view());
            }
        }
        assert!(matches!(writer.store, Store::File { .. }) && whole.len() > FILE);
        assert_eq!(writer.len(), whole.len());
        assert_eq!(*writer.view(), *whole);
        for view in views {
            assert_eq!(*view, whole[..view.len()]);
        }
    }

    #[test]
    fn a_small_body_stays_in_memory() {
        let mut writer = BodyWriter::new();
        let empty = writer.view();
        writer.append(b"hello").expect("memory");
        let view = writer.view();
        writer.append(b" world").expect("memory");
        assert!(empty.is_empty() && matches!(writer.store, Store::Memory(_)));
        assert_eq!((&*view, &*writer.view()), (&b"hello"[..], &b"hello world"[..]));
    }
}

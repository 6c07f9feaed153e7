//! The thread that tells the screen what others change on disk.
//!
//! Owns that it starts after the first frame and that nobody waits for it. Refuses to read requests:
//! the screen asks the disk's thread for those that it shows.

use std::path::PathBuf;
use std::thread;

use tokio::sync::mpsc;

use crate::io::store::config_file::{self, ConfigPlace};
use crate::io::watch::{Changes, watch};
use crate::tui::msg::Msg;

/// Starts the thread. It ends with the program, or once nobody takes its messages.
pub(crate) fn start_watching(root: PathBuf, config: Option<ConfigPlace>, msgs: mpsc::Sender<Msg>) {
    let work = move || {
        let report = |changes: Changes| {
            let config = config.as_ref().filter(|_| changes.config);
            let read = config.map(|place| Msg::ConfigRead(Box::new(config_file::read(place))));
            let blind = changes
                .blind
                .as_ref()
                .map(|why| Msg::Failed(format!("Some changes on disk won't be noticed: {why}")));
            let changed = changes.anything || !changes.paths.is_empty();
            let changed =
                changed.then(|| Msg::DiskChanged { paths: changes.paths, anything: changes.anything });
            changed.into_iter().chain(read).chain(blind).all(|msg| msgs.blocking_send(msg).is_ok())
        };
        let file = config.as_ref().map(|place| place.path.as_path());
        if let Err(error) = watch(&root, file, report) {
            let _ = msgs.blocking_send(Msg::Failed(format!("Changes on disk won't be noticed: {error}")));
        }
    };
    // Without a thread everything works, and changes on disk show at the next start.
    let _ = thread::Builder::new().name("watch".into()).spawn(work);
}

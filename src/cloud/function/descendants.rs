//! The processes that a function's program started, whatever group or session they are in, found in `/proc`.
//!
//! Owns finding and killing them on Linux: those that inherited the variable that marks the program's
//! environment, and the descendants of these and of the program. A process group isn't enough,
//! because a process leaves it when it starts a session.

use std::collections::HashSet;
use std::fs;

use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

/// How often the processes are listed: one that is started during a round is found in the next.
const MAX_ROUNDS: usize = 50;

/// A process as `/proc/PID/stat` has it.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Entry {
    pid: i32,
    parent: i32,
    /// Ticks from the system's start to the process's: with the id it identifies a process.
    started: u64,
}

/// Descendants of a running process, to be killed after it.
pub(super) struct Descendants(Vec<Entry>);

impl Descendants {
    /// The descendants of a process, without itself.
    pub(super) fn of(leader: Pid) -> Self {
        let leader = leader.as_raw_nonzero().get();
        let entries = entries();
        let family = family(&entries, HashSet::from([leader]));
        Self(entries.into_iter().filter(|entry| entry.pid != leader && family.contains(&entry.pid)).collect())
    }

    pub(super) fn kill(&self) {
        self.0.iter().for_each(kill);
    }
}

/// Kills every process whose environment has this `NAME=value`, and its descendants.
pub(super) fn kill_marked(mark: &str) {
    for _ in 0..MAX_ROUNDS {
        let entries = entries();
        let marked = entries.iter().map(|entry| entry.pid).filter(|pid| is_marked(*pid, mark)).collect();
        let family = family(&entries, marked);
        if family.is_empty() {
            return;
        }
        entries.iter().filter(|entry| family.contains(&entry.pid)).for_each(kill);
    }
}

/// These processes and their descendants.
fn family(entries: &[Entry], mut family: HashSet<i32>) -> HashSet<i32> {
    loop {
        let before = family.len();
        let children = entries.iter().filter(|entry| family.contains(&entry.parent));
        let children: Vec<i32> = children.map(|entry| entry.pid).collect();
        family.extend(children);
        if family.len() == before {
            return family;
        }
    }
}

/// Every process that hasn't exited; none if `/proc` isn't mounted.
fn entries() -> Vec<Entry> {
    let folders = fs::read_dir("/proc").into_iter().flatten().flatten();
    folders.filter_map(|folder| entry(folder.file_name().to_str()?.parse().ok()?)).collect()
}

fn entry(pid: i32) -> Option<Entry> {
    // The program name is in parentheses and may contain parentheses.
    let stat = fs::read(format!("/proc/{pid}/stat")).ok()?;
    let stat = String::from_utf8_lossy(&stat);
    let mut fields = stat.rsplit_once(')')?.1.split_ascii_whitespace();
    let exited = matches!(fields.next()?, "Z" | "X");
    let parent = fields.next()?.parse().ok()?;
    let started = fields.nth(17)?.parse().ok()?;
    (!exited).then_some(Entry { pid, parent, started })
}

fn is_marked(pid: i32, mark: &str) -> bool {
    let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
    environment.split(|byte| *byte == 0).any(|variable| variable == mark.as_bytes())
}

/// Kills a process, unless its id now belongs to another one. An error means that it has exited.
fn kill(listed: &Entry) {
    let Some(pid) = Pid::from_raw(listed.pid) else { return };
    let Ok(process) = pidfd_open(pid, PidfdFlags::empty()) else { return };
    let still_it = entry(listed.pid).is_some_and(|now| now.started == listed.started);
    if still_it {
        let _ = pidfd_send_signal(&process, Signal::KILL);
    }
}

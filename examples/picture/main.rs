//! Takes the pictures of the README and of docs/: plays each scene in a pseudo-terminal and writes
//! what the terminal shows as SVG.
//!
//! ```sh
//! cargo build && cargo run --example picture -- target/debug/signpost assets
//! cargo run --example picture -- target/debug/signpost assets light narrow
//! ```

mod scenes;
mod svg;

use std::io::{Read, Write};
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use vt100::Parser;

use scenes::{SCENES, Scene, Start};

/// How a program asks for the terminal's background.
const BACKGROUND_QUESTION: &[u8] = b"\x1b]11;?";

type Problem = Box<dyn std::error::Error>;

fn main() -> Result<(), Problem> {
    let mut arguments = std::env::args().skip(1);
    let (Some(program), Some(folder)) = (arguments.next(), arguments.next()) else {
        return Err("usage: picture SIGNPOST FOLDER [SCENE...]".into());
    };
    let (program, wanted) = (std::path::absolute(program)?, arguments.collect::<Vec<_>>());
    for scene in
        SCENES.iter().filter(|scene| wanted.is_empty() || wanted.iter().any(|name| name == scene.name))
    {
        let svg = play(&program, scene).map_err(|problem| format!("{}: {problem}", scene.name))?;
        std::fs::write(Path::new(&folder).join(format!("{}.svg", scene.name)), svg)?;
    }
    Ok(())
}

fn play(program: &Path, scene: &Scene) -> Result<String, Problem> {
    let home = tempfile::tempdir()?;
    let folder = home.path().join("orders");
    std::fs::create_dir(&folder)?;
    let (columns, rows) = scene.size;
    let size = PtySize { rows: rows.get(), cols: columns.get(), pixel_width: 0, pixel_height: 0 };
    let pty = native_pty_system().openpty(size)?;
    let mut command = CommandBuilder::new(program);
    match scene.start {
        Start::Demo => command.args(["demo"]),
        Start::Folder => command.args(["."]),
    }
    command.cwd(folder);
    command.env("HOME", home.path());
    command.env("TERM", "xterm-256color");
    command.env("COLORTERM", "truecolor");
    let mut child = pty.slave.spawn_command(command)?;
    drop(pty.slave);
    let mut terminal = Terminal {
        chunks: chunks(pty.master.try_clone_reader()?),
        keys: pty.master.take_writer()?,
        parser: Parser::new(rows, columns, 0),
        background: scene.look.background,
    };
    for (words, press) in scene.steps {
        terminal.wait_for(words)?;
        terminal.keys.write_all(press.as_bytes())?;
    }
    let svg = svg::draw(terminal.parser.screen(), scene.look);
    child.kill()?;
    Ok(svg)
}

/// A terminal that a program runs in.
struct Terminal {
    chunks: Receiver<Vec<u8>>,
    keys: Box<dyn Write + Send>,
    parser: Parser,
    /// `#rrggbb`, told to programs that ask.
    background: &'static str,
}

impl Terminal {
    /// Feeds the terminal until it shows the words and no more output comes for a moment.
    fn wait_for(&mut self, words: &str) -> Result<(), Problem> {
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            match self.chunks.recv_timeout(Duration::from_millis(300)) {
                Ok(chunk) => self.take(&chunk)?,
                Err(RecvTimeoutError::Timeout) if self.contents().contains(words) => return Ok(()),
                Err(RecvTimeoutError::Timeout) if Instant::now() < deadline => {}
                Err(error) => {
                    return Err(format!("{words:?} did not come ({error}):\n{}", self.contents()).into());
                }
            }
        }
    }

    fn contents(&self) -> String {
        self.parser.screen().contents()
    }

    fn take(&mut self, chunk: &[u8]) -> Result<(), Problem> {
        self.parser.process(chunk);
        if chunk.windows(BACKGROUND_QUESTION.len()).any(|bytes| bytes == BACKGROUND_QUESTION) {
            let [r, g, b] = [1, 3, 5].map(|at| &self.background[at..at + 2]);
            write!(self.keys, "\x1b]11;rgb:{r}{r}/{g}{g}/{b}{b}\x1b\\")?;
        }
        Ok(())
    }
}

/// The program's output, read on a thread, since a read can't be cancelled.
fn chunks(mut reader: Box<dyn Read + Send>) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let mut buffer = [0; 65536];
        while let Ok(length @ 1..) = reader.read(&mut buffer) {
            if sender.send(buffer[..length].to_vec()).is_err() {
                break;
            }
        }
    });
    receiver
}

//! Takes the README's picture: plays the demo in a pseudo-terminal and writes what the terminal
//! shows as SVG.
//!
//! ```sh
//! cargo build && cargo run --example picture -- target/debug/signpost assets/screen.svg
//! ```

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::num::NonZero;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use vt100::{Cell, Color, Parser, Screen};

const COLUMNS: NonZero<u16> = NonZero::new(132).unwrap();
const ROWS: NonZero<u16> = NonZero::new(38).unwrap();
/// Pixels of a cell.
const CELL: (f32, f32) = (8.4, 18.0);
const MARGIN: f32 = 12.0;
const BACKGROUND: &str = "#11151c";
const FOREGROUND: &str = "#d5dae3";
/// The first 16 colours, as in a modern terminal.
const PALETTE: [&str; 16] = [
    "#1b2029", "#f0716f", "#8fc97a", "#e3b660", "#6ea8f0", "#c792e0", "#5fc4c4", "#c6ccd7", "#6a7385",
    "#ff8a88", "#a9e092", "#f5ce80", "#8dbdff", "#dcaef2", "#7fdede", "#ffffff",
];

/// What to wait for, and what to press then.
const STEPS: [(&str, &str); 7] = [
    ("12 As her session", "s"),
    ("403", "1j\r"),
    ("alice", "3[[["),
    ("[Auth", "s"),
    ("403 Forbidden", "4]"),
    ("", "]"),
    ("", ""),
];

type Problem = Box<dyn std::error::Error>;

fn main() -> Result<(), Problem> {
    let mut arguments = std::env::args().skip(1);
    let (Some(program), Some(picture)) = (arguments.next(), arguments.next()) else {
        return Err("usage: picture SIGNPOST PICTURE.svg".into());
    };
    let home = tempfile::tempdir()?;
    let size = PtySize { rows: ROWS.get(), cols: COLUMNS.get(), pixel_width: 0, pixel_height: 0 };
    let pty = native_pty_system().openpty(size)?;
    let mut command = CommandBuilder::new(std::path::absolute(program)?);
    command.args(["demo"]);
    command.cwd(home.path());
    command.env("HOME", home.path());
    command.env("TERM", "xterm-256color");
    command.env("COLORTERM", "truecolor");
    let mut child = pty.slave.spawn_command(command)?;
    drop(pty.slave);
    let chunks = chunks(pty.master.try_clone_reader()?);
    let mut keys = pty.master.take_writer()?;
    let mut terminal = Parser::new(ROWS, COLUMNS, 0);
    for (words, press) in STEPS {
        wait_for(words, &chunks, &mut terminal)?;
        keys.write_all(press.as_bytes())?;
    }
    let svg = draw(terminal.screen());
    child.kill()?;
    std::fs::write(picture, svg)?;
    Ok(())
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

/// Feeds the terminal until it shows the words and no more output comes for a moment.
fn wait_for(words: &str, chunks: &Receiver<Vec<u8>>, terminal: &mut Parser) -> Result<(), Problem> {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        match chunks.recv_timeout(Duration::from_millis(300)) {
            Ok(chunk) => terminal.process(&chunk),
            Err(RecvTimeoutError::Timeout) if terminal.screen().contents().contains(words) => return Ok(()),
            Err(RecvTimeoutError::Timeout) if Instant::now() < deadline => {}
            Err(error) => {
                return Err(
                    format!("{words:?} did not come ({error}):\n{}", terminal.screen().contents()).into()
                );
            }
        }
    }
}

fn draw(screen: &Screen) -> String {
    let width = f32::from(COLUMNS.get()) * CELL.0 + 2.0 * MARGIN;
    let height = f32::from(ROWS.get()) * CELL.1 + 2.0 * MARGIN;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" font-size=\"14\" \
         font-family=\"ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace\">\n\
         <rect width=\"{width}\" height=\"{height}\" rx=\"8\" fill=\"{BACKGROUND}\"/>\n"
    );
    for row in 0..ROWS.get() {
        draw_row(screen, row, &mut svg);
    }
    svg.push_str("</svg>\n");
    svg
}

/// Consecutive cells with the same look.
struct Run {
    column: u16,
    columns: u16,
    text: String,
    style: Style,
}

#[derive(Clone, PartialEq)]
struct Style {
    foreground: String,
    background: Option<String>,
    bold: bool,
    dim: bool,
    italic: bool,
    underline: bool,
}

fn style(cell: &Cell) -> Style {
    let (mut foreground, mut background) = (color(cell.fgcolor()), color(cell.bgcolor()));
    if cell.inverse() {
        (foreground, background) = (
            background.or_else(|| Some(BACKGROUND.to_owned())),
            foreground.or_else(|| Some(FOREGROUND.to_owned())),
        );
    }
    Style {
        foreground: foreground.unwrap_or_else(|| FOREGROUND.to_owned()),
        background,
        bold: cell.bold(),
        dim: cell.dim(),
        italic: cell.italic(),
        underline: cell.underline(),
    }
}

fn color(color: Color) -> Option<String> {
    match color {
        Color::Default => None,
        Color::Rgb(r, g, b) => Some(format!("#{r:02x}{g:02x}{b:02x}")),
        Color::Idx(index @ 0..16) => Some(PALETTE[usize::from(index)].to_owned()),
        Color::Idx(index @ 16..232) => {
            let level = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
            let cube = index - 16;
            Some(format!("#{:02x}{:02x}{:02x}", level(cube / 36), level(cube / 6 % 6), level(cube % 6)))
        }
        Color::Idx(index) => {
            let gray = 8 + 10 * (index - 232);
            Some(format!("#{gray:02x}{gray:02x}{gray:02x}"))
        }
    }
}

fn draw_row(screen: &Screen, row: u16, svg: &mut String) {
    let mut runs: Vec<Run> = Vec::new();
    for column in 0..COLUMNS.get() {
        let Some(cell) = screen.cell(row, column).filter(|cell| !cell.is_wide_continuation()) else {
            continue;
        };
        let style = style(cell);
        let columns = if cell.is_wide() { 2 } else { 1 };
        let text = if cell.has_contents() { cell.contents() } else { " " };
        // Lines are drawn as strokes: a font's characters leave gaps between rows.
        let line = strokes(text).is_some();
        match runs.last_mut() {
            Some(run) if run.style == style && !line && strokes(&run.text).is_none() => {
                run.columns += columns;
                run.text.push_str(text);
            }
            _ => runs.push(Run { column, columns, text: text.to_owned(), style }),
        }
    }
    for run in runs {
        draw_run(&run, row, svg);
    }
}

fn draw_run(run: &Run, row: u16, svg: &mut String) {
    let (x, y) = (MARGIN + f32::from(run.column) * CELL.0, MARGIN + f32::from(row) * CELL.1);
    let width = f32::from(run.columns) * CELL.0;
    // Writing to a String can't fail.
    if let Some(background) = &run.style.background {
        let _ = writeln!(
            svg,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{}\" fill=\"{background}\"/>",
            CELL.1
        );
    }
    let color = &run.style.foreground;
    if let Some(strokes) = strokes(&run.text) {
        let _ = write!(svg, "<path fill=\"none\" stroke=\"{color}\" d=\"");
        let (half_x, half_y) = (CELL.0 / 2.0, CELL.1 / 2.0);
        for stroke in strokes.chars() {
            let (end_x, end_y) = match stroke {
                'l' => (x, y + half_y),
                'r' => (x + CELL.0, y + half_y),
                'u' => (x + half_x, y),
                _ => (x + half_x, y + CELL.1),
            };
            let _ = write!(svg, "M{:.1} {:.1}L{end_x:.1} {end_y:.1}", x + half_x, y + half_y);
        }
        svg.push_str("\"/>\n");
        return;
    }
    let text = run.text.trim_end();
    if text.is_empty() {
        return;
    }
    let mut look = String::new();
    for (on, attribute) in [
        (run.style.bold, " font-weight=\"bold\""),
        (run.style.dim, " opacity=\"0.6\""),
        (run.style.italic, " font-style=\"italic\""),
        (run.style.underline, " text-decoration=\"underline\""),
    ] {
        look.push_str(if on { attribute } else { "" });
    }
    // Keeps columns aligned, whatever the font's width is.
    let columns = run.columns as usize - (run.text.len() - text.len());
    let length = columns as f32 * CELL.0;
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let _ = writeln!(
        svg,
        "<text xml:space=\"preserve\" x=\"{x:.1}\" y=\"{:.1}\" fill=\"{color}\" textLength=\"{length:.1}\"{look}>{escaped}</text>",
        y + CELL.1 * 0.74
    );
}

/// The strokes of a line-drawing character from its middle: left, right, up, down.
fn strokes(text: &str) -> Option<&'static str> {
    Some(match text {
        "─" | "━" => "lr",
        "│" | "┃" => "ud",
        "┌" | "╭" | "┏" => "rd",
        "┐" | "╮" | "┓" => "ld",
        "└" | "╰" | "┗" => "ru",
        "┘" | "╯" | "┛" => "lu",
        "├" => "udr",
        "┤" => "udl",
        "┬" => "lrd",
        "┴" => "lru",
        "┼" => "lrud",
        _ => return None,
    })
}

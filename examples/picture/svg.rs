//! What a terminal shows, as SVG.

use std::fmt::Write as _;

use vt100::{Cell, Color, Screen};

/// Pixels of a cell.
const CELL: (f32, f32) = (8.4, 18.0);
const MARGIN: f32 = 12.0;

/// The colours of a terminal.
pub(crate) struct Look {
    pub(crate) background: &'static str,
    foreground: &'static str,
    /// The first 16 colours.
    palette: [&'static str; 16],
}

pub(crate) const DARK: Look = Look {
    background: "#11151c",
    foreground: "#d5dae3",
    palette: [
        "#1b2029", "#f0716f", "#8fc97a", "#e3b660", "#6ea8f0", "#c792e0", "#5fc4c4", "#c6ccd7", "#6a7385",
        "#ff8a88", "#a9e092", "#f5ce80", "#8dbdff", "#dcaef2", "#7fdede", "#ffffff",
    ],
};

pub(crate) const LIGHT: Look = Look {
    background: "#fdfcf9",
    foreground: "#22262e",
    palette: [
        "#22262e", "#b3261e", "#2f6f2b", "#8a5a00", "#1f5fbf", "#8332a8", "#0f6e6e", "#d9dbe0", "#6a7385",
        "#d23f36", "#3f8f3a", "#a8720a", "#3b7de0", "#a04fc6", "#1f8f8f", "#ffffff",
    ],
};

/// A screen as SVG, in the colours of a terminal.
pub(crate) fn draw(screen: &Screen, look: &Look) -> String {
    let (rows, columns) = screen.size();
    let (rows, columns) = (rows.get(), columns.get());
    let width = f32::from(columns) * CELL.0 + 2.0 * MARGIN;
    let height = f32::from(rows) * CELL.1 + 2.0 * MARGIN;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" font-size=\"14\" \
         font-family=\"ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace\">\n\
         <rect width=\"{width}\" height=\"{height}\" rx=\"8\" fill=\"{}\"/>\n",
        look.background
    );
    for row in 0..rows {
        draw_row(screen, look, row, &mut svg);
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

fn style(cell: &Cell, look: &Look) -> Style {
    let (mut foreground, mut background) = (color(cell.fgcolor(), look), color(cell.bgcolor(), look));
    if cell.inverse() {
        (foreground, background) = (
            background.or_else(|| Some(look.background.to_owned())),
            foreground.or_else(|| Some(look.foreground.to_owned())),
        );
    }
    Style {
        foreground: foreground.unwrap_or_else(|| look.foreground.to_owned()),
        background,
        bold: cell.bold(),
        dim: cell.dim(),
        italic: cell.italic(),
        underline: cell.underline(),
    }
}

fn color(color: Color, look: &Look) -> Option<String> {
    match color {
        Color::Default => None,
        Color::Rgb(r, g, b) => Some(format!("#{r:02x}{g:02x}{b:02x}")),
        Color::Idx(index @ 0..16) => Some(look.palette[usize::from(index)].to_owned()),
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

fn draw_row(screen: &Screen, look: &Look, row: u16, svg: &mut String) {
    let mut runs: Vec<Run> = Vec::new();
    for column in 0..screen.size().1.get() {
        let Some(cell) = screen.cell(row, column).filter(|cell| !cell.is_wide_continuation()) else {
            continue;
        };
        let style = style(cell, look);
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
    // As strokes: a font's blocks leave gaps.
    if !run.text.is_empty() && run.text.chars().all(|character| character == '█') {
        let _ = writeln!(
            svg,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{}\" fill=\"{color}\"/>",
            CELL.1
        );
        return;
    }
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

//! True colours as the nearest of the 256 that most terminals have.

use super::{Color, Theme};

/// The levels of red, green and blue in the cube of colours 16 to 231, as xterm has them.
const LEVELS: [u8; 6] = [0, 95, 135, 175, 215, 255];

/// The number of the first grey, and how many there are.
const GREYS: (u8, u8) = (232, 24);

impl Theme {
    /// The same theme for a terminal with 256 colours and no more.
    #[must_use]
    pub fn in_256_colors(mut self) -> Self {
        for style in &mut self.styles {
            (style.fg, style.bg) = (nearest(style.fg), nearest(style.bg));
        }
        self
    }
}

fn nearest(color: Color) -> Color {
    let Color::Rgb(red, green, blue) = color else { return color };
    let wanted = [red, green, blue];
    let level =
        |wanted: u8| (0u8..).zip(LEVELS).min_by_key(|(_, level)| level.abs_diff(wanted)).unwrap_or_default();
    let [r, g, b] = wanted.map(level);
    let cube = (16 + 36 * r.0 + 6 * g.0 + b.0, [r.1, g.1, b.1]);
    let greys = (0..GREYS.1).map(|n| (GREYS.0 + n, [8 + 10 * n; 3]));
    let distance = |shown: [u8; 3]| -> u32 {
        shown.into_iter().zip(wanted).map(|(a, b)| u32::from(a.abs_diff(b)).pow(2)).sum()
    };
    let (number, _) = greys.chain([cube]).min_by_key(|(_, shown)| distance(*shown)).unwrap_or(cube);
    Color::Indexed(number)
}

#[cfg(test)]
mod tests {
    use super::super::{Role, ThemeName};
    use super::*;

    #[test]
    fn the_nearest_colour_is_taken_from_cube_and_greys() {
        for (rgb, number) in
            [((0, 0, 0), 16), ((255, 255, 255), 231), ((255, 0, 0), 196), ((138, 138, 138), 245)]
        {
            assert_eq!(nearest(Color::Rgb(rgb.0, rgb.1, rgb.2)), Color::Indexed(number), "{rgb:?}");
        }
        assert_eq!(nearest(Color::Ansi(3)), Color::Ansi(3));
    }

    #[test]
    fn no_true_colour_is_left() {
        for name in [ThemeName::Dark, ThemeName::Light] {
            let theme = Theme::new(name, &[]).in_256_colors();
            for (role, _) in Role::all() {
                let style = theme.style(role);
                assert!(
                    ![style.fg, style.bg].iter().any(|color| matches!(color, Color::Rgb(..))),
                    "{role:?}"
                );
            }
            assert_ne!(theme.style(Role::Selection).bg, Color::Default);
        }
    }
}

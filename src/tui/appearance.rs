//! The theme that suits a terminal, from what its environment says.
//!
//! Owns how `NO_COLOR`, `COLORTERM`, `TERM` and `COLORFGBG` are read.

use crate::config::theme::ThemeName;

/// How to begin to draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Appearance {
    /// The theme.
    pub theme: ThemeName,
    /// The terminal has 256 colours and no more.
    pub indexed: bool,
    /// The theme is a guess: the terminal knows better whether its background is light.
    pub guessed: bool,
}

/// The theme for a terminal: without colours if `NO_COLOR` is set, and the terminal's own sixteen
/// unless it declares that it has more. `var` reads the environment.
pub(crate) fn of_terminal(configured: ThemeName, var: impl Fn(&str) -> String) -> Appearance {
    let fixed = |theme| Appearance { theme, indexed: false, guessed: false };
    if !var("NO_COLOR").is_empty() {
        return fixed(ThemeName::Mono);
    }
    let true_color = matches!(var("COLORTERM").as_str(), "truecolor" | "24bit");
    let indexed = !true_color && var("TERM").contains("256color");
    if configured != ThemeName::Auto {
        return Appearance { indexed, ..fixed(configured) };
    }
    if !true_color && !indexed {
        return fixed(ThemeName::Sixteen);
    }
    // `15;0`: foreground and background among the sixteen colours.
    let background = var("COLORFGBG").rsplit(';').next().and_then(|n| n.parse::<u8>().ok());
    let theme = if matches!(background, Some(7 | 15)) { ThemeName::Light } else { ThemeName::Dark };
    Appearance { theme, indexed, guessed: true }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(configured: ThemeName, vars: &[(&str, &str)]) -> (ThemeName, bool, bool) {
        let var = |name: &str| {
            let found = vars.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned()).unwrap_or_default()
        };
        let Appearance { theme, indexed, guessed } = of_terminal(configured, var);
        (theme, indexed, guessed)
    }

    #[test]
    fn the_theme_follows_what_the_terminal_declares() {
        use ThemeName::{Auto, Dark, Light, Mono, Sixteen};
        let full = ("COLORTERM", "truecolor");
        let many = ("TERM", "xterm-256color");
        for (configured, vars, expected) in [
            (Auto, &[full, many][..], (Dark, false, true)),
            (Auto, &[full, ("COLORFGBG", "0;15")], (Light, false, true)),
            (Auto, &[many], (Dark, true, true)),
            (Auto, &[("TERM", "linux")], (Sixteen, false, false)),
            (Auto, &[full, ("NO_COLOR", "1")], (Mono, false, false)),
            (Light, &[full], (Light, false, false)),
            (Light, &[many], (Light, true, false)),
        ] {
            assert_eq!(of(configured, vars), expected, "{vars:?}");
        }
    }
}

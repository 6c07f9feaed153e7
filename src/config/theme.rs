//! Themes: named roles -> styles.
//!
//! Owns the roles and the built-in themes. Refuses the terminal library's types: the screen
//! converts these to its own, and reads `NO_COLOR`.

use std::str::FromStr;

mod indexed;

/// A colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Color {
    /// The terminal's default.
    #[default]
    Default,
    /// One of the 16 colours of the terminal's colour scheme, 0 to 15.
    Ansi(u8),
    /// One of the 256 indexed colours.
    Indexed(u8),
    /// Red, green, blue.
    Rgb(u8, u8, u8),
}

/// The names of the 16 colours, by number.
const ANSI: [&str; 16] = [
    "black",
    "red",
    "green",
    "yellow",
    "blue",
    "magenta",
    "cyan",
    "white",
    "bright-black",
    "bright-red",
    "bright-green",
    "bright-yellow",
    "bright-blue",
    "bright-magenta",
    "bright-cyan",
    "bright-white",
];

/// A text that isn't a colour or style.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" isn't a valid colour")]
pub struct StyleError(pub String);

impl FromStr for Color {
    type Err = StyleError;

    fn from_str(text: &str) -> Result<Self, StyleError> {
        let error = || StyleError(text.to_owned());
        if text == "default" {
            return Ok(Self::Default);
        }
        if let Some(hex) = text.strip_prefix('#') {
            let digits = hex.len() == 6 && hex.bytes().all(|b| b.is_ascii_hexdigit());
            let rgb = u32::from_str_radix(hex, 16).ok().filter(|_| digits).ok_or_else(error)?;
            let [_, red, green, blue] = rgb.to_be_bytes();
            return Ok(Self::Rgb(red, green, blue));
        }
        match (0u8..).zip(ANSI).find(|(_, name)| *name == text) {
            Some((number, _)) => Ok(Self::Ansi(number)),
            None => text.parse().map(Self::Indexed).map_err(|_| error()),
        }
    }
}

/// How a role is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// Colour of the text.
    pub fg: Color,
    /// Colour of the background.
    pub bg: Color,
    /// Bold.
    pub bold: bool,
    /// Dim.
    pub dim: bool,
    /// Italic.
    pub italic: bool,
    /// Underlined.
    pub underline: bool,
    /// Text and background colours swapped.
    pub reversed: bool,
}

impl FromStr for Style {
    type Err = StyleError;

    /// Parses `bold red on #202020`: a colour, `on` and the background, and any of `bold`, `dim`,
    /// `italic`, `underline`, `reversed`. Everything is optional.
    fn from_str(text: &str) -> Result<Self, StyleError> {
        let mut style = Self::default();
        let mut words = text.split_whitespace();
        while let Some(word) = words.next() {
            match word {
                "bold" => style.bold = true,
                "dim" => style.dim = true,
                "italic" => style.italic = true,
                "underline" => style.underline = true,
                "reversed" => style.reversed = true,
                "on" => style.bg = words.next().ok_or_else(|| StyleError(text.to_owned()))?.parse()?,
                color => style.fg = color.parse()?,
            }
        }
        Ok(style)
    }
}

macro_rules! roles {
    ($($name:ident $word:literal $dark:literal $light:literal $sixteen:literal $mono:literal $doc:literal;)*) => {
        /// What an element of the screen is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Role {
            $(#[doc = $doc] $name,)*
        }

        /// Name, then the style in the themes dark, light, sixteen and mono.
        const ROLES: &[(Role, &str, [&str; 4])] = &[$((Role::$name, $word, [$dark, $light, $sixteen, $mono])),*];
    };
}

roles! {
    Text "text" "default" "default" "default" "default"
        "Plain text.";
    Dim "dim" "#979ca6" "#5f646d" "bright-black" "dim"
        "Secondary text: inferred values, disabled rows.";
    Accent "accent" "bold #7fa6f8" "bold #2a5bd7" "bold cyan" "bold"
        "Titles, keys, the current tab.";
    Border "border" "#686e7a" "#8b909a" "bright-black" "default"
        "The border of a pane.";
    BorderFocus "border-focus" "#7fa6f8" "#2a5bd7" "cyan" "bold"
        "The border of the focused pane.";
    Selection "selection" "on #2f3b57" "on #dbe6ff" "reversed" "reversed"
        "The selected line or text.";
    Match "match" "#000000 on #e0af68" "#000000 on #ffd866" "black on yellow" "reversed underline"
        "A search match.";
    Success "success" "bold #9ece6a" "bold #29751a" "bold green" "bold"
        "Status 2xx, and success.";
    Redirect "redirect" "bold #7dcfff" "bold #0f6f93" "bold cyan" "bold"
        "Status 3xx.";
    ClientError "client-error" "bold #ff9e64" "bold #ae4509" "bold yellow" "bold"
        "Status 4xx.";
    ServerError "server-error" "bold #fa8299" "bold #c01a3a" "bold red" "bold"
        "Status 5xx.";
    Error "error" "#fa8299" "#c01a3a" "red" "bold"
        "Errors.";
    Warning "warning" "#e0af68" "#8a5a00" "yellow" "bold"
        "Warnings: a credential about to expire, verification disabled.";
    Variable "variable" "#bb9af7" "#7a3fc0" "magenta" "underline"
        "A known reference.";
    VariableUnknown "variable-unknown" "underline #fa8299" "underline #c01a3a" "underline red" "underline bold"
        "An unknown reference.";
    Key "key" "#7dcfff" "#0f6f93" "cyan" "bold"
        "JSON keys, header names, tags.";
    String "string" "#9ece6a" "#29751a" "green" "default"
        "Strings in JSON, attribute values.";
    Number "number" "#ff9e64" "#ae4509" "yellow" "default"
        "Numbers.";
    Literal "literal" "#bb9af7" "#7a3fc0" "magenta" "default"
        "true, false, null.";
    Punctuation "punctuation" "#979ca6" "#5f646d" "default" "default"
        "Brackets, commas, colons.";
    Comment "comment" "italic #979ca6" "italic #5f646d" "bright-black" "dim"
        "Comments.";
    Control "control" "#e0af68" "#8a5a00" "yellow" "reversed"
        "Control characters made visible.";
    MethodGet "method-get" "#9ece6a" "#29751a" "green" "default"
        "GET, HEAD, OPTIONS.";
    MethodPost "method-post" "#e0af68" "#8a5a00" "yellow" "default"
        "POST.";
    MethodPut "method-put" "#7fa6f8" "#2a5bd7" "blue" "default"
        "PUT, PATCH.";
    MethodDelete "method-delete" "#fa8299" "#c01a3a" "red" "default"
        "DELETE.";
    MethodOther "method-other" "#bb9af7" "#7a3fc0" "magenta" "default"
        "Every other method.";
    Production "production" "bold #ffffff on #a01a2a" "bold #ffffff on #c01a3a" "bold white on red" "bold reversed"
        "The mark of a production environment.";
}

impl Role {
    /// Every role with its name in the configuration.
    pub fn all() -> impl Iterator<Item = (Self, &'static str)> {
        ROLES.iter().map(|(role, name, _)| (*role, *name))
    }
}

/// The built-in themes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ThemeName {
    /// Depends on the terminal's background and colours, and on `NO_COLOR`.
    #[default]
    Auto,
    /// For dark backgrounds, in true colour.
    Dark,
    /// For light backgrounds, in true colour.
    Light,
    /// The terminal's own 16 colours, on any background.
    Sixteen,
    /// No colours.
    Mono,
}

impl ThemeName {
    /// Every name as written in the configuration.
    pub const ALL: [(&'static str, Self); 5] = [
        ("auto", Self::Auto),
        ("dark", Self::Dark),
        ("light", Self::Light),
        ("sixteen", Self::Sixteen),
        ("mono", Self::Mono),
    ];
}

/// A style for every role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Theme {
    styles: Vec<Style>,
}

impl Theme {
    /// A built-in theme with the user's styles applied. [`ThemeName::Auto`] becomes dark, so
    /// whoever knows the terminal resolves it first. The theme without colours ignores the user's
    /// styles.
    pub fn new(name: ThemeName, overrides: &[(Role, Style)]) -> Self {
        let column = match name {
            ThemeName::Auto | ThemeName::Dark => 0,
            ThemeName::Light => 1,
            ThemeName::Sixteen => 2,
            ThemeName::Mono => 3,
        };
        let built_in = |styles: &[&str; 4]| styles[column].parse().unwrap_or_default();
        let mut styles: Vec<Style> = ROLES.iter().map(|(_, _, styles)| built_in(styles)).collect();
        if name != ThemeName::Mono {
            for (role, style) in overrides {
                styles[*role as usize] = *style;
            }
        }
        Self { styles }
    }

    /// The style of a role.
    pub fn style(&self, role: Role) -> Style {
        self.styles[role as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_style_is_valid() {
        for (role, name, styles) in ROLES {
            for style in styles {
                assert!(style.parse::<Style>().is_ok(), "{role:?} {style}");
            }
            assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{name}");
        }
    }

    /// The contrast of two colours, 1 to 21.
    /// <https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio>
    fn contrast(one: Color, other: Color) -> f64 {
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        let luminance = |color: Color| match color {
            Color::Rgb(r, g, b) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b),
            other => panic!("{other:?} depends on the terminal"),
        };
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    #[test]
    fn text_can_be_read_on_the_background_and_on_the_selection() {
        for (name, background) in
            [(ThemeName::Dark, Color::Rgb(0x1e, 0x1e, 0x1e)), (ThemeName::Light, Color::Rgb(255, 255, 255))]
        {
            let theme = Theme::new(name, &[]);
            let selection = theme.style(Role::Selection).bg;
            for (role, _) in Role::all() {
                let style = theme.style(role);
                if !matches!(style.fg, Color::Rgb(..)) || style.bg != Color::Default {
                    continue;
                }
                let (least, selected) = match role {
                    Role::Border => (3.0, 1.0),
                    Role::Dim | Role::Punctuation | Role::Comment => (4.5, 3.9),
                    _ => (4.5, 4.5),
                };
                let (plain, chosen) = (contrast(style.fg, background), contrast(style.fg, selection));
                assert!(plain >= least && chosen >= selected, "{name:?} {role:?}: {plain:.1} {chosen:.1}");
            }
        }
    }

    #[test]
    fn a_word_on_a_colour_of_its_own_can_be_read_whatever_the_terminal_calls_black_and_white() {
        for name in [ThemeName::Dark, ThemeName::Light] {
            for role in [Role::Match, Role::Production] {
                let style = Theme::new(name, &[]).style(role);
                let found = contrast(style.fg, style.bg);
                assert!(found >= 4.5, "{name:?} {role:?}: {found:.1}");
            }
        }
    }

    #[test]
    fn sixteen_and_mono_only_use_their_colours() {
        for (role, _) in Role::all() {
            let sixteen = Theme::new(ThemeName::Sixteen, &[]).style(role);
            for color in [sixteen.fg, sixteen.bg] {
                assert!(matches!(color, Color::Default | Color::Ansi(_)), "{role:?}");
            }
            let mono = Theme::new(ThemeName::Mono, &[(role, "red".parse().unwrap())]).style(role);
            assert_eq!((mono.fg, mono.bg), (Color::Default, Color::Default), "{role:?}");
        }
    }

    #[test]
    fn a_style_is_read_word_by_word() {
        let style: Style = "bold bright-red on #0a0B0c underline".parse().unwrap();
        let expected = Style {
            fg: Color::Ansi(9),
            bg: Color::Rgb(10, 11, 12),
            bold: true,
            underline: true,
            ..Style::default()
        };
        assert_eq!(style, expected);
        assert_eq!("200".parse(), Ok(Color::Indexed(200)));
        for wrong in ["rde", "#12345", "#+12345", "red on", "256", "bold on bold"] {
            assert!(wrong.parse::<Style>().is_err(), "{wrong}");
        }
    }
}

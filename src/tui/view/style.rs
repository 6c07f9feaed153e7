//! The theme's roles as the terminal library's styles.
//!
//! Owns the only conversion; views ask for what a thing is, never for a colour.

use ratatui::style::{Color as Ink, Modifier, Style as Look};
use ratatui::text::{Line, Span};

use crate::config::theme::{Color, Role, Style, Theme};
use crate::core::document;
use crate::tui::text_line::{TextLine, TextRole};

/// Gives views their styles.
pub(crate) struct Paint<'a> {
    theme: &'a Theme,
}

impl<'a> Paint<'a> {
    /// Paints with a theme.
    pub(crate) fn new(theme: &'a Theme) -> Self {
        Self { theme }
    }

    /// The style of a role.
    pub(crate) fn role(&self, role: Role) -> Look {
        look(self.theme.style(role))
    }

    pub(super) fn text(&self) -> Look {
        self.role(Role::Text)
    }

    pub(super) fn bold(&self) -> Look {
        self.text().add_modifier(Modifier::BOLD)
    }

    pub(super) fn dim(&self) -> Look {
        self.role(Role::Dim)
    }

    pub(super) fn accent(&self) -> Look {
        self.role(Role::Accent).remove_modifier(Modifier::BOLD)
    }

    pub(super) fn accent_bold(&self) -> Look {
        self.role(Role::Accent).add_modifier(Modifier::BOLD)
    }

    pub(super) fn border(&self) -> Look {
        self.role(Role::Border)
    }

    pub(super) fn border_focus(&self) -> Look {
        self.role(Role::BorderFocus)
    }

    pub(super) fn selection(&self) -> Look {
        self.role(Role::Selection)
    }

    /// Laid over what is chosen: only what the theme says of a selection, so that a status keeps its
    /// colour.
    pub(super) fn selected(&self) -> Look {
        let style = self.theme.style(Role::Selection);
        let mut look = look(style);
        look.fg = (style.fg != Color::Default).then(|| ink(style.fg));
        look.bg = (style.bg != Color::Default).then(|| ink(style.bg));
        look
    }

    /// Laid over the chosen line of a pane that does not have the keys.
    pub(super) fn selected_elsewhere(&self) -> Look {
        Look::new().add_modifier(Modifier::UNDERLINED)
    }

    pub(super) fn success(&self) -> Look {
        self.role(Role::Success)
    }

    pub(super) fn warning(&self) -> Look {
        self.role(Role::Warning)
    }

    pub(super) fn error(&self) -> Look {
        self.role(Role::Error)
    }

    /// A known reference.
    pub(super) fn reference(&self) -> Look {
        self.role(Role::Variable)
    }

    /// An unknown reference.
    pub(super) fn wrong(&self) -> Look {
        self.role(Role::VariableUnknown)
    }

    /// A bracket of the pair at the cursor.
    pub(super) fn bracket(&self) -> Look {
        self.role(Role::Accent).add_modifier(Modifier::BOLD | Modifier::UNDERLINED)
    }

    /// A text being typed.
    pub(super) fn editing(&self) -> Look {
        self.text()
    }

    /// A list that pops up next to a text.
    pub(super) fn popup(&self) -> Look {
        self.text().add_modifier(Modifier::REVERSED)
    }

    /// A letter of the jump overlay.
    pub(super) fn jump(&self) -> Look {
        self.role(Role::Match)
    }

    /// What was found in a text.
    pub(super) fn matched(&self) -> Look {
        self.role(Role::Match)
    }

    /// The name of a header.
    pub(super) fn key(&self) -> Look {
        self.role(Role::Key)
    }

    pub(super) fn production(&self) -> Look {
        self.role(Role::Production)
    }

    /// A word in a block.
    pub(super) fn badge(&self) -> Look {
        self.role(Role::Accent).add_modifier(Modifier::REVERSED | Modifier::BOLD)
    }

    /// A status code, by its class.
    pub(super) fn status(&self, status: u16) -> Look {
        self.role(match status {
            0..=299 => Role::Success,
            300..=399 => Role::Redirect,
            400..=499 => Role::ClientError,
            _ => Role::ServerError,
        })
    }

    /// A status code in a block, visible across the room.
    pub(super) fn status_badge(&self, status: u16) -> Look {
        self.status(status).add_modifier(Modifier::REVERSED | Modifier::BOLD)
    }

    /// A method, by its effect.
    pub(super) fn method(&self, method: &str) -> Look {
        self.role(match method {
            "" | "GET" | "HEAD" | "OPTIONS" | "OPT" | "QUERY" | "QRY" => Role::MethodGet,
            "POST" => Role::MethodPost,
            "PUT" | "PATCH" | "PTCH" => Role::MethodPut,
            "DELETE" | "DEL" => Role::MethodDelete,
            _ => Role::MethodOther,
        })
    }

    /// A method in a block.
    pub(super) fn method_badge(&self, method: &str) -> Look {
        self.method(method).add_modifier(Modifier::REVERSED | Modifier::BOLD)
    }

    /// A line of text; each span's role determines its style.
    pub(super) fn line(&self, line: TextLine) -> Line<'static> {
        let spans = line.spans.into_iter().map(|span| Span::styled(span.text, self.text_role(span.role)));
        Line::from_iter(spans)
    }

    fn text_role(&self, role: TextRole) -> Look {
        match role {
            TextRole::Plain => Look::default(),
            TextRole::Dim => self.dim(),
            TextRole::Heading => self.bold(),
            TextRole::Name => self.key(),
            TextRole::Accent => self.accent(),
            TextRole::Good => self.success(),
            TextRole::Warning => self.warning(),
            TextRole::Bad => self.error(),
        }
    }

    /// A piece of a body.
    pub(super) fn piece(&self, role: document::Role, mark: document::Mark) -> Look {
        let style = self.role(match role {
            document::Role::Plain => Role::Text,
            document::Role::Punctuation => Role::Punctuation,
            document::Role::Key | document::Role::Tag => Role::Key,
            document::Role::Attribute => Role::Number,
            document::Role::String | document::Role::AttributeValue => Role::String,
            document::Role::Number => Role::Number,
            document::Role::Bool | document::Role::Null => Role::Literal,
            document::Role::Comment => Role::Comment,
            document::Role::Invisible => Role::Control,
            document::Role::Offset => Role::Dim,
        });
        match mark {
            document::Mark::None => style,
            document::Mark::Selected => self.selection(),
            document::Mark::Match => self.role(Role::Match),
            document::Mark::Current => {
                self.role(Role::Match).add_modifier(Modifier::BOLD | Modifier::UNDERLINED)
            }
        }
    }
}

fn look(style: Style) -> Look {
    let mut look = Look::new().fg(ink(style.fg)).bg(ink(style.bg));
    for (on, modifier) in [
        (style.bold, Modifier::BOLD),
        (style.dim, Modifier::DIM),
        (style.italic, Modifier::ITALIC),
        (style.underline, Modifier::UNDERLINED),
        (style.reversed, Modifier::REVERSED),
    ] {
        if on {
            look = look.add_modifier(modifier);
        }
    }
    look
}

fn ink(color: Color) -> Ink {
    match color {
        Color::Default => Ink::Reset,
        Color::Ansi(n) | Color::Indexed(n) => Ink::Indexed(n),
        Color::Rgb(r, g, b) => Ink::Rgb(r, g, b),
    }
}

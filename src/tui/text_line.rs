//! Lines of text without colours: each span has a role.
//!
//! Updates count them, the view draws them. Refuses styles.

/// The role of a span; the view has a style for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextRole {
    /// Ordinary text.
    Plain,
    /// Text of less importance.
    Dim,
    /// A heading.
    Heading,
    /// The name before a value.
    Name,
    /// Something highlighted: a key to press, a bar.
    Accent,
    /// Success, or a hint.
    Good,
    /// Worth a look.
    Warning,
    /// It failed.
    Bad,
}

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TextSpan {
    pub(crate) text: String,
    pub(crate) role: TextRole,
}

impl TextSpan {
    pub(crate) fn new(text: impl Into<String>, role: TextRole) -> Self {
        Self { text: text.into(), role }
    }

    pub(crate) fn plain(text: impl Into<String>) -> Self {
        Self::new(text, TextRole::Plain)
    }
}

/// A line that fits its width.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TextLine {
    pub(crate) spans: Vec<TextSpan>,
}

impl TextLine {
    /// A line with one role.
    pub(crate) fn new(text: impl Into<String>, role: TextRole) -> Self {
        Self { spans: vec![TextSpan::new(text, role)] }
    }

    /// The line with its plain text dim.
    pub(crate) fn dimmed(mut self) -> Self {
        for span in &mut self.spans {
            if span.role == TextRole::Plain {
                span.role = TextRole::Dim;
            }
        }
        self
    }

    /// The text of all spans.
    pub(crate) fn text(&self) -> String {
        self.spans.iter().map(|span| span.text.as_str()).collect()
    }
}

impl From<Vec<TextSpan>> for TextLine {
    fn from(spans: Vec<TextSpan>) -> Self {
        Self { spans }
    }
}

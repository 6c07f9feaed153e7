//! XML of the query services, written element by element.

use std::fmt::Display;

/// Elements inside `<ActionResult>`.
pub(super) struct Xml {
    text: String,
    depth: usize,
}

impl Xml {
    pub(super) fn new() -> Self {
        Self { text: String::new(), depth: 2 }
    }

    fn indent(&mut self) {
        self.text.extend(std::iter::repeat_n("  ", self.depth));
    }

    /// An element with text.
    pub(super) fn text(mut self, name: &str, value: impl Display) -> Self {
        self.indent();
        let value = escape(&value.to_string());
        self.text.extend(["<", name, ">", &value, "</", name, ">\n"]);
        self
    }

    /// An element with this text, if there is any.
    pub(super) fn maybe(self, name: &str, value: Option<impl Display>) -> Self {
        match value {
            Some(value) => self.text(name, value),
            None => self,
        }
    }

    /// An element with child elements.
    pub(super) fn within(mut self, name: &str, fill: impl FnOnce(Self) -> Self) -> Self {
        self.indent();
        self.text.extend(["<", name, ">\n"]);
        self.depth += 1;
        let mut filled = fill(self);
        filled.depth -= 1;
        filled.indent();
        filled.text.extend(["</", name, ">\n"]);
        filled
    }

    /// A list: an element with a `<member>` for each item.
    pub(super) fn list<T>(
        self,
        name: &str,
        items: impl IntoIterator<Item = T>,
        mut fill: impl FnMut(Self, T) -> Self,
    ) -> Self {
        self.within(name, |xml| {
            items.into_iter().fold(xml, |xml, item| xml.within("member", |xml| fill(xml, item)))
        })
    }

    /// A list of texts.
    pub(super) fn texts<T: Display>(self, name: &str, items: impl IntoIterator<Item = T>) -> Self {
        self.within(name, |xml| items.into_iter().fold(xml, |xml, item| xml.text("member", item)))
    }

    pub(super) fn finish(self) -> String {
        self.text
    }
}

/// A text as XML character data. Characters that XML 1.0 forbids become U+FFFD.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\t' | '\n' => escaped.push(c),
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            c if c.is_control() => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_and_control_characters_are_replaced() {
        assert_eq!(escape("<a b=\"c\">&\u{0}\u{1b}ä"), "&lt;a b=&quot;c&quot;&gt;&amp;\u{fffd}\u{fffd}ä");
    }

    #[test]
    fn lists_and_elements_nest() {
        let xml = Xml::new()
            .text("A", 1)
            .maybe("B", None::<u8>)
            .list("L", ["<"], |xml, item| xml.text("N", item))
            .texts("T", ["x"]);
        let flat: String = xml.finish().lines().map(str::trim).collect();
        assert_eq!(flat, "<A>1</A><L><member><N>&lt;</N></member></L><T><member>x</member></T>");
    }
}

//! What can be typed next: header names, their common values, and other words of a request.
//!
//! Owns the lists, which part of a text a word replaces, and the order of what is offered: words that
//! begin with what was typed, then words that contain it. Refuses to know who has used which word
//! before: those come in as values.

mod words;

pub(crate) use words::{CONTENT_TYPES, REGIONS, SERVICES};

/// The most words that are offered.
const MOST: usize = 50;

/// A word that can be typed next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Word {
    /// The text that is inserted.
    pub text: String,
    /// What it means, in a few words.
    pub detail: String,
}

impl Word {
    /// A word and what it means.
    pub(crate) fn new(text: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { text: text.into(), detail: detail.into() }
    }
}

/// Names of request headers, the most common ones first.
pub(crate) fn header_names() -> impl Iterator<Item = Word> {
    let is_common = |header: &&words::Header| words::COMMON.contains(&header.name);
    let common = words::HEADERS.iter().filter(is_common);
    let others = words::HEADERS.iter().filter(move |header| !is_common(header));
    common.chain(others).map(|header| Word::new(header.name, header.detail))
}

/// Whether a name is among [`header_names`], whatever its case.
pub(crate) fn is_header_name(name: &str) -> bool {
    words::HEADERS.iter().any(|header| header.name.eq_ignore_ascii_case(name))
}

/// Common values of a request header; none for a header that has no common ones.
pub(crate) fn header_values(name: &str) -> impl Iterator<Item = Word> {
    let header = words::HEADERS.iter().find(|header| header.name.eq_ignore_ascii_case(name.trim()));
    let values = header.map_or(&[][..], |header| header.values);
    values.iter().map(|value| Word::new(*value, ""))
}

/// The words of a list, without a meaning.
pub(crate) fn plain(words: &'static [&'static str]) -> impl Iterator<Item = Word> {
    words.iter().map(|word| Word::new(*word, ""))
}

/// The words that continue what was typed: those that begin with it, then those that contain it,
/// whatever their case. Each word once.
pub(crate) fn matching(words: impl Iterator<Item = Word>, typed: &str) -> Vec<Word> {
    let typed = typed.to_lowercase();
    let (mut first, mut then) = (Vec::<Word>::new(), Vec::<Word>::new());
    for word in words {
        let text = word.text.to_lowercase();
        let list = match text.starts_with(&typed) {
            true => &mut first,
            false if then.len() < MOST && text.contains(&typed) => &mut then,
            false => continue,
        };
        // The list is short, however many words come.
        if list.iter().all(|other| other.text != word.text) {
            list.push(word);
        }
        if first.len() >= MOST {
            break;
        }
    }
    first.extend(then);
    first.truncate(MOST);
    first
}

/// The last item of a list with commas, such as the value of `accept`.
pub(crate) fn last_item(before: &str) -> &str {
    before.rsplit(',').next().unwrap_or(before).trim_start()
}

/// The name of a query parameter that is being typed in a URL; `None` elsewhere in it.
pub(crate) fn query_name(before: &str) -> Option<&str> {
    let (_, query) = before.split_once('?')?;
    let name = query.rsplit('&').next().unwrap_or(query);
    (!query.contains('#') && !name.contains('=')).then_some(name)
}

/// The media type that is being typed after a part's value; `None` elsewhere.
pub(crate) fn part_type(before: &str) -> Option<&str> {
    before.rsplit_once(";type=").map(|(_, typed)| typed)
}

/// The reference that is being typed after `{{`; `None` elsewhere.
pub(crate) fn reference(before: &str) -> Option<&str> {
    let at = before.rfind("{{")?;
    let typed = before.get(at + 2..)?;
    (!typed.contains("}}")).then_some(typed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(words: Vec<Word>) -> Vec<String> {
        words.into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn words_that_begin_with_what_was_typed_come_first() {
        let found = texts(matching(header_names(), "ACC"));
        assert_eq!(found[..3], ["accept", "accept-charset", "accept-encoding"]);
        let found = texts(matching(header_names(), "-ty"));
        assert!(found.contains(&"content-type".to_owned()), "a word that contains it: {found:?}");
        assert!(matching(header_names(), "no-such-header").is_empty());
    }

    #[test]
    fn a_long_list_of_names_offers_the_first_fifty_and_each_once() {
        let names = (0..2000).flat_map(|n| [format!("x-{n}"), format!("x-{n}")]);
        let found = texts(matching(names.map(|name| Word::new(name, "")), "-"));
        let expected: Vec<String> = (0..MOST).map(|n| format!("x-{n}")).collect();
        assert_eq!(found, expected);
        // One that begins with what was typed is found behind them all.
        let names = (0..2000).map(|n| format!("x-y{n}")).chain(["y".to_owned()]);
        let found = texts(matching(names.map(|name| Word::new(name, "")), "y"));
        assert_eq!((found.len(), found[0].as_str(), found[1].as_str()), (MOST, "y", "x-y0"));
    }

    #[test]
    fn no_list_says_a_word_twice() {
        let names: Vec<&str> = words::HEADERS.iter().map(|header| header.name).collect();
        assert!(names.is_sorted(), "{names:?}");
        assert!(names.iter().all(|name| *name == name.to_lowercase()));
        for list in [CONTENT_TYPES, REGIONS, SERVICES] {
            let unique: std::collections::BTreeSet<_> = list.iter().collect();
            assert_eq!(unique.len(), list.len());
        }
    }

    #[test]
    fn a_header_has_its_common_values_whatever_its_case() {
        assert!(header_values("Content-Type").any(|word| word.text == "application/json"));
        assert!(header_values("authorization").any(|word| word.text == "Bearer "));
        assert_eq!(header_values("x-own").count(), 0);
    }

    #[test]
    fn a_word_replaces_the_part_that_is_being_typed() {
        assert_eq!(last_item("gzip, de"), "de");
        assert_eq!(last_item("app"), "app");
        assert_eq!(query_name("https://h/a?b=1&li"), Some("li"));
        assert_eq!(query_name("https://h/a?"), Some(""));
        for elsewhere in ["https://h/a", "https://h/a?b=1", "https://h/a?b#c"] {
            assert_eq!(query_name(elsewhere), None, "{elsewhere}");
        }
        assert_eq!(part_type("@a.png;type=ima"), Some("ima"));
        assert_eq!(part_type("@a.png"), None);
        assert_eq!(reference("https://{{ho"), Some("ho"));
        assert_eq!(reference("https://{{host}}/"), None);
    }
}

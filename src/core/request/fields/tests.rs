use super::*;

fn all() -> impl Iterator<Item = RequestField> {
    FileSection::ALL.into_iter().flat_map(FileSection::fields)
}

#[test]
fn every_field_has_a_label_and_a_description() {
    for field in all() {
        let info = field.info();
        assert!(!info.label.is_empty() && !info.doc.is_empty(), "{field:?}");
        assert!(!info.doc.contains(['|', '\n']) && !info.doc.ends_with('.'), "{field:?}: {}", info.doc);
    }
}

#[test]
fn keys_are_unique_within_a_section() {
    for section in FileSection::ALL {
        let mut keys: Vec<_> = section.fields().iter().map(|field| field.info().key).collect();
        let count = keys.len();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), count, "{section:?}");
    }
}

#[test]
fn written_values_are_read_back_and_the_first_choice_is_the_default() {
    for field in all() {
        let mut request = Request::default();
        match &field.info().shape {
            Shape::Text { get, set } => {
                assert_eq!(get(&request), None, "{field:?}");
                set(&mut request, "x".into());
                assert_eq!(get(&request), Some("x"), "{field:?}");
            }
            Shape::Word { words, shown, get, set, other } => {
                assert_eq!(words.len(), shown.len(), "{field:?}");
                assert_eq!(get(&request), words[0], "{field:?}");
                for word in *words {
                    set(&mut request, word);
                    assert_eq!(get(&request), *word, "{field:?}");
                }
                let before = request.clone();
                set(&mut request, "something else");
                assert_eq!(request != before, other.is_some(), "{field:?}");
            }
            Shape::Number { range, get, set } => {
                for number in [Some(*range.start()), Some(*range.end()), None] {
                    set(&mut request, number);
                    assert_eq!(get(&request), number, "{field:?}");
                }
            }
            Shape::Flag { choices, get, set } => {
                assert_eq!(get(&request), choices[0].0, "{field:?}");
                for (flag, _) in *choices {
                    set(&mut request, *flag);
                    assert_eq!(get(&request), *flag, "{field:?}");
                }
            }
            Shape::Texts { get, set } => {
                set(&mut request, vec!["x".into()]);
                assert_eq!(get(&request), ["x"], "{field:?}");
            }
            Shape::Rows { get, set } => {
                set(&mut request, vec![Row::new("a", "b")]);
                assert_eq!(get(&request), [Row::new("a", "b")], "{field:?}");
            }
            Shape::Parts { get, set } => {
                set(&mut request, vec![Part::default()]);
                assert_eq!(get(&request), [Part::default()], "{field:?}");
            }
        }
    }
}

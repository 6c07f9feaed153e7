use super::*;
use crate::core::request::{Body, Part};

fn index() -> FindIndex {
    let mut index = FindIndex::default();
    let users = Request {
        name: Some("List Users".into()),
        url: "{{api}}/users?page=2".into(),
        path: vec![Row::new("tenant", "t-1042")],
        params: vec![Row::new("sort", "created")],
        headers: vec![Row::new("accept", "application/json"), Row::new("X-Trace", "ÉTÉ")],
        notes: "Look for\n  the next page.".into(),
        ..Request::default()
    };
    let order = Request {
        url: "https://me:hunter2@example.com/orders?sig=abcdef&q=1".into(),
        headers: vec![
            Row::new("Authorization", "Bearer abc123"),
            Row::new("x-api-key", "key-in-the-clear"),
            Row::new("x-token", "{{secret:token}}"),
            Row::new("x-auth-token", "half-in-the-clear {{secret:rest}}"),
        ],
        body: Body { kind: BodyKind::Json, text: "{\n  \"user\": 7\n}".into(), ..Body::default() },
        ..Request::default()
    };
    let part = |name: &str, value: &str| Part { name: name.into(), value: value.into(), ..Part::default() };
    let upload = Request {
        body: Body {
            kind: BodyKind::Multipart,
            parts: vec![part("avatar", "me.png"), part("password", "hunter2")],
            text: "user text of another kind".into(),
            ..Body::default()
        },
        ..Request::default()
    };
    index.insert(FindEntry::new("users/list.toml".into(), Some(&users)));
    index.insert(FindEntry::new("orders/create.toml".into(), Some(&order)));
    index.insert(FindEntry::new("a/upload.toml".into(), Some(&upload)));
    index.insert(FindEntry::new("broken.toml".into(), None));
    index
}

/// Path, place and excerpt of each hit.
fn found(hits: &[FindHit]) -> Vec<(&str, FindPlace, String)> {
    hits.iter()
        .map(|hit| {
            let (before, found, after) = hit.excerpt();
            (hit.entry().path().as_str(), hit.place(), format!("{before}[{found}]{after}"))
        })
        .collect()
}

#[test]
fn matches_in_names_come_first_and_each_shows_its_line() {
    let index = index();
    let expected = [
        ("users/list.toml", FindPlace::Name, "List [User]s".to_owned()),
        ("orders/create.toml", FindPlace::BodyText, "\"[user]\": 7".to_owned()),
    ];
    assert_eq!(found(&index.search("user")), expected);
    for (query, path, place, excerpt) in [
        ("été", "users/list.toml", FindPlace::Header(1), "X-Trace: [ÉTÉ]"),
        ("t-1042", "users/list.toml", FindPlace::PathVariable(0), "tenant: [t-1042]"),
        ("sort: cr", "users/list.toml", FindPlace::Param(0), "[sort: cr]eated"),
        ("NEXT", "users/list.toml", FindPlace::Notes, "the [next] page."),
        ("page=", "users/list.toml", FindPlace::Url, "{{api}}/users?[page=]2"),
        ("avatar", "a/upload.toml", FindPlace::Part(0), "[avatar]: me.png"),
        ("brok", "broken.toml", FindPlace::Name, "[brok]en"),
        ("orders/c", "orders/create.toml", FindPlace::Path, "[orders/c]reate"),
    ] {
        assert_eq!(found(&index.search(query)), [(path, place, excerpt.to_owned())], "{query}");
    }
    assert!(index.search("").is_empty() && index.search("nowhere").is_empty());
    assert!(index.search("text of another kind").is_empty(), "it isn't sent");
}

#[test]
fn secrets_in_the_clear_are_not_in_the_index_and_references_are() {
    let index = index();
    for secret in ["hunter2", "abc123", "key-in-the-clear", "abcdef", "half-in-the-clear"] {
        assert!(index.search(secret).is_empty(), "{secret}");
    }
    assert!(!format!("{index:?}").contains("hunter2"));
    for (query, line) in [
        ("x-api-key", "[x-api-key]: ***"),
        ("bearer", "Authorization: [Bearer] ***"),
        ("secret:token", "x-token: {{[secret:token]}}"),
        ("example.com", "https://me:***@[example.com]/orders?sig=***&q=1"),
    ] {
        assert_eq!(found(&index.search(query))[0].2, line);
    }
}

#[test]
fn a_longer_text_narrows_to_what_a_search_for_it_finds() {
    let index = index();
    let text = "users?page=2";
    let mut hits = index.search("u");
    for end in 1..=text.len() {
        hits = narrow(hits, &text[..end]);
        assert_eq!(hits, index.search(&text[..end]), "{}", &text[..end]);
    }
    assert_eq!(hits.len(), 1);
}

#[test]
fn a_request_is_replaced_and_forgotten() {
    let mut index = index();
    index.insert(FindEntry::new(
        "broken.toml".into(),
        Some(&Request { name: Some("Corrected".into()), ..Request::default() }),
    ));
    assert_eq!(index.search("corrected")[0].entry().title(), "Corrected");
    index.retain(|path| path.as_str() != "broken.toml");
    assert!(index.search("corrected").is_empty() && !index.contains("broken.toml"));
    index.remove("a/upload.toml");
    assert_eq!(index.len(), 2);
    index.clear();
    assert!(index.is_empty());
}

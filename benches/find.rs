//! How long each key takes that looks for a text in 10,000 requests.
//!
//! `cargo bench --bench find`

use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use signpost::core::find::{FindEntry, FindIndex, narrow};
use signpost::core::request::{Body, BodyKind, Request, Row};

/// Requests of about a kilobyte.
fn request(number: usize) -> Request {
    let items = (0..8).map(|item| {
        format!("    {{ \"id\": {item}, \"name\": \"item {item} of order {number}\", \"price\": {item}.25 }}")
    });
    let items = items.collect::<Vec<_>>().join(",\n");
    Request {
        name: Some(format!("Update order {number}")),
        method: "PUT".into(),
        url: format!("{{{{function_url}}}}/customers/{}/orders/{number}", number % 97),
        params: vec![Row::new("dry_run", "false"), Row::new("page", (number % 13).to_string())],
        headers: vec![
            Row::new("accept", "application/json"),
            Row::new("content-type", "application/json"),
            Row::new("x-api-key", "{{secret:orders}}"),
        ],
        body: Body {
            kind: BodyKind::Json,
            text: format!("{{\n  \"order\": {number},\n  \"items\": [\n{items}\n  ]\n}}"),
            ..Body::default()
        },
        notes: format!("Expect 200, and the order {number} with its eight items."),
        ..Request::default()
    }
}

fn find(criterion: &mut Criterion) {
    let mut index = FindIndex::default();
    for number in 0..10_000 {
        let path = format!("orders-{}/update-{number}.toml", number / 100);
        index.insert(FindEntry::new(path.into(), Some(&request(number))));
    }
    // The first key finds every request; "items." is at the end of each; the last is nowhere.
    for (name, text) in [("the first letter", "u"), ("at the end of each", "items."), ("nowhere", "qqqqq")] {
        criterion.bench_function(name, |b| b.iter(|| black_box(index.search(black_box(text)).len())));
    }
    for (name, before, text) in [
        ("a letter more, in each", "eight item", "eight items"),
        ("a letter more, in one", "order 9999", "order 9999\""),
    ] {
        let hits = index.search(before);
        criterion.bench_function(name, |b| {
            b.iter_batched(|| hits.clone(), |hits| black_box(narrow(hits, text).len()), BatchSize::SmallInput)
        });
    }
    let one = request(1);
    criterion.bench_function("read the texts of a request", |b| {
        b.iter(|| black_box(FindEntry::new("a.toml".into(), Some(black_box(&one)))))
    });
}

criterion_group!(benches, find);
criterion_main!(benches);

//! How long it takes to turn the bytes of a large body into rows on a screen, and to search it.
//!
//! `cargo bench --bench document`

use std::fmt::Write;
use std::hint::black_box;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use criterion::{BatchSize, Criterion, Throughput};
use signpost::core::document::{Index, Kind, Layout, Matches, Window};

static GO: AtomicBool = AtomicBool::new(false);
const MB: usize = 1_000_000;

/// Records as an API returns them, on one line.
fn json(len: usize) -> Vec<u8> {
    let mut body = String::from("{\"items\":[");
    let mut id = 0;
    while body.len() < len {
        id += 1;
        let comma = if id > 1 { "," } else { "" };
        let _ = write!(
            body,
            "{comma}{{\"id\":{id},\"name\":\"item number {id}\",\"price\":{id}.25,\"tags\":[\"a\",\"b\"],\
             \"owner\":{{\"id\":null,\"active\":true}},\"note\":\"a longer text, so that not all is brackets\"}}"
        );
    }
    body.push_str("]}");
    body.into_bytes()
}

fn xml(len: usize) -> Vec<u8> {
    let mut body = String::from("<?xml version=\"1.0\"?><items>");
    let mut id = 0;
    while body.len() < len {
        id += 1;
        let _ = write!(
            body,
            "<item id=\"{id}\" kind='b'><name>item number {id}</name><owner><id/></owner><note>text</note></item>"
        );
    }
    body.push_str("</items>");
    body.into_bytes()
}

/// Draws a screen of 60 rows from `first` on; returns the columns drawn.
fn screen(index: &Index, first: usize, body: &[u8]) -> usize {
    let mut pieces = Vec::new();
    let mut rows = index.rows(first, body, Window { width: 200, ..Window::default() });
    (0..60).map_while(|_| rows.draw_next(&mut pieces)).count() + pieces.len()
}

fn main() {
    let mut criterion = Criterion::default()
        .configure_from_args()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(2));
    for megabytes in [10, 100] {
        let json = json(megabytes * MB);
        let xml = xml(megabytes * MB);
        let mut group = criterion.benchmark_group(format!("{megabytes} MB"));
        group.throughput(Throughput::Bytes((megabytes * MB) as u64));
        let builds = [
            ("json pretty", &json, Kind::Json, Layout::Pretty, None),
            ("json pretty, wrapped", &json, Kind::Json, Layout::Pretty, Some(120)),
            ("json raw", &json, Kind::Json, Layout::Raw, None),
            ("json raw, wrapped", &json, Kind::Json, Layout::Raw, Some(120)),
            ("xml pretty", &xml, Kind::Xml, Layout::Pretty, None),
        ];
        for (name, body, kind, layout, wrap) in builds {
            group.bench_function(format!("index {name}"), |bencher| {
                bencher.iter_with_large_drop(|| Index::build(body, kind, layout, wrap, &GO));
            });
            let index = Index::build(body, kind, layout, wrap, &GO);
            let middle = index.len() / 2;
            group.bench_function(format!("screen {name}"), |bencher| {
                bencher.iter(|| black_box(screen(&index, middle, body)));
            });
        }
        group.bench_function("index json pretty, in chunks of 64 KiB", |bencher| {
            bencher.iter_batched(
                || Index::new(Kind::Json, Layout::Pretty, None),
                |mut index| {
                    for end in (0..json.len()).step_by(64 * 1024) {
                        index.extend(&json[..end], &GO);
                    }
                    index.finish(&json, &GO);
                    index
                },
                BatchSize::LargeInput,
            );
        });
        for needle in ["Item number 77777", "item number 77777", "no such thing", "active"] {
            group.bench_function(format!("search {needle:?}"), |bencher| {
                bencher.iter(|| black_box(Matches::find(&json, needle, &GO).total()));
            });
        }
        group.finish();
    }
    criterion.final_summary();
}

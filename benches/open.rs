//! How long it takes to list a workspace of 10,000 requests, and to load and edit one of them.

use std::fs;
use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use signpost::core::workspace::Workspace;
use signpost::io::store::listing::list;
use signpost::io::store::{request_edit, request_file};

const REQUEST: &str = "name = \"Say hello\"\nmethod = \"GET\"\nurl = \"{{function_url}}/hello\"\nparams = [\n  { name = \"q\", value = \"1\" },\n  { name = \"debug\", value = \"1\", off = true },\n]\n\n[auth]\nkind = \"aws-sigv4\"\nidentity = \"alice\"\n\n[expect]\nstatus = 200\n";

fn open(criterion: &mut Criterion) {
    let Ok(folder) = tempfile::tempdir() else { return };
    for group in 0..100 {
        let group = folder.path().join(format!("group-{group}"));
        let made = fs::create_dir(&group).and_then(|()| {
            (0..100).try_for_each(|request| fs::write(group.join(format!("request-{request}.toml")), REQUEST))
        });
        assert!(made.is_ok(), "the workspace to be listed cannot be made");
    }
    let workspace = Workspace::bare(folder.path());
    criterion.bench_function("list 10,000 requests", |bencher| bencher.iter(|| black_box(list(&workspace))));
    let tree = list(&workspace).tree;
    criterion.bench_function("lines of 10,000 requests", |b| b.iter(|| black_box(tree.lines().len())));
    criterion.bench_function("parse a request", |b| b.iter(|| request_file::parse(black_box(REQUEST))));
    if let Ok(mut request) = request_file::parse(REQUEST) {
        request.url.push_str("?x");
        criterion.bench_function("edit a request", |b| {
            b.iter(|| request_edit::update(REQUEST, black_box(&request)))
        });
    }
}

criterion_group!(benches, open);
criterion_main!(benches);

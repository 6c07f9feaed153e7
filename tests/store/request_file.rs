//! The request file, by example and by property.

use proptest::prelude::*;
use signpost::core::request::fields::{FieldInfo, FileSection, Shape};
use signpost::core::request::*;
use signpost::io::store::request_edit::update;
use signpost::io::store::request_file::{parse, parse_draft, unknown_keys};

const DESIGNED: &str = r#"# Says hello.
name = "Say hello"                 # optional; the file name serves
method = "GET"
url = "{{function_url}}/hello"
params = [{ name = "q", value = "1" }, { name = "debug", value = "1", off = true }]
headers = [{ name = "accept", value = "application/json" }]
notes = "What to look for."
future = { key = 1 }

[body]
kind = "json"                      # none | json | text | form | multipart | file
text = '''{"a": 1}'''

# Who asks.
[auth]
kind = "aws-sigv4"
identity = "alice"
region = "us-east-1"
service = "lambda"
location = "query"
expires = 60

[expect]
status = 200
"#;

fn designed() -> Request {
    parse(DESIGNED).unwrap()
}

#[test]
fn the_designed_example_is_read() {
    let mut expected = Request {
        name: Some("Say hello".into()),
        method: "GET".into(),
        url: "{{function_url}}/hello".into(),
        params: vec![Row::new("q", "1"), Row { off: true, ..Row::new("debug", "1") }],
        headers: vec![Row::new("accept", "application/json")],
        notes: "What to look for.".into(),
        body: Body { kind: BodyKind::Json, text: r#"{"a": 1}"#.into(), ..Body::default() },
        expect: Expect { status: Some(200) },
        ..Request::default()
    };
    expected.auth.kind = AuthKind::AwsSigv4;
    expected.auth.sigv4.identity = "alice".into();
    expected.auth.sigv4.region = "us-east-1".into();
    expected.auth.sigv4.service = "lambda".into();
    expected.auth.sigv4.location = SignatureLocation::Query;
    expected.auth.sigv4.expires = Some(60);
    assert_eq!(designed(), expected);
}

#[test]
fn a_save_touches_only_what_changed() {
    let mut request = designed();
    request.method = "POST".into();
    request.params[1].off = false;
    request.body.text = "{\n  \"a\": 2\n}".into();
    request.auth.sigv4.region = String::new();
    let expected = DESIGNED
        .replace("method = \"GET\"", "method = \"POST\"")
        .replace("value = \"1\", off = true", "value = \"1\"")
        .replace("'''{\"a\": 1}'''", "'''\n{\n  \"a\": 2\n}'''")
        .replace("region = \"us-east-1\"\n", "");
    assert_eq!(update(DESIGNED, &request), expected);
}

#[test]
fn a_new_file_has_the_designed_layout() {
    let request = Request {
        params: vec![Row::new("a", "1"), Row { off: true, ..Row::new("b", "") }],
        send: SendOptions { insecure: true, without: vec!["accept".into()], ..SendOptions::default() },
        ..designed()
    };
    assert_eq!(
        update("", &request),
        r#"name = "Say hello"
method = "GET"
url = "{{function_url}}/hello"
params = [
  { name = "a", value = "1" },
  { name = "b", value = "", off = true },
]
headers = [{ name = "accept", value = "application/json" }]
notes = "What to look for."

[body]
kind = "json"
text = '''{"a": 1}'''

[auth]
kind = "aws-sigv4"
identity = "alice"
region = "us-east-1"
service = "lambda"
location = "query"
expires = 60

[expect]
status = 200

[send]
insecure = true
without = ["accept"]
"#
    );
    assert_eq!(update("", &Request::default()), "");
}

const COMMENTED: &str = r#"url = "x"
headers = [
  # first
  { name = "a", value = "1" }, # about a
  { name = "b", value = "2", why = "unknown" }, # about b
  { name = "c", value = "3" }
  # end
]
"#;

#[test]
fn rows_keep_their_comments_when_others_come_go_and_move() {
    let mut request = parse(COMMENTED).unwrap();
    request.headers.remove(0);
    request.headers.swap(0, 1);
    request.headers.push(Row::new("d", "4"));
    assert_eq!(
        update(COMMENTED, &request),
        r#"url = "x"
headers = [
  { name = "c", value = "3" },
  { name = "b", value = "2", why = "unknown" }, # about b
  { name = "d", value = "4" },
  # end
]
"#
    );
    let mut request = parse(COMMENTED).unwrap();
    request.headers[1].value = "new".into();
    request.headers.push(Row::new("d", "4"));
    assert_eq!(
        update(COMMENTED, &request),
        COMMENTED
            .replace("\"2\"", "\"new\"")
            .replace("\"3\" }\n", "\"3\" },\n  { name = \"d\", value = \"4\" },\n")
    );
}

#[test]
fn a_description_is_written_into_its_row_and_nothing_else_changes() {
    let mut request = parse(COMMENTED).unwrap();
    request.headers[1].description = "Who asks".into();
    let described = COMMENTED
        .replace("why = \"unknown\" }", "why = \"unknown\", description = \"Who asks\" }")
        .replace("\"3\" }\n", "\"3\" },\n");
    assert_eq!(update(COMMENTED, &request), described);
    assert_eq!(parse(&described).unwrap(), request);
    request.headers[1].description.clear();
    assert_eq!(update(&described, &request), described.replace(", description = \"Who asks\"", ""));
    let part = Part { name: "a".into(), value: "1".into(), description: "Why".into(), ..Part::default() };
    let body = Body { kind: BodyKind::Multipart, parts: vec![part], ..Body::default() };
    assert_eq!(
        update("", &Request { body, ..Request::default() }),
        "[body]\nkind = \"multipart\"\nparts = [{ name = \"a\", value = \"1\", description = \"Why\" }]\n"
    );
}

#[test]
fn path_variables_are_rows_after_the_url() {
    let id = Row { description: "Whose".into(), ..Row::new("id", "{{user}}") };
    let request = Request { url: "h/users/:id".into(), path: vec![id], ..Request::default() };
    let written = "url = \"h/users/:id\"\n\
                   path = [{ name = \"id\", value = \"{{user}}\", description = \"Whose\" }]\n";
    assert_eq!(update("", &request), written);
    assert_eq!(parse(written).unwrap(), request);
}

#[test]
fn rows_written_as_tables_stay_tables() {
    let text = "url = \"x\"\n\n# one\n[[params]]\nname = \"a\"\nvalue = \"1\"\n\n# two\n[[params]]\nname = \"b\"\n\n[expect]\nstatus = 200\n";
    let mut request = parse(text).unwrap();
    assert_eq!(request.params, [Row::new("a", "1"), Row::new("b", "")]);
    request.params[1].value = "2".into();
    request.params.push(Row::new("c", "3"));
    let written = update(text, &request);
    assert_eq!(parse(&written).unwrap(), request);
    assert!(written.contains("# two\n[[params]]\nname = \"b\"\nvalue = \"2\"\n"), "{written}");
    assert!(written.ends_with("[expect]\nstatus = 200\n"), "{written}");
}

#[test]
fn a_removed_key_leaves_its_comment_behind() {
    let text = "# About this file.\nname = \"A\"\nurl = \"x\"\n";
    let request = Request { name: None, ..parse(text).unwrap() };
    assert_eq!(update(text, &request), "# About this file.\nurl = \"x\"\n");
}

#[test]
fn windows_line_ends_stay() {
    let text = DESIGNED.replace('\n', "\r\n");
    let mut request = parse(&text).unwrap();
    request.url = "http://other".into();
    request.expect.status = None;
    request.send.insecure = true;
    let written = update(&text, &request);
    assert_eq!(written.matches("\r\n").count(), written.matches('\n').count());
    assert_eq!(parse(&written).unwrap(), request);
}

/// The text, the line of the error, and what message and hint must hold.
const WRONG: [(&str, usize, &str, &str); 15] = [
    ("url = 1", 1, "`url` must be text, not integer", "quotes"),
    ("url = \"x\"\nparams = { a = 1 }", 2, "`params` must be a list of tables", "params = [{ name"),
    ("params = [\n  { name = \"a\" },\n  { value = \"b\" },\n]", 3, "no `name`", "Add name"),
    ("params = [{ name = \"a\", off = 1 }]", 1, "`params[0].off` must be true or false", "off = true"),
    ("[body]\nkind = \"jsn\"", 2, "`body.kind` can't be \"jsn\"", "Did you mean \"json\"?"),
    ("[body]\ntext = \"hi\"", 2, "no `body.kind`", "Add kind = \"none\", \"json\""),
    (
        "[body]\nkind = \"multipart\"\nparts = [{ name = \"a\", value = \"b\", file = \"c\" }]",
        3,
        "both a `value` and a `file`",
        "Keep `value`",
    ),
    (
        "[auth]\nkind = \"aws-sigv4\"\nidentity = \"alice\"\naccess_key = \"AKIDEXAMPLE\"",
        4,
        "`auth.access_key` and `auth.identity` can't be combined",
        "Keep the identity",
    ),
    ("[auth]\nkind = \"aws-sigv4\"\npayload = \"none\"", 3, "`auth.payload`", "64 lower-case hex"),
    ("[auth]\nkind = \"aws-sigv4\"\nexpires = 0", 3, "can't be 0", "from 1 to 604800"),
    ("[auth]\nkind = \"api-key\"\nin = \"cookie\"", 3, "\"cookie\"", "\"header\" or \"query\""),
    ("[expect]\nstatus = \"200\"", 2, "a whole number, not string", "without quotes"),
    ("[expect]\nstatus = 1000", 2, "can't be 1000", "from 100 to 999"),
    ("[send]\nwithout = [\"accept\", 1]", 2, "only strings", "without = ["),
    ("auth = \"none\"", 1, "must be a table", "[auth]"),
];

#[test]
fn what_cannot_be_names_line_and_hint() {
    for (text, line, message, hint) in WRONG {
        let error = parse(text).unwrap_err();
        assert_eq!(error.line, line, "{text}\n{error}");
        assert!(error.message.contains(message), "{text}\n{error}");
        assert!(error.hint.contains(hint), "{text}\n{error}");
    }
}

#[test]
fn unknown_keys_are_reported_with_what_was_meant() {
    let text = "urll = \"x\"\n[auth]\nkind = \"none\"\nregoin = \"us-east-1\"\n[plugin]\na = 1\n\
                [[params]]\nname = \"a\"\nvalu = \"b\"\n\
                [body]\nkind = \"multipart\"\nparts = [{ name = \"a\", tpye = \"b\" }]\n";
    let found: Vec<_> = unknown_keys(text).into_iter().map(|e| (e.line, e.message, e.hint)).collect();
    let unknown = |key: &str| format!("unknown key `{key}`");
    let known = "Known here: name, method, url, path, params, headers, notes, body, auth, expect, send.";
    assert_eq!(
        found,
        [
            (1, unknown("urll"), "Did you mean `url`?".to_owned()),
            (4, unknown("auth.regoin"), "Did you mean `region`?".to_owned()),
            (5, unknown("plugin"), known.to_owned()),
            (9, unknown("params[0].valu"), "Did you mean `value`?".to_owned()),
            (12, unknown("body.parts[0].tpye"), "Did you mean `type`?".to_owned()),
        ]
    );
    assert_eq!(unknown_keys(&update("", &designed())), []);
}

/// A request with each value that a field can take.
fn each_value(info: &FieldInfo) -> Vec<Request> {
    let with = |change: &dyn Fn(&mut Request)| {
        let mut request = Request::default();
        change(&mut request);
        request
    };
    match &info.shape {
        Shape::Text { set, .. } => {
            ["x", " two words ", "{{secret:a}}"].map(|text| with(&|r| set(r, text.into()))).to_vec()
        }
        Shape::Word { words, set, .. } => words.iter().map(|word| with(&|r| set(r, word))).collect(),
        Shape::Number { range, set, .. } => {
            [*range.start(), *range.end()].map(|number| with(&|r| set(r, Some(number)))).to_vec()
        }
        Shape::Flag { choices, set, .. } => {
            choices.iter().map(|(flag, _)| with(&|r| set(r, *flag))).collect()
        }
        Shape::Texts { set, .. } => vec![with(&|r| set(r, vec!["a".into(), "b".into()]))],
        Shape::Rows { set, .. } => {
            let off = Row { off: true, description: "why".into(), ..Row::new("b", "") };
            vec![with(&|r| set(r, vec![Row::new("a", "1"), off.clone()]))]
        }
        Shape::Parts { set, .. } => {
            let text = Part { name: "a".into(), value: "1".into(), off: true, ..Part::default() };
            let content_type = Some("image/png".to_owned());
            let [name, value, description] = ["b", "c.png", "the picture"].map(str::to_owned);
            let file = Part {
                name,
                value,
                file: true,
                content_type,
                filename: Some("d.png".into()),
                off: false,
                description,
            };
            vec![with(&|r| set(r, vec![text.clone(), file.clone()]))]
        }
    }
}

#[test]
fn every_value_of_every_field_is_written_under_its_key_and_read_back() {
    for section in FileSection::ALL {
        for info in section.fields().into_iter().map(|field| field.info()) {
            let path = if section.key().is_empty() {
                info.key.into()
            } else {
                format!("{}.{}", section.key(), info.key)
            };
            for request in each_value(info) {
                let text = update("", &request);
                assert_eq!(parse(&text).as_ref(), Ok(&request), "{path}\n{text}");
                assert_eq!(unknown_keys(&text), [], "{path}\n{text}");
                if request != Request::default() {
                    assert!(
                        text.lines().any(|line| line.starts_with(&format!("{} = ", info.key))),
                        "{path}\n{text}"
                    );
                }
            }
        }
    }
}

#[test]
fn what_is_half_typed_survives_in_a_draft() {
    let mut request = Request::default();
    request.auth.kind = AuthKind::AwsSigv4;
    request.auth.sigv4.identity = "alice".into();
    request.auth.sigv4.access_key = "AKIDEXAMPLE".into();
    request.auth.sigv4.payload = PayloadMode::Given("e3b0".into());
    let text = update("", &request);
    assert!(parse(&text).is_err());
    assert_eq!(parse_draft(&text).unwrap(), request);
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-zA-Z0-9/:{}.?&=+% -]{0,20}",
        1 => "\\PC{0,12}",
        1 => proptest::collection::vec(
            prop::sample::select(vec!["'", "'''", "\"", "\"\"\"", "\\", "\n", "\r", "\r\n", "\t", "\0", "\u{7f}", "\u{1b}", "a", " ", "#", "ü", "\u{85}", "\u{feff}"]),
            0..10,
        ).prop_map(|parts| parts.concat()),
    ]
}

fn row() -> impl Strategy<Value = Row> {
    (text(), text(), any::<bool>(), text()).prop_map(|(name, value, off, description)| Row {
        name,
        value,
        off,
        description,
    })
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    proptest::collection::vec(row(), 0..5)
}

fn part() -> impl Strategy<Value = Part> {
    (row(), any::<bool>(), proptest::option::of(text())).prop_map(|(row, file, content_type)| Part {
        name: row.name,
        value: row.value,
        file,
        content_type,
        filename: None,
        off: row.off,
        description: row.description,
    })
}

fn body() -> impl Strategy<Value = Body> {
    let kind = prop::sample::select(BodyKind::ALL.to_vec());
    (kind, (text(), any::<bool>()), rows(), proptest::collection::vec(part(), 0..4), text()).prop_map(
        |(kind, (text, literal), form, parts, file)| Body { kind, text, literal, form, parts, file },
    )
}

fn sigv4() -> impl Strategy<Value = Sigv4Auth> {
    let who = prop_oneof![
        text().prop_map(|identity| Sigv4Auth { identity, ..Sigv4Auth::default() }),
        (text(), text(), text()).prop_map(|(access_key, secret_key, session_token)| Sigv4Auth {
            access_key,
            secret_key,
            session_token,
            ..Sigv4Auth::default()
        }),
    ];
    let payload = prop_oneof![
        Just(PayloadMode::Signed),
        Just(PayloadMode::Unsigned),
        "[0-9a-f]{64}".prop_map(PayloadMode::Given),
    ];
    let flag = || any::<Option<bool>>();
    (
        who,
        text(),
        text(),
        any::<bool>(),
        proptest::option::of(1u64..=604_800),
        payload,
        (flag(), flag(), flag(), flag()),
        any::<bool>(),
    )
        .prop_map(|(who, region, service, query, expires, payload, flags, sigv4a)| Sigv4Auth {
            region,
            service,
            location: if query { SignatureLocation::Query } else { SignatureLocation::Headers },
            expires,
            payload,
            normalize: flags.0,
            double_encode: flags.1,
            content_sha256: flags.2,
            token_unsigned: flags.3,
            algorithm: if sigv4a { Algorithm::Sigv4a } else { Algorithm::Sigv4 },
            ..who
        })
}

fn auth() -> impl Strategy<Value = Auth> {
    let kind = prop::sample::select(AuthKind::ALL.to_vec());
    (kind, sigv4(), proptest::collection::vec(text(), 5), any::<bool>()).prop_map(
        |(kind, sigv4, texts, query)| Auth {
            kind,
            sigv4,
            bearer: BearerAuth { token: texts[0].clone() },
            basic: BasicAuth { username: texts[1].clone(), password: texts[2].clone() },
            api_key: ApiKeyAuth {
                name: texts[3].clone(),
                value: texts[4].clone(),
                place: if query { ApiKeyPlace::Query } else { ApiKeyPlace::Header },
            },
        },
    )
}

fn request() -> impl Strategy<Value = Request> {
    let send = (
        any::<bool>(),
        any::<Option<bool>>(),
        proptest::option::of(0..=i64::MAX.unsigned_abs()),
        proptest::collection::vec(text(), 0..3),
        any::<bool>(),
    )
        .prop_map(|(insecure, follow_redirects, timeout_seconds, without, space)| SendOptions {
            insecure,
            follow_redirects,
            timeout_seconds,
            connect_to: without.first().cloned().unwrap_or_default(),
            without,
            plus: if space { Plus::Space } else { Plus::Literal },
        });
    let bodies = prop_oneof![1 => Just(Body::default()), 3 => body()];
    let auths = prop_oneof![1 => Just(Auth::default()), 3 => auth()];
    let sends = prop_oneof![1 => Just(SendOptions::default()), 2 => send];
    (
        proptest::option::of(text()),
        (text(), text(), text()),
        (rows(), rows(), rows()),
        bodies,
        auths,
        proptest::option::of(100u16..=599),
        sends,
    )
        .prop_map(|(name, (method, url, notes), (path, params, headers), body, auth, status, send)| {
            Request {
                name,
                method,
                url,
                path,
                params,
                headers,
                notes,
                body,
                auth,
                expect: Expect { status },
                send,
            }
        })
}

fn originals() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        Just(DESIGNED.to_owned()),
        Just(DESIGNED.replace('\n', "\r\n")),
        Just(COMMENTED.to_owned()),
        Just("[[params]]\nname = \"a\"\n[[params]]\nname = \"b\"\n[auth]\nkind = \"none\"\n".to_owned()),
        Just("auth.kind = \"none\"\nbody = { kind = \"text\", text = \"x\" } # c\nurl = \"y\"".to_owned()),
        request().prop_map(|request| update("", &request)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn what_is_written_is_read_back(original in originals(), request in request()) {
        let written = update(&original, &request);
        match parse(&written) {
            Ok(read) => prop_assert_eq!(read, request, "{}", written),
            Err(error) => prop_assert!(false, "{}\n{}", error, written),
        }
    }

    #[test]
    fn nothing_changed_is_nothing_written(original in originals()) {
        let request = parse(&original).unwrap();
        prop_assert_eq!(update(&original, &request), original);
    }

    #[test]
    fn comments_outside_rows_survive_every_save(request in request()) {
        let written = update(DESIGNED, &request);
        for comment in ["# Says hello.", "# Who asks.", "future = { key = 1 }"] {
            prop_assert!(written.contains(comment), "{} is lost in\n{}", comment, written);
        }
    }
}

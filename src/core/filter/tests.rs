use std::time::{Duration, UNIX_EPOCH};

use super::*;

fn run(program: &str, document: &str) -> Result<Vec<String>, FilterError> {
    let mut outputs = Vec::new();
    let environment = Environment { now: UNIX_EPOCH + Duration::from_millis(1_767_225_600_500) };
    Filter::compile(Language::Jq, program)?.run(document.as_bytes(), environment, &mut |json| {
        outputs.push(String::from_utf8(json.to_vec()).unwrap());
        true
    })?;
    Ok(outputs)
}

fn one(program: &str, document: &str) -> String {
    run(program, document).unwrap().join("\n")
}

#[test]
fn numbers_keep_their_digits() {
    let document = "[1.000, 12345678901234567890123, 1E+1000, -0.1, 100e-2, 0.30000000000000004]";
    assert_eq!(one(".", document), "[1.000,12345678901234567890123,1E+1000,-0.1,100e-2,0.30000000000000004]");
    assert_eq!(one("map(. + 0)", "[1.5, 2.0, 1e300, 0.1, 0.0000001]"), "[1.5,2,1e+300,0.1,1e-07]");
}

#[test]
fn the_output_is_always_json() {
    for (program, json) in [
        ("nan", "null"),
        ("infinite, -infinite", "1.7976931348623157e+308\n-1.7976931348623157e+308"),
        ("{(1|tostring): 2}", "{\"1\":2}"),
        ("{(1, [2]): 3}", "{\"1\":3}\n{\"[2]\":3}"),
        ("\"\\u0000\\u001b😀\"", "\"\\u0000\\u001b😀\""),
        ("[255] | tobytes", "\"\u{fffd}\""),
    ] {
        assert_eq!(one(program, "null"), json, "{program}");
        for line in json.lines() {
            serde_json::from_str::<serde_json::Value>(line).unwrap();
        }
    }
}

#[test]
fn each_value_of_the_document_is_an_input() {
    assert_eq!(one(".a", "{\"a\":1}\n{\"a\":2} {\"a\":3}"), "1\n2\n3");
    assert_eq!(one("[., input]", "1 2 3 4"), "[1,2]\n[3,4]");
    assert_eq!(one("[inputs]", "1 2 3"), "[2,3]");
    assert_eq!(one(".", "\u{feff}1"), "1");
}

#[test]
fn a_program_reaches_nothing_but_the_document() {
    assert_eq!(one("now", "null"), "1767225600.5");
    assert_eq!(one("0 | localtime == gmtime, strflocaltime(\"%H:%M %z\")", "null"), "true\n\"00:00 +0000\"");
    assert_eq!(one("1 | debug, stderr, debug(2)", "null"), "1\n1\n1");
    for program in ["env", "env.HOME", "halt", "halt(3)", "halt_error"] {
        assert!(matches!(run(program, "null"), Err(FilterError::Raised(_))), "{program}");
    }
    for program in
        ["$ENV", "import \"a\" as a; .", "include \"a\"; .", "input_filename", "import \"a\" as $a; ."]
    {
        assert!(matches!(run(program, "null"), Err(FilterError::Program { .. })), "{program}");
    }
}

#[test]
fn an_invalid_program_names_the_place() {
    for (program, place, message) in [
        (".a | foo", 5..8, "`foo` isn't defined"),
        (".a | map(.b; .c)", 5..8, "`map/2` isn't defined"),
        (". as $x | $y", 10..12, "the variable `$y` isn't defined"),
        ("[1, 2", 5..5, "expected closing bracket at the end"),
        (".a |", 4..4, "expected"),
        ("\"\\q\"", 2..3, "expected"),
    ] {
        match Filter::compile(Language::Jq, program).err() {
            Some(FilterError::Program { message: said, at }) => {
                assert!(said.contains(message), "{program}: {said}");
                assert_eq!(at, place, "{program}: {said}");
            }
            other => panic!("{program}: {other:?}"),
        }
    }
}

#[test]
fn what_was_output_before_an_error_stays() {
    let mut outputs = Vec::new();
    let filter = Filter::compile(Language::Jq, ".[] | 6 / .x").unwrap();
    let environment = Environment { now: UNIX_EPOCH };
    let ended = filter.run(b"[{\"x\":1},{\"x\":\"a\"}]", environment, &mut |json| {
        outputs.push(json.to_vec());
        true
    });
    assert_eq!(outputs, [b"6"]);
    assert!(matches!(ended, Err(FilterError::Raised(message)) if message.contains("cannot calculate")));
    assert!(matches!(run(".", "[1, 2"), Err(FilterError::Document(_))));
    assert!(matches!(run(".", &"[".repeat(20_000)), Err(FilterError::Document(_))));
}

#[test]
fn a_sink_that_has_enough_ends_an_endless_program() {
    let mut left = 3;
    let filter = Filter::compile(Language::Jq, "repeat(1)").unwrap();
    let ended = filter.run(b"null", Environment { now: UNIX_EPOCH }, &mut |_| {
        left -= 1;
        left > 0
    });
    assert_eq!((ended, left), (Ok(()), 0));
}

#[test]
fn what_a_json_path_finds_is_as_it_stands_in_the_document() {
    let found = |query: &str, document: &str| {
        let mut outputs = Vec::new();
        let filter = Filter::compile(Language::JsonPath, query).unwrap();
        let ended = filter.run(document.as_bytes(), Environment { now: UNIX_EPOCH }, &mut |json| {
            outputs.push(String::from_utf8(json.to_vec()).unwrap());
            true
        });
        ended.map(|()| outputs.join(" "))
    };
    let numbers = "\u{feff}{\"a\": [1.000, 12345678901234567890123, 1E+1000, -0.10]}";
    assert_eq!(found("$.a[*]", numbers).unwrap(), "1.000 12345678901234567890123 1E+1000 -0.10");
    assert_eq!(found("$.a[?@ > 1e20]", numbers).unwrap(), "12345678901234567890123 1E+1000");
}

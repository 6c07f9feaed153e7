//! A program for each request: what it gets, and that none gets away.

use std::time::Duration;

use serde_json::Value;

use super::function_support::Site;

/// A function that runs a shell script.
fn script(name: &str, script: &str, further: &str) -> String {
    let script = serde_json::to_string(script).unwrap();
    format!("[[functions]]\nname = \"{name}\"\nprogram = [\"sh\", \"-c\", {script}]\n{further}\n")
}

#[tokio::test]
async fn a_program_reads_the_event_and_writes_the_response() {
    let functions = [
        script("cat", "cat", ""),
        script(
            "env",
            r#"printf '"%s %s %s %s"' "$AWS_LAMBDA_FUNCTION_NAME" "$AWS_REGION" "$GREETING" "${AWS_SECRET_ACCESS_KEY-none}""#,
            "environment = { GREETING = \"hi\" }",
        ),
        script("deaf", r#"exec 0<&-; printf '{"statusCode":201,"body":"done"}'"#, ""),
    ]
    .concat();
    let site = Site::open(&functions).await;
    let answer = site.signed(site.url("cat", "/a?b=c")).await;
    let event: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!((answer.status, &event["rawPath"]), (200, &"/a".into()));
    assert_eq!(site.signed(site.url("env", "/")).await.body, "env us-east-1 hi none");
    let large = vec![b'x'; 3_000_000];
    let draft = site.url("deaf", "/").with(|draft| {
        draft.method = "POST";
        draft.body = &large;
    });
    let answer = site.signed(draft).await;
    assert_eq!((answer.status, answer.body.as_str()), (201, "done"), "input that is not read is no error");
}

#[tokio::test]
async fn errors_of_a_program_are_only_in_the_trace() {
    let functions = [
        script("exits", "echo first >&2; echo why >&2; exit 3", ""),
        script("crashes", "kill -SEGV $$", ""),
        script("prints", "echo Hello", ""),
        script("silent", "true", ""),
        script("hangs", "sleep 600", "timeout_seconds = 1"),
        script("floods", "yes 0123456789", ""),
        script("shouts", "yes 0123456789 >&2", "timeout_seconds = 1"),
        script("leaves", "sleep 600 & echo '\"gone\"'", "timeout_seconds = 20"),
        "[[functions]]\nname = \"missing\"\nprogram = [\"signpost-no-such-program\"]\n".to_owned(),
        "[[functions]]\nname = \"hello\"\n".to_owned(),
    ]
    .concat();
    let site = Site::open(&functions).await;
    for (name, why) in [
        ("exits", "sh ended with exit status: 3; last line of standard error: why"),
        ("crashes", "sh ended with signal: 11"),
        ("prints", "invalid function response: invalid JSON"),
        ("silent", "invalid function response: invalid JSON"),
        ("hangs", "the function timed out after 1 seconds"),
        ("floods", "the function's response is larger than 6291456 bytes"),
        ("shouts", "the function timed out after 1 seconds"),
        ("missing", "couldn't start signpost-no-such-program"),
    ] {
        let answer = site.signed(site.url(name, "/")).await;
        assert_eq!((answer.status, answer.body.as_str()), (502, "Internal Server Error"), "{name}");
        let note = site.trace(&answer).await["note"].take();
        assert!(note.as_str().is_some_and(|note| note.starts_with(why)), "{name}: {note}");
        assert_eq!(site.signed(site.url("hello", "/")).await.status, 200, "after {name}");
    }
    // What a program leaves behind holds its output open, and is ended with it.
    let answer = site.signed(site.url("leaves", "/")).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "gone"));
}

/// Whether everybody who holds the writing end of a pipe has gone, and what they wrote.
fn pipe(folder: &std::path::Path) -> (std::path::PathBuf, tokio::task::JoinHandle<String>) {
    let pipe = folder.join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let path = pipe.clone();
    (pipe, tokio::task::spawn_blocking(move || std::fs::read_to_string(path).unwrap()))
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_process_in_another_session_ends_with_its_function() {
    for (name, script_end, status) in
        [("hangs", "sleep 600", 502), ("fails", "exit 1", 502), ("answers", "echo '\"done\"'", 200)]
    {
        let folder = tempfile::tempdir().unwrap();
        let (pipe, reader) = pipe(folder.path());
        let mark = folder.path().join("mark");
        // Orphaned, in another session and group, and away from every pipe of the function.
        let text = format!(
            "(setsid sh -c 'exec 9> {}; echo here >&9; : > {mark}; exec sleep 600' </dev/null >/dev/null 2>&1 &)\n\
             while ! [ -e {mark} ]; do :; done; {script_end}",
            pipe.display(),
            mark = mark.display(),
        );
        let site = Site::open(&script(name, &text, "timeout_seconds = 3")).await;
        assert_eq!(site.signed(site.url(name, "/")).await.status, status, "{name}");
        let said = tokio::time::timeout(Duration::from_secs(10), reader).await.expect(name);
        assert_eq!(said.unwrap(), "here\n", "{name}");
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_descendant_without_its_environment_ends_with_its_function() {
    let folder = tempfile::tempdir().unwrap();
    let (pipe, reader) = pipe(folder.path());
    let text = format!(
        "env -i setsid sh -c 'exec 9> {}; echo here >&9; exec sleep 600' </dev/null >/dev/null 2>&1 & sleep 600",
        pipe.display()
    );
    let site = Site::open(&script("hangs", &text, "timeout_seconds = 1")).await;
    assert_eq!(site.signed(site.url("hangs", "/")).await.status, 502);
    let said = tokio::time::timeout(Duration::from_secs(10), reader).await.expect("it lives on");
    assert_eq!(said.unwrap(), "here\n");
}

#[tokio::test]
async fn a_program_that_hangs_is_killed_with_everything_it_started() {
    let folder = tempfile::tempdir().unwrap();
    let (pipe, reader) = pipe(folder.path());
    let text = format!("exec 9> {}; echo here >&9; sleep 600 & wait", pipe.display());
    let site = Site::open(&script("hangs", &text, "timeout_seconds = 1")).await;
    assert_eq!(site.signed(site.url("hangs", "/")).await.status, 502);
    let said = tokio::time::timeout(Duration::from_secs(10), reader).await.expect("somebody lives on");
    assert_eq!(said.unwrap(), "here\n");
}

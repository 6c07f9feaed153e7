//! The story from 403 to 200 and back, played with keys in the real program.
#![cfg(unix)] // A Windows console draws anew what a program writes; it has not been tried there.

#[path = "../pty/mod.rs"]
mod pty;
mod roles;

use std::ffi::OsStr;

use pty::{Home, Pty};

/// What a step must show: its title, its identity, its status, and a piece of its body.
struct Step {
    title: &'static str,
    who: &'static str,
    status: &'static str,
    body: &'static str,
}

const fn step(title: &'static str, who: &'static str, status: &'static str, body: &'static str) -> Step {
    Step { title, who, status, body }
}

const STORY: [Step; 12] = [
    step("1 Unsigned: 403 Forbidden", "○ unsigned", "✗ 403 Forbidden", "\"Message\": \"Forbidden\""),
    step("2 As alice: 403 Forbidden", "● alice  AKIA", "✗ 403 Forbidden", "Forbidden. For tr"),
    step("3 Attach identity policy", "● admin  AKIA", "✓ 200 OK", "<PutUserPolicyResponse"),
    step("4 As alice: 200", "● alice  AKIA", "✓ 200 OK", "Hello from Lambda!"),
    step("5 Detach identity policy", "● admin  AKIA", "✓ 200 OK", "<DeleteUserPolicyResponse"),
    step("6 Allow InvokeFunctionUrl", "● admin  AKIA", "✓ 201 Created", "alice-url"),
    step("7 Allow InvokeFunction", "● admin  AKIA", "✓ 201 Created", "alice-invoke-via-url"),
    step("8 As alice: 200 again", "● alice  AKIA", "✓ 200 OK", "Hello from Lambda!"),
    step("9 GetSessionToken, 900 s", "● alice  AKIA", "✓ 200 OK", "<GetSessionTokenResponse"),
    step("10 As her session: 200", "● session  ASIA", "✓ 200 OK", "Hello from Lambda!"),
    step("11 Move the clock 901 s", "○ unsigned", "✓ 200 OK", "\"now\": \""),
    step("12 As her session: 403", "● session  ASIA", "✗ 403 Forbidden", "security token"),
];

fn demo(home: &Home, size: (u16, u16)) -> Pty {
    let mut pty = home.signpost(&[OsStr::new("demo")], size);
    pty.wait_for_all(&["1 Unsigned", "○ unsigned"]);
    pty
}

fn quit(mut pty: Pty) {
    pty.press("q");
    assert_eq!(pty.exit_code(), 0);
    pty.assert_restored();
}

#[test]
fn the_story_on_a_wide_terminal() {
    let home = Home::new();
    let mut pty = demo(&home, (160, 45));
    for (index, step) in STORY.iter().enumerate() {
        // Both keys at once: what is sent is the request that the cursor went to. J goes on from
        // any pane, j in the tree.
        pty.press(["s", "js", "Js"][if index == 0 { 0 } else { 1 + index % 2 }]);
        pty.wait_for_all(&[step.title, step.who, step.status, "✓ as expected", step.body]);
        if step.title.starts_with("10 ") {
            // The session has 900 seconds, of which at most one has gone to rounding.
            pty.wait_until("a countdown", |screen| {
                screen.contains("15 min left") || screen.contains("14 min left")
            });
        }
    }
    pty.wait_for("✗ expired: R renews it");
    pty.press("4]");
    pty.wait_for("ExpiredTokenException");
    // The way out: fresh credentials, and the same request is answered with 200.
    pty.press("R");
    pty.wait_for_all(&["15 min left", "session has fresh credentials"]);
    pty.press("s");
    pty.wait_for_all(&["✓ 200 OK", "✗ expected 403"]);
    quit(pty);
}

/// The tree lies over the request: `1` opens it, `j` goes on, `s` sends and shows the answer.
fn narrow(size: (u16, u16)) {
    let home = Home::new();
    let mut pty = demo(&home, size);
    for (index, step) in STORY.iter().enumerate() {
        if index > 0 {
            pty.press("1");
            pty.wait_for("From 403 to 200");
            pty.press("j");
        }
        pty.press("s");
        pty.wait_until_gone("From 403 to 200");
        // The key has no room on the smallest of screens, the name always has.
        let who = step.who.split("  ").next().unwrap();
        pty.wait_for_all(&[step.title, who, step.status, "✓ as expected", step.body]);
    }
    pty.wait_for("✗ expired: R renews it");
    // The whole screen, so that every header has room.
    pty.press("]z");
    pty.wait_for("ExpiredTokenException");
    quit(pty);
}

#[test]
fn the_story_on_a_narrow_terminal() {
    narrow((80, 24));
}

#[test]
fn the_story_on_a_tiny_terminal() {
    narrow((60, 15));
}

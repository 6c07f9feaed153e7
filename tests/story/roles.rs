//! Roles, MFA and renewal (`signpost demo --roles`), played with keys in the real program.

use std::ffi::OsStr;

use super::pty::{Home, Pty};
use super::{Step, step};

const STORY: [Step; 12] = [
    step("1 As alice: 403", "● alice", "✗ 403 Forbidden", "Forbidden. For tr"),
    step("2 Without a code: 403", "● alice", "✗ 403 Forbidden", "<ErrorResponse"),
    step("3 The code on alice's phone", "○ unsigned", "✓ 200 OK", "\"code\": "),
    step("4 As developer: 200", "● developer", "✓ 200 OK", "Hello from Lambda!"),
    step("5 Who is that?", "● developer", "✓ 200 OK", "<GetCallerIdentityResponse"),
    step("6 Audit as developer: 403", "● developer", "✗ 403 Forbidden", "Forbidden. For tr"),
    step("7 As auditor: 200", "● auditor", "✓ 200 OK", "Hello from Lambda!"),
    step("8 As deployer: 200", "● deployer", "✓ 200 OK", "Hello from Lambda!"),
    step("9 Move the clock 901 s", "○ unsigned", "✓ 200 OK", "\"advanced_seconds\": 901"),
    step("10 As deployer again: 200", "● deployer", "✓ 200 OK", "Hello from Lambda!"),
    step("11 Move the clock an hour", "○ unsigned", "✓ 200 OK", "\"advanced_seconds\": 4501"),
    step("12 As developer: a new code", "● developer", "✓ 200 OK", "Hello from Lambda!"),
];

/// The code that the response shows.
fn code(pty: &Pty) -> String {
    let text = pty.text();
    let (_, rest) = text.split_once("\"code\": \"").unwrap_or_else(|| panic!("{text}"));
    rest.chars().take(6).collect()
}

/// Plays from the first step to the last. `bodies`: whether each has room on the screen.
fn play(pty: &mut Pty, bodies: bool) {
    let mut phone = String::new();
    for (index, step) in STORY.iter().enumerate() {
        if index > 0 {
            pty.press("J");
        }
        pty.wait_for(step.title);
        if step.title.starts_with("12 ") {
            // The code of 3 was for another time; a new one is on the phone.
            pty.press("KKKKKKKKK");
            pty.wait_for("3 The code on");
            pty.press("s");
            pty.wait_until("a new code", |screen| {
                screen.contains("\"code\": \"") && !screen.contains(&phone)
            });
            phone = code(pty);
            pty.press("JJJJJJJJJ");
            pty.wait_for(step.title);
        }
        pty.press("s");
        if step.title.starts_with("12 ") {
            pty.wait_for("The credential of developer has expired.");
            pty.press("y");
        }
        if step.title.starts_with("4 ") || step.title.starts_with("12 ") {
            pty.wait_for("MFA code of");
            pty.press(&format!("{phone}\r"));
        }
        pty.wait_for_all(&[step.who, step.status, "✓ as expected"]);
        if bodies {
            pty.wait_for(step.body);
        }
        if step.title.starts_with("3 ") {
            pty.wait_for(step.body);
            phone = code(pty);
        }
    }
}

fn demo(home: &Home, size: (u16, u16)) -> Pty {
    let mut pty = home.signpost(&["demo", "--roles"].map(OsStr::new), size);
    pty.wait_for("1 As alice");
    pty
}

#[test]
fn the_story_of_roles_on_a_wide_terminal() {
    let home = Home::new();
    let mut pty = demo(&home, (160, 45));
    play(&mut pty, true);
    pty.wait_until("a countdown", |screen| screen.contains("60 min left") || screen.contains("59 min left"));
    pty.press("q");
    assert_eq!(pty.exit_code(), 0);
}

#[test]
fn the_story_of_roles_on_a_tiny_terminal() {
    let home = Home::new();
    let mut pty = demo(&home, (60, 15));
    play(&mut pty, false);
    pty.press("q");
    assert_eq!(pty.exit_code(), 0);
}

//! Snapshots of frames: every main state in four sizes, and what must never be on a screen.

use std::time::Duration;

use crate::core::credential::{Credential, Secret};
use crate::core::exchange::{Field, Outcome};
use crate::core::file_problem::FileProblem;
use crate::core::question::{Asked, Question, QuestionId};
use crate::core::request::fields::{AuthField, RequestField};
use crate::core::trust::{Flow, PrivateRead};
use crate::core::workspace::{Part, WorkspaceProblem};
use crate::engine::{CredentialState, PreviewSigner};
use crate::io::body::BodyView;
use crate::tui::model::field::{EditorField, Tab};
use crate::tui::model::overlay::{Overlay, TrustQuestion};
use crate::tui::msg::{Msg, Report};
use crate::tui::testing::{Screen, TOKEN, end, head, now, problem};

mod colours;
mod credentials;
mod everyday;
mod reading;
mod rebound;
mod safety;
mod storms;

/// The sizes of every snapshot.
const SIZES: [(u16, u16); 4] = [(60, 15), (80, 24), (120, 40), (200, 60)];

const JSON: &[(&str, &str)] =
    &[("content-type", "application/json"), ("x-amzn-requestid", "c6af9ac6-7b61-11e6-9a41-93e8deadbeef")];

/// A state's frames in every size.
fn frames(state: fn(&mut Screen)) -> String {
    let mut out = String::new();
    for (width, height) in SIZES {
        let mut screen = Screen::sized(width, height);
        state(&mut screen);
        out.push_str(&format!("{width}x{height}\n{}\n\n", screen.shown()));
    }
    out
}

fn story(s: &mut Screen) {
    s.open("hello.toml");
}

fn forbidden(s: &mut Screen) {
    story(s);
    s.answered(
        403,
        &[("content-type", "application/json"), ("x-amzn-errortype", "AccessDeniedException")],
        br#"{"Message":"Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"}"#,
    );
    s.press("4");
}

fn fine(s: &mut Screen) {
    story(s);
    s.answered(200, JSON, br#"{"message": "Hello from Lambda!", "n": 1.5, "ok": true, "none": null}"#);
    s.press("4");
}

fn streaming(s: &mut Screen) {
    story(s);
    let id = s.send();
    s.tell(Msg::Send { id, report: Report::Head(Box::new(head(200, JSON))) });
    s.tell(Msg::Send { id, report: Report::Body(BodyView::from(b"[1, 2, 3".to_vec())) });
    s.settle();
    s.press("4");
}

fn network(s: &mut Screen) {
    story(s);
    let id = s.send();
    let problem = problem(Field::Url, "couldn't resolve abc.lambda-url.us-east-1.on.aws", "Check the host.");
    s.tell(Msg::Send { id, report: Report::End(Box::new(end(Outcome::Network(problem), 0))) });
}

fn not_sent(s: &mut Screen) {
    s.open("api/keys.toml");
    let id = s.send();
    let problems = vec![
        problem(Field::Auth(AuthField::SessionToken), "the session token is missing", "Paste it."),
        problem(Field::Url, "unknown variable {{nobody}}", "Declare it in signpost.toml."),
    ];
    s.tell(Msg::Send { id, report: Report::End(Box::new(end(Outcome::NotSent(problems), 0))) });
}

fn signature(s: &mut Screen) {
    fine(s);
    s.press("] ] ]");
}

fn conflict(s: &mut Screen) {
    s.open("plain.toml");
    s.press("2 enter").text("x").press("esc w");
    s.tell(Msg::Conflict {
        path: "plain.toml".into(),
        theirs: "method = \"GET\"\nurl = \"https://theirs.example/\"\n".into(),
        ours: "method = \"GET\"\nurl = \"https://example.com/x\"\n".into(),
    });
}

/// The status line of an identity whose session ends soon.
fn expiring(s: &mut Screen) {
    story(s);
    let credential = Credential {
        access_key: "ASIAIOSFODNN7EXAMPLE".into(),
        secret_key: Secret::new("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        session_token: Some(Secret::new(TOKEN)),
        expires_at: Some(now() + Duration::from_secs(125)),
        account_id: None,
        source: "GetSessionToken of alice".into(),
    };
    s.model.shown_mut().unwrap().preview.signer = Some(PreviewSigner {
        identity: Some("session".into()),
        credential: Some(credential),
        state: CredentialState::Ready,
        ..PreviewSigner::default()
    });
}

/// A user with profiles of several kinds.
fn profiles(s: &mut Screen) {
    story(s);
    let config = "[profile prod]\nregion = eu-west-1\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n\
                  aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n\
                  [profile auditor]\nsource_profile = prod\n\
                  role_arn = arn:aws:iam::123456789012:role/Auditor\n\
                  [profile tool]\ncredential_process = get-keys\n[profile empty]\nregion = us-east-1\n";
    s.with_aws(config, &[("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"), ("AWS_REGION", "us-east-2")]);
}

fn finding(s: &mut Screen) {
    story(s);
    s.press("ctrl-f").text("example.com").press("down");
}

fn auth(s: &mut Screen) {
    story(s);
    s.model.shown_mut().unwrap().tab = Tab::Auth;
    s.press("3 j");
}

fn body(s: &mut Screen) {
    s.open("post.toml");
    s.model.shown_mut().unwrap().go_to(EditorField::BodyText);
    s.press("3 enter down end").text("!");
}

fn untrusted(s: &mut Screen) {
    story(s);
    let flow = |to: &str, read| Flow { to: to.into(), read };
    let flows = [
        flow("https://api.example.com", PrivateRead::Secret("alice".into())),
        flow("https://collect.example", PrivateRead::Env("AWS_SECRET_ACCESS_KEY".into())),
        flow("https://collect.example", PrivateRead::File("/etc/passwd".into())),
    ];
    let question =
        TrustQuestion { resend: None, flows: flows.into_iter().collect(), complete: true, scroll: 0 };
    s.model.overlays.push(Overlay::Trust(Box::new(question)));
}

macro_rules! snapshots {
    ($($name:ident: $state:expr;)*) => {
        /// Every main state, by the name of its snapshot.
        const STATES: &[(&str, fn(&mut Screen))] = &[$((stringify!($name), $state)),*];

        $(#[test]
        fn $name() {
            insta::assert_snapshot!(stringify!($name), frames($state));
        })*
    };
}

snapshots! {
    an_empty_workspace: |s| {
        let keys = s.model.config.keys.clone();
        *s = Screen::empty(s.model.size);
        s.model.config.keys = keys;
        s.list();
    };
    the_story_is_loaded: story;
    the_auth_tab_says_where_region_and_service_come_from: auth;
    a_body_is_edited: body;
    a_name_is_completed: |s| {
        s.open("plain.toml");
        s.press("2 enter ctrl-a").text("{{f");
    };
    a_secret_is_typed: |s| {
        s.open("api/keys.toml");
        s.model.shown_mut().unwrap().go_to(EditorField::Line(RequestField::Auth(AuthField::SessionToken)));
        s.press("3 enter").paste(TOKEN);
    };
    a_refusal_is_diagnosed: forbidden;
    the_diagnosis_tab: |s| {
        forbidden(s);
        s.press("] ]");
    };
    an_answer_is_fine: fine;
    an_answer_comes_in: streaming;
    there_is_no_answer: network;
    it_was_not_sent: not_sent;
    a_workspace_from_elsewhere_is_not_trusted: untrusted;
    the_signature_tab: signature;
    the_timeline_tab: |s| {
        fine(s);
        s.press("] ] ] ]");
    };
    a_session_ends_soon: expiring;
    the_profiles_of_the_aws_files: |s| {
        profiles(s);
        s.press("I");
    };
    a_profile_signs_this_run: |s| {
        profiles(s);
        s.press("I").text("prod").press("enter");
    };
    help: |s| {
        story(s);
        s.press("?");
    };
    the_palette: |s| {
        story(s);
        s.press(":").text("cop");
    };
    a_text_is_found: finding;
    letters_to_jump_by: |s| {
        fine(s);
        s.press("f");
    };
    a_question: |s| {
        s.open("plain.toml");
        s.press("D");
    };
    a_login: |s| {
        s.open("plain.toml");
        let id = s.send();
        let question = Question::OpenUrl {
            session: "the SSO session `work`".into(),
            url: "https://oidc.us-east-1.amazonaws.com/authorize?response_type=code&client_id=aBcDeFgHiJkLmNoPqRsTuV&\
                  redirect_uri=http%3A%2F%2F127.0.0.1%3A41234%2Foauth%2Fcallback&state=x&code_challenge_method=S256"
                .into(),
            code: "ABCD-EFGH".into(),
            expires: now() + Duration::from_secs(599),
        };
        s.tell(Msg::Send { id, report: Report::Ask(Asked { id: QuestionId(0), question }) });
    };
    problems_of_the_workspace: |s| {
        let key = |line, message: &str, hint: &str| WorkspaceProblem {
            part: Part::Key("x".into()),
            problem: FileProblem {
                file: "signpost.toml".into(),
                line: Some(line),
                message: message.into(),
                hint: hint.into(),
            },
        };
        s.model.workspace.problems = vec![
            key(
                7,
                "`environments.production-eu-west-1.production` must be true or false, not string",
                "Write production = true or production = false, without quotes.",
            ),
            key(12, "unknown key `identities.alice.sesion_token`", "Did you mean `session_token`?"),
        ];
        s.press("!");
    };
    production: |s| {
        story(s);
        s.press("v").text("prod").press("enter s");
    };
    a_conflict: conflict;
    the_workspace_editor: |s| {
        s.model.workspace.variables.extend(
            [("base_url", "https://{{host}}/v1"), ("host", "api.example.com"), ("api_token", "{{secret:stored}}")]
                .map(|(name, value)| (name.to_owned(), value.to_owned())),
        );
        s.press("v").text("prod").press("enter 5 l l j j");
    };
    the_environments: |s| {
        s.press("5 ] j");
    };
    the_fields_of_an_identity: |s| {
        s.press("5 ] ] h j j");
    };
    an_environment_is_named: |s| {
        s.press("v").text("new").press("enter").text("staging");
    };
}

#[test]
fn a_terminal_that_is_too_small_shows_one_line() {
    let screen = Screen::sized(39, 9);
    assert_eq!(screen.lines()[0], "signpost needs 40x10, this is 39x9");
    assert!(screen.lines()[1..].iter().all(String::is_empty));
}

#[test]
fn a_session_token_is_hidden_until_it_is_revealed() {
    for (width, height) in SIZES {
        let mut s = Screen::sized(width, height);
        signature(&mut s);
        let mut seen = String::new();
        for _ in 0..60 {
            seen.push_str(&s.shown());
            assert!(!s.shown().contains(&TOKEN[..12]), "{}", s.shown());
            s.press("j");
        }
        assert!(seen.contains("x-amz-security-token"), "the tab shows it as a header: {seen}");
        assert!(seen.contains("***"));
        s.take();
        s.press("y");
        assert!(!format!("{:?}", s.take()).contains(TOKEN), "a copy is masked as well");
    }
    let mut s = Screen::sized(200, 60);
    signature(&mut s);
    s.press("*");
    assert!(s.shown().contains(TOKEN));
}

#[test]
fn an_expired_session_says_how_to_renew_it() {
    let mut s = Screen::sized(120, 40);
    expiring(&mut s);
    assert!(s.shown().contains("2:05 left"), "{}", s.shown());
    s.model.now += Duration::from_secs(200);
    assert!(s.shown().contains("expired: R renews it"));
}

/// The states in which themes are compared.
const THEMED: [fn(&mut Screen); 8] = [story, auth, body, forbidden, fine, streaming, not_sent, conflict];

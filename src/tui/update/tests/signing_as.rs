//! Whom a request is signed as in this run: profiles of the AWS files and the environment's keys.

use std::time::Duration;

use crate::core::aws_identity::AwsIdentity;
use crate::core::identity_fields::KINDS;
use crate::core::question::{Asked, Question, QuestionId};
use crate::core::request::AuthKind;
use crate::core::sso_role::{SessionRole, SsoRole};
use crate::tui::effect::{Effect, Target, TaskEffect};
use crate::tui::model::field::Tab;
use crate::tui::model::overlay::Overlay;
use crate::tui::msg::Msg;
use crate::tui::testing::{Screen, now};

const CONFIG: &str = "\
[profile prod]
region = eu-west-1
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
[profile auditor]
source_profile = prod
role_arn = arn:aws:iam::123456789012:role/Auditor
[profile corp]
sso_account_id = 210987654321
sso_role_name = Developer
sso_start_url = https://example.awsapps.com/start
sso_region = us-east-1
[profile tool]
credential_process = get-keys
[profile half]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
";

fn screen() -> Screen {
    let mut s = Screen::on("plain.toml");
    s.with_aws(CONFIG, &[]);
    s
}

/// The labels of the open list with their details.
fn listed(s: &Screen) -> Vec<String> {
    match s.model.overlays.last() {
        Some(Overlay::Pick(picker)) => {
            picker.shown().map(|item| format!("{}: {}", item.label, item.detail)).collect()
        }
        other => panic!("no list: {other:?}"),
    }
}

/// Whom the request is signed as that leaves by the first of these effects.
fn signed_as(effects: Vec<Effect>) -> Option<AwsIdentity> {
    effects.into_iter().find_map(|effect| match effect {
        Effect::Task(TaskEffect::Send { target: Target { sign_as, .. }, .. })
        | Effect::Task(TaskEffect::Renew { target: Target { sign_as, .. }, .. }) => Some(sign_as),
        _ => None,
    })?
}

fn prod() -> AwsIdentity {
    AwsIdentity::Profile("prod".into())
}

#[test]
fn the_list_has_the_identities_the_environments_keys_and_every_profile() {
    let mut s = Screen::on("plain.toml");
    s.with_aws(CONFIG, &[("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"), ("AWS_REGION", "us-east-2")]);
    s.press("I");
    let listed = listed(&s);
    assert_eq!(
        listed[4..],
        [
            "AWS environment keys: keys, us-east-2",
            "auditor: AWS profile, role, 123456789012",
            "corp: AWS profile, sso, 210987654321",
            "half: ~/.aws/config:16: profile `half` has no `aws_secret_access_key`",
            "prod: AWS profile, keys, eu-west-1",
            "tool: AWS profile, process",
            "new identity…: its fields come next",
        ]
    );
    s.text("environment").press("enter");
    assert_eq!(s.model.shown().unwrap().sign_as, Some(AwsIdentity::Environment));
    assert!(s.shown().contains("● AWS environment  this run"), "{}", s.shown());
}

#[test]
fn the_list_opens_before_the_files_are_read_and_keeps_its_filter_when_they_are() {
    let mut s = screen();
    s.answers = false;
    s.press("I").text("corp");
    assert!(listed(&s).is_empty());
    let reads = s.take().into_iter().filter(|effect| *effect == TaskEffect::ReadAws.into()).count();
    assert_eq!(reads, 1);
    let read = s.answer(&TaskEffect::ReadAws.into()).unwrap();
    s.tell(read);
    assert_eq!(listed(&s), ["corp: AWS profile, sso, 210987654321"]);
    s.press("esc I");
    assert!(listed(&s).iter().any(|line| line.starts_with("corp:")), "it is known from before");
}

#[test]
fn a_picked_profile_signs_this_run_and_nothing_is_saved() {
    let mut s = screen();
    s.press("I").text("prod").press("enter");
    let open = s.model.shown().unwrap();
    assert!(!open.is_dirty() && s.take().is_empty(), "neither a draft nor a save");
    assert_eq!(s.request().auth.kind, AuthKind::None);
    assert!(s.shown().contains("● prod  AWS profile, this run  AKIAIOSFODNN7EXAMPLE"), "{}", s.shown());
    s.press("f5");
    assert_eq!(signed_as(s.take()), Some(prod()));
    s.press("1 R");
    assert_eq!(s.notice(), "Fetching credentials for profile prod…");
    assert_eq!(signed_as(s.take()), Some(prod()));
    // It survives a look at other requests.
    s.open("hello.toml");
    assert!(s.shown().contains("● alice"), "{}", s.shown());
    s.open("plain.toml");
    assert!(s.shown().contains("● prod  AWS profile, this run"), "{}", s.shown());
}

#[test]
fn an_override_ends_with_what_the_request_says_or_with_another_choice() {
    let mut s = screen();
    s.open("hello.toml");
    let override_with_prod = |s: &mut Screen| {
        s.press("I").text("prod").press("enter");
        assert_eq!(s.model.shown().unwrap().sign_as, Some(prod()));
    };
    override_with_prod(&mut s);
    s.press("I").text("as the request").press("enter");
    assert_eq!((s.notice(), s.model.shown().unwrap().is_dirty()), ("Signed as the request says", false));
    assert!(s.shown().contains("● alice"), "{}", s.shown());
    s.press("I");
    assert!(!listed(&s).iter().any(|line| line.starts_with("as the request")), "nothing is overridden");
    s.press("esc");

    override_with_prod(&mut s);
    s.press("I").text("alice").press("enter");
    assert_eq!(s.model.shown().unwrap().sign_as, None, "even if the request says the same");
    override_with_prod(&mut s);
    s.press("I").text("auditor").press("enter");
    assert_eq!(s.model.shown().unwrap().sign_as, Some(AwsIdentity::Profile("auditor".into())));
}

#[test]
fn the_auth_tab_shows_what_holds_for_this_run_next_to_what_it_overrides() {
    let mut s = screen();
    s.open("hello.toml");
    s.press("I").text("prod").press("enter 3");
    s.model.shown_mut().unwrap().tab = Tab::Auth;
    assert!(s.shown().contains("‹ alice ›  this run: profile prod"), "{}", s.shown());
    s.press("I").text("as the request").press("enter");
    assert!(!s.shown().contains("this run"), "{}", s.shown());
    // A request that inherits who signs it.
    s.open("plain.toml");
    s.press("I").text("prod").press("enter 3");
    s.model.shown_mut().unwrap().request.auth.kind = AuthKind::Inherit;
    assert!(s.shown().contains("Signed as profile prod for this run."), "{}", s.shown());

    let request = "method = \"GET\"\nurl = \"https://a.example/\"\n\n[auth]\nkind = \"bearer\"\n\
        token = \"{{token}}\"\n";
    let files = [("signpost.toml", "[variables]\ntoken = \"{{secret:t}}\"\n"), ("a.toml", request)];
    let mut s = Screen::on_disk((140, 40), &files);
    s.press("5 j o ctrl-a").text("t-o-k").press("esc esc 3 ] ]");
    assert!(s.shown().contains("{{token}}  this run: token"), "{}", s.shown());
    assert!(!s.shown().contains("t-o-k"), "{}", s.shown());
}

#[test]
fn one_of_five_hundred_profiles_is_found_by_typing() {
    let mut s = Screen::on("plain.toml");
    let profiles = (0..500).map(|n| format!("[profile team-{n}-prod]\ncredential_process = get {n}\n"));
    s.with_aws(&profiles.collect::<String>(), &[]);
    s.press("I");
    assert!(listed(&s).len() > 500);
    s.text("t417p").press("enter");
    assert_eq!(s.model.shown().unwrap().sign_as, Some(AwsIdentity::Profile("team-417-prod".into())));
}

#[test]
fn a_role_of_a_session_is_picked_and_signs_this_run() {
    let mut s = Screen::on("plain.toml");
    let session = "[sso-session work]\nsso_region = us-east-1\nsso_start_url = https://example.com/start\n";
    s.with_aws(session, &[]);
    s.press("I").text("work").press("enter");
    let effects = s.take();
    let id = effects.iter().find_map(|effect| match effect {
        Effect::Task(TaskEffect::ListRoles { id, session }) if session == "work" => Some(*id),
        _ => None,
    });
    let id = id.unwrap_or_else(|| panic!("no list: {effects:?}"));
    let role = |name: &str| SsoRole {
        account_id: "123456789012".into(),
        account_name: "production".into(),
        role_name: name.into(),
    };
    let roles = Ok(vec![role("Admin"), role("Reader")]);
    s.tell(Msg::SsoRoles { id, session: "work".into(), roles });
    assert_eq!(listed(&s), ["Admin: 123456789012 production", "Reader: 123456789012 production"]);
    s.text("read").press("enter");
    let picked =
        SessionRole { session: "work".into(), account_id: "123456789012".into(), role_name: "Reader".into() };
    assert_eq!(s.model.shown().unwrap().sign_as, Some(AwsIdentity::SsoRole(picked)));
    assert!(s.shown().contains("Reader in 123456789012  this run"), "{}", s.shown());
    // They are kept for this run.
    s.press("I").text("work").press("enter");
    assert_eq!(listed(&s).len(), 2);
    assert!(!s.take().iter().any(|effect| matches!(effect, Effect::Task(TaskEffect::ListRoles { .. }))));
}

#[test]
fn an_invalid_file_is_named_and_the_list_stays() {
    let mut s = Screen::on("plain.toml");
    s.with_aws("[profile prod\n", &[]);
    s.press("I");
    assert!(s.notice().starts_with("~/.aws/config:1: "), "{}", s.notice());
    assert!(listed(&s).iter().any(|line| line.starts_with("alice:")));
}

#[test]
fn every_kind_of_identity_can_be_made_in_the_workspace_editor() {
    for kind in KINDS {
        let mut s = Screen::on_disk((140, 40), &[("signpost.toml", "name = \"w\"\n"), ("a.toml", "")]);
        s.press("I").text("new").press("enter").text("me").press("enter").text(kind.word).press("enter");
        let file = s.file("signpost.toml");
        assert!(file.contains(&format!("[identities.me]\nkind = \"{}\"", kind.word)), "{file}");
    }
}

/// A question that waits for a login.
fn login() -> Asked {
    let question = Question::OpenUrl {
        session: "the SSO session `work`".into(),
        url: "https://d-1234567890.awsapps.com/start/#/device?user_code=ABCD-EFGH".into(),
        code: "ABCD-EFGH".into(),
        expires: now() + Duration::from_secs(600),
    };
    Asked { id: QuestionId(0), question }
}

#[test]
fn closing_a_login_says_so_and_what_was_cancelled_asks_no_more() {
    let mut s = Screen::on("plain.toml");
    s.with_aws(
        "[sso-session work]\nsso_region = us-east-1\nsso_start_url = https://example.com/start\n",
        &[],
    );
    s.press("I").text("work").press("enter");
    assert_eq!(s.notice(), "Listing the roles of work…");
    let effects = s.take();
    let id = effects.iter().find_map(|effect| match effect {
        Effect::Task(TaskEffect::ListRoles { id, .. }) => Some(*id),
        _ => None,
    });
    let id = id.unwrap_or_else(|| panic!("no list: {effects:?}"));
    s.tell(Msg::Ask { id, asked: login() });
    s.press("esc");
    assert_eq!((s.notice(), s.model.overlays.len()), ("Cancelled", 0));
    // What was on its way.
    s.tell(Msg::Ask { id, asked: login() });
    s.tell(Msg::SsoRoles { id, session: "work".into(), roles: Err(Vec::new()) });
    assert_eq!((s.notice(), s.model.overlays.len()), ("Cancelled", 0));
}

#[test]
fn a_renewal_that_has_ended_leaves_no_question() {
    let mut s = Screen::on("plain.toml");
    let id = s.model.next_id();
    let serial = "arn:aws:iam::123456789012:mfa/alice".into();
    let question = Question::MfaCode { identity: "alice".into(), serial };
    s.tell(Msg::Ask { id, asked: Asked { id: QuestionId(0), question } });
    s.tell(Msg::Ask {
        id,
        asked: Asked { id: QuestionId(1), question: Question::Expired { identity: "alice".into() } },
    });
    assert_eq!(s.model.overlays.len(), 2);
    s.tell(Msg::Renewed { id, identity: "alice".into(), result: Ok(()) });
    assert!(s.model.overlays.is_empty());
}

//! Who signs, and how that credential stands, on the line above the keys.

use std::time::Duration;

use super::expiring;
use crate::core::exchange::{Field, Problem};
use crate::engine::{CredentialState, PreviewSigner};
use crate::tui::testing::Screen;

const SOURCE: &str = "environment keys, over AWS_PROFILE=prod";

/// A change of who signs.
type Change<'a> = &'a dyn Fn(&mut PreviewSigner);

/// The line of who signs, on a terminal of this many columns.
fn who(width: u16, change: impl Fn(&mut PreviewSigner)) -> String {
    let mut s = Screen::sized(width, 24);
    expiring(&mut s);
    change(s.model.shown_mut().unwrap().preview.signer.as_mut().unwrap());
    s.shown().lines().rev().nth(1).unwrap().trim_end().to_owned()
}

fn sourced(signer: &mut PreviewSigner) {
    signer.credential.as_mut().unwrap().source = SOURCE.into();
}

fn failure() -> Problem {
    let message = "STS responded to GetSessionToken with 503 and no credentials";
    Problem::new(Field::Identity("session".into()), message, "Try again.")
}

#[test]
fn the_key_is_left_out_first_then_the_source_and_never_the_name_and_the_time() {
    let lines = [160, 80, 60].map(|width| who(width, sourced));
    for line in &lines {
        assert!(
            line.starts_with(" ● session") && line.contains("2:05 left") && line.contains("env: "),
            "{line}"
        );
    }
    let [wide, narrow, small] = lines;
    assert!(wide.contains(&format!("  ASIAIOSFODNN7EXAMPLE  {SOURCE}  2:05 left")), "{wide}");
    assert!(!narrow.contains("ASIA") && narrow.contains(&format!("  {SOURCE}  2:05 left")), "{narrow}");
    assert!(!small.contains("ASIA") && small.contains("  environment keys, ov"), "{small}");
}

#[test]
fn each_state_has_its_words_at_every_width() {
    let none = |state: CredentialState| {
        move |signer: &mut PreviewSigner| (signer.credential, signer.state) = (None, state)
    };
    let failed = |signer: &mut PreviewSigner| {
        (signer.credential, signer.state, signer.failure) = (None, CredentialState::Failed, Some(failure()));
    };
    let not_renewed = |signer: &mut PreviewSigner| signer.failure = Some(failure());
    let renewing = |signer: &mut PreviewSigner| signer.state = CredentialState::Fetching;
    let expired = |signer: &mut PreviewSigner| {
        let expires_at = &mut signer.credential.as_mut().unwrap().expires_at;
        *expires_at = expires_at.map(|at| at - Duration::from_secs(300));
        signer.state = CredentialState::Expired;
    };
    let states: [(Change<'_>, &str); 8] = [
        (&none(CredentialState::Unfetched), "credentials are fetched at the send"),
        (&none(CredentialState::Fetching), "fetching credentials…"),
        (&none(CredentialState::NeedsInput), "needs a code: the send asks"),
        (&none(CredentialState::NeedsLogin), "needs a login: the send asks"),
        (&failed, "✗ no credential: STS"),
        (&not_renewed, "2:05 left  ! not renewed"),
        (&renewing, "2:05 left  renewing…"),
        (&expired, "✗ expired: R renews it"),
    ];
    for (change, words) in states {
        for width in [160, 80, 60] {
            let line = who(width, change);
            assert!(line.starts_with(" ● session") && line.contains(words), "{width}: {line}");
        }
    }
    assert!(who(160, not_renewed).contains("not renewed: STS responded to GetSessionToken with 503"));
}

#[test]
fn the_time_left_is_amber_below_five_minutes_and_red_below_one() {
    let mut s = Screen::sized(120, 24);
    expiring(&mut s);
    let expires_at =
        s.model.shown_mut().unwrap().preview.signer.as_ref().unwrap().credential.as_ref().unwrap().expires_at;
    let mut style = |left: u64, words: &str| {
        s.model.now = expires_at.unwrap() - Duration::from_secs(left);
        s.draw()[s.find(words)].fg
    };
    let (plenty, amber, red) = (style(600, "10 min left"), style(125, "2:05 left"), style(59, "0:59 left"));
    assert!(plenty != amber && amber != red && plenty != red, "{plenty:?} {amber:?} {red:?}");
    assert_eq!(style(60, "1:00 left"), amber);
}

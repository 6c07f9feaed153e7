//! Chains that a workspace declares.

mod profiles;

use super::*;
use crate::core::identity::Renew;
use crate::core::request::Auth;
use crate::core::scope::{Nothing, Scope};

fn keys(name: &str) -> Identity {
    let kind = IdentityKind::Keys {
        access_key: "AKIAIOSFODNN7EXAMPLE".into(),
        secret_key: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".into(),
        session_token: String::new(),
    };
    Identity { name: name.into(), kind }
}

fn session(name: &str, source: &str) -> Identity {
    let kind = IdentityKind::GetSessionToken {
        source: source.into(),
        duration_seconds: None,
        endpoint: String::new(),
        region: String::new(),
        mfa_serial: String::new(),
        renew: Renew::Auto,
    };
    Identity { name: name.into(), kind }
}

fn build(name: &str, identities: &[Identity]) -> Result<Provider, String> {
    let (scope, auth) = (Scope::default(), Auth::default());
    let context = Context { scope: &scope, inherited_auth: &auth, identities, outside: &Nothing };
    Provider::build(name, &context, &Aws::default()).map_err(|problems| problems[0].message.clone())
}

#[test]
fn a_chain_begins_with_keys_and_continues_with_sessions() {
    let identities = [keys("alice"), session("s", "alice")];
    let alice = build("alice", &identities).unwrap();
    assert_eq!((alice.steps.len(), alice.base.keys().unwrap().source.as_str()), (0, "keys of alice"));
    let session = build("s", &identities).unwrap();
    let [Step::SessionToken(step)] = &session.steps[..] else { panic!("one step") };
    assert_eq!(step.identity, "s");
    assert_ne!(session.key(1), session.key(0));
    assert_eq!(session.key(0), alice.key(0));
}

#[test]
fn loops_and_invalid_sources_are_named() {
    let identities = [
        session("a", "b"),
        session("b", "a"),
        session("c", "c"),
        session("d", "e"),
        keys("k"),
        session("s", "k"),
        session("t", "s"),
    ];
    for (name, message) in [
        ("a", "identity `a` gets its credentials from itself: a -> b -> a"),
        ("c", "identity `c` gets its credentials from itself: c -> c"),
        ("d", "identity `d`: `source = \"e\"` must name an identity with `kind = \"keys\"`"),
        ("t", "identity `t`: `source = \"s\"` must name an identity with `kind = \"keys\"`"),
        ("x", "no identity is named \"x\""),
    ] {
        assert_eq!(build(name, &identities).unwrap_err(), message);
    }
}

#[test]
fn every_parameter_changes_the_key() {
    let key = |change: fn(&mut SessionToken)| {
        let mut provider = build("s", &[keys("alice"), session("s", "alice")]).unwrap();
        let Step::SessionToken(step) = &mut provider.steps[0] else { panic!("a session") };
        change(step);
        provider.key(1)
    };
    let keys = [
        key(|_| {}),
        key(|step| step.identity.push('x')),
        key(|step| step.duration_seconds = Some(900)),
        key(|step| step.endpoint.push('x')),
        key(|step| step.region.push('x')),
        key(|step| step.mfa_serial.push('x')),
    ];
    for (index, one) in keys.iter().enumerate() {
        assert!(keys[..index].iter().all(|other| other != one), "{index}");
    }
}

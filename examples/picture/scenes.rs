//! What each picture shows, and which keys lead there.

use std::num::NonZero;

use crate::svg::{DARK, LIGHT, Look};

/// A picture.
pub(crate) struct Scene {
    /// Name of the file, without its extension.
    pub(crate) name: &'static str,
    pub(crate) start: Start,
    /// Columns and rows.
    pub(crate) size: (NonZero<u16>, NonZero<u16>),
    pub(crate) look: &'static Look,
    /// What to wait for, and what to press then.
    pub(crate) steps: &'static [(&'static str, &'static str)],
}

/// What signpost is opened on.
#[derive(Clone, Copy)]
pub(crate) enum Start {
    /// The demo.
    Demo,
    /// An empty folder.
    Folder,
}

const WIDE: (NonZero<u16>, NonZero<u16>) = (NonZero::new(132).unwrap(), NonZero::new(38).unwrap());
const NARROW: (NonZero<u16>, NonZero<u16>) = (NonZero::new(80).unwrap(), NonZero::new(24).unwrap());
const SMALL: (NonZero<u16>, NonZero<u16>) = (NonZero::new(60).unwrap(), NonZero::new(15).unwrap());

/// Alice is refused, and the diagnosis says why.
const DENIED: &[(&str, &str)] = &[
    ("12 As her session", "s"),
    ("403", "1j\r"),
    ("alice", "3[[["),
    ("[Auth", "s"),
    ("403 Forbidden", "4]"),
    ("", "]"),
    ("", ""),
];

/// The same where one pane at a time has room.
const DENIED_NARROW: &[(&str, &str)] =
    &[("As her session", "j\r"), ("alice", "s"), ("403 Forbidden", "4]"), ("", "]"), ("", "")];

/// The variables of a workspace that was set up a moment ago.
const VARIABLES: &[(&str, &str)] = &[
    ("Set up a workspace", "\r"),
    ("Hello", "5a"),
    ("The name of a new", "api_url\t"),
    ("api_url", "https://api.example.com\r"),
    ("https://api.example.com", "a"),
    ("The name of a new", "api_token\t"),
    ("api_token", "not-shown\r"),
    ("{{secret:api-token}}", ""),
];

/// Every request in which a text is.
const FOUND: &[(&str, &str)] = &[("As her session", "\x06"), ("Find", "invoke"), ("InvokeFunction", "")];

pub(crate) const SCENES: &[Scene] = &[
    Scene { name: "screen", start: Start::Demo, size: WIDE, look: &DARK, steps: DENIED },
    Scene { name: "light", start: Start::Demo, size: WIDE, look: &LIGHT, steps: DENIED },
    Scene { name: "narrow", start: Start::Demo, size: NARROW, look: &DARK, steps: DENIED_NARROW },
    Scene { name: "narrow-light", start: Start::Demo, size: NARROW, look: &LIGHT, steps: DENIED_NARROW },
    Scene { name: "small", start: Start::Demo, size: SMALL, look: &DARK, steps: DENIED_NARROW },
    Scene { name: "variables", start: Start::Folder, size: WIDE, look: &DARK, steps: VARIABLES },
    Scene { name: "find", start: Start::Demo, size: WIDE, look: &LIGHT, steps: FOUND },
];

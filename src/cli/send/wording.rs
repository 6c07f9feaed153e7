//! Fixes in the words of the command line: flags, subcommands and keys of the files.
//!
//! Owns the places that `core` leaves open. Refuses to find out what is wrong.

use std::borrow::Cow;

use crate::core::exchange::{Problem, ProblemKind};
use crate::core::finding::{Finding, Fix};
use crate::core::request::fields::AuthField;
use crate::core::shell_quote::quote;

/// Where keys come from that the arguments don't give.
const KEYS_OF_ENVIRONMENT: [&str; 2] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];
const KEYS_HINT: &str = "Set it, or sign as a profile with `--profile NAME`.";

/// The hint for a problem.
pub(super) fn hint(problem: &Problem) -> Cow<'_, str> {
    match &problem.kind {
        ProblemKind::UnknownVariable { similar: None, .. } => {
            "Declare it under `[variables]`, in an environment, or with `--var`.".into()
        }
        ProblemKind::Untrusted(untrusted) => format!(
            "`signpost trust {}` lists everything that its requests would send, and asks; `--trust` allows what this one sends.",
            quote(&untrusted.workspace.display().to_string()),
        )
        .into(),
        ProblemKind::UnknownScope(AuthField::Region) => {
            "Give it with `--region`, for example `--region us-east-1`, or set AWS_REGION.".into()
        }
        ProblemKind::UnknownScope(what) => {
            format!("Give it with `--{what}`, for example `--service lambda`.").into()
        }
        ProblemKind::MissingEnv { name } if KEYS_OF_ENVIRONMENT.contains(&name.as_str()) => KEYS_HINT.into(),
        ProblemKind::UnknownVariable { similar: Some(_), .. }
        | ProblemKind::MissingSecret { .. }
        | ProblemKind::MissingEnv { .. }
        | ProblemKind::Other => problem.hint.as_str().into(),
    }
}

/// The fixes of a finding, except commands to run.
pub(super) fn finding_hint(finding: &Finding) -> String {
    let fixes = finding.fixes.iter().filter_map(fix);
    let hint = (!finding.hint.is_empty()).then(|| finding.hint.clone());
    hint.into_iter().chain(fixes).collect::<Vec<_>>().join(" ")
}

/// A fix in a sentence; `None` for a command, which is shown as it is.
fn fix(fix: &Fix) -> Option<String> {
    Some(match fix {
        Fix::SetRegion(Some(region)) => {
            format!("Send with `--region {region}`, or set `region = \"{region}\"` under `[auth]`.")
        }
        Fix::SetRegion(None) => {
            "Give the endpoint's region with `--region`, or set `region` under `[auth]`.".into()
        }
        Fix::SetService(Some(service)) => {
            format!("Send with `--service {service}`, or set `service = \"{service}\"` under `[auth]`.")
        }
        Fix::SetService(None) => {
            "Give the endpoint's service with `--service`, or set `service` under `[auth]`.".into()
        }
        Fix::EnableSigning => {
            "Send with `--identity NAME` or `--service NAME`, or set `kind = \"aws-sigv4\"` under `[auth]`.".into()
        }
        Fix::ChooseIdentity => {
            "Send with `--identity NAME`, or set `identity` under `[auth]`.".into()
        }
        Fix::ChooseAuth => "Set `kind` under `[auth]`, or send with `--user`.".into(),
        Fix::Renew(_) => "Send with `--renew`.".into(),
        Fix::AddSessionToken => {
            "Give the session token that came with the key with `--session-token`, or set `session_token` under `[auth]`.".into()
        }
        Fix::DropSessionToken => {
            "Leave out `--session-token` and `AWS_SESSION_TOKEN`, or remove `session_token` under `[auth]`.".into()
        }
        Fix::SignPayload => "Set `payload = \"signed\"` under `[auth]`.".into(),
        Fix::SignInHeaders => "Leave out `--presign`, or set `location = \"headers\"` under `[auth]`.".into(),
        Fix::ExtendExpiry => {
            "If it must be valid for longer, send with `--presign SECONDS`, or raise `expires` under `[auth]`.".into()
        }
        Fix::DropHeader(name) => format!("Leave out the header `{name}`."),
        Fix::Command(_) => return None,
    })
}

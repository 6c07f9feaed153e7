//! Trusting a workspace that came from elsewhere: the question, and what its answer does.

use std::collections::BTreeSet;

use crate::core::exchange::{Problem, ProblemKind};
use crate::core::names::RequestPath;
use crate::core::trust::Flow;
use crate::tui::effect::{DiskEffect, Effect};
use crate::tui::model::Model;
use crate::tui::model::overlay::{Overlay, TrustQuestion};

/// The flows that a send or renewal was refused, if that is why it wasn't made.
pub(super) fn refused(problems: &[Problem]) -> Option<&BTreeSet<Flow>> {
    problems.iter().find_map(|problem| match &problem.kind {
        ProblemKind::Untrusted(untrusted) => Some(&untrusted.flows),
        ProblemKind::MissingSecret { .. }
        | ProblemKind::MissingEnv { .. }
        | ProblemKind::UnknownVariable { .. }
        | ProblemKind::UnknownScope(_)
        | ProblemKind::Other => None,
    })
}

/// Asks about what was refused, at once, and has the rest of the workspace looked through meanwhile.
pub(super) fn ask(model: &mut Model, resend: Option<RequestPath>, flows: &BTreeSet<Flow>) -> Vec<Effect> {
    let question = TrustQuestion { resend, flows: flows.clone(), complete: false, scroll: 0 };
    model.overlays.push(Overlay::Trust(Box::new(question)));
    vec![DiskEffect::Survey.into()]
}

/// Adds what the rest of the workspace would send.
pub(super) fn surveyed(model: &mut Model, flows: BTreeSet<Flow>) {
    for overlay in &mut model.overlays {
        if let Overlay::Trust(question) = overlay {
            question.flows.extend(flows.clone());
            question.complete = true;
        }
    }
}

/// Allows exactly what was shown.
pub(super) fn allow(question: TrustQuestion) -> Vec<Effect> {
    let TrustQuestion { resend, flows, .. } = question;
    vec![DiskEffect::Trust { resend, flows }.into()]
}

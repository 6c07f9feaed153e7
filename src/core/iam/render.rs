//! An explanation as plain lines for people.
//!
//! Owns the wording. Names of policies, keys and values are written unchanged; whoever shows them
//! on a terminal makes them safe first.

use std::fmt;

use super::evaluate::{Decision, Layer};
use super::policy::Effect;
use super::trace::{Element, Explanation, Says, Step};

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self.decision {
            Decision::Allowed => "Allowed",
            Decision::ExplicitDeny(_) => "Denied (explicit-deny)",
            Decision::ImplicitDeny(_) => "Denied (implicit-deny)",
        };
        writeln!(f, "{word}: {}.\n", self.because)?;
        for layer in &self.layers {
            let says = match layer.says {
                Says::Denies => "denies it",
                Says::Allows => "allows it",
                Says::Delegates => "leaves it to the account's own policies",
                Says::Nothing => "does not allow it",
                Says::Absent => "none",
            };
            writeln!(f, "{:<24}{says}", title(layer.layer))?;
        }
        self.section(f, "Decided by", &self.decided_by, Element::is_told)?;
        self.section(f, "Nearly enough", &self.near_misses, |element| !element.fits)?;
        let told = self.decided_by.len() + self.near_misses.len();
        match (self.steps.len().saturating_sub(told), told) {
            (0, _) => Ok(()),
            (others, 0) => writeln!(f, "\n{others} of {others} statements are about something else."),
            (others, _) => writeln!(f, "\n{others} of {} statements played no part.", self.steps.len()),
        }
    }
}

impl Explanation {
    fn section(
        &self,
        f: &mut fmt::Formatter<'_>,
        title: &str,
        steps: &[usize],
        told: fn(&Element) -> bool,
    ) -> fmt::Result {
        if !steps.is_empty() {
            writeln!(f, "\n{title}:")?;
        }
        for step in steps.iter().filter_map(|index| self.steps.get(*index)) {
            writeln!(f, "  {}", name(step))?;
            step.elements.iter().filter(|element| told(element)).try_for_each(|element| write(f, element))?;
        }
        Ok(())
    }
}

impl Element {
    /// Whether it is worth a line although the statement applies: it was compared with more than
    /// `*`.
    fn is_told(&self) -> bool {
        self.policy.as_slice() != ["*"]
    }
}

fn title(layer: Layer) -> &'static str {
    match layer {
        Layer::ServiceControlPolicy => "service control policy",
        Layer::ResourcePolicy => "resource policy",
        Layer::IdentityPolicy => "identity policy",
        Layer::PermissionsBoundary => "permissions boundary",
        Layer::SessionPolicy => "session policy",
    }
}

fn name(step: &Step) -> String {
    let sid = step.sid.as_ref().map_or(String::new(), |sid| format!(" \"{sid}\""));
    let effect = match step.effect {
        Effect::Allow => "Allow",
        Effect::Deny => "Deny",
    };
    format!("{} {}, statement {}{sid} ({effect})", title(step.layer), step.policy, step.statement)
}

fn write(f: &mut fmt::Formatter<'_>, element: &Element) -> fmt::Result {
    let fits = if element.fits { "fits" } else { "doesn't match" };
    let what = match (&element.operator, &element.key) {
        (Some(operator), Some(key)) => format!("{} {operator} {key}", element.element),
        _ => element.element.to_owned(),
    };
    let request = element.request.as_ref().map_or("no such key".to_owned(), |values| values.join(", "));
    writeln!(f, "    {what} {fits}")?;
    writeln!(f, "      policy:  {}", element.policy.join(", "))?;
    writeln!(f, "      request: {request}")
}

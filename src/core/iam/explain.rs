//! A [`Decision`] with its reasons: every element of every statement, and what it was compared
//! with.
//!
//! Owns how an [`Explanation`] is built. Refuses separate rules: they are `evaluate`'s.

use super::caller::Reach;
use super::condition::Condition;
use super::context::Seen;
use super::evaluate::{Attached, Decision, Heard, Layer, Policies, Question, Survey};
use super::pattern::Pattern;
use super::policy::{Asked, Effect, Selection, Statement};
use super::principal::Principal;
use super::trace::{Element, Explanation, LayerSays, Says, Step};

/// Decides as [`super::evaluate`] does, and gives the reasons.
pub(crate) fn explain(question: &Question<'_>, policies: &Policies<'_>) -> Explanation {
    let asked = question.asked(policies);
    let mut steps = Vec::new();
    let survey = Survey::make(question, policies, |layer, attached, so_far| {
        let mut said = so_far;
        for (index, statement) in attached.policy.statements.iter().enumerate() {
            let (step, reach) = step(layer, attached, index, statement, &asked);
            if let Some(reach) = reach.filter(|_| step.applies) {
                said.hear(statement.effect, reach);
            }
            steps.push(step);
        }
        said
    });
    let decision = survey.settle(question);
    let silent = |layer: Layer| survey.heard(layer).said.allows.is_none();
    let pick = |wanted: &dyn Fn(&Step) -> bool| {
        let picked = steps.iter().enumerate().filter(|(_, step)| wanted(step));
        picked.map(|(index, _)| index).collect::<Vec<_>>()
    };
    let (decided_by, near_misses) = match decision {
        Decision::Allowed => (pick(&|step| step.applies && step.effect == Effect::Allow), Vec::new()),
        Decision::ExplicitDeny(_) => (pick(&|step| step.applies && step.effect == Effect::Deny), Vec::new()),
        Decision::ImplicitDeny(_) => {
            let nearly = |step: &Step| {
                step.effect == Effect::Allow && silent(step.layer) && step.misfits().count() == 1
            };
            (Vec::new(), pick(&nearly))
        }
    };
    Explanation {
        decision,
        because: because(decision, question, &survey),
        layers: Layer::ALL.map(|layer| says(layer, survey.heard(layer))).into(),
        decided_by,
        near_misses,
        steps,
    }
}

fn says(layer: Layer, heard: Heard) -> LayerSays {
    let says = match (heard.said.denies, heard.said.allows) {
        (true, _) => Says::Denies,
        (false, Some(Reach::Account)) => Says::Delegates,
        (false, Some(Reach::Behind | Reach::Direct)) => Says::Allows,
        (false, None) if heard.policies == 0 => Says::Absent,
        (false, None) => Says::Nothing,
    };
    LayerSays { layer, policies: heard.policies, says }
}

/// The decision in a sentence.
fn because(decision: Decision, question: &Question<'_>, survey: &Survey) -> String {
    let action = question.action;
    let absent = |layer| survey.heard(layer).policies == 0;
    match decision {
        Decision::Allowed if question.needs_no_permission() => {
            format!("{action} needs no permission and can't be denied")
        }
        Decision::Allowed => format!("{action} is allowed, and nothing denies it"),
        Decision::ExplicitDeny(layer) => format!("{} denies {action}", article(layer)),
        Decision::ImplicitDeny(Layer::ServiceControlPolicy) => {
            format!("not every level of service control policies allows {action}")
        }
        Decision::ImplicitDeny(Layer::ResourcePolicy) if question.caller.account().is_none() => {
            format!("no resource policy allows {action} to {}", question.caller.name())
        }
        Decision::ImplicitDeny(Layer::ResourcePolicy) if question.same_account() => {
            format!("the resource policy must allow {action} but doesn't")
        }
        Decision::ImplicitDeny(Layer::ResourcePolicy) => {
            format!("across accounts a resource policy must also allow {action}, but none does")
        }
        Decision::ImplicitDeny(Layer::IdentityPolicy) => format!("no identity policy allows {action}"),
        Decision::ImplicitDeny(Layer::PermissionsBoundary) => {
            format!("the permissions boundary doesn't allow {action}")
        }
        Decision::ImplicitDeny(Layer::SessionPolicy) if absent(Layer::SessionPolicy) => {
            format!("a federated user needs a session policy that allows {action}, but has none")
        }
        Decision::ImplicitDeny(Layer::SessionPolicy) => format!("no session policy allows {action}"),
    }
}

fn article(layer: Layer) -> &'static str {
    match layer {
        Layer::ServiceControlPolicy => "a service control policy",
        Layer::ResourcePolicy => "the resource policy",
        Layer::IdentityPolicy => "an identity policy",
        Layer::PermissionsBoundary => "the permissions boundary",
        Layer::SessionPolicy => "a session policy",
    }
}

fn step(
    layer: Layer,
    attached: &Attached<'_>,
    index: usize,
    statement: &Statement,
    asked: &Asked<'_>,
) -> (Step, Option<Reach>) {
    let reach = statement.names_caller(asked);
    let mut elements = Vec::new();
    if let Some(principals) = &statement.principals {
        let name = asked.facts.caller.name();
        elements.push(element("Principal", principals, Principal::as_str, name, reach.is_some()));
    }
    let written = |pattern: &Pattern| pattern.resolved(&asked.facts);
    elements.push(element(
        "Action",
        &statement.actions,
        written,
        asked.action,
        statement.names_action(asked),
    ));
    if let Some(resources) = &statement.resources {
        elements.push(element(
            "Resource",
            resources,
            written,
            asked.resource,
            statement.names_resource(asked),
        ));
    }
    elements.extend(statement.conditions.iter().map(|condition| compared(condition, asked)));
    let step = Step {
        layer,
        policy: attached.name.to_owned(),
        statement: index,
        sid: statement.sid.clone(),
        effect: statement.effect,
        applies: elements.iter().all(|element| element.fits),
        elements,
    };
    (step, reach)
}

fn element<'a, T, S: Into<String>>(
    name: &'static str,
    selection: &'a Selection<T>,
    written: impl Fn(&'a T) -> S,
    request: &str,
    fits: bool,
) -> Element {
    let element = match (selection, name) {
        (Selection::Any(_), _) => name,
        (Selection::Not(_), "Principal") => "NotPrincipal",
        (Selection::Not(_), "Action") => "NotAction",
        (Selection::Not(_), _) => "NotResource",
    };
    Element {
        element,
        operator: None,
        key: None,
        policy: selection.entries().iter().map(|entry| written(entry).into()).collect(),
        request: Some(vec![request.to_owned()]),
        fits,
    }
}

fn compared(condition: &Condition, asked: &Asked<'_>) -> Element {
    let request = asked.facts.get(condition.key()).map(|seen| match seen {
        Seen::One(value) => vec![value.to_owned()],
        Seen::Many(values) => values.to_vec(),
    });
    Element {
        element: "Condition",
        operator: Some(condition.operator().to_string()),
        key: Some(condition.key().to_owned()),
        policy: condition.wanted(&asked.facts),
        request,
        fits: condition.holds(&asked.facts),
    }
}

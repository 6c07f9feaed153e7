//! Copying: the request as curl, and what the shown tab of the response holds.

use crate::core::finding::Finding;
use crate::tui::details;
use crate::tui::effect::{Effect, ScreenEffect, TaskEffect};
use crate::tui::model::Model;
use crate::tui::model::response::ResponseTab;
use crate::tui::update::{follow_up, selecting};
use crate::tui::wording;

/// Copies the request that is shown as a curl command.
pub(super) fn copy_curl(model: &Model) -> Vec<Effect> {
    let target = follow_up::shown_target(model);
    target.map(|target| TaskEffect::CopyCurl { target }.into()).into_iter().collect()
}

/// Copies what is selected in the response, else what the shown tab holds.
pub(super) fn copy_shown(model: &mut Model) -> Vec<Effect> {
    if let Some(effects) = selecting::copy(model) {
        return effects;
    }
    let Some(exchange) = model.exchange() else { return Vec::new() };
    match model.response_tab {
        ResponseTab::Body => {
            let (body, index) = (exchange.document.bytes.clone(), exchange.document.index.clone());
            vec![TaskEffect::CopyBody { body, index }.into()]
        }
        ResponseTab::Headers => {
            let headers = exchange.record.head.iter().flat_map(|head| &head.headers);
            let text: String = headers.map(|(name, value)| format!("{name}: {value}\n")).collect();
            copy(text, "The headers")
        }
        ResponseTab::Diagnosis => {
            let text: Vec<String> =
                exchange.record.findings().iter().map(|finding| finding_text(model, finding)).collect();
            copy(text.join("\n\n"), "The diagnosis")
        }
        ResponseTab::Signature | ResponseTab::Timeline => {
            let text = details::as_text(model);
            copy(text, "This tab")
        }
    }
}

fn copy(text: String, what: &str) -> Vec<Effect> {
    vec![ScreenEffect::Copy { text, what: what.to_owned() }.into()]
}

/// A finding as plain text; its commands are what people copy it for.
fn finding_text(model: &Model, finding: &Finding) -> String {
    let mut lines = vec![finding.cause.clone(), wording::hint(model, finding)];
    lines.extend(finding.commands().map(str::to_owned));
    lines.join("\n")
}

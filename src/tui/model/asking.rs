//! Questions over the panes: those of sends and renewals, and those that are asked again.

use crate::core::exchange_id::ExchangeId;
use crate::core::question::{Asked, Question};
use crate::tui::editor::Editor;
use crate::tui::model::Model;
use crate::tui::model::overlay::{Ask, Confirm, LoginQuestion, Overlay};

impl Model {
    /// Shows the question of a send or a renewal.
    pub(crate) fn ask(&mut self, send: ExchangeId, asked: Asked) {
        let overlay = match asked.question {
            Question::MfaCode { .. } => Overlay::Ask(Ask::Question(send, asked), Editor::new("", false)),
            Question::OpenUrl { session, url, code, expires } => {
                Overlay::Login(Box::new(LoginQuestion { send, session, url, code, expires }))
            }
            Question::Expired { identity } => {
                Overlay::Confirm(Confirm::Expired { send, question: asked.id, identity })
            }
            Question::BodyLimit { limit, next } => {
                Overlay::Confirm(Confirm::BodyLimit { send, question: asked.id, limit, next })
            }
        };
        self.overlays.push(overlay);
    }

    /// Removes the login that a send or renewal waited for: it goes on.
    pub(crate) fn end_login(&mut self, send: ExchangeId) {
        self.overlays.retain(|overlay| !matches!(overlay, Overlay::Login(login) if login.send == send));
    }

    /// Asks again for what was typed and can't be done, unless the user is at something else by now.
    pub(crate) fn ask_again(&mut self, ask: Ask, text: &str) {
        if self.overlays.is_empty() && self.editing.is_none() {
            self.overlays.push(Overlay::Ask(ask, Editor::new(text, false)));
        }
    }

    /// Removes the questions of a send or renewal that has ended.
    pub(crate) fn withdraw_questions(&mut self, send: ExchangeId) {
        self.overlays.retain(|overlay| match overlay {
            Overlay::Ask(Ask::Question(asking, _), _)
            | Overlay::Confirm(
                Confirm::BodyLimit { send: asking, .. } | Confirm::Expired { send: asking, .. },
            ) => *asking != send,
            Overlay::Login(login) => login.send != send,
            Overlay::Help(_)
            | Overlay::Palette(_)
            | Overlay::Pick(_)
            | Overlay::Find(_)
            | Overlay::Ask(..)
            | Overlay::Confirm(_)
            | Overlay::Jump(_)
            | Overlay::Conflict(_)
            | Overlay::Trust(_)
            | Overlay::Text { .. } => true,
        });
    }
}

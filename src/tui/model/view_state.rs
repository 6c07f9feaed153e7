//! What is remembered of a workspace's screen until it is opened again.
//!
//! Owns which parts of the model that is. Refuses to remember what the configuration decides.

use crate::config::ResponsePlace;
use crate::config::theme::ThemeName;
use crate::io::store::view_state::ViewState;
use crate::tui::model::Model;
use crate::tui::model::tree::Node;

/// The name by which the configuration knows a value.
fn name_of<T: PartialEq>(value: &T, names: &[(&str, T)]) -> Option<String> {
    names.iter().find(|(_, known)| known == value).map(|(name, _)| (*name).to_owned())
}

/// The value of a name of the configuration.
fn value_of<T: Copy>(name: Option<&str>, names: &[(&str, T)]) -> Option<T> {
    names.iter().find(|(known, _)| Some(*known) == name).map(|(_, value)| *value)
}

impl Model {
    /// What is to be remembered.
    pub(crate) fn view_state(&self) -> ViewState {
        let response = Some(self.response_side).filter(|side| *side != self.config.layout.response);
        let theme = Some(self.theme_name).filter(|theme| *theme != self.usual_theme);
        ViewState {
            environment: self.environment.clone(),
            cursor: self.tree.current().map(|node| node.path.to_string()),
            folded: self.tree.folded().map(|path| path.to_string()).collect(),
            response: response.and_then(|side| name_of(&side, &ResponsePlace::ALL)),
            theme: theme.and_then(|theme| name_of(&theme, &ThemeName::ALL)),
        }
    }

    /// Takes what was remembered, as far as it is still there: `nodes` are what is listed next.
    pub(crate) fn recall(&mut self, state: &ViewState, nodes: &[Node]) {
        let environment = state.environment.clone();
        self.environment = environment.filter(|name| self.workspace.environment(name).is_some());
        if let Some(side) = value_of(state.response.as_deref(), &ResponsePlace::ALL) {
            self.response_side = side;
        }
        // Without colours there is no other theme.
        if let Some(theme) = value_of(state.theme.as_deref(), &ThemeName::ALL)
            && self.theme_name != ThemeName::Mono
        {
            self.theme_is_guess = false;
            self.use_theme(theme);
        }
        for path in &state.folded {
            if nodes.iter().any(|node| node.folder && node.path == *path.as_str()) {
                self.tree.fold(path, true);
            }
        }
        if let Some(path) = &state.cursor {
            self.tree.await_path(path.as_str().into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::testing::{Screen, nodes};

    #[test]
    fn a_workspace_opens_as_it_was_left() {
        let mut s = Screen::on("api/form.toml");
        s.press("v").text("prod").press("enter L T 1 h");
        let paths: Vec<String> = s.disk.keys().cloned().collect();
        let nodes = nodes(paths.iter().map(String::as_str));
        let left = s.model.view_state();
        assert_eq!((left.environment.as_deref(), left.theme.as_deref()), (Some("prod"), Some("light")));
        let mut other = Screen::new();
        assert_ne!(other.model.view_state(), left);
        other.model.recall(&left, &nodes);
        other.model.tree.set_nodes(nodes.clone());
        assert_eq!(other.model.view_state(), left);
        let gone = ViewState {
            environment: Some("gone".into()),
            cursor: Some("gone.toml".into()),
            folded: vec!["gone".into()],
            response: Some("nowhere".into()),
            theme: Some("pink".into()),
        };
        other.model.recall(&gone, &nodes);
        assert_eq!((other.model.environment, other.model.tree.is_folded("gone")), (None, false));
    }
}

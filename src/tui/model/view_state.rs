//! What is remembered of a workspace's screen until it is opened again.
//!
//! Owns which parts of the model that is. Refuses to remember what the configuration decides.

use crate::config::ResponsePlace;
use crate::config::theme::ThemeName;
use crate::core::names::RequestPath;
use crate::io::store::view_state::ViewState;
use crate::tui::model::Model;
use crate::tui::model::tree::Node;

/// The most requests that are remembered as open.
const MOST_OPEN: usize = 30;

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
            tree_width: self.tree_width,
            open: self.open_on_disk(),
        }
    }

    /// Paths of the open requests that are on disk, the one on the screen first.
    fn open_on_disk(&self) -> Vec<String> {
        let on_disk = |path: &RequestPath| self.open_requests.get(path).is_some_and(|o| o.saved.is_some());
        let shown = self.current.iter().filter(|path| on_disk(path));
        let others =
            self.open_requests.keys().filter(|path| on_disk(path) && Some(*path) != self.current.as_ref());
        shown.chain(others).take(MOST_OPEN).map(RequestPath::to_string).collect()
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
        self.tree_width = state.tree_width;
        let listed = |path: &&String| nodes.iter().any(|node| !node.folder && node.path == *path.as_str());
        self.reopening = state.open.iter().filter(listed).map(|path| path.as_str().into()).collect();
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
    use crate::tui::effect::{DiskEffect, Effect};
    use crate::tui::msg::Msg;
    use crate::tui::testing::{Screen, nodes};

    /// A screen that opens the workspace as it was left.
    fn reopened(left: &ViewState, answers: bool) -> Screen {
        let mut s = Screen::sized(140, 40);
        let paths: Vec<String> = s.disk.keys().cloned().collect();
        let nodes = nodes(paths.iter().map(String::as_str));
        let mut model = Screen::empty((140, 40)).model;
        model.workspace = s.model.workspace.clone();
        model.recall(left, &nodes);
        s.model = model;
        s.take();
        s.answers = answers;
        s.tell(Msg::Listed { workspace: Box::new(s.model.workspace.clone()), nodes });
        s
    }

    #[test]
    fn a_workspace_opens_as_it_was_left() {
        let mut s = Screen::on("api/form.toml");
        s.press("2 enter").text("x").press("esc");
        s.open("plain.toml");
        // The cursor is on a folder, and the request of before is still on the screen.
        s.press("1 g g j j v").text("prod").press("enter T > h");
        assert_eq!(s.model.current.as_deref(), Some("post.toml"));
        let left = s.model.view_state();
        assert_eq!((left.environment.as_deref(), left.theme.as_deref()), (Some("prod"), Some("light")));
        assert_eq!((left.open[0].as_str(), left.cursor.as_deref()), ("post.toml", Some("api")));
        assert!(left.open.contains(&"api/form.toml".to_owned()));
        assert!(left.tree_width.is_some());
        let mut s = reopened(&left, false);
        // The first frame waits for the request that it shows, and for no other.
        let environment = left.environment.clone();
        let reads: Vec<Effect> = s
            .take()
            .into_iter()
            .filter(|effect| !matches!(effect, Effect::Disk(DiskEffect::Labels { .. })))
            .collect();
        let first = DiskEffect::Open { path: "post.toml".into(), environment: environment.clone() };
        let later = left.open[1..]
            .iter()
            .map(|path| DiskEffect::Reread { path: path.as_str().into(), environment: environment.clone() });
        assert_eq!(reads, [first].into_iter().chain(later).map(Effect::from).collect::<Vec<_>>());
        let s = reopened(&left, true);
        assert_eq!(s.model.current.as_deref(), Some("post.toml"));
        assert_eq!(s.model.view_state(), left);
    }

    #[test]
    fn what_was_remembered_and_is_gone_is_left_out() {
        let left = ViewState {
            environment: Some("gone".into()),
            cursor: Some("gone.toml".into()),
            folded: vec!["gone".into()],
            response: Some("nowhere".into()),
            theme: Some("pink".into()),
            tree_width: Some(9999),
            open: vec!["gone.toml".into(), "plain.toml".into()],
        };
        let s = reopened(&left, true);
        assert_eq!((s.model.environment.as_deref(), s.model.tree.is_folded("gone")), (None, false));
        assert_eq!(s.model.current.as_deref(), Some("plain.toml"));
        assert_eq!(s.notice(), "");
        assert!(s.shown().contains("https://example.com/"), "{}", s.shown());
    }
}

//! The workspace editor: variables, environments and identities as rows.
//!
//! Owns which rows there are and where the cursor is. Refuses to keep a copy of the workspace: every
//! row is read from it.

use crate::core::names::IdentityName;
use crate::core::scope::{Layer, Scope, Source};
use crate::io::store::workspace::FileEdit;
use crate::tui::editor::Editor;
use crate::tui::model::field::Column;
use crate::tui::model::overrides::Overrides;
use crate::tui::model::{EditTarget, Model, Pane};

mod cell;
mod rows;

pub(crate) use cell::WorkspaceCell;
pub(crate) use rows::{KIND, WorkspaceRow};

/// A tab of the workspace editor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum WorkspaceTab {
    /// The variables of one place.
    #[default]
    Variables,
    /// The environments.
    Environments,
    /// The fields of one identity.
    Identities,
}

impl WorkspaceTab {
    /// Every tab, in the order of the screen.
    pub(crate) const ALL: [Self; 3] = [Self::Variables, Self::Environments, Self::Identities];

    /// The title.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Variables => "Variables",
            Self::Environments => "Environments",
            Self::Identities => "Identities",
        }
    }
}

/// Where the user is in the workspace editor, and what can be undone there.
#[derive(Clone, Debug)]
pub(crate) struct WorkspaceEditor {
    /// The tab that is shown.
    pub tab: WorkspaceTab,
    /// Whose variables are shown.
    pub place: Source,
    /// Whose fields are shown; `None` for the first identity.
    pub identity: Option<IdentityName>,
    /// The cursor's row in each tab.
    lines: [usize; WorkspaceTab::ALL.len()],
    /// The cursor's column in a row of variables.
    pub column: Column,
    /// The pane to go back to.
    pub back: Pane,
    /// Changes that can be undone, the latest last.
    pub undo: Vec<Step>,
    /// Changes that were undone, the latest last.
    pub redo: Vec<Step>,
    /// A name to go to once it is listed.
    pub awaited: Option<String>,
    /// An environment to choose once it's made.
    pub choose: Option<String>,
    /// An identity that signs the request that is shown once it's made.
    pub sign_as: Option<IdentityName>,
    /// The cell whose text the disk is writing. It opens again if that fails.
    pub written: Option<(WorkspaceCell, Editor)>,
}

/// A change that can be undone.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// Of a file.
    File(FileStep),
    /// Of the values for this run: those to go back to.
    Overrides(Overrides),
}

/// A change of a file, with what was chosen before and after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FileStep {
    /// What is changed, in words.
    pub what: String,
    /// The change.
    pub edit: FileEdit,
    /// What was chosen before.
    pub before: Chosen,
    /// What was chosen after.
    pub after: Chosen,
}

/// What is chosen of a workspace and may be renamed or deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Chosen {
    /// The environment.
    pub environment: Option<String>,
    /// Whose variables are shown.
    pub place: Source,
}

impl Default for WorkspaceEditor {
    fn default() -> Self {
        Self {
            tab: WorkspaceTab::default(),
            place: Source::Workspace,
            identity: None,
            lines: [0; WorkspaceTab::ALL.len()],
            column: Column::Value,
            back: Pane::Request,
            undo: Vec::new(),
            redo: Vec::new(),
            awaited: None,
            choose: None,
            sign_as: None,
            written: None,
        }
    }
}

impl WorkspaceEditor {
    /// The cursor's row.
    pub(crate) fn line(&self) -> usize {
        self.lines[self.tab as usize]
    }

    /// Puts the cursor on a row of the tab that is shown.
    pub(crate) fn set_line(&mut self, line: usize) {
        self.lines[self.tab as usize] = line;
    }
}

impl Model {
    /// What is chosen now.
    pub(crate) fn chosen(&self) -> Chosen {
        Chosen { environment: self.environment.clone(), place: self.workspace_editor.place.clone() }
    }

    /// Chooses what was chosen at the other end of a change, unless the user has chosen something else
    /// since.
    pub(crate) fn choose_again(&mut self, from: &Chosen, to: &Chosen) {
        if self.environment == from.environment {
            self.environment.clone_from(&to.environment);
        }
        if self.workspace_editor.place == from.place {
            self.workspace_editor.place.clone_from(&to.place);
        }
    }

    /// Whether a variable is declared at this place, whatever holds there otherwise.
    pub(crate) fn is_declared_at(&self, place: &Source, name: &str) -> bool {
        let has = |layer: &Layer| layer.values.contains_key(name) || layer.broken.contains_key(name);
        let own = |layer: &Layer| layer.source == *place && has(layer);
        self.layers_at(place).iter().any(own)
    }

    /// The places whose variables can be shown: the workspace, its environments, its folders.
    pub(crate) fn places(&self) -> Vec<Source> {
        let environments =
            self.workspace.environments.iter().map(|found| Source::Environment(found.name.clone()));
        let folders = self.tree.nodes().iter().filter(|node| node.folder);
        let folders = folders.map(|node| Source::Folder(node.path.to_string()));
        let places = std::iter::once(Source::Workspace).chain(environments).chain(folders);
        places.chain([Source::ThisRun]).collect()
    }

    /// The values for this run; `None` without any.
    fn override_layer(&self) -> Option<Layer> {
        let values = (!self.overrides.is_empty()).then(|| (*self.overrides).clone())?;
        Some(Layer::new(Source::ThisRun, values))
    }

    /// What applies at a place, nearest first. For this run, that is what the shown request gets.
    fn layers_at(&self, place: &Source) -> Vec<Layer> {
        if *place != Source::ThisRun {
            return self.workspace.layers_at(place);
        }
        let own = Layer::new(Source::ThisRun, (*self.overrides).clone());
        let shown = self.shown().map(|open| open.scope.layers.clone());
        let others = shown.unwrap_or_else(|| {
            let chosen = self.environment.clone().map_or(Source::Workspace, Source::Environment);
            self.workspace.layers_at(&chosen)
        });
        let others = others.into_iter().filter(|layer| layer.source != Source::ThisRun);
        std::iter::once(own).chain(others).collect()
    }

    /// Puts the values for this run in front of what a request inherits.
    pub(crate) fn with_overrides(&self, scope: Scope) -> Scope {
        let inherited = scope.layers.into_iter().filter(|layer| layer.source != Source::ThisRun);
        Scope { layers: self.override_layer().into_iter().chain(inherited).collect() }
    }

    /// What comes before a place's variables in a request that is sent now, nearest first.
    fn nearer(&self, place: &Source) -> Vec<Layer> {
        let chosen = self.environment.clone().map(Source::Environment);
        match place {
            Source::Workspace | Source::Folder(_) => {
                let chosen = chosen.and_then(|chosen| self.workspace.layer(&chosen));
                self.override_layer().into_iter().chain(chosen).collect()
            }
            Source::Environment(_) => self.override_layer().into_iter().collect(),
            Source::CommandLine | Source::ThisRun => Vec::new(),
        }
    }

    /// Keeps the workspace editor on what is there, and goes to what is being typed or was just made.
    pub(crate) fn settle_workspace_editor(&mut self) {
        let cell = match self.editing.as_ref().map(|editing| &editing.target) {
            Some(EditTarget::Workspace(cell)) => Some(cell.clone()),
            Some(EditTarget::Request { .. }) | None => None,
        };
        if cell.is_none() && !self.places().contains(&self.workspace_editor.place) {
            self.workspace_editor.place = Source::Workspace;
        }
        let rows = self.workspace_rows();
        let awaited = self.workspace_editor.awaited.take();
        let line = match (&cell, &awaited) {
            (Some(cell), _) => {
                self.workspace_editor.column = cell.column();
                rows.iter().position(|row| row.holds(cell))
            }
            (None, Some(name)) => rows.iter().position(|row| row.name() == Some(name)),
            (None, None) => None,
        };
        let last = rows.len().saturating_sub(1);
        self.workspace_editor.set_line(line.unwrap_or(self.workspace_editor.line()).min(last));
    }
}

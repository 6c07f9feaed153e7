//! The workspace editor: variables and environments as rows.
//!
//! Owns which rows there are and where the cursor is. Refuses to keep a copy of the workspace: every
//! row is read from it.

use crate::core::scope::{Layer, Source};
use crate::core::secret_names;
use crate::core::workspace::Declared;
use crate::io::store::workspace::FileEdit;
use crate::tui::model::field::Column;
use crate::tui::model::{Model, Pane};

/// A tab of the workspace editor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum WorkspaceTab {
    /// The variables of one place.
    #[default]
    Variables,
    /// The environments.
    Environments,
}

impl WorkspaceTab {
    /// Every tab, in the order of the screen.
    pub(crate) const ALL: [Self; 2] = [Self::Variables, Self::Environments];

    /// The title.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Variables => "Variables",
            Self::Environments => "Environments",
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
    /// The cursor's row in each tab.
    lines: [usize; WorkspaceTab::ALL.len()],
    /// The cursor's column in a row of variables.
    pub column: Column,
    /// The pane to go back to.
    pub back: Pane,
    /// Changes that can be undone, the latest last.
    pub undo: Vec<FileEdit>,
    /// Changes that were undone, the latest last.
    pub redo: Vec<FileEdit>,
    /// A name to go to once it is listed.
    pub awaited: Option<String>,
    /// An environment to choose once it's made.
    pub choose: Option<String>,
}

impl Default for WorkspaceEditor {
    fn default() -> Self {
        Self {
            tab: WorkspaceTab::default(),
            place: Source::Workspace,
            lines: [0; WorkspaceTab::ALL.len()],
            column: Column::Value,
            back: Pane::Request,
            undo: Vec::new(),
            redo: Vec::new(),
            awaited: None,
            choose: None,
        }
    }
}

/// A row of the workspace editor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum WorkspaceRow {
    /// Whose variables are shown.
    Place,
    /// A variable.
    Variable(Declared),
    /// Adds a variable.
    NewVariable,
    /// An environment.
    Environment {
        /// Its name.
        name: String,
        /// It's marked as production.
        production: bool,
        /// How many variables it declares.
        variables: usize,
    },
    /// Adds an environment.
    NewEnvironment,
}

impl WorkspaceRow {
    /// The name of the variable or environment that it shows.
    pub(crate) fn name(&self) -> Option<&str> {
        match self {
            Self::Variable(declared) => Some(&declared.name),
            Self::Environment { name, .. } => Some(name),
            Self::Place | Self::NewVariable | Self::NewEnvironment => None,
        }
    }
}

/// What the workspace editor asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum WorkspaceAsk {
    /// The name of a new variable.
    NewVariable(Source),
    /// The value of a variable.
    Value {
        /// Where it is declared.
        place: Source,
        /// Its name.
        name: String,
        /// Its value there; `None` where it has none.
        before: Option<String>,
    },
    /// Another name for a variable.
    RenameVariable {
        /// Where it is declared.
        place: Source,
        /// Its name.
        name: String,
    },
    /// The name of a new environment.
    NewEnvironment {
        /// It's chosen once it's there.
        choose: bool,
    },
    /// The name of a copy of this environment.
    CopyEnvironment(String),
    /// Another name for this environment.
    RenameEnvironment(String),
}

impl WorkspaceAsk {
    /// Whether a secret is asked for.
    pub(crate) fn is_secret(&self) -> bool {
        match self {
            Self::Value { name, .. } => secret_names::is_secret(name),
            Self::NewVariable(_)
            | Self::RenameVariable { .. }
            | Self::NewEnvironment { .. }
            | Self::CopyEnvironment(_)
            | Self::RenameEnvironment(_) => false,
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
    /// The rows of the workspace editor's tab.
    pub(crate) fn workspace_rows(&self) -> Vec<WorkspaceRow> {
        match self.workspace_editor.tab {
            WorkspaceTab::Variables => {
                let place = &self.workspace_editor.place;
                let declared = self.workspace.declared(place, &self.nearer(place));
                let variables = declared.into_iter().map(WorkspaceRow::Variable);
                std::iter::once(WorkspaceRow::Place)
                    .chain(variables)
                    .chain([WorkspaceRow::NewVariable])
                    .collect()
            }
            WorkspaceTab::Environments => {
                let rows = self.workspace.environments.iter().map(|environment| WorkspaceRow::Environment {
                    name: environment.name.clone(),
                    production: environment.production,
                    variables: environment.variables.len(),
                });
                rows.chain([WorkspaceRow::NewEnvironment]).collect()
            }
        }
    }

    /// The row under the workspace editor's cursor.
    pub(crate) fn workspace_row(&self) -> Option<WorkspaceRow> {
        let mut rows = self.workspace_rows();
        let line = self.workspace_editor.line().min(rows.len().checked_sub(1)?);
        Some(rows.swap_remove(line))
    }

    /// The places whose variables can be shown: the workspace, its environments, its folders.
    pub(crate) fn places(&self) -> Vec<Source> {
        let environments =
            self.workspace.environments.iter().map(|found| Source::Environment(found.name.clone()));
        let folders = self.tree.nodes().iter().filter(|node| node.folder);
        let folders = folders.map(|node| Source::Folder(node.path.to_string()));
        std::iter::once(Source::Workspace).chain(environments).chain(folders).collect()
    }

    /// What comes before a place's variables in a request that is sent now, nearest first.
    fn nearer(&self, place: &Source) -> Vec<Layer> {
        let chosen = self.environment.clone().map(Source::Environment);
        match place {
            Source::Workspace | Source::Folder(_) => {
                chosen.and_then(|chosen| self.workspace.layer(&chosen)).into_iter().collect()
            }
            Source::Environment(_) | Source::CommandLine => Vec::new(),
        }
    }

    /// Keeps the workspace editor on what is there, and goes to what was just made.
    pub(crate) fn settle_workspace_editor(&mut self) {
        if !self.places().contains(&self.workspace_editor.place) {
            self.workspace_editor.place = Source::Workspace;
        }
        let rows = self.workspace_rows();
        let line = match self.workspace_editor.awaited.take() {
            Some(name) => rows.iter().position(|row| row.name() == Some(&name)),
            None => None,
        };
        let last = rows.len().saturating_sub(1);
        self.workspace_editor.set_line(line.unwrap_or(self.workspace_editor.line()).min(last));
    }
}

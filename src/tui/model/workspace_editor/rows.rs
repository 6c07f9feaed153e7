//! The rows of the workspace editor, each read from the workspace.

use std::collections::BTreeMap;

use crate::core::identity_fields::{self, IdentityEditor, IdentityField};
use crate::core::names::IdentityName;
use crate::core::scope::{Scope, Source};
use crate::core::workspace::{Declared, declared};
use crate::tui::model::workspace_editor::{WorkspaceCell, WorkspaceTab};
use crate::tui::model::{EditTarget, Model};

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
    /// Whose fields are shown.
    Identity(IdentityName),
    /// A field of that identity.
    Field {
        /// The identity.
        identity: IdentityName,
        /// The field.
        field: &'static IdentityField,
        /// Its text in the file, if it's there.
        value: Option<String>,
    },
    /// Adds an identity.
    NewIdentity,
}

/// The field that says how an identity obtains its credential.
pub(crate) const KIND: IdentityField = IdentityField {
    key: "kind",
    label: "Kind",
    // The words are those of the table of kinds.
    editor: IdentityEditor::Words(&[]),
    required: true,
    hint: "",
};

impl WorkspaceRow {
    /// The name of the variable or environment that it shows.
    pub(crate) fn name(&self) -> Option<&str> {
        match self {
            Self::Variable(declared) => Some(&declared.name),
            Self::Environment { name, .. } => Some(name),
            Self::Field { field, .. } => Some(field.key),
            Self::Place
            | Self::NewVariable
            | Self::NewEnvironment
            | Self::Identity(_)
            | Self::NewIdentity => None,
        }
    }

    /// The cells that Tab goes through on its line, from left to right. `place` is the one whose
    /// variables are shown.
    pub(crate) fn cells(&self, place: &Source) -> Vec<WorkspaceCell> {
        match self {
            Self::Variable(declared) => {
                let (name, own) = (declared.name.clone(), declared.source == *place);
                let before = declared.value.clone().filter(|_| own);
                let value = WorkspaceCell::Value { place: place.clone(), name: name.clone(), before };
                let rename = own.then(|| WorkspaceCell::RenameVariable { place: place.clone(), name });
                rename.into_iter().chain([value]).collect()
            }
            Self::NewVariable => vec![WorkspaceCell::NewVariable(place.clone())],
            Self::Environment { name, .. } => vec![WorkspaceCell::RenameEnvironment(name.clone())],
            Self::NewEnvironment => vec![WorkspaceCell::NewEnvironment { choose: false }],
            Self::NewIdentity => vec![WorkspaceCell::NewIdentity { sign: false }],
            Self::Field { identity, field, value } => match field.editor {
                IdentityEditor::Text | IdentityEditor::Secret | IdentityEditor::Number => {
                    let (identity, before) = (identity.clone(), value.clone());
                    vec![WorkspaceCell::Field { identity, field, before }]
                }
                IdentityEditor::Words(_) | IdentityEditor::Source => Vec::new(),
            },
            Self::Identity(name) => vec![WorkspaceCell::RenameIdentity(name.clone())],
            Self::Place => Vec::new(),
        }
    }

    /// Whether a cell is on its line.
    pub(crate) fn holds(&self, cell: &WorkspaceCell) -> bool {
        use WorkspaceCell as Cell;
        match (self, cell) {
            (Self::Variable(declared), Cell::Value { name, .. } | Cell::RenameVariable { name, .. }) => {
                declared.name == *name
            }
            (Self::NewVariable, Cell::NewVariable(_))
            | (Self::NewEnvironment, Cell::NewEnvironment { .. } | Cell::CopyEnvironment(_))
            | (Self::NewIdentity, Cell::NewIdentity { .. }) => true,
            (Self::Environment { name, .. }, Cell::RenameEnvironment(other)) => name == other,
            (Self::Identity(name), Cell::RenameIdentity(other)) => name == other,
            (Self::Field { identity, field, .. }, Cell::Field { identity: other, field: typed, .. }) => {
                (identity, field.key) == (other, typed.key)
            }
            (
                Self::Place
                | Self::Variable(_)
                | Self::NewVariable
                | Self::Environment { .. }
                | Self::NewEnvironment
                | Self::Identity(_)
                | Self::Field { .. }
                | Self::NewIdentity,
                _,
            ) => false,
        }
    }
}

impl Model {
    /// The rows of the workspace editor's tab.
    pub(crate) fn workspace_rows(&self) -> Vec<WorkspaceRow> {
        match self.workspace_editor.tab {
            WorkspaceTab::Variables => {
                let variables = self.declared().into_iter().chain(self.undeclared());
                std::iter::once(WorkspaceRow::Place)
                    .chain(variables.map(WorkspaceRow::Variable))
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
            WorkspaceTab::Identities => self.identity_rows(),
        }
    }

    /// The variables of the place that is shown.
    fn declared(&self) -> Vec<Declared> {
        let place = &self.workspace_editor.place;
        declared(&self.layers_at(place), &self.nearer(place))
    }

    /// The variable whose value is being typed, where no file declares it yet, or any more.
    fn undeclared(&self) -> Option<Declared> {
        let WorkspaceCell::Value { name, .. } = self.edited_cell()? else { return None };
        if self.declared_value(name).is_some() {
            return None;
        }
        Some(Declared {
            name: name.clone(),
            value: Some(String::new()),
            problem: None,
            source: self.workspace_editor.place.clone(),
            overrides: None,
            overridden_by: None,
        })
    }

    /// The value of a variable at the place that is shown, empty for an invalid one; `None` where it's
    /// declared nowhere.
    fn declared_value(&self, name: &str) -> Option<String> {
        let layers = self.layers_at(&self.workspace_editor.place);
        let nearest =
            layers.iter().find(|layer| layer.values.contains_key(name) || layer.broken.contains_key(name))?;
        Some(nearest.values.get(name).cloned().unwrap_or_default())
    }

    /// The variables that a text in the workspace editor may refer to, each with its value and source:
    /// those of the place that is shown, or those of the workspace for an identity.
    pub(crate) fn workspace_variables(&self) -> Vec<(String, String, Source)> {
        let layers = match self.workspace_editor.tab {
            WorkspaceTab::Variables => self.layers_at(&self.workspace_editor.place),
            WorkspaceTab::Environments | WorkspaceTab::Identities => {
                let chosen = self.environment.clone().map_or(Source::Workspace, Source::Environment);
                self.layers_at(&chosen)
            }
        };
        let names = Scope { layers };
        let owned = |(name, (value, source)): (&str, (&str, &Source))| {
            (name.to_owned(), value.to_owned(), source.clone())
        };
        names.names().into_iter().map(owned).collect()
    }

    /// The cell of the workspace editor that is being typed into.
    pub(crate) fn edited_cell(&self) -> Option<&WorkspaceCell> {
        match &self.editing.as_ref()?.target {
            EditTarget::Workspace(cell) => Some(cell),
            EditTarget::Request { .. } => None,
        }
    }

    /// That cell, with the text that has been typed.
    pub(crate) fn typed_cell(&self) -> Option<(WorkspaceCell, String)> {
        Some((self.edited_cell()?.clone(), self.editing.as_ref()?.editor.text()))
    }

    /// The text that a cell has before it's typed into; `None` for one that adds something.
    pub(crate) fn cell_text(&self, cell: &WorkspaceCell) -> Option<String> {
        match cell {
            WorkspaceCell::Value { place: Source::ThisRun, name, before: None } => {
                self.overrides.get(name).cloned().or_else(|| self.declared_value(name))
            }
            WorkspaceCell::Value { name, before, .. } => before.clone().or_else(|| self.declared_value(name)),
            WorkspaceCell::RenameVariable { name, .. } | WorkspaceCell::RenameEnvironment(name) => {
                Some(name.clone())
            }
            WorkspaceCell::RenameIdentity(name) => Some(name.to_string()),
            WorkspaceCell::Field { before, .. } => Some(before.clone().unwrap_or_default()),
            WorkspaceCell::NewVariable(_)
            | WorkspaceCell::NewEnvironment { .. }
            | WorkspaceCell::CopyEnvironment(_)
            | WorkspaceCell::NewIdentity { .. } => None,
        }
    }

    /// The same cell, based on what the files say now.
    pub(crate) fn based_on_disk(&self, cell: WorkspaceCell) -> WorkspaceCell {
        match cell {
            WorkspaceCell::Value { place, name, .. } => {
                let own = self.layers_at(&place).into_iter().find(|layer| layer.source == place);
                let before = own.and_then(|layer| layer.values.get(&name).cloned());
                WorkspaceCell::Value { place, name, before }
            }
            WorkspaceCell::Field { identity, field, .. } => {
                let texts = self.workspace.identity_texts.get(identity.as_str());
                let before = texts.and_then(|texts| texts.get(field.key)).cloned();
                WorkspaceCell::Field { identity, field, before }
            }
            other @ (WorkspaceCell::NewVariable(_)
            | WorkspaceCell::RenameVariable { .. }
            | WorkspaceCell::NewEnvironment { .. }
            | WorkspaceCell::CopyEnvironment(_)
            | WorkspaceCell::RenameEnvironment(_)
            | WorkspaceCell::NewIdentity { .. }
            | WorkspaceCell::RenameIdentity(_)) => other,
        }
    }

    /// The identity whose fields are shown, with the texts of its file.
    fn shown_identity(&self) -> Option<(&IdentityName, &BTreeMap<String, String>)> {
        let declared = &self.workspace.identities;
        let chosen = self.workspace_editor.identity.as_ref();
        let found = declared.iter().find(|identity| Some(&identity.name) == chosen).or(declared.first())?;
        Some((&found.name, self.workspace.identity_texts.get(found.name.as_str())?))
    }

    fn identity_rows(&self) -> Vec<WorkspaceRow> {
        let Some((identity, texts)) = self.shown_identity() else { return vec![WorkspaceRow::NewIdentity] };
        let kind = texts.get(KIND.key).and_then(|word| identity_fields::kind(word));
        let fields = std::iter::once(&KIND).chain(kind.into_iter().flat_map(|kind| kind.fields));
        let rows = fields.map(|field| WorkspaceRow::Field {
            identity: identity.clone(),
            field,
            value: texts.get(field.key).cloned(),
        });
        let first = WorkspaceRow::Identity(identity.clone());
        std::iter::once(first).chain(rows).chain([WorkspaceRow::NewIdentity]).collect()
    }

    /// The row under the workspace editor's cursor.
    pub(crate) fn workspace_row(&self) -> Option<WorkspaceRow> {
        let mut rows = self.workspace_rows();
        let line = self.workspace_editor.line().min(rows.len().checked_sub(1)?);
        Some(rows.swap_remove(line))
    }
}

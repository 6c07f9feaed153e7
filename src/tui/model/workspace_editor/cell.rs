//! The cells of the workspace editor that are typed into.
//!
//! Owns what each holds and whether that is a secret. Refuses to say what a text in it changes: the
//! update does.

use std::fmt;

use crate::core::identity_fields::{IdentityEditor, IdentityField};
use crate::core::names::IdentityName;
use crate::core::scope::Source;
use crate::core::secret_names;
use crate::tui::model::field::Column;
use crate::tui::model::workspace_editor::WorkspaceTab;

/// A cell that is typed into. `Debug` leaves out its text, which may be a secret.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum WorkspaceCell {
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
    /// The name of a new identity.
    NewIdentity {
        /// It signs the request that is shown.
        sign: bool,
    },
    /// Another name for this identity.
    RenameIdentity(IdentityName),
    /// The value of a field of an identity.
    Field {
        /// The identity.
        identity: IdentityName,
        /// The field.
        field: &'static IdentityField,
        /// Its text in the file; `None` where it has none.
        before: Option<String>,
    },
}

impl WorkspaceCell {
    /// Whether its text belongs in the private store.
    pub(crate) fn is_secret(&self) -> bool {
        match self {
            Self::Value { name, .. } => secret_names::is_secret(name),
            Self::Field { field, .. } => field.editor == IdentityEditor::Secret,
            Self::NewVariable(_)
            | Self::RenameVariable { .. }
            | Self::NewEnvironment { .. }
            | Self::CopyEnvironment(_)
            | Self::RenameEnvironment(_)
            | Self::NewIdentity { .. }
            | Self::RenameIdentity(_) => false,
        }
    }

    /// Whether its text is a name, not a value.
    pub(crate) fn is_name(&self) -> bool {
        match self {
            Self::Value { .. } | Self::Field { .. } => false,
            Self::NewVariable(_)
            | Self::RenameVariable { .. }
            | Self::NewEnvironment { .. }
            | Self::CopyEnvironment(_)
            | Self::RenameEnvironment(_)
            | Self::NewIdentity { .. }
            | Self::RenameIdentity(_) => true,
        }
    }

    /// The tab that shows it.
    pub(crate) fn tab(&self) -> WorkspaceTab {
        match self {
            Self::NewVariable(_) | Self::Value { .. } | Self::RenameVariable { .. } => {
                WorkspaceTab::Variables
            }
            Self::NewEnvironment { .. } | Self::CopyEnvironment(_) | Self::RenameEnvironment(_) => {
                WorkspaceTab::Environments
            }
            Self::NewIdentity { .. } | Self::RenameIdentity(_) | Self::Field { .. } => {
                WorkspaceTab::Identities
            }
        }
    }

    /// The column that it is in.
    pub(crate) fn column(&self) -> Column {
        match self {
            Self::Value { .. } | Self::Field { .. } => Column::Value,
            Self::NewVariable(_)
            | Self::RenameVariable { .. }
            | Self::NewEnvironment { .. }
            | Self::CopyEnvironment(_)
            | Self::RenameEnvironment(_)
            | Self::NewIdentity { .. }
            | Self::RenameIdentity(_) => Column::Name,
        }
    }

    /// Whether names in its text are replaced.
    pub(crate) fn has_references(&self) -> bool {
        self.column() == Column::Value
    }

    /// Whether what is typed is masked, as the row of it is.
    pub(crate) fn is_masked(&self) -> bool {
        match self {
            Self::Value { name, .. } => secret_names::may_be_secret(name),
            Self::Field { .. }
            | Self::NewVariable(_)
            | Self::RenameVariable { .. }
            | Self::NewEnvironment { .. }
            | Self::CopyEnvironment(_)
            | Self::RenameEnvironment(_)
            | Self::NewIdentity { .. }
            | Self::RenameIdentity(_) => self.is_secret(),
        }
    }
}

impl fmt::Debug for WorkspaceCell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NewVariable(place) => f.debug_tuple("NewVariable").field(place).finish(),
            Self::Value { place, name, before: _ } => {
                f.debug_struct("Value").field("place", place).field("name", name).finish_non_exhaustive()
            }
            Self::RenameVariable { place, name } => {
                f.debug_struct("RenameVariable").field("place", place).field("name", name).finish()
            }
            Self::NewEnvironment { choose } => {
                f.debug_struct("NewEnvironment").field("choose", choose).finish()
            }
            Self::CopyEnvironment(from) => f.debug_tuple("CopyEnvironment").field(from).finish(),
            Self::RenameEnvironment(from) => f.debug_tuple("RenameEnvironment").field(from).finish(),
            Self::NewIdentity { sign } => f.debug_struct("NewIdentity").field("sign", sign).finish(),
            Self::RenameIdentity(from) => f.debug_tuple("RenameIdentity").field(from).finish(),
            Self::Field { identity, field, before: _ } => f
                .debug_struct("Field")
                .field("identity", identity)
                .field("field", &field.key)
                .finish_non_exhaustive(),
        }
    }
}

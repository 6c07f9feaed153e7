//! Values of variables for this run, which are in no file.
//!
//! Owns that `Debug` shows their names alone: secrets may be among the values.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::{Deref, DerefMut};

/// Name to value.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Overrides(BTreeMap<String, String>);

impl fmt::Debug for Overrides {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Deref for Overrides {
    type Target = BTreeMap<String, String>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for Overrides {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

//! Names of IAM resources, which are case-insensitive.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Values by name. `Alice` and `alice` are the same name; the value keeps the original spelling.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Names<T>(BTreeMap<String, T>);

impl<T> Default for Names<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

fn folded(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(name.to_ascii_lowercase())
    } else {
        Cow::Borrowed(name)
    }
}

impl<T> Names<T> {
    pub(crate) fn get(&self, name: &str) -> Option<&T> {
        self.0.get(folded(name).as_ref())
    }

    pub(crate) fn get_mut(&mut self, name: &str) -> Option<&mut T> {
        self.0.get_mut(folded(name).as_ref())
    }

    pub(crate) fn contains(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    pub(crate) fn insert(&mut self, name: &str, value: T) -> Option<T> {
        self.0.insert(folded(name).into_owned(), value)
    }

    pub(crate) fn remove(&mut self, name: &str) -> Option<T> {
        self.0.remove(folded(name).as_ref())
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &T> {
        self.0.values()
    }

    pub(crate) fn values_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.0.values_mut()
    }
}

/// Whether this is a valid name of a user, role, group or policy.
pub(crate) fn fits_name(name: &str, most: usize) -> bool {
    (1..=most).contains(&name.len())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c))
}

/// Whether this is a valid IAM path.
pub(crate) fn fits_path(path: &str) -> bool {
    let ends = path.starts_with('/') && path.ends_with('/');
    ends && path.len() <= 512 && path.bytes().all(|byte| (0x21..=0x7e).contains(&byte))
}

/// Whether this is a valid account id.
pub(crate) fn is_account_id(id: &str) -> bool {
    id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_case_insensitive() {
        let mut names = Names::default();
        assert_eq!(names.insert("Alice", 1), None);
        assert_eq!(names.insert("alice", 2), Some(1));
        assert_eq!((names.get("ALICE"), names.get("bob")), (Some(&2), None));
        assert_eq!((names.remove("aLice"), names.values().count()), (Some(2), 0));
    }
}

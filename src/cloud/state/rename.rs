//! Renames principals in the JSON of a policy.
//!
//! Owns where a policy has them: under `AWS` of `Principal` and `NotPrincipal`. Refuses to touch
//! anything else, such as the values of conditions.

use serde_json::Value;

/// What a principal is renamed to; `None` if it stays.
pub(super) type Rename<'a> = &'a mut dyn FnMut(&str) -> Option<String>;

/// Renames the principals of a policy; false if all stay.
pub(super) fn rename_in_policy(policy: &mut Value, rename: Rename<'_>) -> bool {
    match policy.get_mut("Statement") {
        Some(Value::Array(statements)) => {
            // Not `any`, which would stop at the first.
            statements.iter_mut().filter_map(|one| rename_in_statement(one, rename).then_some(())).count() > 0
        }
        Some(statement) => rename_in_statement(statement, rename),
        None => false,
    }
}

/// Renames the principals of a statement; false if all stay.
pub(super) fn rename_in_statement(statement: &mut Value, rename: Rename<'_>) -> bool {
    let mut any = false;
    for element in ["Principal", "NotPrincipal"] {
        let names = match statement.get_mut(element).and_then(|element| element.get_mut("AWS")) {
            Some(Value::Array(names)) => names.as_mut_slice(),
            Some(name) => std::slice::from_mut(name),
            None => continue,
        };
        for name in names {
            if let Some(new) = name.as_str().and_then(&mut *rename) {
                *name = Value::String(new);
                any = true;
            }
        }
    }
    any
}

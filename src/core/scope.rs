//! Layers of variables; every value knows where it came from.
//!
//! Owns look-up and expansion, with nested references and their cycles. Refuses to touch the
//! private store or the environment: both come in through [`ValueSource`].

use std::collections::BTreeMap;

use crate::core::credential::{Credential, Secret};
use crate::core::template::{self, PartKind, Reference};

/// What lies outside the workspace files: the private store and the environment.
pub trait ValueSource {
    /// A text of the private store.
    fn secret(&self, name: &str) -> Option<Secret>;
    /// An environment variable.
    fn env(&self, name: &str) -> Option<String>;

    /// The session that the private store keeps under `made_from`, a digest of all that it was
    /// asked for with; expired or not.
    fn session(&self, _made_from: &str) -> Option<Credential> {
        None
    }

    /// Has the private store keep a session for later runs; false where it cannot.
    fn keep_session(&self, _made_from: &str, _session: &Credential) -> bool {
        false
    }
}

/// Nothing lies outside; for tests and for texts that must stand alone.
#[derive(Clone, Copy, Debug, Default)]
pub struct Nothing;

impl ValueSource for Nothing {
    fn secret(&self, _name: &str) -> Option<Secret> {
        None
    }

    fn env(&self, _name: &str) -> Option<String> {
        None
    }
}

/// Where a value came from, nearest first in a [`Scope`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Given on the command line.
    CommandLine,
    /// `[environments.NAME]` of the workspace.
    Environment(String),
    /// `[variables]` of a folder, by its path in the workspace.
    Folder(String),
    /// `[variables]` of the workspace.
    Workspace,
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::CommandLine => f.write_str("command line"),
            Self::Environment(name) => write!(f, "environment {name}"),
            Self::Folder(path) => write!(f, "folder {path}"),
            Self::Workspace => f.write_str("workspace"),
        }
    }
}

/// One layer of variables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// Where the values are declared.
    pub source: Source,
    /// Name to value; a value may hold references.
    pub values: BTreeMap<String, String>,
}

/// Layers of variables, nearest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// The layers; the first that knows a name wins.
    pub layers: Vec<Layer>,
}

/// An expanded text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expanded {
    /// The text with every reference replaced.
    pub text: String,
    /// The secrets that are now part of it, to be masked wherever it is shown.
    pub secrets: Vec<Secret>,
}

/// Why a text cannot be expanded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExpandError {
    /// No layer knows the name.
    #[error("unknown variable {{{{{name}}}}}")]
    UnknownVariable {
        /// The name.
        name: String,
        /// A known name that looks alike.
        similar: Option<String>,
    },
    /// The private store has no such text.
    #[error("no secret named {0:?} in the private store")]
    UnknownSecret(String),
    /// The environment has no such variable.
    #[error("the environment variable {0} is not set")]
    UnknownEnv(String),
    /// A variable refers to itself, directly or through others.
    #[error("{} refers to itself", .0.join(" -> "))]
    Cycle(Vec<String>),
    /// A reference that is not closed or has no valid name.
    #[error("{0:?} is not a reference; write \\{{{{ for literal braces")]
    Broken(String),
}

impl Scope {
    /// The value of a variable as declared, and where.
    pub fn get(&self, name: &str) -> Option<(&str, &Source)> {
        self.layers.iter().find_map(|layer| Some((layer.values.get(name)?.as_str(), &layer.source)))
    }

    /// Every known name once, with the value and source that win, in alphabetical order.
    pub fn names(&self) -> BTreeMap<&str, (&str, &Source)> {
        let mut names = BTreeMap::new();
        for layer in &self.layers {
            for (name, value) in &layer.values {
                names.entry(name.as_str()).or_insert((value.as_str(), &layer.source));
            }
        }
        names
    }

    /// Replaces every reference of `text`, or gives every reason why that cannot be done.
    pub fn expand(&self, text: &str, outside: &dyn ValueSource) -> Result<Expanded, Vec<ExpandError>> {
        let mut out = Expanded::default();
        let mut errors = Vec::new();
        self.expand_into(text, outside, &mut Vec::new(), &mut out, &mut errors);
        if errors.is_empty() { Ok(out) } else { Err(errors) }
    }

    fn expand_into(
        &self,
        text: &str,
        outside: &dyn ValueSource,
        path: &mut Vec<String>,
        out: &mut Expanded,
        errors: &mut Vec<ExpandError>,
    ) {
        for part in template::parse(text) {
            match part.kind {
                PartKind::Literal(literal) => out.text.push_str(&literal),
                PartKind::Broken(written) => errors.push(ExpandError::Broken(written)),
                PartKind::Reference(Reference::Secret(name)) => match outside.secret(&name) {
                    Some(secret) => {
                        out.text.push_str(secret.expose());
                        out.secrets.push(secret);
                    }
                    None => errors.push(ExpandError::UnknownSecret(name)),
                },
                PartKind::Reference(Reference::Env(name)) => match outside.env(&name) {
                    Some(value) => out.text.push_str(&value),
                    None => errors.push(ExpandError::UnknownEnv(name)),
                },
                PartKind::Reference(Reference::Variable(name)) => {
                    self.expand_variable(name, outside, path, out, errors);
                }
            }
        }
    }

    fn expand_variable(
        &self,
        name: String,
        outside: &dyn ValueSource,
        path: &mut Vec<String>,
        out: &mut Expanded,
        errors: &mut Vec<ExpandError>,
    ) {
        let Some((value, _)) = self.get(&name) else {
            let similar = self.similar(&name);
            errors.push(ExpandError::UnknownVariable { name, similar });
            return;
        };
        let again = path.contains(&name);
        path.push(name);
        if again {
            errors.push(ExpandError::Cycle(path.clone()));
        } else {
            self.expand_into(value, outside, path, out, errors);
        }
        path.pop();
    }

    /// A known name that differs by letter case, `-` for `_`, or by being the longer or shorter form.
    fn similar(&self, name: &str) -> Option<String> {
        let fold = |s: &str| s.to_lowercase().replace(['-', '_', '.'], "");
        let wanted = fold(name);
        self.names()
            .keys()
            .find(|known| {
                let known = fold(known);
                known == wanted || known.starts_with(&wanted) || wanted.starts_with(&known)
            })
            .map(|known| (*known).to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Store;
    impl ValueSource for Store {
        fn secret(&self, name: &str) -> Option<Secret> {
            (name == "tok").then(|| Secret::new("s3cret"))
        }
        fn env(&self, name: &str) -> Option<String> {
            (name == "USER").then(|| "ada".into())
        }
    }

    fn scope(layers: &[(Source, &[(&str, &str)])]) -> Scope {
        Scope {
            layers: layers
                .iter()
                .map(|(source, values)| Layer {
                    source: source.clone(),
                    values: values.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect(),
                })
                .collect(),
        }
    }

    #[test]
    fn the_nearest_layer_wins_and_says_so() {
        let scope = scope(&[
            (Source::Environment("prod".into()), &[("host", "prod.example")]),
            (Source::Workspace, &[("host", "dev.example"), ("path", "/a")]),
        ]);
        assert_eq!(scope.get("host"), Some(("prod.example", &Source::Environment("prod".into()))));
        assert_eq!(
            scope.expand("https://{{host}}{{path}}", &Nothing).unwrap().text,
            "https://prod.example/a"
        );
        assert_eq!(scope.names()["path"].1, &Source::Workspace);
    }

    #[test]
    fn secrets_are_reported_for_masking() {
        let out = scope(&[(Source::Workspace, &[("auth", "t={{secret:tok}}")])])
            .expand("{{auth}}&u={{env:USER}}", &Store)
            .unwrap();
        assert_eq!(out.text, "t=s3cret&u=ada");
        assert_eq!(out.secrets, [Secret::new("s3cret")]);
    }

    #[test]
    fn every_reason_is_given_at_once() {
        let scope = scope(&[(Source::Workspace, &[("a", "{{b}}"), ("b", "{{a}}"), ("function_url", "x")])]);
        assert_eq!(
            scope.expand("{{a}} {{functionurl}} {{secret:no}} {{env:NO}} {{x", &Store).unwrap_err(),
            [
                ExpandError::Cycle(vec!["a".into(), "b".into(), "a".into()]),
                ExpandError::UnknownVariable {
                    name: "functionurl".into(),
                    similar: Some("function_url".into())
                },
                ExpandError::UnknownSecret("no".into()),
                ExpandError::UnknownEnv("NO".into()),
                ExpandError::Broken("{{x".into()),
            ]
        );
    }
}

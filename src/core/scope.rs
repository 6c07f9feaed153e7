//! Layers of variables; every value has a known source.
//!
//! Owns look-up and expansion, including nested references and cycles. Refuses to access the
//! private store or the environment: both are passed in as a [`ValueSource`].

use std::collections::BTreeMap;

use crate::core::credential::{Credential, Secret, SessionStore};
use crate::core::file_problem::FileProblem;
use crate::core::secret_names;
use crate::core::suggest;
use crate::core::template::{self, PartKind, Reference};

/// Values from outside the workspace files: the private store and the environment.
pub trait ValueSource {
    /// A secret of the private store.
    fn secret(&self, name: &str) -> Option<Secret>;
    /// An environment variable.
    fn env(&self, name: &str) -> Option<String>;
}

/// No values from outside, for tests and for texts that must not have any.
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

impl SessionStore for Nothing {
    fn session(&self, _key: &str) -> Option<Credential> {
        None
    }

    fn keep_session(&self, _key: &str, _session: &Credential) -> bool {
        false
    }
}

/// Where a value came from; the nearest comes first in a [`Scope`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Given on the command line.
    CommandLine,
    /// Typed on the screen for this run of the program; in no file.
    ThisRun,
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
            Self::ThisRun => f.write_str("this run"),
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
    /// Name to value; values may contain references.
    pub values: BTreeMap<String, String>,
    /// Names declared here with an invalid value. They have no value: one from a layer further away
    /// must not replace it.
    pub broken: BTreeMap<String, FileProblem>,
}

impl Layer {
    /// A layer whose values are all valid.
    pub fn new(source: Source, values: BTreeMap<String, String>) -> Self {
        Self { source, values, broken: BTreeMap::new() }
    }
}

/// Layers of variables, nearest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// The layers; the first one that declares a name wins.
    pub layers: Vec<Layer>,
}

/// An expanded text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expanded {
    /// The text with every reference replaced.
    pub text: String,
    /// The secrets that it contains, to be masked wherever it is shown.
    pub secrets: Vec<Secret>,
    /// The values of environment variables that are now part of it; which of them are secrets, nobody
    /// knows.
    pub from_env: Vec<Secret>,
}

/// The most bytes that variables may add to one text: more than any field needs, and few enough
/// that variables which multiply each other stop at once.
const MOST_EXPANDED: usize = 16 << 20;

/// The most look-ups for one text, including repeated ones: even empty variables can multiply.
const MOST_LOOKUPS: usize = 100_000;

/// The longest chain of variables: each link uses stack space.
const DEEPEST: usize = 100;

/// Why a text can't be expanded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExpandError {
    /// No layer declares the name.
    #[error("unknown variable {{{{{name}}}}}")]
    UnknownVariable {
        /// The name.
        name: String,
        /// A similar name that is declared.
        similar: Option<String>,
    },
    /// The nearest declaration of the variable is invalid.
    #[error("{{{{{name}}}}} has no value: {}", problem.placed())]
    BrokenVariable {
        /// The name.
        name: String,
        /// What is wrong with it.
        problem: Box<FileProblem>,
    },
    /// The private store has no such secret.
    #[error("no secret is named {0:?} in the private store")]
    UnknownSecret(String),
    /// The environment has no such variable.
    #[error("the environment variable {0} isn't set")]
    UnknownEnv(String),
    /// A variable refers to itself, directly or through others.
    #[error("{} refers to itself", .0.join(" -> "))]
    Cycle(Vec<String>),
    /// Through others, a variable exceeds a limit.
    #[error("{{{{{0}}}}} expands to more than 16 MiB or through too many variables")]
    TooLong(String),
    /// A reference that is unclosed or has an invalid name.
    #[error("{0:?} isn't a valid reference; write \\{{{{ for literal braces")]
    Broken(String),
}

impl Scope {
    /// The value of a variable as declared, and where.
    pub fn get(&self, name: &str) -> Option<(&str, &Source)> {
        let layer = self.nearest(name)?;
        Some((layer.values.get(name)?.as_str(), &layer.source))
    }

    /// The nearest layer that declares a name, valid or not.
    fn nearest(&self, name: &str) -> Option<&Layer> {
        self.layers.iter().find(|layer| layer.broken.contains_key(name) || layer.values.contains_key(name))
    }

    /// Every declared name once, with the value and source that win, in alphabetical order.
    pub fn names(&self) -> BTreeMap<&str, (&str, &Source)> {
        let mut names = BTreeMap::new();
        for layer in &self.layers {
            for (name, value) in &layer.values {
                names.entry(name.as_str()).or_insert((value.as_str(), &layer.source));
            }
        }
        names.retain(|name, _| self.get(name).is_some());
        names
    }

    /// Replaces every reference in `text`, or returns every reason why that failed.
    pub fn expand(&self, text: &str, outside: &dyn ValueSource) -> Result<Expanded, Vec<ExpandError>> {
        let mut expansion = Expansion {
            scope: self,
            outside,
            path: Vec::new(),
            lookups: 0,
            grown: 0,
            out: Expanded::default(),
            errors: Vec::new(),
        };
        expansion.add(text);
        if expansion.errors.is_empty() { Ok(expansion.out) } else { Err(expansion.errors) }
    }
}

/// The expansion of a text.
struct Expansion<'a> {
    scope: &'a Scope,
    outside: &'a dyn ValueSource,
    /// The variables being expanded, outermost first.
    path: Vec<String>,
    /// The number of look-ups.
    lookups: usize,
    /// Bytes added by variables.
    grown: usize,
    out: Expanded,
    errors: Vec<ExpandError>,
}

impl Expansion<'_> {
    fn add(&mut self, text: &str) {
        for part in template::parse(text) {
            match part.kind {
                PartKind::Literal(literal) => self.push(&literal),
                PartKind::Broken(written) => self.errors.push(ExpandError::Broken(written)),
                PartKind::Reference(Reference::Secret(name)) => match self.outside.secret(&name) {
                    Some(secret) => {
                        self.push(secret.expose());
                        self.out.secrets.push(secret);
                    }
                    None => self.errors.push(ExpandError::UnknownSecret(name)),
                },
                PartKind::Reference(Reference::Env(name)) => match self.outside.env(&name) {
                    Some(value) => {
                        self.push(&value);
                        self.out.from_env.push(Secret::new(value));
                    }
                    None => self.errors.push(ExpandError::UnknownEnv(name)),
                },
                PartKind::Reference(Reference::Variable(name)) => self.add_variable(name),
            }
            if self.overflows() {
                return;
            }
        }
    }

    fn push(&mut self, text: &str) {
        self.grown += if self.path.is_empty() { 0 } else { text.len() };
        self.out.text.push_str(text);
    }

    fn add_variable(&mut self, name: String) {
        let scope = self.scope;
        if let Some(problem) = scope.nearest(&name).and_then(|layer| layer.broken.get(&name)) {
            self.errors.push(ExpandError::BrokenVariable { name, problem: Box::new(problem.clone()) });
            return;
        }
        let Some((value, source)) = scope.get(&name) else {
            let similar = suggest::closest(&name, scope.names().into_keys()).map(str::to_owned);
            self.errors.push(ExpandError::UnknownVariable { name, similar });
            return;
        };
        self.lookups += 1;
        let again = self.path.contains(&name);
        // No file and no store knows of such a value, so nothing else would mask it.
        let secret = *source == Source::ThisRun && secret_names::may_be_secret(&name);
        let start = self.out.text.len();
        self.path.push(name);
        if again {
            self.errors.push(ExpandError::Cycle(self.path.clone()));
        } else if !self.overflows() {
            self.add(value);
        }
        self.path.pop();
        if let Some(value) = self.out.text.get(start..).filter(|value| secret && !value.is_empty()) {
            self.out.secrets.push(Secret::new(value));
        }
    }

    /// Stops with one error, which names the outermost variable.
    fn overflows(&mut self) -> bool {
        let within =
            self.grown <= MOST_EXPANDED && self.lookups <= MOST_LOOKUPS && self.path.len() <= DEEPEST;
        let known = self.errors.iter().any(|error| matches!(error, ExpandError::TooLong(_)));
        if !within
            && !known
            && let Some(name) = self.path.first()
        {
            self.errors.push(ExpandError::TooLong(name.clone()));
        }
        !within || known
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
                .map(|(source, values)| {
                    let values = values.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect();
                    Layer::new(source.clone(), values)
                })
                .collect(),
        }
    }

    #[test]
    fn the_nearest_layer_wins_and_is_the_source() {
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
        assert_eq!(out.from_env, [Secret::new("ada")]);
    }

    #[test]
    fn a_secret_that_was_typed_for_this_run_is_reported_for_masking() {
        let out = scope(&[(Source::ThisRun, &[("api_token", "t-1"), ("host", "h")])])
            .expand("{{host}}/{{api_token}}", &Nothing)
            .unwrap();
        assert_eq!((out.text.as_str(), &out.secrets[..]), ("h/t-1", &[Secret::new("t-1")][..]));
    }

    #[test]
    fn all_reasons_are_reported_at_once() {
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

    #[test]
    fn multiplying_variables_are_an_error_that_names_the_first() {
        for end in ["ten bytes.", ""] {
            let mut values: Vec<(String, String)> = (0..40)
                .map(|at| (format!("v{at}"), format!("{{{{v{}}}}}{{{{v{}}}}}", at + 1, at + 1)))
                .collect();
            values.push(("v40".into(), end.into()));
            let scope = Scope { layers: vec![Layer::new(Source::Workspace, values.into_iter().collect())] };
            let errors = scope.expand("a {{v0}} b", &Nothing).unwrap_err();
            assert_eq!(errors, [ExpandError::TooLong("v0".into())]);
        }
        let long = format!("{}{{{{a}}}}", "x".repeat(MOST_EXPANDED + 1));
        let short = scope(&[(Source::Workspace, &[("a", "b")])]);
        assert!(short.expand(&long, &Nothing).unwrap().text.ends_with("xb"), "what is typed has no limit");
        let links: Vec<(String, String)> =
            (0..50_000).map(|at| (format!("l{at}"), format!("{{{{l{}}}}}", at + 1))).collect();
        let layer = Layer::new(Source::Workspace, links.into_iter().collect());
        let errors = Scope { layers: vec![layer] }.expand("{{l0}}", &Nothing).unwrap_err();
        assert_eq!(errors, [ExpandError::TooLong("l0".into())]);
    }
}

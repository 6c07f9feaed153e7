//! The variables at one place of the workspace, each with where its value comes from.
//!
//! Owns what a declaration overrides and what overrides it. Refuses to replace references.

use std::collections::BTreeSet;

use super::{FOLDER_FILE, WORKSPACE_FILE, Workspace};
use crate::core::collection;
use crate::core::file_problem::FileProblem;
use crate::core::scope::{Layer, Source};

/// A variable as it applies at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
    /// Its name.
    pub name: String,
    /// Its value as written; `None` for one that is invalid.
    pub value: Option<String>,
    /// What is wrong with the value.
    pub problem: Option<FileProblem>,
    /// Where it is declared: this place, or one further away.
    pub source: Source,
    /// The declaration that this one replaces, with its value.
    pub overrides: Option<(Source, String)>,
    /// The nearer place whose value is sent instead.
    pub overridden_by: Option<Source>,
}

impl Workspace {
    /// The variables at `place`, its own first and then those that it inherits, by name. `nearer` are
    /// the layers that come before it now, nearest first.
    pub fn declared(&self, place: &Source, nearer: &[Layer]) -> Vec<Declared> {
        declared(&self.layers_at(place), nearer)
    }

    /// The variables of one source; `None` where it isn't there.
    pub fn layer(&self, source: &Source) -> Option<Layer> {
        self.scope(std::slice::from_ref(source)).layers.pop()
    }

    /// What applies at a place, nearest first: its own layer, then those that it inherits.
    pub fn layers_at(&self, place: &Source) -> Vec<Layer> {
        let sources = match place {
            Source::Folder(path) => self.sources(path, None),
            Source::Environment(name) => self.sources("", Some(name)),
            Source::Workspace | Source::CommandLine | Source::ThisRun => self.sources("", None),
        };
        self.scope(&sources).layers
    }

    /// The file in which a source is declared, by its path in the workspace; `None` for one that no
    /// file declares.
    pub fn file_of(source: &Source) -> Option<String> {
        match source {
            Source::Workspace | Source::Environment(_) => Some(WORKSPACE_FILE.to_owned()),
            Source::Folder(path) => Some(collection::join(path, FOLDER_FILE)),
            Source::CommandLine | Source::ThisRun => None,
        }
    }
}

/// The variables of the first of these layers and then those that it inherits from the others, by name.
/// `nearer` are the layers that come before them now, nearest first.
pub fn declared(layers: &[Layer], nearer: &[Layer]) -> Vec<Declared> {
    let names = |layers: &[Layer]| -> BTreeSet<String> {
        layers.iter().flat_map(|layer| layer.values.keys().chain(layer.broken.keys())).cloned().collect()
    };
    let own = names(layers.get(..1).unwrap_or_default());
    let inherited = names(layers).into_iter().filter(|name| !own.contains(name)).collect::<Vec<_>>();
    own.iter().chain(&inherited).filter_map(|name| one(name, layers, nearer)).collect()
}

/// A name as the nearest of the layers declares it.
fn one(name: &str, layers: &[Layer], nearer: &[Layer]) -> Option<Declared> {
    let declares = |layer: &&Layer| layer.values.contains_key(name) || layer.broken.contains_key(name);
    let mut declaring = layers.iter().filter(declares);
    let nearest = declaring.next()?;
    let overrides = declaring.next().map(|layer| {
        let value = layer.values.get(name).cloned().unwrap_or_default();
        (layer.source.clone(), value)
    });
    Some(Declared {
        name: name.to_owned(),
        value: nearest.values.get(name).cloned(),
        problem: nearest.broken.get(name).cloned(),
        source: nearest.source.clone(),
        overrides,
        overridden_by: nearer.iter().find(declares).map(|layer| layer.source.clone()),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::Path;

    use super::*;
    use crate::core::workspace::{Environment, FolderFile};

    fn values(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn each_variable_says_where_it_comes_from_and_what_it_overrides() {
        let folder = FolderFile { variables: values(&[("host", "folder")]), ..FolderFile::default() };
        let prod = Environment {
            name: "prod".into(),
            variables: values(&[("host", "prod"), ("only", "prod")]),
            ..Environment::default()
        };
        let workspace = Workspace {
            variables: values(&[("host", "own"), ("base", "own")]),
            environments: vec![prod],
            folders: BTreeMap::from([("api".to_owned(), folder)]),
            ..Workspace::bare(Path::new("w"))
        };
        let at = |place: Source, nearer: &[Layer]| -> Vec<String> {
            let word = |declared: Declared| {
                let over = declared.overrides.map(|(source, value)| format!(" over {source} {value}"));
                let under = declared.overridden_by.map(|source| format!(" under {source}"));
                let (over, under) = (over.unwrap_or_default(), under.unwrap_or_default());
                format!("{} {}{over}{under}", declared.name, declared.source)
            };
            workspace.declared(&place, nearer).into_iter().map(word).collect()
        };
        assert_eq!(
            at(Source::Environment("prod".into()), &[]),
            ["host environment prod over workspace own", "only environment prod", "base workspace"]
        );
        let prod = Layer::new(Source::Environment("prod".into()), values(&[("host", "prod")]));
        assert_eq!(
            at(Source::Folder("api".into()), std::slice::from_ref(&prod)),
            ["host folder api over workspace own under environment prod", "base workspace"]
        );
        assert_eq!(
            at(Source::Workspace, &[prod]),
            ["base workspace", "host workspace under environment prod"]
        );
    }
}

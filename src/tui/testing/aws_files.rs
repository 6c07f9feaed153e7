//! A user with AWS files.

use std::fs;
use std::sync::Arc;

use super::{Screen, now};
use crate::core::aws_environment::AwsEnvironment;
use crate::engine::Engine;
use crate::io::store::aws_files::AwsStore;

impl Screen {
    /// Gives the user a config file and variables. Nothing has read them yet.
    pub(crate) fn with_aws(&mut self, config: &str, variables: &[(&str, &str)]) {
        let home = tempfile::tempdir().expect("a home");
        fs::create_dir(home.path().join(".aws")).expect("a folder");
        fs::write(home.path().join(".aws/config"), config).expect("a file");
        let home_variable = ("HOME".to_owned(), home.path().display().to_string());
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let environment = AwsEnvironment::new([home_variable].into_iter().chain(variables));
        self.engine = Engine::new(Arc::new(now)).with_aws(AwsStore::new(environment));
        self.aws_home = Some(home);
    }
}

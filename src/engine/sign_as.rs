//! Signing as somebody whom no workspace declares, and the region that goes with an AWS profile.
//!
//! Owns both for every front end. Refuses to decide whether that is allowed ([`super::trust`]).

use crate::core::aws::Aws;
use crate::core::aws_environment::DEFAULT_PROFILE;
use crate::core::aws_identity::AwsIdentity;
use crate::core::identity::IdentityKind;
use crate::core::provider::Provider;
use crate::core::request::AuthKind;
use crate::core::resolve::effective_auth;
use crate::core::template;

use super::{Engine, Job};

impl Job {
    /// Adds an identity that the workspace doesn't declare; returns its name.
    pub fn add_identity(&mut self, who: &AwsIdentity) -> String {
        let identity = who.declared();
        let name = identity.name.to_string();
        self.identities.insert(0, identity);
        name
    }

    /// The profile that an identity is, or that the environment names for it.
    pub fn aws_profile(&self, identity: &str, aws: &Aws) -> Option<String> {
        let identity = self.identities.iter().find(|one| *one.name == *identity)?;
        if let IdentityKind::Profile { profile } = &identity.kind {
            return self.expanded(profile);
        }
        let of_environment = || aws.environment.profile().map_or(DEFAULT_PROFILE, |(_, name)| name);
        matches!(identity.kind, IdentityKind::Environment).then(|| of_environment().to_owned())
    }

    fn expanded(&self, text: &str) -> Option<String> {
        self.scope.expand(text, &*self.outside).ok().map(|expanded| expanded.text)
    }

    /// Whether the AWS files may name the region of its signature: its identity starts there, and the
    /// request names none.
    fn takes_region_of_profile(&self) -> bool {
        let auth = effective_auth(&self.request.auth, &self.inherited_auth);
        auth.kind == AuthKind::AwsSigv4
            && auth.sigv4.region.is_empty()
            && self
                .expanded(&auth.sigv4.identity)
                .is_some_and(|name| Provider::starts_at_aws(&name, &self.identities))
    }
}

impl Engine {
    /// The user's AWS environment and files, read again if they have changed. Waits for the disk.
    pub fn read_aws(&self) -> Aws {
        self.aws.read()
    }

    /// Has a request signed as somebody whom its workspace doesn't declare. Scope and place of its
    /// signature stay; a missing region is filled in as far as the AWS files are known.
    pub fn sign_as(&self, job: &mut Job, who: &AwsIdentity) {
        let name = job.add_identity(who);
        let auth = effective_auth(&job.request.auth, &job.inherited_auth).clone();
        job.request.auth = auth.signed_as(&template::literal(&name));
        self.complete_region(job, || self.aws.known().unwrap_or_default());
    }

    /// Fills in the region of the profile that signs as far as the AWS files are known, without waiting
    /// for the disk.
    pub fn complete_known_region(&self, job: &mut Job) {
        if job.takes_region_of_profile() {
            self.complete_region(job, || self.aws.known().unwrap_or_default());
        }
    }

    /// The same, with the AWS files as they are.
    pub(super) async fn complete_region_of_profile(&self, job: &mut Job) {
        if job.takes_region_of_profile() {
            let store = self.aws.clone();
            let aws = tokio::task::spawn_blocking(move || store.read()).await.unwrap_or_default();
            self.complete_region(job, || aws);
        }
    }

    /// Fills in the region from the environment, else from the profile that signs, where neither the
    /// request nor its host names one. `aws` is asked only then.
    pub fn complete_region(&self, job: &mut Job, aws: impl FnOnce() -> Aws) {
        let effective = effective_auth(&job.request.auth, &job.inherited_auth);
        if effective.kind != AuthKind::AwsSigv4 || !effective.sigv4.region.is_empty() {
            return;
        }
        let mut effective = effective.clone();
        let preview = self.preview(job);
        if preview.signer.is_none() || preview.region.is_some() {
            return;
        }
        let aws = aws();
        let identity = job.expanded(&effective.sigv4.identity);
        let profile = identity.and_then(|identity| job.aws_profile(&identity, &aws));
        let section = profile.and_then(|profile| aws.files.profiles.get(&profile));
        effective.sigv4.region = template::literal(aws.region(section));
        job.request.auth = effective;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::SystemTime;

    use super::*;
    use crate::core::aws_environment::AwsEnvironment;
    use crate::core::names::RequestPath;
    use crate::core::request::{Auth, Request, Sigv4Auth};
    use crate::core::scope::Nothing;
    use crate::core::trust::{Flow, Trust};
    use crate::core::workspace::Workspace;
    use crate::engine::untrusted;
    use crate::io::store::aws_files::AwsStore;

    /// A request without a region in its host, of a workspace from elsewhere.
    fn job(auth: Auth) -> Job {
        let workspace = Workspace::bare(std::path::Path::new("sample"));
        let request = Request { url: "https://api.example.com/".into(), auth, ..Request::default() };
        let effective = workspace.effective(&RequestPath::default(), &request, None);
        Job::of(effective, &workspace, Arc::new(Nothing), Trust::default())
    }

    /// An engine that has read a profile `prod`, with these variables.
    fn engine(variables: &[(&str, &str)]) -> Engine {
        let home = tempfile::tempdir().unwrap();
        std::fs::create_dir(home.path().join(".aws")).unwrap();
        let config = "[profile prod]\nregion = eu-west-1\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n\
                      aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n";
        std::fs::write(home.path().join(".aws/config"), config).unwrap();
        let home_variable = ("HOME".to_owned(), home.path().display().to_string());
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let store = AwsStore::new(AwsEnvironment::new([home_variable].into_iter().chain(variables)));
        store.read();
        Engine::new(Arc::new(SystemTime::now)).with_aws(store)
    }

    #[test]
    fn a_profile_that_is_named_signs_with_its_region_and_keeps_the_scope_of_the_signature() {
        let sigv4 = Sigv4Auth {
            identity: "alice".into(),
            access_key: "AKIDEXAMPLE".into(),
            service: "execute-api".into(),
            ..Sigv4Auth::default()
        };
        let (engine, prod) = (engine(&[]), AwsIdentity::Profile("prod".into()));
        let mut signed = job(Auth { kind: AuthKind::AwsSigv4, sigv4, ..Auth::default() });
        engine.sign_as(&mut signed, &prod);
        let preview = engine.preview(&signed);
        assert_eq!(preview.problems, []);
        let signer = preview.signer.unwrap();
        assert_eq!(signer.identity.unwrap(), "profile prod");
        assert_eq!(signer.credential.unwrap().access_key, "AKIAIOSFODNN7EXAMPLE");
        assert_eq!(preview.region.unwrap().0, "eu-west-1");
        assert_eq!(preview.service.unwrap().0, "execute-api");
        let mut unsigned = job(Auth { kind: AuthKind::None, ..Auth::default() });
        engine.sign_as(&mut unsigned, &prod);
        assert_eq!(engine.preview(&unsigned).signer.unwrap().identity.unwrap(), "profile prod");
    }

    #[test]
    fn the_region_of_the_environment_comes_before_that_of_the_profile() {
        let engine = engine(&[("AWS_REGION", "us-east-2")]);
        let mut signed = job(Auth::default());
        engine.sign_as(&mut signed, &AwsIdentity::Profile("prod".into()));
        assert_eq!(signed.request.auth.sigv4.region, "us-east-2");
    }

    #[test]
    fn a_workspace_from_elsewhere_asks_where_a_profile_that_is_picked_goes() {
        let engine = engine(&[]);
        for who in [AwsIdentity::Profile("prod".into()), AwsIdentity::Environment] {
            let mut signed = job(Auth::default());
            engine.sign_as(&mut signed, &who);
            let flow = Flow { to: "https://api.example.com".into(), read: who.read() };
            assert_eq!(untrusted(&signed), [flow].into());
        }
    }
}

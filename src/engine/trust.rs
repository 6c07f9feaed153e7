//! What a request would read and where that would go, compared with what its workspace may do.
//!
//! Owns following links out of the workspace. Refuses to decide what is allowed
//! ([`crate::core::trust`]) and to remember it (`io/store/trust`).

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use url::Url;

use crate::core::collection::NodeKind;
use crate::core::endpoint;
use crate::core::exchange::{Field, Problem, ProblemKind};
use crate::core::host;
use crate::core::names::RequestPath;
use crate::core::provider::{Provider, Step};
use crate::core::request::{Auth, Request};
use crate::core::resolve::{
    Context, PartContent, Plan, PlanAuth, PlanBody, Signer, complete_scheme, resolve,
};
use crate::core::scope::{Nothing, Scope, ValueSource};
use crate::core::trust::{Flow, NotingSource, PrivateRead, Trust, Untrusted};
use crate::core::wire::final_url;
use crate::core::workspace::Workspace;
use crate::io::store::collections::Collections;
use crate::io::store::listing;

use super::Job;

/// Where a session of an identity without an endpoint is fetched.
const STS: &str = "https://sts.amazonaws.com";

/// Checks that the workspace may do what its request asks for.
///
/// # Errors
/// A problem of the kind [`ProblemKind::Untrusted`], with the flows that nobody has allowed.
pub(super) fn check(job: &Job) -> Result<(), Vec<Problem>> {
    refuse(job, || flows(job, &*job.outside))
}

/// The same for a renewal of an identity.
///
/// # Errors
/// As [`check`].
pub(super) fn check_identity(job: &Job, name: &str) -> Result<(), Vec<Problem>> {
    refuse(job, || identity_flows(job, name, &*job.outside))
}

/// The flows of a send that nobody has allowed.
pub fn untrusted(job: &Job) -> BTreeSet<Flow> {
    missing(job, || flows(job, &*job.outside))
}

fn missing(job: &Job, flows: impl FnOnce() -> BTreeSet<Flow>) -> BTreeSet<Flow> {
    if job.trust == Trust::MadeHere {
        return BTreeSet::new();
    }
    let mut missing = job.trust.missing(flows());
    missing.retain(|flow| !job.given.contains(&flow.read));
    missing
}

fn refuse(job: &Job, flows: impl FnOnce() -> BTreeSet<Flow>) -> Result<(), Vec<Problem>> {
    let missing = missing(job, flows);
    match missing.first() {
        None => Ok(()),
        Some(first) => {
            let more =
                if missing.len() > 1 { format!(", and {} more", missing.len() - 1) } else { String::new() };
            let message =
                format!("this workspace isn't trusted to send {} to {}{more}", first.read, first.to);
            let problem = Problem::new(Field::Request, message, "");
            Err(vec![problem.of_kind(ProblemKind::Untrusted(Box::new(Untrusted {
                workspace: job.root.clone(),
                flows: missing,
            })))])
        }
    }
}

/// Every private value that a send of this request reads, with every origin it goes to. `outside`
/// may lack values: what is read is known without them.
pub(super) fn flows(job: &Job, outside: &dyn ValueSource) -> BTreeSet<Flow> {
    let source = NotingSource::new(outside);
    let plan = resolve(&job.request, &Context { outside: &source, ..job.context() });
    let mut reads = source.noted();
    let mut flows = BTreeSet::new();
    if let Ok(plan) = &plan {
        reads.extend(files(plan).filter_map(|file| outside_of(&job.root, file)));
        if let PlanAuth::Sigv4(signing) = &plan.auth
            && let Signer::Identity(name) = &signing.signer
        {
            let (own, to_endpoints) = of_identity(job, name, outside);
            reads.extend(own);
            flows.extend(to_endpoints);
        }
    }
    let to = plan.ok().and_then(|plan| destination(&plan));
    let to = to.unwrap_or_else(|| "an address that isn't known yet".to_owned());
    flows.extend(reads.into_iter().map(|read| Flow { to: to.clone(), read }));
    flows
}

/// What a renewal of an identity reads, and where that goes.
fn identity_flows(job: &Job, name: &str, outside: &dyn ValueSource) -> BTreeSet<Flow> {
    let (reads, mut flows) = of_identity(job, name, outside);
    // A command is run, and a profile's roles are assumed, wherever the result goes.
    let start = reads.into_iter().filter(is_start).map(|read| Flow { to: STS.to_owned(), read });
    flows.extend(start);
    flows
}

fn is_start(read: &PrivateRead) -> bool {
    match read {
        PrivateRead::Profile(_)
        | PrivateRead::AwsDefault
        | PrivateRead::SsoRole(_)
        | PrivateRead::Command(_) => true,
        PrivateRead::Env(_) | PrivateRead::Secret(_) | PrivateRead::File(_) => false,
    }
}

/// What an identity reads, and its flows to the endpoints that its steps ask.
fn of_identity(job: &Job, name: &str, outside: &dyn ValueSource) -> (BTreeSet<PrivateRead>, BTreeSet<Flow>) {
    let source = NotingSource::new(outside);
    let declared = Provider::declared(name, &Context { outside: &source, ..job.context() });
    let reads: BTreeSet<_> = source.noted().into_iter().chain(declared.read).collect();
    let flows = to_endpoints(&declared.steps, &reads).collect();
    (reads, flows)
}

/// Every flow of every request of a workspace, in every environment, as far as its files say. What
/// depends on a value that isn't known here is left out: the send that needs it asks again.
pub fn survey(workspace: &Workspace) -> BTreeSet<Flow> {
    let collections = Collections::new(workspace.root.clone());
    let environments: Vec<_> = workspace.environments.iter().map(|found| found.name.as_str()).collect();
    let mut all = BTreeSet::new();
    for line in listing::list(workspace).tree.lines() {
        let NodeKind::Request = line.node.kind else { continue };
        let Ok(loaded) = collections.load(&line.node.path) else { continue };
        let path = line.node.path.clone().into();
        for environment in environments.iter().copied().map(Some).chain([None]) {
            let effective = workspace.effective(&path, &loaded.request, environment);
            let job = Job::of(effective, workspace, Arc::new(Nothing), Trust::default());
            all.extend(flows(&job, &Nothing));
        }
    }
    all.extend(of_identities(workspace, &environments));
    all
}

/// The flows of fetching each identity for another program.
fn of_identities(workspace: &Workspace, environments: &[&str]) -> BTreeSet<Flow> {
    let mut all = BTreeSet::new();
    for environment in environments.iter().copied().map(Some).chain([None]) {
        let effective = workspace.effective(&RequestPath::default(), &Request::default(), environment);
        let job = Job::of(effective, workspace, Arc::new(Nothing), Trust::default());
        for identity in &job.identities {
            all.extend(identity_flows(&job, &identity.name, &Nothing));
            // GetCallerIdentity, which says who it is.
            let reads = of_identity(&job, &identity.name, &Nothing).0;
            all.extend(reads.into_iter().map(|read| Flow { to: STS.to_owned(), read }));
        }
    }
    all
}

/// What a request names directly, without its variables and what it inherits.
pub fn own_reads(request: &Request, root: &Path) -> BTreeSet<PrivateRead> {
    let (scope, inherited_auth, source) = (Scope::default(), Auth::default(), NotingSource::new(&Nothing));
    let context =
        Context { scope: &scope, inherited_auth: &inherited_auth, identities: &[], outside: &source };
    let plan = resolve(request, &context);
    let mut reads = source.noted();
    if let Ok(plan) = &plan {
        reads.extend(files(plan).filter_map(|file| outside_of(root, file)));
    }
    reads
}

/// The flows to the endpoints that these steps ask.
fn to_endpoints<'a>(steps: &'a [Step], reads: &'a BTreeSet<PrivateRead>) -> impl Iterator<Item = Flow> + 'a {
    let endpoint = |step: &Step| match step.endpoint() {
        "" => STS.to_owned(),
        endpoint => complete_scheme(endpoint),
    };
    let origins = steps.iter().filter_map(move |step| Url::parse(&endpoint(step)).ok());
    origins.flat_map(|url| reads.iter().map(move |read| Flow { to: origin(&url), read: read.clone() }))
}

/// Where a request goes, as one text: where it connects and what its signature is for belong to that,
/// since whoever receives the request can pass it on.
fn destination(plan: &Plan) -> Option<String> {
    let (url, _) = final_url(plan).ok()?;
    let mut to = origin(&url);
    if let Some(address) = &plan.connect_to {
        to.push_str(&format!(", connecting to {address}"));
    }
    if let PlanAuth::Sigv4(signing) = &plan.auth {
        match &signing.sign_as {
            Some(sign_as) => to.push_str(&format!(", signed for {}", sign_as.text())),
            None => other_hosts(plan, &url).for_each(|host| to.push_str(&format!(", signed for {host}"))),
        }
    }
    Some(to)
}

/// The hosts of the author's `host` headers, which are signed in place of the URL's.
fn other_hosts<'a>(plan: &'a Plan, url: &Url) -> impl Iterator<Item = String> + use<'a> {
    let called = host::name(url.host_str().unwrap_or_default());
    let rows = plan.headers.iter().filter(|(_, name, _)| name.trim().eq_ignore_ascii_case("host"));
    rows.map(|(_, _, value)| host::name(value.trim())).filter(move |host| *host != called)
}

/// Where a request goes. Every endpoint of AWS's STS is the same place.
fn origin(url: &Url) -> String {
    let is_sts = url.scheme() == "https"
        && url.host_str().and_then(endpoint::infer).is_some_and(|found| found.service == "sts");
    if is_sts { STS.to_owned() } else { url.origin().ascii_serialization() }
}

/// The files that a plan's body needs, as its author wrote them.
fn files(plan: &Plan) -> impl Iterator<Item = &str> {
    let (body, parts) = match &plan.body {
        PlanBody::None | PlanBody::Bytes { .. } => (None, &[][..]),
        PlanBody::File(path) => (Some(path.as_str()), &[][..]),
        PlanBody::Multipart(parts) => (None, &parts[..]),
    };
    let parts = parts.iter().filter_map(|part| match &part.content {
        PartContent::File(path) => Some(path.as_str()),
        PartContent::Text(_) => None,
    });
    body.into_iter().chain(parts)
}

/// The file if it isn't in the workspace. One that isn't there at all counts by its name.
fn outside_of(root: &Path, file: &str) -> Option<PrivateRead> {
    let path = root.join(file.trim());
    let real = std::fs::canonicalize(&path).or_else(|_| std::path::absolute(&path)).unwrap_or(path);
    let root = std::fs::canonicalize(root).unwrap_or_else(|_| root.to_owned());
    (!is_inside(&real, &root)).then(|| PrivateRead::File(real.display().to_string()))
}

fn is_inside(path: &Path, root: &Path) -> bool {
    path.starts_with(root) && !path.components().any(|part| part == std::path::Component::ParentDir)
}

//! Host -> service, region, partition and that service's signing defaults.
//!
//! Owns what follows from a host name: function URLs, execute-api, S3 in all styles, regional and
//! global endpoints, China and GovCloud, and the local cloud's `*.localhost` hosts. Refuses to guess
//! when nothing follows from it.
//!
//! Source: <https://docs.aws.amazon.com/general/latest/gr/rande.html>.

mod s3;
mod signing;

use s3::S3;
pub use signing::{SigningDefaults, defaults};

/// How to sign for a host, as far as its name shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inferred {
    /// Service of the credential scope, for example `lambda`.
    pub service: &'static str,
    /// Region; `None` if the host doesn't name one, `*` if it only accepts SigV4a with a region set.
    pub region: Option<String>,
    /// The kind of host in words, for example `Lambda function URL`.
    pub what: &'static str,
    /// `aws`, `aws-cn`, `aws-us-gov`, …
    pub partition: &'static str,
}

/// Suffixes of the names of AWS's endpoints; one that ends in another comes before it.
const SUFFIXES: &[&str] = &[
    "amazonaws.com.cn",
    "api.amazonwebservices.com.cn",
    "on.amazonwebservices.com.cn",
    "amazonaws.com",
    "api.aws",
    "on.aws",
    "amazonaws.eu",
    "api.amazonwebservices.eu",
    "c2s.ic.gov",
    "api.aws.ic.gov",
    "sc2s.sgov.gov",
    "api.aws.scloud",
    "cloud.adc-e.uk",
    "api.cloud-aws.adc-e.uk",
    "csp.hci.ic.gov",
    "api.aws.hci.ic.gov",
];

/// Hosts without a region: the labels before the suffix, service, and region in the partitions
/// `aws` and `aws-cn`; empty if the partition has no such host.
const GLOBAL: &[(&str, &str, &str, &str)] = &[
    ("budgets", "budgets", "us-east-1", "cn-northwest-1"),
    ("ce", "ce", "us-east-1", "cn-northwest-1"),
    ("cloudfront", "cloudfront", "us-east-1", "cn-northwest-1"),
    ("codecatalyst.global", "codecatalyst", "aws-global", ""),
    ("ec2", "ec2", "us-east-1", ""),
    ("global.health", "health", "us-east-1", "cn-northwest-1"),
    ("iam", "iam", "us-east-1", "cn-north-1"),
    ("iam.us-gov", "iam", "us-gov-west-1", ""),
    ("importexport", "importexport", "us-east-1", ""),
    ("organizations", "organizations", "us-east-1", "cn-northwest-1"),
    ("queue", "sqs", "us-east-1", ""),
    ("route53", "route53", "us-east-1", "cn-northwest-1"),
    ("route53.us-gov", "route53", "us-gov-west-1", ""),
    ("savingsplans", "savingsplans", "us-east-1", ""),
    ("sdb", "sdb", "us-east-1", ""),
    ("shield", "shield", "us-east-1", ""),
    ("sts", "sts", "us-east-1", ""),
    ("support", "support", "us-east-1", "cn-north-1"),
    ("waf", "waf", "us-east-1", ""),
];

/// Hosts of the form `<name>.<region>.<label>.<suffix>`.
const REGION_FIRST: &[(&str, &str, &str)] = &[
    ("aoss", "aoss", "OpenSearch Serverless collection"),
    ("cloudsearch", "cloudsearch", "CloudSearch domain"),
    ("es", "es", "OpenSearch domain"),
    ("neptune", "neptune-db", "Neptune cluster"),
    ("neptune-graph", "neptune-graph", "Neptune graph"),
    ("queue", "sqs", "legacy SQS endpoint"),
];

/// Hosts of a single customer, by the label before the region.
const OWN_HOSTS: &[(&str, &str)] = &[
    ("execute-api", "API Gateway"),
    ("appsync-api", "AppSync API"),
    ("appsync-realtime-api", "AppSync real-time API"),
    ("aos", "OpenSearch domain"),
    ("vpc-lattice-svcs", "VPC Lattice service"),
];

/// Reads a host name without a port. `None` unless it is an AWS host that accepts signatures.
pub fn infer(host: &str) -> Option<Inferred> {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    if let Some(inferred) = function_url(&host) {
        return Some(inferred);
    }
    let rest = SUFFIXES.iter().find_map(|suffix| host.strip_suffix(suffix)?.strip_suffix('.'))?;
    let labels: Vec<&str> = rest.split('.').collect();
    let is_china = host.ends_with(".cn");
    match s3::read(&labels, is_china) {
        S3::Yes(inferred) => return Some(inferred),
        S3::Unsigned => return None,
        S3::No => {}
    }
    match labels.as_slice() {
        [own @ .., region, "vpce"] if is_region(region) => vpc_endpoint(own, region),
        [.., region, label] if is_region(region) => {
            let (_, service, what) = REGION_FIRST.iter().find(|(known, ..)| known == label)?;
            Some(found(service, Some(region), what))
        }
        [own @ .., region] if is_region(region) => regional(own, region),
        _ => global(rest, is_china),
    }
}

fn found(service: &'static str, region: Option<&str>, what: &'static str) -> Inferred {
    let partition = region.map_or("aws", partition);
    Inferred { service, region: region.map(str::to_owned), what, partition }
}

fn partition(region: &str) -> &'static str {
    let starts = [
        ("cn-", "aws-cn"),
        ("us-gov-", "aws-us-gov"),
        ("us-iso-", "aws-iso"),
        ("us-isob-", "aws-iso-b"),
        ("eu-isoe-", "aws-iso-e"),
        ("us-isof-", "aws-iso-f"),
        ("eusc-", "aws-eusc"),
    ];
    starts.iter().find(|(start, _)| region.starts_with(start)).map_or("aws", |(_, partition)| partition)
}

/// Whether a text can only be one label of a host, as every region is: a host made of it has no other
/// domain than AWS's.
pub(crate) fn is_host_label(region: &str) -> bool {
    !region.is_empty() && region.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// The suffix of the regional endpoints in this region: `amazonaws.com`, `amazonaws.com.cn`, …
pub(crate) fn dns_suffix(region: &str) -> &'static str {
    match partition(region) {
        "aws-cn" => "amazonaws.com.cn",
        "aws-iso" => "c2s.ic.gov",
        "aws-iso-b" => "sc2s.sgov.gov",
        "aws-iso-e" => "cloud.adc-e.uk",
        "aws-iso-f" => "csp.hci.ic.gov",
        "aws-eusc" => "amazonaws.eu",
        _ => "amazonaws.com",
    }
}

/// The host of AWS Sign-In in this region, where sessions of `aws login` are refreshed.
pub(crate) fn signin_host(region: &str) -> String {
    match partition(region) {
        "aws" => format!("{region}.signin.aws.amazon.com"),
        "aws-cn" => format!("{region}.signin.amazonaws.cn"),
        "aws-us-gov" => format!("{region}.signin.amazonaws-us-gov.com"),
        _ => format!("signin.{region}.{}", dns_suffix(region)),
    }
}

/// `us-east-1`, `us-gov-west-1`, `eusc-de-east-1`: words of letters, then a number.
fn is_region(label: &str) -> bool {
    let words: Vec<&str> = label.split('-').collect();
    let [start, middle @ .., number] = words.as_slice() else { return false };
    let is_word = |word: &&str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
    (2..=4).contains(&start.len())
        && is_word(start)
        && !middle.is_empty()
        && middle.iter().all(is_word)
        && !number.is_empty()
        && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// `<id>.lambda-url.<region>.`, whatever follows: the local cloud's hosts end in `.localhost`.
fn function_url(host: &str) -> Option<Inferred> {
    let (id, rest) = host.split_once(".lambda-url.")?;
    let (region, _) = rest.split_once('.')?;
    let inferred = found("lambda", Some(region), "Lambda function URL");
    (!id.is_empty() && !region.is_empty()).then_some(inferred)
}

/// `<endpoint>.<service>.<region>.vpce.<suffix>`, where execute-api has `<api>-<endpoint>`.
fn vpc_endpoint(own: &[&str], region: &str) -> Option<Inferred> {
    match own {
        [_, .., "execute-api"] => {
            Some(found("execute-api", Some(region), "API Gateway through a VPC endpoint"))
        }
        [endpoint, service @ ..] if endpoint.starts_with("vpce-") => {
            let inferred = regional(service, region)?;
            Some(Inferred { what: "VPC endpoint", ..inferred })
        }
        _ => None,
    }
}

/// `<service>.<region>.<suffix>`, after any labels of the customer.
fn regional(own: &[&str], region: &str) -> Option<Inferred> {
    let own: Vec<&str> = own.iter().filter(|label| **label != "fips").copied().collect();
    let (start, service) = (0..own.len()).find_map(|start| {
        let name = own[start..].join(".");
        let service = service(&name).or_else(|| service(name.strip_suffix("-fips")?));
        service.map(|service| (start, service))
    })?;
    match own.as_slice() {
        // It authenticates by certificate, not by signature.
        [.., "credentials", "iot"] => return None,
        [_, .., "iot"] if service == "iot" => {
            return Some(found("iotdata", Some(region), "AWS IoT data endpoint"));
        }
        _ => {}
    }
    let label = own.last().copied().unwrap_or_default();
    let own_host = OWN_HOSTS.iter().find(|(known, _)| *known == label.trim_end_matches("-fips"));
    let what = match own_host {
        Some((_, what)) if start > 0 => what,
        _ => "regional endpoint",
    };
    Some(found(service, Some(region), what))
}

/// The service that the labels before the region belong to.
fn service(name: &str) -> Option<&'static str> {
    let table = include_str!("endpoint/services.txt");
    table.lines().filter(|line| !line.starts_with('#')).find_map(|line| {
        let (known, service) = line.split_once(' ').unwrap_or((line, line));
        (known == name).then_some(service)
    })
}

fn global(rest: &str, is_china: bool) -> Option<Inferred> {
    if rest.ends_with(".endpoint.events") {
        return Some(found("events", Some("*"), "EventBridge global endpoint"));
    }
    let rest = rest.strip_suffix("-fips").unwrap_or(rest);
    let (_, service, world, china) = GLOBAL.iter().find(|(known, ..)| *known == rest)?;
    let region = if is_china { china } else { world };
    (!region.is_empty()).then(|| found(service, Some(region), "global endpoint"))
}

#[cfg(test)]
mod tests;

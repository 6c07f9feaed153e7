//! Host -> service, region, partition and that service's signing defaults.
//!
//! Owns what a host name says: function URLs, execute-api, S3 in all styles, regional and global
//! endpoints, China and GovCloud, and the local cloud's `*.localhost` hosts. Refuses to guess where
//! the name says nothing.
//!
//! Sources: <https://docs.aws.amazon.com/general/latest/gr/rande.html>, and for S3
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html>.

use crate::core::request::UNSIGNED_PAYLOAD;

/// What a host name says about how to sign for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inferred {
    /// Service of the credential scope, for example `lambda`.
    pub service: &'static str,
    /// Region; `None` where the host does not name one, `*` where only SigV4a with a region set
    /// will do.
    pub region: Option<String>,
    /// What kind of host it is, in words, for example `Lambda function URL`.
    pub what: &'static str,
    /// `aws`, `aws-cn`, `aws-us-gov`, …
    pub partition: &'static str,
}

/// How a service requires its requests to be signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SigningDefaults {
    /// Resolve dot segments and empty segments of the path before signing.
    pub normalize: bool,
    /// Percent-encode the path a second time.
    pub double_encode: bool,
    /// Send and sign `x-amz-content-sha256`.
    pub content_sha256: bool,
    /// Leave the session token out of the signature and append it.
    pub token_unsigned: bool,
    /// A presigned URL stands for any payload: `UNSIGNED-PAYLOAD` takes the place of its hash.
    pub presign_unsigned: bool,
}

impl SigningDefaults {
    /// The words that stand for the payload of a presigned URL, where this service asks for them.
    pub fn presigned_payload(&self) -> Option<&'static str> {
        self.presign_unsigned.then_some(UNSIGNED_PAYLOAD)
    }
}

/// The signing defaults of a service; a service that is not known signs like most of them.
pub fn defaults(service: &str) -> SigningDefaults {
    let s3 = matches!(service, "s3" | "s3express" | "s3-outposts" | "s3-object-lambda");
    SigningDefaults {
        normalize: !s3,
        double_encode: !s3,
        // OpenSearch Serverless and VPC Lattice ask for the header too.
        content_sha256: s3 || matches!(service, "aoss" | "vpc-lattice-svcs"),
        // The MQTT gateway of AWS IoT verifies without the token.
        token_unsigned: service == "iotdevicegateway",
        presign_unsigned: s3,
    }
}

/// Ends of host names under which AWS has its endpoints; a longer one stands before its own end.
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

/// Hosts without a region: what stands before the suffix, service, and region in the partitions
/// `aws` and `aws-cn`; empty where the partition has no such host.
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
    ("queue", "sqs", "SQS endpoint of the old form"),
];

/// Hosts of a customer's own, by the label before the region.
const OWN_HOSTS: &[(&str, &str)] = &[
    ("execute-api", "API Gateway"),
    ("appsync-api", "AppSync API"),
    ("appsync-realtime-api", "AppSync real-time API"),
    ("aos", "OpenSearch domain"),
    ("vpc-lattice-svcs", "VPC Lattice service"),
];

/// Reads a host name (no port). `None` for anything but an AWS host that accepts signatures.
pub fn infer(host: &str) -> Option<Inferred> {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    if let Some(inferred) = function_url(&host) {
        return Some(inferred);
    }
    let rest = SUFFIXES.iter().find_map(|suffix| host.strip_suffix(suffix)?.strip_suffix('.'))?;
    let labels: Vec<&str> = rest.split('.').collect();
    let is_china = host.ends_with(".cn");
    match s3(&labels, is_china) {
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

/// `<id>.lambda-url.<region>.` and whatever follows.
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

/// `<service>.<region>.<suffix>`, with any labels of the customer's before.
fn regional(own: &[&str], region: &str) -> Option<Inferred> {
    let own: Vec<&str> = own.iter().filter(|label| **label != "fips").copied().collect();
    let (start, service) = (0..own.len()).find_map(|start| {
        let name = own[start..].join(".");
        let service = service(&name).or_else(|| service(name.strip_suffix("-fips")?));
        service.map(|service| (start, service))
    })?;
    match own.as_slice() {
        // Certificates authenticate there, not signatures.
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

/// The service behind what stands before the region.
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

/// What the labels say of S3.
enum S3 {
    Yes(Inferred),
    /// A host of S3 that takes no signature.
    Unsigned,
    No,
}

/// S3 in all styles. A bucket's name may hold dots, and even `s3`, so the labels are read from the
/// right.
fn s3(labels: &[&str], is_china: bool) -> S3 {
    let yes = |service, region, what| S3::Yes(found(service, region, what));
    let labels = match labels {
        [own @ .., region, "vpce"] if is_region(region) => &[own, &[*region]].concat(),
        _ => labels,
    };
    match labels {
        [.., "s3-website", _] => S3::Unsigned,
        [.., label] if label.starts_with("s3-website-") => S3::Unsigned,
        [own @ .., label, "dualstack", region] | [own @ .., label, region] if is_region(region) => {
            let region = Some(*region);
            match label.strip_suffix("-fips").unwrap_or(label) {
                "s3" => yes("s3", region, style(own)),
                "s3-accesspoint" => yes("s3", region, "S3 access point"),
                "s3-control" => yes("s3", region, "S3 Control"),
                "s3-object-lambda" => yes("s3-object-lambda", region, "S3 Object Lambda access point"),
                "s3-outposts" => yes("s3-outposts", region, "S3 on Outposts"),
                "s3express-control" => yes("s3express", region, "S3 Express control endpoint"),
                express if express.starts_with("s3express-") => {
                    yes("s3express", region, "S3 Express directory bucket")
                }
                _ => S3::No,
            }
        }
        [.., "accesspoint", "s3-global"] => yes("s3", Some("*"), "S3 Multi-Region Access Point"),
        [.., "s3-accelerate"] | [.., "s3-accelerate", "dualstack"] => {
            yes("s3", None, "S3 Transfer Acceleration")
        }
        [own @ .., "s3" | "s3-external-1"] if !is_china => yes("s3", Some("us-east-1"), style(own)),
        [own @ .., label] => match label.strip_prefix("s3-").filter(|region| is_region(region)) {
            Some(region) => yes("s3", Some(region), style(own)),
            None => S3::No,
        },
        [] => S3::No,
    }
}

fn style(own: &[&str]) -> &'static str {
    if own.is_empty() { "S3, path style" } else { "S3, virtual-hosted bucket" }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Host, service, region (`-` for none).
    const HOSTS: &[(&str, &str, &str)] = &[
        ("abcdefg.lambda-url.us-east-1.on.aws", "lambda", "us-east-1"),
        ("ABC.lambda-url.eu-west-1.on.aws.", "lambda", "eu-west-1"),
        ("demo.lambda-url.us-east-1.localhost", "lambda", "us-east-1"),
        ("abc.lambda-url.cn-north-1.on.amazonwebservices.com.cn", "lambda", "cn-north-1"),
        ("a1b2c3.execute-api.eu-central-1.amazonaws.com", "execute-api", "eu-central-1"),
        ("a1b2c3.execute-api.cn-north-1.amazonaws.com.cn", "execute-api", "cn-north-1"),
        ("a1b2c3.execute-api-fips.us-gov-west-1.amazonaws.com", "execute-api", "us-gov-west-1"),
        ("a1b2c3-vpce-0f1e2d.execute-api.us-east-1.vpce.amazonaws.com", "execute-api", "us-east-1"),
        ("vpce-0f1e2d-x.execute-api.us-east-1.vpce.amazonaws.com", "execute-api", "us-east-1"),
        ("vpce-0f1e2d-x.sqs.us-east-1.vpce.amazonaws.com", "sqs", "us-east-1"),
        ("vpce-0f1e2d-x.runtime.sagemaker.us-west-2.vpce.amazonaws.com", "sagemaker", "us-west-2"),
        ("bucket.vpce-0f1e2d-x.s3.us-east-1.vpce.amazonaws.com", "s3", "us-east-1"),
        ("s3.amazonaws.com", "s3", "us-east-1"),
        ("s3-external-1.amazonaws.com", "s3", "us-east-1"),
        ("s3.eu-west-1.amazonaws.com", "s3", "eu-west-1"),
        ("s3-us-west-2.amazonaws.com", "s3", "us-west-2"),
        ("s3-fips.us-gov-east-1.amazonaws.com", "s3", "us-gov-east-1"),
        ("s3.dualstack.eu-west-1.amazonaws.com", "s3", "eu-west-1"),
        ("s3-fips.dualstack.us-west-2.amazonaws.com", "s3", "us-west-2"),
        ("s3.cn-north-1.amazonaws.com.cn", "s3", "cn-north-1"),
        ("bucket.s3.amazonaws.com", "s3", "us-east-1"),
        ("my.dotted.bucket.s3.us-west-2.amazonaws.com", "s3", "us-west-2"),
        ("odd.s3.name.s3.eu-west-3.amazonaws.com", "s3", "eu-west-3"),
        ("bucket.s3-us-west-2.amazonaws.com", "s3", "us-west-2"),
        ("bucket.s3.dualstack.us-west-2.amazonaws.com", "s3", "us-west-2"),
        ("bucket.s3-accelerate.amazonaws.com", "s3", "-"),
        ("bucket.s3-accelerate.dualstack.amazonaws.com", "s3", "-"),
        ("ap-123456789012.s3-accesspoint.us-west-2.amazonaws.com", "s3", "us-west-2"),
        ("ap-123456789012.s3-accesspoint.dualstack.us-west-2.amazonaws.com", "s3", "us-west-2"),
        ("mfzwi23gnjvgw.mrap.accesspoint.s3-global.amazonaws.com", "s3", "*"),
        ("123456789012.s3-control.us-west-2.amazonaws.com", "s3", "us-west-2"),
        ("ol-123456789012.s3-object-lambda.us-west-2.amazonaws.com", "s3-object-lambda", "us-west-2"),
        (
            "ap-123456789012.op-01ac5d28a6a232904.s3-outposts.us-west-2.amazonaws.com",
            "s3-outposts",
            "us-west-2",
        ),
        ("bucket--usw2-az1--x-s3.s3express-usw2-az1.us-west-2.amazonaws.com", "s3express", "us-west-2"),
        ("s3express-control.us-west-2.amazonaws.com", "s3express", "us-west-2"),
        ("iam.amazonaws.com", "iam", "us-east-1"),
        ("iam.cn-north-1.amazonaws.com.cn", "iam", "cn-north-1"),
        ("iam.us-gov.amazonaws.com", "iam", "us-gov-west-1"),
        ("sts.amazonaws.com", "sts", "us-east-1"),
        ("sts.eu-west-1.amazonaws.com", "sts", "eu-west-1"),
        ("sts-fips.us-east-1.amazonaws.com", "sts", "us-east-1"),
        ("sts.us-iso-east-1.c2s.ic.gov", "sts", "us-iso-east-1"),
        ("sqs.us-isob-east-1.sc2s.sgov.gov", "sqs", "us-isob-east-1"),
        ("sts.eusc-de-east-1.amazonaws.eu", "sts", "eusc-de-east-1"),
        ("cloudfront.amazonaws.com", "cloudfront", "us-east-1"),
        ("route53.amazonaws.com", "route53", "us-east-1"),
        ("route53.amazonaws.com.cn", "route53", "cn-northwest-1"),
        ("global.health.amazonaws.com", "health", "us-east-1"),
        ("us-west-2.queue.amazonaws.com", "sqs", "us-west-2"),
        ("lambda.us-east-2.amazonaws.com", "lambda", "us-east-2"),
        ("lambda.us-east-2.api.aws", "lambda", "us-east-2"),
        ("ec2.ap-southeast-2.amazonaws.com", "ec2", "ap-southeast-2"),
        ("email.us-west-2.amazonaws.com", "ses", "us-west-2"),
        ("monitoring.us-west-2.amazonaws.com", "monitoring", "us-west-2"),
        ("bedrock-runtime.us-west-2.amazonaws.com", "bedrock", "us-west-2"),
        ("streams.dynamodb.us-west-2.amazonaws.com", "dynamodb", "us-west-2"),
        ("123456789012.ddb.us-west-2.amazonaws.com", "dynamodb", "us-west-2"),
        ("runtime.lex.us-west-2.amazonaws.com", "lex", "us-west-2"),
        ("runtime.sagemaker.us-west-2.amazonaws.com", "sagemaker", "us-west-2"),
        ("data.iot.us-west-2.amazonaws.com", "iotdata", "us-west-2"),
        ("a1b2c3-ats.iot.us-west-2.amazonaws.com", "iotdata", "us-west-2"),
        ("iot.us-west-2.amazonaws.com", "iot", "us-west-2"),
        ("dynamodb-fips.us-west-2.amazonaws.com", "dynamodb", "us-west-2"),
        ("fips.batch.us-west-2.amazonaws.com", "batch", "us-west-2"),
        ("abc123.appsync-api.us-west-2.amazonaws.com", "appsync", "us-west-2"),
        ("search-movies-abc.us-west-2.es.amazonaws.com", "es", "us-west-2"),
        ("abc123.us-west-2.aoss.amazonaws.com", "aoss", "us-west-2"),
        ("abc.endpoint.events.amazonaws.com", "events", "*"),
    ];

    #[test]
    fn hosts_say_service_and_region() {
        for (host, service, region) in HOSTS {
            let inferred = infer(host).unwrap_or_else(|| panic!("{host} says nothing"));
            assert_eq!(inferred.service, *service, "{host}");
            assert_eq!(inferred.region.as_deref().unwrap_or("-"), *region, "{host}");
        }
    }

    #[test]
    fn other_hosts_say_nothing() {
        for host in [
            "",
            "localhost",
            "127.0.0.1",
            "example.com",
            "amazonaws.com",
            "notamazonaws.com",
            "s3.us-east-1.amazonaws.com.example.com",
            ".lambda-url.us-east-1.on.aws",
            "x.lambda-url.us-east-1",
            "bucket.s3-website-us-east-1.amazonaws.com",
            "bucket.s3-website.eu-central-1.amazonaws.com",
            "unheard-of.us-east-1.amazonaws.com",
            "abc.credentials.iot.us-east-1.amazonaws.com",
            "123456789012.dkr.ecr.us-east-1.amazonaws.com",
            "sts.amazonaws.com.cn",
        ] {
            assert_eq!(infer(host), None, "{host}");
        }
    }

    #[test]
    fn kinds_and_partitions() {
        let of = |host| infer(host).map(|inferred| (inferred.what, inferred.partition));
        assert_eq!(of("x.lambda-url.us-east-1.on.aws"), Some(("Lambda function URL", "aws")));
        assert_eq!(of("x.execute-api.us-gov-west-1.amazonaws.com"), Some(("API Gateway", "aws-us-gov")));
        assert_eq!(of("a.s3.cn-north-1.amazonaws.com.cn"), Some(("S3, virtual-hosted bucket", "aws-cn")));
        assert_eq!(of("s3.amazonaws.com"), Some(("S3, path style", "aws")));
        assert_eq!(of("execute-api.us-east-1.amazonaws.com"), Some(("regional endpoint", "aws")));
        assert_eq!(of("sts.us-isof-south-1.csp.hci.ic.gov"), Some(("regional endpoint", "aws-iso-f")));
    }

    #[test]
    fn services_sign_in_their_own_ways() {
        assert!(!defaults("s3").normalize && !defaults("s3").double_encode && defaults("s3").content_sha256);
        assert_eq!(defaults("s3express").presigned_payload(), Some("UNSIGNED-PAYLOAD"));
        assert!(defaults("lambda").normalize && defaults("lambda").double_encode);
        assert!(!defaults("lambda").content_sha256 && defaults("aoss").content_sha256);
        assert_eq!(defaults("lambda").presigned_payload(), None);
        assert!(defaults("iotdevicegateway").token_unsigned && !defaults("lambda").token_unsigned);
    }
}

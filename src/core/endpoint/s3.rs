//! The hosts of S3, in all styles.
//!
//! Source: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html>.

use super::{Inferred, found, is_region};

/// Whether a host belongs to S3.
pub(super) enum S3 {
    Yes(Inferred),
    /// A host of S3 that accepts no signature, such as that of a website.
    Unsigned,
    No,
}

/// Reads the labels in front of AWS's suffix. From the right, because a bucket's name may contain
/// dots, and even `s3`.
pub(super) fn read(labels: &[&str], is_china: bool) -> S3 {
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

//! How each service requires its requests to be signed.

use crate::core::request::UNSIGNED_PAYLOAD;

/// How a service requires its requests to be signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SigningDefaults {
    /// Resolve dot segments and empty segments of the path before signing.
    pub normalize: bool,
    /// Percent-encode the path a second time.
    pub double_encode: bool,
    /// Send and sign `x-amz-content-sha256`.
    pub content_sha256: bool,
    /// Append the session token without signing it.
    pub token_unsigned: bool,
    /// A presigned URL is valid for any payload: it has `UNSIGNED-PAYLOAD` in place of the hash.
    pub presign_unsigned: bool,
}

impl SigningDefaults {
    /// What replaces the payload's hash in a presigned URL, if this service wants it replaced.
    pub fn presigned_payload(&self) -> Option<&'static str> {
        self.presign_unsigned.then_some(UNSIGNED_PAYLOAD)
    }
}

/// The signing defaults of a service; an unknown one is taken to sign as most do.
pub fn defaults(service: &str) -> SigningDefaults {
    let s3 = matches!(service, "s3" | "s3express" | "s3-outposts" | "s3-object-lambda");
    SigningDefaults {
        normalize: !s3,
        double_encode: !s3,
        // OpenSearch Serverless and VPC Lattice require the header, too.
        content_sha256: s3 || matches!(service, "aoss" | "vpc-lattice-svcs"),
        // The MQTT gateway of AWS IoT verifies without the token.
        token_unsigned: service == "iotdevicegateway",
        presign_unsigned: s3,
    }
}

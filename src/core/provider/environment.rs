//! What the environment alone provides: keys, a web identity, a container's endpoint.
//!
//! Owns the variables' meaning. Refuses half a key pair.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::step::{Container, Imds, WebIdentity};
use super::wrong::Wrong;
use crate::core::aws::Aws;
use crate::core::aws_files::AwsSection;
use crate::core::credential::{Credential, Secret, is_malformed_key};

/// The keys of the environment; an access key alone is an error.
pub(super) fn keys(aws: &Aws) -> Result<Option<Credential>, Wrong> {
    let environment = &aws.environment;
    let Some(access_key) = environment.get("AWS_ACCESS_KEY_ID") else { return Ok(None) };
    let Some(secret_key) = environment.get("AWS_SECRET_ACCESS_KEY") else {
        let message = "AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY isn't";
        return Err(Wrong::new(message, "Set both, or neither."));
    };
    if is_malformed_key(access_key) {
        let message = "AWS_ACCESS_KEY_ID contains white space, quotes or `=`";
        return Err(Wrong::new(message, "Keep the key alone, without quotes."));
    }
    let expires_at = match environment.get("AWS_CREDENTIAL_EXPIRATION") {
        None => None,
        Some(text) => Some(OffsetDateTime::parse(text, &Rfc3339).map_err(|_| {
            let message = "AWS_CREDENTIAL_EXPIRATION isn't a time";
            Wrong::new(message, "Write it as 2026-01-01T00:00:00Z, or unset it.")
        })?),
    };
    Ok(Some(Credential {
        access_key: access_key.to_owned(),
        secret_key: Secret::new(secret_key),
        session_token: environment.get("AWS_SESSION_TOKEN").map(Secret::new),
        expires_at: expires_at.map(Into::into),
        account_id: environment.get("AWS_ACCOUNT_ID").map(str::to_owned),
        source: "environment keys".to_owned(),
    }))
}

/// The container endpoint that the environment names.
pub(super) fn container(aws: &Aws) -> Option<Container> {
    let text = |name| aws.environment.get(name).unwrap_or_default().to_owned();
    let relative_uri = text("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
    let full_uri = text("AWS_CONTAINER_CREDENTIALS_FULL_URI");
    (!relative_uri.is_empty() || !full_uri.is_empty()).then(|| Container {
        relative_uri,
        full_uri,
        token: Secret::new(text("AWS_CONTAINER_AUTHORIZATION_TOKEN")),
        token_file: text("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"),
    })
}

/// The metadata service, where environment or profile say it is.
pub(super) fn imds(aws: &Aws, profile: Option<&AwsSection>) -> Imds {
    let value = |variable: &str, key: &str| {
        let of_profile = || profile.and_then(|profile| profile.text(key));
        aws.environment.get(variable).or_else(of_profile).unwrap_or_default().to_owned()
    };
    Imds {
        disabled: aws.environment.is_true("AWS_EC2_METADATA_DISABLED"),
        endpoint: value("AWS_EC2_METADATA_SERVICE_ENDPOINT", "ec2_metadata_service_endpoint"),
        mode: value("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ec2_metadata_service_endpoint_mode"),
    }
}

/// A web identity that the environment alone names.
pub(super) fn web_identity(aws: &Aws) -> Result<Option<WebIdentity>, Wrong> {
    let text = |name| aws.environment.get(name).unwrap_or_default().to_owned();
    let token_file = text("AWS_WEB_IDENTITY_TOKEN_FILE");
    let role_arn = text("AWS_ROLE_ARN");
    if token_file.is_empty() {
        return Ok(None);
    }
    if role_arn.is_empty() {
        let message = "AWS_WEB_IDENTITY_TOKEN_FILE is set, but AWS_ROLE_ARN isn't";
        return Err(Wrong::new(message, "Set both, or neither."));
    }
    Ok(Some(WebIdentity {
        role_arn,
        token_file,
        session_name: text("AWS_ROLE_SESSION_NAME"),
        endpoint: sts_endpoint(aws, None)?,
        region: aws.region(None).to_owned(),
    }))
}

/// The endpoint of STS, where environment or profile say it is; empty for the regional one.
pub(super) fn sts_endpoint(aws: &Aws, profile: Option<&AwsSection>) -> Result<String, Wrong> {
    let endpoint = aws.sts_endpoint(profile).map(str::to_owned);
    endpoint.map_err(|message| {
        Wrong::new(message, "Use `regional` or `legacy`, in the profile or the environment.")
    })
}

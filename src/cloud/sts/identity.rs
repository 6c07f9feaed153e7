//! GetCallerIdentity and GetAccessKeyInfo.

use super::StsRequest;
use crate::cloud::query::{Error, Xml};
use crate::cloud::state::Key;

/// It can't be denied.
///
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>
pub(super) fn caller(request: &StsRequest<'_>) -> Xml {
    Xml::new()
        .text("Arn", request.who.arn())
        .text("UserId", &request.who.user_id)
        .text("Account", request.who.account())
}

/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html>
pub(super) fn access_key_info(request: &StsRequest<'_>) -> Result<Xml, Error> {
    let id = request.params.required("AccessKeyId", "accessKeyId")?;
    let state = request.store.read();
    let account = match state.key(id) {
        Some(Key::LongTerm { owner, .. }) => &owner.account,
        Some(Key::Temporary(session)) => &session.account,
        None => return Err(Error::new(400, "ValidationError", format!("The access key {id} is not valid."))),
    };
    Ok(Xml::new().text("Account", account))
}

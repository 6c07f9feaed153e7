//! Tags: how a request passes them and how a response lists them.

use super::limit;
use crate::cloud::query::{Error, Params, Xml};
use crate::cloud::state::Tags;

/// The most tags of a resource.
const MAX_TAGS: usize = 50;

/// The tags in the parameters, for the policies.
pub(super) fn given(params: &Params) -> Tags {
    params.pairs("Tags").into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

/// The tags in the parameters, checked.
pub(super) fn new(params: &Params) -> Result<Tags, Error> {
    let pairs = params.pairs("Tags");
    for (key, value) in &pairs {
        if key.is_empty() || key.chars().count() > 128 || value.chars().count() > 256 {
            let constraint = "Member must have length less than or equal to 128 (keys) or 256 (values)";
            return Err(Error::validation(Some(key), "tags", constraint));
        }
    }
    let tags = given(params);
    if tags.len() < pairs.len() {
        let message = "Duplicate tag keys found. Please note that Tag keys are case insensitive.";
        return Err(Error::new(400, "InvalidInput", message));
    }
    check_count(&tags)?;
    Ok(tags)
}

pub(super) fn check_count(tags: &Tags) -> Result<(), Error> {
    if tags.len() > MAX_TAGS {
        return Err(limit(format!("The number of tags has reached the maximum limit of {MAX_TAGS}.")));
    }
    Ok(())
}

pub(super) fn element(xml: Xml, tags: &Tags) -> Xml {
    if tags.is_empty() {
        return xml;
    }
    xml.list("Tags", tags, |xml, (key, value)| xml.text("Key", key).text("Value", value))
}

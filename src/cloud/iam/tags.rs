//! Tags of users, roles and managed policies.

use super::page::Page;
use super::target::Principal;
use super::{Answer, Ask, limit, managed};
use crate::cloud::query::{Error, Params, Xml};
use crate::cloud::state::{State, Tags};

/// Tags that one thing may have.
const MOST_TAGS: usize = 50;

/// The tags that a call passes, as its policies see them.
pub(super) fn given(params: &Params) -> Tags {
    params.pairs("Tags").into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

/// The tags that a call passes, checked.
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

fn check_count(tags: &Tags) -> Result<(), Error> {
    if tags.len() > MOST_TAGS {
        return Err(limit(format!("The number of tags has reached the maximum limit of {MOST_TAGS}.")));
    }
    Ok(())
}

pub(super) fn element(xml: Xml, tags: &Tags) -> Xml {
    if tags.is_empty() {
        return xml;
    }
    xml.list("Tags", tags, |xml, (key, value)| xml.text("Key", key).text("Value", value))
}

fn change(state: &mut State, ask: &Ask<'_>, change: impl FnOnce(&mut Tags)) -> Result<(), Error> {
    let account = ask.account_mut(state)?;
    let tags = match ask.params.get("PolicyArn") {
        Some(arn) => &mut managed::find_mut(account, arn)?.tags,
        None => Principal::of(ask)?.tags_mut(account)?,
    };
    let mut changed = tags.clone();
    change(&mut changed);
    check_count(&changed)?;
    *tags = changed;
    Ok(())
}

pub(super) fn tag(state: &mut State, ask: &Ask<'_>) -> Answer {
    let new = new(ask.params)?;
    change(state, ask, |tags| tags.extend(new))?;
    Ok(None)
}

pub(super) fn untag(state: &mut State, ask: &Ask<'_>) -> Answer {
    let keys = ask.params.members("TagKeys", "");
    change(state, ask, |tags| tags.retain(|key, _| !keys.contains(&key.as_str())))?;
    Ok(None)
}

pub(super) fn list(state: &State, ask: &Ask<'_>) -> Answer {
    let account = ask.account(state)?;
    let tags = match ask.params.get("PolicyArn") {
        Some(arn) => &managed::find(account, arn)?.tags,
        None => Principal::of(ask)?.tags(account)?,
    };
    let page = Page::of(ask.params, tags.iter().map(|(key, value)| (key.clone(), (key, value))))?;
    let xml = page.list(Xml::new(), "Tags", |xml, (key, value)| xml.text("Key", key).text("Value", value));
    Ok(Some(xml))
}

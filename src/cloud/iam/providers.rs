//! OpenID Connect providers.
//!
//! One that is created here has no keys, so the signatures of its tokens aren't verified.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html>

use super::{ActionResult, IamRequest, exists, limit, no_such, tags};
use crate::cloud::clock;
use crate::cloud::query::{Error, Xml};
use crate::cloud::state::{Provider, State};

/// The most audiences of a provider.
const MAX_CLIENT_IDS: usize = 100;
/// The most certificate thumbprints of a provider.
const MAX_THUMBPRINTS: usize = 5;
/// The most characters of a URL or an audience.
const MAX_CHARACTERS: usize = 255;

fn invalid(message: &str) -> Error {
    Error::new(400, "InvalidInput", message)
}

fn check_length(text: &str, field: &str) -> Result<(), Error> {
    if (1..=MAX_CHARACTERS).contains(&text.len()) {
        return Ok(());
    }
    let bound = if text.is_empty() { "greater than or equal to 1" } else { "less than or equal to 255" };
    Err(Error::validation(Some(text), field, &format!("Member must have length {bound}")))
}

/// The URL of a new provider, and its name.
fn new_url<'a>(request: &'a IamRequest<'_>) -> Result<(&'a str, &'a str), Error> {
    let url = request.params.required("Url", "url")?;
    check_length(url, "url")?;
    if !url::Url::parse(url).is_ok_and(|parsed| parsed.has_host()) {
        return Err(Error::new(400, "ValidationError", "Invalid Open ID Connect Provider URL"));
    }
    let name = Provider::name_of(url)
        .ok_or_else(|| invalid("Invalid Open ID Connect Provider URL. The URL must begin with https://."))?;
    Ok((url, name))
}

fn thumbprints(request: &IamRequest<'_>) -> Result<Vec<String>, Error> {
    let given = request.params.members("ThumbprintList", "");
    for thumbprint in &given {
        if thumbprint.len() != 40 {
            let constraint = "Member must satisfy constraint: [Member must have length less than or equal to 40, Member must have length greater than or equal to 40]";
            return Err(Error::validation(Some(&format!("[{thumbprint}]")), "thumbprintList", constraint));
        }
    }
    if given.len() > MAX_THUMBPRINTS {
        return Err(invalid("Thumbprint list must contain fewer than 5 entries."));
    }
    Ok(given.into_iter().map(str::to_owned).collect())
}

fn check_count(audiences: &[String]) -> Result<(), Error> {
    if audiences.len() > MAX_CLIENT_IDS {
        let quota = format!("Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: {MAX_CLIENT_IDS}");
        return Err(limit(quota));
    }
    Ok(())
}

fn arn<'a>(request: &'a IamRequest<'_>) -> Result<&'a str, Error> {
    let arn = request.params.required("OpenIDConnectProviderArn", "openIDConnectProviderArn")?;
    if arn.len() < 20 {
        let constraint = "Member must have length greater than or equal to 20";
        return Err(Error::validation(Some(arn), "openIDConnectProviderArn", constraint));
    }
    Ok(arn)
}

fn missing(arn: &str) -> Error {
    no_such(format!("OpenIDConnect Provider not found for arn {arn}"))
}

fn find_mut<'s>(state: &'s mut State, request: &IamRequest<'_>) -> Result<&'s mut Provider, Error> {
    let arn = arn(request)?;
    let account = request.account_mut(state)?;
    account.providers.values_mut().find(|provider| provider.arn == arn).ok_or_else(|| missing(arn))
}

pub(super) fn create(state: &mut State, request: &IamRequest<'_>) -> ActionResult {
    let (url, name) = new_url(request)?;
    let audiences: Vec<String> =
        request.params.members("ClientIDList", "").into_iter().map(str::to_owned).collect();
    for audience in &audiences {
        check_length(audience, "clientIDList")?;
    }
    check_count(&audiences)?;
    let thumbprints = thumbprints(request)?;
    let tags = tags::new(request.params)?;
    let account = request.account_mut(state)?;
    if account.providers.contains_key(name) {
        return Err(exists(format!("Provider with url {url} already exists.")));
    }
    let mut provider = Provider::new(account, url, audiences, request.now);
    provider.thumbprints = thumbprints;
    provider.tags = tags;
    let xml = tags::element(Xml::new().text("OpenIDConnectProviderArn", &provider.arn), &provider.tags);
    account.providers.insert(name.to_owned(), provider);
    Ok(Some(xml))
}

pub(super) fn get(state: &State, request: &IamRequest<'_>) -> ActionResult {
    let arn = arn(request)?;
    let account = request.account(state)?;
    let (name, provider) =
        account.providers.iter().find(|(_, provider)| provider.arn == arn).ok_or_else(|| missing(arn))?;
    let xml = Xml::new()
        .text("Url", name)
        .texts("ClientIDList", &provider.audiences)
        .texts("ThumbprintList", &provider.thumbprints)
        .text("CreateDate", clock::iso(provider.created));
    Ok(Some(tags::element(xml, &provider.tags)))
}

pub(super) fn list(state: &State, request: &IamRequest<'_>) -> ActionResult {
    let providers = request.account(state)?.providers.values();
    let list = Xml::new()
        .list("OpenIDConnectProviderList", providers, |xml, provider| xml.text("Arn", &provider.arn));
    Ok(Some(list))
}

/// Succeeds for a provider that doesn't exist, too.
pub(super) fn delete(state: &mut State, request: &IamRequest<'_>) -> ActionResult {
    let arn = arn(request)?;
    let account = request.account_mut(state)?;
    account.providers.retain(|_, provider| provider.arn != arn);
    Ok(None)
}

pub(super) fn add_client_id(state: &mut State, request: &IamRequest<'_>) -> ActionResult {
    let id = request.params.required("ClientID", "clientID")?;
    check_length(id, "clientID")?;
    let provider = find_mut(state, request)?;
    if provider.audiences.iter().any(|known| known == id) {
        return Ok(None);
    }
    let mut audiences = provider.audiences.clone();
    audiences.push(id.to_owned());
    check_count(&audiences)?;
    provider.audiences = audiences;
    Ok(None)
}

/// Succeeds for an audience that the provider doesn't have, too.
pub(super) fn remove_client_id(state: &mut State, request: &IamRequest<'_>) -> ActionResult {
    let id = request.params.required("ClientID", "clientID")?;
    find_mut(state, request)?.audiences.retain(|known| known != id);
    Ok(None)
}

pub(super) fn update_thumbprints(state: &mut State, request: &IamRequest<'_>) -> ActionResult {
    let thumbprints = thumbprints(request)?;
    find_mut(state, request)?.thumbprints = thumbprints;
    Ok(None)
}

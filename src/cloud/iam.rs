//! IAM: the inline policies of users.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/APIReference/>

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::authenticate::{Authenticated, Refusal};
use super::authorise::{Ask, decide, denied};
use super::query::{Error, IAM, Params, escape, not_implemented, success};
use super::reply::Reply;
use super::request::Call;
use super::state::{Document, State, Store, User};
use crate::core::iam::Context;

const KNOWN: [&str; 4] = ["PutUserPolicy", "DeleteUserPolicy", "GetUserPolicy", "ListUserPolicies"];

/// Characters, white space aside, that the inline policies of one user may have together.
const MOST_CHARACTERS: usize = 2048;

/// An action on one user: its name, and the parameters; XML of the result, if the action has one.
type Action = fn(&mut User, &str, &Params) -> Result<Option<String>, Error>;

pub(super) fn answer(store: &Store, call: &Call, who: &Authenticated) -> Result<Reply, Error> {
    if who.session.is_some() {
        // Without MFA, credentials of GetSessionToken call no IAM API.
        return Err(Error::new(403, "InvalidClientTokenId", Refusal::UNKNOWN_KEY));
    }
    let params = Params::read(call);
    let name = params.action(IAM)?;
    let action: Action = match name {
        "PutUserPolicy" => put,
        "DeleteUserPolicy" => delete,
        "GetUserPolicy" => get,
        "ListUserPolicies" => list,
        other => return Err(not_implemented(IAM, other, &KNOWN)),
    };
    let user = params.required("UserName", "userName")?;
    let result = store.change(|state| {
        authorise(state, who, name, user)?;
        let account = state.accounts.get_mut(who.account());
        let Some(found) = account.and_then(|account| account.users.get_mut(user)) else {
            return Err(no_such(format!("The user with name {user} cannot be found.")));
        };
        action(found, user, &params)
    })?;
    Ok(success(IAM, call, name, result.as_deref()))
}

fn authorise(state: &State, who: &Authenticated, action: &str, user: &str) -> Result<(), Error> {
    let action = format!("iam:{action}");
    let resource = format!("arn:aws:iam::{}:user/{user}", who.account());
    let context = Context::default();
    let decision =
        decide(state, who, &Ask { action: &action, resource: &resource, context: &context, policy: None });
    if decision.allowed() {
        return Ok(());
    }
    let message = denied(who, &action, &format!("user {user}"), decision);
    Err(Error::new(403, "AccessDenied", message))
}

fn no_such(message: String) -> Error {
    Error::new(404, "NoSuchEntity", message)
}

fn policy_name(params: &Params) -> Result<&str, Error> {
    let name = params.required("PolicyName", "policyName")?;
    let fits = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
    if (1..=128).contains(&name.len()) && name.chars().all(fits) {
        return Ok(name);
    }
    Err(Error::new(
        400,
        "ValidationError",
        "The specified value for policyName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-",
    ))
}

fn put(user: &mut User, user_name: &str, params: &Params) -> Result<Option<String>, Error> {
    let name = policy_name(params)?;
    let text = params.required("PolicyDocument", "policyDocument")?;
    let policy = Document::identity(text)
        .map_err(|malformed| Error::new(400, "MalformedPolicyDocument", malformed.to_string()))?;
    let weight = |text: &str| text.chars().filter(|c| !c.is_whitespace()).count();
    let others = user.grants.inline.iter().filter(|(known, _)| *known != name);
    if others.map(|(_, document)| weight(&document.text)).sum::<usize>() + weight(text) > MOST_CHARACTERS {
        return Err(Error::new(
            409,
            "LimitExceeded",
            format!("Maximum policy size of {MOST_CHARACTERS} bytes exceeded for user {user_name}"),
        ));
    }
    user.grants.inline.insert(name.to_owned(), policy);
    Ok(None)
}

fn delete(user: &mut User, _: &str, params: &Params) -> Result<Option<String>, Error> {
    let name = policy_name(params)?;
    match user.grants.inline.remove(name) {
        Some(_) => Ok(None),
        None => Err(no_such(format!("The user policy with name {name} cannot be found."))),
    }
}

fn get(user: &mut User, user_name: &str, params: &Params) -> Result<Option<String>, Error> {
    let name = policy_name(params)?;
    let Some(document) = user.grants.inline.get(name) else {
        return Err(no_such(format!("The user policy with name {name} cannot be found.")));
    };
    Ok(Some(format!(
        "    <UserName>{}</UserName>\n    <PolicyName>{}</PolicyName>\n    <PolicyDocument>{}</PolicyDocument>\n",
        escape(user_name),
        escape(name),
        utf8_percent_encode(&document.text, NON_ALPHANUMERIC),
    )))
}

fn list(user: &mut User, _: &str, _: &Params) -> Result<Option<String>, Error> {
    let members: String =
        user.grants.inline.keys().map(|name| format!("      <member>{}</member>\n", escape(name))).collect();
    Ok(Some(format!(
        "    <PolicyNames>\n{members}    </PolicyNames>\n    <IsTruncated>false</IsTruncated>\n"
    )))
}

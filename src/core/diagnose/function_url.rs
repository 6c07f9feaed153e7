//! Lambda function URLs.
//!
//! Source: <https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html>

use super::answer::{Answer, Message};
use super::{Certainty, Finding, FindingId};
use crate::core::finding::Fix;
use crate::core::shell_quote;
use crate::core::sigv4::UNSIGNED_PAYLOAD;

/// Findings that only apply to a function URL.
pub(super) fn find(answer: &Answer<'_>) -> Option<Finding> {
    match answer.status {
        403 => forbidden(answer).or_else(|| payload(answer)),
        413 => Some(answer.finding(
            FindingId::RequestTooLarge,
            Certainty::Likely,
            "The body exceeds a function URL's limit of 6 MB.",
            "Send less, or upload the data to S3 and send its address.",
        )),
        429 => Some(throttled(answer)),
        502 => Some(answer.finding(
            FindingId::FunctionError,
            Certainty::Likely,
            "The request was allowed, but the function failed: it threw, timed out, or returned an invalid response.",
            "See the function's log, under /aws/lambda/ and its name in CloudWatch Logs.",
        )),
        _ => None,
    }
}

fn forbidden(answer: &Answer<'_>) -> Option<Finding> {
    let text = answer.text();
    let long = text.starts_with("Forbidden.");
    match &answer.message {
        Message::Null => Some(answer.finding(
            FindingId::UnknownFunctionUrl,
            Certainty::Certain,
            "No function URL with this ID exists in this region, or it was deleted.",
            "Compare the host's first label and region with `aws lambda get-function-url-config`.",
        )),
        Message::Text(_) if answer.is_unsigned() && long => Some(public_denied(answer)),
        Message::Text(_) if answer.is_unsigned() && text == "Forbidden" => {
            let finding = answer.finding(
                FindingId::Unsigned,
                Certainty::Certain,
                "The function URL requires AWS_IAM, but this request has no signature.",
                "Sign it as an identity that may call the function.",
            );
            Some(finding.with(Fix::EnableSigning))
        }
        Message::Text(_) if long || text == "Forbidden" => {
            let certainty = if long { Certainty::Certain } else { Certainty::Likely };
            Some(denied(answer, if answer.signing().is_some() { certainty } else { Certainty::Possible }))
        }
        Message::Text(_) | Message::Absent => None,
    }
}

/// The signature was valid: it is checked before permissions.
fn denied(answer: &Answer<'_>, certainty: Certainty) -> Finding {
    let who = answer.signing().and_then(|s| s.identity.as_deref()).map_or("the caller", |name| name);
    let mut finding = answer.finding(
        FindingId::Denied,
        certainty,
        format!("The signature is good, and no policy lets {who} call this function URL, or one denies it."),
        "Allow both lambda:InvokeFunctionUrl and lambda:InvokeFunction, on the function or on the identity: since October 2025 a function URL requires both.",
    );
    let grants = Place::of(answer).grants(&["lambda:InvokeFunctionUrl", "lambda:InvokeFunction"]);
    finding.fixes = grants.into_iter().map(Fix::Command).collect();
    finding
}

fn public_denied(answer: &Answer<'_>) -> Finding {
    let finding = answer.finding(
        FindingId::NoPublicPolicy,
        Certainty::Likely,
        "The function URL's auth type is NONE, but no policy on the function lets everyone call it.",
        "Allow everyone both actions on the function, or sign the request.",
    );
    let place = Place::of(answer);
    let commands = [place.add_permission("*", "NONE"), place.add_invoke_permission("*")];
    commands.into_iter().flatten().fold(finding, |finding, command| finding.with(Fix::Command(command)))
}

/// Two ways of signing a body that Lambda doesn't accept; both look like a mismatch.
fn payload(answer: &Answer<'_>) -> Option<Finding> {
    let signing = answer.signing()?;
    if !answer.says("does not match the signature") {
        return None;
    }
    if signing.steps.payload_hash == UNSIGNED_PAYLOAD {
        let finding = answer.finding(
            FindingId::UnsignedPayload,
            Certainty::Certain,
            "The payload was signed as UNSIGNED-PAYLOAD, which Lambda doesn't accept.",
            "",
        );
        return Some(finding.with(Fix::SignPayload));
    }
    (answer.is_presigned() && answer.sent().is_some_and(|sent| sent.body_len > 0)).then(|| {
        let finding = answer.finding(
            FindingId::PresignedBody,
            Certainty::Certain,
            "A presigned URL was sent with a body, which Lambda doesn't accept.",
            "Leave the body out, or put the signature in headers.",
        );
        finding.with(Fix::SignInHeaders)
    })
}

fn throttled(answer: &Answer<'_>) -> Finding {
    let body = String::from_utf8_lossy(answer.evidence.body);
    if body.contains("ReservedFunctionConcurrentInvocationLimitExceeded") {
        return answer.finding(
            FindingId::Throttled,
            Certainty::Certain,
            "The function's reserved concurrency is used up, or is 0, which disables the function.",
            "Raise the function's reserved concurrency, or try again later.",
        );
    }
    answer.finding(
        FindingId::Throttled,
        Certainty::Likely,
        "The concurrency limit of the function or the account was reached.",
        "Retry with exponential backoff, or raise the limit.",
    )
}

/// What is known about the function and its caller; the rest are placeholders in capitals.
pub(super) struct Place {
    region: String,
    partition: String,
    account: String,
    function: String,
    /// ARN of the principal.
    principal: String,
}

impl Place {
    fn of(answer: &Answer<'_>) -> Self {
        let region = answer.region().unwrap_or_else(|| "REGION".to_owned());
        let partition = answer.inferred().map_or("aws", |inferred| inferred.partition).to_owned();
        Self {
            principal: format!("arn:{partition}:iam::ACCOUNT:user/USER"),
            account: "ACCOUNT".to_owned(),
            function: "FUNCTION".to_owned(),
            region,
            partition,
        }
    }

    /// By the ARNs of caller and function, which [`crate::core::cloud_trace`] has checked.
    pub(super) fn known(caller: &str, function: &str) -> Option<Self> {
        let parts: Vec<&str> = function.splitn(7, ':').collect();
        let ["arn", partition, "lambda", region, account, "function", function] = parts[..] else {
            return None;
        };
        Some(Self {
            region: region.to_owned(),
            partition: partition.to_owned(),
            account: account.to_owned(),
            function: function.to_owned(),
            principal: caller.to_owned(),
        })
    }

    /// Commands that allow these actions.
    pub(super) fn grants(&self, actions: &[&str]) -> Vec<String> {
        let mut commands = Vec::new();
        for action in actions {
            match *action {
                "lambda:InvokeFunctionUrl" => {
                    commands.extend(self.add_permission(&self.principal, "AWS_IAM"))
                }
                "lambda:InvokeFunction" => commands.extend(self.add_invoke_permission(&self.principal)),
                _ => {}
            }
        }
        commands.extend(self.put_user_policy(actions));
        commands
    }

    fn add_permission(&self, principal: &str, auth_type: &str) -> Option<String> {
        let action = ["call-url", "lambda:InvokeFunctionUrl"];
        self.permission(action, principal, &["--function-url-auth-type", auth_type])
    }

    fn add_invoke_permission(&self, principal: &str) -> Option<String> {
        let action = ["invoke-via-url", "lambda:InvokeFunction"];
        self.permission(action, principal, &["--invoked-via-function-url"])
    }

    /// `None` where a name can't be a word of a command, as with [`shell_quote::command`].
    fn permission(&self, [id, action]: [&str; 2], principal: &str, more: &[&str]) -> Option<String> {
        let (region, function) = (self.region.as_str(), self.function.as_str());
        let names = [("--region", region), ("--function-name", function), ("--statement-id", id)];
        let rest = [("--action", action), ("--principal", principal)];
        let mut words = vec!["aws", "lambda", "add-permission"];
        for (option, value) in names.into_iter().chain(rest) {
            words.extend([option_value(option, value)?, value]);
        }
        words.extend(more);
        shell_quote::command(words)
    }

    /// Only for a user; other principals get policies in other ways.
    fn put_user_policy(&self, actions: &[&str]) -> Option<String> {
        let (_, user) = self.principal.split_once(":user/")?;
        let user = user.rsplit('/').next()?;
        let Self { partition, region, account, function, .. } = self;
        let resource = format!("arn:{partition}:lambda:{region}:{account}:function:{function}");
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        let actions = actions.iter().map(|action| quoted(action)).collect::<Vec<_>>().join(",");
        let policy = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":[{actions}],"Resource":{}}}]}}"#,
            quoted(&resource),
        );
        let name = [option_value("--user-name", user)?, user];
        let rest = ["--policy-name", "call-function-url", "--policy-document", &policy];
        shell_quote::command(["aws", "iam", "put-user-policy"].into_iter().chain(name).chain(rest))
    }
}

/// The option, unless its value would be read as another option.
fn option_value<'a>(option: &'a str, value: &str) -> Option<&'a str> {
    (!value.starts_with('-')).then_some(option)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_in_a_command_is_left_to_the_shell() {
        let names = ["$(touch x)", "`id`", "';id;'", "a b", "&id"];
        for forged in names {
            let place = Place {
                region: forged.into(),
                partition: "aws".into(),
                account: forged.into(),
                function: forged.into(),
                principal: format!("arn:aws:iam::1:user/{forged}"),
            };
            let commands = place.grants(&["lambda:InvokeFunctionUrl", "lambda:InvokeFunction"]);
            assert_eq!(commands.len(), 3, "{forged}");
            for command in commands {
                // Outside of single quotes stand only words, options and quotes that are escaped.
                let outside: String = command.replace("'\\''", "").split('\'').step_by(2).collect();
                let plain = |c: char| c.is_ascii_alphanumeric() || "-_:/ ".contains(c);
                assert!(outside.chars().all(plain), "{command}");
            }
        }
        let place = Place {
            region: "a\nid".into(),
            partition: "aws".into(),
            account: "1".into(),
            function: "-f".into(),
            principal: "arn:aws:iam::1:user/--profile=x".into(),
        };
        assert_eq!(place.grants(&["lambda:InvokeFunctionUrl"]), Vec::<String>::new());
    }
}

//! What is known about a request apart from its caller, action and resource.
//!
//! Owns condition keys and their values as text, and those that follow from the caller, such as
//! `aws:username`. Refuses to compare: `operator` does.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>

use std::borrow::Cow;

use super::caller::Caller;

type Text = Cow<'static, str>;

/// The value of a condition key. Numbers, dates and booleans are text, as AWS sends them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// A key that has one value.
    One(Text),
    /// A key that may have several, such as `aws:TagKeys`; an empty list is the same as no key.
    /// Only `ForAllValues` and `ForAnyValue` can compare them.
    Many(Vec<String>),
}

/// Keys that AWS treats as lists, even if a request has only one value.
const SEVERAL: [&str; 12] = [
    "aws:CalledVia",
    "aws:PrincipalOrgPaths",
    "aws:PrincipalServiceNamesList",
    "aws:ResourceOrgPaths",
    "aws:SourceOrgPaths",
    "aws:TagKeys",
    "aws:VpceOrgPaths",
    "dynamodb:Attributes",
    "dynamodb:LeadingKeys",
    "s3:RequestObjectTagKeys",
    "sts:RequestContextProviders",
    "sts:TransitiveTagKeys",
];

impl Value {
    /// A value from a person: in a list of one if AWS treats the key as a list.
    pub(crate) fn given(key: &str, value: String) -> Self {
        if SEVERAL.iter().any(|known| known.eq_ignore_ascii_case(key)) {
            return Self::Many(vec![value]);
        }
        Self::One(value.into())
    }
}

/// Condition keys of a request. Names are case-insensitive.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Context(Vec<(Text, Value)>);

impl Context {
    /// Sets a key to one value.
    #[must_use]
    pub(crate) fn with(mut self, key: impl Into<Text>, value: impl Into<Text>) -> Self {
        self.insert(key, Value::One(value.into()));
        self
    }

    /// Sets a key to several values.
    #[must_use]
    pub(crate) fn with_many<V: Into<String>>(
        mut self,
        key: impl Into<Text>,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        self.insert(key, Value::Many(values.into_iter().map(Into::into).collect()));
        self
    }

    /// Sets a key, replacing any earlier value.
    pub(crate) fn insert(&mut self, key: impl Into<Text>, value: Value) {
        let key = key.into();
        self.0.retain(|(known, _)| !known.eq_ignore_ascii_case(&key));
        self.0.push((key, value));
    }

    /// The value of a key, if the request has it.
    pub(crate) fn get(&self, key: &str) -> Option<&Value> {
        self.0.iter().find(|(known, _)| known.eq_ignore_ascii_case(key)).map(|(_, value)| value)
    }
}

/// A key's values, as conditions see them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen<'a> {
    One(&'a str),
    /// Never empty.
    Many(&'a [String]),
}

/// Everything that conditions and variables may refer to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts<'a> {
    pub(super) context: &'a Context,
    pub(super) caller: &'a Caller,
    pub(super) owner: &'a str,
}

impl<'a> Facts<'a> {
    /// The value of a key: from the request's context, or derived from the caller.
    pub(super) fn get(&self, key: &str) -> Option<Seen<'a>> {
        match self.context.get(key) {
            Some(Value::One(value)) => Some(Seen::One(value)),
            Some(Value::Many(values)) => (!values.is_empty()).then_some(Seen::Many(values)),
            None => self.implied(key).map(Seen::One),
        }
    }

    /// Keys that AWS adds to every request.
    fn implied(&self, key: &str) -> Option<&'a str> {
        let name = key.get(..4).filter(|vendor| vendor.eq_ignore_ascii_case("aws:")).map(|_| &key[4..])?;
        if name.eq_ignore_ascii_case("ResourceAccount") {
            return Some(self.owner).filter(|owner| !owner.is_empty());
        }
        self.caller.fact(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alice() -> Caller {
        let tags = vec![("Team".to_owned(), "blue".to_owned())];
        let arn = "arn:aws:iam::123456789012:user/dev/alice".to_owned();
        Caller::User { arn, id: "AIDAEXAMPLE".to_owned(), account: "123456789012".to_owned(), tags }
    }

    #[test]
    fn keys_ignore_case_and_the_last_value_wins() {
        let context = Context::default().with("lambda:FunctionUrlAuthType", "NONE");
        let context = context.with("LAMBDA:functionurlauthtype", "AWS_IAM");
        assert_eq!(context.get("lambda:FUNCTIONURLAUTHTYPE"), Some(&Value::One("AWS_IAM".into())));
        assert_eq!(context.get("lambda:Other"), None);
    }

    #[test]
    fn some_keys_follow_from_the_caller() {
        let (context, caller) = (Context::default().with_many("aws:TagKeys", Vec::<String>::new()), alice());
        let facts = Facts { context: &context, caller: &caller, owner: "210987654321" };
        let table = [
            ("aws:UserName", Some("alice")),
            ("AWS:userid", Some("AIDAEXAMPLE")),
            ("aws:PrincipalArn", Some("arn:aws:iam::123456789012:user/dev/alice")),
            ("aws:PrincipalAccount", Some("123456789012")),
            ("aws:PrincipalType", Some("User")),
            ("aws:PrincipalIsAWSService", Some("false")),
            ("aws:PrincipalTag/team", Some("blue")),
            ("aws:PrincipalTag/other", None),
            ("aws:ResourceAccount", Some("210987654321")),
            ("aws:TagKeys", None),
            ("aws:", None),
            ("ä", None),
        ];
        for (key, expected) in table {
            assert_eq!(facts.get(key), expected.map(Seen::One), "{key}");
        }
        let context = Context::default().with("aws:username", "bob");
        let facts = Facts { context: &context, ..facts };
        assert_eq!(facts.get("aws:username"), Some(Seen::One("bob")), "what is said beats what follows");
    }
}

//! What is known about a request besides who, what and on what.
//!
//! Owns condition keys and their values, as text, and those that follow from the caller
//! (`aws:username` and its kin). Refuses to compare: `operator` does.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>

use std::borrow::Cow;

use super::caller::Caller;

type Text = Cow<'static, str>;

/// The value of a condition key. Numbers, dates and truth values are text, as AWS sends them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// A key that has one value.
    One(Text),
    /// A key that may have several, such as `aws:TagKeys`; an empty list is the same as no key. A
    /// condition sees them only through `ForAllValues` or `ForAnyValue`.
    Many(Vec<String>),
}

/// Keys of AWS that always have several values, however many a request brings.
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
    /// One value as a person gives it: a list of one, where AWS has a list.
    pub(crate) fn given(key: &str, value: String) -> Self {
        if SEVERAL.iter().any(|known| known.eq_ignore_ascii_case(key)) {
            return Self::Many(vec![value]);
        }
        Self::One(value.into())
    }
}

/// Condition keys of a request. Their names ignore case.
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

    /// Sets a key; what it was before is gone.
    pub(crate) fn insert(&mut self, key: impl Into<Text>, value: Value) {
        let key = key.into();
        self.0.retain(|(known, _)| !known.eq_ignore_ascii_case(&key));
        self.0.push((key, value));
    }

    /// The value of a key; `None` where the request does not have it.
    pub(crate) fn get(&self, key: &str) -> Option<&Value> {
        self.0.iter().find(|(known, _)| known.eq_ignore_ascii_case(key)).map(|(_, value)| value)
    }
}

/// The values of one key as a condition sees them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen<'a> {
    One(&'a str),
    /// Never empty.
    Many(&'a [String]),
}

/// Everything that conditions and variables may ask of a request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts<'a> {
    pub(super) context: &'a Context,
    pub(super) caller: &'a Caller,
    pub(super) owner: &'a str,
}

impl<'a> Facts<'a> {
    /// What the request says of a key: its context, else what follows from the caller.
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
    fn keys_ignore_case_and_the_last_value_stands() {
        let context = Context::default().with("lambda:FunctionUrlAuthType", "NONE");
        let context = context.with("LAMBDA:functionurlauthtype", "AWS_IAM");
        assert_eq!(context.get("lambda:FUNCTIONURLAUTHTYPE"), Some(&Value::One("AWS_IAM".into())));
        assert_eq!(context.get("lambda:Other"), None);
    }

    #[test]
    fn a_caller_brings_its_own_keys() {
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

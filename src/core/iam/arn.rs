//! ARNs, as far as policies look at them.

/// The parts of an ARN that has an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Arn<'a> {
    pub(super) partition: &'a str,
    pub(super) service: &'a str,
    pub(super) account: &'a str,
    /// The resource: everything after the account.
    pub(super) name: &'a str,
}

impl<'a> Arn<'a> {
    /// Parses the ARN of an IAM or STS resource: it has no region, but an account.
    pub(super) fn read(text: &'a str) -> Option<Self> {
        let mut parts = text.splitn(6, ':');
        let mut next = || parts.next();
        let (scheme, partition, service, region, account, name) =
            (next()?, next()?, next()?, next()?, next()?, next()?);
        let plain = scheme == "arn" && is_partition(partition) && region.is_empty();
        (plain && is_account(account)).then_some(Self { partition, service, account, name })
    }
}

/// True for a whole ARN: partition, service, region and account by their grammar, and a name of
/// characters that some service allows in one. Spaces, quotes and shell syntax are not among them, but
/// for the `$` of a function's `$LATEST` and of policy variables.
pub(crate) fn is_arn(text: &str) -> bool {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let ["arn", partition, service, region, account, name] = parts[..] else { return false };
    let word = |text: &str| text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    let name_byte = |b: u8| b.is_ascii_alphanumeric() || b"-_./:@+=,*?$".contains(&b);
    is_partition(partition)
        && !service.is_empty()
        && [service, region].into_iter().all(|text| word(text) && !text.starts_with('-'))
        && (account.is_empty() || account == "aws" || is_account(account))
        && !name.is_empty()
        && name.bytes().all(name_byte)
}

/// `aws`, `aws-cn`, `aws-us-gov` and their kin.
pub(super) fn is_partition(text: &str) -> bool {
    let rest = text.strip_prefix("aws");
    rest.is_some_and(|rest| {
        rest.is_empty() || rest.starts_with('-') && rest.chars().all(|c| c.is_ascii_lowercase() || c == '-')
    })
}

/// 12 digits.
pub(super) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit())
}

/// The account in an ARN; empty if it has none, such as that of an S3 bucket.
pub(crate) fn account_of(arn: &str) -> &str {
    arn.split(':').nth(4).filter(|account| is_account(account)).unwrap_or_default()
}

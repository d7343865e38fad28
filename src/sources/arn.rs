//! ARNs of IAM's.
//! [Amazon Resource Names](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html)

/// What is wrong with what is no role's.
pub(crate) const NO_ROLE_ARN: &str = "is no ARN of a role: arn:PARTITION:iam::ACCOUNT:role/NAME";

/// `arn:PARTITION:iam::ACCOUNT:role/NAME`
pub(crate) fn is_role_arn(arn: &str) -> bool {
    is_arn_of(arn, "role/")
}

/// `arn:PARTITION:iam::ACCOUNT:` and a resource of this kind.
pub(crate) fn is_arn_of(arn: &str, kind: &str) -> bool {
    let mut parts = arn.splitn(6, ':');
    let mut next = || parts.next().unwrap_or_default();
    next() == "arn"
        && !next().is_empty()
        && next() == "iam"
        && next().is_empty()
        && !next().is_empty()
        && next().starts_with(kind)
}

//! What the session of an assumed role may be called.

/// What is wrong with what is none.
pub(crate) const NO_SESSION_NAME: &str = "is not 2 to 64 letters, digits and characters of _+=,.@-";

/// `[\w+=,.@-]{2,64}`: `RoleSessionName` of
/// [AssumeRole](https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html).
pub(crate) fn is_session_name(name: &str) -> bool {
    let may_stand = |byte: u8| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte);
    (2..=64).contains(&name.len()) && name.bytes().all(may_stand)
}

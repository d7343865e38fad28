//! What IAM is asked about a request.

/// What a caller needs to be allowed.
pub(crate) struct Permission<'p> {
    /// For example `execute-api:Invoke`.
    pub(crate) action: &'static str,
    /// The ARN of what it is done to.
    pub(crate) resource: &'p str,
}

//! What was sent.

use crate::request::credentials::Credentials;
use crate::sign::stages::Stages;

/// What was sent, as far as an explanation needs it.
#[derive(Clone, Copy, Debug)]
pub struct Sent<'a> {
    /// What signing computed, from [`Signer::stages`](crate::Signer::stages) or
    /// [`Signer::presign_stages`](crate::Signer::presign_stages).
    pub stages: &'a Stages,
    /// Who signed.
    pub credentials: &'a Credentials,
}

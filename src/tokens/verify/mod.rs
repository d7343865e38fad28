//! Tokens that nobody but their own servers verifies, looked at by anybody: up to the call of AWS
//! STS that says whose they are.

mod eks_parameters;
mod eks_token_error;
mod eks_verifier;
mod freshness;
#[cfg(any(feature = "client", feature = "post-policy"))]
mod identity_envelope;
mod identity_error;
mod identity_headers;
mod identity_verifier;
#[cfg(any(feature = "client", feature = "post-policy"))]
mod sts_caller;
mod sts_host;
mod sts_replay;
mod sts_url;

pub use eks_token_error::EksTokenError;
pub use eks_verifier::EksVerifier;
#[cfg(any(feature = "client", feature = "post-policy"))]
pub use identity_envelope::StsIdentityEnvelope;
pub use identity_error::StsIdentityError;
pub use identity_verifier::StsIdentityVerifier;
#[cfg(any(feature = "client", feature = "post-policy"))]
pub use sts_caller::{StsAnswerError, StsCaller};
pub use sts_replay::StsReplay;

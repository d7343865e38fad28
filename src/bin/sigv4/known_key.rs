//! What a captured request is verified with.

use crate::failure::Failure;
use crate::key_file;
use crate::secret::SecretArguments;
use clap::ValueHint;
use sigv4::stream::ChunkDecoder;
use sigv4::{Claim, Error, Policy, PublicKey, Request, SigningKey, Timestamp, Verified};
use std::path::PathBuf;
use zeroize::Zeroizing;

#[derive(clap::Args)]
pub(crate) struct KeyArguments {
    #[command(flatten)]
    secret: SecretArguments,
    /// A file that holds the public key, for Version 4A and without any secret: PEM, the digits of
    /// the point, or JSON with X and Y; see 'sigv4 public-key'
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with_all = ["secret_env", "secret_file"])]
    public_key: Option<PathBuf>,
}

/// What is known of the key.
pub(crate) enum Known {
    Secret(Zeroizing<String>),
    Public(PublicKey),
}

impl KeyArguments {
    pub(crate) fn is_public(&self) -> bool {
        self.public_key.is_some()
    }

    pub(crate) fn read(&self) -> Result<Known, Failure> {
        match &self.public_key {
            Some(path) => key_file::read(path).map(Known::Public),
            None => self.secret.read().map(Known::Secret),
        }
    }
}

impl Known {
    /// The key for a claim.
    pub(crate) fn key(&self, claim: &Claim<'_>) -> Key {
        match self {
            Self::Secret(secret) => Key::Own(claim.signing_key(secret)),
            Self::Public(key) => Key::Public(*key),
        }
    }
}

pub(crate) enum Key {
    Own(SigningKey),
    Public(PublicKey),
}

impl Key {
    pub(crate) fn verify<'v>(
        &self,
        claim: &'v Claim<'_>,
        request: &Request<'v>,
        policy: &Policy<'_>,
        now: Timestamp,
    ) -> Result<Verified<'v>, Error> {
        match self {
            Self::Own(key) => claim.verify(key, request, policy, now),
            Self::Public(key) => claim.verify_with_public_key(key, request, policy, now),
        }
    }

    /// Who decodes the body of a request that was verified with it, where that is `aws-chunked`.
    pub(crate) fn chunk_decoder(&self, verified: &Verified<'_>) -> Option<ChunkDecoder> {
        match self {
            Self::Own(key) => verified.chunk_decoder(key),
            Self::Public(key) => verified.chunk_decoder(key),
        }
    }
}

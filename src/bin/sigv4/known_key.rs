//! What a captured request is verified with.

use crate::failure::Failure;
use crate::key_file;
use crate::secret::SecretArguments;
use crate::secret_file;
use clap::ValueHint;
use sigv4::stream::ChunkDecoder;
use sigv4::{Claim, Error, Policy, PublicKey, Request, SigningKey, Timestamp, Verified};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

#[derive(clap::Args)]
pub(crate) struct KeyArguments {
    #[command(flatten)]
    secret: SecretArguments,
    /// A file that holds the public key, for Version 4A and without any secret: PEM, the digits of
    /// the point, or JSON with X and Y; see 'sigv4 public-key'
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with_all = ["secret_env", "secret_file"])]
    public_key: Option<PathBuf>,
    /// A file that holds the key derived for the request's day, region and service, instead of the secret:
    /// 64 hexadecimal digits
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with_all = ["secret_env", "secret_file", "public_key"])]
    signing_key: Option<PathBuf>,
}

/// What is known of the key.
pub(crate) enum Known {
    Secret(Zeroizing<String>),
    Derived(SigningKey),
    Public(PublicKey),
}

impl KeyArguments {
    pub(crate) fn is_public(&self) -> bool {
        self.public_key.is_some()
    }

    /// Whether it is a key of Version 4 alone.
    pub(crate) fn is_derived(&self) -> bool {
        self.signing_key.is_some()
    }

    pub(crate) fn read(&self) -> Result<Known, Failure> {
        match (&self.public_key, &self.signing_key) {
            (Some(path), _) => key_file::read(path).map(Known::Public),
            (None, Some(path)) => derived(path).map(Known::Derived),
            (None, None) => self.secret.read().map(Known::Secret),
        }
    }
}

/// Nothing of what is read is said.
fn derived(path: &Path) -> Result<SigningKey, Failure> {
    let text = secret_file::read(path)?;
    let mut key = Zeroizing::new([0; 32]);
    hex::decode_to_slice(text.trim(), &mut *key).map_err(|_| {
        Failure::credentials(format_args!(
            "{}: not the 64 hexadecimal digits of a derived key",
            path.display()
        ))
    })?;
    Ok(SigningKey::from_bytes(&key))
}

impl Known {
    /// What it is, in words.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Secret(_) => "secret",
            Self::Derived(_) => "derived key",
            Self::Public(_) => "public key",
        }
    }

    /// The key for a claim.
    pub(crate) fn key(&self, claim: &Claim<'_>) -> Key {
        match self {
            Self::Secret(secret) => Key::Own(claim.signing_key(secret)),
            Self::Derived(key) => Key::Own(key.clone()),
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

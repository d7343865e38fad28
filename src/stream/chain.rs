//! The chain of a body's signatures: who signs its links, and who verifies them.

use crate::request::algorithm::Algorithm;
use crate::request::scope::Scope;
use crate::request::timestamp::Timestamp;
use crate::sign::header_form::Signed;
use crate::sign::signer::Signer;
use crate::signature::Signature;
use crate::signature::key::SigningKey;
#[cfg(feature = "v4a")]
use crate::signature::public_key::PublicKey;
use crate::stream::link::{Link, Linked};
use alloc::string::String;
use core::fmt;

/// Where a chain is: its time, its scope, its last signature.
#[derive(Clone)]
pub(super) struct Chain {
    at: Timestamp,
    algorithm: Algorithm,
    region: String,
    service: String,
    pub(super) previous: Signature,
}

impl Chain {
    /// `seed` is the signature of the request.
    pub(super) fn new(at: Timestamp, scope: &Scope<'_>, seed: Signature) -> Self {
        Self {
            at,
            algorithm: scope.algorithm(),
            region: scope.region().into(),
            service: scope.service().into(),
            previous: seed,
        }
    }

    pub(super) fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    fn link(&self, content: Linked) -> Link<'_> {
        Link {
            at: self.at,
            scope: Scope::trusted(self.algorithm, &self.at, &self.region, &self.service),
            previous: self.previous,
            content,
        }
    }
}

/// Signs the chunks of one body, and its trailer: links of the chain that begins with the
/// signature of its request.
///
/// [`ChunkEncoder`](crate::stream::ChunkEncoder) uses it; alone it is for those who write bodies
/// themselves. Vectors: `test-vectors/streaming`.
///
/// ```
/// use sigv4::stream::ChunkSigner;
/// use sigv4::{Hasher, Scope, Signature, SigningKey, Timestamp};
///
/// // The worked example of the S3 API reference: chunks of 65,536, 1,024 and 0 times `a`.
/// let at = Timestamp::parse("20130524T000000Z")?;
/// let scope = Scope::new(&at, "us-east-1", "s3")?;
/// let key = SigningKey::derive("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", &scope);
/// let seed = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9";
/// let mut signer = ChunkSigner::new(key, at, &scope, Signature::parse(seed).unwrap());
/// let mut sign = |length: usize| {
///     let mut hasher = Hasher::new();
///     hasher.put(&vec![b'a'; length]);
///     signer.sign_chunk(&hasher.finish()).to_string()
/// };
/// assert!(sign(65_536).starts_with("ad80c730"));
/// assert!(sign(1_024).starts_with("0055627c"));
/// assert!(sign(0).starts_with("b6c6ea8a"));
/// # Ok::<(), sigv4::Error>(())
/// ```
#[derive(Clone)]
pub struct ChunkSigner {
    key: SigningKey,
    chain: Chain,
}

impl ChunkSigner {
    /// Begins with `seed`, the signature of the request. Key, time and scope are the request's.
    #[must_use]
    pub fn new(key: SigningKey, at: Timestamp, scope: &Scope<'_>, seed: Signature) -> Self {
        Self {
            key,
            chain: Chain::new(at, scope, seed),
        }
    }

    /// The signature of the next chunk, of whose data this is the SHA-256. The last chunk is
    /// empty.
    pub fn sign_chunk(&mut self, sha256: &[u8; 32]) -> Signature {
        self.sign(Linked::Chunk { sha256: *sha256 })
    }

    /// The signature of the trailer, behind that of the empty chunk: see [`Linked::Trailer`].
    pub fn sign_trailer(&mut self, sha256: &[u8; 32]) -> Signature {
        self.sign(Linked::Trailer { sha256: *sha256 })
    }

    pub(crate) fn algorithm(&self) -> Algorithm {
        self.chain.algorithm()
    }

    fn sign(&mut self, content: Linked) -> Signature {
        let signature = self.key.sign_any(&self.chain.link(content));
        self.chain.previous = signature;
        signature
    }
}

impl Signer {
    /// Who signs the body of a request that was signed under
    /// [`Payload::Streaming`](crate::Payload::Streaming).
    pub fn chunk_signer(&self, signed: &Signed<'_>) -> ChunkSigner {
        self.chunk_signer_behind(signed.signature(), signed.at())
    }

    /// The same, of the signature and the time of the request.
    pub(crate) fn chunk_signer_behind(&self, seed: Signature, at: Timestamp) -> ChunkSigner {
        let scope = self.scope(&at);
        ChunkSigner::new(self.key_for(&scope), at, &scope, seed)
    }
}

/// What a signature is checked with. Of Signature Version 4A, the public key is enough.
#[derive(Clone)]
#[non_exhaustive]
pub enum VerifyingKey {
    /// The key that signs.
    Signing(SigningKey),
    /// Its public half.
    #[cfg(feature = "v4a")]
    Public(PublicKey),
}

impl VerifyingKey {
    pub(super) fn verifies(&self, link: &Link<'_>, signature: &Signature) -> bool {
        match self {
            Self::Signing(key) => key.verifies(link, signature),
            #[cfg(feature = "v4a")]
            Self::Public(key) => key.verifies(link, signature),
        }
    }
}

impl From<&SigningKey> for VerifyingKey {
    fn from(key: &SigningKey) -> Self {
        Self::Signing(key.clone())
    }
}

#[cfg(feature = "v4a")]
impl From<&PublicKey> for VerifyingKey {
    fn from(key: &PublicKey) -> Self {
        Self::Public(*key)
    }
}

/// Verifies the chunks of one body, and its trailer, in their order.
///
/// [`ChunkDecoder`](crate::stream::ChunkDecoder) uses it; alone it is for those who read bodies
/// themselves.
#[derive(Clone)]
pub struct ChunkVerifier {
    key: VerifyingKey,
    chain: Chain,
}

impl ChunkVerifier {
    /// Begins with `seed`, the signature of the request, which has been verified with the same key.
    #[must_use]
    pub fn new(
        key: impl Into<VerifyingKey>,
        at: Timestamp,
        scope: &Scope<'_>,
        seed: Signature,
    ) -> Self {
        Self {
            key: key.into(),
            chain: Chain::new(at, scope, seed),
        }
    }

    /// Whether this is the signature of the next chunk, of whose data this is the SHA-256. One
    /// that is not leaves the chain where it was. The time that it takes does not depend on where
    /// the first difference is.
    #[must_use]
    pub fn verify_chunk(&mut self, sha256: &[u8; 32], signature: &Signature) -> bool {
        self.verify(Linked::Chunk { sha256: *sha256 }, signature)
    }

    /// The same of the trailer: see [`Linked::Trailer`].
    #[must_use]
    pub fn verify_trailer(&mut self, sha256: &[u8; 32], signature: &Signature) -> bool {
        self.verify(Linked::Trailer { sha256: *sha256 }, signature)
    }

    pub(super) fn algorithm(&self) -> Algorithm {
        self.chain.algorithm()
    }

    fn verify(&mut self, content: Linked, signature: &Signature) -> bool {
        let holds = self.key.verifies(&self.chain.link(content), signature);
        if holds {
            self.chain.previous = *signature;
        }
        holds
    }
}

macro_rules! debug {
    ($($name:ident)*) => {$(
        /// Without key and signatures.
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    )*};
}

debug! { ChunkSigner VerifyingKey ChunkVerifier }

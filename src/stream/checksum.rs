//! Checksums of a body, as S3 takes them in a trailer or a header.
//! [Checking object integrity](https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html);
//! vectors `test-vectors/streaming-checksums.json`.

use crate::grammar::base64::base64;
use crate::signature::hash::{Hasher, Sha512};
use crate::stream::head::ChunkedBody;
use crate::stream::stream_error::StreamError;
use crate::stream::trailers::Trailers;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use crc::{CRC_32_ISCSI, CRC_64_NVME, Crc, Digest, Table};
use sha1::Digest as _;

/// Tables of 16 and 32 KiB: the smaller ones of the crate's default take four times as long.
static CRC32C: Crc<u32, Table<16>> = Crc::<u32, Table<16>>::new(&CRC_32_ISCSI);
static CRC64_NVME: Crc<u64, Table<16>> = Crc::<u64, Table<16>>::new(&CRC_64_NVME);

/// What a checksum is computed by: those of S3 but MD5 and the three of XXHASH, which it has as well.
///
/// ```
/// use sigv4::stream::ChecksumAlgorithm;
///
/// let algorithm = ChecksumAlgorithm::Crc64Nvme;
/// assert_eq!(algorithm.name(), "CRC64NVME");
/// assert_eq!(algorithm.header(), "x-amz-checksum-crc64nvme");
/// assert_eq!(algorithm.checksum(b"hello"), "M3eFcAZSQlc=");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ChecksumAlgorithm {
    /// CRC-32 of IEEE 802.3, as in zlib; what SDKs send unless told otherwise.
    Crc32,
    /// CRC-32C, of Castagnoli.
    Crc32c,
    /// CRC-64/NVME; what S3 computes itself where it is sent none.
    Crc64Nvme,
    /// SHA-1.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-512.
    Sha512,
}

impl ChecksumAlgorithm {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Crc32,
        Self::Crc32c,
        Self::Crc64Nvme,
        Self::Sha1,
        Self::Sha256,
        Self::Sha512,
    ];

    /// As `x-amz-sdk-checksum-algorithm` has it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Crc32 => "CRC32",
            Self::Crc32c => "CRC32C",
            Self::Crc64Nvme => "CRC64NVME",
            Self::Sha1 => "SHA1",
            Self::Sha256 => "SHA256",
            Self::Sha512 => "SHA512",
        }
    }

    /// The name of its trailer or header.
    #[must_use]
    pub const fn header(self) -> &'static str {
        match self {
            Self::Crc32 => "x-amz-checksum-crc32",
            Self::Crc32c => "x-amz-checksum-crc32c",
            Self::Crc64Nvme => "x-amz-checksum-crc64nvme",
            Self::Sha1 => "x-amz-checksum-sha1",
            Self::Sha256 => "x-amz-checksum-sha256",
            Self::Sha512 => "x-amz-checksum-sha512",
        }
    }

    /// By its name, in upper or lower case: `CRC64NVME`, `crc64nvme`.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|algorithm| algorithm.name().eq_ignore_ascii_case(name))
    }

    /// By the name of its trailer or header, in lower case.
    #[must_use]
    pub fn of_header(name: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|algorithm| algorithm.header() == name)
    }

    /// How long its value is, in characters.
    #[must_use]
    pub const fn encoded_length(self) -> usize {
        match self {
            Self::Crc32 | Self::Crc32c => 8,
            Self::Crc64Nvme => 12,
            Self::Sha1 => 28,
            Self::Sha256 => 44,
            Self::Sha512 => 88,
        }
    }

    /// The checksum of data that are there as a whole.
    #[must_use]
    pub fn checksum(self, data: &[u8]) -> String {
        let mut checksum = Checksum::new(self);
        checksum.put(data);
        checksum.finish()
    }

    /// Whether a value is base64 of as many bytes as the checksum has (RFC 4648, 4).
    pub(crate) fn is_value(self, value: &str) -> bool {
        let digits = value.trim_end_matches('=');
        let padding = value.len().saturating_sub(digits.len());
        let wanted = match self {
            Self::Crc32 | Self::Crc32c | Self::Sha512 => 2,
            Self::Crc64Nvme | Self::Sha1 | Self::Sha256 => 1,
        };
        let is_digit = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/';
        value.len() == self.encoded_length() && padding == wanted && digits.bytes().all(is_digit)
    }
}

impl fmt::Display for ChecksumAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The checksum of data that come in pieces.
///
/// ```
/// use sigv4::stream::{Checksum, ChecksumAlgorithm};
///
/// let mut checksum = Checksum::new(ChecksumAlgorithm::Crc32);
/// checksum.put(b"hel");
/// checksum.put(b"lo");
/// assert_eq!(checksum.finish(), "NhCmhg==");
/// ```
#[derive(Clone)]
pub struct Checksum(Kind);

/// One a body, and so of any size.
#[derive(Clone)]
#[allow(clippy::large_enum_variant)]
enum Kind {
    Crc32(crc32fast::Hasher),
    Crc32c(Digest<'static, u32, Table<16>>),
    Crc64Nvme(Digest<'static, u64, Table<16>>),
    Sha1(sha1::Sha1),
    Sha256(Hasher),
    Sha512(Sha512),
}

impl Checksum {
    /// Of nothing yet.
    #[must_use]
    pub fn new(algorithm: ChecksumAlgorithm) -> Self {
        Self(match algorithm {
            ChecksumAlgorithm::Crc32 => Kind::Crc32(crc32fast::Hasher::new()),
            ChecksumAlgorithm::Crc32c => Kind::Crc32c(CRC32C.digest()),
            ChecksumAlgorithm::Crc64Nvme => Kind::Crc64Nvme(CRC64_NVME.digest()),
            ChecksumAlgorithm::Sha1 => Kind::Sha1(sha1::Sha1::new()),
            ChecksumAlgorithm::Sha256 => Kind::Sha256(Hasher::new()),
            ChecksumAlgorithm::Sha512 => Kind::Sha512(Sha512::new()),
        })
    }

    /// What it is computed by.
    #[must_use]
    pub const fn algorithm(&self) -> ChecksumAlgorithm {
        match self.0 {
            Kind::Crc32(_) => ChecksumAlgorithm::Crc32,
            Kind::Crc32c(_) => ChecksumAlgorithm::Crc32c,
            Kind::Crc64Nvme(_) => ChecksumAlgorithm::Crc64Nvme,
            Kind::Sha1(_) => ChecksumAlgorithm::Sha1,
            Kind::Sha256(_) => ChecksumAlgorithm::Sha256,
            Kind::Sha512(_) => ChecksumAlgorithm::Sha512,
        }
    }

    /// The next piece.
    pub fn put(&mut self, data: &[u8]) {
        match &mut self.0 {
            Kind::Crc32(hasher) => hasher.update(data),
            Kind::Crc32c(digest) => digest.update(data),
            Kind::Crc64Nvme(digest) => digest.update(data),
            Kind::Sha1(hasher) => hasher.update(data),
            Kind::Sha256(hasher) => hasher.put(data),
            Kind::Sha512(hasher) => hasher.update(data),
        }
    }

    /// The checksum of all pieces, joined: base64 of the number, its highest byte first.
    #[must_use]
    pub fn finish(self) -> String {
        match self.0 {
            Kind::Crc32(hasher) => base64(&hasher.finalize().to_be_bytes()),
            Kind::Crc32c(digest) => base64(&digest.finalize().to_be_bytes()),
            Kind::Crc64Nvme(digest) => base64(&digest.finalize().to_be_bytes()),
            Kind::Sha1(hasher) => base64(&hasher.finalize()),
            Kind::Sha256(hasher) => base64(&hasher.finish()),
            Kind::Sha512(hasher) => base64(&hasher.finalize()),
        }
    }
}

impl fmt::Debug for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Checksum({})", self.algorithm())
    }
}

/// The checksums that a body's trailer announces, of those that can be computed.
#[derive(Clone)]
pub(super) struct Announced(Vec<(usize, Checksum)>);

impl Announced {
    pub(super) fn new(body: &ChunkedBody<'_>) -> Self {
        let names = body.trailer_names().enumerate();
        let checksums = names.filter_map(|(index, name)| {
            let algorithm = ChecksumAlgorithm::of_header(name)?;
            Some((index, Checksum::new(algorithm)))
        });
        Self(checksums.collect())
    }

    pub(super) fn put(&mut self, data: &[u8]) {
        for (_, checksum) in &mut self.0 {
            checksum.put(data);
        }
    }

    /// Each against its value.
    pub(super) fn check(&mut self, trailers: &Trailers) -> Result<(), StreamError> {
        for (index, checksum) in self.0.drain(..) {
            let (_, value) = trailers.iter().nth(index).unwrap_or_default();
            if !checksum.algorithm().is_value(value) {
                return Err(StreamError::MalformedChecksum { index });
            }
            if checksum.finish() != value {
                return Err(StreamError::ChecksumMismatch { index });
            }
        }
        Ok(())
    }
}

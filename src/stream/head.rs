//! What the head of a request says of an `aws-chunked` body: what a signer sets, and what one who
//! verifies demands.
//! [Chunked upload](https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html),
//! [with a trailer](https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html)

use crate::error::Error;
use crate::grammar::text::{LOWER_CASE_TOKEN, are_all_in, ascii, pieces, trim};
use crate::request::Header;
use crate::request::algorithm::Algorithm;
use crate::request::streaming::Streaming;
use crate::stream::stream_error::StreamError;
use core::fmt;

/// The header that says how long the body is before it is encoded.
pub(crate) const DECODED_LENGTH_HEADER: &str = "x-amz-decoded-content-length";

/// The header that announces the names of a trailer.
pub(crate) const TRAILER_HEADER: &str = "x-amz-trailer";

/// The header by which SDKs name the checksum of the trailer once more.
const CHECKSUM_ALGORITHM_HEADER: &str = "x-amz-sdk-checksum-algorithm";

/// What comes in front of an algorithm in the name of its header or trailer.
pub(crate) const CHECKSUM_PREFIX: &str = "x-amz-checksum-";

/// The line that a signed trailer ends with. It announces itself nowhere.
pub(super) const TRAILER_SIGNATURE: &str = "x-amz-trailer-signature";

/// `;chunk-signature=`, as it stands behind the length of a chunk.
pub(super) const CHUNK_SIGNATURE: &str = ";chunk-signature=";

/// The smallest chunk that may have another one behind it, in bytes.
/// [Chunked upload](https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html)
pub const MIN_CHUNK_SIZE: usize = 8_192;

/// The size of chunks that AWS recommends, in bytes: 64 KiB.
pub const DEFAULT_CHUNK_SIZE: usize = 65_536;

/// How many trailers one who verifies takes. AWS documents one; its C signer is tested with three.
pub(super) const MAX_TRAILERS: usize = 16;

/// Whether it can be the upload of an object, for which alone S3 takes pieces: a `PUT` of it
/// ([`PutObject`](https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html)) or of a part
/// ([`UploadPart`](https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html)), and none of
/// what else belongs to it, such as `?tagging`. (`x-id` is what SDKs add.) The target begins with
/// its path.
///
/// ```
/// use sigv4::stream::is_upload;
///
/// assert!(is_upload("PUT", "/key?partNumber=1&uploadId=x"));
/// assert!(!is_upload("PUT", "/key?acl") && !is_upload("PUT", "/") && !is_upload("POST", "/key"));
/// ```
#[must_use]
pub fn is_upload(method: &str, target: &str) -> bool {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let is_of_upload = |parameter: &str| {
        let name = parameter.split('=').next().unwrap_or_default();
        ["", "partNumber", "uploadId", "x-id"].contains(&name)
    };
    method == "PUT" && !matches!(path, "" | "/") && query.split('&').all(is_of_upload)
}

/// Whether a header of this name gives a checksum of the body to S3. `x-amz-checksum-algorithm`,
/// `-mode` and `-type` only speak of one.
/// [Checking object integrity](https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html)
///
/// ```
/// use sigv4::stream::is_checksum_header;
///
/// assert!(is_checksum_header("X-Amz-Checksum-Crc32"));
/// assert!(!is_checksum_header("x-amz-checksum-type"));
/// ```
#[must_use]
pub fn is_checksum_header(name: &str) -> bool {
    let prefix = name.get(..CHECKSUM_PREFIX.len()).unwrap_or_default();
    let rest = name.get(CHECKSUM_PREFIX.len()..).unwrap_or_default();
    let is_about_one = |other: &&str| rest.eq_ignore_ascii_case(other);
    prefix.eq_ignore_ascii_case(CHECKSUM_PREFIX)
        && !["algorithm", "mode", "type"].iter().any(is_about_one)
}

/// Whether a value of `content-encoding` has `aws-chunked` among its codings.
pub(crate) fn names_aws_chunked(value: &[u8]) -> bool {
    let mut codings = value.split(|byte| *byte == b',');
    codings.any(|coding| coding.trim_ascii().eq_ignore_ascii_case(b"aws-chunked"))
}

/// How a body is `aws-chunked`, as the head of its request says.
///
/// [`headers`](Self::headers) has to be signed with the request, under
/// [`Payload::Streaming`](crate::Payload::Streaming).
///
/// ```
/// use sigv4::{Credentials, Payload, Request, Signer, Streaming, Timestamp};
/// use sigv4::stream::{ChunkedBody, DEFAULT_CHUNK_SIZE};
///
/// let body = ChunkedBody::new(Streaming::Signed, 66_560);
/// let added = body.headers();
/// let mut headers = vec![("host", &b"examplebucket.s3.amazonaws.com"[..])];
/// headers.extend(added.iter());
/// let request = Request {
///     method: "PUT",
///     target: "/chunkObject.txt",
///     headers: &headers,
///     payload: Payload::Streaming(body.payload),
/// };
/// let signer = Signer::new(Credentials::new("AKIDEXAMPLE", "secret"), "us-east-1", "s3");
/// let signed = signer.sign(&request, Timestamp::parse("20130524T000000Z")?)?;
/// // What goes into `content-length`.
/// let length = body.encoded_length(signer.profile().algorithm, DEFAULT_CHUNK_SIZE, 0);
/// assert_eq!(length, Some(66_824));
/// # let _ = signed;
/// # Ok::<(), sigv4::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ChunkedBody<'a> {
    /// How chunks and trailer are signed.
    pub payload: Streaming,
    /// The length of the data before they are encoded, in bytes.
    pub decoded_length: u64,
    /// The value of `x-amz-trailer`: names in lower case between commas; empty where there is none.
    pub trailers: &'a str,
}

impl<'a> ChunkedBody<'a> {
    /// Without a trailer.
    #[must_use]
    pub const fn new(payload: Streaming, decoded_length: u64) -> Self {
        Self {
            payload,
            decoded_length,
            trailers: "",
        }
    }

    /// With a trailer: its name, or several between commas, such as `x-amz-checksum-crc32`. Signing
    /// the head and [`ChunkEncoder::new`](crate::stream::ChunkEncoder::new) refuse names that are
    /// none, and any for a [kind](Streaming::has_trailer) without a trailer.
    #[must_use]
    pub const fn with_trailers(self, trailers: &'a str) -> Self {
        Self { trailers, ..self }
    }

    /// The names of the trailers.
    pub fn trailer_names(&self) -> impl Iterator<Item = &'a str> {
        pieces(self.trailers, b',')
            .map(trim)
            .filter(|name| !name.is_empty())
    }

    /// `content-encoding`, `x-amz-decoded-content-length` and, where there is a trailer,
    /// `x-amz-trailer`. A body that has another encoding already names it in front:
    /// `gzip,aws-chunked`, in a header of the caller's in place of the first.
    #[must_use]
    pub fn headers(&self) -> ChunkedHeaders<'a> {
        let mut digits = [0; 20];
        let mut rest = self.decoded_length;
        let mut start = digits.len();
        for slot in digits.iter_mut().rev() {
            // A digit, and so below 10.
            *slot = b'0' | u8::try_from(rest % 10).unwrap_or_default();
            rest /= 10;
            start = start.saturating_sub(1);
            if rest == 0 {
                break;
            }
        }
        ChunkedHeaders {
            digits,
            start,
            trailers: self.trailers,
        }
    }

    /// The length of the encoded body, in bytes: what `content-length` says. Chunks are of
    /// `chunk_size` bytes but for the last; `trailer_values` is the length of all values of the
    /// trailer together (`ChecksumAlgorithm::encoded_length`). `None` where it is 2⁶⁴ or more, and
    /// for a chunk size of 0.
    #[must_use]
    pub fn encoded_length(
        &self,
        algorithm: Algorithm,
        chunk_size: usize,
        trailer_values: usize,
    ) -> Option<u64> {
        let signature = u64::try_from(wire_length(algorithm)).ok()?;
        let line_rest = if self.payload.is_signed() {
            let name = CHUNK_SIGNATURE.len() as u64;
            signature.checked_add(name)?.checked_add(2)?
        } else {
            2
        };
        let chunk = |length: u64| {
            hex_digits(length)
                .checked_add(line_rest)?
                .checked_add(length)?
                .checked_add(2)
        };
        let size = chunk_size as u64;
        let whole = self.decoded_length.checked_div(size)?;
        let mut sum = whole.checked_mul(chunk(size)?)?;
        match self.decoded_length.checked_rem(size)? {
            0 => {}
            last => sum = sum.checked_add(chunk(last)?)?,
        }
        // The empty chunk has no line break of its own.
        sum = sum.checked_add(line_rest)?.checked_add(1)?;
        for name in self.trailer_names() {
            sum = sum.checked_add(name.len() as u64)?.checked_add(3)?;
        }
        sum = sum.checked_add(trailer_values as u64)?;
        if self.payload == Streaming::SignedTrailer {
            sum = sum.checked_add(TRAILER_SIGNATURE.len() as u64)?;
            sum = sum.checked_add(signature)?.checked_add(3)?;
        }
        sum.checked_add(2)
    }

    /// What a request that is to be signed has to say, and [`read`](Self::read) finds there.
    pub(crate) fn to_sign(headers: &[Header<'a>], payload: Streaming) -> Result<(), Error> {
        if !payload.is_chunked() {
            return Ok(());
        }
        Self::read(headers, payload)?;
        let named = |(name, value): &Header<'_>| {
            name.eq_ignore_ascii_case("content-encoding") && names_aws_chunked(value)
        };
        let mut headers = headers.iter();
        headers
            .any(named)
            .then_some(())
            .ok_or(Error::MissingAwsChunked)
    }

    /// Whether it is one of the headers that [`read`](Self::read) goes by.
    pub(crate) fn is_read(name: &str) -> bool {
        [
            DECODED_LENGTH_HEADER,
            TRAILER_HEADER,
            CHECKSUM_ALGORITHM_HEADER,
        ]
        .iter()
        .any(|read| name.eq_ignore_ascii_case(read))
    }

    /// That the trailers are such as [`read`](Self::read) accepts.
    pub(super) fn check(&self) -> Result<(), StreamError> {
        if !self.payload.is_chunked() {
            return Err(StreamError::WrongPayload);
        }
        if self.trailers.is_empty() {
            if self.payload == Streaming::SignedTrailer {
                return Err(StreamError::NoTrailerNames);
            }
            return Ok(());
        }
        if !self.payload.has_trailer() {
            return Err(StreamError::UnexpectedTrailerNames);
        }
        names(self.trailers).map_err(|fault| match fault {
            NameFault::TooMany => StreamError::TooManyTrailerNames {
                limit: MAX_TRAILERS,
            },
            NameFault::At { index, .. } => StreamError::InvalidTrailerName { index },
        })
    }

    /// What the headers of a request say of a body that `x-amz-content-sha256` says is
    /// `aws-chunked`. `content-encoding` is of no account: the marker decides.
    ///
    /// # Errors
    /// [`Error::StreamingPayloadRefused`] for [`Streaming::Events`],
    /// [`Error::MissingDecodedContentLength`], [`Error::MalformedDecodedContentLength`],
    /// [`Error::MissingTrailerNames`], [`Error::UnexpectedTrailerNames`],
    /// [`Error::InvalidTrailerName`], [`Error::TooManyTrailerNames`],
    /// [`Error::ChecksumAlgorithmDiffers`], and [`Error::RepeatedSigningHeader`] where one of these
    /// headers is there twice.
    pub fn read(headers: &[Header<'a>], payload: Streaming) -> Result<Self, Error> {
        if !payload.is_chunked() {
            return Err(Error::StreamingPayloadRefused);
        }
        let find = |wanted: &str| one(headers, wanted);
        let (index, length) =
            find(DECODED_LENGTH_HEADER)?.ok_or(Error::MissingDecodedContentLength)?;
        let decoded_length =
            decimal(length).ok_or(Error::MalformedDecodedContentLength { index })?;
        let trailers = match find(TRAILER_HEADER)? {
            Some((index, _)) if !payload.has_trailer() => {
                return Err(Error::UnexpectedTrailerNames { index });
            }
            Some((index, value)) => read_names(index, value)?,
            // S3 takes an unsigned trailer without a name.
            None if payload == Streaming::SignedTrailer => return Err(Error::MissingTrailerNames),
            None => "",
        };
        let body = Self::new(payload, decoded_length).with_trailers(trailers);
        if let Some((index, algorithm)) = find(CHECKSUM_ALGORITHM_HEADER)? {
            // Of several checksums it has to be one; without any, it says nothing of the trailer.
            let checksums = body.trailer_names();
            let mut checksums = checksums
                .filter_map(|name| name.strip_prefix(CHECKSUM_PREFIX))
                .peekable();
            let is_it = |of: &str| of.as_bytes().eq_ignore_ascii_case(algorithm.trim_ascii());
            if checksums.peek().is_some() && !checksums.any(is_it) {
                return Err(Error::ChecksumAlgorithmDiffers { index });
            }
        }
        Ok(body)
    }
}

/// The header of that name, which is there once, with its place.
fn one<'a>(headers: &[Header<'a>], wanted: &str) -> Result<Option<(usize, &'a [u8])>, Error> {
    let mut found = None;
    for (index, (name, value)) in headers.iter().enumerate() {
        if name.eq_ignore_ascii_case(wanted) && found.replace((index, *value)).is_some() {
            return Err(Error::RepeatedSigningHeader { index });
        }
    }
    Ok(found)
}

pub(crate) fn decimal(value: &[u8]) -> Option<u64> {
    let digits = trim(core::str::from_utf8(value).ok()?);
    // The standard library takes a sign, too.
    let is_number = digits.bytes().all(|digit| digit.is_ascii_digit());
    is_number.then(|| digits.parse().ok())?
}

/// What is wrong with the names of trailers.
enum NameFault {
    TooMany,
    At {
        /// Which name.
        index: usize,
        /// Its first byte.
        position: usize,
    },
}

/// Names in lower case, each once, none of them that of the signature.
fn names(text: &str) -> Result<(), NameFault> {
    let mut position = 0_usize;
    for (index, piece) in pieces(text, b',').enumerate() {
        let name = trim(piece);
        if index >= MAX_TRAILERS {
            return Err(NameFault::TooMany);
        }
        let is_name = !name.is_empty() && are_all_in(&LOWER_CASE_TOKEN, name);
        let mut before = pieces(text, b',').take(index).map(trim);
        if !is_name || name == TRAILER_SIGNATURE || before.any(|other| other == name) {
            return Err(NameFault::At { index, position });
        }
        position = position.saturating_add(piece.len()).saturating_add(1);
    }
    Ok(())
}

/// The names in a header.
fn read_names(index: usize, value: &[u8]) -> Result<&str, Error> {
    let text = core::str::from_utf8(value).map_err(|fault| Error::InvalidTrailerName {
        index,
        position: fault.valid_up_to(),
    })?;
    names(text).map_err(|fault| match fault {
        NameFault::TooMany => Error::TooManyTrailerNames {
            limit: MAX_TRAILERS,
        },
        NameFault::At { position, .. } => Error::InvalidTrailerName { index, position },
    })?;
    Ok(trim(text))
}

/// How many characters a signature has on the wire: with Signature Version 4A it is filled up with
/// `*`, so that its length is known beforehand (aws-c-auth, `signing_result.c`).
pub(super) const fn wire_length(algorithm: Algorithm) -> usize {
    match algorithm {
        Algorithm::SigV4 => 64,
        #[cfg(feature = "v4a")]
        Algorithm::SigV4a => 144,
    }
}

/// How many hexadecimal digits a number has.
fn hex_digits(number: u64) -> u64 {
    u64::from(64_u32.saturating_sub(number.leading_zeros()).div_ceil(4)).max(1)
}

/// The headers of a [`ChunkedBody`].
#[derive(Clone, PartialEq, Eq)]
pub struct ChunkedHeaders<'a> {
    digits: [u8; 20],
    start: usize,
    trailers: &'a str,
}

impl ChunkedHeaders<'_> {
    /// Each as [`Request::headers`](crate::Request::headers) takes it.
    pub fn iter(&self) -> impl Iterator<Item = Header<'_>> {
        let length = self.digits.get(self.start..).unwrap_or_default();
        let trailer = Some((TRAILER_HEADER, self.trailers.as_bytes()));
        [
            ("content-encoding", &b"aws-chunked"[..]),
            (DECODED_LENGTH_HEADER, length),
        ]
        .into_iter()
        .chain(trailer.filter(|_| !self.trailers.is_empty()))
    }
}

impl fmt::Debug for ChunkedHeaders<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts = self.iter().map(|(name, value)| (name, ascii(value)));
        f.debug_map().entries(texts).finish()
    }
}

//! This crate: an upload verified and decoded.

use crate::case::{SECRET, TIME};
use crate::streams::encoded::Encoded;
use crate::streams::tally::Tally;
use crate::streams::upload::Upload;
use sigv4::stream::{ChunkDecoder, StreamError};
use sigv4::{Claim, Error, Payload, Policy, PublicKey, Request, Timestamp};

/// What was in an upload that is good.
#[derive(Debug, PartialEq, Eq)]
pub struct Decoded {
    pub data: Vec<u8>,
    pub trailers: Vec<(String, String)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    Head(Error),
    Body(StreamError),
}

impl Refused {
    /// What S3 calls it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Head(_) => "SignatureDoesNotMatch",
            Self::Body(error) => error.code(),
        }
    }
}

/// An upload with these headers and this body, whoever made it. Of Version 4A, the public key is
/// all that it is verified with.
///
/// # Errors
/// If its head or its body is refused.
///
/// # Panics
/// If the head is good, and says nothing of a body in chunks.
pub fn decoded(
    upload: &Upload,
    headers: &[(String, String)],
    body: &[u8],
) -> Result<Decoded, Refused> {
    let headers: Vec<_> = headers
        .iter()
        .map(|(name, value)| (&**name, value.as_bytes()))
        .collect();
    let request = Request {
        method: "PUT",
        target: &upload.target,
        headers: &headers,
        payload: Payload::Unsigned,
    };
    let mut decoder = decoder(upload, &request).map_err(Refused::Head)?;
    let mut data = Vec::new();
    for mut piece in upload.cut(body) {
        while !piece.is_empty() {
            let decoded = decoder.decode(piece).map_err(Refused::Body)?;
            data.extend_from_slice(decoded.data);
            piece = &piece[decoded.consumed..];
        }
    }
    decoder.finish().map_err(Refused::Body)?;
    let trailers = decoder
        .trailers()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    Ok(Decoded { data, trailers })
}

fn decoder(upload: &Upload, request: &Request<'_>) -> Result<ChunkDecoder, Error> {
    let region = upload.region.rsplit(',').next().unwrap_or_default();
    let regions = [&*region.replace('*', "x")];
    let mut policy = Policy::new(&regions, "s3");
    policy.streaming = true;
    let now = Timestamp::parse(TIME)?;
    let claim = Claim::from_request(request)?;
    let decoder = if upload.sigv4a {
        policy.profile = policy.profile.with_sigv4a();
        let key = PublicKey::derive(claim.access_key_id(), SECRET).expect("a key");
        let verified = claim.verify_with_public_key(&key, request, &policy, now)?;
        verified.chunk_decoder(&key)
    } else {
        let key = claim.signing_key(SECRET);
        let verified = claim.verify(&key, request, &policy, now)?;
        verified.chunk_decoder(&key)
    };
    Ok(decoder.expect("a body in chunks"))
}

/// What was sent in this upload has to come out of it here.
pub fn comes_out(upload: &Upload, of: &Encoded, all: &[u8], tally: &mut Tally, what: &'static str) {
    match decoded(upload, &of.headers, &of.body) {
        Ok(decoded) => {
            tally.count(what, 1);
            let same = decoded.data == upload.data(all) && decoded.trailers == upload.trailers;
            tally.check(same, || format!("{what}: something else: {upload:?}"));
        }
        Err(refused) => tally.fail(format!("{what}: refused: {refused:?}: {upload:?}")),
    }
}

//! The payload hash, last line of a canonical request.

use crate::error::Error;
use crate::grammar::hex::hex;
use crate::grammar::text::ascii;
use crate::request::Payload;
use crate::request::profile::{Profile, UnsignedPayload};
use crate::request::streaming::Streaming;
use crate::signature::hash::{EMPTY_SHA256_HEX, sha256};

/// The last line of a canonical request.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum PayloadHash {
    Sha256([u8; 64]),
    Unsigned,
    /// The marker of a body that is signed piece by piece.
    Streaming(&'static str),
}

impl PayloadHash {
    pub(crate) const UNSIGNED: &'static str = "UNSIGNED-PAYLOAD";

    /// What a profile makes of a payload.
    #[inline(always)]
    pub(crate) fn of(payload: Payload<'_>, profile: &Profile) -> Result<Self, Error> {
        match (payload, profile.unsigned_payload) {
            (Payload::Streaming(streaming), _) => Self::streaming(streaming, profile),
            (_, UnsignedPayload::Required) | (Payload::Unsigned, UnsignedPayload::Allowed) => {
                Ok(Self::Unsigned)
            }
            (Payload::Unsigned, UnsignedPayload::Refused) => Err(Error::UnsignedPayloadRefused),
            // Not written again for every request without a body.
            (Payload::Bytes(b""), _) => Ok(Self::Sha256(EMPTY_SHA256_HEX)),
            (Payload::Bytes(bytes), _) => Ok(Self::Sha256(hex(&sha256(bytes)))),
            (Payload::Sha256(hash), _) => Ok(Self::Sha256(hex(&hash))),
        }
    }

    fn streaming(streaming: Streaming, profile: &Profile) -> Result<Self, Error> {
        let taken = profile.takes(streaming);
        let marker = streaming.marker(profile.algorithm).filter(|_| taken);
        marker
            .map(Self::Streaming)
            .ok_or(Error::StreamingPayloadRefused)
    }

    pub(crate) fn as_str(&self) -> &str {
        ascii(self.as_bytes())
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Sha256(digits) => digits,
            Self::Unsigned => Self::UNSIGNED.as_bytes(),
            Self::Streaming(marker) => marker.as_bytes(),
        }
    }
}

//! What a claim says of the body: `x-amz-content-sha256`, against what is known of it.

use crate::canonical::payload::PayloadHash;
use crate::error::Error;
use crate::grammar::hex::{hex, parse_hex};
use crate::request::algorithm::Algorithm;
use crate::request::profile::UnsignedPayload;
use crate::request::streaming::Streaming;
use crate::request::{Payload, Request};
use crate::signature::hash::{EMPTY_SHA256, EMPTY_SHA256_HEX, sha256};
use crate::verify::claim::{Claim, Form};
use crate::verify::policy::Policy;

/// The last line of the canonical request, and the hash that it proves.
pub(super) struct ProvenPayload {
    pub line: PayloadHash,
    pub to_compare: Option<[u8; 32]>,
    pub streaming: Option<Streaming>,
}

impl ProvenPayload {
    const UNSIGNED: Self = Self {
        line: PayloadHash::Unsigned,
        to_compare: None,
        streaming: None,
    };

    fn signed(hash: [u8; 32]) -> Self {
        Self {
            // Not written again for every request without a body.
            line: PayloadHash::Sha256(match hash {
                EMPTY_SHA256 => EMPTY_SHA256_HEX,
                hash => hex(&hash),
            }),
            to_compare: Some(hash),
            streaming: None,
        }
    }
}

impl Claim<'_> {
    /// The last line of the canonical request, from what the request states and what is known of
    /// its body: who says that it is a stream wants that kind of stream, and no other payload.
    pub(super) fn proven_payload(
        &self,
        payload: Payload<'_>,
        policy: &Policy<'_>,
    ) -> Result<ProvenPayload, Error> {
        let profile = &policy.profile;
        let actual = match payload {
            Payload::Bytes(bytes) => Some(sha256(bytes)),
            Payload::Sha256(hash) => Some(hash),
            Payload::Unsigned | Payload::Streaming(_) => None,
        };
        let Some(stated) = self.content_sha256.as_deref() else {
            return match self.form {
                _ if matches!(payload, Payload::Streaming(_)) => Err(Error::MissingContentSha256),
                Form::Query if profile.presign_unsigned => Ok(ProvenPayload::UNSIGNED),
                Form::Header if profile.payload_hash_header => {
                    Error::MissingContentSha256.into_err()
                }
                _ if profile.unsigned_payload == UnsignedPayload::Required => {
                    Ok(ProvenPayload::UNSIGNED)
                }
                _ => actual
                    .map(ProvenPayload::signed)
                    .ok_or(Error::PayloadUnknown),
            };
        };
        if let Payload::Streaming(wanted) = payload
            && Streaming::parse(stated).is_none_or(|(streaming, _)| streaming != wanted)
        {
            return Error::PayloadDiffers.into_err();
        }
        if stated == PayloadHash::UNSIGNED {
            return match profile.unsigned_payload {
                UnsignedPayload::Refused => Error::UnsignedPayloadRefused.into_err(),
                UnsignedPayload::Allowed | UnsignedPayload::Required => Ok(ProvenPayload::UNSIGNED),
            };
        }
        if policy.streaming
            && let Some((streaming, algorithm)) = Streaming::parse(stated)
        {
            return self.streaming(streaming, algorithm, policy);
        }
        let stated = parse_hex(stated).ok_or(Error::UnsupportedContentSha256)?;
        if profile.unsigned_payload == UnsignedPayload::Required {
            return Error::SignedPayloadRefused.into_err();
        }
        if actual.is_some_and(|actual| actual != stated) {
            return Error::PayloadDiffers.into_err();
        }
        Ok(ProvenPayload::signed(stated))
    }

    /// Of the kind that the service takes, signed by the algorithm of the request, and in the header
    /// form, for which alone AWS describes it.
    fn streaming(
        &self,
        streaming: Streaming,
        algorithm: Option<Algorithm>,
        policy: &Policy<'_>,
    ) -> Result<ProvenPayload, Error> {
        let marker = streaming.marker(self.algorithm);
        match marker {
            Some(marker)
                if policy.profile.takes(streaming)
                    && self.form == Form::Header
                    && algorithm.is_none_or(|algorithm| algorithm == self.algorithm) =>
            {
                Ok(ProvenPayload {
                    line: PayloadHash::Streaming(marker),
                    to_compare: None,
                    streaming: Some(streaming),
                })
            }
            _ => Error::StreamingPayloadRefused.into_err(),
        }
    }

    /// Whether signed events may follow: behind the marker of an event stream, or behind the
    /// presigned `GET` by which a WebSocket is opened, without a body of its own
    /// ([Amazon Transcribe](https://docs.aws.amazon.com/transcribe/latest/dg/streaming-setting-up.html)).
    pub(super) fn begins_events(
        &self,
        request: &Request<'_>,
        payload: &ProvenPayload,
        policy: &Policy<'_>,
    ) -> bool {
        let presigned = policy.streaming
            && self.form == Form::Query
            && request.method == "GET"
            && payload.to_compare == Some(sha256(b""))
            && policy.profile.takes(Streaming::Events)
            && Streaming::Events.marker(self.algorithm).is_some();
        payload.streaming == Some(Streaming::Events) || presigned
    }
}

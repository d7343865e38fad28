//! One message: two lengths and their checksum, headers, payload, the checksum of all.

use super::event_error::EventError;
use super::header::{Header, HeaderValue, MAX_VALUE};
use alloc::vec::Vec;
use core::fmt;

/// The two lengths and their checksum.
pub(super) const PRELUDE: usize = 12;

/// A message without headers and payload.
const SMALLEST: usize = 16;

/// As botocore's reader has them: 128 KiB and 24 MiB.
pub(super) const MAX_HEADERS: usize = 131_072;
pub(super) const MAX_PAYLOAD: usize = 25_165_824;

/// So many names are compared with each other.
const MOST_HEADERS: usize = 128;

/// A message that was read: its checksums and its headers are right.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Message<'a> {
    headers: &'a [u8],
    payload: &'a [u8],
}

/// Without what is in it.
impl fmt::Debug for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (headers, payload) = (self.headers.len(), self.payload.len());
        write!(
            f,
            "Message({headers} bytes of headers, {payload} of payload)"
        )
    }
}

/// What the first bytes of a message say.
pub(super) struct Lengths {
    pub total: usize,
    pub headers: usize,
}

impl Lengths {
    /// The checksum first: before it holds, the lengths say nothing.
    pub(super) fn read(
        prelude: &[u8; PRELUDE],
        max_headers: usize,
        max_payload: usize,
    ) -> Result<Self, EventError> {
        let ([total, headers, checksum], _) = prelude.as_chunks::<4>() else {
            return Err(EventError::PreludeChecksumMismatch);
        };
        let mut hasher = crc32fast::Hasher::new();
        hasher.update(total);
        hasher.update(headers);
        if hasher.finalize().to_be_bytes() != *checksum {
            return Err(EventError::PreludeChecksumMismatch);
        }
        let number =
            |bytes: &[u8; 4]| usize::try_from(u32::from_be_bytes(*bytes)).unwrap_or(usize::MAX);
        let (total, headers) = (number(total), number(headers));
        let payload = total
            .checked_sub(SMALLEST)
            .and_then(|rest| rest.checked_sub(headers))
            .ok_or(EventError::MalformedLengths { total, headers })?;
        check_lengths(headers, max_headers, payload, max_payload)?;
        Ok(Self { total, headers })
    }
}

fn check_lengths(
    headers: usize,
    max_headers: usize,
    payload: usize,
    max_payload: usize,
) -> Result<(), EventError> {
    if headers > max_headers {
        return Err(EventError::HeadersTooLong {
            length: headers,
            limit: max_headers,
        });
    }
    if payload > max_payload {
        return Err(EventError::PayloadTooLong {
            length: payload,
            limit: max_payload,
        });
    }
    Ok(())
}

impl<'a> Message<'a> {
    /// Appends a message.
    ///
    /// # Errors
    /// [`EventError::InvalidHeaderName`], [`EventError::HeaderValueTooLong`],
    /// [`EventError::RepeatedHeader`], [`EventError::TooManyHeaders`],
    /// [`EventError::HeadersTooLong`] over 128 KiB, [`EventError::PayloadTooLong`] over 24 MiB: what
    /// readers refuse. Nothing is appended then.
    pub fn write(
        headers: &[Header<'_>],
        payload: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), EventError> {
        for (index, header) in headers.iter().enumerate() {
            if !(1..=255).contains(&header.name.len()) {
                return Err(EventError::InvalidHeaderName { index });
            }
            let length = match header.value {
                HeaderValue::Bytes(bytes) => bytes.len(),
                HeaderValue::String(text) => text.len(),
                _ => 0,
            };
            if length > MAX_VALUE {
                let limit = MAX_VALUE;
                return Err(EventError::HeaderValueTooLong { index, limit });
            }
        }
        let begin = out.len();
        out.extend_from_slice(&[0; PRELUDE]);
        for header in headers {
            header.write(out);
        }
        let headers_begin = begin.saturating_add(PRELUDE);
        let encoded = out.get(headers_begin..).unwrap_or_default();
        let length = encoded.len();
        let checked = check_headers(encoded)
            .and_then(|()| check_lengths(length, MAX_HEADERS, payload.len(), MAX_PAYLOAD));
        if let Err(error) = checked {
            out.truncate(begin);
            return Err(error);
        }
        let total = SMALLEST
            .saturating_add(length)
            .saturating_add(payload.len());
        // Both are far below the limit.
        let number = |length: usize| u32::try_from(length).unwrap_or_default().to_be_bytes();
        let mut lengths = [0; 8];
        for (slot, byte) in lengths
            .iter_mut()
            .zip([number(total), number(length)].as_flattened())
        {
            *slot = *byte;
        }
        let checksum = crc32fast::hash(&lengths).to_be_bytes();
        let prelude = lengths.iter().chain(&checksum);
        for (slot, byte) in out.iter_mut().skip(begin).zip(prelude) {
            *slot = *byte;
        }
        out.extend_from_slice(payload);
        let checksum = crc32fast::hash(out.get(begin..).unwrap_or_default());
        out.extend_from_slice(&checksum.to_be_bytes());
        Ok(())
    }

    /// Of all bytes of a message whose lengths are right.
    pub(super) fn parse(bytes: &'a [u8], headers: usize) -> Result<Self, EventError> {
        let wrong = EventError::MessageChecksumMismatch;
        let (front, checksum) = bytes.split_last_chunk().ok_or(wrong)?;
        if crc32fast::hash(front).to_be_bytes() != *checksum {
            return Err(wrong);
        }
        let behind = front.get(PRELUDE..).unwrap_or_default();
        let (headers, payload) = behind.split_at_checked(headers).ok_or(wrong)?;
        check_headers(headers)?;
        Ok(Self { headers, payload })
    }

    /// The headers, in their order.
    pub fn headers(&self) -> impl Iterator<Item = Header<'a>> {
        let mut rest = self.headers;
        core::iter::from_fn(move || {
            let (header, tail) = Header::read(rest)?;
            rest = tail;
            Some(header)
        })
    }

    /// The value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<HeaderValue<'a>> {
        let mut headers = self.headers();
        headers
            .find(|header| header.name == name)
            .map(|header| header.value)
    }

    /// The payload.
    #[must_use]
    pub fn payload(&self) -> &'a [u8] {
        self.payload
    }
}

/// Each is one, and there once.
fn check_headers(headers: &[u8]) -> Result<(), EventError> {
    let mut names = [""; MOST_HEADERS];
    let mut rest = headers;
    for count in 0_usize.. {
        let position = headers.len().saturating_sub(rest.len());
        if rest.is_empty() {
            break;
        }
        let (header, tail) = Header::read(rest).ok_or(EventError::MalformedHeader { position })?;
        let (before, behind) = names.split_at_mut(count.min(MOST_HEADERS));
        if before.contains(&header.name) {
            return Err(EventError::RepeatedHeader { position });
        }
        let limit = MOST_HEADERS;
        *behind
            .first_mut()
            .ok_or(EventError::TooManyHeaders { limit })? = header.name;
        rest = tail;
    }
    Ok(())
}

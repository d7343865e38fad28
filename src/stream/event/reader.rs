//! Messages, read from pieces of any length.

use super::event_error::EventError;
use super::message::{Lengths, MAX_HEADERS, MAX_PAYLOAD, Message, PRELUDE};
use crate::stream::held::hold;
use alloc::vec::Vec;
use core::fmt;

/// Reads messages from a stream that comes in pieces. Believes a length when its checksum holds
/// and it is within the limits, and holds what has arrived of a message (at most the message, and
/// a quarter of it while that grows); nothing of one that arrives in one piece.
#[derive(Clone)]
pub struct MessageReader {
    max_headers: usize,
    max_payload: usize,
    /// Of a message that is not whole yet, or was handed on last.
    held: Vec<u8>,
    handed_on: bool,
    failed: Option<EventError>,
}

/// What [`MessageReader::read`] made of a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Read<'a> {
    /// How many bytes of the piece have been read; the rest has to be given again.
    pub consumed: usize,
    /// The message that is whole now. `None` where there is none yet; then all of the piece has
    /// been read.
    pub message: Option<Message<'a>>,
}

impl Default for MessageReader {
    fn default() -> Self {
        Self::new()
    }
}

impl MessageReader {
    /// With the limits of botocore: headers of 128 KiB, a payload of 24 MiB.
    #[must_use]
    pub const fn new() -> Self {
        Self::with_limits(MAX_HEADERS, MAX_PAYLOAD)
    }

    /// With other limits, in bytes.
    #[must_use]
    pub const fn with_limits(max_headers: usize, max_payload: usize) -> Self {
        Self {
            max_headers,
            max_payload,
            held: Vec::new(),
            handed_on: false,
            failed: None,
        }
    }

    /// Reads the next piece, up to the end of a message.
    ///
    /// # Errors
    /// [`EventError`], where there is no message. Every later call gives the same.
    pub fn read<'a>(&'a mut self, piece: &'a [u8]) -> Result<Read<'a>, EventError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        if core::mem::take(&mut self.handed_on) {
            self.held.clear();
        }
        let whole = self.collect(piece);
        let parsed = whole.and_then(|(consumed, whole)| {
            let Some((length, headers)) = whole else {
                let message = None;
                return Ok(Read { consumed, message });
            };
            let bytes = if self.held.is_empty() {
                piece.get(..length).unwrap_or_default()
            } else {
                &self.held
            };
            let message = Some(Message::parse(bytes, headers)?);
            Ok(Read { consumed, message })
        });
        match &parsed {
            Ok(read) => self.handed_on = read.message.is_some(),
            Err(error) => self.failed = Some(*error),
        }
        parsed
    }

    /// How many bytes have been read, and, if a message is whole with them, its length and that of
    /// its headers. What is not whole is held.
    fn collect(&mut self, piece: &[u8]) -> Result<(usize, Option<(usize, usize)>), EventError> {
        if self.held.is_empty()
            && let Some(lengths) = self.lengths(piece)?
            && piece.len() >= lengths.total
        {
            return Ok((lengths.total, Some((lengths.total, lengths.headers))));
        }
        let mut consumed = 0_usize;
        let mut hold = |held: &mut Vec<u8>, up_to: usize| {
            let missing = up_to.saturating_sub(held.len());
            let rest = piece.get(consumed..).unwrap_or_default();
            let next = rest.get(..missing).unwrap_or(rest);
            hold(held, next, up_to);
            consumed = consumed.saturating_add(next.len());
            (consumed, held.len() >= up_to)
        };
        let (read, has_lengths) = hold(&mut self.held, PRELUDE);
        if !has_lengths {
            return Ok((read, None));
        }
        let prelude = self.held.first_chunk().copied().unwrap_or_default();
        let lengths = Lengths::read(&prelude, self.max_headers, self.max_payload)?;
        if self.held.len() == PRELUDE && self.held.capacity() < lengths.total {
            // What a shorter message needed is given back before.
            self.held = prelude.to_vec();
        }
        let (read, whole) = hold(&mut self.held, lengths.total);
        Ok((read, whole.then_some((lengths.total, lengths.headers))))
    }

    fn lengths(&self, piece: &[u8]) -> Result<Option<Lengths>, EventError> {
        let prelude = piece.first_chunk();
        prelude
            .map(|prelude| Lengths::read(prelude, self.max_headers, self.max_payload))
            .transpose()
    }

    /// That the stream ends behind a message.
    ///
    /// # Errors
    /// [`EventError::Incomplete`], or what [`read`](Self::read) said.
    pub fn finish(&self) -> Result<(), EventError> {
        match self.failed {
            Some(error) => Err(error),
            None if self.handed_on || self.held.is_empty() => Ok(()),
            None => Err(EventError::Incomplete {
                length: self.held.len(),
            }),
        }
    }
}

impl fmt::Debug for MessageReader {
    /// Without data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MessageReader")
            .field("max_headers", &self.max_headers)
            .field("max_payload", &self.max_payload)
            .finish_non_exhaustive()
    }
}

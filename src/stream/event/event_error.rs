//! Everything that can be wrong with a message of an event stream.

use crate::request::timestamp::Timestamp;
use core::fmt;

/// Why a message was not written, read or accepted. Headers are counted from zero, events of a
/// stream too; places are bytes of the headers of a message.
///
/// ```
/// use sigv4::stream::event::{EventError, MessageReader};
///
/// let mut reader = MessageReader::new();
/// let error = reader.read(&[0; 12]).unwrap_err();
/// assert_eq!(error, EventError::PreludeChecksumMismatch);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EventError {
    /// The name of a header that is to be written has not 1 to 255 bytes.
    InvalidHeaderName {
        /// Which header.
        index: usize,
    },
    /// The value of a header that is to be written is too long.
    HeaderValueTooLong {
        /// Which header.
        index: usize,
        /// How many bytes it may have.
        limit: usize,
    },
    /// The headers are longer than one who reads them takes.
    HeadersTooLong {
        /// In bytes.
        length: usize,
        /// How many bytes they may have.
        limit: usize,
    },
    /// The payload is longer than one who reads it takes.
    PayloadTooLong {
        /// In bytes.
        length: usize,
        /// How many bytes it may have.
        limit: usize,
    },
    /// More headers than one who reads them takes.
    TooManyHeaders {
        /// How many there may be.
        limit: usize,
    },
    /// The checksum of the two lengths is not theirs.
    PreludeChecksumMismatch,
    /// The length of the message has no room for its headers.
    MalformedLengths {
        /// Of the message, in bytes.
        total: usize,
        /// Of its headers, in bytes.
        headers: usize,
    },
    /// The checksum of the message is not its own.
    MessageChecksumMismatch,
    /// A header has no name, no known type, or a value that does not fit or is no UTF-8.
    MalformedHeader {
        /// Where it begins.
        position: usize,
    },
    /// A second header of its name.
    RepeatedHeader {
        /// Where it begins.
        position: usize,
    },
    /// The stream ended within a message.
    Incomplete {
        /// How many bytes of it there are.
        length: usize,
    },

    /// The event has no `:date`, or none that is a time of the years 0 to 9999.
    MissingDate {
        /// Which event.
        event: u64,
    },
    /// The event has no `:chunk-signature` of 32 bytes.
    MissingSignature {
        /// Which event.
        event: u64,
    },
    /// The event has a header beside the two, which its signature does not cover.
    UnexpectedHeader {
        /// Which event.
        event: u64,
    },
    /// The event is older or newer than the clocks may be apart.
    NotCurrent {
        /// Which event.
        event: u64,
        /// Its time.
        signed: Timestamp,
        /// That of the service.
        now: Timestamp,
        /// In seconds.
        limit: u64,
    },
    /// The signature of the event does not match.
    SignatureMismatch {
        /// Which event.
        event: u64,
    },
    /// The empty event has come, or been signed, already.
    AfterEnd {
        /// Which event.
        event: u64,
    },
    /// The stream ended without an empty event: it was cut.
    CutOff {
        /// How many events there were.
        events: u64,
    },
    /// An event that is to be signed is empty, and would end the stream.
    EmptyEvent,
}

impl fmt::Display for EventError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::InvalidHeaderName { index } => {
                write!(f, "header {index}: the name has not 1 to 255 bytes")
            }
            Self::HeaderValueTooLong { index, limit } => {
                write!(f, "header {index}: the value is longer than {limit} bytes")
            }
            Self::HeadersTooLong { length, limit } => {
                write!(f, "{length} bytes of headers: allowed are {limit}")
            }
            Self::PayloadTooLong { length, limit } => {
                write!(f, "{length} bytes of payload: allowed are {limit}")
            }
            Self::TooManyHeaders { limit } => write!(f, "more headers than {limit}"),
            Self::PreludeChecksumMismatch => {
                f.write_str("the checksum of the lengths does not match")
            }
            Self::MalformedLengths { total, headers } => {
                write!(
                    f,
                    "a message of {total} bytes has no room for {headers} bytes of headers"
                )
            }
            Self::MessageChecksumMismatch => {
                f.write_str("the checksum of the message does not match")
            }
            Self::MalformedHeader { position } => {
                write!(f, "no header at byte {position} of the headers")
            }
            Self::RepeatedHeader { position } => {
                write!(
                    f,
                    "a second header of its name at byte {position} of the headers"
                )
            }
            Self::Incomplete { length } => {
                write!(f, "the stream ended {length} bytes into a message")
            }
            Self::MissingDate { event } => write!(f, "event {event}: no :date"),
            Self::MissingSignature { event } => {
                write!(f, "event {event}: no :chunk-signature of 32 bytes")
            }
            Self::UnexpectedHeader { event } => {
                write!(f, "event {event}: a header that is not signed")
            }
            Self::NotCurrent {
                event,
                signed,
                now,
                limit,
            } => write!(
                f,
                "event {event}: signed at {signed}, now it is {now}: allowed are {limit} s"
            ),
            Self::SignatureMismatch { event } => {
                write!(f, "event {event}: the signature does not match")
            }
            Self::AfterEnd { event } => write!(f, "event {event}: behind the end of the stream"),
            Self::CutOff { events } => {
                write!(f, "the stream was cut off after {events} events")
            }
            Self::EmptyEvent => f.write_str("an empty event ends the stream"),
        }
    }
}

impl core::error::Error for EventError {}

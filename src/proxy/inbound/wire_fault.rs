//! What is wrong with a message, in the sense of RFC 9112.

use crate::proxy::cause::Cause;
use http::StatusCode;
use std::fmt;
use std::time::Duration;

/// Why a message was refused before it was read as one. `line` counts from the request line, which is
/// 1, or from the first trailer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WireFault {
    /// Request line and headers, in bytes.
    HeadTooLong {
        /// [`Limits::head`](super::super::Limits::head).
        limit: usize,
    },
    /// Headers, or trailers.
    TooManyHeaders {
        /// [`Limits::headers`](super::super::Limits::headers).
        limit: usize,
    },
    /// The target, escaped where it has to be, in bytes.
    TargetTooLong {
        /// What a target can have.
        limit: usize,
    },
    /// Trailers, in bytes.
    TrailersTooLong {
        /// What they can have together.
        limit: usize,
    },
    /// The head did not arrive in time.
    SlowHead {
        /// [`Limits::read`](super::super::Limits::read).
        limit: Duration,
    },
    /// A line ends in LF alone (RFC 9112, 2.2).
    BareLineFeed {
        /// Which one.
        line: usize,
    },
    /// A CR without LF (RFC 9112, 2.2).
    BareCarriageReturn {
        /// Where.
        line: usize,
    },
    /// More than one empty line in front of the request line (RFC 9112, 2.2).
    EmptyLines,
    /// Not method, target and version with one space between them (RFC 9112, 3).
    RequestLine,
    /// No token (RFC 9112, 3.1).
    Method,
    /// `CONNECT` asks for a forward proxy.
    Connect,
    /// An absolute target (RFC 9112, 3.2.2) asks for a forward proxy.
    AbsoluteTarget,
    /// `*` is no resource (RFC 9112, 3.2.4).
    AsteriskTarget,
    /// The target does not begin with `/` (RFC 9112, 3.2.1).
    Target,
    /// What no target may have, escaped or not.
    TargetByte {
        /// The byte.
        byte: u8,
        /// Its offset in the target.
        at: usize,
    },
    /// Neither HTTP/1.0 nor HTTP/1.1 (RFC 9112, 2.3).
    Version,
    /// A header that goes on in the next line (RFC 9112, 5.2).
    Folded {
        /// The line that begins with white space.
        line: usize,
    },
    /// A line without a colon.
    NoColon {
        /// Which one.
        line: usize,
    },
    /// A line that begins with a colon.
    NoName {
        /// Which one.
        line: usize,
    },
    /// White space between name and colon (RFC 9112, 5.1).
    SpaceBeforeColon {
        /// Which line.
        line: usize,
    },
    /// A byte that is not of a token in a name (RFC 9110, 5.1).
    HeaderName {
        /// Which line.
        line: usize,
        /// The byte.
        byte: u8,
    },
    /// A control character in a value (RFC 9110, 5.5).
    HeaderValue {
        /// Which line.
        line: usize,
        /// The byte.
        byte: u8,
    },
    /// HTTP/1.1 without `Host` (RFC 9112, 3.2).
    NoHost,
    /// A second `Host` (RFC 9112, 3.2).
    SecondHost {
        /// Which line.
        line: usize,
    },
    /// What is in `Host` is no host with a port (RFC 9112, 3.2).
    Host {
        /// Which line.
        line: usize,
    },
    /// A second `Content-Length`, be it the same (RFC 9112, 6.3).
    SecondLength {
        /// Which line.
        line: usize,
    },
    /// `Content-Length` is not one number of digits alone (RFC 9110, 8.6).
    Length {
        /// Which line.
        line: usize,
    },
    /// `Transfer-Encoding` and `Content-Length` (RFC 9112, 6.1 and 11.2).
    LengthAndCoding {
        /// The later one of them.
        line: usize,
    },
    /// A second `Transfer-Encoding`.
    SecondCoding {
        /// Which line.
        line: usize,
    },
    /// `Transfer-Encoding` is not `chunked` (RFC 9112, 6.1).
    Coding {
        /// Which line.
        line: usize,
    },
    /// `Transfer-Encoding` in HTTP/1.0 (RFC 9112, 6.1).
    CodingInHttp10 {
        /// Which line.
        line: usize,
    },
    /// The size of a chunk is not 1 to 15 hexadecimal digits in a line that ends in CRLF
    /// (RFC 9112, 7.1).
    ChunkSize,
    /// Something behind the size of a chunk (RFC 9112, 7.1.1).
    ChunkExtension,
    /// No CRLF behind the data of a chunk.
    ChunkEnd,
    /// A trailer that would change where messages end or go (RFC 9110, 6.5.1).
    TrailerName {
        /// Which of them.
        line: usize,
    },
}

impl WireFault {
    /// The status that says it to the caller.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::TargetTooLong { .. } => StatusCode::URI_TOO_LONG,
            Self::Version => StatusCode::HTTP_VERSION_NOT_SUPPORTED,
            _ => self.cause().status(),
        }
    }

    /// The word that answers, logs and metrics have for it.
    #[must_use]
    pub const fn cause(&self) -> Cause {
        match self {
            Self::HeadTooLong { .. } | Self::TooManyHeaders { .. } | Self::TargetTooLong { .. } => {
                Cause::HeadTooLong
            }
            Self::SlowHead { .. } => Cause::SlowCaller,
            Self::Coding { .. } | Self::Version => Cause::NotSupported,
            _ => Cause::Malformed,
        }
    }

    /// The fault behind an error of a body that hyper reads.
    #[must_use]
    pub fn of<'a>(mut error: &'a (dyn std::error::Error + 'static)) -> Option<&'a Self> {
        loop {
            if let Some(fault) = error.downcast_ref() {
                return Some(fault);
            }
            // An error of I/O shows what its inner one is caused by, but not that one.
            let inner = error.downcast_ref::<std::io::Error>();
            error = match inner.and_then(std::io::Error::get_ref) {
                Some(inner) => inner,
                None => error.source()?,
            };
        }
    }
}

impl std::error::Error for WireFault {}

impl fmt::Display for WireFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::HeadTooLong { limit } => {
                write!(f, "request line and headers have more than {limit} bytes")
            }
            Self::TooManyHeaders { limit } => write!(f, "there are more than {limit} headers"),
            Self::TargetTooLong { limit } => write!(f, "the target has more than {limit} bytes"),
            Self::TrailersTooLong { limit } => write!(f, "trailers have more than {limit} bytes"),
            Self::SlowHead { limit } => write!(
                f,
                "request line and headers did not arrive within {} s",
                limit.as_secs_f32()
            ),
            Self::BareLineFeed { line } => write!(f, "line {line} ends in LF without CR"),
            Self::BareCarriageReturn { line } => write!(f, "line {line} has a CR without LF"),
            Self::EmptyLines => f.write_str("there is more than one empty line before the request"),
            Self::RequestLine => f.write_str(
                "the request line is not method, target and version with one space between them",
            ),
            Self::Method => f.write_str("the method is no token"),
            Self::Connect => f.write_str("CONNECT asks for a forward proxy, which this is not"),
            Self::AbsoluteTarget => {
                f.write_str("an absolute target asks for a forward proxy, which this is not")
            }
            Self::AsteriskTarget => f.write_str("the target * is no resource"),
            Self::Target => f.write_str("the target does not begin with /"),
            Self::TargetByte { byte, at } => {
                write!(f, "the target has the byte {byte:#04X} at offset {at}")
            }
            Self::Version => f.write_str("the version is neither HTTP/1.0 nor HTTP/1.1"),
            Self::Folded { line } => write!(f, "line {line} goes on with the header before it"),
            Self::NoColon { line } => write!(f, "line {line} has no colon"),
            Self::NoName { line } => write!(f, "line {line} has no name before its colon"),
            Self::SpaceBeforeColon { line } => {
                write!(f, "line {line} has white space before its colon")
            }
            Self::HeaderName { line, byte } => {
                write!(f, "the name in line {line} has the byte {byte:#04X}")
            }
            Self::HeaderValue { line, byte } => {
                write!(f, "the value in line {line} has the byte {byte:#04X}")
            }
            Self::NoHost => f.write_str("there is no Host"),
            Self::SecondHost { line } => write!(f, "line {line} is a second Host"),
            Self::Host { line } => write!(f, "the Host in line {line} is no host with a port"),
            Self::SecondLength { line } => write!(f, "line {line} is a second Content-Length"),
            Self::Length { line } => {
                write!(f, "the Content-Length in line {line} is not one number")
            }
            Self::LengthAndCoding { line } => write!(
                f,
                "with line {line} there are Content-Length and Transfer-Encoding"
            ),
            Self::SecondCoding { line } => write!(f, "line {line} is a second Transfer-Encoding"),
            Self::Coding { line } => {
                write!(f, "the Transfer-Encoding in line {line} is not chunked")
            }
            Self::CodingInHttp10 { line } => {
                write!(f, "line {line} is a Transfer-Encoding in HTTP/1.0")
            }
            Self::ChunkSize => {
                f.write_str("the size of a chunk is not 1 to 15 hexadecimal digits and CRLF")
            }
            Self::ChunkExtension => f.write_str("there is something behind the size of a chunk"),
            Self::ChunkEnd => f.write_str("there is no CRLF behind the data of a chunk"),
            Self::TrailerName { line } => {
                write!(f, "trailer {line} would change where messages end or go to")
            }
        }
    }
}

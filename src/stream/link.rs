//! A link of the chain of signatures that begins with a request's: its string to sign.
//! [Chunks](https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html#sigv4-chunked-body-definition),
//! [trailers](https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html),
//! [events](https://docs.aws.amazon.com/transcribe/latest/dg/streaming-http2.html)

use crate::grammar::hex::hex;
use crate::grammar::text::ascii;
use crate::request::scope::Scope;
use crate::request::timestamp::Timestamp;
use crate::signature::Signature;
use crate::signature::hash::EMPTY_SHA256_HEX;
use crate::signature::string_to_sign::ToSign;
use alloc::string::String;
use core::fmt;

/// What one link of a chain of signatures is over. `Display` writes exactly what is signed.
///
/// ```
/// use sigv4::stream::{Link, Linked};
/// use sigv4::{Scope, Signature, Timestamp};
///
/// let at = Timestamp::parse("20130524T000000Z")?;
/// let previous = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9";
/// let link = Link {
///     at,
///     scope: Scope::new(&at, "us-east-1", "s3")?,
///     previous: Signature::parse(previous).unwrap(), // at first, of the request
///     content: Linked::Chunk { sha256: [0xbf; 32] },
/// };
/// let text = link.to_string();
/// let lines: Vec<_> = text.lines().collect();
/// assert_eq!(lines[0], "AWS4-HMAC-SHA256-PAYLOAD");
/// assert_eq!(lines[3], previous);
/// assert_eq!(lines[5], "bf".repeat(32));
/// # Ok::<(), sigv4::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link<'a> {
    /// Of a chunk and a trailer, the time of the request; of an event, its own.
    pub at: Timestamp,
    /// The credential scope of that time.
    pub scope: Scope<'a>,
    /// The signature before: at first, that of the request.
    pub previous: Signature,
    /// What it is that is signed.
    pub content: Linked,
}

/// What a [`Link`] adds to the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Linked {
    /// A chunk of an `aws-chunked` body. The last one is empty.
    Chunk {
        /// SHA-256 of its data.
        sha256: [u8; 32],
    },
    /// The trailer behind the empty chunk.
    Trailer {
        /// SHA-256 of the trailers, each `name:value` and a line feed, sorted by name.
        sha256: [u8; 32],
    },
    /// A message of an event stream.
    Event {
        /// SHA-256 of its encoded `:date` header.
        date_sha256: [u8; 32],
        /// SHA-256 of its payload.
        payload_sha256: [u8; 32],
    },
}

impl ToSign for Link<'_> {
    fn write(&self, out: &mut impl FnMut(&[u8])) {
        let trailer = matches!(self.content, Linked::Trailer { .. });
        out(self.scope.algorithm().name().as_bytes());
        out(if trailer {
            b"-TRAILER\n"
        } else {
            b"-PAYLOAD\n"
        });
        out(self.at.as_bytes());
        out(b"\n");
        out(self.scope.date_bytes());
        self.scope.write_rest(&mut |text| out(text.as_bytes()));
        out(b"\n");
        // Without the stars that fill it up on the wire.
        self.previous.write(&mut |digits| out(digits.as_bytes()));
        out(b"\n");
        let last = match self.content {
            Linked::Trailer { sha256 } => sha256,
            Linked::Chunk { sha256 } => {
                out(&EMPTY_SHA256_HEX);
                out(b"\n");
                sha256
            }
            Linked::Event {
                date_sha256,
                payload_sha256,
            } => {
                out(&hex(&date_sha256));
                out(b"\n");
                payload_sha256
            }
        };
        out(&hex(&last));
    }
}

impl fmt::Display for Link<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        self.write(&mut |piece| text.push_str(ascii(piece)));
        f.write_str(&text)
    }
}

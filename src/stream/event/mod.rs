//! Event streams (`application/vnd.amazon.eventstream`): messages of headers and payload with two
//! checksums, and their signatures.
//! [Amazon Transcribe](https://docs.aws.amazon.com/transcribe/latest/dg/streaming-setting-up.html),
//! [event stream specification](https://smithy.io/2.0/aws/amazon-eventstream.html)
//!
//! What a client sends is signed: each message, as bytes, is the payload of an outer one that has
//! `:date` and `:chunk-signature`; an empty one ends the stream. What a service answers are plain
//! messages.
//!
//! ```
//! use sigv4::stream::event::{Header, HeaderValue, Message, MessageReader};
//! # use sigv4::{Credentials, Payload, Request, Signer, Streaming, Timestamp};
//!
//! let signer = Signer::new(Credentials::new("AKIDEXAMPLE", "secret"), "us-west-2", "transcribe");
//! let request = Request {
//!     method: "POST",
//!     target: "/stream-transcription",
//!     headers: &[
//!         ("host", b"transcribestreaming.us-west-2.amazonaws.com"),
//!         ("content-type", b"application/vnd.amazon.eventstream"),
//!     ],
//!     payload: Payload::Streaming(Streaming::Events),
//! };
//! let now = Timestamp::parse("20240102T030405Z")?;
//! let signed = signer.sign(&request, now)?;
//! let mut events = signer.event_signer(signed.signature())?;
//!
//! let headers = [Header { name: ":event-type", value: HeaderValue::String("AudioEvent") }];
//! let (mut message, mut sent) = (Vec::new(), Vec::new());
//! Message::write(&headers, b"sound", &mut message)?;
//! events.sign(&message, now, &mut sent)?;
//! events.finish(now, &mut sent)?;
//!
//! let mut reader = MessageReader::new();
//! let read = reader.read(&sent)?;
//! let outer = read.message.expect("a whole message");
//! assert_eq!(outer.payload(), message);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod event_error;
mod event_signer;
mod event_verifier;
mod header;
mod message;
mod reader;

pub use event_error::EventError;
pub use event_signer::EventSigner;
pub use event_verifier::EventVerifier;
pub use header::{Header, HeaderValue};
pub use message::Message;
pub use reader::{MessageReader, Read};

//! The text of each error, and what shows of the types.

use sigv4::stream::event::{
    EventError, EventSigner, EventVerifier, Header, Message, MessageReader, Read,
};
use sigv4::{Credentials, Scope, Signature, Signer, Timestamp};
use std::fmt::Debug;
use std::time::Duration;

macro_rules! texts {
    ($($variant:ident $({ $($field:tt)* })? => $text:literal;)*) => {
        vec![$((EventError::$variant $({ $($field)* })?, $text)),*]
    };
}

#[test]
fn every_error_says_what_and_where() {
    let signed = Timestamp::parse("20150830T123600Z").unwrap();
    let now = Timestamp::parse("20150830T133600Z").unwrap();
    let (index, limit, length, position, event) = (3, 100, 101, 12, 7);
    for (error, text) in texts! {
        InvalidHeaderName { index } => "header 3: the name has not 1 to 255 bytes";
        HeaderValueTooLong { index, limit } => "header 3: the value is longer than 100 bytes";
        HeadersTooLong { length, limit } => "101 bytes of headers: allowed are 100";
        PayloadTooLong { length, limit } => "101 bytes of payload: allowed are 100";
        TooManyHeaders { limit } => "more headers than 100";
        PreludeChecksumMismatch => "the checksum of the lengths does not match";
        MalformedLengths { total: 20, headers: 5 } =>
            "a message of 20 bytes has no room for 5 bytes of headers";
        MessageChecksumMismatch => "the checksum of the message does not match";
        MalformedHeader { position } => "no header at byte 12 of the headers";
        RepeatedHeader { position } => "a second header of its name at byte 12 of the headers";
        Incomplete { length } => "the stream ended 101 bytes into a message";
        MissingDate { event } => "event 7: no :date";
        MissingSignature { event } => "event 7: no :chunk-signature of 32 bytes";
        UnexpectedHeader { event } => "event 7: a header that is not signed";
        NotCurrent { event, signed, now, limit: 300 } =>
            "event 7: signed at 20150830T123600Z, now it is 20150830T133600Z: allowed are 300 s";
        SignatureMismatch { event } => "event 7: the signature does not match";
        AfterEnd { event } => "event 7: behind the end of the stream";
        CutOff { events: 7 } => "the stream was cut off after 7 events";
        EmptyEvent => "an empty event ends the stream";
    } {
        assert_eq!(error.to_string(), text);
    }
}

#[test]
fn everything_crosses_threads_and_shows_no_secret() {
    fn any_thread<T: Send + Sync + Unpin + Debug + 'static>() {}
    any_thread::<EventError>();
    any_thread::<EventSigner>();
    any_thread::<EventVerifier>();
    any_thread::<Header<'static>>();
    any_thread::<Message<'static>>();
    any_thread::<MessageReader>();
    any_thread::<Read<'static>>();
    let seed = Signature::parse(&"a".repeat(64)).unwrap();
    let signer = Signer::new(Credentials::new("AKIDEXAMPLE", "hush"), "us-east-1", "lex");
    let events = signer.event_signer(seed).unwrap();
    assert_eq!(format!("{events:?}"), "EventSigner { count: 0, .. }");
    let at = Timestamp::EPOCH;
    let scope = Scope::new(&at, "us-east-1", "lex").unwrap();
    let verifier = EventVerifier::new(&scope, seed, Duration::from_secs(1));
    assert_eq!(
        format!("{verifier:?}"),
        "EventVerifier { count: 0, ended: false, .. }"
    );
    let reader = MessageReader::with_limits(1, 2);
    let shown = "MessageReader { max_headers: 1, max_payload: 2, .. }";
    assert_eq!(format!("{reader:?}"), shown);
}

//! What passes the guard, however it arrives.

use super::guarded::Guarded;
use super::wire_fault::WireFault;
use crate::proxy::inbound::message_end;
use crate::proxy::settings::Limits;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use proptest::prelude::*;
use std::collections::VecDeque;
use std::prelude::rust_2024::*;
use std::{format, fs, io, vec};
use tokio::io::{AsyncRead, ReadBuf};

/// A connection whose bytes arrive in pieces, with a pause in front of each.
#[derive(Debug)]
struct Pieces {
    pieces: VecDeque<Vec<u8>>,
    paused: bool,
}

impl Pieces {
    fn new(bytes: &[u8], lengths: &[usize]) -> Self {
        let mut rest = bytes;
        let mut pieces = VecDeque::new();
        for length in lengths {
            let (piece, tail) = rest.split_at((*length).min(rest.len()));
            pieces.push_back(piece.to_vec());
            rest = tail;
        }
        pieces.push_back(rest.to_vec());
        pieces.retain(|piece| !piece.is_empty());
        Self {
            pieces,
            paused: true,
        }
    }
}

impl AsyncRead for Pieces {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.paused = !self.paused;
        if self.paused {
            return Poll::Pending;
        }
        let Some(mut piece) = self.pieces.pop_front() else {
            return Poll::Pending;
        };
        let rest = piece.split_off(piece.len().min(buf.remaining()));
        buf.put_slice(&piece);
        if !rest.is_empty() {
            self.pieces.push_front(rest);
        }
        Poll::Ready(Ok(()))
    }
}

/// What a reader with this much room gets, and how it ends: by a fault, or with nothing more to read.
fn read(bytes: &[u8], lengths: &[usize], room: usize) -> (Vec<u8>, Option<WireFault>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    let _context = runtime.enter();
    let pieces = Pieces::new(bytes, lengths);
    let mut pauses = pieces.pieces.len() + bytes.len() / 1_000 + 3;
    let mut guarded = Guarded::new(pieces, &Limits::default());
    let wire = guarded.wire();
    let mut context = Context::from_waker(Waker::noop());
    let mut passed = Vec::new();
    let mut place = vec![0; room];
    while pauses != 0 {
        let mut buf = ReadBuf::new(&mut place);
        match Pin::new(&mut guarded).poll_read(&mut context, &mut buf) {
            Poll::Pending => pauses -= 1,
            Poll::Ready(Ok(())) => passed.extend_from_slice(buf.filled()),
            Poll::Ready(Err(error)) => {
                return (passed, WireFault::of(&error).copied());
            }
        }
    }
    assert!(guarded.is_frugal(), "{guarded:?}");
    let mark = super::wire::Wire::REFUSED;
    let Some(before) = passed.strip_suffix(mark) else {
        return (passed, None);
    };
    let uri = "http://refused/".parse().unwrap();
    (before.to_vec(), wire.refused(http::Version::HTTP_11, &uri))
}

fn files(folder: &str) -> Vec<(String, Vec<u8>)> {
    let folder = format!(
        "{}/tests/proxy/smuggling/{folder}",
        env!("CARGO_MANIFEST_DIR")
    );
    let read = |entry: io::Result<fs::DirEntry>| {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        (name, fs::read(path).unwrap())
    };
    fs::read_dir(folder).unwrap().map(read).collect()
}

/// The name of a fault, without its facts.
fn name(fault: &WireFault) -> String {
    let shown = format!("{fault:?}");
    shown.split(' ').next().unwrap_or_default().into()
}

/// Each file is a connection's bytes; its name has the fault.
#[test]
fn what_servers_read_differently_is_refused() {
    let files = files("refused");
    assert!(files.len() > 100);
    for (file, bytes) in files {
        let fault = message_end(&bytes, &Limits::default()).unwrap_err();
        let expected = file.split('.').rev().nth(1).unwrap();
        assert_eq!(name(&fault), expected, "{file}: {fault}");
    }
}

#[test]
fn what_the_rules_allow_is_taken() {
    let files = files("taken");
    assert!(files.len() > 30);
    for (file, bytes) in files {
        let length = bytes.len();
        let end = message_end(&bytes, &Limits::default());
        let expected = if file == "preface.http" {
            None
        } else {
            Some(length)
        };
        assert_eq!(end, Ok(expected), "{file}");
        // What follows is another message, and each byte of this one is needed.
        let mut longer = bytes.clone();
        longer.extend_from_slice(b"GET");
        assert_eq!(
            message_end(&longer, &Limits::default()),
            Ok(expected),
            "{file}"
        );
        if expected.is_some() {
            let shorter = bytes.get(..length - 1).unwrap();
            assert_eq!(message_end(shorter, &Limits::default()), Ok(None), "{file}");
        }
    }
}

/// What is in front of a fault passes; nothing behind it does; and it does not matter how bytes
/// arrive, or how much of them is asked for.
#[test]
fn pieces_do_not_matter() {
    for (file, bytes) in files("refused").into_iter().chain(files("taken")) {
        let whole = read(&bytes, &[], 8_192);
        for lengths in [
            vec![1; bytes.len().min(2_000)],
            vec![7; 50],
            vec![1_500; 60],
            vec![24],
        ] {
            for room in [24, 1_500, 65_536] {
                assert_eq!(read(&bytes, &lengths, room), whole, "{file}");
            }
        }
    }
}

fn message() -> impl Strategy<Value = Vec<u8>> {
    let bytes = || prop::collection::vec(any::<u8>(), 0..300);
    let plain = bytes().prop_map(|body| {
        let mut message = format!(
            "PUT /a?b HTTP/1.1\r\nHost: x:1\r\nContent-Length: {}\r\n\r\n",
            body.len()
        )
        .into_bytes();
        message.extend(body);
        message
    });
    let none = "[!-~]{0,40}"
        .prop_map(|value| format!("GET / HTTP/1.1\r\na: {value}\r\nhost: x\r\n\r\n").into_bytes());
    let trailers = prop::collection::vec("[a-c]{1,3}: [ -~]{0,9}\r\n", 0..3);
    let chunked =
        (prop::collection::vec(bytes(), 0..4), trailers).prop_map(|(chunks, trailers)| {
            let mut message =
                b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
            for chunk in chunks.into_iter().filter(|chunk| !chunk.is_empty()) {
                message.extend(format!("{:x}\r\n", chunk.len()).bytes());
                message.extend(chunk);
                message.extend(b"\r\n");
            }
            message.extend(b"0\r\n");
            message.extend(trailers.concat().bytes());
            message.extend(b"\r\n");
            message
        });
    prop_oneof![plain, none, chunked]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Byte for byte, whole messages only, and each ends where it was put together to end.
    #[test]
    fn messages_pass_one_after_the_other(
        messages in prop::collection::vec(message(), 1..6),
        lengths in prop::collection::vec(0..400_usize, 0..20),
        room in prop_oneof![Just(24_usize), 1..3_000_usize],
        cut in 0..100_usize,
    ) {
        let first = messages.first().map(Vec::len);
        let bytes = messages.concat();
        prop_assert_eq!(message_end(&bytes, &Limits::default()), Ok(first));
        prop_assert_eq!(read(&bytes, &lengths, room), (bytes.clone(), None));
        // A head that is cut off does not pass in part.
        let mut longer = bytes.clone();
        let next = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n";
        longer.extend_from_slice(&next[..cut.min(next.len() - 1)]);
        prop_assert_eq!(read(&longer, &lengths, room), (bytes.clone(), None));
        // A fault comes behind what was in front of it.
        longer.truncate(bytes.len());
        longer.extend_from_slice(b"GET / HTTP/1.1\r\n\r\n");
        prop_assert_eq!(read(&longer, &lengths, room), (bytes, Some(WireFault::NoHost)));
    }

    /// Bytes of every kind: the same outcome in one piece and in many.
    #[test]
    fn nothing_panics(
        mut bytes in prop_oneof![
            message(),
            prop::collection::vec(any::<u8>(), 0..200),
            "[ -~\r\n:]{0,80}".prop_map(String::into_bytes),
        ],
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        lengths in prop::collection::vec(0..40_usize, 0..20),
    ) {
        if !bytes.is_empty() {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        prop_assert_eq!(read(&bytes, &lengths, 24), read(&bytes, &[], 8_192));
    }
}

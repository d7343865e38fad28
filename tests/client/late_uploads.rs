//! Uploads whose sources take longer than the call may, or give more than they said.

use crate::server::{Act, Server, response};
use crate::uploads::{data, s3};
use crate::wanted::accepting;
use sigv4::client::{ClientError, TransportKind, Upload};
use sigv4::stream::StreamError;
use std::io::{self, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// More than a socket of the server's keeps.
const LENGTH: usize = 200_000;

/// Gives a byte each time it is asked, and counts that; the first takes its time.
struct Slow(Arc<AtomicUsize>, Duration);

impl Read for Slow {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        if self.0.fetch_add(1, Ordering::SeqCst) == 0 {
            std::thread::sleep(self.1);
        }
        Ok(space.len().min(1))
    }
}

fn slow(length: usize, time: Duration) -> (Upload, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let counting = Arc::clone(&count);
    let length = length as u64;
    let open = move || Ok(Slow(Arc::clone(&counting), time).take(length));
    (Upload::new(length, open), count)
}

/// Sends it, and wants to be told that the time is over.
fn late(server: &Server, upload: Upload, timeout: u64) -> String {
    let client = s3(server);
    let call = client.put("/a").upload(upload);
    let error = call.timeout(Duration::from_millis(timeout)).send();
    match error.unwrap_err() {
        ClientError::Transport {
            kind: TransportKind::Deadline,
            message,
        } => message,
        other => panic!("{other:?}"),
    }
}

/// No more of a body is read once the time of the call is over, to hash it or to send it.
#[test]
fn what_is_read_too_late() {
    for whole in [true, false] {
        let server = Server::new(|_| vec![Act::TakeBody]);
        let (upload, count) = slow(LENGTH, Duration::from_millis(100));
        let upload = if whole { upload.whole() } else { upload };
        let message = late(&server, upload, 60);
        assert!(count.load(Ordering::SeqCst) <= 1);
        if whole {
            assert_eq!(
                message,
                "the call took too long: the body was not read in time"
            );
            assert_eq!(server.seen(), []);
        }
    }
}

/// The time that hashing took is not given again.
#[test]
fn hashing_counts() {
    let time = Duration::from_millis(200);
    let server = Server::new(move |_| {
        std::thread::sleep(time);
        vec![response("200 OK", "", "")]
    });
    late(&server, slow(100, time).0.whole(), 300);
}

/// A file that grows after it was hashed: the service never has all that it was promised.
#[test]
fn what_came_behind_the_last_byte() {
    let server = accepting();
    let opened = AtomicUsize::new(0);
    let upload = Upload::new(LENGTH as u64, move || {
        let more = ["", "d"][opened.fetch_add(1, Ordering::SeqCst)];
        Ok(Cursor::new(data(LENGTH)).chain(more.as_bytes()))
    });
    let client = s3(&server);
    let error = client.put("/a").upload(upload.whole()).send();
    let much = StreamError::TooMuchData {
        limit: LENGTH as u64,
    };
    assert_eq!(error.unwrap_err(), ClientError::RequestStream(much));
    assert_eq!(server.seen(), []);
}

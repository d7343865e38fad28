//! What arrived, as the answer.

use super::bodies::Bodies;
use super::pieces::Pieces;
use super::reply::Reply;
use super::room::Permits;
use http::request::Parts;
use hyper::body::Bytes;
use std::io::{self, Write};
use std::string::String;
use std::vec::Vec;

/// Method, path, query and body. A byte of a body can be six of the answer (`\u0001`), so the
/// answer is measured before it is written, and has room of its own until it is sent.
pub(crate) async fn echo(
    head: &Parts,
    body: &[u8],
    mut permits: Permits,
    bodies: &Bodies,
) -> Result<Reply, Reply> {
    let mut length = Length {
        left: bodies.longest_answer(),
        counted: 0,
    };
    write(&mut length, head, body).map_err(|_| Reply::too_long_to_repeat())?;
    bodies.room_for_answer(length.counted, &mut permits).await?;
    let mut text = Vec::with_capacity(length.counted);
    write(&mut text, head, body).map_err(|_| Reply::too_long_to_repeat())?;
    let pieces = Pieces::from([Bytes::from(text)].to_vec());
    Ok(Reply::ok(200, pieces.holding(permits)))
}

fn write(to: &mut impl Write, head: &Parts, body: &[u8]) -> io::Result<()> {
    let body = String::from_utf8_lossy(body);
    for (name, text) in [
        ("{\"method\":", head.method.as_str()),
        (",\"path\":", head.uri.path()),
        (",\"query\":", head.uri.query().unwrap_or_default()),
        (",\"body\":", &body),
    ] {
        to.write_all(name.as_bytes())?;
        serde_json::to_writer(&mut *to, text)?;
    }
    to.write_all(b"}")
}

/// Counts what is written, up to a limit.
struct Length {
    left: usize,
    counted: usize,
}

impl Write for Length {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.left = (self.left)
            .checked_sub(bytes.len())
            .ok_or(io::ErrorKind::FileTooLarge)?;
        self.counted = self.counted.saturating_add(bytes.len());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

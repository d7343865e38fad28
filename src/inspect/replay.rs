//! The same request once more, with the same signature.

use super::record::Record;
use std::io;
use std::net::SocketAddr;
use std::prelude::rust_2024::*;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use zeroize::Zeroizing;

/// For all of it.
const PATIENCE: Duration = Duration::from_secs(10);

/// The status of the answer, and where it was sent from: that is in the record of it. Frames and the
/// connection are this one's own.
pub(super) async fn send(record: &Record, to: SocketAddr) -> io::Result<(u16, SocketAddr)> {
    let exchange = async {
        let mut stream = TcpStream::connect(to).await?;
        let from = stream.local_addr()?;
        stream.write_all(&bytes(record)).await?;
        let mut start = [0; 12];
        stream.read_exact(&mut start).await?;
        let status = start
            .get(9..)
            .and_then(|digits| core::str::from_utf8(digits).ok());
        let status = status.and_then(|digits| digits.parse().ok());
        // Nobody is interested in the rest, but its sender may be disturbed by its loss.
        let mut rest = stream.take(1 << 20);
        tokio::io::copy(&mut rest, &mut tokio::io::sink()).await?;
        let status = status.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData))?;
        Ok((status, from))
    };
    let slow = |_| Err(io::Error::from(io::ErrorKind::TimedOut));
    timeout(PATIENCE, exchange).await.unwrap_or_else(slow)
}

fn bytes(record: &Record) -> Zeroizing<Vec<u8>> {
    let seen = &record.seen;
    let body = seen.body.kept().unwrap_or_default();
    let mut bytes = Zeroizing::new(Vec::with_capacity(seen.bytes().saturating_add(256)));
    let mut put = |pieces: &[&[u8]]| {
        for piece in pieces {
            bytes.extend_from_slice(piece);
        }
    };
    put(&[
        seen.head.method().as_bytes(),
        b" ",
        seen.head.target().as_bytes(),
        b" HTTP/1.1\r\n",
    ]);
    let mut framed = body.is_empty();
    for (name, value) in seen.head.headers() {
        match name {
            "connection" | "expect" | "keep-alive" | "transfer-encoding" => continue,
            "content-length" => framed = true,
            _ => {}
        }
        put(&[name.as_bytes(), b": ", value, b"\r\n"]);
    }
    if !framed {
        put(&[
            b"content-length: ",
            body.len().to_string().as_bytes(),
            b"\r\n",
        ]);
    }
    put(&[b"connection: close\r\n\r\n", body]);
    bytes
}

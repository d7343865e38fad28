//! Upstreams and callers that are driven byte by byte.

use crate::harness::{address, patient};
use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread::{self, JoinHandle};

/// One connection, taken by hand.
pub struct ByHand(pub TcpStream);

/// An upstream that takes one connection.
pub fn upstream<T: Send + 'static>(
    serve: impl FnOnce(ByHand) -> T + Send + 'static,
) -> (u16, JoinHandle<T>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let served = thread::spawn(move || serve(ByHand(patient(listener.accept().unwrap().0))));
    (port, served)
}

impl ByHand {
    pub fn call(proxy: &sigv4::proxy::Running) -> Self {
        Self(patient(TcpStream::connect(address(proxy)).unwrap()))
    }

    pub fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.write_all(bytes.as_ref()).unwrap();
    }

    /// Reads up to these bytes, and gives all before and with them.
    pub fn until(&mut self, end: &str) -> String {
        let mut read = Vec::new();
        while !read.ends_with(end.as_bytes()) {
            let mut byte = [0];
            let count = self.0.read(&mut byte);
            assert!(
                matches!(count, Ok(1)),
                "{count:?} after {}",
                String::from_utf8_lossy(&read)
            );
            read.extend(byte);
        }
        String::from_utf8(read).unwrap()
    }

    pub fn head(&mut self) -> String {
        self.until("\r\n\r\n").to_lowercase()
    }

    /// How many bytes come until the other side is gone.
    pub fn rest(mut self) -> usize {
        let (mut count, mut bytes) = (0, vec![0; 65_536]);
        loop {
            match self.0.read(&mut bytes) {
                Ok(0) => return count,
                Ok(length) => count += length,
                Err(error) if error.kind() == ErrorKind::ConnectionReset => return count,
                Err(error) => panic!("{error}"),
            }
        }
    }
}

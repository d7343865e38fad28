//! One kind of request to the embedded gateway, so many times over one connection, without and with an
//! inspector at which nobody looks: for `benches/instructions`, which counts the instructions.
//!
//! ```text
//! served BENCH COUNT
//! served --list
//! ```

#[path = "counted/mod.rs"]
mod counted;
#[path = "load/mod.rs"]
mod load;

use counted::Bench;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::ExitCode;

const KIB: usize = 1024;

const BENCHES: [Bench; 4] = [
    ("serve GET", |count| serve(count, &load::get(), false)),
    ("serve GET, inspected", |count| {
        serve(count, &load::get(), true)
    }),
    ("serve POST of 1 KiB", |count| {
        serve(count, &load::post(KIB), false)
    }),
    ("serve POST of 1 KiB, inspected", |count| {
        serve(count, &load::post(KIB), true)
    }),
];

fn main() -> ExitCode {
    counted::run("served", &BENCHES)
}

/// The caller is counted, too: it writes and reads, and no more.
fn serve(count: usize, request: &[u8], is_inspected: bool) {
    let mut gateway = load::gateway();
    if is_inspected {
        gateway = gateway.with_inspector(SocketAddr::from(([127, 0, 0, 1], 0)));
    }
    let gateway = gateway.start().expect("a gateway");
    let mut stream = TcpStream::connect(gateway.address()).expect("a connection");
    stream.set_nodelay(true).expect("an option");
    let mut answer = [0; 4 * KIB];
    // The ring is full, and each new request takes the place of one: as it is most of the time.
    for _ in 0..FULL + count {
        stream.write_all(request).expect("a request");
        let mut length = 0;
        while !load::is_whole(&answer[..length]) {
            let read = stream.read(&mut answer[length..]).expect("an answer");
            assert!(read > 0, "closed");
            length += read;
        }
        assert!(answer.starts_with(b"HTTP/1.1 200"));
    }
}

/// More than an inspector keeps.
const FULL: usize = 600;

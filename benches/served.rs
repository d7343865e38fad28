//! One kind of request to the embedded gateway, so many times over one connection, without and with an
//! inspector at which nobody looks: for `benches/instructions`, which counts the instructions.
//!
//! ```text
//! served BENCH COUNT
//! served --list
//! ```

#[path = "load/mod.rs"]
mod load;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::ExitCode;

const KIB: usize = 1024;

type Bench = (&'static str, fn(usize));

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
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["--list"] => BENCHES.iter().for_each(|(name, _)| println!("{name}")),
        [bench, count] if !bench.starts_with('-') => {
            let found = BENCHES.iter().find(|(name, _)| *name == bench);
            let (Some((_, run)), Ok(count)) = (found, count.parse()) else {
                eprintln!("no such bench, or not a number: {bench:?} {count:?}");
                return ExitCode::FAILURE;
            };
            run(count);
        }
        // As `cargo bench` calls it.
        _ => println!("run by benches/instructions, as: served BENCH COUNT"),
    }
    ExitCode::SUCCESS
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

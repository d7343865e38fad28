//! `sigv4 request -T --chunked`, opened where it arrives by the second implementation.

use crate::runner::{SECRET, file, run, sigv4};
use crate::tls::Tls;
use crate::upload::{Upload, checksum};
use crate::wire::{Arrived, serving};
use sigv4::PublicKey;
use std::io::{BufReader, Read, Write};
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;

fn data() -> Vec<u8> {
    (0..150_000_u32)
        .map(|number| (number % 251) as u8)
        .collect()
}

/// What was in it, or what is wrong with it.
fn open(arrived: &Arrived) -> (String, Vec<u8>) {
    let (method, target) = arrived.line.split_once(' ').unwrap();
    let headers = arrived.headers.iter();
    let headers = headers.map(|(name, value)| (name.clone(), value.as_bytes().to_vec()));
    let upload = Upload {
        method,
        target: target.strip_suffix(" HTTP/1.1").unwrap(),
        headers: &headers.collect::<Vec<_>>(),
        body: &arrived.body,
    };
    match upload.open(SECRET) {
        Ok(opened) => {
            let encoding = arrived.header("content-encoding").unwrap();
            let marker = arrived.header("x-amz-content-sha256").unwrap();
            let trailers: Vec<_> = opened.trailers.iter().collect();
            let chunks = opened.chunks;
            let said = format!("{target} {encoding} {marker} {chunks:?} {trailers:?}\n");
            ("200 OK".into(), [said.as_bytes(), &opened.data].concat())
        }
        Err(problem) => ("403 Forbidden".into(), problem.into_bytes()),
    }
}

/// What the server says of an upload of `data`.
fn arrives(command: &mut Command, data: &[u8]) -> String {
    let output = command.output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), &*stderr), (Some(0), ""));
    let end = output.stdout.iter().position(|byte| *byte == b'\n');
    let (said, found) = output.stdout.split_at(end.unwrap() + 1);
    assert!(found == data);
    String::from_utf8(said.to_vec()).unwrap()
}

fn upload(url: &str, arguments: &[&str]) -> Command {
    let mut command = sigv4(&[
        "request",
        "--fail-with-body",
        "--service",
        "s3",
        "--chunked",
    ]);
    command.args(arguments).arg(format!("{url}/bucket/"));
    command
}

#[test]
fn over_plain_http_each_chunk_is_signed() {
    let url = serving(open);
    let data = data();
    let (_folder, path) = file("an object", &data);
    let path = path.to_str().unwrap();
    let line = "/bucket/an%20object HTTP/1.1 aws-chunked";
    let marker = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
    let chunks = "[65536, 65536, 18928]";
    assert_eq!(
        arrives(&mut upload(&url, &["-T", path]), &data),
        format!("{line} {marker} {chunks} []\n")
    );
    for name in ["crc32", "crc32c", "crc64nvme", "sha1", "sha256", "sha512"] {
        let trailer = format!("x-amz-checksum-{name}");
        let value = checksum(&trailer, &data).unwrap();
        assert_eq!(
            arrives(&mut upload(&url, &["-T", path, "--checksum", name]), &data),
            format!("{line} {marker}-TRAILER {chunks} [({trailer:?}, {value:?})]\n")
        );
    }
    let (_folder, path) = file("nothing", b"");
    assert_eq!(
        arrives(&mut upload(&url, &["-T", path.to_str().unwrap()]), b""),
        format!("/bucket/nothing HTTP/1.1 aws-chunked {marker} [] []\n")
    );
}

/// Nobody but the two sides can change what TLS carries: a checksum is enough.
#[test]
fn over_https_a_checksum_follows() {
    let (tls, authority) = Tls::new();
    let (_folder, authority) = file("ca.pem", authority.as_bytes());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = BufReader::new(tls.accept(stream.unwrap()));
            let mut arrived = Arrived::read(&mut stream).unwrap();
            let answer = b"HTTP/1.1 100 Continue\r\n\r\n";
            stream.get_mut().write_all(answer).unwrap();
            arrived.body = vec![0; arrived.length()];
            stream.read_exact(&mut arrived.body).unwrap();
            let (status, body) = open(&arrived);
            let length = body.len();
            let head = format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\n\r\n");
            let stream = stream.get_mut();
            stream
                .write_all(&[head.as_bytes(), &body].concat())
                .unwrap();
            stream.conn.send_close_notify();
            let _ = stream.flush();
        }
    });
    let data = data();
    let (_other_folder, path) = file("object", &data);
    let tail = [
        "--cacert",
        authority.to_str().unwrap(),
        "-T",
        path.to_str().unwrap(),
    ];
    let line = "/bucket/object HTTP/1.1 aws-chunked";
    let chunks = "[65536, 65536, 18928]";
    for (options, name) in [
        (&[][..], "crc32"),
        (&["--checksum", "CRC64NVME"], "crc64nvme"),
    ] {
        let trailer = format!("x-amz-checksum-{name}");
        let value = checksum(&trailer, &data).unwrap();
        let marker = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
        assert_eq!(
            arrives(upload(&url, options).args(tail), &data),
            format!("{line} {marker} {chunks} [({trailer:?}, {value:?})]\n")
        );
    }
    // Where a checksum is given, nothing would follow; so the chunks are signed.
    let given = format!(
        "x-amz-checksum-sha1: {}",
        checksum("x-amz-checksum-sha1", &data).unwrap()
    );
    assert_eq!(
        arrives(upload(&url, &["-H", &given]).args(tail), &data),
        format!("{line} STREAMING-AWS4-HMAC-SHA256-PAYLOAD {chunks} []\n")
    );
}

/// The length of a pipe is given, that of a file known, however much of it has been read.
#[test]
fn stdin_is_sent_while_it_is_read() {
    let url = serving(open);
    let data = data();
    let length = format!("Content-Length: {}", data.len());
    let mut command = upload(&url, &["-T", "-", "-H", &length]);
    let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = pipes.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let piped = data.clone();
    let writer = thread::spawn(move || {
        piped
            .chunks(7_000)
            .all(|piece| stdin.write_all(piece).is_ok())
    });
    let output = child.wait_with_output().unwrap();
    assert!(writer.join().unwrap());
    let marker = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
    let line = format!("/bucket/ HTTP/1.1 aws-chunked {marker}");
    let said = format!("{line} [65536, 65536, 18928] []\n");
    assert!(output.stdout == [said.as_bytes(), &data].concat());

    #[cfg(unix)]
    {
        let (_folder, path) = file("object", &data);
        let mut stdin = std::fs::File::open(path).unwrap();
        stdin.read_exact(&mut [0; 50_000]).unwrap();
        assert_eq!(
            arrives(upload(&url, &["-T", "-"]).stdin(stdin), &data[50_000..]),
            format!("{line} [65536, 34464] []\n")
        );
    }
}

/// Of a file of procfs the system says that it has 0 bytes.
#[cfg(target_os = "linux")]
#[test]
fn a_length_that_is_given_of_a_file_without_one() {
    let url = serving(open);
    let path = "/proc/sys/kernel/ostype";
    let data = std::fs::read(path).unwrap();
    assert_eq!((std::fs::metadata(path).unwrap().len(), data.len()), (0, 6));
    assert_eq!(
        arrives(
            &mut upload(&url, &["-T", path, "-H", "Content-Length: 6"]),
            &data
        ),
        "/bucket/ostype HTTP/1.1 aws-chunked STREAMING-AWS4-HMAC-SHA256-PAYLOAD [6] []\n"
    );
}

/// Another encoding was there first; a length that is given is that of the data.
#[test]
fn headers_that_are_given() {
    let url = serving(open);
    let (_folder, path) = file("object", b"hello");
    let path = path.to_str().unwrap();
    let arguments = [
        "-T",
        path,
        "-H",
        "Content-Encoding: gzip",
        "-H",
        "Content-Length: 5",
        "--signed-headers",
        "content-length",
    ];
    assert_eq!(
        arrives(&mut upload(&url, &arguments), b"hello"),
        "/bucket/object HTTP/1.1 gzip,aws-chunked STREAMING-AWS4-HMAC-SHA256-PAYLOAD [5] []\n"
    );
    let sent = ["-T", path, "-o", "-", "-w", "%{size_upload}"];
    let (code, stdout, _) = run(&mut upload(&url, &sent));
    // 3 and 81 bytes for the line and the ends of the chunk, 86 for the last one.
    assert_eq!(
        (code, stdout.ends_with("hello177")),
        (Some(0), true),
        "{stdout}"
    );
}

/// Its signatures are filled up to one length.
#[test]
fn by_version_4a() {
    let (sender, receiver) = mpsc::channel();
    let url = serving(move |arrived| {
        let mut captured = format!("{}\r\n", arrived.line);
        for (name, value) in &arrived.headers {
            captured += &format!("{name}: {value}\r\n");
        }
        captured += "\r\n";
        sender
            .send([captured.as_bytes(), &arrived.body].concat())
            .unwrap();
        let marker = arrived.header("x-amz-content-sha256").unwrap();
        let complete = arrived.body.len() == arrived.length();
        // The empty chunk: 144 characters, whatever the signature has, and two line ends.
        let end = arrived.body.len() - 18 - 144 - 4;
        let end = arrived.body[end..].starts_with(b"0;chunk-signature=30");
        (
            "200 OK".into(),
            format!("{marker} {complete} {end}").into_bytes(),
        )
    });
    let (_folder, path) = file("object", &data());
    let arguments = ["--sigv4a", "-T", path.to_str().unwrap()];
    let (code, stdout, stderr) = run(&mut upload(&url, &arguments));
    assert_eq!((code, &*stderr), (Some(0), ""));
    assert_eq!(stdout, "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD true true");
    // Each signature, with the public key.
    let public = PublicKey::derive("AKIDALICE", SECRET).unwrap();
    let public = hex::encode(public.to_sec1());
    let (_folder, public) = file("public", public.as_bytes());
    let captured = receiver.recv().unwrap();
    let mut changed = captured.clone();
    let last = captured.len() - 18 - 144 - 4 - 3;
    changed[last] ^= 1;
    let whole = "body: 3 chunks, 150000 bytes, each chunk signed\n";
    for (captured, code, said) in [(captured, 0, whole), (changed, 1, "chunk 2")] {
        let (_folder, captured) = file("captured", &captured);
        let mut verify = sigv4(&["verify", "--public-key"]);
        let (found, stdout, stderr) = run(verify.args([public.as_path(), &captured]));
        assert_eq!(found, Some(code), "{stdout}{stderr}");
        assert!(
            format!("{stdout}{stderr}").contains(said),
            "{stdout}{stderr}"
        );
    }
}

/// Without chunks, it is computed with the hash, and sent as a header.
#[test]
fn a_checksum_of_a_whole_body() {
    let url = serving(|arrived| {
        arrived.verify("s3").unwrap();
        let mut sums = arrived.headers.iter();
        let sums: Vec<_> = sums
            .by_ref()
            .filter(|(name, _)| name.starts_with("x-amz-checksum"))
            .collect();
        ("200 OK".into(), format!("{sums:?}").into_bytes())
    });
    let data = data();
    let (_folder, path) = file("object", &data);
    let from_file = format!("@{}", path.display());
    for (arguments, data) in [
        (["-T", path.to_str().unwrap()], &*data),
        (["-d", &from_file], &data),
        (["-d", "text"], b"text"),
        (["--json", "{}"], b"{}"),
    ] {
        for name in ["crc32", "crc32c", "crc64nvme", "sha1", "sha256", "sha512"] {
            let header = format!("x-amz-checksum-{name}");
            let value = checksum(&header, data).unwrap();
            let mut command =
                sigv4(&["request", "-f", "--service", "s3", "--checksum", name, &url]);
            let (code, stdout, stderr) = run(command.args(arguments));
            assert_eq!((code, &*stderr), (Some(0), ""), "{arguments:?}");
            assert_eq!(stdout, format!("[({header:?}, {value:?})]"));
        }
    }
}

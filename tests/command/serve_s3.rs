//! `sigv4 serve --service s3`: an upload that is longer than what the process may take.
#![cfg(target_os = "linux")]

use crate::runner::{bare, run};
use sigv4::stream::{ChecksumAlgorithm, ChunkEncoder, ChunkedBody};
use sigv4::{Credentials, Header, Payload, Request, Signer, Streaming, Timestamp};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::SystemTime;

/// The process, and what it says to export.
pub fn serve(arguments: &[&str]) -> (Child, BTreeMap<String, String>) {
    let mut child = bare(&[&["serve", "--service", "s3"], arguments].concat())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut exports = BTreeMap::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        if let Some((name, value)) = line
            .strip_prefix("export ")
            .and_then(|line| line.split_once('='))
        {
            exports.insert(name.to_owned(), value.to_owned());
            if name == "AWS_ENDPOINT_URL_S3" {
                break;
            }
        }
    }
    (child, exports)
}

/// The most that it ever had in memory, in KiB.
fn most_memory(child: &Child) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

const ALGORITHM: ChecksumAlgorithm = ChecksumAlgorithm::Crc32;
const CHUNK: usize = 65_536;

/// The head of an upload of `length` bytes is sent. Its body is for the encoder.
fn begin(
    exports: &BTreeMap<String, String>,
    streaming: Streaming,
    length: usize,
) -> (TcpStream, ChunkEncoder) {
    let algorithm = ALGORITHM;
    let body = ChunkedBody::new(streaming, length as u64).with_trailers(algorithm.header());
    let added = body.headers();
    let address = exports["AWS_ENDPOINT_URL_S3"]
        .strip_prefix("http://")
        .unwrap();
    let headers: Vec<Header<'_>> = [("host", address.as_bytes())]
        .into_iter()
        .chain(added.iter())
        .collect();
    let request = Request {
        method: "PUT",
        target: "/bucket/key",
        headers: &headers,
        payload: Payload::Streaming(streaming),
    };
    let credentials = Credentials::new(
        exports["AWS_ACCESS_KEY_ID"].as_str(),
        exports["AWS_SECRET_ACCESS_KEY"].as_str(),
    );
    let signer = Signer::new(credentials, "us-east-1", "s3");
    let now = Timestamp::try_from(SystemTime::now()).unwrap();
    let signed = signer.sign(&request, now).unwrap();
    let encoded = body.encoded_length(
        signer.profile().algorithm,
        CHUNK,
        algorithm.encoded_length(),
    );
    let mut head = format!(
        "PUT /bucket/key HTTP/1.1\r\ncontent-length: {}\r\nconnection: close\r\n",
        encoded.unwrap()
    );
    for (name, value) in &headers {
        head += &format!("{name}: {}\r\n", std::str::from_utf8(value).unwrap());
    }
    for (name, value) in signed.headers() {
        head += &format!("{name}: {value}\r\n");
    }
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(format!("{head}\r\n").as_bytes()).unwrap();
    let encoder = ChunkEncoder::new(&body, CHUNK, signer.chunk_signer(&signed)).unwrap();
    (stream, encoder)
}

/// Of `length` bytes, in chunks of 64 KiB, made as they are sent. The answer.
fn upload(exports: &BTreeMap<String, String>, streaming: Streaming, length: usize) -> String {
    let (mut stream, mut encoder) = begin(exports, streaming, length);
    let data = vec![b'x'; CHUNK];
    let mut out = Vec::new();
    for _ in 0..length / data.len() {
        encoder.encode(&data, &mut out).unwrap();
        stream.write_all(&out).unwrap();
        out.clear();
    }
    let mut checksum = sigv4::stream::Checksum::new(ALGORITHM);
    (0..length / data.len()).for_each(|_| checksum.put(&data));
    encoder
        .finish(&[(ALGORITHM.header(), &checksum.finish())], &mut out)
        .unwrap();
    stream.write_all(&out).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn uploads_cost_no_more_memory_than_a_chunk() {
    let (mut child, exports) = serve(&["--max-body", "64M"]);
    // Unsigned, so that a debug build hashes them once: 24 MiB.
    let length = 24 << 20;
    let small = upload(&exports, Streaming::SignedTrailer, 1 << 20);
    assert!(small.contains("<Length>1048576</Length>"), "{small}");
    let before = most_memory(&child);
    let answer = upload(&exports, Streaming::UnsignedTrailer, length);
    let after = most_memory(&child);
    assert!(
        answer.contains(&format!("<Length>{length}</Length>")),
        "{answer}"
    );
    assert!(answer.contains("<Chunks>384</Chunks>"), "{answer}");
    assert!(after.saturating_sub(before) < 2_048, "{before} {after}");

    // What is beyond the limit is told so, from the head.
    let (stream, _) = begin(&exports, Streaming::UnsignedTrailer, (64 << 20) + 1);
    let mut answer = Vec::new();
    let mut reader = BufReader::new(stream);
    while reader.read_until(b'>', &mut answer).unwrap() > 0 && !answer.ends_with(b"</Error>") {}
    let answer = String::from_utf8(answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    assert!(answer.contains("<Code>EntityTooLarge</Code>"), "{answer}");
    drop(reader);

    let kill = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(kill.unwrap().success());
    let mut log = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut log)
        .unwrap();
    assert!(child.wait().unwrap().success());
    let requests: Vec<_> = (log.lines())
        .filter_map(|line| line.split_once(" PUT /bucket/key "))
        .map(|(_, rest)| &rest[..3])
        .collect();
    assert_eq!(requests, ["200", "200", "400"], "{log}");
    assert!(!log.contains(&exports["AWS_SECRET_ACCESS_KEY"]));
}

/// The command's own upload, and what the environment of `serve` is for.
#[test]
fn requests_of_the_command_are_taken() {
    let (mut child, exports) = serve(&[]);
    let url = format!("{}/bucket/a%20b", exports["AWS_ENDPOINT_URL_S3"]);
    let (code, stdout, stderr) = run(bare(&[
        "request",
        "--service",
        "s3",
        "-X",
        "PUT",
        "--data",
        "hello",
        &url,
    ])
    .envs(exports.clone()));
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(code, Some(0), "{stderr}");
    assert!(
        stdout.contains("<Key>a b</Key>") && stdout.contains("<Length>5</Length>"),
        "{stdout}"
    );
}

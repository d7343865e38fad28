//! `sigv4 verify` of captured uploads in pieces: those of the vectors, whole and with each flaw.

use crate::runner::bare;
use crate::support::flaws::flawed;
use crate::support::{json_files, vectors};
use serde_json::Value;
use sigv4::stream::{ChecksumAlgorithm, ChunkEncoder, ChunkedBody};
use sigv4::{Credentials, Header, Payload, Profile, Request, Signer, Streaming, Timestamp};
use std::io::Write;
use std::path::Path;
use std::process::Stdio;

const ID: &str = "AKIAIOSFODNN7EXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const NOW: &str = "20130524T000000Z";

fn read(path: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name]
        .as_str()
        .unwrap_or_else(|| panic!("{name}: {value}"))
}

/// Exit status, stdout and stderr.
fn verify(now: &str, more: &[&str], captured: &[u8]) -> (i32, String, String) {
    let mut command = bare(&[&["verify", "--now", now], more].concat());
    if !more.contains(&"--public-key") && !more.contains(&"--signing-key") {
        command.env("AWS_SECRET_ACCESS_KEY", SECRET);
    }
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(captured).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let (stdout, stderr) = (text(output.stdout), text(output.stderr));
    assert!(!stdout.contains(SECRET) && !stderr.contains(SECRET));
    (output.status.code().unwrap(), stdout, stderr)
}

fn json(now: &str, captured: &[u8]) -> (i32, Value) {
    let (code, stdout, _) = verify(now, &["--output", "json"], captured);
    (code, serde_json::from_str(&stdout).unwrap())
}

/// Inside the chunks of `transfer-encoding`.
fn framed(body: &[u8], size: usize) -> Vec<u8> {
    let mut framed = Vec::new();
    for piece in body.chunks(size) {
        framed.extend_from_slice(format!("{:x}\r\n", piece.len()).as_bytes());
        framed.extend_from_slice(piece);
        framed.extend_from_slice(b"\r\n");
    }
    framed.extend_from_slice(b"0\r\n\r\n");
    framed
}

/// As it was sent with a length, or in HTTP's chunks, or as a server with those taken off has it.
fn captures(head: &str, body: &[u8]) -> [Vec<u8>; 3] {
    let head = |line: &str| format!("{head}{line}\r\n\r\n").into_bytes();
    let chunked = head("Transfer-Encoding: Chunked");
    [
        [
            head(&format!("content-length: {}", body.len())),
            body.to_vec(),
        ]
        .concat(),
        [chunked.clone(), framed(body, 1_000)].concat(),
        [chunked, body.to_vec()].concat(),
    ]
}

#[test]
fn what_boto3_sent_is_valid() {
    let mut in_pieces = 0;
    for (name, path) in json_files(&vectors().join("streaming-wire")) {
        let sent = read(&path);
        let (Some(_), Some(trailer)) = (
            sent["headers"]["authorization"].as_str(),
            sent["headers"]["x-amz-trailer"].as_str(),
        ) else {
            continue;
        };
        let (_, target) = text(&sent, "url").split_once("/examplebucket").unwrap();
        let mut head = format!("PUT /examplebucket{target} HTTP/1.1\r\n");
        for (header, value) in sent["headers"].as_object().unwrap() {
            if header != "transfer-encoding" {
                head += &format!("{header}: {}\r\n", value.as_str().unwrap());
            }
        }
        for captured in captures(&head, text(&sent, "body").as_bytes()) {
            let (code, found) = json(NOW, &captured);
            assert_eq!(code, 0, "{name}: {found}");
            assert_eq!(found["body_signed"], false);
            assert_eq!(found["body"]["chunks"], 1);
            assert_eq!(found["body"]["bytes"], 5);
            assert_eq!(found["body"]["trailers"][0]["name"], trailer);
        }
        in_pieces += 1;
    }
    assert_eq!(in_pieces, 7);
}

#[test]
fn every_flaw_is_told_with_its_place() {
    let mut refused = 0;
    for flawed in flawed() {
        let name = &flawed.name;
        let [with_length, in_chunks, _] = captures(&flawed.head, &flawed.body);
        let (code, found) = json(NOW, &with_length);
        // A checksum that is not computed here is said not to have been compared.
        if flawed.error.starts_with("UncheckedChecksum") {
            let trailers = found["body"]["trailers"].as_array().unwrap();
            let compared: Vec<_> = trailers.iter().map(|one| &one["compared"]).collect();
            assert_eq!((code, compared), (0, vec![&true.into(), &false.into()]));
            continue;
        }
        assert_eq!(
            (code, &found["layer"]),
            (1, &"body".into()),
            "{name}: {found}"
        );
        for place in ["chunk", "position"] {
            let told = flawed.error.split_once(&format!("{place}: "));
            let told = told.map(|(_, rest)| rest.split([',', ' ']).next().unwrap());
            if let Some(told) = told {
                assert_eq!(found[place].to_string(), told, "{name}: {found}");
            }
        }
        // The last of HTTP's chunks is all that an empty body of this kind needs.
        if name == "end-empty" {
            continue;
        }
        let (code, framed) = json(NOW, &in_chunks);
        assert_eq!(
            (code, &framed["layer"]),
            (1, &"body".into()),
            "{name}: {framed}"
        );
        // In the first line it could be either layer, and both are told.
        if !framed["error"]
            .to_string()
            .contains("; or, inside the chunks")
        {
            assert_eq!(framed["error"], found["error"], "{name}");
        }
        refused += 1;
    }
    assert!(refused >= 65, "{refused}");
}

/// An upload with a trailer, as text, and the signer.
fn upload(version: Profile, region: &str, data: &[u8]) -> (String, Vec<u8>) {
    let algorithm = ChecksumAlgorithm::Crc32c;
    let body = ChunkedBody::new(Streaming::SignedTrailer, data.len() as u64)
        .with_trailers(algorithm.header());
    let added = body.headers();
    let headers: Vec<Header<'_>> = [("host", &b"examplebucket.s3.amazonaws.com"[..])]
        .into_iter()
        .chain(added.iter())
        .collect();
    let request = Request {
        method: "PUT",
        target: "/key",
        headers: &headers,
        payload: Payload::Streaming(body.payload),
    };
    let signer = Signer::new(Credentials::new(ID, SECRET), region, "s3").with_profile(version);
    let signed = signer
        .sign(&request, Timestamp::parse(NOW).unwrap())
        .unwrap();
    let mut head = "PUT /key HTTP/1.1\r\n".to_owned();
    for (name, value) in &headers {
        head += &format!("{name}: {}\r\n", std::str::from_utf8(value).unwrap());
    }
    for (name, value) in signed.headers() {
        head += &format!("{name}: {value}\r\n");
    }
    let mut encoder = ChunkEncoder::new(&body, 8_192, signer.chunk_signer(&signed)).unwrap();
    let mut encoded = Vec::new();
    encoder.encode(data, &mut encoded).unwrap();
    let checksum = algorithm.checksum(data);
    encoder
        .finish(&[(algorithm.header(), &checksum)], &mut encoded)
        .unwrap();
    (head, encoded)
}

/// By the secret, by what is derived from it for the day, and of Version 4A by the public key.
#[test]
fn every_kind_of_key_will_do() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        // Who can read a key is warned about.
        #[cfg(unix)]
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600))
            .unwrap();
        path.to_str().unwrap().to_owned()
    };
    let data = vec![b'x'; 20_000];
    let whole = "body: 3 chunks, 20000 bytes, each chunk signed; trailer signed; \
                 x-amz-checksum-crc32c is that of the data\n";
    let (head, mut body) = upload(Profile::S3, "us-east-1", &data);
    // Of test-vectors/streaming/doc-signed.json.
    let derived = "dbb893acc010964918f1fd433add87c70e8b0db6be30c1fbeafefa5ec6ba8378";
    let key = file("derived", &format!("{derived}\n"));
    let [captured, ..] = captures(&head, &body);
    for more in [&[][..], &["--signing-key", key.as_str()]] {
        let (code, stdout, stderr) = verify(NOW, more, &captured);
        assert_eq!((code, stderr.as_str()), (0, ""));
        assert!(stdout.ends_with(&format!("\n{whole}")), "{stdout}");
    }
    body[10_000] ^= 1;
    let [captured, ..] = captures(&head, &body);
    let (code, _, stderr) = verify(NOW, &["--signing-key", &key], &captured);
    assert_eq!(code, 1);
    let said = "sigv4: not valid: body: chunk 1: the signature does not match, read up to byte 16560; \
                the head is valid\n";
    assert_eq!(stderr, said);

    let (head, body) = upload(Profile::S3.with_sigv4a(), "us-east-1", &data);
    let [captured, ..] = captures(&head, &body);
    let public = sigv4::PublicKey::derive(ID, SECRET).unwrap();
    let public = file("public", &hex::encode(public.to_sec1()));
    for more in [&[][..], &["--public-key", public.as_str()]] {
        let (code, stdout, stderr) = verify(NOW, more, &captured);
        assert_eq!((code, stderr.as_str()), (0, ""));
        assert!(stdout.ends_with(&format!("\n{whole}")), "{stdout}");
    }
    let (code, _, stderr) = verify(NOW, &["--signing-key", &key], &captured);
    assert_eq!(code, 1);
    assert!(
        stderr.contains("a derived key is one of Version 4"),
        "{stderr}"
    );
    for (content, said) in [
        ("dbb893", "not the 64 hexadecimal digits"),
        (SECRET, "not the 64 hexadecimal digits"),
        ("", "empty"),
    ] {
        let (code, _, stderr) = verify(NOW, &["--signing-key", &file("bad", content)], &captured);
        assert_eq!(code, 3);
        assert!(stderr.contains(said), "{stderr}");
    }
}

/// What a proxy drops or decodes is found, and what is cut is said to be.
#[test]
fn usual_mistakes_are_named() {
    let (head, body) = upload(Profile::S3, "us-east-1", b"hello");
    let gone = head.replace("content-encoding: aws-chunked\r\n", "");
    let [captured, ..] = captures(&gone, &body);
    let (code, _, stderr) = verify(NOW, &[], &captured);
    assert_eq!(code, 1);
    let hint = "with 'content-encoding: aws-chunked', which did not arrive";
    assert!(stderr.contains(hint), "{stderr}");

    let marker = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER";
    let other = head.replace(marker, "UNSIGNED-PAYLOAD");
    let (code, _, stderr) = verify(NOW, &[], &captures(&other, b"hello")[0]);
    assert_eq!(code, 1);
    let hint = format!("with the header 'x-amz-content-sha256: {marker}'");
    assert!(stderr.contains(&hint), "{stderr}");

    for (body, said) in [
        (&body[..50], "chunk 0: the body ended early, at byte 50"),
        (&b"hello"[..], "chunk 0: the body ended early, at byte 5"),
        (&b""[..], "chunk 0: the body ended early, at byte 0"),
    ] {
        let [captured, ..] = captures(&head, body);
        let (code, _, stderr) = verify(NOW, &[], &captured);
        assert_eq!(code, 1);
        assert!(stderr.contains(said), "{stderr}");
    }
    // Neither layer is whole.
    let [_, captured, _] = captures(&head, &body);
    let cut = &captured[..captured.len() - 6];
    let (code, _, stderr) = verify(NOW, &[], cut);
    assert_eq!(code, 1);
    assert!(
        stderr.contains("; or, as transfer-encoding: chunked, the body ends before its last chunk"),
        "{stderr}"
    );
}

/// HTTP's chunks around a body that is signed as one.
#[test]
fn a_body_of_one_piece_may_come_in_chunks_of_http() {
    let signer = Signer::new(Credentials::new(ID, SECRET), "us-east-1", "s3");
    let request = Request {
        method: "PUT",
        target: "/key",
        headers: &[("host", b"examplebucket.s3.amazonaws.com")],
        payload: Payload::Bytes(b"hello"),
    };
    let signed = signer
        .sign(&request, Timestamp::parse(NOW).unwrap())
        .unwrap();
    let mut head = "PUT /key HTTP/1.1\r\nhost: examplebucket.s3.amazonaws.com\r\n".to_owned();
    for (name, value) in signed.headers() {
        head += &format!("{name}: {value}\r\n");
    }
    let [_, in_chunks, decoded] = captures(&head, b"hello");
    let (code, stdout, _) = verify(NOW, &[], &in_chunks);
    assert_eq!(code, 0);
    assert_eq!(stdout.lines().count(), 1, "{stdout}");
    // A length beside them counts for nothing (RFC 9112, 6.3).
    let [_, in_chunks, _] = captures(&(head.clone() + "content-length: 5\r\n"), b"hello");
    assert_eq!(verify(NOW, &[], &in_chunks), (0, stdout, String::new()));
    let (code, _, stderr) = verify(NOW, &[], &decoded);
    assert_eq!(code, 2);
    let said = "transfer-encoding: no length of a chunk, or no CR LF, at byte 0; give the body as it \
                was sent, or decoded and without this header\n";
    assert!(stderr.ends_with(said), "{stderr}");
}

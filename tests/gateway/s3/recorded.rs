//! What boto3 sent, and the uploads of the vectors, byte for byte.

use super::put::{ID, SECRET, gateway_for, open, send, send_in_chunks, start};
use crate::harness::{Answer, receive};
use crate::support::{json_files, vectors};
use serde_json::{Value, json};
use sigv4::gateway::Running;
use std::io::Write;

fn read(path: &std::path::Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name]
        .as_str()
        .unwrap_or_else(|| panic!("{name}: {value}"))
}

/// Of hello.
const HELLO: &str = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

#[test]
fn what_boto3_sent_is_taken() {
    let gateway = start();
    let (mut plain, mut in_pieces, mut anonymous) = (0, 0, 0);
    for (name, path) in json_files(&vectors().join("streaming-wire")) {
        let sent = read(&path);
        let (_, target) = text(&sent, "url").split_once("/examplebucket").unwrap();
        let mut head = format!("PUT /examplebucket{target} HTTP/1.1\r\n");
        for (header, value) in sent["headers"].as_object().unwrap() {
            // What frames the body is written by who sends it; nobody waits for a 100.
            if !["content-length", "transfer-encoding", "expect"].contains(&header.as_str()) {
                head += &format!("{header}: {}\r\n", value.as_str().unwrap());
            }
        }
        let upload = (head, text(&sent, "body").as_bytes().to_vec());
        let answer = match sent["headers"]["transfer-encoding"].as_str() {
            Some(_) => send_in_chunks(&upload, 7, &gateway),
            None => send(&upload, &gateway),
        };
        let Some(_) = sent["headers"]["authorization"].as_str() else {
            answer.refused(403, "AccessDenied");
            anonymous += 1;
            continue;
        };
        assert_eq!(answer.status, 200, "{name}: {}", answer.body);
        assert_eq!(answer.header("content-type"), Some("application/xml"));
        assert_eq!(answer.element("Bucket"), "examplebucket");
        assert_eq!(answer.element("Key"), "hello.txt");
        assert_eq!(answer.element("Length"), "5");
        assert_eq!(answer.element("Sha256"), HELLO);
        let payload = text(&sent["headers"], "x-amz-content-sha256");
        assert_eq!(answer.element("Payload"), payload);
        if payload == HELLO {
            assert!(!answer.body.contains("<Chunks>"));
            plain += 1;
        } else {
            assert_eq!(answer.element("Chunks"), "1");
            let encoded = text(&sent, "body").len().to_string();
            assert_eq!(answer.element("EncodedLength"), encoded);
            in_pieces += 1;
        }
        let checksum = sent["headers"]["x-amz-trailer"].as_str();
        if let Some(checksum) = checksum {
            assert_eq!(answer.element("Name"), checksum);
        }
    }
    assert_eq!((plain, in_pieces, anonymous), (7, 7, 5));
}

/// The body of a vector, from its parts.
fn body(vector: &Value) -> Vec<u8> {
    let data = &vector["data"];
    let data: Vec<u8> = match (data["text"].as_str(), data["modulo"].as_u64()) {
        (Some(text), _) => text.repeat(data["times"].as_u64().unwrap() as usize).into(),
        (None, Some(modulo)) => {
            let length = data["length"].as_u64().unwrap();
            (0..length).map(|at| (at % modulo) as u8).collect()
        }
        _ => panic!("{data}"),
    };
    let (mut rest, mut body) = (&data[..], Vec::new());
    for chunk in vector["chunks"].as_array().unwrap() {
        body.extend_from_slice(text(chunk, "line").as_bytes());
        body.extend_from_slice(b"\r\n");
        let length = chunk["length"].as_u64().unwrap() as usize;
        if length > 0 {
            body.extend_from_slice(&rest[..length]);
            body.extend_from_slice(b"\r\n");
            rest = &rest[length..];
        }
    }
    if let Some(canonical) = vector["trailer"]["canonical"].as_str() {
        body.extend_from_slice(canonical.replace('\n', "\r\n").as_bytes());
        if let Some(signature) = vector["trailer"]["signature"].as_str() {
            body.extend_from_slice(format!("x-amz-trailer-signature:{signature}\r\n").as_bytes());
        }
    }
    body.extend_from_slice(b"\r\n");
    assert_eq!(
        body.len() as u64,
        vector["encoded_length"].as_u64().unwrap()
    );
    body
}

#[test]
fn the_uploads_of_the_vectors_are_taken() {
    let (mut taken, mut refused) = (0, 0);
    for (name, path) in json_files(&vectors().join("streaming")) {
        let vector = read(&path);
        let mut key = json!({
            "access_key_id": text(&vector, "access_key_id"),
            "secret_access_key": text(&vector, "secret_access_key"),
        });
        let mut head = format!(
            "PUT {} HTTP/1.1\r\nhost: {}\r\n",
            text(&vector, "path"),
            text(&vector, "host")
        );
        if let Some(token) = vector["session_token"].as_str() {
            key["session_token"] = token.into();
            key["expires_at"] = "20301231T000000Z".into();
            head += &format!("x-amz-security-token: {token}\r\n");
        } else {
            assert_eq!(
                (text(&key, "access_key_id"), text(&key, "secret_access_key")),
                (ID, SECRET)
            );
        }
        let now = text(&vector, "timestamp");
        let gateway = gateway_for(&key, text(&vector, "region"), now)
            .start()
            .unwrap();
        let payload = text(&vector, "payload");
        head += &format!(
            "x-amz-content-sha256: {payload}\r\nx-amz-date: {now}\r\nauthorization: {}\r\n",
            text(&vector, "authorization")
        );
        for (header, value) in vector["headers"].as_object().unwrap() {
            head += &format!("{header}: {}\r\n", value.as_str().unwrap());
        }
        let upload = (head, body(&vector));
        // A length that is signed is there already.
        let has_length = vector["headers"]["content-length"].is_string();
        let answers = match has_length {
            true => vec![send_as_it_is(&upload, &gateway)],
            false => vec![
                send(&upload, &gateway),
                send_in_chunks(&upload, 1_000, &gateway),
            ],
        };
        for answer in answers {
            // Its page gives a length without the trailers, which it does not announce either.
            if name == "crt-three-trailers" {
                answer.refused(400, "IncompleteBody");
                refused += 1;
                continue;
            }
            assert_eq!(answer.status, 200, "{name}: {}", answer.body);
            assert_eq!(answer.element("Payload"), payload);
            assert_eq!(
                answer.element("Length"),
                vector["decoded_length"].to_string()
            );
            assert_eq!(
                answer.element("EncodedLength"),
                vector["encoded_length"].to_string()
            );
            let chunks = vector["chunks"].as_array().unwrap().len() - 1;
            assert_eq!(answer.element("Chunks"), chunks.to_string());
            if let Some(canonical) = vector["trailer"]["canonical"].as_str() {
                let (trailer, value) = canonical.trim_end().split_once(':').unwrap();
                assert_eq!(
                    (answer.element("Name"), answer.element("Value")),
                    (trailer, value)
                );
                assert_eq!(answer.element("Compared"), "true");
            }
            taken += 1;
        }
    }
    assert!(taken >= 11 && refused == 1, "{taken} {refused}");
}

/// Behind a head that has the body's length already.
fn send_as_it_is((head, body): &(String, Vec<u8>), gateway: &Running) -> Answer {
    let mut stream = open(head, "x-other: 1", gateway);
    stream.write_all(body).unwrap();
    receive(&mut stream)
}

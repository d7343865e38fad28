//! A gateway that stands in for S3, and uploads to it.

use crate::harness::{Answer, connect, receive};
use serde_json::json;
use sigv4::gateway::{Api, Gateway, Principals, Running, Service};
use sigv4::stream::{ChecksumAlgorithm, ChunkEncoder, ChunkedBody};
use sigv4::{Credentials, Header, Payload, Request, Signer, Streaming, Timestamp};
use std::io::Write;
use std::net::TcpStream;

pub const NOW: &str = "20130524T000000Z";
pub const ID: &str = "AKIAIOSFODNN7EXAMPLE";
pub const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

/// One principal, who may do everything with `examplebucket` and nothing else, with this key.
pub fn gateway_for(key: &serde_json::Value, region: &str, now: &str) -> Gateway {
    let list = json!({ "principals": [{
        "arn": "arn:aws:iam::111122223333:user/alice",
        "keys": [key],
        "policies": [{ "Version": "2012-10-17", "Statement": [
            { "Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::examplebucket/*" },
            { "Effect": "Deny", "Action": "s3:DeleteObject", "Resource": "*" },
            { "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::shared/a b/*" },
        ]}],
    }]});
    let principals = Principals::from_json(&list.to_string()).unwrap();
    let api = Api::new(region, "111122223333", "unused", "unused").unwrap();
    let now = Timestamp::parse(now).unwrap();
    Gateway::new(api, principals)
        .with_service(Service::S3)
        .with_clock(move || now)
}

pub fn gateway() -> Gateway {
    let key = json!({ "access_key_id": ID, "secret_access_key": SECRET });
    gateway_for(&key, "us-east-1", NOW)
}

pub fn start() -> Running {
    gateway().start().unwrap()
}

/// An upload in pieces, or another request.
pub struct Put {
    pub method: &'static str,
    pub target: &'static str,
    pub secret: &'static str,
    pub streaming: Streaming,
    pub trailer: Option<ChecksumAlgorithm>,
    pub chunk_size: usize,
    pub headers: Vec<(&'static str, String)>,
}

impl Put {
    pub fn new(streaming: Streaming) -> Self {
        Self {
            method: "PUT",
            target: "/examplebucket/a%20b.bin",
            secret: SECRET,
            streaming,
            trailer: streaming
                .has_trailer()
                .then_some(ChecksumAlgorithm::Crc64Nvme),
            chunk_size: 8_192,
            headers: Vec::new(),
        }
    }

    fn signer(&self) -> Signer {
        Signer::new(Credentials::new(ID, self.secret), "us-east-1", "s3")
    }

    /// Head, without its empty line, and encoded body.
    pub fn encoded(&self, data: &[u8]) -> (String, Vec<u8>) {
        let mut body = ChunkedBody::new(self.streaming, data.len() as u64);
        if let Some(algorithm) = self.trailer {
            body = body.with_trailers(algorithm.header());
        }
        let added = body.headers();
        let given = self.headers.iter();
        let given = given.map(|(name, value)| (*name, value.as_bytes()));
        let headers: Vec<Header<'_>> = [("host", &b"127.0.0.1"[..])]
            .into_iter()
            .chain(added.iter())
            .chain(given)
            .collect();
        let request = Request {
            method: self.method,
            target: self.target,
            headers: &headers,
            payload: Payload::Streaming(self.streaming),
        };
        let signer = self.signer();
        let signed = signer
            .sign(&request, Timestamp::parse(NOW).unwrap())
            .unwrap();
        let mut encoder =
            ChunkEncoder::new(&body, self.chunk_size, signer.chunk_signer(&signed)).unwrap();
        let mut encoded = Vec::new();
        encoder.encode(data, &mut encoded).unwrap();
        let checksum = self.trailer.map(|algorithm| algorithm.checksum(data));
        let trailers: Vec<_> = self.trailer.iter().zip(&checksum).collect();
        let trailers: Vec<_> = trailers
            .into_iter()
            .map(|(algorithm, value)| (algorithm.header(), value.as_str()))
            .collect();
        encoder.finish(&trailers, &mut encoded).unwrap();
        let lines = head(&request, signed.headers());
        (lines, encoded)
    }

    /// A request whose body is one piece, or not signed.
    pub fn plain(&self, data: &[u8], payload: Payload<'_>) -> (String, Vec<u8>) {
        let given = self.headers.iter();
        let given = given.map(|(name, value)| (*name, value.as_bytes()));
        let headers: Vec<_> = [("host", &b"127.0.0.1"[..])]
            .into_iter()
            .chain(given)
            .collect();
        let request = Request {
            method: self.method,
            target: self.target,
            headers: &headers,
            payload,
        };
        let signer = self.signer();
        let signed = signer
            .sign(&request, Timestamp::parse(NOW).unwrap())
            .unwrap();
        (head(&request, signed.headers()), data.to_vec())
    }
}

fn head<'a>(request: &Request<'_>, signed: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut head = format!("{} {} HTTP/1.1\r\n", request.method, request.target);
    for (name, value) in request.headers {
        head += &format!("{name}: {}\r\n", std::str::from_utf8(value).unwrap());
    }
    for (name, value) in signed {
        head += &format!("{name}: {value}\r\n");
    }
    head
}

/// Sends a head with a length, and a body of that length.
pub fn send((head, body): &(String, Vec<u8>), gateway: &Running) -> Answer {
    let mut stream = open(head, &format!("content-length: {}", body.len()), gateway);
    // It can be answered, and closed, before all of it is sent.
    let _ = stream.write_all(body);
    receive(&mut stream)
}

/// The same in chunks of HTTP's, of `size` bytes each.
pub fn send_in_chunks((head, body): &(String, Vec<u8>), size: usize, gateway: &Running) -> Answer {
    let mut stream = open(head, "transfer-encoding: chunked", gateway);
    let mut framed = Vec::new();
    for piece in body.chunks(size) {
        framed.extend_from_slice(format!("{:x}\r\n", piece.len()).as_bytes());
        framed.extend_from_slice(piece);
        framed.extend_from_slice(b"\r\n");
    }
    framed.extend_from_slice(b"0\r\n\r\n");
    let _ = stream.write_all(&framed);
    receive(&mut stream)
}

/// Sends a head with one more line.
pub fn open(head: &str, line: &str, gateway: &Running) -> TcpStream {
    let mut stream = connect(gateway.address());
    stream
        .write_all(format!("{head}{line}\r\n\r\n").as_bytes())
        .unwrap();
    stream
}

impl Answer {
    /// The text of an element.
    #[track_caller]
    pub fn element(&self, name: &str) -> &str {
        let found = self.body.split_once(&format!("<{name}>"));
        let found = found.and_then(|(_, rest)| rest.split_once(&format!("</{name}>")));
        found
            .unwrap_or_else(|| panic!("no {name}: {}", self.body))
            .0
    }

    /// A refusal of S3's.
    #[track_caller]
    pub fn refused(&self, status: u16, code: &str) {
        assert_eq!(
            (self.status, self.element("Code")),
            (status, code),
            "{}",
            self.body
        );
        assert_eq!(self.header("content-type"), Some("application/xml"));
        assert_eq!(self.header("x-amz-request-id").unwrap().len(), 36);
        assert_eq!(self.header("x-amzn-errortype"), None);
        assert!(!self.body.contains(SECRET));
    }
}

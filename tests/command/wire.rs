//! A server that shows what arrives on the wire, and can verify it.

use crate::runner::SECRET;
use sigv4::{Claim, Header, Payload, Policy, Request, Timestamp};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::thread;
use std::time::SystemTime;

/// What a request has to look like on the wire, and the server's answer.
pub struct Arrived {
    pub line: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Arrived {
    pub fn read(stream: &mut impl BufRead) -> Option<Self> {
        let mut line = String::new();
        stream.read_line(&mut line).ok()?;
        let mut headers = Vec::new();
        loop {
            let mut header = String::new();
            stream.read_line(&mut header).ok()?;
            let Some((name, value)) = header.trim_end().split_once(':') else {
                break;
            };
            headers.push((name.to_owned(), value.trim().to_owned()));
        }
        Some(Self {
            line: line.trim_end().to_owned(),
            headers,
            body: Vec::new(),
        })
    }

    pub fn header(&self, wanted: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let found = headers.find(|(name, _)| name.eq_ignore_ascii_case(wanted))?;
        Some(&found.1)
    }

    pub fn length(&self) -> usize {
        let length = self.header("content-length");
        length.map_or(0, |value| value.parse().unwrap())
    }

    pub fn verify(&self, service: &str) -> Result<(), sigv4::Error> {
        let headers: Vec<Header<'_>> = self
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_bytes()))
            .collect();
        let (method, rest) = self.line.split_once(' ').unwrap();
        let request = Request {
            method,
            target: rest.strip_suffix(" HTTP/1.1").unwrap(),
            headers: &headers,
            payload: Payload::Bytes(&self.body),
        };
        let claim = Claim::from_request(&request)?;
        let key = claim.signing_key(SECRET);
        let now = Timestamp::try_from(SystemTime::now()).unwrap();
        let policy = Policy::new(&["us-east-1"], service);
        claim.verify(&key, &request, &policy, now).map(drop)
    }
}

/// Answers each request with 200 if its signature holds, 403 otherwise, and its request
/// line and body; stops when the program does.
pub fn verifying(service: &'static str) -> String {
    serving(move |arrived| {
        let status = match arrived.verify(service) {
            Ok(()) => "200 OK".to_owned(),
            Err(error) => format!("403 {error}"),
        };
        let mut body = format!("{}\n", arrived.line).into_bytes();
        body.extend(&arrived.body);
        (status, body)
    })
}

pub fn serving(answer: impl Fn(&Arrived) -> (String, Vec<u8>) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = BufReader::new(stream.unwrap());
            let Some(mut arrived) = Arrived::read(&mut stream) else {
                continue;
            };
            // Who waits for it need not.
            if arrived.header("expect").is_some() {
                let _ = stream.get_mut().write_all(b"HTTP/1.1 100 Continue\r\n\r\n");
            }
            arrived.body = vec![0; arrived.length()];
            if stream.read_exact(&mut arrived.body).is_err() {
                continue;
            }
            let (status, body) = answer(&arrived);
            let head = format!(
                "HTTP/1.1 {status}\r\ncontent-length: {}\r\nx-echo: yes\r\n\r\n",
                body.len()
            );
            let stream = stream.get_mut();
            let _ = stream.write_all(head.as_bytes());
            let _ = stream.write_all(&body);
        }
    });
    url
}

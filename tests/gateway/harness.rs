//! A gateway, callers, and requests that are sent byte for byte.

use serde_json::{Value, json};
use sigv4::gateway::{Api, Gateway, Principals, Running};
use sigv4::{Credentials, Payload, Profile, Request, Signer, Timestamp};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

pub const NOW: &str = "20150830T123600Z";
pub const HOST: &str = "abc123.execute-api.us-east-1.amazonaws.com";
pub const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

pub fn principals() -> Principals {
    let resource = |tail: &str| format!("arn:aws:execute-api:us-east-1:111122223333:abc123/{tail}");
    let statement = |effect: &str, tail: &str| json!({ "Effect": effect, "Action": "execute-api:Invoke", "Resource": resource(tail) });
    let principal = |name: &str, key: Value, statements: Vec<Value>| {
        json!({
            "arn": format!("arn:aws:iam::111122223333:user/{name}"),
            "keys": [key],
            "policies": [{ "Version": "2012-10-17", "Statement": statements }],
        })
    };
    let key = |id: &str| json!({ "access_key_id": id, "secret_access_key": SECRET });
    let temporary = |id: &str, expires_at: &str| {
        json!({
            "access_key_id": id, "secret_access_key": SECRET,
            "session_token": "the+token", "expires_at": expires_at,
        })
    };
    let all = || vec![statement("Allow", "prod/*")];
    let list = json!({ "principals": [
        principal("alice", key("AKIDALICE"), all()),
        principal("reader", key("AKIDREADER"), vec![statement("Allow", "prod/GET/items")]),
        principal("barred", key("AKIDBARRED"), vec![
            statement("Allow", "*"), statement("Deny", "prod/GET/*"),
        ]),
        principal("temporary", temporary("ASIATEMPORARY", "20150831T000000Z"), all()),
        principal("expired", temporary("ASIAEXPIRED", "20150830T120000Z"), all()),
    ]});
    Principals::from_json(&list.to_string()).unwrap()
}

pub fn gateway() -> Gateway {
    let api = Api::new("us-east-1", "111122223333", "abc123", "prod").unwrap();
    Gateway::new(api, principals()).with_clock(|| Timestamp::parse(NOW).unwrap())
}

pub fn start() -> Running {
    gateway().start().unwrap()
}

/// A request as text, signed and sent byte for byte.
pub struct Call {
    pub access_key_id: &'static str,
    pub secret: &'static str,
    pub token: Option<&'static str>,
    pub region: &'static str,
    pub service: &'static str,
    pub at: &'static str,
    pub method: &'static str,
    pub target: &'static str,
    pub headers: Vec<(&'static str, &'static str)>,
    pub body: &'static str,
}

impl Call {
    pub fn get(target: &'static str) -> Self {
        Self {
            access_key_id: "AKIDALICE",
            secret: SECRET,
            token: None,
            region: "us-east-1",
            service: "execute-api",
            at: NOW,
            method: "GET",
            target,
            headers: vec![("host", HOST)],
            body: "",
        }
    }

    pub fn signer(&self) -> Signer {
        let credentials = Credentials::new(self.access_key_id, self.secret);
        let credentials = match self.token {
            Some(token) => credentials.with_session_token(token),
            None => credentials,
        };
        Signer::new(credentials, self.region, self.service)
            .with_profile(Profile::for_service("execute-api"))
    }

    /// The lines of the signed request and its body.
    pub fn signed(&self) -> (Vec<String>, &'static str) {
        let headers: Vec<_> = self
            .headers
            .iter()
            .map(|(name, value)| (*name, value.as_bytes()))
            .collect();
        let request = Request {
            method: self.method,
            target: self.target,
            headers: &headers,
            payload: Payload::Bytes(self.body.as_bytes()),
        };
        let signer = self.signer();
        let signed = signer
            .sign(&request, Timestamp::parse(self.at).unwrap())
            .unwrap();
        let mut lines = vec![format!("{} {} HTTP/1.1", self.method, signed.target())];
        lines.extend(
            self.headers
                .iter()
                .map(|(name, value)| format!("{name}: {value}")),
        );
        lines.extend(
            signed
                .headers()
                .map(|(name, value)| format!("{name}: {value}")),
        );
        (lines, self.body)
    }

    /// A target that is good for an hour.
    pub fn presigned(&self) -> String {
        let request = Request {
            method: self.method,
            target: self.target,
            headers: &[("host", HOST.as_bytes())],
            payload: Payload::EMPTY,
        };
        let at = Timestamp::parse(self.at).unwrap();
        let url = self
            .signer()
            .presign(&request, Duration::from_secs(3600), at);
        url.unwrap().target().to_owned()
    }

    pub fn send(&self, gateway: &Running) -> Answer {
        self.send_changed(gateway, |_| {})
    }

    /// Changes the lines after signing.
    pub fn send_changed(&self, gateway: &Running, change: impl FnOnce(&mut Vec<String>)) -> Answer {
        let (mut lines, body) = self.signed();
        change(&mut lines);
        lines.push(format!("content-length: {}", body.len()));
        send(
            gateway.address(),
            &format!("{}\r\n\r\n{body}", lines.join("\r\n")),
        )
    }
}

pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    #[track_caller]
    pub fn assert(&self, status: u16, error_type: &str, message: &str) {
        assert_eq!(self.json()["message"], message);
        assert_eq!(self.header("x-amzn-errortype"), Some(error_type));
        assert_eq!(self.status, status);
        assert_eq!(self.header("x-amzn-requestid").unwrap().len(), 36);
        assert_eq!(self.header("content-type"), Some("application/json"));
    }
}

pub fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    // Who is not read from is told so, too.
    stream
        .set_write_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    stream
}

/// Sends bytes and reads one answer.
pub fn send(address: SocketAddr, request: &str) -> Answer {
    let mut stream = connect(address);
    stream.write_all(request.as_bytes()).unwrap();
    receive(&mut stream)
}

pub fn receive(stream: &mut TcpStream) -> Answer {
    let mut bytes = Vec::new();
    let mut byte = [0];
    while !bytes.ends_with(b"\r\n\r\n") {
        assert_eq!(stream.read(&mut byte).unwrap(), 1, "closed after {bytes:?}");
        bytes.push(byte[0]);
    }
    let head = String::from_utf8(bytes).unwrap();
    let mut answer = Answer {
        status: head.split(' ').nth(1).unwrap().parse().unwrap(),
        head,
        body: String::new(),
    };
    let length = answer
        .header("content-length")
        .map_or(0, |text| text.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).unwrap();
    answer.body = String::from_utf8(body).unwrap();
    answer
}

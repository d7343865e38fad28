//! The embedded gateway over real connections: what API Gateway answers, and what keeps
//! the process up.
#![cfg(feature = "gateway")]

use serde_json::{Value, json};
use sigv4::gateway::{Api, Gateway, Limits, Principals, Running};
use sigv4::{Credentials, Payload, Profile, Request, Signer, Timestamp};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

const NOW: &str = "20150830T123600Z";
const HOST: &str = "abc123.execute-api.us-east-1.amazonaws.com";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

fn principals() -> Principals {
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

fn gateway() -> Gateway {
    let api = Api::new("us-east-1", "111122223333", "abc123", "prod").unwrap();
    Gateway {
        clock: Box::new(|| Timestamp::parse(NOW).unwrap()),
        ..Gateway::new(api, principals())
    }
}

fn start() -> Running {
    gateway().start().unwrap()
}

/// A request as text, signed and sent byte for byte.
struct Call {
    access_key_id: &'static str,
    secret: &'static str,
    token: Option<&'static str>,
    region: &'static str,
    service: &'static str,
    at: &'static str,
    method: &'static str,
    target: &'static str,
    headers: Vec<(&'static str, &'static str)>,
    body: &'static str,
}

impl Call {
    fn get(target: &'static str) -> Self {
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

    fn signer(&self) -> Signer {
        let credentials = Credentials::new(self.access_key_id, self.secret);
        let credentials = match self.token {
            Some(token) => credentials.with_session_token(token),
            None => credentials,
        };
        Signer::new(credentials, self.region, self.service)
            .with_profile(Profile::for_service("execute-api"))
    }

    /// The lines of the signed request and its body.
    fn signed(&self) -> (Vec<String>, &'static str) {
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

    fn send(&self, gateway: &Running) -> Answer {
        self.send_changed(gateway, |_| {})
    }

    /// Changes the lines after signing.
    fn send_changed(&self, gateway: &Running, change: impl FnOnce(&mut Vec<String>)) -> Answer {
        let (mut lines, body) = self.signed();
        change(&mut lines);
        lines.push(format!("content-length: {}", body.len()));
        send(
            gateway.address(),
            &format!("{}\r\n\r\n{body}", lines.join("\r\n")),
        )
    }
}

struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    #[track_caller]
    fn assert(&self, status: u16, error_type: &str, message: &str) {
        assert_eq!(self.json()["message"], message);
        assert_eq!(self.header("x-amzn-errortype"), Some(error_type));
        assert_eq!(self.status, status);
        assert_eq!(self.header("x-amzn-requestid").unwrap().len(), 36);
        assert_eq!(self.header("content-type"), Some("application/json"));
    }
}

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    stream
}

/// Sends bytes and reads one answer.
fn send(address: SocketAddr, request: &str) -> Answer {
    let mut stream = connect(address);
    stream.write_all(request.as_bytes()).unwrap();
    receive(&mut stream)
}

fn receive(stream: &mut TcpStream) -> Answer {
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

#[test]
fn items_are_read_and_added() {
    let gateway = start();
    let answer = Call::get("/prod/items").send(&gateway);
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.json()["items"][0],
        json!({ "id": 1, "name": "hammer" })
    );
    assert_eq!(answer.header("x-amzn-errortype"), None);

    let mut post = Call::get("/prod/items");
    post.method = "POST";
    post.body = r#"{"id":4,"name":"saw"}"#;
    let answer = post.send(&gateway);
    assert_eq!(
        (answer.status, answer.json()["name"].clone()),
        (201, json!("saw"))
    );
    let answer = Call::get("/prod/items?limit=10&flag").send(&gateway);
    assert_eq!(answer.json()["items"].as_array().unwrap().len(), 4);

    post.body = "{";
    post.send(&gateway)
        .assert(400, "BadRequestException", "Invalid request body");
}

#[test]
fn a_presigned_url_is_good_until_it_expires() {
    let gateway = start();
    let call = Call::get("/prod/items?limit=10");
    let request = Request {
        method: "GET",
        target: call.target,
        headers: &[("host", HOST.as_bytes())],
        payload: Payload::EMPTY,
    };
    let sent = |at: &str, expires| {
        let at = Timestamp::parse(at).unwrap();
        let url = call
            .signer()
            .presign(&request, Duration::from_secs(expires), at)
            .unwrap();
        send(
            gateway.address(),
            &format!("GET {} HTTP/1.1\r\nHost: {HOST}\r\n\r\n", url.target()),
        )
    };
    assert_eq!(sent("20150830T120000Z", 3600).status, 200);
    sent("20150830T120000Z", 60).assert(
        403,
        "InvalidSignatureException",
        "Signature expired: 20150830T120000Z is now earlier than 20150830T123500Z \
         (20150830T123600Z - 1 min.)",
    );
}

#[test]
fn no_signature_and_no_route_look_alike() {
    let gateway = start();
    let (error_type, message) = (
        "MissingAuthenticationTokenException",
        "Missing Authentication Token",
    );
    let bare = format!("GET /prod/items HTTP/1.1\r\nHost: {HOST}\r\n\r\n");
    send(gateway.address(), &bare).assert(403, error_type, message);
    for target in [
        "/prod/other",
        "/prod",
        "/prod/",
        "/items",
        "/",
        "/prodx/items",
        "/prod/items/",
    ] {
        Call::get(target)
            .send(&gateway)
            .assert(403, error_type, message);
    }
    let mut call = Call::get("/prod/items");
    call.method = "DELETE";
    call.send(&gateway).assert(403, error_type, message);
    Call::get("/prod/items")
        .send_changed(&gateway, |lines| {
            lines.retain(|line| !line.starts_with("authorization"));
            lines.push("authorization: Bearer token=abc".into());
        })
        .assert(403, error_type, message);
}

#[test]
fn a_wrong_signature_is_answered_with_what_was_computed() {
    let gateway = start();
    let mut call = Call::get("/prod/items?b=2&a=1");
    call.secret = "another";
    let answer = call.send(&gateway);
    let canonical = format!(
        "GET\n/prod/items\na=1&b=2\nhost:{HOST}\nx-amz-date:{NOW}\n\nhost;x-amz-date\n\
         e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
    let expected = sigv4_stages(&call);
    assert_eq!(expected.0, canonical);
    answer.assert(
        403,
        "InvalidSignatureException",
        &format!(
            "The request signature we calculated does not match the signature you provided. \
             Check your AWS Secret Access Key and signing method. Consult the service \
             documentation for details.\n\nThe Canonical String for this request should have \
             been\n'{canonical}'\n\nThe String-to-Sign should have been\n'{}'\n",
            expected.1
        ),
    );
}

fn sigv4_stages(call: &Call) -> (String, String) {
    let request = Request {
        method: call.method,
        target: call.target,
        headers: &[("host", HOST.as_bytes())],
        payload: Payload::EMPTY,
    };
    let stages = call
        .signer()
        .stages(&request, Timestamp::parse(NOW).unwrap())
        .unwrap();
    (
        String::from_utf8(stages.canonical_request).unwrap(),
        stages.string_to_sign,
    )
}

#[test]
fn each_fault_has_its_own_answer() {
    let gateway = start();
    let with = |change: fn(&mut Call)| {
        let mut call = Call::get("/prod/items");
        change(&mut call);
        call
    };
    let invalid = "InvalidSignatureException";
    let token = "The security token included in the request is invalid.";
    let cases: [(Call, &str, &str); 9] = [
        (
            with(|call| call.access_key_id = "AKIDNOBODY"),
            "UnrecognizedClientException",
            token,
        ),
        (
            with(|call| call.at = "20150830T123059Z"),
            invalid,
            "Signature expired: 20150830T123059Z is now earlier than 20150830T123100Z \
             (20150830T123600Z - 5 min.)",
        ),
        (
            with(|call| call.at = "20150830T124101Z"),
            invalid,
            "Signature not yet current: 20150830T124101Z is still later than 20150830T124100Z \
             (20150830T123600Z + 5 min.)",
        ),
        (
            with(|call| call.region = "eu-west-1"),
            invalid,
            "Credential should be scoped to a valid region. ",
        ),
        (
            with(|call| call.service = "lambda"),
            invalid,
            "Credential should be scoped to correct service: 'execute-api'. ",
        ),
        (
            with(|call| call.access_key_id = "ASIATEMPORARY"),
            "UnrecognizedClientException",
            token,
        ),
        (
            with(|call| (call.access_key_id, call.token) = ("ASIATEMPORARY", Some("another"))),
            "UnrecognizedClientException",
            token,
        ),
        (
            with(|call| call.token = Some("the+token")),
            "UnrecognizedClientException",
            token,
        ),
        (
            with(|call| (call.access_key_id, call.token) = ("ASIAEXPIRED", Some("the+token"))),
            "ExpiredTokenException",
            "The security token included in the request is expired",
        ),
    ];
    for (call, error_type, message) in cases {
        call.send(&gateway).assert(403, error_type, message);
    }
    let temporary =
        with(|call| (call.access_key_id, call.token) = ("ASIATEMPORARY", Some("the+token")));
    assert_eq!(temporary.send(&gateway).status, 200);
}

/// The header is changed after signing.
#[test]
fn each_malformed_header_has_its_own_answer() {
    let gateway = start();
    let (incomplete, invalid) = ("IncompleteSignatureException", "InvalidSignatureException");
    let changed = |from: &str, to: &str| {
        let (from, to) = (from.to_owned(), to.to_owned());
        Call::get("/prod/items").send_changed(&gateway, move |lines| {
            let before = lines.clone();
            for line in lines.iter_mut().skip(1) {
                *line = line.replacen(&from, &to, 1);
            }
            assert_ne!(*lines, before, "{from}");
        })
    };
    changed("/aws4_request", "/aws4").assert(
        403,
        invalid,
        "Credential should be scoped with a valid terminator: 'aws4_request'. ",
    );
    changed("/20150830/", "/20150829/").assert(
        403,
        invalid,
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP.",
    );
    changed("/us-east-1", "").assert(
        403,
        incomplete,
        "Credential must have exactly 5 slash-delimited elements, e.g. \
         keyid/date/region/service/term",
    );
    changed("x-amz-date: 20150830T123600Z", "x-amz-date: 2015").assert(
        403,
        incomplete,
        "Date must be in ISO-8601 'basic format'. See http://en.wikipedia.org/wiki/ISO_8601",
    );
    changed("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA512").assert(
        403,
        incomplete,
        "Unsupported AWS 'algorithm' (only AWS4-HMAC-SHA256 for now). ",
    );
    changed("SignedHeaders=host;x-amz-date", "SignedHeaders=x-amz-date").assert(
        403,
        invalid,
        "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
    );
    changed("SignedHeaders=host;x-amz-date", "SignedHeaders=host").assert(
        403,
        invalid,
        "'x-amz-date' must be a 'SignedHeader' in the AWS Authorization.",
    );
    let missing = changed("SignedHeaders=", "Signed=").json()["message"].clone();
    let missing = missing.as_str().unwrap();
    assert!(
        missing.starts_with(
            "Authorization header requires 'SignedHeaders' parameter. (Hashed with SHA-256 and \
             encoded with Base64) Authorization="
        ),
        "{missing}"
    );
    let no_equals = changed("Credential=", "Credential").json()["message"].clone();
    assert!(no_equals.as_str().unwrap().starts_with(
        "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with \
         SHA-256 and encoded with Base64): '"
    ));
    let answer = Call::get("/prod/items?X-Amz-Other=1").send_changed(&gateway, |lines| {
        lines[0] = "GET /prod/items?X-Amz-Algorithm=AWS4-HMAC-SHA256 HTTP/1.1".into();
    });
    answer.assert(
        403,
        invalid,
        "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.",
    );
    let bare = format!("GET /prod/items?X-Amz-Algorithm=x HTTP/1.1\r\nHost: {HOST}\r\n\r\n");
    assert_eq!(send(gateway.address(), &bare).status, 403);
    let answer = Call::get("/prod/items").send_changed(&gateway, |lines| {
        lines[0] = "GET /prod/items?a=%zz HTTP/1.1".into()
    });
    answer.assert(400, "BadRequestException", "Bad Request");
}

#[test]
fn policies_decide_who_may() {
    let gateway = start();
    let call = |access_key_id, method| Call {
        access_key_id,
        method,
        body: if method == "POST" { "{}" } else { "" },
        ..Call::get("/prod/items")
    };
    assert_eq!(call("AKIDREADER", "GET").send(&gateway).status, 200);
    let denied = |answer: &Answer, user: &str, method: &str, why: &str| {
        assert_eq!(answer.status, 403);
        assert_eq!(
            answer.header("x-amzn-errortype"),
            Some("AccessDeniedException")
        );
        assert_eq!(
            answer.json()["Message"],
            format!(
                "User: arn:aws:iam::111122223333:user/{user} is not authorized to perform: \
                 execute-api:Invoke on resource: \
                 arn:aws:execute-api:us-east-1:********3333:abc123/prod/{method}/items {why}"
            )
        );
    };
    denied(
        &call("AKIDREADER", "POST").send(&gateway),
        "reader",
        "POST",
        "because no identity-based policy allows the execute-api:Invoke action",
    );
    denied(
        &call("AKIDBARRED", "GET").send(&gateway),
        "barred",
        "GET",
        "with an explicit deny in an identity-based policy",
    );
    assert_eq!(call("AKIDBARRED", "POST").send(&gateway).status, 201);
}

#[test]
fn the_list_is_bounded() {
    let gateway = Gateway {
        items: Some(vec![json!("only")]),
        limits: Limits {
            items: 1,
            ..Limits::default()
        },
        ..gateway()
    };
    let gateway = gateway.start().unwrap();
    let mut post = Call::get("/prod/items");
    (post.method, post.body) = ("POST", "1");
    post.send(&gateway)
        .assert(429, "LimitExceededException", "Limit Exceeded");
    assert_eq!(
        Call::get("/prod/items").send(&gateway).json(),
        json!({ "items": ["only"] })
    );
}

#[test]
fn heads_and_bodies_have_a_limit() {
    let gateway = Gateway {
        limits: Limits {
            head: 8_192,
            headers: 20,
            body: 10,
            ..Limits::default()
        },
        ..gateway()
    };
    let gateway = gateway.start().unwrap();
    let address = gateway.address();
    let long = format!(
        "GET /prod/items HTTP/1.1\r\nHost: h\r\nX: {}\r\n\r\n",
        "x".repeat(9_000)
    );
    assert_eq!(send(address, &long).status, 431);
    let many = format!("GET /prod/items HTTP/1.1\r\n{}\r\n", "X: 1\r\n".repeat(21));
    assert_eq!(send(address, &many).status, 431);
    let mut post = Call::get("/prod/items");
    (post.method, post.body) = ("POST", "\"12345678\"");
    assert_eq!(post.send(&gateway).status, 201);
    post.body = "\"123456789\"";
    post.send(&gateway)
        .assert(413, "BadRequestException", "Request Too Long");
    // Chunked, so that no length announces it.
    let (lines, _) = post.signed();
    let chunked = format!(
        "{}\r\ntransfer-encoding: chunked\r\n\r\nb\r\n12345678901\r\n0\r\n\r\n",
        lines.join("\r\n")
    );
    assert_eq!(send(address, &chunked).status, 413);
}

#[test]
fn slow_callers_are_cut_off() {
    let gateway = Gateway {
        limits: Limits {
            read: Duration::from_millis(200),
            ..Limits::default()
        },
        ..gateway()
    };
    let gateway = gateway.start().unwrap();
    let mut half_a_head = connect(gateway.address());
    half_a_head
        .write_all(b"GET /prod/items HTTP/1.1\r\nHost")
        .unwrap();
    let mut half_a_body = connect(gateway.address());
    let (lines, _) = Call {
        method: "POST",
        ..Call::get("/prod/items")
    }
    .signed();
    let head = format!("{}\r\ncontent-length: 9\r\n\r\n12", lines.join("\r\n"));
    half_a_body.write_all(head.as_bytes()).unwrap();
    assert_eq!(receive(&mut half_a_body).status, 408);
    let mut rest = Vec::new();
    half_a_head.read_to_end(&mut rest).unwrap();
}

#[test]
fn no_rubbish_ends_the_process() {
    let gateway = start();
    let address = gateway.address();
    for rubbish in [
        "\0\0\0\0",
        "GET\r\n\r\n",
        "GET /prod/items\r\n\r\n",
        "GET  /prod/items HTTP/1.1\r\n\r\n",
        "GET /prod/items HTTP/9.9\r\n\r\n",
        "GET /prod/items HTTP/1.1\r\n: empty name\r\n\r\n",
        "GET /prod/items HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n",
        "GET /prod/items HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "POST /prod/items HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n",
        "POST /prod/items HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "\u{16}\u{3}\u{1}\u{2}",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ] {
        let mut stream = connect(address);
        stream.write_all(rubbish.as_bytes()).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let text = String::from_utf8_lossy(&answer);
        assert!(!text.contains(" 200 "), "{rubbish:?}: {text}");
    }
    assert_eq!(Call::get("/prod/items").send(&gateway).status, 200);
}

/// The signature is right for `/prod/items`; what is sent is another target.
#[test]
fn no_other_spelling_of_a_target_is_taken_for_the_signed_one() {
    let gateway = start();
    for target in [
        "*",
        "http://evil.example:99/prod/items",
        "http://abc123.execute-api.us-east-1.amazonaws.com/prod/items",
        "//prod/items",
        "/prod//items",
        "/prod/./items",
        "/prod/x/../items",
        "/prod/%69tems",
        "/prod/items/",
        "/prod/items?",
        "/prod/items?a",
        "/prod/items?X-Amz-Date=20000101T000000Z",
        "/prod/items?X-Amz-Foo=1&X-Amz-Foo=1",
    ] {
        let answer = Call::get("/prod/items").send_changed(&gateway, |lines| {
            lines[0] = format!("GET {target} HTTP/1.1");
        });
        // An empty query is no other request.
        let expected = target == "/prod/items?";
        assert_eq!(answer.status == 200, expected, "{target}: {}", answer.body);
    }
}

/// The signature is over the normalised path; policies and routes see what arrived, so it
/// has to be normal.
#[test]
fn only_normal_paths_are_echoed() {
    let gateway = start();
    let call = Call {
        access_key_id: "AKIDREADER", // may GET /items, and nothing else
        ..Call::get("/prod/items")
    };
    for target in [
        "/prod/echo/../items",
        "/prod/echo//../items",
        "/prod/echo/./../items",
    ] {
        let answer = call.send_changed(&gateway, |lines| {
            lines[0] = format!("GET {target} HTTP/1.1");
        });
        let message = "Missing Authentication Token";
        answer.assert(403, "MissingAuthenticationTokenException", message);
    }
    assert_eq!(Call::get("/prod/echo/a").send(&gateway).status, 200);
    let denied = Call {
        access_key_id: "AKIDREADER",
        ..Call::get("/prod/echo/a")
    };
    let answer = denied.send(&gateway).json()["Message"].to_string();
    assert!(answer.contains("abc123/prod/GET/echo/a "), "{answer}");
}

#[test]
fn an_item_is_small_and_flat_enough_for_every_reader() {
    let gateway = start();
    let body = |text: String| Call {
        method: "POST",
        body: Box::leak(text.into_boxed_str()),
        ..Call::get("/prod/items")
    };
    let nested = |depth| "[".repeat(depth) + &"]".repeat(depth);
    assert_eq!(body(nested(32)).send(&gateway).status, 201);
    body(nested(33)).send(&gateway).assert(
        400,
        "BadRequestException",
        "Invalid request body: nested too deeply",
    );
    body(nested(1_000))
        .send(&gateway)
        .assert(400, "BadRequestException", "Invalid request body");
    assert_eq!(
        body(format!("{:?}", "x".repeat(16_382)))
            .send(&gateway)
            .status,
        201
    );
    body(format!("{:?}", "x".repeat(16_383)))
        .send(&gateway)
        .assert(413, "BadRequestException", "Request Too Long");
    assert_eq!(Call::get("/prod/items").send(&gateway).status, 200);
}

/// Neither its length nor a missing signature costs the reading of a body.
#[test]
fn a_body_that_is_of_no_use_is_not_waited_for() {
    let gateway = start();
    let answer = |head: &str| {
        let mut stream = connect(gateway.address());
        stream.write_all(head.as_bytes()).unwrap();
        receive(&mut stream).status
    };
    let (lines, _) = Call {
        method: "POST",
        ..Call::get("/prod/items")
    }
    .signed();
    let too_long = format!("{}\r\ncontent-length: 11000000\r\n\r\n", lines.join("\r\n"));
    assert_eq!(answer(&too_long), 413);
    let unsigned = "POST /prod/items HTTP/1.1\r\nhost: h\r\ncontent-length: 9\r\n\r\n";
    assert_eq!(answer(unsigned), 403);
    let nowhere = "POST /nowhere HTTP/1.1\r\nhost: h\r\ncontent-length: 9\r\n\r\n";
    assert_eq!(answer(nowhere), 403);
}

#[test]
fn a_mismatch_shows_what_arrived() {
    let gateway = start();
    let mut call = Call::get("/prod/items");
    call.headers.push(("x-foo", "bar"));
    let stripped = call.send_changed(&gateway, |lines| {
        lines.retain(|line| !line.starts_with("x-foo"));
    });
    let message = stripped.json()["message"].as_str().unwrap().to_owned();
    assert!(
        message.contains("\nx-foo:\n\nhost;x-amz-date;x-foo\n"),
        "{message}"
    );

    let hash = "0000000000000000000000000000000000000000000000000000000000000000";
    let mut lines = Call::get("/prod/items").signed().0;
    lines.push(format!("x-amz-content-sha256: {hash}"));
    let signed_with = |line: &mut String| {
        *line = line.replace("host;x-amz-date", "host;x-amz-content-sha256;x-amz-date");
    };
    lines.iter_mut().for_each(signed_with);
    let answer = send(
        gateway.address(),
        &format!("{}\r\n\r\n", lines.join("\r\n")),
    );
    let message = answer.json()["message"].as_str().unwrap().to_owned();
    assert!(
        message.contains("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'"),
        "{message}"
    );
}

#[test]
fn a_header_that_is_not_signed_may_hold_anything_but_line_breaks() {
    let gateway = start();
    let answer = Call::get("/prod/items").send_changed(&gateway, |lines| {
        lines.push("user-agent: \u{dc}n\u{ef}".into());
    });
    assert_eq!(answer.status, 200);
}

/// A session token has one name for a service.
#[test]
fn a_token_under_another_name_is_none() {
    let gateway = start();
    let mut call = Call::get("/prod/items");
    call.access_key_id = "ASIATEMPORARY";
    let other = Profile {
        session_token_header: "x-amz-s3session-token",
        ..Profile::DEFAULT
    };
    let credentials =
        Credentials::new(call.access_key_id, call.secret).with_session_token("the+token");
    let signer = Signer::new(credentials, call.region, call.service).with_profile(other);
    let request = Request {
        method: "GET",
        target: call.target,
        headers: &[("host", HOST.as_bytes())],
        payload: Payload::EMPTY,
    };
    let signed = signer
        .sign(&request, Timestamp::parse(NOW).unwrap())
        .unwrap();
    let mut text = format!("GET /prod/items HTTP/1.1\r\nhost: {HOST}\r\n");
    for (name, value) in signed.headers() {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    send(gateway.address(), &format!("{text}\r\n")).assert(
        403,
        "UnrecognizedClientException",
        "The security token included in the request is invalid.",
    );
}

#[test]
fn accounts_and_partitions_are_kept_apart() {
    let principals = |arn: &str, statements: Value| {
        let list = json!({ "principals": [{
            "arn": arn,
            "keys": [{ "access_key_id": "AKIDALICE", "secret_access_key": SECRET }],
            "policies": [{ "Version": "2012-10-17", "Statement": statements }],
        }]});
        Principals::from_json(&list.to_string()).unwrap()
    };
    let allow = json!({ "Effect": "Allow", "Action": "*:*", "Resource": "*" });
    let foreign = principals("arn:aws:iam::999999999999:user/foreign", json!([allow]));
    let gateway = Gateway {
        principals: foreign,
        ..gateway()
    }
    .start()
    .unwrap();
    let answer = Call::get("/prod/items").send(&gateway);
    assert_eq!(answer.status, 403);
    let message = answer.json()["Message"].as_str().unwrap().to_owned();
    assert!(
        message.ends_with("because no resource-based policy allows the execute-api:Invoke action"),
        "{message}"
    );

    let deny = json!({ "Effect": "Deny", "Action": "execute-api:Invoke",
        "Resource": "arn:aws-cn:execute-api:cn-north-1:111122223333:abc123/*" });
    let denied = principals(
        "arn:aws-cn:iam::111122223333:user/alice",
        json!([allow, deny]),
    );
    let api = Api::new("cn-north-1", "111122223333", "abc123", "prod").unwrap();
    let gateway = Gateway {
        clock: Box::new(|| Timestamp::parse(NOW).unwrap()),
        ..Gateway::new(api, denied)
    };
    let gateway = gateway.start().unwrap();
    let mut call = Call::get("/prod/items");
    call.region = "cn-north-1";
    let answer = call.send(&gateway);
    let message = answer.json()["Message"].as_str().unwrap().to_owned();
    assert!(
        message.ends_with("with an explicit deny in an identity-based policy"),
        "{message}"
    );
}

#[test]
fn limits_that_make_no_sense_are_refused() {
    let default = Limits::default();
    for limits in [
        Limits {
            connections: 0,
            ..default
        },
        Limits {
            connections: usize::MAX,
            ..default
        },
        Limits {
            read: Duration::MAX,
            ..default
        },
        Limits {
            connection: Duration::ZERO,
            ..default
        },
        Limits { head: 0, ..default },
        Limits {
            body: 2,
            bodies: 1,
            ..default
        },
    ] {
        let error = Gateway {
            limits,
            ..gateway()
        }
        .start()
        .unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput, "{limits:?}");
    }
    // A higher limit reaches verification, too.
    let limits = Limits {
        headers: 200,
        ..default
    };
    let gateway = Gateway {
        limits,
        ..gateway()
    }
    .start()
    .unwrap();
    let mut call = Call::get("/prod/items");
    call.headers.extend(vec![("x-many", "1"); 150]);
    assert_eq!(call.send(&gateway).status, 200);
}

/// One connection more than there are slots waits until one is free.
#[test]
fn connections_are_bounded() {
    let gateway = Gateway {
        limits: Limits {
            connections: 2,
            ..Limits::default()
        },
        ..gateway()
    };
    let gateway = gateway.start().unwrap();
    let mut held: Vec<_> = (0..2).map(|_| connect(gateway.address())).collect();
    for stream in &mut held {
        // An answer proves that the connection has its slot.
        stream
            .write_all(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            .unwrap();
        assert_eq!(receive(stream).status, 403);
    }
    let mut waiting = connect(gateway.address());
    waiting
        .write_all(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        .unwrap();
    waiting
        .set_read_timeout(Some(Duration::from_millis(200)))
        .unwrap();
    assert!(waiting.read(&mut [0]).is_err(), "answered without a slot");
    drop(held);
    waiting
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    assert_eq!(receive(&mut waiting).status, 403);
}

#[test]
fn it_stops_when_it_is_dropped() {
    let gateway = start();
    let address = gateway.address();
    let mut open = connect(address);
    open.write_all(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        .unwrap();
    assert_eq!(receive(&mut open).status, 403);
    drop(gateway);
    assert_eq!(open.read(&mut [0]).unwrap_or(0), 0);
}

#[test]
fn it_stays_on_loopback_unless_told() {
    let mut gateway = gateway();
    gateway.listen = "0.0.0.0:0".parse().unwrap();
    let error = gateway.start().unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::PermissionDenied);
}

//! `sigv4 request` against the embedded gateway, and against a server that verifies
//! whatever path it is asked for.
#![cfg(feature = "cli")]

use serde_json::json;
use sigv4::gateway::{Api, Gateway, Principals, Running};
use sigv4::{Claim, Header, Payload, Policy, Request, Timestamp};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::SystemTime;

const SECRET: &str = "a-secret-that-must-not-be-seen";
const TOKEN: &str = "a-token-that-must-not-be-seen";

fn sigv4(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sigv4"));
    command
        .env_clear()
        .env("AWS_ACCESS_KEY_ID", "AKIDALICE")
        .env("AWS_SECRET_ACCESS_KEY", SECRET)
        .env("AWS_REGION", "us-east-1")
        .args(arguments);
    command
}

#[cfg(unix)]
fn in_shell(script: &str) -> Command {
    let mut command = Command::new("sh");
    command
        .args(["-c", script])
        .env("AWS_ACCESS_KEY_ID", "AKIDALICE")
        .env("AWS_SECRET_ACCESS_KEY", SECRET)
        .env("AWS_REGION", "us-east-1");
    command
}

fn run(command: &mut Command) -> (Option<i32>, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let (stdout, stderr) = (text(stdout), text(stderr));
    for secret in [SECRET, TOKEN] {
        assert!(
            !stdout.contains(secret) && !stderr.contains(secret),
            "{stdout}{stderr}"
        );
    }
    (status.code(), stdout, stderr)
}

fn gateway(policy: &serde_json::Value) -> Running {
    let principals = json!({ "principals": [{
        "arn": "arn:aws:iam::111122223333:user/alice",
        "keys": [{ "access_key_id": "AKIDALICE", "secret_access_key": SECRET }],
        "policies": [policy],
    }]});
    let api = Api::new("us-east-1", "111122223333", "abc123", "prod").unwrap();
    let principals = Principals::from_json(&principals.to_string()).unwrap();
    Gateway::new(api, principals).start().unwrap()
}

fn allowing() -> Running {
    gateway(&json!({ "Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*",
    }}))
}

/// What a request has to look like on the wire, and the server's answer.
struct Arrived {
    line: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Arrived {
    fn read(stream: &mut BufReader<TcpStream>) -> Option<Self> {
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

    fn length(&self) -> usize {
        let mut headers = self.headers.iter();
        let found = headers.find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
        found.map_or(0, |(_, value)| value.parse().unwrap())
    }

    fn verify(&self, service: &str) -> Result<(), sigv4::Error> {
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
fn verifying(service: &'static str) -> String {
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

fn serving(answer: impl Fn(&Arrived) -> (String, Vec<u8>) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = BufReader::new(stream.unwrap());
            let Some(mut arrived) = Arrived::read(&mut stream) else {
                continue;
            };
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

fn file(name: &str, content: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    (folder, path)
}

#[test]
fn awkward_targets_are_accepted() {
    let url = verifying("execute-api");
    for (pasted, sent) in [
        ("/a%20b/ü/+/%2F", "/a%20b/%C3%BC/+/%2F"),
        ("/a b/%C3%BC/%2f?", "/a%20b/%C3%BC/%2f?"),
        ("/%25/100%25/%2525", "/%25/100%25/%2525"),
        ("//a/../b/./c//", "/b/c/"),
        ("/..", "/"),
        ("?q=1", "/?q=1"),
        ("/?", "/?"),
        ("/(a)*!'$&,;=:@", "/(a)*!'$&,;=:@"),
        (
            "/[a]{b}|c^d`e\\f\"<>",
            "/%5Ba%5D%7Bb%7D%7Cc%5Ed%60e%5Cf%22%3C%3E",
        ),
        ("/?q=1+1&q=1%2B1&r=1 1", "/?q=1%2B1&q=1%2B1&r=1%201"),
        ("/?b=2&a=1&a=0&&=x&flag", "/?b=2&a=1&a=0&&=x&flag"),
        (
            "/?x=%F0%9F%98%80&ü=ö&e=%FF",
            "/?x=%F0%9F%98%80&%C3%BC=%C3%B6&e=%FF",
        ),
        ("/?u=https://a/b?c=d&t=%2520", "/?u=https://a/b?c=d&t=%2520"),
        ("/a#fragment?not=sent", "/a"),
    ] {
        let (code, stdout, stderr) = run(&mut sigv4(&[
            "request",
            "--fail",
            &format!("{url}{pasted}"),
        ]));
        assert_eq!((code, stderr.as_str()), (Some(0), ""), "{pasted}");
        assert_eq!(stdout, format!("GET {sent} HTTP/1.1\n"));
    }
    let url = verifying("s3");
    for (pasted, sent) in [
        ("/a%20b/ü/+/%2F", "/a%20b/%C3%BC/%2B/%2F"),
        ("//a/../b/./c//", "//a/../b/./c//"),
        ("/a+b c~d", "/a%2Bb%20c~d"),
    ] {
        let (code, stdout, stderr) = run(&mut sigv4(&[
            "request",
            "--fail",
            "--service",
            "s3",
            &format!("{url}{pasted}"),
        ]));
        assert_eq!((code, stderr.as_str()), (Some(0), ""), "{pasted}");
        assert_eq!(stdout, format!("GET {sent} HTTP/1.1\n"));
    }
}

/// The same against the embedded gateway, with a body.
#[test]
fn the_gateway_takes_awkward_targets() {
    let gateway = allowing();
    for (pasted, path, query) in [
        ("/a%20b/ü/+/%2F", "/a%20b/%C3%BC/+/%2F", ""),
        (
            "/a b/../%25?q=1+1&ü&e=%FF&=x",
            "/%25",
            "q=1%2B1&%C3%BC&e=%FF&=x",
        ),
        ("/(a)*!'$&,;=:@?b=2&a=1", "/(a)*!'$&,;=:@", "b=2&a=1"),
    ] {
        for (arguments, method, body) in [
            (vec![], "GET", ""),
            (vec!["-X", "DELETE"], "DELETE", ""),
            (vec!["-d", "größe=1&x=%2B"], "POST", "größe=1&x=%2B"),
        ] {
            let mut command = sigv4(&["request", "--fail"]);
            command
                .args(arguments)
                .arg(format!("{}/echo{pasted}", gateway.url()));
            let (code, stdout, stderr) = run(&mut command);
            assert_eq!((code, stderr.as_str()), (Some(0), ""), "{method} {pasted}");
            let echo: serde_json::Value = serde_json::from_str(&stdout).unwrap();
            let path = format!("/prod/echo{path}");
            let expected = json!({ "method": method, "path": path, "query": query, "body": body });
            assert_eq!(echo, expected);
        }
    }
}

#[test]
fn bodies_arrive_as_they_were_signed() {
    let url = verifying("execute-api");
    let large: Vec<u8> = (0..3_000_000_u32)
        .map(|number| number.to_le_bytes()[0])
        .collect();
    let (_folder, path) = file("body.bin", &large);
    let from_file = format!("@{}", path.display());
    let (_empty_folder, empty) = file("empty", b"");
    let from_empty = format!("@{}", empty.display());
    for (arguments, method, body) in [
        (vec!["-d", "a=1&b=ü"], "POST", "a=1&b=ü".as_bytes()),
        (vec!["-d", ""], "POST", b""),
        (vec!["-X", "GET", "-d", "x"], "GET", b"x"),
        (vec!["-X", "DELETE", "--json", "{}"], "DELETE", b"{}"),
        (vec!["-X", "PUT", "-d", &from_file], "PUT", &large),
        (vec!["-d", &from_empty], "POST", b""),
        (vec!["-d", "-5"], "POST", b"-5"),
    ] {
        let output = sigv4(&["request", "--fail"])
            .args(&arguments)
            .arg(&url)
            .output()
            .unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {stderr}");
        let mut expected = format!("{method} / HTTP/1.1\n").into_bytes();
        expected.extend(body);
        assert!(output.stdout == expected, "{arguments:?}");
    }

    let mut child = sigv4(&["request", "--fail", "-d", "@-", &url])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(b"\x00\xff piped\n")
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.stdout, b"POST / HTTP/1.1\n\x00\xff piped\n");
}

#[test]
fn the_answer_goes_where_it_is_wanted() {
    let url = verifying("execute-api");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("answer");
    let (code, stdout, stderr) = run(sigv4(&["request", &url, "-o"]).arg(&path));
    assert_eq!((code, stdout.as_str(), stderr.as_str()), (Some(0), "", ""));
    assert_eq!(std::fs::read(&path).unwrap(), b"GET / HTTP/1.1\n");

    let (code, stdout, _) = run(&mut sigv4(&["request", "-i", &url]));
    assert_eq!(code, Some(0));
    assert_eq!(
        stdout,
        "HTTP/1.1 200 OK\ncontent-length: 15\nx-echo: yes\n\nGET / HTTP/1.1\n"
    );

    // Whatever the status, unless --fail says otherwise.
    let mut wrong = sigv4(&["request", &url]);
    let (code, stdout, stderr) = run(wrong.env("AWS_SECRET_ACCESS_KEY", "another"));
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    assert_eq!(stdout, "GET / HTTP/1.1\n");
    let mut wrong = sigv4(&["request", "--fail", &url]);
    let (code, stdout, stderr) = run(wrong.env("AWS_SECRET_ACCESS_KEY", "another"));
    assert_eq!((code, stdout.as_str()), (Some(1), ""));
    assert_eq!(stderr, "sigv4: the service answered 403\n");

    let mut wrong = sigv4(&["request", "--fail-with-body", &url]);
    let (code, stdout, stderr) = run(wrong.env("AWS_SECRET_ACCESS_KEY", "another"));
    assert_eq!((code, stdout.as_str()), (Some(1), "GET / HTTP/1.1\n"));
    assert_eq!(stderr, "sigv4: the service answered 403\n");
    let (code, stdout, stderr) = run(&mut sigv4(&["request", "-X", "HEAD", "-i", &url]));
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    assert!(stdout.starts_with("HTTP/1.1 200 OK\n"), "{stdout}");

    let (code, stdout, stderr) = run(&mut sigv4(&["request", &url, "-o", "/none/answer"]));
    assert_eq!((code, stdout.as_str()), (Some(2), ""));
    assert_eq!(stderr, "sigv4: /none/answer: entity not found\n");
}

#[test]
fn headers_are_sent_signed_or_not() {
    let url = serving(|arrived| {
        let mut lines: Vec<_> = arrived
            .headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}\n"))
            .filter(|line| !line.starts_with("authorization") && !line.starts_with("host"))
            .collect();
        lines.sort();
        let authorization = arrived
            .headers
            .iter()
            .find(|(name, _)| name == "authorization");
        let (_, signed) = authorization
            .unwrap()
            .1
            .split_once("SignedHeaders=")
            .unwrap();
        lines.push(signed.split(',').next().unwrap().to_owned());
        ("200 OK".into(), lines.concat().into_bytes())
    });
    let mut command = sigv4(&[
        "request",
        "-H",
        "X-Amz-Meta: a",
        "-H",
        "X-Other: b",
        "-H",
        "User-Agent: me",
        "-H",
        "Accept: text/plain",
        "-H",
        "X-Amz-Meta: c",
        "--signed-headers",
        "x-other",
        &url,
    ]);
    let (code, stdout, stderr) = run(&mut command);
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    let lines: Vec<_> = stdout
        .lines()
        .filter(|line| !line.starts_with("x-amz-date") && !line.starts_with("accept-encoding"))
        .collect();
    assert_eq!(
        lines,
        [
            "accept: text/plain",
            "user-agent: me",
            "x-amz-meta: a",
            "x-amz-meta: c",
            "x-other: b",
            "host;x-amz-date;x-amz-meta;x-other"
        ]
    );
}

#[test]
fn the_gateway_accepts_it() {
    let gateway = allowing();
    let items = format!("{}/items", gateway.url());
    for query in ["", "?q=1+1", "?a=ü&a=%2F&b", "?x=%zz"] {
        let (code, stdout, stderr) = run(&mut sigv4(&[
            "request",
            "--fail",
            &format!("{items}{query}"),
        ]));
        if query == "?x=%zz" {
            assert_eq!((code, stdout.as_str()), (Some(2), ""), "{stderr}");
            continue;
        }
        assert_eq!((code, stderr.as_str()), (Some(0), ""), "{query}");
        assert!(stdout.contains("hammer"), "{stdout}");
    }
    let (code, stdout, stderr) = run(&mut sigv4(&[
        "request",
        "-i",
        "--json",
        r#"{"name":"saw ü"}"#,
        &items,
    ]));
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    assert!(stdout.starts_with("HTTP/1.1 20"), "{stdout}");
    let (_, stdout, _) = run(&mut sigv4(&["request", &items]));
    assert!(stdout.contains("saw ü"), "{stdout}");
}

#[test]
fn refusals_are_explained() {
    let gateway = allowing();
    let items = format!("{}/items", gateway.url());
    let cause = |command: &mut Command| {
        let (code, stdout, stderr) = run(command);
        assert_eq!(code, Some(0), "{stderr}");
        assert!(stdout.starts_with('{'), "the answer itself: {stdout}");
        let first = stderr.lines().next().unwrap().to_owned();
        first
            .strip_prefix("cause:  ")
            .unwrap_or_else(|| panic!("{stderr}"))
            .to_owned()
    };
    let explained = |arguments: &[&str]| {
        let mut command = sigv4(&["request", "--explain"]);
        command.args(arguments);
        command
    };
    assert_eq!(
        cause(explained(&[&items]).env("AWS_SECRET_ACCESS_KEY", "another")),
        "both sides computed the same strings, but the signatures differ: the secret access key \
         is not the one of this access key"
    );
    assert_eq!(
        cause(&mut explained(&["--region", "eu-west-1", &items])),
        "the credential is scoped to another region"
    );
    assert_eq!(
        cause(&mut explained(&["--service", "es", &items])),
        "the credential is scoped to another service than 'execute-api'"
    );
    assert_eq!(
        cause(&mut explained(&["--access-key-id", "AKIDBOB", &items])),
        "the access key is unknown, or the session token does not belong to it"
    );
    assert_eq!(
        cause(&mut explained(&["--access-key-id", "ASIABOB", &items])),
        "the session token that belongs to the access key is missing"
    );
    assert_eq!(
        cause(explained(&[&items]).env("AWS_SESSION_TOKEN", TOKEN)),
        "the access key is unknown, or the session token does not belong to it"
    );
    assert!(
        cause(&mut explained(&["--time", "20150830T123600Z", &items]))
            .starts_with("the request was signed at 20150830T123600Z, ")
    );
    assert_eq!(
        cause(&mut explained(&[&format!("{}/itmes", gateway.url())])),
        "the service has no such route, stage or method"
    );
}

#[test]
fn policies_are_told_from_signatures() {
    let explained = |policy: &serde_json::Value| {
        let gateway = gateway(policy);
        let mut command = sigv4(&["request", "--explain", "--fail"]);
        let (code, stdout, stderr) = run(command.arg(format!("{}/items", gateway.url())));
        assert_eq!((code, stdout.as_str()), (Some(1), ""), "{stderr}");
        stderr.lines().next().unwrap().to_owned()
    };
    let statement = |effect: &str, action: &str| {
        json!({ "Version": "2012-10-17", "Statement": {
            "Effect": effect, "Action": action, "Resource": "*",
        }})
    };
    assert_eq!(
        explained(&statement("Allow", "s3:GetObject")),
        "cause:  the signature is right; no policy allows the call"
    );
    assert_eq!(
        explained(&statement("Deny", "execute-api:Invoke")),
        "cause:  the signature is right; a policy denies the call"
    );
}

#[test]
fn a_file_that_changes_is_not_sent_whole() {
    let (_folder, path) = file("body.bin", &vec![b'a'; 16 << 20]);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let changing = path.clone();
    let server = thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let mut stream = BufReader::new(stream);
        let arrived = Arrived::read(&mut stream).unwrap();
        // Most of it is not read yet: the buffers between the two are smaller.
        let mut writing = std::fs::OpenOptions::new()
            .write(true)
            .open(changing)
            .unwrap();
        std::io::Seek::seek(&mut writing, std::io::SeekFrom::End(-1)).unwrap();
        writing.write_all(b"b").unwrap();
        let mut body = Vec::new();
        let _ = stream.read_to_end(&mut body);
        (arrived.length(), body.len())
    });
    let data = format!("@{}", path.display());
    let (code, stdout, stderr) = run(&mut sigv4(&["request", "-d", &data, &url]));
    assert_eq!((code, stdout.as_str()), (Some(1), ""));
    assert_eq!(
        stderr,
        format!(
            "sigv4: {}: the file changed after it was signed\n",
            path.display()
        )
    );
    let (stated, arrived) = server.join().unwrap();
    assert_eq!(stated, 16 << 20);
    assert!(arrived < stated, "{arrived}");
}

#[test]
fn nobody_there_is_a_failure_without_a_panic() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let (code, stdout, stderr) = run(&mut sigv4(&["request", &url]));
    assert_eq!((code, stdout.as_str()), (Some(1), ""));
    assert_eq!(stderr, "sigv4: no connection\n");
    let silent = serving(|_| ("not http".into(), Vec::new()));
    let (code, _, stderr) = run(&mut sigv4(&["request", &silent]));
    assert_eq!(code, Some(1), "{stderr}");
}

#[test]
fn a_request_to_this_machine_goes_past_any_proxy() {
    let url = verifying("execute-api");
    let mut command = sigv4(&["request", "--fail", &url]);
    for name in ["http_proxy", "HTTP_PROXY", "ALL_PROXY"] {
        command.env(name, "http://127.0.0.1:1");
    }
    let (code, stdout, stderr) = run(&mut command);
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    assert_eq!(stdout, "GET / HTTP/1.1\n");
}

#[test]
fn the_framing_is_not_the_callers() {
    let url = verifying("execute-api");
    let mut command = sigv4(&[
        "request",
        "--fail",
        "-H",
        "Content-Length: 3",
        "-d",
        "12345",
    ]);
    let (code, stdout, stderr) =
        run(command.args(["-H", "Transfer-Encoding: chunked", url.as_str()]));
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    assert_eq!(stdout, "POST / HTTP/1.1\n12345");
}

fn pem(der: &[u8]) -> String {
    use base64::Engine;
    let text = base64::prelude::BASE64_STANDARD.encode(der);
    let lines: Vec<_> = text
        .as_bytes()
        .chunks(64)
        .map(String::from_utf8_lossy)
        .collect();
    let lines = lines.join("\n");
    format!("-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----\n")
}

#[test]
fn tls_trusts_what_it_is_told_to() {
    use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
    use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(["127.0.0.1".to_owned()])
        .unwrap()
        .signed_by(&key, &issuer)
        .unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    let config = std::sync::Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}/", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let connection = rustls::ServerConnection::new(config.clone()).unwrap();
            let mut stream = rustls::StreamOwned::new(connection, stream.unwrap());
            let mut head = [0; 4096];
            if stream.read(&mut head).is_ok_and(|read| read > 0) {
                let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nyes";
                let _ = stream.write_all(answer);
                stream.conn.send_close_notify();
                let _ = stream.flush();
            }
        }
    });
    let (_folder, path) = file("ca.pem", pem(issuer.der()).as_bytes());
    let (code, stdout, stderr) = run(sigv4(&["request", &url, "--cacert"]).arg(&path));
    assert_eq!(
        (code, stdout.as_str(), stderr.as_str()),
        (Some(0), "yes", "")
    );

    let (code, stdout, stderr) = run(&mut sigv4(&["request", &url]));
    assert_eq!((code, stdout.as_str()), (Some(1), ""));
    assert!(stderr.starts_with("sigv4: TLS: "), "{stderr}");

    let (_other_folder, path) = file("none.pem", b"no PEM");
    let (code, _, stderr) = run(sigv4(&["request", &url, "--cacert"]).arg(&path));
    assert_eq!(code, Some(2));
    assert_eq!(
        stderr,
        format!("sigv4: {}: no certificate\n", path.display())
    );
}

#[test]
fn a_closed_stdout_is_no_panic() {
    let url = serving(|_| ("200 OK".into(), vec![b'x'; 4 << 20]));
    for arguments in [
        vec!["request", url.as_str()],
        vec!["completions", "zsh"],
        vec!["man"],
        vec!["sign", "https://example.com/"],
        vec!["--help"],
        vec!["--version"],
    ] {
        let mut child = sigv4(&arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.stderr, b"", "{arguments:?}");
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
    }
}

#[test]
fn what_is_no_text_is_refused_in_a_line() {
    let garbage: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    let (_folder, path) = file("garbage", &garbage);
    let (code, stdout, stderr) = run(sigv4(&["verify"]).arg(&path));
    assert_eq!((code, stdout.as_str()), (Some(2), ""));
    assert_eq!(
        stderr,
        format!("sigv4: {}: not an HTTP request\n", path.display())
    );
    let (code, _, stderr) =
        run(sigv4(&["explain", "https://example.com/", "--response"]).arg(&path));
    assert_eq!(
        (code, stderr.as_str()),
        (Some(1), "sigv4: the answer cannot be explained\n")
    );

    let long = format!("https://example.com/{}", "a".repeat(70_000));
    let (code, _, stderr) = run(&mut sigv4(&["sign", &long]));
    assert_eq!(code, Some(2));
    assert_eq!(stderr, "sigv4: URL: 70020 bytes long; the limit is 65536\n");
}

#[cfg(unix)]
#[test]
fn arguments_that_are_no_utf8_are_refused() {
    use std::os::unix::ffi::OsStringExt;
    let argument = std::ffi::OsString::from_vec(b"https://example.com/\xff".to_vec());
    let (code, stdout, stderr) = run(sigv4(&["sign"]).arg(argument));
    assert_eq!((code, stdout.as_str()), (Some(2), ""));
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
}

/// `-d @<(…)`: a pipe can be read only once.
#[cfg(unix)]
#[test]
fn a_pipe_is_a_body() {
    let url = verifying("execute-api");
    let script = format!(
        "printf piped | {} request --fail -d @/dev/stdin {url}",
        env!("CARGO_BIN_EXE_sigv4")
    );
    let (code, stdout, stderr) = run(&mut in_shell(&script));
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    assert_eq!(stdout, "POST / HTTP/1.1\npiped");
}

/// What `sign --output curl` prints, pasted into a shell. Passes where there is no curl.
#[cfg(unix)]
#[test]
fn the_curl_line_can_be_pasted() {
    if Command::new("curl").arg("--version").output().is_err() {
        return;
    }
    let url = verifying("execute-api");
    let (_folder, path) = file("it's $HOME.json", b"{\"from\": \"a file\"}\n");
    let from_file = format!("@{}", path.display());
    for (arguments, target, sent) in [
        (vec![], "/a b/ü/+/%2F/[x]{y}?q=1+1&b=$HOME`id`", ""),
        (
            vec!["--json", r#"{"name": "it's \"$HOME\" `id` \\ !!"}"#],
            "/items",
            r#"{"name": "it's \"$HOME\" `id` \\ !!"}"#,
        ),
        (vec!["-d", "a=1&b=%20"], "/?x=1;y", "a=1&b=%20"),
        (
            vec!["-X", "PUT", "-d", &from_file],
            "/",
            "{\"from\": \"a file\"}\n",
        ),
        (vec!["-d", "x", "-H", "Content-Type:"], "/", "x"),
        (vec!["-d", ""], "/", ""),
        (vec!["-X", "GET", "-d", "x"], "/", "x"),
        (
            vec!["-H", "X-Amz-Meta: it's; $HOME", "-H", "X-Amz-Empty;"],
            "/",
            "",
        ),
    ] {
        let mut sign = sigv4(&["sign", "--output", "curl"]);
        let (code, line, stderr) = run(sign.args(&arguments).arg(format!("{url}{target}")));
        assert_eq!((code, stderr.as_str()), (Some(0), ""));
        let line = line.replacen("curl ", "curl --silent --show-error --fail ", 1);
        let (code, stdout, stderr) = run(Command::new("sh").args(["-c", &line]));
        assert_eq!(code, Some(0), "{line}{stderr}");
        let (_, body) = stdout.split_once('\n').unwrap();
        assert_eq!(body, sent, "{line}");
    }
}

/// S3 refuses chunks, and a method that wants a body wants its length.
#[test]
fn no_body_has_a_length_where_one_is_wanted() {
    let url = serving(|arrived| {
        let framing = |name: &str| ["content-length", "transfer-encoding"].contains(&name);
        let headers = arrived.headers.iter();
        let found = headers.filter(|(name, _)| framing(&name.to_ascii_lowercase()));
        let lines: String = found
            .map(|(name, value)| format!("{name}: {value}\n"))
            .collect();
        ("200 OK".into(), lines.into_bytes())
    });
    for (method, expected) in [
        ("PUT", "content-length: 0\n"),
        ("POST", "content-length: 0\n"),
        ("PATCH", "content-length: 0\n"),
        ("GET", ""),
        ("DELETE", ""),
        ("HEAD", ""),
    ] {
        let (code, stdout, stderr) = run(&mut sigv4(&["request", "-X", method, &url]));
        assert_eq!((code, stderr.as_str()), (Some(0), ""));
        assert_eq!(stdout, expected, "{method}");
    }
}

#[test]
fn a_time_is_any_number_of_seconds() {
    let url = verifying("execute-api");
    for time in ["0", "0.5e1", "10.5", "1e15"] {
        let (code, _, stderr) = run(&mut sigv4(&["request", "--fail", "-m", time, &url]));
        assert_eq!((code, stderr.as_str()), (Some(0), ""), "{time}");
    }
    for time in ["-1", "18446744073709551615", "NaN", "soon"] {
        let argument = format!("--max-time={time}");
        let (code, _, stderr) = run(&mut sigv4(&["request", &argument, &url]));
        assert_eq!(
            (code, stderr.lines().count()),
            (Some(2), 1),
            "{time}: {stderr}"
        );
    }
}

#[test]
#[cfg(unix)]
fn a_pipe_does_not_become_a_curl_line() {
    let script = format!(
        "printf piped | {} sign --output curl -d @/dev/stdin https://example.com/",
        env!("CARGO_BIN_EXE_sigv4")
    );
    let (code, stdout, stderr) = run(&mut in_shell(&script));
    assert_eq!((code, stdout.as_str()), (Some(2), ""), "{stderr}");
    assert!(stderr.contains("only once"), "{stderr}");
}

/// S3 says the region of a bucket with a redirect.
#[test]
fn a_redirect_is_explained() {
    let url = serving(|_| {
        let body = "<Error><Code>PermanentRedirect</Code><Message>The bucket you are attempting \
                    to access must be addressed using the specified endpoint.</Message></Error>";
        ("301 Moved Permanently".into(), body.into())
    });
    let (code, _, stderr) = run(&mut sigv4(&[
        "request",
        "--explain",
        "--service",
        "s3",
        &url,
    ]));
    assert_eq!(code, Some(0), "{stderr}");
    assert!(stderr.starts_with("cause:"), "{stderr}");
}

/// A device without an end does not fill the memory.
#[test]
#[cfg(unix)]
fn files_without_an_end_are_refused() {
    for option in ["--secret-file", "--cacert"] {
        let (code, _, stderr) = run(&mut sigv4(&[
            "request",
            option,
            "/dev/zero",
            "https://localhost:1/",
        ]));
        assert!(matches!(code, Some(2 | 3)), "{option}: {code:?} {stderr}");
        assert_eq!(stderr.lines().count(), 1, "{stderr}");
    }
}

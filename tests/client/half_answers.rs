//! An answer that ends in the middle of what was sent to the service.

use sigv4::Credentials;
use sigv4::client::Client;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;

const TOKEN: &str = "tO/E+n0123456789SESSIONTOKENabcdefghijklmnop==";

/// Answers 403 with most of the signature and of the token, and closes before the end.
fn half(head: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut seen = Vec::new();
        while !seen.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            seen.extend(byte);
        }
        let seen = String::from_utf8(seen).unwrap();
        let (_, signature) = seen.split_once("Signature=").unwrap();
        let token = &TOKEN[..TOKEN.len() - 4];
        let body = format!("you sent {} and {token}", &signature[..60]);
        let length = format!("{:x}", body.len() + 100);
        let head = head.replace("LENGTH", &length);
        write!(stream, "HTTP/1.1 403 Forbidden\r\n{head}{body}").unwrap();
    });
    url
}

#[test]
fn no_secret_is_left_at_its_end() {
    for head in [
        "Content-Length: 5000\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\nLENGTH\r\n",
    ] {
        let client = Client::builder()
            .base_url(half(head))
            .credentials(Credentials::new("AKIDEXAMPLE", "secret").with_session_token(TOKEN))
            .region("us-east-1")
            .service("execute-api")
            .build()
            .unwrap();
        let error = client.get("/").send().unwrap_err();
        for text in [
            error.to_string(),
            format!("{error:?}"),
            format!("{error:#?}"),
        ] {
            assert!(!text.contains(&TOKEN[..10]), "{text}");
            assert!(text.contains("[redacted]"), "{text}");
        }
    }
}

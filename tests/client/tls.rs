//! TLS, with a certificate authority that exists for one test only.
#![cfg(feature = "client")]

use crate::server::{ACCESS_KEY_ID, SECRET, Seen, parse_head};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use sigv4::Credentials;
use sigv4::client::{Client, ClientBuilder, ClientError, TransportKind};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;
use ureq::tls::Certificate;

type Issuer = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Issuer {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

fn root(issuer: &Issuer) -> Certificate<'static> {
    Certificate::from_der(issuer.der()).to_owned()
}

/// What a TLS server saw: completed handshakes, and requests.
#[derive(Default)]
struct Log {
    handshakes: usize,
    seen: Vec<Seen>,
}

struct TlsServer {
    port: u16,
    log: Arc<Mutex<Log>>,
}

impl TlsServer {
    fn new(issuer: &Issuer, name: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new([name.to_owned()])
            .unwrap()
            .signed_by(&key, issuer)
            .unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        let config = Arc::new(config);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Self {
            port: listener.local_addr().unwrap().port(),
            log: Arc::default(),
        };
        let log = server.log.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (config, log) = (config.clone(), log.clone());
                thread::spawn(move || serve(stream.ok()?, config, &log));
            }
        });
        server
    }

    fn client(&self, roots: &[Certificate<'static>]) -> ClientBuilder {
        Client::builder()
            .base_url(format!("https://127.0.0.1:{}", self.port))
            .credentials(Credentials::new(ACCESS_KEY_ID, SECRET))
            .region("us-east-1")
            .service("execute-api")
            .proxy(None)
            .root_certs(roots)
    }
}

fn serve(mut stream: TcpStream, config: Arc<ServerConfig>, log: &Mutex<Log>) -> Option<()> {
    let mut tls = ServerConnection::new(config).unwrap();
    while tls.is_handshaking() {
        tls.complete_io(&mut stream).ok()?;
    }
    log.lock().unwrap().handshakes += 1;
    let mut stream = BufReader::new(StreamOwned::new(tls, stream));
    loop {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            if stream.read_until(b'\n', &mut head).ok()? == 0 {
                return None;
            }
        }
        let mut seen = parse_head(head.strip_suffix(b"\r\n\r\n")?);
        let length = seen
            .header("content-length")
            .map_or(0, |text| text.parse().unwrap());
        seen.body = vec![0; length];
        stream.read_exact(&mut seen.body).ok()?;
        log.lock().unwrap().seen.push(seen);
        let stream = stream.get_mut();
        stream
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
            .ok()?;
        stream.flush().ok()?;
    }
}

/// The tail of a latency nobody wants to pay for each request.
#[test]
fn one_handshake_for_many_calls() {
    let issuer = authority();
    let server = TlsServer::new(&issuer, "127.0.0.1");
    let client = server.client(&[root(&issuer)]).build().unwrap();
    for number in 0..50 {
        let response = match number % 3 {
            0 => client.get("/items").send(),
            1 => client.put("/items").body("x").send(),
            _ => client.get("/items").timeout(Duration::from_secs(30)).send(),
        };
        assert_eq!(response.unwrap().bytes(), b"{}");
    }
    let log = server.log.lock().unwrap();
    assert_eq!((log.handshakes, log.seen.len()), (1, 50));
    for seen in &log.seen {
        assert_eq!(
            seen.header("host").unwrap(),
            format!("127.0.0.1:{}", server.port)
        );
        seen.verify(seen.signed_at());
    }
}

#[test]
fn whom_not_to_trust() {
    let (issuer, other) = (authority(), authority());
    for (server, roots) in [
        // Nobody knows this authority; it is not the one that is known; another name.
        (TlsServer::new(&issuer, "127.0.0.1"), None),
        (TlsServer::new(&issuer, "127.0.0.1"), Some(root(&other))),
        (TlsServer::new(&issuer, "example.com"), Some(root(&issuer))),
    ] {
        let mut builder = server.client(roots.as_slice());
        if roots.is_none() {
            builder = Client::builder()
                .base_url(format!("https://127.0.0.1:{}", server.port))
                .credentials(Credentials::new(ACCESS_KEY_ID, SECRET))
                .region("us-east-1")
                .service("execute-api")
                .proxy(None);
        }
        let error = builder.build().unwrap().get("/items").send().unwrap_err();
        let ClientError::Transport { kind, message } = error else {
            panic!("{error:?}");
        };
        assert_eq!(kind, TransportKind::Tls, "{message}");
        assert!(server.log.lock().unwrap().seen.is_empty());
    }
}

#[test]
fn a_server_that_says_nothing_or_not_tls() {
    let kinds = |answer: &'static [u8], timeout| {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let _ = stream.write_all(answer);
                // Held open until the client gives up.
                let _ = stream.read_to_end(&mut Vec::new());
            }
        });
        let client = Client::builder()
            .credentials(Credentials::new(ACCESS_KEY_ID, SECRET))
            .region("us-east-1")
            .service("execute-api")
            .proxy(None)
            .connect_timeout(timeout)
            .pause(|_| ())
            .build()
            .unwrap();
        let url = format!("https://127.0.0.1:{port}/");
        match client.get(&url).send().unwrap_err() {
            ClientError::Transport { kind, .. } => kind,
            other => panic!("{other:?}"),
        }
    };
    let short = Duration::from_millis(100);
    assert_eq!(kinds(b"", short), TransportKind::ConnectTimeout);
    let long = Duration::from_secs(10);
    assert_eq!(
        kinds(b"HTTP/1.1 400 Bad Request\r\n\r\n", long),
        TransportKind::Tls
    );
}

/// Nobody but the two sides can change what TLS carries: chunks are not signed, but followed by
/// a checksum, unless one is given.
#[cfg(feature = "checksum")]
#[test]
fn an_upload_has_a_checksum() {
    use crate::upload::checksum;
    use crate::uploads::{MARKER, SIGNED, data, opened};
    use sigv4::client::Upload;

    let issuer = authority();
    let server = TlsServer::new(&issuer, "127.0.0.1");
    let client = server
        .client(&[root(&issuer)])
        .service("s3")
        .build()
        .unwrap();
    let data = data(70_000);
    let upload = || Upload::once(data.len() as u64, std::io::Cursor::new(data.clone()));
    client.put("/a").upload(upload()).send().unwrap();
    let sum = checksum("x-amz-checksum-crc32", &data).unwrap();
    let given = client
        .put("/a")
        .header("x-amz-checksum-crc32", sum.as_str());
    given.upload(upload()).send().unwrap();
    // It speaks of a checksum, and is none.
    let spoken_of = client
        .put("/a")
        .header("x-amz-checksum-type", "FULL_OBJECT");
    spoken_of.upload(upload()).send().unwrap();
    let log = server.log.lock().unwrap();
    let markers = [0, 1, 2].map(|index: usize| log.seen[index].header(MARKER).unwrap());
    let unsigned = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
    assert_eq!(markers, [unsigned, SIGNED, unsigned]);
    assert!(opened(&log.seen[2]).unwrap().data == data);
    let first = opened(&log.seen[0]).unwrap();
    assert!(first.trailers == [("x-amz-checksum-crc32".to_owned(), sum)].into());
    let second = opened(&log.seen[1]).unwrap();
    assert!(second.trailers.is_empty());
    assert!(first.data == data && second.data == data);
}

//! Where callers come in: TLS that is renewed, and sockets.

use crate::deadline::{LONG, until};
use crate::harness::{address, patient, route, settings};
use crate::logs;
use crate::server::{Server, response};
use rcgen::{CertificateParams, KeyPair};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use sigv4::proxy::{Listen, Proxy, Running, TlsFiles};
use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// A key and its certificate, which are written into a folder.
fn renew(folder: &Path) -> CertificateDer<'static> {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(["localhost".to_owned()]).unwrap();
    let certificate = params.self_signed(&key).unwrap();
    replace(
        &folder.join("tls.key"),
        &pem("PRIVATE KEY", key.serialized_der()),
    );
    replace(
        &folder.join("tls.crt"),
        &pem("CERTIFICATE", certificate.der()),
    );
    certificate.der().clone()
}

fn pem(label: &str, der: &[u8]) -> String {
    use base64::Engine;
    let text = base64::prelude::BASE64_STANDARD.encode(der);
    format!("-----BEGIN {label}-----\n{text}\n-----END {label}-----\n")
}

fn replace(path: &Path, text: &str) {
    let new = path.with_extension("new");
    fs::write(&new, text).unwrap();
    fs::rename(new, path).unwrap();
}

fn files(folder: &Path) -> TlsFiles {
    TlsFiles {
        certificate: folder.join("tls.crt"),
        key: folder.join("tls.key"),
    }
}

type Tls = StreamOwned<ClientConnection, TcpStream>;

/// After its handshake.
fn connect(
    proxy: &Running,
    trusted: &CertificateDer<'static>,
    protocol: &str,
) -> std::io::Result<Tls> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![protocol.into()];
    let name = ServerName::try_from("localhost").unwrap();
    let mut client = ClientConnection::new(Arc::new(config), name).unwrap();
    let mut stream = patient(TcpStream::connect(address(proxy))?);
    while client.is_handshaking() {
        client.complete_io(&mut stream)?;
    }
    Ok(StreamOwned::new(client, stream))
}

/// One request on a connection that is kept.
fn call(stream: &mut (impl Read + Write)) -> String {
    stream
        .write_all(b"GET /items HTTP/1.1\r\nhost: localhost\r\n\r\n")
        .unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\nhello") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        answer.push(byte[0]);
    }
    String::from_utf8(answer).unwrap()
}

fn upstream() -> Server {
    Server::new(|_| vec![response("200 OK", "", "hello")])
}

#[test]
fn connections_stay_while_the_certificate_is_renewed() {
    logs::capture();
    let folder = tempfile::tempdir().unwrap();
    let first = renew(folder.path());
    let server = upstream();
    let mut with_tls = settings([route(server.port)]);
    with_tls.tls = Some(files(folder.path()));
    let proxy = Proxy::new(with_tls).start().unwrap();
    let mut kept = connect(&proxy, &first, "http/1.1").unwrap();
    assert!(call(&mut kept).starts_with("HTTP/1.1 200 OK\r\n"));
    assert_eq!(kept.conn.alpn_protocol(), Some(&b"http/1.1"[..]));

    // As between two writes: halves of two pairs leave the first.
    let aside = tempfile::tempdir().unwrap();
    let second = renew(aside.path());
    let put = |name: &str| {
        let text = fs::read_to_string(aside.path().join(name)).unwrap();
        replace(&folder.path().join(name), &text);
    };
    put("tls.crt");
    let stays = format!(
        "{}: it is not the key of the certificate in {}; the former certificate stays",
        folder.path().join("tls.key").display(),
        folder.path().join("tls.crt").display()
    );
    // The files are looked at in their own time.
    until("a line about the certificate", || {
        logs::lines()
            .into_iter()
            .find(|line| line.ends_with(&stays))
    });
    connect(&proxy, &first, "h2").unwrap();
    put("tls.key");
    let mut renewed = until("the other certificate", || {
        connect(&proxy, &second, "http/1.1").ok()
    });
    assert!(call(&mut renewed).starts_with("HTTP/1.1 200 OK\r\n"));
    assert!(call(&mut kept).starts_with("HTTP/1.1 200 OK\r\n"));
    connect(&proxy, &first, "http/1.1").unwrap_err();
    let h2 = connect(&proxy, &second, "h2").unwrap();
    assert_eq!(h2.conn.alpn_protocol(), Some(&b"h2"[..]));
}

#[test]
fn files_that_cannot_be_used_start_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut with_tls = settings([route(1)]);
    with_tls.tls = Some(files(folder.path()));
    let error = Proxy::new(with_tls).start().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    let certificate = folder.path().join("tls.crt");
    assert!(
        error
            .to_string()
            .starts_with(&*certificate.to_string_lossy()),
        "{error}"
    );
}

/// What speaks without TLS where there is TLS costs nobody else anything.
#[test]
fn plain_text_is_closed() {
    let folder = tempfile::tempdir().unwrap();
    let certificate = renew(folder.path());
    let server = upstream();
    let mut with_tls = settings([route(server.port)]);
    with_tls.tls = Some(files(folder.path()));
    let proxy = Proxy::new(with_tls).start().unwrap();
    let mut plain = patient(TcpStream::connect(address(&proxy)).unwrap());
    plain
        .write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n")
        .unwrap();
    let mut answer = Vec::new();
    let _ = plain.read_to_end(&mut answer);
    assert!(!answer.starts_with(b"HTTP"), "{answer:?}");
    call(&mut connect(&proxy, &certificate, "http/1.1").unwrap());
    assert_eq!(server.seen().len(), 1);
}

/// Those beyond the limit are served as soon as there is a place for them.
#[test]
fn connections_beyond_the_limit_wait() {
    let server = upstream();
    let mut one = settings([route(server.port)]);
    one.limits.connections = 1;
    let proxy = Proxy::new(one).start().unwrap();
    let to = address(&proxy);
    let mut first = patient(TcpStream::connect(to).unwrap());
    call(&mut first);
    let mut second = TcpStream::connect(to).unwrap();
    second
        .write_all(b"GET /items HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
        .unwrap();
    second
        .set_read_timeout(Some(Duration::from_millis(200)))
        .unwrap();
    let waits = second.read(&mut [0]).unwrap_err().kind();
    assert!(
        matches!(waits, ErrorKind::WouldBlock | ErrorKind::TimedOut),
        "{waits}"
    );
    call(&mut first);
    drop(first);
    second.set_read_timeout(Some(LONG)).unwrap();
    let mut answer = String::new();
    second.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
}

#[cfg(unix)]
#[test]
fn a_socket_of_its_owner_that_goes_with_the_proxy() {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::net::{UnixListener, UnixStream};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sigv4.sock");
    let server = upstream();
    let on_socket = || {
        let mut on_socket = settings([route(server.port)]);
        on_socket.listen = Listen::Unix(path.clone());
        Proxy::new(on_socket)
    };
    // One that a killed server left.
    drop(UnixListener::bind(&path).unwrap());
    let proxy = on_socket().start().unwrap();
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let mut caller = UnixStream::connect(&path).unwrap();
    assert!(call(&mut caller).starts_with("HTTP/1.1 200 OK\r\n"));
    let error = on_socket().start().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AddrInUse);
    assert!(call(&mut caller).starts_with("HTTP/1.1 200 OK\r\n"));
    drop(proxy);
    assert!(!path.exists());
}

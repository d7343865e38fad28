//! TLS, and its files.
#![allow(clippy::unwrap_used)]

use super::*;

/// Files of a certificate for `localhost`, signed by itself.
struct Files {
    folder: TempDir,
    files: TlsFiles,
}

impl Files {
    fn new() -> (Self, CertificateDer<'static>) {
        let folder = tempfile::tempdir().unwrap();
        let files = TlsFiles {
            certificate: folder.path().join("tls.crt"),
            key: folder.path().join("tls.key"),
        };
        let new = Self { folder, files };
        let certificate = new.renew();
        (new, certificate)
    }

    /// Both files are replaced by new ones that fit together.
    fn renew(&self) -> CertificateDer<'static> {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(["localhost".to_owned()]).unwrap();
        let certificate = params.self_signed(&key).unwrap();
        self.replace(&self.files.key, &pem("PRIVATE KEY", key.serialized_der()));
        self.replace(
            &self.files.certificate,
            &pem("CERTIFICATE", certificate.der()),
        );
        certificate.der().clone()
    }

    fn replace(&self, path: &Path, text: &str) {
        let new = self.folder.path().join("new");
        fs::write(&new, text).unwrap();
        fs::rename(new, path).unwrap();
    }
}

fn pem(label: &str, der: &[u8]) -> String {
    let text = base64::base64(der);
    format!("-----BEGIN {label}-----\n{text}\n-----END {label}-----\n")
}

async fn tls(
    address: SocketAddr,
    trusted: &CertificateDer<'static>,
    protocols: &[&str],
) -> io::Result<client::TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = protocols
        .iter()
        .map(|name| name.as_bytes().into())
        .collect();
    let stream = TcpStream::connect(address).await?;
    let name = ServerName::try_from("localhost").unwrap();
    TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await
}

#[tokio::test]
async fn tls_agrees_upon_a_protocol() {
    let (files, certificate) = Files::new();
    let mut with_tls = settings(port());
    with_tls.tls = Some(files.files.clone());
    let listener = Listener::bind(&with_tls).unwrap();
    let address = address(&listener);
    for (offered, agreed) in [
        (&["http/1.1", "h2"][..], Some(&b"h2"[..])),
        (&["http/1.1"], Some(b"http/1.1")),
        (&[], None),
    ] {
        let (stream, caller) = both(&listener, tls(address, &certificate, offered)).await;
        assert_eq!(stream.protocol(), agreed);
        tokio::join!(echo(stream), pong(caller.unwrap()));
    }
}

#[tokio::test]
async fn a_handshake_that_does_not_come_holds_up_nobody_and_ends() {
    let (files, certificate) = Files::new();
    let mut with_tls = settings(port());
    with_tls.tls = Some(files.files.clone());
    let listener = Listener::bind(&with_tls).unwrap();
    let address = address(&listener);
    let _silent = TcpStream::connect(address).await.unwrap();
    let patience = Duration::from_millis(50);
    let silent = tokio::spawn(listener.accept().await.established(patience));
    let (stream, caller) = both(&listener, tls(address, &certificate, &["h2"])).await;
    tokio::join!(echo(stream), pong(caller.unwrap()));
    let error = silent.await.unwrap().unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    assert_eq!(error.to_string(), "no TLS handshake within 50ms");
    assert_eq!(listener.slots().taken(), 0);
}

#[tokio::test]
async fn what_is_no_tls_is_an_error_of_its_own_connection() {
    let (files, _) = Files::new();
    let mut with_tls = settings(port());
    with_tls.tls = Some(files.files.clone());
    let listener = Listener::bind(&with_tls).unwrap();
    let mut plain = TcpStream::connect(address(&listener)).await.unwrap();
    plain.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    listener.accept().await.established(READ).await.unwrap_err();
}

#[tokio::test]
async fn a_new_certificate_is_offered_and_connections_stay() {
    let (files, first) = Files::new();
    let mut with_tls = settings(port());
    with_tls.tls = Some(files.files.clone());
    let listener = Listener::bind(&with_tls).unwrap();
    let address = address(&listener);
    let (kept, kept_caller) = both(&listener, tls(address, &first, &[])).await;
    let second = files.renew();
    // The files are looked at in their own time: until then, the first is offered.
    loop {
        let served = async { listener.accept().await.established(READ).await };
        match tokio::join!(served, tls(address, &second, &[])) {
            (_, Ok(caller)) => {
                let offered = caller.get_ref().1.peer_certificates().unwrap();
                assert_eq!(offered, [second]);
                break;
            }
            (Err(_), Err(_)) => tokio::time::sleep(Duration::from_millis(20)).await,
            (Ok(_), Err(error)) => panic!("{error}"),
        }
    }
    tokio::join!(echo(kept), pong(kept_caller.unwrap()));
}

#[test]
fn what_cannot_be_used_leaves_the_former_pair() {
    let (files, _) = Files::new();
    let mut watched = Watched::new(&files.files);
    watched.read().unwrap();
    // Once they rest.
    let mut look = || watched.look().or_else(|| watched.look());
    assert!(look().is_none());
    let (certificate, key) = (&files.files.certificate, &files.files.key);
    let good = fs::read_to_string(certificate).unwrap();
    for broken in ["", "no certificate", &good[..good.len() / 2]] {
        files.replace(certificate, broken);
        assert!(look().is_none(), "{broken}");
    }
    // The halves of two pairs, as between two writes.
    let old_key = fs::read_to_string(key).unwrap();
    files.renew();
    let new_key = fs::read_to_string(key).unwrap();
    files.replace(key, &old_key);
    assert!(look().is_none());
    files.replace(key, &new_key);
    assert!(look().is_some());
    assert!(look().is_none());
    fs::remove_file(key).unwrap();
    assert!(look().is_none());
    files.replace(key, &new_key);
    assert!(look().is_some());
}

#[test]
fn why_files_cannot_be_used() {
    let (files, _) = Files::new();
    let (certificate, key) = (&files.files.certificate, &files.files.key);
    let good = (
        fs::read_to_string(certificate).unwrap(),
        fs::read_to_string(key).unwrap(),
    );
    let other = KeyPair::generate().unwrap();
    let other = pem("PRIVATE KEY", other.serialized_der());
    let encrypted =
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIB\n-----END ENCRYPTED PRIVATE KEY-----\n";
    let empty = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    for (chain, private, wrong, why) in [
        ("", &*good.1, certificate, "no certificate in it"),
        (&*good.1, &*good.1, certificate, "no certificate in it"),
        (
            empty,
            &*good.1,
            certificate,
            "invalid peer certificate: BadEncoding",
        ),
        (&*good.0, "", key, "no private key in it"),
        (&*good.0, &*good.0, key, "no private key in it"),
        (
            &*good.0,
            encrypted,
            key,
            "the key in it is encrypted: a plain one is needed",
        ),
        (
            &*good.0,
            "-----BEGIN PRIVATE KEY-----\n@sEcReT@\n-----END PRIVATE KEY-----\n",
            key,
            "no valid PEM file",
        ),
        (
            &*good.0,
            &*other,
            key,
            "it is not the key of the certificate in ",
        ),
    ] {
        files.replace(certificate, chain);
        files.replace(key, private);
        let error = Watched::new(&files.files).read().unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
        let expected = format!("{}: {why}", wrong.display());
        let text = error.to_string();
        assert!(text.starts_with(&expected), "{text}\n{expected}");
        assert!(!text.contains("sEcReT"), "{text}");
    }
    fs::remove_file(certificate).unwrap();
    let text = Watched::new(&files.files).read().unwrap_err().to_string();
    assert!(
        text.starts_with(&certificate.display().to_string()),
        "{text}"
    );
}

//! `sigv4 proxy`: from a file to a server, and to another file while it runs.
#![cfg(unix)]

use crate::proxied::{Running, exchange, replace, started, upstream};
use crate::runner::bare;
use std::path::Path;

fn write(path: &Path, listen: &str, port: u16, prefix: &str, profile: &str) {
    let text = format!(
        "listen = \"{listen}\"\n\n[[route]]\nupstream = \"http://127.0.0.1:{port}{prefix}\"\n\
         service = \"execute-api\"\nregion = \"eu-west-1\"\nprofile = \"{profile}\"\n"
    );
    replace(path, &text);
}

#[test]
fn files_are_read_again_and_broken_ones_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("proxy.toml");
    let profiles = folder.path().join("profiles");
    let pair = |name: &str| {
        format!(
            "[profile {name}]\naws_access_key_id = AKID{name}\naws_secret_access_key = secret\n"
        )
    };
    std::fs::write(&profiles, pair("ONE") + &pair("TWO")).unwrap();
    let port = upstream();
    write(&file, "127.0.0.1:0", port, "/one", "ONE");
    let mut command = bare(&["proxy", "--config", file.to_str().unwrap()]);
    command.env("AWS_CONFIG_FILE", &profiles);
    command.env("AWS_SHARED_CREDENTIALS_FILE", "nowhere");
    let mut running = Running::start(&mut command);
    assert_eq!(running.get("/a?b"), "GET /one/a?b HTTP/1.1 AKIDONE");
    running.says("credentials of profile ONE: key AKIDONE");

    // A change is found.
    write(&file, "127.0.0.1:0", port, "/two", "TWO");
    running.until("/a", "GET /two/a HTTP/1.1 AKIDTWO");
    running.says("reloaded");

    // What is wrong is said, once for each change, and all stays.
    write(&file, "127.0.0.1:0", port, "/three?a", "ONE");
    let said = running.says("not reloaded");
    let expected = format!(
        "not reloaded, all stays as it was: {}:4:12: upstream: an upstream has no query",
        file.display()
    );
    assert_eq!(said, expected);
    assert_eq!(running.get("/a"), "GET /two/a HTTP/1.1 AKIDTWO");
    write(&file, "127.0.0.1:0", port, "/three", "nobody");
    running.says("profile: profile nobody: is not in");
    assert_eq!(running.get("/a"), "GET /two/a HTTP/1.1 AKIDTWO");

    // By a signal, whether anything has changed or not.
    running.signal("-HUP");
    running.says("profile: profile nobody: is not in");

    // Where it listens stays; all else changes.
    write(&file, "127.0.0.1:1", port, "/four", "ONE");
    running.until("/a", "GET /four/a HTTP/1.1 AKIDONE");
    running.says("takes a restart");

    running.signal("-TERM");
    assert!(running.child.wait().unwrap().success());
}

/// Credentials may come later than the proxy.
#[test]
fn it_starts_before_its_credentials() {
    let folder = tempfile::tempdir().unwrap();
    let profiles = folder.path().join("profiles");
    let url = format!("http://127.0.0.1:{}", upstream());
    let mut command = bare(&["proxy", "--upstream", &url, "--listen", "0"]);
    command.args(["--service", "execute-api", "--region", "eu-west-1"]);
    command.env("AWS_CONFIG_FILE", &profiles);
    command.env("AWS_SHARED_CREDENTIALS_FILE", "nowhere");
    let running = Running::start(&mut command);
    running.says("no credentials yet: tried environment");
    assert!(running.get("/a").contains("no_credentials"));
    let pair = "[default]\naws_access_key_id = AKIDLATE\naws_secret_access_key = secret\n";
    std::fs::write(&profiles, pair).unwrap();
    running.until("/a", "GET /a HTTP/1.1 AKIDLATE");
}

/// Callers who come by a socket, and by TLS over it.
#[test]
fn a_socket_and_tls() {
    use rustls::pki_types::ServerName;
    use std::os::unix::net::UnixStream;
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let socket = path("sigv4.sock");
    let listen = format!("unix:{socket}");
    let request = "GET /a?b HTTP/1.1\r\nhost: search.example\r\nconnection: close\r\n\r\n";
    {
        let running = started(&["--listen", &listen]);
        assert_eq!(running.address, listen);
        let answer = exchange(UnixStream::connect(&socket).unwrap(), request);
        assert!(
            answer.ends_with("\r\n\r\nGET /a?b HTTP/1.1 AKIDHERE"),
            "{answer}"
        );
    }
    let made = rcgen::generate_simple_self_signed(["proxy.example".to_owned()]).unwrap();
    std::fs::write(path("tls.crt"), made.cert.pem()).unwrap();
    std::fs::write(path("tls.key"), made.signing_key.serialize_pem()).unwrap();
    let (certificate, key) = (path("tls.crt"), path("tls.key"));
    let _running = started(&[
        "--listen",
        &listen,
        "--tls-cert",
        &certificate,
        "--tls-key",
        &key,
    ]);
    let mut roots = rustls::RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("proxy.example").unwrap();
    let client = rustls::ClientConnection::new(config.into(), name).unwrap();
    let stream = rustls::StreamOwned::new(client, UnixStream::connect(&socket).unwrap());
    let answer = exchange(stream, request);
    assert!(
        answer.ends_with("\r\n\r\nGET /a?b HTTP/1.1 AKIDHERE"),
        "{answer}"
    );
}

#![allow(clippy::unwrap_used)]

mod certificates;
#[cfg(unix)]
mod unix;

use super::super::settings::{Callers, Limits, Listen, Settings, TlsFiles};
use super::certificates::Watched;
use super::listener::Listener;
use super::stream::{Peer, Stream};
use crate::grammar::base64;
use rcgen::{CertificateParams, KeyPair};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use std::borrow::ToOwned;
use std::boxed::Box;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::string::{String, ToString};
use std::sync::Arc;
use std::time::Duration;
use std::vec::Vec;
use std::{format, fs, io, vec};
use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::{TlsConnector, client};

const READ: Duration = Duration::from_secs(60);

fn settings(listen: Listen) -> Settings {
    Settings {
        listen,
        beyond_loopback: false,
        tls: None,
        admin: None,
        inspect: None,
        callers: Callers::Anybody,
        routes: vec![],
        limits: Limits::default(),
    }
}

fn port() -> Listen {
    Listen::Tcp(SocketAddr::from(([127, 0, 0, 1], 0)))
}

fn address(listener: &Listener) -> SocketAddr {
    match listener.address().unwrap() {
        Listen::Tcp(address) => address,
        Listen::Unix(path) => panic!("{}", path.display()),
    }
}

/// The next connection, with its handshake, while a caller connects.
async fn both<C>(listener: &Listener, caller: impl Future<Output = C>) -> (Stream, C) {
    let served = async { listener.accept().await.established(READ).await.unwrap() };
    tokio::join!(served, caller)
}

async fn echo(mut stream: Stream) {
    let mut bytes = [0; 4];
    stream.read_exact(&mut bytes).await.unwrap();
    stream.write_all(&bytes).await.unwrap();
    stream.shutdown().await.unwrap();
}

async fn pong(mut stream: impl AsyncRead + AsyncWrite + Unpin) {
    stream.write_all(b"ping").await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    assert_eq!(answer, b"ping");
}

#[tokio::test]
async fn a_port() {
    let listener = Listener::bind(&settings(port())).unwrap();
    let (stream, caller) = both(&listener, TcpStream::connect(address(&listener))).await;
    let caller = caller.unwrap();
    assert_eq!(stream.protocol(), None);
    assert_eq!(listener.slots().taken(), 1);
    tokio::join!(echo(stream), pong(caller));
    assert_eq!(listener.slots().taken(), 0);
}

#[tokio::test]
async fn beyond_loopback_is_asked_for() {
    for address in ["0.0.0.0:0", "[::]:0", "[::ffff:10.0.0.1]:0"] {
        let listen = Listen::Tcp(address.parse().unwrap());
        let error = Listener::bind(&settings(listen)).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::PermissionDenied);
        let text = error.to_string();
        assert!(
            text.ends_with("can be reached from other machines"),
            "{text}"
        );
    }
    let mut asked_for = settings(Listen::Tcp("0.0.0.0:0".parse().unwrap()));
    asked_for.beyond_loopback = true;
    Listener::bind(&asked_for).unwrap();
}

#[tokio::test]
async fn a_port_that_is_taken() {
    let first = Listener::bind(&settings(port())).unwrap();
    let taken = settings(Listen::Tcp(address(&first)));
    let error = Listener::bind(&taken).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
}

#[tokio::test]
async fn those_beyond_the_limit_wait() {
    let mut one = settings(port());
    one.limits.connections = 1;
    let listener = Listener::bind(&one).unwrap();
    let address = address(&listener);
    let (first, first_caller) = both(&listener, TcpStream::connect(address)).await;
    let second_caller = TcpStream::connect(address).await.unwrap();
    let mut accepting = Box::pin(listener.accept());
    let waits = soon(accepting.as_mut()).await;
    assert!(waits.is_none());
    tokio::join!(echo(first), pong(first_caller.unwrap()));
    let second = accepting.await.established(READ).await.unwrap();
    tokio::join!(echo(second), pong(second_caller));

    one.limits.connections = 0;
    let error = Listener::bind(&one).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
}

/// What a future gives within some turns of the executor.
async fn soon<F: Future>(future: core::pin::Pin<&mut F>) -> Option<F::Output> {
    let turns = async {
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
    };
    super::super::drain::first(future, turns).await
}

#[tokio::test]
async fn a_stream_says_what_its_socket_does() {
    let listener = Listener::bind(&settings(port())).unwrap();
    let (mut stream, caller) = both(&listener, TcpStream::connect(address(&listener))).await;
    assert!(AsyncWrite::is_write_vectored(&stream));
    let pieces = [io::IoSlice::new(b"pi"), io::IoSlice::new(b"ng")];
    assert_eq!(stream.write_vectored(&pieces).await.unwrap(), 4);
    drop(stream);
    let mut bytes = Vec::new();
    caller.unwrap().read_to_end(&mut bytes).await.unwrap();
    assert_eq!(bytes, b"ping");
}

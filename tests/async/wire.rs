//! Servers of hyper, and requests byte by byte.

use crate::served::{Handler, OneKey};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use sigv4::tower::VerifyService;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// hyper alone, HTTP/1.1, a request a connection. It ends with the runtime.
pub async fn listening(service: VerifyService<Handler, OneKey>) -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let service = TowerToHyperService::new(service.clone());
            let mut server = hyper::server::conn::http1::Builder::new();
            let server = server.keep_alive(false);
            // How it ends, the client has seen.
            tokio::spawn(server.serve_connection(TokioIo::new(stream), service));
        }
    });
    address
}

/// All that comes back until the server closes.
pub async fn exchanged(address: SocketAddr, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8(answer).unwrap()
}

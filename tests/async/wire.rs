//! Servers of hyper, and requests byte by byte.

use crate::served::{Handler, OneKey};
use http::Request;
use http_body_util::BodyExt;
use hyper::client::conn::http2::{SendRequest, handshake};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::service::TowerToHyperService;
use sigv4::tower::{BoxError, VerifyService};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// hyper alone, HTTP/1.1, a request a connection. It ends with the runtime.
pub async fn listening(service: VerifyService<Handler, OneKey>) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
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
pub async fn received(mut stream: TcpStream) -> String {
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

/// A body on the wire, and what its head says of it.
pub fn announced(body: &[u8]) -> (String, Vec<u8>) {
    (format!("Content-Length: {}", body.len()), body.to_vec())
}

fn in_chunks(body: &[u8]) -> (String, Vec<u8>) {
    let mut encoded = Vec::new();
    for chunk in body.chunks(300) {
        encoded.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        encoded.extend_from_slice(chunk);
        encoded.extend_from_slice(b"\r\n");
    }
    encoded.extend_from_slice(b"0\r\n\r\n");
    ("Transfer-Encoding: chunked".to_owned(), encoded)
}

pub type Framing = fn(&[u8]) -> (String, Vec<u8>);

pub const FRAMINGS: [Framing; 2] = [announced, in_chunks];

/// A head as it goes on the wire.
pub fn head(request: &Request<()>, framing: &str) -> Vec<u8> {
    let path = request.uri().path();
    let mut head = format!("POST {path} HTTP/1.1\r\nconnection: close\r\n{framing}\r\n");
    for (name, value) in request.headers() {
        head += &format!("{name}: {}\r\n", value.to_str().unwrap());
    }
    (head + "\r\n").into_bytes()
}

/// So many bytes of what there would be to send.
pub async fn sent(address: &str, head: &[u8], body: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(&[head, body].concat()).await.unwrap();
    stream
}

pub async fn answer(stream: TcpStream) -> (u16, String) {
    let answer = received(stream).await;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head[9..12].parse().unwrap(), body.to_owned())
}

pub async fn by_http2<B>(address: &str) -> SendRequest<B>
where
    B: http_body::Body + Send + Unpin + 'static,
    B::Data: Send,
    B::Error: Into<BoxError>,
{
    let stream = TcpStream::connect(address).await.unwrap();
    let io = TokioIo::new(stream);
    let (client, connection) = handshake(TokioExecutor::new(), io).await.unwrap();
    tokio::spawn(connection);
    client
}

pub async fn text(answer: http::Response<hyper::body::Incoming>) -> (u16, String) {
    let status = answer.status().as_u16();
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

//! Signs whatever passes through a ureq agent.

use crate::adapter::spans::Span;
use crate::client::error::{ClientError, TransportKind};
use crate::client::signing::{SigV4, Terms, Trace};
use crate::client::streamed::{Streamed, describe};
use crate::client::transport::transport;
use crate::request::Payload;
use crate::sign::signer::Signer;
use crate::stream::{ChunkedBody, DEFAULT_CHUNK_SIZE, EncodingReader};
use http::header::{CONNECTION, CONTENT_LENGTH, EXPECT, HeaderValue};
use http::{Method, Request, Response};
use std::io::{Cursor, Read};
use std::prelude::rust_2024::*;
use std::sync::Arc;
use std::time::{Duration, Instant};
use ureq::middleware::{Middleware, MiddlewareNext};
use ureq::{Body, RequestExt, SendBody};

/// The smallest body, in bytes, that waits for `100 Continue`, a second at most (RFC 9110, 10.1.1), as
/// for curl: an answer that comes without reading the body would be lost in the reset that follows.
/// A service that does not know of it costs that second, and the connection is not used again, so
/// that smaller ones are sent at once.
const EXPECT_CONTINUE_FROM: u64 = 1024 * 1024;

/// Signing that took longer than this, because credentials or a region had to be fetched, counts.
const NOTICEABLE: Duration = Duration::from_millis(50);

const TOO_LATE: &str = "the call took too long, nothing was sent";

/// A limit, so that a stream without an end cannot fill the memory.
fn read_body(body: SendBody<'_>, limit: u64) -> Result<Vec<u8>, ClientError> {
    let mut bytes = Vec::new();
    body.into_reader()
        .take(limit.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| ClientError::RequestBody { kind: error.kind() })?;
    if u64::try_from(bytes.len()).map_or(true, |length| length > limit) {
        return Err(ClientError::RequestTooLarge { limit });
    }
    Ok(bytes)
}

/// A body as it goes on the wire.
struct Framed<R> {
    reader: R,
    length: u64,
}

impl SigV4 {
    /// Signs the head of a body in chunks, and gives the body.
    fn chunked<R: Read>(
        &self,
        request: &mut Request<()>,
        source: R,
        streamed: &Streamed,
    ) -> Result<(Trace, Framed<EncodingReader<R>>), ClientError> {
        let body = streamed.body(request)?;
        describe(request.headers_mut(), &body)?;
        let (sent, signer) = self.traced(request, Payload::Streaming(body.payload))?;
        let reader = encoding(source, &body, &signer, &sent)?;
        let too_long = ClientError::RequestTooLarge { limit: u64::MAX };
        let length = reader.encoded_length().ok_or(too_long)?;
        Ok((sent, Framed { reader, length }))
    }

    fn traced(
        &self,
        request: &mut Request<()>,
        payload: Payload<'_>,
    ) -> Result<(Trace, Arc<Signer>), ClientError> {
        let span = Span::signing();
        let signed = span.around_call(|| self.sign(request, payload, &span));
        span.signed(signed.as_ref().map(|_| ()));
        signed
    }

    /// Sends what is signed.
    fn send(
        &self,
        request: Request<SendBody>,
        began: Instant,
        mut sent: Trace,
        next: MiddlewareNext,
    ) -> Result<Response<Body>, ureq::Error> {
        let terms = request.extensions().get::<Terms>().copied();
        let left = terms
            .and_then(|terms| terms.deadline)
            .map(|deadline| deadline.saturating_duration_since(Instant::now()));
        if left.is_some_and(|left| left.is_zero()) {
            return Err(transport(TransportKind::Deadline, TOO_LATE).into());
        }
        let left = left.filter(|_| began.elapsed() > NOTICEABLE);
        let in_clear = self.is_in_clear(request.uri());
        let mut request = request;
        if self.agent_redirects || in_clear || left.is_some() {
            let Some(mut config) = request.middleware_config() else {
                return Err(ureq::Error::RedirectFailed);
            };
            // ureq drops `authorization` on the way to another host, but not a session token.
            config = config.max_redirects(0);
            if in_clear {
                config = config.proxy(None);
            }
            if left.is_some() {
                config = config.timeout_global(left);
            }
            request = config.build();
        }
        let mut response = next.handle(request)?;
        sent.received_at = self.clock.unix().map_err(ClientError::from)?;
        response.extensions_mut().insert(sent);
        Ok(response)
    }
}

fn encoding<R: Read>(
    source: R,
    body: &ChunkedBody<'_>,
    signer: &Signer,
    sent: &Trace,
) -> Result<EncodingReader<R>, ClientError> {
    let signer = signer.chunk_signer_behind(sent.signature, sent.signed_at);
    EncodingReader::new(source, body, DEFAULT_CHUNK_SIZE, signer)
        .map_err(ClientError::RequestStream)
}

/// How the body is framed, and whether an answer is waited for before it is sent; that is said.
fn frame(request: &mut Request<()>, length: Option<u64>) -> bool {
    let terms = request.extensions().get::<Terms>().copied();
    let expects_nothing = terms.unwrap_or_default().expects_nothing;
    let headers = request.headers_mut();
    headers.remove(http::header::TRANSFER_ENCODING);
    let Some(length) = length else {
        headers.remove(CONTENT_LENGTH);
        return false;
    };
    // ureq no longer knows the length, and would send chunks.
    headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    let expects =
        length >= EXPECT_CONTINUE_FROM && !expects_nothing && !headers.contains_key(EXPECT);
    if expects {
        let expectation = HeaderValue::from_static("100-continue");
        headers.insert(EXPECT, expectation);
        // Where a service answers early and keeps the connection open, ureq 3.5 waits for
        // more than that answer, up to the time-out.
        let last = HeaderValue::from_static("close");
        headers.entry(CONNECTION).or_insert(last);
    }
    expects
}

impl Middleware for SigV4 {
    fn handle(
        &self,
        request: Request<SendBody>,
        next: MiddlewareNext,
    ) -> Result<Response<Body>, ureq::Error> {
        let (parts, body) = request.into_parts();
        let mut request = Request::from_parts(parts, ());
        let began = Instant::now();
        self.name_host(&mut request)?;
        let streamed = self.streamed(&request)?;
        if let Some(streamed) = streamed {
            let mut source = body.into_reader();
            if let Some(sha256) = streamed.sha256 {
                let (mut sent, _) = self.traced(&mut request, Payload::Sha256(sha256))?;
                sent.expects = frame(&mut request, Some(streamed.length));
                let request = request.map(|()| SendBody::from_reader(&mut source));
                return self.send(request, began, sent, next);
            }
            let (mut sent, framed) = self.chunked(&mut request, source, &streamed)?;
            let Framed { mut reader, length } = framed;
            sent.expects = frame(&mut request, Some(length));
            let request = request.map(|()| SendBody::from_reader(&mut reader));
            return self.send(request, began, sent, next);
        }
        let bytes = read_body(body, self.body_limit)?;
        let (mut sent, _) = self.traced(&mut request, Payload::Bytes(&bytes))?;
        let wants_body = [Method::POST, Method::PUT, Method::PATCH];
        let has_body = !bytes.is_empty() || wants_body.contains(request.method());
        let length = u64::try_from(bytes.len()).ok().filter(|_| has_body);
        sent.expects = frame(&mut request, length);
        let body = if has_body {
            SendBody::from_owned_reader(Cursor::new(bytes))
        } else {
            SendBody::none()
        };
        self.send(request.map(|()| body), began, sent, next)
    }
}

#[cfg(test)]
mod tests {
    use crate::client::signing::SigV4;
    use crate::request::credentials::Credentials;
    use std::format;
    use std::io::{BufRead, BufReader, Write};
    use std::net::TcpListener;
    use std::sync::Arc;
    use std::vec::Vec;

    const REQUESTS: usize = 10;

    /// A key is derived once for all requests of a day: there is one signer, which keeps it.
    #[test]
    fn one_signer_for_many_requests() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let url = format!("http://{}/items", listener.local_addr().unwrap());
        let server = std::thread::spawn(move || {
            for _ in 0..REQUESTS {
                let mut stream = listener.accept().unwrap().0;
                let lines = BufReader::new(&stream).lines().map(Result::unwrap);
                let head: Vec<_> = lines.take_while(|line| !line.is_empty()).collect();
                let is_signed = |line: &std::string::String| line.contains("AWS4-HMAC-SHA256 ");
                assert!(head.iter().any(is_signed), "{head:?}");
                let answer = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
                stream.write_all(answer.as_bytes()).unwrap();
            }
        });
        let credentials = Credentials::new("AKIDEXAMPLE", "secret");
        let signing = SigV4::new(credentials, "us-east-1", "execute-api");
        let config = ureq::Agent::config_builder().proxy(None);
        let agent: ureq::Agent = config.middleware(signing.clone()).build().into();
        let mut first = None;
        for _ in 0..REQUESTS {
            agent.get(&url).call().unwrap();
            let kept = signing.signers.kept();
            assert_eq!(kept.len(), 1);
            let first = first.get_or_insert_with(|| Arc::clone(&kept[0]));
            assert!(Arc::ptr_eq(first, &kept[0]));
        }
        server.join().unwrap();
    }
}

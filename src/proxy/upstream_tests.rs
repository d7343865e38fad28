//! A route that goes to the host that its callers name: by that host's name, certificate and signature.

use crate::proxy::{Limits, Listen, Proxy, Route, Running, Settings, Upstream};
use crate::sources::{Cache, CredentialsError, ProvideCredentials, ProvidedCredentials};
use crate::{Claim, Credentials, HttpParts, Payload, Policy};
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Empty, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use std::boxed::Box;
use std::convert::Infallible;
use std::io::Write;
use std::net::SocketAddr;
use std::prelude::rust_2024::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::{format, vec};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

struct Always;

impl ProvideCredentials for Always {
    fn provide_credentials(&self) -> Result<ProvidedCredentials, CredentialsError> {
        Ok(ProvidedCredentials::new(Credentials::new("AKIDTEST", "s")))
    }
}

/// Says which host was named, where the signature is right for it.
async fn told(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, _) = request.into_parts();
    let parts = HttpParts::try_from(&head).unwrap();
    let request = parts.request(Payload::EMPTY);
    let claim = Claim::from_request(&request).unwrap();
    let policy = Policy::new(&["us-east-1"], "execute-api");
    let verified = claim.verify(&claim.signing_key("s"), &request, &policy, claim.at());
    let host = head.uri.authority().map(http::uri::Authority::as_str);
    let host = host.or_else(|| head.headers.get("host")?.to_str().ok());
    let text = format!("{:?} verified={}", host.unwrap(), verified.is_ok());
    Ok(Response::new(Full::from(text)))
}

/// How many connections an upstream has, and has had at once.
#[derive(Default)]
struct Open {
    now: AtomicUsize,
    most: AtomicUsize,
    all: AtomicUsize,
}

/// An upstream with the certificate of all names below `sigv4.test`, and that certificate.
async fn upstream(protocols: &[&str]) -> (u16, tempfile::NamedTempFile, Arc<Open>) {
    let made = rcgen::generate_simple_self_signed(["*.sigv4.test".to_owned()]).unwrap();
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(made.cert.pem().as_bytes()).unwrap();
    let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], PrivateKeyDer::Pkcs8(key))
        .unwrap();
    let named = protocols.iter().map(|name| name.as_bytes().into());
    config.alpn_protocols = named.collect();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let open = Arc::new(Open::default());
    let counted = Arc::clone(&open);
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let (acceptor, open) = (acceptor.clone(), Arc::clone(&counted));
            open.all.fetch_add(1, SeqCst);
            let now = open.now.fetch_add(1, SeqCst) + 1;
            open.most.fetch_max(now, SeqCst);
            tokio::spawn(async move {
                let stream = acceptor.accept(stream).await.unwrap();
                let server = auto::Builder::new(TokioExecutor::new());
                let conversation = server.serve_connection(TokioIo::new(stream), service_fn(told));
                // However it ends.
                let _ = conversation.await;
                open.now.fetch_sub(1, SeqCst);
            });
        }
    });
    (port, file, open)
}

fn proxy(roots: &tempfile::NamedTempFile, change: impl FnOnce(&mut Limits)) -> Running {
    let upstream = Upstream::CallersHost {
        roots: Some(roots.path().into()),
    };
    let keys: Box<dyn ProvideCredentials> = Box::new(Always);
    let mut route = Route::new("hosts", upstream, Arc::new(Cache::new(keys)));
    route.allow.hosts = vec!["*.sigv4.test".into()];
    route.scope = Some(crate::endpoint::Resolved {
        service: "execute-api".into(),
        region: "us-east-1".into(),
        algorithm: crate::Algorithm::SigV4,
        notes: Vec::new(),
    });
    let listen = Listen::Tcp(SocketAddr::from(([127, 0, 0, 1], 0)));
    let mut settings = Settings::new(listen, vec![Arc::new(route)]);
    // Any name may lead here: what is asked for is not whether a page has named it.
    settings.callers = crate::proxy::Callers::Token(crate::proxy::Token::new("a token"));
    change(&mut settings.limits);
    Proxy::new(settings).start().unwrap()
}

/// One caller, who keeps its connection.
struct Caller(http1::SendRequest<Empty<Bytes>>);

impl Caller {
    async fn new(proxy: &Running) -> Self {
        let Listen::Tcp(address) = proxy.listen() else {
            unreachable!()
        };
        let stream = TcpStream::connect(address).await.unwrap();
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        Self(sender)
    }

    async fn ask(&mut self, host: &str) -> (u16, String) {
        self.0.ready().await.unwrap();
        let request = Request::get("/a?b=c").header("host", host);
        let request = request.header("authorization", "Bearer a token");
        let request = request.body(Empty::new()).unwrap();
        let answer = self.0.send_request(request).await.unwrap();
        let status = answer.status().as_u16();
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        (status, String::from_utf8(body.into()).unwrap())
    }
}

#[tokio::test]
async fn a_host_that_is_named_is_reached_and_signed_for() {
    for protocols in [&["http/1.1"][..], &["h2", "http/1.1"]] {
        let (port, roots, open) = upstream(protocols).await;
        let proxy = proxy(&roots, |_| {});
        let mut caller = Caller::new(&proxy).await;
        for name in ["one", "other", "one"] {
            let host = format!("p{port}-{name}.sigv4.test");
            let expected = (200, format!("{host:?} verified=true"));
            assert_eq!(caller.ask(&host).await, expected, "{protocols:?}");
        }
        assert_eq!(open.all.load(SeqCst), 2, "{protocols:?}");
        // The certificate is compared with the name, and the list as well.
        for (host, status, cause) in [
            (format!("p{port}-a.b.sigv4.test"), 502, "\"connect\""),
            (
                format!("p{port}-a.sigv4.test:{port}"),
                403,
                "\"not_allowed\"",
            ),
            ("localhost".into(), 403, "\"not_allowed\""),
        ] {
            let (got, body) = caller.ask(&host).await;
            assert_eq!(got, status, "{host}: {body}");
            assert!(body.contains(cause), "{host}: {body}");
        }
    }
}

/// Names are free, connections are not: what was used once by each of many names does not stay.
#[tokio::test]
async fn many_hosts_leave_few_connections() {
    for protocols in [&["http/1.1"][..], &["h2", "http/1.1"]] {
        let (port, roots, open) = upstream(protocols).await;
        let proxy = proxy(&roots, |limits| limits.upstream_connections = 4);
        let mut caller = Caller::new(&proxy).await;
        for number in 0..64 {
            let host = format!("p{port}-{number}.sigv4.test");
            let (status, body) = caller.ask(&host).await;
            assert_eq!(status, 200, "{body}");
        }
        assert_eq!(open.all.load(SeqCst), 64);
        // Those that end are seen to a little later.
        let most = open.most.load(SeqCst);
        assert!((4..32).contains(&most), "{protocols:?}: {most}");
        // The first are kept.
        let (status, _) = caller.ask(&format!("p{port}-0.sigv4.test")).await;
        assert_eq!((status, open.all.load(SeqCst)), (200, 64));
    }
}

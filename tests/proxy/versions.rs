//! HTTP/1.1 and HTTP/2, on either side.

use crate::harness::{SECRET, address, keys, scope, settings};
use bytes::Bytes;
use http::{HeaderMap, Request, Response, Version};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use sigv4::proxy::{Proxy, Route, Running, Upstream};
use sigv4::{Claim, HttpParts, Payload, Policy};
use std::convert::Infallible;
use std::io::Write;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// Says what arrived, where its signature is right for the host that is named.
async fn told(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.unwrap();
    let trailers = body.trailers().cloned();
    let body = body.to_bytes();
    let parts = HttpParts::try_from(&head).unwrap();
    let request = parts.request(Payload::Bytes(&body));
    let claim = Claim::from_request(&request).unwrap();
    let policy = Policy::new(&["us-east-1"], "execute-api");
    let verified = claim.verify(&claim.signing_key(SECRET), &request, &policy, claim.at());
    let host = head.headers.get("host").map(|host| host.to_str().unwrap());
    let text = format!(
        "{:?} {} {} {:?} {:?} verified={}",
        head.version,
        head.uri
            .authority()
            .map_or("-", |authority| authority.as_str()),
        host.unwrap_or("-"),
        String::from_utf8_lossy(&body),
        trailers.and_then(|trailers| Some(trailers.get("x-sum")?.to_str().unwrap().to_owned())),
        verified.is_ok()
    );
    Ok(Response::new(Full::from(text)))
}

/// An upstream on loopback, with TLS or without; the certificate to trust.
async fn upstream(tls: Option<&[&str]>) -> (u16, Option<tempfile::NamedTempFile>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let mut roots = None;
    let acceptor = tls.map(|protocols| {
        let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(made.cert.pem().as_bytes()).unwrap();
        roots = Some(file);
        let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
        let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], PrivateKeyDer::Pkcs8(key))
            .unwrap();
        config.alpn_protocols = protocols
            .iter()
            .map(|name| name.as_bytes().into())
            .collect();
        TlsAcceptor::from(Arc::new(config))
    });
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let server = auto::Builder::new(TokioExecutor::new());
                // A client that leaves is none of the test's business.
                let _ = match acceptor {
                    Some(acceptor) => {
                        let stream = acceptor.accept(stream).await.unwrap();
                        server
                            .serve_connection(TokioIo::new(stream), service_fn(told))
                            .await
                    }
                    None => {
                        server
                            .serve_connection(TokioIo::new(stream), service_fn(told))
                            .await
                    }
                };
            });
        }
    });
    (port, roots)
}

fn proxy(upstream: Upstream) -> Running {
    let mut route = Route::new("all", upstream, keys());
    route.scope = Some(scope("execute-api", "us-east-1"));
    Proxy::new(settings([route])).start().unwrap()
}

fn fixed(
    port: u16,
    tls: Option<&tempfile::NamedTempFile>,
    sign_host: Option<&str>,
    h2c: bool,
) -> Upstream {
    Upstream::Fixed {
        scheme: if tls.is_some() { "https" } else { "http" }
            .parse()
            .unwrap(),
        authority: format!("127.0.0.1:{port}").parse().unwrap(),
        sign_host: sign_host.map(|host| host.parse().unwrap()),
        roots: tls.map(|file| file.path().into()),
        h2c,
    }
}

async fn call(proxy: &Running, http2: bool) -> (Version, String) {
    let client = Client::builder(TokioExecutor::new())
        .http2_only(http2)
        .build_http();
    let trailers = HeaderMap::from_iter([("x-sum".parse().unwrap(), "5".parse().unwrap())]);
    let trailers = std::future::ready(Some(Ok(trailers)));
    let request = Request::post(format!("http://{}/a?b=c", address(proxy)))
        .header("trailer", "x-sum")
        .body(Full::<Bytes>::from("hello").with_trailers(trailers))
        .unwrap();
    let response = client.request(request).await.unwrap();
    let version = response.version();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (version, String::from_utf8(body.into()).unwrap())
}

#[tokio::test]
async fn either_version_comes_in_and_goes_out() {
    for (protocols, version) in [
        (Some(&["h2", "http/1.1"][..]), Version::HTTP_2),
        (Some(&["http/1.1"]), Version::HTTP_11),
        (None, Version::HTTP_2),
        (None, Version::HTTP_11),
    ] {
        let (port, roots) = upstream(protocols).await;
        let h2c = version == Version::HTTP_2 && protocols.is_none();
        for sign_host in [None, Some("service.example")] {
            let proxy = proxy(fixed(port, roots.as_ref(), sign_host, h2c));
            for (http2, from) in [(false, Version::HTTP_11), (true, Version::HTTP_2)] {
                let (back, text) = call(&proxy, http2).await;
                assert_eq!(back, from);
                let host = format!("127.0.0.1:{port}");
                let host = sign_host.unwrap_or(&host);
                // Never both: nginx answers that with 400.
                let named = if version == Version::HTTP_2 {
                    format!("{host} -")
                } else {
                    format!("- {host}")
                };
                // Over HTTP/1.1 none can follow a length.
                let trailer = http2.then_some("5");
                let expected = format!("{version:?} {named} \"hello\" {trailer:?} verified=true");
                assert_eq!(text, expected, "{protocols:?} {sign_host:?} {from:?}");
            }
        }
    }
}

/// Neither a certificate of another name nor one of nobody's is taken.
#[tokio::test]
async fn an_upstream_that_is_another_is_not_talked_to() {
    let (port, roots) = upstream(Some(&["http/1.1"])).await;
    let other = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(other.cert.pem().as_bytes()).unwrap();
    for (host, roots) in [("127.0.0.1", Some(&file)), ("localhost", roots.as_ref())] {
        let mut upstream = fixed(port, roots, None, false);
        if let Upstream::Fixed { authority, .. } = &mut upstream {
            *authority = format!("{host}:{port}").parse().unwrap();
        }
        let (_, text) = call(&proxy(upstream), false).await;
        assert!(text.contains("\"cause\":\"connect\""), "{host}: {text}");
        assert!(text.contains("certificate"), "{host}: {text}");
    }
}

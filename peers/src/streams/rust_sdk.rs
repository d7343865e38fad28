//! AWS's SDK for Rust: `aws-sigv4` signs the links of a body, `aws-runtime` signs a head and
//! encodes its body.

use crate::case::{EPOCH_SECONDS, REGION, SECRET};
use crate::streams::ACCESS_KEY_ID;
use crate::streams::encoded::Encoded;
use crate::streams::upload::Upload;
use aws_credential_types::Credentials;
use aws_runtime::auth::sigv4::SigV4Signer;
use aws_runtime::auth::{PayloadSigningOverride, SigV4OperationSigningConfig, SigningOptions};
use aws_runtime::content_encoding::{AwsChunkedBody, AwsChunkedBodyOptions, DeferredSigner};
use aws_sigv4::sign::v4;
use aws_smithy_async::time::StaticTimeSource;
use aws_smithy_runtime_api::client::auth::{AuthSchemeEndpointConfig, Sign};
use aws_smithy_runtime_api::client::identity::Identity;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponentsBuilder;
use aws_smithy_runtime_api::http::Headers;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::{ConfigBag, Layer};
use aws_types::SigningName;
use aws_types::region::{Region, SigningRegion};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use http_body::{Body, Frame};
use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

fn time() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(EPOCH_SECONDS)
}

fn identity(upload: &Upload) -> Identity {
    Credentials::new(ACCESS_KEY_ID, SECRET, upload.token.clone(), None, "peers").into()
}

/// What `aws-sigv4` signs behind this request: of each chunk, then of the trailer.
///
/// # Panics
/// If it refuses something.
#[must_use]
pub fn links(upload: &Upload, data: &[u8], seed: &str) -> Vec<String> {
    let identity = identity(upload);
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region(REGION)
        .name("s3")
        .time(time())
        .settings(())
        .build()
        .expect("all parameters");
    let mut links = vec![seed.to_owned()];
    for chunk in data.chunks(upload.chunk_size).chain([&b""[..]]) {
        let previous = links.last().expect("the seed");
        let signed = v4::sign_chunk(&Bytes::copy_from_slice(chunk), previous, &parameters);
        links.push(signed.expect("a chunk").into_parts().1);
    }
    if upload.payload() == sigv4::Streaming::SignedTrailer {
        let headers = Headers::try_from(trailers(upload)).expect("trailers");
        let previous = links.last().expect("the empty chunk's");
        let signed = v4::sign_trailer(&headers, previous, &parameters);
        links.push(signed.expect("a trailer").into_parts().1);
    }
    links.split_off(1)
}

fn trailers(upload: &Upload) -> HeaderMap {
    let pair = |(name, value): &(String, String)| {
        let name = HeaderName::try_from(name).expect("a name");
        (name, HeaderValue::try_from(value).expect("a value"))
    };
    upload.trailers.iter().map(pair).collect()
}

/// The upload as the SDK sends it.
///
/// # Panics
/// If it refuses something.
#[must_use]
pub fn encoded(upload: &Upload, all: &[u8]) -> Encoded {
    let mut request = HttpRequest::new(SdkBody::empty());
    request.set_method("PUT").expect("a method");
    let url = format!("https://{}{}", upload.host, upload.target);
    request.set_uri(url).expect("a URL");
    for (name, value) in &upload.headers {
        request.headers_mut().append(name.clone(), value.clone());
    }
    let mut options = SigningOptions::default();
    options.double_uri_encode = false;
    options.normalize_uri_path = false;
    options.content_sha256_header = true;
    let (signer, sender) = DeferredSigner::new();
    let mut layer = Layer::new("peers");
    layer.store_put(SigV4OperationSigningConfig {
        region: Some(SigningRegion::from(Region::new(REGION))),
        region_set: None,
        name: Some(SigningName::from_static("s3")),
        signing_options: options,
    });
    layer.store_put(PayloadSigningOverride::Precomputed(upload.marker.clone()));
    layer.store_put(sender);
    let components = RuntimeComponentsBuilder::for_tests()
        .with_time_source(Some(StaticTimeSource::new(time())))
        .build()
        .expect("all components");
    SigV4Signer::new()
        .sign_http_request(
            &mut request,
            &identity(upload),
            AuthSchemeEndpointConfig::empty(),
            &components,
            &ConfigBag::of_layers(vec![layer]),
        )
        .unwrap_or_else(|error| panic!("{upload:?}: {error}"));
    let mut headers = vec![("host".to_owned(), upload.host.clone())];
    headers.extend(
        request
            .headers()
            .iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned())),
    );
    let authorization = request.headers().get("authorization").expect("signed");
    let (_, seed) = authorization
        .rsplit_once("Signature=")
        .expect("a signature");
    let seed = seed.to_owned();
    let signed = upload.payload().is_signed();
    let mut lengths: Vec<u64> = upload
        .trailers
        .iter()
        .map(|(name, value)| (name.len() + 1 + value.len()) as u64)
        .collect();
    if upload.payload() == sigv4::Streaming::SignedTrailer {
        lengths.push(24 + 64);
    }
    let options = AwsChunkedBodyOptions::new(upload.length as u64, lengths)
        .with_chunk_size(upload.chunk_size)
        .signed_chunked_encoding(signed);
    let pieces = upload.cut(upload.data(all)).map(Bytes::copy_from_slice);
    let inner = Inner {
        pieces: pieces.collect(),
        trailers: Some(trailers(upload)).filter(|trailers| !trailers.is_empty()),
    };
    let expected = options.encoded_length();
    let body = read(AwsChunkedBody::new(inner, options).with_signer(signer));
    assert_eq!(body.len() as u64, expected, "{upload:?}");
    Encoded {
        headers,
        seed,
        body,
    }
}

/// All that a body gives.
fn read(body: impl Body<Data = Bytes, Error = aws_smithy_types::body::Error>) -> Vec<u8> {
    let mut body = Box::pin(body);
    let mut context = Context::from_waker(Waker::noop());
    let mut read = Vec::new();
    loop {
        match body.as_mut().poll_frame(&mut context) {
            Poll::Ready(Some(frame)) => {
                let frame = frame.unwrap_or_else(|error| panic!("{error}"));
                read.extend_from_slice(&frame.into_data().expect("data"));
            }
            Poll::Ready(None) => return read,
            Poll::Pending => {}
        }
    }
}

/// Data in pieces, then trailers.
struct Inner {
    pieces: VecDeque<Bytes>,
    trailers: Option<HeaderMap>,
}

impl Body for Inner {
    type Data = Bytes;
    type Error = aws_smithy_types::body::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let data = self.pieces.pop_front().map(Frame::data);
        let frame = data.or_else(|| self.trailers.take().map(Frame::trailers));
        Poll::Ready(frame.map(Ok))
    }
}

//! The vectors, through the layer.

use crate::served::{behind, run, under};
use crate::support::RawRequest;
use crate::support::arriving::{Arriving, read, refusals};
use http::{HeaderName, HeaderValue, Request, Uri};
use http_body_util::Full;
use sigv4::Timestamp;
use sigv4::tower::Refused;
use tower::ServiceExt;

/// None where it is no request of the `http` crate: a server has refused it.
fn request(vector: &Arriving) -> Option<Request<Full<bytes::Bytes>>> {
    let raw = RawRequest::parse(&vector.request);
    let mut request = Request::new(Full::from(raw.body.clone()));
    *request.method_mut() = raw.method.parse().ok()?;
    *request.uri_mut() = raw.target.parse::<Uri>().ok()?;
    for (name, value) in &raw.headers {
        let name: HeaderName = name.parse().ok()?;
        request
            .headers_mut()
            .append(name, HeaderValue::try_from(value.as_bytes()).ok()?);
    }
    (request.uri().path_and_query()?.as_str() == raw.target).then_some(request)
}

fn timed(vector: &Arriving) -> impl Fn() -> Timestamp + Send + Sync + 'static {
    let now = Timestamp::parse(&vector.now).unwrap();
    move || now
}

#[test]
fn every_flaw_is_answered_and_no_handler_called() {
    let answers = refusals();
    let mut left_to_servers = Vec::new();
    for (name, vector) in read("reject") {
        let Some(request) = request(&vector) else {
            left_to_servers.push(name);
            continue;
        };
        let regions = [vector.region.as_str()];
        let layer = under(&vector.policy(&regions)).clock(timed(&vector));
        let (service, handler) = behind(&layer);
        let response = run(service.oneshot(request)).unwrap();
        assert_eq!(handler.calls(), 0, "{name}");
        let refused = response.extensions().get::<Refused>().unwrap();
        let (status, code, body) = &answers[&name];
        // Two things are wrong with it, of which the other is seen without the body.
        let found = (refused.refusal().code(), refused.refusal().body());
        if name == "payload_s3-hash-of-nothing" {
            assert_eq!(found.0, "SignatureDoesNotMatch");
            continue;
        }
        // Names of headers arrive in lower case.
        let found = (found.0, found.1.to_lowercase());
        assert_eq!(found, (code.as_str(), body.to_lowercase()), "{name}");
        assert_eq!(response.status(), *status, "{name}");
        for (header, value) in refused.refusal().headers() {
            assert_eq!(response.headers()[header], value, "{name}");
        }
        assert_eq!(*response.body(), refused.refusal().body(), "{name}");
    }
    let of_the_grammar = |name: &String| {
        [
            "parse_header-name",
            "parse_header-value",
            "parse_method",
            "parse_target",
            "signature_header-folded",
        ]
        .iter()
        .any(|part| name.starts_with(part))
    };
    let others: Vec<_> = left_to_servers
        .iter()
        .filter(|name| !of_the_grammar(name))
        .collect();
    assert!(others.is_empty(), "{others:?}");
    assert!(
        left_to_servers.len() < answers.len() / 8,
        "{left_to_servers:?}"
    );
}

#[test]
fn every_right_request_reaches_its_handler() {
    for (name, vector) in read("accept") {
        let Some(request) = request(&vector) else {
            panic!("{name}");
        };
        let body = RawRequest::parse(&vector.request).body;
        let regions = [vector.region.as_str()];
        let layer = under(&vector.policy(&regions)).clock(timed(&vector));
        let (service, handler) = behind(&layer);
        let response = run(service.oneshot(request)).unwrap();
        assert_eq!(response.status(), 200, "{name}: {}", response.body());
        assert_eq!(*handler.seen.lock().unwrap(), body.as_bytes(), "{name}");
        assert_eq!(*response.body(), format!("alice {}", body.len()), "{name}");
    }
}

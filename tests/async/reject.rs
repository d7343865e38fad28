//! The vectors, through the layer: as requests of the `http` crate, and byte by byte to a server of hyper.

use crate::callers::block_on;
use crate::served::{Handler, OneKey, behind, run, under};
use crate::support::RawRequest;
use crate::support::arriving::{Arriving, read, refusals};
use crate::wire::{listening, received, sent};
use http::{HeaderName, HeaderValue, Request, Uri};
use http_body_util::Full;
use sigv4::Timestamp;
use sigv4::tower::{Refused, VerifyService};
use tower::ServiceExt;

/// These never get to the layer: what they are is no head of HTTP/1.1, and hyper says so.
const OF_HYPER: [&str; 9] = [
    "parse_header-name-empty",
    "parse_header-name-nbsp",
    "parse_header-name-space",
    "parse_header-name-tab",
    "parse_header-value-cr",
    "parse_header-value-nul",
    "parse_method-cr",
    "parse_method-tab",
    "signature_header-folded-into-next",
];

/// A whole URL in the request line is the same request (RFC 9112, 3.2.2): hyper takes it apart, and what
/// was signed is what arrives.
const SAME_REQUEST: &str = "parse_target-absolute-form";

/// Both the signature and the hash are wrong here. `refusals.tsv` has what one says who has read the body; the
/// layer sees the signature first, and reads no body for what is refused in any case.
const TWO_FLAWS: &str = "payload_s3-hash-of-nothing";

const OF_TWO_FLAWS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match the signature \
you provided. Check your key and signing method.</Message><AWSAccessKeyId>AKIDEXAMPLE</AWSAccessKeyId>\
<SignatureProvided>37409014cea69183553fbeac8ad30735da014712939133c365eeb53d98eddac2</SignatureProvided>\
<StringToSign>AWS4-HMAC-SHA256
20150830T123600Z
20150830/us-east-1/s3/aws4_request
97302465f3373a0e7c440adf68d156803f51b85148112ef89ad94d345d12b3df</StringToSign><CanonicalRequest>PUT
/photos/a%20b%2Bc.txt

host:examplebucket.s3.amazonaws.com
x-amz-content-sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
x-amz-date:20150830T123600Z

host;x-amz-content-sha256;x-amz-date
e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855</CanonicalRequest></Error>";

/// The answer quotes a name of a header, and those of the `http` crate are in lower case.
const QUOTED: [(&str, &str); 3] = [
    ("header_amz-not-signed", "X-Amz-Meta-One"),
    ("header_date-not-signed", "X-Amz-Date"),
    ("header_token-not-signed", "X-Amz-Security-Token"),
];

/// Status, code and body of each vector that gets to the layer.
fn answers() -> impl Fn(&str) -> (u16, String, String) {
    let mut answers = refusals();
    for (name, quoted) in QUOTED {
        let (_, _, body) = answers.get_mut(name).unwrap();
        assert!(body.contains(quoted), "{name}");
        *body = body.replace(quoted, &quoted.to_lowercase());
    }
    let two_flaws = (403, "SignatureDoesNotMatch".into(), OF_TWO_FLAWS.into());
    let of_the_tsv = answers.insert(TWO_FLAWS.into(), two_flaws);
    assert_eq!(of_the_tsv.unwrap().1, "XAmzContentSHA256Mismatch");
    move |name| answers[name].clone()
}

/// None where it is no request of the `http` crate.
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
    Some(request)
}

/// With the length of its body, which is not signed.
fn on_the_wire(vector: &Arriving) -> Vec<u8> {
    let mut lines = vector.request.iter().map(String::as_str);
    let head: Vec<_> = lines.by_ref().take_while(|line| !line.is_empty()).collect();
    let (head, body) = (head.join("\r\n"), lines.collect::<Vec<_>>().join("\n"));
    let length = body.len();
    format!("{head}\r\nContent-Length: {length}\r\n\r\n{body}").into_bytes()
}

/// Under the vector's policy, at its time.
fn to(vector: &Arriving) -> (VerifyService<Handler, OneKey>, Handler) {
    let now = Timestamp::parse(&vector.now).unwrap();
    let regions = [vector.region.as_str()];
    behind(&under(&vector.policy(&regions)).clock(move || now))
}

/// The whole way, without what a client of HTTP would make of it.
async fn over_socket(service: VerifyService<Handler, OneKey>, vector: &Arriving) -> String {
    let address = listening(service).await;
    received(sent(&address, &on_the_wire(vector), b"").await).await
}

#[test]
fn every_flaw_is_answered_and_no_handler_called() {
    let answer = answers();
    let mut left_out = Vec::new();
    for (name, vector) in read("reject") {
        let Some(request) = request(&vector).filter(|_| name != SAME_REQUEST) else {
            left_out.push(name);
            continue;
        };
        let (service, handler) = to(&vector);
        let response = run(service.oneshot(request)).unwrap();
        assert_eq!(handler.calls(), 0, "{name}");
        let refused = response.extensions().get::<Refused>().unwrap();
        let (status, code, body) = answer(&name);
        assert_eq!(refused.refusal().code(), code, "{name}");
        assert_eq!(response.status(), status, "{name}");
        assert_eq!(*response.body(), body, "{name}");
        for (header, value) in refused.refusal().headers() {
            assert_eq!(response.headers()[header], value, "{name}");
        }
    }
    let expected = OF_HYPER.iter().copied().chain([SAME_REQUEST]);
    let mut expected: Vec<_> = expected.collect();
    expected.sort_unstable();
    assert_eq!(left_out, expected);
}

#[test]
fn every_flaw_is_answered_over_a_socket() {
    let answer = answers();
    block_on(async {
        for (name, vector) in read("reject") {
            let (service, handler) = to(&vector);
            let received = over_socket(service, &vector).await;
            let (head, found) = received.split_once("\r\n\r\n").unwrap();
            let status = head.split(' ').nth(1).unwrap();
            if name == SAME_REQUEST {
                assert_eq!((status, found), ("200", "alice 17"));
                assert_eq!(handler.calls(), 1);
                continue;
            }
            assert_eq!(handler.calls(), 0, "{name}");
            if OF_HYPER.contains(&name.as_str()) {
                assert_eq!((status, found), ("400", ""), "{name}");
                continue;
            }
            let (wanted, code, body) = answer(&name);
            assert_eq!(
                (status, found),
                (wanted.to_string().as_str(), body.as_str()),
                "{name}"
            );
            let is_xml = vector.service == "s3";
            let error_type = format!("\r\nx-amzn-errortype: {code}\r\n");
            assert_ne!(is_xml, head.contains(&error_type), "{name}: {head}");
        }
    });
}

/// The same request, unless it is for another host than is signed.
#[test]
fn a_whole_url_for_another_host() {
    let mut vector = read("reject").remove(SAME_REQUEST).unwrap();
    let line = &mut vector.request[0];
    *line = line.replace("https://abc123.", "https://abc124.");
    let (service, handler) = to(&vector);
    let received = block_on(async { over_socket(service, &vector).await });
    assert!(received.starts_with("HTTP/1.1 400 "), "{received}");
    assert!(
        received.ends_with(r#"{"message":"Bad Request"}"#),
        "{received}"
    );
    assert_eq!(handler.calls(), 0);
}

#[test]
fn every_right_request_reaches_its_handler() {
    for (name, vector) in read("accept") {
        let Some(request) = request(&vector) else {
            panic!("{name}");
        };
        let body = RawRequest::parse(&vector.request).body;
        let (service, handler) = to(&vector);
        let response = run(service.oneshot(request)).unwrap();
        assert_eq!(response.status(), 200, "{name}: {}", response.body());
        assert_eq!(*handler.seen.lock().unwrap(), body.as_bytes(), "{name}");
        assert_eq!(*response.body(), format!("alice {}", body.len()), "{name}");
    }
}

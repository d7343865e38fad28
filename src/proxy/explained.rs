//! An upstream's refusal, explained beside itself.
//!
//! The answer goes back as it came, with one header more. What is no refusal costs nothing but the
//! few values that are kept of each request.

use super::explain_line::line;
use super::peeked::Peeked;
use super::recorded::Recorded;
use crate::adapter::http::is_safe_to_sign;
use crate::client::skew::measure;
use crate::explain::{Answer, Cause, Explanation, Sent, explain};
use crate::request::timestamp::Timestamp;
use crate::request::{Payload, Request};
use crate::sign::signer::Signer;
use bytes::Bytes;
use http::header::{CONTENT_ENCODING, HOST};
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, Uri};
use http_body::Body;
use smallvec::SmallVec;
use std::prelude::rust_2024::*;
use std::time::{Duration, SystemTime};

/// What says why a request was refused upstream.
pub(crate) const EXPLAIN_HEADER: HeaderName = HeaderName::from_static("x-sigv4-explain");

/// S3's header of where a bucket is.
const BUCKET_REGION: HeaderName = HeaderName::from_static("x-amz-bucket-region");

/// How long an answer is that is read before it is passed on, in bytes.
const READ: usize = 64 << 10;

/// For how long it is waited for: a refusal comes at once, and nobody waits for an explanation.
const PATIENCE: Duration = Duration::from_secs(2);

/// What was signed, kept without a copy.
pub(crate) struct Kept {
    method: Method,
    uri: Uri,
    headers: SmallVec<[(HeaderName, HeaderValue); 8]>,
    payload: Payload<'static>,
}

impl Kept {
    /// Of a request that is about to be signed.
    pub(crate) fn of(request: &http::Request<()>, payload: Payload<'static>) -> Self {
        let in_pieces = matches!(payload, Payload::Streaming(_));
        let is_signed = |name: &HeaderName| {
            is_safe_to_sign(name) || *name == HOST || in_pieces && *name == CONTENT_ENCODING
        };
        let headers = request.headers().iter();
        let headers = headers.filter(|(name, _)| is_signed(name));
        Self {
            method: request.method().clone(),
            uri: request.uri().clone(),
            headers: headers
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
            payload,
        }
    }

    /// Adds why it was refused, where it was and anything is known of it; gives the name of the
    /// cause for the log.
    pub(crate) async fn explain<B>(
        &self,
        response: Response<B>,
        signer: &Signer,
        at: Timestamp,
        recorded: Option<&mut Recorded>,
    ) -> (Response<Peeked<B>>, Option<&'static str>)
    where
        B: Body<Data = Bytes> + Unpin,
    {
        let mut response = response.map(Peeked::new);
        if !is_refusal(response.status(), response.headers()) {
            return (response, None);
        }
        let body = response.body_mut().look(READ, PATIENCE).await;
        let Some(body) = body else {
            return (response, None);
        };
        if let Some(recorded) = recorded {
            recorded.read(&body);
        }
        let (status, headers) = (response.status(), response.headers());
        let explanation = self.explanation(status, headers, &body, signer, at);
        let explanation = explanation.filter(|found| *found.cause() != Cause::Unknown);
        let text = line(explanation.as_ref(), offset(headers, at));
        let name = explanation.map(|found| found.cause().name());
        if let Some(text) = text
            && let Ok(value) = HeaderValue::try_from(text)
        {
            // An upstream that is such a proxy itself has said it of its own.
            response.headers_mut().append(EXPLAIN_HEADER, value);
        }
        (response, name)
    }

    /// Signed once more, to see what was: the request is none that signing refuses.
    fn explanation(
        &self,
        status: StatusCode,
        headers: &HeaderMap,
        body: &[u8],
        signer: &Signer,
        at: Timestamp,
    ) -> Option<Explanation> {
        let fields: SmallVec<[_; 8]> = self
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_bytes()))
            .collect();
        let request = Request {
            method: self.method.as_str(),
            target: self.uri.path_and_query().map_or("", PathAndQuery::as_str),
            headers: &fields,
            payload: self.payload,
        };
        let stages = signer.stages(&request, at).ok()?;
        let answered: Vec<_> = headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_bytes()))
            .collect();
        let answer = Answer {
            status: status.as_u16(),
            headers: &answered,
            body,
        };
        Some(explain(&Sent::new(&stages, signer.credentials()), &answer))
    }
}

/// Whether an answer can be one to a signature: what AWS's services answer then, and where S3 says
/// that a bucket is elsewhere. What is compressed is not read.
fn is_refusal(status: StatusCode, headers: &HeaderMap) -> bool {
    let by_status = match status.as_u16() {
        400 | 401 | 403 => true,
        301 | 302 | 307 => headers.contains_key(BUCKET_REGION),
        _ => false,
    };
    let coding = headers.get(CONTENT_ENCODING);
    by_status && coding.is_none_or(|coding| coding.as_bytes() == b"identity")
}

/// The upstream's clock less this machine's, in seconds, where its answer tells.
fn offset(headers: &HeaderMap, sent: Timestamp) -> Option<i64> {
    let now = Timestamp::try_from(SystemTime::now()).ok()?;
    measure(headers, sent.unix(), now.unix())
}

#[cfg(test)]
mod tests {
    use super::{EXPLAIN_HEADER, Kept};
    use crate::request::Payload;
    use crate::request::credentials::Credentials;
    use crate::request::timestamp::Timestamp;
    use crate::sign::signer::Signer;
    use bytes::Bytes;
    use http::{HeaderMap, Request, Response};
    use http_body_util::{BodyExt, Full};
    use serde_json::Value;
    use std::format;
    use std::path::Path;
    use std::prelude::rust_2024::*;

    const TOKEN: &str = "aSessionTokenThatMustNotBeShown";

    /// What comes back, and the cause.
    fn answered(
        service: &str,
        method: &str,
        answer: Response<Full<Bytes>>,
    ) -> (HeaderMap, Bytes, Option<&'static str>) {
        let credentials = Credentials::new("AKIDEXAMPLE", "aSecret").with_session_token(TOKEN);
        let signer = Signer::new(credentials, "us-east-1", service);
        let request = Request::builder()
            .method(method)
            .uri("https://example.com/a")
            .header("host", "example.com")
            .header("accept", "*/*");
        let kept = Kept::of(&request.body(()).unwrap(), Payload::EMPTY);
        let at = Timestamp::parse("20150830T123600Z").unwrap();
        tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap()
            .block_on(async {
                let (response, cause) = kept.explain(answer, &signer, at, None).await;
                let (head, body) = response.into_parts();
                (
                    head.headers,
                    body.collect().await.unwrap().to_bytes(),
                    cause,
                )
            })
    }

    /// The recorded answers come back as they came, with their cause.
    #[test]
    fn recorded_answers() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("test-vectors/answers");
        let mut explained = 0;
        for file in std::fs::read_dir(folder).unwrap() {
            let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
            let recorded: Value = serde_json::from_str(&text).unwrap();
            let field = |name: &str| recorded[name].as_str().map(String::from);
            let name = field("answer").unwrap();
            let status = recorded["status"].as_u64().unwrap_or(403);
            let body = field("body").unwrap();
            let mut answer = Response::new(Full::new(Bytes::from(body.clone())));
            *answer.status_mut() = u16::try_from(status).unwrap().try_into().unwrap();
            for (name, value) in recorded["headers"].as_object().unwrap() {
                let name = http::HeaderName::try_from(name).unwrap();
                let value = value.as_str().unwrap().try_into().unwrap();
                answer.headers_mut().append(name, value);
            }
            let before = answer.headers().clone();
            let is_redirect = (300..400).contains(&status);
            let is_read = [400, 401, 403].contains(&status)
                || is_redirect && before.contains_key("x-amz-bucket-region");
            let service = field("service").unwrap_or("sns".into());
            let method = field("method").unwrap_or("GET".into());
            let (mut headers, came, cause) = answered(&service, &method, answer);
            assert_eq!(came, body, "{name}");
            let text = headers.remove(EXPLAIN_HEADER);
            assert_eq!(headers, before, "{name}");
            assert_eq!(text.is_some(), is_read, "{name}");
            let Some(text) = text else {
                continue;
            };
            explained += 1;
            let first = recorded["causes"][0].as_str();
            assert_eq!(cause, first, "{name}");
            let text = text.to_str().unwrap();
            assert!(
                text.len() <= 1_024 && !text.contains(TOKEN),
                "{name}: {text}"
            );
        }
        assert!(explained > 80, "{explained}");
    }

    #[test]
    fn what_is_not_read_or_not_known() {
        let answer = |status: u16, header: (&str, &str), body: &str| {
            let answer = Response::builder()
                .status(status)
                .header(header.0, header.1);
            answer
                .body(Full::new(Bytes::from(body.to_owned())))
                .unwrap()
        };
        let words = r#"{"message":"The security token included in the request is expired"}"#;
        let long = format!("{words}{}", " ".repeat(65_536));
        for (answer, is_explained) in [
            (answer(403, ("a", "b"), words), true),
            (answer(403, ("content-encoding", "identity"), words), true),
            (answer(403, ("content-encoding", "gzip"), words), false),
            (answer(403, ("a", "b"), &long), false),
            (answer(404, ("a", "b"), words), false),
            (answer(200, ("a", "b"), words), false),
            (answer(302, ("location", "/"), ""), false),
            (
                answer(400, ("a", "b"), r#"{"errors":["name is empty"]}"#),
                false,
            ),
        ] {
            let shown = format!("{answer:?}").chars().take(200).collect::<String>();
            let (headers, _, cause) = answered("execute-api", "GET", answer);
            assert_eq!(
                headers.contains_key(EXPLAIN_HEADER),
                is_explained,
                "{shown}"
            );
            assert_eq!(cause.is_some(), is_explained, "{shown}");
        }
    }
}

//! What those who trace get to see, and what they do not.

use crate::callers::serve;
use crate::served::{OneKey, behind, layer};
use crate::support::example::{ACCESS_KEY_ID, SECRET, at};
use axum::Router;
use axum::routing::any;
use http::Request;
use http_body_util::Full;
use sigv4::tower::{BoxError, ReadyCredentials, SignLayer, VerifyLayer};
use sigv4::{Credentials, Policy, SigV4, Timestamp};
use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex, Once};
use tower::{Layer, Service, ServiceExt};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

const TOKEN: &str = "a-session-token";
const URL: &str = "https://example.com/a-path?name=a-query-value";
const BODY: &str = "a-body";

/// The name and every field of each span and event.
#[derive(Clone, Default)]
pub struct Kept(Arc<Mutex<Vec<String>>>);

thread_local! {
    static HERE: RefCell<Option<Kept>> = const { RefCell::new(None) };
}

/// Tells the thread's own list of what this library shows. One for all threads: of those for a
/// thread alone, another thread without any can turn off what they see.
struct ByThread;

struct Fields<'a>(&'a mut String);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {field}={value:?}").unwrap();
    }
}

impl Subscriber for ByThread {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("sigv4")
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut line = span.metadata().name().to_owned();
        span.record(&mut Fields(&mut line));
        let count = with_kept(|kept| {
            kept.push(line);
            kept.len()
        });
        Id::from_u64(count.unwrap_or(1) as u64)
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        let index = usize::try_from(span.into_u64()).unwrap() - 1;
        with_kept(|kept| values.record(&mut Fields(&mut kept[index])));
    }

    fn event(&self, event: &Event<'_>) {
        let mut line = event.metadata().level().to_string();
        event.record(&mut Fields(&mut line));
        with_kept(|kept| kept.push(line));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

fn with_kept<T>(work: impl FnOnce(&mut Vec<String>) -> T) -> Option<T> {
    let kept = HERE.with_borrow(Clone::clone)?;
    Some(work(&mut kept.0.lock().unwrap()))
}

impl Kept {
    pub fn during<T>(&self, work: impl FnOnce() -> T) -> T {
        static ONCE: Once = Once::new();
        ONCE.call_once(|| tracing::subscriber::set_global_default(ByThread).unwrap());
        HERE.set(Some(self.clone()));
        let done = work();
        HERE.set(None);
        done
    }

    /// The lines since the last time, which show nothing that is nobody's business.
    pub fn lines(&self, signature: &str) -> Vec<String> {
        let lines = std::mem::take(&mut *self.0.lock().unwrap());
        assert_eq!(signature.len(), 64);
        for secret in [SECRET, TOKEN, signature, "a-query-value", "a-path", BODY] {
            assert!(!lines.iter().any(|line| line.contains(secret)), "{lines:?}");
        }
        lines
    }
}

/// On this thread, which keeps what is shown.
fn run<T>(work: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().build().unwrap().block_on(work)
}

fn credentials() -> Credentials {
    Credentials::new(ACCESS_KEY_ID, SECRET).with_session_token(TOKEN)
}

fn signing() -> SignLayer<Credentials> {
    SignLayer::new(credentials(), "us-east-1", "execute-api")
}

fn signature(headers: &http::HeaderMap) -> String {
    let authorization = headers["authorization"].to_str().unwrap();
    authorization.rsplit('=').next().unwrap().to_owned()
}

/// Lets a request through, and keeps its signature.
fn seen<S>(
    service: S,
    signatures: &Arc<Mutex<String>>,
) -> impl Service<
    Request<sigv4::tower::Body>,
    Response = S::Response,
    Error = S::Error,
    Future = S::Future,
> + Clone
+ use<S>
where
    S: Service<Request<sigv4::tower::Body>> + Clone,
{
    let signatures = Arc::clone(signatures);
    service.map_request(move |request: Request<sigv4::tower::Body>| {
        *signatures.lock().unwrap() = signature(request.headers());
        request
    })
}

const SIGN: &str = "sigv4.sign access_key_id=AKIDEXAMPLE region=us-east-1 service=execute-api";

#[test]
fn what_is_signed_and_what_is_not() {
    struct Nothing;
    impl ReadyCredentials for Nothing {
        async fn credentials(&self) -> Result<Cow<'_, Credentials>, BoxError> {
            Err(format!("the vault has {SECRET}").into())
        }
    }
    let kept = Kept::default();
    let last = Arc::<Mutex<String>>::default();
    let request = || Request::post(URL).body(Full::<bytes::Bytes>::from(BODY));
    let client = || {
        let client = |_| std::future::ready(Ok::<_, std::convert::Infallible>(()));
        seen(tower::service_fn(client), &last)
    };
    let service = signing().clock(at).layer(client());
    kept.during(|| run(service.oneshot(request().unwrap())))
        .unwrap();
    let signature = last.lock().unwrap().clone();
    let signed = [
        format!("{SIGN} outcome=\"signed\""),
        "DEBUG message=signed".into(),
    ];
    assert_eq!(kept.lines(&signature), signed);

    let short = signing().body_limit(1).layer(client());
    let error = kept.during(|| run(short.oneshot(request().unwrap())));
    assert!(error.is_err());
    let why = "the body is longer than 1 bytes, and so is not signed";
    let failed = [
        format!("{SIGN} outcome=\"failed\" reason={why}"),
        format!("WARN message=not signed: {why}"),
    ];
    assert_eq!(kept.lines(&signature), failed);

    let nobody = SignLayer::new(Nothing, "us-east-1", "execute-api").layer(client());
    let error = kept.during(|| run(nobody.oneshot(request().unwrap())));
    assert!(error.is_err());
    let failed = [
        "sigv4.sign outcome=\"failed\" reason=no credentials to sign with",
        "WARN message=not signed: no credentials to sign with",
    ];
    assert_eq!(kept.lines(&signature), failed);
}

#[test]
fn what_is_verified_and_what_is_refused() {
    let kept = Kept::default();
    let last = Arc::<Mutex<String>>::default();
    let (service, _) = behind(&layer());
    let send = |id: &str, secret: &str, region: &str| {
        let credentials = Credentials::new(id, secret).with_session_token(TOKEN);
        let signing = SignLayer::new(credentials, region, "execute-api").clock(at);
        let service = signing.layer(seen(service.clone(), &last));
        let request = Request::post(URL).body(Full::<bytes::Bytes>::from(BODY));
        let response = kept.during(|| run(service.oneshot(request.unwrap())));
        let lines = kept.lines(&last.lock().unwrap());
        (response.unwrap().status().as_u16(), lines[2..].to_vec())
    };
    let verify = |id: &str, region: &str| {
        format!("sigv4.verify access_key_id={id} region={region} service=execute-api")
    };
    let expected = vec![
        format!(
            "{} outcome=\"verified\"",
            verify("AKIDEXAMPLE", "us-east-1")
        ),
        "DEBUG message=verified".to_owned(),
    ];
    assert_eq!(send(ACCESS_KEY_ID, SECRET, "us-east-1"), (200, expected));
    // Who is asked for is not yet proven, and no line begins with it.
    let long = format!("AKID{}", "X".repeat(2_000));
    for (id, secret, region, why) in [
        (
            ACCESS_KEY_ID,
            "wrong",
            "us-east-1",
            "the signature does not match",
        ),
        (
            "AKIDOTHER",
            SECRET,
            "us-east-1",
            "nobody has this access key id",
        ),
        (&long, SECRET, "us-east-1", "nobody has this access key id"),
        (
            ACCESS_KEY_ID,
            SECRET,
            "eu-west-1",
            "the credential is scoped to another region",
        ),
    ] {
        let (status, lines) = send(id, secret, region);
        assert_eq!(status, 403);
        let shown = &id[..id.len().min(256)];
        let start = format!("{} outcome=\"refused\" reason={why}", verify(shown, region));
        assert!(lines[0].starts_with(&start), "{lines:?}");
        assert!(
            lines[1].starts_with(&format!("INFO message=refused: {why}")),
            "{lines:?}"
        );
        assert_eq!(lines.len(), 2);
    }
    let unsigned = Request::get(URL).body(Full::<bytes::Bytes>::default());
    let response = kept.during(|| run(service.clone().oneshot(unsigned.unwrap())));
    assert_eq!(response.unwrap().status(), 403);
    let lines = kept.lines(&last.lock().unwrap());
    assert!(
        lines[0].starts_with("sigv4.verify outcome=\"refused\" reason="),
        "{lines:?}"
    );
}

#[test]
fn of_reqwest_and_ureq() {
    let kept = Kept::default();
    let policy = Policy::new(&["us-east-1"], "execute-api");
    let app = Router::new()
        .route(
            "/a-path",
            any(|headers: http::HeaderMap| async move { signature(&headers) }),
        )
        .layer(VerifyLayer::new(&policy, OneKey, tokio::time::sleep));
    let now = || Timestamp::try_from(std::time::SystemTime::now()).unwrap();
    let signed = format!("{SIGN} outcome=\"signed\"");
    let signature = kept.during(|| {
        run(async {
            let url = serve(app.clone()).await;
            let client = reqwest_middleware::ClientBuilder::new(reqwest::Client::new());
            let client = client.with(signing().clock(now)).build();
            let request = client.post(format!("{url}/a-path?name=a-query-value"));
            let response = request.body(BODY).send().await.unwrap();
            response.text().await.unwrap()
        })
    });
    let lines = kept.lines(&signature);
    assert_eq!(lines[..2], [signed.clone(), "DEBUG message=signed".into()]);
    let verified = signed
        .replace("sigv4.sign", "sigv4.verify")
        .replace("=\"signed", "=\"verified");
    assert_eq!(lines[2..], [verified, "DEBUG message=verified".into()]);

    let signature = crate::callers::block_on(async {
        let url = serve(app).await;
        let kept = kept.clone();
        let call = move || {
            let agent: ureq::Agent = ureq::Agent::config_builder()
                .middleware(SigV4::new(credentials(), "us-east-1", "execute-api"))
                .build()
                .into();
            let url = format!("{url}/a-path?name=a-query-value");
            let answer = kept.during(|| agent.post(url).send(BODY)).unwrap();
            answer.into_body().read_to_string().unwrap()
        };
        tokio::task::spawn_blocking(call).await.unwrap()
    });
    assert_eq!(
        kept.lines(&signature),
        [signed, "DEBUG message=signed".into()]
    );
}

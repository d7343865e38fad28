//! Stores of keys: tokens, ends, keys that nobody knows, stores that fail.

use crate::bodies::signed;
use crate::served::{Handler, Response, behind, layer, run};
use crate::support::example::{ACCESS_KEY_ID, SECRET, at};
use http_body_util::Full;
use sigv4::tower::{Asked, BoxError, KnownKey, LookUp, Refused, Verified, VerifyLayer};
use sigv4::{
    Credentials, Error, Payload, Policy, RefusalReason, Scope, Signer, SigningKey, Timestamp,
};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tower::{Service, ServiceExt};

type Body = Full<bytes::Bytes>;
type Keys = BTreeMap<String, KnownKey<&'static str>>;

fn with(
    keys: impl LookUp<Principal = &'static str>,
    request: http::Request<Body>,
) -> (Response, Handler) {
    let policy = Policy::new(&["us-east-1"], "execute-api");
    let layer = VerifyLayer::new(&policy, keys, tokio::time::sleep).clock(at);
    let (service, handler) = behind(&layer);
    (run(service.oneshot(request)).unwrap(), handler)
}

fn signed_by(credentials: Credentials) -> http::Request<Body> {
    let signer = Signer::new(credentials, "us-east-1", "execute-api");
    let mut request = http::Request::get("https://example.com/prod/items")
        .body(Full::from("body"))
        .unwrap();
    signer
        .sign_http(&mut request, Payload::Bytes(b"body"), at())
        .unwrap();
    request
}

fn one(key: KnownKey<&'static str>) -> Keys {
    BTreeMap::from([(ACCESS_KEY_ID.to_owned(), key)])
}

fn outcome(response: &Response) -> Result<(), RefusalReason> {
    match response.extensions().get::<Refused>() {
        Some(refused) => Err(refused.refusal().reason()),
        None => Ok(()),
    }
}

/// By default, without anybody having to think of it.
#[test]
fn a_session_token_is_the_keys_own() {
    let long_term = || Credentials::new(ACCESS_KEY_ID, SECRET);
    let with_token = |token: &str| long_term().with_session_token(token);
    let wrong = Err(RefusalReason::WrongSessionToken);
    for (known, sent, verdict) in [
        (None, long_term(), Ok(())),
        (None, with_token("own"), wrong),
        (Some("own"), with_token("own"), Ok(())),
        (Some("own"), with_token("another"), wrong),
        (Some("own"), with_token("ow"), wrong),
        (Some("own"), long_term(), wrong),
    ] {
        let key = KnownKey::new(SECRET, "alice");
        let key = match known {
            Some(token) => key.with_session_token(token),
            None => key,
        };
        let (response, handler) = with(one(key), signed_by(sent));
        assert_eq!(outcome(&response), verdict, "{known:?}");
        assert_eq!(handler.calls(), usize::from(verdict.is_ok()));
    }
}

#[test]
fn a_key_ends_at_its_end() {
    let end = |seconds| Timestamp::from_unix(at().unix() + seconds).unwrap();
    for (end, verdict) in [
        (end(1), Ok(())),
        (end(0), Err(RefusalReason::ExpiredSessionToken)),
    ] {
        let key = KnownKey::new(SECRET, "alice")
            .with_session_token("own")
            .until(end);
        let sent = Credentials::new(ACCESS_KEY_ID, SECRET).with_session_token("own");
        let (response, _) = with(one(key), signed_by(sent));
        assert_eq!(outcome(&response), verdict);
    }
}

/// Neither any secret nor the one that stands in for it.
#[test]
fn no_secret_opens_an_unknown_key() {
    for secret in [SECRET, "no such key", "x"] {
        let request = signed_by(Credentials::new("AKIDUNKNOWN", secret));
        let (response, handler) = with(one(KnownKey::new(SECRET, "alice")), request);
        assert_eq!(outcome(&response), Err(RefusalReason::UnknownAccessKey));
        assert_eq!((response.status().as_u16(), handler.calls()), (403, 0));
        let refused = response.extensions().get::<Refused>().unwrap();
        assert_eq!(refused.access_key_id(), Some("AKIDUNKNOWN"));
    }
}

/// It is not found out by what is answered before the body is there.
#[test]
fn an_unknown_key_is_waited_for_like_a_known_one() {
    use crate::bodies::{Scripted, Step};
    for id in [ACCESS_KEY_ID, "AKIDUNKNOWN"] {
        let wait = Step::Wait(Duration::from_secs(9));
        let body = Scripted::new([Step::Data(b"12"), wait, Step::Data(b"34")]);
        let signer = Signer::new(Credentials::new(id, "wrong"), "us-east-1", "execute-api");
        let mut request = http::Request::post("https://example.com/")
            .body(body)
            .unwrap();
        signer
            .sign_http(&mut request, Payload::Bytes(b"1234"), at())
            .unwrap();
        let (service, _) = behind(&layer());
        run(async {
            let began = tokio::time::Instant::now();
            let response = service.oneshot(request).await.unwrap();
            assert_eq!(
                (response.status().as_u16(), began.elapsed().as_secs()),
                (403, 9)
            );
        });
    }
}

struct Derived;

impl LookUp for Derived {
    type Principal = &'static str;

    async fn look_up(&self, asked: &Asked<'_>) -> Result<Option<KnownKey<&'static str>>, BoxError> {
        let at = at();
        let scope = Scope::new(&at, asked.scope().region(), asked.scope().service())?;
        Ok(Some(KnownKey::derived(
            SigningKey::derive(SECRET, &scope),
            "alice",
        )))
    }
}

#[test]
fn a_store_of_derived_keys() {
    let (response, _) = with(
        Arc::new(Derived),
        signed_by(Credentials::new(ACCESS_KEY_ID, SECRET)),
    );
    assert_eq!(response.body(), "alice 4");
    let (response, _) = with(Derived, signed_by(Credentials::new(ACCESS_KEY_ID, "wrong")));
    assert_eq!(outcome(&response), Err(Error::SignatureMismatch.into()));
}

struct Broken;

impl LookUp for Broken {
    type Principal = &'static str;

    async fn look_up(&self, _: &Asked<'_>) -> Result<Option<KnownKey<&'static str>>, BoxError> {
        Err("the database is away".into())
    }
}

/// The caller learns nothing of it, the log does.
#[test]
fn a_store_that_fails() {
    let (response, handler) = with(Broken, signed_by(Credentials::new(ACCESS_KEY_ID, SECRET)));
    assert_eq!((response.status().as_u16(), handler.calls()), (500, 0));
    assert_eq!(response.body(), r#"{"message":"Internal server error"}"#);
    let refused = response.extensions().get::<Refused>().unwrap();
    assert_eq!(
        refused.store_error().unwrap().to_string(),
        "the database is away"
    );
    assert_eq!(
        refused.to_string(),
        "Internal server error: the database is away"
    );
}

/// A store has as long as a body, and no longer. (Here, 10 seconds.)
#[test]
fn a_store_that_takes_its_time() {
    struct Slow(u64);
    impl LookUp for Slow {
        type Principal = &'static str;
        async fn look_up(&self, _: &Asked<'_>) -> Result<Option<KnownKey<&'static str>>, BoxError> {
            tokio::time::sleep(Duration::from_secs(self.0)).await;
            Ok(Some(KnownKey::new(SECRET, "alice")))
        }
    }
    let signed = || signed_by(Credentials::new(ACCESS_KEY_ID, SECRET));
    let (response, _) = with(Slow(9), signed());
    assert_eq!(response.body(), "alice 4");
    let (response, handler) = with(Slow(11), signed());
    assert_eq!((response.status().as_u16(), handler.calls()), (500, 0));
    assert_eq!(outcome(&response), Err(RefusalReason::Unavailable));
    let refused = response.extensions().get::<Refused>().unwrap();
    let error = refused.store_error().unwrap().to_string();
    assert_eq!(error, "the keys were not looked up in time");
}

/// No store is asked for what is no claim.
#[test]
fn a_store_is_asked_once_and_for_claims_only() {
    #[derive(Clone, Default)]
    struct Counting(Arc<AtomicUsize>);
    impl LookUp for Counting {
        type Principal = &'static str;
        async fn look_up(&self, _: &Asked<'_>) -> Result<Option<KnownKey<&'static str>>, BoxError> {
            self.0.fetch_add(1, Ordering::SeqCst);
            Ok(Some(KnownKey::new(SECRET, "alice")))
        }
    }
    let counting = Counting::default();
    with(
        counting.clone(),
        signed("execute-api", Payload::EMPTY, Full::default()),
    );
    assert_eq!(counting.0.load(Ordering::SeqCst), 1);
    let unsigned = http::Request::get("https://example.com/")
        .body(Full::default())
        .unwrap();
    with(counting.clone(), unsigned);
    assert_eq!(counting.0.load(Ordering::SeqCst), 1);
}

#[test]
fn who_may_come_without_a_signature() {
    let unsigned = || {
        http::Request::get("https://example.com/")
            .body(Body::from("body"))
            .unwrap()
    };
    let (service, _) = behind(&layer());
    let response = run(service.oneshot(unsigned())).unwrap();
    assert_eq!(outcome(&response), Err(Error::NotSigned.into()));

    let (service, _) = behind(&layer().or_anonymous());
    let response = run(service.clone().oneshot(unsigned())).unwrap();
    assert_eq!(response.body(), "nobody 4");
    // One that is there has to hold.
    let wrong = signed_by(Credentials::new(ACCESS_KEY_ID, "wrong"));
    let response = run(service.clone().oneshot(wrong)).unwrap();
    assert_eq!(outcome(&response), Err(Error::SignatureMismatch.into()));
    let mut other = unsigned();
    let basic = http::HeaderValue::from_static("Basic YTpi");
    other.headers_mut().insert("authorization", basic);
    let response = run(service.oneshot(other)).unwrap();
    assert_eq!(outcome(&response), Err(Error::UnsupportedAlgorithm.into()));
}

/// What a layer further out has found does not count behind this one.
#[test]
fn a_caller_of_another_layer_is_none() {
    let (service, _) = behind(&layer());
    let inner = layer().or_anonymous();
    let handler = Handler::default();
    drop(service);
    let service = tower::Layer::layer(&inner, handler.clone());
    let outer = tower::Layer::layer(
        &layer(),
        tower::service_fn(move |mut request: http::Request<sigv4::tower::Body>| {
            request.headers_mut().remove("authorization");
            assert!(
                request
                    .extensions()
                    .get::<Verified<&'static str>>()
                    .is_some()
            );
            service.clone().oneshot(request)
        }),
    );
    let request = signed("execute-api", Payload::EMPTY, Body::default());
    let response = run(outer.oneshot(request)).unwrap();
    assert_eq!(response.body(), "nobody 0");
}

/// What a request takes of memory while it is verified and answered. glibc keeps pieces of up to 1,032
/// bytes at hand for each thread; longer ones take several times as long to get and to give back.
#[test]
fn a_call_takes_little_memory() {
    let keys = one(KnownKey::new(SECRET, "alice"));
    let policy = Policy::new(&["us-east-1"], "execute-api");
    let layer = VerifyLayer::new(&policy, keys, tokio::time::sleep).clock(at);
    let (mut service, _) = behind(&layer);
    let called = service.call(signed("execute-api", Payload::EMPTY, Body::default()));
    let size = size_of_val(&*called);
    assert!(size <= 1_032, "{size} bytes");
}

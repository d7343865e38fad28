//! This crate.

use super::contestant::{Contestant, Sink};
use super::work::{REGION_SET, Work};
use crate::case::{ACCESS_KEY_ID, EPOCH_SECONDS, EXPIRES, REGION, SECRET, TIME};
use sigv4::{Claim, Error, HttpParts, Policy, PublicKey, Request, Signer, SigningKey, Timestamp};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

pub const KEPT: &str = "sigv4-kit";
pub const INTO: &str = "sigv4-kit, sign_into";
pub const DERIVED: &str = "sigv4-kit, new Signer each time";
pub const PUBLIC: &str = "sigv4-kit, by the public key";
pub const HTTP: &str = "sigv4-kit, on http::Request";

fn clock() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(EPOCH_SECONDS)
}

fn sign(signer: &Signer, request: &Request<'_>, at: SystemTime, send: Sink<'_>) {
    let at = Timestamp::try_from(at).expect("a year of four digits");
    let with_headers = signer.sign(request, at).expect("a signature");
    for (name, value) in with_headers.headers() {
        send(name, value);
    }
}

fn presign(signer: &Signer, request: &Request<'_>, at: SystemTime, send: Sink<'_>) {
    let at = Timestamp::try_from(at).expect("a year of four digits");
    let expires = Duration::from_secs(EXPIRES);
    let url = signer.presign(request, expires, at).expect("a signature");
    send("url", &url.url("https"));
}

fn with(
    work: Work,
    how: impl Fn(&Signer, &Request<'_>, SystemTime, Sink<'_>) + Copy + 'static,
) -> Vec<Contestant> {
    let (signer, request) = (work.signer(), work.request());
    vec![
        Contestant::signing(KEPT, work, clock, move |at, send| {
            how(&signer, &request, at, send);
        }),
        Contestant::signing(DERIVED, work, clock, move |at, send| {
            how(&work.signer(), &request, at, send);
        }),
    ]
}

pub fn signing(work: Work) -> Vec<Contestant> {
    let mut contestants = with(work, sign);
    contestants.insert(1, signing_into(work));
    contestants
}

/// Into a buffer that is used again for every request.
fn signing_into(work: Work) -> Contestant {
    let (signer, request) = (work.signer(), work.request());
    let mut buffer = String::new();
    Contestant::signing(INTO, work, clock, move |at, send| {
        let at = Timestamp::try_from(at).expect("a year of four digits");
        let with_headers = signer.sign_into(&request, at, &mut buffer);
        for (name, value) in with_headers.expect("a signature").headers() {
            send(name, value);
        }
    })
}

pub fn presigning(work: Work) -> Vec<Contestant> {
    with(work, presign)
}

/// As [`reqsign`](super::reqsign) does it: the headers go into an `http::Request`.
pub fn signing_in_place(work: Work) -> Contestant {
    let (signer, request) = (work.signer(), work.http());
    let input = move || request.clone();
    Contestant::signing(HTTP, work, input, move |mut request, send| {
        let at = Timestamp::try_from(clock()).expect("a year of four digits");
        let done = signer.sign_http_selected(&mut request, work.payload(), at, |_| true);
        done.expect("a signature");
        for (name, value) in request.headers() {
            send(name.as_str(), value.to_str().expect("ASCII"));
        }
    })
}

fn key() -> SigningKey {
    let at = Timestamp::try_from(clock()).expect("a year of four digits");
    let scope = sigv4::Scope::new(&at, REGION, "execute-api").expect("a scope");
    SigningKey::derive(SECRET, &scope)
}

fn verify(request: &Request<'_>, key: &SigningKey, policy: &Policy<'_>) -> Result<(), Error> {
    let claim = Claim::from_request(request)?;
    let now = Timestamp::try_from(clock())?;
    claim.verify(key, request, policy, now).map(|_| ())
}

pub fn verifying(work: Work) -> Vec<Contestant> {
    let policy = Policy::new(&[REGION], "execute-api");
    let (for_plain, for_http) = (key(), key());
    let plain = |authorization: &str| arrived(work, authorization);
    let http = |authorization: &str| work.arrived(authorization);
    vec![
        Contestant::verifying(KEPT, work, plain, move |request| {
            verify(&request, &for_plain, &policy)
        }),
        Contestant::verifying(HTTP, work, http, move |request| {
            let parts = HttpParts::try_from(&request)?;
            verify(&parts.request(work.payload()), &for_http, &policy)
        }),
    ]
}

fn arrived(work: Work, authorization: &str) -> Request<'static> {
    let authorization = authorization.to_owned().leak().as_bytes();
    let mut headers = work.request().headers.to_vec();
    headers.extend([
        ("x-amz-date", TIME.as_bytes()),
        ("authorization", authorization),
    ]);
    if work.sigv4a {
        headers.push(("x-amz-region-set", REGION_SET.as_bytes()));
    }
    Request {
        headers: headers.leak(),
        ..work.request()
    }
}

/// By the key pair, as a signer has it, and by its public half alone.
pub fn verifying_4a(work: Work) -> Vec<Contestant> {
    let mut policy = Policy::new(&[REGION], "execute-api");
    policy.profile = policy.profile.with_sigv4a();
    let pair = SigningKey::derive_sigv4a(ACCESS_KEY_ID, SECRET).expect("a key");
    let public = PublicKey::derive(ACCESS_KEY_ID, SECRET).expect("a key");
    let arrive = |authorization: &str| arrived(work, authorization);
    vec![
        Contestant::verifying(KEPT, work, arrive, move |request| {
            verify(&request, &pair, &policy)
        }),
        Contestant::verifying(PUBLIC, work, arrive, move |request| {
            let claim = Claim::from_request(&request)?;
            let now = Timestamp::try_from(clock())?;
            let verified = claim.verify_with_public_key(&public, &request, &policy, now);
            verified.map(|_| ())
        }),
    ]
}

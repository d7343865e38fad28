//! Every type crosses threads and shows what it holds, but no secret.

use crate::support::example::{SECRET, UNSIGNED};
use sigv4::tokens::{
    AppsyncHeaders, GitCredentials, Input, Maker, StsRequest, Token, TokenError, Validity,
};
use sigv4::{
    Authorization, CanonicalRequest, Claim, Credentials, Error, Form, Hasher, Header, Layer,
    Payload, Policy, PresignedUrl, Profile, QueryPlus, Refusal, RefusalReason, Request, Scope,
    SessionToken, Signature, Signed, Signer, SigningKey, Stages, StringToSign, Timestamp,
    UnsignedPayload, Verified,
};
use std::fmt::Debug;
use std::time::Duration;

#[test]
fn everything_may_cross_threads() {
    fn any_thread<T: Send + Sync + Unpin + Debug + 'static>() {}
    any_thread::<Authorization<'static>>();
    any_thread::<CanonicalRequest<'static>>();
    any_thread::<Claim<'static>>();
    any_thread::<Credentials>();
    any_thread::<Error>();
    any_thread::<Form>();
    any_thread::<Header<'static>>();
    any_thread::<Layer>();
    any_thread::<Payload<'static>>();
    any_thread::<Policy<'static>>();
    any_thread::<PresignedUrl>();
    any_thread::<Profile>();
    any_thread::<QueryPlus>();
    any_thread::<Refusal>();
    any_thread::<RefusalReason>();
    any_thread::<Request<'static>>();
    any_thread::<Scope<'static>>();
    any_thread::<SessionToken>();
    any_thread::<Signature>();
    any_thread::<Signed<'static>>();
    any_thread::<Signer>();
    any_thread::<SigningKey>();
    any_thread::<Stages>();
    any_thread::<StringToSign<'static>>();
    any_thread::<Timestamp>();
    any_thread::<UnsignedPayload>();
    any_thread::<Verified<'static>>();
    any_thread::<AppsyncHeaders>();
    any_thread::<GitCredentials>();
    any_thread::<Input>();
    any_thread::<Maker<'static>>();
    any_thread::<StsRequest>();
    any_thread::<Token>();
    any_thread::<TokenError>();
    any_thread::<Validity>();
    fn an_error<T: std::error::Error + Copy + Eq + std::hash::Hash>() {}
    an_error::<Error>();
    an_error::<TokenError>();
}

const TOKEN: &str = "QToken//////////wEXAMPLE==";

/// The ways in which bytes can show: as text, encoded, as hex, as a list of numbers.
fn spellings(secret: &[u8]) -> Vec<String> {
    let numbers = |separator: &str| {
        let numbers: Vec<_> = secret.iter().take(4).map(u8::to_string).collect();
        numbers.join(separator)
    };
    let mut all = vec![
        hex::encode(secret),
        hex::encode_upper(secret),
        numbers(", "),
        format!("{:?}", &secret[..4]),
    ];
    if let Ok(text) = std::str::from_utf8(secret) {
        all.push(text.to_owned());
        all.push(text.replace('/', "%2F").replace('=', "%3D"));
        all.push(text.chars().take(8).collect());
    }
    all
}

/// `Debug`, plain and spread over lines, shows none of the secrets.
fn hides(value: &dyn Debug, secrets: &[&[u8]]) {
    let plain = format!("{value:?}");
    let spread = format!("{value:#?}");
    let joined: String = spread
        .split_whitespace()
        .map(|word| format!("{word} "))
        .collect();
    for secret in secrets {
        for spelling in spellings(secret) {
            assert!(!plain.contains(&spelling), "{spelling} in {plain}");
            assert!(!spread.contains(&spelling), "{spelling} in {spread}");
            assert!(!joined.contains(&spelling), "{spelling} in {joined}");
        }
    }
}

#[test]
fn debug_shows_no_secret() {
    for service in ["execute-api", "s3", "s3express", "iotdevicegateway"] {
        let at = Timestamp::parse("20150830T123600Z").unwrap();
        let credentials = Credentials::new("AKIDEXAMPLE", SECRET).with_session_token(TOKEN);
        let signer = Signer::new(credentials.clone(), "us-east-1", service);
        let scope = Scope::new(&at, "us-east-1", service).unwrap();
        let key = SigningKey::derive(SECRET, &scope);
        let signed = signer.sign(&UNSIGNED, at).unwrap();
        let url = signer
            .presign(&UNSIGNED, Duration::from_secs(9), at)
            .unwrap();
        let signatures = [signed.signature().to_string(), url.signature().to_string()]
            .map(|signature| hex::decode(signature).unwrap());
        let text = signatures.each_ref().map(hex::encode);
        let mut secrets = vec![SECRET.as_bytes(), TOKEN.as_bytes()];
        secrets.extend(signatures.iter().map(Vec::as_slice));
        secrets.extend(text.iter().map(String::as_bytes));

        hides(&credentials, &secrets);
        hides(&signer, &secrets);
        hides(&key, &secrets);
        hides(&SigningKey::from_bytes(&[0x5a; 32]), &[&[0x5a; 32]]);
        hides(&signed, &secrets);
        hides(&signed.signature(), &secrets);
        hides(&url, &secrets);
        hides(&signer.stages(&UNSIGNED, at).unwrap(), &secrets);
        hides(
            &signer
                .presign_stages(&UNSIGNED, Duration::from_secs(9), at)
                .unwrap(),
            &secrets,
        );
        hides(
            &Authorization::parse(signed.authorization()).unwrap(),
            &secrets,
        );

        let mut headers = UNSIGNED.headers.to_vec();
        headers.extend(
            signed
                .headers()
                .map(|(name, value)| (name, value.as_bytes())),
        );
        let in_headers = Request {
            headers: &headers,
            ..UNSIGNED
        };
        let in_query = Request {
            target: url.target(),
            ..UNSIGNED
        };
        let regions = ["us-east-1"];
        let policy = Policy::new(&regions, service);
        for arrived in [in_headers, in_query] {
            hides(&arrived, &secrets);
            let profile = Profile::for_service(service);
            hides(
                &CanonicalRequest::new(&arrived, &profile).unwrap(),
                &secrets,
            );
            let claim = Claim::from_request(&arrived).unwrap();
            hides(&claim, &secrets);
            hides(&claim.stages(&arrived, &policy).unwrap(), &secrets);
            let verified = claim.verify(&key, &arrived, &policy, at).unwrap();
            hides(&verified, &secrets);
            // It has what the caller is told: the canonical request, and of S3 the signature.
            let refusal = Refusal::of(Error::SignatureMismatch, &arrived, &policy);
            hides(&refusal, &secrets);
        }
    }
}

/// What is no secret is there to be seen.
#[test]
fn debug_shows_the_rest() {
    let at = Timestamp::parse("20150830T123600Z").unwrap();
    let credentials = Credentials::new("AKIDEXAMPLE", SECRET);
    let signer = Signer::new(credentials.clone(), "us-east-1", "execute-api");
    let signed = signer.sign(&UNSIGNED, at).unwrap();
    let minute = Duration::from_secs(60);
    let url = signer.presign(&UNSIGNED, minute, at).unwrap();
    let arrived = Request {
        target: url.target(),
        ..UNSIGNED
    };
    let claim = Claim::from_request(&arrived).unwrap();
    let key = claim.signing_key(SECRET);
    let regions = ["us-east-1"];
    let policy = Policy::new(&regions, "execute-api");
    let verified = claim.verify(&key, &arrived, &policy, at).unwrap();
    let canonical = CanonicalRequest::new(&UNSIGNED, &Profile::DEFAULT).unwrap();
    let stages = signer.stages(&UNSIGNED, at).unwrap();
    let debug = |value: &dyn Debug| format!("{value:?}");
    for (value, text) in [
        (
            debug(&credentials),
            "Credentials { access_key_id: \"AKIDEXAMPLE\", secret_access_key: \"[redacted]\", \
             session_token: None }",
        ),
        (
            debug(&credentials.with_session_token(TOKEN)),
            "Credentials { access_key_id: \"AKIDEXAMPLE\", secret_access_key: \"[redacted]\", \
             session_token: Some(\"[redacted]\") }",
        ),
        (debug(&at), "Timestamp(20150830T123600Z)"),
        (
            debug(&UNSIGNED),
            "Request { method: \"GET\", path: \"/items\", headers: [\"host\"], .. }",
        ),
        (
            debug(&canonical),
            "CanonicalRequest { method: \"GET\", signed_headers: \"host\", .. }",
        ),
        (
            debug(&stages),
            "Stages { scope: \"20150830/us-east-1/execute-api/aws4_request\", \
             signed_headers: \"host;x-amz-date\", .. }",
        ),
        (
            debug(&signed),
            "Signed { at: Timestamp(20150830T123600Z), .. }",
        ),
        (debug(&url), "PresignedUrl { signed_headers: \"host\", .. }"),
        (debug(&key), "SigningKey([redacted])"),
        (debug(&signed.signature()), "Signature([not shown])"),
        (
            debug(&verified),
            "Verified { access_key_id: \"AKIDEXAMPLE\", scope: Scope { date: \"20150830\", \
             region: \"us-east-1\", service: \"execute-api\" }, region_set: None, \
             signed_headers: \"host\", .. }",
        ),
        (
            debug(&claim),
            "Claim { form: Query, access_key_id: \"AKIDEXAMPLE\", scope: Scope { date: \
             \"20150830\", region: \"us-east-1\", service: \"execute-api\" }, signed_headers: \
             \"host\", at: Timestamp(20150830T123600Z), expires: Some(60), .. }",
        ),
        (
            debug(&Refusal::of(Error::SignatureMismatch, &arrived, &policy)),
            "Refusal { reason: Error(SignatureMismatch), status: 403, \
             code: \"InvalidSignatureException\", .. }",
        ),
        (debug(&Hasher::new()), "Hasher"),
    ] {
        assert_eq!(value, text);
    }
    // Of a signer, that it keeps a key, and nothing of the key.
    assert!(debug(&signer).ends_with("key_cache: KeyCache([redacted]) }"));
}

/// The guard of `debug_shows_no_secret` can fail: it finds what is shown on purpose.
#[test]
fn what_is_shown_is_found() {
    let shown = std::panic::catch_unwind(|| hides(&SECRET, &[SECRET.as_bytes()]));
    assert!(shown.is_err());
    let shown = std::panic::catch_unwind(|| hides(&SECRET.as_bytes(), &[SECRET.as_bytes()]));
    assert!(shown.is_err());
}

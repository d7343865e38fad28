//! Who signs, for which scope, and what a signer keeps between signatures.

use crate::steps::refused;
use crate::support::example::{HOST, at, credentials, get, signer};
use sigv4::{Authorization, Credentials, Error, Profile, Scope, Signer, Timestamp};

#[test]
fn credentials_are_complete() {
    let long = "x".repeat(5_000);
    let new = Credentials::new;
    for (credentials, error, text) in [
        (
            new("", "s"),
            Error::EmptyAccessKeyId,
            "the access key id is empty",
        ),
        (
            new("AK/ID", "s"),
            Error::InvalidAccessKeyId { position: 2 },
            "access key id: character not allowed at byte 2",
        ),
        (
            new("AKID\n", "s"),
            Error::InvalidAccessKeyId { position: 4 },
            "access key id: character not allowed at byte 4",
        ),
        (
            new("AKID", ""),
            Error::EmptySecretAccessKey,
            "the secret access key is empty",
        ),
        (
            new("AKID", "s").with_session_token(""),
            Error::InvalidSessionToken { position: 0 },
            "session token: empty, or no visible ASCII character at byte 0",
        ),
        (
            new("AKID", "s").with_session_token(format!("{long}\r")),
            Error::InvalidSessionToken { position: 5_000 },
            "session token: empty, or no visible ASCII character at byte 5000",
        ),
    ] {
        let signer = Signer::new(credentials, "us-east-1", "execute-api");
        assert_eq!(refused(&signer, &get("/", &[HOST])), error);
        assert_eq!(error.to_string(), text);
    }
}

#[test]
fn scope_parts_are_plain_words() {
    let scope = |region: &str, service: &str| {
        let signer = Signer::new(credentials(), region, service);
        let error = refused(&signer, &get("/", &[HOST]));
        let at = at();
        assert_eq!(Scope::new(&at, region, service).unwrap_err(), error);
        error
    };
    assert_eq!(scope("", "s"), Error::EmptyRegion);
    assert_eq!(scope("r", ""), Error::EmptyService);
    assert_eq!(Error::EmptyRegion.to_string(), "the region is empty");
    assert_eq!(Error::EmptyService.to_string(), "the service is empty");
    for byte in [
        '/', ',', ';', '=', ' ', '\t', '\n', '\0', '\u{7f}', 'é', '\u{a0}',
    ] {
        let part = format!("ab{byte}");
        let error = scope(&part, "s");
        assert_eq!(error, Error::InvalidRegion { position: 2 }, "{byte:?}");
        assert_eq!(error.to_string(), "region: character not allowed at byte 2");
        let error = scope("r", &part);
        assert_eq!(error, Error::InvalidService { position: 2 }, "{byte:?}");
        assert_eq!(
            error.to_string(),
            "service: character not allowed at byte 2"
        );
    }
}

/// Expected figures from another implementation of HMAC. A string to sign of more than
/// 256 bytes and a secret of more than 60 are computed in another way than shorter ones.
#[test]
fn lengths_change_nothing() {
    let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    for (secret, region, signature) in [
        (
            secret,
            "r".repeat(123),
            "a4c8b7e6e0810f8cb514499ec7a3e350ccd9e6d115bb6c47fc12df3d00017e09",
        ),
        (
            secret,
            "r".repeat(124),
            "0d45b5f8264ebaf94b34c86227a316763896c14d47e5c3655c63581eafc41d2c",
        ),
        (
            secret,
            "r".repeat(300),
            "338784954a843a8e19e8f425a6e314d92359957efab1f380de09c439bdd16d79",
        ),
        (
            &"s".repeat(60),
            "us-east-1".into(),
            "452e9a0e693c446628938ab0b15a62e047a231d6cf6ba8547c3d62bfc1078f7e",
        ),
        (
            &"s".repeat(61),
            "us-east-1".into(),
            "0970346f8a06926d056bdccf9a10be51d076948290b5417ef3c61111f630b3cf",
        ),
        (
            &"s".repeat(200),
            "us-east-1".into(),
            "03d817464f8ea6a5dc0f445863bbde3532705cf7fdbe0dcc7b1de7884c008233",
        ),
    ] {
        let credentials = Credentials::new("AKIDEXAMPLE", secret);
        let signer = Signer::new(credentials, &region, "execute-api");
        let headers = [HOST];
        let request = get("/", &headers);
        let signed = signer.sign(&request, at()).unwrap();
        assert_eq!(signed.signature().to_string(), signature, "{region}");
        let authorization = Authorization::parse(signed.authorization()).unwrap();
        assert_eq!(authorization.to_string(), signed.authorization());
        assert_eq!(signer.region(), region);
        assert_eq!(signer.service(), "execute-api");
        assert_eq!(signer.credentials().secret_access_key(), secret);
        assert_eq!(signer.profile(), &Profile::DEFAULT);
    }
}

/// A buffer that is used again holds what signing into a new one gives, or nothing.
#[test]
fn a_buffer_holds_the_newest_header_only() {
    let signer = signer("s3");
    let mut buffer = "what was there".to_owned();
    for target in ["/a", "/?b=1", "/"] {
        let headers = [HOST];
        let request = get(target, &headers);
        let signed = signer.sign(&request, at()).unwrap();
        let into = signer.sign_into(&request, at(), &mut buffer).unwrap();
        assert_eq!(into.authorization(), signed.authorization());
        assert!(into.headers().eq(signed.headers()));
        assert_eq!(into.target(), target);
        assert_eq!(buffer, signed.authorization());
        let wrong = get("b", &headers);
        let error = signer.sign_into(&wrong, at(), &mut buffer).map(|_| ());
        assert_eq!(error, Err(Error::TargetNotAbsolute));
        assert_eq!(buffer, "");
    }
}

/// A signer keeps the keys of its first day and of the latest.
#[test]
fn a_signer_follows_the_date() {
    let kept = signer("execute-api");
    let headers = [HOST];
    let request = get("/", &headers);
    for time in [
        "20150830T235959Z",
        "20150831T000000Z",
        "20150831T000001Z",
        "20150830T235959Z",
        "20150901T000000Z",
        "20150831T000000Z",
        "20150830T235959Z",
        "20150901T000000Z",
    ] {
        let at = Timestamp::parse(time).unwrap();
        let fresh = signer("execute-api");
        let fresh = fresh.sign(&request, at).unwrap();
        for signer in [&kept, &kept.clone()] {
            let signed = signer.sign(&request, at).unwrap();
            assert_eq!(signed.authorization(), fresh.authorization(), "{time}");
        }
    }
}

/// Threads that sign on both sides of midnight with one signer each get the right key.
#[test]
fn a_signer_is_shared_between_threads() {
    let shared = signer("execute-api");
    let headers = [HOST];
    let request = get("/", &headers);
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let (shared, request) = (&shared, &request);
            scope.spawn(move || {
                for turn in 0..200 {
                    let day = 10 + (thread + turn) % 3;
                    let at = Timestamp::parse(&format!("201508{day}T235959Z")).unwrap();
                    let fresh = signer("execute-api");
                    let fresh = fresh.sign(request, at).unwrap();
                    let signed = shared.sign(request, at).unwrap();
                    assert_eq!(signed.authorization(), fresh.authorization(), "{at}");
                }
            });
        }
    });
}

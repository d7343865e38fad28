//! Calls of STS that somebody else signed: EKS tokens, and Vault's envelope.

use sigv4::tokens::{EksVerifier, StsIdentityEnvelope, StsIdentityVerifier, StsReplay};
use sigv4::{Claim, Timestamp};

const CLUSTER: &str = "my-cluster";
const ENDPOINT: &str = "sts.us-east-1.amazonaws.com";

/// Of the vectors.
fn now() -> Timestamp {
    Timestamp::parse("20240102T030905Z").unwrap()
}

/// A byte that chooses: 0 for a token, else a URL to make one of.
///
/// What is taken asks STS and nobody else, for nothing but who calls, in the cluster's own name; and
/// no other token asks for the same.
pub fn eks_token(data: &[u8]) {
    let (choice, rest) = data.split_first().unwrap_or((&0, b""));
    let token = match choice {
        0 => String::from_utf8_lossy(rest).into_owned(),
        _ => format!("k8s-aws-v1.{}", url_digits(rest)),
    };
    let verifier = EksVerifier::new(CLUSTER, "us-west-2").unwrap();
    match verifier.check(&token, now()) {
        Ok(replay) => {
            assert!(token.len() <= 4_096);
            assert_eq!((replay.method(), replay.body()), ("GET", ""));
            let is_sts = ["sts.", "sts-fips."]
                .iter()
                .any(|name| replay.host().starts_with(name));
            let is_aws = [".amazonaws.com", ".api.aws"]
                .iter()
                .any(|end| replay.host().ends_with(end));
            assert!(is_sts && is_aws, "{}", replay.host());
            let query = replay.target().strip_prefix("/?").unwrap();
            assert!(!query.contains(['#', ';', ' ', '\\']), "{query}");
            let actions = query.split('&').filter_map(|piece| {
                let (name, value) = piece.split_once('=')?;
                decoded(name)
                    .eq_ignore_ascii_case("action")
                    .then(|| decoded(value))
            });
            assert!(actions.eq(["GetCallerIdentity"]), "{query}");
            let headers: Vec<_> = replay.headers().collect();
            let cluster = ("x-k8s-aws-id", CLUSTER);
            assert_eq!(headers, [("accept", "application/json"), cluster]);
            let again = format!(
                "k8s-aws-v1.{}",
                url_digits(replay.url().to_string().as_bytes())
            );
            let again = verifier.check(&again, now()).unwrap();
            assert_eq!(again.url().to_string(), replay.url().to_string());
        }
        Err(error) => assert!(error.to_string().len() < 200, "{error}"),
    }
}

/// Method, URL, body and the JSON of the headers, each on a line of its own but for the last.
///
/// What is taken asks an allowed endpoint for nothing but who calls, with one header of each name.
pub fn sts_identity(data: &[u8]) {
    let mut parts = data.splitn(4, |byte| *byte == b'\n');
    let mut part = || parts.next().unwrap_or_default();
    let method = String::from_utf8_lossy(part());
    let [url, body, headers] = [part(), part(), part()].map(|bytes| digits(bytes, b"+/", true));
    let envelope = StsIdentityEnvelope {
        method: &method,
        url: &url,
        body: &body,
        headers: &headers,
    };
    let endpoints = [ENDPOINT];
    let verifier = StsIdentityVerifier::new(&endpoints, "vault.example.com");
    match verifier.check_envelope(&envelope, now()) {
        Ok(replay) => is_a_call(&replay),
        Err(error) => assert!(error.to_string().len() < 200, "{error}"),
    }
}

fn is_a_call(replay: &StsReplay) {
    assert_eq!(replay.url().to_string(), format!("https://{ENDPOINT}/"));
    let mut body: Vec<_> = replay.body().split('&').collect();
    body.sort_unstable();
    assert_eq!(body, ["Action=GetCallerIdentity", "Version=2011-06-15"]);
    let mut names: Vec<_> = replay.headers().map(|(name, _)| name).collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
    for (name, value) in replay.headers() {
        assert!(
            name.bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        );
        assert!(value.bytes().all(|byte| matches!(byte, b' '..=b'~')));
        assert_ne!(name, "x-amz-target");
    }
    replay.with_request(|request| {
        let claim = Claim::from_request(request).unwrap();
        let mut signed = claim.signed_headers().split(';');
        assert!(signed.any(|name| name == "x-vault-aws-iam-server-id"));
        assert_eq!(claim.scope().service(), "sts");
    });
}

fn url_digits(bytes: &[u8]) -> String {
    digits(bytes, b"-_", false)
}

/// RFC 4648, 4 and 5.
fn digits(bytes: &[u8], last_two: &[u8; 2], padded: bool) -> String {
    let mut alphabet: Vec<u8> = (b'A'..=b'Z')
        .chain(b'a'..=b'z')
        .chain(b'0'..=b'9')
        .collect();
    alphabet.extend(last_two);
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let mut word = [0; 4];
        word[1..=group.len()].copy_from_slice(group);
        let word = u32::from_be_bytes(word);
        for place in 0..4 {
            if place <= group.len() {
                let digit = word >> (18 - 6 * place) & 63;
                text.push(alphabet[digit as usize].into());
            } else if padded {
                text.push('=');
            }
        }
    }
    text
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let escape = (*first == b'%').then(|| tail.get(..2)).flatten();
        match escape.and_then(|digits| hex::decode(digits).ok()) {
            Some(byte) => {
                bytes.extend(byte);
                rest = &tail[2..];
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

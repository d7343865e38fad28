//! What holds for every request: generated ones, leaning to where implementations go
//! wrong. `tests/reference/` is what they are compared with.
//!
//! The seed is fixed: every run makes the same cases.

mod reference;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::RngSeed;
use reference::{Outcome, Plain, Rules, Who};
use sigv4::{Authorization, CanonicalRequest, Claim, Credentials, Error, Form, Header, Payload};
use sigv4::{Policy, Profile, QueryPlus, Request, Scope, Signature, Signed, Signer, SigningKey};
use sigv4::{StringToSign, Timestamp};
use std::time::Duration;

const SERVICES: [&str; 5] = [
    "execute-api",
    "s3",
    "iotdevicegateway",
    "vpc-lattice-svcs",
    "s3express",
];

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        rng_seed: RngSeed::Fixed(20_150_830),
        failure_persistence: None,
        max_shrink_iters: 20_000,
        ..ProptestConfig::default()
    }
}

// ---- What is generated ------------------------------------------------------------

/// Pieces of a path or a query that are well formed.
const PIECES: &[&str] = &[
    "a",
    "b",
    "A",
    "0",
    "-",
    ".",
    "_",
    "~",
    "+",
    "%2B",
    "%2b",
    "%2F",
    "%2f",
    "%25",
    "%20",
    "%2e%2e",
    "%2E",
    "%7E",
    "%7e",
    "%41",
    "%FF",
    "%ff",
    "%c3%a9",
    "%00",
    "%0A",
    "%26",
    "%3D",
    " ",
    "é",
    "\u{1F600}",
    "\u{a0}",
    "!",
    "*'()",
    ";",
    ":",
    "@",
    "$",
    ",",
    "#",
    "\\",
    "[]",
    "^`{|}",
    "\"<>",
    "\t",
    "\r\n",
    "\0",
    "\u{7f}",
];
const SEGMENTS: &[&str] = &["", ".", "..", "...", ".a", "..b", "%2e", "%2e%2e", "items"];
/// A `%` without two hexadecimal digits.
const BROKEN: &[&str] = &["%", "%%", "%2", "%zz", "%2z", "%z2", "%+f", "%é", "% 2"];
/// Keys that sort differently joined, encoded or decoded.
const KEYS: &[&str] = &[
    "",
    "a",
    "a-b",
    "a.c",
    "a0",
    "a~",
    "a%20b",
    "a b",
    "a+b",
    "A",
    "%61",
    "aa",
    "a%2D",
    "é",
    "%C3%A9",
    "%E9",
    "a%00",
    "X-Amz-Meta",
    "x-amz-date",
    "x-amz-signature",
];
const NAMES: &[&str] = &[
    "a",
    "A",
    "a-b",
    "A-B",
    "a.b",
    "a_b",
    "ab",
    "accept",
    "Accept",
    "content-type",
    "Content-Type",
    "content-length",
    "range",
    "x-amz-meta",
    "X-Amz-Meta",
    "x-amz-meta-a",
    "x-amz-meta_a",
    "!#$%&'*+-.^_`|~0",
    "via",
    "x-forwarded-for",
    "user-agent",
    "User-Agent",
    "te",
    "TE",
    "tea",
    "connection",
    "expect",
    "Transfer-Encoding",
    "x-amzn-trace-id",
    "trailer",
    "a-header-name-that-is-longer-than-thirty-two-bytes",
    "cookie",
];
const VALUE_PIECES: &[&[u8]] = &[
    b"a", b"B", b"0", b" ", b"  ", b"   ", b"\t", b" \t ", b",", b", ", b"\"", b"\" \"", b":",
    b";", b"=", b"%20", b"\r\n ", b"\n\t", b"\x0b", b"\x7f", b"\x01",
];
const HIGH: &[&[u8]] = &[
    b"\xff",
    b"\xc3\xa9",
    b"\xc2\xa0",
    b"\xa0",
    b"\x85",
    b"\xe2\x80\x89",
];

fn pieces(from: &'static [&'static str], most: usize) -> impl Strategy<Value = String> {
    vec(select(from), 0..=most).prop_map(|pieces| pieces.concat())
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        12 => pieces(PIECES, 4),
        2 => any::<char>().prop_map(|one| one.to_string().replace(['%', '?', '&', '='], "x")),
        1 => "[a-z0-9]{1,40}",
    ]
}

/// Without `?`, which would end it.
fn path(broken: bool) -> impl Strategy<Value = String> {
    let segment = prop_oneof![2 => select(SEGMENTS).prop_map(String::from), 3 => text()];
    let segments = prop_oneof![30 => vec(segment.clone(), 0..7), 1 => vec(segment, 0..80)];
    (segments, broken_piece(broken)).prop_map(|(mut segments, (piece, place))| {
        put(&mut segments, piece, place);
        format!("/{}", segments.join("/").replace('?', ""))
    })
}

fn query(broken: bool) -> impl Strategy<Value = String> {
    let key = prop_oneof![3 => select(KEYS).prop_map(String::from), 1 => text()];
    let value = prop_oneof![
        1 => Just(None),
        2 => select(KEYS).prop_map(|value| Some(value.to_owned())),
        2 => (text(), text()).prop_map(|(left, right)| Some(format!("{left}?/={right}"))),
        2 => text().prop_map(Some),
    ];
    let piece = prop_oneof![
        8 => (key, value).prop_map(|(key, value)| match value {
            Some(value) => format!("{key}={value}"),
            None => key,
        }),
        1 => Just(String::new()),
    ];
    let count = prop_oneof![30 => 0_usize..7, 3 => 14_usize..20, 1 => 0_usize..200];
    let all = count.prop_flat_map(move |count| vec(piece.clone(), count));
    (all, broken_piece(broken)).prop_map(|(mut all, (piece, place))| {
        put(&mut all, piece, place);
        all.join("&")
    })
}

fn broken_piece(broken: bool) -> impl Strategy<Value = (Option<&'static str>, Index)> {
    let weight = if broken { 1 } else { 0 };
    let piece = prop_oneof![9 => Just(None), weight => select(BROKEN).prop_map(Some)];
    (piece, any::<Index>())
}

fn put(all: &mut Vec<String>, piece: Option<&str>, place: Index) {
    if let Some(piece) = piece {
        all.insert(place.index(all.len() + 1), piece.to_owned());
    }
}

fn target(broken: bool) -> impl Strategy<Value = String> {
    (path(broken), proptest::option::weighted(0.8, query(broken))).prop_map(|(path, query)| {
        match query {
            Some(query) => format!("{path}?{query}"),
            None => path,
        }
    })
}

fn value(high: bool) -> impl Strategy<Value = Vec<u8>> {
    let plain = vec(select(VALUE_PIECES), 0..6);
    let weight = if high { 1 } else { 0 };
    let some = prop_oneof![2 => Just(None), weight => select(HIGH).prop_map(Some)];
    (plain, some, any::<Index>()).prop_map(|(mut pieces, high, place)| {
        if let Some(high) = high {
            pieces.insert(place.index(pieces.len() + 1), high);
        }
        // A folded line has to go on with something that is no line break.
        pieces.concat()
    })
}

/// With one `host` somewhere.
fn headers(high: bool) -> impl Strategy<Value = Vec<(String, Vec<u8>)>> {
    let name = prop_oneof![
        9 => select(NAMES).prop_map(String::from),
        1 => "[a-zA-Z][a-z0-9-]{0,6}".prop_filter("a name of signing", |name| {
            !["host", "authorization", "date"].contains(&&*name.to_lowercase())
        }),
    ];
    let count = prop_oneof![30 => 0_usize..7, 4 => 12_usize..18, 1 => 0_usize..=200];
    let others = count.prop_flat_map(move |count| vec((name.clone(), value(high)), count));
    let host = select(&["host", "Host", "HOST", "hOst"][..]);
    let at = select(
        &[
            "example.com",
            " example.com:8080\t",
            "[2001:db8::1]:8443",
            "abc123.execute-api.eu-west-1.amazonaws.com",
        ][..],
    );
    (others, host, at, any::<Index>()).prop_map(|(mut headers, name, value, place)| {
        let place = place.index(headers.len() + 1);
        headers.insert(place, (name.to_owned(), value.as_bytes().to_vec()));
        headers
    })
}

#[derive(Clone, Debug)]
enum Body {
    Bytes(Vec<u8>),
    Hash([u8; 32]),
    Unsigned,
}

/// A request, and who signs it.
#[derive(Clone, Debug)]
struct Case {
    method: String,
    target: String,
    headers: Vec<(String, Vec<u8>)>,
    body: Body,
    access_key_id: String,
    secret: String,
    token: Option<String>,
    region: String,
    at: Timestamp,
    expires: u64,
}

fn case(broken: bool, high: bool) -> impl Strategy<Value = Case> {
    let body = prop_oneof![
        4 => vec(any::<u8>(), 0..200).prop_map(Body::Bytes),
        2 => Just(Body::Bytes(Vec::new())),
        2 => any::<[u8; 32]>().prop_map(Body::Hash),
        1 => Just(Body::Unsigned),
    ];
    let method = select(&["GET", "POST", "PUT", "DELETE", "get", "M-SEARCH"][..]);
    let request = (method, target(broken), headers(high), body);
    let who = (
        "[A-Z0-9+%!\"]{1,24}",
        prop_oneof!["[ -~]{1,66}", "[ -~]{55,140}", "\\PC{1,40}"],
        proptest::option::of("[!-~]{1,120}"),
        "[a-z0-9-]{1,16}",
        timestamp(),
        prop_oneof![Just(1_u64), Just(604_800), 1_u64..=604_800],
    );
    (request, who).prop_map(|((method, target, headers, body), who)| Case {
        method: method.to_owned(),
        target,
        headers,
        body,
        access_key_id: who.0,
        secret: who.1,
        token: who.2,
        region: who.3,
        at: who.4,
        expires: who.5,
    })
}

const FIRST_SECOND: i64 = -62_167_219_200;
const LAST_SECOND: i64 = 253_402_300_799;

fn timestamp() -> impl Strategy<Value = Timestamp> {
    (FIRST_SECOND..=LAST_SECOND).prop_map(|seconds| Timestamp::from_unix(seconds).unwrap())
}

impl Case {
    fn headers(&self) -> Vec<Header<'_>> {
        borrowed(&self.headers)
    }

    fn payload(&self) -> Payload<'_> {
        match &self.body {
            Body::Bytes(bytes) => Payload::Bytes(bytes),
            Body::Hash(hash) => Payload::Sha256(*hash),
            Body::Unsigned => Payload::Unsigned,
        }
    }

    fn request<'a>(&'a self, headers: &'a [Header<'a>]) -> Request<'a> {
        Request {
            method: &self.method,
            target: &self.target,
            headers,
            payload: self.payload(),
        }
    }

    fn signer(&self, service: &str) -> Signer {
        let mut credentials = Credentials::new(&self.access_key_id, &self.secret);
        if let Some(token) = &self.token {
            credentials = credentials.with_session_token(token);
        }
        Signer::new(credentials, &self.region, service).with_profile(profile(service))
    }

    fn plain(&self) -> Plain {
        Plain {
            method: self.method.clone(),
            target: self.target.clone(),
            headers: self.headers.clone(),
            payload_hash: match &self.body {
                Body::Bytes(bytes) => reference::sha256(bytes),
                Body::Hash(hash) => reference::hex(hash),
                Body::Unsigned => "UNSIGNED-PAYLOAD".to_owned(),
            },
            hash_is_given: matches!(self.body, Body::Hash(_)),
        }
    }

    fn who(&self, service: &str) -> Who {
        Who {
            access_key_id: self.access_key_id.clone(),
            secret: self.secret.clone(),
            token: self.token.clone(),
            region: self.region.clone(),
            service: service.to_owned(),
            time: self.at.to_string(),
        }
    }

    /// Whether the profile takes this kind of payload.
    fn is_refused_by(&self, service: &str) -> bool {
        matches!(self.body, Body::Unsigned) && matches!(service, "execute-api" | "iotdevicegateway")
    }

    fn expires(&self) -> Duration {
        Duration::from_secs(self.expires)
    }
}

/// The service's, with every byte allowed in a header value.
fn profile(service: &str) -> Profile {
    Profile {
        non_ascii_header_values: true,
        ..Profile::for_service(service)
    }
}

fn policy<'a>(regions: &'a [&'a str], service: &'a str) -> Policy<'a> {
    Policy {
        profile: profile(service),
        max_headers: 1_000,
        max_head: 1_000_000,
        ..Policy::new(regions, service)
    }
}

fn borrowed(headers: &[(String, Vec<u8>)]) -> Vec<Header<'_>> {
    headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_slice()))
        .collect()
}

/// The headers of the request, and those that signing added, in front of them.
fn sent(case: &Case, signed: &Signed<'_>) -> Vec<(String, Vec<u8>)> {
    let added = signed.headers();
    let mut headers: Vec<_> = added
        .map(|(name, value)| (name.to_owned(), value.as_bytes().to_vec()))
        .collect();
    headers.extend(case.headers.iter().cloned());
    headers
}

/// Verifies what arrived with the right key.
fn accepts(case: &Case, service: &str, arrived: &Request<'_>) -> Result<Form, Error> {
    let claim = Claim::from_request(arrived)?;
    let regions = [case.region.as_str()];
    let policy = policy(&regions, service);
    let known = claim.access_key_id() == case.access_key_id;
    let key = claim.signing_key(&case.secret);
    let verified = claim.verify(known.then_some(&key), arrived, &policy, case.at)?;
    assert_eq!(verified.access_key_id, case.access_key_id);
    assert_eq!(verified.scope.region(), case.region);
    assert_eq!(verified.scope.service(), service);
    Ok(claim.form())
}

// ---- The second implementation ----------------------------------------------------

fn compare_header_form(case: &Case, service: &str) {
    let headers = case.headers();
    let request = case.request(&headers);
    let signer = case.signer(service);
    let ours = signer.sign(&request, case.at);
    let theirs = reference::sign(&case.plain(), &case.who(service), Rules::of(service));
    let (Ok(signed), Some(theirs)) = (&ours, theirs.as_ref()) else {
        return same_refusal(case, service, ours.err(), theirs.as_ref());
    };
    let stages = signer.stages(&request, case.at).unwrap();
    let added = signed.headers();
    let ours = Outcome {
        canonical: stages.canonical_request,
        string_to_sign: stages.string_to_sign,
        signature: signed.signature().to_string(),
        headers: added
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        target: signed.target().to_owned(),
    };
    assert_eq!(&ours, theirs);

    let headers = sent(case, signed);
    let headers = borrowed(&headers);
    let arrived = Request {
        target: signed.target(),
        headers: &headers,
        ..request
    };
    assert_eq!(accepts(case, service, &arrived), Ok(Form::Header));
}

fn compare_query_form(case: &Case, service: &str) {
    let headers = case.headers();
    let request = case.request(&headers);
    let signer = case.signer(service);
    let ours = signer.presign(&request, case.expires(), case.at);
    let who = case.who(service);
    let theirs = reference::presign(&case.plain(), &who, Rules::of(service), case.expires);
    let (Ok(url), Some(theirs)) = (&ours, theirs.as_ref()) else {
        return same_refusal(case, service, ours.err(), theirs.as_ref());
    };
    let stages = signer
        .presign_stages(&request, case.expires(), case.at)
        .unwrap();
    let ours = Outcome {
        canonical: stages.canonical_request,
        string_to_sign: stages.string_to_sign,
        signature: url.signature().to_string(),
        headers: Vec::new(),
        target: url.target().to_owned(),
    };
    assert_eq!(&ours, theirs);

    let arrived = Request {
        target: url.target(),
        ..request
    };
    assert_eq!(accepts(case, service, &arrived), Ok(Form::Query));
}

/// Only a malformed escape and an unsigned payload are in what is generated.
fn same_refusal(case: &Case, service: &str, ours: Option<Error>, theirs: Option<&Outcome>) {
    match ours.expect("refused by the reference only") {
        Error::UnsignedPayloadRefused => assert!(case.is_refused_by(service)),
        Error::MalformedEscape { position } => {
            assert!(theirs.is_none(), "refused by src only");
            // The first one where escapes have to be well formed.
            let start = match case.target.find('?') {
                _ if Rules::of(service).encode_path_twice => case.target.find('?').unwrap(),
                _ => 0,
            };
            let digits = |at: usize| {
                let digits = case.target.as_bytes().get(at + 1..at + 3);
                digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
            };
            let mut escapes = case.target.match_indices('%').map(|(at, _)| at);
            assert_eq!(
                escapes.find(|&at| at >= start && !digits(at)),
                Some(position),
                "the position is one in the target as it was given"
            );
        }
        other => panic!("refused by src only: {other:?}"),
    }
}

proptest! {
    #![proptest_config(config(600))]

    /// Both forms, every profile, every stage; and what was signed verifies.
    #[test]
    fn both_implementations_agree(case in case(true, true)) {
        for service in SERVICES {
            compare_header_form(&case, service);
            compare_query_form(&case, service);
        }
    }
}

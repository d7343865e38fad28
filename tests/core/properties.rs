//! What holds for every request: generated ones, leaning to where implementations go
//! wrong. `tests/reference/` is what they are compared with.
//!
//! The seed is fixed: every run makes the same cases.

use crate::reference::{Outcome, Plain, Rules, Who};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::RngSeed;
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
    "X-amz-Meta", // with a capital A it may not be there twice
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

#[derive(Clone, Debug, PartialEq)]
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
                Body::Bytes(bytes) => crate::reference::sha256(bytes),
                Body::Hash(hash) => crate::reference::hex(hash),
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
    let theirs = crate::reference::sign(&case.plain(), &case.who(service), Rules::of(service));
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
    let theirs = crate::reference::presign(&case.plain(), &who, Rules::of(service), case.expires);
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

// ---- The target that goes on the wire ---------------------------------------------

/// Which bytes RFC 3986 allows, and which of them nobody reads differently.
fn is_legal(target: &str, service: &str) -> bool {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~%!$&'()*,;=:@/".contains(&byte);
    let plus = !service.starts_with("s3");
    path.bytes()
        .all(|byte| plain(byte) || (plus && byte == b'+'))
        && query.bytes().all(|byte| plain(byte) || byte == b'?')
}

proptest! {
    #![proptest_config(config(400))]

    /// What signing returns stays as it is when it is signed again, by default and as
    /// given, and signs to the same signature.
    #[test]
    fn the_wire_target_is_its_own_wire_target(case in case(true, false)) {
        for service in SERVICES {
            let headers = case.headers();
            let first = case.request(&headers);
            let signer = case.signer(service);
            let Ok(signed) = signer.sign(&first, case.at) else { continue };
            let again = Request { target: signed.target(), ..first };
            for signer in [signer.clone(), signer.clone().with_target_as_given()] {
                let repeated = signer.sign(&again, case.at).unwrap();
                prop_assert_eq!(repeated.target(), signed.target());
                prop_assert_eq!(repeated.authorization(), signed.authorization());
                let url = signer.presign(&again, case.expires(), case.at).unwrap();
                prop_assert!(is_legal(url.target(), service), "{:?}", url.target());
            }
            prop_assert!(is_legal(signed.target(), service), "{:?}", signed.target());
            if Rules::of(service).normalize_path {
                let path = signed.target().split('?').next().unwrap();
                prop_assert_eq!(crate::reference::normalize(path), path);
            }
        }
    }

    /// A canonical path or query, given as a target that is encoded once, is canonical.
    #[test]
    fn the_canonical_form_is_idempotent(case in case(false, false)) {
        let headers = case.headers();
        let request = Request { payload: Payload::EMPTY, ..case.request(&headers) };
        for normalize_path in [false, true] {
            for query_plus in [QueryPlus::Literal, QueryPlus::Space] {
                let profile = Profile { normalize_path, query_plus, ..Profile::S3 };
                let text = CanonicalRequest::new(&request, &profile).unwrap().to_string();
                let mut lines = text.split('\n').skip(1);
                let (path, query) = (lines.next().unwrap(), lines.next().unwrap());
                let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~%".contains(&byte);
                prop_assert!(path.bytes().all(|byte| allowed(byte) || byte == b'/'));
                prop_assert!(query.bytes().all(|byte| allowed(byte) || b"&=".contains(&byte)));
                let target = format!("{path}?{query}");
                // Decoding may have brought new dot segments and slashes into the path.
                let profile = Profile { normalize_path: false, ..profile };
                let again = Request { target: &target, ..request };
                let again = CanonicalRequest::new(&again, &profile).unwrap().to_string();
                prop_assert_eq!(again, text);
            }
        }
    }

    /// Encoding loses nothing, however the bytes are spelled.
    #[test]
    fn what_is_encoded_decodes_to_itself(bytes in vec(any::<u8>(), 0..60), spelling in vec(0..3_u8, 60)) {
        let spell = |(byte, way): (&u8, &u8)| match (way, char::from(*byte)) {
            (0, plain) if plain.is_ascii_graphic() && !"%&=+#".contains(plain) => plain.to_string(),
            (1, _) => format!("%{byte:02x}"),
            _ => format!("%{byte:02X}"),
        };
        let spelled: String = bytes.iter().zip(&spelling).map(spell).collect();
        let target = format!("/?{spelled}={spelled}");
        let request = Request {
            method: "GET",
            target: &target,
            headers: &[("host", b"h")],
            payload: Payload::EMPTY,
        };
        let text = CanonicalRequest::new(&request, &Profile::DEFAULT).unwrap().to_string();
        let query = text.split('\n').nth(2).unwrap();
        let (key, value) = query.split_once('=').unwrap();
        prop_assert_eq!(key, value);
        prop_assert_eq!(crate::reference::decode(value, false), Some(bytes.clone()));
        prop_assert_eq!(value, crate::reference::encode(&bytes, ""));
    }

    /// A raw `+` is what the profile says, and gone from the wire.
    #[test]
    fn plus_is_read_as_the_profile_says(case in case(true, false)) {
        let headers = case.headers();
        let request = Request { payload: Payload::EMPTY, ..case.request(&headers) };
        for service in SERVICES {
            let profile = Profile { query_plus: QueryPlus::Space, ..profile(service) };
            let rules = Rules { plus_is_space: true, ..Rules::of(service) };
            let plain = Plain {
                payload_hash: crate::reference::sha256(b""),
                hash_is_given: false,
                ..case.plain()
            };
            let theirs = crate::reference::sign(&plain, &case.who(service), rules);
            let signer = case.signer(service).with_profile(profile);
            match (signer.sign(&request, case.at), theirs) {
                (Ok(ours), Some(theirs)) => {
                    prop_assert_eq!(ours.target(), theirs.target);
                    prop_assert_eq!(ours.signature().to_string(), theirs.signature);
                }
                (Err(Error::MalformedEscape { .. }), None) => {}
                (ours, theirs) => panic!("{ours:?} {theirs:?}"),
            }
        }
    }
}

// ---- Order ------------------------------------------------------------------------

proptest! {
    #![proptest_config(config(300))]

    /// The order of query parameters and of headers with different names is free.
    #[test]
    fn order_does_not_matter(
        case in case(false, true),
        seed in any::<u64>(),
    ) {
        let mut shuffled = case.clone();
        if let Some((path, query)) = case.target.split_once('?') {
            let mut query: Vec<_> = query.split('&').collect();
            shuffle(&mut query, seed);
            shuffled.target = format!("{path}?{}", query.join("&"));
        }
        shuffle(&mut shuffled.headers, seed);
        // Equal names in the order in which they were.
        let mut kept = case.headers.clone();
        for (name, value) in &mut shuffled.headers {
            let same = |(other, _): &(String, _)| other.eq_ignore_ascii_case(name);
            let place = kept.iter().position(same).unwrap();
            *value = kept.remove(place).1;
        }
        for service in SERVICES {
            let (headers, others) = (case.headers(), shuffled.headers());
            let (request, other) = (case.request(&headers), shuffled.request(&others));
            let signer = case.signer(service);
            let Ok(signed) = signer.sign(&request, case.at) else { continue };
            let other = signer.sign(&other, case.at).unwrap();
            prop_assert_eq!(signed.authorization(), other.authorization());
        }
    }

    /// Values of equal names are a list; a list may come in several headers.
    #[test]
    fn equal_names_are_a_list(
        values in vec(value(true), 1..5),
        others in headers(true),
        split in any::<Index>(),
    ) {
        let apart = [
            vec![("x-list".to_owned(), values[split.index(values.len())].clone())],
            others.clone(),
            values.iter().map(|value| ("X-List".to_owned(), value.clone())).collect(),
        ].concat();
        let joined = [
            vec![(
                "x-LIST".to_owned(),
                [
                    canonical_value(&values[split.index(values.len())]),
                    values.iter().map(|value| canonical_value(value)).collect::<Vec<_>>().join(&b','),
                ].join(&b','),
            )],
            others,
        ].concat();
        let turned: Vec<_> = apart.iter().rev().cloned().collect();
        let hash = |headers: &[(String, Vec<u8>)]| {
            let headers = borrowed(headers);
            let request = Request {
                method: "GET",
                target: "/",
                headers: &headers,
                payload: Payload::EMPTY,
            };
            CanonicalRequest::new(&request, &profile("execute-api")).unwrap().hash()
        };
        prop_assert_eq!(hash(&apart), hash(&joined));
        let same = crate::reference::canonical_headers(&apart) == crate::reference::canonical_headers(&turned);
        prop_assert_eq!(hash(&apart) == hash(&turned), same);
    }
}

/// The value as a canonical request has it.
fn canonical_value(value: &[u8]) -> Vec<u8> {
    let (line, _) = crate::reference::canonical_headers(&[("x".to_owned(), value.to_vec())]);
    line[2..line.len() - 1].to_vec()
}

fn shuffle<T>(items: &mut [T], mut seed: u64) {
    for place in (1..items.len()).rev() {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        items.swap(place, usize::try_from(seed >> 33).unwrap() % (place + 1));
    }
}

// ---- Verification -----------------------------------------------------------------

/// One byte of a signed request, changed.
#[derive(Clone, Debug)]
enum Change {
    Method(Index, char),
    Target(Index, char),
    HeaderValue(Index, Index, u8),
    Body(Index, u8),
}

fn change() -> impl Strategy<Value = Change> {
    let ascii = || (0x20_u8..0x7f).prop_map(char::from);
    let index = any::<Index>;
    prop_oneof![
        1 => (index(), ascii()).prop_map(|(at, to)| Change::Method(at, to)),
        4 => (index(), ascii()).prop_map(|(at, to)| Change::Target(at, to)),
        3 => (index(), index(), 0x20_u8..0x7f).prop_map(|(header, at, to)| {
            Change::HeaderValue(header, at, to)
        }),
        1 => (index(), any::<u8>()).prop_map(|(at, to)| Change::Body(at, to)),
    ]
}

fn replaced(text: &str, at: Index, to: char) -> String {
    let mut characters: Vec<_> = text.chars().collect();
    let at = at.index(characters.len());
    characters[at] = to;
    characters.into_iter().collect()
}

/// The request as it arrived, changed in one place.
fn changed(case: &Case, change: &Change) -> Case {
    let mut case = case.clone();
    match change {
        Change::Method(at, to) => case.method = replaced(&case.method, *at, *to),
        Change::Target(at, to) => case.target = replaced(&case.target, *at, *to),
        Change::HeaderValue(header, at, to) => {
            let header = header.index(case.headers.len());
            let value = &mut case.headers[header].1;
            if !value.is_empty() {
                let at = at.index(value.len());
                value[at] = *to;
            }
        }
        Change::Body(at, to) => match &mut case.body {
            Body::Bytes(bytes) if bytes.is_empty() => bytes.push(*to),
            Body::Bytes(bytes) => {
                let at = at.index(bytes.len());
                bytes[at] = *to;
            }
            Body::Hash(hash) => hash[at.index(32)] = *to,
            Body::Unsigned => {}
        },
    }
    case
}

proptest! {
    #![proptest_config(config(1_500))]

    /// A request that was changed on its way is accepted exactly where the reference
    /// reads the same from it.
    #[test]
    fn a_change_is_refused_unless_it_means_the_same(
        case in case(false, true),
        service in select(&SERVICES[..]),
        change in change(),
    ) {
        let rules = Rules::of(service);
        let headers = case.headers();
        let request = case.request(&headers);
        let signer = case.signer(service);
        let Ok(signed) = signer.sign(&request, case.at) else { return Ok(()) };
        let mut arrived = case.clone();
        arrived.headers = sent(&case, &signed);
        arrived.target = signed.target().to_owned();
        let before = meaning(&arrived, rules);
        let changed = changed(&arrived, &change);
        let after = meaning(&changed, rules);

        let headers = changed.headers();
        let outcome = accepts(&case, service, &changed.request(&headers));
        if after.is_some() && after == before {
            prop_assert_eq!(outcome, Ok(Form::Header));
        } else {
            prop_assert!(outcome.is_err(), "{:?} {:?}", before, after);
        }
    }

    /// Headers that are not signed may change, come and go.
    #[test]
    fn unsigned_headers_are_free(
        case in case(false, true),
        service in select(&SERVICES[..]),
        extra in vec((select(&["user-agent", "TE", "via", "Cookie", "x-amzn-trace-id"][..]), value(true)), 0..4),
    ) {
        let mut case = case;
        case.headers.retain(|(name, _)| !["via", "cookie"].contains(&&*name.to_lowercase()));
        let headers = case.headers();
        let request = case.request(&headers);
        let signer = case.signer(service);
        if case.is_refused_by(service) { return Ok(()) }
        let signed = signer.sign(&request, case.at).unwrap();
        let url = signer.presign(&request, case.expires(), case.at).unwrap();
        let mut headers = sent(&case, &signed);
        let mut query_headers = case.headers.clone();
        for headers in [&mut headers, &mut query_headers] {
            headers.retain(|(name, _)| !["user-agent", "te", "x-amzn-trace-id"].contains(&&*name.to_lowercase()));
            for (name, value) in &extra {
                headers.push(((*name).to_owned(), value.clone()));
            }
        }
        let (headers, query_headers) = (borrowed(&headers), borrowed(&query_headers));
        let arrived = Request { target: signed.target(), headers: &headers, ..request };
        prop_assert_eq!(accepts(&case, service, &arrived), Ok(Form::Header));
        let arrived = Request { target: url.target(), headers: &query_headers, ..request };
        prop_assert_eq!(accepts(&case, service, &arrived), Ok(Form::Query));
    }

    /// Any text at all is read or refused; nothing panics, and no error quotes it.
    #[test]
    fn garbage_is_refused_in_order(
        method in "\\PC{0,3}|GET",
        target in "\\PC{0,8}|/[ -~]{0,30}|/\\?X-Amz-(Signature|Date|Expires|Credential|Algorithm|SignedHeaders|Security-Token)=[ -~]{0,20}",
        name in "\\PC{0,3}|host|authorization|x-amz-date|x-amz-content-sha256",
        value in vec(any::<u8>(), 0..20),
        parameters in "(AWS4-HMAC-SHA256 )?(Credential=[ -~]{0,20}|SignedHeaders=[a-z;]{0,9}|Signature=[0-9a-f]{0,65}|[ -~]{0,9}|, ?){0,5}",
        stamp in "[0-9]{8}T[0-9]{6}Z|\\PC{0,17}",
    ) {
        const MARK: &str = "SECRET-MARK";
        let marked = [value.as_slice(), MARK.as_bytes()].concat();
        let target = format!("{target}{MARK}");
        let headers: [Header<'_>; 4] = [
            (&name, &marked),
            ("host", b"h"),
            ("authorization", parameters.as_bytes()),
            ("x-amz-date", stamp.as_bytes()),
        ];
        for count in [0, 1, 2, 3, 4] {
            let request = Request {
                method: &method,
                target: &target,
                headers: &headers[..count],
                payload: Payload::Bytes(&value),
            };
            let at = Timestamp::from_unix(0).unwrap();
            let signer = Signer::new(Credentials::new("AKID", MARK), "r", "s3");
            let policy = Policy::new(&["r"], "s3");
            let errors = [
                signer.sign(&request, at).err(),
                signer.presign(&request, Duration::from_secs(1), at).err(),
                Claim::from_request(&request).err(),
                Claim::from_request(&request).ok().and_then(|claim| {
                    claim.verify(&claim.signing_key(MARK), &request, &policy, at).err()
                }),
                Timestamp::parse(&stamp).err(),
                Authorization::parse(&parameters).err(),
            ];
            for error in errors.into_iter().flatten() {
                prop_assert!(!error.to_string().contains(MARK));
                let debug = format!("{error:?}");
                prop_assert!(!debug.contains(MARK));
                prop_assert!(error.to_string().is_ascii());
            }
        }
    }
}

/// All that a signature covers in the header form, and itself; `None` where it cannot
/// be read.
fn meaning(case: &Case, rules: Rules) -> Option<(Vec<u8>, Body, Vec<u8>)> {
    let lines = |value: &[u8]| {
        let text = String::from_utf8_lossy(value).replace("\r\n", "\n");
        !text.contains('\r')
            && text
                .split('\n')
                .skip(1)
                .all(|line| line.starts_with([' ', '\t']))
    };
    if !case.target.starts_with('/') || !case.headers.iter().all(|(_, value)| lines(value)) {
        return None;
    }
    let canonical =
        crate::reference::canonical_request(&case.method, &case.target, &case.headers, "", rules)?;
    let body = match &case.body {
        _ if rules.always_unsigned => Body::Unsigned,
        other => other.clone(),
    };
    let is_authorization = |(name, _): &&(String, Vec<u8>)| name == "authorization";
    let authorization = case.headers.iter().find(is_authorization)?.1.clone();
    Some((canonical, body, authorization))
}

// ---- Counts at the limits of a policy ---------------------------------------------

proptest! {
    #![proptest_config(config(150))]

    /// What is exactly at a limit passes, one more does not, and the limit is named.
    #[test]
    fn limits_are_exact(case in case(false, true), service in select(&SERVICES[..])) {
        if case.is_refused_by(service) { return Ok(()) }
        let headers = case.headers();
        let request = case.request(&headers);
        let signer = case.signer(service);
        let signed = signer.sign(&request, case.at).unwrap();
        let headers = sent(&case, &signed);
        let headers = borrowed(&headers);
        let arrived = Request { target: signed.target(), headers: &headers, ..request };
        let claim = Claim::from_request(&arrived).unwrap();
        let key = claim.signing_key(&case.secret);
        let parameters = arrived.target.split_once('?').map_or(0, |(_, query)| {
            query.split('&').filter(|piece| !piece.is_empty()).count()
        });
        let bytes = headers.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>()
            + arrived.target.len();
        let regions = [case.region.as_str()];
        let exact = Policy {
            max_headers: headers.len(),
            max_parameters: parameters,
            max_head: bytes,
            ..policy(&regions, service)
        };
        let verify = |policy: &Policy<'_>| claim.verify(&key, &arrived, policy, case.at).map(|_| ());
        prop_assert_eq!(verify(&exact), Ok(()));
        let limit = headers.len() - 1;
        prop_assert_eq!(
            verify(&Policy { max_headers: limit, ..exact }),
            Err(Error::TooManyHeaders { count: headers.len(), limit })
        );
        let limit = bytes - 1;
        prop_assert_eq!(
            verify(&Policy { max_head: limit, ..exact }),
            Err(Error::HeadTooLarge { bytes, limit })
        );
        if let Some(limit) = parameters.checked_sub(1) {
            prop_assert_eq!(
                verify(&Policy { max_parameters: limit, ..exact }),
                Err(Error::TooManyParameters { count: parameters, limit })
            );
        }
    }

    /// To the second, both ways and in both forms.
    #[test]
    fn freshness_is_exact(
        seconds in FIRST_SECOND + 700_000..=LAST_SECOND - 700_000,
        skew in prop_oneof![Just(0_u64), Just(300), 0_u64..1_000],
        expires in prop_oneof![Just(1_u64), Just(604_800), 1_u64..=604_800],
    ) {
        let at = Timestamp::from_unix(seconds).unwrap();
        let signer = Signer::new(Credentials::new("AKID", "secret"), "r", "s");
        let headers: [Header<'_>; 1] = [("host", b"h")];
        let request = Request { method: "GET", target: "/", headers: &headers, payload: Payload::EMPTY };
        let policy = Policy { clock_skew: Duration::from_secs(skew), ..Policy::new(&["r"], "s") };
        let verify = |arrived: &Request<'_>, late: i64| {
            let claim = Claim::from_request(arrived).unwrap();
            let now = Timestamp::from_unix(seconds + late).unwrap();
            claim.verify(&claim.signing_key("secret"), arrived, &policy, now).map(|_| ())
        };
        let now = |late| Timestamp::from_unix(seconds + late).unwrap();
        let (allowed, life) = (skew.cast_signed(), expires.cast_signed());
        let too_early = Err(Error::NotYetCurrent { signed: at, now: now(-allowed - 1), limit: skew });

        let signed = signer.sign(&request, at).unwrap();
        let headers: Vec<Header<'_>> = [("host", b"h".as_slice())]
            .into_iter()
            .chain(signed.headers().map(|(name, value)| (name, value.as_bytes())))
            .collect();
        let arrived = Request { headers: &headers, ..request };
        prop_assert_eq!(verify(&arrived, allowed), Ok(()));
        prop_assert_eq!(verify(&arrived, -allowed), Ok(()));
        prop_assert_eq!(verify(&arrived, -allowed - 1), too_early);
        prop_assert_eq!(
            verify(&arrived, allowed + 1),
            Err(Error::Expired { signed: at, now: now(allowed + 1), limit: skew })
        );

        let url = signer.presign(&request, Duration::from_secs(expires), at).unwrap();
        let arrived = Request { target: url.target(), ..request };
        prop_assert_eq!(verify(&arrived, life), Ok(()));
        prop_assert_eq!(verify(&arrived, -allowed), Ok(()));
        prop_assert_eq!(verify(&arrived, -allowed - 1), too_early);
        prop_assert_eq!(
            verify(&arrived, life + 1),
            Err(Error::Expired { signed: at, now: now(life + 1), limit: expires })
        );
    }
}

// ---- Texts and their values -------------------------------------------------------

proptest! {
    #![proptest_config(config(400))]

    /// What is shown is what is hashed, and what is signed.
    #[test]
    fn text_and_hash_agree(case in case(false, true), service in select(&SERVICES[..])) {
        if case.is_refused_by(service) { return Ok(()) }
        let headers = case.headers();
        let request = case.request(&headers);
        let profile = profile(service);
        let canonical = CanonicalRequest::new(&request, &profile).unwrap();
        let bytes = canonical.to_bytes();
        prop_assert_eq!(crate::reference::hex(&canonical.hash()), crate::reference::sha256(&bytes));
        prop_assert_eq!(canonical.to_string(), String::from_utf8_lossy(&bytes));
        let lines: Vec<_> = bytes.split(|&byte| byte == b'\n').collect();
        let names = canonical.signed_headers();
        prop_assert_eq!(names.as_bytes(), lines[lines.len() - 2]);

        let signer = case.signer(service);
        let signed = signer.sign(&request, case.at).unwrap();
        let stages = signer.stages(&request, case.at).unwrap();
        let scope = Scope::new(&case.at, &case.region, service).unwrap();
        let digest = crate::reference::sha256(&stages.canonical_request);
        let mut hash = [0; 32];
        for (place, byte) in hash.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&digest[2 * place..2 * place + 2], 16).unwrap();
        }
        let string_to_sign = StringToSign { at: case.at, scope, canonical_request_hash: hash };
        prop_assert_eq!(string_to_sign.to_string(), stages.string_to_sign);
        prop_assert_eq!(scope.to_string(), stages.scope);
        let key = SigningKey::derive(&case.secret, &scope);
        prop_assert_eq!(key.sign(&string_to_sign), signed.signature());
        let known: [u8; 32] = crate::reference::signing_key(&case.who(service)).try_into().unwrap();
        prop_assert_eq!(SigningKey::from_bytes(&known).sign(&string_to_sign), signed.signature());
    }

    /// Whatever a signer keeps between signatures, each is that of a new signer.
    #[test]
    fn a_signer_does_not_remember(
        case in case(false, true),
        stamps in vec(timestamp(), 1..4),
        order in vec((any::<Index>(), 0..2_i64), 1..6),
    ) {
        let signer = case.signer("s3");
        let headers = case.headers();
        let request = case.request(&headers);
        for (index, seconds) in order {
            let at = stamps[index.index(stamps.len())];
            let at = Timestamp::from_unix(at.unix() + seconds).unwrap_or(at);
            let sign = |signer: &Signer| {
                let signed = signer.sign(&request, at).unwrap();
                let url = signer.presign(&request, case.expires(), at).unwrap();
                (signed.authorization().to_owned(), url.target().to_owned())
            };
            prop_assert_eq!(sign(&signer), sign(&case.signer("s3")));
            prop_assert_eq!(sign(&signer.clone()), sign(&signer));
        }
    }

    /// The same bytes from other places in memory, one allocation for each piece.
    #[test]
    fn where_the_bytes_lie_does_not_matter(case in case(false, true)) {
        let one: String = case.headers.iter().map(|(name, _)| name.as_str()).collect();
        let mut rest = one.as_str();
        let mut headers = Vec::new();
        for (name, value) in &case.headers {
            let (name, after) = rest.split_at(name.len());
            headers.push((name, value.as_slice()));
            rest = after;
        }
        let apart = case.clone();
        for service in SERVICES {
            let others = apart.headers();
            let signer = case.signer(service);
            let left = signer.sign(&case.request(&headers), case.at).map(|signed| signed.signature());
            let right = signer.sign(&apart.request(&others), case.at).map(|signed| signed.signature());
            prop_assert_eq!(left, right);
        }
    }

    /// Seconds, text and calendar are the same moment; the order is that of time.
    #[test]
    fn timestamps_round_trip(seconds in FIRST_SECOND..=LAST_SECOND, other in FIRST_SECOND..=LAST_SECOND) {
        let at = Timestamp::from_unix(seconds).unwrap();
        prop_assert_eq!(at.unix(), seconds);
        prop_assert_eq!(Timestamp::parse(at.as_str()), Ok(at));
        prop_assert_eq!(at.to_string().parse(), Ok(at));
        prop_assert_eq!(at.date(), &at.as_str()[..8]);
        prop_assert_eq!(at.as_str(), civil(seconds));
        prop_assert_eq!(at.cmp(&Timestamp::from_unix(other).unwrap()), seconds.cmp(&other));
    }

    #[test]
    fn any_second_is_a_timestamp_or_out_of_range(seconds: i64) {
        match Timestamp::from_unix(seconds) {
            Ok(at) => prop_assert_eq!(at.unix(), seconds),
            Err(error) => {
                prop_assert!(!(FIRST_SECOND..=LAST_SECOND).contains(&seconds));
                prop_assert_eq!(error, Error::TimeOutOfRange { unix_seconds: seconds });
            }
        }
    }

    /// Digits in the right places are a timestamp exactly if they name a moment.
    #[test]
    fn only_moments_that_exist_are_read(
        year in 0..10_000_i64, month in 0..14_i64, day in 0..33_i64,
        hour in 0..26_i64, minute in 0..62_i64, second in 0..62_i64,
    ) {
        let text = format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z");
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let days = match month { 2 if leap => 29, 2 => 28, 4 | 6 | 9 | 11 => 30, _ => 31 };
        let wrong = [
            (4, (1..=12).contains(&month)),
            (6, (1..=days).contains(&day)),
            (9, hour < 24),
            (11, minute < 60),
            (13, second < 60),
        ];
        let expected = wrong.iter().find(|(_, right)| !right);
        match Timestamp::parse(&text) {
            Ok(at) => {
                prop_assert!(expected.is_none());
                prop_assert_eq!(at.as_str(), text);
            }
            Err(error) => {
                let position = expected.unwrap().0;
                prop_assert_eq!(error, Error::InvalidTimestamp { position });
            }
        }
    }

    /// The header is read as it was written, its parameters in any order.
    #[test]
    fn authorization_round_trips(
        access_key_id in "[!-+\\-.0-:<>-~]{1,30}",
        region in "[a-z0-9-]{1,20}",
        service in "[a-z0-9.-]{1,20}",
        names in proptest::collection::btree_set("[!#$%&'*+.^_`|~0-9a-z-]{1,12}", 1..20),
        signature in "[0-9a-f]{64}",
        at in timestamp(),
        order in any::<u64>(),
        space in select(&["", " ", "  ", "\t", " \t "][..]),
    ) {
        let names: Vec<_> = names.into_iter().collect();
        let names = names.join(";");
        let written = Authorization {
            access_key_id: &access_key_id,
            scope: Scope::new(&at, &region, &service).unwrap(),
            signed_headers: &names,
            signature: Signature::parse(&signature).unwrap(),
        };
        let text = written.to_string();
        prop_assert_eq!(Authorization::parse(&text), Ok(written));
        prop_assert!(text.ends_with(&signature));
        let (algorithm, parameters) = text.split_once(' ').unwrap();
        let mut parameters: Vec<_> = parameters.split(", ").collect();
        shuffle(&mut parameters, order);
        let text = format!("{algorithm} {}", parameters.join(&format!("{space},{space}")));
        prop_assert_eq!(Authorization::parse(&text), Ok(written));
    }
}

/// The civil date of a unix time, counted day by day through the 400-year cycle.
fn civil(seconds: i64) -> String {
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let mut days = days + 719_528; // since 0000-01-01
    let leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let mut year = days.div_euclid(146_097) * 400;
    days = days.rem_euclid(146_097);
    while days >= 365 + i64::from(leap(year)) {
        days -= 365 + i64::from(leap(year));
        year += 1;
    }
    let february = 28 + i64::from(leap(year));
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    format!(
        "{year:04}{month:02}{:02}T{hour:02}{minute:02}{second:02}Z",
        days + 1
    )
}

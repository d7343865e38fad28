//! `explain`: one random mistake in a random request is named; no answer is too strange.

use proptest::prelude::*;
use sigv4::Timestamp;
use sigv4::explain::{Answer, Cause, Sent, explain};
use sigv4::{Claim, Credentials, Header, Payload, Policy, Profile, Request, Signer, Stages};

const TOKEN: &str = "SESSIONTOKEN";

/// A request as it is on the wire, or as it arrives.
#[derive(Clone, Debug)]
struct Wire {
    method: String,
    path: String,
    query: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Wire {
    fn with_request<T>(&self, use_it: impl FnOnce(&Request<'_>) -> T) -> T {
        let target = format!("{}?{}", self.path, self.query);
        let headers: Vec<Header<'_>> = self
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_bytes()))
            .collect();
        use_it(&Request {
            method: &self.method,
            target: &target,
            headers: &headers,
            payload: Payload::Bytes(&self.body),
        })
    }

    fn header(&mut self, wanted: &str) -> &mut String {
        let mut headers = self.headers.iter_mut();
        &mut headers.find(|(name, _)| name == wanted).unwrap().1
    }
}

#[derive(Clone, Copy, Debug)]
enum Mistake {
    None,
    Method,
    EscapedAgain,
    QueryEscapedAgain,
    SpaceAsPlus,
    TrailingSlash,
    DotSegment,
    PathPrefix,
    QueryOrder,
    QueryParameter,
    Port,
    Host,
    HeaderAltered,
    HeaderRemoved,
    TokenDropped,
    TokenAltered,
    Body,
    Date,
    Region,
    Service,
}

const ALL: [Mistake; 20] = [
    Mistake::None,
    Mistake::Method,
    Mistake::EscapedAgain,
    Mistake::QueryEscapedAgain,
    Mistake::SpaceAsPlus,
    Mistake::TrailingSlash,
    Mistake::DotSegment,
    Mistake::PathPrefix,
    Mistake::QueryOrder,
    Mistake::QueryParameter,
    Mistake::Port,
    Mistake::Host,
    Mistake::HeaderAltered,
    Mistake::HeaderRemoved,
    Mistake::TokenDropped,
    Mistake::TokenAltered,
    Mistake::Body,
    Mistake::Date,
    Mistake::Region,
    Mistake::Service,
];

/// Makes the mistake; `None` where the request gives no occasion for it.
fn arrives(sent: &Wire, mistake: Mistake, s3: bool) -> Option<(Wire, Cause)> {
    let mut wire = sent.clone();
    let meta = || "x-amz-meta-a".to_owned();
    let cause = match mistake {
        // Then it can only be the secret.
        Mistake::None => Cause::WrongSecret,
        Mistake::Method => {
            wire.method = "GET".into();
            Cause::Method
        }
        Mistake::EscapedAgain => {
            wire.path = wire.path.replace('%', "%25");
            Cause::DoubleEncoding
        }
        Mistake::QueryEscapedAgain => {
            wire.query = wire.query.replace('%', "%25");
            Cause::DoubleEncoding
        }
        Mistake::SpaceAsPlus => {
            wire.query = wire.query.replace("%20", "+");
            Cause::PlusSign
        }
        Mistake::TrailingSlash => {
            wire.path.push('/');
            Cause::TrailingSlash
        }
        // Other services remove them on both sides.
        Mistake::DotSegment if s3 => {
            wire.path.insert_str(0, "/x/..");
            Cause::DotSegments
        }
        Mistake::DotSegment => return None,
        Mistake::PathPrefix => {
            let (second, _) = wire.path.match_indices('/').nth(1)?;
            wire.path.drain(..second);
            Cause::PathPrefix
        }
        // Made later, in the strings.
        Mistake::QueryOrder => Cause::QueryOrder,
        Mistake::Region => Cause::WrongRegion {
            expected: Some("eu-west-1".into()),
        },
        Mistake::Service => Cause::WrongService {
            expected: Some("es".into()),
        },
        Mistake::Date => {
            *wire.header("x-amz-date") = "20150830T123601Z".into();
            Cause::Date
        }
        Mistake::QueryParameter => {
            wire.query.push_str("&zz=1");
            Cause::QueryParameters
        }
        Mistake::Port => {
            wire.header("host").push_str(":443");
            Cause::PortInHost
        }
        Mistake::Host => {
            *wire.header("host") = "internal".into();
            Cause::Host
        }
        Mistake::HeaderAltered => {
            wire.header("x-amz-meta-a").push_str(",b");
            Cause::HeaderAltered { name: meta() }
        }
        Mistake::HeaderRemoved => {
            wire.header("x-amz-meta-a").clear();
            Cause::HeaderRemoved { name: meta() }
        }
        Mistake::TokenDropped => {
            wire.header("x-amz-security-token").clear();
            Cause::SessionTokenMissing
        }
        Mistake::TokenAltered => {
            wire.header("x-amz-security-token").truncate(5);
            Cause::SessionTokenAltered
        }
        // S3 compares it with x-amz-content-sha256 before anything else.
        Mistake::Body if s3 => return None,
        Mistake::Body => {
            wire.body.push(b'x');
            Cause::PayloadHash
        }
    };
    Some((wire, cause))
}

/// What the service computes for what arrives.
fn computed(wire: &Wire, service: &str) -> Stages {
    wire.with_request(|request| {
        let claim = Claim::from_request(request).unwrap();
        let policy = Policy::new(&["us-east-1"], service);
        claim.stages(request, &policy).unwrap()
    })
}

fn message(canonical: &str, string_to_sign: &str) -> Vec<u8> {
    let message = format!(
        "The request signature we calculated does not match the signature you provided.\n\nThe \
         Canonical String for this request should have been\n'{canonical}'\n\nThe String-to-Sign \
         should have been\n'{string_to_sign}'\n"
    );
    serde_json::json!({ "message": message })
        .to_string()
        .into_bytes()
}

fn encoded(text: &str) -> String {
    let escape = |byte: u8| match byte {
        b'a'..=b'z' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(escape).collect()
}

/// Enough variety to need every kind of escape, with names that cannot become `.` or `..`.
fn piece() -> impl Strategy<Value = String> {
    "[a-z+ ü%&=']{1,6}".prop_map(|text| encoded(&text))
}

fn request() -> impl Strategy<Value = (Wire, bool)> {
    let path = prop::collection::vec(piece(), 1..4);
    let query = prop::collection::vec((piece(), piece()), 0..4);
    let body = prop::collection::vec(any::<u8>(), 0..9);
    (path, query, body, "[a-z]{1,8}", any::<bool>()).prop_map(|(path, query, body, meta, s3)| {
        let pairs: Vec<_> = query
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let wire = Wire {
            method: "POST".into(),
            path: format!("/{}", path.join("/")),
            query: pairs.join("&"),
            headers: vec![
                header("host", "abc123.execute-api.us-east-1.amazonaws.com"),
                header("x-amz-meta-a", &meta),
            ],
            body,
        };
        (wire, s3)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn one_mistake_is_named((wire, s3) in request(), pick in 0..ALL.len()) {
        let mistake = ALL[pick];
        let service = if s3 { "s3" } else { "execute-api" };
        let credentials = Credentials::new("ASIAEXAMPLE", "secret").with_session_token(TOKEN);
        let signer = Signer::new(credentials, "us-east-1", service);
        let at = Timestamp::parse("20150830T123600Z").unwrap();
        prop_assert_eq!(signer.profile(), &Profile::for_service(service));
        let stages = wire.with_request(|request| signer.stages(request, at)).unwrap();
        let mut sent = wire.clone();
        wire.with_request(|request| {
            for (name, value) in signer.sign(request, at).unwrap().headers() {
                sent.headers.push((name.to_owned(), value.to_owned()));
            }
        });

        let Some((arrived, cause)) = arrives(&sent, mistake, s3) else {
            return Ok(());
        };
        let theirs = computed(&arrived, service);
        let mut canonical = String::from_utf8(theirs.canonical_request).unwrap();
        let mut string_to_sign = theirs.string_to_sign;
        match mistake {
            Mistake::QueryOrder => {
                let query = canonical.split('\n').nth(2).unwrap().to_owned();
                let reversed = query.split('&').rev().collect::<Vec<_>>().join("&");
                canonical = canonical.replacen(&format!("\n{query}\n"), &format!("\n{reversed}\n"), 1);
                string_to_sign.replace_range(string_to_sign.len() - 64.., &"0".repeat(64));
            }
            Mistake::Region => string_to_sign = string_to_sign.replace("us-east-1", "eu-west-1"),
            Mistake::Service => {
                string_to_sign = string_to_sign.replace(&format!("/{service}/"), "/es/");
            }
            _ => {}
        }
        if canonical.as_bytes() == stages.canonical_request
            && !matches!(mistake, Mistake::None | Mistake::Region | Mistake::Service)
        {
            return Ok(()); // no occasion: nothing to escape, nothing to sort
        }

        let explanation = explain(
            &Sent::new(&stages, signer.credentials()),
            &Answer { status: 403, headers: &[], body: &message(&canonical, &string_to_sign) },
        );
        prop_assert_eq!(explanation.cause(), &cause, "{:?}: {:?}", mistake, explanation.differences);
        prop_assert_eq!(explanation.differences.is_empty(), matches!(mistake, Mistake::None));
        let shown = format!("{explanation:?}");
        prop_assert!(!shown.contains(TOKEN));
    }

    /// Whatever a service or a proxy sends, there is an explanation and no panic.
    #[test]
    fn any_bytes_are_an_answer(
        status in any::<u16>(),
        body in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..400),
            "[{}<>&;\"':\\\\/a-zA-Z#0-9\n ]{0,400}".prop_map(String::into_bytes),
        ],
        cut in 0..2_000_usize,
    ) {
        let signer = Signer::new(Credentials::new("AKIDEXAMPLE", "s"), "us-east-1", "execute-api");
        let request = Request {
            method: "GET",
            target: "/",
            headers: &[("host", b"example.com")],
            payload: Payload::EMPTY,
        };
        let stages = signer.stages(&request, Timestamp::EPOCH).unwrap();
        let sent = Sent::new(&stages, signer.credentials());
        let _ = explain(&sent, &Answer { status, headers: &[], body: &body });

        // A real answer, cut off anywhere.
        let canonical = String::from_utf8_lossy(&stages.canonical_request);
        let whole = message(&canonical, &stages.string_to_sign);
        let part = &whole[..cut.min(whole.len())];
        let found = explain(&sent, &Answer { status: 403, headers: &[], body: part });
        let known = matches!(
            found.cause(),
            Cause::Unknown | Cause::NoBody | Cause::MismatchUnshown | Cause::WrongSecret
        );
        prop_assert!(known, "{:?}", found.cause());
    }
}

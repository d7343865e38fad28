//! Verification: what a signature covers, what it leaves free, and what a policy changes.

use crate::support::RawRequest;
use crate::support::suite::{Case, Context, cases, context, unsigned};
use sigv4::{Claim, Credentials, Error, Form, Header, Payload, Policy, Profile, QueryPlus};
use sigv4::{Request, SessionToken, Signer, Timestamp, Verified};
use std::collections::BTreeMap;
use std::ops::Range;
use std::time::Duration;

const ACCESS_KEY_ID: &str = "AKIDEXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const REGIONS: &[&str] = &["us-east-1"];
const HASH: &str = "x-amz-content-sha256";

fn at() -> Timestamp {
    Timestamp::parse("20150830T123600Z").unwrap()
}

fn hour() -> Duration {
    Duration::from_secs(3_600)
}

fn signer(service: &str) -> Signer {
    Signer::new(
        Credentials::new(ACCESS_KEY_ID, SECRET),
        "us-east-1",
        service,
    )
}

/// A request as it arrives, owned, so that it can be changed.
#[derive(Clone, Debug)]
struct Arrived {
    service: &'static str,
    method: String,
    target: String,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
}

impl Arrived {
    fn new(service: &'static str, method: &str, target: &str) -> Self {
        Self {
            service,
            method: method.to_owned(),
            target: target.to_owned(),
            headers: vec![("host".to_owned(), b"abc.example.com".to_vec())],
            body: Vec::new(),
        }
    }

    fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers
            .push((name.to_owned(), value.as_ref().to_vec()));
        self
    }

    fn body(mut self, body: &str) -> Self {
        self.body = body.into();
        self
    }

    /// Hands the borrowed view to `look`.
    fn with<T>(&self, payload: Payload<'_>, look: impl FnOnce(&Request<'_>) -> T) -> T {
        let headers: Vec<Header<'_>> = self
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_slice()))
            .collect();
        look(&Request {
            method: &self.method,
            target: &self.target,
            headers: &headers,
            payload,
        })
    }

    fn signed(self, signer: &Signer) -> Self {
        self.signed_for(signer, Payload::Bytes(&self.body))
    }

    fn signed_for(&self, signer: &Signer, payload: Payload<'_>) -> Self {
        let mut signed = self.clone();
        self.with(payload, |request| {
            let result = signer.sign(request, at()).unwrap();
            result.target().clone_into(&mut signed.target);
            for (name, value) in result.headers() {
                signed.headers.push((name.to_owned(), value.into()));
            }
        });
        signed
    }

    fn presigned(mut self, signer: &Signer) -> Self {
        let url = self.with(Payload::Bytes(&self.body), |request| {
            signer.presign(request, hour(), at()).unwrap()
        });
        url.target().clone_into(&mut self.target);
        self
    }

    fn policy(&self) -> Policy<'static> {
        Policy::new(REGIONS, self.service)
    }

    /// The outcome for a service that knows one key.
    fn outcome(&self, policy: &Policy<'_>) -> Result<(), Error> {
        self.outcome_with(policy, Payload::Bytes(&self.body), |_| ())
    }

    fn outcome_with<T>(
        &self,
        policy: &Policy<'_>,
        payload: Payload<'_>,
        look: impl FnOnce(&Verified<'_>) -> T,
    ) -> Result<T, Error> {
        self.with(payload, |request| {
            let claim = Claim::from_request(request)?;
            let known = claim.access_key_id() == ACCESS_KEY_ID;
            let key = known.then(|| claim.signing_key(SECRET));
            let verified = claim.verify(key.as_ref(), request, policy, at())?;
            Ok(look(&verified))
        })
    }
}

// ---- The published suite ----------------------------------------------------------

/// Accepts what stands in `raw`, and hands back the form in which it was signed.
fn accept(raw: &RawRequest, context: &Context) -> Result<Form, Error> {
    let headers = raw.headers();
    let request = raw.request(&headers);
    let claim = Claim::from_request(&request)?;
    let regions = [context.region.as_str()];
    let policy = Policy {
        profile: context.profile(),
        ..Policy::new(&regions, &context.service)
    };
    let key = claim.signing_key(&context.credentials.secret_access_key);
    let verified = claim.verify(&key, &request, &policy, context.timestamp())?;
    assert_eq!(verified.access_key_id, context.credentials.access_key_id);
    assert_eq!(
        verified.session_token.as_deref(),
        context.credentials.token.as_deref()
    );
    Ok(claim.form())
}

fn with_signature(raw: &RawRequest, signer: &Signer, at: Timestamp) -> RawRequest {
    let headers = raw.headers();
    let request = raw.request(&headers);
    let signed = signer.sign(&request, at).unwrap();
    let mut sent = raw.clone();
    signed.target().clone_into(&mut sent.target);
    for (name, value) in signed.headers() {
        sent.headers.push((name.to_owned(), value.to_owned()));
    }
    sent
}

fn presigned(raw: &RawRequest, signer: &Signer, context: &Context) -> RawRequest {
    let headers = raw.headers();
    let request = raw.request(&headers);
    let expires = Duration::from_secs(context.expiration_in_seconds);
    let url = signer.presign(&request, expires, context.timestamp());
    let mut sent = raw.clone();
    url.unwrap().target().clone_into(&mut sent.target);
    sent
}

fn signable_cases() -> impl Iterator<Item = Case> {
    let folders = ["aws-v4", "s3", "iam"].into_iter();
    folders
        .flat_map(cases)
        .filter(|case| !case.request.is_empty())
}

#[test]
fn every_case_of_the_suite_goes_round() {
    let mut accepted = BTreeMap::<_, usize>::new();
    for case in signable_cases() {
        let (context, raw) = (context(&case), unsigned(&case));
        for signer in [context.signer(), context.signer().with_target_as_given()] {
            let sent = with_signature(&raw, &signer, context.timestamp());
            assert_eq!(accept(&sent, &context), Ok(Form::Header), "{}", case.case);
            *accepted.entry("header").or_default() += 1;
            if context.expiration_in_seconds > 0 {
                let sent = presigned(&raw, &signer, &context);
                assert_eq!(accept(&sent, &context), Ok(Form::Query), "{}", case.case);
                *accepted.entry("query").or_default() += 1;
            }
        }
    }
    println!("{accepted:?}");
    assert!(
        accepted["header"] >= 2 * 45 && accepted["query"] >= 2 * 38,
        "{accepted:?}"
    );
}

/// The signed requests that AWS publishes, as they stand.
#[test]
fn every_published_signed_request_is_accepted() {
    let mut accepted = 0;
    for case in cases("aws-v4") {
        let context = context(&case);
        for (form, published) in [(Form::Header, &case.header), (Form::Query, &case.query)] {
            let Some(lines) = &published.signed_request else {
                continue;
            };
            let sent = RawRequest::parse(lines);
            assert_eq!(accept(&sent, &context), Ok(form), "{} {form:?}", case.case);
            accepted += 1;
        }
    }
    assert!(accepted >= 76, "only {accepted}");
}

// ---- Tampering --------------------------------------------------------------------

/// Requests in which no byte is neutral but those that [`is_neutral`] names: no dot
/// segment, no doubled slash, no `name=` without a value, no white space at the ends.
fn header_bases() -> Vec<Arrived> {
    let token = Credentials::new(ACCESS_KEY_ID, SECRET).with_session_token("T0ken/+=");
    let temporary = Signer::new(token, "us-east-1", "execute-api");
    vec![
        Arrived::new("execute-api", "GET", "/prod/it%20ems?b=1&a-c=%C3%A9&a=2")
            .header("x-amz-meta", "a b")
            .signed(&signer("execute-api")),
        Arrived::new("execute-api", "POST", "/items")
            .header("content-type", "application/json")
            .body("{\"a\":1}")
            .signed(&temporary),
        Arrived::new("s3", "PUT", "/b/k%20e%2By?tagging=x")
            .body("object")
            .signed(&signer("s3")),
    ]
}

fn query_bases() -> Vec<Arrived> {
    let token = Credentials::new(ACCESS_KEY_ID, SECRET).with_session_token("T0ken/+=");
    let temporary = Signer::new(token, "us-east-1", "execute-api");
    vec![
        Arrived::new("execute-api", "GET", "/prod/items?b=%20x&a=2")
            .header("x-amz-meta", "a")
            .body("body")
            .presigned(&temporary),
        Arrived::new("s3", "GET", "/b/k%20ey").presigned(&signer("s3")),
    ]
}

/// Where a byte may change without a change of meaning.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    Method,
    Target,
    /// Names have no case.
    HeaderName,
    HeaderValue,
    /// White space around a comma separates nothing.
    Authorization,
    Body,
}

fn is_neutral(part: Part, before: &[u8], position: usize, to: Option<u8>, service: &str) -> bool {
    let from = before[position];
    let same_letter = to.is_some_and(|to| from.eq_ignore_ascii_case(&to));
    match part {
        Part::HeaderName => same_letter,
        // `%2f` and `%2F` are the same escape, wherever escapes are decoded.
        Part::Target => {
            let query = before
                .iter()
                .position(|&byte| byte == b'?')
                .unwrap_or(before.len());
            let decoded = position > query || service == "s3";
            let start = position.saturating_sub(2);
            decoded && same_letter && before[start..position].contains(&b'%')
        }
        Part::Authorization => {
            from == b' ' && before[position - 1] == b',' && matches!(to, None | Some(b'\t'))
        }
        Part::Method | Part::HeaderValue | Part::Body => false,
    }
}

/// Every byte replaced by every other one of `range`, and left out. `put` sets the text.
fn tamper(
    base: &Arrived,
    part: Part,
    before: &[u8],
    bytes: Range<u8>,
    put: impl Fn(&mut Arrived, Vec<u8>) -> bool,
) -> usize {
    let policy = base.policy();
    let mut refused = 0;
    for position in 0..before.len() {
        for to in bytes.clone().map(Some).chain([None]) {
            if to == Some(before[position]) {
                continue;
            }
            let mut after = before.to_vec();
            match to {
                Some(to) => after[position] = to,
                None => drop(after.remove(position)),
            }
            let mut changed = base.clone();
            if !put(&mut changed, after) {
                continue; // no text
            }
            let outcome = changed.outcome(&policy);
            let neutral = is_neutral(part, before, position, to, base.service);
            assert_eq!(
                outcome.is_ok(),
                neutral,
                "{part:?} at {position}, {to:?}: {changed:#?} {outcome:?}"
            );
            refused += usize::from(!neutral);
        }
    }
    refused
}

/// All parts; how many changes were refused.
fn tamper_with_all(base: &Arrived) -> usize {
    let printable = b' '..0x7f;
    let text = |bytes| String::from_utf8(bytes).ok();
    assert_eq!(base.outcome(&base.policy()), Ok(()), "{base:#?}");
    let mut refused = tamper(
        base,
        Part::Method,
        base.method.as_bytes(),
        printable.clone(),
        |to, bytes| text(bytes).map(|text| to.method = text).is_some(),
    );
    refused += tamper(
        base,
        Part::Target,
        base.target.as_bytes(),
        0..0x7f,
        |to, bytes| text(bytes).map(|text| to.target = text).is_some(),
    );
    for (index, (name, value)) in base.headers.iter().enumerate() {
        refused += tamper(
            base,
            Part::HeaderName,
            name.as_bytes(),
            printable.clone(),
            |to, bytes| text(bytes).map(|text| to.headers[index].0 = text).is_some(),
        );
        let (part, bytes) = match name.as_str() {
            "authorization" => (Part::Authorization, 0..0x7f),
            _ => (Part::HeaderValue, printable.clone()),
        };
        refused += tamper(base, part, value, bytes, |to, bytes| {
            to.headers[index].1 = bytes;
            true
        });
    }
    refused
        + tamper(base, Part::Body, &base.body, 0..0xff, |to, bytes| {
            to.body = bytes;
            true
        })
}

#[test]
fn every_single_byte_change_of_a_signed_request_is_refused() {
    let refused: Vec<_> = header_bases().iter().map(tamper_with_all).collect();
    println!("refused: {refused:?}");
    assert!(refused.iter().sum::<usize>() > 100_000, "{refused:?}");
}

#[test]
fn every_single_byte_change_of_a_presigned_request_is_refused() {
    let refused: Vec<_> = query_bases().iter().map(tamper_with_all).collect();
    println!("refused: {refused:?}");
    assert!(refused.iter().sum::<usize>() > 80_000, "{refused:?}");
}

// ---- Unknown keys -----------------------------------------------------------------

/// No secret at all, not even one from the source of this crate, makes a signature that
/// holds for an unknown access key.
#[test]
fn no_secret_opens_an_unknown_access_key() {
    for secret in ["no such key", "unknown", "-", "AWS4"] {
        let credentials = Credentials::new("AKIDUNKNOWN", secret);
        let stranger = Signer::new(credentials, "us-east-1", "execute-api");
        let base = Arrived::new("execute-api", "GET", "/items");
        for arrived in [base.clone().signed(&stranger), base.presigned(&stranger)] {
            let outcome = arrived.outcome(&arrived.policy());
            assert_eq!(outcome, Err(Error::SignatureMismatch), "{secret}");
        }
    }
}

// ---- Policy -----------------------------------------------------------------------

/// Signed by the reference, with just these headers, at a time of its own.
fn signed_by_hand(base: &Arrived, names: &[&str], time: &str) -> Arrived {
    let who = crate::reference::Who {
        access_key_id: ACCESS_KEY_ID.to_owned(),
        secret: SECRET.to_owned(),
        token: None,
        region: "us-east-1".to_owned(),
        service: base.service.to_owned(),
        time: time.to_owned(),
    };
    let arrived = base.clone().header("X-Amz-Date", time);
    let named = |name: &str| names.contains(&&*name.to_lowercase());
    let headers: Vec<_> = arrived
        .headers
        .iter()
        .filter(|(name, _)| named(name))
        .cloned()
        .collect();
    let canonical = crate::reference::canonical_request(
        &base.method,
        &base.target,
        &headers,
        &crate::reference::sha256(&base.body),
        crate::reference::Rules::of(base.service),
    );
    let (_, signature) = crate::reference::signature(&canonical.unwrap(), &who);
    arrived.header(
        "Authorization",
        format!(
            "AWS4-HMAC-SHA256 Credential={ACCESS_KEY_ID}/{}/us-east-1/{}/aws4_request, \
             SignedHeaders={}, Signature={signature}",
            &time[..8],
            base.service,
            names.join(";"),
        ),
    )
}

const NOW: &str = "20150830T123600Z";

#[test]
fn host_is_signed_unless_the_policy_says_otherwise() {
    let base = Arrived::new("execute-api", "GET", "/");
    let arrived = signed_by_hand(&base, &["x-amz-date"], NOW);
    let policy = arrived.policy();
    assert_eq!(arrived.outcome(&policy), Err(Error::HostNotSigned));
    let relaxed = Policy {
        host_signed: false,
        ..policy
    };
    assert_eq!(arrived.outcome(&relaxed), Ok(()));
}

#[test]
fn amz_headers_are_signed_unless_the_policy_says_otherwise() {
    let base = Arrived::new("execute-api", "GET", "/").header("X-aMz-Meta", "1");
    let arrived = signed_by_hand(&base, &["host", "x-amz-date"], NOW);
    let policy = arrived.policy();
    let expected = Err(Error::AmzHeaderNotSigned { index: 1 });
    assert_eq!(arrived.outcome(&policy), expected);
    let relaxed = Policy {
        amz_headers_signed: false,
        ..policy
    };
    assert_eq!(arrived.outcome(&relaxed), Ok(()));
    // A name that only starts alike.
    let base = Arrived::new("execute-api", "GET", "/").header("X-Amzn-Trace-Id", "1");
    let arrived = signed_by_hand(&base, &["host", "x-amz-date"], NOW);
    assert_eq!(arrived.outcome(&policy), Ok(()));
    // The date is in the string to sign, whether its header is signed or not.
    let base = Arrived::new("execute-api", "GET", "/");
    let mut arrived = signed_by_hand(&base, &["host"], NOW);
    let expected = Err(Error::AmzHeaderNotSigned { index: 1 });
    assert_eq!(arrived.outcome(&policy), expected);
    assert_eq!(arrived.outcome(&relaxed), Ok(()));
    arrived.headers[1].1 = b"20150830T123601Z".to_vec();
    assert_eq!(arrived.outcome(&relaxed), Err(Error::SignatureMismatch));
}

#[test]
fn content_type_is_signed_unless_the_policy_says_otherwise() {
    let base = Arrived::new("execute-api", "POST", "/").header("Content-Type", "text/plain");
    let arrived = signed_by_hand(&base, &["host", "x-amz-date"], NOW);
    let policy = arrived.policy();
    let expected = Err(Error::ContentTypeNotSigned { index: 1 });
    assert_eq!(arrived.outcome(&policy), expected);
    let relaxed = Policy {
        content_type_signed: false,
        ..policy
    };
    assert_eq!(arrived.outcome(&relaxed), Ok(()));
    // The maker of a presigned URL does not know it.
    let url = Arrived::new("execute-api", "POST", "/")
        .presigned(&signer("execute-api"))
        .header("Content-Type", "text/plain");
    assert_eq!(url.outcome(&policy), Ok(()));
}

/// What belongs to the signature is text, whatever the profile says about other headers.
#[test]
fn signing_headers_are_text() {
    let token = "x-amz-security-token";
    for name in ["authorization", "x-amz-date", HASH, token] {
        let base = Arrived::new("s3", "GET", "/").header(token, "token");
        let mut arrived = signed_by_hand(&base, &["host", "x-amz-date", token], NOW);
        if name == HASH {
            arrived = arrived.header(HASH, "UNSIGNED-PAYLOAD");
        }
        let named = |header: &(String, Vec<u8>)| header.0.eq_ignore_ascii_case(name);
        let index = arrived.headers.iter().position(named).unwrap();
        arrived.headers[index].1 = b"2015\xff".to_vec();
        let mut policy = arrived.policy();
        policy.profile.non_ascii_header_values = true;
        let expected = Err(Error::NonAsciiHeaderValue { index, position: 4 });
        assert_eq!(arrived.outcome(&policy), expected, "{name}");
    }
}

/// Of several faults in values, that of the first header is named.
#[test]
fn the_first_value_that_is_no_text_is_named() {
    let arrived = Arrived::new("execute-api", "GET", "/")
        .header("x-b", b"1\xff")
        .header("x-a", b"\xff");
    let expected = Error::NonAsciiHeaderValue {
        index: 1,
        position: 1,
    };
    let signer = signer("execute-api");
    let error = arrived.with(Payload::EMPTY, |request| {
        signer.sign(request, at()).map(|_| ()).unwrap_err()
    });
    assert_eq!(error, expected);
    let arrived = signed_by_hand(&arrived, &["host", "x-a", "x-amz-date", "x-b"], NOW);
    assert_eq!(arrived.outcome(&arrived.policy()), Err(expected));
}

/// A claim says nothing about the escapes of another request.
#[test]
fn escapes_are_checked_in_the_request_that_is_verified() {
    let signer = signer("execute-api");
    let signed = Arrived::new("execute-api", "GET", "/?a=%41").signed(&signer);
    let other = Arrived {
        target: "/?a=%4".to_owned(),
        ..signed.clone()
    };
    signed.with(Payload::EMPTY, |request| {
        let claim = Claim::from_request(request).unwrap();
        let key = claim.signing_key(SECRET);
        let policy = signed.policy();
        claim.verify(&key, request, &policy, at()).unwrap();
        other.with(Payload::EMPTY, |other| {
            let error = claim.verify(&key, other, &policy, at()).map(|_| ());
            assert_eq!(error, Err(Error::MalformedEscape { position: 4 }));
        });
    });
}

/// The parameters of a presigned URL are not those of a header's signature.
#[test]
fn a_lone_hash_parameter_is_an_ordinary_one() {
    let arrived = Arrived::new("execute-api", "GET", "/");
    let names = ["host", "x-amz-date"];
    for value in ["1", "%FF"] {
        let target = format!("/?X-Amz-Content-Sha256={value}");
        let arrived = Arrived {
            target: target.clone(),
            ..arrived.clone()
        };
        let unsigned = arrived.outcome(&arrived.policy());
        assert_eq!(unsigned, Err(Error::NotSigned));
        let signed = signed_by_hand(&arrived, &names, NOW);
        assert_eq!(signed.outcome(&signed.policy()), Ok(()), "{target}");
    }
}

/// Slashes of a credential may be escaped or not: there are four.
#[test]
fn a_credential_has_five_parts_however_it_is_spelt() {
    let url = Arrived::new("s3", "GET", "/").presigned(&signer("s3"));
    let escaped = "AKIDEXAMPLE%2F20150830%2Fus-east-1%2Fs3%2Faws4_request";
    assert!(url.target.contains(escaped));
    let outcome = |spelt: &str| {
        let target = url.target.replace(escaped, spelt);
        let changed = Arrived {
            target,
            ..url.clone()
        };
        changed.outcome(&changed.policy())
    };
    for spelt in [
        escaped.to_owned(),
        escaped.replace("%2F", "/"),
        escaped.replace("%2F", "%2f"),
        escaped.replacen("%2F", "/", 2),
        escaped.replace("us-east", "%75s-east"),
    ] {
        assert_eq!(outcome(&spelt), Ok(()), "{spelt}");
    }
    for (spelt, parts) in [
        (escaped.replace("AKID", "AK/ID"), 6),
        (escaped.replace("AKID", "AK%2FID"), 6),
        (escaped.replacen("%2F", "", 1), 4),
        (escaped.replacen("%2F", "%2E", 1), 4),
    ] {
        let expected = Err(Error::MalformedCredential { parts });
        assert_eq!(outcome(&spelt), expected, "{spelt}");
    }
}

/// The stages of a claim need the headers that it lists, whatever else is wrong with it.
#[test]
fn stages_have_every_listed_header() {
    for (names, index) in [
        (["a", "host", "x-amz-date"], 0),
        (["host", "via", "x-amz-date"], 1),
        (["host", "x-amz-date", "x-b"], 2),
    ] {
        let mut base = Arrived::new("execute-api", "GET", "/");
        for name in ["a", "via", "x-b"] {
            base = base.header(name, "1");
        }
        let mut arrived = signed_by_hand(&base, &names, NOW);
        arrived
            .headers
            .retain(|(name, _)| !["a", "via", "x-b"].contains(&name.as_str()));
        let stages = arrived.with(Payload::EMPTY, |request| {
            let claim = Claim::from_request(request).unwrap();
            claim.stages(request, &arrived.policy())
        });
        assert_eq!(stages, Err(Error::SignedHeaderMissing { index }));
    }
}

/// Never signed by this crate, but others do: what a claim lists counts.
#[test]
fn what_a_claim_lists_is_signed() {
    let base = Arrived::new("execute-api", "GET", "/").header("User-Agent", "a");
    let mut arrived = signed_by_hand(&base, &["host", "x-amz-date"], NOW);
    arrived.headers[1].1 = b"b".to_vec();
    assert_eq!(arrived.outcome(&arrived.policy()), Ok(()));

    let who = ["host", "via", "x-amz-date"];
    let base = Arrived::new("execute-api", "GET", "/").header("Via", "a");
    let mut arrived = signed_by_hand(&base, &who, NOW);
    assert_eq!(arrived.outcome(&arrived.policy()), Ok(()));
    arrived.headers[1].1 = b"b".to_vec();
    let expected = Err(Error::SignatureMismatch);
    assert_eq!(arrived.outcome(&arrived.policy()), expected);
    arrived.headers.remove(1);
    let expected = Err(Error::SignedHeaderMissing { index: 1 });
    assert_eq!(arrived.outcome(&arrived.policy()), expected);
}

#[test]
fn regions_and_service_are_expected() {
    let arrived = Arrived::new("execute-api", "GET", "/").signed(&signer("execute-api"));
    let policy = arrived.policy();
    let outcome = |regions: &[&str], service: &str| {
        arrived.outcome(&Policy {
            regions,
            service,
            ..policy
        })
    };
    assert_eq!(outcome(&["us-east-1"], "execute-api"), Ok(()));
    assert_eq!(outcome(&["eu-west-1", "us-east-1"], "execute-api"), Ok(()));
    assert_eq!(
        outcome(&["eu-west-1"], "execute-api"),
        Err(Error::WrongRegion)
    );
    assert_eq!(
        outcome(&["us-east-1x"], "execute-api"),
        Err(Error::WrongRegion)
    );
    assert_eq!(outcome(&[], "execute-api"), Err(Error::WrongRegion));
    assert_eq!(outcome(&["us-east-1"], "lambda"), Err(Error::WrongService));
    assert_eq!(
        outcome(&["us-east-1"], "Execute-api"),
        Err(Error::WrongService)
    );
}

/// `?a=b+c`, signed by those who read it as a space and by those who do not.
#[test]
fn both_spellings_of_plus_are_accepted_where_the_policy_says_so() {
    let base = Arrived::new("execute-api", "GET", "/?a=b+c%2B");
    let space = Profile {
        query_plus: QueryPlus::Space,
        ..Profile::DEFAULT
    };
    let as_space = signer("execute-api")
        .with_profile(space)
        .with_target_as_given();
    let as_plus = signer("execute-api").with_target_as_given();
    let mismatch = Err(Error::SignatureMismatch);
    for (forms, literal, spaced) in [
        (
            [
                base.clone().signed(&as_plus),
                base.clone().presigned(&as_plus),
            ],
            Ok(()),
            mismatch,
        ),
        (
            [
                base.clone().signed(&as_space),
                base.clone().presigned(&as_space),
            ],
            mismatch,
            Ok(()),
        ),
    ] {
        for arrived in forms {
            let policy = arrived.policy();
            assert!(arrived.target.contains("b+c"));
            assert_eq!(arrived.outcome(&policy), literal);
            let reads_spaces = Policy {
                profile: space,
                ..policy
            };
            assert_eq!(arrived.outcome(&reads_spaces), spaced);
            for policy in [policy, reads_spaces] {
                let both = Policy {
                    both_query_plus: true,
                    ..policy
                };
                assert_eq!(arrived.outcome(&both), Ok(()));
                let mut changed = arrived.clone();
                changed.target = changed.target.replace("b+c", "b-c");
                assert_eq!(changed.outcome(&both), mismatch);
            }
        }
    }
}

#[test]
fn limits_come_before_everything_else() {
    let arrived = Arrived::new("execute-api", "GET", "/?a=1&b=2&&c")
        .signed(&signer("execute-api"))
        .header("bad name", "\0");
    let policy = arrived.policy();
    assert_eq!((policy.max_headers, policy.max_parameters), (100, 1_000));
    assert_eq!(policy.max_head, 65_536);
    assert_eq!(policy.clock_skew, Duration::from_secs(300));
    let expected = Err(Error::TooManyHeaders { count: 4, limit: 3 });
    assert_eq!(
        arrived.outcome(&Policy {
            max_headers: 3,
            ..policy
        }),
        expected
    );
    let expected = Err(Error::TooManyParameters { count: 3, limit: 2 });
    assert_eq!(
        arrived.outcome(&Policy {
            max_parameters: 2,
            ..policy
        }),
        expected
    );
    let bytes = arrived.target.len()
        + arrived
            .headers
            .iter()
            .map(|(name, value)| name.len() + value.len())
            .sum::<usize>();
    let expected = Err(Error::HeadTooLarge { bytes, limit: 9 });
    assert_eq!(
        arrived.outcome(&Policy {
            max_head: 9,
            ..policy
        }),
        expected
    );
}

/// What is exactly at the limits is within them.
#[test]
fn limits_are_what_is_allowed() {
    let arrived = Arrived::new("execute-api", "GET", "/?a=1&b=2&&c").signed(&signer("execute-api"));
    let headers = arrived.headers.iter();
    let bytes: usize = headers.map(|(name, value)| name.len() + value.len()).sum();
    let policy = Policy {
        max_headers: arrived.headers.len(),
        max_parameters: 3,
        max_head: arrived.target.len() + bytes,
        ..arrived.policy()
    };
    assert_eq!(arrived.outcome(&policy), Ok(()));
}

/// One request with every fault there is; each is named in its turn.
#[test]
fn faults_are_named_in_the_documented_order() {
    let bad = Arrived::new("s3", "PUT", "/%zz")
        .header("x-bad", "\0")
        .header("x-amz-date", "20150830T000000Z")
        .header("x-amz-meta", "1")
        .header(HASH, crate::reference::sha256(b"other"))
        .header(
            "authorization",
            format!(
                "AWS4-HMAC-SHA256 Credential={ACCESS_KEY_ID}/20150830/eu-west-1/s4/aws4_request, \
                 SignedHeaders=a;x-amz-date, Signature={}",
                "0".repeat(64)
            ),
        );
    let mut policy = Policy {
        max_headers: 5,
        ..bad.policy()
    };
    let mut next = bad;
    assert_eq!(
        next.outcome(&policy),
        Err(Error::TooManyHeaders { count: 6, limit: 5 })
    );
    policy.max_headers = 6;
    let expected = Error::InvalidHeaderValue {
        index: 1,
        position: 0,
    };
    assert_eq!(next.outcome(&policy), Err(expected));
    next.headers[1].1 = b"1".to_vec();
    assert_eq!(
        next.outcome(&policy),
        Err(Error::MalformedEscape { position: 1 })
    );
    next.target = "/".to_owned();
    assert_eq!(next.outcome(&policy), Err(Error::WrongRegion));
    let authorization = |next: &mut Arrived, from: &str, to: &str| {
        let value = String::from_utf8(next.headers[5].1.clone()).unwrap();
        next.headers[5].1 = value.replace(from, to).into_bytes();
    };
    authorization(&mut next, "eu-west-1", "us-east-1");
    assert_eq!(next.outcome(&policy), Err(Error::WrongService));
    authorization(&mut next, "/s4/", "/s3/");
    let signed = Timestamp::parse("20150830T000000Z").unwrap();
    let expected = Error::Expired {
        signed,
        now: at(),
        limit: 300,
    };
    assert_eq!(next.outcome(&policy), Err(expected));
    next.headers[2].1 = NOW.into();
    let expected = Error::SignedHeaderMissing { index: 0 };
    assert_eq!(next.outcome(&policy), Err(expected));
    next.headers[1].0 = "a".to_owned();
    next.headers[1].1 = b"\xFF".to_vec();
    let expected = Error::NonAsciiHeaderValue {
        index: 1,
        position: 0,
    };
    assert_eq!(next.outcome(&policy), Err(expected));
    next.headers[1].1 = b"1".to_vec();
    assert_eq!(next.outcome(&policy), Err(Error::HostNotSigned));
    authorization(&mut next, "a;x-amz-date", "a;host;x-amz-date");
    let expected = Error::AmzHeaderNotSigned { index: 3 };
    assert_eq!(next.outcome(&policy), Err(expected));
    let names = "a;host;x-amz-content-sha256;x-amz-date;x-amz-meta";
    authorization(&mut next, "a;host;x-amz-date", names);
    assert_eq!(next.outcome(&policy), Err(Error::PayloadDiffers));
    next.body = b"other".to_vec();
    assert_eq!(next.outcome(&policy), Err(Error::SignatureMismatch));
}

// ---- Payload ----------------------------------------------------------------------

/// The body comes later: the stated hash is handed back, to be compared with it.
#[test]
fn a_streamed_body_is_checked_by_its_hash() {
    let body = b"a stream";
    let hash: [u8; 32] = (0..32)
        .map(|at| {
            u8::from_str_radix(&crate::reference::sha256(body)[2 * at..2 * at + 2], 16).unwrap()
        })
        .collect::<Vec<_>>()
        .try_into()
        .unwrap();
    let proven = |arrived: &Arrived, payload: Payload<'_>| {
        arrived.outcome_with(&arrived.policy(), payload, |verified| {
            verified.payload_sha256
        })
    };
    for service in ["s3", "execute-api"] {
        let base =
            Arrived::new(service, "PUT", "/key").header(HASH, crate::reference::sha256(body));
        let arrived = base.signed_for(&signer(service), Payload::Bytes(body));
        assert_eq!(
            proven(&arrived, Payload::Unsigned),
            Ok(Some(hash)),
            "{service}"
        );
        assert_eq!(proven(&arrived, Payload::Bytes(body)), Ok(Some(hash)));
        assert_eq!(proven(&arrived, Payload::Sha256(hash)), Ok(Some(hash)));
        let differs = Err(Error::PayloadDiffers);
        assert_eq!(proven(&arrived, Payload::Bytes(b"another")), differs);
        assert_eq!(proven(&arrived, Payload::Sha256([0; 32])), differs);
        // A stated hash that was changed is handed back to nobody.
        let mut changed = arrived.clone();
        changed.headers[1].1 = crate::reference::sha256(b"another").into();
        assert_eq!(
            proven(&changed, Payload::Unsigned),
            Err(Error::SignatureMismatch)
        );
    }
    // In a URL the hash is a parameter.
    let mut url = Arrived::new("s3", "PUT", "/key");
    url.target = url.with(Payload::Sha256(hash), |request| {
        let url = signer("s3").presign(request, hour(), at()).unwrap();
        url.target().to_owned()
    });
    assert_eq!(proven(&url, Payload::Bytes(body)), Ok(Some(hash)));
    let differs = Err(Error::PayloadDiffers);
    assert_eq!(proven(&url, Payload::Bytes(b"another")), differs);
    // Nothing stated, nothing to compare with.
    let arrived = Arrived::new("execute-api", "PUT", "/key").signed(&signer("execute-api"));
    assert_eq!(
        proven(&arrived, Payload::Unsigned),
        Err(Error::PayloadUnknown)
    );
    // Not covered at all.
    let base = Arrived::new("s3", "PUT", "/key");
    let unsigned = base.signed_for(&signer("s3"), Payload::Unsigned);
    let url = base.clone().presigned(&signer("s3"));
    let base = Arrived::new("vpc-lattice-svcs", "PUT", "/key");
    let lattice = base.signed_for(&signer("vpc-lattice-svcs"), Payload::Bytes(b"x"));
    for arrived in [unsigned, url, lattice] {
        for payload in [
            Payload::Unsigned,
            Payload::Bytes(b"anything"),
            Payload::Sha256([1; 32]),
        ] {
            assert_eq!(proven(&arrived, payload), Ok(None));
        }
    }
}

// ---- What is handed back ----------------------------------------------------------

#[test]
fn a_claim_says_what_it_was_made_of() {
    let credentials = Credentials::new(ACCESS_KEY_ID, SECRET).with_session_token("T/+=");
    let signer = Signer::new(credentials, "us-east-1", "execute-api");
    let base = Arrived::new("execute-api", "GET", "/?a=1").header("Range", "bytes=0-9");
    for (arrived, form, names, expires) in [
        (
            base.clone().signed(&signer),
            Form::Header,
            "host;range;x-amz-date;x-amz-security-token",
            None,
        ),
        (
            base.clone().presigned(&signer),
            Form::Query,
            "host;range",
            Some(3_600),
        ),
    ] {
        let policy = arrived.policy();
        let stages = base.with(Payload::EMPTY, |request| match form {
            Form::Header => signer.stages(request, at()).unwrap(),
            Form::Query => signer.presign_stages(request, hour(), at()).unwrap(),
        });
        arrived.with(Payload::EMPTY, |request| {
            let claim = Claim::from_request(request).unwrap();
            assert_eq!(claim.form(), form);
            assert_eq!(claim.access_key_id(), ACCESS_KEY_ID);
            let scope = "20150830/us-east-1/execute-api/aws4_request";
            assert_eq!(claim.scope().to_string(), scope);
            assert_eq!(claim.at(), at());
            assert_eq!(claim.expires(), expires);
            assert_eq!(claim.signed_headers(), names);
            let seen = claim.stages(request, &policy).unwrap();
            assert_eq!(seen.canonical_request, stages.canonical_request);
            assert_eq!(seen.string_to_sign, stages.string_to_sign);
            assert_eq!(
                (seen.scope, seen.signed_headers),
                (stages.scope, stages.signed_headers)
            );
        });
        let verified = arrived.outcome_with(&policy, Payload::EMPTY, |verified| {
            assert_eq!(verified.session_token.as_deref(), Some("T/+="));
            assert_eq!(verified.signed_headers, names);
            assert_eq!(verified.scope.region(), "us-east-1");
        });
        assert_eq!(verified, Ok(()));
    }
}

/// Where a token is appended after signing, it proves nothing: the caller has to check it.
#[test]
fn an_appended_token_is_handed_back_unproven() {
    let credentials = Credentials::new(ACCESS_KEY_ID, SECRET).with_session_token("T0");
    let signer = Signer::new(credentials, "us-east-1", "iotdevicegateway");
    let mut url = Arrived::new("iotdevicegateway", "GET", "/mqtt").presigned(&signer);
    let token = |arrived: &Arrived| {
        let policy = arrived.policy();
        arrived.outcome_with(&policy, Payload::EMPTY, |verified| {
            verified.session_token.as_deref().map(String::from)
        })
    };
    assert_eq!(token(&url), Ok(Some("T0".to_owned())));
    url.target = url.target.replace("Token=T0", "Token=T1");
    assert_eq!(token(&url), Ok(Some("T1".to_owned())));
    url.target = url.target.replace("&X-Amz-Security-Token=T1", "");
    assert_eq!(token(&url), Ok(None));

    let profile = Profile {
        header_session_token: SessionToken::AppendedAfterSigning,
        ..Profile::DEFAULT
    };
    let mut arrived =
        Arrived::new("iotdevicegateway", "GET", "/").signed(&signer.with_profile(profile));
    let strict = Err(Error::AmzHeaderNotSigned { index: 3 });
    assert_eq!(arrived.outcome(&arrived.policy()), strict);
    let policy = Policy {
        profile,
        ..arrived.policy()
    };
    assert_eq!(arrived.outcome(&policy), Ok(()));
    arrived.headers.last_mut().unwrap().1 = b"T1".to_vec();
    assert_eq!(arrived.outcome(&policy), Ok(()));
}

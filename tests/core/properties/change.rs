//! A request that was changed on its way.

use super::case::{Body, Case, accepts, borrowed, case, sent};
use super::config::{SERVICES, config};
use super::strategies::value;
use crate::reference::Rules;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use sigv4::{Form, Request};

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
}

//! Whether the order of parameters and headers matters.

use super::case::{borrowed, case, profile};
use super::config::{SERVICES, config};
use super::shuffle::shuffle;
use super::strategies::{headers, value};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use sigv4::{CanonicalRequest, Payload, Request};

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

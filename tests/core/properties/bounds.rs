//! What is exactly at a limit passes, one more does not.

use super::case::{borrowed, case, policy, sent};
use super::config::{SERVICES, config};
use super::strategies::{FIRST_SECOND, LAST_SECOND};
use proptest::prelude::*;
use proptest::sample::select;
use sigv4::{Claim, Credentials, Error, Header, Payload, Policy, Request, Signer, Timestamp};
use std::time::Duration;

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
        let mut exact = policy(&regions, service);
        exact.max_headers = headers.len();
        exact.max_parameters = parameters;
        exact.max_head = bytes;
        let verify = |change: &dyn Fn(&mut Policy<'_>)| {
            let mut policy = exact;
            change(&mut policy);
            claim.verify(&key, &arrived, &policy, case.at).map(|_| ())
        };
        prop_assert_eq!(verify(&|_| ()), Ok(()));
        let limit = headers.len() - 1;
        prop_assert_eq!(
            verify(&|policy| policy.max_headers = limit),
            Err(Error::TooManyHeaders { count: headers.len(), limit })
        );
        let limit = bytes - 1;
        prop_assert_eq!(
            verify(&|policy| policy.max_head = limit),
            Err(Error::HeadTooLarge { bytes, limit })
        );
        if let Some(limit) = parameters.checked_sub(1) {
            prop_assert_eq!(
                verify(&|policy| policy.max_parameters = limit),
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
        let mut policy = Policy::new(&["r"], "s");
        policy.clock_skew = Duration::from_secs(skew);
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

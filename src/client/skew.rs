//! Clocks that drift: how far this machine's is from the service's.

use crate::client::http_date::parse_http_date;
use crate::sources::lock::lock;
use http::HeaderMap;
use http::header::{AGE, DATE};
use std::collections::VecDeque;
use std::prelude::rust_2024::*;
use std::sync::{Arc, Mutex};

/// A response that took longer says nothing about the time.
const MAX_ELAPSED: i64 = 15 * 60;
/// Services allow five minutes; below four there is nothing to correct.
const TOLERATED: i64 = 4 * 60;
/// A clock that is further off is not a clock that drifts: that `Date` is not believed.
const MAX_OFFSET: u64 = 24 * 60 * 60;

/// Of how many hosts an offset is kept; the one that was found first is forgotten for
/// another.
const MAX_HOSTS: usize = 64;

/// Seconds to add to this machine's clock, for each host and port: what one says of the
/// time must not date what is sent to another. Shared by all who sign through one client.
#[derive(Clone, Default)]
pub(crate) struct Skew(Arc<Mutex<VecDeque<(String, i64)>>>);

impl Skew {
    pub(crate) fn offset(&self, host: &str) -> i64 {
        let known = lock(&self.0);
        let found = known.iter().find(|(known, _)| known == host);
        found.map_or(0, |(_, offset)| *offset)
    }

    pub(crate) fn set(&self, host: &str, offset: i64) {
        let mut known = lock(&self.0);
        known.retain(|(known, _)| known != host);
        if known.len() >= MAX_HOSTS {
            known.pop_front();
        }
        known.push_back((host.into(), offset));
    }
}

/// The service's clock minus this machine's: its `Date` less the middle between sending
/// and receiving, all in seconds since 1970. Nothing from a cache (`Age`), nothing that
/// took over 15 minutes, and nothing beyond a day.
pub(crate) fn measure(headers: &HeaderMap, sent: i64, received: i64) -> Option<i64> {
    let elapsed = received.checked_sub(sent)?;
    if headers.contains_key(AGE) || !(0..=MAX_ELAPSED).contains(&elapsed) {
        return None;
    }
    let date = parse_http_date(headers.get(DATE)?.to_str().ok()?)?;
    let middle = sent.checked_add(elapsed.checked_div(2)?)?;
    let offset = date.checked_sub(middle)?;
    (offset.unsigned_abs() <= MAX_OFFSET).then_some(offset)
}

/// Whether a request that was signed with one offset is worth signing again with another.
pub(crate) fn is_worth_it(used: i64, measured: i64) -> bool {
    measured.abs_diff(used) > TOLERATED.unsigned_abs()
}

#[cfg(test)]
mod tests {
    use super::{MAX_HOSTS, Skew, is_worth_it, measure};
    use http::{HeaderMap, HeaderValue};
    use std::format;

    #[test]
    fn each_host_has_its_own() {
        let skew = Skew::default();
        assert_eq!(skew.offset("a:443"), 0);
        skew.set("a:443", 300);
        skew.set("b:443", -300);
        skew.set("a:443", 400);
        let offsets = ["a:443", "b:443", "a:80"].map(|host| skew.offset(host));
        assert_eq!(offsets, [400, -300, 0]);
        for number in 0..MAX_HOSTS {
            skew.set(&format!("{number}:443"), 1);
        }
        assert_eq!([skew.offset("a:443"), skew.offset("0:443")], [0, 1]);
        assert_eq!(skew.0.lock().unwrap().len(), MAX_HOSTS);
    }

    #[test]
    fn offsets() {
        let midnight = 1_369_353_600;
        let mut headers = HeaderMap::new();
        assert_eq!(measure(&headers, midnight, midnight), None);
        headers.insert(
            "date",
            HeaderValue::from_static("Fri, 24 May 2013 00:00:00 GMT"),
        );
        for (sent, received, expected) in [
            (midnight, midnight, Some(0)),
            (midnight - 300, midnight - 300, Some(300)),
            (midnight + 300, midnight + 310, Some(-305)),
            (midnight - 900, midnight, Some(450)),
            (midnight - 901, midnight, None),
            (midnight, midnight - 1, None),
            (midnight - 86_400, midnight - 86_400, Some(86_400)),
            (midnight - 86_401, midnight - 86_401, None),
            (midnight + 86_400, midnight + 86_400, Some(-86_400)),
            (midnight + 86_401, midnight + 86_401, None),
            (i64::MIN, i64::MIN, None),
        ] {
            assert_eq!(measure(&headers, sent, received), expected);
        }
        headers.insert("age", HeaderValue::from_static("0"));
        assert_eq!(measure(&headers, midnight, midnight), None);
        headers.remove("age");
        headers.insert("date", HeaderValue::from_static("yesterday"));
        assert_eq!(measure(&headers, midnight, midnight), None);
    }

    #[test]
    fn four_minutes() {
        for (used, measured, worth) in [
            (0, 240, false),
            (0, -240, false),
            (0, 241, true),
            (0, -241, true),
            (600, 610, false),
            (600, 0, true),
            (i64::MIN, i64::MAX, true),
        ] {
            assert_eq!(is_worth_it(used, measured), worth, "{used} {measured}");
        }
    }
}

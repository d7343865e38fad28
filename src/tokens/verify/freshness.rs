//! How old a call of STS may be that somebody else signed.

use crate::request::timestamp::Timestamp;
use core::time::Duration;

pub(super) enum Stale {
    Expired { limit: u64 },
    NotYet { limit: u64 },
}

/// At most so many seconds old, nor further ahead than clocks may be apart.
pub(super) fn check_freshness(
    at: Timestamp,
    now: Timestamp,
    max_age: u64,
    clock_skew: Duration,
) -> Result<(), Stale> {
    let skew = clock_skew.as_secs();
    let age = i128::from(now.since(&at));
    if age > i128::from(max_age) {
        return Err(Stale::Expired { limit: max_age });
    }
    if age < i128::from(skew).saturating_neg() {
        return Err(Stale::NotYet { limit: skew });
    }
    Ok(())
}

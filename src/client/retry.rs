//! Whether, and after what time, a failed attempt is made again.
//! [Exponential backoff and jitter](https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/)

use crate::client::http_date::parse_http_date;
use core::time::Duration;
use http::header::RETRY_AFTER;
use http::{HeaderMap, Method};

/// How often and how patiently a call is tried.
///
/// Tried again are transport errors before a response, and the statuses 429, 500, 502,
/// 503 and 504, for idempotent methods; every attempt is signed anew. A `Retry-After`
/// is obeyed; where it asks for more than `max_retry_after` or than the call has left,
/// the call ends.
///
/// ```
/// use sigv4::client::{Client, RetryPolicy};
/// use std::time::Duration;
///
/// let patient = RetryPolicy::default().max_attempts(5).max_delay(Duration::from_secs(20));
/// let client = Client::builder().retry(patient);
/// assert_eq!(RetryPolicy::NONE.max_attempts, 1);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// With the first one; 1 turns retries off.
    pub max_attempts: u32,
    /// The longest first pause; it doubles with every attempt.
    pub base_delay: Duration,
    /// No pause is longer, unless the service asks for it.
    pub max_delay: Duration,
    /// The longest `Retry-After` that is obeyed.
    pub max_retry_after: Duration,
    /// Also methods that are not idempotent (POST, PATCH): a call can then happen twice.
    pub all_methods: bool,
}

impl RetryPolicy {
    /// One attempt.
    pub const NONE: Self = Self {
        max_attempts: 1,
        ..Self::DEFAULT
    };

    const DEFAULT: Self = Self {
        max_attempts: 3,
        base_delay: Duration::from_millis(100),
        max_delay: Duration::from_secs(5),
        max_retry_after: Duration::from_secs(20),
        all_methods: false,
    };

    /// How often a call is tried, with the first time.
    #[must_use]
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts;
        self
    }

    /// The longest first pause.
    #[must_use]
    pub fn base_delay(mut self, delay: Duration) -> Self {
        self.base_delay = delay;
        self
    }

    /// The longest pause that the service does not ask for.
    #[must_use]
    pub fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay;
        self
    }

    /// The longest `Retry-After` that is obeyed.
    #[must_use]
    pub fn max_retry_after(mut self, delay: Duration) -> Self {
        self.max_retry_after = delay;
        self
    }

    /// Repeats methods that are not idempotent (POST, PATCH), too: a call can then happen
    /// twice.
    #[must_use]
    pub fn all_methods(mut self) -> Self {
        self.all_methods = true;
        self
    }
}

impl Default for RetryPolicy {
    /// 3 attempts, pauses up to 100 ms and 200 ms, `Retry-After` up to 20 s.
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// An attempt that failed in a way that another might not.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Failed {
    /// Counted from one.
    pub attempt: u32,
    /// The method is idempotent, or the caller says that it may be repeated.
    pub repeatable: bool,
    pub retry_after: Option<Duration>,
    /// What is left of the call's time.
    pub left: Duration,
    /// Uniform over all of `u32`.
    pub random: u32,
}

impl RetryPolicy {
    /// The pause before the next attempt; `None` ends the call.
    pub(crate) fn pause(&self, failed: &Failed) -> Option<Duration> {
        if failed.attempt >= self.max_attempts || !(failed.repeatable || self.all_methods) {
            return None;
        }
        let pause = match failed.retry_after {
            Some(asked) if asked > self.max_retry_after => return None,
            Some(asked) => asked,
            None => self.jittered(failed),
        };
        (pause < failed.left).then_some(pause)
    }

    /// Full jitter: anything from nothing to `base_delay` times two for each attempt.
    fn jittered(&self, failed: &Failed) -> Duration {
        let doublings = failed.attempt.saturating_sub(1).min(31);
        let longest = self
            .base_delay
            .saturating_mul(1_u32.checked_shl(doublings).unwrap_or(u32::MAX))
            .min(self.max_delay);
        let fraction = f64::from(failed.random) / f64::from(u32::MAX);
        Duration::try_from_secs_f64(longest.as_secs_f64() * fraction).unwrap_or(longest)
    }
}

/// Methods that can be repeated without harm (RFC 9110, 9.2.2).
pub(crate) fn is_idempotent(method: &Method) -> bool {
    [
        Method::GET,
        Method::HEAD,
        Method::PUT,
        Method::DELETE,
        Method::OPTIONS,
        Method::TRACE,
    ]
    .contains(method)
}

pub(crate) fn is_retryable_status(status: u16) -> bool {
    matches!(status, 429 | 500 | 502 | 503 | 504)
}

/// Seconds, or a date (RFC 9110, 10.2.3). `now` is in seconds since 1970.
pub(crate) fn retry_after(headers: &HeaderMap, now: i64) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let seconds = parse_http_date(text)?.saturating_sub(now);
    Some(Duration::from_secs(u64::try_from(seconds).unwrap_or(0)))
}

/// From the system's generator; the longest pause where it has none.
pub(crate) fn random() -> u32 {
    let mut bytes = [0; 4];
    match getrandom::getrandom(&mut bytes) {
        Ok(()) => u32::from_ne_bytes(bytes),
        Err(_) => u32::MAX,
    }
}

#[cfg(test)]
mod tests {
    use super::{Failed, RetryPolicy, retry_after};
    use core::time::Duration;
    use http::{HeaderMap, HeaderValue};

    const FAILED: Failed = Failed {
        attempt: 1,
        repeatable: true,
        retry_after: None,
        left: Duration::from_secs(60),
        random: u32::MAX,
    };

    #[test]
    fn pauses() {
        let policy = RetryPolicy {
            max_attempts: 40,
            ..RetryPolicy::default()
        };
        // Attempt, asked to wait (ms), left (ms), the pause (ms).
        for (attempt, asked, left, expected) in [
            (1, None, 60_000, Some(100)),
            (2, None, 60_000, Some(200)),
            (3, None, 60_000, Some(400)),
            (39, None, 60_000, Some(5000)),
            (40, None, 60_000, None),
            (1, None, 100, None),
            (1, Some(3000), 60_000, Some(3000)),
            (1, Some(0), 60_000, Some(0)),
            (1, Some(20_000), 60_000, Some(20_000)),
            (1, Some(20_001), 60_000, None),
            (1, Some(9000), 8000, None),
        ] {
            let failed = Failed {
                attempt,
                retry_after: asked.map(Duration::from_millis),
                left: Duration::from_millis(left),
                ..FAILED
            };
            let pause = policy.pause(&failed).map(|pause| pause.as_millis());
            assert_eq!(pause, expected, "{failed:?}");
        }
        let default = RetryPolicy::default();
        assert!(
            default
                .pause(&Failed {
                    attempt: 2,
                    ..FAILED
                })
                .is_some()
        );
        assert!(
            default
                .pause(&Failed {
                    attempt: 3,
                    ..FAILED
                })
                .is_none()
        );
        let post = Failed {
            repeatable: false,
            ..FAILED
        };
        let all = RetryPolicy {
            all_methods: true,
            ..default
        };
        assert!(all.pause(&post).is_some());
        assert!(default.pause(&post).is_none());
    }

    #[test]
    fn jitter_is_spread_evenly() {
        let half = Failed {
            random: u32::MAX / 2,
            ..FAILED
        };
        let pause = RetryPolicy::default().pause(&half).unwrap();
        assert_eq!(pause.as_millis(), 50);
        assert_ne!(super::random(), super::random());
    }

    #[test]
    fn asked_to_wait() {
        let midnight = 1_369_353_600;
        for (text, expected) in [
            ("0", Some(0)),
            (" 7 ", Some(7)),
            ("99999999999999999999", Some(u64::MAX)),
            ("Fri, 24 May 2013 00:00:09 GMT", Some(9)),
            ("Thu, 23 May 2013 00:00:00 GMT", Some(0)),
            ("-1", None),
            ("soon", None),
            ("", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert("retry-after", HeaderValue::from_str(text).unwrap());
            let asked = retry_after(&headers, midnight).map(|asked| asked.as_secs());
            assert_eq!(asked, expected, "{text}");
        }
        assert_eq!(retry_after(&HeaderMap::new(), 0), None);
    }
}

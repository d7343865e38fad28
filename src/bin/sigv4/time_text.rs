//! Times for other tools.

use sigv4::Timestamp;

/// As AWS's tools write it: `2015-08-30T12:36:00Z`.
pub(crate) fn extended(time: Timestamp) -> String {
    let basic = time.to_string();
    let part = |from, to| basic.get(from..to).unwrap_or_default();
    let date = format!("{}-{}-{}", part(0, 4), part(4, 6), part(6, 8));
    format!("{date}T{}:{}:{}Z", part(9, 11), part(11, 13), part(13, 15))
}

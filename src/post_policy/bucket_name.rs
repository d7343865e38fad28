//! Names of buckets
//! ([naming rules](https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html)).

/// Where a name has what no bucket's has, those of before 2018 included; an empty one at its start.
pub(crate) fn invalid_at(bucket: &str) -> Option<usize> {
    if bucket.is_empty() {
        return Some(0);
    }
    let in_bucket = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    bucket.bytes().position(|byte| !in_bucket(byte))
}

/// Whether a name is one label of a host's.
pub(super) fn is_label(bucket: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let inner = |byte: u8| plain(byte) || byte == b'-';
    let ends = [bucket.bytes().next(), bucket.bytes().next_back()];
    (3..=63).contains(&bucket.len())
        && bucket.bytes().all(inner)
        && ends.into_iter().flatten().all(plain)
}

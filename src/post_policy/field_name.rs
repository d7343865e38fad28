//! Names of form fields, which are compared without regard to case.

pub(super) const ALGORITHM: &str = "x-amz-algorithm";
pub(super) const CREDENTIAL: &str = "x-amz-credential";
pub(super) const DATE: &str = "x-amz-date";
pub(super) const TOKEN: &str = "x-amz-security-token";
pub(super) const SIGNATURE: &str = "x-amz-signature";
pub(super) const POLICY: &str = "policy";
pub(super) const BUCKET: &str = "bucket";
pub(super) const KEY: &str = "key";
pub(super) const FILE: &str = "file";

/// What S3 puts the file's name in the place of.
pub(super) const FILENAME: &str = "${filename}";

/// What signing writes.
const SIGNED: [&str; 8] = [
    ALGORITHM, CREDENTIAL, DATE, TOKEN, SIGNATURE, POLICY, BUCKET, FILE,
];

/// Whether a field is not the caller's to give.
pub(super) fn is_reserved(name: &str) -> bool {
    is_bound(name) || name.eq_ignore_ascii_case(KEY)
}

/// Whether a condition on it is not the caller's to give.
pub(super) fn is_bound(name: &str) -> bool {
    SIGNED
        .iter()
        .any(|signed| signed.eq_ignore_ascii_case(name))
}

/// Whether a value begins so. Of a content type with commas each part has to, as browsers send one for
/// several files ([condition matching](https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html)).
pub(super) fn begins(name: &str, value: &str, prefix: &str) -> bool {
    if name.eq_ignore_ascii_case("content-type") {
        return value
            .split(',')
            .all(|part| part.trim_start().starts_with(prefix));
    }
    value.starts_with(prefix)
}

//! What a region may be called.

/// What is wrong with what is none.
pub(crate) const NO_REGION: &str = "is no name of a region: up to 63 letters, digits and hyphens";

/// A region becomes a label of a host.
/// [RFC 1123, 2.1](https://www.rfc-editor.org/rfc/rfc1123#section-2.1)
pub(crate) fn is_region(name: &str) -> bool {
    let may_stand = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    name.len() <= 63 && name.bytes().all(may_stand)
}

/// What is wrong with what is no set of regions.
#[cfg(feature = "v4a")]
pub(crate) const NO_REGION_SET: &str =
    "is no list of regions: names joined by commas, where a * may be a name's last character";

//! The hosts of AWS STS.

use crate::endpoint::{are_of_one_partition, suffix_of};

/// In front of the region. With `-fips` the endpoint's cryptography is validated (FIPS 140).
const NAMES: [&str; 2] = ["sts", "sts-fips"];

/// The one host without a region, of the partition that has [this one](GLOBAL_REGION).
const GLOBAL: &str = "sts.amazonaws.com";
const GLOBAL_REGION: &str = "us-east-1";

/// Whether a host is an endpoint of STS in the partition that a region is of: `sts` or `sts-fips`,
/// a region of that partition, and the domain of the partition for addresses of IPv4 or of both
/// kinds; nothing else in front, no port, lower case.
/// [STS endpoints](https://docs.aws.amazon.com/general/latest/gr/sts.html)
pub(super) fn is_sts_host(host: &str, region: &str) -> bool {
    if host == GLOBAL {
        return are_of_one_partition(GLOBAL_REGION, region);
    }
    let parts = host.split_once('.').and_then(|(name, rest)| {
        let (of, domain) = rest.split_once('.')?;
        Some((name, of, domain))
    });
    parts.is_some_and(|(name, of, domain)| {
        NAMES.contains(&name)
            && are_of_one_partition(of, region)
            && [false, true]
                .map(|dualstack| suffix_of(of, dualstack))
                .contains(&Some(domain))
    })
}

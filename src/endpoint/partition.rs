//! AWS's domains and the regions behind each.
//! [Partitions](https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html)

use crate::endpoint::table::{count, rows};

/// `DOMAIN PREFIX|PREFIX GLOBAL-REGION`, the longest domain first.
static PARTITIONS: [[&str; 3]; count(TEXT)] = rows(TEXT);

const TEXT: &str = include_str!("partitions.txt");

/// Domains that are AWS's too, where no model has an endpoint of its own: nothing is guessed
/// for their hosts.
const OTHER_DOMAINS: [&str; 5] = [
    "aws",
    "aws.amazon.com",
    "amazonaws.cn",
    "amazonwebservices.com.cn",
    "amazonwebservices.eu",
];

/// What stands before the first of AWS's domains that the host ends in, and that domain; nothing
/// before the domain itself, but for `aws`: a machine of one's own may be called so.
pub(crate) fn split(host: &str) -> Option<(&str, &'static str)> {
    all()
        .map(|(domain, ..)| domain)
        .chain(OTHER_DOMAINS)
        .find_map(|domain| match before(host, domain) {
            None if host == domain && host.contains('.') => Some(("", domain)),
            names => Some((names?, domain)),
        })
}

/// `names` of `names.domain`.
pub(crate) fn before<'a>(host: &'a str, domain: &str) -> Option<&'a str> {
    host.strip_suffix(domain)?
        .strip_suffix('.')
        .filter(|names| !names.is_empty())
}

/// Whether the label is a region, or could be one, that hosts under this domain name. Domains
/// that are in no model have hosts in every partition.
pub(crate) fn is_region(label: &str, domain: &str) -> bool {
    partitions(domain).any(|(_, prefixes, _)| has_region(prefixes, label))
}

/// Whether both are regions, and of one partition.
pub(crate) fn are_of_one_partition(region: &str, other: &str) -> bool {
    all().any(|(_, prefixes, _)| has_region(prefixes, region) && has_region(prefixes, other))
}

/// The one of these regions that the domain's hosts are signed for.
pub(crate) fn region_of<'a>(regions: &[&'a str], domain: &str) -> Option<&'a str> {
    partitions(domain).find_map(|(_, prefixes, _)| {
        regions
            .iter()
            .find(|region| has_region(prefixes, region))
            .copied()
    })
}

/// The domain that the hosts of a region's services end in; of those that have addresses of both
/// versions of IP (`dualstack`), another one.
pub(crate) fn suffix_of(region: &str, dualstack: bool) -> Option<&'static str> {
    let plain = region
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    let mut domains = all().filter(|(domain, ..)| domain.starts_with("api.") == dualstack);
    let found = domains.find(|(_, prefixes, _)| plain && has_region(prefixes, region));
    found.map(|(domain, ..)| domain)
}

/// `aws-global`, `aws-cn-global`, …: what AWS's SDKs call a partition as a whole, signed for
/// the region that stands for it.
pub(crate) fn global_region(label: &str, domain: &str) -> Option<&'static str> {
    let is_global = label.starts_with("aws-") && label.ends_with("-global");
    let mut found = partitions(domain).map(|(.., region)| region);
    if !is_global {
        None
    } else if label == "aws-us-gov-global" {
        found.find(|region| region.starts_with("us-gov-"))
    } else {
        found.next()
    }
}

fn partitions(domain: &str) -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    let listed = all().any(|(of, ..)| of == domain);
    all().filter(move |(of, ..)| !listed || *of == domain)
}

fn all() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    PARTITIONS
        .iter()
        .map(|[domain, prefixes, region]| (*domain, *prefixes, *region))
}

/// `us-east-1` with the prefix `us`; `us-gov-west-1` with `us-gov` only.
fn has_region(prefixes: &str, label: &str) -> bool {
    let Some((rest, number)) = label.rsplit_once('-') else {
        return false;
    };
    let Some((prefix, word)) = rest.rsplit_once('-') else {
        return false;
    };
    !word.is_empty()
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && (1..=2).contains(&number.len())
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && prefixes.split('|').any(|known| known == prefix)
}

#[cfg(test)]
mod tests {
    use super::{are_of_one_partition, global_region, is_region, split, suffix_of};

    #[test]
    fn regions_of_a_domain() {
        for (label, domain, expected) in [
            ("us-east-1", "amazonaws.com", true),
            ("us-gov-west-1", "amazonaws.com", true),
            ("us-iso-east-1", "amazonaws.com", false),
            ("cn-north-1", "amazonaws.com", false),
            ("cn-north-1", "amazonaws.com.cn", true),
            ("us-east-1", "amazonaws.com.cn", false),
            ("eusc-de-east-1", "amazonaws.eu", true),
            ("us-isof-south-1", "csp.hci.ic.gov", true),
            ("sa-west-1", "api.aws", true),
            ("us-gov-west-1", "aws", true),
            ("us-east", "amazonaws.com", false),
            ("us-east-a", "amazonaws.com", false),
            ("us-east-100", "amazonaws.com", false),
            ("us--1", "amazonaws.com", false),
            ("xx-east-1", "amazonaws.com", false),
            ("1", "amazonaws.com", false),
        ] {
            assert_eq!(is_region(label, domain), expected, "{label} {domain}");
        }
        assert_eq!(global_region("aws-global", "api.aws"), Some("us-east-1"));
        assert_eq!(
            global_region("aws-us-gov-global", "api.aws"),
            Some("us-gov-west-1")
        );
        assert_eq!(global_region("my-global", "api.aws"), None);
    }

    #[test]
    fn partitions_of_regions() {
        for (region, other, expected) in [
            ("us-east-1", "eu-west-1", true),
            ("us-gov-west-1", "us-gov-east-1", true),
            ("us-gov-west-1", "us-east-1", false),
            ("cn-north-1", "cn-northwest-1", true),
            ("cn-north-1", "us-east-1", false),
            ("us-iso-east-1", "us-isob-east-1", false),
            ("eusc-de-east-1", "eu-central-1", false),
            ("xx-east-1", "xx-east-1", false),
            ("us-east-1", "", false),
        ] {
            assert_eq!(are_of_one_partition(region, other), expected, "{region}");
            assert_eq!(are_of_one_partition(other, region), expected, "{other}");
        }
    }

    #[test]
    fn suffixes() {
        for (region, suffix) in [
            ("us-east-1", Some("amazonaws.com")),
            ("mx-central-1", Some("amazonaws.com")),
            ("us-gov-west-1", Some("amazonaws.com")),
            ("cn-north-1", Some("amazonaws.com.cn")),
            ("eusc-de-east-1", Some("amazonaws.eu")),
            ("us-iso-east-1", Some("c2s.ic.gov")),
            ("us-isob-east-1", Some("sc2s.sgov.gov")),
            ("us-isof-south-1", Some("csp.hci.ic.gov")),
            ("eu-isoe-west-1", Some("cloud.adc-e.uk")),
            ("aws-global", None),
            ("US-EAST-1", None),
            ("us-east.evil.example/-1", None),
            ("", None),
        ] {
            assert_eq!(suffix_of(region, false), suffix, "{region}");
        }
    }

    #[test]
    fn domains() {
        assert_eq!(split("a.b.api.aws"), Some(("a.b", "api.aws")));
        assert_eq!(split("a.on.aws"), Some(("a.on", "aws")));
        assert_eq!(split("a.amazonaws.com.cn"), Some(("a", "amazonaws.com.cn")));
        assert_eq!(split("amazonaws.com"), Some(("", "amazonaws.com")));
        assert_eq!(split("amazonaws.com.cn"), Some(("", "amazonaws.com.cn")));
        for host in [
            "aws",
            "evilamazonaws.com",
            "a.amazonaws.com.evil.example",
            "",
        ] {
            assert_eq!(split(host), None, "{host}");
        }
    }
}

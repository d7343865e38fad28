//! The labels of a host, held against a pattern of labels.

use crate::endpoint::partition::{global_region, is_region};
use alloc::string::String;
use alloc::vec::Vec;

/// As many as a host of 253 bytes can have that is worth reading: no pattern has more than
/// six, and a bucket's name has at most 63 bytes.
const MOST: usize = 40;

/// What stands before the domain, without what says FIPS or dual-stack and is nobody's name.
/// [FIPS endpoints](https://aws.amazon.com/compliance/fips/)
#[derive(Clone, Debug)]
pub(crate) struct Labels<'a> {
    names: Vec<&'a str>,
    /// The region that the last label is, or stands for.
    region: Option<&'a str>,
}

/// Labels that are a pattern's.
pub(crate) struct Found<'a> {
    /// What stands where the pattern has `{region}` or `{any}`.
    pub region: Option<&'a str>,
}

impl<'a> Labels<'a> {
    pub(crate) fn read(names: &'a str, domain: &str) -> Option<Self> {
        let mut all: Vec<&str> = names.split('.').take(MOST).collect();
        if all.len() == MOST || all.iter().any(|label| label.is_empty()) {
            return None;
        }
        let last = *all.last()?;
        let region = region(last, domain);
        // Only where an endpoint has it: a bucket may be called so.
        match all.as_slice() {
            [.., "dualstack"] => all.truncate(all.len().saturating_sub(1)),
            [.., "dualstack", _] if region.is_some() => {
                all.truncate(all.len().saturating_sub(2));
                all.push(last);
            }
            _ => {}
        }
        if all.len() > 2 && all.first() == Some(&"fips") {
            all.remove(0);
        }
        for label in &mut all {
            *label = label.strip_suffix("-fips").unwrap_or(label);
        }
        Some(Self { names: all, region })
    }

    /// The same without the last one, which has to be this.
    pub(crate) fn before(&self, last: &str, domain: &str) -> Option<Self> {
        let (end, rest) = self.names.split_last()?;
        let region = rest.last().and_then(|last| region(last, domain));
        (*end == last).then(|| Self {
            names: rest.to_vec(),
            region,
        })
    }

    /// The same without the first one, which has to begin so.
    pub(crate) fn behind(&self, first: &str) -> Option<Self> {
        let (begin, rest) = self.names.split_first()?;
        begin.starts_with(first).then(|| Self {
            names: rest.to_vec(),
            region: self.region,
        })
    }

    /// All but a region at the end, joined, and that region.
    pub(crate) fn head(&self) -> (String, Option<&'a str>) {
        match (self.region, self.names.split_last()) {
            (Some(region), Some((_, head))) => (head.join("."), Some(region)),
            _ => (self.names.join("."), None),
        }
    }

    /// Whether these are the pattern's labels: `*` one label, `**` (first) one or more, `word*` a label that begins so; `{region}` also
    /// behind a word, as in `s3-{region}`.
    pub(crate) fn matches(&self, pattern: &str, domain: &str) -> Option<Found<'a>> {
        let mut found = None;
        let mut rest = self.names.as_slice();
        let mut is_last = true;
        for wanted in pattern.rsplit('.') {
            if wanted == "**" {
                return (!rest.is_empty()).then_some(Found { region: found });
            }
            let (label, before) = rest.split_last()?;
            rest = before;
            match wanted.strip_suffix("{region}") {
                Some("") if is_last => found = Some(self.region?),
                Some(start) => found = Some(region(label.strip_prefix(start)?, domain)?),
                None if wanted == "{any}" && is_plain(label) => found = Some(label),
                None => match wanted.strip_suffix('*') {
                    Some(start) if label.len() > start.len() && label.starts_with(start) => {}
                    None if wanted == *label => {}
                    _ => return None,
                },
            }
            is_last = false;
        }
        rest.is_empty().then_some(Found { region: found })
    }
}

/// A label of letters, digits and hyphens (RFC 1123, 2.1): what else a text has is no region, and
/// could not stand in a scope.
fn is_plain(label: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    label.bytes().all(plain)
}

/// The region that a label is, or stands for.
fn region<'a>(label: &'a str, domain: &str) -> Option<&'a str> {
    if is_region(label, domain) {
        Some(label)
    } else {
        global_region(label, domain)
    }
}

#[cfg(test)]
mod tests {
    use super::Labels;

    #[test]
    fn patterns() {
        for (names, pattern, expected) in [
            ("a.s3.eu-west-1", "**.s3.{region}", Some("eu-west-1")),
            ("a.b.s3.eu-west-1", "**.s3.{region}", Some("eu-west-1")),
            ("s3.eu-west-1", "**.s3.{region}", None),
            ("a.b.es.eu-west-1", "*.es.{region}", None),
            ("s3-eu-west-1", "s3-{region}", Some("eu-west-1")),
            ("s3-eu", "s3-{region}", None),
            (
                "s3express-x.us-east-1",
                "s3express-*.{region}",
                Some("us-east-1"),
            ),
            ("s3express-.us-east-1", "s3express-*.{region}", None),
            ("nyc3", "{any}", Some("nyc3")),
            ("nyc/3", "{any}", None),
            ("s3.eu`1", "s3.{any}", None),
            ("s3.eu\u{e4}1", "s3.{any}", None),
        ] {
            let labels = Labels::read(names, "amazonaws.com").unwrap();
            let found = labels.matches(pattern, "amazonaws.com");
            let found = found.and_then(|found| found.region);
            assert_eq!(found, expected, "{names} {pattern}");
        }
    }

    #[test]
    fn what_says_fips_or_dual_stack_is_taken_out() {
        for (names, expected) in [
            ("runtime-fips.lex.us-east-1", "runtime.lex.us-east-1"),
            (
                "metrics.sagemaker-fips.us-east-1",
                "metrics.sagemaker.us-east-1",
            ),
            ("fips.batch.us-east-1", "batch.us-east-1"),
            ("s3-fips.dualstack.us-east-1", "s3.us-east-1"),
            ("b.s3-accelerate.dualstack", "b.s3-accelerate"),
            ("dualstack.s3.us-east-1", "dualstack.s3.us-east-1"),
        ] {
            let found = Labels::read(names, "amazonaws.com").unwrap();
            assert_eq!(found.names.join("."), expected);
        }
        for bad in ["a..b", "", ".a", &"a.".repeat(100)] {
            assert!(Labels::read(bad, "amazonaws.com").is_none(), "{bad}");
        }
    }
}

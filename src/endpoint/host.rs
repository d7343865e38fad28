//! What a host's name proves.

use crate::endpoint::labels::Labels;
use crate::endpoint::partition::{is_region, region_of, split};
use crate::endpoint::resources::{of_aws, of_others};
use alloc::string::String;
use alloc::vec::Vec;

/// `HEAD [NAME [REGION...]]`, sorted; `@HEAD` for hosts without a region.
const SERVICES: &str = include_str!("services.txt");

/// Instead of a name in `resources.txt`.
const CUSTOMERS: &str = "?";

/// What the name of a host of AWS's, or of an S3-compatible service, tells.
///
/// ```
/// use sigv4::endpoint::{Takes, recognize};
///
/// let host = recognize("abc123.execute-api.eu-west-1.amazonaws.com").unwrap();
/// assert_eq!(host.service, Some("execute-api"));
/// assert_eq!(host.region.as_deref(), Some("eu-west-1"));
/// assert_eq!(host.takes, Takes::SigV4);
/// assert!(recognize("api.example.com").is_none()); // a guess would be one
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KnownHost {
    /// The signing name, for example `execute-api`. `None` where the name does not tell it:
    /// no table has the host, or it serves [several services](Self::service_for).
    pub service: Option<&'static str>,
    /// For example `eu-west-1`. `None` where it is nowhere in the name.
    pub region: Option<String>,
    /// How requests to it are signed.
    pub takes: Takes,
    /// `NAME[:WHEN]`, joined by commas.
    names: &'static str,
}

/// How requests to a host are signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Takes {
    /// With `AWS4-HMAC-SHA256`.
    SigV4,
    /// With `AWS4-ECDSA-P256-SHA256` only, for every region.
    /// [SigV4 and SigV4a](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html)
    SigV4aOnly,
    /// Not by a signature of this kind; the words say how.
    NoSignature(&'static str),
}

/// What a host's name, without a port, tells of service and region; `None` for hosts that are
/// none of AWS's and of no S3-compatible service whose hosts name their region, for example
/// custom domains.
///
/// A host under AWS's domains that no table has is known to be AWS's, without a service; so is
/// one that AWS names for what a customer runs, for example under `elasticbeanstalk.com`, where a
/// region stands in its name.
/// Vectors: `test-vectors/endpoints`.
#[must_use]
pub fn recognize(host: &str) -> Option<KnownHost> {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let Some((names, domain)) = split(&host) else {
        return of_others(&host).map(|(names, region)| KnownHost::new(names, region.as_deref()));
    };
    let known = Labels::read(names, domain).and_then(|labels| of_labels(&labels, domain));
    Some(known.unwrap_or_else(|| KnownHost {
        service: None,
        region: only_region(names, domain).map(Into::into),
        takes: Takes::SigV4,
        names: "",
    }))
}

fn of_labels(labels: &Labels<'_>, domain: &str) -> Option<KnownHost> {
    let Some(labels) = labels.before("vpce", domain) else {
        return of_resource(labels, domain).or_else(|| of_service(labels, domain));
    };
    // `vpce-1-2.kms.REGION.vpce`; S3 and others have names in front of their own.
    // https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html
    let behind = labels.behind("vpce-");
    behind
        .and_then(|labels| of_service(&labels, domain).or_else(|| of_resource(&labels, domain)))
        .or_else(|| of_resource(&labels, domain))
}

/// Hosts that no model lists.
fn of_resource(labels: &Labels<'_>, domain: &str) -> Option<KnownHost> {
    let found = of_aws(labels, domain)?;
    Some(KnownHost::new(found.names, found.region))
}

/// Service endpoints, as the models list them.
fn of_service(labels: &Labels<'_>, domain: &str) -> Option<KnownHost> {
    // `routes.geo.REGION.us-gov`, and `iam.us-gov`.
    let in_gov = labels.before("us-gov", domain);
    let (head, region) = match in_gov.as_ref().map(Labels::head) {
        Some((head, Some(region))) => ([&head, ".us-gov"].concat(), Some(region)),
        _ => labels.head(),
    };
    let at = if region.is_some() { "" } else { "@" };
    let mut columns = line_of(&[at, &head].concat())?.split(' ');
    let head = columns.next()?;
    let service = columns.next().unwrap_or(head);
    let regions: Vec<&str> = columns.collect();
    let region = match region {
        Some(region) if regions.is_empty() => region,
        _ => region_of(&regions, domain)?,
    };
    Some(KnownHost::new(service, Some(region)))
}

/// The line that begins with this word.
fn line_of(head: &str) -> Option<&'static str> {
    let mut rest = SERVICES;
    // Each step halves what is left; the text is ASCII.
    loop {
        let middle = rest.len() / 2;
        let (left, right) = rest.split_at_checked(middle)?;
        let start = left.rfind('\n').map_or(0, |at| at.saturating_add(1));
        let (above, _) = rest.split_at_checked(start)?;
        let below_start = right.find('\n')?.saturating_add(middle);
        let line = rest.get(start..below_start)?;
        let below = rest.get(below_start.saturating_add(1)..)?;
        let word = line.split(' ').next()?;
        match head.cmp(word) {
            core::cmp::Ordering::Equal => return Some(line),
            core::cmp::Ordering::Less => rest = above,
            core::cmp::Ordering::Greater => rest = below,
        }
    }
}

/// The region of a host that is in no table, if one label is a region.
fn only_region<'a>(names: &'a str, domain: &str) -> Option<&'a str> {
    let mut regions = names.split('.').filter(|label| is_region(label, domain));
    let region = regions.next();
    region.filter(|first| regions.all(|other| other == *first))
}

impl KnownHost {
    fn new(names: &'static str, region: Option<&str>) -> Self {
        let (names, takes) = match names.strip_prefix('!') {
            Some(why) => ("", Takes::NoSignature(why)),
            None if region == Some("*") => (names, Takes::SigV4aOnly),
            None => (names, Takes::SigV4),
        };
        Self {
            service: Some(names).filter(|names| {
                !names.is_empty() && *names != CUSTOMERS && !names.contains([',', ':'])
            }),
            region: region.filter(|region| *region != "*").map(Into::into),
            takes,
            names,
        }
    }

    /// Whether AWS names the host for what a customer runs there.
    pub(crate) fn is_of_customers(&self) -> bool {
        self.names == CUSTOMERS
    }

    /// The signing names that the host takes: none, one, or several of which
    /// [what is called](Self::service_for) decides.
    pub fn services(&self) -> impl Iterator<Item = &'static str> + use<> {
        let mut last = "";
        self.alternatives()
            .map(|(name, _)| name)
            .filter(move |name| core::mem::replace(&mut last, name) != *name)
    }

    /// The signing name for a request: that of the host, or where it serves several services
    /// the one that scheme and target (path and query) tell.
    #[must_use]
    pub fn service_for(&self, scheme: &str, target: &str) -> Option<&'static str> {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let applies = |when: &str| match when {
            "" => true,
            "ws" => scheme.eq_ignore_ascii_case("ws") || scheme.eq_ignore_ascii_case("wss"),
            _ => match (when.strip_prefix('?'), when.strip_suffix('*')) {
                (Some(start), _) => query.starts_with(start),
                (None, Some(start)) => path.starts_with(start),
                (None, None) => path == when,
            },
        };
        self.alternatives()
            .find(|(_, when)| applies(when))
            .map(|(name, _)| name)
    }

    fn alternatives(&self) -> impl Iterator<Item = (&'static str, &'static str)> + use<> {
        self.names
            .split(',')
            .filter(|name| !name.is_empty() && *name != CUSTOMERS)
            .map(|name| name.split_once(':').unwrap_or((name, "")))
    }
}

#[cfg(test)]
mod tests {
    use super::{SERVICES, line_of};

    #[test]
    fn every_line_is_found() {
        for line in SERVICES.lines() {
            let head = line.split(' ').next().unwrap();
            assert_eq!(line_of(head), Some(line));
        }
        for head in ["", "@", "0", "s", "s3.", "zzz", "execute-api."] {
            assert_eq!(line_of(head), None, "{head}");
        }
    }
}

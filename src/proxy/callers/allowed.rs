//! What may be signed for.

use crate::endpoint::Resolved;
use crate::proxy::answer::Refused;
use crate::proxy::cause::Cause;
use crate::proxy::config::covers;
use crate::proxy::settings::Allow;
use std::format;
use std::prelude::rust_2024::*;

impl Allow {
    /// Whether service and region are among those that are listed, where they are listed. Hosts are
    /// looked at where callers name them.
    pub(crate) fn check(&self, scope: &Resolved) -> Result<(), Refused> {
        let (service, region) = (&scope.service, &scope.region);
        let lists = |list: &[String], name: &str| {
            list.is_empty() || list.iter().any(|one| covers(one, name))
        };
        // A set of regions is allowed where all of it is.
        let mut regions = region.split(',');
        if lists(&self.services, service) && regions.all(|region| lists(&self.regions, region)) {
            return Ok(());
        }
        let message = format!("this proxy does not sign for {service} in {region}");
        Err(Refused::new(Cause::NotAllowed, message))
    }
}

#[cfg(test)]
mod tests {
    use super::Allow;
    use crate::endpoint::Resolved;
    use std::prelude::rust_2024::*;

    /// A set of regions is allowed where each of them is.
    #[test]
    fn sets_of_regions() {
        let allow = Allow {
            regions: Vec::from(["eu-west-1".into(), "eu-west-2".into()]),
            ..Allow::default()
        };
        for (region, passes) in [
            ("eu-west-1,eu-west-2", true),
            ("eu-west-2", true),
            ("eu-west-1,us-east-1", false),
            ("*", false),
            ("", false),
        ] {
            let scope = Resolved {
                service: "s3".into(),
                region: region.into(),
                algorithm: crate::Algorithm::SigV4,
                notes: Vec::new(),
            };
            assert_eq!(allow.check(&scope).is_ok(), passes, "{region}");
        }
    }
}

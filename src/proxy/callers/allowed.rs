//! What may be signed for.

use crate::endpoint::Resolved;
use crate::proxy::answer::Refused;
use crate::proxy::cause::Cause;
use crate::proxy::settings::Allow;
use std::format;
use std::prelude::rust_2024::*;

impl Allow {
    /// Whether service and region are among those that are listed, where they are listed. Hosts are
    /// looked at where callers name them.
    pub(crate) fn check(&self, scope: &Resolved) -> Result<(), Refused> {
        let (service, region) = (&scope.service, &scope.region);
        let lists = |list: &[String], name: &String| list.is_empty() || list.contains(name);
        if lists(&self.services, service) && lists(&self.regions, region) {
            return Ok(());
        }
        let message = format!("this proxy does not sign for {service} in {region}");
        Err(Refused::new(Cause::NotAllowed, message))
    }
}

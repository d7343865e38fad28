//! Signers that are kept, as each has to derive a key first.

use crate::endpoint::Resolved;
use crate::request::algorithm::Algorithm;
use crate::request::credentials::Credentials;
use crate::request::profile::Profile;
use crate::sign::signer::Signer;
use std::sync::{Arc, PoisonError, RwLock};
use std::vec::Vec;

/// How many scopes are kept: regions and services that one client calls.
const MOST: usize = 8;

/// One signer for each region, service and profile that the latest credentials sign for. Those of
/// earlier credentials are wiped when others come.
#[derive(Default)]
pub(crate) struct Signers(RwLock<Vec<Arc<Signer>>>);

impl Signers {
    /// The one that is kept, or a new one that is kept from now on.
    pub(crate) fn get(
        &self,
        credentials: &Credentials,
        scope: &Resolved,
        profile: Option<Profile>,
    ) -> Arc<Signer> {
        let (region, service) = (scope.region.as_str(), scope.service.as_str());
        let profile = Profile {
            algorithm: scope.algorithm,
            ..profile.unwrap_or_else(|| Profile::for_service(service))
        };
        let is_it = |signer: &&Arc<Signer>| {
            signer.region() == region
                && signer.service() == service
                && *signer.profile() == profile
                && signer.credentials() == credentials
        };
        {
            // A list is whole at every moment at which a thread could have stopped.
            let kept = self.0.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(signer) = kept.iter().find(is_it) {
                return Arc::clone(signer);
            }
        }
        let signer = Signer::new(credentials.clone(), region, service);
        #[cfg(feature = "v4a")]
        let signer = match self.with_key_pair(credentials) {
            Some(other) => signer.with_key_pair_of(&other),
            None => signer,
        };
        let signer = Arc::new(signer.with_profile(profile));
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(signer) = kept.iter().find(is_it) {
            return Arc::clone(signer); // another thread was faster
        }
        kept.retain(|kept| kept.credentials() == credentials);
        if kept.len() >= MOST {
            kept.remove(0);
        }
        kept.push(Arc::clone(&signer));
        signer
    }

    #[cfg(test)]
    pub(crate) fn kept(&self) -> Vec<Arc<Signer>> {
        self.0.read().unwrap().clone()
    }

    /// One of these credentials that has a key pair, whatever it signs for: deriving one takes as
    /// long as a signature.
    #[cfg(feature = "v4a")]
    fn with_key_pair(&self, credentials: &Credentials) -> Option<Arc<Signer>> {
        let kept = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let mut kept = kept.iter().filter(|signer| signer.has_key_pair());
        kept.find(|signer| signer.credentials() == credentials)
            .cloned()
    }
}

/// What given rules say of it: those without a region set say nothing of hosts that take nothing
/// else.
pub(crate) fn algorithm_of(profile: Option<Profile>) -> Option<Algorithm> {
    let algorithm = profile?.algorithm;
    algorithm.has_region_set().then_some(algorithm)
}

#[cfg(test)]
mod tests {
    use super::{MOST, Signers};
    use crate::endpoint::Resolved;
    use crate::request::algorithm::Algorithm;
    use crate::request::credentials::Credentials;
    use crate::request::profile::Profile;
    use std::format;
    use std::sync::Arc;
    use std::vec::Vec;

    fn scope(region: &str, service: &str) -> Resolved {
        Resolved {
            service: service.into(),
            region: region.into(),
            algorithm: Algorithm::SigV4,
            notes: Vec::new(),
        }
    }

    #[test]
    fn one_for_credentials_and_scope() {
        let signers = Signers::default();
        let first = Credentials::new("AKIDEXAMPLE", "secret");
        let one = signers.get(&first, &scope("us-east-1", "execute-api"), None);
        for (region, service, profile, same) in [
            ("us-east-1", "execute-api", None, true),
            ("us-east-1", "execute-api", Some(Profile::DEFAULT), true),
            ("us-east-1", "execute-api", Some(Profile::S3), false),
            ("eu-west-1", "execute-api", None, false),
            ("us-east-1", "lambda", None, false),
        ] {
            let other = signers.get(&first, &scope(region, service), profile);
            assert_eq!(Arc::ptr_eq(&one, &other), same, "{region} {service}");
            assert_eq!((other.region(), other.service()), (region, service));
        }
        for other in [
            Credentials::new("AKIDEXAMPLE", "another"),
            Credentials::new("AKIDEXAMPLE", "secret").with_session_token("token"),
        ] {
            let signer = signers.get(&other, &scope("us-east-1", "execute-api"), None);
            assert_eq!(*signer.credentials(), other);
        }
    }

    #[test]
    fn others_credentials_are_not_kept() {
        let signers = Signers::default();
        let get = |id: &str| {
            let credentials = Credentials::new(id, "secret");
            signers.get(&credentials, &scope("us-east-1", "execute-api"), None)
        };
        let old = Arc::downgrade(&get("OLD"));
        assert!(old.upgrade().is_some());
        get("NEW");
        assert!(old.upgrade().is_none());
    }

    #[test]
    fn so_many_and_no_more() {
        let signers = Signers::default();
        let credentials = Credentials::new("AKIDEXAMPLE", "secret");
        let get =
            |n: usize| signers.get(&credentials, &scope(&format!("region-{n}"), "lambda"), None);
        let first = Arc::downgrade(&get(0));
        for n in 1..MOST {
            get(n);
        }
        assert!(first.upgrade().is_some());
        get(MOST);
        assert!(first.upgrade().is_none());
        assert_eq!(signers.kept().len(), MOST);
    }

    /// What is derived once serves for every region set.
    #[cfg(feature = "v4a")]
    #[test]
    fn one_key_pair() {
        let signers = Signers::default();
        let first = Credentials::new("AKIDEXAMPLE", "secret");
        let other = Credentials::new("AKIDOTHER", "secret");
        let any_region = Resolved {
            algorithm: Algorithm::SigV4a,
            ..scope("*", "s3")
        };
        assert!(signers.with_key_pair(&first).is_none());
        signers.get(&first, &scope("us-east-1", "s3"), None);
        assert!(signers.with_key_pair(&first).is_none());
        let one = signers.get(&first, &any_region, None);
        assert!(one.has_key_pair());
        assert!(Arc::ptr_eq(&signers.with_key_pair(&first).unwrap(), &one));
        assert!(signers.with_key_pair(&other).is_none());
    }
}

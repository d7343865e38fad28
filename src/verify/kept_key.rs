//! A secret access key, and the signing key that followed from it last: most requests of a day
//! need the same one.

use crate::signature::key::SigningKey;
use crate::verify::claim::{Claim, NO_SECRET};
use alloc::string::String;
use alloc::sync::Arc;
use core::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use zeroize::Zeroizing;

/// Whoever calls chooses region and service: longer ones than any of AWS's are not kept.
const LONGEST: usize = 128;

/// Both are wiped when dropped.
pub(crate) struct KeptKey {
    secret_access_key: Zeroizing<String>,
    last: Mutex<Option<Last>>,
}

struct Last {
    origin: Origin,
    key: Arc<SigningKey>,
}

/// What a key follows from, beside the secret.
enum Origin {
    Scope {
        date: [u8; 8],
        region: String,
        service: String,
    },
    AccessKeyId(String),
}

impl KeptKey {
    pub(crate) fn new(secret_access_key: String) -> Self {
        Self {
            secret_access_key: Zeroizing::new(secret_access_key),
            last: Mutex::new(None),
        }
    }

    /// The key for a claim, and whether it was there.
    pub(crate) fn get(&self, claim: &Claim<'_>) -> (Arc<SigningKey>, bool) {
        // A key is whole at every moment at which a thread could have stopped.
        let last = || self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(last) = last().as_ref().filter(|last| last.origin.is_of(claim)) {
            return (Arc::clone(&last.key), true);
        }
        let key = Arc::new(claim.signing_key(&self.secret_access_key));
        if let Some(origin) = Origin::of(claim) {
            let key = Arc::clone(&key);
            *last() = Some(Last { origin, key });
        }
        (key, false)
    }
}

/// What unknown keys are compared with, in the time that known ones take.
pub(crate) struct StandIn {
    key: KeptKey,
    /// For Signature Version 4A: of any access key id, as a known key is kept whoever else calls.
    pair: OnceLock<Arc<SigningKey>>,
    /// Whether that of the last known key was: a store may make each of its keys anew.
    is_kept: AtomicBool,
}

impl StandIn {
    pub(crate) fn new() -> Self {
        Self {
            key: KeptKey::new(NO_SECRET.into()),
            pair: OnceLock::new(),
            is_kept: AtomicBool::new(false),
        }
    }

    /// The key for a claim: that of a known secret, or the one that stands in for it.
    pub(crate) fn or_known(&self, known: Option<&KeptKey>, claim: &Claim<'_>) -> Arc<SigningKey> {
        let derived = || Arc::new(claim.signing_key(NO_SECRET));
        match known {
            Some(known) => {
                let (key, was_kept) = known.get(claim);
                // Written where it changes only: what is written, each processor has to fetch anew.
                if self.is_kept.load(Ordering::Relaxed) != was_kept {
                    self.is_kept.store(was_kept, Ordering::Relaxed);
                }
                key
            }
            None if !self.is_kept.load(Ordering::Relaxed) => derived(),
            None if claim.algorithm.has_region_set() => Arc::clone(self.pair.get_or_init(derived)),
            None => self.key.get(claim).0,
        }
    }
}

impl Origin {
    /// Where it is short enough.
    fn of(claim: &Claim<'_>) -> Option<Self> {
        if claim.algorithm.has_region_set() {
            let id = claim.access_key_id();
            return (id.len() <= LONGEST).then(|| Self::AccessKeyId(id.into()));
        }
        let (region, service) = (&*claim.region, &*claim.service);
        let is_short = region.len().saturating_add(service.len()) <= LONGEST;
        is_short.then(|| Self::Scope {
            date: *claim.at.date_bytes(),
            region: region.into(),
            service: service.into(),
        })
    }

    fn is_of(&self, claim: &Claim<'_>) -> bool {
        let has_region_set = claim.algorithm.has_region_set();
        match self {
            Self::Scope {
                date,
                region,
                service,
            } => {
                !has_region_set
                    && date == claim.at.date_bytes()
                    && *region == claim.region
                    && *service == claim.service
            }
            Self::AccessKeyId(id) => has_region_set && id == claim.access_key_id(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{KeptKey, LONGEST, StandIn};
    use crate::request::{Payload, Request};
    use crate::signature::Signature;
    use crate::signature::key::SigningKey;
    use crate::signature::string_to_sign::StringToSign;
    use crate::verify::claim::{Claim, NO_SECRET};
    use alloc::sync::Arc;
    use std::format;

    const CREDENTIAL: &str = "AKIDEXAMPLE/20150830/us-east-1/lambda/aws4_request";

    fn with_claim<T>(algorithm: &str, credential: &str, use_it: impl FnOnce(&Claim<'_>) -> T) -> T {
        let (signature, region_set) = match algorithm {
            "AWS4-HMAC-SHA256" => ("30".repeat(32), ""),
            _ => ("3006020101020101".into(), ";x-amz-region-set"),
        };
        let authorization = format!(
            "{algorithm} Credential={credential}, SignedHeaders=host;x-amz-date{region_set}, Signature={signature}"
        );
        let date = credential.split('/').nth(1).unwrap();
        let date = format!("{date}T123600Z");
        let request = Request {
            method: "GET",
            target: "/",
            headers: &[
                ("host", b"example.com"),
                ("x-amz-date", date.as_bytes()),
                ("x-amz-region-set", b"*"),
                ("authorization", authorization.as_bytes()),
            ],
            payload: Payload::EMPTY,
        };
        use_it(&Claim::from_request(&request).unwrap())
    }

    /// A key is known by what it signs.
    fn signed(key: &SigningKey, claim: &Claim<'_>) -> Signature {
        key.sign(&StringToSign {
            at: claim.at,
            scope: claim.scope(),
            canonical_request_hash: [7; 32],
        })
    }

    fn get(kept: &KeptKey, credential: &str) -> bool {
        with_claim("AWS4-HMAC-SHA256", credential, |claim| {
            let (key, was_kept) = kept.get(claim);
            let right = claim.signing_key("secret");
            assert!(signed(&key, claim) == signed(&right, claim), "{credential}");
            was_kept
        })
    }

    #[test]
    fn for_one_day_region_and_service() {
        let kept = KeptKey::new("secret".into());
        for (credential, was_kept) in [
            (CREDENTIAL, false),
            (CREDENTIAL, true),
            ("AKIDOTHER/20150830/us-east-1/lambda/aws4_request", true),
            ("AKIDEXAMPLE/20150831/us-east-1/lambda/aws4_request", false),
            ("AKIDEXAMPLE/20150831/eu-west-1/lambda/aws4_request", false),
            ("AKIDEXAMPLE/20150831/eu-west-1/s3/aws4_request", false),
            ("AKIDEXAMPLE/20150831/eu-west-1/s3/aws4_request", true),
            (CREDENTIAL, false),
        ] {
            assert_eq!(get(&kept, credential), was_kept, "{credential}");
        }
    }

    #[test]
    fn what_a_stranger_makes_long_is_not_kept() {
        let kept = KeptKey::new("secret".into());
        let of_region = |length: usize| {
            let region = "r".repeat(length);
            format!("AKIDEXAMPLE/20150830/{region}/lambda/aws4_request")
        };
        let longest = of_region(LONGEST - "lambda".len());
        let longer = of_region(LONGEST - "lambda".len() + 1);
        for (credential, was_kept) in [
            (&longest, false),
            (&longer, false),
            (&longer, false),
            (&longest, true),
        ] {
            assert_eq!(get(&kept, credential), was_kept);
        }
    }

    /// And is wiped with the secret.
    #[test]
    fn one_key_is_shared() {
        let kept = KeptKey::new("secret".into());
        let key = || with_claim("AWS4-HMAC-SHA256", CREDENTIAL, |claim| kept.get(claim).0);
        let (one, other) = (key(), key());
        assert!(Arc::ptr_eq(&one, &other));
        let weak = Arc::downgrade(&one);
        drop((one, other));
        assert!(weak.upgrade().is_some());
        drop(kept);
        assert!(weak.upgrade().is_none());
    }

    #[test]
    fn unknown_keys_are_kept_where_known_ones_are() {
        let stand_in = StandIn::new();
        let unknown = || {
            with_claim("AWS4-HMAC-SHA256", CREDENTIAL, |claim| {
                stand_in.or_known(None, claim)
            })
        };
        let known = |kept: &KeptKey| {
            with_claim("AWS4-HMAC-SHA256", CREDENTIAL, |claim| {
                stand_in.or_known(Some(kept), claim)
            })
        };
        let is_kept = || Arc::ptr_eq(&unknown(), &unknown());
        assert!(!is_kept());
        let kept = KeptKey::new("secret".into());
        known(&kept);
        assert!(!is_kept());
        known(&kept);
        assert!(is_kept());
        // Of a store that makes its keys anew.
        known(&KeptKey::new("secret".into()));
        assert!(!is_kept());
        with_claim("AWS4-HMAC-SHA256", CREDENTIAL, |claim| {
            let right = claim.signing_key(NO_SECRET);
            assert!(signed(&unknown(), claim) == signed(&right, claim));
        });
    }

    #[cfg(feature = "v4a")]
    #[test]
    fn a_key_pair_is_for_an_access_key_id() {
        let kept = KeptKey::new("secret".into());
        let get = |credential: &str| {
            with_claim("AWS4-ECDSA-P256-SHA256", credential, |claim| {
                let (key, was_kept) = kept.get(claim);
                let right = claim.signing_key("secret");
                assert_eq!(key.public_key(), right.public_key());
                was_kept
            })
        };
        let long = "A".repeat(LONGEST + 1);
        let long = format!("{long}/20150830/s3/aws4_request");
        for (credential, was_kept) in [
            ("AKIDEXAMPLE/20150830/s3/aws4_request", false),
            ("AKIDEXAMPLE/20150831/lambda/aws4_request", true),
            ("AKIDOTHER/20150831/lambda/aws4_request", false),
            (&long, false),
            (&long, false),
        ] {
            assert_eq!(get(credential), was_kept, "{credential}");
        }
        assert!(!super::tests::get(&kept, CREDENTIAL));
    }

    #[cfg(feature = "v4a")]
    #[test]
    fn one_key_pair_for_all_that_are_unknown() {
        let stand_in = StandIn::new();
        let kept = KeptKey::new("secret".into());
        let get = |id: &str, known| {
            let credential = format!("{id}/20150830/s3/aws4_request");
            with_claim("AWS4-ECDSA-P256-SHA256", &credential, |claim| {
                stand_in.or_known(known, claim)
            })
        };
        let is_kept = || Arc::ptr_eq(&get("AKIDONE", None), &get("AKIDTWO", None));
        assert!(!is_kept());
        get("AKIDEXAMPLE", Some(&kept));
        get("AKIDEXAMPLE", Some(&kept));
        assert!(is_kept());
    }
}

//! Signature Version 4A, verified by one who knows no secret.

use crate::error::Error;
use crate::request::Request;
use crate::request::timestamp::Timestamp;
use crate::signature::public_key::PublicKey;
use crate::verify::claim::Claim;
use crate::verify::policy::Policy;
use crate::verify::verdict::Verified;

impl Claim<'_> {
    /// As [`verify`](Self::verify), for a signature of Version 4A by its public key alone: nobody who holds that can
    /// sign. Where the access key is unknown, pass `None`, which takes as long as a wrong
    /// signature.
    ///
    /// Look the key up by [`access_key_id`](Self::access_key_id): it does not say whose it is, and
    /// in the header form the access key id is not signed. (By the secret it is proven, as the key
    /// pair follows from both.)
    ///
    /// ```
    /// use sigv4::{Claim, Credentials, Payload, Policy, Profile, PublicKey, Request, Signer, Timestamp};
    ///
    /// # let now = Timestamp::parse("20150830T123600Z")?;
    /// # let signer = Signer::new(Credentials::new("AKIDEXAMPLE", "secret"), "eu-*", "execute-api").with_profile(Profile::DEFAULT.with_sigv4a());
    /// # let unsigned = Request { method: "GET", target: "/prod/items", headers: &[("host", b"example.com")], payload: Payload::EMPTY };
    /// # let signed = signer.sign(&unsigned, now)?;
    /// # let mut headers = unsigned.headers.to_vec();
    /// # headers.extend(signed.headers().map(|(name, value)| (name, value.as_bytes())));
    /// # let request = Request { headers: &headers, ..unsigned };
    /// let claim = Claim::from_request(&request)?;
    /// let mut policy = Policy::new(&["eu-west-1"], "execute-api");
    /// policy.profile = policy.profile.with_sigv4a();
    /// // Your key store, by `claim.access_key_id()`: no secret is in it.
    /// let key = PublicKey::derive("AKIDEXAMPLE", "secret")?;
    /// let verified = claim.verify_with_public_key(&key, &request, &policy, now)?;
    /// assert_eq!(verified.region_set, Some("eu-*"));
    /// # Ok::<(), sigv4::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`verify`](Self::verify). A signature of Version 4 has no public key: it is none of
    /// this one's.
    pub fn verify_with_public_key<'v, 'k>(
        &'v self,
        key: impl Into<Option<&'k PublicKey>>,
        request: &Request<'v>,
        policy: &Policy<'_>,
        now: Timestamp,
    ) -> Result<Verified<'v>, Error> {
        let known = key.into();
        let key = || known.copied().or_else(PublicKey::stand_in);
        self.proven(request, policy, now, key, |key, string_to_sign| {
            key.is_some_and(|key| key.verifies(string_to_sign, &self.signature)) && known.is_some()
        })
    }
}

//! A request as it arrives at a service, signed, and changed on its way.

use crate::support::example::{ACCESS_KEY_ID, SECRET, at, hour};
use sigv4::{Claim, Error, Header, Payload, Policy, Request, Signer, Verified};
use std::fmt::Debug;

pub const REGIONS: &[&str] = &["us-east-1"];

pub const HASH: &str = "x-amz-content-sha256";

/// A request as it arrives, owned, so that it can be changed.
#[derive(Clone, Debug)]
pub struct Arrived {
    pub service: &'static str,
    pub method: String,
    pub target: String,
    pub headers: Vec<(String, Vec<u8>)>,
    pub body: Vec<u8>,
}

impl Arrived {
    pub fn new(service: &'static str, method: &str, target: &str) -> Self {
        Self {
            service,
            method: method.to_owned(),
            target: target.to_owned(),
            headers: vec![("host".to_owned(), b"abc.example.com".to_vec())],
            body: Vec::new(),
        }
    }

    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers
            .push((name.to_owned(), value.as_ref().to_vec()));
        self
    }

    pub fn body(mut self, body: &str) -> Self {
        self.body = body.into();
        self
    }

    /// Hands the borrowed view to `look`.
    pub fn with<T>(&self, payload: Payload<'_>, look: impl FnOnce(&Request<'_>) -> T) -> T {
        let headers: Vec<Header<'_>> = self
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_slice()))
            .collect();
        look(&Request {
            method: &self.method,
            target: &self.target,
            headers: &headers,
            payload,
        })
    }

    pub fn signed(self, signer: &Signer) -> Self {
        self.signed_for(signer, Payload::Bytes(&self.body))
    }

    pub fn signed_for(&self, signer: &Signer, payload: Payload<'_>) -> Self {
        let mut signed = self.clone();
        self.with(payload, |request| {
            let result = signer.sign(request, at()).unwrap();
            result.target().clone_into(&mut signed.target);
            for (name, value) in result.headers() {
                signed.headers.push((name.to_owned(), value.into()));
            }
        });
        signed
    }

    pub fn presigned(mut self, signer: &Signer) -> Self {
        let url = self.with(Payload::Bytes(&self.body), |request| {
            signer.presign(request, hour(), at()).unwrap()
        });
        url.target().clone_into(&mut self.target);
        self
    }

    pub fn policy(&self) -> Policy<'static> {
        Policy::new(REGIONS, self.service)
    }

    /// The outcome under the strict policy with a change.
    pub fn outcome_where(&self, change: impl FnOnce(&mut Policy<'_>)) -> Result<(), Error> {
        let mut policy = self.policy();
        change(&mut policy);
        self.outcome(&policy)
    }

    /// The outcome for a service that knows one key.
    pub fn outcome(&self, policy: &Policy<'_>) -> Result<(), Error> {
        self.outcome_with(policy, Payload::Bytes(&self.body), |_| ())
    }

    pub fn outcome_with<T>(
        &self,
        policy: &Policy<'_>,
        payload: Payload<'_>,
        look: impl FnOnce(&Verified<'_>) -> T,
    ) -> Result<T, Error> {
        self.with(payload, |request| {
            let claim = Claim::from_request(request)?;
            let known = claim.access_key_id() == ACCESS_KEY_ID;
            let key = known.then(|| claim.signing_key(SECRET));
            let verified = claim.verify(key.as_ref(), request, policy, at())?;
            Ok(look(&verified))
        })
    }
}

/// Signed by the reference, with just these headers, at a time of its own.
pub fn signed_by_hand(base: &Arrived, names: &[&str], time: &str) -> Arrived {
    let who = crate::reference::Who {
        access_key_id: ACCESS_KEY_ID.to_owned(),
        secret: SECRET.to_owned(),
        token: None,
        region: "us-east-1".to_owned(),
        service: base.service.to_owned(),
        time: time.to_owned(),
    };
    let arrived = base.clone().header("X-Amz-Date", time);
    let named = |name: &str| names.contains(&&*name.to_lowercase());
    let headers: Vec<_> = arrived
        .headers
        .iter()
        .filter(|(name, _)| named(name))
        .cloned()
        .collect();
    let canonical = crate::reference::canonical_request(
        &base.method,
        &base.target,
        &headers,
        &crate::reference::sha256(&base.body),
        crate::reference::Rules::of(base.service),
    );
    let (_, signature) = crate::reference::signature(&canonical.unwrap(), &who);
    arrived.header(
        "Authorization",
        format!(
            "AWS4-HMAC-SHA256 Credential={ACCESS_KEY_ID}/{}/us-east-1/{}/aws4_request, \
             SignedHeaders={}, Signature={signature}",
            &time[..8],
            base.service,
            names.join(";"),
        ),
    )
}

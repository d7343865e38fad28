//! Who says that they may upload, and the way from there to a verdict.
//! [Browser-based uploads](https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-UsingHTTPPOST.html)

use super::arrived_form::ArrivedForm;
use super::conditions::Conditions;
use super::expanded::expanded;
use super::policy_document::{self, PolicyDocument};
use super::post_fault::PostFault;
use super::verified_post::VerifiedPost;
use crate::error::Error;
use crate::post_policy::field_name::{ALGORITHM, CREDENTIAL, DATE, KEY, POLICY, SIGNATURE, TOKEN};
use crate::post_policy::sign_policy::PolicyToSign;
use crate::post_policy::sizes::MAX_KEY;
use crate::request::algorithm::{ALGORITHM as NAME, Algorithm};
use crate::request::scope::Scope;
use crate::request::timestamp::Timestamp;
use crate::sign::authorization::{check_access_key_id, credential_parts};
use crate::sign::presign::MAX_EXPIRES;
use crate::signature::Signature;
use crate::signature::key::SigningKey;
use crate::verify::claim::NO_SECRET;
use crate::verify::policy::Policy;
use alloc::borrow::Cow;
use alloc::string::String;
use core::fmt;

/// The signature of a form and all that it says of itself. Nothing of it is proven before
/// [`verify`](Self::verify). Neither `Debug` nor any error shows a field's value.
///
/// ```
/// use core::time::Duration;
/// use sigv4::post_policy::{ArrivedForm, PostClaim, PostPolicy};
/// use sigv4::{Credentials, Policy, Signer, Timestamp};
///
/// # let at = Timestamp::parse("20240102T030405Z")?;
/// # let signer = Signer::new(Credentials::new("AKIDEXAMPLE", "secret"), "eu-west-1", "s3");
/// # let policy = PostPolicy::new("examplebucket", "user/${filename}", Duration::from_secs(60));
/// # let form = signer.sign_post_policy(&policy, at)?;
/// # let fields: Vec<_> = form.fields().map(|(name, value)| (name, value.as_bytes())).collect();
/// // The fields before `file`, and the name of the file.
/// let form = ArrivedForm::new("examplebucket", &fields, Some("saw.png"));
/// let claim = PostClaim::from_form(&form)?;
/// // Your key store, by `claim.access_key_id()`.
/// let key = claim.signing_key("secret");
/// let verified = claim.verify(&key, &Policy::new(&["eu-west-1"], "s3"), at)?;
/// assert_eq!(verified.key, "user/saw.png");
/// verified.check_length(1234)?; // of the file, once it is there
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct PostClaim<'a> {
    form: ArrivedForm<'a>,
    access_key_id: &'a str,
    region: &'a str,
    service: &'a str,
    at: Timestamp,
    policy: &'a str,
    key: &'a str,
    signature: Signature,
}

impl<'a> PostClaim<'a> {
    /// Reads what a form says of its signature: each field once, algorithm, credential and date in
    /// their exact form, and the credential of the date's day.
    ///
    /// # Errors
    /// [`PostFault`], looked for in this order: limits, repeated fields, missing ones, algorithm,
    /// credential, date, signature.
    pub fn from_form(form: &ArrivedForm<'a>) -> Result<Self, PostFault> {
        form.check()?;
        let key = needed(form, KEY, "key")?;
        let all = [ALGORITHM, CREDENTIAL, DATE, SIGNATURE];
        if all.iter().all(|name| form.text(name).is_none()) {
            let has_old = form.text("signature").is_some();
            return Err(if has_old {
                PostFault::SignatureVersion2
            } else {
                PostFault::NotSigned
            });
        }
        let algorithm = needed(form, ALGORITHM, "X-Amz-Algorithm")?;
        let credential = needed(form, CREDENTIAL, "X-Amz-Credential")?;
        let date = needed(form, DATE, "X-Amz-Date")?;
        let signature = needed(form, SIGNATURE, "X-Amz-Signature")?;
        let policy = needed(form, POLICY, "Policy")?;
        if algorithm != NAME {
            return Err(Error::UnsupportedAlgorithm.into());
        }
        let [access_key_id, scope @ ..] = credential_parts(Algorithm::SigV4, credential)?;
        check_access_key_id(access_key_id)?;
        let scope = Scope::parse(Algorithm::SigV4, scope, None)?;
        let at = Timestamp::parse(date)?;
        if scope.date_bytes() != at.date_bytes() {
            return Err(Error::ScopeDateDiffers.into());
        }
        Ok(Self {
            form: *form,
            access_key_id,
            region: scope.region(),
            service: scope.service(),
            at,
            policy,
            key,
            signature: Signature::parse(signature).ok_or(Error::MalformedSignature)?,
        })
    }

    /// Whose key is said to have made the signature: look it up by this.
    pub fn access_key_id(&self) -> &'a str {
        self.access_key_id
    }

    /// What the key is said to be good for.
    pub fn scope(&self) -> Scope<'_> {
        Scope::trusted(Algorithm::SigV4, &self.at, self.region, self.service)
    }

    /// When the signature is said to have been made.
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// The key that a secret gives for this claim's scope.
    pub fn signing_key(&self, secret_access_key: &str) -> SigningKey {
        SigningKey::derive(secret_access_key, &self.scope())
    }

    /// Whether this claim holds at the time `now`, and the form meets its policy.
    ///
    /// Where the access key is unknown, pass `None`, which takes as long as a wrong signature. Of
    /// the [`Policy`] count regions, service and clock skew. The signature is compared over the
    /// field as it arrived, in constant time, before anything is decoded.
    ///
    /// # Errors
    /// [`PostFault`], looked for in this order: region, service, age, signature, base64, JSON,
    /// expiration, conditions, fields without a condition.
    pub fn verify<'v, 'k>(
        &'v self,
        key: impl Into<Option<&'k SigningKey>>,
        policy: &Policy<'_>,
        now: Timestamp,
    ) -> Result<VerifiedPost<'v>, PostFault> {
        if !policy.regions.contains(&self.region) {
            return Err(Error::WrongRegion.into());
        }
        if self.service != policy.service {
            return Err(Error::WrongService.into());
        }
        self.check_age(policy, now)?;
        self.check_signature(key.into())?;
        let document = PolicyDocument::read(self.policy)?;
        if now > document.expires_at {
            return Err(PostFault::PolicyExpired {
                expired: document.expires_at,
                now,
            });
        }
        let fields = expanded(&self.form)?;
        document.conditions.check(self.form.bucket, &fields)?;
        let mut found = fields.iter();
        let found = found.find(|(name, _)| name.eq_ignore_ascii_case(KEY));
        let key = found.map_or(Cow::Borrowed(self.key), |(_, key)| key.clone());
        let (length, limit) = (key.len(), MAX_KEY);
        if length > limit {
            return Err(PostFault::KeyTooLong { length, limit });
        }
        let (minimum_length, maximum_length) = document.conditions.lengths();
        Ok(VerifiedPost {
            access_key_id: self.access_key_id,
            scope: self.scope(),
            session_token: self.form.text(TOKEN),
            bucket: self.form.bucket,
            key,
            expires_at: document.expires_at,
            minimum_length,
            maximum_length,
            fields,
        })
    }

    /// It is the policy's expiration that ends a form; but nothing is signed in the future, and a
    /// signing key lives for seven days.
    fn check_age(&self, policy: &Policy<'_>, now: Timestamp) -> Result<(), Error> {
        let (signed, skew) = (self.at, policy.clock_skew.as_secs());
        let age = i128::from(now.since(&signed));
        if age > i128::from(MAX_EXPIRES) {
            let limit = MAX_EXPIRES;
            return Err(Error::Expired { signed, now, limit });
        }
        if age < i128::from(skew).saturating_neg() {
            let limit = skew;
            return Err(Error::NotYetCurrent { signed, now, limit });
        }
        Ok(())
    }

    fn check_signature(&self, known: Option<&SigningKey>) -> Result<(), Error> {
        let stand_in = known.is_none().then(|| self.signing_key(NO_SECRET));
        let key = known.or(stand_in.as_ref());
        let to_sign = PolicyToSign(self.policy.as_bytes());
        let holds = key.is_some_and(|key| key.verifies(&to_sign, &self.signature));
        // Anybody can sign with the stand-in: it opens nothing.
        if holds && known.is_some() {
            return Ok(());
        }
        Err(Error::SignatureMismatch)
    }
}

/// The conditions of a form's policy, where they can be read.
pub(crate) fn conditions_of(form: &ArrivedForm<'_>) -> Option<Conditions> {
    let document = PolicyDocument::read(form.text(POLICY)?).ok()?;
    Some(document.conditions)
}

/// The word of a form's policy that a fault is about.
pub(crate) fn word_of(fault: PostFault, form: &ArrivedForm<'_>) -> Option<String> {
    policy_document::word(form.text(POLICY)?, fault)
}

fn needed<'a>(
    form: &ArrivedForm<'a>,
    called: &str,
    name: &'static str,
) -> Result<&'a str, PostFault> {
    let text = form.text(called);
    // An empty one is as good as none, as the page of a browser leaves it.
    text.filter(|text| !text.is_empty())
        .ok_or(PostFault::MissingField { name })
}

impl fmt::Debug for PostClaim<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostClaim")
            .field("access_key_id", &self.access_key_id)
            .field("scope", &self.scope())
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}

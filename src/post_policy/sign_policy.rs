//! A policy signed.

use super::field_name::{
    ALGORITHM, BUCKET, CREDENTIAL, DATE, FILENAME, KEY, POLICY, SIGNATURE, TOKEN,
};
use super::form::{Open, PostForm};
use super::making::{Part, PostPolicy};
use super::policy_error::PostPolicyError;
use super::policy_text::PolicyText;
use crate::grammar::base64::base64;
use crate::request::algorithm::{ALGORITHM as NAME, Algorithm};
use crate::request::timestamp::Timestamp;
use crate::sign::signer::Signer;
use crate::signature::string_to_sign::ToSign;
use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use zeroize::Zeroizing;

impl Signer {
    /// [The form](https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-authentication-HTTPPOST.html)
    /// that lets anybody upload what the policy allows, from `at` on. What is signed is the policy in
    /// base64 and nothing else; field names are those of botocore, byte for byte.
    ///
    /// # Errors
    /// [`PostPolicyError`].
    pub fn sign_post_policy(
        &self,
        policy: &PostPolicy,
        at: Timestamp,
    ) -> Result<PostForm, PostPolicyError> {
        policy.check()?;
        let expiration = policy.expiration(at)?;
        let mut text = PolicyText::until(expiration);
        let mut fields = Vec::new();
        let mut open = Vec::new();
        for part in &policy.parts {
            match part {
                Part::Field { name, value } => {
                    named(&mut text, name, value);
                    fields.push((name.clone(), Zeroizing::new(value.clone())));
                }
                Part::Condition { name, wanted } => {
                    match wanted {
                        Open::Equal(value) => text.equal(name, value),
                        Open::StartsWith(prefix) => text.starts_with(name, prefix),
                    }
                    if policy.value(name).is_none() {
                        add_open(&mut open, name, wanted);
                    }
                }
                Part::Length { minimum, maximum } => text.length(*minimum, *maximum),
            }
        }
        text.equal(BUCKET, &policy.bucket);
        named(&mut text, KEY, &policy.key);
        let proof = self.proof(&at)?;
        for (name, value) in &proof {
            text.equal(name, value);
        }
        fields.push((KEY.to_owned(), Zeroizing::new(policy.key.clone())));
        let mut signed = self.signed(&text.finish(), proof, at);
        let added = fields.len();
        fields.append(&mut signed.fields);
        let form = PostForm {
            fields,
            added,
            open,
            expires_at: Some(expiration),
        };
        form.check_length()?;
        Ok(form)
    }

    /// The same for a policy that was written elsewhere, as it stands: the fields that
    /// belong to its signature. Nothing of it is looked at; it has to have conditions for these
    /// fields, of the same time. The caller's own are added by [`PostForm::with_field`].
    ///
    /// # Errors
    /// [`PostPolicyError::Signing`], [`PostPolicyError::NotS3`], [`PostPolicyError::FormTooLong`].
    pub fn sign_post_document(
        &self,
        document: &str,
        at: Timestamp,
    ) -> Result<PostForm, PostPolicyError> {
        let proof = self.proof(&at)?;
        let form = self.signed(document, proof, at);
        form.check_length()?;
        Ok(form)
    }

    /// What a policy has conditions on, beside bucket and key.
    fn proof(
        &self,
        at: &Timestamp,
    ) -> Result<Vec<(&'static str, Zeroizing<String>)>, PostPolicyError> {
        if self.service() != "s3" || self.profile().algorithm != Algorithm::SigV4 {
            return Err(PostPolicyError::NotS3);
        }
        Signer::check(self)?;
        let id = self.credentials().access_key_id();
        let credential = format!("{id}/{}", self.scope(at));
        let mut proof: Vec<_> = [
            (ALGORITHM, NAME.to_owned()),
            (CREDENTIAL, credential),
            (DATE, at.to_string()),
        ]
        .map(|(name, value)| (name, Zeroizing::new(value)))
        .into();
        if let Some(token) = self.credentials().session_token() {
            proof.push((TOKEN, Zeroizing::new(token.to_owned())));
        }
        Ok(proof)
    }

    fn signed(
        &self,
        document: &str,
        proof: Vec<(&'static str, Zeroizing<String>)>,
        at: Timestamp,
    ) -> PostForm {
        let policy = base64(document.as_bytes());
        let key = self.key_for(&self.scope(&at));
        let signature = key.sign_any(&PolicyToSign(policy.as_bytes()));
        let last = [(POLICY, policy), (SIGNATURE, signature.to_string())];
        let last = last.map(|(name, value)| (name, Zeroizing::new(value)));
        let fields = proof.into_iter().chain(last);
        PostForm {
            fields: fields
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
            added: 0,
            open: Vec::new(),
            expires_at: None,
        }
    }
}

/// The string to sign is the policy in base64: no algorithm, no time and no scope are in front.
pub(super) struct PolicyToSign<'a>(pub(super) &'a [u8]);

impl ToSign for PolicyToSign<'_> {
    fn write(&self, out: &mut impl FnMut(&[u8])) {
        out(self.0);
    }
}

/// A field once, as the narrowest of its conditions has it: a form with two of a name is refused.
fn add_open(open: &mut Vec<(String, Open)>, name: &str, wanted: &Open) {
    let mut earlier = open.iter_mut();
    match earlier.find(|(earlier, _)| earlier.eq_ignore_ascii_case(name)) {
        Some((_, before)) => {
            if let Some(narrower) = before.narrower(wanted, name).cloned() {
                *before = narrower;
            }
        }
        None => open.push((name.to_owned(), wanted.clone())),
    }
}

/// The condition on a field whose value is known but for the file's name.
fn named(text: &mut PolicyText, name: &str, value: &str) {
    match value.strip_suffix(FILENAME) {
        Some(before) => text.starts_with(name, before),
        None => text.equal(name, value),
    }
}

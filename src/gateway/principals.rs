//! Who may call, with which keys, and what they may do.

use super::iam::decision::Decision;
use super::iam::document::PolicyDocument;
use super::iam::fault::{PolicyError, PolicyFault};
use super::located::{self, At, JsonFault, Node, Place};
use crate::error::Error;
use crate::request::credentials::Credentials;
use crate::request::timestamp::Timestamp;
use alloc::collections::BTreeMap;
use alloc::collections::btree_map::Entry;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

/// What is wrong with a list of principals, and where.
pub type PrincipalsError = At<PrincipalsFault>;

/// A caller: an IAM user, a role session, the root user of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// For example `arn:aws:iam::123456789012:user/alice`.
    pub arn: PrincipalArn,
    /// At least one.
    pub keys: Vec<Key>,
    /// Evaluated together. With none, everything is denied.
    pub policies: Vec<PolicyDocument>,
}

impl Principal {
    /// Whether the policies allow an action on a resource.
    #[must_use]
    pub fn decision(&self, action: &str, resource: &str) -> Decision {
        Decision::of(&self.policies, action, resource)
    }
}

#[cfg(feature = "proxy")]
impl Principal {
    /// As [`Decision::of_any_action`].
    pub(crate) fn decision_on_any_action(&self, service: &str) -> Decision {
        Decision::of_any_action(&self.policies, service)
    }
}

/// An access key of a principal.
///
/// `Debug` shows neither secret nor session token. Both are wiped when dropped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The access key id, the secret and, of a temporary key, the session token.
    pub credentials: Credentials,
    /// When a temporary key expires; one without a session token never does.
    pub expires_at: Option<Timestamp>,
}

impl Key {
    /// Whether the key is no longer valid. It is not at the very second of its expiry.
    #[must_use]
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|expiry| now >= expiry)
    }
}

/// The ARN of a user, a role or a session, under `iam` or `sts`.
/// [IAM ARNs](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns)
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PrincipalArn(String);

impl PrincipalArn {
    /// Reads `arn:partition:iam::account:resource`, or the same with `sts`.
    ///
    /// # Errors
    /// [`PrincipalsFault::InvalidArn`], [`PrincipalsFault::InvalidAccountId`].
    pub fn parse(text: &str) -> Result<Self, PrincipalsFault> {
        let mut parts = text.splitn(6, ':');
        let (
            Some("arn"),
            Some(partition),
            Some("iam" | "sts"),
            Some(""),
            Some(account),
            Some(name),
        ) = (
            parts.next(),
            parts.next(),
            parts.next(),
            parts.next(),
            parts.next(),
            parts.next(),
        )
        else {
            return Err(PrincipalsFault::InvalidArn);
        };
        // It is shown in answers and logs, one line each.
        let visible = text.bytes().all(|byte| byte.is_ascii_graphic());
        if partition.is_empty() || name.is_empty() || !visible {
            return Err(PrincipalsFault::InvalidArn);
        }
        if account.len() != 12 || !account.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(PrincipalsFault::InvalidAccountId);
        }
        Ok(Self(text.into()))
    }

    /// The whole ARN.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The twelve digits of the account.
    #[must_use]
    pub fn account_id(&self) -> &str {
        // The constructor has found five parts and more: the default is never taken.
        self.0.split(':').nth(4).unwrap_or_default()
    }
}

impl fmt::Display for PrincipalArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// All callers that are known, by access key id.
///
/// ```
/// use sigv4::gateway::Principals;
///
/// let principals = Principals::from_json(
///     r#"{ "principals": [{
///         "arn": "arn:aws:iam::123456789012:user/alice",
///         "keys": [{ "access_key_id": "AKIDEXAMPLE", "secret_access_key": "not-a-real-secret" }],
///         "policies": [{ "Statement": {
///             "Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*" }}]
///     }]}"#,
/// )?;
/// let (alice, _key) = principals.find("AKIDEXAMPLE").unwrap();
/// assert_eq!(alice.arn.account_id(), "123456789012");
/// assert!(principals.find("AKIDUNKNOWN").is_none());
/// # Ok::<(), sigv4::gateway::PrincipalsError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Principals {
    list: Vec<Principal>,
    /// Access key id, to the indices of principal and key.
    by_key: BTreeMap<String, (usize, usize)>,
}

impl Principals {
    /// Checks that there are principals, that each has a name of its own and keys that can be
    /// used, and that no two keys have the same id.
    ///
    /// # Errors
    /// A [`PrincipalsFault`] and its place, for example `principals[1].keys`.
    pub fn new(list: Vec<Principal>) -> Result<Self, PrincipalsError> {
        let top = Place::Key(&Place::Top, "principals");
        if list.is_empty() {
            return Err(top.at(JsonFault::EmptyList).into());
        }
        let mut arns = BTreeMap::new();
        let mut by_key = BTreeMap::new();
        for (index, principal) in list.iter().enumerate() {
            let principal_place = Place::Index(&top, index);
            let arn = Place::Key(&principal_place, "arn");
            if let Some(first) = arns.insert(&principal.arn, index) {
                let first = Place::Key(&Place::Index(&top, first), "arn").to_string();
                return Err(arn.at(PrincipalsFault::RepeatedArn { first }));
            }
            let keys = Place::Key(&principal_place, "keys");
            if principal.keys.is_empty() {
                return Err(keys.at(JsonFault::EmptyList).into());
            }
            for (key_index, key) in principal.keys.iter().enumerate() {
                let place = Place::Index(&keys, key_index);
                check(key, &place)?;
                match by_key.entry(key.credentials.access_key_id().into()) {
                    Entry::Vacant(free) => {
                        free.insert((index, key_index));
                    }
                    Entry::Occupied(taken) => {
                        let (index, key_index) = *taken.get();
                        let keys = Place::Index(&top, index);
                        let key = Place::Key(&keys, "keys");
                        let key = Place::Index(&key, key_index);
                        let first = Place::Key(&key, ACCESS_KEY_ID).to_string();
                        let fault = PrincipalsFault::RepeatedAccessKeyId { first };
                        return Err(Place::Key(&place, ACCESS_KEY_ID).at(fault));
                    }
                }
            }
        }
        Ok(Self { list, by_key })
    }

    /// Reads
    ///
    /// ```json
    /// { "principals": [
    ///   { "arn": "arn:aws:iam::123456789012:user/alice",
    ///     "keys": [ { "access_key_id": "…", "secret_access_key": "…",
    ///                 "session_token": "…", "expires_at": "20301231T000000Z" } ],
    ///     "policies": [ { "Version": "2012-10-17", "Statement": {
    ///       "Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*" } } ] } ] }
    /// ```
    ///
    /// where `session_token` is optional, and `expires_at` too, which needs a session token.
    /// The text has secrets in it: it is the caller's to wipe.
    ///
    /// # Errors
    /// A [`PrincipalsFault`] and its place, for example
    /// `principals[1].policies[0].Statement[2].Effect`. Nothing that the file says is in it.
    pub fn from_json(text: &str) -> Result<Self, PrincipalsError> {
        let json = located::parse(text)?;
        let top = Node::root(&json);
        top.keys(&["principals"])?;
        let mut list = Vec::new();
        for principal in &top.require("principals")?.items()? {
            list.push(read_principal(principal)?);
        }
        Self::new(list)
    }

    /// Whose access key this is.
    #[must_use]
    pub fn find(&self, access_key_id: &str) -> Option<(&Principal, &Key)> {
        let (principal, key) = *self.by_key.get(access_key_id)?;
        let principal = self.list.get(principal)?;
        Some((principal, principal.keys.get(key)?))
    }

    /// All of them, in their order.
    pub fn iter(&self) -> impl Iterator<Item = &Principal> {
        self.list.iter()
    }
}

const ACCESS_KEY_ID: &str = "access_key_id";
const SECRET_ACCESS_KEY: &str = "secret_access_key";
const SESSION_TOKEN: &str = "session_token";
const EXPIRES_AT: &str = "expires_at";

fn read_principal(principal: &Node<'_>) -> Result<Principal, PrincipalsError> {
    principal.keys(&["arn", "keys", "policies"])?;
    let arn = principal.require("arn")?;
    let arn = PrincipalArn::parse(arn.text()?).map_err(|fault| arn.at(fault))?;
    let keys: Result<_, _> = principal
        .require("keys")?
        .items()?
        .iter()
        .map(read_key)
        .collect();
    let keys = keys?;
    let policies: Result<_, _> = principal
        .require("policies")?
        .items()?
        .iter()
        .map(PolicyDocument::read)
        .collect();
    Ok(Principal {
        arn,
        keys,
        policies: policies?,
    })
}

fn read_key(key: &Node<'_>) -> Result<Key, PrincipalsError> {
    key.keys(&[ACCESS_KEY_ID, SECRET_ACCESS_KEY, SESSION_TOKEN, EXPIRES_AT])?;
    let mut credentials = Credentials::new(
        key.require(ACCESS_KEY_ID)?.text()?,
        key.require(SECRET_ACCESS_KEY)?.text()?,
    );
    if let Some(token) = key.get(SESSION_TOKEN) {
        credentials = credentials.with_session_token(token.text()?);
    }
    let expires_at = match key.get(EXPIRES_AT) {
        Some(expiry) => {
            let parsed = Timestamp::parse(expiry.text()?);
            Some(parsed.map_err(|error| expiry.at(PrincipalsFault::Invalid(error)))?)
        }
        None => None,
    };
    Ok(Key {
        credentials,
        expires_at,
    })
}

/// The rules for credentials that sign, and: only temporary ones expire.
fn check(key: &Key, place: &Place<'_>) -> Result<(), PrincipalsError> {
    if let Err(error) = key.credentials.check() {
        let field = match error {
            Error::EmptySecretAccessKey => SECRET_ACCESS_KEY,
            Error::InvalidSessionToken { .. } => SESSION_TOKEN,
            _ => ACCESS_KEY_ID,
        };
        return Err(Place::Key(place, field).at(PrincipalsFault::Invalid(error)));
    }
    if key.expires_at.is_some() && key.credentials.session_token().is_none() {
        return Err(Place::Key(place, EXPIRES_AT).at(PrincipalsFault::ExpiryWithoutToken));
    }
    Ok(())
}

/// What is wrong with a list of principals. No variant has text from the file, which could be
/// a secret in the wrong place.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PrincipalsFault {
    /// It is not JSON, or not of the right shape.
    Json(JsonFault),
    /// A policy document is wrong. Never [`PolicyFault::Json`].
    Policy(PolicyFault),
    /// A part of a key is empty or malformed.
    Invalid(Error),
    /// It is no `arn:partition:iam::account:resource`, or the same with `sts`.
    InvalidArn,
    /// The account id of an ARN is not twelve digits.
    InvalidAccountId,
    /// Another principal has the same ARN.
    RepeatedArn {
        /// The place of the other.
        first: String,
    },
    /// Another key has the same id.
    RepeatedAccessKeyId {
        /// The place of the other.
        first: String,
    },
    /// Only a key with a session token expires.
    ExpiryWithoutToken,
}

impl fmt::Display for PrincipalsFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(fault) => fault.fmt(f),
            Self::Policy(fault) => fault.fmt(f),
            Self::Invalid(error) => error.fmt(f),
            Self::InvalidArn => f.write_str(
                "no ARN of the form \"arn:aws:iam::account:…\" or \"arn:aws:sts::account:…\"",
            ),
            Self::InvalidAccountId => f.write_str("the account id is not twelve digits"),
            Self::RepeatedArn { first } | Self::RepeatedAccessKeyId { first } => {
                write!(f, "the same as {first}")
            }
            Self::ExpiryWithoutToken => f.write_str("only a key with a session token expires"),
        }
    }
}

impl core::error::Error for PrincipalsFault {}

impl From<At<JsonFault>> for PrincipalsError {
    fn from(At { place, fault }: At<JsonFault>) -> Self {
        Self {
            place,
            fault: PrincipalsFault::Json(fault),
        }
    }
}

impl From<PolicyError> for PrincipalsError {
    fn from(At { place, fault }: PolicyError) -> Self {
        let fault = match fault {
            PolicyFault::Json(fault) => PrincipalsFault::Json(fault),
            fault => PrincipalsFault::Policy(fault),
        };
        Self { place, fault }
    }
}

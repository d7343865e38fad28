//! What STS answers to a call of `GetCallerIdentity`.

use crate::tokens::verify::sts_replay::StsReplay;
use alloc::string::String;
use core::fmt;
use serde_json::Value;

/// How long an answer may be, in bytes. STS's have a few hundred.
const LONGEST: usize = 65_536;

/// Who signed a call, as STS says.
///
/// ```
/// use sigv4::tokens::{StsAnswerError, StsCaller};
/// # use sigv4::tokens::StsReplay;
///
/// # fn read(replay: &StsReplay) -> Result<(), StsAnswerError> {
/// let body = br#"{"GetCallerIdentityResponse": {"GetCallerIdentityResult": {
///     "Account": "123456789012", "UserId": "AIDAEXAMPLE",
///     "Arn": "arn:aws:iam::123456789012:user/alice"}}}"#;
/// let caller: StsCaller = replay.caller(200, body)?;
/// assert_eq!(caller.arn, "arn:aws:iam::123456789012:user/alice");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StsCaller {
    /// Twelve digits; the account that the ARN names.
    pub account: String,
    /// Of a user, an assumed role, a federated user, or the account's root.
    pub arn: String,
    /// `AIDA…` of a user, `AROA…:session` of an assumed role.
    pub user_id: String,
}

/// Why an answer of STS names nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StsAnswerError {
    /// STS refused the call: the signature is wrong, the call too old, or the key not known.
    Refused {
        /// Other than 200.
        status: u16,
    },
    /// Longer than any of STS's.
    TooLong {
        /// In bytes.
        bytes: usize,
        /// How long it may be.
        limit: usize,
    },
    /// It is not JSON, or not of `GetCallerIdentity`; so is XML, for which a caller can ask in an
    /// `accept` that is signed.
    NotTheAnswer,
    /// Account, ARN or user id are not what they are called.
    NoCaller,
}

impl StsReplay {
    /// Who signed the call, by STS's answer to it: status and body, in JSON, of the host that was to be
    /// asked, which is for you to see to. Feature `client` or `post-policy`, for their JSON.
    ///
    /// # Errors
    /// [`StsAnswerError`].
    pub fn caller(&self, status: u16, body: &[u8]) -> Result<StsCaller, StsAnswerError> {
        if status != 200 {
            return Err(StsAnswerError::Refused { status });
        }
        if body.len() > LONGEST {
            return Err(StsAnswerError::TooLong {
                bytes: body.len(),
                limit: LONGEST,
            });
        }
        let answer: Value =
            serde_json::from_slice(body).map_err(|_| StsAnswerError::NotTheAnswer)?;
        let result = answer
            .get("GetCallerIdentityResponse")
            .and_then(|response| response.get("GetCallerIdentityResult"))
            .ok_or(StsAnswerError::NotTheAnswer)?;
        let text = |name| {
            let text = result.get(name).and_then(Value::as_str);
            text.map(String::from).ok_or(StsAnswerError::NoCaller)
        };
        let caller = StsCaller {
            account: text("Account")?,
            arn: text("Arn")?,
            user_id: text("UserId")?,
        };
        if caller.is_one() {
            Ok(caller)
        } else {
            Err(StsAnswerError::NoCaller)
        }
    }
}

impl StsCaller {
    /// `arn:PARTITION:SERVICE::ACCOUNT:RESOURCE`, of the account that is named beside.
    fn is_one(&self) -> bool {
        let mut parts = self.arn.splitn(6, ':');
        self.account.len() == 12
            && self.account.bytes().all(|byte| byte.is_ascii_digit())
            && parts.next() == Some("arn")
            && parts.nth(3) == Some(&self.account)
            && parts.next().is_some_and(|resource| !resource.is_empty())
            && !self.user_id.is_empty()
    }
}

impl fmt::Display for StsAnswerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused { status } => write!(f, "STS answered {status}: it refused the call"),
            Self::TooLong { bytes, limit } => {
                write!(f, "the answer has {bytes} bytes, more than {limit}")
            }
            Self::NotTheAnswer => {
                f.write_str("the answer is not that of GetCallerIdentity, in JSON")
            }
            Self::NoCaller => f.write_str("the answer names no caller"),
        }
    }
}

impl core::error::Error for StsAnswerError {}

//! What S3 answers to a form. Codes and texts are those recorded of S3 where there are any, else
//! versitygw's, which mirror them; a date that is wrong has no recorded answer, and has that of a
//! presigned URL.

use super::answer::{Refusal, Words};
use super::reason::RefusalReason;
use super::s3;
use super::s3_details::{DENIED, Details};
use crate::error::Error;
use crate::post_policy::{ArrivedForm, Condition, PostFault, conditions_of, word_of};
use crate::request::{Payload, Request};
use crate::verify::policy::Policy;
use alloc::borrow::Cow;
use alloc::format;
use alloc::string::ToString;

const ARGUMENT: &str = "InvalidArgument";
const DOCUMENT: &str = "InvalidPolicyDocument";
const ONE_FILE: &str = "POST requires exactly one file upload per request.";

impl Refusal {
    /// The answer of S3 to a form that uploads a file. The reason is a [`PostFault`] or, of keys,
    /// tokens and the body, another [`RefusalReason`].
    ///
    /// ```
    /// use sigv4::post_policy::{ArrivedForm, PostClaim};
    /// use sigv4::{Policy, Refusal};
    ///
    /// let form = ArrivedForm::new("examplebucket", &[("key", b"a")], None);
    /// let fault = PostClaim::from_form(&form).unwrap_err();
    /// let refusal = Refusal::of_post(fault, &form, &Policy::new(&["eu-west-1"], "s3"));
    /// assert_eq!((refusal.status(), refusal.code()), (403, "AccessDenied"));
    /// ```
    #[must_use]
    pub fn of_post(
        reason: impl Into<RefusalReason>,
        form: &ArrivedForm<'_>,
        policy: &Policy<'_>,
    ) -> Self {
        let reason = reason.into();
        let fault = match reason {
            RefusalReason::Post(fault) => fault,
            RefusalReason::Error(error) => PostFault::Claim(error),
            _ => return of_service(reason, form, policy),
        };
        let mut details = Details::new();
        let words = match fault {
            PostFault::Claim(error) => of_claim(error, form, policy, &mut details),
            fault => of_fault(fault, form, &mut details),
        };
        Self::xml(reason, words, details)
    }
}

/// As of any other request.
fn of_service(reason: RefusalReason, form: &ArrivedForm<'_>, policy: &Policy<'_>) -> Refusal {
    let nothing = Request {
        method: "POST",
        target: "/",
        headers: &[],
        payload: Payload::Unsigned,
    };
    let mut refusal = s3::refusal(reason, &nothing, policy);
    if reason == RefusalReason::UnknownAccessKey {
        refusal.details = access_key_id(form);
    }
    refusal
}

fn access_key_id(form: &ArrivedForm<'_>) -> Details {
    let credential = form.text(CREDENTIAL.1).unwrap_or_default();
    let id = credential.split('/').next().unwrap_or_default();
    [("AWSAccessKeyId", id.into())].into()
}

/// A field as S3 spells it, and as it is looked for.
type Field = (&'static str, &'static str);

const ALGORITHM: Field = ("X-Amz-Algorithm", "x-amz-algorithm");
const CREDENTIAL: Field = ("X-Amz-Credential", "x-amz-credential");
const DATE: Field = ("X-Amz-Date", "x-amz-date");

/// What is wrong with one field, which is named.
fn argument(
    (name, field): Field,
    form: &ArrivedForm<'_>,
    message: impl Into<Cow<'static, str>>,
    details: &mut Details,
) -> Words {
    let value = form.text(field).unwrap_or_default();
    details.push(("ArgumentName", name.into()));
    details.push(("ArgumentValue", value.into()));
    (400, ARGUMENT, message.into())
}

fn of_claim(
    error: Error,
    form: &ArrivedForm<'_>,
    policy: &Policy<'_>,
    details: &mut Details,
) -> Words {
    let credential = form.text(CREDENTIAL.1).unwrap_or_default();
    let part = |place: usize| credential.split('/').nth(place).unwrap_or_default();
    let message: Cow<'static, str> = match error {
        Error::UnsupportedAlgorithm => {
            let message = "X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\"";
            return argument(ALGORITHM, form, message, details);
        }
        Error::InvalidTimestamp { .. } => {
            // As S3 spells it.
            let message = "X-Amz-Date must be formated via ISO8601 Long format";
            return argument(DATE, form, message, details);
        }
        Error::EmptyAccessKeyId => {
            "a non-empty Access Key (AKID) must be provided in the credential.".into()
        }
        Error::InvalidScopeDate => format!(
            "incorrect date format \"{}\". This date in the credential must be in the format \
             \"yyyyMMdd\".",
            part(1)
        )
        .into(),
        Error::ScopeDateDiffers => {
            "Invalid credential date. This date is not the same as X-Amz-Date.".into()
        }
        Error::WrongTerminator => format!(
            "incorrect terminal \"{}\". This endpoint uses \"aws4_request\".",
            part(4)
        )
        .into(),
        Error::WrongRegion => {
            let expected = policy.regions.first().copied().unwrap_or_default();
            let message = format!("the region '{}' is wrong; expecting '{expected}'", part(2));
            let words = argument(CREDENTIAL, form, message, details);
            details.push(("Region", expected.into()));
            return words;
        }
        Error::WrongService => format!(
            "incorrect service \"{}\". This endpoint belongs to \"s3\".",
            part(3)
        )
        .into(),
        Error::Expired { .. } => {
            return (
                403,
                DENIED,
                "Invalid according to Policy: Policy expired.".into(),
            );
        }
        Error::NotYetCurrent { .. } => return (403, DENIED, "Request is not yet valid".into()),
        Error::SignatureMismatch | Error::MalformedSignature => {
            // What S3 computed it over is the field, as it arrived.
            *details = access_key_id(form);
            let policy = form.text("policy").unwrap_or_default();
            let signature = form.text("x-amz-signature").unwrap_or_default();
            details.push(("StringToSign", policy.into()));
            details.push(("SignatureProvided", signature.into()));
            let (status, code, message) = s3::MISMATCH;
            return (status, code, message.into());
        }
        _ => "the Credential is mal-formed; expecting \
              \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\"."
            .into(),
    };
    argument(CREDENTIAL, form, message, details)
}

const NOT_SUPPORTED: &str = "The authorization mechanism you have provided is not supported. Please use \
    AWS4-HMAC-SHA256.";

fn of_fault(fault: PostFault, form: &ArrivedForm<'_>, details: &mut Details) -> Words {
    let document = |what: &str| (400, DOCUMENT, format!("Invalid Policy: {what}").into());
    let denied = |what: &str| {
        let message = format!("Invalid according to Policy: {what}");
        (403, DENIED, message.into())
    };
    let word = || word_of(fault, form).unwrap_or_default();
    match fault {
        PostFault::NotSigned => (403, DENIED, "Access Denied".into()),
        // Of regions that never had Version 2.
        PostFault::SignatureVersion2 => (400, "InvalidRequest", NOT_SUPPORTED.into()),
        PostFault::MissingField { name } => {
            let message = format!(
                "Bucket POST must contain a field named '{name}'.  If it is specified, please check \
                 the order of the fields."
            );
            argument((name, ""), form, message, details)
        }
        PostFault::MissingFile | PostFault::RepeatedFile => {
            let count = u8::from(fault == PostFault::RepeatedFile).saturating_mul(2);
            details.push(("ArgumentName", "file".into()));
            details.push(("ArgumentValue", count.to_string()));
            (400, ARGUMENT, ONE_FILE.into())
        }
        PostFault::FormTooLong { limit } => {
            details.push(("MaxPostPreDataLengthBytes", limit.to_string()));
            // As S3 spells it.
            let message = "Your POST request fields preceeding the upload file was too large.";
            (400, "MaxPostPreDataLengthExceeded", message.into())
        }
        PostFault::NotBase64 => document("invalid Base64 encoding."),
        PostFault::NotJson | PostFault::NotObject | PostFault::NotInteger { .. } => {
            document("Invalid JSON.")
        }
        PostFault::UnknownMember { .. } => document(&format!("Unexpected: '{}'", word())),
        PostFault::RepeatedMember { .. } => document("Repeated member."),
        PostFault::MissingExpiration => document("Policy missing expiration."),
        PostFault::InvalidExpiration => {
            document(&format!("Invalid 'expiration' value: '{}'", word()))
        }
        PostFault::MissingConditions => document("Policy missing conditions."),
        PostFault::ConditionsNotList => document("Invalid 'conditions' value: must be a List."),
        PostFault::NotCondition { .. } => {
            document("Invalid condition test: must be a List or Object.")
        }
        PostFault::MissingOperator { .. } => {
            document("Invalid Condition: missing operation identifier.")
        }
        PostFault::UnknownOperator { .. } => document(&format!(
            "Invalid Condition: unknown operation '{}'.",
            word()
        )),
        PostFault::WrongCount { .. } => {
            document(&format!("Invalid {}: wrong number of arguments.", word()))
        }
        PostFault::NotOneProperty { .. } => document(
            "Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.",
        ),
        PostFault::NotText { .. } => document("Invalid Simple-Condition: value must be a string."),
        PostFault::EmptyRange { .. } => {
            document("Invalid content-length-range: the minimum is above the maximum.")
        }
        PostFault::PolicyExpired { .. } => denied("Policy expired."),
        PostFault::ConditionFailed { index } => {
            let conditions = conditions_of(form);
            let failed = conditions.as_ref().and_then(|all| all.get(index));
            let shown = failed.map(Condition::shown).unwrap_or_default();
            denied(&format!("Policy Condition failed: {shown}"))
        }
        PostFault::ExtraField { index } => {
            let name = form.fields.get(index).map_or("", |(name, _)| *name);
            denied(&format!("Extra input fields: {name}"))
        }
        PostFault::UnboundBucket => denied("Extra input fields: bucket"),
        PostFault::KeyTooLong { length, limit } => {
            details.push(("Size", length.to_string()));
            details.push(("MaxSizeAllowed", limit.to_string()));
            (400, "KeyTooLongError", "Your key is too long".into())
        }
        PostFault::FileTooShort { length, minimum } => {
            details.push(("ProposedSize", length.to_string()));
            details.push(("MinSizeAllowed", minimum.to_string()));
            let message = "Your proposed upload is smaller than the minimum allowed size";
            (400, "EntityTooSmall", message.into())
        }
        PostFault::FileTooLong { maximum } => {
            details.push(("MaxSizeAllowed", maximum.to_string()));
            let message = "Your proposed upload exceeds the maximum allowed size";
            (400, "EntityTooLarge", message.into())
        }
        PostFault::RepeatedField { .. }
        | PostFault::InvalidField { .. }
        | PostFault::TooManyFields { .. }
        | PostFault::Claim(_) => (
            400,
            "MalformedPOSTRequest",
            "The body of your POST request is not well-formed multipart/form-data.".into(),
        ),
    }
}

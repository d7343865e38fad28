//! A form that uploads a file to a bucket: its fields are verified before the file is read, and none
//! of the file is kept.
//! [POST Object](https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html)

use super::super::access_log::Entry;
use super::super::authorize::Authorizer;
use super::super::bodies::{Asked, Pace};
use super::super::reply::Reply;
use super::super::state::State;
#[cfg(feature = "inspect")]
use super::super::watch;
use super::form_reader::{FormFault, FormReader, MOST, Step};
use super::object::{PLAIN_HEADERS, bucket_in_host, bucket_name};
use super::post_taken::taken;
use super::upload::Upload;
use crate::error::Error;
use crate::post_policy::{ArrivedForm, PostClaim, PostFault, VerifiedPost};
use crate::request::{Header, Payload, Request};
use crate::verify::refusal::reason::RefusalReason;
use http::request::Parts;
use http::{Method, header};
use hyper::body::Incoming;
use std::borrow::{Cow, ToOwned};
use std::string::String;
use std::vec::Vec;

/// The bucket of a `POST` that is to no object: only forms are sent there.
pub(super) fn bucket_of(head: &Parts) -> Option<Result<String, Reply>> {
    let path = head.uri.path().strip_prefix('/').unwrap_or_default();
    let bucket = match bucket_in_host(head) {
        Some(bucket) if path.is_empty() => bucket,
        Some(_) => return None,
        None => path.strip_suffix('/').unwrap_or(path),
    };
    let is_form = head.method == Method::POST
        && head.uri.query().is_none()
        && !bucket.is_empty()
        && !bucket.contains('/');
    is_form.then(|| bucket_name(bucket).map(Cow::into_owned))
}

pub(super) async fn answer<'s>(
    bucket: &str,
    head: &Parts,
    body: &mut Asked<Incoming>,
    state: &'s State,
    authorizer: &Authorizer<'s>,
    entry: &mut Entry<'s>,
) -> Result<Reply, Reply> {
    if head.headers.contains_key(header::AUTHORIZATION) {
        return Err(authorizer.refusal(Error::MixedForms, &NOTHING));
    }
    let mut reader = FormReader::new(boundary(head)?);
    let mut pace = Pace::new(state.limits.read);
    let nobody = ArrivedForm::new(bucket, &[], None);
    let fault = |fault: PostFault| authorizer.form_refusal(fault, &nobody);
    let of_reader = |found: FormFault| match found {
        FormFault::Malformed => Reply::malformed_form(),
        FormFault::TooLong => fault(PostFault::FormTooLong { limit: MOST }),
    };
    let mut arrived = Vec::new();
    let file_name = loop {
        match reader.step().map_err(of_reader)? {
            Step::Hungry => {
                let next = pace.next(body).await;
                reader.put(next.map_err(|reason| authorizer.refusal(reason, &NOTHING))?);
            }
            Step::Field(name, value) => arrived.push((name, value)),
            Step::File(file_name) => break file_name,
            Step::End => return Err(fault(PostFault::MissingFile)),
            Step::Data(_) | Step::FileEnd => return Err(Reply::malformed_form()),
        }
    };
    let fields: Vec<Header<'_>> = arrived
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_slice()))
        .collect();
    let form = ArrivedForm::new(bucket, &fields, file_name.as_deref());
    let claim =
        PostClaim::from_form(&form).map_err(|fault| authorizer.form_refusal(fault, &form))?;
    entry.access_key_id = Some(claim.access_key_id().to_owned());
    #[cfg(feature = "inspect")]
    watch::filled(state, entry, &claim);
    let verified = proven(&claim, &form, authorizer, entry)?;
    check_served(&verified)?;
    let refuse = |reason: RefusalReason| match reason {
        RefusalReason::Post(fault) => authorizer.form_refusal(fault, &form),
        reason => authorizer.refusal(reason, &NOTHING),
    };
    // Checksums that came along are those of the file.
    let mut upload = Upload::new(None, false, &fields, state.limits.body)?;
    let mut length = 0_u64;
    loop {
        match reader.step().map_err(of_reader)? {
            Step::Hungry => reader.put(pace.next(body).await.map_err(refuse)?),
            Step::Data(data) => {
                length = length.saturating_add(data.len() as u64);
                verified
                    .check_so_far(length)
                    .map_err(|fault| refuse(fault.into()))?;
                upload.put(&data).map_err(refuse)?;
            }
            Step::FileEnd => break,
            Step::Field(..) | Step::File(_) | Step::End => return Err(Reply::malformed_form()),
        }
    }
    verified
        .check_length(length)
        .map_err(|fault| refuse(fault.into()))?;
    let arrived = upload.finish().map_err(refuse)?;
    Ok(taken(head, &verified, &arrived.sha256))
}

/// The form, if it is its caller's and allowed.
fn proven<'s, 'v>(
    claim: &'v PostClaim<'_>,
    form: &ArrivedForm<'_>,
    authorizer: &Authorizer<'s>,
    entry: &mut Entry<'s>,
) -> Result<VerifiedPost<'v>, Reply> {
    #[cfg(feature = "inspect")]
    let is_watched = entry.form.is_some();
    #[cfg(feature = "inspect")]
    let asks = core::cell::OnceCell::new();
    let asked = |verified: &VerifiedPost<'_>| {
        let actions = actions(verified);
        #[cfg(feature = "inspect")]
        if is_watched {
            asks.get_or_init(|| (actions.clone(), authorizer.resource_of(verified)));
        }
        actions
    };
    let outcome = authorizer.authorize_form(claim, form, asked);
    #[cfg(feature = "inspect")]
    if let Some(form) = &mut entry.form {
        form.asks = asks.into_inner();
    }
    match outcome {
        Ok((caller, verified)) => {
            entry.caller = Some(caller.arn.as_str());
            Ok(verified)
        }
        Err(refused) => {
            entry.caller = refused.caller.map(|caller| caller.arn.as_str());
            Err(refused.reply)
        }
    }
}

/// For answers that repeat nothing of the request.
const NOTHING: Request<'static> = Request {
    method: "POST",
    target: "/",
    headers: &[],
    payload: Payload::Unsigned,
};

/// [RFC 2046, 5.1.1](https://www.rfc-editor.org/rfc/rfc2046#section-5.1.1). It is looked for anew in each
/// piece of the body, however short: a long one would make each byte dear.
const MAX_BOUNDARY: usize = 70;

fn boundary(head: &Parts) -> Result<String, Reply> {
    let content_type = head.headers.get(header::CONTENT_TYPE);
    let content_type = content_type.and_then(|value| value.to_str().ok());
    let content_type = content_type.unwrap_or_default();
    let kind = content_type.split(';').next().unwrap_or_default();
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return Err(Reply::not_a_form());
    }
    let boundary = multer::parse_boundary(content_type).ok();
    boundary
        .filter(|boundary| (1..=MAX_BOUNDARY).contains(&boundary.len()))
        .ok_or_else(Reply::malformed_form)
}

/// What IAM is asked for
/// ([actions](https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html)).
fn actions(verified: &VerifiedPost<'_>) -> Vec<&'static str> {
    let further = [
        ("acl", "s3:PutObjectAcl"),
        ("tagging", "s3:PutObjectTagging"),
    ];
    let further = further
        .into_iter()
        .filter(|(field, _)| verified.field(field).is_some());
    let further = further.map(|(_, action)| action);
    ["s3:PutObject"].into_iter().chain(further).collect()
}

/// Fields are headers of an upload: what those need that nothing here knows, these need, too.
fn check_served(verified: &VerifiedPost<'_>) -> Result<(), Reply> {
    let mut names = verified.fields().map(|(name, _)| name.to_ascii_lowercase());
    let is_plain = |name: &str| PLAIN_HEADERS.iter().any(|begin| name.starts_with(begin));
    let needs_more =
        |name: String| name == "content-md5" || (name.starts_with("x-amz-") && !is_plain(&name));
    if names.any(needs_more) {
        return Err(Reply::not_implemented(
            "a field needs what nothing here does",
        ));
    }
    Ok(())
}

//! What a handler gets to know.

use crate::canonical::parameter::pairs_of;
use crate::request::streaming::Streaming;
use crate::request::timestamp::Timestamp;
use crate::verify::claim::{Claim, Form};
use crate::verify::verdict;
use alloc::string::String;
use alloc::sync::Arc;
use core::fmt;

/// Who calls, and what of the request is proven: in the request's extensions, behind a
/// [`VerifyLayer`](super::VerifyLayer). `P` is [`LookUp::Principal`](super::LookUp::Principal).
///
/// There is no other way to have one, and so none to put one into a request, but to take that of
/// another request, which was verified. What is inside is read, not made or changed:
///
/// ```
/// # use sigv4::tower::Verified;
/// fn who(caller: &Verified<String>) -> &str { caller.principal() }
/// fn copied(caller: &Verified<String>) -> Verified<String> { caller.clone() }
/// ```
/// ```compile_fail,E0423
/// # use sigv4::tower::Verified;
/// fn forged() -> Verified<String> { Verified(panic!()) }
/// ```
/// ```compile_fail,E0616
/// # use sigv4::tower::Verified;
/// fn inside(caller: &Verified<String>) -> &str { &caller.0.principal }
/// ```
/// ```compile_fail,E0624
/// # use sigv4::tower::Verified;
/// fn forged() -> Verified<String> { Verified::new(panic!(), panic!(), String::new()) }
/// ```
/// ```compile_fail,E0277
/// # use sigv4::tower::Verified;
/// fn forged() -> Verified<String> { String::from("root").into() }
/// ```
/// ```compile_fail,E0277
/// # use sigv4::tower::Verified;
/// fn forged() -> Verified<String> { Default::default() }
/// ```
/// ```compile_fail,E0308
/// # use sigv4::tower::{ApiGatewayCaller, Verified};
/// fn forged(caller: ApiGatewayCaller) -> Verified<String> { caller }
/// ```
///
/// ```
/// use sigv4::tower::{Body, Verified};
///
/// /// A handler of hyper or tower.
/// fn answer(request: &http::Request<Body>) -> Option<String> {
///     let caller = request.extensions().get::<Verified<String>>()?;
///     Some(format!("{} wants {}", caller.principal(), caller.path()))
/// }
/// ```
///
/// Whatever is not named here is not proven: see [`Verified`](crate::Verified), of which this has
/// the texts. Session token and signature are not in it.
pub struct Verified<P>(Arc<Facts<P>>);

struct Facts<P> {
    texts: Texts,
    at: Timestamp,
    form: Form,
    payload_sha256: Option<[u8; 32]>,
    streaming: Option<Streaming>,
    principal: P,
}

/// One after the other: each request needs them, and one piece of memory is soon had.
struct Texts {
    all: String,
    ends: [usize; 6],
}

#[derive(Clone, Copy)]
enum Text {
    AccessKeyId,
    Region,
    Service,
    Path,
    Query,
    SignedHeaders,
}

impl Texts {
    /// In the order of [`Text`].
    fn of(texts: [&str; 6]) -> Self {
        let length = texts.iter().map(|text| text.len());
        let mut all = String::with_capacity(length.fold(0, usize::saturating_add));
        let ends = texts.map(|text| {
            all.push_str(text);
            all.len()
        });
        Self { all, ends }
    }

    fn get(&self, text: Text) -> &str {
        let at = text as usize;
        let end = |at: usize| self.ends.get(at).copied();
        let start = at.checked_sub(1).and_then(end).unwrap_or(0);
        let range = start..end(at).unwrap_or(start);
        self.all.get(range).unwrap_or_default()
    }
}

impl<P> Verified<P> {
    pub(super) fn new(claim: &Claim<'_>, verified: &verdict::Verified<'_>, principal: P) -> Self {
        Self(Arc::new(Facts {
            texts: Texts::of([
                verified.access_key_id,
                verified.scope.region(),
                verified.scope.service(),
                &verified.path,
                &verified.query,
                verified.signed_headers,
            ]),
            at: claim.at(),
            form: claim.form(),
            payload_sha256: verified.payload_sha256,
            streaming: verified.streaming,
            principal,
        }))
    }

    /// Who calls, as the store of keys says.
    #[must_use]
    pub fn principal(&self) -> &P {
        &self.0.principal
    }

    /// Whose key made the signature.
    #[must_use]
    pub fn access_key_id(&self) -> &str {
        self.0.texts.get(Text::AccessKeyId)
    }

    /// The region that the signature is for.
    #[must_use]
    pub fn region(&self) -> &str {
        self.0.texts.get(Text::Region)
    }

    /// The service that it is for.
    #[must_use]
    pub fn service(&self) -> &str {
        self.0.texts.get(Text::Service)
    }

    /// When it was made.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        self.0.at
    }

    /// Whether it stood in a header or in a presigned URL.
    #[must_use]
    pub fn form(&self) -> Form {
        self.0.form
    }

    /// The path that is proven, as [`Verified::path`](crate::Verified::path).
    #[must_use]
    pub fn path(&self) -> &str {
        self.0.texts.get(Text::Path)
    }

    /// The query that is proven, in canonical form.
    #[must_use]
    pub fn query(&self) -> &str {
        self.0.texts.get(Text::Query)
    }

    /// Its parameters, as [`Verified::pairs`](crate::Verified::pairs).
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        pairs_of(self.query()).map(|(key, value, _)| (key, value))
    }

    /// Names of the headers that are proven, joined by `;`.
    #[must_use]
    pub fn signed_headers(&self) -> &str {
        self.0.texts.get(Text::SignedHeaders)
    }

    /// The SHA-256 of the body that is proven, which is the one that arrived; `None` if the
    /// payload is unsigned, or [verified while it is read](Self::streaming).
    #[must_use]
    pub fn payload_sha256(&self) -> Option<[u8; 32]> {
        self.0.payload_sha256
    }

    /// The body is `aws-chunked` ([`Policy::streaming`](crate::Policy::streaming)): nothing of it
    /// is there yet, it is decoded and verified while it is read, and it is whole only at its end.
    /// `None` where the body is in memory.
    ///
    /// What is read is a [`DecodedBody`](super::DecodedBody): data are good when they come, the
    /// last of them come when the end is right, and then the trailers. Without
    /// [`is_signed`](Streaming::is_signed), nothing but the head and a checksum that anybody can
    /// compute speaks for them.
    ///
    /// - A body that is not what was signed ends with an error ([`Refused`](super::Refused)). Undo
    ///   then what was begun. The layer answers with the refusal, whatever the handler says, unless
    ///   that has answered before.
    /// - The head is that of the body which is read: `content-encoding` without `aws-chunked`,
    ///   `content-length` of the data, no `transfer-encoding` and no `trailer`. All else is left as it
    ///   came, and is proven where [`signed_headers`](Self::signed_headers) has it.
    ///
    /// ```
    /// use http_body_util::BodyExt;
    /// use sigv4::tower::{Body, BoxError, Verified};
    ///
    /// /// How much is uploaded, and by whom.
    /// async fn put(request: http::Request<Body>) -> Result<http::Response<String>, BoxError> {
    ///     let caller = request.extensions().get::<Verified<String>>().cloned().ok_or("no layer")?;
    ///     let signed = caller.streaming().is_none_or(|streaming| streaming.is_signed());
    ///     let (mut body, mut length) = (request.into_body(), 0);
    ///     while let Some(frame) = body.frame().await {
    ///         if let Ok(data) = frame?.into_data() {
    ///             length += data.len(); // write it somewhere
    ///         }
    ///     }
    ///     // Whole: now it can be kept.
    ///     let text = format!("{} put {length} bytes, signed: {signed}", caller.principal());
    ///     Ok(http::Response::new(text))
    /// }
    /// ```
    #[must_use]
    pub fn streaming(&self) -> Option<Streaming> {
        self.0.streaming
    }
}

impl<P> Clone for Verified<P> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<P: fmt::Debug> fmt::Debug for Verified<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verified")
            .field("principal", self.principal())
            .field("access_key_id", &self.access_key_id())
            .field("signed_headers", &self.signed_headers())
            .finish_non_exhaustive()
    }
}

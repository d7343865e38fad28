//! Uploads to S3 from a browser: a form whose policy is signed.
//!
//! Who may upload makes a form ([`PostPolicy`], [`Signer::sign_post_policy`](crate::Signer::sign_post_policy)) and hands it out; a
//! browser sends it with a file to S3, without credentials. S3 looks at the signature, then at
//! each condition of the policy. The same is done here by `PostClaim`, with feature
//! `post-policy`.
//!
//! ```
//! use core::time::Duration;
//! use sigv4::post_policy::PostPolicy;
//! use sigv4::{Credentials, Signer, Timestamp};
//!
//! let policy = PostPolicy::new("examplebucket", "user/user1/${filename}", Duration::from_secs(3600))
//!     .field("acl", "public-read")
//!     .starts_with("Content-Type", "image/")
//!     .content_length_range(0..=10 << 20);
//! let signer = Signer::new(Credentials::new("AKIDEXAMPLE", "secret"), "eu-west-1", "s3");
//! let form = signer.sign_post_policy(&policy, Timestamp::parse("20240102T030405Z")?)?;
//! let names: Vec<_> = form.fields().map(|(name, _)| name).collect();
//! assert_eq!(
//!     names,
//!     ["acl", "key", "x-amz-algorithm", "x-amz-credential", "x-amz-date", "policy", "x-amz-signature"]
//! );
//! let url = policy.url("eu-west-1").unwrap();
//! assert_eq!(url, "https://examplebucket.s3.eu-west-1.amazonaws.com/");
//! assert!(form.to_html(&url).contains("enctype=\"multipart/form-data\""));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [Browser-based uploads using POST](https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-UsingHTTPPOST.html),
//! [POST policy](https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html);
//! vectors: `test-vectors/post-policy`, `test-vectors/post-policy-reject`.

#[cfg(feature = "post-policy")]
mod arriving;
pub(crate) mod bucket_name;
mod field_name;
mod form;
mod form_text;
mod making;
mod policy_error;
mod policy_text;
mod sign_policy;
mod sizes;

#[cfg(feature = "post-policy")]
pub use arriving::arrived_form::{ArrivedForm, MAX_FIELDS};
#[cfg(feature = "post-policy")]
pub(crate) use arriving::conditions::Condition;
#[cfg(feature = "post-policy")]
pub use arriving::post_claim::PostClaim;
#[cfg(feature = "post-policy")]
pub(crate) use arriving::post_claim::{conditions_of, word_of};
#[cfg(feature = "post-policy")]
pub use arriving::post_fault::PostFault;
#[cfg(feature = "post-policy")]
pub use arriving::verified_post::VerifiedPost;
pub use form::PostForm;
pub use making::PostPolicy;
pub use policy_error::PostPolicyError;
pub use sizes::{MAX_FORM, MAX_KEY};

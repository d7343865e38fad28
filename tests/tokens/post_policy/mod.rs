//! Forms that upload to S3 by a POST policy.

#[cfg(feature = "post-policy")]
mod arrived;
mod figures;
mod form_texts;
mod made;
#[cfg(feature = "post-policy")]
mod round_trip;
mod whole_forms;

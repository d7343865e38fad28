//! What S3 takes, in bytes.

/// How long a form may be without its file, in bytes: names and values together, the name of the
/// file among them. S3 counts the framing, too
/// ([HTML forms](https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTForms.html)).
pub const MAX_FORM: usize = 20_480;

/// How long the key of an object may be, in bytes
/// ([object keys](https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html)).
pub const MAX_KEY: usize = 1_024;

//! Tokens that services make of a signature: passwords of databases, tokens of clusters and
//! brokers, URLs of WebSockets, keys, what git logs in with.
//!
//! Each is a request that is signed and, but for those of WebSockets, sent by nobody: whoever is
//! given it checks the signature, or has AWS check it. Nothing here reads a clock or asks a
//! service.
//!
//! ```
//! use sigv4::tokens::{Maker, Rds};
//! use sigv4::{Credentials, Timestamp};
//!
//! let credentials = Credentials::new("AKIDEXAMPLE", "secret");
//! let maker = Maker::new(&credentials, Timestamp::parse("20240102T030405Z")?);
//! let database = Rds {
//!     host: "db.123456789012.us-east-1.rds.amazonaws.com",
//!     port: 5432,
//!     user: "jane_doe",
//!     region: "us-east-1",
//! };
//! let password = database.token(&maker)?;
//! assert!(password.as_str().starts_with("db.123456789012.us-east-1.rds.amazonaws.com:5432/?"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | for | made by | is | good for |
//! |---|---|---|---|
//! | RDS, Aurora | [`Rds`] | a password | 15 minutes |
//! | Aurora DSQL | [`Dsql`] | a password | 15 minutes, or as asked for |
//! | ElastiCache | [`Elasticache`] | a password | 15 minutes |
//! | MemoryDB | [`Memorydb`] | a password | 15 minutes |
//! | EKS | [`Eks`] | a bearer token | 14 minutes |
//! | MSK | [`Msk`] | a token of OAUTHBEARER | 15 minutes |
//! | IoT Core | [`Iot`] | a URL of MQTT over WebSocket | |
//! | WebSocket APIs of API Gateway | [`ApigatewayWebsocket`] | a URL | as asked for |
//! | Bedrock | [`Bedrock`] | an API key | 12 hours at most |
//! | CodeCommit | [`Codecommit`] | user name and password of git | 15 minutes |
//! | AppSync | [`Appsync`] | headers, as JSON | |
//! | Vault and whoever asks AWS STS who calls | [`StsIdentity`] | a signed request | |
//!
//! And looked at, where nobody but their own servers does, up to the question that AWS STS has to
//! answer: tokens of EKS by [`EksVerifier`], signed requests of `GetCallerIdentity` by
//! [`StsIdentityVerifier`].
//!
//! What was made is a secret: it has no `Debug` of it, and is wiped when dropped.
//! Vectors: `test-vectors/tokens`.

mod apigateway_websocket;
mod appsync;
mod bedrock;
mod cache;
mod checked;
mod codecommit;
mod dsql;
mod eks;
mod eks_token;
mod elasticache;
mod error;
mod header_json;
mod iot;
mod maker;
mod memorydb;
mod msk;
mod presigned;
mod rds;
mod secret_text;
mod sts;
mod sts_identity;
mod validity;
mod verify;

pub use apigateway_websocket::ApigatewayWebsocket;
pub use appsync::{Appsync, AppsyncHeaders, AppsyncMessage};
pub use bedrock::Bedrock;
pub use codecommit::{Codecommit, GitCredentials};
pub use dsql::Dsql;
pub use eks::Eks;
pub use elasticache::Elasticache;
pub use error::{Input, TokenError};
pub use iot::Iot;
pub use maker::Maker;
pub use memorydb::Memorydb;
pub use msk::Msk;
pub use rds::Rds;
pub use secret_text::{SecretText, Token};
pub use sts_identity::{StsIdentity, StsRequest};
pub use validity::Validity;
pub use verify::{EksTokenError, EksVerifier, StsIdentityError, StsIdentityVerifier, StsReplay};
#[cfg(any(feature = "client", feature = "post-policy"))]
pub use verify::{StsAnswerError, StsCaller, StsIdentityEnvelope};

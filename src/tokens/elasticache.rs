//! ElastiCache.

use crate::tokens::cache;
use crate::tokens::error::TokenError;
use crate::tokens::maker::Maker;
use crate::tokens::secret_text::Token;

/// A user of a cache of ElastiCache, for Valkey or Redis OSS: `AUTH user token`.
/// [Authenticating with IAM](https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html)
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Elasticache<'a> {
    /// The id of the replication group or the name of the serverless cache, not its endpoint.
    pub name: &'a str,
    /// The id of the user, which is its name, too.
    pub user: &'a str,
    /// Where the cache is, for example `us-east-1`.
    pub region: &'a str,
    /// Whether the cache is serverless.
    pub serverless: bool,
}

impl Elasticache<'_> {
    /// The password, good for 15 minutes; a connection ends 12 hours after `AUTH`, unless it is
    /// sent again. Vectors `elasticache*` of `test-vectors/tokens`.
    ///
    /// ```
    /// use sigv4::tokens::{Elasticache, Maker};
    /// use sigv4::{Credentials, Timestamp};
    ///
    /// let credentials = Credentials::new("AKIDEXAMPLE", "secret");
    /// let maker = Maker::new(&credentials, Timestamp::parse("20240102T030405Z")?);
    /// let cache = Elasticache { name: "my-cache", user: "iam-user-01", region: "us-east-1", serverless: true };
    /// let password = cache.token(&maker)?;
    /// assert!(password.as_str().starts_with("my-cache/?Action=connect&User=iam-user-01&ResourceType="));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`TokenError`]: a malformed name or user, and what cannot be signed.
    pub fn token(&self, maker: &Maker<'_>) -> Result<Token, TokenError> {
        let kind = if self.serverless {
            "&ResourceType=ServerlessCache"
        } else {
            ""
        };
        cache::token(
            maker,
            "elasticache",
            self.name,
            self.user,
            kind,
            self.region,
        )
    }
}

//! MemoryDB.

use crate::tokens::cache;
use crate::tokens::error::TokenError;
use crate::tokens::maker::Maker;
use crate::tokens::secret_text::Token;

/// A user of a cluster of MemoryDB: `AUTH user token`.
/// [Authenticating with IAM](https://docs.aws.amazon.com/memorydb/latest/devguide/auth-iam.html)
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Memorydb<'a> {
    /// The name of the cluster, not its endpoint.
    pub name: &'a str,
    /// The name of the user.
    pub user: &'a str,
    /// Where the cluster is, for example `us-east-1`.
    pub region: &'a str,
}

impl Memorydb<'_> {
    /// The password, good for 15 minutes; a connection ends 12 hours after `AUTH`, unless it is
    /// sent again. Vectors `memorydb*` of `test-vectors/tokens`.
    ///
    /// ```
    /// use sigv4::tokens::{Maker, Memorydb};
    /// use sigv4::{Credentials, Timestamp};
    ///
    /// let credentials = Credentials::new("AKIDEXAMPLE", "secret");
    /// let maker = Maker::new(&credentials, Timestamp::parse("20240102T030405Z")?);
    /// let cluster = Memorydb { name: "my-cluster", user: "iam-user-01", region: "us-east-1" };
    /// let password = cluster.token(&maker)?;
    /// assert!(password.as_str().starts_with("my-cluster/?Action=connect&User=iam-user-01&X-Amz-"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`TokenError`]: a malformed name or user, and what cannot be signed.
    pub fn token(&self, maker: &Maker<'_>) -> Result<Token, TokenError> {
        cache::token(maker, "memorydb", self.name, self.user, "", self.region)
    }
}

//! RDS and Aurora.

use crate::grammar::encode::encode;
use crate::grammar::text::UNRESERVED;
use crate::tokens::checked;
use crate::tokens::error::TokenError;
use crate::tokens::maker::Maker;
use crate::tokens::presigned::{EXPIRES_LATER, Presigned};
use crate::tokens::secret_text::Token;
use alloc::format;
use alloc::string::String;

/// The longest name of a user that one of the databases takes: that of MariaDB.
const LONGEST_USER: usize = 128;

/// The port that nobody writes behind the name of a host.
const HTTPS: u16 = 443;

/// A user of a database of RDS or Aurora, who logs in with a token as password.
/// [IAM database authentication](https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.Connecting.html)
///
/// Redshift has no such token: its passwords are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rds<'a> {
    /// The endpoint of the database, not another name of it: the database compares it.
    pub host: &'a str,
    /// For example 5432. It is signed; 443 alone is not, as by AWS's own tools.
    pub port: u16,
    /// The user of the database, in its own spelling.
    pub user: &'a str,
    /// Where the database is, for example `us-east-1`.
    pub region: &'a str,
}

impl Rds<'_> {
    /// The password, good for 15 minutes, over TLS only. A connection that is open stays open.
    /// Vectors `rds*` of `test-vectors/tokens`.
    ///
    /// ```
    /// use sigv4::tokens::{Maker, Rds};
    /// use sigv4::{Credentials, Timestamp};
    ///
    /// let credentials = Credentials::new("AKIDEXAMPLE", "secret");
    /// let maker = Maker::new(&credentials, Timestamp::parse("20240102T030405Z")?);
    /// let database = Rds { host: "db.example.com", port: 5432, user: "jane_doe", region: "us-east-1" };
    /// let password = database.token(&maker)?;
    /// assert!(password.as_str().starts_with("db.example.com:5432/?Action=connect&DBUser=jane_doe&"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`TokenError`]: a malformed host or user, port 0, another region than the host's, and what
    /// cannot be signed.
    pub fn token(&self, maker: &Maker<'_>) -> Result<Token, TokenError> {
        let host = checked::host(self.host)?;
        checked::user(self.user, LONGEST_USER)?;
        checked::region_of(&host, self.region)?;
        if self.port == 0 {
            return Err(TokenError::PortZero);
        }
        let mut target = String::from("/?Action=connect&DBUser=");
        encode(self.user, &UNRESERVED, &mut |piece| target.push_str(piece));
        // Only what is signed is without it.
        let port = format!(":{}", self.port);
        let signed_port = if self.port == HTTPS { "" } else { &port };
        let signed_host = [&host, signed_port].concat();
        let presigned = Presigned {
            method: "GET",
            host: &signed_host,
            target: &target,
            header: None,
            region: self.region,
            service: "rds-db",
            expires: Some(900),
            order: &EXPIRES_LATER,
        };
        let written_host = [host.as_str(), &port].concat();
        Ok(Token {
            text: presigned.written(maker, "", &written_host, "")?,
            validity: maker.validity(presigned.expires)?,
        })
    }
}

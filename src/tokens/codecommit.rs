//! CodeCommit.

use crate::endpoint::recognize;
use crate::grammar::encode::encode;
use crate::grammar::hex::hex;
use crate::grammar::text::UNRESERVED;
use crate::request::algorithm::ALGORITHM;
use crate::request::scope::Scope;
use crate::request::timestamp::Timestamp;
use crate::signature::hash::Hasher;
use crate::signature::key::SigningKey;
use crate::signature::string_to_sign::ToSign;
use crate::tokens::checked;
use crate::tokens::error::{Input, TokenError};
use crate::tokens::maker::Maker;
use crate::tokens::secret_text::SecretText;
use crate::tokens::validity::Validity;
use alloc::string::String;
use core::fmt;
use zeroize::Zeroizing;

/// What the path of every repository begins with.
const REPOSITORIES: &str = "/v1/repos/";
const LONGEST_NAME: usize = 100;

/// A repository of CodeCommit, for git over HTTPS.
/// [Setup for HTTPS connections](https://docs.aws.amazon.com/codecommit/latest/userguide/setting-up-https-unixes.html)
///
/// Its region follows from its host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Codecommit<'a> {
    /// `git-codecommit.REGION.amazonaws.com`, `git-codecommit-fips.…`, or that of an endpoint in
    /// a VPC; without a port.
    pub host: &'a str,
    /// As in the URL: `/v1/repos/NAME`.
    pub path: &'a str,
}

/// What git logs in with, as user name and password.
///
/// `Debug` shows only how long it is good. It is wiped when dropped.
pub struct GitCredentials {
    username: Zeroizing<String>,
    password: Zeroizing<String>,
    host: String,
    path: String,
    validity: Validity,
}

impl Codecommit<'_> {
    /// User name and password, good for 15 minutes. Vectors `codecommit*` of
    /// `test-vectors/tokens`.
    ///
    /// ```
    /// use sigv4::tokens::{Codecommit, Maker};
    /// use sigv4::{Credentials, Timestamp};
    ///
    /// let credentials = Credentials::new("AKIDEXAMPLE", "secret");
    /// let maker = Maker::new(&credentials, Timestamp::parse("20240102T030405Z")?);
    /// let repository = Codecommit {
    ///     host: "git-codecommit.us-east-2.amazonaws.com",
    ///     path: "/v1/repos/MyDemoRepo",
    /// };
    /// let git = repository.credentials(&maker)?;
    /// assert_eq!(git.username(), "AKIDEXAMPLE");
    /// assert!(git.password().starts_with("20240102T030405Z"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`TokenError`]: a host that is none of CodeCommit's, a path that is no repository's, and
    /// what cannot be signed.
    pub fn credentials(&self, maker: &Maker<'_>) -> Result<GitCredentials, TokenError> {
        let host = checked::host(self.host)?;
        check_path(self.path)?;
        let region = region(&host).ok_or(TokenError::NoRegionInHost)?;
        let credentials = maker.credentials();
        credentials.check()?;
        let at = maker.at();
        let to_sign = GitToSign {
            at,
            scope: Scope::new(&at, &region, "codecommit")?,
            canonical_request_hash: canonical_request_hash(&host, self.path),
        };
        let key = SigningKey::derive(credentials.secret_access_key(), &to_sign.scope);
        let signature = key.sign_any(&to_sign);
        let mut password = Zeroizing::new(String::with_capacity(80));
        password.push_str(at.as_str());
        signature.write(&mut |digits| password.push_str(digits));
        let id = credentials.access_key_id();
        let username = match credentials.session_token() {
            None => Zeroizing::new(id.into()),
            Some(token) => Zeroizing::new([id, "%", token].concat()),
        };
        Ok(GitCredentials {
            username,
            password,
            host,
            path: self.path.into(),
            validity: maker.validity(Some(900))?,
        })
    }
}

impl GitCredentials {
    /// The access key id; of temporary credentials with `%` and the session token behind it, and
    /// then a secret.
    #[must_use]
    pub fn username(&self) -> &str {
        &self.username
    }

    /// The password. Treat it as a secret.
    #[must_use]
    pub fn password(&self) -> &str {
        &self.password
    }

    /// The URL of the repository with both in it, escaped: what `git clone` takes. Git writes it
    /// into the configuration of the clone.
    ///
    /// ```
    /// # use sigv4::tokens::{Codecommit, Maker};
    /// # use sigv4::{Credentials, Timestamp};
    /// # let credentials = Credentials::new("AKIDEXAMPLE", "secret");
    /// # let maker = Maker::new(&credentials, Timestamp::parse("20240102T030405Z")?);
    /// # let repository = Codecommit { host: "git-codecommit.us-east-2.amazonaws.com", path: "/v1/repos/MyDemoRepo" };
    /// let url = repository.credentials(&maker)?.url();
    /// assert!(url.starts_with("https://AKIDEXAMPLE:20240102T030405Z"));
    /// assert!(url.ends_with("@git-codecommit.us-east-2.amazonaws.com/v1/repos/MyDemoRepo"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn url(&self) -> SecretText {
        // Each byte of the user's name may be escaped.
        let user = self.username.len().saturating_mul(3);
        let lengths = [user, self.password.len(), self.host.len(), self.path.len()];
        let capacity = lengths.into_iter().fold(16, usize::saturating_add);
        let mut url = Zeroizing::new(String::with_capacity(capacity));
        url.push_str("https://");
        encode(&self.username, &UNRESERVED, &mut |piece| {
            url.push_str(piece);
        });
        for piece in [":", &self.password, "@", &self.host, &self.path] {
            url.push_str(piece);
        }
        SecretText::new(url)
    }

    /// How long they are good.
    #[must_use]
    pub fn validity(&self) -> Validity {
        self.validity
    }
}

impl fmt::Debug for GitCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GitCredentials")
            .field("validity", &self.validity)
            .finish_non_exhaustive()
    }
}

/// `git-codecommit.REGION`, `git-codecommit-fips.REGION`, each also of a VPC.
fn region(host: &str) -> Option<String> {
    let is_of_git = |label: &str| matches!(label, "git-codecommit" | "git-codecommit-fips");
    let first = host.split('.').find(|label| !label.starts_with("vpce-"));
    recognize(host)
        .filter(|known| known.service == Some("codecommit"))
        .and_then(|known| known.region)
        .filter(|_| first.is_some_and(is_of_git))
}

/// `/v1/repos/NAME`, the name as CodeCommit takes one.
fn check_path(path: &str) -> Result<(), TokenError> {
    let input = Input::Repository;
    let Some(name) = path.strip_prefix(REPOSITORIES) else {
        let pairs = path.bytes().zip(REPOSITORIES.bytes());
        let position = pairs.take_while(|(one, other)| one == other).count();
        return match path {
            "" => Err(TokenError::Empty { input }),
            _ => Err(TokenError::Invalid { input, position }),
        };
    };
    checked::length(input, name, LONGEST_NAME)?;
    let is_of_name = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    match name.bytes().position(|byte| !is_of_name(byte)) {
        Some(place) => {
            let position = place.saturating_add(REPOSITORIES.len());
            Err(TokenError::Invalid { input, position })
        }
        None => Ok(()),
    }
}

/// A canonical request of its own: the method is `GIT`, nothing but `host` is signed, and there
/// is no hash of a payload.
fn canonical_request_hash(host: &str, path: &str) -> [u8; 32] {
    let mut hasher = Hasher::new();
    for piece in ["GIT\n", path, "\n\nhost:", host, "\n\nhost\n"] {
        hasher.put(piece.as_bytes());
    }
    hasher.finish()
}

/// A string to sign whose time is written without its `Z`.
struct GitToSign<'a> {
    at: Timestamp,
    scope: Scope<'a>,
    canonical_request_hash: [u8; 32],
}

impl ToSign for GitToSign<'_> {
    fn write(&self, out: &mut impl FnMut(&[u8])) {
        out(ALGORITHM.as_bytes());
        out(b"\n");
        out(self.at.as_str().trim_end_matches('Z').as_bytes());
        out(b"\n");
        out(self.scope.date_bytes());
        self.scope.write_rest(&mut |text| out(text.as_bytes()));
        out(b"\n");
        out(&hex(&self.canonical_request_hash));
    }
}

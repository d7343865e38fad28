//! EKS, and other clusters of Kubernetes behind aws-iam-authenticator.

use crate::grammar::base64::base64_url;
use crate::tokens::checked;
use crate::tokens::eks_token::{CLUSTER_HEADER, LONGEST, PREFIX};
use crate::tokens::error::{Input, TokenError};
use crate::tokens::maker::Maker;
use crate::tokens::presigned::{EXPIRES_LATER, Presigned};
use crate::tokens::secret_text::Token;
use crate::tokens::sts;
use zeroize::Zeroizing;

/// The longest name of a cluster that is taken; EKS allows 100 bytes, aws-iam-authenticator does
/// not say.
const LONGEST_CLUSTER: usize = 253;

/// When kubectl asks for the next token, in seconds. STS takes a request for 15 minutes after its
/// date, whatever its `X-Amz-Expires` says; AWS's tools leave a minute of them.
const RENEWED_AFTER: u64 = 14 * 60;

/// A cluster of EKS, or one behind aws-iam-authenticator.
/// [Access to the Kubernetes API](https://docs.aws.amazon.com/eks/latest/userguide/cluster-auth.html),
/// [aws-iam-authenticator](https://github.com/kubernetes-sigs/aws-iam-authenticator#api-authorization-from-outside-a-cluster)
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Eks<'a> {
    /// The name of the cluster (of one on Outposts, its id). The token is good
    /// for clusters of this name, in whichever account of the region's partition.
    pub cluster: &'a str,
    /// The region whose AWS STS is asked who calls: that of the cluster.
    pub region: &'a str,
}

impl Eks<'_> {
    /// The bearer token: the presigned URL of a request to AWS STS, which the cluster sends to
    /// be told who calls. Vectors `eks*` of `test-vectors/tokens`.
    ///
    /// ```
    /// use sigv4::tokens::{Eks, Maker};
    /// use sigv4::{Credentials, Timestamp};
    ///
    /// let credentials = Credentials::new("AKIDEXAMPLE", "secret");
    /// let maker = Maker::new(&credentials, Timestamp::parse("20240102T030405Z")?);
    /// let token = Eks { cluster: "my-cluster", region: "us-west-2" }.token(&maker)?;
    /// assert!(token.as_str().starts_with("k8s-aws-v1."));
    /// // When kubectl asks for another one.
    /// assert_eq!(token.validity().expires_at(), Some(Timestamp::parse("20240102T031805Z")?));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`TokenError`]: a malformed name, a region of none of AWS's partitions, a session token with
    /// which no cluster would take it (some 2,500 bytes, fewer where escapes are needed), and what
    /// cannot be signed.
    pub fn token(&self, maker: &Maker<'_>) -> Result<Token, TokenError> {
        checked::length(Input::Cluster, self.cluster, LONGEST_CLUSTER)?;
        checked::bytes(Input::Cluster, self.cluster, |byte| byte.is_ascii_graphic())?;
        let presigned = Presigned {
            method: "GET",
            host: &sts::host(self.region)?,
            target: &["/?", sts::BODY].concat(),
            // The cluster adds its own name, and so one of another name cannot use the token.
            header: Some((CLUSTER_HEADER, self.cluster.as_bytes())),
            region: self.region,
            service: "sts",
            expires: Some(60),
            order: &EXPIRES_LATER,
        };
        let url = presigned.written(maker, "https://", presigned.host, "")?;
        let encoded = Zeroizing::new(base64_url(url.as_bytes()));
        let length = PREFIX.len().saturating_add(encoded.len());
        if length > LONGEST {
            return Err(TokenError::TokenTooLong {
                length,
                limit: LONGEST,
            });
        }
        Ok(Token {
            text: Zeroizing::new([PREFIX, &encoded].concat()),
            validity: maker.validity(Some(RENEWED_AFTER))?,
        })
    }
}

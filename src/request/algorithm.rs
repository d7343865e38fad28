//! By which of the two algorithms a request is signed.

/// The name of Signature Version 4's algorithm, first line of its string to sign.
pub const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// How a request is signed; a field of [`Profile`](crate::Profile).
/// [SigV4 and SigV4a](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html)
///
/// ```
/// use sigv4::Algorithm;
///
/// assert_eq!(Algorithm::default(), Algorithm::SigV4);
/// assert_eq!(Algorithm::SigV4.name(), "AWS4-HMAC-SHA256");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// Signature Version 4: an HMAC-SHA256, with a key for one day, region and service.
    #[default]
    SigV4,
    /// Signature Version 4A: ECDSA over P-256, with one key for all days, regions and services.
    /// Which regions a request is for is said by a signed list, the region set.
    #[cfg(feature = "v4a")]
    SigV4a,
}

impl Algorithm {
    const ALL: &[Self] = &[
        Self::SigV4,
        #[cfg(feature = "v4a")]
        Self::SigV4a,
    ];

    /// As requests name it: `AWS4-HMAC-SHA256` or `AWS4-ECDSA-P256-SHA256`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SigV4 => ALGORITHM,
            #[cfg(feature = "v4a")]
            Self::SigV4a => "AWS4-ECDSA-P256-SHA256",
        }
    }

    /// Whether the scope names no region, and a region set stands beside it.
    pub(crate) const fn has_region_set(self) -> bool {
        match self {
            Self::SigV4 => false,
            #[cfg(feature = "v4a")]
            Self::SigV4a => true,
        }
    }

    /// The one that has a region set, where it is compiled in.
    pub(crate) const WITH_REGION_SET: Option<Self> = {
        #[cfg(feature = "v4a")]
        let found = Some(Self::SigV4a);
        #[cfg(not(feature = "v4a"))]
        let found = None;
        found
    };

    /// The algorithm that is named first, and what follows.
    #[inline]
    pub(crate) fn cut(text: &str) -> Option<(Self, &str)> {
        let mut all = Self::ALL.iter();
        all.find_map(|algorithm| Some((*algorithm, text.strip_prefix(algorithm.name())?)))
    }

    /// The algorithm of that name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        match Self::cut(name) {
            Some((algorithm, "")) => Some(algorithm),
            _ => None,
        }
    }
}

//! Why a request was refused, and how sure that is.

use super::cause::Cause;
use super::difference::Difference;
use alloc::borrow::Cow;
use alloc::vec::Vec;

/// Why a request was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explanation {
    /// At least one. All that are [`Shown`](Evidence::Shown) or [`Said`](Evidence::Said) are
    /// true; of those that are [`Possible`](Evidence::Possible) one is.
    pub causes: Vec<Reason>,
    /// Where what was signed and what the service computed differ, in the order of the
    /// canonical request. Session tokens are not shown.
    pub differences: Vec<Difference>,
    /// How to find out which of several causes it is, or what is particular to this answer.
    pub advice: Option<&'static str>,
    /// The name of the known answer that it is, a file in `test-vectors/answers`.
    pub known: Option<&'static str>,
}

/// One cause.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reason {
    /// `Display` says it in a sentence.
    pub cause: Cause,
    /// What proves it.
    pub evidence: Evidence,
    /// What to do about it.
    pub remedy: Cow<'static, str>,
}

/// How sure a cause is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Evidence {
    /// What was sent beside what the service shows.
    Shown,
    /// The words or the code of the service.
    Said,
    /// One of several that the answer can mean.
    Possible,
    /// Nothing: of [`Cause::Unknown`].
    Nothing,
}

impl Explanation {
    /// The first cause, which explains most.
    #[must_use]
    pub fn cause(&self) -> &Cause {
        let first = self.causes.first();
        first.map_or(&Cause::Unknown, |reason| &reason.cause)
    }

    /// Whether the causes are alternatives.
    #[must_use]
    pub fn is_ambiguous(&self) -> bool {
        let mut causes = self.causes.iter();
        causes.any(|reason| reason.evidence == Evidence::Possible)
    }
}

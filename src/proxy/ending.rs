//! How an answer, or a tunnel, ended before its end.

use core::error::Error;
use core::fmt;
use std::borrow::Cow;
use std::io::{self, ErrorKind};
use std::prelude::rust_2024::*;
use std::string::{String, ToString};
use std::time::Duration;

/// Who ended it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Caller,
    Upstream,
    Proxy,
}

impl Side {
    pub(crate) const ALL: [Self; 3] = [Self::Caller, Self::Upstream, Self::Proxy];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Caller => "caller",
            Self::Upstream => "upstream",
            Self::Proxy => "proxy",
        }
    }
}

/// Who ended it, and why. A caller who leaves gives no reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ending {
    pub(crate) side: Side,
    pub(crate) why: Option<Cow<'static, str>>,
}

impl Ending {
    pub(crate) const LEFT: Self = Self {
        side: Side::Caller,
        why: None,
    };
    /// It was cut, as the time to drain was over.
    pub(crate) const CUT: Self = Self {
        side: Side::Proxy,
        why: Some(Cow::Borrowed("the time to drain was over")),
    };

    pub(crate) fn new(side: Side, why: impl Into<Cow<'static, str>>) -> Self {
        Self {
            side,
            why: Some(why.into()),
        }
    }

    /// A caller, or whoever else, does not read.
    pub(crate) fn untaken(side: Side, limit: Duration) -> Self {
        Self::new(side, std::format!("took nothing for {limit:?}"))
    }

    /// A connection to this side, or one of its streams, broke.
    pub(crate) fn broken(side: Side, error: &(dyn Error + 'static)) -> Self {
        let (mut source, mut found, mut last) = (Some(error), None, error);
        while let Some(inner) = source {
            let of_http2 = inner
                .downcast_ref::<h2::Error>()
                .and_then(h2::Error::get_io);
            found = inner.downcast_ref::<io::Error>().or(of_http2).or(found);
            last = inner;
            source = inner.source();
        }
        let why = match found.map(|error| innermost(error).kind()) {
            Some(ErrorKind::UnexpectedEof) => "closed the connection in the middle",
            Some(
                ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe,
            ) => "reset the connection",
            Some(ErrorKind::TimedOut) => "did not answer any more",
            Some(ErrorKind::InvalidData | ErrorKind::InvalidInput) => "sent what is not HTTP",
            _ => return Self::new(side, words(last)),
        };
        Self::new(side, why)
    }
}

/// What who did: `the upstream sent nothing for 60s`.
impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.side, self.why.as_deref()) {
            (side, None) => write!(f, "the {} left", side.as_str()),
            (Side::Proxy, Some(why)) => write!(f, "the proxy ended it: {why}"),
            (side, Some(why)) => write!(f, "the {} {why}", side.as_str()),
        }
    }
}

/// What an error says, without the debug data of an HTTP/2 GOAWAY: the other side chose those bytes.
pub(crate) fn words(error: &(dyn Error + 'static)) -> String {
    let of_http2 = error.downcast_ref::<h2::Error>();
    let Some((error, reason)) = of_http2.and_then(|error| Some((error, error.reason()?))) else {
        return error.to_string();
    };
    let what = match (error.is_remote(), error.is_go_away()) {
        (true, true) => "ended the connection",
        (true, false) => "reset the stream",
        (false, _) => "had an error of HTTP/2",
    };
    std::format!("{what}: {reason}")
}

/// What others have wrapped.
pub(crate) fn innermost(mut error: &io::Error) -> &io::Error {
    while let Some(inner) = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<io::Error>())
    {
        error = inner;
    }
    error
}

/// What ends the body of an answer.
#[derive(Debug)]
pub(crate) enum Broken {
    /// The caller did not take it for so long.
    Untaken(Duration),
    /// The upstream sent nothing for so long.
    Silent(Duration),
    /// The upstream's connection, or what it sent.
    Upstream(hyper::Error),
}

impl Broken {
    pub(crate) fn ending(&self) -> Ending {
        match self {
            Self::Untaken(limit) => Ending::untaken(Side::Caller, *limit),
            Self::Silent(limit) => {
                Ending::new(Side::Upstream, std::format!("sent nothing for {limit:?}"))
            }
            Self::Upstream(error) => Ending::broken(Side::Upstream, error),
        }
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.ending().fmt(f)
    }
}

impl Error for Broken {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Upstream(error) => Some(error),
            _ => None,
        }
    }
}

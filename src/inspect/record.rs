//! One request as it was, kept until somebody looks at it.

use super::head::{Head, KEPT, sweep};
use super::verdict::Verdict;
use crate::gateway::reply::Why;
use crate::request::timestamp::Timestamp;
use crate::request::{Header, Payload, Request};
use bytes::Bytes;
use std::net::SocketAddr;
use std::prelude::rust_2024::*;
use std::sync::OnceLock;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;
use zeroize::{Zeroize, Zeroizing};

/// A request and what was answered. What it means is found out when somebody looks.
pub(crate) struct Record {
    /// From 1.
    pub(crate) id: u64,
    /// What it takes.
    pub(crate) bytes: usize,
    pub(crate) seen: Seen,
    pub(crate) row: OnceLock<Row>,
    /// What its row takes, where the ring has counted it.
    pub(crate) counted: AtomicUsize,
}

/// What the list says of a request: in JSON, as it is sent.
pub(crate) struct Row(pub(crate) Box<str>);

impl Drop for Record {
    fn drop(&mut self) {
        self.seen.wipe();
    }
}

/// What is known of a request when its answer is made.
pub(crate) struct Seen {
    /// By the clock that it was judged by.
    pub(crate) at: Timestamp,
    pub(crate) took: Duration,
    /// `None` where there was no answer.
    pub(crate) status: Option<u16>,
    /// Of the gateway's callers.
    pub(crate) from: Option<SocketAddr>,
    pub(crate) head: Head,
    pub(crate) body: Body,
    pub(crate) by: By,
}

/// Who judged it.
#[cfg_attr(not(feature = "proxy"), allow(dead_code))] // which has an upstream
pub(crate) enum By {
    Gateway(Judged),
    Proxy(Proxied),
}

/// What the gateway knows of a request beside itself.
pub(crate) struct Judged {
    pub(crate) verdict: Verdict,
    pub(crate) why: Why,
    /// The line of the log.
    pub(crate) note: Box<str>,
    /// The signature is that of the access key.
    pub(crate) proven: bool,
    /// Where the signature stands in a form.
    pub(crate) form: Option<Box<Filled>>,
    /// Of a refusal that says nothing of what arrived.
    pub(crate) body: Option<Bytes>,
}

/// What a form of S3's says of itself: its fields are not kept.
pub(crate) struct Filled {
    pub(crate) key: String,
    pub(crate) scope: String,
    /// What IAM is asked, on which object; once the form is proven.
    pub(crate) asks: Option<(Vec<&'static str>, String)>,
}

/// What the proxy knows of a request beside itself.
#[cfg_attr(not(feature = "proxy"), allow(dead_code))] // which makes it
pub(crate) struct Proxied {
    /// What is kept was signed by the proxy; else it is what arrived.
    pub(crate) is_signed: bool,
    /// Who has signed what arrived, once that is proven.
    pub(crate) caller: Option<Box<str>>,
    /// The proxy answered it itself.
    pub(crate) refused: Option<Refused>,
    /// What the upstream answered; of what was refused, what the caller's service would have.
    pub(crate) answered: Option<Answered>,
    /// Who ended it before its end, and why, in a sentence.
    pub(crate) broken_off: Option<Box<str>>,
}

/// Why a proxy answered itself.
#[cfg_attr(not(feature = "proxy"), allow(dead_code))] // which makes it
pub(crate) struct Refused {
    pub(crate) verdict: Verdict,
    /// It is the request that is at fault: not its caller, nor what is behind the proxy.
    pub(crate) is_of_request: bool,
    /// A sentence.
    pub(crate) message: Box<str>,
}

/// An answer.
#[derive(Default)]
pub(crate) struct Answered {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, Vec<u8>)>,
    /// Of a refusal that was read.
    pub(crate) body: Option<Zeroizing<Vec<u8>>>,
}

/// What is known of a body.
#[derive(Default)]
#[cfg_attr(not(feature = "proxy"), allow(dead_code))] // which sends it on
pub(crate) enum Body {
    /// Refused before it was read.
    #[default]
    Unread,
    Kept(Zeroizing<Vec<u8>>),
    Hashed {
        bytes: u64,
        sha256: Option<[u8; 32]>,
    },
    /// Sent on.
    Sent {
        payload: Payload<'static>,
        bytes: u64,
    },
}

impl Body {
    /// Of one that is there in one piece, and of which nobody else has a need. Of a long one the hash,
    /// where it is not known already.
    pub(crate) fn of(bytes: Vec<u8>, is_known: impl FnOnce() -> bool) -> Self {
        if bytes.len() <= KEPT {
            return Self::Kept(Zeroizing::new(bytes));
        }
        let sha256 = (!is_known()).then(|| crate::signature::hash::sha256(&bytes));
        Self::Hashed {
            bytes: bytes.len() as u64,
            sha256,
        }
    }

    pub(crate) fn bytes(&self) -> Option<u64> {
        match self {
            Self::Unread => None,
            Self::Kept(bytes) => Some(bytes.len() as u64),
            Self::Hashed { bytes, .. } | Self::Sent { bytes, .. } => Some(*bytes),
        }
    }

    pub(crate) fn kept(&self) -> Option<&[u8]> {
        match self {
            Self::Kept(bytes) => Some(bytes),
            _ => None,
        }
    }

    pub(crate) fn payload(&self) -> Payload<'_> {
        match self {
            Self::Kept(bytes) => Payload::Bytes(bytes),
            Self::Hashed {
                sha256: Some(hash), ..
            } => Payload::Sha256(*hash),
            Self::Sent { payload, .. } => *payload,
            Self::Unread | Self::Hashed { .. } => Payload::Unsigned,
        }
    }
}

impl Seen {
    pub(crate) fn request<'r>(&'r self, headers: &'r [Header<'r>]) -> Request<'r> {
        Request {
            method: self.head.method(),
            target: self.head.target(),
            headers,
            payload: self.body.payload(),
        }
    }

    /// What it takes, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        let body = match &self.body {
            Body::Kept(bytes) => bytes.capacity(),
            _ => 0,
        };
        let answer = match &self.by {
            By::Gateway(judged) => {
                let body = judged.body.as_ref().map_or(0, Bytes::len);
                let form = judged.form.as_ref().map_or(0, |form| form.bytes());
                let parts = [judged.note.len(), body, form];
                parts.into_iter().fold(0, usize::saturating_add)
            }
            By::Proxy(proxied) => proxied.bytes(),
        };
        let parts = [self.head.bytes(), body, answer, size_of::<Record>()];
        parts.into_iter().fold(0, usize::saturating_add)
    }
}

impl Seen {
    /// What callers and services said.
    fn wipe(&mut self) {
        self.head.wipe();
        if let Body::Kept(bytes) = &mut self.body {
            sweep(bytes);
        }
        match &mut self.by {
            By::Gateway(Judged {
                form: Some(form), ..
            }) => form.wipe(),
            By::Proxy(Proxied {
                answered: Some(answered),
                ..
            }) => answered.wipe(),
            _ => {}
        }
    }
}

impl By {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Gateway(_) => "gateway",
            Self::Proxy(_) => "proxy",
        }
    }
}

impl Filled {
    fn wipe(&mut self) {
        self.key.zeroize();
        self.scope.zeroize();
        if let Some((_, resource)) = &mut self.asks {
            resource.zeroize();
        }
    }

    fn bytes(&self) -> usize {
        let asks = self.asks.as_ref();
        let resource = asks.map_or(0, |(_, resource)| resource.len());
        let parts = [
            size_of::<Self>(),
            self.key.len(),
            self.scope.len(),
            resource,
        ];
        parts.into_iter().fold(0, usize::saturating_add)
    }
}

impl Proxied {
    fn bytes(&self) -> usize {
        let caller = self.caller.as_ref().map_or(0, |caller| caller.len());
        let message = self.refused.as_ref();
        let message = message.map_or(0, |refused| refused.message.len());
        let answer = self.answered.as_ref().map_or(0, Answered::bytes);
        let broken_off = self.broken_off.as_ref().map_or(0, |ending| ending.len());
        let parts = [caller, message, answer, broken_off];
        parts.into_iter().fold(0, usize::saturating_add)
    }
}

impl Answered {
    /// A cookie can be among its headers.
    fn wipe(&mut self) {
        for (_, value) in &mut self.headers {
            sweep(value);
        }
        if let Some(body) = &mut self.body {
            sweep(body);
        }
    }

    fn bytes(&self) -> usize {
        let headers = self.headers.iter();
        let headers = headers.map(|(name, value)| name.len().saturating_add(value.len()));
        let body = self.body.as_ref().map_or(0, |body| body.len());
        headers.fold(body, usize::saturating_add)
    }

    pub(crate) fn headers(&self) -> Vec<Header<'_>> {
        let headers = self.headers.iter();
        headers
            .map(|(name, value)| (name.as_str(), value.as_slice()))
            .collect()
    }
}

#[cfg(test)]
mod tests;

//! Bodies for tests: what comes, step by step.

use super::body_fault::BodyFault;
use super::forwarded::Forwarded;
use super::prepare::{How, Prepared, prepare};
use super::read_hashed::Room;
use crate::proxy::memory::Memory;
use crate::proxy::places::Places;
use crate::proxy::settings::{Body as Rule, Limits};
use crate::request::Payload;
use crate::request::credentials::Credentials;
use crate::request::profile::Profile;
use crate::request::timestamp::Timestamp;
use crate::sign::signer::Signer;
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, Request};
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;
use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::prelude::rust_2024::*;
use std::task::{Context, Poll};
use std::time::Duration;

/// What comes next.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Data(Bytes),
    Trailers(HeaderMap),
    /// The caller leaves.
    Leaves,
    /// Nothing more comes.
    Waits,
}

/// A caller's body. It panics where it is read that must not be.
#[derive(Clone, Debug, Default)]
pub(super) struct Scripted {
    pub steps: VecDeque<Step>,
    pub length: Option<u64>,
    pub untouched: bool,
}

impl Scripted {
    /// In pieces of that length, of an announced length or not.
    pub(super) fn new(data: &[u8], piece: usize, announced: bool) -> Self {
        let pieces = data.chunks(piece).map(Bytes::copy_from_slice);
        Self {
            steps: pieces.map(Step::Data).collect(),
            length: announced.then_some(data.len() as u64),
            untouched: false,
        }
    }

    pub(super) fn then(mut self, step: Step) -> Self {
        self.steps.push_back(step);
        self
    }
}

impl Body for Scripted {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        assert!(!self.untouched, "read");
        let next = self.steps.pop_front();
        if let (Some(Step::Data(data)), Some(length)) = (&next, &mut self.length) {
            *length -= data.len() as u64;
        }
        Poll::Ready(match next {
            None => None,
            Some(Step::Data(data)) => Some(Ok(Frame::data(data))),
            Some(Step::Trailers(trailers)) => Some(Ok(Frame::trailers(trailers))),
            Some(Step::Leaves) => Some(Err(io::ErrorKind::ConnectionReset.into())),
            // Nobody wakes it: only time goes by.
            Some(Step::Waits) => {
                self.steps.push_front(Step::Waits);
                return Poll::Pending;
            }
        })
    }

    fn is_end_stream(&self) -> bool {
        self.length == Some(0) && self.steps.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        self.length
            .map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}

/// By what tests go, unless they say otherwise.
pub(super) struct Setting {
    pub rule: Rule,
    pub profile: Profile,
    pub limits: Limits,
    pub budget: Places,
    pub memory: Memory,
    pub is_http2: bool,
}

impl Setting {
    pub(super) fn new(rule: Rule) -> Self {
        Self {
            rule,
            profile: Profile::S3,
            limits: Limits {
                in_memory: 1_000,
                body: 500_000,
                ..Limits::default()
            },
            budget: Places::new(1_000_000),
            memory: Memory::new(1 << 20),
            is_http2: false,
        }
    }

    pub(super) async fn prepare(
        &self,
        head: &mut Parts,
        body: Scripted,
    ) -> Result<Prepared, BodyFault> {
        let how = How {
            rule: self.rule,
            profile: &self.profile,
            limits: &self.limits,
            room: Room {
                files: &self.budget,
                memory: &self.memory,
                patience: Duration::from_secs(5),
            },
            idle: Duration::from_secs(60),
            is_http2: self.is_http2,
            verified: None,
        };
        prepare(body, head, how).await
    }
}

/// The head of an upload.
pub(super) fn upload(headers: &[(&str, &str)]) -> Parts {
    let request = Request::put("https://examplebucket.s3.amazonaws.com/key");
    let request = headers.iter().fold(request, |request, (name, value)| {
        request.header(*name, *value)
    });
    request.body(()).unwrap().into_parts().0
}

/// On one thread, with time that goes by at once.
pub(super) fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap()
        .block_on(future)
}

pub(super) fn sha256_of(payload: Payload<'_>) -> [u8; 32] {
    match payload {
        Payload::Sha256(hash) => hash,
        Payload::Bytes(bytes) => crate::signature::hash::sha256(bytes),
        other => unreachable!("{other:?}"),
    }
}

/// Data and trailers of what is sent.
pub(super) async fn sent(body: Forwarded) -> Result<(Bytes, Option<HeaderMap>), BodyFault> {
    let whole = body.collect().await.map_err(BodyFault::from)?;
    let trailers = whole.trailers().cloned();
    Ok((whole.to_bytes(), trailers))
}

/// What `Prepared` sends where it needs no signature.
pub(super) fn unsigned_body(prepared: Prepared) -> Forwarded {
    let signer = signer();
    let mut request = Request::put("https://a.s3.amazonaws.com/key")
        .body(())
        .unwrap();
    let at = Timestamp::EPOCH;
    let seed = signer
        .sign_http_selected(&mut request, Payload::EMPTY, at, |_| false)
        .unwrap();
    prepared.behind(&signer, seed, at).unwrap()
}

pub(super) fn signer() -> Signer {
    Signer::new(Credentials::new("AKIDEXAMPLE", "secret"), "us-east-1", "s3")
}

pub(super) fn at() -> Timestamp {
    Timestamp::parse("20130524T000000Z").unwrap()
}

/// Signed and sent: what the head is signed with, and the body.
pub(super) async fn forward(
    setting: &Setting,
    head: &mut Parts,
    body: Scripted,
) -> Result<(Payload<'static>, Bytes, Option<HeaderMap>), BodyFault> {
    let prepared = setting.prepare(head, body).await?;
    let payload = prepared.payload;
    let mut request = http::Request::from_parts(head.clone(), ());
    let select = crate::is_safe_to_sign;
    let seed = signer().sign_http_selected(&mut request, payload, at(), select);
    let body = prepared.behind(&signer(), seed.unwrap(), at())?;
    if let Some(length) = body.size_hint().exact() {
        assert_eq!(head.headers["content-length"], *length.to_string());
    }
    *head = request.into_parts().0;
    let (data, trailers) = sent(body).await?;
    Ok((payload, data, trailers))
}

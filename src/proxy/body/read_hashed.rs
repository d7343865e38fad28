//! A body that is read to its end while it is hashed.

use super::body_fault::BodyFault;
use super::spool_file::{HELD, SpoolFile, Written};
use crate::proxy::memory::{Held, Memory};
use crate::proxy::places::Places;
use crate::proxy::settings::Limits;
use crate::signature::hash::{Hasher, sha256};
use bytes::Bytes;
use http::HeaderMap;
use http_body::Body;
use std::future::poll_fn;
use std::pin::Pin;
use std::prelude::rust_2024::*;
use std::time::Duration;

/// A body that is there as a whole.
pub(super) struct Whole {
    pub content: Content,
    pub sha256: [u8; 32],
    pub trailers: Option<HeaderMap>,
    /// Given back when it is sent.
    pub held: Held,
}

/// Where bodies have their room.
pub(crate) struct Room<'a> {
    /// In files.
    pub files: &'a Places,
    pub memory: &'a Memory,
    /// How long memory is waited for.
    pub patience: Duration,
}

pub(super) enum Content {
    Memory(Bytes),
    File(Written),
}

/// What has come.
enum Kept {
    /// The first piece: most bodies have no other, and it is not copied.
    One(Bytes),
    Several {
        all: Vec<u8>,
        hasher: Hasher,
    },
    File(SpoolFile),
}

/// Reads all of it: what is short into memory, what is long into a file. Nothing is asked for until there is
/// memory for it.
pub(super) async fn read_hashed<B>(
    mut body: B,
    limits: &Limits,
    room: &Room<'_>,
) -> Result<Whole, BodyFault>
where
    B: Body<Data = Bytes, Error = BodyFault> + Unpin,
{
    let announced = body.size_hint().lower();
    let too_long = BodyFault::TooLong { limit: limits.body };
    let in_memory = limits.in_memory as u64;
    if announced > limits.body {
        return Err(too_long);
    }
    // Others may be done before it has come; what no file can ever hold is known now.
    if announced > in_memory && announced > room.files.limit() {
        let limit = room.files.limit();
        return Err(BodyFault::NoRoom { limit });
    }
    // No more of it than is announced comes.
    let most = match body.size_hint().exact() {
        Some(exact) if exact <= in_memory => exact,
        _ => in_memory.max(HELD),
    };
    let mut held = room.hold(most).await?;
    let (mut kept, mut trailers) = (Kept::One(Bytes::new()), None);
    let mut length = 0_u64;
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        let data = match frame?.into_data() {
            Ok(data) => data,
            Err(frame) => {
                trailers = frame.into_trailers().ok();
                continue;
            }
        };
        length = length.saturating_add(data.len() as u64);
        if length > limits.body {
            return Err(too_long);
        }
        kept = match kept {
            Kept::File(file) => Kept::File(file.put(data).await?),
            Kept::One(first) if length > in_memory => {
                let file = to_file(first, data, limits, room.files).await?;
                held.shrink_to(HELD);
                Kept::File(file)
            }
            Kept::Several { all, .. } if length > in_memory => {
                let file = to_file(all.into(), data, limits, room.files).await?;
                held.shrink_to(HELD);
                Kept::File(file)
            }
            Kept::One(first) if first.is_empty() => Kept::One(data),
            Kept::One(first) => {
                let mut hasher = Hasher::new();
                hasher.put(&first);
                Kept::more(first.into(), hasher, &data, limits.in_memory)
            }
            Kept::Several { all, hasher } => Kept::more(all, hasher, &data, limits.in_memory),
        };
    }
    let (content, sha256) = kept.finish().await?;
    if let Content::Memory(bytes) = &content {
        held.shrink_to(bytes.len() as u64);
    }
    Ok(Whole {
        content,
        sha256,
        trailers,
        held,
    })
}

impl Room<'_> {
    async fn hold(&self, amount: u64) -> Result<Held, BodyFault> {
        let held = self.memory.hold(amount, self.patience).await;
        held.ok_or_else(|| BodyFault::NoMemory {
            limit: self.memory.limit(),
            patience: self.patience,
        })
    }
}

impl Kept {
    fn more(mut all: Vec<u8>, mut hasher: Hasher, data: &[u8], most: usize) -> Self {
        hasher.put(data);
        // A list would grow to twice what it may hold.
        let length = all.len().saturating_add(data.len());
        if length > all.capacity() {
            let room = length.saturating_mul(2).min(most).max(length);
            all.reserve_exact(room.saturating_sub(all.len()));
        }
        all.extend_from_slice(data);
        Self::Several { all, hasher }
    }

    async fn finish(self) -> Result<(Content, [u8; 32]), BodyFault> {
        Ok(match self {
            Self::One(bytes) => {
                let hash = sha256(&bytes);
                (Content::Memory(bytes), hash)
            }
            Self::Several { all, hasher } => (Content::Memory(all.into()), hasher.finish()),
            Self::File(file) => {
                let written = file.finish().await?;
                let hash = written.sha256;
                (Content::File(written), hash)
            }
        })
    }
}

async fn to_file(
    first: Bytes,
    next: Bytes,
    limits: &Limits,
    budget: &Places,
) -> Result<SpoolFile, BodyFault> {
    let file = SpoolFile::new(limits.spool.as_deref(), budget).await?;
    file.put(first).await?.put(next).await
}

//! A body that is sent from its file.

use super::body_fault::BodyFault;
use super::spool_file::{PIECE, Written};
use bytes::Bytes;
use std::io::{self, Read};
use std::pin::Pin;
use std::prelude::rust_2024::*;
use std::task::{Context, Poll};
use tokio::task::{JoinHandle, spawn_blocking};

/// The file is read piece by piece, the next while the last is being sent.
pub(super) struct Spooled {
    state: State,
    /// What has not been handed on, in bytes.
    left: u64,
}

enum State {
    /// Not asked for yet.
    Whole(Written),
    Reading(JoinHandle<(Written, io::Result<Vec<u8>>)>),
    Over,
}

impl Spooled {
    pub(super) fn new(written: Written) -> Self {
        Self {
            left: written.length,
            state: State::Whole(written),
        }
    }

    pub(super) fn left(&self) -> u64 {
        self.left
    }

    /// The file is closed, and its room given back, when its last piece is handed on.
    pub(super) fn poll_piece(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, BodyFault>>> {
        loop {
            match core::mem::replace(&mut self.state, State::Over) {
                State::Over => return Poll::Ready(None),
                State::Whole(written) => {
                    if self.left == 0 {
                        return Poll::Ready(None);
                    }
                    self.state = State::Reading(read(written, self.left));
                }
                State::Reading(mut reading) => {
                    let Poll::Ready(done) = Pin::new(&mut reading).poll(context) else {
                        self.state = State::Reading(reading);
                        return Poll::Pending;
                    };
                    return Poll::Ready(Some(self.read(done.map_err(io::Error::from))));
                }
            }
        }
    }

    fn read(
        &mut self,
        done: io::Result<(Written, io::Result<Vec<u8>>)>,
    ) -> Result<Bytes, BodyFault> {
        let (written, piece) = done.map_err(BodyFault::Spool)?;
        let piece = piece.map_err(BodyFault::Spool)?;
        self.left = self.left.saturating_sub(piece.len() as u64);
        if self.left > 0 {
            self.state = State::Reading(read(written, self.left));
        }
        Ok(piece.into())
    }
}

/// The next piece: of a file that somebody has cut, an error.
fn read(mut written: Written, left: u64) -> JoinHandle<(Written, io::Result<Vec<u8>>)> {
    let length = usize::try_from(left).unwrap_or(PIECE).min(PIECE);
    let mut piece = Vec::with_capacity(length);
    spawn_blocking(move || {
        let mut rest = (&mut written.file).take(length as u64);
        let read = rest.read_to_end(&mut piece).and_then(|read| {
            if read < length {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            Ok(piece)
        });
        (written, read)
    })
}

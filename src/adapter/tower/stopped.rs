//! A request that is refused before a handler is called.

use super::BoxError;
use super::refused::Refused;
use crate::verify::refusal::answer::Refusal;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::sync::Arc;

/// What is refused, and whether its body was not read, and is of no use any more.
pub(super) struct Stopped {
    pub refused: Refused,
    pub unread: bool,
}

impl Stopped {
    pub(super) fn new(refusal: Refusal, access_key_id: Option<&str>) -> Box<Self> {
        Box::new(Self {
            refused: Refused {
                access_key_id: access_key_id.map(String::from),
                ..Refused::new(refusal)
            },
            unread: false,
        })
    }

    /// Before the body was read.
    pub(super) fn unread(mut self: Box<Self>) -> Box<Self> {
        self.unread = true;
        self
    }

    pub(super) fn because(mut self: Box<Self>, source: Option<BoxError>) -> Box<Self> {
        self.refused.source = source.map(Arc::new);
        self
    }
}

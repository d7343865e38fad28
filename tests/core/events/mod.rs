//! Event streams.
#![cfg(feature = "event-stream")]

mod messages;
mod requests;
mod signed;
mod texts;

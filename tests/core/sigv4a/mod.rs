//! Signature Version 4A.
#![cfg(feature = "v4a")]

mod forms;
mod keys;
mod published;
mod rejected;

//! Credentials without a client: the two files, what a profile yields, the chain.
#![cfg(feature = "sources")]

mod chain;
mod folder;
mod grammar;
mod headings;
mod profiles;
mod properties;
mod selected;
mod vectors;

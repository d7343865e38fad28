//! `aws-chunked` bodies.

mod case;

mod figures;
mod head;
mod markers;
mod memory;
mod properties;
mod reject;
mod texts;
mod vectors;
mod wire;

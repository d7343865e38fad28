//! `aws-chunked` bodies.

mod case;
mod made;

#[cfg(feature = "std")]
mod adapters;
#[cfg(feature = "std")]
mod adapters_faults;
mod changes;
mod figures;
mod head;
mod markers;
mod memory;
mod properties;
mod reject;
mod signed_heads;
mod texts;
mod unchecked;
mod vectors;
mod wire;

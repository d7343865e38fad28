//! Which service and region a host is signed for.

mod given;
mod vectors;

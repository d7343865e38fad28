//! Which service and region a host is signed for, and by which rules.

mod given;
mod profiles;
mod vectors;

//! The bodies of the fuzz targets, over their seeds, on stable.

mod bodies;
#[path = "../reference/mod.rs"]
mod reference;
mod seeded;
mod seeds;

//! What holds for every request: generated ones, leaning to where implementations go
//! wrong. `tests/reference/` is what they are compared with.

mod case;
mod config;
mod pieces;
mod shuffle;
mod strategies;

mod agreement;
mod bounds;
mod change;
mod garbage;
mod order;
mod signatures;
mod spelling;
mod texts;

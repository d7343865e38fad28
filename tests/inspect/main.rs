//! The inspector: what it keeps of each request, what it says of it, who may ask.

mod addresses;
mod asked;
mod copied;
mod exported;
mod forms;
mod guarded;
#[allow(dead_code)] // each area uses its part of it
#[path = "../gateway/harness.rs"]
mod harness;
mod hostile;
mod lists;
mod long;
mod pasted;
mod pieces;
#[allow(dead_code)]
#[path = "../gateway/s3/put.rs"]
mod put;
mod secret_names;
mod secrets;
mod signatures;
mod streams;
mod unknown;
mod uploads;
mod verdicts;

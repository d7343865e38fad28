//! Explaining refusals.

mod answers;
mod clocks;
mod denials;
mod lines;
mod not_refused;
mod other_forms;
mod properties;
mod sending;
mod several;
mod situations;
mod spellings;
mod string_to_sign;
#[path = "../support/mod.rs"]
mod support;
mod texts;
mod words;

#![no_main]

#[path = "../../tests/fuzz/bodies/mod.rs"]
mod bodies;
#[path = "../../tests/reference/mod.rs"]
mod reference;

libfuzzer_sys::fuzz_target!(|data: &[u8]| bodies::pasted::pasted_text(data));

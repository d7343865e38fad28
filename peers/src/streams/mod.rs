//! Uploads in signed chunks, beside everyone else who signs or verifies them.

use std::path::Path;
use std::process::{Child, Command};

pub mod crt;
pub mod damage;
pub mod decoded;
pub mod encoded;
pub mod kinds;
pub mod parts;
pub mod rust_sdk;
pub mod swift;
pub mod tally;
pub mod upload;
pub mod uploads;

/// Swift's account and user, which is how its `tempauth` knows an access key.
pub const ACCESS_KEY_ID: &str = "AKID:EXAMPLE";

/// A Python program of this folder, which reads and writes in `folder`.
fn start(python: &str, script: &str, folder: &Path) -> Child {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join(script);
    let mut command = Command::new(python);
    command.arg(script).arg(folder);
    command.spawn().expect("Python")
}

//! Writes the seeds of every target to `fuzz/corpus/<target>/`: `cargo run --example fuzz-seeds`.

#[path = "seeds/mod.rs"]
mod seeds;

use sha2::{Digest, Sha256};
use std::path::Path;

fn main() -> std::io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (target, seed) in seeds::seeds(root) {
        let folder = root.join("fuzz/corpus").join(target);
        std::fs::create_dir_all(&folder)?;
        let name: String = Sha256::digest(&seed)
            .iter()
            .take(8)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        std::fs::write(folder.join(name), seed)?;
    }
    Ok(())
}

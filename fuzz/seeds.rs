//! Writes the seeds of every target to `corpus/<target>/`.

#[path = "../tests/fuzz/seeds.rs"]
mod seeds;

use sha2::{Digest, Sha256};
use std::path::Path;

fn main() -> std::io::Result<()> {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (target, seed) in seeds::seeds(&fuzz.join("..")) {
        let folder = fuzz.join("corpus").join(target);
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

//! The fuzz targets over their seeds, on stable: a regression is caught without a fuzzer.
#![cfg(feature = "client")]

use std::collections::BTreeMap;
use std::path::Path;

#[test]
fn every_target_holds_on_its_seeds() {
    let mut counts = BTreeMap::from(crate::bodies::TARGETS.map(|(name, _)| (name, 0)));
    let bodies = BTreeMap::from(crate::bodies::TARGETS);
    for (name, seed) in crate::seeds::seeds(Path::new(env!("CARGO_MANIFEST_DIR"))) {
        let body = bodies[name];
        // The seed, and some of what a fuzzer would try first.
        body(&seed);
        for cut in (1..seed.len()).step_by(7).take(40) {
            body(&seed[..cut]);
            body(&seed[cut..]);
        }
        *counts.get_mut(name).unwrap() += 1;
    }
    println!("{counts:#?}");
    assert!(counts.values().all(|count| *count > 0), "{counts:?}");
}

//! What a stranger sends costs no more than n log n: each parser and each step gets hostile
//! inputs of n, 2n and 4n, and the instructions are counted.

mod claims;
#[cfg(feature = "cli")]
mod command;
mod credentials;
mod explained;
mod headers;
mod hosts;
#[cfg(feature = "inspect")]
mod inspected;
mod law;
mod policies;
mod profiles;
mod received;
mod shape;
mod targets;

#[path = "../support/server.rs"]
mod server;
#[path = "../support/mod.rs"]
mod support;

use shape::Shape;

fn shapes() -> Vec<Shape> {
    [
        targets::shapes(),
        headers::shapes(),
        claims::shapes(),
        explained::shapes(),
        policies::shapes(),
        credentials::shapes(),
        profiles::shapes(),
        received::shapes(),
        hosts::shapes(),
        #[cfg(feature = "inspect")]
        inspected::shapes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// At every size, what comes out is what the shape is there for. It is this test that
/// [`no_step_grows_faster_than_n_log_n`] has callgrind look at.
#[test]
fn every_shape_reaches_its_step() {
    let mine = |(number, shape)| law::is_mine(number).then_some(shape);
    for shape in shapes().into_iter().enumerate().filter_map(mine) {
        for step in shape.steps() {
            law::counted(&*step);
        }
    }
}

/// Counted by valgrind, which takes a minute or two:
///
/// ```text
/// SIGV4_COUNT=1 cargo test --all-features --test growth
/// ```
#[test]
fn no_step_grows_faster_than_n_log_n() {
    if !law::is_counting() {
        return;
    }
    let shapes = shapes();
    let rows = law::counts("every_shape_reaches_its_step", shapes.len());
    assert_eq!(rows.len(), shapes.len());
    let mut broken = Vec::new();
    for (shape, row) in shapes.iter().zip(&rows) {
        let name = &shape.name;
        let growth = law::Growth::of(shape.size, *row);
        println!("{name:60} {growth}");
        if !growth.is_lawful() {
            broken.push(format!("{name}: {growth}"));
        }
    }
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

/// The law can be broken, and a constant start does not hide it.
#[test]
fn a_quadratic_step_is_found() {
    let at = |cost: &dyn Fn(u64) -> u64| law::Growth::of(1_024, [1, 2, 4].map(|f| cost(1_024 * f)));
    assert!(at(&|_| 1_000_000).is_lawful());
    assert!(at(&|n| 1_000_000 + 50 * n).is_lawful());
    assert!(at(&|n| 1_000_000 + 50 * n * u64::from(n.ilog2())).is_lawful());
    assert!(!at(&|n| 1_000_000 + n * n).is_lawful());
    // A thousandth of an instruction for each pair, beside ten for each byte.
    assert!(!at(&|n| 1_000_000 + 10 * n + n * n / 512).is_lawful());
    assert!(!at(&|n| 1_000_000 + n * n.isqrt()).is_lawful());
}

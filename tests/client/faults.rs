//! The client against a server that misbehaves: one row for each fault.

use crate::clocks::clocks;
use crate::fault::{Row, run};
use crate::misbehaving::{connection, rubbish, statuses};
use crate::refusals::refusals;
use std::collections::HashSet;

#[test]
fn faults() {
    crate::logs::capture();
    let rows: Vec<_> = [connection(), rubbish(), statuses(), clocks(), refusals()]
        .into_iter()
        .flatten()
        .collect();
    assert!(rows.len() >= 30);
    let names: HashSet<_> = rows.iter().map(|row| row.name).collect();
    assert_eq!(names.len(), rows.len(), "a name twice");
    // Side by side, because some of them have to wait for a time-out.
    let failed: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|first| rows.iter().skip(first).step_by(4))
            .map(|rows| scope.spawn(|| rows.filter(|row| fails(row)).collect::<Vec<_>>()))
            .collect();
        threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap())
            .map(|row| row.name)
            .collect()
    });
    assert!(failed.is_empty(), "{failed:?}");
    println!("{} faults", rows.len());
}

/// One failed row does not hide the others.
fn fails(row: &Row) -> bool {
    std::panic::catch_unwind(|| run(row)).is_err()
}

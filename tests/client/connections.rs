//! Connections: kept, replaced, and without an end.

use crate::fault::{builder, ok};
use crate::server::{Act, Server};
use std::time::Duration;

/// "No limit" is written as the longest time there is.
#[test]
fn endless_times() {
    let server = Server::new(|number| match number % 2 {
        0 => vec![Act::Close],
        _ => ok(),
    });
    let endless = builder(&server)
        .connect_timeout(Duration::MAX)
        .read_timeout(Duration::MAX)
        .total_timeout(Duration::MAX)
        .pause(|_| ())
        .build()
        .unwrap();
    endless.get("/items").send().unwrap();
    for timeout in [Duration::MAX, Duration::from_secs(u64::MAX / 2)] {
        endless.get("/items").timeout(timeout).send().unwrap();
    }
}

/// A connection that the server closed while it was idle is no failure of the call.
#[test]
fn connections_are_reused_and_replaced() {
    let server = Server::script(vec![ok(), ok(), [ok(), vec![Act::Close]].concat(), ok()]);
    let client = builder(&server).build().unwrap();
    for _ in 0..4 {
        client.get("/items").send().unwrap();
    }
    assert_eq!(server.connections(), 2);
    assert!((4..=5).contains(&server.seen().len()));
}

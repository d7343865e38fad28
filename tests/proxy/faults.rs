//! Upstreams that misbehave, as in the client's table: each fault has its status and cause, and none harms the
//! request behind it.

use crate::fault::{Row, close_after, row, run, thrice};
use crate::misbehaving::{connection, rubbish, statuses};
use crate::server::{Act, response, send};
use std::time::Duration;

/// What is not of the client's table.
fn beside() -> Vec<Row> {
    let hints = "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n";
    let flood = hints.repeat(2_000);
    let ok = response("200 OK", "", "{}");
    vec![
        row(
            "many early hints first",
            vec![vec![send(&flood), ok]],
            "",
            1,
        ),
        row(
            "early hints, and nothing else",
            vec![vec![send(&flood), Act::Stall]],
            "",
            1,
        )
        .read_timeout(300),
        row("zeros", vec![close_after(&"\0".repeat(1 << 20))], "", 1),
        row(
            "a line without an end",
            vec![close_after(&"x".repeat(1 << 20))],
            "",
            1,
        ),
        row(
            "a head of a byte now and then",
            thrice(&vec![Act::Trickle(
                "HTTP/1.1 200 OK\r\nA: b".repeat(100).into(),
                Duration::from_millis(20),
            )]),
            "",
            1,
        )
        .read_timeout(300),
    ]
}

/// What a caller gets where that is not the answer, whole, with its own status.
#[rustfmt::skip]
const OUTCOMES: &[(&str, &[&str])] = &[
    ("502 upstream", &[
        "closes before the head", "closes before the head, once", "closes in the status line",
        "closes among the headers", "resets before the head", "resets once", "another protocol",
        "a head without an end", "two hundred headers", "a length that is no number", "two lengths",
        "zeros", "a line without an end", "a POST and a close",
    ]),
    ("504 slow_upstream", &[
        "stalls before the head", "stalls among the headers", "stalls once", "stalls past the deadline",
        "trickles the head", "early hints, and nothing else", "a head of a byte now and then",
    ]),
    ("200 cut", &[
        "closes right after the head", "closes in the body", "closes in a chunk",
        "closes before the last chunk", "stalls in the body", "trickles the body past the deadline",
        "a length too large", "a chunk size that is none", "a chunk longer than it says",
        "a chunk size beyond all",
    ]),
    ("500 cut", &["an error that is cut off"]),
];

fn expected(row: &Row) -> Option<&'static str> {
    let mut all = OUTCOMES.iter();
    all.find(|(_, names)| names.contains(&row.name))
        .map(|(outcome, _)| *outcome)
}

#[test]
fn faults_of_upstreams() {
    let rows: Vec<_> = [connection(), rubbish(), statuses(), beside()]
        .into_iter()
        .flatten()
        .collect();
    for name in OUTCOMES.iter().flat_map(|(_, names)| *names) {
        assert!(rows.iter().any(|row| row.name == *name), "{name}");
    }
    // Side by side, because some of them have to wait for a time-out.
    let failed: Vec<_> = std::thread::scope(|scope| {
        let parts = (0..4).map(|first| rows.iter().skip(first).step_by(4));
        let threads: Vec<_> = parts
            .map(|part| scope.spawn(|| part.filter_map(failure).collect::<Vec<_>>()))
            .collect();
        let ended = threads.into_iter().map(|thread| thread.join().unwrap());
        ended.flatten().collect()
    });
    assert!(failed.is_empty(), "{failed:#?}");
}

fn failure(row: &Row) -> Option<String> {
    let (outcome, next) = run(row);
    let is_right = match expected(row) {
        Some(expected) => outcome == expected,
        None => outcome == format!("{} whole", row.status()),
    };
    let name = row.name;
    (!is_right || next != "200 whole").then(|| format!("{name}: {outcome}, then {next}"))
}

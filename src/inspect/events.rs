//! Each request as soon as it is over, as server-sent events
//! ([HTML](https://html.spec.whatwg.org/multipage/server-sent-events.html)).

use super::filter::Filter;
use super::inspector::Inspector;
use bytes::Bytes;
use serde_json::json;
use std::format;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::prelude::rust_2024::*;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::mpsc::Sender;
use tokio::time::timeout;

/// Between signs of life, so that who has left is noticed.
const QUIET: Duration = Duration::from_secs(15);

/// Until nobody takes them any more. What leaves the ring meanwhile is lost, and said to be.
pub(super) async fn send(
    inspector: Arc<Inspector>,
    mut filter: Filter,
    to: Sender<Bytes>,
    _place: OwnedSemaphorePermit,
) {
    let mut changed = inspector.ring.watch();
    let mut cleared = changed.borrow_and_update().cleared;
    // Goes out with the head, so that the page knows that it is heard.
    if to.send(Bytes::from_static(b": here\n\n")).await.is_err() {
        return;
    }
    loop {
        let (records, mark) = inspector.ring.after(filter.after);
        let mut batch = String::new();
        if mark.cleared > cleared {
            cleared = mark.cleared;
            batch.push_str(&event(
                "cleared",
                None,
                &json!({ "last": cleared }).to_string(),
            ));
        }
        if let Some(first) = records.first()
            && filter.after > cleared
            && first.id > filter.after.saturating_add(1)
        {
            let lost = json!({ "oldest": first.id }).to_string();
            batch.push_str(&event("lost", None, &lost));
        }
        for record in &records {
            filter.after = record.id;
            if inspector.takes(&filter, record) {
                let row = inspector.row(record).to_string();
                batch.push_str(&event("request", Some(record.id), &row));
            }
        }
        drop(records);
        if !batch.is_empty() && to.send(batch.into()).await.is_err() {
            return;
        }
        loop {
            let waited = {
                let (mut left, mut change) = (pin!(to.closed()), pin!(changed.changed()));
                let next = poll_fn(|context| match left.as_mut().poll(context) {
                    Poll::Ready(()) => Poll::Ready(false),
                    Poll::Pending => change.as_mut().poll(context).map(|change| change.is_ok()),
                });
                timeout(QUIET, next).await
            };
            match waited {
                Ok(true) => break,
                Ok(false) => return,
                Err(_) => {
                    if to.send(Bytes::from_static(b": here\n\n")).await.is_err() {
                        return;
                    }
                }
            }
        }
    }
}

/// JSON has no line ends in it.
fn event(name: &str, id: Option<u64>, data: &str) -> String {
    let id = id.map_or_else(String::new, |id| format!("id: {id}\n"));
    format!("event: {name}\n{id}data: {data}\n\n")
}

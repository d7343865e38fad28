//! What Microservice B is there for: a list of items.

mod list;

use super::limits::Limits;
use super::pieces::Pieces;
use super::reply::Reply;
use list::List;
use serde_json::{Value, json};
use std::string::ToString;
use std::sync::{Mutex, PoisonError};
use std::vec::Vec;

/// How deep an item may be nested: less than JSON readers commonly take.
const MAX_DEPTH: usize = 32;

/// A list of JSON values that callers can read and add to.
#[derive(Debug)]
pub(crate) struct Items {
    list: Mutex<List>,
    limits: Limits,
}

impl Items {
    /// The limits are for what callers add.
    pub(crate) fn new(items: &[Value], limits: Limits) -> Self {
        let mut list = List::default();
        for item in items {
            list.push(&item.to_string());
        }
        Self {
            list: Mutex::new(list),
            limits,
        }
    }

    /// The list that is served where none is given.
    pub(crate) fn built_in() -> Vec<Value> {
        [(1, "hammer"), (2, "nails"), (3, "wood glue")]
            .map(|(id, name)| json!({ "id": id, "name": name }))
            .into()
    }

    pub(crate) fn get(&self) -> Reply {
        let pieces = self.lock().pieces();
        Reply::ok(200, Pieces::from(pieces))
    }

    pub(crate) fn post(&self, body: &[u8]) -> Reply {
        if body.len() > self.limits.item {
            return Reply::too_long();
        }
        let Ok(item) = serde_json::from_slice::<Value>(body) else {
            return Reply::bad_request("Invalid request body");
        };
        if is_deeper(&item, MAX_DEPTH) {
            return Reply::too_deep();
        }
        // Numbers can be longer than they were written.
        let text = item.to_string();
        if text.len() > self.limits.item {
            return Reply::too_long();
        }
        let mut list = self.lock();
        if list.count() >= self.limits.items || list.length_with(&text) > self.limits.list {
            return Reply::full();
        }
        list.push(&text);
        Reply::ok(201, item)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, List> {
        // A list is whole at every moment at which a thread could have stopped.
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whoever reads the list has to be able to: JSON readers have a limit, and the list
/// itself adds to the depth.
fn is_deeper(value: &Value, limit: usize) -> bool {
    let Some(below) = limit.checked_sub(1) else {
        return true;
    };
    match value {
        Value::Array(list) => list.iter().any(|value| is_deeper(value, below)),
        Value::Object(fields) => fields.values().any(|value| is_deeper(value, below)),
        _ => false,
    }
}

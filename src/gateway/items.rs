//! What Microservice B is there for: a list of items.

use super::reply::Reply;
use serde_json::{Value, json};
use std::sync::{Mutex, PoisonError};
use std::vec::Vec;

/// How deep an item may be nested: less than JSON readers commonly take.
const MAX_DEPTH: usize = 32;

/// A list of JSON values that callers can read and add to.
#[derive(Debug)]
pub(crate) struct Items {
    list: Mutex<Vec<Value>>,
    limit: usize,
    item_limit: usize,
}

impl Items {
    /// Once callers add some, no more than `limit` items can be in it, and none of over
    /// `item_limit` bytes.
    pub(crate) fn new(list: Vec<Value>, limit: usize, item_limit: usize) -> Self {
        Self {
            list: Mutex::new(list),
            limit,
            item_limit,
        }
    }

    /// The list that is served where none is given.
    pub(crate) fn built_in() -> Vec<Value> {
        [(1, "hammer"), (2, "nails"), (3, "wood glue")]
            .map(|(id, name)| json!({ "id": id, "name": name }))
            .into()
    }

    pub(crate) fn get(&self) -> Reply {
        Reply::ok(200, json!({ "items": *self.lock() }))
    }

    pub(crate) fn post(&self, body: &[u8]) -> Reply {
        if body.len() > self.item_limit {
            return Reply::too_long();
        }
        let Ok(item) = serde_json::from_slice::<Value>(body) else {
            return Reply::bad_request("Invalid request body");
        };
        if is_deeper(&item, MAX_DEPTH) {
            return Reply::too_deep();
        }
        let mut list = self.lock();
        if list.len() >= self.limit {
            return Reply::full();
        }
        list.push(item.clone());
        Reply::ok(201, item)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Value>> {
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

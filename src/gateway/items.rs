//! What Microservice B is there for: a list of items.

use super::answer::Answer;
use serde_json::{Value, json};
use std::sync::{Mutex, PoisonError};
use std::vec::Vec;

/// A list of JSON values that callers can read and add to.
#[derive(Debug)]
pub(crate) struct Items {
    list: Mutex<Vec<Value>>,
    limit: usize,
}

impl Items {
    /// No more than `limit` items can be in it, once callers add some.
    pub(crate) fn new(list: Vec<Value>, limit: usize) -> Self {
        Self {
            list: Mutex::new(list),
            limit,
        }
    }

    /// The list that is served where none is given.
    pub(crate) fn built_in() -> Vec<Value> {
        [(1, "hammer"), (2, "nails"), (3, "wood glue")]
            .map(|(id, name)| json!({ "id": id, "name": name }))
            .into()
    }

    pub(crate) fn get(&self) -> Answer {
        Answer::ok(200, json!({ "items": *self.lock() }))
    }

    pub(crate) fn post(&self, body: &[u8]) -> Answer {
        let Ok(item) = serde_json::from_slice::<Value>(body) else {
            return Answer::bad_request("Invalid request body");
        };
        let mut list = self.lock();
        if list.len() >= self.limit {
            return Answer::full();
        }
        list.push(item.clone());
        Answer::ok(201, item)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Value>> {
        // A list is whole at every moment at which a thread could have stopped.
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

//! How to wait.

use core::time::Duration;
use std::prelude::rust_2024::*;
use std::sync::Arc;

/// Waits between two attempts: `std::thread::sleep`, or what stands in for it.
pub(crate) type Pause = Arc<dyn Fn(Duration) + Send + Sync>;

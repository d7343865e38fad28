//! The same requests through this crate and through others, timed side by side.
//!
//! One file per implementation. What is timed starts with the request in the form that its
//! API takes and the time as a [`SystemTime`](std::time::SystemTime) (or as the API's own
//! kind of it), and ends with the values of the headers, or with the URL.

mod aws_sign_v4;
mod aws_sigv4;
mod awscrt;
mod contestant;
mod floor;
pub mod machine;
mod ours;
mod reqsign;
pub mod results;
pub mod rows;
mod rusty_s3;
mod scratchstack;
mod work;

use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// The cheapest executor there is: two of the crates are asynchronous without ever waiting.
fn ready<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("it waits for something"),
    }
}

//! Another protocol over the same connection, such as a WebSocket: the handshake is signed, then bytes
//! pass.

use super::answer::{Answer, Refused};
use super::cause::Cause;
use super::drain::Guard;
use super::ending::{Ending, Side};
use super::exchange::Exchange;
use super::hop;
use super::inbound::Decision;
use super::passing::{Passing, while_passing};
use http::Response;
use hyper::body::Incoming;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use std::format;
use std::prelude::rust_2024::*;
use std::sync::atomic::AtomicU64;
use std::time::Duration;
use tokio::io::copy_bidirectional;
use tokio::sync::OwnedSemaphorePermit;

/// What a tunnel has until it ends.
pub(crate) struct Held {
    pub(crate) place: OwnedSemaphorePermit,
    pub(crate) guard: Guard,
    /// Its end where nothing passes for so long.
    pub(crate) idle: Duration,
}

/// Joins the two connections as soon as the caller has the answer. The exchange ends with the tunnel.
pub(crate) fn switch(
    mut response: Response<Incoming>,
    asked: Option<(Decision, OnUpgrade)>,
    exchange: &mut Exchange,
    held: Held,
) -> Result<Response<Answer>, Refused> {
    let protocol = hop::take_off(response.headers_mut()).upgrade;
    let (Some((decision, here)), Some(protocol)) = (asked, protocol) else {
        let message = "the upstream switched to a protocol that nobody asked for";
        return Err(Refused::new(Cause::Upstream, message));
    };
    decision.tunnel();
    let there = hyper::upgrade::on(&mut response);
    hop::ask_for(response.headers_mut(), protocol);
    let exchange = exchange.tunnels();
    tokio::spawn(async move {
        let Held { place, guard, idle } = held;
        let exchange = exchange.await.ok();
        let (read, written, ending) = join(here, there, guard, idle).await;
        if let Some(mut exchange) = exchange {
            exchange.passed(read, written, ending);
        }
        drop(place);
    });
    Ok(response.map(|_| Answer::whole("")))
}

/// How many bytes came from the caller, how many went there, and what ended it before both had.
async fn join(
    here: OnUpgrade,
    there: OnUpgrade,
    guard: Guard,
    idle: Duration,
) -> (u64, u64, Option<Ending>) {
    // Who is gone before the answer has been written.
    let Ok(here) = here.await else {
        return (0, 0, Some(Ending::LEFT));
    };
    let there = match there.await {
        Ok(there) => there,
        Err(error) => return (0, 0, Some(Ending::broken(Side::Upstream, &error))),
    };
    let passed = AtomicU64::new(0);
    let mut here = Passing::new(TokioIo::new(here), &passed);
    let mut there = Passing::new(TokioIo::new(there), &passed);
    let joined = copy_bidirectional(&mut here, &mut there);
    let ended = guard.until_cut(while_passing(joined, &passed, idle)).await;
    let ending = match ended {
        None => Some(Ending::CUT),
        Some(None) => Some(Ending::new(
            Side::Proxy,
            format!("nothing passed for {idle:?}"),
        )),
        Some(Some(Ok(_))) => None,
        Some(Some(Err(error))) => {
            let side = if here.is_broken() {
                Side::Caller
            } else {
                Side::Upstream
            };
            Some(Ending::broken(side, &error))
        }
    };
    (here.read(), here.written(), ending)
}

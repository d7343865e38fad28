//! Bodies, within limit and time.

use super::BoxError;
use super::clock::Sleep;
use super::collect::{NotCollected, collect, discard};
use crate::verify::refusal::reason::RefusalReason;
use bytes::Bytes;
use core::pin::{Pin, pin};
use core::time::Duration;
use http_body::Body;

/// How much more than fits is taken of a body that nobody needs, in bytes: most of those that are too
/// long are not much longer.
const BEYOND: usize = 16 << 20;

/// How long an answer waits for the rest of a body that nobody needs. Anybody can send one.
const FOR_THE_REST: Duration = Duration::from_secs(1);

/// The whole body; or why not, and what broke it.
pub(super) async fn read<B>(
    body: B,
    limit: usize,
    sleep: &Sleep,
    deadline: Duration,
) -> Result<Bytes, (RefusalReason, Option<BoxError>)>
where
    B: Body,
    B::Error: Into<BoxError>,
{
    let mut body = pin!(body);
    let whole = {
        let whole = pin!(collect(body.as_mut(), limit));
        match sleep.within(deadline, whole).await {
            Some(Ok(bytes)) => Ok(bytes),
            Some(Err(NotCollected::TooLong)) => Err((RefusalReason::BodyTooLong, None)),
            Some(Err(NotCollected::Read(error))) => {
                Err((RefusalReason::BodyCutOff, Some(error.into())))
            }
            None => Err((RefusalReason::BodyTooSlow, None)),
        }
    };
    if let Err((RefusalReason::BodyTooLong, _)) = whole {
        rest(pin!(discard(body, BEYOND)), sleep, deadline).await;
    }
    whole
}

/// Takes what is still to come of a body that nobody needs.
pub(super) async fn leftover<B: Body>(body: B, limit: usize) {
    discard(body, limit.saturating_add(BEYOND)).await;
}

/// Waits, not for long, until what nobody needs of a body is out of the way.
pub(super) async fn rest(
    rest: Pin<&mut (impl Future<Output = ()> + ?Sized)>,
    sleep: &Sleep,
    deadline: Duration,
) {
    sleep.within(deadline.min(FOR_THE_REST), rest).await;
}

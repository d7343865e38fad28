//! What a caller can cost.

use std::io;
use std::time::Duration;
use tokio::sync::Semaphore;

/// What a caller can cost. The defaults stand with the fields.
///
/// ```
/// use sigv4::gateway::Limits;
///
/// let mut limits = Limits::default();
/// limits.body = 64 << 10;
/// limits.items = 10;
/// assert_eq!(limits.connections, 256);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Connections at the same time; further ones wait to be accepted. 256.
    pub connections: usize,
    /// Length of request line and headers, in bytes; beyond it the answer is 431. 65,536.
    pub head: usize,
    /// Number of headers; beyond it the answer is 431. 100.
    pub headers: usize,
    /// Length of a body, in bytes, and of an answer that repeats it; beyond it the answer is
    /// 413, of S3 400. Of a body in pieces, that of its data. 10 MiB, as API Gateway.
    pub body: usize,
    /// Length of all bodies together that are being read, and of all answers that repeat
    /// one until they are sent, in bytes. Each connection has a share that nobody can take
    /// from it, and may have an answer of that length; beyond that, bodies and answers take
    /// of what is left, and more wait: a body to be answered with 408, an answer with 429.
    /// 64 MiB, which makes a share of 108 KiB.
    pub bodies: usize,
    /// Time for a request to arrive, head and body each; of S3, each 8 KiB of a body. 10 seconds.
    pub read: Duration,
    /// Time after which a connection is not used for another request, and time after
    /// that for the last request to end and its answer to be taken, however steadily a body comes.
    /// 60 seconds each.
    pub connection: Duration,
    /// Items that the list can hold; beyond it the answer is 429. 1,000.
    pub items: usize,
    /// Length of the list as JSON, in bytes; an item that would make it longer is answered
    /// with 429. 10 MiB, the longest answer that API Gateway gives.
    pub list: usize,
    /// Length of an item that is added, in bytes; beyond it the answer is 413. 16,384.
    pub item: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 256,
            head: 65_536,
            headers: 100,
            body: 10 << 20,
            bodies: 64 << 20,
            read: Duration::from_secs(10),
            connection: Duration::from_secs(60),
            items: 1_000,
            list: 10 << 20,
            item: 16_384,
        }
    }
}

impl Limits {
    pub(crate) fn check(&self) -> io::Result<()> {
        let counts = [self.connections, self.bodies];
        let counted = 1..=Semaphore::MAX_PERMITS;
        let sizes = [self.head, self.headers, self.body, self.list, self.item];
        let times = [self.read, self.connection];
        let allowed = Duration::from_millis(1)..=Duration::from_secs(86_400);
        if counts.iter().all(|count| counted.contains(count))
            && sizes.iter().all(|size| (1..=1 << 31).contains(size))
            && times.iter().all(|time| allowed.contains(time))
            && self.body <= self.bodies
        {
            return Ok(());
        }
        Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "limits: counts and sizes from 1 on, times from 1 ms to a day, one body no longer \
             than all",
        ))
    }
}

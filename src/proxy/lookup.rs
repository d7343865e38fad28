//! Addresses of upstreams' names: a few names at a time, on threads of their own.

use hyper_util::client::legacy::connect::dns::Name;
use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::pin::Pin;
use std::prelude::rust_2024::*;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::thread;
use std::vec;
use tokio::sync::{Semaphore, oneshot};
use tower_service::Service;

/// How many names of one upstream are looked up at a time. A resolver that does not answer is waited for
/// some ten seconds, and nothing ends that: further requests wait for these, not with threads of their own.
const AT_ONCE: usize = 4;

/// What the system's resolver says. It asks on threads that nothing else needs: bodies in files go on
/// whatever becomes of names.
#[derive(Clone, Debug)]
pub(crate) struct Lookups {
    free: Arc<Semaphore>,
}

impl Lookups {
    pub(crate) fn new() -> Self {
        let free = Arc::new(Semaphore::new(AT_ONCE));
        Self { free }
    }

    /// What `look` says, once there is a place for it, which it keeps until it is over: whoever waits may
    /// leave before.
    async fn wait_for<T: Send + 'static>(
        self,
        look: impl FnOnce() -> io::Result<T> + Send + 'static,
    ) -> io::Result<T> {
        let place = self.free.acquire_owned().await.map_err(io::Error::other)?;
        let (tell, told) = oneshot::channel();
        thread::Builder::new()
            .name("sigv4-proxy-names".into())
            .spawn(move || {
                let found = look();
                drop(place);
                // Nobody may wait for it any more.
                let _ = tell.send(found);
            })?;
        told.await.map_err(io::Error::other)?
    }
}

impl Service<Name> for Lookups {
    type Response = vec::IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        Box::pin(self.clone().wait_for(move || addresses(name.as_str())))
    }
}

/// Without a port, which is the URL's.
fn addresses(name: &str) -> io::Result<vec::IntoIter<SocketAddr>> {
    #[cfg(test)]
    if let Some(here) = tests::here(name) {
        return Ok(vec![here].into_iter());
    }
    (name, 0).to_socket_addrs()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use core::future::poll_fn;
    use std::sync::mpsc;

    /// Names for unit tests, of which each says its port on loopback: `p8443-any.sigv4.test`.
    pub(crate) fn here(name: &str) -> Option<SocketAddr> {
        let (port, _) = name.strip_suffix(".sigv4.test")?.split_once('-')?;
        let port: u16 = port.strip_prefix('p')?.parse().ok()?;
        Some(SocketAddr::from(([127, 0, 0, 1], port)))
    }

    #[tokio::test]
    async fn names_that_do_not_come_take_so_many_threads_and_no_more() {
        let lookups = Lookups::new();
        let (tell, begun) = mpsc::channel();
        let mut waiting: Vec<_> = (0..=AT_ONCE)
            .map(|number| {
                let (release, released) = mpsc::channel::<()>();
                let tell = tell.clone();
                let look = lookups.clone().wait_for(move || {
                    tell.send(number).unwrap();
                    // Until it is let go.
                    released.recv().unwrap_err();
                    Ok(number)
                });
                (Box::pin(look), release)
            })
            .collect();
        for (look, _) in &mut waiting {
            poll_fn(|context| {
                assert!(look.as_mut().poll(context).is_pending());
                Poll::Ready(())
            })
            .await;
        }
        for _ in 0..AT_ONCE {
            begun.recv().unwrap();
        }
        // Whoever gives up waiting ends no thread, and frees no place.
        let (last, release_last) = waiting.pop().unwrap();
        let (first, release_first) = waiting.swap_remove(0);
        drop(first);
        let last = tokio::spawn(last);
        tokio::task::yield_now().await;
        assert!(begun.try_recv().is_err());
        drop(release_first);
        drop(release_last);
        assert_eq!(last.await.unwrap().unwrap(), AT_ONCE);
        assert_eq!(begun.recv().unwrap(), AT_ONCE);
        for (look, release) in waiting {
            drop(release);
            look.await.unwrap();
        }
    }

    #[tokio::test]
    async fn a_name_has_its_addresses() {
        let look = |name: &str| Lookups::new().call(name.parse().unwrap());
        let found: Vec<_> = look("localhost").await.unwrap().collect();
        assert!(found.iter().all(|found| found.ip().is_loopback()));
        assert!(!found.is_empty());
        look("not a name").await.unwrap_err();
    }
}

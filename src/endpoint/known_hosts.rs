//! What hosts are known to be, kept: one client calls few of them, again and again.

use crate::endpoint::host::{KnownHost, recognize};
use std::string::String;
use std::sync::{PoisonError, RwLock};
use std::vec::Vec;

/// How many hosts are kept.
const MOST: usize = 8;

/// No name of a host is longer (RFC 1035, 2.3.4), so that what is kept stays small.
const LONGEST: usize = 255;

/// The hosts that came up last.
#[derive(Default)]
pub(crate) struct KnownHosts(RwLock<Vec<(String, Option<KnownHost>)>>);

impl KnownHosts {
    /// What `use_it` makes of that which [`recognize`] says of a host.
    pub(crate) fn with<T>(&self, host: &str, use_it: impl FnOnce(Option<&KnownHost>) -> T) -> T {
        {
            // A list is whole at every moment at which a thread could have stopped.
            let kept = self.0.read().unwrap_or_else(PoisonError::into_inner);
            if let Some((_, known)) = kept.iter().find(|(of, _)| of == host) {
                return use_it(known.as_ref());
            }
        }
        let known = recognize(host);
        let made = use_it(known.as_ref());
        if host.len() <= LONGEST {
            let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
            if kept.iter().all(|(of, _)| of != host) {
                if kept.len() >= MOST {
                    kept.remove(0);
                }
                kept.push((host.into(), known));
            }
        }
        made
    }
}

#[cfg(test)]
mod tests {
    use super::{KnownHosts, LONGEST, MOST};
    use crate::endpoint::host::recognize;
    use std::format;

    #[test]
    fn the_same_as_without_them() {
        let hosts = KnownHosts::default();
        for _ in 0..2 {
            for host in [
                "abc123.execute-api.us-east-1.amazonaws.com",
                "abc123.execute-api.eu-west-1.amazonaws.com",
                "dynamodb.us-east-1.amazonaws.com",
                "DynamoDB.us-east-1.amazonaws.com",
                "example.com",
                "",
            ] {
                hosts.with(host, |known| {
                    assert_eq!(known, recognize(host).as_ref(), "{host}");
                });
            }
        }
        assert_eq!(hosts.0.read().unwrap().len(), 6);
    }

    #[test]
    fn so_many_and_no_more() {
        let hosts = KnownHosts::default();
        let name = |n: usize| format!("{n}.example.com");
        for n in 0..=MOST {
            hosts.with(&name(n), |_| ());
        }
        hosts.with(&"a".repeat(LONGEST + 1), |_| ());
        let kept = hosts.0.read().unwrap();
        let kept = kept.iter().map(|(of, _)| of.clone());
        assert!(kept.eq((1..=MOST).map(name)));
    }
}

//! The names of signed headers, each found without going over all: strangers list thousands.

use crate::request::Header;
use std::collections::BTreeSet;
use std::prelude::rust_2024::*;

pub(super) struct SignedNames<'n>(BTreeSet<&'n str>);

impl<'n> SignedNames<'n> {
    /// Of a list, in lower case: `host;x-amz-date`.
    pub(super) fn of(list: &'n str) -> Self {
        Self(list.split(';').filter(|name| !name.is_empty()).collect())
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains(name.to_ascii_lowercase().as_str())
    }

    /// Those that did not arrive.
    pub(super) fn missing(&self, headers: &[Header<'_>]) -> impl Iterator<Item = &'n str> {
        let arrived = headers.iter().map(|(name, _)| name.to_ascii_lowercase());
        let arrived: BTreeSet<String> = arrived.collect();
        let names = self.0.iter().copied();
        names.filter(move |name| !arrived.contains(*name))
    }
}

#[cfg(test)]
mod tests {
    use super::SignedNames;
    use std::prelude::rust_2024::*;

    #[test]
    fn in_whatever_letters_they_arrive() {
        let names = SignedNames::of("host;x-a;x-b");
        assert!(names.has("X-A") && !names.has("x-c") && !names.has(""));
        let headers = [("Host", &b"a"[..]), ("X-B", b"")];
        assert_eq!(names.missing(&headers).collect::<Vec<_>>(), ["x-a"]);
    }
}

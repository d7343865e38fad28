//! What most tokens are: a presigned URL, spelt as AWS's own maker of the token spells it.

use crate::error::Error;
use crate::grammar::text::{cut, pieces};
use crate::request::{Header, Payload, Request};
use crate::sign::presign::PresignedUrl;
use crate::sign::signer::Signer;
use crate::tokens::maker::Maker;
use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;
use zeroize::Zeroizing;

/// The order of the parameters of a signature. It means nothing to a service; tokens are the same
/// text as those of other tools if it is theirs.
pub(super) type Order = [&'static str; 7];

/// As `botocore` has it for databases and EKS, and AWS's C library for IoT.
pub(super) const EXPIRES_LATER: Order = order("X-Amz-SignedHeaders", "X-Amz-Expires", BEFORE);
/// As `botocore`'s signer has it, with which the makers for MSK and Bedrock sign.
pub(super) const EXPIRES_SOONER: Order = order("X-Amz-Expires", "X-Amz-SignedHeaders", BEFORE);
/// As clients of ElastiCache have it that are written in Rust.
pub(super) const TOKEN_LAST: Order = order("X-Amz-Expires", "X-Amz-SignedHeaders", BEHIND);

const BEFORE: [&str; 2] = ["X-Amz-Security-Token", "X-Amz-Signature"];
const BEHIND: [&str; 2] = ["X-Amz-Signature", "X-Amz-Security-Token"];

const fn order(fourth: &'static str, fifth: &'static str, last: [&'static str; 2]) -> Order {
    let [sixth, seventh] = last;
    [
        "X-Amz-Algorithm",
        "X-Amz-Credential",
        "X-Amz-Date",
        fourth,
        fifth,
        sixth,
        seventh,
    ]
}

/// A request that is signed in the query form and sent by nobody.
pub(super) struct Presigned<'a> {
    pub method: &'a str,
    pub host: &'a str,
    pub target: &'a str,
    /// Beside `host`, signed as well.
    pub header: Option<Header<'a>>,
    pub region: &'a str,
    pub service: &'a str,
    /// In seconds; nothing of it in the URL where there is none.
    pub expires: Option<u64>,
    pub order: &'a Order,
}

impl Presigned<'_> {
    /// Host and target: the URL without its scheme.
    pub(super) fn text(&self, maker: &Maker<'_>) -> Result<Zeroizing<String>, Error> {
        self.written(maker, "", self.host, "")
    }

    /// The same with another spelling of the host, a scheme in front of it, and what is not
    /// signed behind it.
    pub(super) fn written(
        &self,
        maker: &Maker<'_>,
        scheme: &str,
        host: &str,
        behind: &str,
    ) -> Result<Zeroizing<String>, Error> {
        let target = Zeroizing::new(self.sign(maker)?.into_target());
        let lengths = [scheme, host, &target, behind].map(str::len);
        // Of its full length at once, so that no part stays behind where it grew.
        let capacity = lengths.into_iter().fold(0, usize::saturating_add);
        let mut text = Zeroizing::new(String::with_capacity(capacity));
        text.push_str(scheme);
        text.push_str(host);
        push_in_order(&mut text, &target, self.order);
        text.push_str(behind);
        Ok(text)
    }

    fn sign(&self, maker: &Maker<'_>) -> Result<PresignedUrl, Error> {
        let headers: Vec<Header<'_>> = [("host", self.host.as_bytes())]
            .into_iter()
            .chain(self.header)
            .collect();
        let request = Request {
            method: self.method,
            target: self.target,
            headers: &headers,
            payload: Payload::EMPTY,
        };
        let signer = Signer::new(maker.credentials().clone(), self.region, self.service);
        let expires = self.expires.map(Duration::from_secs);
        signer.presign_within(&request, expires, maker.at())
    }
}

fn name(parameter: &str) -> &str {
    cut(parameter, b'=').0
}

/// A presigned target with the parameters of its signature in this order, behind all others.
fn push_in_order(out: &mut String, target: &str, order: &Order) {
    let (path, query) = cut(target, b'?');
    out.push_str(path);
    let query = query.unwrap_or_default();
    let mut separator = '?';
    let mut push = |parameter: &str| {
        out.push(separator);
        out.push_str(parameter);
        separator = '&';
    };
    let others = |parameter: &&str| !order.iter().any(|known| name(parameter) == *known);
    pieces(query, b'&').filter(others).for_each(&mut push);
    for known in order {
        let found = |parameter: &&str| name(parameter) == *known;
        pieces(query, b'&').filter(found).for_each(&mut push);
    }
}

#[cfg(test)]
mod tests {
    use super::{EXPIRES_LATER, TOKEN_LAST, push_in_order};
    use alloc::string::String;

    #[test]
    fn orders() {
        let target = "/a?b=1&X-Amz-Signature=5&c=&X-Amz-Security-Token=4&X-Amz-Date=1\
            &X-Amz-Algorithm=0&X-Amz-SignedHeaders=2&X-Amz-Expires=3";
        let mut text = String::new();
        push_in_order(&mut text, target, &EXPIRES_LATER);
        assert_eq!(
            text,
            "/a?b=1&c=&X-Amz-Algorithm=0&X-Amz-Date=1&X-Amz-SignedHeaders=2&X-Amz-Expires=3\
             &X-Amz-Security-Token=4&X-Amz-Signature=5"
        );
        text.clear();
        push_in_order(&mut text, target, &TOKEN_LAST);
        assert!(
            text.ends_with("=3&X-Amz-SignedHeaders=2&X-Amz-Signature=5&X-Amz-Security-Token=4")
        );
    }
}

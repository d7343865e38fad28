//! Who signed a request: the access key id says it, and which secret it was is tried out.

use crate::credentials::home::SECRETS;
use crate::credentials::pair::Pair;
use crate::credentials::reading::lines;
use crate::outcome::sign_as;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// None of the secrets that there are.
pub const UNKNOWN: &str = "that nobody knows";

/// A request as it arrived.
pub struct Received {
    pub method: String,
    /// Without a query.
    pub path: String,
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

pub struct Signer {
    pub access_key_id: String,
    pub region: String,
    service: String,
    signed_headers: String,
    signature: String,
}

impl Received {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    /// `None` where nobody signed it.
    pub fn signer(&self) -> Option<Signer> {
        let after = |name: &str| {
            let (_, value) = self.header("authorization").split_once(name)?;
            value.split([',', ' ']).next()
        };
        let mut scope = after("Credential=")?.split('/').map(str::to_owned);
        Some(Signer {
            access_key_id: scope.next()?,
            region: scope.nth(1)?,
            service: scope.next()?,
            signed_headers: after("SignedHeaders=")?.to_owned(),
            signature: after("Signature=")?.to_owned(),
        })
    }

    /// Whether it was signed with this secret.
    pub fn is_signed_with(&self, signer: &Signer, secret: &str) -> bool {
        let headers = signer.signed_headers.split(';');
        let headers: Vec<_> = headers
            .map(|name| format!("{name}:{}\n", self.header(name)))
            .collect();
        let canonical_request = format!(
            "{}\n{}\n\n{}\n{}\n{}",
            self.method,
            self.path,
            headers.concat(),
            signer.signed_headers,
            hex::encode(Sha256::digest(&self.body))
        );
        let time = self.header("x-amz-date");
        let (region, service) = (&signer.region, &signer.service);
        sign_as(secret, region, &canonical_request, service, time) == signer.signature
    }
}

/// The secrets that there are to try: those that were handed out, and those of each pair.
#[derive(Default)]
pub struct Secrets {
    handed_out: BTreeMap<String, String>,
    of_pairs: BTreeMap<String, Vec<String>>,
}

impl Secrets {
    /// Those that a request for this pair may be signed with.
    pub fn of(&self, access_key_id: &str, pair: &str) -> impl Iterator<Item = &str> {
        let of_pair = self.of_pairs.get(pair).into_iter().flatten();
        let handed_out = self.handed_out.get(access_key_id).into_iter();
        handed_out.chain(of_pair).map(String::as_str)
    }

    pub fn hand_out(&mut self, access_key_id: &str, secret: &str) {
        self.handed_out
            .insert(access_key_id.to_owned(), secret.to_owned());
    }

    /// Whatever could be a secret, with and without what looks like a comment behind it.
    pub fn know(&mut self, pair: &Pair) {
        let mut all: Vec<_> = SECRETS.map(str::to_owned).into();
        all.extend(pair.variable("AWS_SECRET_ACCESS_KEY").map(str::to_owned));
        for line in lines(pair) {
            let value = line
                .text
                .split_once(['=', ':'])
                .map_or("", |(_, value)| value);
            let before = value
                .split(" #")
                .next()
                .and_then(|value| value.split(" ;").next());
            let values = [Some(value), before].into_iter().flatten();
            all.extend(values.map(|value| value.trim().to_owned()));
        }
        self.of_pairs.insert(pair.id.clone(), all);
    }
}

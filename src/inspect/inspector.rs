//! What is kept, and what it means.

use super::detail::{self, Shown};
use super::export;
use super::filter::Filter;
use super::findings::Findings;
use super::first_call;
#[cfg(feature = "proxy")]
use super::given::{self, SignsFor};
use super::guard::Token;
use super::judged;
use super::place::Place;
use super::proxied;
use super::record::{By, Record};
use super::redact;
use super::ring::{MOST, Mark, Ring};
use crate::gateway::reached::reached;
use crate::gateway::state::State;
use crate::request::Header;
use serde_json::{Value, json};
use std::format;
use std::net::SocketAddr;
use std::prelude::rust_2024::*;
use std::sync::Arc;

/// Who can say more about a request than it does itself.
pub(crate) enum Source {
    /// The gateway, and where it listens.
    Gateway(Arc<State>, SocketAddr),
    #[cfg(feature = "proxy")]
    Proxy,
}

pub(crate) struct Inspector {
    pub(super) ring: Arc<Ring>,
    pub(super) source: Source,
    /// Where others than this machine can reach it.
    pub(super) token: Option<Token>,
}

impl Inspector {
    pub(crate) fn new(ring: Arc<Ring>, source: Source, token: Option<Token>) -> Self {
        Self {
            ring,
            source,
            token,
        }
    }

    fn findings(&self, record: &Record, headers: &[Header<'_>]) -> Findings {
        let seen = &record.seen;
        match (&seen.by, &self.source) {
            (By::Gateway(judged), Source::Gateway(state, _)) => {
                judged::findings(seen, judged, state)
            }
            (By::Proxy(proxied), _) => proxied::findings(seen, proxied, headers),
            #[cfg(feature = "proxy")]
            (By::Gateway(_), Source::Proxy) => given::findings(None, None, SignsFor::default()),
        }
    }

    /// Found out once, whoever asks.
    pub(super) fn row<'r>(&self, record: &'r Record) -> &'r Value {
        record.row.get_or_init(|| {
            let headers = record.seen.head.headers();
            let findings = self.findings(record, &headers);
            detail::row(&Shown::of(record, &headers), &findings)
        })
    }

    pub(super) fn takes(&self, filter: &Filter, record: &Record) -> bool {
        let headers = || {
            let headers = record.seen.head.headers();
            let shown = headers
                .iter()
                .map(|(name, value)| format!("{name}: {}\n", redact::value(name, value)));
            let text = shown.collect::<String>();
            Shown::of(record, &headers).tokens().take_out(&text)
        };
        filter.takes(self.row(record), headers)
    }

    /// The rows that a filter takes, and how far the ring has come.
    pub(super) fn rows(&self, filter: &Filter) -> (Vec<Value>, Mark) {
        let (records, mark) = self.ring.after(filter.after);
        let taken = records
            .iter()
            .rev()
            .filter(|record| self.takes(filter, record));
        let mut rows: Vec<_> = taken
            .take(filter.limit)
            .map(|record| self.row(record).clone())
            .collect();
        rows.reverse();
        (rows, mark)
    }

    /// `host` is what the reader calls this machine.
    pub(super) fn list(&self, rows: &[Value], mark: Mark, host: &str) -> Value {
        json!({
            "requests": rows,
            "last": mark.last,
            "oldest": self.ring.oldest(),
            "of": MOST,
            "try": self.first_call(host),
        })
    }

    /// What to call where nothing came yet; `None` where that is not known.
    // Of the proxy there is none.
    #[cfg_attr(not(feature = "proxy"), allow(clippy::unnecessary_wraps))]
    fn first_call(&self, host: &str) -> Option<String> {
        match &self.source {
            Source::Gateway(state, address) => {
                Some(first_call::line(state, Place::new(*address, host)))
            }
            #[cfg(feature = "proxy")]
            Source::Proxy => None,
        }
    }

    /// Of the gateway, where it is called: what a proxy has signed is for nobody else to send.
    // Of the proxy there is none.
    #[cfg_attr(not(feature = "proxy"), allow(clippy::unnecessary_wraps))]
    fn place<'h>(&self, host: &'h str) -> Option<Place<'h>> {
        match &self.source {
            Source::Gateway(_, address) => Some(Place::new(*address, host)),
            #[cfg(feature = "proxy")]
            Source::Proxy => None,
        }
    }

    pub(super) fn detail(&self, record: &Record) -> Value {
        let headers = record.seen.head.headers();
        let findings = self.findings(record, &headers);
        let shown = Shown::of(record, &headers);
        let exports = export::possible(&shown, self.place(""));
        let replay = match self.replay(record) {
            Ok(address) => (
                true,
                format!("sends the same request, with the same signature, to http://{address}"),
            ),
            Err(why) => (false, why.to_owned()),
        };
        detail::detail(&shown, &findings, exports, Some(replay))
    }

    /// Where a request can be sent again, or why it cannot.
    pub(super) fn replay(&self, record: &Record) -> Result<SocketAddr, &'static str> {
        match &self.source {
            Source::Gateway(_, address) => {
                if !record.seen.head.is_whole || record.seen.body.kept().is_none() {
                    return Err("not all of its bytes were kept");
                }
                Ok(reached(*address))
            }
            #[cfg(feature = "proxy")]
            Source::Proxy => {
                Err("the proxy has signed it: only its caller can make the call again")
            }
        }
    }

    /// For another tool: the type, and the bytes. Or why it cannot be.
    /// `host` is what the reader calls this machine.
    pub(super) fn export(
        &self,
        record: &Record,
        kind: &str,
        host: &str,
    ) -> Result<(&'static str, Vec<u8>), &'static str> {
        const TEXT: &str = "text/plain; charset=utf-8";
        const NONE: &str = "there is none of this request";
        let headers = record.seen.head.headers();
        let shown = Shown::of(record, &headers);
        let place = self.place(host);
        let [curl, verify, vector] = export::possible(&shown, place);
        match kind {
            "curl" => {
                let place = curl.and(place.ok_or(NONE))?;
                let line = export::curl(&shown, place).ok_or(NONE)?;
                Ok((TEXT, line.into_bytes()))
            }
            "verify" => verify.map(|()| (TEXT, export::verify(&shown))),
            _ => {
                vector?;
                let findings = self.findings(record, &headers);
                let vector = export::vector(&shown, &findings, record.seen.at.as_str());
                let text = serde_json::to_vec_pretty(&vector).map_err(|_| NONE)?;
                Ok(("application/json", text))
            }
        }
    }
}

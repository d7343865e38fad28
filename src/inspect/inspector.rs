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
use super::kept::{MOST, Mark};
use super::place::Place;
use super::proxied;
use super::record::{By, Record, Row};
use super::redact;
use super::ring::Ring;
use super::verdict::Verdict;
use crate::gateway::reached::reached;
use crate::gateway::state::State;
use crate::request::Header;
use serde_json::{Value, json};
use std::format;
use std::net::SocketAddr;
use std::prelude::rust_2024::*;
use std::sync::Arc;
use tokio::task::yield_now;

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
    pub(super) fn row<'r>(&self, record: &'r Record) -> &'r str {
        let mut is_new = false;
        let Row(row) = record.row.get_or_init(|| {
            is_new = true;
            let headers = record.seen.head.headers();
            let findings = self.findings(record, &headers);
            Row(detail::row(&Shown::of(record, &headers), &findings)
                .to_string()
                .into())
        });
        if is_new {
            self.ring.count(record, row.len());
        }
        row
    }

    /// What costs least is looked at first: most of it is known without the findings.
    pub(super) fn takes(&self, filter: &Filter, record: &Record) -> bool {
        if let By::Gateway(judged) = &record.seen.by {
            let is_taken = filter.takes_verdict(judged.verdict);
            if !is_taken || !filter.has_texts() {
                return is_taken;
            }
        }
        let headers = record.seen.head.headers();
        let shown = Shown::of(record, &headers);
        if filter.has_path() {
            let path = shown.target.split('?').next().unwrap_or_default();
            if !filter.takes_path(&shown.tokens().take_out(path)) {
                return false;
            }
        }
        let Ok(row) = serde_json::from_str::<Value>(self.row(record)) else {
            return false; // never: it was written as JSON
        };
        let verdict = row.get("verdict").and_then(Value::as_str);
        let is_of = |verdict: Verdict| filter.takes_verdict(verdict);
        let more = || {
            let lines = headers
                .iter()
                .map(|(name, value)| format!("{name}: {}\n", redact::value(name, value)));
            // Of which the row may have the beginning alone.
            let target = redact::target(shown.target);
            let text = core::iter::once(format!("{target}\n")).chain(lines);
            shown.tokens().take_out(&text.collect::<String>())
        };
        verdict.and_then(Verdict::parse).is_some_and(is_of) && filter.takes_row(&row, more)
    }

    /// The rows that a filter takes, oldest first, and how far the ring has come. Of all the records
    /// one is held at a time, and others have their turn after each.
    pub(super) async fn rows(&self, filter: &Filter) -> (Vec<Box<str>>, Mark) {
        let mark = self.ring.mark();
        let mut rows: Vec<Box<str>> = Vec::new();
        let mut before = mark.last.saturating_add(1);
        while rows.len() < filter.limit
            && let Some(record) = self.ring.before(before)
            && filter.after.is_none_or(|after| record.id > after)
        {
            before = record.id;
            if self.takes(filter, &record) {
                rows.push(self.row(&record).into());
            }
            drop(record);
            yield_now().await;
        }
        rows.reverse();
        (rows, mark)
    }

    /// In JSON. `host` is what the reader calls this machine.
    pub(super) fn list(&self, rows: &[Box<str>], mark: Mark, host: &str) -> String {
        let rest = json!({
            "last": mark.last,
            "oldest": self.ring.oldest(),
            "of": MOST,
            "try": self.first_call(host),
        });
        let rest = rest.to_string();
        format!(
            "{{\"requests\":[{}],{}",
            rows.join(","),
            rest.strip_prefix('{').unwrap_or_default()
        )
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

#[cfg(all(test, feature = "proxy"))]
pub(super) mod tests {
    use super::super::filter::Filter;
    use super::super::head::Head;
    use super::super::record::{Body, By, Proxied, Seen};
    use super::super::ring::Ring;
    use super::{Inspector, MOST, Source};
    use crate::request::timestamp::Timestamp;
    use std::prelude::rust_2024::*;
    use std::sync::Arc;
    use std::time::Duration;

    /// As many as there can be, each with a long row.
    pub(in super::super) fn ring() -> Arc<Ring> {
        let ring = Arc::new(Ring::new());
        for _ in 0..MOST {
            let target = "/a".repeat(2_000);
            let head = http::Request::get(target).body(()).unwrap().into_parts().0;
            ring.put(Seen {
                at: Timestamp::EPOCH,
                took: Duration::ZERO,
                status: Some(200),
                from: None,
                head: Head::of(&head),
                body: Body::Unread,
                by: By::Proxy(Proxied {
                    is_signed: false,
                    caller: None,
                    refused: None,
                    answered: None,
                    broken_off: None,
                }),
            });
        }
        ring
    }

    #[test]
    fn what_is_found_out_is_counted() {
        let ring = ring();
        let inspector = Inspector::new(Arc::clone(&ring), Source::Proxy, None);
        let before = ring.bytes();
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        let runtime = runtime.unwrap();
        let filter = Filter::read("").unwrap();
        let found = || runtime.block_on(inspector.rows(&filter)).0;
        let rows: usize = found().iter().map(|row| row.len()).sum();
        assert!(rows > MOST * 1_000, "{rows}");
        assert_eq!(ring.bytes() - before, rows);
        // Not by those who ask again.
        assert_eq!(found().len(), MOST);
        assert_eq!(ring.bytes() - before, rows);
    }
}

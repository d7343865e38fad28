//! One line a request.

use super::cause::Cause;
use super::ending::{Ending, Side};
use super::listen::stream::Peer;
use super::request_id::RequestId;
use crate::grammar::shown::{Quoted, Shown, ShownPath};
use crate::request::timestamp::Timestamp;
use core::fmt;
use http::{Method, StatusCode, Uri};
use std::prelude::rust_2024::*;
use std::time::Duration;

/// What is known of a request that is over.
#[derive(Debug)]
pub(crate) struct LogLine<'l> {
    pub(crate) at: Timestamp,
    pub(crate) id: RequestId,
    pub(crate) from: Peer,
    /// Who signed it, once that is proven.
    pub(crate) caller: Option<&'l str>,
    /// Where they could be read.
    pub(crate) method: Option<&'l Method>,
    pub(crate) target: Option<&'l Uri>,
    pub(crate) route: &'l str,
    pub(crate) status: StatusCode,
    /// Bytes of the bodies, from the caller and to it.
    pub(crate) received: u64,
    pub(crate) sent: u64,
    /// Until the last byte of the answer.
    pub(crate) time: Duration,
    /// Until the upstream began its answer.
    pub(crate) upstream: Option<Duration>,
    /// How the answer was broken off.
    pub(crate) ending: Option<&'l Ending>,
    /// What the upstream's refusal was about.
    pub(crate) explained: Option<&'l str>,
    /// Why the proxy answered itself, in a word and in a sentence.
    pub(crate) refused: Option<(Cause, &'l str)>,
}

impl LogLine<'_> {
    /// What nobody who sent or asked is to blame for is a warning.
    pub(crate) fn level(&self) -> log::Level {
        let of_upstream = matches!(self.ending, Some(ending) if ending.side == Side::Upstream);
        if self.status.is_server_error() || of_upstream {
            log::Level::Warn
        } else {
            log::Level::Info
        }
    }
}

/// `20150830T123600Z GET /items 200 route=items from=127.0.0.1:50000 caller=- id=… in=0 out=7
/// ms=1.803 upstream=1.512`, and what is out of the ordinary: no query, no header, no secret.
impl fmt::Display for LogLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let route = if self.route.is_empty() {
            "-"
        } else {
            self.route
        };
        write!(
            f,
            "{} {} {} {} route={} from={} caller={} id={} in={} out={} ms={}",
            self.at,
            Shown(self.method.map_or("-", Method::as_str)),
            ShownPath(self.target.map_or("-", Uri::path)),
            self.status.as_u16(),
            Shown(route),
            self.from,
            Shown(self.caller.unwrap_or("-")),
            self.id,
            self.received,
            self.sent,
            Milliseconds(self.time),
        )?;
        match self.upstream {
            Some(time) => write!(f, " upstream={}", Milliseconds(time))?,
            None => f.write_str(" upstream=-")?,
        }
        if let Some(Ending { side, why }) = self.ending {
            write!(f, " ended_by={}", side.as_str())?;
            if let Some(why) = why {
                write!(f, " why={}", Quoted(why))?;
            }
        }
        if let Some(why) = self.explained {
            write!(f, " explained={why}")?;
        }
        if let Some((cause, message)) = self.refused {
            write!(f, " cause={}: {}", cause.as_str(), Shown(message))?;
        }
        Ok(())
    }
}

/// With three decimals: microseconds.
struct Milliseconds(Duration);

impl fmt::Display for Milliseconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let micros = self.0.subsec_micros();
        let seconds = self.0.as_secs().saturating_mul(1_000);
        let whole = seconds.saturating_add(u64::from(micros / 1_000));
        write!(f, "{whole}.{:03}", micros % 1_000)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::request_id::RequestIds;
    use super::*;
    use std::net::SocketAddr;

    #[test]
    fn a_line_has_no_query_and_stays_one() {
        let ids = RequestIds::new();
        let id = ids.next();
        let target: Uri = "http://user:pw@host/a%20b/c?X-Amz-Signature=sEcReT"
            .parse()
            .unwrap();
        let mut line = LogLine {
            at: Timestamp::parse("20150830T123600Z").unwrap(),
            id,
            from: Peer::Tcp(SocketAddr::from(([127, 0, 0, 1], 50_000))),
            caller: None,
            method: Some(&Method::GET),
            target: Some(&target),
            route: "items",
            status: StatusCode::OK,
            received: 0,
            sent: 7,
            time: Duration::from_micros(61_000_803),
            upstream: Some(Duration::from_micros(59)),
            ending: None,
            explained: None,
            refused: None,
        };
        assert_eq!(
            line.to_string(),
            std::format!(
                "20150830T123600Z GET /a%20b/c 200 route=items from=127.0.0.1:50000 caller=- id={id} \
                 in=0 out=7 ms=61000.803 upstream=0.059"
            )
        );
        assert_eq!(line.level(), log::Level::Info);

        line.from = Peer::Unix(Some(42));
        line.caller = Some("arn:aws:iam::123456789012:user/a\n");
        line.route = "";
        line.status = StatusCode::BAD_GATEWAY;
        line.upstream = None;
        let ending = Ending::new(Side::Upstream, "said \"no\"\n");
        line.ending = Some(&ending);
        line.refused = Some((Cause::Connect, "no connection:\r\nGET / 200"));
        assert_eq!(
            line.to_string(),
            std::format!(
                "20150830T123600Z GET /a%20b/c 502 route=- from=unix:42 \
                 caller=arn:aws:iam::123456789012:user/a\\n id={id} in=0 out=7 ms=61000.803 \
                 upstream=- ended_by=upstream why=\"said \\\"no\\\"\\n\" cause=connect: no connection:\\r\\nGET / 200"
            )
        );
        assert_eq!(line.level(), log::Level::Warn);
    }
}

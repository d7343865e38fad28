//! Where messages end on a connection (RFC 9112, 6.3), without a connection.

use super::chunks::{Chunks, Read};
use super::head::{BodyLength, Head, HeadLimits, Whole};
use super::wire_fault::WireFault;
use crate::proxy::settings::Limits;
use core::ops::Range;

/// What a client of HTTP/2 begins with (RFC 9113, 3.4).
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// A connection as far as it was judged.
#[derive(Debug)]
pub(super) struct Framing {
    state: State,
    limits: HeadLimits,
}

#[derive(Debug)]
enum State {
    Start,
    Head(Head),
    Body { left: u64, upgrade: bool },
    Chunked { chunks: Chunks, upgrade: bool },
    Held,
    Tunnel,
}

/// What of some bytes may go on.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Judged {
    /// So many of them.
    pub(super) pass: usize,
    /// What comes behind these.
    pub(super) then: Then,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Then {
    /// Nothing can be said without more bytes.
    More,
    /// A message has ended: what follows is judged when it is asked for.
    End,
    /// A head of so many bytes, once its target is escaped.
    Escape { head: usize, target: Range<usize> },
    /// A head that is not passed on.
    Refused(WireFault),
    /// A body whose head was passed on already.
    Broken(WireFault),
}

impl Framing {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            state: State::Start,
            limits: HeadLimits {
                length: limits.head,
                headers: limits.headers,
            },
        }
    }

    /// Judges the next bytes: the first that did not pass yet, and all behind it that are there.
    pub(super) fn judge(&mut self, bytes: &[u8]) -> Judged {
        let mut pass = 0_usize;
        loop {
            let (length, then) = self.step(bytes.get(pass..).unwrap_or_default());
            pass = pass.saturating_add(length);
            if let Some(then) = then {
                return Judged { pass, then };
            }
        }
    }

    /// One part of a message: how many bytes of it pass, and what is behind them if it is not the next
    /// part.
    fn step(&mut self, bytes: &[u8]) -> (usize, Option<Then>) {
        match &mut self.state {
            State::Start if bytes.starts_with(PREFACE) => self.state = State::Tunnel,
            State::Start if PREFACE.starts_with(bytes) => return (0, Some(Then::More)),
            State::Start => self.state = State::Head(Head::default()),
            State::Head(head) => match head.read(bytes, self.limits) {
                Ok(Some(head)) => return self.head(head),
                Ok(None) => return (0, Some(Then::More)),
                Err(fault) => return (0, Some(Then::Refused(fault))),
            },
            State::Body { left, upgrade } => {
                let here = usize::try_from(*left).map_or(bytes.len(), |left| left.min(bytes.len()));
                *left = left.saturating_sub(here as u64);
                if *left != 0 {
                    return (here, Some(Then::More));
                }
                let upgrade = *upgrade;
                return (here, Some(self.end(upgrade)));
            }
            State::Chunked { chunks, upgrade } => {
                let upgrade = *upgrade;
                let Read { length, result } = chunks.read(bytes, self.limits);
                let then = match result {
                    Ok(true) => self.end(upgrade),
                    Ok(false) => Then::More,
                    Err(fault) => Then::Broken(fault),
                };
                return (length, Some(then));
            }
            State::Held => return (0, Some(Then::More)),
            State::Tunnel => return (bytes.len(), Some(Then::More)),
        }
        (0, None)
    }

    /// A head is there: its body follows.
    fn head(&mut self, head: Whole) -> (usize, Option<Then>) {
        let Whole {
            length,
            body,
            upgrade,
            to_escape,
        } = head;
        self.state = match body {
            BodyLength::Bytes(left) => State::Body { left, upgrade },
            BodyLength::Chunked => State::Chunked {
                chunks: Chunks::FIRST,
                upgrade,
            },
        };
        match to_escape {
            Some(target) => {
                let head = length;
                (0, Some(Then::Escape { head, target }))
            }
            None => (length, None),
        }
    }

    fn end(&mut self, upgrade: bool) -> Then {
        self.state = if upgrade {
            State::Held
        } else {
            State::Head(Head::default())
        };
        Then::End
    }

    /// A message has asked for another protocol, and it is not decided.
    pub(super) const fn is_held(&self) -> bool {
        matches!(self.state, State::Held)
    }

    /// No message is looked for any more.
    pub(super) const fn is_tunnel(&self) -> bool {
        matches!(self.state, State::Tunnel)
    }

    /// A head is waited for.
    pub(super) const fn is_before_body(&self) -> bool {
        matches!(self.state, State::Start | State::Head(_))
    }

    /// What becomes of a message that has asked for another protocol.
    pub(super) fn decide(&mut self, tunnel: bool) {
        self.state = if tunnel {
            State::Tunnel
        } else {
            State::Head(Head::default())
        };
    }
}

/// Where the first message of a connection ends, as a proxy with these limits reads it: `None` while it
/// has not. All that comes behind HTTP/2's preface is one message here.
///
/// ```
/// use sigv4::proxy::{Limits, WireFault, message_end};
///
/// let limits = Limits::default();
/// let two = b"GET /a HTTP/1.1\r\nhost: x\r\n\r\nGET /b HTTP/1.1\r\n";
/// assert_eq!(message_end(two, &limits), Ok(Some(28)));
/// let both = b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n";
/// assert_eq!(message_end(both, &limits), Err(WireFault::LengthAndCoding { line: 4 }));
/// ```
///
/// # Errors
/// What is wrong with it. Other servers may read it differently, and then differ in where the next one
/// begins: request smuggling (RFC 9112, 11.2).
pub fn message_end(bytes: &[u8], limits: &Limits) -> Result<Option<usize>, WireFault> {
    let mut framing = Framing::new(limits);
    let mut at = 0_usize;
    loop {
        let Judged { pass, then } = framing.judge(bytes.get(at..).unwrap_or_default());
        at = at.saturating_add(pass);
        match then {
            Then::End => return Ok(Some(at)),
            Then::More => return Ok(None),
            Then::Escape { head, .. } => at = at.saturating_add(head),
            Then::Refused(fault) | Then::Broken(fault) => return Err(fault),
        }
    }
}

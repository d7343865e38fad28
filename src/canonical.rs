//! Step 1: the canonical request.
//! [Create a canonical request](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#create-canonical-request)

use crate::encode::{
    RESERVED, RESERVED_IN_PATH, check_escapes, compare_encoded, decoded, encode, hex,
    normalize_path, reencode,
};
use crate::error::Error;
use crate::hash::{Hasher, sha256};
use crate::profile::{Profile, QueryPlus, UnsignedPayload};
use crate::request::{Header, Payload, Request};
use crate::small::Small;
use crate::target::{self, Parts};
use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::fmt;

/// Headers that proxies and connections add, change or drop: never signed.
const NEVER_SIGNED: [&str; 16] = [
    "authorization",
    "connection",
    "expect",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "x-amzn-trace-id",
    "sec-websocket-key",
    "sec-websocket-protocol",
    "sec-websocket-version",
];

/// A request in the one form that both sides compute.
///
/// Borrowed from the request; nothing is written down until it is hashed or shown.
/// `Display` shows it as text, with bytes that are no UTF-8 replaced;
/// [`to_bytes`](Self::to_bytes) gives the exact bytes.
pub struct CanonicalRequest<'a> {
    method: &'a str,
    path: Cow<'a, str>,
    double_encode_path: bool,
    query: Small<Pair<'a>, 16>,
    query_plus: QueryPlus,
    headers: Small<Entry<'a>, 16>,
    payload_hash: PayloadHash,
}

/// The last line of a canonical request.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum PayloadHash {
    Sha256([u8; 64]),
    Unsigned,
}

/// Which headers of a request are signed.
#[derive(Clone, Copy)]
pub(crate) enum Select {
    /// All but [`NEVER_SIGNED`]: what a signer does.
    AllSignable,
}

/// All that a canonical request is made from. The extra headers are those that
/// signing itself adds.
pub(crate) struct Input<'a, 'b> {
    pub request: &'a Request<'a>,
    pub target: &'a str,
    pub profile: &'a Profile,
    pub payload_hash: PayloadHash,
    pub select: Select,
    pub extra_headers: &'b [Header<'a>],
}

#[derive(Clone, Copy, Default)]
struct Pair<'a> {
    key: &'a str,
    value: &'a str,
    literal: bool,
}

#[derive(Clone, Copy, Default)]
struct Entry<'a> {
    name: &'a str,
    value: &'a [u8],
    index: usize,
}

impl<'a> CanonicalRequest<'a> {
    /// The canonical form of a request that is signed as it stands: every header but
    /// those that are never signed, the target as it is given, nothing added.
    ///
    /// # Errors
    /// Everything that is malformed in the request (see [`Error`]).
    pub fn new(request: &'a Request<'a>, profile: &'a Profile) -> Result<Self, Error> {
        Self::build(&Input {
            request,
            target: request.target,
            profile,
            payload_hash: PayloadHash::of(request.payload, profile)?,
            select: Select::AllSignable,
            extra_headers: &[],
        })
    }

    pub(crate) fn build(input: &Input<'a, '_>) -> Result<Self, Error> {
        if let Some(position) = no_token(input.request.method) {
            return Err(Error::InvalidMethod { position });
        }
        let parts = target::split(input.target)?;
        let profile = input.profile;
        if !profile.double_encode_path {
            check_escapes(parts.path, 0)?;
        }
        let mut canonical = Self {
            method: input.request.method,
            path: if profile.normalize_path {
                normalize_path(parts.path)
            } else {
                Cow::Borrowed(parts.path)
            },
            double_encode_path: profile.double_encode_path,
            query: pairs_of(parts)?,
            query_plus: profile.query_plus,
            headers: sorted_headers(input)?,
            payload_hash: input.payload_hash,
        };
        canonical.sort_query();
        Ok(canonical)
    }

    /// Adds query parameters whose texts are not escaped.
    pub(crate) fn add_parameters(&mut self, parameters: &[(&'a str, &'a str)]) {
        for &(key, value) in parameters {
            self.query.push(Pair {
                key,
                value,
                literal: true,
            });
        }
        self.sort_query();
    }

    /// By encoded key, then by encoded value: not by the joined `key=value`, which
    /// would put `a-b=1` in front of `a=2`.
    fn sort_query(&mut self) {
        let plus = self.query_plus;
        let compare = |left: &str, right: &str| compare_encoded(left, right, plus);
        self.query.as_mut_slice().sort_unstable_by(|left, right| {
            compare(left.key, right.key).then_with(|| compare(left.value, right.value))
        });
    }

    /// SHA-256 of [`to_bytes`](Self::to_bytes), without the bytes being stored.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        let mut hasher = Hasher::new();
        self.write(&mut |bytes| hasher.put(bytes));
        hasher.finish()
    }

    /// The exact bytes that are hashed.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut text = Vec::new();
        self.write(&mut |bytes| text.extend_from_slice(bytes));
        text
    }

    /// The names of the signed headers: lower case, sorted, joined by `;`.
    #[must_use]
    pub fn signed_headers(&self) -> String {
        let mut names = String::new();
        self.write_signed_headers(&mut |bytes| {
            names.extend(bytes.iter().copied().map(char::from));
        });
        names
    }

    /// The value of the `host` header.
    pub(crate) fn host(&self) -> String {
        let mut host = String::new();
        let entries = self.headers.as_slice().iter();
        for entry in entries.filter(|entry| entry.name.eq_ignore_ascii_case("host")) {
            write_value(entry.value, &mut |word| {
                host.push_str(&String::from_utf8_lossy(word));
            });
        }
        host
    }

    fn write(&self, out: &mut impl FnMut(&[u8])) {
        out(self.method.as_bytes());
        out(b"\n");
        let text = &mut |text: &str| out(text.as_bytes());
        if self.double_encode_path {
            encode(&self.path, RESERVED_IN_PATH, text);
        } else {
            // A `+` in a path is a plus sign everywhere.
            reencode(&self.path, RESERVED_IN_PATH, QueryPlus::Literal, text);
        }
        out(b"\n");
        self.write_query(out);
        out(b"\n");
        self.write_headers(out);
        out(b"\n");
        self.write_signed_headers(out);
        out(b"\n");
        out(self.payload_hash.as_bytes());
    }

    fn write_query(&self, out: &mut impl FnMut(&[u8])) {
        let text = &mut |text: &str| out(text.as_bytes());
        let mut first = true;
        for pair in self.query.as_slice() {
            if !first {
                text("&");
            }
            first = false;
            for (part, end) in [(pair.key, "="), (pair.value, "")] {
                if pair.literal {
                    encode(part, RESERVED, text);
                } else {
                    reencode(part, RESERVED, self.query_plus, text);
                }
                text(end);
            }
        }
    }

    /// `name:value` lines; the values of equal names joined by `,` in the order given.
    fn write_headers(&self, out: &mut impl FnMut(&[u8])) {
        let mut last: Option<&str> = None;
        for entry in self.headers.as_slice() {
            match last {
                Some(name) if name.eq_ignore_ascii_case(entry.name) => out(b","),
                _ => {
                    if last.is_some() {
                        out(b"\n");
                    }
                    write_lower_case(entry.name, out);
                    out(b":");
                }
            }
            write_value(entry.value, out);
            last = Some(entry.name);
        }
        out(b"\n");
    }

    pub(crate) fn write_signed_headers(&self, out: &mut impl FnMut(&[u8])) {
        let mut last: Option<&str> = None;
        for entry in self.headers.as_slice() {
            match last {
                Some(name) if name.eq_ignore_ascii_case(entry.name) => continue,
                Some(_) => out(b";"),
                None => {}
            }
            write_lower_case(entry.name, out);
            last = Some(entry.name);
        }
    }
}

impl fmt::Display for CanonicalRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.to_bytes()))
    }
}

impl fmt::Debug for CanonicalRequest<'_> {
    /// Only the method and the names: values may be secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CanonicalRequest")
            .field("method", &self.method)
            .field("signed_headers", &self.signed_headers())
            .finish_non_exhaustive()
    }
}

impl PayloadHash {
    pub(crate) const UNSIGNED: &'static str = "UNSIGNED-PAYLOAD";

    /// What a profile makes of a payload.
    pub(crate) fn of(payload: Payload<'_>, profile: &Profile) -> Result<Self, Error> {
        match (payload, profile.unsigned_payload) {
            (_, UnsignedPayload::Required) | (Payload::Unsigned, UnsignedPayload::Allowed) => {
                Ok(Self::Unsigned)
            }
            (Payload::Unsigned, UnsignedPayload::Refused) => Err(Error::UnsignedPayloadRefused),
            (Payload::Bytes(bytes), _) => Ok(Self::Sha256(hex(&sha256(bytes)))),
            (Payload::Sha256(hash), _) => Ok(Self::Sha256(hex(&hash))),
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        match self {
            // Hexadecimal digits are UTF-8: the default is never taken.
            Self::Sha256(hex) => core::str::from_utf8(hex).unwrap_or_default(),
            Self::Unsigned => Self::UNSIGNED,
        }
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Sha256(hex) => hex,
            Self::Unsigned => Self::UNSIGNED.as_bytes(),
        }
    }
}

/// The pieces of a query: split at `&`, then at the first `=`; empty pieces dropped.
/// With each, its place in `query`.
pub(crate) fn query_pairs(query: &str) -> impl Iterator<Item = (&str, &str, usize)> {
    let mut offset = 0_usize;
    query
        .split('&')
        .map(move |piece| {
            let start = offset;
            offset = offset.saturating_add(piece.len()).saturating_add(1);
            let (key, value) = piece.split_once('=').unwrap_or((piece, ""));
            (key, value, start, piece.is_empty())
        })
        .filter(|(.., empty)| !empty)
        .map(|(key, value, start, _)| (key, value, start))
}

fn pairs_of<'a>(parts: Parts<'a>) -> Result<Small<Pair<'a>, 16>, Error> {
    check_escapes(parts.query, parts.query_offset)?;
    let mut pairs = Small::new();
    for (key, value, _) in query_pairs(parts.query) {
        pairs.push(Pair {
            key,
            value,
            literal: false,
        });
    }
    Ok(pairs)
}

fn sorted_headers<'a>(input: &Input<'a, '_>) -> Result<Small<Entry<'a>, 16>, Error> {
    let Select::AllSignable = input.select;
    let mut entries = Small::new();
    let mut hosts = 0_usize;
    let all = input.request.headers.iter().chain(input.extra_headers);
    for (index, &(name, value)) in all.enumerate() {
        if no_token(name).is_some() {
            return Err(Error::InvalidHeaderName { index });
        }
        check_value(index, value, input.profile)?;
        if name.eq_ignore_ascii_case("host") && !is_blank(value) {
            hosts = hosts.saturating_add(1);
        }
        if !NEVER_SIGNED
            .iter()
            .any(|never| name.eq_ignore_ascii_case(never))
        {
            entries.push(Entry { name, value, index });
        }
    }
    match hosts {
        0 => return Err(Error::MissingHost),
        1 => {}
        _ => return Err(Error::RepeatedHost),
    }
    entries.as_mut_slice().sort_unstable_by(|left, right| {
        compare_names(left.name, right.name).then(left.index.cmp(&right.index))
    });
    Ok(entries)
}

fn compare_names(left: &str, right: &str) -> Ordering {
    let lower = |byte: u8| byte.to_ascii_lowercase();
    left.bytes().map(lower).cmp(right.bytes().map(lower))
}

/// Where a text stops being an HTTP token (RFC 9110, 5.6.2).
fn no_token(text: &str) -> Option<usize> {
    let other = |byte: u8| !byte.is_ascii_alphanumeric() && !b"!#$%&'*+-.^_`|~".contains(&byte);
    if text.is_empty() {
        Some(0)
    } else {
        text.bytes().position(other)
    }
}

/// CR and LF may only fold a line, that is, be followed by a space or tab (RFC 9112, 5.2;
/// vector `get-header-value-multiline`): anything else would start a new header.
fn check_value(index: usize, value: &[u8], profile: &Profile) -> Result<(), Error> {
    let mut rest = value;
    while let Some((&byte, tail)) = rest.split_first() {
        let position = value.len().saturating_sub(rest.len());
        rest = tail;
        match byte {
            b'\r' if matches!(tail, [b'\n', b' ' | b'\t', ..]) => {}
            b'\n' if matches!(tail, [b' ' | b'\t', ..]) => {}
            b'\r' | b'\n' | 0 => return Err(Error::InvalidHeaderValue { index, position }),
            0x80.. if !profile.non_ascii_header_values => {
                return Err(Error::NonAsciiHeaderValue { index, position });
            }
            _ => {}
        }
    }
    Ok(())
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

pub(crate) fn is_blank(value: &[u8]) -> bool {
    value.iter().all(|&byte| is_space(byte))
}

/// Without white space at the ends, and with one space for each run inside, quoted or not.
fn write_value(value: &[u8], out: &mut impl FnMut(&[u8])) {
    let mut first = true;
    let words = value.split(|&byte| is_space(byte));
    for word in words.filter(|word| !word.is_empty()) {
        if !first {
            out(b" ");
        }
        first = false;
        out(word);
    }
}

fn write_lower_case(name: &str, out: &mut impl FnMut(&[u8])) {
    for piece in name.as_bytes().chunks(32) {
        let mut lower = [0; 32];
        for (slot, byte) in lower.iter_mut().zip(piece) {
            *slot = byte.to_ascii_lowercase();
        }
        out(lower.get(..piece.len()).unwrap_or_default());
    }
}

/// Whether a query key, once decoded, is `name`.
pub(crate) fn is_parameter(key: &str, name: &str, plus: QueryPlus) -> bool {
    decoded(key, plus).eq(name.bytes())
}

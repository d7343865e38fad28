//! `divergences.json`: every known difference, and the inputs that it is allowed on.

use crate::case::{Case, Form};
use crate::outcome::Part;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Class {
    pub id: String,
    /// The parts of the canonical request that differ.
    pub parts: Vec<Part>,
    /// The inputs: the name of a function below.
    pub input: Input,
    /// Whoever differs from this crate, and how. The others have to agree.
    pub differ: BTreeMap<String, Difference>,
    /// What this crate does.
    pub ours: String,
    /// The rule that decides.
    pub rule: String,
    /// Why this crate stays alone where the official implementations are of one mind.
    #[serde(default)]
    pub against_all: Option<String>,
    pub examples: Vec<Case>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Difference {
    pub does: String,
    /// Only in this form.
    #[serde(default)]
    pub form: Option<Form>,
    /// What exactly comes out, where that is simple to say.
    #[serde(default)]
    pub gives: Option<Gives>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gives {
    PathAsGiven,
    QueryAsGivenSorted,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Input {
    S3PathNotCanonical,
    S3PathBrokenEscape,
    PathEndsInDotSegment,
    TargetColonSlash,
    TargetColonSlashSlash,
    QueryNotCanonical,
    QueryBrokenEscape,
    QueryRawPlus,
    QueryNotUtf8,
    QueryRepeatedKey,
    QueryRepeatedAmzParameter,
    QueryFormWithBody,
    QueryFormWithFormContentType,
    QueryFormWithSdkHeader,
    TargetIsNoUri,
    HeaderControlSpace,
    HeaderUnicodeSpace,
    HeaderTab,
    HeaderHopByHop,
    HeaderProxyConnection,
    HeaderTrace,
    HeaderDate,
    HostUpperCase,
    HostUserInfo,
}

/// All of them.
///
/// # Panics
/// If the file is not as it is read here, or names a rule that there is not.
#[must_use]
pub fn classes() -> Vec<Class> {
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(home.join("divergences.json")).expect("divergences.json");
    let classes: Vec<Class> =
        serde_json::from_str(&text).expect("divergences.json is as it is read here");
    let rules = fs::read_to_string(home.join("../test-vectors/README.md")).expect("the rules");
    for class in &classes {
        let row = format!("| {} |", class.rule);
        assert!(rules.contains(&row), "{}: which rule is it?", class.id);
    }
    classes
}

impl Class {
    pub fn explains(&self, case: &Case, who: &str, part: Part, theirs: Option<&str>) -> bool {
        let Some(difference) = self.differ.get(who) else {
            return false;
        };
        self.parts.contains(&part)
            && difference.form.is_none_or(|form| form == case.form)
            && self.input.holds(case)
            && difference
                .gives
                .is_none_or(|gives| theirs == Some(&gives.of(case)))
    }
}

impl Gives {
    fn of(self, case: &Case) -> String {
        match self {
            Self::PathAsGiven => case.path().to_owned(),
            Self::QueryAsGivenSorted if case.query().is_empty() => String::new(),
            Self::QueryAsGivenSorted => {
                let mut pairs: Vec<_> = pieces(case, true).collect();
                pairs.sort_unstable();
                let pairs: Vec<_> = pairs
                    .iter()
                    .map(|(name, value)| format!("{name}={value}"))
                    .collect();
                pairs.join("&")
            }
        }
    }
}

impl Input {
    pub fn holds(self, case: &Case) -> bool {
        let header = |names: &[&str]| {
            case.headers
                .iter()
                .any(|(name, _)| names.iter().any(|known| name.eq_ignore_ascii_case(known)))
        };
        let value =
            |test: fn(char) -> bool| case.headers.iter().any(|(_, value)| value.contains(test));
        let query = || pieces(case, false).flat_map(|(name, value)| [name, value]);
        match self {
            Self::S3PathNotCanonical => {
                case.is_s3()
                    && decode(case.path()).is_some_and(|path| encode(&path, b"/") != case.path())
            }
            Self::S3PathBrokenEscape => case.is_s3() && decode(case.path()).is_none(),
            Self::PathEndsInDotSegment => {
                !case.is_s3() && (case.path().ends_with("/.") || case.path().ends_with("/.."))
            }
            Self::TargetColonSlash => case.target.contains(":/"),
            Self::TargetColonSlashSlash => case.target.contains("://"),
            Self::QueryNotCanonical => {
                case.query().split('&').any(str::is_empty)
                    || query()
                        .any(|text| decode(text).is_some_and(|bytes| encode(&bytes, b"") != text))
            }
            Self::QueryBrokenEscape => query().any(|text| decode(text).is_none()),
            Self::QueryRawPlus => case.query().contains('+'),
            Self::QueryNotUtf8 => query()
                .filter_map(decode)
                .any(|bytes| String::from_utf8(bytes).is_err()),
            Self::QueryRepeatedKey => {
                repeated(pieces(case, false).map(|(name, _)| decode(&name.replace('+', "%20"))))
            }
            Self::QueryRepeatedAmzParameter => repeated(
                pieces(case, false)
                    .filter_map(|(name, _)| decode(name))
                    .filter(|name| name.starts_with(b"X-Amz-")),
            ),
            Self::QueryFormWithBody => case.form == Form::Query && !case.body.is_empty(),
            Self::QueryFormWithFormContentType => {
                case.form == Form::Query
                    && case.headers.iter().any(|(name, value)| {
                        name.eq_ignore_ascii_case("content-type")
                            && value == "application/x-www-form-urlencoded; charset=utf-8"
                    })
            }
            Self::QueryFormWithSdkHeader => {
                case.form == Form::Query && header(&["x-amz-user-agent", "x-amz-checksum-mode"])
            }
            Self::TargetIsNoUri => {
                case.path().contains([' ', '<', '>', '`'])
                    || case.query().contains([' ', '"', '<', '>'])
            }
            Self::HeaderControlSpace => {
                value(|c| matches!(c, '\u{b}' | '\u{c}' | '\u{1c}'..='\u{1f}'))
            }
            Self::HeaderUnicodeSpace => value(|c| !c.is_ascii() && c.is_whitespace()),
            Self::HeaderTab => value(|c| c == '\t'),
            Self::HeaderHopByHop => header(&HOP_BY_HOP),
            Self::HeaderProxyConnection => header(&["proxy-connection"]),
            Self::HeaderTrace => header(&["traceparent", "tracestate", "baggage"]),
            Self::HeaderDate => header(&["date"]),
            Self::HostUpperCase => case.authority.bytes().any(|byte| byte.is_ascii_uppercase()),
            Self::HostUserInfo => case.authority.contains('@'),
        }
    }
}

/// What this crate never signs and somebody else does.
const HOP_BY_HOP: [&str; 10] = [
    "connection",
    "expect",
    "keep-alive",
    "proxy-authenticate",
    "te",
    "trailer",
    "upgrade",
    "sec-websocket-key",
    "sec-websocket-protocol",
    "sec-websocket-version",
];

fn repeated<T: Ord>(items: impl Iterator<Item = T>) -> bool {
    let mut items: Vec<_> = items.collect();
    let all = items.len();
    items.sort_unstable();
    items.dedup();
    items.len() < all
}

fn pieces(case: &Case, empty_too: bool) -> impl Iterator<Item = (&str, &str)> {
    case.query()
        .split('&')
        .filter(move |piece| empty_too || !piece.is_empty())
        .map(|piece| piece.split_once('=').unwrap_or((piece, "")))
}

/// `None` if an escape is broken.
fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        if *first == b'%' {
            let digit = |at: usize| char::from(*tail.get(at)?).to_digit(16);
            bytes.push(u8::try_from(digit(0)? * 16 + digit(1)?).ok()?);
            rest = &tail[2..];
        } else {
            bytes.push(*first);
        }
    }
    Some(bytes)
}

fn encode(bytes: &[u8], also: &[u8]) -> String {
    let mut text = String::new();
    for &byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) || also.contains(&byte) {
            text.push(char::from(byte));
        } else {
            text += &format!("%{byte:02X}");
        }
    }
    text
}

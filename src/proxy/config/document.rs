//! What a file may say: the names, and nothing of what they mean.

use super::written::Written;
use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};
use std::collections::BTreeMap;
use std::fmt;
use std::prelude::rust_2024::*;

pub(super) type Text = Written<String>;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Document {
    pub(super) listen: Option<Text>,
    pub(super) beyond_loopback: bool,
    pub(super) admin: Option<Text>,
    pub(super) require_token: Option<Text>,
    pub(super) tls: Option<Written<TlsTable>>,
    pub(super) resign: Option<Written<ResignTable>>,
    pub(super) limits: LimitsTable,
    pub(super) route: Vec<Written<RouteTable>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct TlsTable {
    pub(super) certificate: Option<Text>,
    pub(super) key: Option<Text>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ResignTable {
    pub(super) principals: Option<Text>,
    pub(super) services: Option<Written<Vec<Text>>>,
    pub(super) regions: Option<Written<Vec<Text>>>,
    pub(super) hosts: Option<Written<Vec<Text>>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct AllowTable {
    pub(super) services: Option<Written<Vec<Text>>>,
    pub(super) regions: Option<Written<Vec<Text>>>,
    pub(super) hosts: Option<Written<Vec<Text>>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct LimitsTable {
    pub(super) connections: Option<Written<Amount>>,
    pub(super) head: Option<Written<Amount>>,
    pub(super) headers: Option<Written<Amount>>,
    pub(super) requests: Option<Written<Amount>>,
    pub(super) read: Option<Written<Time>>,
    pub(super) keep_alive: Option<Written<Time>>,
    pub(super) in_memory: Option<Written<Amount>>,
    pub(super) memory: Option<Written<Amount>>,
    pub(super) body: Option<Written<Amount>>,
    pub(super) spooled: Option<Written<Amount>>,
    pub(super) spool: Option<Text>,
    pub(super) upstream_connections: Option<Written<Amount>>,
    pub(super) drain: Option<Written<Time>>,
}

/// What a route may cost by itself: the rest is of all together.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RouteLimitsTable {
    pub(super) in_memory: Option<Written<Amount>>,
    pub(super) body: Option<Written<Amount>>,
    pub(super) upstream_connections: Option<Written<Amount>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RouteTable {
    pub(super) name: Option<Text>,
    pub(super) host: Option<Text>,
    pub(super) prefix: Option<Text>,
    pub(super) strip_prefix: Option<Written<bool>>,
    pub(super) add_prefix: Option<Text>,
    pub(super) upstream: Option<Text>,
    pub(super) plain_http: Option<Written<bool>>,
    pub(super) h2c: Option<Written<bool>>,
    pub(super) ca_file: Option<Text>,
    pub(super) sign_host: Option<Text>,
    pub(super) service: Option<Text>,
    pub(super) region: Option<Text>,
    pub(super) sigv4a: Option<Written<bool>>,
    pub(super) region_set: Option<Text>,
    pub(super) profile: Option<Text>,
    pub(super) allow: Option<Written<AllowTable>>,
    pub(super) body: Option<Text>,
    pub(super) headers: HeadersTable,
    pub(super) times: TimesTable,
    pub(super) limits: RouteLimitsTable,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct HeadersTable {
    pub(super) remove: Vec<Text>,
    pub(super) rename: BTreeMap<String, Text>,
    pub(super) set: BTreeMap<String, Text>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct TimesTable {
    pub(super) connect: Option<Written<Time>>,
    pub(super) answer: Option<Written<Time>>,
    pub(super) idle: Option<Written<Time>>,
    pub(super) tunnel: Option<Written<Time>>,
}

/// A number, or a text with a unit: read where it is known what it is an amount of.
#[derive(Clone, Debug)]
pub(super) struct Amount(pub(super) String);

/// A time as it is written: a number alone has no unit, and is none.
#[derive(Clone, Debug)]
pub(super) struct Time(pub(super) String);

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AmountVisitor).map(Self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TimeVisitor).map(Self)
    }
}

struct AmountVisitor;

impl Visitor<'_> for AmountVisitor {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, or a text such as \"64K\"")
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<String, E> {
        Ok(text.into())
    }
}

struct TimeVisitor;

impl Visitor<'_> for TimeVisitor {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text such as \"30s\" or \"500ms\"")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<String, E> {
        Ok(text.into())
    }
}

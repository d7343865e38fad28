//! A reverse proxy that signs what passes through it.
//!
//! ```text
//! caller ─► guard ─► route ─► rewrite ─► body ─► sign ─► upstream
//!          (framing) (host,   (prefix,  (hashed, (scope,  (pool)
//!                     path)    headers)  spooled) keys)
//! ```
//! Each step is a file. What comes back streams, but for a refusal, which is read to be explained.

mod admin;
mod answer;
mod body;
mod callers;
mod cause;
mod config;
mod counted_stream;
mod drain;
mod ending;
mod exchange;
mod explain_line;
mod explained;
mod failed;
mod forward;
mod hop;
mod idle;
mod inbound;
mod listen;
mod log_line;
mod lookup;
mod memory;
mod metrics;
mod named_host;
mod passing;
mod peeked;
mod places;
mod protocols;
mod received;
mod recorded;
mod request_id;
mod route;
mod sending;
mod server;
mod settings;
mod signals;
mod signing;
mod tunnel;
mod unread;
mod untaken;
mod upstream;
mod upstream_tls;
mod way;

pub use cause::Cause;
pub use config::{
    Config, ConfigError, ConfigFault, FileWatch, KeySources, ListenError, Options, parse_bytes,
    parse_time,
};
pub use inbound::{WireFault, message_end};
pub use server::{Proxy, Running};
pub use settings::{
    Allow, Body, Callers, HeaderRules, Keys, Limits, Listen, Route, RouteLimits, Settings, Times,
    TlsFiles, Token, Upstream,
};

//! From a file or options to [`Settings`]: each value is checked before anything starts, and what is
//! wrong has its place.

mod allow_lists;
mod amount;
mod body_rule;
mod callers;
mod config_error;
mod config_fault;
mod destination;
mod document;
mod file_watch;
mod found_scope;
mod header_rules;
mod host_name;
mod key_sources;
mod limit_values;
mod listen_address;
mod named_file;
mod options;
mod path_prefix;
mod read;
mod route_table;
mod setting_name;
mod trusted;
mod written;

pub use amount::{parse_bytes, parse_time};
pub use config_error::ConfigError;
pub use config_fault::ConfigFault;
pub use file_watch::FileWatch;
pub(super) use host_name::covers;
pub use key_sources::KeySources;
pub use listen_address::ListenError;
pub use options::Options;
pub use read::Config;

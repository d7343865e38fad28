//! Where credentials come from. No HTTP: what a service hands out comes with `client`.

pub(crate) mod arn;
pub(crate) mod cache;
pub(crate) mod chain;
pub(crate) mod clock;
mod command_line;
pub(crate) mod credential_json;
pub(crate) mod credentials_error;
pub(crate) mod environment;
pub(crate) mod fields;
pub(crate) mod invisible;
mod json_text;
pub(crate) mod lock;
pub(crate) mod open_file;
pub(crate) mod process;
pub(crate) mod profile;
pub(crate) mod provide;
pub(crate) mod region_name;
pub(crate) mod session_name;
mod usual;

pub use cache::Cache;
pub use chain::Chain;
pub use credentials_error::CredentialsError;
pub use environment::Environment;
pub use invisible::find_invisible;
pub use process::Process;
pub use profile::ProfileSection;
pub use profile::endpoint_settings::{EndpointSettings, EndpointUrl};
pub use profile::files::ProfileFiles;
pub use profile::plan::{AssumeRole, Base, CommandLine, Login, Plan, Sso, SsoRole, WebIdentity};
pub use profile::problem::{FileProblem, ProfileProblem};
pub use profile::provider::ProfileCredentials;
pub use provide::{ProvideCredentials, ProvidedCredentials};

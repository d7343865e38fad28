//! Sources of credentials that are asked over HTTP, one a file, over one call (`http_call`).

mod assume_role;
mod caller_identity;
mod container;
mod dpop;
mod handed_out;
mod home;
mod http_call;
mod imds;
mod imds_endpoint;
mod kept_token;
mod link_local;
mod login;
mod login_token;
mod planned;
mod provider_config;
mod refusal;
mod replaced_file;
mod service_endpoint;
mod session_name;
mod sign_in_endpoint;
mod sso;
mod sso_token;
mod sts;
mod sts_answer;
mod token_file;
mod web_identity;

pub use assume_role::AssumeRole;
pub use caller_identity::CallerIdentity;
pub use container::Container;
pub use imds::Imds;
pub use login::Login;
pub use provider_config::{MfaCode, ProviderConfig};
pub use sso::Sso;
pub use sts::Sts;
pub use web_identity::WebIdentity;

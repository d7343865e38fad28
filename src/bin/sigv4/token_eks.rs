//! Tokens of clusters of EKS, for kubectl too.

use crate::failure::Failure;
use crate::token_arguments::Common;
use crate::token_output::Made;
use serde_json::{Value, json};
use sigv4::tokens::{self, Maker};

/// The bearer token of a cluster of EKS
///
/// It is good for 15 minutes; kubectl is told to ask again after 14.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  \
    sigv4 token eks --cluster my-cluster --region us-west-2 --exec-credential\n  \
    kubectl config set-credentials me --exec-api-version=client.authentication.k8s.io/v1beta1 \
    --exec-command=sigv4 --exec-arg=token,eks,--cluster,my-cluster,--region,us-west-2,--exec-credential")]
pub(crate) struct Eks {
    /// The cluster: the token is good for those of this name
    #[arg(long, value_name = "NAME")]
    cluster: String,
    /// The region [default: AWS_REGION, AWS_DEFAULT_REGION, the profile's, the EC2 instance's]
    #[arg(long, value_name = "NAME")]
    region: Option<String>,
    /// Print what kubectl reads of a plugin: an ExecCredential
    #[arg(long, conflicts_with = "output")]
    exec_credential: bool,
    #[command(flatten)]
    common: Common,
}

/// Says which version of the protocol kubectl speaks.
const EXEC_INFO: &str = "KUBERNETES_EXEC_INFO";
const GROUP: &str = "client.authentication.k8s.io/";

impl Eks {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let version = match self.exec_credential {
            true => Some(exec_version()?),
            false => None,
        };
        let region = self.common.region(self.region.as_deref(), None)?;
        let cluster = tokens::Eks {
            cluster: &self.cluster,
            region: &region,
        };
        let make = |maker: &Maker<'_>| cluster.token(maker).map(Made::from);
        match version {
            None => self.common.print(make),
            Some(version) => self
                .common
                .print_as(make, |made| Ok(exec_credential(&version, made))),
        }
    }
}

/// [What a plugin prints](https://kubernetes.io/docs/reference/access-authn-authz/authentication/#input-and-output-formats).
/// The end is that of the credentials, where they end sooner: kubectl asks again then.
fn exec_credential(version: &str, made: &Made) -> String {
    // In the order of AWS's own, whatever serde_json's features are.
    let [version, end, token] = [
        json!(version),
        json!(made.ends_at()),
        json!(made.text.as_str()),
    ];
    format!(
        "{{\"kind\":\"ExecCredential\",\"apiVersion\":{version},\"spec\":{{}},\
         \"status\":{{\"expirationTimestamp\":{end},\"token\":{token}}}}}\n"
    )
}

/// kubectl takes no other version than the one that it asks in.
fn exec_version() -> Result<String, Failure> {
    let usual = || format!("{GROUP}v1beta1");
    let Some(info) = std::env::var_os(EXEC_INFO).filter(|info| !info.is_empty()) else {
        return Ok(usual());
    };
    let info = info
        .to_str()
        .and_then(|info| serde_json::from_str(info).ok());
    let info: Value = info.ok_or_else(|| Failure::usage(format_args!("{EXEC_INFO}: no JSON")))?;
    match info.get("apiVersion").and_then(Value::as_str) {
        Some(version) if version.strip_prefix(GROUP).is_some_and(is_known) => Ok(version.into()),
        _ => Err(Failure::usage(format_args!(
            "{EXEC_INFO}: the apiVersion is neither {GROUP}v1 nor {GROUP}v1beta1"
        ))),
    }
}

fn is_known(version: &str) -> bool {
    ["v1", "v1beta1"].contains(&version)
}

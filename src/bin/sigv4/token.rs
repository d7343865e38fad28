//! `sigv4 token`: what services make of a signature. No network but where credentials or the region
//! are asked for.

use crate::failure::Failure;
use crate::{token_databases, token_eks, token_git, token_services};
use clap::Subcommand;

/// Print a token that a service takes: a password of RDS, a token of EKS or MSK, a key of Bedrock
///
/// It is made of the credentials that are found, here; nothing is sent to the service. Whoever has it
/// is let in until it ends: with its credentials at the latest, which is said where they end sooner.
///
/// With --output json: `token` or what there is in its place, and `expires_at`, when it is over,
/// where that is known. With --output env: what a shell evaluates: under the names that tools
/// read (`PGPASSWORD`, `MYSQL_PWD`, `REDISCLI_AUTH`, `AWS_BEARER_TOKEN_BEDROCK`), as `GIT_USERNAME` and
/// `GIT_PASSWORD` for scripts, else as `SIGV4_TOKEN`.
#[derive(clap::Args)]
#[command(arg_required_else_help = true)]
#[command(after_help = "Example:\n  \
    sigv4 token rds --host db.123456789012.us-east-1.rds.amazonaws.com --port 5432 \
    --user jane_doe\n  \
    keys=$(sigv4 token bedrock --region us-west-2 --output env) && eval \"$keys\"\n  \
    git config --global credential.helper '!sigv4 token codecommit --git-credential'")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    kind: Kind,
}

#[derive(Subcommand)]
enum Kind {
    Rds(Box<token_databases::Rds>),
    Dsql(Box<token_databases::Dsql>),
    Elasticache(Box<token_databases::Elasticache>),
    Memorydb(Box<token_databases::Memorydb>),
    Eks(Box<token_eks::Eks>),
    Msk(Box<token_services::Msk>),
    Iot(Box<token_services::Iot>),
    ApigatewayWebsocket(Box<token_services::ApigatewayWebsocket>),
    Bedrock(Box<token_services::Bedrock>),
    Codecommit(Box<token_git::Codecommit>),
    Appsync(Box<token_services::Appsync>),
    StsIdentity(Box<token_services::StsIdentity>),
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    match &arguments.kind {
        Kind::Rds(kind) => kind.run(),
        Kind::Dsql(kind) => kind.run(),
        Kind::Elasticache(kind) => kind.run(),
        Kind::Memorydb(kind) => kind.run(),
        Kind::Eks(kind) => kind.run(),
        Kind::Msk(kind) => kind.run(),
        Kind::Iot(kind) => kind.run(),
        Kind::ApigatewayWebsocket(kind) => kind.run(),
        Kind::Bedrock(kind) => kind.run(),
        Kind::Codecommit(kind) => kind.run(),
        Kind::Appsync(kind) => kind.run(),
        Kind::StsIdentity(kind) => kind.run(),
    }
}

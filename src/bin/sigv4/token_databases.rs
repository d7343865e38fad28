//! Passwords of databases and caches.

use crate::duration;
use crate::failure::Failure;
use crate::token_arguments::Common;
use crate::token_output::Made;
use sigv4::tokens;
use std::time::Duration;

/// A password of RDS or Aurora, for 15 minutes
///
/// For MySQL, MariaDB and PostgreSQL, over TLS. With --output env as `PGPASSWORD` and `MYSQL_PWD`.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  \
    sigv4 token rds --host db.123456789012.us-east-1.rds.amazonaws.com --port 5432 --user jane_doe")]
pub(crate) struct Rds {
    /// The endpoint of the database, not another name of it
    #[arg(long, value_name = "NAME")]
    host: String,
    /// Its port; it is signed
    #[arg(long, value_name = "PORT")]
    port: u16,
    /// The user of the database
    #[arg(long, value_name = "NAME")]
    user: String,
    /// The region [default: what the host tells, else AWS_REGION, AWS_DEFAULT_REGION, the profile's, the EC2 instance's]
    #[arg(long, value_name = "NAME")]
    region: Option<String>,
    /// Print a line of PostgreSQL's password file, for all databases
    #[arg(long, conflicts_with = "output")]
    pgpass: bool,
    #[command(flatten)]
    common: Common,
}

impl Rds {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let region = self
            .common
            .region(self.region.as_deref(), Some(&self.host))?;
        let database = tokens::Rds {
            host: &self.host,
            port: self.port,
            user: &self.user,
            region: &region,
        };
        let make = |maker: &tokens::Maker<'_>| {
            let token = database.token(maker)?;
            Ok(Made::exported(token, &["PGPASSWORD", "MYSQL_PWD"]))
        };
        if !self.pgpass {
            return self.common.print(make);
        }
        let made = self.common.make(make)?;
        self.common.warn(&made);
        let port = self.port.to_string();
        let [host, port, user, password] =
            [self.host.as_str(), &port, &self.user, &made.text].map(passfile_field);
        crate::failure::print(format_args!("{host}:{port}:*:{user}:{password}\n"))
    }
}

/// [The password file](https://www.postgresql.org/docs/current/libpq-pgpass.html): a `:` and a
/// `\` in a field are escaped, and so is a `*` that is all of it, as it would stand for all.
fn passfile_field(text: &str) -> String {
    match text {
        "*" => r"\*".into(),
        text => text.replace('\\', r"\\").replace(':', r"\:"),
    }
}

/// A password of Aurora DSQL
///
/// With --output env as `PGPASSWORD`.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  \
    sigv4 token dsql --host foo0bar1baz2quux3quuux4.dsql.us-east-1.on.aws --admin")]
pub(crate) struct Dsql {
    /// The endpoint of the cluster
    #[arg(long, value_name = "NAME")]
    host: String,
    /// For the user admin, who takes no other
    #[arg(long)]
    admin: bool,
    /// How long it is good for: 30s, 15m, 2h, at most 7d
    #[arg(long, value_name = "DURATION", default_value = "15m", value_parser = duration::parse)]
    expires: Duration,
    /// The region [default: what the host tells, else AWS_REGION, AWS_DEFAULT_REGION, the profile's, the EC2 instance's]
    #[arg(long, value_name = "NAME")]
    region: Option<String>,
    #[command(flatten)]
    common: Common,
}

impl Dsql {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let region = self
            .common
            .region(self.region.as_deref(), Some(&self.host))?;
        let cluster = tokens::Dsql::new(&self.host, &region).with_expires(self.expires);
        let cluster = match self.admin {
            true => cluster.as_admin(),
            false => cluster,
        };
        let make = |maker: &tokens::Maker<'_>| {
            let token = cluster.token(maker)?;
            Ok(Made::exported(token, &["PGPASSWORD"]))
        };
        self.common.print(make)
    }
}

/// A password of ElastiCache, for 15 minutes
///
/// For Valkey and Redis OSS: AUTH USER TOKEN. With --output env as `REDISCLI_AUTH`.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  \
    sigv4 token elasticache --name my-cache --user iam-user-01 --region us-east-1 --serverless")]
pub(crate) struct Elasticache {
    #[command(flatten)]
    cache: Cache,
    /// The cache is serverless
    #[arg(long)]
    serverless: bool,
    #[command(flatten)]
    common: Common,
}

/// A password of MemoryDB, for 15 minutes
///
/// AUTH USER TOKEN. With --output env as `REDISCLI_AUTH`.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  \
    sigv4 token memorydb --name my-cluster --user iam-user-01 --region us-east-1")]
pub(crate) struct Memorydb {
    #[command(flatten)]
    cache: Cache,
    #[command(flatten)]
    common: Common,
}

#[derive(clap::Args)]
struct Cache {
    /// The replication group, serverless cache or cluster: its name, not its endpoint
    #[arg(long, value_name = "NAME")]
    name: String,
    /// The id of the user
    #[arg(long, value_name = "NAME")]
    user: String,
    /// The region [default: AWS_REGION, AWS_DEFAULT_REGION, the profile's, the EC2 instance's]
    #[arg(long, value_name = "NAME")]
    region: Option<String>,
}

const AUTH: [&str; 1] = ["REDISCLI_AUTH"];

impl Elasticache {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let region = self.common.region(self.cache.region.as_deref(), None)?;
        let cache = tokens::Elasticache {
            name: &self.cache.name,
            user: &self.cache.user,
            region: &region,
            serverless: self.serverless,
        };
        self.common
            .print(|maker| Ok(Made::exported(cache.token(maker)?, &AUTH)))
    }
}

impl Memorydb {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let region = self.common.region(self.cache.region.as_deref(), None)?;
        let cluster = tokens::Memorydb {
            name: &self.cache.name,
            user: &self.cache.user,
            region: &region,
        };
        self.common
            .print(|maker| Ok(Made::exported(cluster.token(maker)?, &AUTH)))
    }
}

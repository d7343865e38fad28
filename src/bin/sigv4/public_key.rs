//! `sigv4 public-key`: what signatures of Version 4A are verified with. No network but for the
//! credentials.

use crate::failure::{Failure, print};
use crate::json::Object;
use crate::key_file::{digits, pem};
use crate::secret::{CredentialArguments, Secret};
use sigv4::PublicKey;

/// Print the public key that verifies what these credentials sign by Signature Version 4A
///
/// It is derived from the access key id and the secret access key, and is no secret: who has it can
/// verify, by `sigv4 verify --public-key`, and not sign. That of temporary credentials changes with
/// them. Which access key id it belongs to does not stand in it: keep it under that.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  sigv4 public-key --profile dev > AKIDEXAMPLE.pem\n  \
        sigv4 verify --public-key AKIDEXAMPLE.pem request.txt"
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    credentials: CredentialArguments,
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Pem)]
    format: Format,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Format {
    /// What OpenSSL reads: BEGIN PUBLIC KEY (RFC 5480)
    Pem,
    /// The digits of the point: 04, x, y (SEC 1)
    Hex,
    /// X and Y, as in AWS's signing test suite
    Json,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let signatory = arguments.credentials.read(Secret::Needed)?;
    if let Some(source) = &signatory.source {
        log::info!("credentials: {source}");
    }
    let credentials = signatory.credentials;
    let (id, secret) = (credentials.access_key_id(), credentials.secret_access_key());
    log::info!("public key of {id}");
    let key = PublicKey::derive(id, secret).map_err(Failure::credentials)?;
    let digits = digits(&key);
    match arguments.format {
        Format::Pem => print(pem(&key)?),
        Format::Hex => print(format_args!("{digits}\n")),
        Format::Json => {
            let mut object = Object::default();
            object.some("X", digits.get(2..66));
            object.some("Y", digits.get(66..));
            print(format_args!("{}\n", object.finish()))
        }
    }
}

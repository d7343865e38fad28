//! `sigv4 verify`: whether a captured request is signed by a key. No network.

use crate::arguments::timestamp;
use crate::body::read_named;
use crate::duration;
use crate::explain::Output;
use crate::failure::{Failure, print};
use crate::json::Object;
use crate::known_key::{KeyArguments, Known};
use crate::pieces::{self, Whole};
use crate::raw::{Framing, RawRequest};
use crate::refusal::{Refusal, refused, region_set, scoped};
use crate::rules::Rules;
use sigv4::explain::Captured;
use sigv4::{
    Algorithm, Claim, Error, Form, Header, Payload, Policy, Profile, Request, Timestamp, Verified,
};
use std::time::{Duration, SystemTime};

/// Verify the signature of a raw HTTP request
///
/// Says 'valid', or names what is wrong first: the layer (parse, limit, scope, freshness,
/// header, payload, signature, body) and the place. For a wrong signature, the usual mistakes
/// are tried (rules, method, target, host, headers, body), to say with which one the
/// signature would have been right.
///
/// With --public-key no secret is needed. Proved is then that whoever has the secret behind that key
/// signed the request. The access key id is only what the request says: pick the key by it.
///
/// Of a body in aws-chunked pieces, each chunk, the trailer and its checksum are verified as well, with or
/// without the chunks of 'transfer-encoding: chunked' around them. Where the pieces are not signed, only
/// the head is authenticated. Chunks and bytes are counted from 0.
///
/// With --signing-key, what was derived from the secret is enough; it is good for one day, region and
/// service.
///
/// Whether a session token is the key's, and has not ended, only who gave it out knows: it is not
/// looked at.
///
/// With --output json: `valid`; `access_key_id`, `scope`, `form` (header or query),
/// `signed_headers`, `body_signed`, with Version 4A `region_set`, with --public-key `by`, of a body in
/// pieces `body` with `chunks`, `bytes`, `signed` and `trailers`, each with `name`, `value` and `compared`;
/// where it is not valid, `layer`, `error`, and what there is of `header`, `hint`, `chunk` and `position`.
/// What is not known is absent.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  sigv4 verify --now 20150830T123600Z request.txt\n  \
        sigv4 verify --public-key AKIDEXAMPLE.pem request.txt"
)]
pub(crate) struct Arguments {
    /// Request line, headers, an empty line, the body, up to 64 MiB of it all; - for stdin
    #[arg(default_value = "-", value_name = "FILE")]
    request: String,
    #[command(flatten)]
    key: KeyArguments,
    /// The time to judge by, as 20150830T123600Z [default: now]
    #[arg(long, value_name = "TIME", value_parser = timestamp)]
    now: Option<Timestamp>,
    /// How far the clocks may be apart
    #[arg(long, value_name = "DURATION", default_value = "5m", value_parser = duration::parse)]
    clock_skew: Duration,
    /// The region that the credential has to be scoped to, or its region set to have [default:
    /// whatever it says]
    #[arg(long, value_name = "NAME")]
    region: Option<String>,
    /// Accept Signature Version 4A only [default: whichever algorithm it says]
    #[arg(long)]
    sigv4a: bool,
    /// The region set that it has to have, letter for letter; accepts Version 4A only
    #[arg(long, value_name = "NAME,NAME")]
    region_set: Option<String>,
    /// The service that the credential has to be scoped to [default: whatever it says]
    #[arg(long, value_name = "NAME")]
    service: Option<String>,
    /// Verify by another row of rules, or with changes
    #[arg(long, value_name = "ROW,CHANGE")]
    profile_rules: Option<Rules>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = Output::Text)]
    output: Output,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let name = match arguments.request.as_str() {
        "-" => "stdin",
        name => name,
    };
    let raw = match RawRequest::parse(&read_named(&arguments.request)?, name) {
        Ok(raw) => raw,
        Err(failure) => {
            if let Output::Json = arguments.output {
                print(Refusal::unreadable(failure.message()).json())?;
            }
            return Err(failure);
        }
    };
    let headers: Vec<Header<'_>> = raw
        .message
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_slice()))
        .collect();
    let request = Request {
        method: &raw.method,
        target: &raw.target,
        headers: &headers,
        payload: Payload::Bytes(&raw.message.body),
    };
    let now = match arguments.now {
        Some(now) => now,
        None => Timestamp::try_from(SystemTime::now()).map_err(Failure::usage)?,
    };
    let known = arguments.key.read()?;
    match arguments.judge(&request, raw.framing.as_ref(), &known, now) {
        Ok(verified) => match arguments.output {
            Output::Text => print(verified.text),
            Output::Json => print(verified.json),
        },
        Err(refusal) => {
            if let Output::Json = arguments.output {
                print(refusal.json())?;
            }
            Err(refusal.failure(known.name()))
        }
    }
}

/// What holds, in both forms.
struct Proven {
    text: String,
    json: String,
}

impl Arguments {
    fn judge(
        &self,
        request: &Request<'_>,
        framing: Option<&Framing>,
        known: &Known,
        now: Timestamp,
    ) -> Result<Proven, Refusal> {
        let claim = Claim::from_request(request).map_err(|error| refused(error, request))?;
        let scope = claim.scope();
        let service = self.service.as_deref().unwrap_or(scope.service());
        let region = self.region.as_deref().unwrap_or(region_of(&claim));
        let regions = [region];
        let mut policy = Policy::new(&regions, service);
        policy.profile = match &self.profile_rules {
            Some(rules) => rules.profile(service),
            None => Profile::for_service(service),
        };
        let is_public = self.key.is_public();
        if is_public && claim.algorithm() != Algorithm::SigV4a {
            return Err(Refusal {
                error: "a signature of Version 4 has no public key: give the secret".into(),
                ..refused(Error::UnsupportedAlgorithm, request)
            });
        }
        if self.key.is_derived() && claim.algorithm() != Algorithm::SigV4 {
            return Err(Refusal {
                error: "a derived key is one of Version 4: give the secret or the public key"
                    .into(),
                ..refused(Error::UnsupportedAlgorithm, request)
            });
        }
        policy.profile.algorithm = match self.sigv4a || self.region_set.is_some() {
            true => Algorithm::SigV4a,
            false => claim.algorithm(),
        };
        policy.clock_skew = self.clock_skew;
        policy.streaming = true;
        if let (Some(expected), Some(said)) = (&self.region_set, claim.region_set())
            && expected != said
        {
            return Err(region_set(said, expected));
        }
        let key = known.key(&claim);
        let error = match key.verify(&claim, request, &policy, now) {
            Ok(verified) => {
                let body = match request.payload {
                    Payload::Bytes(body) => pieces::read(&verified, &key, body, framing),
                    _ => None,
                };
                let body = body.transpose().map_err(Refusal::of_body)?;
                return Ok(proven(&claim, &verified, body.as_ref(), is_public));
            }
            Err(error) => error,
        };
        let mut refusal = match error {
            Error::WrongRegion => scoped("region", scope.region(), region),
            Error::RegionNotInSet => region_set(claim.region_set().unwrap_or_default(), region),
            Error::WrongService => scoped("service", scope.service(), service),
            error => refused(error, request),
        };
        if let Error::SignatureMismatch | Error::SignedHeaderMissing { .. } = error {
            let holds = |claim: &Claim<'_>, request: &Request<'_>, policy: &Policy<'_>| {
                key.verify(claim, request, policy, now).is_ok()
            };
            let captured = Captured::new(&claim, request, &policy, &holds);
            refusal.hint = captured.reading().map(|reading| reading.hint);
        }
        if let Error::SignedHeaderMissing { index } = error {
            refusal.header = claim.signed_headers().split(';').nth(index).map(Into::into);
        }
        Err(refusal)
    }
}

/// `body` is the one in chunks.
fn proven(
    claim: &Claim<'_>,
    verified: &Verified<'_>,
    body: Option<&Whole>,
    is_public: bool,
) -> Proven {
    let form = match claim.form() {
        Form::Header => "header",
        Form::Query => "query",
    };
    let body_signed = match body {
        Some(body) => body.is_signed(),
        None => verified.payload_sha256.is_some(),
    };
    let unsigned = match (verified.streaming, body) {
        (None, None) if !body_signed => ", body not signed",
        // Its messages come in frames, which no text has.
        (Some(_), None) => ", none of the events looked at",
        _ => "",
    };
    let mut object = Object::default();
    object.flag("valid", true);
    object.text("access_key_id", verified.access_key_id);
    object.text("scope", &verified.scope.to_string());
    object.some("region_set", verified.region_set);
    object.text("form", form);
    object.text("signed_headers", verified.signed_headers);
    object.flag("body_signed", body_signed);
    if is_public {
        object.text("by", "public key");
    }
    if let Some(body) = body {
        object.object("body", |object| body.json(object));
    }
    Proven {
        text: format!(
            "valid: {}, {}{}, {form} form, signed headers {}{unsigned}{}\n{}",
            verified.access_key_id,
            verified.scope,
            verified
                .region_set
                .map_or(String::new(), |set| format!(" for {set}")),
            verified.signed_headers,
            if is_public { ", by the public key" } else { "" },
            body.map_or(String::new(), Whole::text),
        ),
        json: format!("{}\n", object.finish()),
    }
}

/// A region that a claim of Version 4A is good in whenever it is in any: none has to be given.
fn region_of<'c>(claim: &'c Claim<'_>) -> &'c str {
    match claim.region_set() {
        Some(set) => (set.split(',').next().unwrap_or_default()).trim_end_matches('*'),
        None => claim.scope().region(),
    }
}

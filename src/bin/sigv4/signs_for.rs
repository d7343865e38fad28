//! Which service and region to sign for, in the words of the command.

use crate::failure::Failure;
use crate::provided;
use crate::url::is_loopback;
use sigv4::Algorithm;
use sigv4::client::CredentialsError;
use sigv4::endpoint::{Destination, EndpointError, Given, Note, Resolved, resolve};

/// An API behind a custom domain is most often API Gateway's.
const FALLBACK: &str = "execute-api";

/// What the options say.
pub(crate) struct Asked<'a> {
    pub service: Option<&'a str>,
    pub region: Option<&'a str>,
    pub sigv4a: bool,
    pub region_set: Option<&'a str>,
}

/// Options count most; then the host, which knows better than the environment; then the profile;
/// last the instance that this is, or a region that stands in where nothing depends on it, and then
/// nothing is said.
pub(crate) fn scope(
    to: &Destination<'_>,
    asked: &Asked<'_>,
    stand_in: Option<&str>,
    profile: Option<&str>,
) -> Result<Resolved, Failure> {
    let mut given = Given {
        service: asked.service,
        region: asked.region_set.or(asked.region),
        algorithm: (asked.sigv4a || asked.region_set.is_some()).then_some(Algorithm::SigV4a),
        fallback_service: Some(FALLBACK),
        fallback_region: None,
    };
    let configured;
    let mut found = resolve(to, &given);
    let is_sigv4a = match resolve(to, &in_any_region(given)) {
        Ok(found) => found.algorithm == Algorithm::SigV4a,
        Err(_) => given.algorithm.is_some(),
    };
    // What nothing depends on is shown for a region; a region set is shown as it is signed.
    let stand_in = stand_in.filter(|_| !is_sigv4a);
    // As AWS's SDKs read it: it counts more than the host, and asks for nothing by itself.
    let region_set;
    if is_sigv4a && given.region.is_none() {
        region_set = provided::region_set(profile)?;
        given.region = region_set.as_deref();
        found = resolve(to, &given);
    }
    // Variables and files are read where nothing else tells a region.
    if matches!(found, Err(EndpointError::MissingRegion { .. })) {
        configured = provided::region(profile)?;
        given.fallback_region = configured.as_deref().or(stand_in);
        found = resolve(to, &given);
    }
    let of_instance;
    let mut why_not = None;
    if matches!(found, Err(EndpointError::MissingRegion { .. })) && would_help(to, given) {
        of_instance = provided::region_of_instance(profile).unwrap_or_else(|why| {
            why_not = Some(why);
            None
        });
        given.fallback_region = of_instance.as_deref();
        found = resolve(to, &given);
    }
    let found = found.map_err(|error| failure(&error, why_not.as_ref()))?;
    // On this machine a stand-in listens, `sigv4 serve` most often.
    let is_said = |note: &&Note| {
        stand_in.is_none() && (**note != Note::AssumedService || !is_loopback(to.host))
    };
    for note in found.notes.iter().filter(is_said) {
        log::warn!("{}", words(to.host, note, &found));
    }
    Ok(found)
}

fn words(host: &str, note: &Note, found: &Resolved) -> String {
    let Resolved {
        service, region, ..
    } = found;
    let region = shown(region);
    match note {
        Note::AssumedService => format!(
            "{host} tells no service: signing for {service} in {region}; --service says for what"
        ),
        Note::OtherService { host: other } => {
            format!("signing for {service}, though {host} is a host of {other}")
        }
        Note::OtherRegion { host: other } => {
            format!("signing for {region}, though {host} is in {other}")
        }
        _ => format!("signing for {service} in {region}"),
    }
}

/// What is no region of AWS's can be a secret in its place.
fn shown(region: &str) -> &str {
    let usual =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-,*".contains(&byte);
    if region.bytes().all(usual) {
        region
    } else {
        "the region that is given"
    }
}

/// Whether any region would do: nobody is asked for what would not count.
fn would_help(to: &Destination<'_>, given: Given<'_>) -> bool {
    resolve(to, &in_any_region(given)).is_ok()
}

fn in_any_region(given: Given<'_>) -> Given<'_> {
    Given {
        fallback_region: Some("any"),
        ..given
    }
}

/// `why_not` is why the instance's metadata tell no region, where they were asked.
fn failure(error: &EndpointError, why_not: Option<&CredentialsError>) -> Failure {
    let passed_over = provided::passed_over(why_not);
    match error {
        EndpointError::MissingService {
            host,
            aws: true,
            services,
        } if services.is_empty() => Failure::usage(format_args!(
            "no service: {host} is one of AWS's hosts, but its name does not tell it; give its \
             signing name with --service"
        )),
        EndpointError::MissingService { host, services, .. } if !services.is_empty() => {
            Failure::usage(format_args!(
                "no service: {host} serves {}, and the path does not say which; give --service",
                services.join(" and ")
            ))
        }
        EndpointError::MissingRegion { host, aws: true } => Failure::usage(format_args!(
            "no region: the name of {host} tells none; give --region{passed_over}"
        )),
        EndpointError::MissingRegion { .. } => Failure::usage(format_args!(
            "no region: give --region or set AWS_REGION; neither host nor profile tells \
             one{passed_over}"
        )),
        EndpointError::NoSignature { .. } => Failure::usage(format_args!(
            "{error}; to sign all the same give --service and --region"
        )),
        _ => Failure::usage(error),
    }
}

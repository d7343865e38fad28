//! What the options of `sigv4 proxy` say.

use crate::failure::Failure;
use crate::proxy_arguments::Arguments;
use crate::proxy_source::Source;
use sigv4::proxy::{Config, Options};
use std::ffi::OsString;

/// Either a file or options; an empty variable is none, as files for containers have them.
pub(crate) fn source(mut given: Arguments) -> Result<Source, Failure> {
    let texts = [
        &mut given.upstream,
        &mut given.listen,
        &mut given.admin,
        &mut given.service,
        &mut given.region,
        &mut given.profile,
        &mut given.sign_host,
        &mut given.body,
        &mut given.strip_prefix,
        &mut given.answer_time,
        &mut given.idle_time,
    ];
    for text in texts {
        text.take_if(|text| text.is_empty());
    }
    let files = [
        &mut given.config,
        &mut given.require_token,
        &mut given.resign,
        &mut given.ca_file,
        &mut given.tls_cert,
        &mut given.tls_key,
    ];
    for file in files {
        file.take_if(|file| file.is_empty());
    }
    let lists = [
        &mut given.allow_service,
        &mut given.allow_region,
        &mut given.allow_host,
    ];
    for list in lists {
        list.retain(|text| !text.is_empty());
    }
    if given.unsigned_payload && given.body.as_deref().is_some_and(|body| body != "unsigned") {
        return Err(Failure::usage(
            "--unsigned-payload and --body: give one of them; the first is --body unsigned",
        ));
    }
    match (given.upstream.is_some(), given.config.take()) {
        (true, Some(_)) => Err(Failure::usage(
            "--upstream and --config: give one of them; a file has its upstreams in it",
        )),
        (false, None) => Err(Failure::usage(
            "where do requests go? Give --upstream URL, or --config FILE for several",
        )),
        (true, None) => Ok(Source::Options(Box::new(Config::from_options(options(
            given,
        )?)))),
        (false, Some(file)) => {
            if let Some(name) = of_options_alone(&given) {
                return Err(Failure::usage(format_args!(
                    "{name} is for --upstream: with --config, the file says it"
                )));
            }
            Ok(Source::File {
                file: file.into(),
                listen: given.listen,
                admin: given.admin,
                beyond_loopback: given.beyond_loopback,
            })
        }
    }
}

fn of_options_alone(given: &Arguments) -> Option<&'static str> {
    let given = [
        ("--service", given.service.is_some()),
        ("--region", given.region.is_some()),
        ("--sigv4a", given.sigv4a),
        ("--region-set", given.region_set.is_some()),
        ("--profile", given.profile.is_some()),
        ("--sign-host", given.sign_host.is_some()),
        ("--body", given.body.is_some()),
        ("--unsigned-payload", given.unsigned_payload),
        ("--strip-prefix", given.strip_prefix.is_some()),
        ("--answer-time", given.answer_time.is_some()),
        ("--idle-time", given.idle_time.is_some()),
        ("--ca-file", given.ca_file.is_some()),
        ("--h2c", given.h2c),
        ("--plain-http", given.plain_http),
        ("--require-token", given.require_token.is_some()),
        ("--resign", given.resign.is_some()),
        ("--allow-service", !given.allow_service.is_empty()),
        ("--allow-region", !given.allow_region.is_empty()),
        ("--allow-host", !given.allow_host.is_empty()),
        ("--tls-cert", given.tls_cert.is_some()),
        ("--tls-key", given.tls_key.is_some()),
    ];
    let mut given = given.into_iter();
    given.find(|(_, given)| *given).map(|(name, _)| name)
}

fn options(given: Arguments) -> Result<Options, Failure> {
    let mut options = Options::default();
    options.upstream = given.upstream;
    options.listen = given.listen;
    options.beyond_loopback = given.beyond_loopback;
    options.admin = given.admin;
    options.require_token = path(given.require_token, "--require-token")?;
    options.resign = path(given.resign, "--resign")?;
    options.allow_service = given.allow_service;
    options.allow_region = given.allow_region;
    options.allow_host = given.allow_host;
    options.tls_cert = path(given.tls_cert, "--tls-cert")?;
    options.tls_key = path(given.tls_key, "--tls-key")?;
    options.service = given.service;
    options.region = given.region;
    options.sigv4a = given.sigv4a;
    options.region_set = given.region_set;
    options.profile = given.profile;
    options.sign_host = given.sign_host;
    options.body = match given.unsigned_payload {
        true => Some("unsigned".into()),
        false => given.body,
    };
    options.strip_prefix = given.strip_prefix;
    options.answer_time = given.answer_time;
    options.idle_time = given.idle_time;
    options.ca_file = path(given.ca_file, "--ca-file")?;
    options.h2c = given.h2c;
    options.plain_http = given.plain_http;
    Ok(options)
}

fn path(file: Option<OsString>, option: &str) -> Result<Option<String>, Failure> {
    let text = file.map(OsString::into_string);
    text.transpose()
        .map_err(|_| Failure::usage(format_args!("{option}: a path that is no UTF-8")))
}

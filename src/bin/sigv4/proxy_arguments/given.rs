//! What the options say, for one upstream.

use super::Arguments;
use crate::failure::Failure;
use sigv4::proxy::Options;
use std::ffi::OsString;

pub(super) fn options(given: Arguments) -> Result<Options, Failure> {
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

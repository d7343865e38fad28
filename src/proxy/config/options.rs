//! A proxy with one route, from options: what a file with one `[[route]]` says.

use super::document::{
    AllowTable, Document, ResignTable, RouteTable, Text, Time, TimesTable, TlsTable,
};
use super::written::Written;
use std::prelude::rust_2024::*;
use std::vec;

/// What options say, each as it was given; a file with one route says the same.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Options {
    /// The URL that requests go to, or `host` for that of each caller.
    pub upstream: Option<String>,
    /// `[ADDRESS:]PORT` or `unix:PATH`.
    pub listen: Option<String>,
    /// Addresses that other machines can reach are allowed.
    pub beyond_loopback: bool,
    /// `[ADDRESS:]PORT` of `/health`, `/ready` and `/metrics`.
    pub admin: Option<String>,
    /// The file with the token that callers have to show.
    pub require_token: Option<String>,
    /// The file with the principals of callers who sign.
    pub resign: Option<String>,
    /// Signing names that may be signed for.
    pub allow_service: Vec<String>,
    /// Regions that may be signed for.
    pub allow_region: Vec<String>,
    /// Hosts that may be signed for.
    pub allow_host: Vec<String>,
    /// The file with the chain of certificates for callers.
    pub tls_cert: Option<String>,
    /// The file with its key.
    pub tls_key: Option<String>,
    /// The signing name.
    pub service: Option<String>,
    /// The region.
    pub region: Option<String>,
    /// Signature Version 4A.
    pub sigv4a: bool,
    /// The regions that it is for.
    pub region_set: Option<String>,
    /// The profile of the credentials.
    pub profile: Option<String>,
    /// The host that is sent and signed in place of the upstream's.
    pub sign_host: Option<String>,
    /// `hashed`, `unsigned`, `chunked` or `believed`.
    pub body: Option<String>,
    /// The beginning of the path that does not go upstream.
    pub strip_prefix: Option<String>,
    /// How long an answer may take to begin.
    pub answer_time: Option<String>,
    /// How long an answer or a request that has begun may pause.
    pub idle_time: Option<String>,
    /// The file with the certificates to trust.
    pub ca_file: Option<String>,
    /// HTTP/2 without TLS.
    pub h2c: bool,
    /// HTTP without TLS to a host beyond this machine.
    pub plain_http: bool,
}

impl Options {
    pub(super) fn into_document(self) -> Document {
        let services = list(self.allow_service);
        let regions = list(self.allow_region);
        let hosts = list(self.allow_host);
        let lists = services.is_some() || regions.is_some() || hosts.is_some();
        let resigns = self.resign.is_some();
        let resign = ResignTable {
            principals: given(self.resign),
            services: services.clone(),
            regions: regions.clone(),
            hosts: hosts.clone(),
        };
        let allow = AllowTable {
            services,
            regions,
            hosts,
        };
        let has_tls = self.tls_cert.is_some() || self.tls_key.is_some();
        let tls = TlsTable {
            certificate: given(self.tls_cert),
            key: given(self.tls_key),
        };
        let on = |on: bool| on.then(|| Written::given(true));
        let route = RouteTable {
            // One route needs no name of its own; metrics and log lines do.
            name: given(Some("default".into())),
            prefix: given(self.strip_prefix.clone()),
            strip_prefix: on(self.strip_prefix.is_some()),
            upstream: given(self.upstream),
            plain_http: on(self.plain_http),
            h2c: on(self.h2c),
            ca_file: given(self.ca_file),
            sign_host: given(self.sign_host),
            service: given(self.service),
            region: given(self.region),
            sigv4a: on(self.sigv4a),
            region_set: given(self.region_set),
            profile: given(self.profile),
            // Callers who sign have lists of their own.
            allow: (lists && !resigns).then(|| Written::given(allow)),
            body: given(self.body),
            times: TimesTable {
                answer: self.answer_time.map(|time| Written::given(Time(time))),
                idle: self.idle_time.map(|time| Written::given(Time(time))),
                ..TimesTable::default()
            },
            ..RouteTable::default()
        };
        Document {
            listen: given(self.listen),
            beyond_loopback: self.beyond_loopback,
            admin: given(self.admin),
            require_token: given(self.require_token),
            tls: has_tls.then(|| Written::given(tls)),
            resign: resigns.then(|| Written::given(resign)),
            route: vec![Written::given(route)],
            ..Document::default()
        }
    }
}

fn given(text: Option<String>) -> Option<Text> {
    text.map(Written::given)
}

fn list(texts: Vec<String>) -> Option<Written<Vec<Text>>> {
    let texts: Vec<_> = texts.into_iter().map(Written::given).collect();
    (!texts.is_empty()).then(|| Written::given(texts))
}

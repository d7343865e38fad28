//! What to do about each cause.

use super::cause::Cause;
use crate::request::timestamp::Timestamp;

#[allow(clippy::too_many_lines)] // an arm for each cause
pub(super) fn remedy(cause: &Cause) -> &'static str {
    match cause {
        Cause::Nothing => "nothing to do",
        Cause::Method => {
            "look for a redirect or a proxy that changes the method, and sign the request that \
             is sent in the end"
        }
        Cause::DoubleEncoding => {
            "send the request target exactly as signing returned it, and let nothing escape it \
             again; S3 signs the path escaped once, every other service escapes it once more"
        }
        Cause::PlusSign => "write a space as %20 and a plus sign as %2B, never a raw '+'",
        Cause::DotSegments => {
            "resolve '.', '..' and '//' before signing; for S3, keep clients and proxies from \
             resolving them"
        }
        Cause::TrailingSlash => {
            "sign the path that is sent, slash included; look for a proxy or a router that adds \
             or removes it"
        }
        Cause::PathPrefix => {
            "sign the path that the service sees: with the stage for an execute-api host, \
             without it for a custom domain that maps to the stage"
        }
        Cause::Path => "sign the path that is sent; look for a proxy that rewrites it",
        Cause::QueryOrder => {
            "sort the parameters of the canonical request by escaped name, then by escaped value"
        }
        Cause::QueryParameters => {
            "sign the query that is sent; look for a proxy or a client that adds, drops or \
             rewrites parameters"
        }
        Cause::PortInHost => {
            "send the host as it was signed: the default port of the scheme is left off, any \
             other stays; look for a proxy that rewrites it"
        }
        Cause::Host => {
            "sign the host that the service sees; behind a proxy or a custom domain, let it \
             pass the host on"
        }
        Cause::HeaderAdded { .. } => {
            "sign the header as well, or keep whatever adds it from doing so"
        }
        Cause::HeaderRemoved { .. } | Cause::HeaderAltered { .. } => {
            "leave the header out of what is signed, or keep the proxy from changing it; only \
             host, content-type and x-amz-* need to be signed"
        }
        Cause::SessionTokenMissing => {
            "temporary credentials (access keys that start with ASIA) need their session token: \
             set AWS_SESSION_TOKEN, and let it through to the service"
        }
        Cause::SessionTokenUnsigned => {
            "give the session token to the signer, so that it is part of what is signed, \
             instead of adding it afterwards"
        }
        Cause::SessionTokenAltered => {
            "take access key, secret and session token from the same set of credentials, and \
             keep the token whole"
        }
        Cause::PayloadHash => {
            "sign the bytes that are sent: after serialisation and compression; if the service \
             saw the hash of nothing (e3b0c442…), the body did not arrive"
        }
        Cause::CanonicalRequest => {
            "compare with `sigv4 canonical`; path, query, host and body are what usually differs"
        }
        Cause::Date => {
            "sign with the time that is sent in x-amz-date, and write the scope's \
                        date from it, in UTC"
        }
        Cause::WrongRegion { .. } => {
            "sign for the region that the service runs in; for API Gateway it is in the host"
        }
        Cause::WrongService { .. } => {
            "sign for the service's signing name: execute-api for API Gateway, lambda for \
             function URLs, es for OpenSearch"
        }
        Cause::Clock { signed, server } if is_time_zone(*signed, *server) => {
            "the difference is that of a time zone: write the time in UTC"
        }
        Cause::Clock { .. } | Cause::ClockUnshown => {
            "set the clock (NTP), or sign just before sending: a request does not keep"
        }
        Cause::PresignedExpired => {
            "presign again; the URL lives no longer than the session token that signed it"
        }
        Cause::SessionTokenExpired => "get new temporary credentials",
        Cause::UnknownAccessKey => {
            "check that the access key exists and is active, and that key, secret and session \
             token are of one set; a long-term key (AKIA) has no session token"
        }
        Cause::WrongSecret => {
            "check the secret access key: cut off, of another key, with a newline or a quote in \
             it"
        }
        Cause::MismatchUnshown => {
            "check the secret access key first, then compare `sigv4 canonical` with what your \
             code signs"
        }
        Cause::MalformedSignature => {
            "send the headers exactly as signing returned them, each once; look for a second \
             Authorization header and for a client that cuts or quotes it"
        }
        Cause::NotSigned => {
            "send the Authorization header; clients drop it on redirects, proxies on the way"
        }
        Cause::NoSuchRoute => {
            "check stage, path and method; if they are right, check that the Authorization \
             header arrives"
        }
        Cause::NotAuthorized {
            explicit_deny: true,
        } => {
            "find the Deny statement in the policies of the caller, the API and the \
              organisation; signing differently does not help"
        }
        Cause::NotAuthorized {
            explicit_deny: false,
        } => {
            "allow the action on the resource in a policy of the caller; signing differently \
              does not help"
        }
        Cause::Forbidden => {
            "check the API key and usage plan, the firewall, the API's resource policy and the \
             mapping of a custom domain; an HTTP API says no more for a wrong signature"
        }
        Cause::Unknown => "read the answer itself",
    }
}

/// Time zones are whole quarters of an hour away from UTC, at most 14 hours.
fn is_time_zone(signed: Timestamp, server: Timestamp) -> bool {
    let apart = server.unix().saturating_sub(signed.unix()).unsigned_abs();
    let beyond = apart.checked_rem(900).unwrap_or(0);
    (1_500..=14 * 3_600 + 60).contains(&apart) && (beyond <= 60 || beyond >= 840)
}

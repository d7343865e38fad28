//! What to do about each cause.

use super::apart::is_time_zone;
use super::cause::Cause;
use super::denial::{Denial, PolicyKind};
use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;

pub(crate) fn remedy(cause: &Cause) -> Cow<'static, str> {
    match cause {
        Cause::NotAuthorized(denial) => Cow::Owned(permission(denial)),
        cause => Cow::Borrowed(fixed(cause)),
    }
}

#[allow(clippy::too_many_lines)] // an arm for each cause
fn fixed(cause: &Cause) -> &'static str {
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
        Cause::HeaderRemoved { name } | Cause::HeaderAltered { name }
            if name.starts_with("x-amz-") =>
        {
            "let the header through as it was signed: services want x-amz-* headers signed, so \
             it cannot be left out; look for the proxy that changes it"
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
        Cause::PayloadForm => {
            "sign the hash of the body where the service asks for it (every service but S3 and \
             VPC Lattice), and send the same in x-amz-content-sha256; STREAMING-… is for bodies in \
             aws-chunked pieces, which S3 takes, and for event streams"
        }
        Cause::HeaderMissing { name } if name == "x-amz-content-sha256" => {
            "send the hash of the body in x-amz-content-sha256, signed: \
             --profile-rules default,content-sha256, or the service's own row of rules"
        }
        Cause::HeaderMissing { .. } => "send the header, and sign it",
        Cause::CanonicalRequest => {
            "compare with `sigv4 canonical`; path, query, host and body are what usually differs"
        }
        Cause::Date => {
            "sign with the time that is sent in x-amz-date, and write the scope's \
                        date from it, in UTC"
        }
        Cause::WrongRegion {
            expected: Some(expected),
        } if expected.contains(',') => "sign for one of the regions that the service names",
        Cause::WrongRegion { .. } => {
            "sign for the region that the service runs in; for API Gateway it is in the host"
        }
        Cause::WrongService { .. } => {
            "sign for the service's signing name: execute-api for API Gateway, lambda for \
             function URLs, es for OpenSearch"
        }
        Cause::Clock { signed, server }
            if is_time_zone(server.unix().saturating_sub(signed.unix()).unsigned_abs()) =>
        {
            if server > signed {
                "the difference is that of a time zone: write the time in UTC; or the request \
                 was kept for so long: sign just before sending"
            } else {
                "the difference is that of a time zone: write the time in UTC; or set the \
                 clock (NTP)"
            }
        }
        Cause::Clock { .. } | Cause::ClockUnshown => {
            "set the clock (NTP), or sign just before sending: a request does not keep"
        }
        Cause::PresignedExpired => {
            "presign again; the URL lives no longer than the session token that signed it"
        }
        Cause::SessionTokenExpired => "get new temporary credentials",
        Cause::RegionNotEnabled => {
            "enable the region (account settings), or send to one that the account has enabled"
        }
        Cause::UnknownAccessKey => {
            "check that the access key exists and is active, and that key, secret and session \
             token are of one set; a long-term key (AKIA) has no session token"
        }
        Cause::WrongSecret => {
            "check the secret access key: cut off, of another key, with a newline or a quote in \
             it; if it is right, sign the same request at the same time with `sigv4 sign` and \
             compare the signatures"
        }
        Cause::MismatchUnshown => {
            "check the secret access key first, then compare `sigv4 canonical` with what your \
             code signs"
        }
        Cause::MismatchShown => {
            "give the request as well (URL, method, headers, body): then both are compared line \
             by line"
        }
        Cause::SessionTokenRegion => {
            "get the session token from the regional STS endpoint, or let the global one give \
             tokens that are valid in all regions (IAM, account settings)"
        }
        Cause::OtherScheme { .. } => {
            "send the Authorization header that signing returned; API Gateway reads any other \
             one this way on routes that it does not know, too: check stage, path and method"
        }
        Cause::TwoSignatures => {
            "send one of the two: a presigned URL without Authorization header; clients carry \
             the header along when they follow a redirect to a presigned URL"
        }
        Cause::UnsupportedAlgorithm => {
            "sign with Signature Version 4 (AWS4-HMAC-SHA256), or with 4A \
             (AWS4-ECDSA-P256-SHA256) where the service takes nothing else"
        }
        Cause::NoSuchOperation => {
            "check path, method and parameters (Action, x-amz-target, content type of a form)"
        }
        Cause::NoSuchObject => "check bucket and key; allow s3:ListBucket to be told a 404",
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
        Cause::NotAuthorized(_) => "allow the call in a policy",
        Cause::Forbidden => {
            "check the API key and usage plan, the firewall, the API's resource policy and the \
             mapping of a custom domain; an HTTP API says no more for a wrong signature"
        }
        Cause::NoBody => {
            "ask again with GET: an answer to HEAD never has a body; the headers \
             x-amzn-errortype and x-amz-bucket-region can tell more"
        }
        Cause::Other { .. } | Cause::Unknown => "read the answer itself",
    }
}

fn permission(denial: &Denial) -> String {
    let kind = denial.policy.map_or(
        "policies of the caller, the resource and the \
         organisation",
        place,
    );
    let action = denial.action.as_deref().unwrap_or("the call");
    if denial.explicit {
        return format!(
            "find the Deny statement for {action} in the {kind}; an Allow elsewhere does not \
             help against it, nor does signing differently"
        );
    }
    let signing = match denial.principal {
        Some(_) => "; signing differently does not help",
        None => "",
    };
    match denial.statement() {
        Some(statement) => format!("add to the {kind}{signing}: {statement}"),
        None => format!("allow {action} in the {kind}{signing}"),
    }
}

/// Where the policy is attached.
fn place(kind: PolicyKind) -> &'static str {
    match kind {
        PolicyKind::Identity => "policies of the caller (user, group or role)",
        PolicyKind::Resource => "policy of the resource",
        PolicyKind::Session => "session policy that is given when the role is assumed",
        PolicyKind::Boundary => "permissions boundary of the caller",
        PolicyKind::ServiceControl => "service control policies of the organisation",
        PolicyKind::ResourceControl => "resource control policies of the organisation",
        PolicyKind::VpcEndpoint => "policy of the VPC endpoint",
    }
}

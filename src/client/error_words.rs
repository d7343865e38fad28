//! What the errors say.

use crate::client::error::ClientError;
use core::fmt;
use std::prelude::rust_2024::*;
use std::vec;

impl fmt::Display for ClientError {
    #[allow(clippy::too_many_lines)] // one line each
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Signing(error) => write!(f, "cannot sign: {error}"),
            Self::Credentials(error) => write!(f, "no credentials: {error}"),
            Self::Url(error) => write!(f, "URL: {error}"),
            Self::MissingRegion { host, instance } => {
                write!(f, "no region known for {host}: give one, or set AWS_REGION")?;
                match instance {
                    Some(why) => write!(f, " (instance metadata passed over: {why})"),
                    None => Ok(()),
                }
            }
            Self::MissingService { host } => write!(
                f,
                "no service known for {host}: give one (execute-api for API Gateway)"
            ),
            Self::Endpoint(error) => error.fmt(f),
            Self::PlainHttp { host } => {
                write!(f, "plain http to {host} was not allowed, use https")
            }
            Self::InvalidRequest { part } => write!(f, "malformed: {part}"),
            Self::RequestTooLarge { limit } => {
                write!(f, "the body is over the limit of {limit} bytes for signing")
            }
            Self::RequestBody { kind } => write!(f, "the body could not be read: {kind}"),
            Self::RequestStream(error) => write!(f, "the body: {error}"),
            Self::OneTimeBody { service } => write!(
                f,
                "{service} takes no chunks for this request, so that its body has to be read \
                 twice: first for its hash"
            ),
            Self::Transport { message, .. } => f.write_str(message),
            Self::ResponseTooLarge { limit } => {
                write!(f, "the response is over the limit of {limit} bytes")
            }
            Self::InvalidJson { line, column } => {
                write!(f, "the response is no JSON at line {line}, column {column}")
            }
            Self::UnexpectedJson {
                line,
                column,
                expected,
            } => {
                write!(
                    f,
                    "the response is other JSON at line {line}, column {column}"
                )?;
                match expected {
                    Some(expected) if expected.starts_with("missing") => write!(f, ": {expected}"),
                    Some(expected) => write!(f, ": expected {expected}"),
                    None => Ok(()),
                }
            }
            Self::InvalidUtf8 { valid_up_to } => {
                write!(f, "the response is no UTF-8 at byte {valid_up_to}")
            }
            Self::Redirect {
                status,
                location,
                region,
            } => {
                write!(f, "{status}: redirects are not followed with credentials")?;
                if let Some(location) = location {
                    write!(f, ", it points to {location}")?;
                }
                match region {
                    Some(region) => write!(f, ", the bucket is in {region}"),
                    None => Ok(()),
                }
            }
            Self::WrongRegion {
                region: Some(region),
                ..
            } => write!(f, "signed for the wrong region, the right one is {region}"),
            Self::WrongRegion { message, .. } => {
                write!(f, "signed for the wrong region: {message}")
            }
            Self::WrongService {
                service: Some(service),
                ..
            } => write!(
                f,
                "signed for the wrong service, the right one is {service}"
            ),
            Self::WrongService { message, .. } => {
                write!(f, "signed for the wrong service: {message}")
            }
            Self::HeadersNotSigned { headers, .. } => {
                f.write_str("headers arrived that have to be signed and were not")?;
                for (index, header) in headers.iter().enumerate() {
                    write!(f, "{} {header}", if index == 0 { ":" } else { "," })?;
                }
                Ok(())
            }
            Self::SignatureLost { message, .. } => {
                write!(
                    f,
                    "the service saw no signature, it was lost on the way: {message}"
                )
            }
            Self::NotAuthorized { message, .. } => write!(f, "not authorized: {message}"),
            Self::SignatureMismatch { .. } => f.write_str(
                "the service computed another signature: wrong secret access key, or the \
                 request was changed on its way",
            ),
            Self::ClockSkew {
                server: Some(server),
                local,
                ..
            } => write!(
                f,
                "the clocks differ: signed at {local}, the service's is {server}"
            ),
            Self::ClockSkew { local, message, .. } => {
                write!(f, "the clocks differ: signed at {local}: {message}")
            }
            Self::CredentialsRejected {
                expired: true,
                message,
                ..
            } => write!(f, "the credentials have expired: {message}"),
            Self::CredentialsRejected { message, .. } => {
                write!(f, "the service does not accept the credentials: {message}")
            }
            Self::UnknownRoute { .. } => f.write_str(
                "API Gateway knows no such path or method (it says: missing authentication token)",
            ),
            Self::Throttled { message, .. } => write!(f, "throttled: {message}"),
            Self::Status {
                status,
                code,
                message,
                ..
            } => {
                write!(f, "status {status}")?;
                if let Some(code) = code {
                    write!(f, " {code}")?;
                }
                if message.is_empty() {
                    Ok(())
                } else {
                    write!(f, ": {message}")
                }
            }
        }
    }
}

/// The message; with `{:#?}` the variant and its fields.
impl fmt::Debug for ClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !f.alternate() {
            return fmt::Display::fmt(self, f);
        }
        let (name, fields) = self.parts();
        let mut written = f.debug_struct(name);
        for (name, value) in fields {
            written.field(name, value);
        }
        written.finish()
    }
}

type Parts<'a> = (&'static str, Vec<(&'static str, &'a dyn fmt::Debug)>);

/// `parts!(Name a b)` is the name and the fields of a variant.
macro_rules! parts {
    ($name:ident $($field:ident)*) => {
        (stringify!($name), vec![$((stringify!($field), $field as &dyn fmt::Debug)),*])
    };
}

impl ClientError {
    #[rustfmt::skip]
    fn parts(&self) -> Parts<'_> {
        match self {
            Self::Signing(error) => parts!(Signing error),
            Self::Credentials(error) => parts!(Credentials error),
            Self::Url(error) => parts!(Url error),
            Self::MissingRegion { host, instance } => parts!(MissingRegion host instance),
            Self::MissingService { host } => parts!(MissingService host),
            Self::Endpoint(error) => parts!(Endpoint error),
            Self::PlainHttp { host } => parts!(PlainHttp host),
            Self::InvalidRequest { part } => parts!(InvalidRequest part),
            Self::RequestTooLarge { limit } => parts!(RequestTooLarge limit),
            Self::RequestBody { kind } => parts!(RequestBody kind),
            Self::RequestStream(error) => parts!(RequestStream error),
            Self::OneTimeBody { service } => parts!(OneTimeBody service),
            Self::Transport { kind, message } => parts!(Transport kind message),
            Self::ResponseTooLarge { limit } => parts!(ResponseTooLarge limit),
            Self::InvalidJson { line, column } => parts!(InvalidJson line column),
            Self::UnexpectedJson { line, column, expected } => parts!(UnexpectedJson line column expected),
            Self::InvalidUtf8 { valid_up_to } => parts!(InvalidUtf8 valid_up_to),
            Self::Redirect { status, location, region } => parts!(Redirect status location region),
            Self::WrongRegion { region, message, request_id } => parts!(WrongRegion region message request_id),
            Self::WrongService { service, message, request_id } => parts!(WrongService service message request_id),
            Self::HeadersNotSigned { headers, request_id } => parts!(HeadersNotSigned headers request_id),
            Self::SignatureLost { message, request_id } => parts!(SignatureLost message request_id),
            Self::NotAuthorized { action, resource, message, request_id } => parts!(NotAuthorized action resource message request_id),
            Self::SignatureMismatch { canonical_string, string_to_sign, request_id } => parts!(SignatureMismatch canonical_string string_to_sign request_id),
            Self::ClockSkew { server, local, message } => parts!(ClockSkew server local message),
            Self::CredentialsRejected { expired, message, request_id } => parts!(CredentialsRejected expired message request_id),
            Self::UnknownRoute { request_id } => parts!(UnknownRoute request_id),
            Self::Throttled { retry_after, message, request_id } => parts!(Throttled retry_after message request_id),
            Self::Status { status, code, request_id, message } => parts!(Status status code request_id message),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::client::error::{ClientError, TransportKind};
    use std::format;
    use std::prelude::rust_2024::*;

    /// What `main` and `unwrap` print is the message.
    #[test]
    fn debug_is_the_message() {
        let error = ClientError::Transport {
            kind: TransportKind::Connect,
            message: "no connection".into(),
        };
        assert_eq!(format!("{error:?}"), "no connection");
        let fields = "Transport {\n    kind: Connect,\n    message: \"no connection\",\n}";
        assert_eq!(format!("{error:#?}"), fields);
        let error = ClientError::from(crate::error::Error::EmptyRegion);
        assert_eq!(format!("{error:?}"), "cannot sign: the region is empty");
        assert_eq!(
            format!("{error:#?}"),
            "Signing {\n    error: EmptyRegion,\n}"
        );
    }
}

//! The headers of a signed call of `GetCallerIdentity`.

use crate::tokens::sts::FORM;
use crate::tokens::verify::identity_error::StsIdentityError;

/// What such a call may have beside the server's name: what AWS's SDKs send with it. Not
/// `x-amz-target`, by which STS might see another call, nor what a proxy could go by.
const ALLOWED: [&str; 10] = [
    "accept",
    "authorization",
    "content-length",
    "content-type",
    "host",
    "user-agent",
    "x-amz-content-sha256",
    "x-amz-date",
    "x-amz-security-token",
    "x-amz-user-agent",
];

/// How many there may be. Each is compared with those before it.
const MOST: usize = 32;

/// How long they may be together, in bytes.
const LONGEST: usize = 16_384;

/// Headers that are allowed, each once, without a byte that could end a line.
#[derive(Clone, Copy)]
pub(super) struct IdentityHeaders<'h>(&'h [(&'h str, &'h str)]);

impl<'h> IdentityHeaders<'h> {
    /// `others` are allowed, too, in any case.
    pub(super) fn read(
        headers: &'h [(&'h str, &'h str)],
        others: &[&str],
    ) -> Result<Self, StsIdentityError> {
        if headers.len() > MOST {
            return Err(StsIdentityError::TooManyHeaders {
                count: headers.len(),
                limit: MOST,
            });
        }
        let lengths = headers
            .iter()
            .map(|(name, value)| name.len().saturating_add(value.len()));
        let bytes = lengths.fold(0, usize::saturating_add);
        if bytes > LONGEST {
            return Err(StsIdentityError::TooLong {
                part: "headers",
                bytes,
                limit: LONGEST,
            });
        }
        for (index, (name, value)) in headers.iter().enumerate() {
            let mut allowed = ALLOWED.iter().chain(others);
            if !allowed.any(|allowed| allowed.eq_ignore_ascii_case(name)) {
                return Err(StsIdentityError::HeaderNotAllowed { index });
            }
            let mut before = headers.iter().take(index);
            if before.any(|(other, _)| other.eq_ignore_ascii_case(name)) {
                return Err(StsIdentityError::RepeatedHeader { index });
            }
            let wrong = |byte: u8| !matches!(byte, b' '..=b'~');
            if let Some(position) = value.bytes().position(wrong) {
                return Err(StsIdentityError::InvalidHeaderValue { index, position });
            }
        }
        Ok(Self(headers))
    }

    pub(super) fn iter(self) -> impl Iterator<Item = (&'h str, &'h str)> {
        self.0.iter().copied()
    }

    /// The value of a header, without spaces around it.
    pub(super) fn get(self, name: &str) -> Option<&'h str> {
        let mut found = self.iter().filter(|(of, _)| of.eq_ignore_ascii_case(name));
        found.next().map(|(_, value)| value.trim_matches(' '))
    }

    /// What is said of host and body is true: the call goes to where the URL says, and its body is
    /// read as the form that it is.
    pub(super) fn check(self, host: &str, body: &str) -> Result<(), StsIdentityError> {
        if self.get("host").is_some_and(|said| said != host) {
            return Err(StsIdentityError::HostDiffers);
        }
        let length = self.get("content-length");
        if length.is_some_and(|said| said.parse() != Ok(body.len()) || said.starts_with(['+', '0']))
        {
            return Err(StsIdentityError::WrongContentLength);
        }
        if self.get("content-type").is_none_or(|said| !is_form(said)) {
            return Err(StsIdentityError::WrongContentType);
        }
        Ok(())
    }
}

/// `charset=utf-8` and nothing else may follow.
fn is_form(content_type: &str) -> bool {
    let (kind, parameter) = content_type
        .split_once(';')
        .unwrap_or((content_type, "charset=utf-8"));
    kind.trim_end_matches(' ').eq_ignore_ascii_case(FORM)
        && parameter
            .trim_matches(' ')
            .eq_ignore_ascii_case("charset=utf-8")
}

//! The parts of a URL that a stranger has chosen, as far as one to STS may have them.

/// `https://host/path?query`, and where in it they are.
pub(super) struct StsUrl<'u> {
    pub(super) host: &'u str,
    pub(super) path: &'u str,
    pub(super) query: &'u str,
    /// Path and query.
    pub(super) target: &'u str,
    /// Where the query starts in the URL.
    pub(super) query_start: usize,
}

/// What such a URL must not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum UrlFault {
    /// A byte at this place that no URL has, or that servers read differently.
    Byte(usize),
    /// Not `https://` in lower case.
    Scheme,
    /// `user@`.
    User,
    /// `:443`, which would be signed by some and not by others.
    Port,
    /// `#`, at this place.
    Fragment(usize),
}

impl<'u> StsUrl<'u> {
    /// RFC 3986, 3; bytes as in 2.2 and 2.3, and the `%` of escapes. A `;` separates parameters to
    /// some servers, and a `\` a path, so that neither may be there; `[` and `]` stand around
    /// addresses only, and STS has names. A scheme in upper case would be another text for the same
    /// call.
    pub(super) fn read(url: &'u str) -> Result<Self, UrlFault> {
        let is_taken =
            |byte: u8| byte.is_ascii_alphanumeric() || b"-._~%:/?#@!$&'()*+,=".contains(&byte);
        if let Some(position) = url.bytes().position(|byte| !is_taken(byte)) {
            return Err(UrlFault::Byte(position));
        }
        let rest = url.strip_prefix("https://").ok_or(UrlFault::Scheme)?;
        if let Some(position) = url.find('#') {
            return Err(UrlFault::Fragment(position));
        }
        let (host, target) = cut_before(rest, &['/', '?']);
        if host.contains('@') {
            return Err(UrlFault::User);
        }
        if host.contains(':') {
            return Err(UrlFault::Port);
        }
        let (path, query) = cut_before(target, &['?']);
        let query = query.get(1..).unwrap_or_default();
        Ok(Self {
            host,
            path,
            query,
            target,
            query_start: url.len().saturating_sub(query.len()),
        })
    }
}

/// What is in front of the first of some characters, and the rest with it.
fn cut_before<'t>(text: &'t str, characters: &[char]) -> (&'t str, &'t str) {
    let at = text.find(characters).unwrap_or(text.len());
    text.split_at_checked(at).unwrap_or((text, ""))
}

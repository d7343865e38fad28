//! Which of curl's options have a value.

/// Options with a value, which says nothing of the request where it is not read below.
#[rustfmt::skip]
const WITH_VALUE: [&str; 60] = [
    "--output", "--write-out", "--max-time", "--connect-timeout", "--retry", "--cacert", "--capath",
    "--cert", "--key", "--proxy", "--cookie-jar", "--resolve", "--dump-header", "--limit-rate",
    "--retry-delay", "--max-redirs", "--ciphers", "--interface", "--trace", "--trace-ascii",
    "--stderr", "--proxy-user", "--config", "--continue-at", "--range", "--connect-to",
    "--unix-socket", "--oauth2-bearer", "--pass", "--proxy-pass", "--proxy-header", "--proxy-cert",
    "--proxy-key", "--tlspassword", "--tlsuser", "--login-options", "--cert-type", "--dns-servers",
    "--noproxy", "--max-filesize", "--speed-limit", "--speed-time", "--retry-max-time",
    "--keepalive-time", "--local-port", "--proto", "--proto-redir", "--proto-default", "--tls-max",
    "--curves", "--socks5", "--socks5-hostname", "--preproxy", "--pinnedpubkey", "--time-cond",
    "--netrc-file", "--rate", "--output-dir", "--doh-url", "--expect100-timeout",
];

pub(super) const LETTERS_WITH_VALUE: &[u8] = b"XHAebduTFowmExcDUKCrQtyYzP";

pub(super) fn has_value(option: &str) -> bool {
    let letter = option.as_bytes().get(1);
    let is_letter = option.len() == 2 && letter.is_some_and(|it| LETTERS_WITH_VALUE.contains(it));
    is_letter || WITH_VALUE.contains(&option)
}

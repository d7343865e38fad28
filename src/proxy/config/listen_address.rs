//! Where to listen: `8080`, `127.0.0.1:8080`, `[::1]:8080`, `unix:/run/sigv4.sock`.

use crate::proxy::settings::Listen;
use core::fmt;
use core::str::FromStr;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::prelude::rust_2024::*;

/// Why nobody can listen there.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ListenError {
    /// A port behind a colon, and nothing before it: everywhere is not meant by leaving something out.
    MissingAddress {
        /// The port.
        port: u16,
    },
    /// An address alone.
    MissingPort,
    /// None of the forms.
    Malformed,
    /// `unix:` and no path from the root.
    SocketPath,
}

impl Listen {
    /// An address and a port. A port alone and `localhost` are loopback; other names are not looked
    /// up.
    ///
    /// ```
    /// let address = sigv4::proxy::Listen::tcp("8080")?;
    /// assert_eq!(address.to_string(), "127.0.0.1:8080");
    /// # Ok::<(), sigv4::proxy::ListenError>(())
    /// ```
    ///
    /// # Errors
    /// [`ListenError`]
    pub fn tcp(text: &str) -> Result<SocketAddr, ListenError> {
        if let Ok(address) = text.parse() {
            return Ok(address);
        }
        let port = text.strip_prefix("localhost:").unwrap_or(text);
        if let Some(port) = number(port) {
            return Ok(SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
        }
        Err(match text.strip_prefix(':').and_then(number) {
            Some(port) => ListenError::MissingAddress { port },
            None if text == "localhost" || text.parse::<IpAddr>().is_ok() => {
                ListenError::MissingPort
            }
            None => ListenError::Malformed,
        })
    }
}

/// As [`Listen::tcp`], or `unix:` and the path of a socket.
impl FromStr for Listen {
    type Err = ListenError;

    fn from_str(text: &str) -> Result<Self, ListenError> {
        match text.strip_prefix("unix:") {
            Some(path) if path.starts_with('/') && !path.contains('\0') => {
                Ok(Self::Unix(path.into()))
            }
            Some(_) => Err(ListenError::SocketPath),
            None => Self::tcp(text).map(Self::Tcp),
        }
    }
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => write!(f, "{address}"),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

impl fmt::Display for ListenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingAddress { port } => write!(
                f,
                "an address is missing; 127.0.0.1:{port} is this machine alone"
            ),
            Self::MissingPort => f.write_str("a port is missing; 0 takes a free one"),
            Self::Malformed => {
                f.write_str("expected a port, localhost:PORT, IPV4:PORT or [IPV6]:PORT")
            }
            Self::SocketPath => f.write_str("expected unix: and a path that begins with /"),
        }
    }
}

impl core::error::Error for ListenError {}

/// Digits only: `+80` is no port.
fn number(text: &str) -> Option<u16> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::{Listen, ListenError};
    use std::prelude::rust_2024::*;

    #[test]
    fn addresses() {
        for (text, expected) in [
            ("8080", Ok("127.0.0.1:8080")),
            ("0", Ok("127.0.0.1:0")),
            ("localhost:80", Ok("127.0.0.1:80")),
            ("0.0.0.0:80", Ok("0.0.0.0:80")),
            ("[::1]:80", Ok("[::1]:80")),
            ("unix:/run/sigv4.sock", Ok("unix:/run/sigv4.sock")),
            (":80", Err(ListenError::MissingAddress { port: 80 })),
            ("localhost", Err(ListenError::MissingPort)),
            ("127.0.0.1", Err(ListenError::MissingPort)),
            ("::1", Err(ListenError::MissingPort)),
            ("", Err(ListenError::Malformed)),
            ("+80", Err(ListenError::Malformed)),
            ("65536", Err(ListenError::Malformed)),
            ("example.com:80", Err(ListenError::Malformed)),
            ("unix:", Err(ListenError::SocketPath)),
            ("unix:run/a", Err(ListenError::SocketPath)),
            ("unix:/a\0b", Err(ListenError::SocketPath)),
        ] {
            let found = text.parse::<Listen>();
            let found = found.map(|listen| listen.to_string());
            assert_eq!(found.as_deref(), expected.as_deref(), "{text:?}");
        }
    }
}

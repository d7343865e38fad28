//! A file, or options, as a whole.

use super::callers::{allowed_to_callers, callers};
use super::config_error::ConfigError;
use super::config_fault::ConfigFault;
use super::destination::missing;
use super::document::{Document, Text};
use super::key_sources::KeySources;
use super::limit_values::limits;
use super::named_file::words;
use super::options::Options;
use super::route_table::{beside, route};
use super::setting_name::named;
use super::written::{At, Written, Wrong};
use crate::proxy::settings::{Listen, Settings, TlsFiles};
use crate::sources::profile::location::read_within;
use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::prelude::rust_2024::*;
use std::sync::Arc;
use std::vec;

/// Larger than any list of routes.
const MOST: u64 = 1 << 20;

/// Where a proxy listens that was not told where.
const USUAL: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8_080);

/// What a file, or options, say of a proxy.
///
/// ```
/// use sigv4::proxy::{Config, KeySources};
///
/// let config = Config::from_toml(
///     r#"
///     listen = "127.0.0.1:0"
///
///     [[route]]
///     prefix = "/search"
///     strip_prefix = true
///     upstream = "https://search-logs-abc123.eu-west-1.es.amazonaws.com"
///     "#,
/// )?;
/// let settings = config.settings(&mut KeySources::from_env())?;
/// let scope = settings.routes[0].scope.as_ref().unwrap();
/// assert_eq!((&*scope.service, &*scope.region), ("es", "eu-west-1"));
/// # Ok::<(), sigv4::proxy::ConfigError>(())
/// ```
#[derive(Clone)]
pub struct Config {
    document: Document,
    origin: Origin,
}

/// Where a configuration is from.
#[derive(Clone)]
enum Origin {
    Options,
    Text {
        file: Option<PathBuf>,
        /// Where lines begin, in bytes, and the text for the columns.
        text: String,
    },
}

impl core::fmt::Debug for Config {
    /// Without what it says: headers that are set can be secrets.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let file = match &self.origin {
            Origin::Text { file, .. } => file.as_deref(),
            Origin::Options => None,
        };
        (f.debug_struct("Config").field("file", &file)).finish_non_exhaustive()
    }
}

impl Config {
    /// Reads a file of TOML. The files that it names are found from its folder.
    ///
    /// # Errors
    /// [`ConfigError`], for what is no TOML and what means nothing here; what values mean is looked
    /// at by [`settings`](Self::settings).
    pub fn read(file: impl Into<PathBuf>) -> Result<Self, ConfigError> {
        let file = file.into();
        let fault = match read_within(&file, MOST) {
            Ok(Some(bytes)) => match core::str::from_utf8(&bytes) {
                Ok(text) => return Self::from_text(text, Some(file)),
                Err(error) => ConfigFault::NotUtf8 {
                    position: error.valid_up_to(),
                },
            },
            Ok(None) => ConfigFault::TooLarge { limit: MOST },
            Err(error) => ConfigFault::Unreadable {
                problem: words(&error),
            },
        };
        Err(ConfigError {
            file: Some(file),
            line: None,
            column: None,
            setting: String::new(),
            fault: fault.into(),
            of_options: false,
        })
    }

    /// Reads a text of TOML. The files that it names are found from the working folder.
    ///
    /// # Errors
    /// As [`read`](Self::read)
    pub fn from_toml(text: &str) -> Result<Self, ConfigError> {
        Self::from_text(text, None)
    }

    /// A proxy with one route.
    #[must_use]
    pub fn from_options(options: Options) -> Self {
        Self {
            document: options.into_document(),
            origin: Origin::Options,
        }
    }

    /// What options say beside a file counts more than the file.
    #[must_use]
    pub fn with_listen(mut self, listen: Option<String>) -> Self {
        if let Some(listen) = listen {
            self.document.listen = Some(beside_file(listen));
        }
        self
    }

    /// As [`with_listen`](Self::with_listen), for the second port.
    #[must_use]
    pub fn with_admin(mut self, admin: Option<String>) -> Self {
        if let Some(admin) = admin {
            self.document.admin = Some(beside_file(admin));
        }
        self
    }

    /// As [`with_listen`](Self::with_listen): addresses that other machines can reach are allowed.
    #[must_use]
    pub fn beyond_loopback(mut self) -> Self {
        self.document.beyond_loopback = true;
        self
    }

    fn from_text(text: &str, file: Option<PathBuf>) -> Result<Self, ConfigError> {
        let origin = Origin::Text {
            file,
            text: text.into(),
        };
        match toml::from_str(text) {
            Ok(document) => Ok(Self { document, origin }),
            Err(error) => Err(origin.place(Wrong {
                at: error.span().map_or(At::Nowhere, At::Bytes),
                setting: "",
                fault: ConfigFault::Toml {
                    message: without_value(error.message()),
                },
            })),
        }
    }

    /// Checks all of it, reads the files that it names, and finds what is to be signed for. Sources of
    /// credentials are checked as far as that takes no request, and kept in `keys`.
    ///
    /// # Errors
    /// [`ConfigError`]
    pub fn settings(&self, keys: &mut KeySources) -> Result<Settings, ConfigError> {
        self.checked(keys).map_err(|wrong| self.origin.place(wrong))
    }

    /// The files that the settings depend on, this one too: when one changes, they may be others. Those
    /// of TLS for callers are not among them.
    #[must_use]
    pub fn files(&self) -> Vec<PathBuf> {
        let folder = self.origin.folder();
        let document = &self.document;
        let resign = document.resign.as_ref();
        let principals = resign.and_then(|resign| resign.value.principals.as_ref());
        let roots = document.route.iter();
        let roots = roots.filter_map(|route| route.value.ca_file.as_ref());
        let named = document.require_token.iter().chain(principals).chain(roots);
        let named = named.map(|file| folder.join(&file.value));
        let own = match &self.origin {
            Origin::Text { file, .. } => file.clone(),
            Origin::Options => None,
        };
        own.into_iter().chain(named).collect()
    }

    fn checked(&self, keys: &mut KeySources) -> Result<Settings, Wrong> {
        let document = &self.document;
        let folder = self.origin.folder();
        let listen = match &document.listen {
            None => Listen::Tcp(USUAL),
            Some(text) => text
                .value
                .parse()
                .map_err(|error| text.wrong("listen", ConfigFault::Listen(error)))?,
        };
        let admin = match &document.admin {
            None => None,
            Some(text) => Some(
                Listen::tcp(&text.value)
                    .map_err(|error| text.wrong("admin", ConfigFault::Listen(error)))?,
            ),
        };
        if let Listen::Tcp(address) = listen {
            self.within_reach(address, document.listen.as_ref(), "listen")?;
        }
        if let (Some(address), Some(text)) = (admin, &document.admin) {
            self.within_reach(address, Some(text), "admin")?;
            if listen == Listen::Tcp(address) && address.port() != 0 {
                let other = "listen";
                let why = "both would listen there";
                return Err(text.wrong("admin", ConfigFault::Beside { other, why }));
            }
        }
        let resigns = document.resign.is_some();
        let limits = limits(&document.limits, resigns, folder)?;
        let tls = self.tls(folder)?;
        let callers = callers(document, folder)?;
        let of_callers = allowed_to_callers(document.resign.as_ref())?;
        if document.route.is_empty() {
            let why = "a [[route]] with an upstream, at least one";
            return Err(missing("route", why));
        }
        let mut routes = vec![];
        for written in &document.route {
            let made = route(&written.value, &of_callers, &limits, resigns, keys, folder);
            let made = made.map_err(|wrong| {
                // What is missing is missing in its table.
                match wrong.at {
                    At::Nowhere => Wrong {
                        at: written.at.clone(),
                        ..wrong
                    },
                    At::Bytes(_) | At::BesideFile => wrong,
                }
            })?;
            let earlier: Vec<_> = routes
                .iter()
                .zip(&document.route)
                .map(|(route, written): (&Arc<_>, _)| (&**route, self.origin.line(&written.at)))
                .collect();
            beside(&earlier, &made, written)?;
            routes.push(Arc::new(made));
        }
        let named = document
            .route
            .iter()
            .map(|route| route.value.profile.as_ref());
        let used: BTreeSet<_> = named
            .map(|profile| profile.map(|profile| profile.value.clone()))
            .collect();
        keys.keep(&used);
        Ok(Settings {
            listen,
            beyond_loopback: document.beyond_loopback,
            tls,
            admin,
            inspect: None,
            callers,
            routes,
            limits,
        })
    }

    fn within_reach(
        &self,
        address: SocketAddr,
        written: Option<&Text>,
        setting: &'static str,
    ) -> Result<(), Wrong> {
        let is_here = address.ip().to_canonical().is_loopback();
        match written {
            Some(text) if !is_here && !self.document.beyond_loopback => {
                Err(text.wrong(setting, ConfigFault::BeyondLoopback { address }))
            }
            _ => Ok(()),
        }
    }

    fn tls(&self, folder: &Path) -> Result<Option<TlsFiles>, Wrong> {
        let Some(table) = &self.document.tls else {
            return Ok(None);
        };
        let why = "a certificate and its key go together";
        match (&table.value.certificate, &table.value.key) {
            (Some(certificate), Some(key)) => Ok(Some(TlsFiles {
                certificate: folder.join(&certificate.value),
                key: folder.join(&key.value),
            })),
            (None, _) => Err(table.wrong("", missing("tls.certificate", why).fault)),
            (_, None) => Err(table.wrong("", missing("tls.key", why).fault)),
        }
    }
}

impl Origin {
    fn folder(&self) -> &Path {
        match self {
            Self::Text {
                file: Some(file), ..
            } => file.parent().unwrap_or(Path::new("")),
            _ => Path::new(""),
        }
    }

    fn place(&self, wrong: Wrong) -> ConfigError {
        let of_options = matches!(self, Self::Options) || wrong.at == At::BesideFile;
        let (line, column) = self.line_and_column(&wrong.at).unzip();
        ConfigError {
            file: match self {
                Self::Text { file, .. } if !of_options => file.clone(),
                _ => None,
            },
            line,
            column,
            setting: match wrong.setting {
                "" => String::new(),
                setting => named(setting, of_options),
            },
            fault: wrong.fault.into(),
            of_options,
        }
    }

    fn line(&self, at: &At) -> Option<usize> {
        self.line_and_column(at).map(|(line, _)| line)
    }

    /// Both counted from one; the column in characters.
    fn line_and_column(&self, at: &At) -> Option<(usize, usize)> {
        let (Self::Text { text, .. }, At::Bytes(bytes)) = (self, at) else {
            return None;
        };
        let before = text.get(..bytes.start)?;
        let line = before.matches('\n').count().saturating_add(1);
        let last = before.rsplit('\n').next().unwrap_or_default();
        Some((line, last.chars().count().saturating_add(1)))
    }
}

fn beside_file(value: String) -> Text {
    let at = At::BesideFile;
    Written { value, at }
}

/// TOML's words for a value of another type have the value in them, which can be a secret in the
/// wrong place; and they are serde's, which no file has heard of.
fn without_value(message: &str) -> String {
    let message = message.lines().collect::<Vec<_>>().join("; ");
    let kinds = ["invalid type: ", "invalid value: "];
    let rest = kinds.iter().find_map(|kind| message.strip_prefix(kind));
    let Some((found, expected)) = rest.and_then(|rest| rest.rsplit_once(", expected ")) else {
        return message;
    };
    let found = match found.split(['`', '"']).next().unwrap_or_default().trim() {
        "map" => "table",
        "sequence" => "list",
        found => found,
    };
    let expected = match expected {
        "a sequence" => "a list",
        expected if expected.starts_with("struct ") => "a table",
        expected => expected,
    };
    std::format!("expected {expected}, not this {found}")
}

//! The headers of a request: from the URL, given with -H, or going with a body.

use crate::failure::Failure;
use crate::url::Url;
use sigv4::stream::is_checksum_header;
use std::collections::BTreeSet;

/// Names and values of headers, `host` first.
pub(crate) type Fields = Vec<(String, String)>;

/// What `-H` gives.
pub(crate) struct Headers {
    pub fields: Fields,
    /// In lower case, those that are left out included.
    named: BTreeSet<String>,
}

impl Headers {
    /// `host` from the URL, then what is given, as curl reads it: `Name: value`, `Name;` for an
    /// empty value, `Name:` to leave out what would be sent.
    pub(crate) fn parse(url: &Url, given: &[String]) -> Result<Self, Failure> {
        let mut headers = Self {
            fields: vec![("host".to_owned(), url.authority())],
            named: BTreeSet::new(),
        };
        for text in given {
            headers.add(text)?;
        }
        Ok(headers)
    }

    fn add(&mut self, text: &str) -> Result<(), Failure> {
        let text = unfolded(text)?;
        let (name, value) = match (text.split_once(':'), text.strip_suffix(';')) {
            (Some((name, value)), _) => (name, Some(value.trim()).filter(|v| !v.is_empty())),
            (None, Some(name)) => (name, Some("")),
            (None, None) => {
                return Err(Failure::usage("-H: a header is written 'Name: value'"));
            }
        };
        check(name, value.unwrap_or_default())?;
        let lower = name.to_ascii_lowercase();
        let always_sent = ["host", "content-length"].contains(&lower.as_str());
        let repeated = self.named.contains(&lower);
        match value {
            None if always_sent => {
                return Err(Failure::usage(format_args!(
                    "-H: {lower} cannot be left out: it is sent"
                )));
            }
            Some(_) if always_sent && repeated => {
                return Err(Failure::usage(format_args!(
                    "-H: {lower} more than once: one is sent"
                )));
            }
            Some(value) if lower == "host" => {
                self.fields.retain(|(name, _)| name != "host");
                self.fields.insert(0, (lower.clone(), value.to_owned()));
            }
            Some(value) => self.fields.push((name.to_owned(), value.to_owned())),
            None => {}
        }
        self.named.insert(lower);
        Ok(())
    }

    /// Whether a header is given or left out, so that nothing adds it.
    pub(crate) fn is_named(&self, name: &str) -> bool {
        self.named.contains(name)
    }

    /// Adds those that go with the body, unless they are named, and says which they are.
    pub(crate) fn default(&mut self, defaults: &[(&'static str, &str)]) -> Vec<&'static str> {
        let mut defaulted = Vec::new();
        for (name, value) in defaults {
            if !self.is_named(name) {
                self.fields.push(((*name).to_owned(), (*value).to_owned()));
                defaulted.push(*name);
            }
        }
        defaulted
    }

    /// The name of a checksum of S3's that is given.
    pub(crate) fn checksum(&self) -> Option<&str> {
        let mut names = self.fields.iter().map(|(name, _)| name.as_str());
        names.find(|name| is_checksum_header(name))
    }

    /// Adds one that a body in chunks needs. Another encoding, which is given, was there first.
    pub(crate) fn add_to_chunks(&mut self, name: &str, value: &str) -> Result<(), Failure> {
        let given = self.fields.iter_mut();
        let mut given = given.filter(|(given, _)| given.eq_ignore_ascii_case(name));
        match (given.next(), given.next()) {
            (None, _) if !self.named.contains(name) => {
                self.fields.push((name.to_owned(), value.to_owned()));
                Ok(())
            }
            (Some((_, before)), None)
                if name == "content-encoding"
                    && !before.is_empty()
                    && !before.to_ascii_lowercase().contains(value) =>
            {
                *before = format!("{before},{value}");
                Ok(())
            }
            _ => Err(Failure::usage(format_args!(
                "-H: {name} is what --chunked writes: leave it out"
            ))),
        }
    }

    /// A length that is given is that of the data; sent is that of the body.
    pub(crate) fn restate_length(&mut self, length: u64) {
        for (name, value) in &mut self.fields {
            if name.eq_ignore_ascii_case("content-length") {
                *value = length.to_string();
            }
        }
    }
}

/// The value of the first header of a name.
pub(crate) fn value<'a>(fields: &'a Fields, wanted: &str) -> Option<&'a str> {
    let mut fields = fields.iter();
    let found = fields.find(|(name, _)| name.eq_ignore_ascii_case(wanted))?;
    Some(&found.1)
}

/// A length that is stated is the one that is sent (RFC 9112, 6.2): signed or not, any other
/// would be refused, or worse.
pub(crate) fn check_length(fields: &Fields, length: u64) -> Result<(), Failure> {
    let Some(stated) = value(fields, "content-length") else {
        return Ok(());
    };
    if stated == length.to_string() {
        return Ok(());
    }
    Err(Failure::usage(format_args!(
        "-H: content-length is {stated}, but the body has {length} bytes"
    )))
}

/// Signed or not, it goes on the wire, or into a command line.
fn check(name: &str, value: &str) -> Result<(), Failure> {
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if name.is_empty() || !name.bytes().all(token) {
        return Err(Failure::usage("-H: the name of a header is no HTTP token"));
    }
    if value.chars().any(|char| char.is_control() && char != '\t') {
        return Err(Failure::usage(format_args!(
            "-H: control character in the value of {name}"
        )));
    }
    Ok(())
}

/// A value that goes on over several lines is the one with a space for each line break
/// (RFC 9112, 5.2). Any other line break would start a new header.
fn unfolded(header: &str) -> Result<String, Failure> {
    let header = header.replace("\r\n", "\n");
    let header = header.replace("\n ", "  ").replace("\n\t", "  ");
    if header.contains(['\r', '\n', '\0']) {
        return Err(Failure::usage("-H: line break or NUL in a header"));
    }
    Ok(header)
}

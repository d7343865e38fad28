//! The options that give a body, as curl reads them: `-d`, `--data-urlencode`, `--json`, `-T`,
//! and `-G`, which makes a query of it.
//! [curl's manual](https://curl.se/docs/manpage.html)

use crate::body::{Body, read_named};
use crate::failure::Failure;
use crate::header_arguments::Headers;
use crate::sent_in_chunks::{Chunks, Kind, To, Upload};
use crate::url::Url;
use clap::{Arg, ArgAction, ArgMatches, Command, FromArgMatches, ValueHint};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use sigv4::stream::ChecksumAlgorithm;
use std::path::Path;

#[derive(clap::Args)]
pub(crate) struct BodyArguments {
    #[command(flatten)]
    data: Data,
    /// A JSON body, with the headers that go with it
    #[arg(
        long,
        value_name = "DATA|@FILE|@-",
        allow_hyphen_values = true,
        conflicts_with_all = ["data", "data_raw", "data_urlencode"]
    )]
    json: Option<String>,
    /// Send a file, with PUT; behind a URL that ends in '/', its name is added
    #[arg(
        short = 'T',
        long = "upload-file",
        value_name = "FILE|-",
        value_hint = ValueHint::FilePath,
        conflicts_with_all = ["data", "data_raw", "data_urlencode", "json"]
    )]
    upload: Option<String>,
    /// Put the data into the query, and send no body
    #[arg(short = 'G', long, conflicts_with_all = ["json", "upload"])]
    get: bool,
}

/// A body, and how it was given.
pub(crate) struct Given {
    pub body: Body,
    pub source: Source,
}

/// How curl could be given the same body.
pub(crate) enum Source {
    None,
    Text(String),
    /// A file, or `-`.
    File(String),
    /// A pipe that was read, or bytes that are no text.
    Nowhere,
}

impl BodyArguments {
    pub(crate) fn kind(&self) -> Kind {
        if self.json.is_some() {
            Kind::Json
        } else if self.upload.is_some() {
            Kind::Upload
        } else if self.get || self.data.0.is_empty() {
            Kind::None
        } else {
            Kind::Form
        }
    }

    /// What belongs into the URL: the data of `-G`, the file's name of `-T`.
    pub(crate) fn complete(&self, url: &mut Url) -> Result<(), Failure> {
        if self.get && !self.data.0.is_empty() {
            let query = String::from_utf8(self.data.joined()?)
                .map_err(|_| Failure::usage("-G: the data are no UTF-8"))?;
            let sign = if url.target.contains('?') { '&' } else { '?' };
            // A raw '#' would end the query.
            let query = query.trim_end_matches(['\r', '\n']).replace('#', "%23");
            url.target = format!("{}{sign}{query}", url.target);
        }
        if let Some(name) = self.upload.as_deref().filter(|name| *name != "-") {
            let (path, query) = match url.target.split_once('?') {
                Some((path, query)) => (path, Some(query)),
                None => (url.target.as_str(), None),
            };
            if path.ends_with('/') {
                let name = Path::new(name).file_name().and_then(|name| name.to_str());
                let name = name.ok_or_else(|| Failure::usage("-T: no name of a file"))?;
                let query = query.map_or_else(String::new, |query| format!("?{query}"));
                url.target = format!("{path}{}{query}", encoded(name.as_bytes()));
            }
        }
        Ok(())
    }

    /// The body, and the headers that go with it for the sake of how it is sent.
    pub(crate) fn given(
        &self,
        upload: Upload,
        to: &To<'_>,
        headers: &mut Headers,
    ) -> Result<Given, Failure> {
        upload.check(to, headers, self.kind())?;
        if let Some(name) = self.upload.as_deref().filter(|_| upload.chunked) {
            return Ok(Given {
                body: Body::Chunks(Chunks::open(name, upload, to, headers)?),
                source: Source::Nowhere,
            });
        }
        let given = self.read(upload.checksum)?;
        let algorithm = upload.checksum;
        let value = algorithm.and_then(|algorithm| given.body.checksum(algorithm));
        if let (Some(algorithm), Some(value)) = (algorithm, value) {
            headers.fields.push((algorithm.header().to_owned(), value));
        }
        Ok(given)
    }

    /// Of a file, with this checksum.
    fn read(&self, checksum: Option<ChecksumAlgorithm>) -> Result<Given, Failure> {
        let kind = self.kind();
        let (body, source) = match (kind, self.data.0.as_slice()) {
            (Kind::None, _) => (Body::None, Source::None),
            (Kind::Json, _) => one(self.json.as_deref().unwrap_or_default(), checksum)?,
            (Kind::Upload, _) => file(self.upload.as_deref().unwrap_or_default(), checksum)?,
            (Kind::Form, [(Spelling::Plain, data)]) => one(data, checksum)?,
            (Kind::Form, _) => {
                let bytes = self.data.joined()?;
                // A NUL has no place in a command line.
                let text = String::from_utf8(bytes.clone()).ok();
                let text = text.filter(|text| !text.contains('\0'));
                (
                    Body::Bytes(bytes),
                    text.map_or(Source::Nowhere, Source::Text),
                )
            }
        };
        Ok(Given { body, source })
    }
}

/// `@file`, `@-` for stdin, else the text itself.
fn one(data: &str, checksum: Option<ChecksumAlgorithm>) -> Result<(Body, Source), Failure> {
    match data.strip_prefix('@') {
        Some(name) => file(name, checksum),
        None => Ok((
            Body::Bytes(data.as_bytes().to_vec()),
            Source::Text(data.to_owned()),
        )),
    }
}

fn file(name: &str, checksum: Option<ChecksumAlgorithm>) -> Result<(Body, Source), Failure> {
    let body = Body::read(name, checksum)?;
    let source = match &body {
        Body::Bytes(_) if name != "-" => Source::Nowhere,
        _ => Source::File(name.to_owned()),
    };
    Ok((body, source))
}

/// How a piece of data is written.
#[derive(Clone, Copy)]
enum Spelling {
    /// A text, or `@file`.
    Plain,
    /// A text, whatever it starts with.
    Raw,
    /// `text`, `=text`, `name=text`, `@file`, `name@file`: what is no name is escaped.
    UrlEncode,
}

/// Pieces of data in the order in which they were given.
#[derive(Clone)]
struct Data(Vec<(Spelling, String)>);

struct Spelled {
    id: &'static str,
    spelling: Spelling,
    long: &'static str,
    value_name: &'static str,
    help: &'static str,
}

const SPELLINGS: [Spelled; 3] = [
    Spelled {
        id: "data",
        spelling: Spelling::Plain,
        long: "data",
        value_name: "DATA|@FILE|@-",
        help: "The body: a text, @FILE, or @- for stdin; several are joined by '&'",
    },
    Spelled {
        id: "data_raw",
        spelling: Spelling::Raw,
        long: "data-raw",
        value_name: "DATA",
        help: "The same, but '@' has no meaning",
    },
    Spelled {
        id: "data_urlencode",
        spelling: Spelling::UrlEncode,
        long: "data-urlencode",
        value_name: "NAME=TEXT|NAME@FILE",
        help: "The same, with the text escaped for a form",
    },
];

impl clap::Args for Data {
    fn augment_args(command: Command) -> Command {
        SPELLINGS.iter().fold(command, |command, spelled| {
            let arg = Arg::new(spelled.id)
                .long(spelled.long)
                .value_name(spelled.value_name)
                .help(spelled.help)
                .action(ArgAction::Append)
                .allow_hyphen_values(true);
            command.arg(match spelled.spelling {
                Spelling::Plain => arg.short('d').alias("data-binary").alias("data-ascii"),
                _ => arg,
            })
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Data {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut all: Vec<(usize, Spelling, String)> = Vec::new();
        for spelled in &SPELLINGS {
            let values = matches.get_many::<String>(spelled.id).into_iter().flatten();
            let places = matches.indices_of(spelled.id).into_iter().flatten();
            let found = places.zip(values.cloned());
            all.extend(found.map(|(place, value)| (place, spelled.spelling, value)));
        }
        all.sort_by_key(|(place, ..)| *place);
        let pieces = all.into_iter().map(|(_, spelling, text)| (spelling, text));
        Ok(Self(pieces.collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Data {
    fn joined(&self) -> Result<Vec<u8>, Failure> {
        let mut joined = Vec::new();
        for (number, (spelling, text)) in self.0.iter().enumerate() {
            if number > 0 {
                joined.push(b'&');
            }
            match (spelling, text.strip_prefix('@')) {
                (Spelling::Plain, Some(name)) => joined.extend(read_named(name)?),
                (Spelling::Plain | Spelling::Raw, _) => joined.extend_from_slice(text.as_bytes()),
                (Spelling::UrlEncode, _) => joined.extend_from_slice(url_encoded(text)?.as_bytes()),
            }
        }
        Ok(joined)
    }
}

/// The first '=' counts, and where there is none, the first '@'.
fn url_encoded(text: &str) -> Result<String, Failure> {
    let (name, value) = match (text.split_once('='), text.split_once('@')) {
        (Some((name, value)), _) => (name, encoded(value.as_bytes())),
        (None, Some((name, file))) => (name, encoded(&read_named(file)?)),
        (None, None) => ("", encoded(text.as_bytes())),
    };
    Ok(match name {
        "" => value,
        _ => format!("{name}={value}"),
    })
}

/// All but the unreserved characters (RFC 3986, 2.3); a space is `%20`, which forms and
/// queries read alike.
fn encoded(bytes: &[u8]) -> String {
    const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
        .remove(b'-')
        .remove(b'.')
        .remove(b'_')
        .remove(b'~');
    percent_encode(bytes, ESCAPED).to_string()
}

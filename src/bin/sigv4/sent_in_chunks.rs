//! Bodies that are read once, while they are sent: in chunks, as S3 takes them.
//! [Chunked upload](https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html)

use crate::failure::Failure;
use crate::header_arguments::{Headers, value};
use crate::input::{OfFile, about, open, unread};
use crate::progress::Progress;
use crate::url::Url;
use sigv4::stream::{
    ChecksumAlgorithm, ChunkSigner, ChunkedBody, DEFAULT_CHUNK_SIZE, EncodingReader, StreamError,
    is_upload,
};
use sigv4::{Algorithm, Profile, Streaming, StreamingPayload};
use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::Path;

/// What kind of body a request has.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    None,
    Form,
    Json,
    Upload,
}

/// What `--chunked` and `--checksum` ask for.
#[derive(Clone, Copy, Default)]
pub(crate) struct Upload {
    pub chunked: bool,
    pub checksum: Option<ChecksumAlgorithm>,
}

/// What an upload depends on.
pub(crate) struct To<'a> {
    pub method: &'a str,
    pub url: &'a Url,
    pub service: &'a str,
    pub profile: Profile,
}

impl Upload {
    /// Whether the service takes what is asked for, and nobody gave a header that says it
    /// already.
    pub(crate) fn check(&self, to: &To<'_>, headers: &Headers, kind: Kind) -> Result<(), Failure> {
        let option = match (self.chunked, self.checksum) {
            (true, _) => "--chunked",
            (_, Some(_)) => "--checksum",
            _ => return Ok(()),
        };
        if to.profile.streaming_payload != StreamingPayload::Chunked {
            return Err(Failure::usage(format_args!(
                "{option}: {} does not take it; S3 and what is like it does (--service s3)",
                to.service
            )));
        }
        if kind == Kind::None {
            return Err(Failure::usage(format_args!("{option}: there is no body")));
        }
        if self.chunked && kind != Kind::Upload {
            return Err(Failure::usage("--chunked: it is for the file of -T"));
        }
        if self.checksum.is_some()
            && let Some(name) = headers.checksum()
        {
            return Err(Failure::usage(format_args!(
                "-H: {name} is given, and --checksum computes one: leave out either"
            )));
        }
        // Only PutObject and UploadPart take a streaming marker.
        if self.chunked && to.method != "PUT" {
            return Err(Failure::usage(format_args!(
                "--chunked: S3 takes chunks with PUT alone, not with {}",
                to.method
            )));
        }
        if self.chunked && !is_upload(to.method, &to.url.target) {
            return Err(Failure::usage(
                "--chunked: S3 takes chunks of an object, or of a part of one, alone: the URL has \
                 no path of an object, or a query that asks for something else",
            ));
        }
        Ok(())
    }

    /// A checksum of its own only where nothing else vouches for the body: chunks are signed
    /// over plain http, and over https they are not.
    fn trailer(&self, to: &To<'_>, headers: &Headers) -> Option<ChecksumAlgorithm> {
        // What current SDKs send unless told otherwise.
        let default = Some(ChecksumAlgorithm::Crc32);
        let needs_one = to.url.https && headers.checksum().is_none();
        self.checksum.or(default.filter(|_| needs_one))
    }
}

/// A body that is read while it is sent.
pub(crate) struct Chunks {
    name: String,
    source: Source,
    decoded_length: u64,
    payload: Streaming,
    checksum: Option<ChecksumAlgorithm>,
    /// What goes on the wire, in bytes.
    pub encoded_length: u64,
}

enum Source {
    File(File),
    Stdin,
}

impl Chunks {
    /// Of a file, or of stdin where the name is `-`. The headers get what such a body needs.
    pub(crate) fn open(
        name: &str,
        upload: Upload,
        to: &To<'_>,
        headers: &mut Headers,
    ) -> Result<Self, Failure> {
        let stated = value(&headers.fields, "content-length");
        let (source, known) = Source::open(name, stated.is_some())?;
        let decoded_length = length(name, known, stated)?;
        let checksum = upload.trailer(to, headers);
        let payload = match (checksum, to.url.https) {
            (Some(_), true) => Streaming::UnsignedTrailer,
            (Some(_), false) => Streaming::SignedTrailer,
            (None, _) => Streaming::Signed,
        };
        let mut chunks = Self {
            name: shown(name).to_owned(),
            source,
            decoded_length,
            payload,
            checksum,
            encoded_length: 0,
        };
        let body = chunks.body();
        let trailer = checksum.map_or(0, ChecksumAlgorithm::encoded_length);
        chunks.encoded_length = encoded_length(&body, to.profile.algorithm, trailer)?;
        for (name, value) in body.headers().iter() {
            headers.add_to_chunks(name, &String::from_utf8_lossy(value))?;
        }
        headers.restate_length(chunks.encoded_length);
        Ok(chunks)
    }

    pub(crate) fn payload(&self) -> Streaming {
        self.payload
    }

    fn body(&self) -> ChunkedBody<'static> {
        let trailer = self.checksum.map_or("", ChecksumAlgorithm::header);
        ChunkedBody::new(self.payload, self.decoded_length).with_trailers(trailer)
    }

    /// The encoded body, once.
    pub(crate) fn reader(
        &self,
        signer: ChunkSigner,
        silent: bool,
    ) -> Result<Box<dyn Read>, Failure> {
        let source: Box<dyn Read> = match &self.source {
            Source::File(file) => match file.try_clone() {
                Ok(file) => Box::new(file),
                Err(error) => return Err(about(Path::new(&self.name), &error)),
            },
            Source::Stdin => Box::new(io::stdin()),
        };
        let shown = Some(self.decoded_length).filter(|_| !silent);
        let source = Progress::new(OfFile(source), shown, "sent");
        let reader = EncodingReader::new(source, &self.body(), DEFAULT_CHUNK_SIZE, signer);
        Ok(Box::new(reader.map_err(Failure::usage)?))
    }

    /// What an error of such a reader says, if it is one.
    pub(crate) fn problem(&self, error: &io::Error) -> Option<Failure> {
        let name = &self.name;
        if let Some(text) = unread(error) {
            return Some(Failure::failed(format_args!(
                "{name}: {text}; nothing was stored"
            )));
        }
        let text = match error.get_ref()?.downcast_ref::<StreamError>()? {
            StreamError::DataMissing { length, expected } => {
                format!("{name}: {length} bytes, and not the {expected} that were announced")
            }
            StreamError::TooMuchData { limit } => {
                format!("{name}: more than the {limit} bytes that were announced")
            }
            error => format!("{name}: {error}"),
        };
        Some(Failure::failed(format_args!("{text}; nothing was stored")))
    }
}

impl Source {
    /// With the length, where the system knows it: not that of a pipe.
    fn open(name: &str, length_is_stated: bool) -> Result<(Self, Option<u64>), Failure> {
        let path = Path::new(name);
        // Who opens a pipe waits until there is something in it.
        let has_no_length = |metadata: Metadata| !metadata.is_file() && !metadata.is_dir();
        if !length_is_stated && path.metadata().is_ok_and(has_no_length) {
            return Err(unknown_length(name));
        }
        let file = match name {
            "-" => match stdin() {
                Some(file) => file,
                None => return Ok((Self::Stdin, None)),
            },
            _ => open(path).map_err(|error| about(path, &error))?,
        };
        let length = rest(&file).map_err(|error| about(path, &error))?;
        Ok((Self::File(file), length))
    }
}

/// Stdin as a file, which may have been read from already.
#[cfg(unix)]
fn stdin() -> Option<File> {
    use std::os::fd::AsFd;
    let owned = io::stdin().as_fd().try_clone_to_owned();
    owned.ok().map(File::from)
}

#[cfg(not(unix))]
fn stdin() -> Option<File> {
    None
}

/// How much of a file is to be read yet.
fn rest(mut file: &File) -> io::Result<Option<u64>> {
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Ok(None);
    }
    let place = io::Seek::stream_position(&mut file)?;
    Ok(Some(metadata.len().saturating_sub(place)))
}

fn length(name: &str, known: Option<u64>, stated: Option<&str>) -> Result<u64, Failure> {
    match (known, stated) {
        // Files of procfs say so, whatever is in them.
        (None | Some(0), Some(stated)) => Some(stated)
            .filter(|stated| stated.bytes().all(|byte| byte.is_ascii_digit()))
            .and_then(|stated| stated.parse().ok())
            .ok_or_else(|| Failure::usage("-H: content-length is no number of bytes")),
        (Some(known), Some(stated)) if stated != known.to_string() => Err(Failure::usage(
            format_args!("-H: content-length is {stated}, but the body has {known} bytes"),
        )),
        (Some(known), _) => Ok(known),
        (None, None) => Err(unknown_length(name)),
    }
}

/// It is signed with the head, and so has to be known before the first byte is sent.
fn unknown_length(name: &str) -> Failure {
    Failure::usage(format_args!(
        "--chunked: the length of {} is not known beforehand: say it with \
         -H 'Content-Length: BYTES', or give a file",
        shown(name)
    ))
}

fn shown(name: &str) -> &str {
    if name == "-" { "stdin" } else { name }
}

fn encoded_length(
    body: &ChunkedBody<'_>,
    algorithm: Algorithm,
    trailer: usize,
) -> Result<u64, Failure> {
    let length = body.encoded_length(algorithm, DEFAULT_CHUNK_SIZE, trailer);
    length.ok_or_else(|| Failure::usage("--chunked: the body is too long for any length"))
}

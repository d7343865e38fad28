//! Bodies: given, from a file, from stdin.

use crate::failure::{Failure, words};
use crate::input::{OfFile, about, open};
use crate::sent_in_chunks::Chunks;
use sigv4::stream::{Checksum, ChecksumAlgorithm};
use sigv4::{Hasher, Payload};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// How much of a file is in memory at a time.
pub(crate) const PIECE: usize = 64 * 1024;

/// What is sent with the request.
pub(crate) enum Body {
    None,
    Bytes(Vec<u8>),
    File(FileBody),
    Chunks(Chunks),
}

/// A file that has been read once, for its hash. It is not kept in memory.
pub(crate) struct FileBody {
    pub path: PathBuf,
    pub length: u64,
    pub sha256: [u8; 32],
    checksum: Option<String>,
}

impl Body {
    /// A file, or stdin where the name is `-`; of a file, with this checksum.
    pub(crate) fn read(name: &str, checksum: Option<ChecksumAlgorithm>) -> Result<Self, Failure> {
        match name {
            "-" => read_all(&mut io::stdin().lock(), "stdin", LONGER).map(Self::Bytes),
            path => Self::read_file(Path::new(path), checksum),
        }
    }

    /// A pipe or a device can be read only once: it has to fit into memory.
    fn read_file(path: &Path, checksum: Option<ChecksumAlgorithm>) -> Result<Self, Failure> {
        let mut file = open(path).map_err(|error| about(path, &error))?;
        let metadata = file.metadata().map_err(|error| about(path, &error))?;
        if metadata.is_file() {
            FileBody::read(path, &mut file, checksum).map(Self::File)
        } else {
            read_all(&mut file, &path.display().to_string(), LONGER).map(Self::Bytes)
        }
    }

    /// What goes on the wire, in bytes; `None` where there is no body.
    pub(crate) fn length(&self) -> Option<u64> {
        match self {
            Self::None => None,
            Self::Bytes(bytes) => Some(u64::try_from(bytes.len()).unwrap_or(u64::MAX)),
            Self::File(file) => Some(file.length),
            Self::Chunks(chunks) => Some(chunks.encoded_length),
        }
    }

    /// Of what has been read; of a file, the one that was asked for then.
    pub(crate) fn checksum(&self, algorithm: ChecksumAlgorithm) -> Option<String> {
        match self {
            Self::Bytes(bytes) => Some(algorithm.checksum(bytes)),
            Self::File(file) => file.checksum.clone(),
            Self::None | Self::Chunks(_) => None,
        }
    }

    pub(crate) fn payload(&self) -> Payload<'_> {
        match self {
            Self::None => Payload::EMPTY,
            // By its hash, as a file: a presigned URL then signs both alike.
            Self::Bytes(bytes) => {
                let mut hasher = Hasher::new();
                hasher.put(bytes);
                Payload::Sha256(hasher.finish())
            }
            Self::File(file) => Payload::Sha256(file.sha256),
            Self::Chunks(chunks) => Payload::Streaming(chunks.payload()),
        }
    }
}

impl FileBody {
    fn read(
        path: &Path,
        file: &mut File,
        checksum: Option<ChecksumAlgorithm>,
    ) -> Result<Self, Failure> {
        let mut hasher = Hasher::new();
        let mut checksum = checksum.map(Checksum::new);
        let mut length = 0_u64;
        let mut piece = vec![0; PIECE];
        loop {
            let read = file.read(&mut piece).map_err(|error| about(path, &error))?;
            let Some(bytes) = piece.get(..read).filter(|bytes| !bytes.is_empty()) else {
                break;
            };
            hasher.put(bytes);
            if let Some(checksum) = &mut checksum {
                checksum.put(bytes);
            }
            length = length.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
        }
        Ok(Self {
            path: path.to_owned(),
            length,
            sha256: hasher.finish(),
            checksum: checksum.map(Checksum::finish),
        })
    }

    /// The same bytes once more.
    pub(crate) fn reader(&self) -> io::Result<Unchanged> {
        Ok(Unchanged {
            file: OfFile(open(&self.path)?),
            hasher: Hasher::new(),
            left: self.length,
            sha256: self.sha256,
        })
    }
}

/// Reads a file to the length that it had. Its last bytes are only given out if all of
/// it has the hash that was signed: a request with other bytes is never complete.
pub(crate) struct Unchanged {
    file: OfFile<File>,
    hasher: Hasher,
    left: u64,
    sha256: [u8; 32],
}

/// What a reader says of a file that is not the one it was.
pub(crate) const CHANGED: &str = "the file changed after it was signed";

impl Read for Unchanged {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let changed = || io::Error::other(CHANGED);
        let most = usize::try_from(self.left)
            .unwrap_or(usize::MAX)
            .min(buffer.len());
        let Some(space) = buffer.get_mut(..most).filter(|space| !space.is_empty()) else {
            return Ok(0);
        };
        let read = self.file.read(space)?;
        let bytes = space.get(..read).unwrap_or_default();
        if bytes.is_empty() {
            return Err(changed());
        }
        self.hasher.put(bytes);
        self.left = self
            .left
            .saturating_sub(u64::try_from(read).unwrap_or(u64::MAX));
        if self.left == 0 {
            let longer = self.file.read(&mut [0])? > 0;
            if longer || self.hasher.clone().finish() != self.sha256 {
                return Err(changed());
            }
        }
        Ok(read)
    }
}

/// All of a file, or of stdin where the name is `-`.
pub(crate) fn read_named(name: &str) -> Result<Vec<u8>, Failure> {
    if name == "-" {
        return read_all(&mut io::stdin().lock(), "stdin", "");
    }
    let path = Path::new(name);
    let mut file = open(path).map_err(|error| about(path, &error))?;
    read_all(&mut file, name, "")
}

/// More than anybody pastes; a device without an end must not fill the memory.
const MOST: u64 = 64 << 20;

/// What to do with more of a body from a pipe.
const LONGER: &str = "; a file can be longer, and so can what sigv4 request -T sends --chunked";

/// With what to do where there is more.
fn read_all(from: &mut impl Read, name: &str, advice: &str) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = from
        .take(MOST.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::usage(format_args!("{name}: {}", words(&error))))?;
    if u64::try_from(read).is_ok_and(|read| read > MOST) {
        return Err(Failure::usage(format_args!(
            "{name}: more than {} MiB, and no more is held in memory{advice}",
            MOST >> 20
        )));
    }
    Ok(bytes)
}

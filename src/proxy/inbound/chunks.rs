//! The chunked coding (RFC 9112, 7.1).

use super::head::{HeadLimits, Trailers};
use super::wire_fault::WireFault;

/// A chunked body as far as it has arrived.
#[derive(Clone, Copy, Debug)]
pub(super) enum Chunks {
    Size { size: u64, digits: u8 },
    SizeEnd { size: u64 },
    Data { left: u64 },
    DataEnd { half: bool },
    Trailers(Trailers),
}

/// How many bytes belong to the body, and whether that is all of it. Those of trailers count once they
/// are whole.
pub(super) struct Read {
    pub(super) length: usize,
    pub(super) result: Result<bool, WireFault>,
}

impl Chunks {
    pub(super) const FIRST: Self = Self::Size { size: 0, digits: 0 };

    pub(super) fn read(&mut self, bytes: &[u8], limits: HeadLimits) -> Read {
        let mut length = 0_usize;
        loop {
            let rest = bytes.get(length..).unwrap_or_default();
            let taken = match self {
                Self::Data { left } => {
                    let here =
                        usize::try_from(*left).map_or(rest.len(), |left| left.min(rest.len()));
                    *left = left.saturating_sub(here as u64);
                    if *left == 0 {
                        *self = Self::DataEnd { half: false };
                    }
                    Ok(here)
                }
                Self::Trailers(trailers) => match trailers.read(rest, limits) {
                    Ok(None) => Ok(0),
                    Ok(Some(trailers)) => {
                        length = length.saturating_add(trailers);
                        return Read {
                            length,
                            result: Ok(true),
                        };
                    }
                    Err(fault) => Err(fault),
                },
                _ => match rest.first() {
                    Some(byte) => self.step(*byte).map(|()| 1),
                    None => Ok(0),
                },
            };
            match taken {
                Ok(0) => {
                    return Read {
                        length,
                        result: Ok(false),
                    };
                }
                Ok(taken) => length = length.saturating_add(taken),
                Err(fault) => {
                    return Read {
                        length,
                        result: Err(fault),
                    };
                }
            }
        }
    }

    /// No extension, no white space, no LF alone: what one server skips, another reads as data.
    fn step(&mut self, byte: u8) -> Result<(), WireFault> {
        *self = match (*self, byte) {
            (Self::Size { size, digits: 1.. }, b'\r') => Self::SizeEnd { size },
            (Self::Size { digits: 1.., .. }, b';') => return Err(WireFault::ChunkExtension),
            // Less than 2⁶⁰: nothing is lost to the left.
            (
                Self::Size {
                    size,
                    digits: digits @ ..15,
                },
                byte,
            ) => {
                let digit = char::from(byte).to_digit(16).ok_or(WireFault::ChunkSize)?;
                Self::Size {
                    size: (size << 4) | u64::from(digit),
                    digits: digits.saturating_add(1),
                }
            }
            (Self::SizeEnd { size: 0 }, b'\n') => Self::Trailers(Trailers::default()),
            (Self::SizeEnd { size }, b'\n') => Self::Data { left: size },
            (Self::Size { .. } | Self::SizeEnd { .. }, _) => return Err(WireFault::ChunkSize),
            (Self::DataEnd { half: false }, b'\r') => Self::DataEnd { half: true },
            (Self::DataEnd { half: true }, b'\n') => Self::FIRST,
            _ => return Err(WireFault::ChunkEnd),
        };
        Ok(())
    }
}

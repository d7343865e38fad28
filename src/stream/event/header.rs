//! The headers of a message: `u8` length, name, `u8` type, value.

use alloc::vec::Vec;
use core::fmt;

/// How long bytes and strings may be, as AWS's C library has it.
pub(super) const MAX_VALUE: usize = 32_767;

/// A header of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header<'a> {
    /// 1 to 255 bytes.
    pub name: &'a str,
    /// With its type.
    pub value: HeaderValue<'a>,
}

/// The value of a header.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum HeaderValue<'a> {
    /// Types 0 and 1.
    Bool(bool),
    /// Type 2.
    Byte(i8),
    /// Type 3.
    Int16(i16),
    /// Type 4.
    Int32(i32),
    /// Type 5.
    Int64(i64),
    /// Type 6, up to 32,767 bytes.
    Bytes(&'a [u8]),
    /// Type 7, up to 32,767 bytes.
    String(&'a str),
    /// Type 8, in milliseconds since 1970.
    Timestamp(i64),
    /// Type 9.
    Uuid([u8; 16]),
}

/// Numbers, and how long all else is: a signature is among them.
impl fmt::Debug for HeaderValue<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(value) => write!(f, "Bool({value})"),
            Self::Byte(number) => write!(f, "Byte({number})"),
            Self::Int16(number) => write!(f, "Int16({number})"),
            Self::Int32(number) => write!(f, "Int32({number})"),
            Self::Int64(number) => write!(f, "Int64({number})"),
            Self::Bytes(bytes) => write!(f, "Bytes({} bytes)", bytes.len()),
            Self::String(text) => write!(f, "String({} bytes)", text.len()),
            Self::Timestamp(milliseconds) => write!(f, "Timestamp({milliseconds})"),
            Self::Uuid(_) => f.write_str("Uuid(16 bytes)"),
        }
    }
}

impl<'a> Header<'a> {
    /// Name and value are as long as they may be.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        out.push(u8::try_from(self.name.len()).unwrap_or(u8::MAX));
        out.extend_from_slice(self.name.as_bytes());
        let mut put = |kind: u8, value: &[u8]| {
            out.push(kind);
            out.extend_from_slice(value);
        };
        let length = |value: &[u8]| u16::try_from(value.len()).unwrap_or(u16::MAX).to_be_bytes();
        match self.value {
            HeaderValue::Bool(true) => put(0, &[]),
            HeaderValue::Bool(false) => put(1, &[]),
            HeaderValue::Byte(number) => put(2, &number.to_be_bytes()),
            HeaderValue::Int16(number) => put(3, &number.to_be_bytes()),
            HeaderValue::Int32(number) => put(4, &number.to_be_bytes()),
            HeaderValue::Int64(number) => put(5, &number.to_be_bytes()),
            HeaderValue::Bytes(bytes) => {
                put(6, &length(bytes));
                out.extend_from_slice(bytes);
            }
            HeaderValue::String(text) => {
                put(7, &length(text.as_bytes()));
                out.extend_from_slice(text.as_bytes());
            }
            HeaderValue::Timestamp(milliseconds) => put(8, &milliseconds.to_be_bytes()),
            HeaderValue::Uuid(uuid) => put(9, &uuid),
        }
    }

    /// The first header of these bytes, and the rest of them.
    pub(super) fn read(bytes: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let (length, rest) = bytes.split_first()?;
        let (name, rest) = rest.split_at_checked(usize::from(*length))?;
        let name = core::str::from_utf8(name).ok();
        let name = name.filter(|name| !name.is_empty())?;
        let (kind, rest) = rest.split_first()?;
        let (value, rest) = match kind {
            0 => (HeaderValue::Bool(true), rest),
            1 => (HeaderValue::Bool(false), rest),
            2 => number(rest, |bytes| HeaderValue::Byte(i8::from_be_bytes(bytes)))?,
            3 => number(rest, |bytes| HeaderValue::Int16(i16::from_be_bytes(bytes)))?,
            4 => number(rest, |bytes| HeaderValue::Int32(i32::from_be_bytes(bytes)))?,
            5 => number(rest, |bytes| HeaderValue::Int64(i64::from_be_bytes(bytes)))?,
            6 => {
                let (bytes, rest) = counted(rest)?;
                (HeaderValue::Bytes(bytes), rest)
            }
            7 => {
                let (bytes, rest) = counted(rest)?;
                (HeaderValue::String(core::str::from_utf8(bytes).ok()?), rest)
            }
            8 => number(rest, |bytes| {
                HeaderValue::Timestamp(i64::from_be_bytes(bytes))
            })?,
            9 => number(rest, HeaderValue::Uuid)?,
            _ => return None,
        };
        Some((Self { name, value }, rest))
    }
}

fn number<'a, const N: usize>(
    bytes: &'a [u8],
    value: impl FnOnce([u8; N]) -> HeaderValue<'a>,
) -> Option<(HeaderValue<'a>, &'a [u8])> {
    let (first, rest) = bytes.split_first_chunk()?;
    Some((value(*first), rest))
}

/// Behind a length of 16 bits.
fn counted(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk()?;
    let length = usize::from(u16::from_be_bytes(*length));
    rest.split_at_checked(length)
        .filter(|_| length <= MAX_VALUE)
}

//! The words of a command as bash reads them. What it would put into them is not known here.

use super::copied::Fault;
use std::prelude::rust_2024::*;
use zeroize::Zeroizing;

/// A word without its quotes. It can have a secret in it.
#[derive(Default)]
pub(super) struct Word {
    pub(super) text: Zeroizing<Vec<u8>>,
    /// Where the first thing stands that the shell puts there: a variable, what a command prints.
    open: Option<usize>,
    /// What is in the file that stands there: `<(printf %b '…')`.
    pub(super) printed: Option<Zeroizing<Vec<u8>>>,
    /// The first character that a name of a file can take the place of.
    pattern: Option<usize>,
    has_brace: bool,
    has_list: bool,
}

const UNENDED: Fault = "a quote or a bracket in the curl line does not end";
const LIST: Fault =
    "the shell makes several words of {a,b} outside of quotes: quote it as it was meant";
const BRACKET: Fault = "no shell takes a bracket outside of quotes: quote it as it was meant";
const ESCAPE: Fault = "an escape in $'…' of the curl line is none that is read here: \\n, \\r, \\t, \\a, \\b, \\e, \
    \\f, \\v, \\\\, \\', \\\", \\?, three octal digits, \\x, \\u and \\U are, but for that of a NUL";

impl Word {
    fn push(&mut self, byte: u8) {
        self.text.push(byte);
    }

    fn opens(&mut self) {
        self.open.get_or_insert(self.text.len());
    }

    /// Outside of quotes.
    fn push_bare(&mut self, byte: u8) -> Result<(), Fault> {
        match byte {
            b'(' | b')' => return Err(BRACKET),
            b'*' | b'?' | b'[' => drop(self.pattern.get_or_insert(self.text.len())),
            b'{' => self.has_brace = true,
            b',' => self.has_list |= self.has_brace,
            b'.' if self.text.ends_with(b".") => self.has_list |= self.has_brace,
            b'}' if self.has_list => return Err(LIST),
            _ => {}
        }
        self.push(byte);
        Ok(())
    }

    /// Where the first thing stands that the shell puts there, the names of files as well. No file is named
    /// like a URL.
    pub(super) fn open(&self) -> Option<usize> {
        let is_url = self.text.windows(3).any(|three| three == b"://");
        let pattern = self.pattern.filter(|_| !is_url);
        self.open.into_iter().chain(pattern).min()
    }

    /// Of a URL: without its scheme it is the name of no file either.
    pub(super) fn open_in_url(&self) -> Option<usize> {
        let is_host = |byte: &&u8| !b"/?".contains(byte);
        let host = self.text.iter().take_while(is_host).count();
        let name = self.text.get(..host).unwrap_or_default();
        let is_named = name == b"localhost" || name.iter().any(|byte| b".:".contains(byte));
        match self.pattern {
            Some(pattern) if is_named && !name.starts_with(b".") && pattern >= host => self.open,
            _ => self.open(),
        }
    }
}

/// Those of the first command.
pub(super) fn words(text: &str) -> Result<Vec<Word>, Fault> {
    let mut reader = Reader {
        rest: text.as_bytes(),
        words: Vec::new(),
        word: None,
        drops_next: false,
    };
    reader.read()?;
    reader.end();
    Ok(reader.words)
}

struct Reader<'t> {
    rest: &'t [u8],
    words: Vec<Word>,
    word: Option<Word>,
    /// It is where output goes.
    drops_next: bool,
}

impl<'t> Reader<'t> {
    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn next_if(&mut self, wanted: impl Fn(u8) -> bool) -> Option<u8> {
        let first = *self.rest.first()?;
        wanted(first).then(|| self.next()).flatten()
    }

    fn word(&mut self) -> &mut Word {
        self.word.get_or_insert_default()
    }

    fn end(&mut self) {
        if let Some(word) = self.word.take()
            && !core::mem::take(&mut self.drops_next)
        {
            self.words.push(word);
        }
    }

    fn read(&mut self) -> Result<(), Fault> {
        while let Some(byte) = self.next() {
            match byte {
                b' ' | b'\t' => self.end(),
                b'\r' if matches!(self.rest.first(), None | Some(b'\n')) => {}
                // What comes then is not curl's.
                b'\n' | b';' | b'|' => break,
                b'#' if self.word.is_none() => break,
                b'&' if self.rest.first() != Some(&b'>') => break,
                b'<' | b'>' if self.rest.first() == Some(&b'(') => self.file()?,
                b'<' | b'>' | b'&' => self.redirect(),
                b'\'' => self.single()?,
                b'"' => self.double()?,
                b'\\' => self.escape(),
                b'$' => self.dollar(true)?,
                b'`' => self.output(b'`')?,
                b'~' if self.word.is_none() => {
                    self.word().opens();
                    self.word().push(byte);
                }
                byte => self.word().push_bare(byte)?,
            }
        }
        Ok(())
    }

    fn escape(&mut self) {
        match self.next() {
            Some(b'\n') | None => {}
            Some(b'\r') => drop(self.next_if(|byte| byte == b'\n')),
            Some(byte) => self.word().push(byte),
        }
    }

    /// `2>&1`, `> file`, `&> file`.
    fn redirect(&mut self) {
        let is_number =
            |word: &Word| !word.text.is_empty() && word.text.iter().all(u8::is_ascii_digit);
        if self.word.as_ref().is_some_and(is_number) {
            self.word = None;
        }
        self.end();
        while self.next_if(|byte| b"<>&|".contains(&byte)).is_some() {}
        self.drops_next = true;
    }

    fn single(&mut self) -> Result<(), Fault> {
        self.word();
        loop {
            match self.next().ok_or(UNENDED)? {
                b'\'' => return Ok(()),
                byte => self.word().push(byte),
            }
        }
    }

    fn double(&mut self) -> Result<(), Fault> {
        self.word();
        loop {
            match self.next().ok_or(UNENDED)? {
                b'"' => return Ok(()),
                b'\\' => match self.next().ok_or(UNENDED)? {
                    b'\n' => {}
                    byte @ (b'"' | b'\\' | b'$' | b'`') => self.word().push(byte),
                    byte => {
                        self.word().push(b'\\');
                        self.word().push(byte);
                    }
                },
                b'$' => self.dollar(false)?,
                b'`' => self.output(b'`')?,
                byte => self.word().push(byte),
            }
        }
    }

    fn dollar(&mut self, is_bare: bool) -> Result<(), Fault> {
        match self.rest.first() {
            Some(b'\'') if is_bare => {
                self.next();
                return self.escaped();
            }
            // A translation.
            Some(b'"') if is_bare => self.word().opens(),
            Some(b'(') => {
                self.next();
                return self.output(b')');
            }
            Some(b'{') => {
                self.next();
                return self.output(b'}');
            }
            Some(first) if first.is_ascii_alphabetic() || *first == b'_' => {
                let is_of = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
                while self.next_if(is_of).is_some() {}
                self.word().opens();
            }
            Some(first) if first.is_ascii_digit() || b"@*#?-$!".contains(first) => {
                self.next();
                self.word().opens();
            }
            _ => self.word().push(b'$'),
        }
        Ok(())
    }

    fn output(&mut self, end: u8) -> Result<(), Fault> {
        self.skip(end)?;
        self.word().opens();
        Ok(())
    }

    /// To the end of what a shell reads as a command or a variable, with all that is in it.
    fn skip(&mut self, end: u8) -> Result<(), Fault> {
        let mut ends = Vec::from([end]);
        while let Some(end) = ends.last().copied() {
            let byte = self.next().ok_or(UNENDED)?;
            let is_text = end == b'"';
            match byte {
                b'\\' => drop(self.next()),
                byte if byte == end => drop(ends.pop()),
                b'\'' if !is_text => while self.next().ok_or(UNENDED)? != b'\'' {},
                b'"' | b'`' => ends.push(byte),
                b'(' if !is_text => ends.push(b')'),
                b'$' => {
                    if let Some(open) = self.next_if(|byte| b"({".contains(&byte)) {
                        ends.push(if open == b'(' { b')' } else { b'}' });
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// `<(command)`.
    fn file(&mut self) -> Result<(), Fault> {
        self.next();
        let from = self.rest;
        self.skip(b')')?;
        let length = from.len().saturating_sub(self.rest.len()).saturating_sub(1);
        let printed = from.get(..length).and_then(printed);
        let word = self.word();
        if word.open.is_none() {
            word.printed = printed;
        }
        word.opens();
        Ok(())
    }

    /// `$'…'`.
    fn escaped(&mut self) -> Result<(), Fault> {
        self.word();
        loop {
            let byte = match self.next().ok_or(UNENDED)? {
                b'\'' => return Ok(()),
                b'\\' => match self.next().ok_or(UNENDED)? {
                    b'a' => 7,
                    b'b' => 8,
                    b'e' | b'E' => 27,
                    b'f' => 12,
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b't' => b'\t',
                    b'v' => 11,
                    byte @ (b'\\' | b'\'' | b'"' | b'?') => byte,
                    byte @ b'0'..=b'7' => {
                        let first = u32::from(byte.saturating_sub(b'0'));
                        let number = self.number(first, 8, 2);
                        u8::try_from(number)
                            .ok()
                            .filter(|byte| *byte != 0)
                            .ok_or(ESCAPE)?
                    }
                    b'x' => {
                        let byte = u8::try_from(self.number(0, 16, 2)).ok();
                        byte.filter(|byte| *byte != 0).ok_or(ESCAPE)?
                    }
                    byte @ (b'u' | b'U') => {
                        let digits = if byte == b'u' { 4 } else { 8 };
                        let char = char::from_u32(self.number(0, 16, digits));
                        let char = char.filter(|char| *char != '\0').ok_or(ESCAPE)?;
                        let mut bytes = [0; 4];
                        let bytes = char.encode_utf8(&mut bytes).as_bytes();
                        self.word().text.extend_from_slice(bytes);
                        continue;
                    }
                    _ => return Err(ESCAPE),
                },
                byte => byte,
            };
            self.word().push(byte);
        }
    }

    /// Of so many digits at the most; 0 where there is none.
    fn number(&mut self, first: u32, radix: u32, digits: usize) -> u32 {
        let mut number = first;
        for _ in 0..digits {
            let digit = self.next_if(|byte| char::from(byte).is_digit(radix));
            let Some(digit) = digit.and_then(|byte| char::from(byte).to_digit(radix)) else {
                break;
            };
            number = number.saturating_mul(radix).saturating_add(digit);
        }
        number
    }
}

/// What `printf %b '\0101…'` prints: each byte is of three octal digits.
fn printed(command: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let escapes = command.strip_prefix(b"printf %b '")?.strip_suffix(b"'")?;
    let bytes = escapes.chunks(5).map(|escape| {
        let digits = core::str::from_utf8(escape.strip_prefix(b"\\0")?).ok()?;
        let is_octal = digits.len() == 3 && digits.bytes().all(|byte| byte.is_ascii_digit());
        u8::from_str_radix(digits, 8).ok().filter(|_| is_octal)
    });
    Some(Zeroizing::new(bytes.collect::<Option<Vec<u8>>>()?))
}

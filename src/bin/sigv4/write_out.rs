//! `-w`: what curl says after the exchange.
//! [curl's manual, --write-out](https://curl.se/docs/manpage.html#-w)

use std::str::FromStr;
use std::time::Duration;
use ureq::http::{Response, Version};

/// A text with variables in it.
#[derive(Clone)]
pub(crate) struct WriteOut(Vec<Piece>);

#[derive(Clone)]
enum Piece {
    Text(String),
    Variable(Variable),
    Header(String),
}

#[derive(Clone, Copy)]
enum Variable {
    ContentType,
    HttpCode,
    HttpVersion,
    Method,
    RedirectUrl,
    Scheme,
    SizeDownload,
    SizeUpload,
    TimeTotal,
    Url,
}

/// By curl's names.
const VARIABLES: [(&str, Variable); 12] = [
    ("content_type", Variable::ContentType),
    ("http_code", Variable::HttpCode),
    ("http_version", Variable::HttpVersion),
    ("method", Variable::Method),
    ("redirect_url", Variable::RedirectUrl),
    ("response_code", Variable::HttpCode),
    ("scheme", Variable::Scheme),
    ("size_download", Variable::SizeDownload),
    ("size_upload", Variable::SizeUpload),
    ("time_total", Variable::TimeTotal),
    ("url", Variable::Url),
    ("url_effective", Variable::Url),
];

/// What the variables stand for.
pub(crate) struct Exchange<'a> {
    pub method: &'a str,
    pub scheme: &'a str,
    pub url: &'a str,
    pub sent: u64,
    pub received: u64,
    pub took: Duration,
    pub response: Option<&'a Response<ureq::Body>>,
}

impl FromStr for WriteOut {
    type Err = String;

    /// `%{name}`, `%header{name}`, `%%`, `\n`, `\r`, `\t`. A variable that is not known is an
    /// error before anything is sent.
    fn from_str(text: &str) -> Result<Self, String> {
        if text.starts_with('@') {
            return Err("a file is not read; give what is in it: -w \"$(cat FILE)\"".into());
        }
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some(start) = rest.find(['%', '\\']) {
            let (before, special) = rest.split_at_checked(start).unwrap_or((rest, ""));
            pieces.push(Piece::Text(before.to_owned()));
            let (piece, after) = special_piece(special)?;
            pieces.push(piece);
            rest = after;
        }
        pieces.push(Piece::Text(rest.to_owned()));
        Ok(Self(pieces))
    }
}

/// One that starts with '%' or '\', and what follows it.
fn special_piece(text: &str) -> Result<(Piece, &str), String> {
    for (written, meant) in [("%%", "%"), ("\\n", "\n"), ("\\r", "\r"), ("\\t", "\t")] {
        if let Some(after) = text.strip_prefix(written) {
            return Ok((Piece::Text(meant.into()), after));
        }
    }
    let braced = |start| text.strip_prefix(start)?.split_once('}');
    if let Some((name, after)) = braced("%header{") {
        return Ok((Piece::Header(name.to_ascii_lowercase()), after));
    }
    if let Some((name, after)) = braced("%{") {
        let known = VARIABLES.iter().find(|(known, _)| *known == name);
        let Some((_, variable)) = known else {
            let names = VARIABLES.map(|(name, _)| name).join(", ");
            return Err(format!(
                "no variable '{name}'; there are {names}, and %header{{NAME}}"
            ));
        };
        return Ok((Piece::Variable(*variable), after));
    }
    let mut chars = text.chars();
    let plain = chars.next().map(String::from).unwrap_or_default();
    Ok((Piece::Text(plain), chars.as_str()))
}

impl WriteOut {
    pub(crate) fn render(&self, exchange: &Exchange<'_>) -> String {
        let header = |name: &str| {
            let value = exchange.response?.headers().get(name)?;
            Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        let pieces = self.0.iter().map(|piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Header(name) => header(name).unwrap_or_default(),
            Piece::Variable(variable) => match variable {
                Variable::ContentType => header("content-type").unwrap_or_default(),
                Variable::RedirectUrl => header("location").unwrap_or_default(),
                Variable::HttpCode => {
                    let status = exchange.response.map(|response| response.status().as_u16());
                    format!("{:03}", status.unwrap_or(0))
                }
                Variable::HttpVersion => match exchange.response.map(Response::version) {
                    None => "0",
                    Some(Version::HTTP_10) => "1",
                    Some(_) => "1.1",
                }
                .to_owned(),
                Variable::Method => exchange.method.to_owned(),
                Variable::Scheme => exchange.scheme.to_owned(),
                Variable::SizeDownload => exchange.received.to_string(),
                Variable::SizeUpload => exchange.sent.to_string(),
                Variable::TimeTotal => format!("{:.6}", exchange.took.as_secs_f64()),
                Variable::Url => exchange.url.to_owned(),
            },
        });
        pieces.collect()
    }
}

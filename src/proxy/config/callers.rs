//! Who may call, and what for.

use super::config_fault::ConfigFault;
use super::destination::missing;
use super::document::{Document, ResignTable, Text};
use super::host_name;
use super::named_file::{about, read, text};
use super::written::{Written, Wrong};
use crate::gateway::Principals;
use crate::proxy::settings::{Allow, Callers, Token};
use crate::request::scope::Scope;
use std::path::Path;
use std::prelude::rust_2024::*;

/// More than any list of principals; a device without an end must not fill the memory.
const MOST_OF_PRINCIPALS: u64 = 64 << 20;
const MOST_OF_TOKEN: u64 = 4_096;
/// Whoever can call can try: a shorter one can be found.
const LEAST_OF_TOKEN: usize = 16;

/// Who may call. Files are named from `folder`.
pub(super) fn callers(document: &Document, folder: &Path) -> Result<Callers, Wrong> {
    match (&document.require_token, &document.resign) {
        (Some(token), Some(_)) => {
            let other = "resign.principals";
            let why = "a caller shows a token, or signs";
            Err(token.wrong("require_token", ConfigFault::Beside { other, why }))
        }
        (Some(file), None) => {
            let token = token(&folder.join(&file.value));
            let token = token.map_err(|fault| file.wrong("require_token", fault))?;
            Ok(Callers::Token(token))
        }
        (None, Some(resign)) => principals(resign, folder).map(Callers::Resign),
        (None, None) => Ok(Callers::Anybody),
    }
}

fn principals(resign: &Written<ResignTable>, folder: &Path) -> Result<Principals, Wrong> {
    let Some(file) = &resign.value.principals else {
        let why = "the file of callers' keys and policies, as JSON";
        let missing = missing("resign.principals", why);
        return Err(resign.wrong("", missing.fault));
    };
    let path = folder.join(&file.value);
    let found = read(&path, MOST_OF_PRINCIPALS).and_then(|bytes| {
        let found = Principals::from_json(text(&path, &bytes)?);
        found.map_err(|error| ConfigFault::Principals {
            file: path.clone(),
            error: error.into(),
        })
    });
    let found = found.and_then(|found| {
        if found.iter().next().is_none() {
            return Err(about(&path, "no principals, so nobody could call"));
        }
        Ok(found)
    });
    found.map_err(|fault| file.wrong("resign.principals", fault))
}

/// Without the line end that an editor puts after it.
fn token(path: &Path) -> Result<Token, ConfigFault> {
    let bytes = read(path, MOST_OF_TOKEN)?;
    let token = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
    let token = token.strip_suffix(b"\r").unwrap_or(token);
    if !token.iter().all(u8::is_ascii_graphic) {
        return Err(about(
            path,
            "expected a token of visible ASCII, on one line",
        ));
    }
    if token.len() < LEAST_OF_TOKEN {
        return Err(about(path, "expected a token of at least 16 characters"));
    }
    Ok(Token::new(token))
}

/// What callers who sign may have signed.
pub(super) fn allowed_to_callers(resign: Option<&Written<ResignTable>>) -> Result<Allow, Wrong> {
    let Some(Written { value: table, .. }) = resign else {
        return Ok(Allow::default());
    };
    Ok(Allow {
        services: list(table.services.as_ref(), "resign.services", service)?,
        regions: list(table.regions.as_ref(), "resign.regions", region)?,
        hosts: list(table.hosts.as_ref(), "resign.hosts", host_name::pattern)?,
    })
}

/// An allow-list. An empty one would allow nothing, or all: nobody has to guess.
pub(super) fn list(
    written: Option<&Written<Vec<Text>>>,
    setting: &'static str,
    read: impl Fn(&str) -> Option<String>,
) -> Result<Vec<String>, Wrong> {
    let Some(written) = written else {
        return Ok(Vec::new());
    };
    if written.value.is_empty() {
        let expected = "expected at least one; without the list all are allowed";
        return Err(written.wrong(setting, ConfigFault::Malformed { expected }));
    }
    let mut all = Vec::new();
    for one in &written.value {
        let expected = match setting {
            "resign.hosts" | "allow.hosts" => "expected hosts, or *.DOMAIN for all below it",
            "resign.regions" | "allow.regions" => "expected regions such as eu-west-1",
            _ => "expected signing names such as s3",
        };
        match read(&one.value) {
            Some(read) => all.push(read),
            None => return Err(one.wrong(setting, ConfigFault::Malformed { expected })),
        }
    }
    Ok(all)
}

pub(super) fn service(text: &str) -> Option<String> {
    Scope::check_service(text).ok().map(|()| text.into())
}

pub(super) fn region(text: &str) -> Option<String> {
    let good = !text.is_empty() && Scope::check(text, "any").is_ok();
    good.then(|| text.into())
}

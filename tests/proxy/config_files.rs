//! Files of settings, in `tests/proxy/config`: beside each `NAME.toml` stands, in `NAME.txt`, what is
//! wrong with it or, where nothing is, what it comes to.

use proptest::collection::vec;
use proptest::prelude::{any, proptest};
use proptest::prop_oneof;
use proptest::sample::{Index, select};
use proptest::strategy::Strategy;
use sigv4::client::ProviderConfig;
use sigv4::proxy::{Config, ConfigError, KeySources, Route, Settings};
use sigv4::sources::Environment;
use std::fmt::Write;
use std::path::{Path, PathBuf};

pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/proxy/config")
}

/// No variables of this process, no instance, and the profiles of the folder.
pub fn keys() -> KeySources {
    let config = folder().join("aws_config");
    KeySources::new(ProviderConfig::new(Environment::from_lookup(
        move |name| match name {
            "AWS_EC2_METADATA_DISABLED" => Some("true".into()),
            "AWS_CONFIG_FILE" | "AWS_SHARED_CREDENTIALS_FILE" => Some(config.clone().into()),
            _ => None,
        },
    )))
}

#[test]
fn every_file() {
    let mut names: Vec<_> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "toml")
        })
        .collect();
    names.sort();
    assert!(names.len() > 100, "only {} files", names.len());
    let mut wrong = Vec::new();
    for path in &names {
        let name = path.file_name().unwrap().to_str().unwrap();
        let found = match settings(path) {
            Ok(settings) => summary(&settings),
            Err(error) => format!("{error}\n"),
        };
        let found = found.replace(folder().to_str().unwrap(), ".");
        let expected = std::fs::read_to_string(path.with_extension("txt")).unwrap_or_default();
        if found != expected {
            wrong.push(format!("{name}:\n{found}"));
        }
        if !name.starts_with("good_") {
            assert_eq!(found.lines().count(), 1, "{found}");
        }
        for secret in ["s3cr3t", "hunter2", "4711471147114711"] {
            assert!(!found.contains(secret), "{found}");
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn settings(path: &Path) -> Result<Settings, ConfigError> {
    Config::read(path)?.settings(&mut keys())
}

fn summary(settings: &Settings) -> String {
    let mut text = String::new();
    let Settings {
        listen,
        beyond_loopback,
        tls,
        admin,
        callers,
        limits,
        ..
    } = settings;
    writeln!(text, "listen {listen}, beyond loopback {beyond_loopback}").unwrap();
    writeln!(text, "admin {admin:?}\n{tls:?}").unwrap();
    let callers = format!("{callers:?}");
    let callers = callers.split([' ', '{']).next().unwrap();
    writeln!(text, "{callers}").unwrap();
    if *limits != sigv4::proxy::Limits::default() {
        writeln!(text, "{limits:?}").unwrap();
    }
    for route in &settings.routes {
        let Route {
            name,
            host,
            prefix,
            strip_prefix,
            add_prefix,
            upstream,
            scope,
            headers,
            body,
            allow,
            times,
            limits,
            ..
        } = &**route;
        writeln!(
            text,
            "\nroute {name}: {host:?} {prefix:?} strip {strip_prefix}, add {add_prefix:?}"
        )
        .unwrap();
        writeln!(text, "{upstream:?}\n{scope:?}").unwrap();
        writeln!(text, "{headers:?}\n{body:?}, {allow:?}\n{times:?}").unwrap();
        if *limits != sigv4::proxy::RouteLimits::default() {
            writeln!(text, "{limits:?}").unwrap();
        }
    }
    text
}

/// The files of a configuration, and nothing else, are looked at for changes.
#[test]
fn files_to_watch() {
    let config = Config::read(folder().join("good_all.toml")).unwrap();
    let names = config.files().into_iter();
    let names: Vec<_> = names
        .map(|path| path.strip_prefix(folder()).unwrap().to_owned())
        .collect();
    let expected = ["good_all.toml", "token", "ca.pem"].map(PathBuf::from);
    assert_eq!(names, expected);
}

#[test]
fn more_than_a_mebibyte_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.toml");
    let text = "# a comment\n".repeat(100_000);
    std::fs::write(&path, text).unwrap();
    let error = Config::read(&path).unwrap_err();
    let expected = format!("{}: larger than 1048576 bytes", path.display());
    assert_eq!(error.to_string(), expected);
}

#[test]
fn what_cannot_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("nowhere.toml");
    let error = Config::read(&missing).unwrap_err();
    let expected = format!("{}: No such file or directory", missing.display());
    assert_eq!(error.to_string(), expected);
    let binary = folder.path().join("binary.toml");
    std::fs::write(&binary, b"listen = \"\xff\"").unwrap();
    let error = Config::read(&binary).unwrap_err();
    let expected = format!("{}: no UTF-8 at byte 10", binary.display());
    assert_eq!(error.to_string(), expected);
}

/// What is unchanged keeps its credentials; what is gone is let go of.
#[test]
fn caches_are_kept() {
    let mut keys = keys();
    let config = |profile: &str| {
        let text = format!(
            "[[route]]\nupstream = \"https://kms.eu-west-1.amazonaws.com\"\nprofile = \"{profile}\"\n"
        );
        Config::from_toml(&text).unwrap()
    };
    let of = |settings: &Settings| settings.routes[0].keys.clone();
    let dev = of(&config("dev").settings(&mut keys).unwrap());
    assert!(std::sync::Arc::ptr_eq(
        &dev,
        &of(&config("dev").settings(&mut keys).unwrap())
    ));
    // A file that is broken lets go of nothing.
    config("nobody").settings(&mut keys).unwrap_err();
    assert!(std::sync::Arc::ptr_eq(
        &dev,
        &of(&config("dev").settings(&mut keys).unwrap())
    ));
    let plain = of(&config("plain").settings(&mut keys).unwrap());
    assert!(!std::sync::Arc::ptr_eq(&dev, &plain));
    assert!(!std::sync::Arc::ptr_eq(
        &dev,
        &of(&config("dev").settings(&mut keys).unwrap())
    ));
}

/// What a hand can slip to.
#[derive(Clone, Debug)]
enum Slip {
    Without(Index, usize),
    Twice(Index, Index, usize),
    With(Index, &'static str),
}

const PIECES: [&str; 29] = [
    "\"",
    "[",
    "]",
    "[[",
    "]]",
    "{",
    "}",
    "=",
    "\n",
    ",",
    ".",
    "\\",
    "\\u0000",
    "\u{fc}",
    "#",
    "*",
    "/",
    "%",
    ":",
    "@",
    "?",
    "0",
    "-1",
    "99999999999999999999",
    "1e400",
    "true",
    "host",
    "a.b.c = [[]]\n",
    "\u{feff}",
];

fn slip() -> impl Strategy<Value = Slip> {
    let place = any::<Index>;
    prop_oneof![
        (place(), 1_usize..30).prop_map(|(at, length)| Slip::Without(at, length)),
        (place(), place(), 1_usize..60)
            .prop_map(|(from, to, length)| Slip::Twice(from, to, length)),
        (place(), select(PIECES.as_slice())).prop_map(|(at, piece)| Slip::With(at, piece)),
    ]
}

fn slipped(text: &str, slips: &[Slip]) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for slip in slips {
        let length = chars.len() + 1;
        let (at, put) = match slip {
            Slip::Without(at, count) => {
                let at = at.index(length);
                let end = (at + count).min(chars.len());
                chars.drain(at..end);
                (0, Vec::new())
            }
            Slip::Twice(from, to, count) => {
                let from = from.index(length);
                let end = (from + count).min(chars.len());
                (to.index(length), chars[from..end].to_vec())
            }
            Slip::With(at, piece) => (at.index(length), piece.chars().collect()),
        };
        chars.splice(at..at, put);
    }
    chars.into_iter().collect()
}

proptest! {
    /// Whatever becomes of a file, it is read, or refused in a line.
    #[test]
    fn no_slip_panics(
        name in select(["good_all", "good_callers_host", "good_sigv4a"].as_slice()),
        slips in vec(slip(), 1..5),
    ) {
        let text = std::fs::read_to_string(folder().join(name).with_extension("toml")).unwrap();
        let text = slipped(&text, &slips);
        let settings = Config::from_toml(&text).and_then(|config| config.settings(&mut keys()));
        if let Err(error) = settings {
            let words = error.to_string();
            assert!(!words.is_empty() && !words.contains('\n'), "{words:?}");
        }
    }
}

/// What headers are set to can be secrets.
#[test]
fn a_config_does_not_show_what_it_says() {
    let text = "[[route]]\nupstream = \"https://abc.example\"\n\
                headers.set = { x-key = \"s3cret\" }\n";
    let config = sigv4::proxy::Config::from_toml(text).unwrap();
    assert!(!format!("{config:?}").contains("s3cret"));
}

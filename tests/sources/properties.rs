//! Random files: what is written is read, and whatever is read, nothing panics.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::select;
use sigv4::sources::ProfileFiles;
use std::collections::BTreeMap;

const NAME: &str = "[A-Za-z0-9_/.%@:+-]{1,12}";
/// Without white space at the ends, and without what begins a comment.
const VALUE: &str = r"([!-~äß€]([ !-~äß€]{0,20}[!-~äß€])?)?";

type Profiles = BTreeMap<String, BTreeMap<String, Vec<String>>>;

/// Values of one line, and of several.
fn profiles() -> impl Strategy<Value = Profiles> {
    let line = VALUE.prop_map(|text| text.replace(['#', ';'], "x"));
    let more = "[!-~ä][ !-~ä]{0,10}[!-~ä]";
    let value = (line, vec(more, 0..3)).prop_map(|(first, more)| {
        let more = if first.is_empty() { Vec::new() } else { more };
        [first].into_iter().chain(more).collect()
    });
    let name = NAME.prop_map(|name| name.to_ascii_lowercase());
    btree_map(NAME, btree_map(name, value, 0..5), 0..5)
}

/// As a file, with white space and comments that mean nothing.
fn written(profiles: &Profiles, prefix: &str, blank: &str, end: &str) -> String {
    let mut text = String::new();
    let mut line = |line: &str| text.extend([line, end]);
    for (name, properties) in profiles {
        let prefix = if name == "default" { "" } else { prefix };
        line(&format!("[{blank}{prefix}{name}{blank}]{blank}# {name}"));
        for (property, value) in properties {
            line(&format!("{property}{blank}={blank}{} ;comment", value[0]));
            line("# a comment");
            for more in &value[1..] {
                line(&format!("\t{blank}{more}{blank}"));
                line(blank);
            }
        }
    }
    text
}

fn read(files: &ProfileFiles) -> Profiles {
    let profile = |profile: &sigv4::sources::ProfileSection| {
        let properties = profile.properties();
        let split = |(name, value): (&str, &str)| {
            let lines = value.split('\n').map(String::from).collect();
            (name.to_owned(), lines)
        };
        (profile.name().to_owned(), properties.map(split).collect())
    };
    files.profiles().map(profile).collect()
}

/// Pieces of which files are made, so that what is random is nearly one.
const PIECES: [&str; 24] = [
    "[",
    "]",
    "\n",
    "\r\n",
    " ",
    "\t",
    "=",
    "#",
    ";",
    "profile ",
    "default",
    "sso-session ",
    "a",
    "b",
    "role_arn",
    "source_profile",
    "aws_access_key_id",
    "aws_secret_access_key",
    "sso_session",
    "sso_region",
    "credential_source",
    "Environment",
    "ä",
    "\u{feff}",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read(
        profiles in profiles(),
        blank in select(&["", " ", "\t", " \t "][..]),
        end in select(&["\n", "\r\n"][..]),
    ) {
        let config = written(&profiles, "profile ", blank, end);
        prop_assert_eq!(read(&ProfileFiles::from_texts(&config, "").unwrap()), profiles.clone());
        let credentials = written(&profiles, "", blank, end);
        prop_assert_eq!(read(&ProfileFiles::from_texts("", &credentials).unwrap()), profiles.clone());
        // Twice the same is the same once.
        let both = ProfileFiles::from_texts(&config, &credentials).unwrap();
        prop_assert_eq!(read(&both), profiles);
    }

    #[test]
    fn nothing_panics(pieces in vec(select(&PIECES[..]), 0..120), other in ".{0,40}") {
        let text = pieces.concat() + &other;
        for (config, credentials) in [(text.as_str(), ""), ("", text.as_str()), (&text, &text)] {
            if let Ok(files) = ProfileFiles::from_texts(config, credentials) {
                for profile in files.profiles() {
                    let _ = files.plan(profile.name());
                }
            }
        }
    }
}

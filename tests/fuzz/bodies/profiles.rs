//! The two files of profiles.

use sigv4::sources::{CredentialsError, ProfileFiles};

/// Any bytes will do as a file; what is wrong has a line of it, and quotes nothing that is longer than
/// the name of a profile.
pub fn profile_files(data: &[u8]) {
    let (choice, text) = data.split_first().unwrap_or((&0, b""));
    let Ok(text) = std::str::from_utf8(text) else {
        return;
    };
    let lines = text.lines().count();
    let (config, credentials) = match choice % 3 {
        0 => (text, ""),
        1 => ("", text),
        _ => text.split_once('\0').unwrap_or((text, text)),
    };
    match ProfileFiles::from_texts(config, credentials) {
        Ok(files) => {
            for profile in files.profiles() {
                for (name, _) in profile.properties() {
                    assert_eq!(name, name.to_ascii_lowercase());
                    assert!(profile.place_of(name).is_some());
                }
                if let Ok(plan) = files.plan(profile.name()) {
                    assert_eq!(plan.profile, profile.name());
                    assert!(plan.roles.len() <= files.profiles().count());
                }
            }
        }
        Err(CredentialsError::File { line, .. }) => {
            assert!((1..=lines).contains(&line.unwrap()));
        }
        Err(other) => panic!("{other:?}"),
    }
}

//! The two files, with secrets in each: as keys, as a token, within a command.

use crate::{SECRET, TOKEN, freed};
use sigv4::client::{Environment, ProfileCredentials, ProvideCredentials};
use sigv4::sources::ProfileFiles;
use std::path::Path;

/// A home with these two files.
fn home(folder: &Path, config: &str, credentials: &str) -> Environment {
    std::fs::write(folder.join("config"), config).unwrap();
    std::fs::write(folder.join("keys"), credentials).unwrap();
    let folder = folder.to_owned();
    Environment::from_lookup(move |name| match name {
        "AWS_CONFIG_FILE" => Some(folder.join("config").into()),
        "AWS_SHARED_CREDENTIALS_FILE" => Some(folder.join("keys").into()),
        _ => None,
    })
}

pub(crate) fn wiped(folder: &Path) {
    let json = format!(
        r#"{{"Version":1,"AccessKeyId":"A","SecretAccessKey":"{SECRET}","SessionToken":"{TOKEN}"}}"#
    );
    std::fs::write(folder.join("json"), json).unwrap();
    let config = format!(
        "[profile process]\ncredential_process = cat '{}/json' /dev/null \"/nowhere/{SECRET}\" {TOKEN}\n\
         [profile prints]\ncredential_process = cat {0}/json\n\
         [profile half]\naws_secret_access_key = {SECRET}\n\
         [profile open]\ncredential_process = cat \"{SECRET}\n\
         [profile long]\naws_secret_access_key = {SECRET}\n more\n lines\naws_access_key_id = A\n",
        folder.display(),
    );
    let credentials = format!(
        "[keys]\naws_access_key_id = A\naws_secret_access_key = {SECRET}\naws_session_token = {TOKEN}\n\
         [keys]\naws_secret_access_key={SECRET}\n"
    );
    let environment = home(folder, &config, &credentials);
    for name in ["keys", "prints"] {
        let provided = freed(|| {
            let source = ProfileCredentials::named(&environment, name);
            for _ in 0..2 {
                let provided = source.provide_credentials().unwrap();
                assert_eq!(provided.credentials.secret_access_key(), SECRET);
                assert_eq!(provided.credentials.session_token(), Some(TOKEN));
            }
        });
        assert_eq!(provided, 0, "{name}");
    }
    for name in ["half", "open", "long", "gone"] {
        let refused = freed(|| {
            let source = ProfileCredentials::named(&environment, name);
            source.provide_credentials().unwrap_err();
        });
        assert_eq!(refused, 0, "{name}");
    }
    // The words of a command are handed to the system as they are: what it keeps is not ours.
    let planned = freed(|| {
        let files = ProfileFiles::load(&environment).unwrap();
        let plan = files.plan("process").unwrap();
        drop((plan.clone(), files.clone(), plan, files));
    });
    assert_eq!(planned, 0, "a plan");
    // A file with a mistake.
    let broken = home(folder, &format!("{config}{SECRET}\n"), &credentials);
    let refused = freed(|| {
        ProfileFiles::load(&broken).unwrap_err();
    });
    assert_eq!(refused, 0, "a broken file");
    let texts = freed(|| {
        let files = ProfileFiles::from_texts(&config, &credentials).unwrap();
        assert_eq!(files.plan("keys").unwrap().roles.len(), 0);
    });
    assert_eq!(texts, 0, "texts");
}

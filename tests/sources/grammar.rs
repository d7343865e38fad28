//! Files as people have them: where they are, what is wrong with them, and on which line.

use crate::folder::Folder;
use sigv4::sources::{CredentialsError, FileProblem, ProfileFiles};

fn value<'a>(files: &'a ProfileFiles, profile: &str, property: &str) -> Option<&'a str> {
    files.profile(profile)?.get(property)
}

/// Byte order mark, both line ends, comments, upper case, several files of one profile.
#[test]
fn lines_as_people_write_them() {
    let config = "\u{feff}# mine\r\n[default] ; first\r\nRegion=eu-west-1 # here\r\n\r\n\
                  [profile dev]#x\nregion = a#b\noutput =\n[plugins]\ncli = x\n";
    let files = ProfileFiles::from_texts(config, "[dev]\nregion = mine").unwrap();
    assert_eq!(value(&files, "default", "region"), Some("eu-west-1"));
    assert_eq!(value(&files, "dev", "region"), Some("mine"));
    assert_eq!(value(&files, "dev", "output"), None);
    assert_eq!(files.profiles().count(), 2);
    let dev = files.profile("dev").unwrap();
    assert_eq!(dev.place_of("region").as_deref(), Some("credentials:2"));
    assert_eq!(dev.place_of("output").as_deref(), Some("config:7"));
    let tabs = ProfileFiles::from_texts("[profile a]\nb =\tc\t#d\n\te\t;f", "").unwrap();
    assert_eq!(value(&tabs, "a", "b"), Some("c\ne\t;f"));
    // Only space and tab are white space: this is a property with an odd name, passed over.
    let odd = ProfileFiles::from_texts("[profile a]\n\u{a0}b = c\nd = e", "").unwrap();
    assert_eq!(value(&odd, "a", "d"), Some("e"));
    assert_eq!(odd.profile("a").unwrap().properties().count(), 1);
}

/// Each names the file and the line, and quotes nothing.
#[test]
fn what_is_wrong_and_where() {
    let secret = "wJalrXUtnFEMI";
    for (config, line, problem) in [
        (
            format!("[profile {secret}"),
            1,
            FileProblem::SectionNotClosed,
        ),
        (
            format!("\n{secret} = x"),
            2,
            FileProblem::PropertyOutsideSection,
        ),
        (
            format!("\n {secret}"),
            2,
            FileProblem::ContinuationOutsideSection,
        ),
        (
            format!("[default]\n#\n{secret}"),
            3,
            FileProblem::PropertyWithoutEquals,
        ),
        (
            format!("[default]\r\n={secret}"),
            2,
            FileProblem::PropertyWithoutName,
        ),
        (
            format!("[default]\n {secret}"),
            2,
            FileProblem::ContinuationOutsideProperty,
        ),
        (
            format!("[default]\ns3 =\n {secret}"),
            3,
            FileProblem::SubPropertyWithoutEquals,
        ),
        (
            format!("[default]\ns3 =\n ={secret}"),
            3,
            FileProblem::SubPropertyWithoutName,
        ),
        // In what is passed over, too.
        (
            format!("[x y z]\n{secret}"),
            2,
            FileProblem::PropertyWithoutEquals,
        ),
    ] {
        for (first, second, file) in [
            (config.as_str(), "", "config"),
            ("", config.as_str(), "credentials"),
        ] {
            let error = ProfileFiles::from_texts(first, second).unwrap_err();
            let text = format!("{error} {error:?}");
            assert!(!text.contains(secret), "{text}");
            assert!(text.starts_with(&format!("{file}:{line}: ")), "{text}");
            let expected = CredentialsError::File {
                file: file.into(),
                line: Some(line),
                problem: problem.clone(),
            };
            assert_eq!(error, expected);
        }
    }
}

#[test]
fn where_the_files_are() {
    let folder = Folder::with("[default]\nregion = home", "[a]\nregion = b");
    folder.put("other", "[default]\nregion = other");
    let region = |variables: &[(&str, &str)]| {
        let files = ProfileFiles::load(&folder.environment(variables)).unwrap();
        value(&files, "default", "region").map(String::from)
    };
    assert_eq!(region(&[]).as_deref(), Some("home"));
    let other = folder.path("other");
    let named = ("AWS_CONFIG_FILE", other.to_str().unwrap());
    assert_eq!(region(&[named]).as_deref(), Some("other"));
    assert_eq!(
        region(&[("AWS_CONFIG_FILE", "~/other")]).as_deref(),
        Some("other")
    );
    assert_eq!(region(&[("AWS_CONFIG_FILE", "")]).as_deref(), Some("home"));
    assert_eq!(
        region(&[("AWS_SHARED_CREDENTIALS_FILE", "~/other")]).as_deref(),
        Some("other")
    );
    // A file that is not there is an empty one.
    assert_eq!(region(&[("AWS_CONFIG_FILE", "~/none")]), None);
    assert_eq!(region(&[("HOME", "")]), None);
}

#[test]
fn files_that_cannot_be_read() {
    let folder = Folder::new();
    folder.put("latin", b"[default]\nregion = \xe4");
    folder.put("folder/x", "");
    folder.put("large", vec![b'#'; 4 * 1024 * 1024 + 1]);
    folder.put("largest", vec![b'#'; 4 * 1024 * 1024]);
    let load = |name: &str| {
        let path = format!("~/{name}");
        ProfileFiles::load(&folder.environment(&[("AWS_CONFIG_FILE", &path)]))
    };
    let text = |name: &str| load(name).unwrap_err().to_string();
    let path = |name: &str| folder.path(name).display().to_string();
    assert_eq!(text("latin"), format!("{}:2: is no UTF-8", path("latin")));
    assert_eq!(
        text("large"),
        format!("{}: is over 4194304 bytes", path("large"))
    );
    let unreadable = text("folder");
    assert!(unreadable.starts_with(&path("folder")), "{unreadable}");
    load("largest").unwrap();
}

/// What tells no length is read all the same: `AWS_CONFIG_FILE=<(command)`.
#[cfg(unix)]
#[test]
fn a_pipe() {
    use std::io::Write;
    use std::os::fd::AsRawFd;

    let (reader, mut writer) = std::io::pipe().unwrap();
    let mut text = "# 123456\n".repeat(100_000);
    text += "[default]\nregion = late";
    let writer = std::thread::spawn(move || writer.write_all(text.as_bytes()).unwrap());
    let path = format!("/dev/fd/{}", reader.as_raw_fd());
    let environment = Folder::new().environment(&[("AWS_CONFIG_FILE", &path)]);
    let files = ProfileFiles::load(&environment).unwrap();
    writer.join().unwrap();
    assert_eq!(value(&files, "default", "region"), Some("late"));
}

#[test]
fn debug_shows_no_value() {
    let files = ProfileFiles::from_texts(
        "[profile p]\ncredential_process = tool HUSH\nx = HUSH",
        "[s]\naws_access_key_id = AKID\naws_secret_access_key = HUSH\naws_session_token = HUSH",
    )
    .unwrap();
    let text = format!(
        "{files:?} {:?} {:?} {:?}",
        files.profile("p"),
        files.plan("p"),
        files.plan("s")
    );
    assert!(!text.contains("HUSH"), "{text}");
    assert!(text.contains("credential_process"), "{text}");
}

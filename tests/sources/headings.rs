//! Headings that are none of a profile's, and endpoints that nobody is asked at.

use sigv4::sources::ProfileFiles;

/// Who has more than one file in mind writes the heading of the one into the other.
#[test]
fn a_heading_that_is_none() {
    let not_found = |config: &str, credentials: &str, name: &str| {
        let files = ProfileFiles::from_texts(config, credentials).unwrap();
        files.plan(name).unwrap_err().to_string()
    };
    for (config, credentials, name, expected) in [
        (
            "[default]\n[dev]",
            "",
            "dev",
            "config:2 has it without a prefix or in quotes: write [profile dev]",
        ),
        (
            "[profile \"dev\"]",
            "",
            "dev",
            "config:1 has it without a prefix or in quotes: write [profile dev]",
        ),
        (
            "",
            "[profile dev]",
            "dev",
            "credentials:1 has it with a prefix or in quotes: write [dev]",
        ),
        (
            "[profile \"my dev\"]",
            "",
            "my dev",
            "config:1 has it, but a name has letters, digits and _-/.%@:+ alone: call it otherwise",
        ),
    ] {
        let expected = format!("profile {name}: is not in config or credentials; {expected}");
        assert_eq!(not_found(config, credentials, name), expected);
    }
    // What is called otherwise, or is no profile in any case, is no hint.
    let expected = "profile dev: is not in config or credentials";
    assert_eq!(not_found("[devs]\n[plugins dev]", "", "dev"), expected);
}

/// What is not used may be anything, and a password in it is not shown.
#[test]
fn endpoints_that_are_ignored() {
    let config = "[profile p]\nignore_configured_endpoint_urls = true\n\
                  endpoint_url = https://me:HUSH@host/x\n";
    let files = ProfileFiles::from_texts(config, "").unwrap();
    let settings = files.endpoint_settings("p").unwrap();
    let shown = format!("{settings:?}");
    assert!(
        shown.contains("config:3") && !shown.contains("HUSH"),
        "{shown}"
    );
}

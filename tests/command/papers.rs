//! Man pages and completions.

use crate::runner::{bare, run};

const SUBCOMMANDS: [&str; 15] = [
    "request",
    "sign",
    "presign",
    "canonical",
    "verify",
    "explain",
    "demo",
    "items",
    "whoami",
    "export-credentials",
    "public-key",
    "token",
    "serve",
    "completions",
    "man",
];

fn printed(arguments: &[&str]) -> String {
    let (code, stdout, stderr) = run(&mut bare(arguments));
    assert_eq!((code, stderr.as_str()), (Some(0), ""), "{arguments:?}");
    stdout
}

fn section<'a>(page: &'a str, title: &str) -> &'a str {
    let sections = page.split("\n.SH ").skip(1);
    let mut found = sections.filter_map(|section| section.split_once('\n'));
    let found = found.find(|(name, _)| name.trim_matches('"') == title);
    found.unwrap_or_else(|| panic!("no {title}: {page}")).1
}

/// Those of `token` have pages of their own, with the lists of their parent.
#[test]
fn pages_of_the_second_level() {
    let page = printed(&["man", "token"]);
    let kinds = section(&page, "SUBCOMMANDS").lines();
    let kinds = kinds.filter_map(|line| line.strip_prefix("sigv4\\-token\\-"));
    let kinds = kinds.filter_map(|line| line.strip_suffix("(1)"));
    let kinds: Vec<_> = kinds.map(|kind| kind.replace("\\-", "-")).collect();
    assert!(kinds.len() >= 12, "{kinds:?}");
    for kind in kinds.iter().filter(|kind| *kind != "help") {
        let page = printed(&["man", "token", kind]);
        let synopsis = section(&page, "SYNOPSIS");
        let escaped = kind.replace('-', "\\-");
        assert!(
            synopsis.starts_with(&format!("\\fBsigv4 token {escaped}\\fR ")),
            "{page}"
        );
        assert!(section(&page, "OPTIONS").contains("\\-\\-time"), "{page}");
        assert!(
            section(&page, "ENVIRONMENT").contains("AWS_CREDENTIAL_EXPIRATION"),
            "{page}"
        );
        assert!(
            section(&page, "EXAMPLES").contains(&format!("sigv4 token {escaped} ")),
            "{page}"
        );
    }
    let (code, stdout, stderr) = run(&mut bare(&["man", "token", "nothing"]));
    assert_eq!((code, stdout.as_str()), (Some(2), ""));
    assert_eq!(stderr, "sigv4: there is no subcommand 'nothing'\n");
}

/// In the order of man-pages(7).
#[test]
fn man_pages_have_the_sections_that_people_look_for() {
    for subcommand in std::iter::once(None).chain(SUBCOMMANDS.map(Some)) {
        let arguments: Vec<_> = std::iter::once("man").chain(subcommand).collect();
        let page = printed(&arguments);
        let titles: Vec<_> = page
            .lines()
            .filter_map(|line| line.strip_prefix(".SH "))
            .map(|title| title.trim_matches('"'))
            .collect();
        let order = [
            "NAME",
            "SYNOPSIS",
            "DESCRIPTION",
            "OPTIONS",
            "SIGNING",
            "CREDENTIALS",
            "SUBCOMMANDS",
            "EXIT STATUS",
            "ENVIRONMENT",
            "FILES",
            "EXAMPLES",
            "SEE ALSO",
            "VERSION",
        ];
        let places: Vec<_> = titles
            .iter()
            .map(|title| order.iter().position(|known| known == title))
            .collect();
        assert!(
            places.iter().all(Option::is_some),
            "{subcommand:?}: {titles:?}"
        );
        assert!(places.is_sorted(), "{subcommand:?}: {titles:?}");
        for status in ["0", "1", "2", "3"] {
            let entry = format!("\\fB{status}\\fR\n");
            assert!(section(&page, "EXIT STATUS").contains(&entry), "{page}");
        }
        let examples = section(&page, "EXAMPLES");
        assert!(examples.starts_with(".nf\nsigv4 "), "{examples}");
        assert!(examples.trim_end().ends_with("\n.fi"), "{examples}");
        let others = section(&page, "SEE ALSO");
        for other in SUBCOMMANDS {
            let escaped = other.replace('-', "\\-");
            let named = others.contains(&format!("\\fBsigv4\\-{escaped}\\fR(1)"));
            assert_eq!(named, subcommand != Some(other), "{others}");
        }
    }
    let page = printed(&["man", "request"]);
    for variable in [
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_REGION",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "https_proxy",
    ] {
        assert!(section(&page, "ENVIRONMENT").contains(variable), "{page}");
    }
    assert!(section(&page, "FILES").contains("secret"), "{page}");
}

/// A region or a method is no file.
#[test]
fn files_are_offered_where_one_is_taken() {
    let fish = printed(&["completions", "fish"]);
    let offers = |option: &str| {
        let option = format!(" -l {option} ");
        let lines = fish.lines().filter(|line| line.contains(&option));
        let lines: Vec<_> = lines.collect();
        assert!(!lines.is_empty(), "{option}");
        // -F: files, -f: none.
        lines.iter().all(|line| line.ends_with(" -F"))
    };
    for option in [
        "secret-file",
        "cacert",
        "response",
        "data",
        "upload-file",
        "resign",
        "tls-cert",
    ] {
        assert!(offers(option), "{option}");
    }
    for option in ["service", "region", "request", "time", "header", "expires"] {
        assert!(!offers(option), "{option}");
    }
    let bash = printed(&["completions", "bash"]);
    let after = |option: &str| {
        let (_, rest) = bash.split_once(&format!(" {option})\n")).unwrap();
        rest.split(";;").next().unwrap().to_owned()
    };
    assert!(after("--secret-file").contains("compgen -f"));
    for option in ["--service", "--region", "-X", "-H"] {
        assert!(!after(option).contains("compgen -f"), "{option}");
    }
}

//! What `docs/MAP.md` names exists.

use crate::support::vectors;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// The rows of all tables: rule, what it says, functions, vectors and tests.
fn rows() -> Vec<[String; 4]> {
    let text = fs::read_to_string(Path::new(ROOT).join("docs/MAP.md")).unwrap();
    let row = |line: &str| {
        let line = line.strip_prefix('|')?.strip_suffix('|')?;
        let cells: Vec<_> = line.split('|').map(|cell| cell.trim().to_owned()).collect();
        Some(<[String; 4]>::try_from(cells).unwrap_or_else(|_| panic!("not four cells: {line}")))
    };
    text.lines()
        .filter_map(row)
        .filter(|[rule, ..]| rule != "rule" && !rule.starts_with("---"))
        .collect()
}

/// What stands between backquotes, one after the other.
fn quoted(cell: &str) -> Vec<&str> {
    let pieces: Vec<_> = cell.split('`').collect();
    assert!(pieces.len() % 2 == 1, "a backquote is missing: {cell}");
    pieces.into_iter().skip(1).step_by(2).collect()
}

/// Whether a text defines a function of that name.
fn defines(text: &str, name: &str) -> bool {
    text.match_indices(&format!("fn {name}"))
        .any(|(at, found)| matches!(text[at + found.len()..].chars().next(), Some('(' | '<')))
}

fn rust_files(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
}

#[test]
fn every_function_that_the_map_names_exists() {
    let rows = rows();
    assert!(rows.len() >= 40, "only {} rows were found", rows.len());
    for [rule, _, functions, _] in rows {
        let functions = quoted(&functions);
        assert!(!functions.is_empty(), "{rule}: no function");
        for function in functions {
            let (file, name) = function.split_once("::").unwrap();
            let path = Path::new(ROOT).join("src").join(file);
            let text = fs::read_to_string(path)
                .unwrap_or_else(|error| panic!("{rule}: src/{file}: {error}"));
            assert!(defines(&text, name), "{rule}: src/{file} has no fn {name}");
        }
    }
}

#[test]
fn every_vector_and_test_that_the_map_names_exists() {
    let mut files = Vec::new();
    for folder in ["src", "tests"] {
        rust_files(&Path::new(ROOT).join(folder), &mut files);
    }
    let texts: Vec<_> = files
        .iter()
        .map(|file| fs::read_to_string(file).unwrap())
        .collect();
    let is_test = |name: &str| {
        texts.iter().any(|text| {
            text.replace("#[tokio::test", "#[test")
                .split("#[test")
                .skip(1)
                .any(|test| defines(test.split_once('{').map_or(test, |(head, _)| head), name))
        })
    };
    for [rule, _, _, evidence] in rows() {
        let evidence = quoted(&evidence);
        assert!(!evidence.is_empty(), "{rule}: neither vector nor test");
        for name in evidence {
            if Path::new(name).extension().is_some() {
                let path = vectors().join(name);
                assert!(path.is_file(), "{rule}: no {}", path.display());
            } else {
                assert!(is_test(name), "{rule}: no test {name}");
            }
        }
    }
}

/// The rules by which the corners are listed are all on the map.
#[test]
fn every_numbered_rule_is_on_the_map() {
    let text = fs::read_to_string(vectors().join("README.md")).unwrap();
    let numbered = text
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split_once(" | "))
        .map(|(rule, _)| rule)
        .filter(|rule| {
            let number = rule.rsplit(' ').next().unwrap_or_default();
            rule.contains(' ') && number.parse::<u8>().is_ok()
        })
        .collect::<BTreeSet<_>>();
    assert!(numbered.len() >= 15, "{numbered:?}");
    let mapped: BTreeSet<_> = rows()
        .into_iter()
        .map(|[rule, ..]| rule.split(',').next().unwrap_or_default().to_owned())
        .collect();
    for rule in numbered {
        assert!(mapped.contains(rule), "{rule} is not on the map");
    }
}

/// Every relative link of a page leads to a file of this package.
#[test]
fn links_lead_somewhere() {
    let mut pages: Vec<_> = [
        "README.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
    ]
    .map(|name| Path::new(ROOT).join(name))
    .to_vec();
    for entry in fs::read_dir(Path::new(ROOT).join("docs")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "md") {
            pages.push(path);
        }
    }
    pages.push(vectors().join("README.md"));
    let mut links = 0;
    for page in pages {
        let text = fs::read_to_string(&page).unwrap();
        for (_, rest) in text
            .match_indices("](")
            .map(|(at, _)| text.split_at(at + 2))
        {
            let link = rest.split(')').next().unwrap();
            let (file, _) = link.split_once('#').unwrap_or((link, ""));
            if link.contains("://") || file.is_empty() {
                continue;
            }
            links += 1;
            let path = page.parent().unwrap().join(file);
            assert!(path.is_file(), "{}: dead link {link}", page.display());
            // Sub-packages are not part of the package.
            for left_out in ["../peers/", "../fuzz/", "../.ci/"] {
                assert!(!link.starts_with(left_out), "{}: {link}", page.display());
            }
        }
    }
    assert!(links >= 20, "only {links} links were found");
}

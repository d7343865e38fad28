//! The tables of `test-vectors/endpoints`, host by host.

use sigv4::Algorithm;
use sigv4::endpoint::{Destination, Given, KnownHost, Takes, recognize, resolve};
use std::collections::BTreeMap;
use std::path::Path;

fn rows(name: &str) -> Vec<Vec<String>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("test-vectors/endpoints");
    let text = std::fs::read_to_string(folder.join(name)).unwrap();
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split('\t').map(str::to_owned).collect())
        .collect()
}

/// Scheme, host without a port, and target.
fn destination(url: &str) -> Destination<'_> {
    let (scheme, rest) = url.split_once("://").unwrap();
    let at = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, target) = rest.split_at(at);
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => host,
        _ => authority,
    };
    Destination {
        scheme,
        host,
        target,
    }
}

/// What the columns of the tables call it.
fn told(host: &str) -> String {
    let to = Destination {
        scheme: "https",
        host,
        target: "/",
    };
    match resolve(&to, &Given::default()) {
        // By Version 4A (feature `v4a`), as no signature of Version 4 would do.
        Ok(found) if found.algorithm != Algorithm::SigV4 => found.service,
        Ok(found) => format!("{}/{}", found.service, found.region),
        Err(error) => error.to_string(),
    }
}

/// Every host as botocore signs it, or refused with a reason. At most ten are refused.
#[test]
fn hosts_of_the_models() {
    let refused: BTreeMap<_, _> = rows("refused.tsv")
        .into_iter()
        .map(|row| (row[0].clone(), row[1].clone()))
        .collect();
    assert!(refused.len() <= 10);
    let mut wrong = Vec::new();
    let hosts = rows("endpoints.tsv");
    assert_eq!(hosts.len(), 1638);
    for row in &hosts {
        let told = told(&row[0]);
        let right = row[1].split(' ').any(|wanted| wanted == told);
        let is_refused = !told.contains('/');
        if refused.contains_key(&row[0]) {
            assert!(is_refused, "{}: {told}", row[0]);
        } else if !right {
            wrong.push(format!("{}: {told}, not {}", row[0], row[1]));
        }
    }
    for host in refused.keys() {
        assert!(hosts.iter().any(|row| row[0] == *host), "{host}");
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// FIPS, dual-stack, GovCloud, China, the EU's and the isolated partitions.
#[test]
fn hosts_of_every_partition() {
    let mut expected: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in rows("partitions.tsv") {
        expected
            .entry(row[0].clone())
            .or_default()
            .push(row[1].clone());
    }
    let wrong: Vec<_> = expected
        .iter()
        .filter(|(host, wanted)| {
            // Several names for one host: what is called decides.
            let known = recognize(host);
            let services = known.iter().flat_map(KnownHost::services).count();
            services < 2 && !wanted.contains(&told(host))
        })
        .map(|(host, wanted)| format!("{host}: {}, not {wanted:?}", told(host)))
        .collect();
    assert!(expected.len() > 2000);
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// Hosts that are made for an account or a resource, those of others, and those that
/// nothing is guessed for.
#[test]
fn hosts_of_resources() {
    let mut wrong = Vec::new();
    for row in rows("resources.tsv") {
        let to = destination(&row[0]);
        let told = match recognize(to.host) {
            None => "none".into(),
            Some(known) => words(&known, &to),
        };
        if told != row[1] {
            wrong.push(format!("{}: {told}, not {}", row[0], row[1]));
        }
        assert_eq!(row.len(), 3, "{}", row[0]);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn words(known: &KnownHost, to: &Destination<'_>) -> String {
    let region = known.region.as_deref().unwrap_or("-");
    let services: Vec<_> = known.services().collect();
    match (known.service_for(to.scheme, to.target), known.takes) {
        (Some(service), Takes::SigV4aOnly) => format!("sigv4a {service}"),
        (None, Takes::NoSignature(_)) => "no signature".into(),
        (Some(service), _) => format!("{service}/{region}"),
        (None, _) if services.is_empty() => format!("unknown {region}"),
        (None, _) => format!("ask {}", services.join(" ")),
    }
}

/// Every line of `resources.txt` has a host in `resources.tsv`.
#[test]
fn every_pattern_has_a_vector() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/endpoint/resources.txt");
    let table = std::fs::read_to_string(folder).unwrap();
    let mut missing = Vec::new();
    let hosts: Vec<_> = rows("resources.tsv")
        .into_iter()
        .map(|row| row[0].clone())
        .collect();
    for line in table
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        let pattern = line.split(' ').next().unwrap();
        let domain = line.split(' ').nth(1).unwrap();
        // The words that stand in it literally have to stand in a vector, in that order.
        let words: Vec<_> = pattern
            .split('.')
            .filter(|label| !label.starts_with(['*', '{']))
            .map(|label| label.split(['*', '{']).next().unwrap())
            .chain((domain != "aws").then_some(domain))
            .collect();
        let found = hosts.iter().any(|host| {
            let mut rest = host.as_str();
            words.iter().all(|word| match rest.find(word) {
                Some(at) => {
                    rest = &rest[at + word.len()..];
                    true
                }
                None => false,
            })
        });
        if !found {
            missing.push(line);
        }
    }
    assert!(missing.is_empty(), "no vector for {missing:#?}");
}

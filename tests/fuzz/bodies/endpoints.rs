//! What a host's requests are signed for, by its name.

use super::example::{HOST, at, credentials, get};
use sigv4::endpoint::{Destination, EndpointError, Given, KnownHost, Note, Resolved, Takes};
use sigv4::endpoint::{recognize, resolve};
use sigv4::{Algorithm, Profile, Signer};
use std::mem::discriminant;

/// The tables that the library reads, by their columns.
const SERVICES: &str = include_str!("../../../src/endpoint/services.txt");
const RESOURCES: &str = include_str!("../../../src/endpoint/resources.txt");
const PARTITIONS: &str = include_str!("../../../src/endpoint/partitions.txt");

/// Said by the caller, as no table has it.
const SERVICE: &str = "given";
const REGION: &str = "xx-given-1";

/// A byte that chooses the scheme, then the host up to the first `/` or `?`, then the target.
///
/// What is told of a host stands in its name or in a table, whatever the case and with a dot at
/// the end or without; it can be signed with; what the caller says counts more, and what is to be
/// fallen back to counts less and never takes the place of a service that a host of AWS's has.
pub fn resolve_endpoint(data: &[u8]) {
    let (choice, rest) = data.split_first().unwrap_or((&0, b""));
    let text = String::from_utf8_lossy(rest);
    let end = text.find(['/', '?']).unwrap_or(text.len());
    let (host, target) = text.split_at(end);
    let to = Destination {
        scheme: ["https", "wss", "http", "WS"][usize::from(*choice) % 4],
        host,
        target,
    };
    let told = resolve(&to, &Given::default());
    let known = recognize(host);
    same_in_every_spelling(&to, known.as_ref(), told.as_ref());
    match &told {
        Ok(found) => is_proved(host, found),
        Err(error) => assert!(error.to_string().len() < host.len() + 400, "{error}"),
    }
    given_counts_more(&to, known.as_ref());
    fallbacks_count_less(&to, known.as_ref(), told.as_ref());
    // Another's domain, and what has a port.
    assert_eq!(recognize(&format!("{host}.example.com")), None);
    let with_port = format!("{host}:443");
    let to = Destination {
        host: &with_port,
        ..to
    };
    assert!(resolve(&to, &Given::default()).is_err());
}

fn same_in_every_spelling(
    to: &Destination<'_>,
    known: Option<&KnownHost>,
    told: Result<&Resolved, &EndpointError>,
) {
    for host in [to.host.to_ascii_lowercase(), format!("{}.", to.host)] {
        assert_eq!(recognize(&host).as_ref(), known, "{host}");
    }
    let host = &*to.host.to_ascii_uppercase();
    match (
        resolve(&Destination { host, ..*to }, &Given::default()),
        told,
    ) {
        (Ok(found), Ok(told)) => assert_eq!(&found, told),
        (Err(found), Err(told)) => assert_eq!(discriminant(&found), discriminant(told)),
        (found, told) => panic!("{host}: {found:?}, not {told:?}"),
    }
}

fn is_proved(host: &str, found: &Resolved) {
    assert_eq!(found.notes, []);
    assert!(is_signing_name(&found.service), "{found:?}");
    let rules = Profile {
        algorithm: found.algorithm,
        ..Profile::for_service(&found.service)
    };
    let signer = Signer::new(credentials(), &found.region, &found.service).with_profile(rules);
    signer.sign(&get("/", &[HOST]), at()).unwrap();
    if found.algorithm != Algorithm::SigV4 {
        assert_eq!(found.region, "*");
        return;
    }
    let host = host.to_ascii_lowercase();
    let region = found.region.as_str();
    let in_host = host.split('.').any(|label| {
        let before = label.strip_suffix(region);
        before.is_some_and(|before| before.is_empty() || before.ends_with('-'))
    });
    assert!(in_host || is_region_of_a_table(region), "{found:?}");
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    assert!(region.bytes().all(plain), "{found:?}");
}

fn is_signing_name(service: &str) -> bool {
    // `HEAD [NAME [REGION...]]`, and `LABELS DOMAIN NAME[:WHEN][,NAME[:WHEN]...] [REGION]`.
    let in_models = SERVICES.lines().any(|line| {
        let mut columns = line.split(' ');
        let head = columns.next();
        columns.next().or(head) == Some(service)
    });
    let mut names = (rows(RESOURCES))
        .filter_map(|line| line.split(' ').nth(2))
        .flat_map(|names| names.split(','))
        .map(|name| name.split_once(':').map_or(name, |(name, _)| name));
    in_models || names.any(|name| name == service)
}

fn is_region_of_a_table(region: &str) -> bool {
    let has = |line: &str, columns| line.split(' ').skip(columns).any(|column| column == region);
    SERVICES.lines().any(|line| has(line, 2))
        || rows(RESOURCES).any(|line| has(line, 3))
        || PARTITIONS.lines().any(|line| has(line, 2))
}

fn rows(table: &'static str) -> impl Iterator<Item = &'static str> {
    table.lines().filter(|line| !line.starts_with('#'))
}

fn given_counts_more(to: &Destination<'_>, known: Option<&KnownHost>) {
    let given = Given {
        service: Some(SERVICE),
        region: Some(REGION),
        ..Given::default()
    };
    match resolve(to, &given) {
        Ok(found) => {
            assert_eq!([&*found.service, &*found.region], [SERVICE, REGION]);
            let mut expected = Vec::new();
            let of_host = known.and_then(|known| {
                let called = known.service_for(to.scheme, to.target);
                called.or_else(|| known.services().next())
            });
            expected.extend(of_host.map(|host| Note::OtherService { host }));
            let region = known.and_then(|known| known.region.clone());
            expected.extend(region.map(|host| Note::OtherRegion { host }));
            assert_eq!(found.notes, expected);
        }
        Err(error) => {
            assert!(matches!(error, EndpointError::SigV4aOnly { .. }), "{error}");
            assert_eq!(known.unwrap().takes, Takes::SigV4aOnly);
        }
    }
}

fn fallbacks_count_less(
    to: &Destination<'_>,
    known: Option<&KnownHost>,
    told: Result<&Resolved, &EndpointError>,
) {
    let given = Given {
        fallback_service: Some(SERVICE),
        fallback_region: Some(REGION),
        ..Given::default()
    };
    let Ok(found) = resolve(to, &given) else {
        assert!(told.is_err() && known.is_some());
        return;
    };
    if let Ok(told) = told {
        assert_eq!(&found, told);
    }
    let in_host = known.and_then(|known| known.region.as_deref());
    let fallback = match found.algorithm {
        Algorithm::SigV4 => REGION,
        _ => "*",
    };
    assert_eq!(found.region, in_host.unwrap_or(fallback));
    let is_assumed = found.service == SERVICE;
    assert_eq!(is_assumed, found.notes == [Note::AssumedService]);
    if let Some(known) = known.filter(|_| is_assumed) {
        // A customer's own, on a host whose name AWS gives.
        assert!(known.service.is_none() && known.services().next().is_none());
        assert!(known.region.is_some());
    }
}

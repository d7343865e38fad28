//! Credentials of an instance that have expired, or that the service has no more of.

use crate::remote::instance::{imds, status};
use crate::remote::{NOW, config, credentials, error, imds_token, json_answer, ok, root};
use crate::server::{Act, Server, send};
use crate::source::{Hands, at};
use sigv4::client::{Cache, Container, CredentialsError, Imds, ProvideCredentials};
use std::time::Duration;

/// What has expired is used on, and asked for again after ten minutes and up to five more.
#[test]
fn static_stability() {
    let expiring = |end: &str| ok(json_answer().replace("2033-05-18T03:33:20Z", end));
    let failing = || status("500 Internal Server Error");
    // Good for an hour, then expired ones, then none at all, then good ones again.
    let server = Server::script(vec![
        imds_token(),
        ok("my-role"),
        expiring("2024-01-02T04:04:05Z"),
        ok("my-role"),
        expiring("2024-01-02T04:04:05Z"),
        failing(),
        failing(),
        failing(),
        failing(),
        ok("my-role"),
        expiring("2033-05-18T03:33:20Z"),
    ]);
    let hands = Hands::default();
    let url = root(&server);
    let config = config(&[("AWS_EC2_METADATA_SERVICE_ENDPOINT", &url)]).clock(hands.reader());
    let cache = Cache::new(Imds::new(&config)).clock(hands.reader());
    let provide = |now: u64| {
        hands.set(now);
        let provided = cache.provide_credentials().unwrap();
        assert_eq!(provided.credentials, credentials());
        (provided.expires_at, server.seen().len())
    };
    assert_eq!(provide(NOW), (Some(at(NOW + 3600)), 3));
    // The service has none but those that ended: used on.
    let late = NOW + 4000;
    // Nobody knows until when.
    assert_eq!(provide(late), (None, 5));
    // Not asked again before ten minutes have passed.
    assert_eq!(provide(late + 599), (None, 5));
    // After fifteen at the latest; it fails, four times, and they are used on.
    assert_eq!(provide(late + 901), (None, 9));
    assert_eq!(provide(late + 1802), (Some(at(2_000_000_000)), 11));
    assert!(
        crate::logs::lines()
            .iter()
            .any(|line| line.contains("the credentials have expired, and are used on"))
    );
}

/// The first time there is nothing to use on.
#[test]
fn nothing_to_use_on() {
    let server = Server::new(|number| match number {
        0 => imds_token(),
        _ => status("500 Internal Server Error"),
    });
    let error = error(imds(&server).provide_credentials());
    assert!(
        matches!(error, CredentialsError::Refused { status: 500, .. }),
        "{error:?}"
    );
    assert_eq!(server.seen().len(), 5);
}

/// Of all other services, what has expired is no use, and the service's fault or the clock's.
#[test]
fn of_no_instance() {
    let ended = json_answer().replace("2033-05-18T03:33:20Z", "2024-01-02T03:04:04Z");
    let server = Server::new(move |_| ok(&ended));
    let url = server.url();
    let config = config(&[("AWS_CONTAINER_CREDENTIALS_FULL_URI", &url)]);
    let error = error(Container::with(&config).cached().provide_credentials());
    assert!(error.is_of_service(), "{error}");
    let words = "their end is 2024-01-02T03:04:04Z, and it is 2024-01-02T03:04:05Z now";
    assert!(error.to_string().contains(words), "{error}");
}

/// What answers, piece by piece until the time is up, is no missing instance.
#[test]
fn an_instance_that_drips() {
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n";
    let pieces = Act::Trickle(b"123456789".to_vec(), Duration::from_millis(200));
    let server = Server::new(move |_| vec![send(head), pieces.clone()]);
    let url = root(&server);
    let config = config(&[("AWS_EC2_METADATA_SERVICE_ENDPOINT", &url)]);
    let config = config.time_in_all(Duration::from_millis(500));
    let error = error(Imds::new(&config).provide_credentials());
    assert!(error.is_of_service(), "{error:?}");
}

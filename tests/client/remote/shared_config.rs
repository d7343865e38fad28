//! What the sources of one configuration share: its time, its proxy.

use crate::remote::{config, credentials, error};
use crate::server::{Act, Server};
use sigv4::client::{Container, Imds, ProvideCredentials, Sts};
use std::time::Duration;
use ureq::Proxy;

const SLOW: Duration = Duration::from_millis(500);
const GENEROUS: Duration = Duration::from_secs(10);

/// The sources of one configuration share what time there is.
#[test]
fn time_in_all() {
    let server = Server::new(|_| vec![Act::Stall]);
    let config = config(&[("AWS_CONTAINER_CREDENTIALS_FULL_URI", &server.url())]);
    let config = config.time_in_all(SLOW);
    let began = std::time::Instant::now();
    for _ in 0..3 {
        let error = error(Container::with(&config).provide_credentials());
        assert!(error.is_of_service(), "{error}");
    }
    // Those that came later asked nobody.
    assert_eq!(server.connections(), 1);
    // One of them alone has fifteen seconds.
    assert!(began.elapsed() < GENEROUS);
}

/// What is asked in clear, or at a link-local address, is asked without a proxy.
#[test]
fn past_the_proxy() {
    let proxy = Server::new(|_| vec![Act::Close]);
    let proxied = |variables: &[(&str, &str)]| {
        let url = format!("http://127.0.0.1:{}", proxy.port);
        config(variables).proxy(Some(Proxy::new(&url).unwrap()))
    };
    let server = Server::new(|_| vec![Act::Close]);
    let url = server.url();
    let container = proxied(&[("AWS_CONTAINER_CREDENTIALS_FULL_URI", &url)]);
    error(Container::with(&container).provide_credentials());
    let instance = proxied(&[("AWS_EC2_METADATA_SERVICE_ENDPOINT", &url)]);
    error(Imds::new(&instance).provide_credentials());
    let sts = Sts::new(&proxied(&[("AWS_ENDPOINT_URL_STS", &url)])).unwrap();
    sts.caller_identity(&credentials()).unwrap_err();
    assert_eq!((server.connections(), proxy.connections()), (3 + 4 + 3, 0));
    // What is allowed to go in clear elsewhere, too.
    let anywhere = proxied(&[("AWS_ENDPOINT_URL_STS", &url)]).allow_plain_http();
    let sts = Sts::new(&anywhere).unwrap();
    sts.caller_identity(&credentials()).unwrap_err();
    assert_eq!((server.connections(), proxy.connections()), (13, 0));
    // A service of AWS's is asked through it.
    let sts = Sts::new(&proxied(&[("AWS_REGION", "eu-west-1")])).unwrap();
    let text = sts.caller_identity(&credentials()).unwrap_err().to_string();
    assert!(text.contains("through the proxy 127.0.0.1:"), "{text}");
    assert_ne!(proxy.connections(), 0);
}

//! Names of hosts, of which service and region are read.

use crate::shape::{Shape, filled};
use sigv4::endpoint::{Destination, Given, recognize, resolve};

/// Longer than any name (RFC 1035, 2.3.4). Of a shorter one more is looked up, once.
const SIZE: usize = 512;

type Host = fn(usize) -> String;

const HOSTS: [(&str, Host, bool); 8] = [
    ("labels", |size| filled("a.", size) + "amazonaws.com", true),
    (
        "labels of a bucket",
        |size| filled("a.", size) + "s3.eu-west-1.amazonaws.com",
        true,
    ),
    (
        "regions",
        |size| filled("us-east-1.", size) + "vpce.amazonaws.com",
        true,
    ),
    (
        "one label",
        |size| filled("a", size) + ".amazonaws.com",
        true,
    ),
    (
        "one label of hyphens",
        |size| filled("us-", size) + "1.amazonaws.com",
        true,
    ),
    ("dots", |size| filled(".", size) + "amazonaws.com", true),
    (
        "dots at the end",
        |size| "a".to_owned() + &filled(".", size),
        false,
    ),
    (
        "labels before another's domain",
        |size| filled("a.", size) + "backblazeb2.com",
        false,
    ),
];

pub fn shapes() -> Vec<Shape> {
    let shape = |(name, host, is_aws): (&str, Host, bool)| {
        Shape::new(format!("host: {name}"), SIZE, move |size| {
            let host = host(size);
            move || {
                let known = recognize(&host);
                assert_eq!(known.is_some(), is_aws);
                assert_eq!(known.and_then(|known| known.service), None);
                let to = Destination {
                    scheme: "https",
                    host: &host,
                    target: "/",
                };
                assert!(resolve(&to, &Given::default()).is_err());
            }
        })
    };
    HOSTS.map(shape).into()
}

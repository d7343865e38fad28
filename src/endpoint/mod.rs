//! Which service and which region a host's requests are signed for.
//!
//! A signature for another service or region than the host's is refused by the service, and
//! nothing in the answer of many says why. What a host's name proves is used; what it does
//! not prove is asked for, never guessed.
//!
//! ```
//! use sigv4::endpoint::{Destination, Given, recognize, resolve};
//!
//! let host = recognize("personalize-runtime.eu-west-1.amazonaws.com").unwrap();
//! assert_eq!(host.service, Some("personalize"));
//! assert_eq!(host.region.as_deref(), Some("eu-west-1"));
//!
//! // One host, two services: what is called decides.
//! let iot = "abc123-ats.iot.us-east-1.amazonaws.com";
//! let mqtt = Destination { scheme: "wss", host: iot, target: "/mqtt" };
//! assert_eq!(resolve(&mqtt, &Given::default())?.service, "iotdevicegateway");
//! let shadow = Destination { scheme: "https", host: iot, target: "/things/saw/shadow" };
//! assert_eq!(resolve(&shadow, &Given::default())?.service, "iotdata");
//! # Ok::<(), sigv4::endpoint::EndpointError>(())
//! ```
//!
//! Data, in this folder: `partitions.txt` and `services.txt` are made from botocore's models
//! by `test-vectors/endpoints/make.py`; `resources.txt`, written by hand, has the hosts that
//! are made for one account or resource, and the S3-compatible services that name themselves.
//! [Service endpoints](https://docs.aws.amazon.com/general/latest/gr/rande.html); vectors:
//! `test-vectors/endpoints`.

mod host;
#[cfg(feature = "tower")]
mod known_hosts;
mod labels;
mod partition;
mod resolve;
mod resources;
mod table;

pub(crate) use partition::{are_of_one_partition, suffix_of};

#[cfg(feature = "tower")]
pub(crate) use known_hosts::KnownHosts;
#[cfg(feature = "tower")]
pub(crate) use resolve::resolve_known;

pub use host::{KnownHost, Takes, recognize};
pub use resolve::{Destination, EndpointError, Given, Note, Resolved, resolve};

//! A server that takes everything, and a client for it.

use crate::server::{ACCESS_KEY_ID, SECRET, Seen, Server, response};
use sigv4::Credentials;
use sigv4::client::{Client, ClientBuilder, Environment};

pub(crate) fn credentials() -> Credentials {
    Credentials::new(ACCESS_KEY_ID, SECRET)
}

pub(crate) fn accepting() -> Server {
    Server::new(|_| vec![response("200 OK", "", "{\"items\":[]}")])
}

pub(crate) fn unset() -> Environment {
    Environment::from_lookup(|name| (name == "AWS_EC2_METADATA_DISABLED").then(|| "true".into()))
}

pub(crate) fn builder(server: &Server) -> ClientBuilder {
    Client::builder()
        .environment(unset())
        .base_url(server.url())
        .credentials(credentials())
        .region("us-east-1")
        .service("execute-api")
        .proxy(None)
}

pub(crate) fn only(server: &Server) -> Seen {
    let seen = server.seen();
    assert_eq!(seen.len(), 1);
    let only = seen.into_iter().next().unwrap();
    only.verify(only.signed_at());
    only
}

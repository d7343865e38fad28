//! A proxy in front of an upstream, and who calls it.

use crate::deadline::LONG;
use sigv4::Credentials;
use sigv4::endpoint::{Destination, Given, resolve};
use sigv4::proxy::{Keys, Listen, Proxy, Route, Running, Settings, Upstream};
use sigv4::sources::{Cache, CredentialsError, ProvideCredentials, ProvidedCredentials};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;

pub const ACCESS_KEY_ID: &str = crate::server::ACCESS_KEY_ID;
pub const SECRET: &str = crate::server::SECRET;

/// Credentials that are always the same.
pub struct Always(pub Credentials);

impl ProvideCredentials for Always {
    fn provide_credentials(&self) -> Result<ProvidedCredentials, CredentialsError> {
        Ok(ProvidedCredentials::new(self.0.clone()))
    }
}

pub fn keys() -> Keys {
    keys_of(Credentials::new(ACCESS_KEY_ID, SECRET))
}

pub fn keys_of(credentials: Credentials) -> Keys {
    Arc::new(Cache::new(Box::new(Always(credentials))))
}

/// Everything goes to a port on loopback, signed for `execute-api` in `us-east-1`.
pub fn route(port: u16) -> Route {
    let upstream = Upstream::Fixed {
        scheme: "http".parse().unwrap(),
        authority: format!("127.0.0.1:{port}").parse().unwrap(),
        sign_host: None,
        roots: None,
        h2c: false,
    };
    let mut route = Route::new("all", upstream, keys());
    route.scope = Some(scope("execute-api", "us-east-1"));
    route
}

pub fn scope(service: &str, region: &str) -> sigv4::endpoint::Resolved {
    let to = Destination {
        scheme: "http",
        host: "127.0.0.1",
        target: "/",
    };
    let given = Given {
        service: Some(service),
        region: Some(region),
        ..Given::default()
    };
    resolve(&to, &given).unwrap()
}

pub fn settings(routes: impl IntoIterator<Item = Route>) -> Settings {
    let listen = Listen::Tcp(SocketAddr::from(([127, 0, 0, 1], 0)));
    Settings::new(listen, routes.into_iter().map(Arc::new).collect())
}

pub fn start(routes: impl IntoIterator<Item = Route>) -> Running {
    Proxy::new(settings(routes)).start().unwrap()
}

/// Where callers reach it.
pub fn address(proxy: &Running) -> SocketAddr {
    match proxy.listen() {
        Listen::Tcp(address) => *address,
        Listen::Unix(path) => panic!("{}", path.display()),
    }
}

/// Who reads from it does not wait for ever.
pub fn patient(stream: TcpStream) -> TcpStream {
    stream.set_read_timeout(Some(LONG)).unwrap();
    stream
}

/// Sends bytes on a connection of their own, and reads until the other side closes.
pub fn exchange(proxy: &Running, request: &[u8]) -> String {
    let mut stream = patient(TcpStream::connect(address(proxy)).unwrap());
    stream.write_all(request).unwrap();
    let mut answer = Vec::new();
    let read = stream.read_to_end(&mut answer);
    read.unwrap_or_else(|error| panic!("{error} after {}", String::from_utf8_lossy(&answer)));
    String::from_utf8_lossy(&answer).into_owned()
}

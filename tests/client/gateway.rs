//! The client and the embedded gateway, with an unreliable network between them.
#![cfg(all(feature = "client", feature = "gateway"))]

use serde_json::json;
use sigv4::client::{
    Cache, Client, ClientBuilder, ClientError, CredentialsError, ItemsClient, ProvideCredentials,
    ProvidedCredentials, RetryPolicy, TransportKind,
};
use sigv4::gateway::{Api, Gateway, Principals, Running};
use sigv4::{Credentials, Timestamp};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const SECRET: &str = "sEcReT+ofTheGateway/0123456789";
const TOKEN: &str = "tOkEn+ofTheGateway/0123456789==";
const START: i64 = 1_369_353_600;
const END: i64 = START + 3600;

/// The time of everybody here, in seconds since 1970.
type Hands = Arc<AtomicI64>;

fn hands() -> Hands {
    Arc::new(AtomicI64::new(START))
}

fn reader(hands: &Hands) -> impl Fn() -> SystemTime + Send + Sync + 'static {
    let hands = hands.clone();
    move || UNIX_EPOCH + Duration::from_secs(hands.load(Ordering::SeqCst).unsigned_abs())
}

fn gateway(hands: &Hands) -> Running {
    let key = |number: i64| {
        let expires_at = Timestamp::from_unix(END + 3600 * number).unwrap();
        json!({
            "access_key_id": format!("ASIA{number}"), "secret_access_key": SECRET,
            "session_token": format!("{TOKEN}{number}"), "expires_at": expires_at.as_str(),
        })
    };
    let allow = |resource: &str| json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "execute-api:Invoke", "Resource": resource }] });
    let list = json!({ "principals": [
        {
            "arn": "arn:aws:iam::111122223333:user/alice",
            "keys": [key(0), key(1)],
            "policies": [allow("arn:aws:execute-api:us-east-1:111122223333:abc123/prod/GET/items")],
        },
    ]});
    let api = Api::new("us-east-1", "111122223333", "abc123", "prod").unwrap();
    let hands = hands.clone();
    Gateway::new(api, Principals::from_json(&list.to_string()).unwrap())
        .with_clock(move || Timestamp::from_unix(hands.load(Ordering::SeqCst)).unwrap())
        .start()
        .unwrap()
}

fn credentials(number: usize) -> Credentials {
    Credentials::new(format!("ASIA{number}"), SECRET).with_session_token(format!("{TOKEN}{number}"))
}

fn builder(hands: &Hands) -> ClientBuilder {
    Client::builder()
        .credentials(credentials(0))
        .region("us-east-1")
        .proxy(None)
        .clock(reader(hands))
        // The responses are dated by the system's clock, not by this one.
        .without_clock_correction()
        .pause(|_| ())
}

/// Hands requests on, but resets some connections when a request arrives, and cuts off
/// some responses. Scattered, but the same in every run.
struct Network {
    address: SocketAddr,
    resets: Arc<AtomicUsize>,
    cuts: Arc<AtomicUsize>,
}

impl Network {
    fn to(upstream: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let network = Self {
            address: listener.local_addr().unwrap(),
            resets: Arc::default(),
            cuts: Arc::default(),
        };
        let (resets, cuts) = (network.resets.clone(), network.cuts.clone());
        thread::spawn(move || {
            for (number, client) in listener.incoming().enumerate() {
                let scattered = number.wrapping_mul(0x9E37_79B9) >> 13;
                let (resets, cuts) = (resets.clone(), cuts.clone());
                thread::spawn(move || {
                    let mut client = client.ok()?;
                    let mut service = TcpStream::connect(upstream).ok()?;
                    for _ in 0..scattered % 16 {
                        service.write_all(&request(&mut client)?).ok()?;
                        client.write_all(&response(&mut service)?).ok()?;
                    }
                    if scattered % 8 == 7 {
                        service.write_all(&request(&mut client)?).ok()?;
                        let response = response(&mut service)?;
                        cuts.fetch_add(1, Ordering::SeqCst);
                        return client.write_all(&response[..response.len() - 1]).ok();
                    }
                    // What is peeked at stays unread, so that the kernel sends a reset.
                    client.peek(&mut [0]).ok().filter(|length| *length > 0)?;
                    resets.fetch_add(1, Ordering::SeqCst);
                    Some(())
                });
            }
        });
        network
    }
}

/// A request without a body.
fn request(stream: &mut TcpStream) -> Option<Vec<u8>> {
    head(stream).map(|(head, _)| head)
}

fn response(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let (mut bytes, length) = head(stream)?;
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    bytes.extend(body);
    Some(bytes)
}

fn head(stream: &mut TcpStream) -> Option<(Vec<u8>, usize)> {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).ok()?;
        bytes.extend(byte);
    }
    let text = String::from_utf8(bytes.clone()).unwrap().to_lowercase();
    let length = text
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    Some((bytes, length.map_or(0, |text| text.parse().unwrap())))
}

/// Provides the keys one after the other, and counts.
struct Keys(Arc<AtomicUsize>);

impl ProvideCredentials for Keys {
    fn provide_credentials(&self) -> Result<ProvidedCredentials, CredentialsError> {
        let number = self.0.fetch_add(1, Ordering::SeqCst);
        let end = END.unsigned_abs() + 3600 * number as u64;
        let end = UNIX_EPOCH + Duration::from_secs(end);
        Ok(ProvidedCredentials::new(credentials(number)).until(end))
    }
}

#[test]
fn sixteen_threads() {
    crate::logs::capture();
    let hands = hands();
    let gateway = gateway(&hands);
    let network = Network::to(gateway.address());
    let asked = Arc::new(AtomicUsize::new(0));
    let builder = builder(&hands)
        .credentials(Cache::new(Keys(asked.clone())).clock(reader(&hands)))
        .retry(RetryPolicy::default().max_attempts(4));
    let client =
        ItemsClient::from_builder(format!("http://{}/prod", network.address), builder).unwrap();
    let (begun, got, cut) = (
        AtomicUsize::new(0),
        AtomicUsize::new(0),
        AtomicUsize::new(0),
    );
    thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                for _ in 0..200 {
                    if begun.fetch_add(1, Ordering::SeqCst) == 1600 {
                        // Two minutes before the first key ends.
                        hands.store(END - 120, Ordering::SeqCst);
                    }
                    match client.get_items() {
                        Ok(_) => got.fetch_add(1, Ordering::SeqCst),
                        // After the response began, nobody may try again.
                        Err(ClientError::Transport {
                            kind: TransportKind::Closed,
                            ..
                        }) => cut.fetch_add(1, Ordering::SeqCst),
                        // Four attempts in a row met a reset.
                        Err(ClientError::Transport {
                            kind: TransportKind::Reset,
                            ..
                        }) => 0,
                        // A request that was under way while the clock jumped.
                        Err(
                            ClientError::ClockSkew { .. } | ClientError::CredentialsRejected { .. },
                        ) => 0,
                        Err(other) => panic!("{other:?}"),
                    };
                }
            });
        }
    });
    let (got, cut) = (got.into_inner(), cut.into_inner());
    assert_eq!(begun.into_inner(), 3200);
    assert!(got > 2800, "{got} of 3200");
    assert!(
        cut > 0 && cut <= network.cuts.load(Ordering::SeqCst),
        "{cut}"
    );
    assert!(network.resets.load(Ordering::SeqCst) > 0);
    assert_eq!(
        asked.load(Ordering::SeqCst),
        2,
        "once at the start, once in the middle"
    );
    crate::logs::assert_without(&[SECRET, TOKEN, "Signature="]);
}

/// Every refusal of the gateway, as its own error.
#[test]
fn refusals() {
    let hands = hands();
    let gateway = gateway(&hands);
    let url = gateway.url();
    let call = |builder: ClientBuilder, method: &str, path: &str| {
        let client = builder.service("execute-api").build().unwrap();
        let target = format!("http://{}{path}", gateway.address());
        client.request(method, &target).send().unwrap_err()
    };
    assert!(
        ItemsClient::from_builder(&url, builder(&hands))
            .unwrap()
            .get_items()
            .is_ok()
    );

    let error = call(builder(&hands), "POST", "/prod/items");
    let ClientError::NotAuthorized {
        action, resource, ..
    } = &error
    else {
        panic!("{error:?}");
    };
    assert_eq!(action.as_deref(), Some("execute-api:Invoke"));
    assert!(
        resource.as_deref().unwrap().ends_with("/prod/POST/items"),
        "{resource:?}"
    );

    let wrong = Credentials::new("ASIA0", "wrong").with_session_token(format!("{TOKEN}0"));
    let error = call(builder(&hands).credentials(wrong), "GET", "/prod/items");
    let ClientError::SignatureMismatch {
        canonical_string: Some(canonical),
        string_to_sign: Some(to_sign),
        ..
    } = &error
    else {
        panic!("{error:?}");
    };
    assert!(
        canonical.starts_with("GET\n/prod/items\n") && !canonical.contains(TOKEN),
        "{canonical}"
    );
    assert!(to_sign.starts_with("AWS4-HMAC-SHA256\n"), "{to_sign}");

    let unknown = Credentials::new("AKIDUNKNOWN", SECRET);
    let error = call(builder(&hands).credentials(unknown), "GET", "/prod/items");
    assert!(
        matches!(
            error,
            ClientError::CredentialsRejected { expired: false, .. }
        ),
        "{error:?}"
    );

    let error = call(builder(&hands), "GET", "/prod/nothing");
    assert!(
        matches!(error, ClientError::UnknownRoute { .. }),
        "{error:?}"
    );

    let late = move || UNIX_EPOCH + Duration::from_secs(START.unsigned_abs() - 600);
    let error = call(builder(&hands).clock(late), "GET", "/prod/items");
    let ClientError::ClockSkew {
        server: Some(server),
        local,
        ..
    } = error
    else {
        panic!("{error:?}");
    };
    assert_eq!((server.unix(), local.unix()), (START, START - 600));
}

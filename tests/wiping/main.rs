//! No memory is given back with a secret access key, a session token or a private key in it.
//!
//! A program of its own, as it brings its own allocator, which looks through whatever is
//! freed. What others free with one in it is listed: ureq's buffers, in which a container's
//! answer and the request stand; and the value of a header, a `HeaderValue` of the crate http,
//! as which a session token is sent.
#![cfg(all(feature = "client", unix))]

#[cfg(all(feature = "gateway", feature = "v4a"))]
mod key_pair;
mod profiles;
mod remote;
mod tokens;

use sigv4::Credentials;
use sigv4::client::{
    Cache, Client, Container, Environment, Process, ProvideCredentials, ProvidedCredentials,
};
use std::alloc::{GlobalAlloc, Layout, System};
use std::ffi::OsString;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::ffi::OsStringExt;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicUsize, Ordering};
use std::thread;

const SECRET: &str = "wJalrXUtnFEMI0K7MDENG0bPxRfiCYWIPETHIS";
/// Of a length that nothing else has.
macro_rules! token {
    () => {
        "IQoJb3JpZ2luX2VjEWIPETHISTOO0123456789abcdefghijklmnopqrstuvwxy"
    };
}
const TOKEN: &str = token!();
/// All that may not be found.
const SEARCHED: &[&[u8]] = &[
    SECRET.as_bytes(),
    TOKEN.as_bytes(),
    #[cfg(all(feature = "gateway", feature = "v4a"))]
    &key_pair::PRIVATE,
    #[cfg(all(feature = "gateway", feature = "v4a"))]
    &key_pair::REVERSED,
];
const SHORTEST: usize = 32;
/// ureq's buffers for what arrives and what is sent, as large as its configuration says.
const UREQ_BUFFER: usize = 128 * 1024;

static ARMED: AtomicBool = AtomicBool::new(false);
static LATEST: AtomicPtr<u8> = AtomicPtr::new(std::ptr::null_mut());
static LATEST_SIZE: AtomicUsize = AtomicUsize::new(0);
static FOUND: AtomicUsize = AtomicUsize::new(0);
static FOUND_IN_UREQ: AtomicUsize = AtomicUsize::new(0);
/// The token, and nothing else.
static FOUND_AS_VALUE: AtomicUsize = AtomicUsize::new(0);

struct Searching;

// Looking through memory that is given back needs its bytes, which no safe code can have.
// `realloc` is the trait's own: it allocates, copies, and frees here.
unsafe impl GlobalAlloc for Searching {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // All of it is written, so that all of it can be read.
        let given = unsafe { System.alloc_zeroed(layout) };
        if ARMED.load(Ordering::SeqCst) {
            LATEST.store(given, Ordering::SeqCst);
            LATEST_SIZE.store(layout.size(), Ordering::SeqCst);
        }
        given
    }

    unsafe fn dealloc(&self, freed: *mut u8, layout: Layout) {
        if ARMED.load(Ordering::SeqCst) && layout.size() >= SHORTEST {
            let bytes = unsafe { std::slice::from_raw_parts(freed, layout.size()) };
            if holds_any(bytes) {
                let found = match layout.size() {
                    UREQ_BUFFER => &FOUND_IN_UREQ,
                    size if size == TOKEN.len() => &FOUND_AS_VALUE,
                    _ => &FOUND,
                };
                found.fetch_add(1, Ordering::SeqCst);
            }
        }
        unsafe { System.dealloc(freed, layout) };
    }
}

fn holds_any(bytes: &[u8]) -> bool {
    SEARCHED.iter().any(|secret| {
        let mut windows = bytes.windows(secret.len());
        windows.any(|window| window == *secret)
    })
}

#[global_allocator]
static ALLOCATOR: Searching = Searching;

/// How often memory with a secret in it was freed meanwhile, beside ureq's buffers.
fn freed(act: impl FnOnce()) -> usize {
    freed_but_for_values(act) + FOUND_AS_VALUE.load(Ordering::SeqCst)
}

/// The same, but for memory of the token alone.
fn freed_but_for_values(act: impl FnOnce()) -> usize {
    FOUND.store(0, Ordering::SeqCst);
    FOUND_AS_VALUE.store(0, Ordering::SeqCst);
    ARMED.store(true, Ordering::SeqCst);
    act();
    ARMED.store(false, Ordering::SeqCst);
    FOUND.load(Ordering::SeqCst)
}

/// Answers every connection with the same bytes, and keeps no copy of them.
fn server(answer: &'static [u8]) -> u16 {
    answering(vec![answer])
}

/// The first connection with the first of them and so on, then with the last.
fn answering(answers: Vec<&'static [u8]>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for (number, stream) in listener.incoming().enumerate() {
            let answer = answers[number.min(answers.len() - 1)];
            let mut stream = stream.unwrap();
            // One piece, as it comes from this machine.
            let _ = stream.read(&mut [0; 8192]);
            let _ = stream.write_all(answer);
        }
    });
    port
}

fn environment(variables: &'static [(&'static str, &'static str)]) -> Environment {
    Environment::from_lookup(move |wanted| {
        let found = variables.iter().find(|(name, _)| *name == wanted);
        found.map(|(_, value)| value.into())
    })
}

macro_rules! with_secret {
    ($before:literal, $after:literal) => {
        concat!($before, "wJalrXUtnFEMI0K7MDENG0bPxRfiCYWIPETHIS", $after)
    };
}

const ID: (&str, &str) = ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE");
const KEY: &str = "AWS_SECRET_ACCESS_KEY";

fn variables() {
    let whole = environment(&[ID, (KEY, SECRET)]);
    assert_eq!(whole.credentials().unwrap().secret_access_key(), SECRET);
    let with_token = environment(&[ID, (KEY, SECRET), ("AWS_SESSION_TOKEN", TOKEN)]);
    let credentials = with_token.credentials().unwrap();
    assert_eq!(credentials.session_token(), Some(TOKEN));
    let token_alone = environment(&[ID, ("AWS_SESSION_TOKEN", TOKEN)]);
    token_alone.credentials().unwrap_err();
    let half = environment(&[(KEY, SECRET)]);
    half.credentials().unwrap_err();
    let with_line_end = environment(&[ID, (KEY, with_secret!("", "\n"))]);
    with_line_end.credentials().unwrap_err();
    let no_text = Environment::from_lookup(|name| {
        (name == KEY).then(|| {
            let mut bytes = Vec::with_capacity(SECRET.len() + 1);
            bytes.extend_from_slice(SECRET.as_bytes());
            bytes.push(0xff);
            OsString::from_vec(bytes)
        })
    });
    no_text.credentials().unwrap_err();
}

fn json() {
    for (text, is_right) in [
        (
            with_secret!(
                r#"{"Version":1,"AccessKeyId":"A","SecretAccessKey":""#,
                r#""}"#
            ),
            true,
        ),
        (
            with_secret!(
                r#"{"Version":1,"AccessKeyId":"A","SecretAccessKey":"\u0041"#,
                r#"\/\u002b"}"#
            ),
            true,
        ),
        (
            concat!(
                r#"{"Version":1,"AccessKeyId":"A","SecretAccessKey":"x","SessionToken":""#,
                token!(),
                r#""}"#
            ),
            true,
        ),
        (
            concat!(
                r#"{"Version":1,"AccessKeyId":"A","SecretAccessKey":"x","SessionToken":"\/"#,
                token!(),
                r#"\n"}"#
            ),
            false,
        ),
        (
            with_secret!(
                r#"{"Version":2,"AccessKeyId":"A","SecretAccessKey":""#,
                r#"\/"}"#
            ),
            false,
        ),
        (
            with_secret!(r#"{"Version":1,"SecretAccessKey":""#, r#"\/"}"#),
            false,
        ),
        (
            with_secret!(
                r#"{"Version":1,"AccessKeyId":"A","SecretAccessKey":""#,
                r#"\/\n"}"#
            ),
            false,
        ),
        (
            with_secret!(
                r#"{"Version":1,"AccessKeyId":"A B\u0001","SecretAccessKey":""#,
                r#"\/"}"#
            ),
            false,
        ),
        (
            with_secret!(
                r#"{"Version":1,"AccessKeyId":"A","SecretAccessKey":""#,
                r#"\/","Expiration":1}"#
            ),
            false,
        ),
        (
            with_secret!(r#"{"SecretAccessKey":""#, r#"\/","SecretAccessKey":"x"}"#),
            false,
        ),
        (with_secret!(r#"{"SecretAccessKey":""#, r#"\/\x"}"#), false),
        (with_secret!(r#"{"SecretAccessKey":""#, r#"\/"#), false),
    ] {
        let read = ProvidedCredentials::from_json(text.as_bytes());
        assert_eq!(read.is_ok(), is_right, "{text}");
    }
}

#[test]
fn nothing_is_freed_with_a_secret_in_it() {
    // The allocator finds what is there to be found, also where a buffer grew.
    let dropped = freed(|| drop(String::from(SECRET)));
    let grown = freed(|| {
        let mut text = String::from(SECRET);
        text.reserve(4096);
        std::mem::forget(text);
    });
    let token = freed(|| drop([String::from(TOKEN), [TOKEN, " and more"].concat()]));
    assert_eq!((dropped, grown, token), (1, 1, 2));

    assert_eq!(freed(variables), 0, "variables");
    assert_eq!(freed(json), 0, "JSON");

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("credentials");
    // Longer than a pipe's page, so that it is read in several pieces.
    let json = format!(
        r#"{{"Version":1,"AccessKeyId":"A","SecretAccessKey":"{SECRET}","SessionToken":"{TOKEN}","More":"{}"}}"#,
        "x".repeat(20_000)
    );
    std::fs::write(&file, json).unwrap();
    let process = Process::new(&format!("cat {}", file.display())).unwrap();
    let cache = Cache::new(process);
    let ran = freed(|| {
        for _ in 0..2 {
            cache.provide_credentials().unwrap();
        }
    });
    assert_eq!(ran, 0, "process");

    let body = format!(
        r#"{{"AccessKeyId":"A","SecretAccessKey":"{SECRET}","Token":"{TOKEN}","Expiration":"2999-01-01T00:00:00Z"}}"#
    );
    let length = body.len();
    let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{body}");
    let port = server(answer.leak().as_bytes());
    let container = Container::new(Environment::from_lookup(move |name| {
        let url = format!("http://127.0.0.1:{port}/");
        (name == "AWS_CONTAINER_CREDENTIALS_FULL_URI").then(|| url.into())
    }));
    let asked = freed(|| {
        let provided = container.provide_credentials().unwrap();
        assert_eq!(provided.credentials.secret_access_key(), SECRET);
        assert_eq!(provided.credentials.session_token(), Some(TOKEN));
    });
    assert_eq!(asked, 0, "container");
    assert_ne!(
        FOUND_IN_UREQ.load(Ordering::SeqCst),
        0,
        "ureq's buffer is wiped by now"
    );

    profiles::wiped(folder.path());
    tokens::wiped();
    tokens::looked_at();
    #[cfg(all(feature = "gateway", feature = "v4a"))]
    key_pair::wiped();

    let sources = remote::sources(folder.path());
    for source in sources {
        let name = source.name();
        let asked = freed_but_for_values(|| {
            let provided = source.provide_credentials().unwrap();
            assert_eq!(provided.credentials.secret_access_key(), SECRET);
            assert_eq!(provided.credentials.session_token(), Some(TOKEN));
            drop(source);
        });
        assert_eq!(asked, 0, "{name}");
    }

    let port = server(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 23\r\nConnection: close\r\n\r\n{\"message\":\"Forbidden\"}");
    let called = freed_but_for_values(|| {
        let client = Client::builder()
            .credentials(Credentials::new("A", SECRET).with_session_token(TOKEN))
            .region("us-east-1")
            .service("execute-api")
            .proxy(None)
            .build()
            .unwrap();
        let url = format!("http://127.0.0.1:{port}/");
        client.get(&url).send().unwrap_err();
    });
    assert_eq!(called, 0, "call");
    assert_ne!(
        FOUND_AS_VALUE.load(Ordering::SeqCst),
        0,
        "http's values of headers are wiped by now"
    );
}

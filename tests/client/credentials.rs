//! Sources of credentials: caches, chains, processes, containers, many threads.
#![cfg(feature = "client")]

use crate::server::{ACCESS_KEY_ID, Act, SECRET, Server, TOKEN, response};
use sigv4::client::{
    Cache, Chain, Client, ClientError, Container, CredentialsError, Environment,
    ProvideCredentials, ProvidedCredentials, TransportKind,
};
use sigv4::{Credentials, Timestamp};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

type Answered = Result<ProvidedCredentials, CredentialsError>;

/// Answers by the number of the question, and counts them.
struct Counting<F> {
    asked: Arc<AtomicUsize>,
    answer: F,
}

impl<F: Fn(usize) -> Answered + Send + Sync> ProvideCredentials for Counting<F> {
    fn provide_credentials(&self) -> Answered {
        (self.answer)(self.asked.fetch_add(1, Ordering::SeqCst))
    }
}

fn counting<F: Fn(usize) -> Answered + Send + Sync>(answer: F) -> (Counting<F>, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = asked.clone();
    (Counting { asked, answer }, counted)
}

/// A clock that stands until it is moved.
#[derive(Clone, Default)]
struct Hands(Arc<AtomicU64>);

impl Hands {
    fn now(&self) -> SystemTime {
        at(self.0.load(Ordering::SeqCst))
    }

    fn set(&self, seconds: u64) {
        self.0.store(seconds, Ordering::SeqCst);
    }

    fn reader(&self) -> impl Fn() -> SystemTime + Send + Sync + 'static {
        let hands = self.clone();
        move || hands.now()
    }
}

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

fn until(number: usize, expires_at: u64) -> Answered {
    Ok(ProvidedCredentials {
        credentials: Credentials::new(format!("AKID{number}"), SECRET).with_session_token(TOKEN),
        expires_at: Some(at(expires_at)),
    })
}

fn failed() -> CredentialsError {
    CredentialsError::Failed {
        name: "test".into(),
        problem: "down".into(),
    }
}

fn id(answered: Answered) -> String {
    answered.unwrap().credentials.access_key_id().to_owned()
}

#[test]
fn renewed_before_the_end() {
    let hands = Hands::default();
    let (source, asked) = counting(|number| until(number, 3600 * (number as u64 + 1)));
    let cache = Cache::new(source).clock(hands.reader());
    for (now, expected) in [
        (0, "AKID0"),
        (3299, "AKID0"),
        (3300, "AKID1"),
        (3600, "AKID1"),
        (6900, "AKID2"),
    ] {
        hands.set(now);
        assert_eq!(id(cache.provide_credentials()), expected, "{now}");
    }
    assert_eq!(asked.load(Ordering::SeqCst), 3);
}

/// Less than ten minutes: at half time, not at every request.
#[test]
fn short_lived() {
    let hands = Hands::default();
    let (source, asked) = counting(|number| until(number, 120));
    let cache = Cache::new(source).clock(hands.reader());
    for (now, expected) in [(0, 1), (59, 1), (60, 2), (89, 2), (90, 3)] {
        hands.set(now);
        cache.provide_credentials().unwrap();
        assert_eq!(asked.load(Ordering::SeqCst), expected, "{now}");
    }
}

#[test]
fn without_an_end() {
    let hands = Hands::default();
    let (source, asked) = counting(|_| Ok(Credentials::new("AKID0", SECRET).into()));
    let cache = Cache::new(source).clock(hands.reader());
    for now in [0, 1 << 20, 1 << 40] {
        hands.set(now);
        assert_eq!(id(cache.provide_credentials()), "AKID0");
    }
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[test]
fn old_ones_while_they_hold() {
    crate::logs::capture();
    let hands = Hands::default();
    let (source, asked) = counting(|number| match number {
        0 => until(0, 3600),
        _ => Err(failed()),
    });
    let cache = Cache::new(source).clock(hands.reader());
    // A failure is not repeated for ten seconds.
    for (now, expected) in [(0, 1), (3300, 2), (3309, 2), (3310, 3), (3599, 4)] {
        hands.set(now);
        assert_eq!(id(cache.provide_credentials()), "AKID0", "{now}");
        assert_eq!(asked.load(Ordering::SeqCst), expected, "{now}");
    }
    let warning = "could not be renewed, the old ones still hold: test: down";
    assert!(
        crate::logs::lines()
            .iter()
            .any(|line| line.starts_with("WARN") && line.ends_with(warning))
    );
    hands.set(3600);
    assert_eq!(cache.provide_credentials().unwrap_err(), failed());
    crate::logs::assert_without(&[SECRET, TOKEN]);
}

/// Sixteen threads that find nothing share one answer, a failure too.
#[test]
fn asked_once() {
    for fails in [false, true] {
        let arrived = Arc::new(AtomicUsize::new(0));
        let awaited = arrived.clone();
        let (source, asked) = counting(move |number| {
            // All of them are on their way while the source is asked.
            let bound = Instant::now() + Duration::from_secs(30);
            while awaited.load(Ordering::SeqCst) < 16 && Instant::now() < bound {
                std::thread::sleep(Duration::from_millis(1));
            }
            std::thread::sleep(Duration::from_millis(20));
            if fails {
                Err(failed())
            } else {
                until(number, u64::from(u32::MAX))
            }
        });
        let cache = Cache::new(source).clock(|| at(0));
        std::thread::scope(|scope| {
            for _ in 0..16 {
                scope.spawn(|| {
                    arrived.fetch_add(1, Ordering::SeqCst);
                    assert_eq!(cache.provide_credentials().is_err(), fails);
                });
            }
        });
        assert_eq!(asked.load(Ordering::SeqCst), 1, "fails: {fails}");
    }
}

/// A source that fails is left alone for ten seconds, also where nothing is held.
#[test]
fn failures_are_remembered() {
    let hands = Hands::default();
    hands.set(1000);
    let (source, asked) = counting(|number| match number {
        0..=2 => Err(failed()),
        _ => until(number, 3600),
    });
    let cache = Cache::new(source).clock(hands.reader());
    // A clock that is put back makes nobody wait.
    for (now, expected) in [(1000, 1), (1009, 1), (1010, 2), (1019, 2), (1000, 3)] {
        hands.set(now);
        assert_eq!(cache.provide_credentials().unwrap_err(), failed(), "{now}");
        assert_eq!(asked.load(Ordering::SeqCst), expected, "{now}");
    }
    hands.set(1010);
    assert_eq!(id(cache.provide_credentials()), "AKID3");
}

#[test]
fn expired_from_the_start() {
    let hands = Hands::default();
    let (source, asked) = counting(|number| until(number, [1000, 3600, 3400][number.min(2)]));
    let cache = Cache::new(source).clock(hands.reader());
    hands.set(1000);
    let problem = "custom source: the credentials had already expired when they were handed out";
    assert_eq!(
        cache.provide_credentials().unwrap_err().to_string(),
        problem
    );
    hands.set(1010);
    assert_eq!(id(cache.provide_credentials()), "AKID1");
    // Those that hold are not given up for those that do not.
    hands.set(3500);
    assert_eq!(id(cache.provide_credentials()), "AKID1");
    assert_eq!(asked.load(Ordering::SeqCst), 3);
    hands.set(3600);
    assert_eq!(
        cache.provide_credentials().unwrap_err().to_string(),
        problem
    );
}

/// The time that a source takes is the call's.
#[test]
fn a_slow_source() {
    let server = Server::new(|number| match number {
        0 => vec![Act::Stall],
        _ => vec![response("200 OK", "", "{}")],
    });
    let call = |pause: u64, total: u64| {
        let pause = Duration::from_millis(pause);
        let (source, _) = counting(move |number| {
            std::thread::sleep(pause);
            until(number, u64::from(u32::MAX))
        });
        let client = Client::builder()
            .base_url(server.url())
            .credentials(source)
            .region("us-east-1")
            .service("execute-api")
            .proxy(None)
            .total_timeout(Duration::from_millis(total))
            .build()
            .unwrap();
        let began = Instant::now();
        let error = client.get("/items").send().unwrap_err();
        let ClientError::Transport {
            kind: TransportKind::Deadline,
            message,
        } = error
        else {
            panic!("{error:?}");
        };
        (message, began.elapsed())
    };
    let (message, _) = call(300, 100);
    assert!(message.contains("nothing was sent"), "{message}");
    assert_eq!(server.seen().len(), 0);
    // What is left is all that the response may take.
    let (_, took) = call(1500, 2000);
    assert!(took < Duration::from_millis(3300), "{took:?}");
}

fn environment(variables: &[(&str, &str)]) -> Environment {
    let variables: HashMap<String, String> = variables
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    Environment::from_lookup(move |name| variables.get(name).map(Into::into))
}

#[test]
fn chains() {
    let none = Chain::usual(&environment(&[]));
    let error = none.provide_credentials().unwrap_err();
    assert_eq!(
        error.to_string(),
        "tried environment (AWS_ACCESS_KEY_ID is not set); \
         container (AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is not set)"
    );
    let first = none
        .with(Credentials::new("AKID1", SECRET))
        .with(Credentials::new("AKID2", SECRET));
    assert_eq!(id(first.provide_credentials()), "AKID1");
    // Half a pair is a mistake, not another source's turn.
    let broken = environment(&[("AWS_ACCESS_KEY_ID", "AKID0")]);
    let error = Chain::usual(&broken)
        .with(Credentials::new("AKID1", SECRET))
        .provide_credentials()
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "tried environment (AWS_SECRET_ACCESS_KEY is missing beside the others)"
    );
}

/// Answers like the endpoint of ECS.
fn endpoint(body: &'static str) -> Server {
    Server::new(move |_| vec![response("200 OK", "", body), Act::Close])
}

const CONTAINER: &str = r#"{"AccessKeyId":"AKIDFAULTS","SecretAccessKey":"sEcReT+ofTheFaultServer/0123456789","Token":"tOkEn+ofTheFaultServer/0123456789==","Expiration":"2033-05-18T03:33:20Z","RoleArn":"x"}"#;

fn container(variables: &[(&str, &str)]) -> Answered {
    Container::new(environment(variables)).provide_credentials()
}

#[test]
fn a_container() {
    let server = endpoint(CONTAINER);
    let url = format!("http://127.0.0.1:{}/creds?x=1", server.port);
    let full = ("AWS_CONTAINER_CREDENTIALS_FULL_URI", url.as_str());
    let provided = container(&[full, ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "Basic abc")]).unwrap();
    assert_eq!(
        provided.credentials,
        Credentials::new(ACCESS_KEY_ID, SECRET).with_session_token(TOKEN)
    );
    assert_eq!(provided.expires_at, Some(at(2_000_000_000)));

    let file = std::env::temp_dir().join(format!("sigv4-token-{}", std::process::id()));
    std::fs::write(&file, "from the file\n").unwrap();
    let path = file.to_str().unwrap();
    container(&[
        full,
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "from the variable"),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", path),
    ])
    .unwrap();
    std::fs::write(&file, "two\nlines").unwrap();
    let error = container(&[full, ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", path)]).unwrap_err();
    assert!(matches!(error, CredentialsError::InvalidVariable { .. }));
    std::fs::remove_file(&file).unwrap();
    let error = container(&[full, ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", path)]).unwrap_err();
    assert!(matches!(error, CredentialsError::Failed { .. }));

    let seen = server.seen();
    let sent: Vec<_> = seen
        .iter()
        .map(|seen| (seen.target.as_str(), seen.header("authorization")))
        .collect();
    assert_eq!(
        sent,
        [
            ("/creds?x=1", Some("Basic abc")),
            ("/creds?x=1", Some("from the file"))
        ]
    );
}

/// Secrets travel in clear only where nobody listens.
#[test]
fn where_a_container_may_ask() {
    for url in [
        "http://169.254.170.3/",
        "http://169.254.169.254/",
        "http://example.com/",
        "http://127.0.0.1.example.com/",
        "ftp://127.0.0.1/",
        "127.0.0.1",
        "http://user@127.0.0.1/",
    ] {
        let error = container(&[("AWS_CONTAINER_CREDENTIALS_FULL_URI", url)]).unwrap_err();
        assert!(
            matches!(error, CredentialsError::InvalidVariable { .. }),
            "{url}: {error:?}"
        );
    }
    for path in ["creds", "@127.0.0.1/", ".example.com/", "//a#b"] {
        let error = container(&[("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", path)]).unwrap_err();
        assert!(
            matches!(error, CredentialsError::InvalidVariable { .. }),
            "{path}: {error:?}"
        );
    }
}

#[test]
fn a_container_that_answers_badly() {
    for (body, problem) in [
        ("", "the answer is no JSON object"),
        ("[]", "the answer is no JSON object"),
        ("{}", "AccessKeyId is missing"),
        (r#"{"AccessKeyId":"A"}"#, "SecretAccessKey is missing"),
        (
            r#"{"AccessKeyId":"A","SecretAccessKey":""}"#,
            "SecretAccessKey is missing",
        ),
        (
            r#"{"AccessKeyId":"A B","SecretAccessKey":"s"}"#,
            "access key id: character not allowed at byte 1",
        ),
        (
            r#"{"AccessKeyId":"A","SecretAccessKey":"s","Expiration":"soon"}"#,
            "Expiration is no ISO 8601 time",
        ),
        (
            r#"{"AccessKeyId":1,"SecretAccessKey":"s"}"#,
            "AccessKeyId is no text",
        ),
        (
            r#"{"AccessKeyId":"A","SecretAccessKey":["s"]}"#,
            "SecretAccessKey is no text",
        ),
        (
            r#"{"AccessKeyId":"A","SecretAccessKey":"s","Token":5}"#,
            "Token is no text",
        ),
        (
            r#"{"AccessKeyId":"A","SecretAccessKey":"s","Expiration":1}"#,
            "Expiration is no text",
        ),
    ] {
        let server = endpoint(body);
        let url = format!("http://127.0.0.1:{}/", server.port);
        let error = container(&[("AWS_CONTAINER_CREDENTIALS_FULL_URI", &url)]).unwrap_err();
        assert_eq!(error.to_string(), format!("container: {problem}"));
    }
    let elsewhere = endpoint(CONTAINER);
    let location = format!("Location: http://127.0.0.1:{}/\r\n", elsewhere.port);
    let long = "x".repeat(70_000);
    for (answer, problem) in [
        (vec![response("404 Not Found", "", CONTAINER)], "status 404"),
        (vec![response("302 Found", &location, "")], "status 302"),
        (
            vec![response("200 OK", "", long)],
            "the answer is over 65536 bytes",
        ),
        (vec![Act::Close], "the connection was closed too early"),
    ] {
        let server = Server::script(vec![answer]);
        let url = format!("http://127.0.0.1:{}/", server.port);
        let error = container(&[("AWS_CONTAINER_CREDENTIALS_FULL_URI", &url)]).unwrap_err();
        assert_eq!(error.to_string(), format!("container: {problem}"));
    }
    assert_eq!(elsewhere.connections(), 0);
}

/// A chain is asked for every request: the endpoint behind it is not.
#[test]
fn a_chain_in_a_container() {
    let server = endpoint(CONTAINER);
    let url = format!("http://127.0.0.1:{}/", server.port);
    let chain = Chain::usual(&environment(&[(
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        &url,
    )]));
    for _ in 0..3 {
        assert_eq!(id(chain.provide_credentials()), ACCESS_KEY_ID);
    }
    assert_eq!(server.seen().len(), 1);
}

#[test]
fn a_client_in_a_container() {
    let container = endpoint(CONTAINER);
    let url = format!("http://127.0.0.1:{}/", container.port);
    let server = Server::new(|_| vec![response("200 OK", "", "{}")]);
    let client = Client::builder()
        .environment(environment(&[
            ("AWS_CONTAINER_CREDENTIALS_FULL_URI", &url),
            ("AWS_REGION", "us-east-1"),
        ]))
        .service("execute-api")
        .base_url(server.url())
        .proxy(None)
        .build()
        .unwrap();
    for _ in 0..3 {
        client.get("/items").send().unwrap();
    }
    for seen in server.seen() {
        seen.verify(seen.signed_at());
    }
    assert_eq!(container.seen().len(), 1);
}

/// What has no value is not there.
#[test]
fn fields_without_a_value() {
    let json = r#"{"Version":1,"AccessKeyId":"A","SecretAccessKey":"s","SessionToken":null,"Expiration":null}"#;
    let provided = ProvidedCredentials::from_json(json.as_bytes()).unwrap();
    assert_eq!(provided.credentials, Credentials::new("A", "s"));
    assert_eq!(provided.expires_at, None);
    let error = ProvidedCredentials::from_json(&json.replace("null", "5").into_bytes());
    assert_eq!(
        error.unwrap_err().to_string(),
        "credential_process: SessionToken is no text"
    );
}

#[cfg(unix)]
mod process {
    use super::{Answered, CredentialsError, at};
    use sigv4::Credentials;
    use sigv4::client::{Process, ProvideCredentials};
    use std::time::{Duration, Instant};

    fn run(script: &str) -> Answered {
        // No shell is involved unless the command is one.
        let command = format!(
            "sh -c \"{}\"",
            script.replace('\\', "\\\\").replace('"', "\\\"")
        );
        Process::new(&command)
            .unwrap()
            .timeout(Duration::from_secs(20))
            .provide_credentials()
    }

    #[test]
    fn answers() {
        let json = r#"{"Version":1,"AccessKeyId":"A","SecretAccessKey":"s","SessionToken":"t","Expiration":"1970-01-01T01:00:00.5+00:00"}"#;
        let provided = run(&format!("echo '{json}'")).unwrap();
        assert_eq!(
            provided.credentials,
            Credentials::new("A", "s").with_session_token("t")
        );
        assert_eq!(
            provided.expires_at,
            Some(at(3600) + Duration::from_millis(500))
        );
        for (script, problem) in [
            (
                r#"echo '{"AccessKeyId":"A","SecretAccessKey":"s"}'"#,
                "Version is not 1",
            ),
            (
                r#"echo '{"Version":2,"AccessKeyId":"A","SecretAccessKey":"s"}'"#,
                "Version is not 1",
            ),
            (
                r#"echo '{"Version":1,"AccessKeyId":"A"}'"#,
                "SecretAccessKey is missing",
            ),
            ("echo secret-in-clear", "the answer is no JSON object"),
            (
                "echo secret-in-clear >&2; exit 3",
                "the command ended with exit status: 3",
            ),
            ("head -c 70000 /dev/zero", "the output is over 65536 bytes"),
        ] {
            let error = run(script).unwrap_err();
            assert_eq!(error.to_string(), format!("credential_process: {problem}"));
        }
    }

    #[test]
    fn command_lines() {
        for line in ["", "  ", "\"\"", "tool \"open"] {
            assert!(
                matches!(Process::new(line), Err(CredentialsError::Failed { .. })),
                "{line}"
            );
        }
        let missing = Process::new("/no/such/command --x")
            .unwrap()
            .provide_credentials();
        assert_eq!(
            missing.unwrap_err().to_string(),
            "credential_process: cannot run the command: entity not found"
        );
    }

    #[test]
    fn time_limit() {
        // The second one keeps the pipe open in a grandchild.
        for script in ["sleep 5", "sleep 5 & wait", "exec >&-; sleep 5"] {
            let command = format!("sh -c \"{script}\"");
            let started = Instant::now();
            let process = Process::new(&command)
                .unwrap()
                .timeout(Duration::from_millis(200));
            let error = process.provide_credentials().unwrap_err();
            assert_eq!(
                error.to_string(),
                "credential_process: the command took over 200ms"
            );
            assert!(started.elapsed() < Duration::from_secs(4), "{script}");
        }
    }

    #[test]
    fn cached() {
        let file = std::env::temp_dir().join(format!("sigv4-process-{}", std::process::id()));
        let json = r#"{"Version":1,"AccessKeyId":"A","SecretAccessKey":"s"}"#;
        let script = format!(
            "echo x >> {}; echo '{}'",
            file.display(),
            json.replace('"', "\\\"")
        );
        let cache = Process::new(&format!("sh -c \"{script}\""))
            .unwrap()
            .cached();
        for _ in 0..3 {
            cache.provide_credentials().unwrap();
        }
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "x\n");
        std::fs::remove_file(&file).unwrap();
    }
}

/// Sixteen threads, one client, a server that resets one connection in eight; in the
/// middle of it the credentials have to be renewed.
#[test]
fn many_threads() {
    crate::logs::capture();
    let server = Server::new(|number| {
        // Scattered, but the same in every run.
        if (number.wrapping_mul(0x9E37_79B9) >> 13) % 8 == 0 {
            vec![Act::Reset]
        } else {
            vec![response("200 OK", "", "{}")]
        }
    });
    let hands = Hands::default();
    hands.set(1_000_000);
    let (source, asked) = counting(|number| {
        Ok(ProvidedCredentials {
            credentials: Credentials::new(ACCESS_KEY_ID, SECRET)
                .with_session_token(format!("{TOKEN}{number}")),
            expires_at: Some(at(1_003_600 + 1_000_000 * number as u64)),
        })
    });
    let client = Client::builder()
        .base_url(server.url())
        .credentials(Cache::new(source).clock(hands.reader()))
        .clock(hands.reader())
        .region("us-east-1")
        .service("execute-api")
        .proxy(None)
        .pause(|_| ())
        .build()
        .unwrap();
    let done = AtomicUsize::new(0);
    let succeeded = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                for _ in 0..200 {
                    if done.fetch_add(1, Ordering::SeqCst) == 1600 {
                        hands.set(1_003_300);
                    }
                    match client.get("/items").send() {
                        Ok(_) => succeeded.fetch_add(1, Ordering::SeqCst),
                        Err(ClientError::Transport { .. }) => 0,
                        Err(other) => panic!("{other:?}"),
                    };
                }
            });
        }
    });
    assert_eq!(done.load(Ordering::SeqCst), 3200);
    let succeeded = succeeded.load(Ordering::SeqCst);
    assert!(succeeded > 3000, "{succeeded}");
    assert_eq!(
        asked.load(Ordering::SeqCst),
        2,
        "once at the start, once in the middle"
    );
    let seen = server.seen();
    let mut tokens: Vec<_> = seen
        .iter()
        .map(|seen| seen.header("x-amz-security-token").unwrap())
        .collect();
    tokens.sort_unstable();
    tokens.dedup();
    assert_eq!(tokens, [format!("{TOKEN}0"), format!("{TOKEN}1")]);
    for seen in &seen {
        seen.verify(Timestamp::from_unix(seen.signed_at().unix()).unwrap());
    }
    crate::logs::assert_without(&[SECRET, TOKEN]);
}

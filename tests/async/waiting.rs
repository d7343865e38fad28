//! Credentials that take their time: the executor goes on with other things.

use crate::callers::block_on;
use sigv4::Credentials;
use sigv4::sources::{Cache, CredentialsError, ProvideCredentials, ProvidedCredentials};
use sigv4::tower::ReadyCredentials;
use std::future::poll_fn;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::task::{Context, Wake};

/// Waits, on whatever thread asks it, until it is told how to answer.
struct Told {
    answers: Mutex<Receiver<Answer>>,
    asked: Arc<AtomicUsize>,
}

enum Answer {
    Credentials,
    Error,
    Panic,
}

impl ProvideCredentials for Told {
    fn provide_credentials(&self) -> Result<ProvidedCredentials, CredentialsError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let answer = self
            .answers
            .lock()
            .unwrap_or_else(|lock| lock.into_inner())
            .recv();
        match answer.unwrap() {
            Answer::Credentials => Ok(Credentials::new("AKIDEXAMPLE", "secret").into()),
            Answer::Error => Err(CredentialsError::Failed {
                name: "told".into(),
                problem: "no".into(),
            }),
            Answer::Panic => panic!("as told"),
        }
    }
}

fn told() -> (Arc<Cache<Told>>, Sender<Answer>, Arc<AtomicUsize>) {
    let (sender, answers) = channel();
    let asked = Arc::<AtomicUsize>::default();
    let source = Told {
        answers: Mutex::new(answers),
        asked: Arc::clone(&asked),
    };
    (Arc::new(Cache::new(source)), sender, asked)
}

/// On one thread: if that were blocked, nobody could tell the source.
fn on_one_thread<T>(work: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().build().unwrap().block_on(work)
}

#[test]
fn no_executor_is_blocked() {
    on_one_thread(async {
        let (cache, sender, asked) = told();
        let wait = || {
            let cache = Arc::clone(&cache);
            tokio::spawn(async move {
                cache
                    .credentials()
                    .await
                    .map(|found| found.access_key_id().to_owned())
            })
        };
        let waiting: Vec<_> = (0..10).map(|_| wait()).collect();
        tokio::task::yield_now().await;
        assert!(waiting.iter().all(|task| !task.is_finished()));
        sender.send(Answer::Credentials).unwrap();
        for task in waiting {
            assert_eq!(task.await.unwrap().unwrap(), "AKIDEXAMPLE");
        }
        assert_eq!(asked.load(Ordering::SeqCst), 1);
    });
}

#[test]
fn failures_wake_those_who_wait() {
    for (answer, words) in [(Answer::Error, "no"), (Answer::Panic, "panicked")] {
        on_one_thread(async {
            let (cache, sender, asked) = told();
            let waiting = tokio::spawn({
                let cache = Arc::clone(&cache);
                async move { cache.credentials().await.map(|_| ()) }
            });
            tokio::task::yield_now().await;
            sender.send(answer).unwrap();
            let error = waiting.await.unwrap().unwrap_err();
            assert!(error.to_string().contains(words), "{error}");
            // For ten seconds nobody asks again.
            let again = cache.credentials().await.map(|_| ()).unwrap_err();
            assert!(again.to_string().contains(words), "{again}");
            assert_eq!(asked.load(Ordering::SeqCst), 1);
        });
    }
}

/// Who is given up is not in the way of those who wait on.
#[test]
fn a_task_that_is_given_up() {
    block_on(async {
        let (cache, sender, _) = told();
        let wait = |cache: Arc<Cache<Told>>| async move {
            poll_fn(|context| cache.poll_ready(context))
                .await
                .map(|_| ())
        };
        let (one, other) = (
            tokio::spawn(wait(Arc::clone(&cache))),
            tokio::spawn(wait(cache)),
        );
        tokio::task::yield_now().await;
        one.abort();
        assert!(one.await.unwrap_err().is_cancelled());
        sender.send(Answer::Credentials).unwrap();
        other.await.unwrap().unwrap();
    });
}

/// However often a task asks, it is woken once; and so is each other one.
#[test]
fn each_task_is_woken_once() {
    #[derive(Default)]
    struct Counted(AtomicUsize);
    impl Wake for Counted {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }
    let (cache, sender, _) = told();
    let tasks = [Arc::<Counted>::default(), Arc::default()];
    for _ in 0..3 {
        for task in &tasks {
            let waker = Arc::clone(task).into();
            let polled = cache.poll_ready(&mut Context::from_waker(&waker));
            assert!(polled.is_pending());
        }
    }
    sender.send(Answer::Credentials).unwrap();
    // Those who block wait for the same renewal; tasks are woken right after them.
    cache.provide_credentials().unwrap();
    while tasks.iter().any(|task| Arc::strong_count(task) > 1) {
        std::thread::yield_now();
    }
    let woken = tasks.each_ref().map(|task| task.0.load(Ordering::SeqCst));
    assert_eq!(woken, [1, 1]);
}

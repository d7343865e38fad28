//! One implementation at one piece of work: proof that it does that work, and its times.

use super::work::Work;
use std::fmt::Debug;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Takes what is to be sent: names and values of headers, or `url` and a URL.
pub type Sink<'a> = &'a mut dyn FnMut(&str, &str);

/// Long enough that reading the clock does not count, short enough that few samples meet
/// a switch of processes.
const SAMPLE: Duration = Duration::from_micros(300);

pub struct Contestant {
    pub name: &'static str,
    run: Box<dyn FnMut(u32) -> Duration>,
    calls: u32,
    /// Nanoseconds a call.
    pub samples: Vec<f64>,
    /// Shown, and not one of the others that this crate is compared with.
    pub aside: bool,
}

impl Contestant {
    /// `input` makes what a call uses up; that is not timed. Dropping it, and dropping what
    /// the call returns, is.
    pub fn new<I, O>(
        name: &'static str,
        mut input: impl FnMut() -> I + 'static,
        mut call: impl FnMut(I) -> O + 'static,
    ) -> Self {
        let run = move |calls| {
            let mut inputs: Vec<I> = (0..calls).map(|_| input()).collect();
            let start = Instant::now();
            for input in inputs.drain(..) {
                black_box(call(black_box(input)));
            }
            start.elapsed()
        };
        Self::timed(name, run)
    }

    /// One whose clock is elsewhere: `run` makes so many calls and says how long they took.
    pub fn timed(name: &'static str, run: impl FnMut(u32) -> Duration + 'static) -> Self {
        Self {
            name,
            run: Box::new(run),
            calls: 1,
            samples: Vec::new(),
            aside: false,
        }
    }

    #[must_use]
    pub fn aside(self) -> Self {
        Self {
            aside: true,
            ..self
        }
    }

    /// One that signs or presigns.
    ///
    /// # Panics
    /// If its signature is not the right one: nobody is compared on other work.
    pub fn signing<I>(
        name: &'static str,
        work: Work,
        mut input: impl FnMut() -> I + 'static,
        mut call: impl FnMut(I, Sink<'_>) + 'static,
    ) -> Self {
        let mut sent = Vec::new();
        call(input(), &mut |name, value| {
            sent.push((name.to_owned(), value.to_owned()));
        });
        work.check(name, &sent);
        Self::new(name, input, move |input| {
            call(input, &mut |name, value| {
                black_box((name, value));
            });
        })
    }

    /// One that verifies. `arrive` makes the request that came with an `Authorization`.
    ///
    /// # Panics
    /// If it refuses the right signature or accepts another one.
    pub fn verifying<I: Clone + 'static, O: Debug, E: Debug>(
        name: &'static str,
        work: Work,
        arrive: impl Fn(&str) -> I,
        mut call: impl FnMut(I) -> Result<O, E> + 'static,
    ) -> Self {
        let verdict = call(arrive(&work.wrong_authorization()));
        assert!(verdict.is_err(), "{name} accepts a wrong signature");
        let arrived = arrive(&work.authorization());
        let verdict = call(arrived.clone());
        assert!(verdict.is_ok(), "{name} refuses: {verdict:?}");
        Self::new(name, move || arrived.clone(), call)
    }

    /// Finds how many calls make a sample. The quickest of a few runs counts: one that was
    /// interrupted would leave the sample too short.
    pub fn warm_up(&mut self) {
        let mut quickest = |calls| (0..5).map(|_| (self.run)(calls)).min();
        while quickest(self.calls) < Some(SAMPLE) && self.calls < 1 << 20 {
            self.calls *= 2;
        }
    }

    pub fn sample(&mut self) {
        let elapsed = (self.run)(self.calls);
        let nanoseconds = elapsed.as_secs_f64() * 1e9;
        self.samples.push(nanoseconds / f64::from(self.calls));
    }
}

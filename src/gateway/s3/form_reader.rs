//! `multipart/form-data` (RFC 7578) taken apart as its bytes come. The framing is `multer`'s, which is
//! asked once for each piece and never waits: so nothing more than a piece is in memory, and
//! whoever reads bodies keeps the time.

use http::header::CONTENT_DISPOSITION;
use http_body_util::BodyDataStream;
use hyper::body::{Body, Bytes, Frame};
use multer::{Field, Multipart};
use std::borrow::ToOwned;
use std::convert::Infallible;
use std::future::Future;
use std::pin::{Pin, pin};
use std::string::String;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::vec::Vec;

/// What stands before the file and, again, what has to be read behind it to know where it
/// ends, in bytes
/// ([20 KB](https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTForms.html)).
pub(super) const MOST: usize = crate::post_policy::MAX_FORM;

/// What comes next in a form.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Nothing before more bytes are there.
    Hungry,
    Field(String, Vec<u8>),
    /// The file begins; its name, if it has one.
    File(Option<String>),
    /// Of the file.
    Data(Bytes),
    /// The file is whole.
    FileEnd,
    /// There is no file.
    End,
}

/// Why it cannot be read on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FormFault {
    Malformed,
    TooLong,
}

pub(super) struct FormReader {
    multipart: Multipart<'static>,
    inlet: Inlet,
    /// What has come and is not with `multer` yet.
    waiting: Bytes,
    /// How much `multer` has had of what is no file.
    had: usize,
    place: Place,
    part: Option<Field<'static>>,
    /// The name of the field, and what there is of its value.
    field: (String, Vec<u8>),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Fields,
    File,
    Behind,
}

impl FormReader {
    pub(super) fn new(boundary: String) -> Self {
        let inlet = Inlet::default();
        Self {
            multipart: Multipart::new(BodyDataStream::new(inlet.clone()), boundary),
            inlet,
            waiting: Bytes::new(),
            had: 0,
            place: Place::Fields,
            part: None,
            field: (String::new(), Vec::new()),
        }
    }

    /// The next bytes; `None` behind the last. To be called when it is hungry.
    pub(super) fn put(&mut self, bytes: Option<Bytes>) {
        match bytes {
            Some(bytes) => self.waiting = bytes,
            None => self.inlet.state().ended = true,
        }
    }

    pub(super) fn step(&mut self) -> Result<Step, FormFault> {
        loop {
            let mut context = Context::from_waker(Waker::noop());
            if let Some(part) = &mut self.part {
                let next = pin!(part.chunk()).poll(&mut context);
                match next.map_err(|_| FormFault::Malformed)? {
                    Poll::Ready(Some(data)) if self.place == Place::File => {
                        return Ok(Step::Data(data));
                    }
                    Poll::Ready(Some(data)) => self.field.1.extend_from_slice(&data),
                    Poll::Ready(None) => {
                        self.part = None;
                        if self.place == Place::Fields {
                            let (name, value) = core::mem::take(&mut self.field);
                            return Ok(Step::Field(name, value));
                        }
                        // Whole only if what follows is the end of a part.
                        (self.place, self.had) = (Place::Behind, 0);
                    }
                    Poll::Pending if !self.feed()? => return Ok(Step::Hungry),
                    Poll::Pending => {}
                }
                continue;
            }
            let next = self.multipart.poll_next_field(&mut context);
            match next.map_err(|_| FormFault::Malformed)? {
                // What is behind the file is ignored.
                Poll::Ready(_) if self.place == Place::Behind => return Ok(Step::FileEnd),
                Poll::Ready(None) => return Ok(Step::End),
                Poll::Ready(Some(part)) => {
                    let name = name_of(&part).ok_or(FormFault::Malformed)?;
                    let is_file = name.eq_ignore_ascii_case("file");
                    let file_name = part.file_name().map(ToOwned::to_owned);
                    self.part = Some(part);
                    if is_file {
                        self.place = Place::File;
                        return Ok(Step::File(file_name));
                    }
                    self.field.0 = name;
                }
                Poll::Pending if !self.feed()? => return Ok(Step::Hungry),
                Poll::Pending => {}
            }
        }
    }

    /// Whether there was something to hand on.
    fn feed(&mut self) -> Result<bool, FormFault> {
        let mut state = self.inlet.state();
        if self.waiting.is_empty() {
            // At the end, it is asked once more, and knows.
            return Ok(state.ended && !core::mem::replace(&mut state.told, true));
        }
        let length = if self.place == Place::File {
            self.waiting.len()
        } else {
            // A byte more is one too many, however the form is cut into pieces.
            let room = MOST.saturating_add(1).saturating_sub(self.had);
            if room == 0 {
                return Err(FormFault::TooLong);
            }
            self.waiting.len().min(room)
        };
        self.had = self.had.saturating_add(length);
        state.piece = Some(self.waiting.split_to(length));
        Ok(true)
    }
}

/// Only what says that it is `form-data` is a field, and each has a name (RFC 7578, 4.2).
fn name_of(part: &Field<'_>) -> Option<String> {
    let disposition = part.headers().get(CONTENT_DISPOSITION)?.as_bytes();
    let kind = disposition.split(|byte| *byte == b';').next()?;
    let name = part.name().filter(|name| !name.is_empty())?;
    kind.trim_ascii()
        .eq_ignore_ascii_case(b"form-data")
        .then(|| name.to_owned())
}

/// Where pieces are put in, one at a time: `multer` takes all that there is at once.
#[derive(Clone, Default)]
struct Inlet(Arc<Mutex<InletState>>);

#[derive(Default)]
struct InletState {
    piece: Option<Bytes>,
    ended: bool,
    told: bool,
}

impl Inlet {
    fn state(&self) -> std::sync::MutexGuard<'_, InletState> {
        // It is whole at every moment at which a thread could have stopped.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Body for Inlet {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let mut state = self.state();
        match state.piece.take() {
            Some(piece) => Poll::Ready(Some(Ok(Frame::data(piece)))),
            None if state.ended => Poll::Ready(None),
            None => Poll::Pending,
        }
    }
}

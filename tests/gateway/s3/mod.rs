//! The stand-in for S3: uploads in signed and unsigned pieces, over a socket.

mod costs;
mod flaws;
mod form_lengths;
mod form_sender;
mod form_vectors;
mod forms;
mod heads;
mod permitted;
mod put;
mod recorded;

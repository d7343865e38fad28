//! A list of items as the text that is sent.

use hyper::body::Bytes;
use std::vec::Vec;

/// Up to this length in bytes a piece is copied to add an item to it.
const PIECE: usize = 1 << 16;

const START: &[u8] = b"{\"items\":[";
const END: &[u8] = b"]}";

/// `{"items":[…]}`, written once: every answer shares its pieces, and an item that is added
/// makes one piece anew.
#[derive(Debug)]
pub(super) struct List {
    /// All but the end.
    pieces: Vec<Bytes>,
    count: usize,
    length: usize,
}

impl Default for List {
    fn default() -> Self {
        Self {
            pieces: [Bytes::from_static(START)].into(),
            count: 0,
            length: START.len().saturating_add(END.len()),
        }
    }
}

impl List {
    /// How many items are in it.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// The length of the text, in bytes, with one item more.
    pub(super) fn length_with(&self, item: &str) -> usize {
        let comma = usize::from(self.count > 0);
        self.length.saturating_add(comma).saturating_add(item.len())
    }

    /// `item` is JSON.
    pub(super) fn push(&mut self, item: &str) {
        self.length = self.length_with(item);
        let mut piece = match self.pieces.pop() {
            Some(last) if last.len().saturating_add(item.len()) < PIECE => Vec::from(last),
            Some(last) => {
                self.pieces.push(last);
                Vec::new()
            }
            None => Vec::new(),
        };
        if self.count > 0 {
            piece.push(b',');
        }
        piece.extend_from_slice(item.as_bytes());
        self.pieces.push(piece.into());
        self.count = self.count.saturating_add(1);
    }

    /// The text.
    pub(super) fn pieces(&self) -> Vec<Bytes> {
        let mut pieces = self.pieces.clone();
        pieces.push(Bytes::from_static(END));
        pieces
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;
    use std::string::String;

    fn text(list: &List) -> String {
        let bytes = list.pieces().concat();
        assert_eq!(bytes.len(), list.length);
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn the_text_is_that_of_the_whole_list() {
        let mut list = List::default();
        assert_eq!(text(&list), r#"{"items":[]}"#);
        for item in ["1", "\"two\"", "{}"] {
            assert_eq!(list.length_with(item), {
                list.push(item);
                list.length
            });
        }
        assert_eq!(text(&list), r#"{"items":[1,"two",{}]}"#);
        assert_eq!(list.count(), 3);
    }

    /// 16 MB that forty callers read slowly are 16 MB, and an item that is added meanwhile
    /// costs no more than a piece.
    #[test]
    fn answers_share_what_is_long() {
        let mut list = List::default();
        for number in 0..1_000 {
            list.push(&format!("\"{number:0>16382}\""));
        }
        let before = list.pieces();
        list.push("1001");
        let after = list.pieces();
        let new = after.iter().filter(|piece| {
            let start = piece.as_ptr();
            piece.len() > 2 && before.iter().all(|old| old.as_ptr() != start)
        });
        let copied: usize = new.map(Bytes::len).sum();
        assert!(copied <= PIECE, "{copied}");
        let again = list.pieces();
        assert_eq!(after.len(), again.len());
        for (first, second) in after.iter().zip(&again) {
            assert_eq!(first.as_ptr(), second.as_ptr());
        }
        // What an answer has of its own.
        assert!(after.len() * size_of::<Bytes>() < 64 * 1024);
    }
}

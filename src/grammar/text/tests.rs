//! What looks at 8 bytes at a time, against what looks at each.

use super::{find, has_pair, is_graphic};
use alloc::vec;
use alloc::vec::Vec;

/// Texts of every length up to 40 with one byte of every value at every place.
fn texts() -> impl Iterator<Item = Vec<u8>> {
    (0..=40_usize).flat_map(|length| {
        (0..length).flat_map(move |place| {
            (0..=255).map(move |byte| {
                let mut text = vec![b'v'; length];
                text[place] = byte;
                text
            })
        })
    })
}

#[test]
fn each_byte_counts_for_what_is_graphic() {
    assert!(is_graphic(b""));
    for text in texts() {
        let expected = text.iter().all(u8::is_ascii_graphic);
        assert_eq!(is_graphic(&text), expected, "{text:?}");
    }
}

#[test]
fn a_byte_is_found_where_it_is_first() {
    assert_eq!(find(b"", b'/'), None);
    for mut text in texts() {
        for wanted in [b'/', 0, 0x80, 0xFF] {
            let expected = text.iter().position(|byte| *byte == wanted);
            assert_eq!(find(&text, wanted), expected, "{text:?}");
        }
        // Once more behind it, and a neighbour that differs in a bit.
        text.extend(*b"./0/");
        let expected = text.iter().position(|byte| *byte == b'/');
        assert_eq!(find(&text, b'/'), expected, "{text:?}");
    }
}

#[test]
fn a_pair_is_found_at_every_place() {
    let expected = |text: &[u8]| {
        let mut pairs = text.windows(2);
        pairs.any(|pair| matches!(pair, [b'/', b'/' | b'.']))
    };
    let suspicious = |text: &[u8]| has_pair(text, b'/', [b'/', b'.']);
    assert!(!suspicious(b""));
    for mut text in texts() {
        assert!(!suspicious(&text), "{text:?}");
        let place = text.iter().position(|byte| *byte != b'v');
        let Some(next) = place.map(|place| place + 1) else {
            continue;
        };
        for second in [b'/', b'.', b'-', b'0', 0xAF, 0xAE] {
            if let Some(slot) = text.get_mut(next) {
                *slot = second;
                assert_eq!(suspicious(&text), expected(&text), "{text:?}");
            }
        }
    }
}

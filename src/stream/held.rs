//! Bytes of a whole whose length is known, held until it is there.

use alloc::vec::Vec;

/// So many bytes may be asked for before they are there.
const LEAST: usize = 256;

/// Appends `bytes` to what is held of a whole of `length` bytes.
///
/// What a length says costs nothing: room is at most four times what has arrived, or a kilobyte.
/// And it is never more than the whole: it grows by fours and ends at exactly `length`, so that
/// while it is moved there is a quarter beside it.
pub(super) fn hold(held: &mut Vec<u8>, bytes: &[u8], length: usize) {
    if held.is_empty() && held.capacity() < length {
        // There is nothing to move, and so no need for both at a time.
        *held = Vec::new();
    }
    let needed = held.len().saturating_add(bytes.len());
    if needed > held.capacity() {
        let mut room = length;
        while room / 4 >= needed.max(LEAST) {
            room /= 4;
        }
        held.reserve_exact(room.max(needed).saturating_sub(held.len()));
    }
    held.extend_from_slice(bytes);
}

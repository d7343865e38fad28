//! Against the vectors of RFC 4231, and against `sha2` and `hmac`.

use super::{Authenticated, Hasher, HmacKey};
use alloc::vec;
use alloc::vec::Vec;
use hmac::{Hmac, KeyInit, Mac};
use proptest::collection;
use proptest::prelude::*;
use sha2::{Digest, Sha256};

/// RFC 4231, 4: key, data and code of test cases 1 to 4, 6 and 7 (5 is of a shortened code).
#[test]
fn codes_of_rfc_4231() {
    let key_4: Vec<u8> = (1..=25).collect();
    for (key, data, code) in [
        (
            vec![0x0b; 20],
            b"Hi There".to_vec(),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
        ),
        (
            b"Jefe".to_vec(),
            b"what do ya want for nothing?".to_vec(),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        ),
        (
            vec![0xaa; 20],
            vec![0xdd; 50],
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
        ),
        (
            key_4,
            vec![0xcd; 50],
            "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
        ),
        (
            vec![0xaa; 131],
            b"Test Using Larger Than Block-Size Key - Hash Key First".to_vec(),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
        ),
        (
            vec![0xaa; 131],
            b"This is a test using a larger than block-size key and a larger than \
              block-size data. The key needs to be hashed before being used by the HMAC \
              algorithm."
                .to_vec(),
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
        ),
    ] {
        let ours = HmacKey::new(&key).authenticate(|message| message.put(&data));
        assert_eq!(hex::encode(ours), code);
    }
}

/// Every length around the end of what is collected, at once and byte by byte.
#[test]
fn every_length_is_padded() {
    let bytes: Vec<u8> = (0..=255).cycle().take(600).collect();
    for length in 0..bytes.len() {
        let message = &bytes[..length];
        let expected: [u8; 32] = Sha256::digest(message).into();
        let mut whole = Hasher::new();
        whole.put(message);
        assert_eq!(whole.finish(), expected, "{length} bytes");
        let mut single = Hasher::new();
        for byte in message {
            single.put(&[*byte]);
        }
        assert_eq!(single.finish(), expected, "{length} bytes, one by one");
    }
}

fn pieces() -> impl Strategy<Value = Vec<Vec<u8>>> {
    let piece = prop_oneof![
        collection::vec(any::<u8>(), 0..80),
        collection::vec(any::<u8>(), 200..700)
    ];
    collection::vec(piece, 0..12)
}

proptest! {
    #[test]
    fn hashes_are_those_of_sha2(pieces in pieces()) {
        let mut hasher = Hasher::new();
        for piece in &pieces {
            hasher.put(piece);
        }
        let expected: [u8; 32] = Sha256::digest(pieces.concat()).into();
        prop_assert_eq!(hasher.finish(), expected);
    }

    #[test]
    fn codes_are_those_of_hmac(
        key in collection::vec(any::<u8>(), 0..140),
        pieces in pieces(),
    ) {
        let put = |message: &mut Authenticated| pieces.iter().for_each(|piece| message.put(piece));
        let ours = HmacKey::new(&key).authenticate(put);
        let mut hmac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
        hmac.update(&pieces.concat());
        let expected: [u8; 32] = hmac.finalize().into_bytes().into();
        prop_assert_eq!(ours, expected);
    }
}

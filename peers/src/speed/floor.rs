//! What nobody gets around: the hashing, or an elliptic curve's arithmetic.

use super::contestant::Contestant;
use super::work::Work;
use crate::case::TIME;
use crate::sigv4a::{KEY, digest};
use p256::ecdsa::Signature;
use p256::ecdsa::signature::hazmat::{PrehashSigner, PrehashVerifier};
use sha2::block_api::compress256;
use sigv4::Timestamp;
use std::hint::black_box;

/// So many of one unit.
pub struct Floor {
    pub count: u32,
    pub what: &'static str,
    pub unit: Contestant,
    /// How many units a sample's call takes.
    pub stretch: u32,
}

/// Blocks that are hashed at a stretch to find the cost of one.
const STRETCH: u32 = 16;

impl Floor {
    pub fn of_hashing(work: Work) -> Self {
        let mut state = [0; 8];
        let blocks = [[7; 64]; STRETCH as usize];
        Self {
            count: work.compressions(),
            what: "compressions",
            unit: Contestant::new(
                "one compression",
                || (),
                move |()| compress256(black_box(&mut state), black_box(&blocks)),
            ),
            stretch: STRETCH,
        }
    }

    /// `p256` alone: repeatable (RFC 6979), the digest and the key at hand.
    pub fn of_signing(work: Work) -> Self {
        let digest = ready_digest(work);
        let call = move |()| -> Signature { KEY.sign_prehash(&digest).expect("32 bytes") };
        Self::by_p256("signature by p256 of the ready digest", call)
    }

    pub fn of_verifying(work: Work) -> Self {
        let digest = ready_digest(work);
        let signature: Signature = KEY.sign_prehash(&digest).expect("32 bytes");
        let key = *KEY.verifying_key();
        let call = move |()| key.verify_prehash(black_box(&digest), black_box(&signature));
        assert!(call(()).is_ok(), "p256 refuses its own signature");
        Self::by_p256("verification by p256 of the ready digest", call)
    }

    fn by_p256<O: 'static>(what: &'static str, call: impl FnMut(()) -> O + 'static) -> Self {
        Self {
            count: 1,
            what,
            unit: Contestant::new("p256", || (), call),
            stretch: 1,
        }
    }
}

fn ready_digest(work: Work) -> [u8; 32] {
    let at = Timestamp::parse(TIME).expect("a timestamp");
    digest(&work.stages(at).string_to_sign)
}

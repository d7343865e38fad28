//! Universally unique identifiers.

use alloc::format;
use alloc::string::String;

/// Version 4, of random bytes (RFC 9562, 5.4).
pub(crate) fn version_4(random: [u8; 16]) -> String {
    let bits = u128::from_be_bytes(random);
    let bits = bits & !(0xf << 76) | (4 << 76); // version
    let bits = bits & !(3 << 62) | (2 << 62); // variant
    let (first, second, third) = (bits >> 96, bits >> 80 & 0xffff, bits >> 64 & 0xffff);
    let (fourth, last) = (bits >> 48 & 0xffff, bits & 0xffff_ffff_ffff);
    format!("{first:08x}-{second:04x}-{third:04x}-{fourth:04x}-{last:012x}")
}

#[cfg(test)]
mod tests {
    use super::version_4;

    /// RFC 9562, A.3, and what no byte may touch.
    #[test]
    fn version_and_variant() {
        let random = 0x919108f7_52d1_3320_1bac_f847db4148a8_u128.to_be_bytes();
        assert_eq!(version_4(random), "919108f7-52d1-4320-9bac-f847db4148a8");
        for (byte, text) in [
            (0, "00000000-0000-4000-8000-000000000000"),
            (0xff, "ffffffff-ffff-4fff-bfff-ffffffffffff"),
        ] {
            assert_eq!(version_4([byte; 16]), text);
        }
    }
}

//! An order that follows from a seed.

pub fn shuffle<T>(items: &mut [T], mut seed: u64) {
    for place in (1..items.len()).rev() {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        items.swap(place, usize::try_from(seed >> 33).unwrap() % (place + 1));
    }
}

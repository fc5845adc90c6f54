//! What must never be done with a secret; compiled in only to show that the tools see it.

/// Branches on every octet and lingers at the even ones.
#[cfg(feature = "leaky")]
#[inline(never)]
pub fn leak(secret: &[u8], turns: u32) {
    for octet in secret {
        if *octet & 1 == 0 {
            for turn in 0..turns {
                std::hint::black_box(turn);
            }
        }
    }
}

/// Nothing.
#[cfg(not(feature = "leaky"))]
#[inline(always)]
pub fn leak(_secret: &[u8], _turns: u32) {}

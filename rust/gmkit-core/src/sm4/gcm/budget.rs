//! How often one key may be used with random nonces.

use core::sync::atomic::{AtomicU64, Ordering};

use crate::sm4::Error;

/// Messages under one key with random nonces of 12 octets (SP 800-38D).
const MESSAGES: u64 = 1 << 32;

/// Counts messages; threads may share it.
#[derive(Debug, Default)]
pub struct Budget(AtomicU64);

impl Budget {
    /// Nothing used yet.
    #[must_use]
    pub const fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    /// Takes one message.
    ///
    /// # Errors
    /// [`Error::Exhausted`] after 2^32 of them, for ever.
    pub fn take(&self) -> Result<(), Error> {
        let next = |used| (used < MESSAGES).then_some(used + 1);
        self.0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, next)
            .map_or(Err(Error::Exhausted), |_| Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c_12_the_last_message_is_number_2_to_the_32() {
        let budget = Budget(AtomicU64::new(MESSAGES - 2));
        assert_eq!(budget.take(), Ok(()));
        assert_eq!(budget.take(), Ok(()));
        for _ in 0..3 {
            assert_eq!(budget.take(), Err(Error::Exhausted));
        }
    }
}

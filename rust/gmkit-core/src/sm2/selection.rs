//! Choosing an entry of a table by a secret index: everything is read, one entry is kept. It can be done
//! a piece of the table at a time, among other work.

#[cfg(any(test, not(target_arch = "x86_64")))]
use subtle::ConstantTimeEq;

#[cfg(any(test, not(target_arch = "x86_64")))]
use super::{field::Fe, limbs};
#[cfg(target_arch = "x86_64")]
pub(crate) use crate::arch::sm2_select::Selection;
#[cfg(not(target_arch = "x86_64"))]
pub(crate) use InWords as Selection;

/// The choice in words, for any processor.
#[cfg(any(test, not(target_arch = "x86_64")))]
pub(crate) struct InWords<const K: usize> {
    at: u64,
    wanted: u64,
    selected: [Fe; K],
}

#[cfg(any(test, not(target_arch = "x86_64")))]
impl<const K: usize> InWords<K> {
    pub(crate) fn new(index: u64) -> Self {
        Self {
            at: 0,
            wanted: index,
            selected: [Fe::ZERO; K],
        }
    }

    /// The next entries of the table.
    pub(crate) fn look_at(&mut self, entries: &[[Fe; K]]) {
        for entry in entries {
            let mask = limbs::mask(self.at.ct_eq(&self.wanted));
            for (to, from) in self.selected.iter_mut().zip(entry) {
                for (to, from) in to.0.iter_mut().zip(&from.0) {
                    *to |= from & mask;
                }
            }
            self.at += 1;
        }
    }

    /// The entry asked for; zeros if it was not among those looked at.
    pub(crate) fn finish(self) -> [Fe; K] {
        self.selected
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sm2::tests::Words;

    #[test]
    fn every_way_finds_the_entry_and_no_other() {
        let mut words = Words::new(9);
        let table: Vec<[Fe; 2]> = (0..32)
            .map(|_| [Fe(words.number()), Fe(words.number())])
            .collect();
        for index in [(0..34).collect(), vec![1 << 20]].concat() {
            let entry = table.get(index as usize).copied().unwrap_or_default();
            let mut in_words = InWords::new(index);
            let mut active = Selection::new(index);
            for piece in table.chunks(5) {
                in_words.look_at(piece);
                active.look_at(piece);
            }
            assert_eq!(in_words.finish(), entry, "{index}");
            assert_eq!(active.finish(), entry, "{index}");
        }
    }
}

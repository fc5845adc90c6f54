//! Secret multiples of the generator.

use super::field::Fe;
use super::point::{AffineTerm, Sum, SumMemory};
use super::scalars::{Digit, Scalars};
use super::table::{PointTable, ENTRIES, TOP, WINDOW, WINDOWS};
use super::vector::{Ifma, V};

/// Vectors that go through the windows together: their sums and one window fit the first cache.
const BLOCK: usize = 12;

/// The generator's odd multiples, laid out to be chosen from without an address that depends on a
/// secret: one limb of eight entries is one vector, and all of a window are read.
///
/// ```text
/// window i, limb l of x (0..5) or y (5..10):  [ entries 0..8 | entries 8..16 | ... | 56..64 ]
/// ```
pub(crate) struct Comb {
    windows: Box<[Window]>,
}

#[derive(Clone, Copy, Default)]
#[repr(C, align(64))]
struct Window([[[u64; 8]; ENTRIES / 8]; 10]);

impl Comb {
    /// The same points as in `table`.
    pub(crate) fn new(table: &PointTable) -> Self {
        let mut windows = vec![Window::default(); WINDOWS].into_boxed_slice();
        for (window, entries) in windows.iter_mut().zip(table.entries.chunks_exact(ENTRIES)) {
            for (at, entry) in entries.iter().enumerate() {
                for (limb, value) in entry.limbs().into_iter().enumerate() {
                    window.0[limb][at / 8][at % 8] = value;
                }
            }
        }
        Self { windows }
    }

    /// `k G` for every scalar k, which must be odd and below n.
    ///
    /// The windows are added from the top. No step meets equal or opposite points, nor infinity:
    /// * The sum A so far is an odd multiple of 2^(7 i + 7), 0 < A < 2^257, and the term is
    ///   T = d 2^(7 i) with d odd and |d| < 2^7. So A > |T|: they are not equal or opposite as
    ///   integers.
    /// * A - T or A + T could still be n (nothing larger below 2 n). Both are multiples of 2^(7 i)
    ///   and n is odd, which leaves i = 0. There A + d = k, which is not n; and A - d = n would make
    ///   k = n + 2 d, that is, d negative and k = n - 2 |d|. As d = (k mod 2^8) - 2^7 and
    ///   n = 35 mod 2^8, this gives -|d| = 35 - 2 |d| - 128 mod 2^8, so |d| = 163 mod 2^8: too large.
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512ifma,avx512vbmi")]
    fn multiply_kernel(&self, proof: Ifma, scalars: &[Scalars], sums: &mut [SumMemory]) {
        for (scalars, sums) in scalars.chunks(BLOCK).zip(sums.chunks_mut(BLOCK)) {
            for (k, sum) in scalars.iter().zip(sums.iter_mut()) {
                let digit = k.top_digit(proof, TOP);
                let term = self.windows[WINDOWS - 1].choose(proof, digit);
                sum.store(Sum::from_affine(proof, term));
            }
            for at in (0..WINDOWS - 1).rev() {
                // Every addition negates. Before windows 34, 32, … 0 the sum is the negative of what
                // it stands for, and so must the term be; after the last one it is right.
                let negated = if at % 2 == 0 { 0xff } else { 0 };
                for (k, sum) in scalars.iter().zip(sums.iter_mut()) {
                    let mut digit = k.digit::<WINDOW>(proof, at);
                    digit.minus ^= negated;
                    let term = self.windows[at].choose(proof, digit);
                    sum.store(sum.load(proof).plus_negated(term));
                }
            }
        }
    }

    /// `k G` for every scalar k, which must be odd and below n; in constant time.
    pub(crate) fn multiply(&self, proof: Ifma, scalars: &[Scalars], sums: &mut [SumMemory]) {
        assert_eq!(scalars.len(), sums.len());
        // SAFETY: the token proves that the processor has the instructions.
        unsafe { self.multiply_kernel(proof, scalars, sums) }
    }
}

impl Window {
    /// The entry of each lane's digit.
    #[inline(always)]
    fn choose(&self, proof: Ifma, digit: Digit) -> AffineTerm {
        let index = digit.index;
        let upper_16 = index.lanes_with(index.like(16));
        let upper_32 = index.lanes_with(index.like(32));
        let limb = |at: usize| {
            let group = |g: usize| V::load(proof, &self.0[at][g]);
            let sixteen = |g: usize| index.choose_of_16(group(g), group(g + 1));
            let lower = sixteen(0).replace_in(upper_16, sixteen(2));
            let upper = sixteen(4).replace_in(upper_16, sixteen(6));
            lower.replace_in(upper_32, upper)
        };
        AffineTerm {
            x: Fe([limb(0), limb(1), limb(2), limb(3), limb(4)]),
            y: Fe([limb(5), limb(6), limb(7), limb(8), limb(9)]),
            minus: digit.minus,
        }
    }
}

//! One scalar at a time: each lane takes an eighth of the work, then three additions join the lanes.

use zeroize::{Zeroize, Zeroizing};

use super::affine::to_affine;
use super::comb::Comb;
use super::field::{limbs_of, Fe, FeMemory};
use super::multiply::{load_point, Points};
use super::point::{AffineTerm, Sum, SumMemory};
use super::scalars::Scalars;
use super::vector::{Ifma, Mask, V};
use crate::sm2::limbs;
use crate::sm2::scalar::N;

/// Bits of a window.
const WINDOW: u32 = 4;
/// Odd multiples in a window: 1, 3, … 15.
const ENTRIES: usize = 1 << (WINDOW - 1);
/// Windows of a lane: 32 bits.
const STEPS: usize = 8;
/// Bits of a lane.
const LANE_BITS: usize = WINDOW as usize * STEPS;

/// 2^256 mod p: from Montgomery form with 2^260 to the one with 2^256.
const TO_FOUR_WORDS: [u64; 5] = limbs_of([1, 0x0000_0000_ffff_ffff, 0, 0x0000_0001_0000_0000]);

/// The generator's odd multiples for one scalar at a time. 40 960 octets.
///
/// ```text
/// step j, entry e, limb l:  [ lane 0: (2e + 1) 2^(4 j) G | lane 1: times 2^32 | ... | lane 7 ]
/// ```
///
/// A lane chooses its entry by reading all of its own.
pub(crate) struct SingleComb {
    steps: Box<[[[FeMemory; 2]; ENTRIES]; STEPS]>,
}

/// A point as X, Y and ZZ, ZZZ (x = X/ZZ, y = Y/ZZZ): numbers below p in four words, Montgomery form
/// with R = 2^256.
#[derive(Default)]
pub(crate) struct FourWordSum {
    pub(crate) x: [u64; 4],
    pub(crate) y: [u64; 4],
    pub(crate) zz: [u64; 4],
    pub(crate) zzz: [u64; 4],
}

impl SingleComb {
    /// The same point as in `comb`.
    pub(crate) fn new(proof: Ifma, comb: &Comb) -> Self {
        let mut steps = Box::new([[[FeMemory::default(); 2]; ENTRIES]; STEPS]);
        let mut scalars = vec![Scalars::default(); STEPS * ENTRIES];
        for (at, scalars) in scalars.iter_mut().enumerate() {
            let (step, entry) = (at / ENTRIES, at % ENTRIES);
            for lane in 0..8 {
                let bit = LANE_BITS * lane + WINDOW as usize * step;
                let mut k = [0; 4];
                k[bit / 64] = (2 * entry as u64 + 1) << (bit % 64);
                // The comb takes odd scalars only: k G = -(n - k) G.
                let (odd, negated) = if k[0] & 1 == 1 {
                    (k, 0)
                } else {
                    (minus(&k), 1)
                };
                scalars.set(lane, &odd, negated);
            }
        }
        let mut sums = vec![SumMemory::default(); scalars.len()];
        comb.multiply(proof, &scalars, &mut sums);
        let mut points = vec![Points::default(); scalars.len()];
        to_affine(proof, &sums, &mut points);
        let entries = steps.iter_mut().flatten();
        for (entry, points) in entries.zip(&points) {
            // SAFETY: the token proves that the processor has the instructions.
            unsafe { store_entry(proof, points, entry) }
        }
        Self { steps }
    }

    /// `k G` for k odd and below n, or `-k G` if `negated` is 1; in constant time.
    pub(crate) fn multiply(
        &self,
        proof: Ifma,
        k: &[u64; 4],
        negated: u8,
    ) -> Zeroizing<FourWordSum> {
        // SAFETY: the token proves that the processor has the instructions.
        unsafe { self.multiply_kernel(proof, k, 0u8.wrapping_sub(negated & 1)) }
    }

    /// Lane l sums the windows of bits 32 l and up, from the top: as in `Comb`, no step meets equal or
    /// opposite points. Joining the lanes does not either. Two sums that are joined have no lane in
    /// common, and the highest lane outweighs all below it: as integers they are neither equal nor
    /// opposite. Modulo n they could be so only where lane 7 takes part, since the others stay below
    /// 2^225. The first two rounds have only odd lanes beside it: multiples of 2^32, as n is not. The
    /// last one has the odd lanes O and the even lanes E. O + E = k is not n; O - E = n would make the
    /// digits of n those of k with the even lanes turned, and k = O + E = n + 2 E. But then lane 6 of
    /// E has the opposite sign of lane 6 of n, which is negative as bit 224 of n is 0: E would be
    /// positive, and k above n.
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512ifma,avx512vbmi")]
    fn multiply_kernel(&self, proof: Ifma, k: &[u64; 4], negated: Mask) -> Zeroizing<FourWordSum> {
        // Bits 32 l to 32 l + 32 in lane l: its windows and the lowest bit of the next. What would be
        // bit 256 is 1: the top digit has no sign.
        let mut lanes = Zeroizing::new([0; 8]);
        for (at, lane) in lanes.iter_mut().enumerate() {
            let half = |at: usize| k[at / 2] >> (32 * (at % 2)) & 0xffff_ffff;
            *lane = half(at) | if at == 7 { 1 } else { half(at + 1) & 1 } << 32;
        }
        let bits = V::load(proof, &lanes);
        let mut first = self.choose(proof, bits, STEPS - 1);
        first.minus ^= negated;
        let mut sum = Sum::from_affine(proof, first);
        for step in (0..STEPS - 1).rev() {
            let mut term = self.choose(proof, bits, step);
            // Every addition negates, so every other term is turned. Seven additions and three to
            // join the lanes come out at the right sign.
            term.minus ^= if step % 2 == 1 { !negated } else { negated };
            sum = sum.plus_negated(term);
        }
        let joined = sum.join_lanes();
        let mut out = Zeroizing::new(FourWordSum::default());
        joined.store_lane_0(proof, &mut out);
        out
    }

    /// The entry of window `step` of each lane.
    #[inline(always)]
    fn choose(&self, proof: Ifma, bits: V, step: usize) -> AffineTerm {
        let bits = bits.shift_right_by(bits.like(u64::from(WINDOW) * step as u64));
        let ones = bits.like((1 << WINDOW) - 1);
        let positive = bits.lanes_with(bits.like(1 << WINDOW));
        let folded = bits.xor(ones).replace_in(positive, bits).and(ones);
        let index = folded.shift_right::<1>();
        let [x, y] = &self.steps[step][0];
        let (mut x, mut y) = (x.load(proof), y.load(proof));
        for (entry, [entry_x, entry_y]) in self.steps[step].iter().enumerate().skip(1) {
            let here = index.lanes_equal(index.like(entry as u64));
            x = x.replace_in(here, entry_x.load(proof));
            y = y.replace_in(here, entry_y.load(proof));
        }
        AffineTerm {
            x,
            y,
            minus: !positive,
        }
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512ifma,avx512vbmi")]
fn store_entry(proof: Ifma, points: &Points, entry: &mut [FeMemory; 2]) {
    let point = load_point(proof, points);
    entry[0].store(point.x);
    entry[1].store(point.y);
}

impl Sum {
    /// In every lane the sum of all lanes, or its negative.
    #[inline(always)]
    pub(super) fn join_lanes(self) -> Self {
        let one = self.plus_other_negated(self.each(V::swap_halves));
        let two = one.plus_other_negated(one.each(V::swap_quarters));
        two.plus_other_negated(two.each(V::swap_pairs))
    }

    #[inline(always)]
    fn each(self, swap: impl Fn(V) -> V + Copy) -> Self {
        Self {
            x: self.x.each(swap),
            y: self.y.each(swap),
            zz: self.zz.each(swap),
            zzz: self.zzz.each(swap),
        }
    }

    /// Lane 0 in four words.
    #[inline(always)]
    pub(super) fn store_lane_0(self, proof: Ifma, out: &mut FourWordSum) {
        *out = FourWordSum {
            x: lane_0(proof, self.x),
            y: lane_0(proof, self.y),
            zz: lane_0(proof, self.zz),
            zzz: lane_0(proof, self.zzz),
        };
    }
}

#[inline(always)]
fn lane_0(proof: Ifma, number: Fe) -> [u64; 4] {
    let to_four_words = Fe::splat(proof, TO_FOUR_WORDS);
    let words = number.times(to_four_words).carry().reduced().to_words();
    let mut lanes = [[0; 8]; 4];
    for (memory, word) in lanes.iter_mut().zip(words) {
        word.store(memory);
    }
    let number = lanes.map(|word| word[0]);
    lanes.zeroize();
    number
}

impl Zeroize for FourWordSum {
    fn zeroize(&mut self) {
        for number in [&mut self.x, &mut self.y, &mut self.zz, &mut self.zzz] {
            number.zeroize();
        }
    }
}

// What the proof at `multiply_kernel` rests on.
const _: () = assert!(!N[0].is_multiple_of(1 << 32) && N[3] >> 32 & 1 == 0);

/// n - k.
fn minus(k: &[u64; 4]) -> [u64; 4] {
    limbs::sub(&N, k).0
}

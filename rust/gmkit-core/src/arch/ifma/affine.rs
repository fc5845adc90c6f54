//! Sums back to plain coordinates.

use zeroize::Zeroize;

use super::field::{Fe, FeMemory};
use super::inverse::invert_all;
use super::multiply::Points;
use super::point::SumMemory;
use super::vector::{Ifma, V};

/// Eight plain numbers below p: `words[i][lane]` is bits 64 i and up.
#[derive(Clone, Copy, Default, Zeroize)]
#[repr(C, align(64))]
pub(crate) struct Numbers {
    words: [[u64; 8]; 4],
}

impl Numbers {
    /// Put a number in a lane.
    pub(crate) fn set(&mut self, lane: usize, number: &[u64; 4]) {
        for (words, word) in self.words.iter_mut().zip(number) {
            words[lane] = *word;
        }
    }

    /// The number of a lane.
    pub(crate) fn get(&self, lane: usize) -> [u64; 4] {
        self.words.map(|words| words[lane])
    }

    #[inline(always)]
    pub(super) fn load(&self, proof: Ifma) -> Fe {
        Fe::from_words(self.words.each_ref().map(|words| V::load(proof, words)))
    }

    #[inline(always)]
    fn store(&mut self, number: Fe) {
        for (memory, word) in self.words.iter_mut().zip(number.to_words()) {
            word.store(memory);
        }
    }
}

/// x alone of every sum, as in [`to_affine`].
pub(crate) fn to_x(proof: Ifma, sums: &[SumMemory], numbers: &mut [Numbers]) {
    assert_eq!(sums.len(), numbers.len());
    let mut inverses: Vec<FeMemory> = sums.iter().map(|sum| sum.zz).collect();
    invert_all(proof, &mut inverses);
    // SAFETY: the token proves that the processor has the instructions.
    unsafe { finish_x(proof, sums, &inverses, numbers) }
    inverses.zeroize();
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512ifma,avx512vbmi")]
fn finish_x(proof: Ifma, sums: &[SumMemory], inverses: &[FeMemory], numbers: &mut [Numbers]) {
    for ((sum, inverse), number) in sums.iter().zip(inverses).zip(numbers) {
        let x = sum.x.load(proof).times(inverse.load(proof)).carry();
        number.store(x.out_of_montgomery().reduced());
    }
}

/// x and y of every sum, plain numbers below p; in constant time. No sum may have ZZ = 0: that would
/// spoil its whole lane.
pub(crate) fn to_affine(proof: Ifma, sums: &[SumMemory], points: &mut [Points]) {
    assert_eq!(sums.len(), points.len());
    let mut inverses: Vec<FeMemory> = sums.iter().map(|sum| sum.zzz).collect();
    invert_all(proof, &mut inverses);
    // SAFETY: the token proves that the processor has the instructions.
    unsafe { finish(proof, sums, &inverses, points) }
    inverses.zeroize();
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512ifma,avx512vbmi")]
fn finish(proof: Ifma, sums: &[SumMemory], inverses: &[FeMemory], points: &mut [Points]) {
    for ((sum, inverse), point) in sums.iter().zip(inverses).zip(points) {
        let sum = sum.load(proof);
        let zzz = inverse.load(proof); // 1/ZZZ
        let root = zzz.times(sum.zz).carry(); // ZZ/ZZZ, whose square is 1/ZZ
        let x = sum
            .x
            .times(root.squared().carry())
            .carry()
            .out_of_montgomery()
            .reduced();
        let y = sum.y.times(zzz).carry().out_of_montgomery().reduced();
        let [x0, x1, x2, x3] = x.to_words();
        let [y0, y1, y2, y3] = y.to_words();
        point.store([x0, x1, x2, x3, y0, y1, y2, y3]);
    }
}

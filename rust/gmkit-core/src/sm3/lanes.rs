//! The kernel for many messages that the path in use has, if it has one.

#[cfg(target_arch = "x86_64")]
use crate::arch::sm3_lanes;
use crate::cpu::{self, CpuPath};

use super::State;

/// Room for the lanes of the widest kernel.
pub(crate) const MOST: usize = 16;

/// Words of up to [`MOST`] messages side by side: `[word][lane]`.
pub(crate) type Words<const N: usize> = [[u32; MOST]; N];

/// A kernel for several messages at once.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kernel {
    /// 16 lanes.
    #[cfg(target_arch = "x86_64")]
    Avx512,
    /// 8 lanes.
    #[cfg(target_arch = "x86_64")]
    Avx2,
}

/// As many messages, or fewer, are done sooner one after the other: the kernels take about as long
/// for all their lanes as the rounds of one message twice.
pub(crate) const FEW: usize = 2;

impl Kernel {
    /// The kernel of the path in use. None on the lower paths, where messages are hashed singly.
    pub(crate) fn active() -> Option<Self> {
        match cpu::active() {
            #[cfg(target_arch = "x86_64")]
            CpuPath::Avx512 => Some(Self::Avx512),
            #[cfg(target_arch = "x86_64")]
            CpuPath::Avx2 | CpuPath::Avx2Gfni => Some(Self::Avx2),
            _ => None,
        }
    }

    /// How many messages it takes.
    pub(crate) const fn lanes(self) -> usize {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => 16,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => 8,
        }
    }

    /// Take `count` blocks of every message in; lanes beyond [`Self::lanes`] are left alone.
    pub(crate) fn compress(self, state: &mut Words<8>, inputs: &[&[u8]; MOST], count: usize) {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => sm3_lanes::compress_16(state, inputs, count),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => sm3_lanes::compress_8(state, inputs, count),
        }
    }

    /// Take one block of every message in, given as words.
    pub(crate) fn compress_words(self, state: &mut Words<8>, words: &Words<16>) {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => sm3_lanes::compress_words_16(state, words),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => sm3_lanes::compress_words_8(state, words),
        }
    }
}

/// The same words in every lane.
pub(crate) fn spread<const N: usize>(words: &[u32; N]) -> Words<N> {
    words.map(|word| [word; MOST])
}

/// The words of one lane.
pub(crate) fn lane<const N: usize>(words: &Words<N>, lane: usize) -> [u32; N] {
    core::array::from_fn(|k| words[k][lane])
}

/// Put the words of one lane.
pub(crate) fn set_lane(words: &mut Words<8>, lane: usize, state: &State) {
    for (word, new) in words.iter_mut().zip(state) {
        word[lane] = *new;
    }
}

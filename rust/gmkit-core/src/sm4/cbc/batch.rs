//! CBC encryption of many messages side by side.
//!
//! One message waits for itself: each block needs the one before. Many messages fill the lanes of
//! the widest kernel, each lane one message; where one ends, the next takes its lane.

use super::{pad, padded_length};
use crate::sm4::{block, engine, Key, Scratch, BLOCK};

/// Lanes of the widest kernel.
const LANES: usize = 64;

/// One message and where its ciphertext goes.
pub struct Job<'a> {
    /// An unpredictable IV of its own.
    pub iv: &'a [u8; BLOCK],
    /// The text, any number of octets.
    pub src: &'a [u8],
    /// Room for as many octets and the padding, [`padded_length`].
    pub dst: &'a mut [u8],
}

/// Encrypts every message with PKCS#7 padding under one key.
///
/// # Panics
/// If a destination has another length than it should.
pub fn encrypt_batch(key: &Key, jobs: &mut [Job<'_>]) {
    for job in &*jobs {
        assert_eq!(job.dst.len(), padded_length(job.src.len()));
    }
    let mut waiting = jobs.iter_mut();
    let mut lanes: Vec<Lane<'_>> = waiting.by_ref().take(LANES).map(Lane::new).collect();
    let (mut inputs, mut outputs) = (Scratch::<LANES>::new(), Scratch::<LANES>::new());
    while !lanes.is_empty() {
        // As many blocks as every lane still has before its last, which needs padding.
        let steps = lanes
            .iter()
            .map(|lane| lane.blocks.len())
            .min()
            .unwrap_or(0);
        let (inputs, outputs) = (&mut inputs.0[..lanes.len()], &mut outputs.0[..lanes.len()]);
        for (lane, output) in lanes.iter().zip(&mut *outputs) {
            *output = lane.chain;
        }
        for step in 0..steps {
            for ((lane, input), chain) in lanes.iter().zip(&mut *inputs).zip(&*outputs) {
                *input = block::xor(&lane.blocks[step], chain);
            }
            engine::encrypt(key, inputs, outputs);
            for (lane, output) in lanes.iter_mut().zip(&*outputs) {
                lane.out[step] = *output;
            }
        }
        for (lane, output) in lanes.iter_mut().zip(&*outputs) {
            lane.chain = *output;
            lane.advance(steps);
        }
        // Those that have come to their last block end together.
        let mut ending: Vec<_> = lanes
            .iter_mut()
            .filter(|lane| lane.blocks.is_empty())
            .collect();
        let (inputs, outputs) = (&mut inputs[..ending.len()], &mut outputs[..ending.len()]);
        for (lane, input) in ending.iter().zip(&mut *inputs) {
            *input = block::xor(&pad(lane.rest), &lane.chain);
        }
        engine::encrypt(key, inputs, outputs);
        for (lane, output) in ending.iter_mut().zip(&*outputs) {
            lane.out[0] = *output;
        }
        lanes.retain(|lane| !lane.blocks.is_empty());
        lanes.extend(waiting.by_ref().take(LANES - lanes.len()).map(Lane::new));
    }
}

/// What is left of one message.
struct Lane<'a> {
    chain: [u8; BLOCK],
    blocks: &'a [[u8; BLOCK]],
    rest: &'a [u8],
    out: &'a mut [[u8; BLOCK]],
}

impl<'a> Lane<'a> {
    fn new(job: &'a mut Job<'_>) -> Self {
        let (blocks, rest) = block::split(job.src);
        let out = job.dst.as_chunks_mut().0;
        Self {
            chain: *job.iv,
            blocks,
            rest,
            out,
        }
    }

    fn advance(&mut self, steps: usize) {
        self.blocks = &self.blocks[steps..];
        let out = core::mem::take(&mut self.out);
        self.out = &mut out[steps..];
    }
}

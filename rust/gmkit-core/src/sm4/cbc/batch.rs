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
    let mut lanes: Vec<Lane<'_, '_>> = waiting.by_ref().take(LANES).map(Lane::new).collect();
    let (mut inputs, mut outputs) = (Scratch::<LANES>::new(), Scratch::<LANES>::new());
    while !lanes.is_empty() {
        for (lane, input) in lanes.iter().zip(&mut inputs.0) {
            *input = lane.input();
        }
        let n = lanes.len();
        engine::encrypt(key, &inputs.0[..n], &mut outputs.0[..n]);
        for (lane, output) in lanes.iter_mut().zip(&outputs.0) {
            lane.take(output);
        }
        for lane in lanes.iter_mut().filter(|lane| lane.is_done()) {
            if let Some(job) = waiting.next() {
                *lane = Lane::new(job);
            }
        }
        lanes.retain(|lane| !lane.is_done());
    }
}

struct Lane<'a, 'j> {
    job: &'j mut Job<'a>,
    chain: [u8; BLOCK],
    at: usize,
}

impl<'a, 'j> Lane<'a, 'j> {
    fn new(job: &'j mut Job<'a>) -> Self {
        let chain = *job.iv;
        Self { job, chain, at: 0 }
    }

    /// The next block of text, padded if it is the last, with the chain added.
    fn input(&self) -> [u8; BLOCK] {
        let rest = &self.job.src[self.at..];
        match rest.first_chunk() {
            Some(whole) => block::xor(whole, &self.chain),
            None => block::xor(&pad(rest), &self.chain),
        }
    }

    fn take(&mut self, output: &[u8; BLOCK]) {
        self.chain = *output;
        self.job.dst[self.at..self.at + BLOCK].copy_from_slice(output);
        self.at += BLOCK;
    }

    fn is_done(&self) -> bool {
        self.at == self.job.dst.len()
    }
}

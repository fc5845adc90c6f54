//! Many messages at once: each in a lane of its own, longest first, the next one into whichever
//! lane falls free.

use zeroize::Zeroize;

use super::lanes::{self, Kernel, Words, FEW, MOST};
use super::message::{Message, Run};
use super::{compress, to_octets, Sm3, BLOCK_LENGTH, DIGEST_LENGTH};

/// The digests of `messages`, in their order.
///
/// # Panics
/// If there are not as many places as messages.
pub fn digest_batch(messages: &[&[u8]], digests: &mut [[u8; DIGEST_LENGTH]]) {
    digest_batch_parts(messages.as_chunks::<1>().0, digests);
}

/// The digests of messages that each consist of `N` parts, one after the other: Z and M of an
/// SM2 signature, for instance.
///
/// # Panics
/// If there are not as many places as messages.
pub fn digest_batch_parts<const N: usize>(
    messages: &[[&[u8]; N]],
    digests: &mut [[u8; DIGEST_LENGTH]],
) {
    digest_batch_after(&Sm3::new(), messages, digests);
}

/// The digests of messages that all begin with what `before` has hashed.
///
/// # Panics
/// If there are not as many places as messages.
pub fn digest_batch_after<const N: usize>(
    before: &Sm3,
    messages: &[[&[u8]; N]],
    digests: &mut [[u8; DIGEST_LENGTH]],
) {
    assert_eq!(messages.len(), digests.len(), "one place for each digest");
    let mut waiting = longest_first(messages).into_iter();
    match Kernel::active() {
        Some(kernel) if messages.len() > FEW => {
            Lanes::new(kernel, before).run(messages, &mut waiting, digests);
        }
        _ => {
            for index in waiting {
                let mut hash = before.clone();
                messages[index].iter().for_each(|part| hash.update(part));
                digests[index] = hash.finalize();
            }
        }
    }
}

/// The numbers of the messages by their length in blocks, so that long ones do not begin last.
fn longest_first<const N: usize>(messages: &[[&[u8]; N]]) -> Vec<usize> {
    let blocks = |index: &usize| {
        let octets: usize = messages[*index].iter().map(|part| part.len()).sum();
        core::cmp::Reverse(octets / BLOCK_LENGTH)
    };
    let mut order: Vec<usize> = (0..messages.len()).collect();
    if !order.is_sorted_by_key(blocks) {
        order.sort_unstable_by_key(blocks);
    }
    order
}

/// The lanes of a kernel and what is in them.
struct Lanes<'a, const N: usize> {
    kernel: Kernel,
    before: &'a Sm3,
    state: Words<8>,
    /// The messages, each with what of it the kernel takes in next.
    jobs: [Option<Job<'a, N>>; MOST],
    /// Blocks that do not stand in a message as they are: across parts, or with padding.
    buffers: [[u8; BLOCK_LENGTH]; MOST],
}

/// A message in a lane.
struct Job<'a, const N: usize> {
    index: usize,
    message: Message<'a, N>,
    run: Run<'a>,
}

impl<'a, const N: usize> Lanes<'a, N> {
    fn new(kernel: Kernel, before: &'a Sm3) -> Self {
        Self {
            kernel,
            before,
            state: lanes::spread(&before.state),
            jobs: [const { None }; MOST],
            buffers: [[0; BLOCK_LENGTH]; MOST],
        }
    }

    fn run(
        mut self,
        messages: &[[&'a [u8]; N]],
        waiting: &mut impl Iterator<Item = usize>,
        digests: &mut [[u8; DIGEST_LENGTH]],
    ) {
        let width = self.kernel.lanes();
        loop {
            let mut busy = 0;
            let mut count = usize::MAX;
            for lane in 0..width {
                self.refill(lane, messages, waiting, digests);
                if let Some(job) = &self.jobs[lane] {
                    busy += 1;
                    count = count.min(job.run.blocks());
                }
            }
            if busy <= FEW {
                break;
            }
            self.step(count);
        }
        self.finish_singly(digests);
        self.state.zeroize();
        self.buffers.zeroize();
    }

    /// See to it that a lane has a block to take in, as long as there are messages.
    fn refill(
        &mut self,
        lane: usize,
        messages: &[[&'a [u8]; N]],
        waiting: &mut impl Iterator<Item = usize>,
        digests: &mut [[u8; DIGEST_LENGTH]],
    ) {
        let buffer = &mut self.buffers[lane];
        if let Some(job) = &mut self.jobs[lane] {
            if job.run.blocks() != 0 {
                return;
            }
            if let Some(run) = job.message.next(buffer) {
                job.run = run;
                return;
            }
            digests[job.index] = to_octets(&lanes::lane(&self.state, lane));
        }
        self.jobs[lane] = waiting.next().and_then(|index| {
            lanes::set_lane(&mut self.state, lane, &self.before.state);
            let mut message = Message::new(self.before, messages[index]);
            let run = message.next(buffer)?;
            Some(Job {
                index,
                message,
                run,
            })
        });
    }

    /// Take `count` blocks in, in every lane.
    fn step(&mut self, count: usize) {
        let input = |lane: usize| {
            self.jobs[lane]
                .as_ref()
                .map(|job| job.run.octets(&self.buffers[lane]))
        };
        // A lane without a message hashes someone else's; nobody looks at the result.
        let any = (0..MOST).find_map(input).unwrap_or_default();
        let inputs: [&[u8]; MOST] = core::array::from_fn(|lane| input(lane).unwrap_or(any));
        self.kernel.compress(&mut self.state, &inputs, count);
        for job in self.jobs.iter_mut().flatten() {
            job.run.advance(count);
        }
    }

    /// What is left when no message waits and few lanes have one.
    fn finish_singly(&mut self, digests: &mut [[u8; DIGEST_LENGTH]]) {
        for lane in 0..MOST {
            let Some(mut job) = self.jobs[lane].take() else {
                continue;
            };
            let buffer = &mut self.buffers[lane];
            let mut state = lanes::lane(&self.state, lane);
            loop {
                compress(
                    &mut state,
                    &job.run.octets(buffer)[..job.run.blocks() * BLOCK_LENGTH],
                );
                match job.message.next(buffer) {
                    Some(run) => job.run = run,
                    None => break,
                }
            }
            digests[job.index] = to_octets(&state);
            state.zeroize();
        }
    }
}

//! One long message on several cores.

use std::num::NonZeroUsize;
use std::thread;

use super::BLOCK;

/// Octets for which another thread is worth its start.
const SHARE: usize = 256 * 1024;
/// Parts begin at multiples of this: whole passes of the widest kernel.
const GRAIN: usize = 64 * BLOCK;

/// How many threads `octets` are worth, if at most `wanted` may be used.
pub(crate) fn threads(octets: usize, wanted: NonZeroUsize) -> usize {
    wanted.get().min(octets / SHARE).max(1)
}

/// Calls `work(offset, src, dst)` on one part of the message per thread; the results in order.
///
/// Every part but the last is whole blocks.
pub(crate) fn in_parts<T: Send>(
    threads: usize,
    src: &[u8],
    dst: &mut [u8],
    work: impl Fn(usize, &[u8], &mut [u8]) -> T + Sync,
) -> Vec<T> {
    let part = src.len().div_ceil(threads).next_multiple_of(GRAIN);
    let work = &work;
    let mut parts = src.chunks(part).zip(dst.chunks_mut(part)).enumerate();
    thread::scope(|scope| {
        let first = parts.next();
        let others: Vec<_> = parts
            .map(|(i, (src, dst))| scope.spawn(move || work(i * part, src, dst)))
            .collect();
        let mut results = Vec::with_capacity(threads);
        if let Some((_, (src, dst))) = first {
            results.push(work(0, src, dst));
        }
        for other in others {
            match other.join() {
                Ok(result) => results.push(result),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        results
    })
}

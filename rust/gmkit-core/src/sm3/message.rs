//! A padded message as a sequence of runs of whole blocks, for the lanes of a batch.

use super::{Sm3, BLOCK_LENGTH};

/// Blocks that stand one after the other.
pub(super) enum Run<'a> {
    /// In the message itself.
    InPlace(&'a [u8]),
    /// One block, in the lane's buffer.
    Buffered,
    /// Taken in already.
    Spent,
}

impl<'a> Run<'a> {
    /// How many blocks are left of it.
    pub(super) const fn blocks(&self) -> usize {
        match self {
            Self::InPlace(octets) => octets.len() / BLOCK_LENGTH,
            Self::Buffered => 1,
            Self::Spent => 0,
        }
    }

    /// The octets of what is left.
    pub(super) const fn octets<'b>(&self, buffer: &'b [u8; BLOCK_LENGTH]) -> &'b [u8]
    where
        'a: 'b,
    {
        match self {
            Self::InPlace(octets) => octets,
            Self::Buffered => buffer,
            Self::Spent => &[],
        }
    }

    /// `count` blocks have been taken in.
    pub(super) fn advance(&mut self, count: usize) {
        match self {
            Self::InPlace(octets) => *octets = &octets[count * BLOCK_LENGTH..],
            Self::Buffered | Self::Spent => *self = Self::Spent,
        }
    }
}

/// What is still to come of a message.
pub(super) struct Message<'a, const N: usize> {
    /// What the hash before it holds back, until the first block is made.
    held: &'a [u8],
    parts: [&'a [u8]; N],
    /// The part that comes next.
    part: usize,
    /// Octets of the whole message.
    total: u64,
    end: End,
}

/// What of the padding has been made.
enum End {
    /// None: octets of the message come first.
    Open,
    /// The one bit; the length needs a further block.
    WithoutLength,
    /// All of it.
    Closed,
}

impl<'a, const N: usize> Message<'a, N> {
    /// The parts, after what `before` has hashed.
    pub(super) fn new(before: &'a Sm3, parts: [&'a [u8]; N]) -> Self {
        let own: u64 = parts.iter().map(|part| part.len() as u64).sum();
        let held = &before.pending[..before.filled()];
        Self {
            held,
            parts,
            part: 0,
            total: before.total.wrapping_add(own),
            end: End::Open,
        }
    }

    /// The next blocks; `buffer` is the place for one that has to be put together. None at the end.
    pub(super) fn next(&mut self, buffer: &mut [u8; BLOCK_LENGTH]) -> Option<Run<'a>> {
        match self.end {
            End::Closed => return None,
            End::WithoutLength => {
                *buffer = [0; BLOCK_LENGTH];
                self.write_length(buffer);
                return Some(Run::Buffered);
            }
            End::Open => {}
        }
        if self.held.is_empty() {
            while let Some(part) = self.parts.get(self.part) {
                if part.len() >= BLOCK_LENGTH {
                    let (blocks, rest) = part.split_at(part.len() - part.len() % BLOCK_LENGTH);
                    self.parts[self.part] = rest;
                    return Some(Run::InPlace(blocks));
                }
                if !part.is_empty() {
                    break;
                }
                self.part += 1;
            }
        }
        self.put_together(buffer);
        Some(Run::Buffered)
    }

    /// A block of what is held back, of parts, and of padding if they do not fill it.
    fn put_together(&mut self, buffer: &mut [u8; BLOCK_LENGTH]) {
        let mut filled = self.held.len();
        buffer[..filled].copy_from_slice(self.held);
        self.held = &[];
        while let Some(part) = self.parts.get_mut(self.part) {
            let taken = part.len().min(BLOCK_LENGTH - filled);
            let (head, rest) = part.split_at(taken);
            buffer[filled..filled + taken].copy_from_slice(head);
            *part = rest;
            filled += taken;
            if filled == BLOCK_LENGTH {
                return;
            }
            self.part += 1;
        }
        buffer[filled] = 0x80;
        buffer[filled + 1..].fill(0);
        if filled < BLOCK_LENGTH - 8 {
            self.write_length(buffer);
        } else {
            self.end = End::WithoutLength;
        }
    }

    fn write_length(&mut self, buffer: &mut [u8; BLOCK_LENGTH]) {
        buffer[BLOCK_LENGTH - 8..].copy_from_slice(&self.total.wrapping_mul(8).to_be_bytes());
        self.end = End::Closed;
    }
}

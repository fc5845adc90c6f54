//! XTS for storage: the tweak is the place of the data, nothing is added to its length.
//!
//! IEEE 1619 and GB/T 17964-2021 multiply the tweak by x in opposite bit orders: the first block
//! agrees, every other differs. They are two values of [`Standard`], never tried in turn.

use zeroize::{Zeroize, ZeroizeOnDrop};

use super::engine::Pass;
use super::{block, engine, Error, Key, Scratch, BLOCK, KEY};

/// Which definition of the doubled tweak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standard {
    /// IEEE 1619: little-endian, shifted left, 0x87 comes in.
    Ieee,
    /// GB/T 17964-2021: as in GHASH, shifted right, 0xe1 comes in at the top.
    Gb,
}

/// Both keys and the definition. Wiped when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Xts {
    data: Key,
    tweak: Key,
    #[zeroize(skip)]
    standard: Standard,
}

/// Blocks whose tweaks are made at a time, in short units and in long ones.
const SHORT: usize = 32;
const LONG: usize = 128;

impl Xts {
    /// `data_key` encrypts the data, `tweak_key` the tweak; they should differ.
    #[must_use]
    pub fn new(data_key: &[u8; KEY], tweak_key: &[u8; KEY], standard: Standard) -> Self {
        Self {
            data: Key::new(data_key),
            tweak: Key::new(tweak_key),
            standard,
        }
    }

    /// Encrypts one unit of at least 16 octets.
    ///
    /// # Errors
    /// [`Error::TooShort`].
    ///
    /// # Panics
    /// If the lengths differ.
    pub fn encrypt(&self, tweak: &[u8; BLOCK], src: &[u8], dst: &mut [u8]) -> Result<(), Error> {
        assert_eq!(src.len(), dst.len());
        let (whole, mut t) = self.begin(tweak, src.len())?;
        self.blocks(&mut t, &src[..whole], &mut dst[..whole], engine::encrypt);
        let rest = src.len() - whole;
        if rest > 0 {
            // The last whole ciphertext block gives its beginning to the rest and takes its end
            // back in: ciphertext stealing.
            let (_, stolen) = dst[..whole]
                .split_last_chunk::<BLOCK>()
                .expect("at least a block");
            let stolen = *stolen;
            let mut joined = stolen;
            joined[..rest].copy_from_slice(&src[whole..]);
            let last = self.one(&t.next(), &joined, engine::encrypt);
            dst[whole - BLOCK..whole].copy_from_slice(&last);
            dst[whole..].copy_from_slice(&stolen[..rest]);
        }
        Ok(())
    }

    /// Decrypts one unit of at least 16 octets.
    ///
    /// # Errors
    /// [`Error::TooShort`].
    ///
    /// # Panics
    /// If the lengths differ.
    pub fn decrypt(&self, tweak: &[u8; BLOCK], src: &[u8], dst: &mut [u8]) -> Result<(), Error> {
        assert_eq!(src.len(), dst.len());
        let (whole, mut t) = self.begin(tweak, src.len())?;
        let rest = src.len() - whole;
        let straight = if rest > 0 { whole - BLOCK } else { whole };
        self.blocks(
            &mut t,
            &src[..straight],
            &mut dst[..straight],
            engine::decrypt,
        );
        if rest > 0 {
            let before_last = t.next();
            let (last, short) = src[straight..]
                .split_first_chunk()
                .expect("a block and a rest");
            let joined = self.one(&t.next(), last, engine::decrypt);
            let mut first = joined;
            first[..rest].copy_from_slice(short);
            let first = self.one(&before_last, &first, engine::decrypt);
            dst[straight..whole].copy_from_slice(&first);
            dst[whole..].copy_from_slice(&joined[..rest]);
        }
        Ok(())
    }

    /// How many octets stand in whole blocks, and the tweaks.
    fn begin(&self, tweak: &[u8; BLOCK], length: usize) -> Result<(usize, Tweaks), Error> {
        if length < BLOCK {
            return Err(Error::TooShort);
        }
        let mut first = *tweak;
        self.tweak.encrypt_block(&mut first);
        Ok((
            length / BLOCK * BLOCK,
            Tweaks {
                value: first,
                standard: self.standard,
            },
        ))
    }

    fn blocks(&self, t: &mut Tweaks, src: &[u8], dst: &mut [u8], pass: Pass) {
        if src.len() <= SHORT * BLOCK {
            self.blocks_by::<SHORT>(t, src, dst, pass);
        } else {
            self.blocks_by::<LONG>(t, src, dst, pass);
        }
    }

    fn blocks_by<const STEP: usize>(&self, t: &mut Tweaks, src: &[u8], dst: &mut [u8], pass: Pass) {
        let (mut tweaks, mut inputs) = (Scratch::<STEP>::new(), Scratch::<STEP>::new());
        let (tweaks, inputs) = (&mut tweaks.0, &mut inputs.0);
        for (src, dst) in src.chunks(STEP * BLOCK).zip(dst.chunks_mut(STEP * BLOCK)) {
            let src = block::split(src).0;
            let dst = dst.as_chunks_mut().0;
            for ((tweak, input), block) in tweaks.iter_mut().zip(&mut *inputs).zip(src) {
                *tweak = t.next();
                *input = block::xor(block, tweak);
            }
            pass(&self.data, &inputs[..src.len()], dst);
            for (block, tweak) in dst.iter_mut().zip(&*tweaks) {
                *block = block::xor(block, tweak);
            }
        }
    }

    fn one(&self, tweak: &[u8; BLOCK], block: &[u8; BLOCK], pass: Pass) -> [u8; BLOCK] {
        let mut out = [[0; BLOCK]];
        pass(&self.data, &[block::xor(block, tweak)], &mut out);
        block::xor(&out[0], tweak)
    }
}

/// The encrypted tweak times 1, x, x², ...
#[derive(Zeroize, ZeroizeOnDrop)]
struct Tweaks {
    value: [u8; BLOCK],
    #[zeroize(skip)]
    standard: Standard,
}

impl Tweaks {
    #[inline(always)]
    fn next(&mut self) -> [u8; BLOCK] {
        let now = self.value;
        self.value = match self.standard {
            Standard::Ieee => {
                let t = u128::from_le_bytes(now);
                (t << 1 ^ ((t >> 127).wrapping_neg() & 0x87)).to_le_bytes()
            }
            Standard::Gb => {
                let t = u128::from_be_bytes(now);
                (t >> 1 ^ ((t & 1).wrapping_neg() & 0xe1 << 120)).to_be_bytes()
            }
        };
        now
    }
}

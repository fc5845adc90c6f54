//! CFB with segments of 1 to 16 octets; full blocks unless a protocol says otherwise.

use zeroize::{Zeroize, ZeroizeOnDrop};

use super::{block, engine, Error, Key, Scratch, BLOCK};

/// Encrypts a message of any length, the last segment may be short.
///
/// # Errors
/// [`Error::TooLong`] or [`Error::TooShort`] if `segment` is not between 1 and 16.
///
/// # Panics
/// If the lengths differ.
pub fn encrypt(
    key: &Key,
    iv: &[u8; BLOCK],
    segment: usize,
    src: &[u8],
    dst: &mut [u8],
) -> Result<(), Error> {
    assert_eq!(src.len(), dst.len());
    let mut register = Register::new(key, iv, segment)?;
    for (p, c) in src.chunks(segment).zip(dst.chunks_mut(segment)) {
        block::xor_into(c, p, &register.keystream());
        register.shift_in(c);
    }
    Ok(())
}

/// Decrypts a message of any length, the last segment may be short.
///
/// # Errors
/// As [`encrypt`].
///
/// # Panics
/// If the lengths differ.
pub fn decrypt(
    key: &Key,
    iv: &[u8; BLOCK],
    segment: usize,
    src: &[u8],
    dst: &mut [u8],
) -> Result<(), Error> {
    assert_eq!(src.len(), dst.len());
    let mut register = Register::new(key, iv, segment)?;
    if segment == BLOCK {
        decrypt_blocks(key, iv, src, dst);
        return Ok(());
    }
    for (c, p) in src.chunks(segment).zip(dst.chunks_mut(segment)) {
        block::xor_into(p, c, &register.keystream());
        register.shift_in(c);
    }
    Ok(())
}

/// Full segments: the keystream is E(iv), E(c0), E(c1), ..., many blocks at a time.
fn decrypt_blocks(key: &Key, iv: &[u8; BLOCK], src: &[u8], dst: &mut [u8]) {
    const STEP: usize = 128;
    let mut inputs = [[0; BLOCK]; STEP];
    let mut stream = Scratch::<STEP>::new();
    let stream = &mut stream.0;
    let mut before = *iv;
    for (c, p) in src.chunks(STEP * BLOCK).zip(dst.chunks_mut(STEP * BLOCK)) {
        let needed = c.len().div_ceil(BLOCK);
        let blocks = block::split(c).0;
        inputs[0] = before;
        inputs[1..needed].copy_from_slice(&blocks[..needed - 1]);
        if let Some(last) = blocks.last() {
            before = *last;
        }
        engine::encrypt(key, &inputs[..needed], &mut stream[..needed]);
        block::xor_into(p, c, stream.as_flattened());
    }
}

/// The shift register.
#[derive(Zeroize, ZeroizeOnDrop)]
struct Register<'k> {
    #[zeroize(skip)]
    key: &'k Key,
    octets: [u8; BLOCK],
}

impl<'k> Register<'k> {
    fn new(key: &'k Key, iv: &[u8; BLOCK], segment: usize) -> Result<Self, Error> {
        match segment {
            0 => Err(Error::TooShort),
            1..=BLOCK => Ok(Self { key, octets: *iv }),
            _ => Err(Error::TooLong),
        }
    }

    fn keystream(&self) -> [u8; BLOCK] {
        let mut stream = self.octets;
        self.key.encrypt_block(&mut stream);
        stream
    }

    fn shift_in(&mut self, ciphertext: &[u8]) {
        let length = ciphertext.len();
        self.octets.copy_within(length.., 0);
        self.octets[BLOCK - length..].copy_from_slice(ciphertext);
    }
}

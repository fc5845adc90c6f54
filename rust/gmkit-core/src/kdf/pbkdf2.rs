//! PBKDF2 with HMAC-SM3: RFC 8018.

use core::num::NonZeroU32;

use zeroize::Zeroize;

use crate::hmac::{HmacSm3, TAG_LENGTH};
use crate::sm3::lanes::{self, Kernel, Words, FEW};
use crate::sm3::{self, State, BLOCK_LENGTH};

/// Fill `out` from a password.
///
/// The cost is `iterations` for every 32 octets of `out`; two compressions each, for the key's
/// two blocks are hashed once. On paths with a kernel of 8 or 16 lanes, as many blocks cost hardly
/// more than two.
///
/// # Panics
/// If `out` has more than (2^32 - 1) · 32 octets, which no memory holds on the way there.
pub fn pbkdf2_sm3(password: &[u8], salt: &[u8], iterations: NonZeroU32, out: &mut [u8]) {
    let keyed = HmacSm3::new(password);
    match Kernel::active() {
        Some(kernel) if out.len() > FEW * TAG_LENGTH => {
            in_lanes(kernel, &keyed, salt, iterations.get(), out);
        }
        _ => one_by_one(&keyed, salt, iterations.get(), out),
    }
}

/// U(1) of the block with this number, from 1.
fn first(keyed: &HmacSm3, salt: &[u8], block: usize) -> State {
    let number = u32::try_from(block).expect("at most 2^32 - 1 blocks");
    let mut mac = keyed.clone();
    mac.update(salt);
    mac.update(&number.to_be_bytes());
    let mut octets = mac.finalize();
    let words = words(&octets);
    octets.zeroize();
    words
}

fn one_by_one(keyed: &HmacSm3, salt: &[u8], iterations: u32, out: &mut [u8]) {
    let (mut inner, mut outer) = keyed.midstates();
    for (piece, number) in out.chunks_mut(TAG_LENGTH).zip(1..) {
        let mut u = first(keyed, salt, number);
        let mut sum = u;
        for _ in 1..iterations {
            u = hmac_of_digest(&inner, &outer, &u);
            for (total, word) in sum.iter_mut().zip(u) {
                *total ^= word;
            }
        }
        put(&sum, piece);
        u.zeroize();
        sum.zeroize();
    }
    inner.zeroize();
    outer.zeroize();
}

fn in_lanes(kernel: Kernel, keyed: &HmacSm3, salt: &[u8], iterations: u32, out: &mut [u8]) {
    let (inner, outer) = keyed.midstates();
    let (mut inner, mut outer) = (lanes::spread(&inner), lanes::spread(&outer));
    // The padded block of a digest that follows a block of key, as in `last_block`.
    let mut block: Words<16> = lanes::spread(&{
        let mut block = [0; 16];
        (block[8], block[15]) = (0x8000_0000, 96 * 8);
        block
    });
    let group = kernel.lanes() * TAG_LENGTH;
    for (pieces, before) in out.chunks_mut(group).zip((0..).step_by(kernel.lanes())) {
        let mut sum: Words<8> = [[0; lanes::MOST]; 8];
        for lane in 0..pieces.len().div_ceil(TAG_LENGTH) {
            lanes::set_lane(&mut sum, lane, &first(keyed, salt, before + lane + 1));
        }
        block[..8].copy_from_slice(&sum);
        for _ in 1..iterations {
            let mut middle = inner;
            kernel.compress_words(&mut middle, &block);
            block[..8].copy_from_slice(&middle);
            let mut u = outer;
            kernel.compress_words(&mut u, &block);
            block[..8].copy_from_slice(&u);
            for (total, word) in sum.as_flattened_mut().iter_mut().zip(u.as_flattened()) {
                *total ^= word;
            }
        }
        for (lane, piece) in pieces.chunks_mut(TAG_LENGTH).enumerate() {
            put(&lanes::lane(&sum, lane), piece);
        }
        sum.zeroize();
    }
    block.zeroize();
    inner.zeroize();
    outer.zeroize();
}

fn put(sum: &State, piece: &mut [u8]) {
    let mut octets = sm3::to_octets(sum);
    piece.copy_from_slice(&octets[..piece.len()]);
    octets.zeroize();
}

/// HMAC of 32 octets, from the states after the key.
fn hmac_of_digest(inner: &State, outer: &State, digest: &State) -> State {
    let mut middle = *inner;
    sm3::compress(&mut middle, &last_block(digest));
    let mut state = *outer;
    sm3::compress(&mut state, &last_block(&middle));
    state
}

/// The padded block of a digest that follows a block of key: 96 octets in all.
fn last_block(digest: &State) -> [u8; BLOCK_LENGTH] {
    let mut block = [0; BLOCK_LENGTH];
    block[..TAG_LENGTH].copy_from_slice(&sm3::to_octets(digest));
    block[TAG_LENGTH] = 0x80;
    block[BLOCK_LENGTH - 2..].copy_from_slice(&(96u16 * 8).to_be_bytes());
    block
}

fn words(octets: &[u8; TAG_LENGTH]) -> State {
    let mut words = [0; 8];
    for (word, octets) in words.iter_mut().zip(octets.chunks_exact(4)) {
        *word = u32::from_be_bytes([octets[0], octets[1], octets[2], octets[3]]);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpu::tests::on_every_path;

    fn hex(text: &str) -> Vec<u8> {
        (0..text.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
            .collect()
    }

    /// Expected values from OpenSSL 3.0.
    #[test]
    fn keys_as_openssl_makes_them() {
        let cases: [(&[u8], &[u8], u32, &str); 3] = [
            (b"password", b"salt", 1, "4612f922a1fdcefaf4312fc6f8f3322b489cbf24f2ea361b44c2bd8fa2c6dcb0e2bea084418ffb4f5f1d7e8be043a5096e6c"),
            (b"password", b"salt", 2, "fee723a2bc966e11dffb66133f4e8df577383c78ade30e3298edbd3e54ed85b7650006f9e15d3798b131bdb5106d5dddb15c"),
            (
                b"passwordPASSWORDpassword",
                b"saltSALTsaltSALTsaltSALTsaltSALTsalt",
                4096,
                "3b6282ac8519f059e465abff0ea37b0dbfe6c672a76e6b805312d53900db630732ccc1a88fa5512a6e8bbd7e48d336632a254dd72a4ced777cd6fa094665db77f64dcc35208fc0950b9745e424a665f6b12b954d7a2139b05781cbebe95c3420ca3305cc",
            ),
        ];
        for (password, salt, iterations, expected) in cases {
            let expected = hex(expected);
            let iterations = NonZeroU32::new(iterations).unwrap();
            for length in [0, 1, 31, 32, 33, expected.len()] {
                let length = length.min(expected.len());
                let mut out = vec![0; length];
                on_every_path(|path| {
                    out.fill(0);
                    pbkdf2_sm3(password, salt, iterations, &mut out);
                    assert_eq!(out, expected[..length], "{path:?}");
                });
            }
        }
    }

    /// More blocks than any kernel has lanes: the same as each alone.
    #[test]
    fn many_blocks_on_every_path() {
        let three = NonZeroU32::new(3).unwrap();
        let mut expected = vec![0; 40 * TAG_LENGTH + 7];
        one_by_one(&HmacSm3::new(b"p"), b"s", 3, &mut expected);
        on_every_path(|path| {
            for length in [65, 8 * 32, 8 * 32 + 1, 16 * 32, 16 * 32 + 1, expected.len()] {
                let mut out = vec![0; length];
                pbkdf2_sm3(b"p", b"s", three, &mut out);
                assert_eq!(out, expected[..length], "{path:?}");
            }
        });
    }
}

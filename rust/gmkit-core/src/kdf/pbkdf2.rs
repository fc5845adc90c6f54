//! PBKDF2 with HMAC-SM3: RFC 8018.

use core::num::NonZeroU32;

use zeroize::Zeroize;

use crate::hmac::{HmacSm3, TAG_LENGTH};
use crate::sm3::{self, State, BLOCK_LENGTH};

/// Fill `out` from a password.
///
/// The cost is `iterations` for every 32 octets of `out`; two compressions each, for the key's
/// two blocks are hashed once.
///
/// # Panics
/// If `out` has more than (2^32 - 1) · 32 octets, which no memory holds on the way there.
pub fn pbkdf2_sm3(password: &[u8], salt: &[u8], iterations: NonZeroU32, out: &mut [u8]) {
    let keyed = HmacSm3::new(password);
    let (mut inner, mut outer) = keyed.midstates();
    for (piece, index) in out.chunks_mut(TAG_LENGTH).zip(1u64..) {
        let index = u32::try_from(index).expect("at most 2^32 - 1 blocks");
        let mut first = keyed.clone();
        first.update(salt);
        first.update(&index.to_be_bytes());
        let mut octets = first.finalize();
        let mut u = words(&octets);
        let mut sum = u;
        for _ in 1..iterations.get() {
            u = hmac_of_digest(&inner, &outer, &u);
            for (total, word) in sum.iter_mut().zip(u) {
                *total ^= word;
            }
        }
        octets = sm3::to_octets(&sum);
        piece.copy_from_slice(&octets[..piece.len()]);
        octets.zeroize();
        u.zeroize();
        sum.zeroize();
    }
    inner.zeroize();
    outer.zeroize();
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
                pbkdf2_sm3(password, salt, iterations, &mut out);
                assert_eq!(out, expected[..length]);
            }
        }
    }
}

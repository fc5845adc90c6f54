//! HMAC with SM3: RFC 2104 with a block of 64 octets.

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::ct;
use crate::sm3::{self, Sm3, State, BLOCK_LENGTH, DIGEST_LENGTH};

/// Octets of a tag.
pub const TAG_LENGTH: usize = DIGEST_LENGTH;

/// The tag is not the one that key and message give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidTag;

/// A tag in the making. Wiped when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct HmacSm3 {
    inner: Sm3,
    outer: Sm3,
}

impl HmacSm3 {
    /// With a key of any length; one longer than a block is hashed first.
    #[must_use]
    pub fn new(key: &[u8]) -> Self {
        let mut block = [0; BLOCK_LENGTH];
        if key.len() > BLOCK_LENGTH {
            let mut short = sm3::digest(key);
            block[..DIGEST_LENGTH].copy_from_slice(&short);
            short.zeroize();
        } else {
            block[..key.len()].copy_from_slice(key);
        }
        let keyed = |pad: u8| {
            let mut padded = block.map(|octet| octet ^ pad);
            let mut hash = Sm3::new();
            hash.update(&padded);
            padded.zeroize();
            hash
        };
        let (inner, outer) = (keyed(0x36), keyed(0x5c));
        block.zeroize();
        Self { inner, outer }
    }

    /// Authenticate `data` too.
    pub fn update(&mut self, data: &[u8]) {
        self.inner.update(data);
    }

    /// The tag of everything taken in.
    #[must_use]
    pub fn finalize(self) -> [u8; TAG_LENGTH] {
        let mut outer = self.outer.clone();
        let mut digest = self.inner.clone().finalize();
        outer.update(&digest);
        digest.zeroize();
        outer.finalize()
    }

    /// Whether `tag` is the tag of everything taken in.
    ///
    /// # Errors
    /// [`InvalidTag`] for any other octets, and for any other length than [`TAG_LENGTH`].
    pub fn verify(self, tag: &[u8]) -> Result<(), InvalidTag> {
        if ct::equal(&self.finalize(), tag) {
            Ok(())
        } else {
            Err(InvalidTag)
        }
    }

    /// The inner and the outer hash after the key and what was taken in, for many tags at once.
    #[cfg(target_arch = "x86_64")]
    pub(crate) fn hashes(&self) -> (&Sm3, &Sm3) {
        (&self.inner, &self.outer)
    }

    /// The two states after the key, from which PBKDF2 starts again and again.
    pub(crate) fn midstates(&self) -> (State, State) {
        (self.inner.midstate(), self.outer.midstate())
    }
}

/// The tag of the parts, one after the other.
#[must_use]
pub fn hmac_sm3(key: &[u8], parts: &[&[u8]]) -> [u8; TAG_LENGTH] {
    let mut mac = HmacSm3::new(key);
    for part in parts {
        mac.update(part);
    }
    mac.finalize()
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

    /// Keys shorter than, as long as and longer than a block; expected values from OpenSSL 3.0.
    #[test]
    fn tags_as_openssl_makes_them() {
        let counting: Vec<u8> = (1..=37).collect();
        let long = b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".repeat(2);
        let cases: [(&[u8], &[u8], &str); 4] = [
            (
                &counting,
                &[0xcd; 50],
                "220bf579ded555393f0159f66c99877822a3ecf610d1552154b41d44b94db3ae",
            ),
            (
                &counting[..32],
                &long,
                "ca05e144ed05d1857840d1f318a4a8669e559fc8391f414485bfdf7bb408963a",
            ),
            (
                b"",
                b"",
                "0d23f72ba15e9c189a879aefc70996b06091de6e64d31b7a84004356dd915261",
            ),
            (
                &[b'k'; 100],
                b"data",
                "d2e3191973421dc0792b6ec5e1a5b5c26652d764b024ba8c20221f0396fedfe8",
            ),
        ];
        for (key, data, tag) in cases {
            assert_eq!(hmac_sm3(key, &[data]).to_vec(), hex(tag));
        }
    }

    #[test]
    fn h_06_tags_of_another_length_are_refused() {
        let tag = hmac_sm3(b"key", &[b"data"]);
        let verify = |tag: &[u8]| {
            let mut mac = HmacSm3::new(b"key");
            mac.update(b"da");
            mac.update(b"ta");
            mac.verify(tag)
        };
        assert_eq!(verify(&tag), Ok(()));
        for length in 0..TAG_LENGTH {
            assert_eq!(verify(&tag[..length]), Err(InvalidTag));
        }
        assert_eq!(verify(&[tag.as_slice(), &[0]].concat()), Err(InvalidTag));
        for at in 0..TAG_LENGTH {
            let mut other = tag;
            other[at] ^= 1;
            assert_eq!(verify(&other), Err(InvalidTag));
        }
    }
}

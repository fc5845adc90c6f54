//! CCM (SP 800-38C; with SM4 in RFC 8998): CTR and CBC-MAC under one key.
//!
//! For protocols that prescribe it: [`super::gcm`] is many times faster.

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::ct;

use super::{block, engine, Error, Key, BLOCK, KEY};

/// A key. Wiped when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Ccm {
    key: Key,
}

impl Ccm {
    /// Expands a key.
    #[must_use]
    pub fn new(key: &[u8; KEY]) -> Self {
        Self { key: Key::new(key) }
    }

    /// Encrypts `src` into `dst`, which takes the tag of `tag_length` octets at its end.
    ///
    /// # Errors
    /// [`Error::NonceLength`] outside 7 to 13, [`Error::TagLength`] unless 4, 6, ... 16,
    /// [`Error::TooLong`] if the length does not fit into the 15 - n octets the nonce leaves.
    ///
    /// # Panics
    /// If `dst` is not `tag_length` longer than `src`.
    pub fn encrypt(
        &self,
        nonce: &[u8],
        aad: &[u8],
        src: &[u8],
        dst: &mut [u8],
        tag_length: usize,
    ) -> Result<(), Error> {
        check(nonce, src.len(), tag_length)?;
        assert_eq!(dst.len(), src.len() + tag_length);
        let (text, tag) = dst.split_at_mut(src.len());
        let full = self.tag(nonce, aad, src, tag_length);
        self.ctr(nonce, src, text);
        tag.copy_from_slice(&full[..tag_length]);
        Ok(())
    }

    /// Decrypts `src`, whose last `tag_length` octets are the tag, into `dst`.
    ///
    /// `dst` holds the text only if the tag fits; otherwise it is all zero.
    ///
    /// # Errors
    /// [`Error::Rejected`]; and as [`Self::encrypt`].
    ///
    /// # Panics
    /// If `src` is not `tag_length` longer than `dst`.
    pub fn decrypt(
        &self,
        nonce: &[u8],
        aad: &[u8],
        src: &[u8],
        dst: &mut [u8],
        tag_length: usize,
    ) -> Result<(), Error> {
        check(nonce, dst.len(), tag_length)?;
        assert_eq!(src.len(), dst.len() + tag_length);
        let (text, tag) = src.split_at(dst.len());
        self.ctr(nonce, text, dst);
        let full = self.tag(nonce, aad, dst, tag_length);
        if ct::equal(&full[..tag_length], tag) {
            Ok(())
        } else {
            dst.zeroize();
            Err(Error::Rejected)
        }
    }

    /// CBC-MAC over B0, the additional data with its length, and the text; masked with A0.
    fn tag(&self, nonce: &[u8], aad: &[u8], text: &[u8], tag_length: usize) -> [u8; BLOCK] {
        // B0: flags (Adata, M' = (t - 2)/2, L' = q - 1), nonce, length of the text in q octets.
        let q = 15 - nonce.len();
        let mut chain = [0; BLOCK];
        chain[8..].copy_from_slice(&(text.len() as u64).to_be_bytes());
        chain[1..=nonce.len()].copy_from_slice(nonce);
        let adata = u8::from(!aad.is_empty()) << 6;
        chain[0] = adata | ((tag_length as u8 - 2) / 2) << 3 | (q as u8 - 1);
        self.key.encrypt_block(&mut chain);
        if !aad.is_empty() {
            self.mac_aad(&mut chain, aad);
        }
        self.mac_padded(&mut chain, text);
        let mut mask = counter_block(nonce, 0);
        self.key.encrypt_block(&mut mask);
        block::xor(&chain, &mask)
    }

    /// The length in 2, 6 or 10 octets, then the data, then zeros.
    fn mac_aad(&self, chain: &mut [u8; BLOCK], aad: &[u8]) {
        let mut head = [0; BLOCK];
        let length = aad.len() as u64;
        let used = if length < 0xff00 {
            head[..2].copy_from_slice(&(length as u16).to_be_bytes());
            2
        } else if length < 1 << 32 {
            head[..2].copy_from_slice(&[0xff, 0xfe]);
            head[2..6].copy_from_slice(&(length as u32).to_be_bytes());
            6
        } else {
            head[..2].copy_from_slice(&[0xff, 0xff]);
            head[2..10].copy_from_slice(&length.to_be_bytes());
            10
        };
        let (first, rest) = aad.split_at(aad.len().min(BLOCK - used));
        head[used..used + first.len()].copy_from_slice(first);
        engine::cbc_mac(&self.key, chain, &[head]);
        self.mac_padded(chain, rest);
    }

    fn mac_padded(&self, chain: &mut [u8; BLOCK], data: &[u8]) {
        let (blocks, rest) = block::split(data);
        engine::cbc_mac(&self.key, chain, blocks);
        if !rest.is_empty() {
            engine::cbc_mac(&self.key, chain, &[block::zero_padded(rest)]);
        }
    }

    /// CTR from A1 on.
    fn ctr(&self, nonce: &[u8], src: &[u8], dst: &mut [u8]) {
        super::ctr::crypt(
            &self.key,
            u128::from_be_bytes(counter_block(nonce, 1)),
            src,
            dst,
        );
    }
}

/// A(i): flags (q - 1), nonce, i in q octets.
fn counter_block(nonce: &[u8], i: u8) -> [u8; BLOCK] {
    let mut a = [0; BLOCK];
    a[0] = 14 - nonce.len() as u8;
    a[1..=nonce.len()].copy_from_slice(nonce);
    a[BLOCK - 1] = i;
    a
}

fn check(nonce: &[u8], text: usize, tag_length: usize) -> Result<(), Error> {
    if !(7..=13).contains(&nonce.len()) {
        return Err(Error::NonceLength);
    }
    if !(4..=16).contains(&tag_length) || !tag_length.is_multiple_of(2) {
        return Err(Error::TagLength);
    }
    let q = 15 - nonce.len() as u32;
    if q < 8 && text as u64 >> (8 * q) != 0 {
        return Err(Error::TooLong);
    }
    Ok(())
}

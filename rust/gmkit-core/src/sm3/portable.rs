//! The compression function in plain Rust, in the letters of GB/T 32905-2016.

use super::{State, BLOCK_LENGTH};

/// Take whole blocks into `state`.
pub(super) fn compress(state: &mut State, blocks: &[u8]) {
    for block in blocks.chunks_exact(BLOCK_LENGTH) {
        one(state, &expand(block));
    }
}

/// T(j) already turned left by j mod 32, as every use of it is.
pub(crate) const T: [u32; 64] = {
    let mut turned = [0; 64];
    let mut j = 0;
    while j < 64 {
        let t: u32 = if j < 16 { 0x79cc_4519 } else { 0x7a87_9d8a };
        turned[j] = t.rotate_left(j as u32 % 32);
        j += 1;
    }
    turned
};

/// W(0) to W(67) of one block. W'(j) is W(j) ^ W(j + 4), formed where it is used.
fn expand(block: &[u8]) -> [u32; 68] {
    let mut w = [0; 68];
    for (word, octets) in w.iter_mut().zip(block.chunks_exact(4)) {
        *word = u32::from_be_bytes([octets[0], octets[1], octets[2], octets[3]]);
    }
    for j in 16..68 {
        w[j] = p1(w[j - 16] ^ w[j - 9] ^ w[j - 3].rotate_left(15))
            ^ w[j - 13].rotate_left(7)
            ^ w[j - 6];
    }
    w
}

/// The 64 rounds.
fn one(state: &mut State, w: &[u32; 68]) {
    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = *state;
    for j in 0..64 {
        let a12 = a.rotate_left(12);
        let ss1 = a12.wrapping_add(e).wrapping_add(T[j]).rotate_left(7);
        let ss2 = ss1 ^ a12;
        let (ff, gg) = if j < 16 {
            (a ^ b ^ c, e ^ f ^ g)
        } else {
            ((a & b) | (c & (a | b)), (e & (f ^ g)) ^ g)
        };
        let tt1 = ff
            .wrapping_add(d)
            .wrapping_add(ss2)
            .wrapping_add(w[j] ^ w[j + 4]);
        let tt2 = gg.wrapping_add(h).wrapping_add(ss1).wrapping_add(w[j]);
        (d, c, b, a) = (c, b.rotate_left(9), a, tt1);
        (h, g, f, e) = (g, f.rotate_left(19), e, p0(tt2));
    }
    for (word, new) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
        *word ^= new;
    }
}

const fn p0(x: u32) -> u32 {
    x ^ x.rotate_left(9) ^ x.rotate_left(17)
}

const fn p1(x: u32) -> u32 {
    x ^ x.rotate_left(15) ^ x.rotate_left(23)
}

//! The S-box and L of SM4 in the terms of GFNI and AES-NI, derived at compile time.
//!
//! S(x) = A(inverse(A(x) + c)) + c in the field modulo x^8+x^7+x^6+x^5+x^4+x^2+1. With f an
//! isomorphism into the field of AES, where the instructions invert:
//!
//! ```text
//! S(x) = A·f⁻¹( inverse( f·A·x + f(c) ) ) + c          P = f·A
//! ```
//!
//! The kernels keep every octet of the state as P·x and store round keys as P·rk + f(c), so that
//! the input of the inversion needs no map of its own. L works on octets: with R2 the rotation of
//! an octet left by 2 and SR6 its shift right by 6, b <<< 2 puts (b_i << 2) + (b_(i+1) >> 6) in
//! octet i, and altogether
//!
//! ```text
//! L(b)_i = d_i + t_i + t_(i+1) + t_(i+2) + d_(i+3)     t = R2·S(x), d = (1 + SR6)·S(x)
//! ```
//!
//! where indices are counted modulo 4 from the first octet in memory. P·R2·A·f⁻¹ and
//! P·(1 + SR6)·A·f⁻¹ are one matrix each. Of the constants, only their sum over the five terms
//! matters; it goes into t, which occurs three times.

use crate::sm4::ROUNDS;

/// A linear map on octets; column j is the image of bit j.
type Columns = [u8; 8];

const SM4_FIELD: u16 = 0x1f5;
const AES_FIELD: u16 = 0x11b;
const C: u8 = 0xd3;

const ONE: Columns = rotation(0);
const ROTATE_2: Columns = rotation(2);
const A: Columns = circulant(0xa7);
/// The map inside the S-box of AES, whose constant is 0x63.
const AES_AFFINE: Columns = circulant(0xf1);
const F: Columns = isomorphism();

/// The basis the state is kept in.
pub(super) const P: Columns = product(&F, &A);
/// Added to every octet of a round key in that basis.
pub(super) const KEY_CONSTANT: u8 = apply(&F, C);

/// From the inverse back to the S-box without its constant.
const OUT: Columns = product(&A, &inverse(&F));
const T: Columns = product(&P, &product(&ROTATE_2, &OUT));
const D: Columns = product(&P, &product(&sum(&ONE, &shift_right(6)), &OUT));

/// Into the basis P.
pub(super) const ENTER: i64 = gfni(&P);
/// Out of the basis P.
pub(super) const LEAVE: i64 = gfni(&inverse(&P));
/// Of the inverse: t.
pub(super) const T_MATRIX: i64 = gfni(&T);
/// Of the inverse: d.
pub(super) const D_MATRIX: i64 = gfni(&D);
/// P·L(c, c, c, c), an octet of it: where all octets are equal, d + d + t + t + t = t.
pub(super) const T_CONSTANT: i32 = apply(&P, apply(&ROTATE_2, C)) as i32;

/// The maps of L' in the key schedule, L'(b) = b + b <<< 13 + b <<< 23, by how many octets further
/// on their argument stands.
pub(super) const SCHEDULE: [i64; 4] = [
    gfni(&product(&P, &OUT)),
    gfni(&product(&P, &product(&shift_left(5), &OUT))),
    gfni(&product(
        &P,
        &product(&sum(&shift_right(3), &shift_left(7)), &OUT),
    )),
    gfni(&product(&P, &product(&shift_right(1), &OUT))),
];
/// P·L'(c, c, c, c), an octet of it.
pub(super) const SCHEDULE_CONSTANT: i32 = apply(&P, C ^ C.rotate_left(5) ^ C.rotate_left(7)) as i32;

/// CK of the key schedule in the order of memory, as P·CK + f(c).
pub(super) const CK: [u32; ROUNDS] = {
    let mut result = [0; ROUNDS];
    let mut i = 0;
    while i < ROUNDS {
        let mut octets = [0; 4];
        let mut j = 0;
        while j < 4 {
            octets[j] = apply(&P, ((4 * i + j) * 7) as u8) ^ KEY_CONSTANT;
            j += 1;
        }
        result[i] = u32::from_ne_bytes(octets);
        i += 1;
    }
    result
};

/// The same maps for processors without GFNI, as two look-ups by the halves of an octet, to be
/// added: entry n for octet n, entry 16 + n for octet 16·n.
pub(super) mod nibbles {
    use super::*;

    /// Of the output of AES's S-box: back to the inverse.
    const FROM_AES: Columns = super::inverse(&AES_AFFINE);
    const AES_CONSTANT: u8 = apply(&FROM_AES, 0x63);

    pub(in crate::arch::sm4) const ENTER: [u8; 32] = table(&P, 0);
    pub(in crate::arch::sm4) const LEAVE: [u8; 32] = table(&super::inverse(&P), 0);
    pub(in crate::arch::sm4) const T: [u8; 32] = of_aes(&super::T, T_CONSTANT as u8);
    pub(in crate::arch::sm4) const D: [u8; 32] = of_aes(&super::D, 0);
    pub(in crate::arch::sm4) const S: [u8; 32] = of_aes(&OUT, C);

    /// The map of the inverse, taken of the output of AES's S-box instead.
    const fn of_aes(map: &Columns, constant: u8) -> [u8; 32] {
        table(
            &product(map, &FROM_AES),
            constant ^ apply(map, AES_CONSTANT),
        )
    }

    const fn table(map: &Columns, constant: u8) -> [u8; 32] {
        let mut table = [0; 32];
        let mut n = 0;
        while n < 16 {
            table[n] = apply(map, n as u8) ^ constant;
            table[16 + n] = apply(map, (n as u8) << 4);
            n += 1;
        }
        table
    }
}

/// The image of an octet.
const fn apply(map: &Columns, octet: u8) -> u8 {
    let mut image = 0;
    let mut j = 0;
    while j < 8 {
        if octet >> j & 1 == 1 {
            image ^= map[j];
        }
        j += 1;
    }
    image
}

/// `first`, then `second`.
const fn product(second: &Columns, first: &Columns) -> Columns {
    let mut result = [0; 8];
    let mut j = 0;
    while j < 8 {
        result[j] = apply(second, first[j]);
        j += 1;
    }
    result
}

const fn sum(a: &Columns, b: &Columns) -> Columns {
    let mut result = *a;
    let mut j = 0;
    while j < 8 {
        result[j] ^= b[j];
        j += 1;
    }
    result
}

const fn inverse(map: &Columns) -> Columns {
    let mut result = [0; 8];
    let mut octet = 255;
    while octet > 0 {
        let image = apply(map, octet);
        if image.is_power_of_two() {
            result[image.trailing_zeros() as usize] = octet;
        }
        octet -= 1;
    }
    result
}

const fn rotation(n: u32) -> Columns {
    let mut result = [0; 8];
    let mut j = 0;
    while j < 8 {
        result[j as usize] = (1u8 << j).rotate_left(n);
        j += 1;
    }
    result
}

const fn shift_left(n: u32) -> Columns {
    let mut result = [0; 8];
    let mut j = 0;
    while j + n < 8 {
        result[j as usize] = 1 << (j + n);
        j += 1;
    }
    result
}

const fn shift_right(n: u32) -> Columns {
    let mut result = [0; 8];
    let mut j = n;
    while j < 8 {
        result[j as usize] = 1 << (j - n);
        j += 1;
    }
    result
}

/// Output bit i is the parity of the octet under `row` rotated left by i.
const fn circulant(row: u8) -> Columns {
    let mut result = [0; 8];
    let mut i = 0;
    while i < 8 {
        let mut j = 0;
        while j < 8 {
            result[j] |= (row.rotate_left(i) >> j & 1) << i;
            j += 1;
        }
        i += 1;
    }
    result
}

/// x^j goes to the j-th power of a root of the polynomial of SM4 in the field of AES.
const fn isomorphism() -> Columns {
    let mut root = 2;
    loop {
        let mut result = [0; 8];
        let (mut power, mut value, mut j) = (1, 0, 0);
        while j <= 8 {
            if j < 8 {
                result[j] = power;
            }
            if SM4_FIELD >> j & 1 == 1 {
                value ^= power;
            }
            power = aes_product(power, root);
            j += 1;
        }
        if value == 0 {
            return result;
        }
        root += 1;
    }
}

const fn aes_product(a: u8, b: u8) -> u8 {
    let (mut a, mut b, mut result) = (a as u16, b, 0);
    while b > 0 {
        if b & 1 == 1 {
            result ^= a;
        }
        a <<= 1;
        if a & 0x100 != 0 {
            a ^= AES_FIELD;
        }
        b >>= 1;
    }
    result as u8
}

/// As GFNI takes it: octet 7 - i is the row of output bit i.
const fn gfni(map: &Columns) -> i64 {
    let mut matrix = 0;
    let mut i = 0;
    while i < 8 {
        let mut j = 0;
        while j < 8 {
            matrix |= ((map[j] >> i & 1) as i64) << ((7 - i) * 8 + j);
            j += 1;
        }
        i += 1;
    }
    matrix
}

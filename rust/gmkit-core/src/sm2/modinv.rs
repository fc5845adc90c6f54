//! Inverses modulo an odd number by division steps, in constant time.
//!
//! The algorithm is that of Bernstein and Yang, "Fast constant-time gcd computation and modular
//! inversion" (2019), in the variant that starts at delta = 1/2: 590 division steps then bring g to 0
//! for every modulus and every argument below 2^256. Ten rounds of 59 steps each look at the lowest
//! bits only and collect what they do in a matrix, which is then applied to the whole numbers.
//!
//! Whole numbers are signed: five limbs of 62 bits, the top one carrying the sign.

#[cfg(target_arch = "x86_64")]
use crate::arch::division_steps::division_steps as packed_steps;
use crate::ct;
#[cfg(not(target_arch = "x86_64"))]
use packed_steps_in_words as packed_steps;

const MASK: u64 = u64::MAX >> 2;

type Signed = [i64; 5];

/// What 59 division steps do to (f, g), times 2^59: f' = u f + v g, g' = q f + r g, each over 2^59.
struct Steps {
    u: i64,
    v: i64,
    q: i64,
    r: i64,
}

/// An odd modulus above 2^255.
pub(crate) struct Modulus {
    number: Signed,
    /// Its inverse modulo 2^62.
    inverse: u64,
}

impl Modulus {
    pub(crate) const fn new(number: [u64; 4]) -> Self {
        // Newton's iteration doubles the number of right bits: 3, 6, 12, 24, 48, 96.
        let mut inverse = number[0];
        let mut round = 0;
        while round < 5 {
            inverse = inverse.wrapping_mul(2u64.wrapping_sub(number[0].wrapping_mul(inverse)));
            round += 1;
        }
        Self {
            number: to_signed(&number),
            inverse: inverse & MASK,
        }
    }

    /// 1/x for x below the modulus; 0 for 0.
    pub(crate) fn invert(&self, x: &[u64; 4]) -> [u64; 4] {
        let (mut f, mut g) = (self.number, to_signed(x));
        // f = d x and g = e x modulo the modulus, always; d and e between -2 and 1 times it.
        let (mut d, mut e): (Signed, Signed) = ([0; 5], [1, 0, 0, 0, 0]);
        let mut zeta = -1;
        for _ in 0..10 {
            let steps;
            (zeta, steps) = division_steps(zeta, f[0] as u64, g[0] as u64);
            self.apply_modulo(&mut d, &mut e, &steps);
            apply(&mut f, &mut g, &steps);
        }
        // g = 0 and f = ±1, so d = ±1/x.
        to_unsigned(&self.normalise(d, f[4] >> 63))
    }

    /// (d, e) becomes (u d + v e, q d + r e) / 2^62 modulo the modulus.
    ///
    /// The steps carry 2^59; they come here times 8, so that whole limbs can be shifted out.
    fn apply_modulo(&self, d: &mut Signed, e: &mut Signed, steps: &Steps) {
        let Steps { u, v, q, r } = *steps;
        let (sign_d, sign_e) = (d[4] >> 63, e[4] >> 63);
        // Multiples of the modulus to add: first what makes negative d, e non-negative …
        let mut times_d = (u & sign_d) + (v & sign_e);
        let mut times_e = (q & sign_d) + (r & sign_e);
        let mut sum_d = wide(u, d[0]) + wide(v, e[0]);
        let mut sum_e = wide(q, d[0]) + wide(r, e[0]);
        // … then what makes the lowest limb zero.
        times_d -= (self
            .inverse
            .wrapping_mul(sum_d as u64)
            .wrapping_add(times_d as u64)
            & MASK) as i64;
        times_e -= (self
            .inverse
            .wrapping_mul(sum_e as u64)
            .wrapping_add(times_e as u64)
            & MASK) as i64;
        sum_d += wide(self.number[0], times_d);
        sum_e += wide(self.number[0], times_e);
        sum_d = next_limb(sum_d);
        sum_e = next_limb(sum_e);
        for at in 1..5 {
            let (d_limb, e_limb) = (d[at], e[at]);
            sum_d += wide(u, d_limb) + wide(v, e_limb) + wide(self.number[at], times_d);
            sum_e += wide(q, d_limb) + wide(r, e_limb) + wide(self.number[at], times_e);
            d[at - 1] = (sum_d as u64 & MASK) as i64;
            e[at - 1] = (sum_e as u64 & MASK) as i64;
            sum_d = next_limb(sum_d);
            sum_e = next_limb(sum_e);
        }
        d[4] = sum_d as i64;
        e[4] = sum_e as i64;
    }

    /// From between -2 and 1 times the modulus into [0, modulus), negated first if `sign` is -1.
    fn normalise(&self, mut number: Signed, sign: i64) -> Signed {
        self.add_if_negative(&mut number);
        let sign = ct::barrier(sign as u64) as i64;
        for limb in &mut number {
            *limb = (*limb ^ sign) - sign;
        }
        carry(&mut number);
        self.add_if_negative(&mut number);
        number
    }

    fn add_if_negative(&self, number: &mut Signed) {
        let mask = ct::barrier((number[4] >> 63) as u64) as i64;
        for (limb, modulus) in number.iter_mut().zip(&self.number) {
            *limb += modulus & mask;
        }
        carry(number);
    }
}

/// 59 division steps on the low 64 bits of f and g; the matrix comes out times 8.
fn division_steps(zeta: i64, f: u64, g: u64) -> (i64, Steps) {
    let (zeta, first) = few_steps::<20>(zeta, f, g);
    let (f, g) = first.apply_low::<20>(f, g);
    let (zeta, second) = few_steps::<20>(zeta, f, g);
    let (f, g) = second.apply_low::<20>(f, g);
    let (zeta, third) = few_steps::<19>(zeta, f, g);
    let Steps { u, v, q, r } = third.after(&second).after(&first);
    let steps = Steps {
        u: u << 3,
        v: v << 3,
        q: q << 3,
        r: r << 3,
    };
    (zeta, steps)
}

/// COUNT division steps, 20 at most, on the lowest 20 bits of f and g.
///
/// zeta is -(delta + 1/2), so that its sign alone says whether delta is positive. All that a step does is
/// linear, and it halves g: so f and its row of the matrix fit one word, and so do g and its own, as
/// a - 2^21 u - 2^42 v, where u and v are whole after COUNT steps, |a| < 2^20 and |u| + |v| <= 2^COUNT.
/// Before, they are multiples of 2^-COUNT that only grow finer, and no sum of two words leaves 64 bits:
/// two rows are never both (0, ±2^COUNT). -2^COUNT itself is not among the u, since only f's first row has
/// no v: so 21 bits hold -u, with its sign.
#[inline(always)]
fn few_steps<const COUNT: usize>(zeta: i64, f: u64, g: u64) -> (i64, Steps) {
    const LOW: u64 = (1 << 20) - 1;
    let f = (f & LOW) as i64 - (1 << (21 + COUNT));
    let g = (g & LOW) as i64 - (1 << (42 + COUNT));
    let (zeta, f, g) = packed_steps::<COUNT>(zeta, f, g);
    let unpack = |word: i64| {
        let rounded = word + (1 << 20);
        (-((rounded << 22) >> 43), -((rounded + (1 << 41)) >> 42))
    };
    let ((u, v), (q, r)) = (unpack(f), unpack(g));
    (zeta, Steps { u, v, q, r })
}

/// The steps themselves, for any processor.
#[cfg(any(test, not(target_arch = "x86_64")))]
#[inline(always)]
fn packed_steps_in_words<const COUNT: usize>(
    mut zeta: i64,
    mut f: i64,
    mut g: i64,
) -> (i64, i64, i64) {
    for _ in 0..COUNT {
        // c1: delta > 0.  c2: g is odd.
        let c1 = ct::barrier((zeta >> 63) as u64) as i64;
        let c2 = ct::barrier((g as u64 & 1).wrapping_neg()) as i64;
        // g += ±f, minus where delta > 0, if g is odd.
        g += ((f ^ c1) - c1) & c2;
        // f += g, which is then the old g, where both hold.
        let both = c1 & c2;
        zeta = (zeta ^ both) - 1;
        f += g & both;
        g >>= 1;
    }
    (zeta, f, g)
}

impl Steps {
    /// What these steps, COUNT of them, make of f and g, of which COUNT bits fewer are right then.
    #[inline(always)]
    fn apply_low<const COUNT: usize>(&self, f: u64, g: u64) -> (u64, u64) {
        let row = |u: i64, v: i64| {
            let sum = (u as u64)
                .wrapping_mul(f)
                .wrapping_add((v as u64).wrapping_mul(g));
            sum >> COUNT
        };
        (row(self.u, self.v), row(self.q, self.r))
    }

    /// Other steps, and then these.
    #[inline(always)]
    fn after(&self, before: &Self) -> Self {
        Self {
            u: self.u * before.u + self.v * before.q,
            v: self.u * before.v + self.v * before.r,
            q: self.q * before.u + self.r * before.q,
            r: self.q * before.v + self.r * before.r,
        }
    }
}

/// (f, g) becomes (u f + v g, q f + r g) / 2^62, which is whole.
fn apply(f: &mut Signed, g: &mut Signed, steps: &Steps) {
    let Steps { u, v, q, r } = *steps;
    let mut sum_f = wide(u, f[0]) + wide(v, g[0]);
    let mut sum_g = wide(q, f[0]) + wide(r, g[0]);
    debug_assert!(sum_f as u64 & MASK == 0 && sum_g as u64 & MASK == 0);
    sum_f = next_limb(sum_f);
    sum_g = next_limb(sum_g);
    for at in 1..5 {
        let (f_limb, g_limb) = (f[at], g[at]);
        sum_f += wide(u, f_limb) + wide(v, g_limb);
        sum_g += wide(q, f_limb) + wide(r, g_limb);
        f[at - 1] = (sum_f as u64 & MASK) as i64;
        g[at - 1] = (sum_g as u64 & MASK) as i64;
        sum_f = next_limb(sum_f);
        sum_g = next_limb(sum_g);
    }
    f[4] = sum_f as i64;
    g[4] = sum_g as i64;
}

/// Limbs back to 62 bits, the sign in the top one.
fn carry(number: &mut Signed) {
    for at in 0..4 {
        number[at + 1] += number[at] >> 62;
        number[at] &= MASK as i64;
    }
}

/// sum >> 62. Without the barrier it would be a shift of two words at once, which is slow on many processors.
#[inline(always)]
fn next_limb(sum: i128) -> i128 {
    let high = (sum >> 64) as i64;
    let low = ct::barrier(sum as u64 >> 62).wrapping_add((high as u64) << 2);
    i128::from(high >> 62) << 64 | i128::from(low)
}

#[inline]
fn wide(a: i64, b: i64) -> i128 {
    i128::from(a) * i128::from(b)
}

const fn to_signed(x: &[u64; 4]) -> Signed {
    [
        (x[0] & MASK) as i64,
        ((x[0] >> 62 | x[1] << 2) & MASK) as i64,
        ((x[1] >> 60 | x[2] << 4) & MASK) as i64,
        ((x[2] >> 58 | x[3] << 6) & MASK) as i64,
        (x[3] >> 56) as i64,
    ]
}

fn to_unsigned(x: &Signed) -> [u64; 4] {
    let x = x.map(|limb| limb as u64);
    [
        x[0] | x[1] << 62,
        x[1] >> 2 | x[2] << 60,
        x[2] >> 4 | x[3] << 58,
        x[3] >> 6 | x[4] << 56,
    ]
}

#[cfg(test)]
mod tests;

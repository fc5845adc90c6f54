//! Inverses modulo an odd number by division steps, in constant time.
//!
//! The algorithm is that of Bernstein and Yang, "Fast constant-time gcd computation and modular
//! inversion" (2019), in the variant that starts at delta = 1/2: 590 division steps then bring g to 0
//! for every modulus and every argument below 2^256. Ten rounds of 59 steps each look at the lowest
//! bits only and collect what they do in a matrix, which is then applied to the whole numbers.
//!
//! Whole numbers are signed: five limbs of 62 bits, the top one carrying the sign.

use crate::ct;

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
        sum_d >>= 62;
        sum_e >>= 62;
        for at in 1..5 {
            let (d_limb, e_limb) = (d[at], e[at]);
            sum_d += wide(u, d_limb) + wide(v, e_limb) + wide(self.number[at], times_d);
            sum_e += wide(q, d_limb) + wide(r, e_limb) + wide(self.number[at], times_e);
            d[at - 1] = (sum_d as u64 & MASK) as i64;
            e[at - 1] = (sum_e as u64 & MASK) as i64;
            sum_d >>= 62;
            sum_e >>= 62;
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
    let (mut state, mut low) = (zeta, (f, g));
    let first = few_steps::<30>(&mut state, &mut low);
    let second = few_steps::<29>(&mut state, &mut low);
    let steps = Steps {
        u: (second.u * first.u + second.v * first.q) << 3,
        v: (second.u * first.v + second.v * first.r) << 3,
        q: (second.q * first.u + second.r * first.q) << 3,
        r: (second.q * first.v + second.r * first.r) << 3,
    };
    (state, steps)
}

/// At most 30 division steps.
///
/// zeta is -(delta + 1/2), so that its sign alone says whether delta is positive. All that happens to
/// the matrix is linear, so each row fits one register as u + 2^32 v: after 30 steps |u|, |v| <= 2^30.
#[inline(always)]
fn few_steps<const COUNT: usize>(zeta: &mut i64, low: &mut (u64, u64)) -> Steps {
    let (mut f, mut g) = *low;
    let (mut uv, mut qr) = (1u64, 1u64 << 32);
    for _ in 0..COUNT {
        // c1: delta > 0.  c2: g is odd.
        let c1 = ct::barrier((*zeta >> 63) as u64);
        let c2 = ct::barrier((g & 1).wrapping_neg());
        // g += ±f, minus where delta > 0, if g is odd.
        g = g.wrapping_add((f ^ c1).wrapping_sub(c1) & c2);
        qr = qr.wrapping_add((uv ^ c1).wrapping_sub(c1) & c2);
        // f += g, which is then the old g, where both hold.
        let both = c1 & c2;
        *zeta = (*zeta ^ both as i64).wrapping_sub(1);
        f = f.wrapping_add(g & both);
        uv = uv.wrapping_add(qr & both);
        g >>= 1;
        uv <<= 1;
    }
    *low = (f, g);
    let ((u, v), (q, r)) = (unpack(uv), unpack(qr));
    Steps { u, v, q, r }
}

/// u and v of u + 2^32 v, both within 32 bits with their signs.
fn unpack(packed: u64) -> (i64, i64) {
    let low = i64::from(packed as i32);
    (low, (packed as i64).wrapping_sub(low) >> 32)
}

/// (f, g) becomes (u f + v g, q f + r g) / 2^62, which is whole.
fn apply(f: &mut Signed, g: &mut Signed, steps: &Steps) {
    let Steps { u, v, q, r } = *steps;
    let mut sum_f = wide(u, f[0]) + wide(v, g[0]);
    let mut sum_g = wide(q, f[0]) + wide(r, g[0]);
    debug_assert!(sum_f as u64 & MASK == 0 && sum_g as u64 & MASK == 0);
    sum_f >>= 62;
    sum_g >>= 62;
    for at in 1..5 {
        let (f_limb, g_limb) = (f[at], g[at]);
        sum_f += wide(u, f_limb) + wide(v, g_limb);
        sum_g += wide(q, f_limb) + wide(r, g_limb);
        f[at - 1] = (sum_f as u64 & MASK) as i64;
        g[at - 1] = (sum_g as u64 & MASK) as i64;
        sum_f >>= 62;
        sum_g >>= 62;
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

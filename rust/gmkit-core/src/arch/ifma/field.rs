//! Numbers mod p, eight at a time.
//!
//! Radix 2^52, Montgomery form with R = 2^260. One vector holds the same limb of eight numbers:
//!
//! ```text
//!           lane 0     lane 1   ...   lane 7
//! limb 0  [ a.0      | b.0    | ... | h.0   ]     a = a.0 + a.1 2^52 + a.2 2^104
//! limb 1  [ a.1      | b.1    | ... | h.1   ]           + a.3 2^156 + a.4 2^208
//!   ...
//! limb 4  [ a.4      | b.4    | ... | h.4   ]
//! ```
//!
//! An [`Fe`] has limbs below 2^52, which is all the multiplier looks at, so a number up to 16 p fits
//! and is a good operand. Nothing is reduced below p on the way: "below 3 p" in a comment is a bound
//! on the number held. For operands below A p and B p a product comes out below (AB/16 + 1) p,
//! because p < 2^256 and R = 2^260.
//!
//! What comes out of a product, and sums of such things, are [`Columns`]: limbs that still overlap
//! and may be negative. They are added and subtracted as they are, and carried once at the end.

use zeroize::Zeroize;

use super::vector::{Ifma, Lanes, Mask, V};

/// p in words of 64 bits, lowest first.
pub(super) const P: [u64; 4] = [!0, 0xffff_ffff_0000_0000, !0, 0xffff_fffe_ffff_ffff];

pub(super) const LIMB: u32 = 52;
pub(super) const LIMB_MASK: u64 = (1 << LIMB) - 1;
// p = -1 + 2^52 (2^12 - 2^44) + 2^208 (2^48 - 2^16), and 2^12 - 2^44 = P1 - 2^52.
pub(super) const P1: u64 = (1 << 52) - (1 << 44) + (1 << 12);
pub(super) const P4: u64 = (1 << 48) - (1 << 16);

/// As many numbers mod p as the vector has lanes. Limbs below 2^52; the numbers below 16 p.
#[derive(Clone, Copy)]
pub(super) struct Fe<L = V>(pub(super) [L; 5]);

/// Sums of limbs, each limb a signed number below 2^62 in size.
#[derive(Clone, Copy)]
pub(super) struct Columns<L = V>(pub(super) [L; 5]);

/// Sums of products before reduction: column `k` has the weight 2^52k.
#[derive(Clone, Copy)]
pub(super) struct Wide([V; 10]);

/// Five limbs of eight numbers in memory.
#[derive(Clone, Copy, Default, Zeroize)]
#[repr(C, align(64))]
pub(crate) struct FeMemory(pub(crate) [[u64; 8]; 5]);

/// 2^260 mod p: one.
pub(super) const ONE: [u64; 5] = limbs_of([
    0x0000_0000_0000_0010,
    0x0000_000f_ffff_fff0,
    0x0000_0000_0000_0000,
    0x0000_0010_0000_0000,
]);

/// 2^520 mod p: takes a number to Montgomery form in one product.
const R2: [u64; 5] = limbs_of([
    0x0000_0200_0000_0300,
    0x0000_02ff_ffff_ff00,
    0x0000_0100_0000_0100,
    0x0000_0400_0000_0200,
]);

/// Four words of 64 bits as five limbs of 52.
pub(super) const fn limbs_of(words: [u64; 4]) -> [u64; 5] {
    [
        words[0] & LIMB_MASK,
        (words[0] >> 52 | words[1] << 12) & LIMB_MASK,
        (words[1] >> 40 | words[2] << 24) & LIMB_MASK,
        (words[2] >> 28 | words[3] << 36) & LIMB_MASK,
        words[3] >> 16,
    ]
}

impl FeMemory {
    #[inline(always)]
    pub(super) fn load(&self, proof: Ifma) -> Fe {
        Fe(self.0.each_ref().map(|limb| V::load(proof, limb)))
    }

    #[inline(always)]
    pub(super) fn store(&mut self, number: Fe) {
        for (memory, limb) in self.0.iter_mut().zip(number.0) {
            limb.store(memory);
        }
    }
}

impl Fe {
    /// The same number in every lane.
    #[inline(always)]
    pub(super) fn splat(proof: Ifma, limbs: [u64; 5]) -> Self {
        Self(limbs.map(|limb| V::splat(proof, limb)))
    }

    /// One.
    #[inline(always)]
    pub(super) fn one(proof: Ifma) -> Self {
        Self::splat(proof, ONE)
    }

    /// Eight numbers below 2^256 as four vectors of words; not yet in Montgomery form.
    #[inline(always)]
    pub(super) fn from_words(words: [V; 4]) -> Self {
        let mask = words[0].like(LIMB_MASK);
        let [a, b, c, d] = words;
        Self([
            a.and(mask),
            a.shift_right::<52>().or(b.shift_left::<12>()).and(mask),
            b.shift_right::<40>().or(c.shift_left::<24>()).and(mask),
            c.shift_right::<28>().or(d.shift_left::<36>()).and(mask),
            d.shift_right::<16>(),
        ])
    }

    /// To Montgomery form: from below 2^256 to below 2 p.
    #[inline(always)]
    pub(super) fn to_montgomery(self) -> Self {
        let r2 = Self(R2.map(|limb| self.0[0].like(limb)));
        self.times(r2).carry()
    }

    /// Out of Montgomery form: from below 16 p to at most p, and p only for a multiple of p.
    #[inline(always)]
    pub(super) fn out_of_montgomery(self) -> Self {
        let one = self.0[0].like(1);
        let zero = self.0[0].like(0);
        self.times(Self([one, zero, zero, zero, zero])).carry()
    }

    /// Product of operands below A p and B p: below (AB/16 + 1) p.
    #[inline(always)]
    pub(super) fn times(self, other: Self) -> Columns {
        self.times_wide(other).reduce()
    }

    /// Square of an operand below A p: below (A^2/16 + 1) p.
    #[inline(always)]
    pub(super) fn squared(self) -> Columns {
        // Products of different limbs count twice: sum them, double, then add the squares.
        let a = self.0;
        let zero = a[0].like(0);
        let mut wide = [zero; 10];
        for i in 0..5 {
            for j in i + 1..5 {
                wide[i + j] = wide[i + j].add_product_low(a[i], a[j]);
                wide[i + j + 1] = wide[i + j + 1].add_product_high(a[i], a[j]);
            }
        }
        for column in &mut wide[1..9] {
            *column = column.add(*column);
        }
        for i in 0..5 {
            wide[2 * i] = wide[2 * i].add_product_low(a[i], a[i]);
            wide[2 * i + 1] = wide[2 * i + 1].add_product_high(a[i], a[i]);
        }
        Wide(wide).reduce()
    }

    /// The product before reduction. Columns below 10 * 2^52.
    #[inline(always)]
    pub(super) fn times_wide(self, other: Self) -> Wide {
        let zero = self.0[0].like(0);
        Wide([zero; 10]).plus_product(self, other)
    }
}

impl<L: Lanes> Fe<L> {
    /// Four vectors of words, of numbers below 2^256.
    #[inline(always)]
    pub(super) fn to_words(self) -> [L; 4] {
        let [a, b, c, d, e] = self.0;
        [
            a.or(b.shift_left::<52>()),
            b.shift_right::<12>().or(c.shift_left::<40>()),
            c.shift_right::<24>().or(d.shift_left::<28>()),
            d.shift_right::<36>().or(e.shift_left::<16>()),
        ]
    }

    /// The same rearrangement of lanes in every limb.
    #[inline(always)]
    pub(super) fn each(self, rearrange: impl Fn(L) -> L) -> Self {
        let [a, b, c, d, e] = self.0;
        Self([
            rearrange(a),
            rearrange(b),
            rearrange(c),
            rearrange(d),
            rearrange(e),
        ])
    }

    /// The limbs as columns, to add to and subtract from.
    #[inline(always)]
    pub(super) fn columns(self) -> Columns<L> {
        Columns(self.0)
    }

    /// From below 2 p to below p.
    #[inline(always)]
    pub(super) fn reduced(self) -> Self {
        let p = limbs_of(P).map(|limb| self.0[0].like(limb));
        // The top limb of number - p keeps its sign through the carries.
        let less = self.columns().minus(Columns(p)).carry();
        let negative = less.0[4].lanes_with(self.0[0].like(1 << 63));
        less.replace_in(negative, self)
    }

    /// The lanes that hold a multiple of p. The numbers must be below 2 p.
    #[inline(always)]
    pub(super) fn lanes_zero(self) -> Mask {
        let p = limbs_of(P);
        let mut bits = self.0[0];
        let mut difference = bits.xor(bits.like(p[0]));
        for (limb, p) in self.0.into_iter().zip(p).skip(1) {
            bits = bits.or(limb);
            difference = difference.or(limb.xor(bits.like(p)));
        }
        let zero = bits.like(0);
        bits.lanes_equal(zero) | difference.lanes_equal(zero)
    }

    /// `self`, and `other` in the lanes of the mask.
    #[inline(always)]
    pub(super) fn replace_in(self, lanes: Mask, other: Self) -> Self {
        let mut limbs = self.0;
        for (limb, new) in limbs.iter_mut().zip(other.0) {
            *limb = limb.replace_in(lanes, new);
        }
        Self(limbs)
    }
}

impl Wide {
    /// One more product in the sum.
    #[inline(always)]
    pub(super) fn plus_product(self, a: Fe, b: Fe) -> Self {
        let mut wide = self.0;
        for i in 0..5 {
            for j in 0..5 {
                wide[i + j] = wide[i + j].add_product_low(a.0[j], b.0[i]);
                wide[i + j + 1] = wide[i + j + 1].add_product_high(a.0[j], b.0[i]);
            }
        }
        Self(wide)
    }

    /// Montgomery reduction: divides by 2^260 mod p.
    ///
    /// As p = -1 mod 2^52, the multiple of p that clears the lowest limb is that limb itself. Each
    /// step adds at most 2^52 + 2^52 to a column and a carry: with at most 20 products in a column
    /// (two summed products) everything stays below 2^58.
    #[inline(always)]
    pub(super) fn reduce(self) -> Columns {
        let mut c = self.0;
        let mask = c[0].like(LIMB_MASK);
        let p1 = c[0].like(P1);
        let p4 = c[0].like(P4);
        for i in 0..5 {
            let q = c[i].and(mask);
            c[i + 1] = c[i + 1].add(c[i].shift_right_signed::<LIMB>());
            c[i + 1] = c[i + 1].add_product_low(q, p1);
            c[i + 2] = c[i + 2].sub(q).add_product_high(q, p1);
            c[i + 4] = c[i + 4].add_product_low(q, p4);
            c[i + 5] = c[i + 5].add_product_high(q, p4);
        }
        Columns([c[5], c[6], c[7], c[8], c[9]])
    }
}

impl<L: Lanes> Columns<L> {
    #[inline(always)]
    pub(super) fn plus(self, other: Self) -> Self {
        self.zip(other, L::add)
    }

    #[inline(always)]
    pub(super) fn minus(self, other: Self) -> Self {
        self.zip(other, L::sub)
    }

    /// Twice the number.
    #[inline(always)]
    pub(super) fn doubled(self) -> Self {
        self.plus(self)
    }

    /// `2^BITS` times the number.
    #[inline(always)]
    pub(super) fn shifted<const BITS: u32>(self) -> Self {
        Self(self.0.map(L::shift_left::<BITS>))
    }

    /// The negative, in the lanes of the mask.
    #[inline(always)]
    pub(super) fn negate_in(self, lanes: Mask) -> Self {
        Self(self.0.map(|column| column.negate_in(lanes)))
    }

    /// `COUNT` p more: keeps the number positive after a subtraction.
    #[inline(always)]
    pub(super) fn plus_p<const COUNT: u64>(self) -> Self {
        let [a, b, c, d, e] = self.0;
        let (low, middle, high) = (COUNT, COUNT * ((1 << 44) - (1 << 12)), COUNT * P4);
        Self([
            a.sub(a.like(low)),
            b.sub(a.like(middle)),
            c,
            d,
            e.add(a.like(high)),
        ])
    }

    /// Limbs below 2^52 again. The number must lie in 0 .. 16 p.
    #[inline(always)]
    pub(super) fn carry(self) -> Fe<L> {
        let mut limbs = self.0;
        let mask = limbs[0].like(LIMB_MASK);
        for i in 0..4 {
            limbs[i + 1] = limbs[i + 1].add(limbs[i].shift_right_signed::<LIMB>());
            limbs[i] = limbs[i].and(mask);
        }
        Fe(limbs)
    }

    /// The same, and the number comes out below 2^256 + 2^230, less than 1.01 p.
    ///
    /// The number must lie in 0 .. 32 p. With t the bits from 2^256 up (read before the carries
    /// arrive, so off by one at most), 2^256 t is replaced with (2^256 - p) t.
    #[inline(always)]
    pub(super) fn carry_folded(self) -> Fe<L> {
        self.folded().carry()
    }

    /// What [`Self::carry_folded`] does before it carries.
    #[inline(always)]
    pub(super) fn folded(self) -> Self {
        let [a, b, c, d, e] = self.0;
        let t = e.shift_right_signed::<48>();
        let top = e.and(e.like((1 << 48) - 1));
        Self([
            a.add(t),
            b.add(t.shift_left::<44>().sub(t.shift_left::<12>())),
            c,
            d,
            top.add(t.shift_left::<16>()),
        ])
    }

    #[inline(always)]
    fn zip(self, other: Self, operation: impl Fn(L, L) -> L) -> Self {
        let mut columns = self.0;
        for (column, term) in columns.iter_mut().zip(other.0) {
            *column = operation(*column, term);
        }
        Self(columns)
    }
}

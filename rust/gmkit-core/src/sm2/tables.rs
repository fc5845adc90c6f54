//! Tables of multiples of a point that many scalars meet: the generator, or a key kept at hand.

use std::sync::LazyLock;

use zeroize::Zeroize;

use super::digits::Odd;
use super::field::{Fe, FieldOps, Portable};
use super::point::sum::Sum;
use super::point::{to_affine_many_vartime, Affine, Jacobian, GENERATOR};
use super::scalar::Scalar;
use super::selection::Selection;

/// Width of the generator's non-adjacent form.
pub(crate) const GENERATOR_NAF: usize = 10;

/// x and y of 1, 3, 5, … times a power of 2^W of the point. Digits are odd, and signs cost nothing.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Window<const ENTRIES: usize>([[Fe; 2]; ENTRIES]);

/// All that is needed to multiply one point by any scalar with additions only: window `i` holds
/// `(2j + 1) 2^(W i)` times the point for `j` below ENTRIES, which is 2^(W - 1).
pub(crate) struct Comb<const W: usize, const ENTRIES: usize> {
    windows: Box<[Window<ENTRIES>]>,
}

/// The table of a key that somebody keeps: 86 KiB.
pub(crate) type KeyComb = Comb<6, 32>;
/// The generator's, which is there once: 148 KiB, of which every window is read whole, as is every
/// smaller table's; and six additions less.
type GeneratorComb = Comb<7, 64>;

/// Octets that the table of one key takes.
#[cfg(not(target_arch = "x86_64"))]
pub(crate) const COMB_OCTETS: usize = KeyComb::WINDOWS * size_of::<Window<32>>();

static GENERATOR_COMB: LazyLock<GeneratorComb> =
    LazyLock::new(|| Comb::new_vartime::<Portable>(&GENERATOR));

/// 1, 3, 5, … 511 times the generator.
static GENERATOR_ODD: LazyLock<Vec<Affine>> = LazyLock::new(|| {
    let mut multiples = Vec::new();
    push_odd_multiples::<Portable>(
        &mut multiples,
        GENERATOR.to_jacobian(),
        1 << (GENERATOR_NAF - 2),
    );
    to_affine_many_vartime::<Portable>(&multiples)
});

/// The generator's comb, made at first use.
pub(crate) fn generator() -> &'static GeneratorComb {
    &GENERATOR_COMB
}

/// Odd multiples of the generator, made at first use.
pub(crate) fn generator_odd() -> &'static [Affine] {
    &GENERATOR_ODD
}

/// Appends 1, 3, 5, … times the point, `count` of them. Public points.
fn push_odd_multiples<F: FieldOps>(to: &mut Vec<Jacobian>, mut point: Jacobian, count: usize) {
    let twice = point.double::<F>().to_cached::<F>();
    to.push(point);
    for _ in 1..count {
        point.add_cached_vartime::<F>(&twice);
        to.push(point);
    }
}

impl<const W: usize, const ENTRIES: usize> Comb<W, ENTRIES> {
    /// Digits of W bits that a number below 2^256 has.
    const WINDOWS: usize = 256usize.div_ceil(W);

    /// The table of a public point. No multiple in it is infinity: the order is prime and larger.
    pub(crate) fn new_vartime<F: FieldOps>(point: &Affine) -> Self {
        const { assert!(ENTRIES == 1 << (W - 1) && ENTRIES.is_multiple_of(Sum::PIECES)) };
        let mut multiples = Vec::with_capacity(Self::WINDOWS * ENTRIES);
        let mut base = point.to_jacobian();
        for _ in 0..Self::WINDOWS {
            push_odd_multiples::<F>(&mut multiples, base, ENTRIES);
            base.double_times::<F>(W);
        }
        let affine = to_affine_many_vartime::<F>(&multiples);
        let (windows, _) = affine.as_chunks::<ENTRIES>();
        let windows = windows
            .iter()
            .map(|points| Window(points.map(|p| [p.x, p.y])));
        Self {
            windows: windows.collect(),
        }
    }

    /// k times the point, in constant time, for k from 1 to n - 1.
    ///
    /// The digits are odd, so every window adds a point. From the top down, no addition meets equal
    /// or opposite points: the sum so far is A times the point for an odd multiple A > 0 of 2^(W(i+1)),
    /// and d 2^(W i) is added with |d| < 2^W. As integers they differ, and so do they mod n: A ± d 2^(W i)
    /// = n needs i = 0, since n is odd; then A + d = n would be k, which is below n, and A - d = n means
    /// k = n + 2d with d < 0. Now d = (k mod 2^(W+1)) - 2^W, and n = 35 mod 256, so d = 2^W - 35
    /// mod 2^(W+1) for W up to 7: for 6 that is 29 or -99, for 7 it is 93 or -163, and what is below zero
    /// is too large.
    pub(crate) fn mul<F: FieldOps>(&self, k: &Scalar) -> Jacobian {
        let odd = Odd::new(k);
        let top = Self::WINDOWS - 1;
        let mut sum = Sum::new(&choose(&self.windows[top], odd.top_index::<W>(top)));
        let digit = odd.digit::<W>(top - 1);
        let mut entry = choose(&self.windows[top - 1], digit.index);
        entry.y = F::negate_if(&entry.y, digit.negative);
        for at in (0..top - 1).rev() {
            // The next entry is looked up while this one is added.
            let digit = odd.digit::<W>(at);
            let mut next = Selection::new(digit.index);
            let mut pieces = self.windows[at].0.chunks_exact(ENTRIES / Sum::PIECES);
            sum.add::<F>(&entry, || {
                if let Some(piece) = pieces.next() {
                    next.look_at(piece);
                }
            });
            let [x, y] = next.finish();
            entry = Affine {
                x,
                y: F::negate_if(&y, digit.negative),
            };
        }
        sum.add::<F>(&entry, || {});
        entry.zeroize();
        let mut product = sum.to_jacobian::<F>();
        sum.zeroize();
        product.y = F::negate_if(&product.y, odd.negative);
        product
    }

    /// Adds k times the point to `sum`; for a public k.
    pub(crate) fn mul_add_vartime<F: FieldOps>(&self, k: &Scalar, sum: &mut Jacobian) {
        if bool::from(k.is_zero()) {
            return;
        }
        let odd = Odd::new(k);
        let top = Self::WINDOWS - 1;
        for (at, window) in self.windows.iter().enumerate() {
            let (index, minus) = if at == top {
                (odd.top_index::<W>(top), false)
            } else {
                let digit = odd.digit::<W>(at);
                (digit.index, digit.negative.into())
            };
            let [x, y] = window.0[index as usize];
            let y = if minus ^ bool::from(odd.negative) {
                F::negate(&y)
            } else {
                y
            };
            sum.add_affine_vartime::<F>(&Affine { x, y });
        }
    }
}

/// Bits of a digit of the wide tables.
const WIDE: usize = 8;
/// Points in one of their windows.
const WIDE_ENTRIES: usize = 1 << (WIDE - 1);

/// As [`Comb`], with longer digits: for a point that a great many public scalars meet.
pub(crate) struct WideComb {
    points: Vec<[Fe; 2]>,
}

static WIDE_GENERATOR: LazyLock<WideComb> =
    LazyLock::new(|| WideComb::new_vartime::<Portable>(&GENERATOR));

/// The generator's wide table, made at first use.
pub(crate) fn wide_generator() -> &'static WideComb {
    &WIDE_GENERATOR
}

impl WideComb {
    /// Windows, each of which adds one point.
    pub(crate) const WINDOWS: usize = 256 / WIDE;
    /// Octets that the table of one point takes.
    pub(crate) const OCTETS: usize = Self::WINDOWS * WIDE_ENTRIES * size_of::<[Fe; 2]>();

    /// The table of a public point.
    pub(crate) fn new_vartime<F: FieldOps>(point: &Affine) -> Self {
        let mut points = Vec::with_capacity(Self::WINDOWS * WIDE_ENTRIES);
        let mut multiples = Vec::with_capacity(WIDE_ENTRIES);
        let mut base = point.to_jacobian();
        for _ in 0..Self::WINDOWS {
            multiples.clear();
            push_odd_multiples::<F>(&mut multiples, base, WIDE_ENTRIES);
            base.double_times::<F>(WIDE);
            let affine = to_affine_many_vartime::<F>(&multiples);
            points.extend(affine.iter().map(|p| [p.x, p.y]));
        }
        Self { points }
    }

    /// The point that a window adds for a public number.
    #[inline]
    pub(crate) fn entry<F: FieldOps>(&self, odd: &Odd, window: usize) -> Affine {
        let (index, minus) = if window == Self::WINDOWS - 1 {
            (odd.top_index::<WIDE>(window), false)
        } else {
            let digit = odd.digit::<WIDE>(window);
            (digit.index, digit.negative.into())
        };
        let [x, y] = self.points[window * WIDE_ENTRIES + index as usize];
        let y = if minus ^ bool::from(odd.negative) {
            F::negate(&y)
        } else {
            y
        };
        Affine { x, y }
    }
}

fn choose<const ENTRIES: usize>(window: &Window<ENTRIES>, index: u64) -> Affine {
    let mut selection = Selection::new(index);
    selection.look_at(&window.0);
    let [x, y] = selection.finish();
    Affine { x, y }
}

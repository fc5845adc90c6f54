//! Tables of multiples of a point that many scalars meet: the generator, or a key kept at hand.

use std::sync::LazyLock;

use subtle::Choice;
use zeroize::Zeroize;

use super::digits::{booth, WINDOWS_6};
use super::field::{Fe, FieldOps, Portable};
use super::point::{
    add_affine, add_affine_vartime, add_cached_vartime, to_affine_many_vartime, Affine, Jacobian,
    GENERATOR,
};
use super::scalar::Scalar;

/// Bits of a window of the comb.
const WINDOW: usize = 6;
/// Points in a window: its digits run from -32 to 32, and signs cost nothing.
const ENTRIES: usize = 1 << (WINDOW - 1);

/// Width of the generator's non-adjacent form.
pub(crate) const GENERATOR_NAF: usize = 10;

/// x and y of 1, 2, … 32 times a power of 64 of the point.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
pub(crate) struct Window(pub(crate) [[Fe; 2]; ENTRIES]);

/// All that is needed to multiply one point by any scalar with additions only: window `i` holds
/// `j * 64^i` times the point for `j` from 1 to 32. 88 064 octets.
pub(crate) struct Comb {
    windows: Box<[Window]>,
}

/// Octets that the table of one point takes.
pub(crate) const COMB_OCTETS: usize = WINDOWS_6 * size_of::<Window>();

static GENERATOR_COMB: LazyLock<Comb> = LazyLock::new(|| Comb::new_vartime::<Portable>(&GENERATOR));

/// 1, 3, 5, … 1023 times the generator.
static GENERATOR_ODD: LazyLock<Vec<Affine>> = LazyLock::new(|| {
    let twice = GENERATOR
        .to_jacobian()
        .double::<Portable>()
        .to_cached::<Portable>();
    let mut multiples = vec![GENERATOR.to_jacobian()];
    for at in 1..1 << (GENERATOR_NAF - 2) {
        multiples.push(add_cached_vartime::<Portable>(&multiples[at - 1], &twice));
    }
    to_affine_many_vartime::<Portable>(&multiples)
});

/// The generator's comb, made at first use.
pub(crate) fn generator() -> &'static Comb {
    &GENERATOR_COMB
}

/// Odd multiples of the generator, made at first use.
pub(crate) fn generator_odd() -> &'static [Affine] {
    &GENERATOR_ODD
}

impl Comb {
    /// The table of a public point. No multiple in it is infinity: the order is prime and larger.
    pub(crate) fn new_vartime<F: FieldOps>(point: &Affine) -> Self {
        let mut multiples = Vec::with_capacity(WINDOWS_6 * ENTRIES);
        let mut base = point.to_jacobian();
        for _ in 0..WINDOWS_6 {
            let cached = base.to_cached::<F>();
            let first = multiples.len();
            multiples.push(base);
            multiples.push(base.double::<F>());
            for at in first + 2..first + ENTRIES {
                let next = add_cached_vartime::<F>(&multiples[at - 1], &cached);
                multiples.push(next);
            }
            base = multiples[first + ENTRIES - 1].double::<F>();
        }
        let affine = to_affine_many_vartime::<F>(&multiples);
        let (windows, _) = affine.as_chunks::<ENTRIES>();
        Self {
            windows: windows
                .iter()
                .map(|w| Window(w.map(|a| [a.x, a.y])))
                .collect(),
        }
    }

    /// k times the point, in constant time.
    ///
    /// Windows are added from the lowest up. Before window i the sum is a multiple of the point with
    /// absolute value at most 64^i / 2 + 64^(i-1) / 2 + … < 64^i, so it never equals ± the entry
    /// added, which is a multiple with absolute value from 64^i up; and for k below n no wrap around
    /// n makes them equal either (the top window is worked out in the tests). What remains is
    /// infinity on one side, which is selected away.
    pub(crate) fn mul<F: FieldOps>(&self, k: &Scalar) -> Jacobian {
        let mut sum = Jacobian::default();
        let mut empty = Choice::from(1);
        for (index, window) in self.windows.iter().enumerate() {
            let digit = booth::<WINDOW>(&k.0, index);
            let [x, y] = F::select(&window.0, digit.magnitude);
            let mut entry = Affine { x, y };
            entry.negate_if::<F>(digit.negative);
            let mut added = add_affine::<F>(&sum, &entry).point;
            added.assign_if(&entry.to_jacobian(), empty);
            sum.assign_if(&added, !digit.zero);
            empty &= digit.zero;
            entry.zeroize();
        }
        sum.z.assign_if(&Fe::ZERO, empty);
        sum
    }

    /// `start` and k times the point; for a public k.
    pub(crate) fn mul_add_vartime<F: FieldOps>(&self, k: &Scalar, start: Jacobian) -> Jacobian {
        let mut sum = start;
        for (index, window) in self.windows.iter().enumerate() {
            let digit = booth::<WINDOW>(&k.0, index);
            if digit.magnitude != 0 {
                let [x, y] = window.0[digit.magnitude as usize - 1];
                let mut entry = Affine { x, y };
                if bool::from(digit.negative) {
                    entry = entry.negate::<F>();
                }
                sum = add_affine_vartime::<F>(&sum, &entry);
            }
        }
        sum
    }

    /// The windows, lowest first: for kernels that read the table in their own way.
    pub(crate) fn windows(&self) -> &[Window] {
        &self.windows
    }
}

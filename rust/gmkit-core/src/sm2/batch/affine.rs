//! Many signatures of one key side by side without vectors: all their sums are kept affine, and every
//! round of additions shares one inversion. An addition then costs five products and a square where
//! one of Jacobian coordinates costs eleven. Everything here is public.

use crate::sm2::digits::Odd;
use crate::sm2::field::{Fe, FieldOps};
use crate::sm2::point::Affine;
use crate::sm2::tables::{self, WideComb};
use crate::sm2::verify::{Equation, InvalidSignature};

use super::verify::Verdict;

/// Signatures of a key in one call from which on its wide table pays: making one costs about what
/// a hundred and fifty verifications cost.
pub(super) const WORTH_A_TABLE: usize = 512;
/// Sums that share an inversion: what it costs is then a hundredth of the whole, and they stay near
/// the processor.
const TOGETHER: usize = 256;

/// The verdict on each signature of the key with this table; None where points met on the way, which
/// takes somebody who chose them.
pub(super) fn verify_vartime<F: FieldOps>(
    table: &WideComb,
    equations: &[&Equation],
) -> Vec<Option<Verdict>> {
    equations
        .chunks(TOGETHER)
        .flat_map(|some| verify_together::<F>(table, some))
        .collect()
}

fn verify_together<F: FieldOps>(table: &WideComb, equations: &[&Equation]) -> Vec<Option<Verdict>> {
    let generator = tables::wide_generator();
    let scalars: Vec<[Odd; 2]> = equations
        .iter()
        .map(|equation| [Odd::new(&equation.s), Odd::new(&equation.t)])
        .collect();
    // s and t are not 0, so every window of both tables adds a point.
    let rounds = (0..WideComb::WINDOWS).flat_map(|window| [(0, window), (1, window)]);
    let mut sums: Sums = Sums::default();
    for (which, window) in rounds {
        let comb = [generator, table][which];
        let points = scalars
            .iter()
            .map(|odd| comb.entry::<F>(&odd[which], window));
        sums.add::<F>(points);
    }
    equations
        .iter()
        .zip(&sums.points)
        .zip(&sums.met)
        .map(|((equation, sum), met)| (!met).then(|| check::<F>(equation, sum)))
        .collect()
}

/// Steps B6 and B7.
fn check<F: FieldOps>(equation: &Equation, sum: &Affine) -> Verdict {
    let is_x = |number: &[u64; 4]| Fe::from_number::<F>(number).0 == sum.x.0;
    if is_x(&equation.x.0) || equation.second_x_vartime().is_some_and(|x| is_x(&x)) {
        Ok(())
    } else {
        Err(InvalidSignature)
    }
}

/// Sums in the making.
#[derive(Default)]
struct Sums {
    points: Vec<Affine>,
    /// Whether a point was to be added to itself or its opposite: such a sum has no meaning any more.
    met: Vec<bool>,
    others: Vec<Affine>,
    steps: Vec<Fe>,
    products: Vec<Fe>,
}

impl Sums {
    /// Adds a point to each sum; the first call begins them.
    fn add<F: FieldOps>(&mut self, points: impl Iterator<Item = Affine>) {
        if self.points.is_empty() {
            self.points.extend(points);
            self.met.resize(self.points.len(), false);
            return;
        }
        self.others.clear();
        self.steps.clear();
        self.products.clear();
        let mut product = Fe::ONE;
        for (at, other) in points.enumerate() {
            let mut step = F::sub(&other.x, &self.points[at].x);
            if step.0 == [0; 4] {
                self.met[at] = true;
                step = Fe::ONE;
            }
            self.others.push(other);
            self.steps.push(step);
            self.products.push(product);
            product = F::mul(&product, &step);
        }
        let mut inverse = product.invert::<F>();
        for at in (0..self.points.len()).rev() {
            let (sum, other) = (&mut self.points[at], &self.others[at]);
            let over = F::mul(&inverse, &self.products[at]);
            inverse = F::mul(&inverse, &self.steps[at]);
            // The chord's slope; then x' = slope² - x - x2, y' = slope (x - x') - y.
            let slope = F::mul(&F::sub(&other.y, &sum.y), &over);
            let x = F::sub(&F::sub(&F::square(&slope), &sum.x), &other.x);
            sum.y = F::sub(&F::mul(&slope, &F::sub(&sum.x, &x)), &sum.y);
            sum.x = x;
        }
    }
}

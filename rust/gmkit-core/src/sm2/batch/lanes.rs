//! What the eight-lane kernels need of SM2: the generator's tables, and scalars in their form.

use std::sync::OnceLock;

use subtle::{Choice, ConditionallySelectable};

use crate::arch::ifma::{
    verify_one_vartime, Comb, Ifma, OddScalar, PlainPoint, PointTable, Scalars, SingleComb,
};
use crate::sm2::field::{Fe, FieldOps};
use crate::sm2::key::PublicKey;
use crate::sm2::limbs;
use crate::sm2::point::Jacobian;
use crate::sm2::scalar::Scalar;
use crate::sm2::verify::{Equation, InvalidSignature};

/// Lanes of a vector.
pub(super) const LANES: usize = 8;

/// x and y of the generator.
const GENERATOR: PlainPoint = [
    0x715a_4589_334c_74c7,
    0x8fe3_0bbf_f266_0be1,
    0x5f99_0446_6a39_c994,
    0x32c4_ae2c_1f19_8119,
    0x02df_32e5_2139_f0a0,
    0xd0a9_877c_c62a_4740,
    0x59bd_cee3_6b69_2153,
    0xbc37_36a2_f4f6_779c,
];

/// The generator's table for public scalars, made at first use.
pub(super) fn generator(proof: Ifma) -> &'static PointTable {
    static TABLE: OnceLock<PointTable> = OnceLock::new();
    TABLE.get_or_init(|| PointTable::build_vartime(proof, &[GENERATOR]).remove(0))
}

/// The generator's table for secret scalars, made at first use.
pub(super) fn comb(proof: Ifma) -> &'static Comb {
    static COMB: OnceLock<Comb> = OnceLock::new();
    COMB.get_or_init(|| Comb::new(generator(proof)))
}

/// k G for one k from 1 to n - 1, in constant time; nothing where the processor has no lanes.
pub(in crate::sm2) fn multiply_generator<F: FieldOps>(k: &Scalar) -> Option<Jacobian> {
    static COMB: OnceLock<SingleComb> = OnceLock::new();
    let proof = Ifma::active()?;
    let table = COMB.get_or_init(|| SingleComb::new(proof, comb(proof)));
    let (odd, negated) = to_odd(k);
    let sum = table.multiply(proof, &odd.0, negated);
    let [x, y, zz, zzz] = [sum.x, sum.y, sum.zz, sum.zzz].map(Fe);
    // x = X/ZZ = X ZZ/ZZ^2 and y = Y/ZZZ = Y ZZZ/ZZ^3.
    Some(Jacobian {
        x: F::mul(&x, &zz),
        y: F::mul(&y, &zzz),
        z: zz,
        zz: F::square(&zz),
    })
}

/// The verdict on one signature of a key with a table; nothing where points met on the way.
pub(in crate::sm2) fn verify_with_table_vartime(
    proof: Ifma,
    table: &PointTable,
    equation: &Equation,
) -> Option<Result<(), InvalidSignature>> {
    let odd = |k: &Scalar| {
        let (k, negated) = to_odd(k);
        OddScalar {
            number: k.0,
            negated: negated == 1,
        }
    };
    let (s, t) = (odd(&equation.s), odd(&equation.t));
    let found = verify_one_vartime(proof, generator(proof), table, &s, &t, &equation.x.0);
    if found.undecided & 1 == 1 || equation.second_x_vartime().is_some() {
        return None;
    }
    Some(if found.equal & 1 == 1 {
        Ok(())
    } else {
        Err(InvalidSignature)
    })
}

/// The odd one of k and n - k, and 1 if it is the second.
fn to_odd(k: &Scalar) -> (Scalar, u8) {
    let even = Choice::from(!(k.0[0] as u8) & 1);
    (
        Scalar::conditional_select(k, &k.negate(), even),
        even.unwrap_u8(),
    )
}

/// The point of a key as the kernels take it.
pub(in crate::sm2) fn plain_point(key: &PublicKey) -> PlainPoint {
    let [x, y] = [key.x(), key.y()].map(|octets| limbs::from_octets(&octets));
    core::array::from_fn(|at| if at < 4 { x[at] } else { y[at - 4] })
}

/// Put k in a lane: the odd one of k and n - k, and which it is. `opposite` of 1 asks for -k.
pub(super) fn set_scalar(scalars: &mut Scalars, lane: usize, k: &Scalar, opposite: u8) {
    let (odd, negated) = to_odd(k);
    scalars.set(lane, &odd.0, negated ^ opposite);
}

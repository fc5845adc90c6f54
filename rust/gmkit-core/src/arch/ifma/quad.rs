//! One point at a time: four lanes for the products of a formula that do not wait for one another.
//!
//! Where a single k P is asked for there are no eight points to fill the lanes with. But the eight
//! products of a doubling need only three rounds, and the sixteen of an addition four:
//!
//! ```text
//!              lane 0          lane 1             lane 2          lane 3
//! doubling     alpha^2         Y^2 = gamma        Y Z
//!              X gamma         gamma^2            Z'^2
//!              alpha D         (X'-ZZ')(X'+ZZ')
//! addition     Z ZZ            X2 ZZ              X ZZ2           Y ZZZ2
//!              Y2 ZZZ          H^2                Z Z2            ZZ ZZ2
//!              R^2             H H^2              X ZZ2 H^2       ZZ ZZ2 H^2
//!              R (V - X')      Y ZZZ2 H^3         Z Z2 H          (X'-ZZ')(X'+ZZ')
//! ```
//!
//! Four lanes are half a register of AVX-512, of which a processor can multiply two at a time: what
//! counts here is how soon a product is there.

mod field;
mod lanes;
mod multiply;
mod point;
#[cfg(test)]
mod tests;

pub(crate) use multiply::{multiply_point, multiply_point_vartime};

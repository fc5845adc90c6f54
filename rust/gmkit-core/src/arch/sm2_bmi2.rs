//! Arithmetic mod p of SM2 with `mulx`, `adcx` and `adox`.
//!
//! p = 2^256 - 2^224 - 2^96 + 2^64 - 1 is -1 modulo 2^64 and 2^96 - 2^64 away from -1 above, so that a
//! Montgomery step needs no product. Two limbs at a time: with t0, t1 the lowest limbs of t,
//!
//! ```text
//! q0 = t0,  q1 = t1 + q0 - 2^32 q0 mod 2^64,  Q = q0 + 2^64 q1
//! (t + Q p) / 2^128 = (t - Q + 2^64 Q - 2^96 Q - 2^224 Q + 2^256 Q) / 2^128
//!
//! 2^32 Q has the limbs    a0 = 2^32 q0,  a1 = 2^32 q1 + (q0 >> 32),  a2 = q1 >> 32
//!
//!             t1     t2     t3          t4     t5
//!   add       q0     q1                 q0     q1          2^64 Q and 2^256 Q
//!   subtract  a0     a1     a2 + a0     a1     a2          2^96 Q and 2^224 Q
//! ```
//!
//! The limbs t0 and t1 come out zero (-Q cancels what is left of them); only the carries of t1 matter.
//! a2 + a0 does not overflow: a0 is a multiple of 2^32 and a2 is below it. Nothing here branches, and
//! no address depends on a value.

use core::arch::asm;

use subtle::Choice;

use crate::sm2::field::{Fe, FieldOps};

mod linear;
mod pieces;
mod wide;

use pieces::{
    all_of_square, first_row, quotients, reduce_all, row, row_of_new, subtract_p, two_low_steps,
    two_steps,
};

/// Processors with BMI2 and ADX. Only `with_field!` names it, where `cpu::active()` has found them.
#[derive(Clone, Copy)]
pub(crate) struct Bmi2;

const P1: u64 = 0xffff_ffff_0000_0000;
const P3: u64 = 0xffff_fffe_ffff_ffff;

/// What the subtraction of p takes from memory: its middle and top limb.
static P_LIMBS: [u64; 2] = [P1, P3];

impl FieldOps for Bmi2 {
    const WITH_LANES: bool = true;

    type Product = wide::Wide;

    #[inline(always)]
    fn product(a: &Fe, b: &Fe) -> wide::Wide {
        wide::mul(a, b)
    }

    #[inline(always)]
    fn product_of_square(a: &Fe) -> wide::Wide {
        wide::square(a)
    }

    #[inline(always)]
    fn mul_less(a: &Fe, b: &Fe, less: &wide::Wide) -> Fe {
        wide::mul_less(a, b, less)
    }

    #[inline(always)]
    fn mul(a: &Fe, b: &Fe) -> Fe {
        let (r0, r1, r2, r3);
        // SAFETY: reads four limbs each behind two references and two limbs of p, touches no other
        // memory; the processor has the instructions, see `Bmi2`.
        unsafe {
            asm!(
                first_row!(),
                row_of_new!("8", "r9", "r10", "r11", "r12", "r13", "r14"),
                two_steps!("r8", "r9", "r10", "r11", "r12", "r13"),
                "mov r8, rdx",
                row!("16", "r10", "r11", "r12", "r13", "r8"),
                row_of_new!("24", "r11", "r12", "r13", "r8", "r9", "r14"),
                two_steps!("r10", "r11", "r12", "r13", "r8", "r9"),
                subtract_p!("r12", "r13", "r8", "r9", "rdx"),
                p = sym P_LIMBS,
                inout("rsi") a.0.as_ptr() => r2,
                inout("rdi") b.0.as_ptr() => r3,
                out("rax") r0, out("rcx") r1, out("rdx") _,
                out("r8") _, out("r9") _, out("r10") _, out("r11") _,
                out("r12") _, out("r13") _, out("r14") _, out("r15") _,
                options(pure, readonly, nostack),
            );
        }
        Fe([r0, r1, r2, r3])
    }

    #[inline(always)]
    fn square(a: &Fe) -> Fe {
        let (r0, r1, r2, r3);
        // SAFETY: as for `mul`.
        unsafe {
            asm!(
                all_of_square!(),
                reduce_all!(),
                p = sym P_LIMBS,
                inout("rsi") a.0.as_ptr() => r2,
                out("rdi") r3,
                out("rax") r0, out("rcx") r1, out("rdx") _,
                out("r8") _, out("r9") _, out("r10") _, out("r11") _,
                out("r12") _, out("r13") _, out("r14") _, out("r15") _,
                options(pure, readonly, nostack),
            );
        }
        Fe([r0, r1, r2, r3])
    }

    #[inline(always)]
    fn add(a: &Fe, b: &Fe) -> Fe {
        linear::add(a, b)
    }

    #[inline(always)]
    fn sub(a: &Fe, b: &Fe) -> Fe {
        linear::sub(a, b)
    }

    #[inline(always)]
    fn half(a: &Fe) -> Fe {
        linear::half(a)
    }

    #[inline(always)]
    fn run_of_chord(square: &Fe, cube: &Fe, v: &Fe) -> (Fe, Fe) {
        linear::run_of_chord(square, cube, v)
    }

    #[inline(always)]
    fn run_of_line(square: &Fe, a: &Fe, b: &Fe) -> (Fe, Fe) {
        linear::run_of_line(square, a, b)
    }

    #[inline(always)]
    fn negate_if(a: &Fe, choice: Choice) -> Fe {
        linear::negate_if(a, choice)
    }
}

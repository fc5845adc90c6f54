//! Products of 512 bits that are reduced later: of two of which only the difference is wanted, that is
//! reduced in their place.

use core::arch::asm;

use super::pieces::{
    all_of_square, first_row, quotients, reduce_all, row_of_new, subtract_p, two_low_steps,
};
use super::P_LIMBS;
use crate::sm2::field::Fe;

/// A number of eight limbs.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
pub(crate) struct Wide([u64; 8]);

/// a b.
#[inline(always)]
pub(super) fn mul(a: &Fe, b: &Fe) -> Wide {
    let (t0, t1, t2, t3, t4, t5, t6, t7);
    // SAFETY: reads four limbs each behind two references, touches no other memory; the processor has
    // the instructions, see `Bmi2`.
    unsafe {
        asm!(
            first_row!(),
            row_of_new!("8", "r9", "r10", "r11", "r12", "r13", "r14"),
            row_of_new!("16", "r10", "r11", "r12", "r13", "r14", "r15"),
            row_of_new!("24", "r11", "r12", "r13", "r14", "r15", "rdi"),
            in("rsi") a.0.as_ptr(), inout("rdi") b.0.as_ptr() => _,
            out("rax") _, out("rcx") _, out("rdx") _,
            out("r8") t0, out("r9") t1, out("r10") t2, out("r11") t3,
            out("r12") t4, out("r13") t5, out("r14") t6, out("r15") t7,
            options(pure, readonly, nostack),
        );
    }
    Wide([t0, t1, t2, t3, t4, t5, t6, t7])
}

/// a^2.
#[inline(always)]
pub(super) fn square(a: &Fe) -> Wide {
    let (t0, t1, t2, t3, t4, t5, t6, t7);
    // SAFETY: as for `mul`.
    unsafe {
        asm!(
            all_of_square!(),
            inout("rsi") a.0.as_ptr() => t7, out("rdi") t6,
            out("rax") _, out("rcx") _, out("rdx") _,
            out("r8") t0, out("r9") t1, out("r10") t2, out("r11") t3,
            out("r12") t4, out("r13") t5, out("r14") _,
            options(pure, readonly, nostack),
        );
    }
    Wide([t0, t1, t2, t3, t4, t5, t6, t7])
}

/// (a b - less) / 2^256 mod p: the difference is above -2^256 p, and where it is negative, 2^256 p is
/// added. So the high half is below p.
#[inline(always)]
pub(super) fn mul_less(a: &Fe, b: &Fe, less: &Wide) -> Fe {
    let (r0, r1, r2, r3);
    // SAFETY: reads four limbs each behind two references, eight behind a third and two limbs of p,
    // touches no other memory; the processor has the instructions, see `Bmi2`.
    unsafe {
        asm!(
            first_row!(),
            row_of_new!("8", "r9", "r10", "r11", "r12", "r13", "r14"),
            row_of_new!("16", "r10", "r11", "r12", "r13", "r14", "r15"),
            row_of_new!("24", "r11", "r12", "r13", "r14", "r15", "rdi"),
            "movq rsi, {less}",
            "sub r8, [rsi]",
            "sbb r9, [rsi + 8]",
            "sbb r10, [rsi + 16]",
            "sbb r11, [rsi + 24]",
            "sbb r12, [rsi + 32]",
            "sbb r13, [rsi + 40]",
            "sbb r14, [rsi + 48]",
            "sbb r15, [rsi + 56]",
            // All ones if it went below zero: the limbs of p are that, that 2^32 times, that, and the
            // sum of both.
            "sbb rdx, rdx",
            "mov rax, rdx",
            "shl rax, 32",
            "lea rcx, [rax + rdx]",
            "add r12, rdx",
            "adc r13, rax",
            "adc r14, rdx",
            "adc r15, rcx",
            "mov rdi, r14",
            "mov rsi, r15",
            reduce_all!(),
            p = sym P_LIMBS,
            // No other register is free for the pointer.
            less = in(xmm_reg) less.0.as_ptr() as i64,
            inout("rsi") a.0.as_ptr() => r2, inout("rdi") b.0.as_ptr() => r3,
            out("rax") r0, out("rcx") r1, out("rdx") _,
            out("r8") _, out("r9") _, out("r10") _, out("r11") _,
            out("r12") _, out("r13") _, out("r14") _, out("r15") _,
            options(pure, readonly, nostack),
        );
    }
    Fe([r0, r1, r2, r3])
}

//! Sums, differences and halves mod p: a chain of carries, and p taken off or put back by a mask or a
//! conditional move. Operands and results are below p.

use core::arch::asm;

use subtle::Choice;

use super::{P1, P3};
use crate::sm2::field::Fe;

/// a + b mod p.
#[inline(always)]
pub(super) fn add(a: &Fe, b: &Fe) -> Fe {
    let [mut r0, mut r1, mut r2, mut r3] = a.0;
    // SAFETY: reads four limbs behind a reference, touches no other memory.
    unsafe {
        asm!(
            "xor {c:e}, {c:e}",
            "add {r0}, [{b}]",
            "adc {r1}, [{b} + 8]",
            "adc {r2}, [{b} + 16]",
            "adc {r3}, [{b} + 24]",
            "adc {c}, 0",
            "mov {t0}, {r0}",
            "mov {t1}, {r1}",
            "mov {t2}, {r2}",
            "mov {t3}, {r3}",
            "sub {r0}, -1",
            "sbb {r1}, {p1}",
            "sbb {r2}, -1",
            "sbb {r3}, {p3}",
            "sbb {c}, 0",
            "cmovc {r0}, {t0}",
            "cmovc {r1}, {t1}",
            "cmovc {r2}, {t2}",
            "cmovc {r3}, {t3}",
            r0 = inout(reg) r0, r1 = inout(reg) r1, r2 = inout(reg) r2, r3 = inout(reg) r3,
            b = in(reg) b.0.as_ptr(), p1 = in(reg) P1, p3 = in(reg) P3,
            t0 = out(reg) _, t1 = out(reg) _, t2 = out(reg) _, t3 = out(reg) _, c = out(reg) _,
            options(pure, readonly, nostack),
        );
    }
    Fe([r0, r1, r2, r3])
}

/// {m} becomes all ones if a difference went below zero, and p is added to it then: the limbs of p are
/// {m}, 2^32 {m}, {m} and the sum of both. Destroys {m}, {h}, {l}.
macro_rules! put_p_back {
    ($r0:literal, $r1:literal, $r2:literal, $r3:literal) => {
        concat!(
            "sbb {m}, {m}\n",
            "mov {h}, {m}\n",
            "shl {h}, 32\n",
            "lea {l}, [{h} + {m}]\n",
            "add ",
            $r0,
            ", {m}\n",
            "adc ",
            $r1,
            ", {h}\n",
            "adc ",
            $r2,
            ", {m}\n",
            "adc ",
            $r3,
            ", {l}\n",
        )
    };
}

/// r -= the number behind the register, mod p.
macro_rules! less {
    ($number:literal) => {
        concat!(
            "sub {r0}, [{",
            $number,
            "}]\n",
            "sbb {r1}, [{",
            $number,
            "} + 8]\n",
            "sbb {r2}, [{",
            $number,
            "} + 16]\n",
            "sbb {r3}, [{",
            $number,
            "} + 24]\n",
            put_p_back!("{r0}", "{r1}", "{r2}", "{r3}"),
        )
    };
}

/// s = the number behind {v} less r, mod p.
macro_rules! run {
    () => {
        concat!(
            "mov {s0}, [{v}]\n",
            "mov {s1}, [{v} + 8]\n",
            "mov {s2}, [{v} + 16]\n",
            "mov {s3}, [{v} + 24]\n",
            "sub {s0}, {r0}\n",
            "sbb {s1}, {r1}\n",
            "sbb {s2}, {r2}\n",
            "sbb {s3}, {r3}\n",
            put_p_back!("{s0}", "{s1}", "{s2}", "{s3}"),
        )
    };
}

/// a - b mod p.
#[inline(always)]
pub(super) fn sub(a: &Fe, b: &Fe) -> Fe {
    let [mut r0, mut r1, mut r2, mut r3] = a.0;
    // SAFETY: reads four limbs behind a reference, touches no other memory.
    unsafe {
        asm!(
            less!("b"),
            r0 = inout(reg) r0, r1 = inout(reg) r1, r2 = inout(reg) r2, r3 = inout(reg) r3,
            b = in(reg) b.0.as_ptr(),
            m = out(reg) _, h = out(reg) _, l = out(reg) _,
            options(pure, readonly, nostack),
        );
    }
    Fe([r0, r1, r2, r3])
}

/// X = square - cube - 2v mod p and v - X mod p, all in registers: to memory and back costs as much again.
#[inline(always)]
pub(super) fn run_of_chord(square: &Fe, cube: &Fe, v: &Fe) -> (Fe, Fe) {
    let [mut r0, mut r1, mut r2, mut r3] = square.0;
    let (s0, s1, s2, s3);
    // SAFETY: reads four limbs each behind two references, touches no other memory.
    unsafe {
        asm!(
            // The cube is at s0, which is free when s begins.
            less!("s0"),
            less!("v"),
            less!("v"),
            run!(),
            r0 = inout(reg) r0, r1 = inout(reg) r1, r2 = inout(reg) r2, r3 = inout(reg) r3,
            s0 = inout(reg) cube.0.as_ptr() => s0,
            s1 = out(reg) s1, s2 = out(reg) s2, s3 = out(reg) s3,
            v = in(reg) v.0.as_ptr(),
            m = out(reg) _, h = out(reg) _, l = out(reg) _,
            options(pure, readonly, nostack),
        );
    }
    (Fe([r0, r1, r2, r3]), Fe([s0, s1, s2, s3]))
}

/// X = square - a - v mod p and v - X mod p, likewise.
#[inline(always)]
pub(super) fn run_of_line(square: &Fe, a: &Fe, v: &Fe) -> (Fe, Fe) {
    let [mut r0, mut r1, mut r2, mut r3] = square.0;
    let (s0, s1, s2, s3);
    // SAFETY: reads four limbs each behind two references, touches no other memory.
    unsafe {
        asm!(
            // The first to take off is at s0, which is free when s begins.
            less!("s0"),
            less!("v"),
            run!(),
            r0 = inout(reg) r0, r1 = inout(reg) r1, r2 = inout(reg) r2, r3 = inout(reg) r3,
            s0 = inout(reg) a.0.as_ptr() => s0,
            s1 = out(reg) s1, s2 = out(reg) s2, s3 = out(reg) s3,
            v = in(reg) v.0.as_ptr(),
            m = out(reg) _, h = out(reg) _, l = out(reg) _,
            options(pure, readonly, nostack),
        );
    }
    (Fe([r0, r1, r2, r3]), Fe([s0, s1, s2, s3]))
}

/// a/2 mod p.
#[inline(always)]
pub(super) fn half(a: &Fe) -> Fe {
    let [mut r0, mut r1, mut r2, mut r3] = a.0;
    // SAFETY: registers only.
    unsafe {
        asm!(
            // All ones if a is odd: then p is added, and the sum of 257 bits is even.
            "mov {m:e}, 1",
            "and {m}, {r0}",
            "neg {m}",
            "and {p1}, {m}",
            "and {p3}, {m}",
            "add {r0}, {m}",
            "adc {r1}, {p1}",
            "adc {r2}, {m}",
            "adc {r3}, {p3}",
            "rcr {r3}, 1",
            "rcr {r2}, 1",
            "rcr {r1}, 1",
            "rcr {r0}, 1",
            r0 = inout(reg) r0, r1 = inout(reg) r1, r2 = inout(reg) r2, r3 = inout(reg) r3,
            p1 = inout(reg) P1 => _, p3 = inout(reg) P3 => _, m = out(reg) _,
            options(pure, nomem, nostack),
        );
    }
    Fe([r0, r1, r2, r3])
}

/// -a mod p if `choice`, else a.
#[inline(always)]
pub(super) fn negate_if(a: &Fe, choice: Choice) -> Fe {
    let [a0, a1, a2, a3] = a.0;
    let (mut r0, mut r1, mut r2, mut r3) = (0u64, P1, u64::MAX, P3);
    // SAFETY: registers only.
    unsafe {
        asm!(
            // p - a, which is p itself for 0; then a in its place, unless it was asked for.
            "mov {r0}, -1",
            "sub {r0}, {a0}",
            "sbb {r1}, {a1}",
            "sbb {r2}, {a2}",
            "sbb {r3}, {a3}",
            "test {choice:e}, {choice:e}",
            "cmovz {r0}, {a0}",
            "cmovz {r1}, {a1}",
            "cmovz {r2}, {a2}",
            "cmovz {r3}, {a3}",
            a0 = in(reg) a0, a1 = in(reg) a1, a2 = in(reg) a2, a3 = in(reg) a3,
            r0 = inout(reg) r0, r1 = inout(reg) r1, r2 = inout(reg) r2, r3 = inout(reg) r3,
            choice = in(reg) u32::from(choice.unwrap_u8()),
            options(pure, nomem, nostack),
        );
    }
    Fe([r0, r1, r2, r3])
}

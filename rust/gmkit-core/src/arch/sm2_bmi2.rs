//! Arithmetic mod p of SM2 with `mulx`, `adcx`, `adox`, `shlx` and `shrx`.
//!
//! p = 2^256 - 2^224 - 2^96 + 2^64 - 1 is -1 modulo 2^64, so a Montgomery step needs no product: the
//! multiple of p that clears the lowest limb q of t is q itself, and
//!
//! ```text
//! (t + q p) / 2^64 = t / 2^64 + q (2^192 - 2^160 - 2^32 + 1)       q = lowest limb of t
//! ```
//!
//! which is two additions of q and two subtractions of q 2^32. Nothing here branches, and no address
//! depends on a value.

use core::arch::asm;

use subtle::Choice;

use super::sm2_select;
use crate::cpu::{self, CpuPath};
use crate::sm2::field::{Fe, FieldOps, Portable};

/// Processors with BMI2 and ADX. Only `with_field!` names it, where `cpu::active()` has found them.
#[derive(Clone, Copy)]
pub(crate) struct Bmi2;

const P1: u64 = 0xffff_ffff_0000_0000;
const P3: u64 = 0xffff_fffe_ffff_ffff;

/// One Montgomery step: limbs t1 … t4 take q's multiple in, the carry goes to `top`, which was q's own
/// limb or is new. r15 holds 32. Destroys rax, rcx.
///
/// t + q p < 2^64 · 2p, so what is left has five limbs, the fifth 0 or 1.
macro_rules! step {
    ($q:literal, $t1:literal, $t2:literal, $t3:literal, $t4:literal, $top:literal) => {
        concat!(
            "shlx rax, ",
            $q,
            ", r15\n",
            "shrx rcx, ",
            $q,
            ", r15\n",
            "mov ",
            $top,
            "d, 0\n",
            "add ",
            $t1,
            ", ",
            $q,
            "\n",
            "adc ",
            $t2,
            ", 0\n",
            "adc ",
            $t3,
            ", 0\n",
            "adc ",
            $t4,
            ", ",
            $q,
            "\n",
            "adc ",
            $top,
            ", 0\n",
            "sub ",
            $t1,
            ", rax\n",
            "sbb ",
            $t2,
            ", rcx\n",
            "sbb ",
            $t3,
            ", rax\n",
            "sbb ",
            $t4,
            ", rcx\n",
            "sbb ",
            $top,
            ", 0\n",
        )
    };
}

/// t += a · b[i], for five limbs of t. t < 2p before and t + a b[i] < 2^320, so no carry leaves t4.
/// a at rsi, b at rdi. Destroys rax, rcx, rdx.
macro_rules! row {
    ($offset:literal, $t0:literal, $t1:literal, $t2:literal, $t3:literal, $t4:literal) => {
        concat!(
            "mov rdx, [rdi + ",
            $offset,
            "]\n",
            "xor eax, eax\n",
            "mulx rcx, rax, [rsi]\n",
            "adcx ",
            $t0,
            ", rax\n",
            "adox ",
            $t1,
            ", rcx\n",
            "mulx rcx, rax, [rsi + 8]\n",
            "adcx ",
            $t1,
            ", rax\n",
            "adox ",
            $t2,
            ", rcx\n",
            "mulx rcx, rax, [rsi + 16]\n",
            "adcx ",
            $t2,
            ", rax\n",
            "adox ",
            $t3,
            ", rcx\n",
            "mulx rcx, rax, [rsi + 24]\n",
            "adcx ",
            $t3,
            ", rax\n",
            "adox ",
            $t4,
            ", rcx\n",
            "adc ",
            $t4,
            ", 0\n",
        )
    };
}

/// The number in five limbs, below 2p, less p if it is not below p. Result in rax, rcx, rdx, rsi.
/// Destroys rdi, r15 and `top`.
macro_rules! subtract_p {
    ($t0:literal, $t1:literal, $t2:literal, $t3:literal, $top:literal) => {
        concat!(
            "mov rdi, 0xffffffff00000000\n",
            "mov r15, 0xfffffffeffffffff\n",
            "mov rax, ",
            $t0,
            "\n",
            "mov rcx, ",
            $t1,
            "\n",
            "mov rdx, ",
            $t2,
            "\n",
            "mov rsi, ",
            $t3,
            "\n",
            "sub rax, -1\n",
            "sbb rcx, rdi\n",
            "sbb rdx, -1\n",
            "sbb rsi, r15\n",
            "sbb ",
            $top,
            ", 0\n",
            "cmovc rax, ",
            $t0,
            "\n",
            "cmovc rcx, ",
            $t1,
            "\n",
            "cmovc rdx, ",
            $t2,
            "\n",
            "cmovc rsi, ",
            $t3,
            "\n",
        )
    };
}

/// One Montgomery step on four limbs: q goes, its multiple comes in, and q's own limb becomes the top
/// one. (t + q p) / 2^64 < 2^192 + p < 2^256. rsi holds 32. Destroys rax, rcx.
macro_rules! low_step {
    ($q:literal, $t1:literal, $t2:literal, $t3:literal) => {
        concat!(
            "shlx rax, ",
            $q,
            ", rsi\n",
            "shrx rcx, ",
            $q,
            ", rsi\n",
            "sub ",
            $t1,
            ", rax\n",
            "sbb ",
            $t2,
            ", rcx\n",
            "sbb ",
            $t3,
            ", rax\n",
            "mov rax, ",
            $q,
            "\n",
            "sbb ",
            $q,
            ", rcx\n",
            "add ",
            $t1,
            ", rax\n",
            "adc ",
            $t2,
            ", 0\n",
            "adc ",
            $t3,
            ", 0\n",
            "adc ",
            $q,
            ", 0\n",
        )
    };
}

impl FieldOps for Bmi2 {
    #[inline(always)]
    fn mul(a: &Fe, b: &Fe) -> Fe {
        let (r0, r1, r2, r3);
        // SAFETY: reads four limbs each behind two references, touches no other memory; the processor
        // has the instructions, see `Bmi2`.
        unsafe {
            asm!(
                "mov r15d, 32",
                "mov rdx, [rdi]",
                "mulx r9, r8, [rsi]",
                "mulx r10, rax, [rsi + 8]",
                "add r9, rax",
                "mulx r11, rax, [rsi + 16]",
                "adc r10, rax",
                "mulx r12, rax, [rsi + 24]",
                "adc r11, rax",
                "adc r12, 0",
                step!("r8", "r9", "r10", "r11", "r12", "r13"),
                row!("8", "r9", "r10", "r11", "r12", "r13"),
                step!("r9", "r10", "r11", "r12", "r13", "r8"),
                row!("16", "r10", "r11", "r12", "r13", "r8"),
                step!("r10", "r11", "r12", "r13", "r8", "r9"),
                row!("24", "r11", "r12", "r13", "r8", "r9"),
                step!("r11", "r12", "r13", "r8", "r9", "r10"),
                subtract_p!("r12", "r13", "r8", "r9", "r10"),
                inout("rsi") a.0.as_ptr() => r3,
                inout("rdi") b.0.as_ptr() => _,
                out("rax") r0, out("rcx") r1, out("rdx") r2,
                out("r8") _, out("r9") _, out("r10") _, out("r11") _,
                out("r12") _, out("r13") _, out("r15") _,
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
                // Products of different limbs, once each: limbs 1 to 6 in r9 … r14.
                "mov rdx, [rsi]",
                "mulx r10, r9, [rsi + 8]",
                "mulx r11, rax, [rsi + 16]",
                "mulx r12, rcx, [rsi + 24]",
                "add r10, rax",
                "adc r11, rcx",
                "mov rdx, [rsi + 8]",
                "adc r12, 0",
                "mulx rcx, rax, [rsi + 16]",
                "mulx r13, rdi, [rsi + 24]",
                "add r11, rax",
                "adc r12, rcx",
                "adc r13, 0",
                "add r12, rdi",
                "mov rdx, [rsi + 16]",
                "mulx r14, rax, [rsi + 24]",
                "adc r13, rax",
                "adc r14, 0",
                // Twice that (CF) and the squares (OF): limbs 0 to 7 in r8 … r15.
                "mov rdx, [rsi]",
                "xor r15d, r15d",
                "mulx rcx, r8, rdx",
                "adcx r9, r9",
                "adox r9, rcx",
                "mov rdx, [rsi + 8]",
                "adcx r10, r10",
                "mulx rcx, rax, rdx",
                "adox r10, rax",
                "adcx r11, r11",
                "adox r11, rcx",
                "mov rdx, [rsi + 16]",
                "adcx r12, r12",
                "mulx rcx, rax, rdx",
                "adox r12, rax",
                "adcx r13, r13",
                "adox r13, rcx",
                "mov rdx, [rsi + 24]",
                "adcx r14, r14",
                "mulx rcx, rax, rdx",
                "adox r14, rax",
                "adcx r15, r15",
                "adox r15, rcx",
                // Four steps on the low half alone, which stays below 2^256 and ends below p + 1.
                "mov esi, 32",
                low_step!("r8", "r9", "r10", "r11"),
                low_step!("r9", "r10", "r11", "r8"),
                low_step!("r10", "r11", "r8", "r9"),
                low_step!("r11", "r8", "r9", "r10"),
                // And the high half, below p: the sum is below 2p.
                "xor edi, edi",
                "add r12, r8",
                "adc r13, r9",
                "adc r14, r10",
                "adc r15, r11",
                "adc rdi, 0",
                "mov r8, 0xffffffff00000000",
                "mov r9, 0xfffffffeffffffff",
                "mov rax, r12",
                "mov rcx, r13",
                "mov rdx, r14",
                "mov rsi, r15",
                "sub rax, -1",
                "sbb rcx, r8",
                "sbb rdx, -1",
                "sbb rsi, r9",
                "sbb rdi, 0",
                "cmovc rax, r12",
                "cmovc rcx, r13",
                "cmovc rdx, r14",
                "cmovc rsi, r15",
                inout("rsi") a.0.as_ptr() => r3,
                out("rax") r0, out("rcx") r1, out("rdx") r2, out("rdi") _,
                out("r8") _, out("r9") _, out("r10") _, out("r11") _,
                out("r12") _, out("r13") _, out("r14") _, out("r15") _,
                options(pure, readonly, nostack),
            );
        }
        Fe([r0, r1, r2, r3])
    }

    #[inline(always)]
    fn add(a: &Fe, b: &Fe) -> Fe {
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

    #[inline(always)]
    fn sub(a: &Fe, b: &Fe) -> Fe {
        let [mut r0, mut r1, mut r2, mut r3] = a.0;
        // SAFETY: reads four limbs behind a reference, touches no other memory.
        unsafe {
            asm!(
                "sub {r0}, [{b}]",
                "sbb {r1}, [{b} + 8]",
                "sbb {r2}, [{b} + 16]",
                "sbb {r3}, [{b} + 24]",
                // All ones if it went below zero: then p is added.
                "sbb {m}, {m}",
                "and {p1}, {m}",
                "and {p3}, {m}",
                "add {r0}, {m}",
                "adc {r1}, {p1}",
                "adc {r2}, {m}",
                "adc {r3}, {p3}",
                r0 = inout(reg) r0, r1 = inout(reg) r1, r2 = inout(reg) r2, r3 = inout(reg) r3,
                b = in(reg) b.0.as_ptr(),
                p1 = inout(reg) P1 => _, p3 = inout(reg) P3 => _, m = out(reg) _,
                options(pure, readonly, nostack),
            );
        }
        Fe([r0, r1, r2, r3])
    }

    #[inline(always)]
    fn half(a: &Fe) -> Fe {
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
                "sbb {m}, {m}",
                "shrd {r0}, {r1}, 1",
                "shrd {r1}, {r2}, 1",
                "shrd {r2}, {r3}, 1",
                "shrd {r3}, {m}, 1",
                r0 = inout(reg) r0, r1 = inout(reg) r1, r2 = inout(reg) r2, r3 = inout(reg) r3,
                p1 = inout(reg) P1 => _, p3 = inout(reg) P3 => _, m = out(reg) _,
                options(pure, nomem, nostack),
            );
        }
        Fe([r0, r1, r2, r3])
    }

    #[inline]
    fn select<const K: usize>(table: &[[Fe; K]], index: u64) -> [Fe; K] {
        if cpu::active() >= CpuPath::Avx2 {
            // SAFETY: the active path has AVX2.
            unsafe { sm2_select::select(table, index) }
        } else {
            Portable::select(table, index)
        }
    }

    #[inline(always)]
    fn negate_if(a: &Fe, choice: Choice) -> Fe {
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
}

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

use super::sm2_select;
use crate::cpu::{self, CpuPath};
use crate::sm2::field::{Fe, FieldOps};

/// Processors with BMI2 and ADX. Only `with_field!` names it, where `cpu::active()` has found them.
#[derive(Clone, Copy)]
pub(crate) struct Bmi2;

const P1: u64 = 0xffff_ffff_0000_0000;
const P3: u64 = 0xffff_fffe_ffff_ffff;

/// What the subtraction of p takes from memory: its middle and top limb.
static P_LIMBS: [u64; 2] = [P1, P3];

/// q1 to rax, a0 to rcx, a1 to r15, a2 to r14. Destroys rdx.
macro_rules! quotients {
    ($q0:literal, $t1:literal) => {
        concat!(
            "mov rcx, ",
            $q0,
            "\n",
            "mov rdx, ",
            $q0,
            "\n",
            "lea rax, [",
            $t1,
            " + ",
            $q0,
            "]\n",
            "shl rcx, 32\n",
            "shr rdx, 32\n",
            "sub rax, rcx\n",
            "mov r15, rax\n",
            "mov r14, rax\n",
            "shl r15, 32\n",
            "shr r14, 32\n",
            "or r15, rdx\n",
        )
    };
}

/// Two Montgomery steps on six limbs: four are left, t2 … t5, and a fifth in rdx, 0 or 1, since
/// t + Q p < 2^128 · 2p. Destroys rax, rcx, r14, r15, t1.
macro_rules! two_steps {
    ($q0:literal, $t1:literal, $t2:literal, $t3:literal, $t4:literal, $t5:literal) => {
        concat!(
            quotients!($q0, $t1),
            "xor edx, edx\n",
            "add ",
            $t1,
            ", ",
            $q0,
            "\n",
            "adc ",
            $t2,
            ", rax\n",
            "adc ",
            $t3,
            ", 0\n",
            "adc ",
            $t4,
            ", ",
            $q0,
            "\n",
            "adc ",
            $t5,
            ", rax\n",
            "adc rdx, 0\n",
            "sub ",
            $t1,
            ", rcx\n",
            "lea rcx, [rcx + r14]\n",
            "sbb ",
            $t2,
            ", r15\n",
            "sbb ",
            $t3,
            ", rcx\n",
            "sbb ",
            $t4,
            ", r15\n",
            "sbb ",
            $t5,
            ", r14\n",
            "sbb rdx, 0\n",
        )
    };
}

/// Two Montgomery steps on four limbs: t2, t3 are left, and q0's and t1's registers take the two limbs
/// above. (t + Q p) / 2^128 < 2^128 + p < 2^256. Destroys rax, rcx, rdx, r14, r15.
macro_rules! two_low_steps {
    ($q0:literal, $t1:literal, $t2:literal, $t3:literal) => {
        concat!(
            quotients!($q0, $t1),
            "add ",
            $t1,
            ", ",
            $q0,
            "\n",
            "adc ",
            $t2,
            ", rax\n",
            "adc ",
            $t3,
            ", 0\n",
            "adc ",
            $q0,
            ", 0\n",
            "adc rax, 0\n",
            "sub ",
            $t1,
            ", rcx\n",
            "lea rcx, [rcx + r14]\n",
            "sbb ",
            $t2,
            ", r15\n",
            "sbb ",
            $t3,
            ", rcx\n",
            "sbb ",
            $q0,
            ", r15\n",
            "sbb rax, r14\n",
            "mov ",
            $t1,
            ", rax\n",
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

/// t += a · b[i], where t has four limbs and gets a fifth: t < 2^256 and a b[i] < 2^320 - 2^256, so
/// five are enough. Destroys rax, rcx, rdx, r14.
macro_rules! row_of_new {
    ($offset:literal, $t0:literal, $t1:literal, $t2:literal, $t3:literal, $t4:literal) => {
        concat!(
            "mov rdx, [rdi + ",
            $offset,
            "]\n",
            "xor r14d, r14d\n",
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
            "mulx ",
            $t4,
            ", rax, [rsi + 24]\n",
            "adcx ",
            $t3,
            ", rax\n",
            "adox ",
            $t4,
            ", r14\n",
            "adc ",
            $t4,
            ", 0\n",
        )
    };
}

/// The number in five limbs, below 2p, less p if it is not below p: to rax, rcx, rsi, rdi.
macro_rules! subtract_p {
    ($t0:literal, $t1:literal, $t2:literal, $t3:literal, $top:literal) => {
        concat!(
            "mov rax, ",
            $t0,
            "\n",
            "mov rcx, ",
            $t1,
            "\n",
            "mov rsi, ",
            $t2,
            "\n",
            "mov rdi, ",
            $t3,
            "\n",
            "sub rax, -1\n",
            "sbb rcx, [rip + {p}]\n",
            "sbb rsi, -1\n",
            "sbb rdi, [rip + {p} + 8]\n",
            "sbb ",
            $top,
            ", 0\n",
            "cmovc rax, ",
            $t0,
            "\n",
            "cmovc rcx, ",
            $t1,
            "\n",
            "cmovc rsi, ",
            $t2,
            "\n",
            "cmovc rdi, ",
            $t3,
            "\n",
        )
    };
}

impl FieldOps for Bmi2 {
    const WITH_LANES: bool = true;

    #[inline(always)]
    fn mul(a: &Fe, b: &Fe) -> Fe {
        let (r0, r1, r2, r3);
        // SAFETY: reads four limbs each behind two references and two limbs of p, touches no other
        // memory; the processor has the instructions, see `Bmi2`.
        unsafe {
            asm!(
                "mov rdx, [rdi]",
                "mulx r9, r8, [rsi]",
                "mulx r10, rax, [rsi + 8]",
                "add r9, rax",
                "mulx r11, rax, [rsi + 16]",
                "adc r10, rax",
                "mulx r12, rax, [rsi + 24]",
                "adc r11, rax",
                "adc r12, 0",
                row_of_new!("8", "r9", "r10", "r11", "r12", "r13"),
                two_steps!("r8", "r9", "r10", "r11", "r12", "r13"),
                "mov r8, rdx",
                row!("16", "r10", "r11", "r12", "r13", "r8"),
                row_of_new!("24", "r11", "r12", "r13", "r8", "r9"),
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
                // Products of different limbs, once each: limbs 1 to 6 in r9 … r13, rdi.
                "mov rdx, [rsi]",
                "mulx r10, r9, [rsi + 8]",
                "mulx r11, rax, [rsi + 16]",
                "mulx r12, rcx, [rsi + 24]",
                "add r10, rax",
                "adc r11, rcx",
                "mov rdx, [rsi + 8]",
                "adc r12, 0",
                "mulx rcx, rax, [rsi + 16]",
                "mulx r13, r14, [rsi + 24]",
                "add r11, rax",
                "adc r12, rcx",
                "adc r13, 0",
                "add r12, r14",
                "mov rdx, [rsi + 16]",
                "mulx rdi, rax, [rsi + 24]",
                "adc r13, rax",
                "adc rdi, 0",
                // Twice that (CF) and the squares (OF): limbs 0 to 7 in r8 … r13, rdi, rsi.
                "mov rdx, [rsi]",
                "xor r14d, r14d",
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
                "adcx rdi, rdi",
                "mulx rsi, rax, rdx",
                "adox rdi, rax",
                "adox rsi, r14",
                "adc rsi, 0",
                // Four steps on the low half alone, which ends below p + 2^128 …
                two_low_steps!("r8", "r9", "r10", "r11"),
                two_low_steps!("r10", "r11", "r8", "r9"),
                // … and the high half, which is below p^2 / 2^256: below 2p together.
                "xor edx, edx",
                "add r8, r12",
                "adc r9, r13",
                "adc r10, rdi",
                "adc r11, rsi",
                "adc rdx, 0",
                subtract_p!("r8", "r9", "r10", "r11", "rdx"),
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

    #[inline]
    fn select<const K: usize>(table: &[[Fe; K]], index: u64) -> [Fe; K] {
        if cpu::active() >= CpuPath::Avx2 {
            // SAFETY: the active path has AVX2.
            unsafe { sm2_select::select(table, index) }
        } else {
            sm2_select::select_in_halves(table, index)
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

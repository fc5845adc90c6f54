//! Division steps with conditional moves, which every x86-64 processor has.

use core::arch::asm;

/// COUNT steps on words of which one bit counts and the others go along: what to do to f and g is told
/// by zeta, of which a negative one says that delta is positive, and by the lowest bit of g.
///
/// What a step may need is made before it is known whether it does, and taken by conditional moves:
/// nothing branches. Both sums begin before f and g are chosen among, so that a step waits for four
/// operations at most. A sum that is not taken may leave 64 bits.
#[inline(always)]
pub(crate) fn division_steps<const COUNT: usize>(
    mut zeta: i64,
    mut f: i64,
    mut g: i64,
) -> (i64, i64, i64) {
    // SAFETY: registers only.
    unsafe {
        asm!(
            ".rept {count}",
            // What an odd g becomes: half of g - f where delta is positive, else of g + f.
            "mov {turned}, {g}",
            "sub {turned}, {f}",
            "lea {sum}, [{g} + {f}]",
            "mov {positive}, {zeta}",
            "shr {positive}, 63",
            "cmovnz {sum}, {turned}",
            "sar {sum}, 1",
            // What zeta becomes: -zeta - 2 where f is changed, else zeta - 1.
            "lea {turned}, [{zeta} + 1]",
            "not {turned}",
            "dec {zeta}",
            // Where delta is positive and g odd, f takes the old g.
            "test {positive:e}, {g:e}",
            "cmovnz {f}, {g}",
            "cmovnz {zeta}, {turned}",
            // The bit shifted out says whether g was odd.
            "sar {g}, 1",
            "cmovc {g}, {sum}",
            ".endr",
            count = const COUNT,
            f = inout(reg) f, g = inout(reg) g, zeta = inout(reg) zeta,
            positive = out(reg) _, sum = out(reg) _, turned = out(reg) _,
            options(pure, nomem, nostack),
        );
    }
    (zeta, f, g)
}

//! Division steps with conditional moves, which every x86-64 processor has.

use core::arch::asm;

/// COUNT steps on words of which one bit counts and the others go along: what to do to f and g is told
/// by zeta, of which a negative one says that delta is positive, and by the lowest bit of g.
///
/// What a step may need is made before it is known whether it does, and taken by conditional moves:
/// nothing branches. A processor has two places for such moves and four for sums, hence three moves only.
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
            // All ones where delta is positive; -f there, else f.
            "mov {positive}, {zeta}",
            "sar {positive}, 63",
            "mov {term}, {f}",
            "xor {term}, {positive}",
            "sub {term}, {positive}",
            // What zeta becomes: -zeta - 2 where f is changed, else zeta - 1.
            "lea {turned}, [{zeta} + 1]",
            "not {turned}",
            "dec {zeta}",
            // An odd g takes the term in, and where delta is positive, f takes the old g.
            "and {positive:e}, {g:e}",
            "test {g:e}, 1",
            "cmovz {term}, {zero}",
            "test {positive:e}, 1",
            "cmovnz {f}, {g}",
            "cmovnz {zeta}, {turned}",
            "add {g}, {term}",
            "sar {g}, 1",
            ".endr",
            count = const COUNT,
            f = inout(reg) f, g = inout(reg) g, zeta = inout(reg) zeta,
            positive = out(reg) _, term = out(reg) _, turned = out(reg) _, zero = in(reg) 0u64,
            options(pure, nomem, nostack),
        );
    }
    (zeta, f, g)
}

//! Division steps with conditional moves, which every x86-64 processor has.

use core::arch::asm;

/// COUNT steps on words of which one bit counts and the others go along: what to do to f and g is told
/// by zeta, of which a negative one says that delta is positive, and by the lowest bit of g.
///
/// Both answers of a step are made before it is known which is right: nothing branches. Four moves one
/// after the other are all that the next step waits for.
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
            // For an odd g: g - f, g and -zeta - 1 where delta is positive, else g + f, f and zeta.
            "lea {new_g}, [{g} + {f}]",
            "mov {minus}, {g}",
            "sub {minus}, {f}",
            "mov {new_f}, {f}",
            "mov {new_zeta}, {zeta}",
            "not {new_zeta}",
            "test {zeta}, {zeta}",
            "cmovs {new_g}, {minus}",
            "cmovs {new_f}, {g}",
            "cmovns {new_zeta}, {zeta}",
            "test {g:e}, 1",
            "cmovnz {g}, {new_g}",
            "cmovnz {f}, {new_f}",
            "cmovnz {zeta}, {new_zeta}",
            "sar {g}, 1",
            "dec {zeta}",
            ".endr",
            count = const COUNT,
            f = inout(reg) f, g = inout(reg) g, zeta = inout(reg) zeta,
            new_f = out(reg) _, new_g = out(reg) _, new_zeta = out(reg) _, minus = out(reg) _,
            options(pure, nomem, nostack),
        );
    }
    (zeta, f, g)
}

//! A value that the optimiser cannot see through.

/// `x`, through an empty piece of assembly: it costs no instruction.
#[cfg(any(
    target_arch = "x86_64",
    target_arch = "x86",
    target_arch = "aarch64",
    target_arch = "arm",
    target_arch = "riscv64",
    target_arch = "s390x",
    target_arch = "loongarch64"
))]
#[inline(always)]
pub(crate) fn hide(mut x: u64) -> u64 {
    #[cfg(target_pointer_width = "64")]
    // SAFETY: no instruction at all; the register keeps its value.
    unsafe {
        core::arch::asm!("/* {0} */", inout(reg) x, options(pure, nomem, nostack, preserves_flags));
    }
    #[cfg(target_pointer_width = "32")]
    {
        let (mut low, mut high) = (x as u32, (x >> 32) as u32);
        // SAFETY: no instruction at all; the registers keep their values.
        unsafe {
            core::arch::asm!(
                "/* {0} {1} */", inout(reg) low, inout(reg) high,
                options(pure, nomem, nostack, preserves_flags),
            );
        }
        x = u64::from(low) | u64::from(high) << 32;
    }
    x
}

/// `x`, through memory.
#[cfg(not(any(
    target_arch = "x86_64",
    target_arch = "x86",
    target_arch = "aarch64",
    target_arch = "arm",
    target_arch = "riscv64",
    target_arch = "s390x",
    target_arch = "loongarch64"
)))]
#[inline(always)]
pub(crate) fn hide(x: u64) -> u64 {
    core::hint::black_box(x)
}

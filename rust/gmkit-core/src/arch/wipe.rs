//! Wiping that costs no more than a fill.

/// Overwrites `secrets` with zeros; the optimiser may not leave that out.
#[inline(always)]
pub(crate) fn wipe<T: Copy + Default>(secrets: &mut [T]) {
    secrets.fill(T::default());
    seen(secrets.as_ptr().cast());
}

/// Somebody might look there: what was stored has to stand there now.
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
fn seen(place: *const u8) {
    // SAFETY: no instruction at all; that it might read memory only keeps stores in being.
    unsafe {
        core::arch::asm!("/* {0} */", in(reg) place, options(readonly, nostack, preserves_flags));
    }
}

/// The same where the compiler knows no assembly for the processor.
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
fn seen(place: *const u8) {
    core::hint::black_box(place);
    core::sync::atomic::compiler_fence(core::sync::atomic::Ordering::SeqCst);
}

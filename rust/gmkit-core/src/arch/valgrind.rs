//! Requests to valgrind's memcheck, by which a test marks memory secret ("undefined") or public.
//!
//! Only in builds with the feature `ctgrind`, and then without effect outside valgrind.

/// From valgrind's memcheck.h: the tool's two letters and the number of the request.
#[cfg(all(feature = "ctgrind", target_arch = "x86_64"))]
mod request {
    const MEMCHECK: u64 = (b'M' as u64) << 24 | (b'C' as u64) << 16;
    pub(super) const MAKE_UNDEFINED: u64 = MEMCHECK + 1;
    pub(super) const MAKE_DEFINED: u64 = MEMCHECK + 2;

    /// From valgrind.h: requests that every tool answers.
    pub(super) const RUNNING: u64 = 0x1001;
    pub(super) const COUNT_ERRORS: u64 = 0x1201;

    /// The tool's answer; 0 without valgrind.
    pub(super) fn send(number: u64, address: *const u8, length: usize) -> u64 {
        let arguments = [number, address as u64, length as u64, 0, 0, 0];
        let mut answer = 0u64;
        // SAFETY: four rotations that add up to 128 bits and an exchange of a register with itself:
        // nothing changes but what valgrind, if it is there, writes to rdx.
        unsafe {
            core::arch::asm!(
                "rol rdi, 3", "rol rdi, 13", "rol rdi, 61", "rol rdi, 51", "xchg rbx, rbx",
                inout("rdx") answer, in("rax") arguments.as_ptr(), inout("rdi") 0u64 => _,
                options(nostack),
            );
        }
        answer
    }
}

/// Whether the program runs under valgrind.
#[cfg(all(feature = "ctgrind", target_arch = "x86_64"))]
pub(crate) fn is_running() -> bool {
    request::send(request::RUNNING, core::ptr::null(), 0) != 0
}

/// How many errors valgrind has reported so far.
#[cfg(all(feature = "ctgrind", target_arch = "x86_64"))]
pub(crate) fn reports() -> u64 {
    request::send(request::COUNT_ERRORS, core::ptr::null(), 0)
}

#[inline(always)]
pub(crate) fn mark_public<T: ?Sized>(value: &T) {
    #[cfg(all(feature = "ctgrind", target_arch = "x86_64"))]
    request::send(
        request::MAKE_DEFINED,
        core::ptr::from_ref(value).cast(),
        size_of_val(value),
    );
    #[cfg(not(all(feature = "ctgrind", target_arch = "x86_64")))]
    let _ = value;
}

#[inline(always)]
pub(crate) fn mark_secret<T: ?Sized>(value: &T) {
    #[cfg(all(feature = "ctgrind", target_arch = "x86_64"))]
    request::send(
        request::MAKE_UNDEFINED,
        core::ptr::from_ref(value).cast(),
        size_of_val(value),
    );
    #[cfg(not(all(feature = "ctgrind", target_arch = "x86_64")))]
    let _ = value;
}

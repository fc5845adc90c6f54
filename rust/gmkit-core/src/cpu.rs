//! Which instructions this processor offers, and which of them are in use.
//!
//! A path is a set of instructions that the kernels in `arch/` are written for. The best one the
//! processor has is taken; [`force`] lowers it, so that tests can run every path on one machine.

use core::sync::atomic::{AtomicU8, Ordering};

/// The instruction sets that kernels are written for, each containing the ones above it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum CpuPath {
    /// Plain Rust on any processor.
    Portable = 1,
    /// x86-64 with BMI2 and ADX: `mulx`, `adcx`, `adox`, `rorx`.
    Bmi2 = 2,
    /// And AVX2, AES-NI, PCLMULQDQ.
    Avx2 = 3,
    /// And GFNI (VEX encoded).
    Avx2Gfni = 4,
    /// And AVX-512 F, BW, DQ, VL, IFMA, VBMI, with VAES and VPCLMULQDQ.
    Avx512 = 5,
}

/// Every path, lowest first.
pub const ALL: [CpuPath; 5] = [
    CpuPath::Portable,
    CpuPath::Bmi2,
    CpuPath::Avx2,
    CpuPath::Avx2Gfni,
    CpuPath::Avx512,
];

/// The path asked for needs instructions that this processor does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnsupportedPath {
    /// The path asked for.
    pub wanted: CpuPath,
    /// The best path this processor has.
    pub best: CpuPath,
}

impl CpuPath {
    /// The name used by `GMKIT_CPU` and by `gmkit selftest`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Portable => "portable",
            Self::Bmi2 => "bmi2",
            Self::Avx2 => "avx2",
            Self::Avx2Gfni => "avx2-gfni",
            Self::Avx512 => "avx512",
        }
    }

    /// The path with that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        ALL.into_iter().find(|path| path.name() == name)
    }

    const fn from_number(number: u8) -> Option<Self> {
        match number {
            1 => Some(Self::Portable),
            2 => Some(Self::Bmi2),
            3 => Some(Self::Avx2),
            4 => Some(Self::Avx2Gfni),
            5 => Some(Self::Avx512),
            _ => None,
        }
    }
}

/// 0 until the first question, then the path in use.
static ACTIVE: AtomicU8 = AtomicU8::new(0);

/// The path in use: the best one, unless [`force`] has lowered it.
#[inline]
#[must_use]
pub fn active() -> CpuPath {
    match CpuPath::from_number(ACTIVE.load(Ordering::Relaxed)) {
        Some(path) => path,
        None => {
            let path = best();
            ACTIVE.store(path as u8, Ordering::Relaxed);
            path
        }
    }
}

/// Use `path` from now on.
///
/// # Errors
/// [`UnsupportedPath`] if the processor lacks its instructions; nothing is changed then.
pub fn force(path: CpuPath) -> Result<(), UnsupportedPath> {
    let best = best();
    if path > best {
        return Err(UnsupportedPath { wanted: path, best });
    }
    ACTIVE.store(path as u8, Ordering::Relaxed);
    Ok(())
}

/// Use `path` from now on even if the processor does not announce its instructions: valgrind runs
/// ADX, and runs it under supervision, but leaves it out of what it says of itself.
///
/// Only in builds for valgrind. An instruction that is really missing ends the program.
#[cfg(feature = "ctgrind")]
pub fn force_unannounced(path: CpuPath) {
    ACTIVE.store(path as u8, Ordering::Relaxed);
}

/// The best path this processor has.
#[must_use]
pub fn best() -> CpuPath {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::is_x86_feature_detected as has;
        if !(has!("bmi1") && has!("bmi2") && has!("adx")) {
            return CpuPath::Portable;
        }
        if !(has!("avx2") && has!("aes") && has!("pclmulqdq") && has!("ssse3")) {
            return CpuPath::Bmi2;
        }
        if !has!("gfni") {
            return CpuPath::Avx2;
        }
        let avx512 = has!("avx512f")
            && has!("avx512bw")
            && has!("avx512dq")
            && has!("avx512vl")
            && has!("avx512ifma")
            && has!("avx512vbmi")
            && has!("vaes")
            && has!("vpclmulqdq");
        if avx512 {
            CpuPath::Avx512
        } else {
            CpuPath::Avx2Gfni
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    {
        CpuPath::Portable
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Only one test at a time has the path to itself: it is one for the whole process.
    fn turn() -> std::sync::MutexGuard<'static, ()> {
        static TURN: std::sync::Mutex<()> = std::sync::Mutex::new(());
        TURN.lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Runs `check` on every path of this processor, one after the other.
    pub(crate) fn on_every_path(mut check: impl FnMut(CpuPath)) {
        let _turn = turn();
        for path in ALL.into_iter().filter(|path| *path <= best()) {
            force(path).unwrap();
            check(path);
        }
        force(best()).unwrap();
    }

    #[test]
    fn names_and_paths_agree() {
        for path in ALL {
            assert_eq!(CpuPath::from_name(path.name()), Some(path));
            assert_eq!(CpuPath::from_number(path as u8), Some(path));
        }
        assert_eq!(CpuPath::from_name("sse9"), None);
    }

    #[test]
    fn a_path_the_processor_lacks_is_refused() {
        let _turn = turn();
        for path in ALL {
            assert_eq!(force(path).is_ok(), path <= best());
        }
        force(best()).unwrap();
        assert_eq!(active(), best());
    }
}

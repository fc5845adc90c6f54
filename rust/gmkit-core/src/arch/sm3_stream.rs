//! SM3 of one message: scalar rounds, from AVX2 on with the message expansion beside them in vectors.

use core::arch::global_asm;

use crate::sm3::portable;

global_asm!(include_str!("sm3_stream.s"));

extern "sysv64" {
    fn sm3_stream_avx512(state: *mut u32, blocks: *const u8, count: usize);
    fn sm3_stream_avx2(state: *mut u32, blocks: *const u8, count: usize);
}

/// Take whole blocks into `state`, on a processor of the path BMI2.
pub(crate) fn compress_bmi2(state: &mut [u32; 8], blocks: &[u8]) {
    #[target_feature(enable = "bmi1,bmi2")]
    fn compiled(state: &mut [u32; 8], blocks: &[u8]) {
        portable::compress(state, blocks);
    }
    // SAFETY: the caller took this path because the processor has BMI1 and BMI2.
    unsafe { compiled(state, blocks) }
}

/// Take whole blocks into `state`, on a processor of the path AVX2.
pub(crate) fn compress_avx2(state: &mut [u32; 8], blocks: &[u8]) {
    let count = blocks.len() / 64;
    if count != 0 {
        // SAFETY: the function reads 64 * count octets and writes the 8 words; the caller took this
        // path because the processor has AVX2 and BMI2.
        unsafe { sm3_stream_avx2(state.as_mut_ptr(), blocks.as_ptr(), count) }
    }
}

/// Take whole blocks into `state`, on a processor of the path AVX-512.
pub(crate) fn compress_avx512(state: &mut [u32; 8], blocks: &[u8]) {
    let count = blocks.len() / 64;
    if count != 0 {
        // SAFETY: as above; the processor has AVX-512 F and VL, and BMI2.
        unsafe { sm3_stream_avx512(state.as_mut_ptr(), blocks.as_ptr(), count) }
    }
}

//! SM4 with GFNI on words: one block at a time for modes that cannot wait for more, up to 32 blocks
//! side by side for the rest.
//!
//! Words stay in the order of memory. In a ymm register stands the same word of eight blocks:
//!
//! ```text
//! load      b0.0 b0.1 b0.2 b0.3 | b1.0 b1.1 b1.2 b1.3        (block.word), and b2 b3, b4 b5, b6 b7
//! sliced    b0.0 b2.0 b4.0 b6.0 | b1.0 b3.0 b5.0 b7.0        word 0; and so on for words 1, 2, 3
//! ```
//!
//! The octets i + 1, i + 2, i + 3 of `matrices` come by `vpshufb` within words. The same text is
//! compiled twice: with AVX-512VL there are 32 registers, and three operands to an XOR.

/// Blocks in one call of `crypt`.
pub(crate) const LANES: usize = 32;

macro_rules! kernels {
    ($module:ident, $features:literal) => {
        pub(crate) mod $module {
            use core::arch::x86_64::*;

            use super::super::matrices::*;
            use super::super::AHEAD;
            use super::LANES;
            use crate::sm4::{Scratch, BLOCK, KEY, ROUNDS};

            /// The round keys, in the basis P and the order of memory.
            pub(crate) fn expand(key: &[u8; KEY]) -> [u32; ROUNDS] {
                // SAFETY: keys are expanded for a path the processor has.
                unsafe { expand_here(key) }
            }

            /// Encrypts up to 32 blocks in place; with `reverse`, decrypts them.
            pub(crate) fn crypt(keys: &[u32; ROUNDS], reverse: bool, blocks: &mut [[u8; BLOCK]]) {
                debug_assert!(blocks.len() <= LANES);
                // SAFETY: `keys` come from `expand`, so the processor has the instructions.
                unsafe {
                    match blocks.len() {
                        0 => {}
                        1 => crypt_one(keys, reverse, &mut blocks[0]),
                        2..=8 => crypt_sets::<1, 8>(keys, reverse, blocks),
                        9..=16 => crypt_sets::<2, 16>(keys, reverse, blocks),
                        _ => crypt_sets::<4, 32>(keys, reverse, blocks),
                    }
                }
            }

            /// c(i) = E(p(i) ^ c(i-1)); `out` gets every c, if it is there.
            pub(crate) fn chain(
                keys: &[u32; ROUNDS],
                chain: &mut [u8; BLOCK],
                src: &[[u8; BLOCK]],
                out: Option<&mut [[u8; BLOCK]]>,
            ) {
                // SAFETY: as in `crypt`.
                unsafe { chain_here(keys, chain, src, out) }
            }

            #[target_feature(enable = $features)]
            fn expand_here(key: &[u8; KEY]) -> [u32; ROUNDS] {
                let fk = 0xa3b1_bac6_56aa_3350_677d_9197_b270_22dc_u128.to_be_bytes();
                let [m0, m1, m2, m3] = SCHEDULE.map(|matrix| _mm_set1_epi64x(matrix));
                let constant = _mm_set1_epi8(KEY_CONSTANT as i8);
                let key = _mm_xor_si128(load(key), load(&fk));
                let mut k = words(_mm_gf2p8affine_epi64_epi8::<0>(key, _mm_set1_epi64x(ENTER)));
                let mut keys = [0; ROUNDS];
                for (rk, ck) in keys.iter_mut().zip(CK) {
                    let ck = _mm_set1_epi32(ck as i32);
                    let x = xor(xor(k[1], k[2]), xor(k[3], ck));
                    let y0 = _mm_gf2p8affineinv_epi64_epi8::<SCHEDULE_CONSTANT>(x, m0);
                    let y1 = ahead::<1>(_mm_gf2p8affineinv_epi64_epi8::<0>(x, m1));
                    let y2 = ahead::<2>(_mm_gf2p8affineinv_epi64_epi8::<0>(x, m2));
                    let y3 = ahead::<3>(_mm_gf2p8affineinv_epi64_epi8::<0>(x, m3));
                    let new = xor(xor(k[0], y0), xor(y1, xor(y2, y3)));
                    k = [k[1], k[2], k[3], new];
                    *rk = _mm_cvtsi128_si32(_mm_xor_si128(new, constant)) as u32;
                }
                keys
            }

            #[target_feature(enable = $features)]
            fn crypt_one(keys: &[u32; ROUNDS], reverse: bool, block: &mut [u8; BLOCK]) {
                let x = words(enter(load(block)));
                let x = if reverse {
                    rounds::<true>(keys, x)
                } else {
                    rounds::<false>(keys, x)
                };
                store(block, leave(x));
            }

            #[target_feature(enable = $features)]
            fn chain_here(
                keys: &[u32; ROUNDS],
                chain: &mut [u8; BLOCK],
                src: &[[u8; BLOCK]],
                out: Option<&mut [[u8; BLOCK]]>,
            ) {
                let mut c = words(enter(load(chain)));
                let mut out = out.map(|out| out.iter_mut());
                for p in src {
                    let p = words(enter(load(p)));
                    let x = [0, 1, 2, 3].map(|i| xor(p[i], c[i]));
                    let x = rounds::<false>(keys, x);
                    c = [x[3], x[2], x[1], x[0]];
                    if let Some(out) = out.as_mut().and_then(Iterator::next) {
                        store(out, leave(x));
                    }
                }
                let [a, b, c, d] = c;
                store(chain, leave([d, c, b, a]));
            }

            /// All rounds on four words, each in every place of its register.
            #[inline]
            #[target_feature(enable = $features)]
            fn rounds<const REVERSE: bool>(
                keys: &[u32; ROUNDS],
                mut x: [__m128i; 4],
            ) -> [__m128i; 4] {
                let (t_matrix, d_matrix) = (_mm_set1_epi64x(T_MATRIX), _mm_set1_epi64x(D_MATRIX));
                for round in 0..ROUNDS {
                    let key = keys[if REVERSE { ROUNDS - 1 - round } else { round }];
                    // What waits for the last round comes last.
                    let early = xor(xor(x[1], x[2]), _mm_set1_epi32(key as i32));
                    let s = xor(early, x[3]);
                    let t = _mm_gf2p8affineinv_epi64_epi8::<T_CONSTANT>(s, t_matrix);
                    let d = _mm_gf2p8affineinv_epi64_epi8::<0>(s, d_matrix);
                    let near = xor(x[0], xor(t, d));
                    let far = xor(ahead::<1>(t), xor(ahead::<2>(t), ahead::<3>(d)));
                    x = [x[1], x[2], x[3], xor(near, far)];
                }
                x
            }

            /// Octet i + N of the same word in octet i.
            #[inline]
            #[target_feature(enable = $features)]
            fn ahead<const N: usize>(x: __m128i) -> __m128i {
                _mm_shuffle_epi8(x, load(&AHEAD[N]))
            }

            #[inline]
            #[target_feature(enable = $features)]
            fn xor(a: __m128i, b: __m128i) -> __m128i {
                _mm_xor_si128(a, b)
            }

            #[inline]
            #[target_feature(enable = $features)]
            fn load(block: &[u8; BLOCK]) -> __m128i {
                // SAFETY: sixteen octets are there; unaligned is allowed.
                unsafe { _mm_loadu_si128(block.as_ptr().cast()) }
            }

            #[inline]
            #[target_feature(enable = $features)]
            fn store(block: &mut [u8; BLOCK], x: __m128i) {
                // SAFETY: there is room for sixteen octets; unaligned is allowed.
                unsafe { _mm_storeu_si128(block.as_mut_ptr().cast(), x) }
            }

            #[inline]
            #[target_feature(enable = $features)]
            fn enter(x: __m128i) -> __m128i {
                _mm_gf2p8affine_epi64_epi8::<0>(x, _mm_set1_epi64x(ENTER))
            }

            /// The last four words, reversed, as a block outside the basis P.
            #[inline]
            #[target_feature(enable = $features)]
            fn leave(x: [__m128i; 4]) -> __m128i {
                let low = _mm_unpacklo_epi32(x[3], x[2]);
                let high = _mm_unpacklo_epi32(x[1], x[0]);
                let block = _mm_unpacklo_epi64(low, high);
                _mm_gf2p8affine_epi64_epi8::<0>(block, _mm_set1_epi64x(LEAVE))
            }

            /// Each word of a block in every place of a register.
            #[inline]
            #[target_feature(enable = $features)]
            fn words(x: __m128i) -> [__m128i; 4] {
                [
                    _mm_shuffle_epi32::<0x00>(x),
                    _mm_shuffle_epi32::<0x55>(x),
                    _mm_shuffle_epi32::<0xaa>(x),
                    _mm_shuffle_epi32::<0xff>(x),
                ]
            }

            /// Up to SETS times eight, which is ROOM, blocks.
            #[target_feature(enable = $features)]
            fn crypt_sets<const SETS: usize, const ROOM: usize>(
                keys: &[u32; ROUNDS],
                reverse: bool,
                blocks: &mut [[u8; BLOCK]],
            ) {
                let mut octets = Scratch([[0; BLOCK]; ROOM]);
                let octets = &mut octets.0;
                octets[..blocks.len()].copy_from_slice(blocks);
                let mut x = [[_mm256_setzero_si256(); 4]; SETS];
                for (set, octets) in x.iter_mut().zip(octets.as_chunks::<8>().0) {
                    *set = slice(octets);
                }
                if reverse {
                    rounds_sets::<SETS, true>(keys, &mut x);
                } else {
                    rounds_sets::<SETS, false>(keys, &mut x);
                }
                for (set, octets) in x.iter().zip(octets.as_chunks_mut::<8>().0) {
                    unslice(*set, octets);
                }
                blocks.copy_from_slice(&octets[..blocks.len()]);
            }

            #[inline]
            #[target_feature(enable = $features)]
            fn rounds_sets<const SETS: usize, const REVERSE: bool>(
                keys: &[u32; ROUNDS],
                x: &mut [[__m256i; 4]; SETS],
            ) {
                for quarter in 0..ROUNDS / 4 {
                    for step in 0..4 {
                        let round = 4 * quarter + step;
                        let key = keys[if REVERSE { ROUNDS - 1 - round } else { round }];
                        let key = _mm256_set1_epi32(key as i32);
                        for set in x.iter_mut() {
                            let s = xor2(xor2(set[(step + 1) % 4], set[(step + 2) % 4]), key);
                            let f = transform(xor2(s, set[(step + 3) % 4]));
                            set[step] = xor2(set[step], f);
                        }
                    }
                }
            }

            /// L(S(x)).
            #[inline]
            #[target_feature(enable = $features)]
            fn transform(x: __m256i) -> __m256i {
                let (t_matrix, d_matrix) =
                    (_mm256_set1_epi64x(T_MATRIX), _mm256_set1_epi64x(D_MATRIX));
                let t = _mm256_gf2p8affineinv_epi64_epi8::<T_CONSTANT>(x, t_matrix);
                let d = _mm256_gf2p8affineinv_epi64_epi8::<0>(x, d_matrix);
                let t1 = ahead2::<1>(t);
                let t2 = ahead2::<2>(t);
                let d3 = ahead2::<3>(d);
                xor2(xor2(t, d), xor2(xor2(t1, t2), d3))
            }

            #[inline]
            #[target_feature(enable = $features)]
            fn ahead2<const N: usize>(x: __m256i) -> __m256i {
                _mm256_shuffle_epi8(x, _mm256_broadcastsi128_si256(load(&AHEAD[N])))
            }

            #[inline]
            #[target_feature(enable = $features)]
            fn xor2(a: __m256i, b: __m256i) -> __m256i {
                _mm256_xor_si256(a, b)
            }

            /// Eight blocks as words, in the basis P.
            #[inline]
            #[target_feature(enable = $features)]
            fn slice(blocks: &[[u8; BLOCK]; 8]) -> [__m256i; 4] {
                let octets = blocks.as_flattened();
                let pair = |i: usize| {
                    let octets: &[u8; 32] = octets[32 * i..].first_chunk().expect("in bounds");
                    // SAFETY: thirty-two octets are there; unaligned is allowed.
                    let x = unsafe { _mm256_loadu_si256(octets.as_ptr().cast()) };
                    _mm256_gf2p8affine_epi64_epi8::<0>(x, _mm256_set1_epi64x(ENTER))
                };
                transpose([pair(0), pair(1), pair(2), pair(3)])
            }

            /// The last four words, reversed, of eight blocks.
            #[inline]
            #[target_feature(enable = $features)]
            fn unslice(x: [__m256i; 4], blocks: &mut [[u8; BLOCK]; 8]) {
                let x = transpose([x[3], x[2], x[1], x[0]]);
                for (x, octets) in x
                    .into_iter()
                    .zip(blocks.as_flattened_mut().as_chunks_mut().0)
                {
                    let octets: &mut [u8; 32] = octets;
                    let x = _mm256_gf2p8affine_epi64_epi8::<0>(x, _mm256_set1_epi64x(LEAVE));
                    // SAFETY: there is room for thirty-two octets; unaligned is allowed.
                    unsafe { _mm256_storeu_si256(octets.as_mut_ptr().cast(), x) }
                }
            }

            /// Swaps word j of register i with word i of register j in both halves.
            #[inline]
            #[target_feature(enable = $features)]
            fn transpose(x: [__m256i; 4]) -> [__m256i; 4] {
                let a = _mm256_unpacklo_epi32(x[0], x[1]);
                let b = _mm256_unpackhi_epi32(x[0], x[1]);
                let c = _mm256_unpacklo_epi32(x[2], x[3]);
                let d = _mm256_unpackhi_epi32(x[2], x[3]);
                [
                    _mm256_unpacklo_epi64(a, c),
                    _mm256_unpackhi_epi64(a, c),
                    _mm256_unpacklo_epi64(b, d),
                    _mm256_unpackhi_epi64(b, d),
                ]
            }
        }
    };
}

kernels!(vex, "avx2,gfni");
kernels!(evex, "avx2,gfni,avx512f,avx512bw,avx512vl");

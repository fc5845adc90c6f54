use std::num::NonZeroUsize;

use super::*;
use crate::cpu::tests::on_every_path;
use crate::sm4::{cbc::unpadded_length, gcm::Gcm};

/// Key and text of GB/T 32907-2016, Appendix A.
const EXAMPLE: [u8; 16] = 0x0123_4567_89ab_cdef_fedc_ba98_7654_3210_u128.to_be_bytes();

/// The table of the standard; only tests look at it.
const TABLE: [u8; 256] = *b"\
\xd6\x90\xe9\xfe\xcc\xe1\x3d\xb7\x16\xb6\x14\xc2\x28\xfb\x2c\x05\x2b\x67\x9a\x76\x2a\xbe\x04\xc3\
\xaa\x44\x13\x26\x49\x86\x06\x99\x9c\x42\x50\xf4\x91\xef\x98\x7a\x33\x54\x0b\x43\xed\xcf\xac\x62\
\xe4\xb3\x1c\xa9\xc9\x08\xe8\x95\x80\xdf\x94\xfa\x75\x8f\x3f\xa6\x47\x07\xa7\xfc\xf3\x73\x17\xba\
\x83\x59\x3c\x19\xe6\x85\x4f\xa8\x68\x6b\x81\xb2\x71\x64\xda\x8b\xf8\xeb\x0f\x4b\x70\x56\x9d\x35\
\x1e\x24\x0e\x5e\x63\x58\xd1\xa2\x25\x22\x7c\x3b\x01\x21\x78\x87\xd4\x00\x46\x57\x9f\xd3\x27\x52\
\x4c\x36\x02\xe7\xa0\xc4\xc8\x9e\xea\xbf\x8a\xd2\x40\xc7\x38\xb5\xa3\xf7\xf2\xce\xf9\x61\x15\xa1\
\xe0\xae\x5d\xa4\x9b\x34\x1a\x55\xad\x93\x32\x30\xf5\x8c\xb1\xe3\x1d\xf6\xe2\x2e\x82\x66\xca\x60\
\xc0\x29\x23\xab\x0d\x53\x4e\x6f\xd5\xdb\x37\x45\xde\xfd\x8e\x2f\x03\xff\x6a\x72\x6d\x6c\x5b\x51\
\x8d\x1b\xaf\x92\xbb\xdd\xbc\x7f\x11\xd9\x5c\x41\x1f\x10\x5a\xd8\x0a\xc1\x31\x88\xa5\xcd\x7b\xbd\
\x2d\x74\xd0\x12\xb8\xe5\xb4\xb0\x89\x69\x97\x4a\x0c\x96\x77\x7e\x65\xb9\xf1\x09\xc5\x6e\xc6\x84\
\x18\xf0\x7d\xec\x3a\xdc\x4d\x20\x79\xee\x5f\x3e\xd7\xcb\x39\x48";

/// The cipher straight from the standard, with its table: what the kernels are compared with.
fn reference(key: &[u8; 16], block: &[u8; 16]) -> [u8; 16] {
    let words = |octets: &[u8; 16]| {
        [0, 4, 8, 12].map(|i| u32::from_be_bytes(octets[i..i + 4].try_into().unwrap()))
    };
    let tau = |x: u32| u32::from_be_bytes(x.to_be_bytes().map(|b| TABLE[usize::from(b)]));
    let mut k = words(key);
    for (k, fk) in k
        .iter_mut()
        .zip([0xa3b1_bac6u32, 0x56aa_3350, 0x677d_9197, 0xb270_22dc])
    {
        *k ^= fk;
    }
    let mut x = words(block);
    for i in 0..32u32 {
        let ck = (0..4).fold(0u32, |ck, j| (ck << 8) | ((4 * i + j) * 7 % 256));
        let b = tau(k[1] ^ k[2] ^ k[3] ^ ck);
        k = [
            k[1],
            k[2],
            k[3],
            k[0] ^ b ^ b.rotate_left(13) ^ b.rotate_left(23),
        ];
        let b = tau(x[1] ^ x[2] ^ x[3] ^ k[3]);
        let l = b ^ [2, 10, 18, 24].iter().fold(0, |l, &n| l ^ b.rotate_left(n));
        x = [x[1], x[2], x[3], x[0] ^ l];
    }
    let mut out = [0; 16];
    for (octets, word) in out.chunks_mut(4).zip(x.iter().rev()) {
        octets.copy_from_slice(&word.to_be_bytes());
    }
    out
}

/// Octets that look random and are the same every time.
fn octets(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    (0..length).map(|_| next()).collect()
}

fn block(seed: u64) -> [u8; 16] {
    octets(seed, 16).try_into().unwrap()
}

#[test]
fn the_circuit_is_the_table() {
    for value in 0..=255u8 {
        let planes = core::array::from_fn(|i| if value >> i & 1 == 1 { !0u64 } else { 0 });
        let result = sbox::substitute(planes);
        for (i, plane) in result.into_iter().enumerate() {
            let expected = if TABLE[usize::from(value)] >> i & 1 == 1 {
                !0
            } else {
                0
            };
            assert_eq!(plane, expected, "S({value}) bit {i}");
        }
    }
}

#[test]
fn the_example_of_the_standard() {
    on_every_path(|_| {
        let key = Key::new(&EXAMPLE);
        let mut x = EXAMPLE;
        key.encrypt_block(&mut x);
        assert_eq!(
            u128::from_be_bytes(x),
            0x681e_df34_d206_965e_86b3_e94f_536e_4246
        );
        key.decrypt_block(&mut x);
        assert_eq!(x, EXAMPLE);
    });
}

#[test]
fn single_blocks_agree_with_the_reference() {
    on_every_path(|_| {
        for seed in 0..200 {
            let (k, b) = (block(seed), block(seed + 1000));
            let key = Key::new(&k);
            let mut x = b;
            key.encrypt_block(&mut x);
            assert_eq!(x, reference(&k, &b));
            key.decrypt_block(&mut x);
            assert_eq!(x, b);
        }
    });
}

/// Lengths around every width a kernel might have.
const BLOCKS: [usize; 24] = [
    0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 47, 63, 64, 65, 127, 128, 129, 200, 321,
];

#[test]
fn blocks_side_by_side_agree_with_the_reference() {
    on_every_path(|_| {
        for (seed, blocks) in (0..).zip(BLOCKS) {
            let k = block(seed);
            let key = Key::new(&k);
            let src = octets(seed, blocks * 16);
            let mut dst = vec![0; src.len()];
            ecb::encrypt(&key, &src, &mut dst).unwrap();
            for (p, c) in src.as_chunks().0.iter().zip(dst.as_chunks().0) {
                assert_eq!(reference(&k, p), *c);
            }
            let mut back = vec![0; src.len()];
            ecb::decrypt(&key, &dst, &mut back).unwrap();
            assert_eq!(back, src);
        }
    });
}

#[test]
fn ctr_counts_over_every_boundary_in_any_pieces() {
    on_every_path(|_| {
        let k = block(1);
        let key = Key::new(&k);
        for counter in [
            0,
            0xf0,
            u128::from(u32::MAX) - 3,
            u128::MAX - 70,
            0xffff_ff00,
        ] {
            let src = octets(counter as u64, 200 * 16 + 5);
            let mut expected = src.clone();
            for (i, piece) in expected.chunks_mut(16).enumerate() {
                let mask = reference(&k, &counter.wrapping_add(i as u128).to_be_bytes());
                piece
                    .iter_mut()
                    .zip(mask)
                    .for_each(|(octet, mask)| *octet ^= mask);
            }
            let mut dst = vec![0; src.len()];
            ctr::crypt(&key, counter, &src, &mut dst);
            assert_eq!(dst, expected);
            for step in [1, 7, 16, 33, 1024] {
                let mut stream = ctr::Stream::new(key.clone(), &counter.to_be_bytes());
                dst.fill(0);
                for (src, dst) in src.chunks(step).zip(dst.chunks_mut(step)) {
                    stream.update(src, dst);
                }
                assert_eq!(dst, expected);
            }
        }
    });
}

#[test]
fn several_threads_do_what_one_does() {
    on_every_path(|_| {
        let k = block(11);
        let (key, gcm) = (Key::new(&k), Gcm::new(&k));
        let iv = block(12);
        let length = 3 * (256 << 10) + 4096 + 32;
        let src = octets(13, length);
        let (mut one, mut many) = (vec![0; length], vec![0; length]);
        for threads in [2, 3, 7].map(|n| NonZeroUsize::new(n).unwrap()) {
            ecb::encrypt(&key, &src, &mut one).unwrap();
            ecb::encrypt_on(threads, &key, &src, &mut many).unwrap();
            assert_eq!(one, many);
            ecb::decrypt_on(threads, &key, &one, &mut many).unwrap();
            assert_eq!(src, many);
            cbc::Decryptor::new(key.clone(), &iv)
                .update(&src, &mut one)
                .unwrap();
            cbc::decrypt_on(threads, &key, &iv, &src, &mut many).unwrap();
            assert_eq!(one, many);
            ctr::crypt(&key, u128::from(u32::MAX) - 20_000, &src, &mut one);
            ctr::crypt_on(
                threads,
                &key,
                u128::from(u32::MAX) - 20_000,
                &src,
                &mut many,
            );
            assert_eq!(one, many);
            for odd in [0, 5] {
                let (mut one, mut many) = (vec![0; length - odd + 16], vec![0; length - odd + 16]);
                let text = &src[odd..];
                gcm.encrypt(&iv, b"aad", text, &mut one, 16).unwrap();
                gcm.encrypt_on(threads, &iv, b"aad", text, &mut many, 16)
                    .unwrap();
                assert_eq!(one, many);
                let mut back = vec![0; length - odd];
                gcm.decrypt_on(threads, &iv, b"aad", &one, &mut back, 16)
                    .unwrap();
                assert_eq!(back, text);
            }
        }
    });
}

#[test]
fn sealed_files_open_and_nothing_else_does() {
    use file::{Chunks, CHUNK, SEALED_CHUNK};
    let (key, salt) = (block(1), block(2));
    for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 9] {
        let text = octets(length as u64, length);
        let mut sealed = vec![0; Chunks::sealed_length(length)];
        Chunks::new(&key, &salt, b"")
            .seal(&text, true, &mut sealed)
            .unwrap();
        assert_eq!(Chunks::opened_length(sealed.len()), Some(length));
        let open = |sealed: &[u8], aad: &[u8], salt: &[u8; 16]| {
            let length = Chunks::opened_length(sealed.len()).ok_or(Error::Rejected)?;
            let mut back = vec![0xaa; length];
            let result = Chunks::new(&key, salt, aad).open(sealed, true, &mut back);
            assert!(result.is_ok() || back.iter().all(|&octet| octet == 0));
            result.map(|()| back)
        };
        assert_eq!(open(&sealed, b"", &salt), Ok(text));
        assert!(open(&sealed, b"x", &salt).is_err());
        assert!(open(&sealed, b"", &block(3)).is_err());
        for cut in [
            0,
            1,
            15,
            16,
            CHUNK,
            SEALED_CHUNK,
            SEALED_CHUNK + 16,
            sealed.len() - 1,
        ] {
            if cut < sealed.len() {
                assert!(open(&sealed[..cut], b"", &salt).is_err(), "cut at {cut}");
            }
        }
        for at in [0, sealed.len() / 2, sealed.len() - 1] {
            let mut spoilt = sealed.clone();
            spoilt[at] ^= 1;
            assert!(open(&spoilt, b"", &salt).is_err());
        }
        if length > CHUNK {
            let mut swapped = sealed.clone();
            swapped.rotate_left(SEALED_CHUNK);
            assert!(open(&swapped, b"", &salt).is_err());
            let doubled = [&sealed[..SEALED_CHUNK], &sealed[..]].concat();
            assert!(open(&doubled, b"", &salt).is_err());
        }
    }
}

#[test]
fn c_05_xts_at_every_length() {
    on_every_path(|_| {
        for standard in [xts::Standard::Ieee, xts::Standard::Gb] {
            let xts = xts::Xts::new(&block(1), &block(2), standard);
            for length in (16..130).chain([1023, 1024, 1025, 1040, 2100]) {
                let src = octets(length as u64, length);
                let (mut dst, mut back) = (vec![0; length], vec![0; length]);
                xts.encrypt(&block(3), &src, &mut dst).unwrap();
                xts.decrypt(&block(3), &dst, &mut back).unwrap();
                assert_eq!(back, src, "{standard:?} {length}");
            }
            assert_eq!(
                xts.encrypt(&block(3), &[0; 15], &mut [0; 15]),
                Err(Error::TooShort)
            );
        }
    });
}

#[test]
fn cfb_decrypts_what_it_encrypts_in_every_segment() {
    on_every_path(|_| {
        let key = Key::new(&block(1));
        for segment in [1, 2, 8, 15, 16] {
            for length in (0..70).chain([1024, 1030, 2200]) {
                let src = octets(length as u64, length);
                let (mut dst, mut back) = (vec![0; length], vec![0; length]);
                cfb::encrypt(&key, &block(2), segment, &src, &mut dst).unwrap();
                cfb::decrypt(&key, &block(2), segment, &dst, &mut back).unwrap();
                assert_eq!(back, src);
            }
        }
    });
}

#[test]
fn cmac_takes_its_message_in_any_pieces() {
    on_every_path(|_| {
        let key = Key::new(&block(1));
        for length in 0..70 {
            let data = octets(3, length);
            let whole = cmac::mac(&key, &data);
            for step in [1, 5, 16, 17, 40] {
                let mut mac = cmac::Cmac::new(key.clone());
                data.chunks(step).for_each(|piece| mac.update(piece));
                mac.verify(&whole).unwrap();
            }
        }
    });
}

mod chaining;
mod sealing;

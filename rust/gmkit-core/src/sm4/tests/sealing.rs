//! GCM against its definition, in one piece and in several.

use super::*;

/// GHASH bit by bit, as SP 800-38D writes it.
fn ghash_reference(h: &[u8; 16], data: &[u8]) -> [u8; 16] {
    let mut y = 0u128;
    for x in data.as_chunks().0 {
        y ^= u128::from_be_bytes(*x);
        let (mut z, mut v) = (0, u128::from_be_bytes(*h));
        for i in (0..128).rev() {
            if y >> i & 1 == 1 {
                z ^= v;
            }
            v = v >> 1 ^ if v & 1 == 1 { 0xe1 << 120 } else { 0 };
        }
        y = z;
    }
    y.to_be_bytes()
}

#[test]
fn gcm_agrees_with_the_definition_at_every_length() {
    on_every_path(|_| {
        let k = block(3);
        let gcm = Gcm::new(&k);
        let h = reference(&k, &[0; 16]);
        let lengths = (0..300).chain([1023, 1024, 1025, 1040, 2047, 2048, 2064, 3100, 4111]);
        for length in lengths {
            let (nonce, aad) = (octets(length as u64, 12), octets(9, (length * 7) % 301));
            let src = octets(length as u64 + 1, length);
            let mut j0 = [0; 16];
            j0[..12].copy_from_slice(&nonce);
            j0[15] = 1;
            let j0 = u128::from_be_bytes(j0);
            let mut expected = src.clone();
            for (i, piece) in (1..).zip(expected.chunks_mut(16)) {
                let mask = reference(&k, &(j0 + i).to_be_bytes());
                piece
                    .iter_mut()
                    .zip(mask)
                    .for_each(|(octet, mask)| *octet ^= mask);
            }
            let mut hashed = aad.clone();
            hashed.resize(aad.len().next_multiple_of(16), 0);
            hashed.extend(&expected);
            hashed.resize(hashed.len().next_multiple_of(16), 0);
            hashed.extend((aad.len() as u64 * 8).to_be_bytes());
            hashed.extend((length as u64 * 8).to_be_bytes());
            let tag = block::xor(
                &ghash_reference(&h, &hashed),
                &reference(&k, &j0.to_be_bytes()),
            );
            expected.extend(tag);

            let mut dst = vec![0; length + 16];
            gcm.encrypt(&nonce, &aad, &src, &mut dst, 16).unwrap();
            assert_eq!(dst, expected, "length {length}");
            let mut back = vec![0; length];
            gcm.decrypt(&nonce, &aad, &dst, &mut back, 16).unwrap();
            assert_eq!(back, src);
            let at = length * 5 % dst.len();
            dst[at] ^= 0x10;
            assert_eq!(
                gcm.decrypt(&nonce, &aad, &dst, &mut back, 16),
                Err(Error::Rejected)
            );
            assert_eq!(back, vec![0; length], "nothing is released");
        }
    });
}

#[test]
fn gcm_counters_wrap_at_32_bits() {
    // A 16-octet nonce whose J0 ends in ffffffff or near it: c_02 of the known attacks.
    on_every_path(|_| {
        let k = block(4);
        let gcm = Gcm::new(&k);
        let h = reference(&k, &[0; 16]);
        let mut found = 0;
        // J0 = GHASH(nonce || 0 || 128): choose J0, solve for the nonce by undoing GHASH.
        for low in [u32::MAX, u32::MAX - 1, u32::MAX - 40, u32::MAX - 100] {
            let j0 = u128::from_be_bytes(block(u64::from(low))) >> 32 << 32 | u128::from(low);
            let inverse = field_inverse(&h);
            let mut lengths = [0; 16];
            lengths[8..].copy_from_slice(&128u64.to_be_bytes());
            let step = ghash_reference(&inverse, &j0.to_be_bytes());
            let nonce = ghash_reference(&inverse, &block::xor(&step, &lengths));
            let src = octets(5, 200 * 16);
            let mut dst = vec![0; src.len() + 16];
            gcm.encrypt(&nonce, &[], &src, &mut dst, 16).unwrap();
            for (i, (p, c)) in (1u32..).zip(src.as_chunks().0.iter().zip(dst.as_chunks().0)) {
                let counter = j0 >> 32 << 32 | u128::from(low.wrapping_add(i));
                assert_eq!(block::xor(p, &reference(&k, &counter.to_be_bytes())), *c);
            }
            found += 1;
        }
        assert_eq!(found, 4);
    });
}

/// h^(2^128 - 2) in GHASH's field.
fn field_inverse(h: &[u8; 16]) -> [u8; 16] {
    let mut result: Option<[u8; 16]> = None;
    let mut square = *h;
    for _ in 1..128 {
        square = ghash_reference(&square, &square);
        result = Some(result.map_or(square, |r| ghash_reference(&r, &square)));
    }
    result.unwrap()
}

#[test]
fn gcm_in_pieces_is_gcm() {
    on_every_path(|_| {
        let gcm = Gcm::new(&block(3));
        for length in [0, 1, 15, 16, 17, 33, 1000, 1024, 1040, 2100] {
            let src = octets(length as u64, length);
            let mut expected = vec![0; length + 16];
            gcm.encrypt(&block(5), b"aad", &src, &mut expected, 16)
                .unwrap();
            for step in [1, 3, 16, 17, 100, 1024, 1100] {
                let mut stream = gcm::Encryptor::new(gcm.clone(), &block(5), b"aad").unwrap();
                let mut dst = vec![0; length];
                for (src, dst) in src.chunks(step).zip(dst.chunks_mut(step)) {
                    stream.update(src, dst).unwrap();
                }
                dst.extend(stream.finish());
                assert_eq!(dst, expected, "{length} by {step}");
            }
        }
    });
}

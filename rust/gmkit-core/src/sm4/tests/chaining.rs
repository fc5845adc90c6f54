//! CBC against its definition, alone and many messages side by side, and its padding.

use super::*;

#[test]
fn cbc_agrees_with_the_reference() {
    on_every_path(|_| {
        for (seed, blocks) in (0..).zip(BLOCKS) {
            let (k, iv) = (block(seed), block(seed + 7));
            let key = Key::new(&k);
            let src = octets(seed, blocks * 16);
            let mut dst = vec![0; src.len()];
            cbc::Encryptor::new(key.clone(), &iv)
                .update(&src, &mut dst)
                .unwrap();
            let mut chain = iv;
            for (p, c) in src.as_chunks().0.iter().zip(dst.as_chunks().0) {
                chain = reference(&k, &block::xor(p, &chain));
                assert_eq!(chain, *c);
            }
            let mut back = vec![0; src.len()];
            let mut decryptor = cbc::Decryptor::new(key, &iv);
            let half = blocks / 2 * 16;
            decryptor.update(&dst[..half], &mut back[..half]).unwrap();
            decryptor.update(&dst[half..], &mut back[half..]).unwrap();
            assert_eq!(back, src);
        }
    });
}

#[test]
fn cbc_of_many_messages_is_cbc_of_each() {
    on_every_path(|_| {
        let key = Key::new(&block(1));
        for count in [0, 1, 2, 17, 64, 65, 150] {
            let texts: Vec<_> = (0..count)
                .map(|i| octets(i, (i as usize * 37) % 301))
                .collect();
            let ivs: Vec<_> = (0..count).map(|i| block(i + 99)).collect();
            let mut outs: Vec<_> = texts
                .iter()
                .map(|text| vec![0; cbc::padded_length(text.len())])
                .collect();
            let mut jobs: Vec<_> = texts
                .iter()
                .zip(&ivs)
                .zip(&mut outs)
                .map(|((src, iv), dst)| cbc::Job { iv, src, dst })
                .collect();
            cbc::encrypt_batch(&key, &mut jobs);
            for ((text, iv), out) in texts.iter().zip(&ivs).zip(&outs) {
                assert_eq!(*out, cbc::encrypt_to_vec(&key, iv, text));
            }
        }
    });
}

#[test]
fn sc_06_padding_is_accepted_exactly_when_it_is_pkcs7() {
    for last in 0..=255u8 {
        for wrong in 0..=16usize {
            let mut text = [0xee; 32];
            let n = usize::from(last);
            if (1..=16).contains(&n) {
                text[32 - n..].fill(last);
            }
            text[31] = last;
            // Spoil one of the octets; distance 0 spoils nothing.
            if wrong > 1 {
                text[32 - wrong] ^= 0x55;
            }
            let fits = (1..=16).contains(&n) && (wrong <= 1 || wrong > n);
            let expected = if fits {
                Ok(32 - n)
            } else {
                Err(Error::Rejected)
            };
            assert_eq!(
                unpadded_length(&text),
                expected,
                "last {last}, wrong {wrong}"
            );
        }
    }
    assert_eq!(unpadded_length(&[]), Err(Error::Rejected));
}

#[test]
fn padded_cbc_round_trips() {
    let key = Key::new(&block(8));
    for length in 0..100 {
        let src = octets(length as u64, length);
        let box_ = cbc::encrypt_to_vec(&key, &block(9), &src);
        assert_eq!(box_.len(), cbc::padded_length(length));
        assert_eq!(*cbc::decrypt_to_vec(&key, &block(9), &box_).unwrap(), src);
        assert!(cbc::decrypt_to_vec(&key, &block(9), &box_[1..]).is_err());
    }
}

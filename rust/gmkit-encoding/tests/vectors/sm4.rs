//! SM4 and its modes.

use gmkit_core::sm4::{
    bc, cbc, cbc_mac, ccm, cfb, cmac, ctr, ecb, ff1, gcm, gcm_siv, hctr, ofb, ofbnlf, xts, Key,
};

use crate::loader::{Group, Test, Values};
use crate::{equal, verdict};

pub fn block(_: &Group, test: &Test) -> Result<(), String> {
    let values = &test.values;
    let key = Key::new(&values.array("key"));
    let mut octets: [u8; 16] = values.array("msg");
    for _ in 0..values.number("rounds") {
        key.encrypt_block(&mut octets);
    }
    equal(&octets, &values.array("ct"))?;
    if values.number("rounds") > 1 {
        return Ok(());
    }
    key.decrypt_block(&mut octets);
    equal(&octets, &values.array("msg"))
}

pub fn ecb(_: &Group, test: &Test) -> Result<(), String> {
    let key = key(&test.values);
    both(
        test,
        |src, dst| ecb::encrypt(&key, src, dst).is_ok(),
        |src, dst| ecb::decrypt(&key, src, dst).is_ok(),
    )
}

pub fn cbc(_: &Group, test: &Test) -> Result<(), String> {
    let (key, iv) = (key(&test.values), test.values.array("iv"));
    both(
        test,
        |src, dst| {
            cbc::Encryptor::new(key.clone(), &iv)
                .update(src, dst)
                .is_ok()
        },
        |src, dst| {
            cbc::Decryptor::new(key.clone(), &iv)
                .update(src, dst)
                .is_ok()
        },
    )
}

pub fn cbc_pkcs7(_: &Group, test: &Test) -> Result<(), String> {
    let values = &test.values;
    let (key, iv) = (key(values), values.array("iv"));
    let (message, ciphertext) = (values.octets("msg"), values.octets("ct"));
    if test.valid {
        equal(&cbc::encrypt_to_vec(&key, &iv, &message), &ciphertext)?;
    }
    let opened = cbc::decrypt_to_vec(&key, &iv, &ciphertext);
    verdict(opened.is_ok_and(|opened| *opened == message), test)
}

pub fn cfb(_: &Group, test: &Test) -> Result<(), String> {
    let (key, iv) = (key(&test.values), test.values.array("iv"));
    both(
        test,
        |src, dst| cfb::encrypt(&key, &iv, 16, src, dst).is_ok(),
        |src, dst| cfb::decrypt(&key, &iv, 16, src, dst).is_ok(),
    )
}

pub fn ofb(_: &Group, test: &Test) -> Result<(), String> {
    let (key, iv) = (key(&test.values), test.values.array("iv"));
    let crypt = |src: &[u8], dst: &mut [u8]| {
        ofb::Stream::new(key.clone(), &iv).update(src, dst);
        true
    };
    both(test, crypt, crypt)
}

pub fn ctr(_: &Group, test: &Test) -> Result<(), String> {
    let (key, iv) = (key(&test.values), test.values.array("iv"));
    let whole = |src: &[u8], dst: &mut [u8]| {
        ctr::crypt(&key, u128::from_be_bytes(iv), src, dst);
        true
    };
    let pieces = |src: &[u8], dst: &mut [u8]| {
        let mut stream = ctr::Stream::new(key.clone(), &iv);
        for (src, dst) in src.chunks(13).zip(dst.chunks_mut(13)) {
            stream.update(src, dst);
        }
        true
    };
    both(test, whole, pieces)
}

pub fn xts_gb(_: &Group, test: &Test) -> Result<(), String> {
    xts(test, xts::Standard::Gb)
}

pub fn xts_ieee(_: &Group, test: &Test) -> Result<(), String> {
    xts(test, xts::Standard::Ieee)
}

fn xts(test: &Test, standard: xts::Standard) -> Result<(), String> {
    let values = &test.values;
    let tweak = values.array("tweak");
    let key = xts::Xts::new(&values.array("key1"), &values.array("key2"), standard);
    both(
        test,
        |src, dst| key.encrypt(&tweak, src, dst).is_ok(),
        |src, dst| key.decrypt(&tweak, src, dst).is_ok(),
    )
}

pub fn cmac(group: &Group, test: &Test) -> Result<(), String> {
    let values = &test.values;
    let (message, tag) = (values.octets("msg"), values.octets("tag"));
    equal(&tag.len(), &(group.constants.number("tagSize") / 8))?;
    let mut mac = cmac::Cmac::new(key(values));
    for piece in message.chunks(7) {
        mac.update(piece);
    }
    verdict(mac.verify(&tag).is_ok(), test)
}

pub fn gcm(_: &Group, test: &Test) -> Result<(), String> {
    let key = gcm::Gcm::new(&test.values.array("key"));
    aead(
        test,
        |nonce, aad, src, dst, tag| key.encrypt(nonce, aad, src, dst, tag).is_ok(),
        |nonce, aad, src, dst, tag| key.decrypt(nonce, aad, src, dst, tag).is_ok(),
    )
}

pub fn ccm(_: &Group, test: &Test) -> Result<(), String> {
    let key = ccm::Ccm::new(&test.values.array("key"));
    aead(
        test,
        |nonce, aad, src, dst, tag| key.encrypt(nonce, aad, src, dst, tag).is_ok(),
        |nonce, aad, src, dst, tag| key.decrypt(nonce, aad, src, dst, tag).is_ok(),
    )
}

pub fn gcm_siv(_: &Group, test: &Test) -> Result<(), String> {
    let key = gcm_siv::GcmSiv::new(&test.values.array("key"));
    aead(
        test,
        |nonce, aad, src, dst, _| key.encrypt(nonce, aad, src, dst).is_ok(),
        |nonce, aad, src, dst, _| key.decrypt(nonce, aad, src, dst).is_ok(),
    )
}

pub fn cbc_mac(_: &Group, test: &Test) -> Result<(), String> {
    let mac = cbc_mac::mac(&key(&test.values), &test.values.octets("msg"));
    equal(&mac[..], &test.values.octets("tag")[..])
}

pub fn bc(_: &Group, test: &Test) -> Result<(), String> {
    let (key, iv) = (key(&test.values), test.values.array("iv"));
    both(
        test,
        |src, dst| bc::encrypt(&key, &iv, src, dst).is_ok(),
        |src, dst| bc::decrypt(&key, &iv, src, dst).is_ok(),
    )
}

pub fn ofbnlf(_: &Group, test: &Test) -> Result<(), String> {
    let (key, iv) = (key(&test.values), test.values.array("iv"));
    both(
        test,
        |src, dst| ofbnlf::encrypt(&key, &iv, src, dst).is_ok(),
        |src, dst| ofbnlf::decrypt(&key, &iv, src, dst).is_ok(),
    )
}

pub fn hctr(_: &Group, test: &Test) -> Result<(), String> {
    let values = &test.values;
    let tweak = values.array("tweak");
    let key = hctr::Hctr::new(&values.array("key"), &values.array("hashKey"));
    both(
        test,
        |src, dst| key.encrypt(&tweak, src, dst).is_ok(),
        |src, dst| key.decrypt(&tweak, src, dst).is_ok(),
    )
}

pub fn ff1(group: &Group, test: &Test) -> Result<(), String> {
    let values = &test.values;
    let (key, tweak) = (key(values), values.octets("tweak"));
    let radix = group.constants.number("radix") as u32;
    let digits = |name| -> Vec<u16> {
        let text = values.text(name);
        text.bytes().map(|digit| u16::from(digit - b'0')).collect()
    };
    let mut made = digits("msg");
    verdict(ff1::encrypt(&key, radix, &tweak, &mut made).is_ok(), test)?;
    equal(&made, &digits("ct"))?;
    verdict(ff1::decrypt(&key, radix, &tweak, &mut made).is_ok(), test)?;
    equal(&made, &digits("msg"))
}

fn aead(
    test: &Test,
    encrypt: impl Fn(&[u8], &[u8], &[u8], &mut [u8], usize) -> bool,
    decrypt: impl Fn(&[u8], &[u8], &[u8], &mut [u8], usize) -> bool,
) -> Result<(), String> {
    let values = &test.values;
    let (nonce, aad, message) = (
        values.octets("iv"),
        values.octets("aad"),
        values.octets("msg"),
    );
    let tag_length = values.octets("tag").len();
    let sealed = [values.octets("ct"), values.octets("tag")].concat();
    if test.valid {
        let mut out = vec![0; message.len() + tag_length];
        let done = encrypt(&nonce, &aad, &message, &mut out, tag_length);
        verdict(done, test)?;
        equal(&out, &sealed)?;
    }
    let mut opened = vec![0xaa; sealed.len() - tag_length];
    let untouched = opened.clone();
    let accepted = decrypt(&nonce, &aad, &sealed, &mut opened, tag_length);
    verdict(accepted, test)?;
    if accepted {
        equal(&opened, &message)
    } else if opened == untouched || opened.iter().all(|octet| *octet == 0) {
        Ok(())
    } else {
        Err("plaintext was written although it was refused".to_owned())
    }
}

fn both(
    test: &Test,
    forth: impl Fn(&[u8], &mut [u8]) -> bool,
    back: impl Fn(&[u8], &mut [u8]) -> bool,
) -> Result<(), String> {
    let (message, ciphertext) = (test.values.octets("msg"), test.values.octets("ct"));
    let mut out = vec![0; message.len()];
    verdict(forth(&message, &mut out), test)?;
    equal(&out, &ciphertext)?;
    let mut out = vec![0; ciphertext.len()];
    verdict(back(&ciphertext, &mut out), test)?;
    equal(&out, &message)
}

fn key(values: &Values) -> Key {
    Key::new(&values.array("key"))
}

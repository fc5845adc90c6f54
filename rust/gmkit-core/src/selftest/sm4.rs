//! SM4: the first example of GB/T 32907-2016, and each mode over a text of 69 blocks.
//!
//! The long text reaches the widest kernel and what is left over after it. Its answers come from the
//! plain Python reference of this project and agree with OpenSSL; a ciphertext is compared by its SM3.

use super::{hex, KnownAnswer};
use crate::sm3;
use crate::sm4::{cbc, ccm, cfb, cmac, ctr, ecb, gcm, ofb, xts, Key};

macro_rules! known_answers {
    ($($name:literal => $check:ident),* $(,)?) => {
        &[$(KnownAnswer { name: $name, check: $check }),*]
    };
}

pub(super) const KNOWN_ANSWERS: &[KnownAnswer] = known_answers! {
    "SM4" => block,
    "SM4-ECB" => ecb,
    "SM4-CBC" => cbc,
    "SM4-CTR" => ctr,
    "SM4-CFB" => cfb,
    "SM4-OFB" => ofb,
    "SM4-XTS-GB" => xts_gb,
    "SM4-XTS-IEEE" => xts_ieee,
    "SM4-CMAC" => cmac,
    "SM4-GCM" => gcm,
    "SM4-CCM" => ccm,
};

const KEY: [u8; 16] = hex("0123456789abcdeffedcba9876543210");
const OTHER_KEY: [u8; 16] = hex("1032547698badcfeefcdab8967452301");
const IV: [u8; 16] = hex("000102030405060708090a0b0c0d0e0f");
const LENGTH: usize = 69 * 16;
const TAG: usize = 16;

/// 7 i mod 256, and one bit changed near the end of the spoilt one.
fn text(spoilt: bool) -> [u8; LENGTH] {
    let mut text = core::array::from_fn(|i| (7 * i) as u8);
    text[LENGTH - 20] ^= u8::from(spoilt);
    text
}

/// The SM3 of a ciphertext is the known one.
fn known(ciphertext: &[u8], digest: &str) -> bool {
    sm3::digest(ciphertext) == hex::<32>(digest)
}

/// Both directions.
fn block(spoilt: bool) -> bool {
    let mut text = KEY;
    text[15] ^= u8::from(spoilt);
    let key = Key::new(&KEY);
    let mut octets = text;
    key.encrypt_block(&mut octets);
    let forth = octets == hex("681edf34d206965e86b3e94f536e4246");
    key.decrypt_block(&mut octets);
    forth && octets == text
}

/// The same block many times, so that every lane of a kernel must give the same.
fn ecb(spoilt: bool) -> bool {
    let mut text = [KEY; LENGTH / 16];
    text[LENGTH / 16 - 2][0] ^= u8::from(spoilt);
    let key = Key::new(&KEY);
    let one: [u8; 16] = hex("681edf34d206965e86b3e94f536e4246");
    let (mut out, mut back) = ([0; LENGTH], [0; LENGTH]);
    ecb::encrypt(&key, text.as_flattened(), &mut out).is_ok()
        && out == *[one; LENGTH / 16].as_flattened()
        && ecb::decrypt(&key, &out, &mut back).is_ok()
        && back == *text.as_flattened()
}

fn cbc(spoilt: bool) -> bool {
    let (key, text) = (Key::new(&KEY), text(spoilt));
    let sealed = cbc::encrypt_to_vec(&key, &IV, &text);
    let digest = "f97f6ef00da14b57bfb74fc90642db13e456731795946a40a6d69fa3fb8307f5";
    known(&sealed, digest)
        && cbc::decrypt_to_vec(&key, &IV, &sealed).is_ok_and(|opened| opened[..] == text)
}

fn ctr(spoilt: bool) -> bool {
    let mut out = [0; LENGTH];
    let counter = u128::from_be_bytes(IV);
    ctr::crypt(&Key::new(&KEY), counter, &text(spoilt), &mut out);
    let digest = "5dc4842af6a2e2fce4c7d14760a2e8fe8386d6cb718aa6b9b26ac2af6c8dff90";
    known(&out, digest)
}

fn cfb(spoilt: bool) -> bool {
    let (key, text) = (Key::new(&KEY), text(spoilt));
    let (mut out, mut back) = ([0; LENGTH], [0; LENGTH]);
    let digest = "bc13089bae7f549e16a08db10def769dcfd8fea0e06e70e92bd64a33d372db21";
    cfb::encrypt(&key, &IV, 16, &text, &mut out).is_ok()
        && known(&out, digest)
        && cfb::decrypt(&key, &IV, 16, &out, &mut back).is_ok()
        && back == text
}

fn ofb(spoilt: bool) -> bool {
    let mut out = [0; LENGTH];
    ofb::Stream::new(Key::new(&KEY), &IV).update(&text(spoilt), &mut out);
    let digest = "932ec4f2c530d4053ce1a1d650551991cfd51c7687e8df8b18b2acf4f2dd47c5";
    known(&out, digest)
}

fn xts_gb(spoilt: bool) -> bool {
    let digest = "2ed747c08c3314f0f0755b760e0845eccd79dd6e26e6f39a4e62602d3ecacaad";
    xts(spoilt, xts::Standard::Gb, digest)
}

fn xts_ieee(spoilt: bool) -> bool {
    let digest = "3b99072640d53d8c94963653011ed74e9386435e402b1f9deb188859dd30fb41";
    xts(spoilt, xts::Standard::Ieee, digest)
}

/// Three octets short of whole blocks, for the ciphertext stealing.
fn xts(spoilt: bool, standard: xts::Standard, digest: &str) -> bool {
    const SHORT: usize = LENGTH - 3;
    let (key, text) = (xts::Xts::new(&KEY, &OTHER_KEY, standard), text(spoilt));
    let (mut out, mut back) = ([0; SHORT], [0; SHORT]);
    key.encrypt(&IV, &text[..SHORT], &mut out).is_ok()
        && known(&out, digest)
        && key.decrypt(&IV, &out, &mut back).is_ok()
        && back == text[..SHORT]
}

fn cmac(spoilt: bool) -> bool {
    cmac::mac(&Key::new(&KEY), &text(spoilt)) == hex("b416a092f013e6cfbb8ab78dde9841e9")
}

/// Opens the good one; and refuses one with another tag.
fn gcm(spoilt: bool) -> bool {
    let (key, text, nonce) = (gcm::Gcm::new(&KEY), text(spoilt), &IV[..12]);
    let mut out = [0; LENGTH + TAG];
    let mut back = [0; LENGTH];
    let digest = "8737c30f058c435e2db56170e5c684ee5952d5000ce764fe44503270b96c7bbc";
    let right = key.encrypt(nonce, &[0; 20], &text, &mut out, TAG).is_ok()
        && known(&out[..LENGTH], digest)
        && out[LENGTH..] == hex::<16>("81208d0f78ac49c4955f278d54258e4d")
        && key.decrypt(nonce, &[0; 20], &out, &mut back, TAG).is_ok()
        && back == text;
    out[LENGTH + 15] ^= 1;
    right && key.decrypt(nonce, &[0; 20], &out, &mut back, TAG).is_err()
}

/// Opens the good one; and refuses one with another tag.
fn ccm(spoilt: bool) -> bool {
    let (key, text, nonce) = (ccm::Ccm::new(&KEY), text(spoilt), &IV[..12]);
    let mut out = [0; LENGTH + TAG];
    let mut back = [0; LENGTH];
    let digest = "3c88aaa43eb9a3c75c81ec5d604570e767394e4fb363ed918448d76c44537445";
    let right = key.encrypt(nonce, &[0; 20], &text, &mut out, TAG).is_ok()
        && known(&out[..LENGTH], digest)
        && out[LENGTH..] == hex::<16>("2522f64e30a3612d65d936b9883069ad")
        && key.decrypt(nonce, &[0; 20], &out, &mut back, TAG).is_ok()
        && back == text;
    out[LENGTH + 15] ^= 1;
    right && key.decrypt(nonce, &[0; 20], &out, &mut back, TAG).is_err()
}

//! Every file of `vectors/`, on every CPU path of this processor, one path forced after the other.
//!
//! Here and not in the core because signatures and ciphertexts in the files are DER. All of it is one
//! test: the path in use belongs to the process, and tests of one process run side by side.

mod batch;
mod exchange;
mod loader;
mod sm2;
mod sm3;
mod sm4;

use std::collections::BTreeSet;

use gmkit_core::cpu;
use loader::{every_file, File, Group, Test};

/// What runs a test; the error says what came out wrong.
type Check = fn(&Group, &Test) -> Result<(), String>;

/// What runs a whole file; the error says what came out wrong.
type Whole = fn(&File) -> Result<(), String>;

/// Who runs which algorithm. A file of another one fails the run.
const CHECKS: &[(&str, Check)] = &[
    ("HKDF-SM3", sm3::hkdf),
    ("HMAC-SM3", sm3::hmac),
    ("PBKDF2-HMAC-SM3", sm3::pbkdf2),
    ("SM2-KDF", sm3::sm2_kdf),
    ("SM2-ciphertext-encoding", sm2::ciphertext),
    ("SM2-encryption", sm2::encryption),
    ("SM2-key", sm2::key),
    ("SM2-key-exchange", exchange::exchange),
    ("SM2-signature", sm2::signature),
    ("SM3", sm3::digest),
    ("SM4", sm4::block),
    ("SM4-BC", sm4::bc),
    ("SM4-CBC", sm4::cbc),
    ("SM4-CBC-MAC", sm4::cbc_mac),
    ("SM4-CBC-PKCS7", sm4::cbc_pkcs7),
    ("SM4-CCM", sm4::ccm),
    ("SM4-CFB", sm4::cfb),
    ("SM4-CMAC", sm4::cmac),
    ("SM4-CTR", sm4::ctr),
    ("SM4-ECB", sm4::ecb),
    ("SM4-FF1", sm4::ff1),
    ("SM4-GCM", sm4::gcm),
    ("SM4-GCM-SIV", sm4::gcm_siv),
    ("SM4-HCTR", sm4::hctr),
    ("SM4-OFB", sm4::ofb),
    ("SM4-OFBNLF", sm4::ofbnlf),
    ("SM4-XTS-GB", sm4::xts_gb),
    ("SM4-XTS-IEEE", sm4::xts_ieee),
];

/// What runs a file as one batch, so that the lanes see every input too.
const IN_BATCHES: &[(&str, Whole)] = &[
    ("SM2-encryption", batch::encryption),
    ("SM2-signature", batch::signature),
];

/// Claimed elsewhere: mostly because the core has one curve, and the slow reference under `tests/` the other.
const ELSEWHERE: &[&str] = &[
    "SM2-encryption-on-example-curve",
    "SM2-key-exchange-on-example-curve",
    // Through Python, in every way receipts are verified.
    "SM2-receipt",
    "SM2-signature-on-example-curve",
];

#[test]
fn every_file_on_every_path() {
    let files = every_file(&loader::folder()).unwrap();
    let algorithms: BTreeSet<&str> = files.iter().map(|file| file.algorithm.as_str()).collect();
    for claimed in ELSEWHERE
        .iter()
        .chain(CHECKS.iter().map(|(algorithm, _)| algorithm))
    {
        assert!(algorithms.contains(claimed), "no file has {claimed}");
    }
    let mut wrong = Vec::new();
    for path in cpu::ALL.into_iter().filter(|path| *path <= cpu::best()) {
        cpu::force(path).unwrap();
        let mut ran = 0;
        for file in &files {
            if let Some((_, whole)) = IN_BATCHES.iter().find(|(name, _)| *name == file.algorithm) {
                whole(file).unwrap_or_else(|words| {
                    wrong.push(format!(
                        "{}: {} in a batch: {words}",
                        path.name(),
                        file.name
                    ));
                });
            }
            if !ELSEWHERE.contains(&file.algorithm.as_str()) {
                ran += run(file, &mut wrong);
            }
        }
        println!("{}: {ran} tests", path.name());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn run(file: &File, wrong: &mut Vec<String>) -> usize {
    let path = cpu::active().name();
    let Some((_, check)) = CHECKS.iter().find(|(name, _)| *name == file.algorithm) else {
        wrong.push(format!("{}: no test claims {}", file.name, file.algorithm));
        return 0;
    };
    let mut ran = 0;
    for group in &file.groups {
        for test in &group.tests {
            ran += 1;
            if let Err(words) = check(group, test) {
                wrong.push(format!("{path}: {} tcId {}: {words}", file.name, test.id));
            }
        }
    }
    ran
}

/// Whether what should be equal is.
fn equal<T: PartialEq + core::fmt::Debug + ?Sized>(ours: &T, theirs: &T) -> Result<(), String> {
    if ours == theirs {
        Ok(())
    } else {
        Err(format!("ours is {ours:02x?}, the file has {theirs:02x?}"))
    }
}

/// Whether the verdict is the one of the file.
fn verdict(accepted: bool, test: &Test) -> Result<(), String> {
    match (accepted, test.valid) {
        (true, false) => Err(format!("accepted: {}", test.comment)),
        (false, true) => Err(format!("refused: {}", test.comment)),
        _ => Ok(()),
    }
}

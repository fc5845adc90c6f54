//! Whole files at once: many keys and many inputs side by side, each with its own verdict.

use gmkit_core::sm2::batch::{
    decrypt_batch, verify_prehashed_batch, BatchKey, CiphertextParts, Claim,
};
use gmkit_core::sm2::{identity, PrecomputedKey, PublicKey, Signature};

use crate::loader::{File, Group, Test};
use crate::{sm2, verdict};

/// Every signature that can be read, of every key, first with keys as they are, then with tables.
pub fn signature(file: &File) -> Result<(), String> {
    let (mut keys, mut claims, mut tests) = (Vec::new(), Vec::new(), Vec::new());
    for group in &file.groups {
        if group.kind == "Sm2SignKnownNonce" {
            continue;
        }
        let key = sm2::public(&group.constants)?;
        for test in &group.tests {
            if let Some((e, signature)) = claim(group, test, &key) {
                let signature = Signature::from_bytes(&signature);
                claims.push(Claim {
                    key: keys.len(),
                    e,
                    signature,
                });
                tests.push(test);
            }
        }
        keys.push(key);
    }
    let tables: Vec<_> = keys.iter().map(PrecomputedKey::new).collect();
    let plain: Vec<_> = keys.iter().map(BatchKey::Plain).collect();
    let precomputed: Vec<_> = tables.iter().map(BatchKey::Precomputed).collect();
    for keys in [plain, precomputed] {
        let verdicts = verify_prehashed_batch(&keys, &claims);
        if verdicts.len() != tests.len() {
            return Err(format!(
                "{} verdicts for {} items",
                verdicts.len(),
                tests.len()
            ));
        }
        for (found, test) in verdicts.iter().zip(&tests) {
            verdict(found.is_ok(), test).map_err(|words| format!("tcId {}: {words}", test.id))?;
        }
    }
    Ok(())
}

fn claim(group: &Group, test: &Test, key: &PublicKey) -> Option<([u8; 32], [u8; 64])> {
    let values = &test.values;
    let signature = sm2::read_signature(group, &values.octets("sig"))?;
    let e = if values.has("e") {
        values.octets("e").try_into().ok()?
    } else {
        identity::digest(&values.octets("userId"), key, &values.octets("msg")).ok()?
    };
    Some((e, signature))
}

/// Every ciphertext that can be taken apart, one key at a time.
pub fn encryption(file: &File) -> Result<(), String> {
    for group in &file.groups {
        let (key, form) = (
            sm2::private(&group.constants)?,
            group.constants.text("encoding"),
        );
        let read: Vec<_> = group
            .tests
            .iter()
            .filter_map(|test| Some((test, sm2::split(form, &test.values.octets("ct"))?)))
            .collect();
        let points: Vec<[u8; 64]> = read
            .iter()
            .map(|(_, parts)| {
                let mut c1 = [0; 64];
                c1[..32].copy_from_slice(&parts.x1);
                c1[32..].copy_from_slice(&parts.y1);
                c1
            })
            .collect();
        let items: Vec<_> = read
            .iter()
            .zip(&points)
            .map(|((_, parts), c1)| CiphertextParts {
                c1,
                c3: &parts.c3,
                c2: &parts.c2,
            })
            .collect();
        let all = decrypt_batch(&key, &items);
        if all.len() != read.len() {
            return Err(format!("{} results for {} items", all.len(), read.len()));
        }
        for (opened, (test, _)) in all.iter().zip(&read) {
            let right = match opened {
                Ok(message) => test.valid && **message == test.values.octets("msg"),
                Err(_) => !test.valid,
            };
            if !right {
                return Err(format!("tcId {}: {}", test.id, test.comment));
            }
        }
    }
    Ok(())
}

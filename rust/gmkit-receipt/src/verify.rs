//! Many receipts at once: which of them are valid in every respect.

use std::collections::HashMap;

use gmkit_core::sm2::batch::{self, BatchKey, SignedMessage};
use gmkit_core::sm2::{Signature, DEFAULT_USER_ID};

use crate::{base64url, record};

/// Length of a receipt in octets: header, payload and signature in base64, and some room.
pub const MAX_OCTETS: usize = crate::canonical::MAX_OCTETS * 4 / 3 + 1024;

/// A signer whom the caller trusts.
#[derive(Clone, Copy)]
pub struct Signer<'a> {
    /// The first part of each of its receipts, as it stands there: the protected header in base64url.
    pub header: &'a [u8],
    /// Its key.
    pub key: BatchKey<'a>,
}

/// A valid receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Valid {
    /// Place of its signer among those given.
    pub signer: usize,
    /// The identifier of its record.
    pub id: String,
}

/// For each of `receipts` (without line ends), in their order, what it is if it is valid: in its one
/// spelling, signed by one of `signers`, its payload a record in canonical form.
///
/// Each is judged by itself. None says no more than that it is not valid in every respect; whoever
/// wants the reason judges that one alone.
#[must_use]
pub fn verify(signers: &[Signer<'_>], receipts: &[&[u8]]) -> Vec<Option<Valid>> {
    let by_header: HashMap<&[u8], usize> = signers
        .iter()
        .enumerate()
        .map(|(place, signer)| (signer.header, place))
        .collect();
    let mut payload = Vec::new();
    let parsed: Vec<Option<(SignedMessage<'_>, String)>> = receipts
        .iter()
        .map(|receipt| parse(&by_header, receipt, &mut payload))
        .collect();
    let keys: Vec<BatchKey<'_>> = signers.iter().map(|signer| signer.key).collect();
    let items: Vec<SignedMessage<'_>> = parsed.iter().flatten().map(|(item, _)| *item).collect();
    let mut verdicts = batch::verify_batch(&keys, &items, DEFAULT_USER_ID).into_iter();
    parsed
        .into_iter()
        .map(|one| {
            let (item, id) = one?;
            verdicts.next()?.ok()?;
            Some(Valid {
                signer: item.key,
                id,
            })
        })
        .collect()
}

/// A receipt taken apart, everything checked but the signature. `payload` is room to work in.
fn parse<'a>(
    by_header: &HashMap<&[u8], usize>,
    receipt: &'a [u8],
    payload: &mut Vec<u8>,
) -> Option<(SignedMessage<'a>, String)> {
    if receipt.len() > MAX_OCTETS {
        return None;
    }
    let mut dots = receipt.iter().enumerate().filter(|(_, &c)| c == b'.');
    let (first, second) = (dots.next()?.0, dots.next()?.0);
    if dots.next().is_some() {
        return None;
    }
    let key = *by_header.get(&receipt[..first])?;
    let signature = base64url::decode_array::<64>(&receipt[second + 1..])?;
    payload.clear();
    base64url::decode_into(&receipt[first + 1..second], payload)?;
    let id = record::identifier(payload)?;
    let item = SignedMessage {
        key,
        message: &receipt[..second],
        signature: Signature::from_bytes(&signature),
    };
    Some((item, id))
}

#[cfg(test)]
mod tests {
    use gmkit_core::sm2::PrivateKey;

    use super::*;

    fn encode(octets: &[u8]) -> String {
        let mut text = Vec::new();
        base64url::encode_into(octets, &mut text);
        String::from_utf8(text).unwrap()
    }

    fn receipt(key: &PrivateKey, header: &str, payload: &str) -> Vec<u8> {
        let message = format!("{header}.{}", encode(payload.as_bytes()));
        let signature = key
            .sign(message.as_bytes(), DEFAULT_USER_ID, &[7; 32])
            .unwrap();
        format!("{message}.{}", encode(&signature.to_bytes())).into_bytes()
    }

    #[test]
    fn each_receipt_is_judged_by_itself() {
        let one = PrivateKey::from_bytes(&[1; 32]).unwrap();
        let two = PrivateKey::from_bytes(&[2; 32]).unwrap();
        let payload = |id: usize| format!(r#"{{"id":"{id}","k":"order","t":0,"v":1}}"#);
        let mut receipts: Vec<Vec<u8>> = (0..40)
            .map(|id| {
                let (key, header) = [(&one, "one"), (&two, "two")][id % 2];
                receipt(key, header, &payload(id))
            })
            .collect();
        receipts[3] = receipt(&one, "two", &payload(3));
        receipts[8] = receipt(&one, "three", &payload(8));
        receipts[9][10] ^= 1;
        receipts[10].push(b'\n');
        receipts[11] = receipt(&two, "two", r#"{"id":"11"}"#);
        receipts[12] = b"one..".to_vec();
        receipts[13] = Vec::new();
        receipts[14] = vec![b'.'; MAX_OCTETS + 1];
        receipts[15].extend_from_slice(b".");
        let (key_one, key_two) = (one.public_key(), two.public_key());
        let signers = [
            Signer {
                header: b"one",
                key: BatchKey::Plain(key_one),
            },
            Signer {
                header: b"two",
                key: BatchKey::Plain(key_two),
            },
        ];
        let slices: Vec<&[u8]> = receipts.iter().map(Vec::as_slice).collect();
        let found = verify(&signers, &slices);
        assert_eq!(found.len(), 40);
        for (place, verdict) in found.iter().enumerate() {
            let bad = [3, 8, 9, 10, 11, 12, 13, 14, 15].contains(&place);
            let expected = (!bad).then(|| Valid {
                signer: place % 2,
                id: place.to_string(),
            });
            assert_eq!(*verdict, expected, "{place}");
        }
        assert!(verify(&signers, &[]).is_empty());
        assert_eq!(verify(&[], &slices[..2]), vec![None, None]);
    }
}

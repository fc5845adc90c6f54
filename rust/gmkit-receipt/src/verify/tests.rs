//! Verdicts at the borders of what is accepted, and that each receipt is judged by itself.

use gmkit_core::sm2::PrivateKey;
use gmkit_core::sm3;

use super::*;
use crate::base64url::encode;

fn receipt(key: &PrivateKey, header: &str, payload: &str) -> Vec<u8> {
    let message = format!("{header}.{}", encode(payload.as_bytes()));
    let signature = key
        .sign(message.as_bytes(), DEFAULT_USER_ID, &[7; 32])
        .unwrap();
    format!("{message}.{}", encode(&signature.to_bytes())).into_bytes()
}

#[test]
fn a_header_is_as_long_as_it_may_be() {
    let key = PrivateKey::from_bytes(&[1; 32]).unwrap();
    let payload = r#"{"id":"7","k":"pay","t":7,"v":1}"#;
    for (length, listed, expected) in [
        (MAX_HEADER, true, None),
        (MAX_HEADER + 1, false, Some(Reason::Header)),
    ] {
        let header = "x".repeat(length);
        let made = receipt(&key, &header, payload);
        let found: &[&[u8]] = if listed { &[header.as_bytes()] } else { &[] };
        assert_eq!(headers(&[&made]), found, "{length}");
        let known = [Header {
            text: header.as_bytes(),
            withholds: false,
            behind: Behind::Key(BatchKey::Plain(key.public_key())),
        }];
        assert_eq!(verify(&known, &[&made])[0].reason, expected, "{length}");
    }
}

#[test]
fn a_receipt_is_as_long_as_it_may_be() {
    for (length, expected) in [
        (MAX_OCTETS, Reason::Malformed),
        (MAX_OCTETS + 1, Reason::TooLong),
    ] {
        let found = verify(&[], &[&vec![b'.'; length]]);
        assert_eq!(found[0].reason, Some(expected), "{length}");
    }
}

#[test]
fn a_reason_is_the_one_of_its_number() {
    for reason in (0..=u8::MAX).filter_map(Reason::from_number) {
        assert_eq!(Reason::from_number(reason as u8), Some(reason));
    }
    for reason in [Reason::TooLong, Reason::Signature, Reason::Disclosure] {
        assert_eq!(Reason::from_number(reason as u8), Some(reason));
    }
}

#[test]
fn each_receipt_is_judged_by_itself() {
    let one = PrivateKey::from_bytes(&[1; 32]).unwrap();
    let two = PrivateKey::from_bytes(&[2; 32]).unwrap();
    let payload = |id: usize| format!(r#"{{"id":"{id}","k":"pay","t":7,"v":1}}"#);
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
    receipts[16] = receipt(&one, "bad", &payload(16));
    receipts[17] = receipt(&one, &"x".repeat(MAX_HEADER + 1), &payload(17));
    receipts[18] = receipt(&one, "none", r#"{"id":"18"}"#);
    receipts[19].push(b'~');
    receipts[20] = receipt(&one, "one", r#"{"_sd":[],"id":"20"}"#);
    let withheld = |shown: &str| {
        let digest = encode(&sm3::digest(shown.as_bytes()));
        format!(r#"{{"_sd":["{digest}"],"_sd_alg":"sm3","id":"w","k":"pay","t":7,"v":1}}"#)
    };
    let shown = encode(br#"["AAAAAAAAAAAAAAAAAAAAAA","buyer",1]"#);
    let open = receipt(&one, "open", &withheld(&shown));
    let with = |tail: &str| [&open[..], tail.as_bytes()].concat();
    receipts[21] = receipt(&one, "one", &withheld(&shown));
    receipts[22] = open.clone();
    receipts[23] = with(&format!("~{shown}"));
    receipts[24] = with("~~");
    receipts[25] = with(&format!("~{shown}~{shown}~"));
    receipts[26] = [receipt(&one, "open", &payload(26)), b"~".to_vec()].concat();
    receipts[27] = with(&"~A".repeat(65));
    receipts[27].push(b'~');
    receipts[28] = [receipt(&two, "open", &withheld(&shown)), b"~".to_vec()].concat();
    receipts[29] = with("~\u{e9}~");
    let whole = [with("~"), with(&format!("~{shown}~"))];
    let header = |text, withholds, behind| Header {
        text,
        withholds,
        behind,
    };
    let ones = Behind::Key(BatchKey::Plain(one.public_key()));
    let twos = Behind::Key(BatchKey::Plain(two.public_key()));
    let known = [
        header(&b"bad"[..], false, Behind::Refused(Reason::Algorithm)),
        header(b"one", false, ones),
        header(b"none", false, Behind::Refused(Reason::Certificate)),
        header(b"two", false, twos),
        header(b"open", true, ones),
    ];
    let slices: Vec<&[u8]> = receipts.iter().map(Vec::as_slice).collect();
    assert_eq!(
        headers(&slices[..9]),
        [&b"one"[..], b"two", b"three"].to_vec()
    );
    let found = verify(&known, &slices);
    assert_eq!(found.len(), 40);
    let refused = [
        (3, Reason::Signature),
        (8, Reason::UnknownSigner),
        (9, Reason::Signature),
        (10, Reason::Malformed),
        (11, Reason::Payload),
        (12, Reason::Malformed),
        (13, Reason::Malformed),
        (14, Reason::TooLong),
        (15, Reason::Malformed),
        (16, Reason::Algorithm),
        (17, Reason::Header),
        (18, Reason::Certificate),
        (19, Reason::Malformed),
        (20, Reason::Payload),
        (21, Reason::Type),
        (22, Reason::Malformed),
        (23, Reason::Malformed),
        (24, Reason::Disclosure),
        (25, Reason::Disclosure),
        (26, Reason::Type),
        (27, Reason::Malformed),
        (28, Reason::Signature),
        (29, Reason::Malformed),
    ];
    for (place, verdict) in found.iter().enumerate() {
        let reason = refused.iter().find(|(at, _)| *at == place).map(|r| r.1);
        assert_eq!(verdict.reason, reason, "{place}");
        if reason.is_none() {
            assert_eq!(verdict.signer, Some([1, 3][place % 2]));
            let record = verdict.record.as_ref().unwrap();
            assert_eq!(
                (record.id.as_str(), record.kind, record.time),
                (&*place.to_string(), 1, 7)
            );
        }
    }
    assert_eq!(found[3].record.as_ref().unwrap().id, "3");
    assert_eq!(found[18].record, None);
    for good in &whole {
        let [verdict] = &verify(&known, &[good])[..] else {
            panic!("one receipt, one verdict")
        };
        assert_eq!((verdict.reason, verdict.signer), (None, Some(4)));
        assert_eq!(verdict.record.as_ref().unwrap().id, "w");
    }
    assert!(verify(&known, &[]).is_empty());
    assert_eq!(
        verify(&[], &slices[..1])[0].reason,
        Some(Reason::UnknownSigner)
    );
}

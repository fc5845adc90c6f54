//! Worked examples and the values of known attacks, through the interface.

use super::*;

/// The key of the recommended curve's worked examples (GB/T 32918.5).
pub(super) const D: &str = "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8";
/// Its nonce.
pub(super) const K: &str = "59276e27d506861a16680f3ad9c02dccef3cc1fa3cdbe4ce6d54b80deac1bc21";

/// Numbers for tests: words at random, and as often words at the borders that carries come from.
pub(super) struct Words(u64);

impl Words {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn next(&mut self) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let x = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let x = (x ^ x >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ x >> 31
    }

    pub(super) fn word(&mut self) -> u64 {
        let (p, n) = (field::P, scalar::N);
        let border = [
            [0, 1, u32::MAX.into(), 1 << 32],
            [1 << 63, u64::MAX, p[1], p[3]],
            [n[0], n[1], n[3], p[3] + 1],
        ];
        let choice = self.next();
        if choice & 1 == 0 {
            return self.next();
        }
        let word: u64 = border[(choice >> 1) as usize % 3][(choice >> 8) as usize % 4];
        word.wrapping_add((choice >> 16) % 3).wrapping_sub(1)
    }

    pub(super) fn number(&mut self) -> [u64; 4] {
        core::array::from_fn(|_| self.word())
    }
}

pub(super) fn hex(text: &str) -> Vec<u8> {
    assert!(text.len().is_multiple_of(2));
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}

pub(super) fn hex32(text: &str) -> [u8; 32] {
    hex(text).try_into().unwrap()
}

pub(super) fn key() -> PrivateKey {
    PrivateKey::from_bytes(&hex32(D)).unwrap()
}

#[test]
fn signature_of_the_standard() {
    let key = key();
    assert_eq!(
        key.public_key().to_bytes().to_vec(),
        hex(
            "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020\
             ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
        )
    );
    let z = identity::z(DEFAULT_USER_ID, key.public_key()).unwrap();
    assert_eq!(
        z,
        hex32("b2e14c5c79c6df5b85f4fe7ed8db7a262b9da7e07ccb0ea9f4747b8ccda8a4f3")
    );
    let e = key.digest(b"message digest", DEFAULT_USER_ID).unwrap();
    assert_eq!(
        e,
        hex32("f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640")
    );
    let signature = key
        .sign_prehashed_with_known_nonces(&e, &[hex32(K)])
        .unwrap();
    assert_eq!(
        signature.to_bytes().to_vec(),
        hex(
            "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3\
             b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa"
        )
    );
    let verify = |message: &[u8]| {
        key.public_key()
            .verify(&signature, message, DEFAULT_USER_ID)
    };
    assert_eq!(verify(b"message digest"), Ok(()));
    assert_eq!(verify(b"message digesu"), Err(InvalidSignature));
}

/// Hashed in pieces, a message has the digest that the standard prints for it whole.
#[test]
fn a_digest_in_pieces_begins_with_z() {
    let key = key();
    let mut hash = identity::start_digest(DEFAULT_USER_ID, key.public_key()).unwrap();
    hash.update(b"message ");
    hash.update(b"digest");
    assert_eq!(
        hash.finalize(),
        hex32("f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640")
    );
    let long = vec![b'x'; USER_ID_MAX + 1];
    assert!(identity::start_digest(&long, key.public_key()).is_err());
    assert!(identity::start_digest(&long[1..], key.public_key()).is_ok());
}

#[test]
fn encryption_of_the_standard() {
    let key = key();
    let message = b"encryption standard";
    let ciphertext = key
        .public_key()
        .encrypt_with_known_nonces(message, &[hex32(K)])
        .unwrap();
    let expected = Ciphertext {
        x1: hex32("04ebfc718e8d1798620432268e77feb6415e2ede0e073c0f4f640ecd2e149a73"),
        y1: hex32("e858f9d81e5430a57b36daab8f950a3c64e6ee6a63094d99283aff767e124df0"),
        c3: hex32("59983c18f809e262923c53aec295d30383b54e39d609d160afcb1908d0bd8766"),
        c2: hex("21886ca989ca9c7d58087307ca93092d651efa"),
    };
    assert_eq!(ciphertext, expected);
    assert_eq!(key.decrypt(&ciphertext).unwrap().as_slice(), message);
}

#[test]
fn what_is_made_here_is_accepted_here() {
    let mut fresh = [7; 32];
    for round in 0..50u8 {
        fresh[0] = round;
        let key = PrivateKey::generate(|out| {
            *out = crate::sm3::digest(&fresh);
            Ok::<_, ()>(())
        })
        .unwrap();
        let message = &fresh[..usize::from(round % 32) + 1];
        let signature = key.sign(message, b"somebody", &fresh).unwrap();
        let public = PublicKey::from_bytes(&key.public_key().to_compressed()).unwrap();
        assert_eq!(&public, key.public_key());
        assert_eq!(public.verify(&signature, message, b"somebody"), Ok(()));
        assert_eq!(
            public.verify(&signature, message, b"somebodx"),
            Err(InvalidSignature)
        );
        let table = PrecomputedKey::new(&public);
        assert_eq!(table.verify(&signature, message, b"somebody"), Ok(()));
        assert_eq!(
            table.verify(&signature, message, b"somebodx"),
            Err(InvalidSignature)
        );
        let ciphertext = public.encrypt(message, &fresh).unwrap();
        assert_eq!(key.decrypt(&ciphertext).unwrap().as_slice(), message);
    }
}

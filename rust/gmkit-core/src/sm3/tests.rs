use super::*;

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

/// The two examples of GB/T 32905-2016, Annex A, and the empty message (from OpenSSL 3.0).
#[test]
fn the_standards_examples() {
    assert_eq!(
        hex(&digest(b"abc")),
        "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    );
    assert_eq!(
        hex(&digest(&b"abcd".repeat(16))),
        "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"
    );
    assert_eq!(
        hex(&digest(b"")),
        "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b"
    );
}

#[test]
fn pieces_make_no_difference() {
    let message: Vec<u8> = (0..200u8).collect();
    for length in 0..message.len() {
        let whole = digest(&message[..length]);
        for cut in 0..=length {
            assert_eq!(
                digest_parts(&[&message[..cut], &message[cut..length]]),
                whole
            );
        }
    }
}

#[test]
fn a_copy_goes_its_own_way() {
    let mut hash = Sm3::new();
    hash.update(b"ab");
    let mut copy = hash.clone();
    hash.update(b"c");
    copy.update(b"d");
    assert_eq!(hash.finalize(), digest(b"abc"));
    assert_eq!(copy.finalize(), digest(b"abd"));
}

use super::*;
use crate::cpu::tests::on_every_path;

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

/// Octets without a pattern, from a small generator.
fn noise(length: usize, seed: u64) -> Vec<u8> {
    let mut x = seed | 1;
    (0..length)
        .map(|_| {
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
            (x >> 32) as u8
        })
        .collect()
}

/// SM3 with nothing but the portable compression function.
fn slow(message: &[u8]) -> [u8; 32] {
    let mut padded = message.to_vec();
    padded.push(0x80);
    padded.resize((message.len() + 9).div_ceil(64) * 64 - 8, 0);
    padded.extend((message.len() as u64 * 8).to_be_bytes());
    let mut state = INITIAL;
    portable::compress(&mut state, &padded);
    to_octets(&state)
}

#[test]
fn h_01_every_length_alone_in_pieces_and_in_batches_on_every_path() {
    let data = noise(2 * 1101, 1);
    let messages: Vec<&[u8]> = (0..=1100).map(|length| &data[length..2 * length]).collect();
    let expected: Vec<_> = messages.iter().map(|message| slow(message)).collect();
    on_every_path(|path| {
        let mut digests = vec![[0; 32]; messages.len()];
        digest_batch(&messages, &mut digests);
        assert!(digests == expected, "batch, {path:?}");
        for (message, expected) in messages.iter().zip(&expected) {
            assert_eq!(
                digest(message),
                *expected,
                "{} octets, {path:?}",
                message.len()
            );
            for piece in [1, 63, 65] {
                let mut hash = Sm3::new();
                message.chunks(piece).for_each(|piece| hash.update(piece));
                assert_eq!(
                    hash.finalize(),
                    *expected,
                    "{} by {piece}, {path:?}",
                    message.len()
                );
            }
        }
    });
}

#[test]
fn batches_of_every_size_and_shape_on_every_path() {
    let data = noise(20_000, 2);
    on_every_path(|path| {
        for count in 0..70 {
            // Ragged: empty, short and long side by side.
            let lengths =
                (0..count).map(|i: usize| (i * i * 37 + count) % [1, 64, 300, 5000][i % 4]);
            let messages: Vec<[&[u8]; 3]> = lengths
                .map(|length| {
                    let (first, second) = (length / 3, length / 2);
                    [&data[..first], &data[first..second], &data[second..length]]
                })
                .collect();
            let mut digests = vec![[0; 32]; count];
            digest_batch_parts(&messages, &mut digests);
            for (parts, digest) in messages.iter().zip(&digests) {
                assert_eq!(*digest, slow(&parts.concat()), "{count} messages, {path:?}");
            }
            let mut before = Sm3::new();
            before.update(&data[..count * 3]);
            digest_batch_after(&before, &messages, &mut digests);
            for (parts, digest) in messages.iter().zip(&digests) {
                let whole = [&data[..count * 3], &parts.concat()].concat();
                assert_eq!(*digest, slow(&whole), "{count} messages, {path:?}");
            }
        }
    });
}

#[test]
#[should_panic(expected = "one place for each digest")]
fn a_batch_without_room_is_refused() {
    digest_batch(&[b"a", b"b"], &mut [[0; 32]]);
}

/// Over 2^32 bits and over 2^32 octets, in one piece and in many, against the portable function.
#[test]
#[ignore = "minutes: cargo test --release -- --ignored"]
fn h_02_long_messages() {
    let piece = noise(1 << 20, 3);
    for length in [
        1u64 << 28,
        1 << 29,
        (1 << 29) + 1,
        1 << 30,
        1 << 32,
        (1 << 32) + 1,
    ] {
        let mut hash = Sm3::new();
        let mut state = INITIAL;
        for _ in 0..length >> 20 {
            hash.update(&piece);
            portable::compress(&mut state, &piece);
        }
        let rest = &piece[..(length & 0xf_ffff) as usize];
        hash.update(rest);
        let mut last = [0; 128];
        let padded = pad(rest, length, &mut last);
        portable::compress(&mut state, &last[..padded]);
        assert_eq!(hash.finalize(), to_octets(&state), "{length} octets");
    }
}

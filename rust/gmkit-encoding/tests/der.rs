//! The DER reader: what strict refuses, what lenient puts down, what nobody accepts.

use gmkit_encoding::der::{Deviation, Finding, Findings, Oid, Reader, Tag};

fn strict(input: &[u8]) -> Reader<'_> {
    Reader::new("test", input)
}

fn lenient<R>(
    input: &[u8],
    read: impl FnOnce(&mut Reader<'_, &Findings>) -> R,
) -> (R, Vec<Finding>) {
    let findings = Findings::new();
    let result = read(&mut Reader::lenient("test", input, &findings));
    (result, findings.into_vec())
}

#[test]
fn elements_keep_their_stored_octets_and_positions() {
    let input = [0x30, 0x06, 0x02, 0x01, 0x05, 0x04, 0x01, 0xaa, 0x05, 0x00];
    let mut outer = strict(&input);
    let mut inner = outer.sequence().unwrap();
    assert_eq!(inner.u32().unwrap(), 5);
    let octets = inner.any().unwrap();
    assert_eq!((octets.offset, octets.content_offset), (5, 7));
    assert_eq!((octets.raw, octets.content), (&input[5..8], &input[7..8]));
    inner.finish().unwrap();
    outer.null().unwrap();
    outer.finish().unwrap();
}

#[test]
fn one_length_form_only() {
    for (input, offset) in [
        (&[0x04, 0x81, 0x01, 0xaa][..], 0),
        (&[0x04, 0x82, 0x00, 0x01, 0xaa], 0),
        (&[0x30, 0x80, 0x00, 0x00], 0),
    ] {
        assert!(strict(input).any().is_err());
        let (element, findings) =
            lenient(input, |reader| reader.any().map(|found| found.raw.len()));
        assert_eq!(element.unwrap(), input.len());
        assert_eq!(findings[0].offset, offset);
    }
}

#[test]
fn en_01_lengths_beyond_the_input_are_refused_at_once() {
    for length in [
        &[0x84, 0x80, 0, 0, 0][..],
        &[0x84, 0xff, 0xff, 0xff, 0xff],
        &[0x88, 0x80, 0, 0, 0, 0, 0, 0, 0],
        &[0x88, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        &[0x85, 0, 0xff, 0xff, 0xff, 0xff],
        &[0xff],
        &[0x7f],
    ] {
        let input = [&[0x04], length].concat();
        assert!(strict(&input).any().is_err());
        assert!(lenient(&input, |reader| reader.any().map(|_| ()))
            .0
            .is_err());
    }
}

#[test]
fn en_01_nesting_is_bounded() {
    let nested = (0..10_000_u32).fold(vec![], |inner: Vec<u8>, _| {
        let length = u32::try_from(inner.len()).unwrap().to_be_bytes();
        [&[0x30, 0x84], &length[..], &inner].concat()
    });
    let (depth, _) = lenient(&nested, |reader| {
        let mut level = *reader;
        let mut depth = 0;
        while let Ok(next) = level.sequence() {
            level = next;
            depth += 1;
        }
        depth
    });
    assert_eq!(depth, 64);
    let indefinite = [0x30, 0x80].repeat(10_000);
    assert!(lenient(&indefinite, |reader| reader.any().map(|_| ()))
        .0
        .is_err());
}

#[test]
fn en_01_one_spelling_of_an_object_identifier() {
    let common_name = [0x55, 0x04, 0x03];
    assert_eq!(
        Oid::from_content(&common_name).unwrap().to_string(),
        "2.5.4.3"
    );
    let sm2 = [0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x83, 0x75];
    assert_eq!(
        Oid::from_content(&sm2).unwrap().to_string(),
        "1.2.156.10197.1.501"
    );
    // The arc plus 2^32 and plus 2^64 are other identifiers and stay so.
    for shift in [32, 64] {
        let mut arc = 4_u128 + (1 << shift);
        let mut octets = vec![(arc & 0x7f) as u8];
        while arc > 0x7f {
            arc >>= 7;
            octets.insert(0, (arc & 0x7f) as u8 | 0x80);
        }
        let content = [&[0x55], &octets[..], &[0x03]].concat();
        let text = format!("2.5.{}.3", 4_u128 + (1 << shift));
        assert_eq!(Oid::from_content(&content).unwrap().to_string(), text);
    }
    for refused in [
        &[][..],
        &[0x80, 0x01],
        &[0x55, 0x80, 0x04, 0x03],
        &[0x55, 0x04, 0x83],
        &[
            0x55, 0x84, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80,
            0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00,
        ],
        &[0x81; 100_000],
        &[0x01; 256],
    ] {
        assert!(
            Oid::from_content(refused).is_none(),
            "{:?}",
            &refused[..refused.len().min(20)]
        );
    }
}

#[test]
fn integers_are_minimal_and_signed_as_stored() {
    for (input, value) in [
        (&[0x02, 0x01, 0x00][..], &[0x00][..]),
        (&[0x02, 0x02, 0x00, 0x80], &[0x80]),
        (&[0x02, 0x01, 0x7f], &[0x7f]),
    ] {
        assert_eq!(strict(input).unsigned().unwrap(), value);
    }
    for refused in [
        &[0x02, 0x00][..],
        &[0x02, 0x01, 0x80],
        &[0x02, 0x02, 0x00, 0x00],
        &[0x02, 0x02, 0x00, 0x7f],
        &[0x02, 0x02, 0xff, 0x80],
        &[0x0a, 0x01, 0x01],
        &[0x01, 0x01, 0xff],
    ] {
        assert!(strict(refused).unsigned().is_err(), "{refused:?}");
    }
    let (value, findings) = lenient(&[0x02, 0x02, 0x00, 0x7f], |reader| reader.u32().unwrap());
    assert_eq!(value, 0x7f);
    assert_eq!(
        findings,
        [Finding {
            deviation: Deviation::NonMinimalInteger,
            offset: 2
        }]
    );
    assert_eq!(
        strict(&[0x02, 0x01, 0x05]).unsigned_array::<4>().unwrap(),
        [0, 0, 0, 5]
    );
    assert!(strict(&[0x02, 0x03, 1, 0, 0])
        .unsigned_array::<2>()
        .is_err());
}

#[test]
fn booleans_bit_strings_and_null() {
    assert!(strict(&[0x01, 0x01, 0xff]).boolean().unwrap());
    assert!(strict(&[0x01, 0x01, 0x01]).boolean().is_err());
    assert!(strict(&[0x01, 0x00]).boolean().is_err());
    let usage = strict(&[0x03, 0x02, 0x06, 0xc0]).bit_string().unwrap();
    assert!(usage.bit(0) && usage.bit(1) && !usage.bit(2) && !usage.bit(200));
    for refused in [
        &[0x03, 0x00][..],
        &[0x03, 0x01, 0x01],
        &[0x03, 0x02, 0x08, 0x00],
        &[0x03, 0x02, 0x06, 0xe0],
    ] {
        assert!(strict(refused).bit_string().is_err(), "{refused:?}");
    }
    assert!(strict(&[0x03, 0x02, 0x01, 0x80])
        .bit_string_octets()
        .is_err());
    assert!(strict(&[0x05, 0x01, 0x00]).null().is_err());
}

#[test]
fn every_cut_is_an_error_that_says_where() {
    let whole = [0x30, 0x08, 0x02, 0x01, 0x05, 0x04, 0x03, 0xaa, 0xbb, 0xcc];
    for end in 0..whole.len() {
        let error = strict(&whole[..end]).sequence().unwrap_err();
        assert_eq!((error.what, error.offset), ("test", Some(0)));
    }
    let mut inner = strict(&[0x30, 0x03, 0x02, 0x05, 0x01]).sequence().unwrap();
    let error = inner.any().unwrap_err();
    assert_eq!(
        error.to_string(),
        "test: element is longer than the bytes that hold it (at byte 2)"
    );
    assert!(inner.expect(Tag::NULL).is_err());
}

#[test]
fn en_11_forty_times() {
    let parse = |tag: u8, text: &str| {
        let input = [&[tag, u8::try_from(text.len()).unwrap()], text.as_bytes()].concat();
        let strict = strict(&input).time().ok().map(|time| time.seconds);
        let (loose, findings) = lenient(&input, |reader| reader.time().ok().map(|t| t.seconds));
        (strict, loose, findings.len())
    };
    let (utc, generalized) = (0x17, 0x18);
    for (tag, text, seconds) in [
        (utc, "700101000000Z", 0),
        (utc, "500101000000Z", -631_152_000),
        (utc, "491231235959Z", 2_524_607_999),
        (utc, "000229120000Z", 951_825_600),
        (utc, "380119031408Z", 2_147_483_648),
        (utc, "170308235959Z", 1_489_017_599),
        (generalized, "19700101000000Z", 0),
        (generalized, "19691231235959Z", -1),
        (generalized, "20500101000000Z", 2_524_608_000),
        (generalized, "99991231235959Z", 253_402_300_799),
        (generalized, "20000229000000Z", 951_782_400),
        (generalized, "29691231235959Z", 31_556_995_199),
        (generalized, "00010101000000Z", -62_135_596_800),
    ] {
        assert_eq!(
            parse(tag, text),
            (Some(seconds), Some(seconds), 0),
            "{text}"
        );
    }
    for (tag, text, seconds) in [
        (utc, "7001010000Z", 0),
        (utc, "700101080000+0800", 0),
        (utc, "691231233000-0030", 0),
        (utc, "7001010800+0800", 0),
        (generalized, "197001010000Z", 0),
        (generalized, "1970010100Z", 0),
        (generalized, "19700101000000.5Z", 0),
        (
            generalized,
            "19700101000000,999999999999999999999999999Z",
            0,
        ),
        (generalized, "19700101080000+0800", 0),
    ] {
        assert_eq!(parse(tag, text), (None, Some(seconds), 1), "{text}");
    }
    for (tag, text) in [
        (utc, ""),
        (utc, "Z"),
        (utc, "700101000000"),
        (utc, "700101000000z"),
        (utc, "700101240000Z"),
        (utc, "700101006000Z"),
        (utc, "700101000060Z"),
        (utc, "701301000000Z"),
        (utc, "700001000000Z"),
        (utc, "700100000000Z"),
        (utc, "700132000000Z"),
        (utc, "010229000000Z"),
        (utc, "19700101000000Z"),
        (utc, "700101000000ZZ"),
        (utc, "700101000000+08"),
        (utc, "700101000000+2400"),
        (utc, "-00101000000Z"),
        (utc, "7001010000 0Z"),
        (generalized, "700101000000Z"),
        (generalized, "19000229000000Z"),
        (generalized, "19700101000000.Z"),
        (generalized, "19700101000000.5"),
        (generalized, "19700101000000"),
        (generalized, "1970010100000\u{b2}Z"),
    ] {
        let (strict, loose, _) = parse(tag, text);
        assert_eq!((strict, loose), (None, None), "{text}");
    }
}

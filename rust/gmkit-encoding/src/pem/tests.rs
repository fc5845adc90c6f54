use super::*;

const FOO: &str = "-----BEGIN X-----\nZm9v\n-----END X-----\n";

fn refused(text: impl AsRef<[u8]>) -> String {
    let text = text.as_ref();
    parse(text)
        .expect_err(&String::from_utf8_lossy(text))
        .message
        .into_owned()
}

#[test]
fn blocks_go_round() {
    for length in [0, 1, 2, 3, 47, 48, 49, 96, 1000] {
        let content: Vec<u8> = (0..length).map(|index| (index * 7) as u8).collect();
        let text = write("SOME LABEL", &content);
        assert!(text
            .split(|&octet| octet == b'\n')
            .all(|line| line.len() <= 64));
        let blocks = parse(&text).expect("well formed");
        assert_eq!(blocks.len(), 1);
        assert_eq!(blocks[0].label, "SOME LABEL");
        assert_eq!(*blocks[0].content, content);
    }
}

#[test]
fn en_07_shapes_that_are_read() {
    for text in [
        FOO.to_owned(),
        FOO.trim_end().to_owned(),
        FOO.replace('\n', "\r\n"),
        FOO.replace('\n', "\r"),
        FOO.replace('\n', " \t\n"),
        FOO.replace('\n', "\n\n"),
        FOO.replace('\n', "\n  "),
        format!("\u{feff}{FOO}"),
        format!("Bag Attributes: none\n\n{FOO}the end"),
        FOO.replace("Zm9v", "Z\nm\n9\nv"),
        FOO.replace("Zm9v", "Zm\r\n9v\n"),
    ] {
        let blocks = parse(text.as_bytes()).expect(&text);
        assert_eq!(
            (blocks.len(), &blocks[0].content[..]),
            (1, &b"foo"[..]),
            "{text:?}"
        );
    }
    let long = FOO.replace("Zm9v", &"Zm9v".repeat(1000));
    assert_eq!(
        parse(long.as_bytes()).expect("long line")[0].content.len(),
        3000
    );
    let several = format!("{FOO}\n{}{FOO}", FOO.replace('X', "OTHER LABEL"));
    let labels = parse(several.as_bytes())
        .expect("three blocks")
        .into_iter()
        .map(|b| b.label);
    assert_eq!(labels.collect::<Vec<_>>(), ["X", "OTHER LABEL", "X"]);
}

#[test]
fn en_07_shapes_that_are_refused() {
    for (text, words) in [
        (String::new(), "empty"),
        ("hello".into(), "no PEM block"),
        ("0\u{7f}DER".into(), "looks like DER"),
        (FOO[..18].into(), "truncated"),
        (FOO[..22].into(), "truncated"),
        (FOO[..30].into(), "no END line"),
        (FOO.replace("END X", "END Y"), "another END"),
        (FOO.replace("END", "BEGIN"), "no END line"),
        (FOO.replace("-----BEGIN", "----BEGIN"), "END line without"),
        (FOO.replace("-----BEGIN", "------BEGIN"), "malformed BEGIN"),
        (FOO.replace("BEGIN X-----", "BEGIN X"), "closing dashes"),
        (FOO.replace(" X", " "), "malformed label"),
        (FOO.replace(" X", "  X"), "malformed label"),
        (FOO.replace('X', "\u{4e2d}"), "malformed label"),
        (FOO.replace('\n', "\\n"), "backslash and n"),
        (FOO.replace('\n', ""), "on one line"),
        (
            FOO.replace("Zm9v", "Proc-Type: 4,ENCRYPTED\n\nZm9v"),
            "headers inside",
        ),
        (FOO.replace("Zm9v", "Zm9"), "in the middle"),
        (FOO.replace("Zm9v", "Zm9vZ"), "in the middle"),
        (FOO.replace("Zm9v", "Zg="), "in the middle"),
        (FOO.replace("Zm9v", "Zg==Zg=="), "after its padding"),
        (FOO.replace("Zm9v", "Zg==\nZm9v"), "after its padding"),
        (FOO.replace("Zm9v", "Zg=v"), "after its padding"),
        (FOO.replace("Zm9v", "Z==="), "wrong place"),
        (FOO.replace("Zm9v", "===="), "wrong place"),
        (FOO.replace("Zm9v", "Zh=="), "hides bits"),
        (FOO.replace("Zm9v", "Zm9="), "hides bits"),
        (FOO.replace("Zm9v", "Zm 9v"), "not base64"),
        (FOO.replace("Zm9v", "Zm-_"), "not base64"),
        (FOO.replace("Zm9v", "Zm\09v"), "not base64"),
        (FOO.replace("Zm9v", "Zm\u{e4}v"), "not base64"),
    ] {
        let message = refused(&text);
        assert!(message.contains(words), "{text:?}: {message}");
    }
    assert!(refused(b"\xff\xfe-\0-\0").contains("UTF-16"));
}

#[test]
fn no_message_repeats_a_block_that_stands_on_one_line() {
    let message = refused(FOO.replace('\n', ""));
    assert!(!message.contains("Zm9v"), "{message}");
}

#[test]
fn the_position_of_a_fault_is_its_octet() {
    let error = parse(b"some text\n-----BEGIN X-----\nZm9v\n  Z!9v\n").expect_err("refused");
    assert_eq!(error.offset, Some(36));
}

#[test]
fn every_truncation_is_refused_or_still_whole() {
    let text = write("PRIVATE KEY", &[7; 150]);
    let whole = text.len() - 1;
    for end in 0..whole {
        assert!(parse(&text[..end]).is_err(), "{end}");
    }
}

//! Every target over its regressions and over what the vectors hold: none of them may panic.

use std::fs;
use std::path::Path;

use gmkit_fuzz::{target, TARGETS};

fn root() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn octets(text: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let digit = |octet: u8| char::from(octet).to_digit(16).map(|digit| digit as u8);
    let one = |pair: &[u8; 2]| Some(digit(pair[0])? << 4 | digit(pair[1])?);
    rest.is_empty().then(|| pairs.iter().map(one).collect())?
}

/// Every text in a vector file, as octets: hexadecimal digits are read.
fn texts(value: &serde_json::Value, found: &mut Vec<Vec<u8>>) {
    match value {
        serde_json::Value::String(text) => {
            found.push(octets(text).unwrap_or_else(|| text.clone().into_bytes()));
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        serde_json::Value::Object(members) => members.values().for_each(|item| texts(item, found)),
        _ => {}
    }
}

#[test]
fn regressions_stay_mended() {
    let folder = root().join("fuzz/regressions/rust");
    let mut count = 0;
    for entry in fs::read_dir(&folder).into_iter().flatten() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let target = target(&name).unwrap_or_else(|| panic!("{name} is no target"));
        for file in fs::read_dir(entry.path()).unwrap() {
            target(&fs::read(file.unwrap().path()).unwrap());
            count += 1;
        }
    }
    println!("{count} regressions");
}

#[test]
fn every_target_takes_what_the_vectors_hold() {
    let mut found = vec![Vec::new(), vec![0; 300], vec![0xff; 300]];
    for file in [
        "sm2/negative_signature_der",
        "sm2/negative_ciphertext_der",
        "sm2/known_faults_keys",
        "sm3/emmansun_gmsm",
        "sm4/rfc8998_gcm",
        "receipts/v1",
    ] {
        let text = fs::read_to_string(root().join(format!("vectors/{file}.json"))).unwrap();
        texts(&serde_json::from_str(&text).unwrap(), &mut found);
    }
    assert!(found.len() > 1000);
    found.retain(|data| data.len() < 4096);
    for (name, target) in TARGETS {
        // Arithmetic on every path, some of it in batches, takes its time.
        let step = if name.starts_with("sm") { 60 } else { 5 };
        found.iter().step_by(step).for_each(|data| target(data));
    }
}

#[test]
fn every_target_has_a_binary() {
    let folder = root().join("rust/fuzz/fuzz_targets");
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|file| {
            file.unwrap()
                .path()
                .file_stem()
                .unwrap()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    let expected: Vec<String> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(names, expected);
    let manifest = fs::read_to_string(root().join("rust/fuzz/Cargo.toml")).unwrap();
    for name in names {
        assert!(manifest.contains(&format!("name = \"{name}\"")), "{name}");
        let source = root().join(format!("rust/fuzz/fuzz_targets/{name}.rs"));
        assert!(fs::read_to_string(source)
            .unwrap()
            .contains(&format!("\"{name}\"")));
    }
}

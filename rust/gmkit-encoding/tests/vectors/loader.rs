//! Reads vector files, and refuses one that does not hold what it says.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// One file.
#[derive(Debug)]
pub struct File {
    pub name: String,
    pub algorithm: String,
    pub groups: Vec<Group>,
}

/// Tests with constants in common.
#[derive(Debug)]
pub struct Group {
    pub kind: String,
    pub constants: Values,
    pub tests: Vec<Test>,
}

/// One input and what is right for it.
#[derive(Debug)]
pub struct Test {
    pub id: u64,
    pub comment: String,
    pub valid: bool,
    pub values: Values,
}

/// Members of a group or test.
#[derive(Debug)]
pub struct Values(BTreeMap<String, Value>);

impl Values {
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The octets of a hexadecimal member.
    pub fn octets(&self, name: &str) -> Vec<u8> {
        octets(self.text(name)).unwrap_or_else(|| panic!("{name} is not hexadecimal"))
    }

    pub fn text(&self, name: &str) -> &str {
        self.member(name)
            .as_str()
            .unwrap_or_else(|| panic!("{name} is no text"))
    }

    pub fn number(&self, name: &str) -> usize {
        let number = self
            .member(name)
            .as_u64()
            .unwrap_or_else(|| panic!("{name} is no number"));
        usize::try_from(number).expect("a length")
    }

    pub fn array<const N: usize>(&self, name: &str) -> [u8; N] {
        let octets = self.octets(name);
        octets
            .as_slice()
            .try_into()
            .unwrap_or_else(|_| panic!("{name} has {} octets", octets.len()))
    }

    fn member(&self, name: &str) -> &Value {
        self.0
            .get(name)
            .unwrap_or_else(|| panic!("no member {name}"))
    }
}

/// The folder of this repository.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors")
}

/// All files below a folder; an error for a folder without any.
pub fn every_file(folder: &Path) -> Result<Vec<File>, String> {
    let mut files = Vec::new();
    for path in entries(folder)? {
        if path.is_dir() && path.file_name().is_some_and(|name| name != "schema") {
            let inside: Vec<_> = entries(&path)?
                .into_iter()
                .filter(|path| {
                    path.extension()
                        .is_some_and(|extension| extension == "json")
                })
                .collect();
            if inside.is_empty() {
                return Err(format!("{} holds no vectors", path.display()));
            }
            for path in inside {
                let text = fs::read_to_string(&path).map_err(|error| error.to_string())?;
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                files.push(parse(&name, &text).map_err(|words| format!("{name}: {words}"))?);
            }
        }
    }
    if files.is_empty() {
        return Err(format!("{} holds no vectors", folder.display()));
    }
    Ok(files)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let read = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut paths: Vec<_> = read.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    Ok(paths)
}

/// One file, if counts, numbers and flags agree.
pub fn parse(name: &str, text: &str) -> Result<File, String> {
    let read: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let mut flags = BTreeSet::new();
    let mut next = 1;
    let mut groups = Vec::new();
    for group in list(&read, "testGroups")? {
        let mut tests = Vec::new();
        for test in list(group, "tests")? {
            if test["tcId"].as_u64() != Some(next) {
                return Err(format!("tcId {} where {next} comes next", test["tcId"]));
            }
            for flag in list(test, "flags")? {
                flags.insert(flag.as_str().ok_or("a flag is no text")?.to_owned());
            }
            let valid = match test["result"].as_str() {
                Some("valid") => true,
                Some("invalid") => false,
                _ => return Err(format!("tcId {next}: no result")),
            };
            let comment = test["comment"].as_str().unwrap_or_default().to_owned();
            tests.push(Test {
                id: next,
                comment,
                valid,
                values: members(test)?,
            });
            next += 1;
        }
        let kind = group["type"]
            .as_str()
            .ok_or("a group without a type")?
            .to_owned();
        groups.push(Group {
            kind,
            constants: members(group)?,
            tests,
        });
    }
    if read["numberOfTests"].as_u64() != Some(next - 1) {
        return Err(format!(
            "{} tests, the head says {}",
            next - 1,
            read["numberOfTests"]
        ));
    }
    let notes: BTreeSet<String> = read["notes"]
        .as_object()
        .ok_or("no notes")?
        .keys()
        .cloned()
        .collect();
    if flags != notes {
        let differ: Vec<_> = flags.symmetric_difference(&notes).collect();
        return Err(format!("flags and notes differ: {differ:?}"));
    }
    let algorithm = read["algorithm"].as_str().ok_or("no algorithm")?.to_owned();
    Ok(File {
        name: name.to_owned(),
        algorithm,
        groups,
    })
}

fn list<'a>(value: &'a Value, name: &str) -> Result<&'a Vec<Value>, String> {
    value[name]
        .as_array()
        .ok_or_else(|| format!("no list {name}"))
}

fn members(value: &Value) -> Result<Values, String> {
    let object = value.as_object().ok_or("not an object")?;
    Ok(Values(object.clone().into_iter().collect()))
}

fn octets(digits: &str) -> Option<Vec<u8>> {
    let pairs = digits.as_bytes().chunks(2);
    pairs
        .map(|pair| u8::from_str_radix(core::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"{"algorithm": "SM3", "numberOfTests": 1, "notes": {"Normal": {}},
        "testGroups": [{"type": "DigestTest", "tests": [
            {"tcId": 1, "comment": "", "flags": ["Normal"], "result": "valid"}]}]}"#;

    #[test]
    fn a_file_that_lies_is_refused() {
        assert_eq!(
            parse("good", GOOD).map(|file| file.algorithm),
            Ok("SM3".to_owned())
        );
        for (from, to, words) in [
            (
                "\"numberOfTests\": 1",
                "\"numberOfTests\": 2",
                "the head says 2",
            ),
            ("\"tcId\": 1", "\"tcId\": 2", "comes next"),
            ("[\"Normal\"]", "[\"Unheard\"]", "flags and notes differ"),
            ("\"valid\"", "\"maybe\"", "no result"),
            ("\"tests\"", "\"test\"", "no list tests"),
        ] {
            assert!(GOOD.contains(from), "{from}");
            let refused = parse("bad", &GOOD.replace(from, to)).unwrap_err();
            assert!(refused.contains(words), "{refused}");
        }
    }

    #[test]
    fn an_empty_folder_is_refused() {
        let empty = std::env::temp_dir().join(format!("gmkit-vectors-{}", std::process::id()));
        fs::create_dir_all(empty.join("sm5")).unwrap();
        assert!(every_file(&empty).unwrap_err().contains("sm5"));
        fs::remove_dir(empty.join("sm5")).unwrap();
        assert!(every_file(&empty).unwrap_err().contains("no vectors"));
        fs::remove_dir(&empty).unwrap();
    }
}

//! Known answers, one or more for each algorithm: run before the first use, and on demand.
//!
//! They run on the CPU path in use, so forcing another path asks for another run. Each can be made
//! to fail, by spoiling one bit of its input: a test that cannot fail tests nothing.

mod sm2;
mod sm3;
mod sm4;

/// One fixed input and the answer the standard, or another implementation, gives to it.
#[derive(Clone, Copy)]
pub struct KnownAnswer {
    /// What it tests, as reports and errors call it.
    pub name: &'static str,
    /// Whether the answer comes out; with `true`, from an input with one bit changed.
    check: fn(bool) -> bool,
}

impl KnownAnswer {
    /// Compute it on the CPU path in use: whether the right answer comes out.
    #[must_use]
    pub fn holds(&self) -> bool {
        (self.check)(false)
    }

    /// The same from a spoilt input: a simulated failure, so false if the test is worth anything.
    #[must_use]
    pub fn holds_when_spoilt(&self) -> bool {
        (self.check)(true)
    }
}

/// Every known answer; together they take a few milliseconds.
pub fn known_answers() -> impl Iterator<Item = &'static KnownAnswer> {
    [sm3::KNOWN_ANSWERS, sm4::KNOWN_ANSWERS, sm2::KNOWN_ANSWERS]
        .into_iter()
        .flatten()
}

/// The octets that lower-case hexadecimal digits stand for.
///
/// # Panics
/// On another length or another digit: at compile time, in every use made of it here.
const fn hex<const N: usize>(digits: &str) -> [u8; N] {
    const fn value(digit: u8) -> u8 {
        match digit {
            b'0'..=b'9' => digit - b'0',
            b'a'..=b'f' => digit - b'a' + 10,
            _ => panic!("not a hexadecimal digit"),
        }
    }
    let digits = digits.as_bytes();
    assert!(digits.len() == 2 * N);
    let mut octets = [0; N];
    let mut i = 0;
    while i < N {
        octets[i] = value(digits[2 * i]) << 4 | value(digits[2 * i + 1]);
        i += 1;
    }
    octets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_answer_holds_and_can_fail() {
        for known in known_answers() {
            assert!(known.holds(), "{}", known.name);
            assert!(!known.holds_when_spoilt(), "{} cannot fail", known.name);
        }
    }

    #[test]
    fn names_are_unique() {
        let mut names: Vec<_> = known_answers().map(|known| known.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), known_answers().count());
    }
}

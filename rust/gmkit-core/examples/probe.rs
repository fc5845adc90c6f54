//! Frames of field and scalar operations on standard output: `probe PATH COUNT SEED`. See `tools/soak.py`.

use std::io::{BufWriter, Write};

use gmkit_core::cpu::{self, CpuPath};
use gmkit_core::sm2::probe;

/// xorshift64*: any numbers do, as long as there are many.
struct Words(u64);

impl Words {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// Four words, big-endian; in every second number words of zeros and ones, which make carries.
    fn number(&mut self) -> [u8; 32] {
        let biased = self.next() >> 63 == 1;
        let mut octets = [0; 32];
        for place in octets.chunks_exact_mut(8) {
            let word = match (biased, self.next() >> 62) {
                (true, 0) => 0,
                (true, 1) => u64::MAX,
                (true, 2) => u64::MAX << (self.next() >> 58),
                _ => self.next(),
            };
            place.copy_from_slice(&word.to_be_bytes());
        }
        octets
    }
}

fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, path, count, seed] = arguments.as_slice() else {
        panic!("probe PATH COUNT SEED");
    };
    cpu::force(CpuPath::from_name(path).expect("a path")).expect("a path of this processor");
    let count: u64 = count.parse().expect("a number");
    let mut words = Words(seed.parse::<u64>().expect("a number") | 1);
    let mut out = BufWriter::with_capacity(1 << 20, std::io::stdout().lock());
    for _ in 0..count {
        let (a, b) = (words.number(), words.number());
        out.write_all(&probe::frame(&a, &b))?;
    }
    out.flush()
}

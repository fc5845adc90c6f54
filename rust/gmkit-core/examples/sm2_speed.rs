//! Speed of SM2 in Rust, with the work that a call from Python does less its conversions: `sm2_speed [PATH]`.
//!
//! Prints one JSON object for each operation, as the programs in `benchmarks/` do; for every path of this
//! processor, or for one.

use std::hint::black_box;
use std::time::Instant;

use gmkit_core::cpu::{self, CpuPath, ALL};
use gmkit_core::sm2::{PrecomputedKey, PrivateKey, DEFAULT_USER_ID};

/// Operations a second: the median of many short windows, most of which nothing else interrupts.
fn rate(name: &str, mut operation: impl FnMut()) {
    const IN_WINDOW: u32 = 4;
    let mut windows: Vec<f64> = (0..601)
        .map(|_| {
            let start = Instant::now();
            for _ in 0..IN_WINDOW {
                operation();
            }
            start.elapsed().as_secs_f64() / f64::from(IN_WINDOW)
        })
        .collect();
    windows.sort_by(f64::total_cmp);
    let median = 1.0 / windows[windows.len() / 2];
    println!("{{\"operation\": \"{name}\", \"value\": {median:.0}, \"unit\": \"/s\"}}");
}

fn run(path: CpuPath) {
    cpu::force(path).expect("available");
    let key = PrivateKey::from_bytes(&[0x39; 32]).expect("in range");
    let public = *key.public_key();
    let table = PrecomputedKey::new(&public);
    let (fresh, message) = ([7; 32], [9; 32]);
    let signature = key.sign(&message, DEFAULT_USER_ID, &fresh).expect("signed");
    let ciphertext = public.encrypt(&message, &fresh).expect("encrypted");
    println!("# {}", path.name());
    rate("SM2 sign", || {
        let _ = black_box(key.sign(&message, DEFAULT_USER_ID, &fresh));
    });
    rate("SM2 verify, new key", || {
        let _ = black_box(public.verify(&signature, &message, DEFAULT_USER_ID));
    });
    rate("SM2 verify, known key", || {
        let _ = black_box(table.verify(&signature, &message, DEFAULT_USER_ID));
    });
    rate("SM2 encrypt 32 B", || {
        let _ = black_box(public.encrypt(&message, &fresh));
    });
    rate("SM2 decrypt 32 B", || {
        let _ = black_box(key.decrypt(&ciphertext));
    });
    rate("SM2 key from octets", || {
        let _ = black_box(PrivateKey::from_bytes(&[0x39; 32]));
    });
    rate("SM2 table of a key", || {
        let _ = black_box(PrecomputedKey::new(&public));
    });
}

fn main() {
    let wanted = std::env::args().nth(1);
    let best = cpu::best();
    for path in ALL.into_iter().filter(|path| *path <= best) {
        if wanted.as_deref().is_none_or(|wanted| wanted == path.name()) {
            run(path);
        }
    }
}

//! Speed of SM2 on each path of this processor, by CPU time of the thread.

use std::fs;
use std::hint::black_box;

use gmkit_core::cpu::{self, ALL};
use gmkit_core::sm2::{PrecomputedKey, PrivateKey};

/// Nanoseconds that this thread has run.
fn cpu_time() -> u64 {
    let read = fs::read_to_string("/proc/thread-self/schedstat").expect("Linux");
    read.split(' ')
        .next()
        .and_then(|word| word.parse().ok())
        .expect("a number")
}

fn rate(name: &str, mut operation: impl FnMut()) {
    if std::env::args().nth(1).is_some_and(|only| only != name) { return; }
    let mut rates: Vec<f64> = (0..7)
        .map(|_| {
            let (start, mut count) = (cpu_time(), 0);
            loop {
                for _ in 0..50 {
                    operation();
                }
                count += 50;
                let spent = cpu_time() - start;
                if spent > 50_000_000 {
                    return f64::from(count) * 1e9 / spent as f64;
                }
            }
        })
        .collect();
    rates.sort_by(f64::total_cmp);
    print!("  {name} {:.0}", rates[3]);
}

fn main() {
    let best = cpu::best();
    for path in ALL.into_iter().filter(|path| *path <= best) {
        cpu::force(path).expect("available");
        let key = PrivateKey::from_bytes(&[0x39; 32]).expect("in range");
        let public = *key.public_key();
        let table = PrecomputedKey::new(&public);
        let (e, fresh, message) = ([0x5a; 32], [7; 32], [9; 32]);
        let signature = key.sign_prehashed(&e, &fresh).expect("signed");
        let ciphertext = public.encrypt(&message, &fresh).expect("encrypted");
        print!("{:10}", path.name());
        rate("sign", || drop(black_box(key.sign_prehashed(&e, &fresh))));
        rate("verify", || {
            drop(black_box(public.verify_prehashed(&signature, &e)))
        });
        rate("table", || {
            drop(black_box(table.verify_prehashed(&signature, &e)))
        });
        rate("encrypt", || {
            drop(black_box(public.encrypt(&message, &fresh)))
        });
        rate("decrypt", || drop(black_box(key.decrypt(&ciphertext))));
        rate("load", || {
            drop(black_box(PrivateKey::from_bytes(&[0x39; 32])))
        });
        rate("make table", || {
            drop(black_box(PrecomputedKey::new(&public)))
        });
        println!();
    }
}

//! Speed of SM2 on each path of this processor, in short windows.

use std::hint::black_box;
use std::time::Instant;

use gmkit_core::cpu::{self, ALL};
use gmkit_core::sm2::{PrecomputedKey, PrivateKey};

/// Operations a second: the best of many short windows, in which nothing else ran, and the median.
fn rate(name: &str, mut operation: impl FnMut()) {
    if std::env::args().nth(1).is_some_and(|only| only != name) {
        return;
    }
    let mut windows: Vec<f64> = (0..3000)
        .map(|_| {
            let start = Instant::now();
            for _ in 0..4 {
                operation();
            }
            start.elapsed().as_secs_f64() / 4.0
        })
        .collect();
    windows.sort_by(f64::total_cmp);
    print!(
        "  {name} {:.0} ({:.0})",
        1.0 / windows[60],
        1.0 / windows[1500]
    );
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
        rate("sign", || {
            let _ = black_box(key.sign_prehashed(&e, &fresh));
        });
        rate("verify", || {
            let _ = black_box(public.verify_prehashed(&signature, &e));
        });
        rate("table", || {
            let _ = black_box(table.verify_prehashed(&signature, &e));
        });
        rate("encrypt", || {
            let _ = black_box(public.encrypt(&message, &fresh));
        });
        rate("decrypt", || {
            let _ = black_box(key.decrypt(&ciphertext));
        });
        rate("load", || {
            let _ = black_box(PrivateKey::from_bytes(&[0x39; 32]));
        });
        rate("make table", || {
            let _ = black_box(PrecomputedKey::new(&public));
        });
        println!();
    }
}

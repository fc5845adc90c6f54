use super::super::affine::to_affine;
use super::*;

fn generator_table(proof: Ifma) -> PointTable {
    PointTable::build_vartime(proof, &[plain(&GENERATOR)]).remove(0)
}

fn affine(point: &Jacobian) -> PlainPoint {
    plain(&point.to_affine::<Portable>())
}

/// Other points than the generator, one for each lane.
fn points(count: usize) -> Vec<Affine> {
    let mut numbers = Numbers(77);
    (0..count)
        .map(|_| times(&numbers.below(&N, false), &GENERATOR).to_affine::<Portable>())
        .collect()
}

#[test]
fn tables_hold_the_odd_multiples_of_every_window() {
    let Some(proof) = Ifma::supported() else {
        return;
    };
    for count in [1, 3, 8, 9] {
        let points = points(count);
        let plains: Vec<_> = points.iter().map(plain).collect();
        let tables = PointTable::build_vartime(proof, &plains);
        assert_eq!(tables.len(), count);
        for (point, table) in points.iter().zip(&tables) {
            for (window, multiple) in [(0, 0), (0, 1), (0, 63), (1, 0), (17, 31), (36, 0), (36, 63)]
            {
                let mut k = [0; 5];
                let shift = 7 * window % 64;
                let odd = 2 * multiple as u64 + 1;
                k[7 * window / 64] = odd << shift;
                if shift != 0 {
                    k[7 * window / 64 + 1] = odd >> (64 - shift);
                }
                let mut expected = times(&[k[0], k[1], k[2], k[3]], point);
                if k[4] != 0 {
                    // 2^256 and more: 127 * 2^252 = 7 * 2^256 + 15 * 2^252.
                    let half = times(&[0, 0, 0, 1 << 63], point).double::<Portable>();
                    for _ in 0..k[4] {
                        expected = add_affine_vartime::<Portable>(
                            &expected,
                            &half.to_affine::<Portable>(),
                        );
                    }
                }
                let entry = table.entries[window * 64 + multiple];
                let to_plain = |words: &[u64]| {
                    // Out of 2^260 Montgomery form: times 2^-260 = times 2^-256, then halved 4 times.
                    let number = core::array::from_fn(|at| words[at]);
                    let mut number = Portable::mul(&field::Fe(number), &field::Fe([1, 0, 0, 0]));
                    for _ in 0..4 {
                        number = Portable::half(&number);
                    }
                    number.0
                };
                let found: Vec<u64> = [to_plain(&entry.0[..4]), to_plain(&entry.0[4..])].concat();
                assert_eq!(
                    found,
                    affine(&expected),
                    "window {window}, multiple {multiple}"
                );
            }
        }
    }
}

/// k G for every k, through the comb; negated back where n - k was multiplied.
fn comb_multiples(proof: Ifma, comb: &Comb, ks: &[[u64; 4]]) -> Vec<PlainPoint> {
    let mut scalars = vec![Scalars::default(); ks.len().div_ceil(8)];
    for (at, scalars) in scalars.iter_mut().enumerate() {
        for lane in 0..8 {
            let (k, negated) = odd(ks.get(8 * at + lane).unwrap_or(&ks[0]));
            scalars.set(lane, &k, negated);
        }
    }
    let mut sums = vec![SumMemory::default(); scalars.len()];
    comb.multiply(proof, &scalars, &mut sums);
    let mut points = vec![Points::default(); scalars.len()];
    to_affine(proof, &sums, &mut points);
    (0..ks.len()).map(|at| points[at / 8].get(at % 8)).collect()
}

#[test]
fn hard_scalars_come_out_right_in_every_lane_of_the_comb() {
    let Some(proof) = Ifma::supported() else {
        return;
    };
    let comb = Comb::new(&generator_table(proof));
    let mut ks = hard_scalars();
    let expected: Vec<_> = ks.iter().map(|k| affine(&times(k, &GENERATOR))).collect();
    let mut expected = expected;
    for _ in 0..8 {
        let found = comb_multiples(proof, &comb, &ks);
        for ((k, found), expected) in ks.iter().zip(&found).zip(&expected) {
            assert_eq!(found, expected, "{k:x?}");
        }
        // One lane further.
        ks.rotate_right(1);
        expected.rotate_right(1);
    }
}

#[test]
fn random_scalars_come_out_right_from_the_comb() {
    let Some(proof) = Ifma::supported() else {
        return;
    };
    let comb = Comb::new(&generator_table(proof));
    let mut numbers = Numbers(3);
    let ks: Vec<_> = (0..1000).map(|at| numbers.below(&N, at % 2 == 0)).collect();
    let ks: Vec<_> = ks.into_iter().filter(|k| *k != [0; 4]).collect();
    for (k, found) in ks.iter().zip(comb_multiples(proof, &comb, &ks)) {
        assert_eq!(found, affine(&times(k, &GENERATOR)), "{k:x?}");
    }
}

#[test]
fn hard_scalars_come_out_right_in_every_lane_of_any_point() {
    let Some(proof) = Ifma::supported() else {
        return;
    };
    let mut ks = hard_scalars();
    let points = points(8);
    for round in 0..8 {
        let mut scalars = vec![Scalars::default(); ks.len().div_ceil(8)];
        let mut bases = vec![Points::default(); scalars.len()];
        for at in 0..8 * scalars.len() {
            let (k, negated) = odd(ks.get(at).unwrap_or(&ks[0]));
            scalars[at / 8].set(at % 8, &k, negated);
            bases[at / 8].set(at % 8, &plain(&points[(at + round) % 8]));
        }
        let mut sums = vec![SumMemory::default(); scalars.len()];
        multiply_points(proof, &bases, &scalars, &mut sums);
        let mut products = vec![Points::default(); scalars.len()];
        to_affine(proof, &sums, &mut products);
        for (at, k) in ks.iter().enumerate() {
            // The kernel gives -k P.
            let expected = times(&Scalar(*k).negate().0, &points[(at + round) % 8]);
            assert_eq!(products[at / 8].get(at % 8), affine(&expected), "{k:x?}");
        }
        ks.rotate_right(1);
    }
}

/// s G + t P with P = d G, against what verification reports for the right x, a wrong x, and where
/// the sum meets itself on the way.
#[test]
fn verdicts_are_right_and_meetings_are_undecided() {
    let Some(proof) = Ifma::supported() else {
        return;
    };
    let generator = generator_table(proof);
    let mut numbers = Numbers(5);
    for round in 0..60 {
        let mut claims = Claims::default();
        let mut points = Points::default();
        let mut keys = Vec::new();
        let mut wanted = [None; 8];
        for (lane, wanted) in wanted.iter_mut().enumerate() {
            let d = match (round + lane) % 4 {
                0 => [1 + lane as u64, 0, 0, 0],
                _ => numbers.below(&N, round % 2 == 0),
            };
            let d = if d == [0; 4] { [3, 0, 0, 0] } else { d };
            let key = times(&d, &GENERATOR).to_affine::<Portable>();
            let t = numbers.below(&N, round % 3 == 0);
            let t = if t == [0; 4] { [1, 0, 0, 0] } else { t };
            let td = Scalar(t).mul(&Scalar(d));
            // sG = tP, sG = -tP, or nothing of the kind.
            let s = match (round / 4 + lane) % 6 {
                0 => td.0,
                1 => td.negate().0,
                _ => numbers.below(&N, false),
            };
            let s = if s == [0; 4] { [1, 0, 0, 0] } else { s };
            let sum = times(&td.add(&Scalar(s)).0, &GENERATOR);
            let infinite = bool::from(sum.is_infinity());
            let mut x = sum.to_x::<Portable>().to_number::<Portable>();
            let right = (round + lane) % 3 != 0;
            if !right {
                x[0] ^= 1;
            }
            *wanted = (!infinite).then_some(right);
            let (s, minus_s) = odd(&s);
            let (t, minus_t) = odd(&t);
            claims.s.set(lane, &s, minus_s);
            claims.t.set(lane, &t, minus_t);
            claims.x.set(lane, &x);
            points.set(lane, &plain(&key));
            keys.push(plain(&key));
        }
        let tables = PointTable::build_vartime(proof, &keys);
        let tables = core::array::from_fn(|lane| &tables[lane]);
        let mut with_tables = [Verdicts::default()];
        verify_with_tables_vartime(proof, &generator, &[claims], &[tables], &mut with_tables);
        let mut with_points = [Verdicts::default()];
        verify_points_vartime(proof, &generator, &[claims], &[points], &mut with_points);
        for verdicts in [with_tables[0], with_points[0]] {
            for (lane, wanted) in wanted.iter().enumerate() {
                let equal = verdicts.equal >> lane & 1 == 1;
                let undecided = verdicts.undecided >> lane & 1 == 1;
                match wanted {
                    None => assert!(undecided && !equal, "infinity in lane {lane}"),
                    Some(right) => assert!(undecided || equal == *right, "lane {lane}"),
                }
            }
        }
    }
}

#[test]
fn ordinary_signatures_are_decided() {
    let Some(proof) = Ifma::supported() else {
        return;
    };
    let generator = generator_table(proof);
    let mut numbers = Numbers(6);
    let keys = points(8);
    let mut claims = Claims::default();
    let mut lanes = Points::default();
    for (lane, key) in keys.iter().enumerate() {
        let (s, t) = (numbers.below(&N, false), numbers.below(&N, false));
        let sum = times(&t, key);
        let other = times(&s, &GENERATOR).to_affine::<Portable>();
        let x = add_affine_vartime::<Portable>(&sum, &other).to_x::<Portable>();
        let ((s, minus_s), (t, minus_t)) = (odd(&s), odd(&t));
        claims.s.set(lane, &s, minus_s);
        claims.t.set(lane, &t, minus_t);
        claims.x.set(lane, &x.to_number::<Portable>());
        lanes.set(lane, &plain(key));
    }
    let plains: Vec<_> = keys.iter().map(plain).collect();
    let tables = PointTable::build_vartime(proof, &plains);
    let tables = core::array::from_fn(|lane| &tables[lane]);
    let mut verdicts = [Verdicts::default(); 2];
    verify_with_tables_vartime(proof, &generator, &[claims], &[tables], &mut verdicts[..1]);
    verify_points_vartime(proof, &generator, &[claims], &[lanes], &mut verdicts[1..]);
    for verdicts in verdicts {
        assert_eq!((verdicts.equal, verdicts.undecided), (0xff, 0));
    }
}

/// k G one at a time, against the slow way; in the frame of the four-word field.
#[test]
fn hard_scalars_come_out_right_one_at_a_time() {
    let Some(proof) = Ifma::supported() else {
        return;
    };
    let comb = Comb::new(&generator_table(proof));
    let single = SingleComb::new(proof, &comb);
    let mut numbers = Numbers(9);
    let mut ks = hard_scalars();
    ks.extend(scalars_of_turned_lanes());
    ks.extend((0..500).map(|at| numbers.below(&N, at % 2 == 0)));
    for k in ks.into_iter().filter(|k| *k != [0; 4]) {
        let (odd, negated) = odd(&k);
        let sum = single.multiply(proof, &odd, negated);
        let [x, y, zz, zzz] = [sum.x, sum.y, sum.zz, sum.zzz].map(field::Fe);
        let expected = times(&k, &GENERATOR).to_affine::<Portable>();
        let found = [
            Portable::mul(&x, &zz.invert::<Portable>()),
            Portable::mul(&y, &zzz.invert::<Portable>()),
        ];
        assert_eq!(found, [expected.x, expected.y], "{k:x?}");
    }
}

/// Scalars whose 32-bit lanes are those of n, some with their signs turned: the ones at which sums of
/// lanes come closest to meeting.
fn scalars_of_turned_lanes() -> Vec<[u64; 4]> {
    let lane_of_n = |lane: usize| {
        let half = |at: usize| N[at / 2] >> (32 * (at % 2)) & 0xffff_ffff;
        let bits = half(lane) | 1;
        let positive = lane == 7 || half(lane + 1) & 1 == 1;
        let mut size = [0; 4];
        size[lane / 2] = (if positive { bits } else { (1 << 32) - bits }) << (32 * (lane % 2));
        (Scalar(size), positive)
    };
    let turned = |lanes: u32| {
        (0..8).fold(Scalar::default(), |sum, lane| {
            let (size, positive) = lane_of_n(lane);
            if positive ^ (lanes >> lane & 1 == 1) {
                sum.add(&size)
            } else {
                sum.sub(&size)
            }
        })
    };
    (0..256).map(|lanes| turned(lanes).0).collect()
}

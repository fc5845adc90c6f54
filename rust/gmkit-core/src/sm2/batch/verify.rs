//! Verifying many signatures, each by itself. Everything here is public.

use super::affine;
use crate::sm2::field::FieldOps;
use crate::sm2::identity::{self, UserIdTooLong};
use crate::sm2::key::PublicKey;
use crate::sm2::precomputed::PrecomputedKey;
use crate::sm2::sign::Signature;
use crate::sm2::tables::WideComb;
use crate::sm2::verify::{Equation, InvalidSignature};
use crate::sm2::with_field;
use crate::sm3;

/// So many signatures of keys with tables, and fewer, are verified one by one: eight lanes take three times as
/// long as one signature spread over them.
const FEW: usize = 3;

/// A key that signatures of a batch are verified with.
#[derive(Clone, Copy)]
pub enum BatchKey<'a> {
    /// A key as it is. A table is made for the duration of the call if it is worth its cost.
    Plain(&'a PublicKey),
    /// A key with tables, which are kept between calls.
    Precomputed(&'a PrecomputedKey),
}

/// A message and the signature it is said to bear.
#[derive(Clone, Copy, Debug)]
pub struct SignedMessage<'a> {
    /// Place of the key among the keys of the call.
    pub key: usize,
    /// The message.
    pub message: &'a [u8],
    /// The signature.
    pub signature: Signature,
}

/// A digest e = SM3(Z || M) and the signature it is said to bear.
#[derive(Clone, Copy, Debug)]
pub struct Claim {
    /// Place of the key among the keys of the call.
    pub key: usize,
    /// e.
    pub e: [u8; 32],
    /// The signature.
    pub signature: Signature,
}

/// What was found of one signature.
pub type Verdict = Result<(), InvalidSignature>;

impl<'a> BatchKey<'a> {
    /// The key.
    #[must_use]
    pub const fn public_key(self) -> &'a PublicKey {
        match self {
            Self::Plain(key) => key,
            Self::Precomputed(key) => key.public_key(),
        }
    }

    const fn has_table(self) -> bool {
        matches!(self, Self::Precomputed(_))
    }

    fn verify_prehashed(self, claim: &Claim) -> Verdict {
        match self {
            Self::Plain(key) => key.verify_prehashed(&claim.signature, &claim.e),
            Self::Precomputed(key) => key.verify_prehashed(&claim.signature, &claim.e),
        }
    }
}

/// The verdict on every signature, signed as `user_id`; in the order of the items.
///
/// # Panics
/// If an item names a key that is not there.
#[must_use]
pub fn verify_batch(
    keys: &[BatchKey<'_>],
    items: &[SignedMessage<'_>],
    user_id: &[u8],
) -> Vec<Verdict> {
    let Ok(digests) = digest_batch(keys, items, user_id) else {
        // For an identifier that is too long no signature can exist.
        return vec![Err(InvalidSignature); items.len()];
    };
    let claims: Vec<Claim> = items
        .iter()
        .zip(digests)
        .map(|(item, e)| Claim {
            key: item.key,
            e,
            signature: item.signature,
        })
        .collect();
    verify_prehashed_batch(keys, &claims)
}

/// e = SM3(Z || M) of every item; in their order.
///
/// # Errors
/// [`UserIdTooLong`] if the identifier cannot be hashed.
///
/// # Panics
/// If an item names a key that is not there.
pub fn digest_batch(
    keys: &[BatchKey<'_>],
    items: &[SignedMessage<'_>],
    user_id: &[u8],
) -> Result<Vec<[u8; 32]>, UserIdTooLong> {
    if items.len() <= FEW && user_id == identity::DEFAULT_USER_ID {
        let one = |item: &SignedMessage<'_>| match keys[item.key] {
            BatchKey::Precomputed(key) => Ok(key.digest(item.message)),
            BatchKey::Plain(key) => identity::digest(user_id, key, item.message),
        };
        return items.iter().map(one).collect();
    }
    // Z once for every key that has an item.
    let mut places = vec![None; keys.len()];
    let mut used = Vec::new();
    for item in items {
        places[item.key].get_or_insert_with(|| {
            used.push(keys[item.key].public_key());
            used.len() - 1
        });
    }
    let zs = identity::z_many(user_id, &used)?;
    let z = |item: &SignedMessage<'_>| places[item.key].map_or(&[][..], |place| &zs[place][..]);
    let parts: Vec<[&[u8]; 2]> = items.iter().map(|item| [z(item), item.message]).collect();
    let mut digests = vec![[0; 32]; items.len()];
    sm3::digest_batch_parts(&parts, &mut digests);
    Ok(digests)
}

/// The verdict on every claim, in their order.
///
/// # Panics
/// If a claim names a key that is not there.
#[must_use]
pub fn verify_prehashed_batch(keys: &[BatchKey<'_>], claims: &[Claim]) -> Vec<Verdict> {
    if claims.len() <= FEW && claims.iter().all(|claim| keys[claim.key].has_table()) {
        let one = |claim: &Claim| keys[claim.key].verify_prehashed(claim);
        return claims.iter().map(one).collect();
    }
    #[cfg(target_arch = "x86_64")]
    if let Some(proof) = crate::arch::ifma::Ifma::active() {
        return in_lanes::verify_vartime(proof, keys, claims);
    }
    with_field!(verify_sharing_vartime(keys, claims))
}

/// As [`verify_prehashed_batch`] without lanes: signatures of a key with many share its wide table
/// and their inversions, the others are verified one by one.
fn verify_sharing_vartime<F: FieldOps>(keys: &[BatchKey<'_>], claims: &[Claim]) -> Vec<Verdict> {
    let mut by_key: Vec<Vec<usize>> = vec![Vec::new(); keys.len()];
    for (place, claim) in claims.iter().enumerate() {
        by_key[claim.key].push(place);
    }
    let mut verdicts = vec![Err(InvalidSignature); claims.len()];
    for (key, places) in keys.iter().zip(by_key) {
        if places.len() < affine::WORTH_A_TABLE {
            for place in places {
                verdicts[place] = key.verify_prehashed(&claims[place]);
            }
            continue;
        }
        let made;
        let table = match key {
            BatchKey::Precomputed(key) => key.wide::<F>(),
            BatchKey::Plain(key) => {
                made = WideComb::new_vartime::<F>(&key.point);
                &made
            }
        };
        // A signature out of range stays refused.
        let equations: Vec<(usize, Equation)> = places
            .into_iter()
            .filter_map(|place| {
                let claim = &claims[place];
                let equation = Equation::new_vartime(&claim.signature, &claim.e).ok()?;
                Some((place, equation))
            })
            .collect();
        let together: Vec<&Equation> = equations.iter().map(|(_, equation)| equation).collect();
        let found = affine::verify_vartime::<F>(table, &together);
        for ((place, _), verdict) in equations.iter().zip(found) {
            verdicts[*place] = verdict.unwrap_or_else(|| key.verify_prehashed(&claims[*place]));
        }
    }
    verdicts
}

#[cfg(target_arch = "x86_64")]
mod in_lanes {
    use super::super::lanes::{generator, plain_point, set_scalar, LANES};
    use super::{BatchKey, Claim, InvalidSignature, Verdict};
    use crate::arch::ifma::{
        verify_points_vartime, verify_with_tables_vartime, Claims, Ifma, PointTable, Points,
        Verdicts,
    };
    use crate::sm2::verify::Equation;

    /// Signatures of a key in one call from which on a table for it pays: making one costs what
    /// about thirty verifications without one cost more than with.
    const WORTH_A_TABLE: usize = 32;
    /// Tables made together, and dropped together: lanes of a vector.
    const TABLES: usize = LANES;
    /// Signatures brought into lanes at a time.
    const TOGETHER: usize = 512;

    /// A signature with ranges checked, and where its verdict goes.
    struct Job {
        place: usize,
        key: usize,
        equation: Equation,
    }

    pub(super) fn verify_vartime(
        proof: Ifma,
        keys: &[BatchKey<'_>],
        claims: &[Claim],
    ) -> Vec<Verdict> {
        let mut verdicts = vec![Err(InvalidSignature); claims.len()];
        let mut by_key: Vec<Vec<Job>> = keys.iter().map(|_| Vec::new()).collect();
        for (place, claim) in claims.iter().enumerate() {
            let Ok(equation) = Equation::new_vartime(&claim.signature, &claim.e) else {
                continue;
            };
            // The kernels compare with one x.
            if equation.second_x_vartime().is_some() {
                verdicts[place] = keys[claim.key].verify_prehashed(claim);
                continue;
            }
            by_key[claim.key].push(Job {
                place,
                key: claim.key,
                equation,
            });
        }
        let mut decide = |jobs: &[&Job], found: &[Verdicts]| {
            for (at, job) in jobs.iter().enumerate() {
                let bit = |lanes: u8| lanes >> (at % LANES) & 1 == 1;
                let found = &found[at / LANES];
                verdicts[job.place] = if bit(found.undecided) {
                    keys[job.key].verify_prehashed(&claims[job.place])
                } else if bit(found.equal) {
                    Ok(())
                } else {
                    Err(InvalidSignature)
                };
            }
        };

        let mut with_tables: Vec<(&Job, &PointTable)> = Vec::new();
        let mut without: Vec<&Job> = Vec::new();
        let mut worth: Vec<usize> = Vec::new();
        for (key, jobs) in by_key.iter().enumerate() {
            match keys[key] {
                BatchKey::Precomputed(key) if !jobs.is_empty() => {
                    let table = key.lanes(proof);
                    with_tables.extend(jobs.iter().map(|job| (job, table)));
                }
                _ if jobs.len() >= WORTH_A_TABLE => worth.push(key),
                _ => without.extend(jobs),
            }
        }
        run_with_tables(proof, &with_tables, &mut decide);
        for some in worth.chunks(TABLES) {
            let points: Vec<_> = some
                .iter()
                .map(|&key| plain_point(keys[key].public_key()))
                .collect();
            let tables = PointTable::build_vartime(proof, &points);
            let jobs: Vec<_> = some
                .iter()
                .zip(&tables)
                .flat_map(|(&key, table)| by_key[key].iter().map(move |job| (job, table)))
                .collect();
            run_with_tables(proof, &jobs, &mut decide);
        }
        run_without(proof, keys, &without, &mut decide);
        verdicts
    }

    fn run_with_tables(
        proof: Ifma,
        jobs: &[(&Job, &PointTable)],
        decide: &mut impl FnMut(&[&Job], &[Verdicts]),
    ) {
        for jobs in jobs.chunks(TOGETHER) {
            let (jobs, tables): (Vec<&Job>, Vec<&PointTable>) = jobs.iter().copied().unzip();
            let claims = to_lanes(&jobs);
            // Lanes without a job repeat the last one.
            let tables: Vec<[&PointTable; LANES]> = tables
                .chunks(LANES)
                .map(|some| core::array::from_fn(|lane| some[lane.min(some.len() - 1)]))
                .collect();
            let mut found = vec![Verdicts::default(); claims.len()];
            verify_with_tables_vartime(proof, generator(proof), &claims, &tables, &mut found);
            decide(&jobs, &found);
        }
    }

    fn run_without(
        proof: Ifma,
        keys: &[BatchKey<'_>],
        jobs: &[&Job],
        decide: &mut impl FnMut(&[&Job], &[Verdicts]),
    ) {
        for jobs in jobs.chunks(TOGETHER) {
            let claims = to_lanes(jobs);
            let to_points = |some: &[&Job]| {
                let mut points = Points::default();
                for lane in 0..LANES {
                    let job = some[lane.min(some.len() - 1)];
                    points.set(lane, &plain_point(keys[job.key].public_key()));
                }
                points
            };
            let points: Vec<Points> = jobs.chunks(LANES).map(to_points).collect();
            let mut found = vec![Verdicts::default(); claims.len()];
            verify_points_vartime(proof, generator(proof), &claims, &points, &mut found);
            decide(jobs, &found);
        }
    }

    fn to_lanes(jobs: &[&Job]) -> Vec<Claims> {
        let eight = |some: &[&Job]| {
            let mut claims = Claims::default();
            for lane in 0..LANES {
                let equation = &some[lane.min(some.len() - 1)].equation;
                set_scalar(&mut claims.s, lane, &equation.s, 0);
                set_scalar(&mut claims.t, lane, &equation.t, 0);
                claims.x.set(lane, &equation.x.0);
            }
            claims
        };
        jobs.chunks(LANES).map(eight).collect()
    }
}

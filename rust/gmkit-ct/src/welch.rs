//! Welch's t of two sets of durations.

/// |t|: how far apart the means are, in units of their uncertainty. The largest of several cuts, as
/// a leak may sit in the body of the distribution or in its tail; a cut leaves out the durations
/// above a percentile of both sets together, which are other people's work on the machine.
pub fn largest_t(first: &[f64], second: &[f64]) -> f64 {
    let mut all: Vec<f64> = [first, second].concat();
    all.sort_by(f64::total_cmp);
    let cuts = [0.5, 0.75, 0.9, 0.95, 0.99];
    cuts.into_iter()
        .map(|share| {
            let limit = all[(share * (all.len() - 1) as f64) as usize];
            t(first, second, limit).abs()
        })
        .fold(0.0, f64::max)
}

fn t(first: &[f64], second: &[f64], limit: f64) -> f64 {
    let (n, mean, variance) = moments(first, limit);
    let (m, other_mean, other_variance) = moments(second, limit);
    let spread = (variance / n + other_variance / m).sqrt();
    let difference = mean - other_mean;
    // Two sets that do not vary at all: equal, or as different as can be.
    if spread > 0.0 {
        difference / spread
    } else if difference == 0.0 {
        0.0
    } else {
        f64::INFINITY
    }
}

/// Number, mean and variance of the durations up to `limit`.
fn moments(durations: &[f64], limit: f64) -> (f64, f64, f64) {
    let kept = || durations.iter().filter(|duration| **duration <= limit);
    let n = (kept().count() as f64).max(2.0);
    let mean = kept().sum::<f64>() / n;
    let variance = kept()
        .map(|duration| (duration - mean).powi(2))
        .sum::<f64>()
        / (n - 1.0);
    (n, mean, variance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_sets_and_shifted_sets() {
        let set: Vec<f64> = (0..1000).map(|i| f64::from(i % 17)).collect();
        assert!(largest_t(&set, &set) < 1e-9);
        let shifted: Vec<f64> = set.iter().map(|duration| duration + 2.0).collect();
        assert!(largest_t(&set, &shifted) > 4.5);
        assert_eq!(t(&[1.0; 9], &[1.0; 9], 2.0), 0.0);
        assert_eq!(t(&[1.0; 9], &[2.0; 9], 2.0), f64::INFINITY);
    }
}

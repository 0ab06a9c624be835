//! [`Histogram`]: how many things have which size.

use std::collections::BTreeMap;

/// Counts by size.
pub(super) struct Histogram<'a>(pub(super) &'a BTreeMap<u64, u64>);

/// Columns of a plot, at most.
const COLUMNS: u64 = 16;

impl Histogram<'_> {
    pub(super) fn all(&self) -> u64 {
        self.0.values().sum()
    }

    pub(super) fn mean(&self) -> f64 {
        let sum: f64 = self.0.iter().map(|(size, count)| *size as f64 * *count as f64).sum();
        sum / self.all().max(1) as f64
    }

    /// The smallest size that this share of all does not exceed; `None` where nothing is counted.
    pub(super) fn at(&self, share: f64) -> Option<u64> {
        let all = self.all();
        let rank = ((share * all as f64).ceil() as u64).clamp(1, all.max(1));
        let mut passed = 0;
        self.0.iter().find_map(|(size, count)| {
            passed += count;
            (*count > 0 && passed >= rank).then_some(*size)
        })
    }

    /// The columns of a plot and the step between them: 1, 2 or 5 times a power of ten. The last column takes the long tail.
    pub(super) fn columns(&self) -> (Vec<(String, u64)>, u64) {
        let (Some(first), Some(last)) = (self.at(0.0), self.at(1.0)) else { return (Vec::new(), 1) };
        // A last column for what fewer than one in 200 reach, where that makes the others wider.
        let most = if last - first < COLUMNS { last } else { self.at(0.995).unwrap_or(last) };
        let steps = std::iter::successors(Some(1_u64), |step| step.checked_mul(10));
        let steps = steps.flat_map(|power| [1, 2, 5].map(|times| power.saturating_mul(times)));
        let step = steps.into_iter().find(|step| most / step - first / step < COLUMNS).unwrap_or(u64::MAX);
        let (low, high) = (first / step, most / step);
        let mut columns: Vec<(String, u64)> = (low..=high).map(|at| ((at * step).to_string(), 0)).collect();
        for (size, count) in self.0 {
            let at = ((size / step).min(high) - low.min(size / step)) as usize;
            if let Some((_, sum)) = columns.get_mut(at) {
                *sum += count;
            }
        }
        if last / step > high
            && let Some((label, _)) = columns.last_mut()
        {
            label.push('+');
        }
        (columns, step)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn few_sizes_have_a_column_each() {
        let counts = BTreeMap::from([(0, 2), (2, 1), (3, 1)]);
        let histogram = Histogram(&counts);
        let (columns, _) = histogram.columns();
        let shown: Vec<(&str, u64)> = columns.iter().map(|(label, count)| (label.as_str(), *count)).collect();
        assert_eq!(shown, [("0", 2), ("1", 0), ("2", 1), ("3", 1)]);
        assert_eq!((histogram.at(0.5), histogram.at(1.0), histogram.mean()), (Some(0), Some(3), 1.25));
    }

    #[test]
    fn a_long_tail_is_one_column() {
        let mut counts: BTreeMap<u64, u64> = (5..40).map(|size| (size, 100)).collect();
        counts.insert(100_000, 1);
        let (columns, step) = Histogram(&counts).columns();
        assert_eq!(step, 5);
        assert_eq!(columns.first().map(|(label, _)| label.as_str()), Some("5"));
        assert_eq!(columns.last().map(|(label, _)| label.as_str()), Some("35+"));
        assert!(Histogram(&BTreeMap::new()).columns().0.is_empty());
    }

    proptest! {
        #[test]
        fn nothing_is_lost(counts in prop::collection::btree_map(any::<u64>(), 0..1000u64, 0..40)) {
            let histogram = Histogram(&counts);
            let (columns, _) = histogram.columns();
            prop_assert!(columns.len() as u64 <= COLUMNS);
            prop_assert_eq!(columns.iter().map(|(_, count)| count).sum::<u64>(), histogram.all());
        }
    }
}

//! How sure a share is: Wilson's interval.

/// The 95 % interval of Wilson for `right` of `all`, as two shares; `(0, 1)` where there is nothing.
///
/// Source: E. B. Wilson, Journal of the American Statistical Association 22 (1927).
///
/// ```
/// let (low, high) = toolwright_core::interval(9, 10);
/// assert!((low - 0.596).abs() < 0.001 && (high - 0.982).abs() < 0.001);
/// assert_eq!(toolwright_core::interval(0, 0), (0.0, 1.0));
/// ```
pub fn interval(right: usize, all: usize) -> (f64, f64) {
    if all == 0 {
        return (0.0, 1.0);
    }
    // The normal quantile of 97.5 %.
    const Z: f64 = 1.959_963_984_540_054;
    let (n, share) = (all as f64, right as f64 / all as f64);
    let spread = Z * Z / n;
    let middle = share + spread / 2.0;
    let half = Z * (share * (1.0 - share) / n + spread / (4.0 * n)).sqrt();
    let bound = |value: f64| (value / (1.0 + spread)).clamp(0.0, 1.0);
    (bound(middle - half), bound(middle + half))
}

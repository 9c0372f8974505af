#pragma once

namespace pegbox {

/// A value and its derivative.
struct Slope {
  double value;
  double derivative;
};

/// The logarithm of Φ(z), the probability that a standard normal number is below `z`. Relative precision in both tails,
/// for any finite z.
Slope log_normal_cdf(double z);

/// The logarithm of φ(z) + z Φ(z): of the improvement that is expected of a standard normal number that is to fall
/// below z. Exact where the improvement itself is far too small for a double (S. Ament, S. Daulton, D. Eriksson, M.
/// Balandat, E. Bakshy, "Unexpected improvements to expected improvement for Bayesian optimization", 2023, equation 9).
Slope log_normal_improvement(double z);

}  // namespace pegbox

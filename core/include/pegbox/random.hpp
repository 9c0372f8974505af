#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string_view>
#include <utility>

namespace pegbox {

/// A stream of random numbers that is a pure function of (study seed, trial number, purpose): no state is shared, so
/// any two streams can be drawn from in any order and on any thread. Philox4x32-10, from J. K. Salmon et al.,
/// "Parallel random numbers: as easy as 1, 2, 3" (SC 2011): the seed is the key; the trial, a hash of the purpose and
/// the position are the counter. The standard's distributions differ between libraries, so those needed are here.
class Random {
 public:
  using result_type = std::uint64_t;

  Random(std::uint64_t seed, std::int64_t trial, std::string_view purpose);

  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }

  /// 64 random bits.
  result_type operator()();

  /// Uniform on [0, 1), 53 bits.
  double uniform();

  /// Uniform on 0, 1, …, n − 1 without bias; n ≥ 1.
  std::uint64_t below(std::uint64_t n);

  /// Standard normal, by Box and Muller.
  double normal();

  /// Puts the elements of a random-access range in random order (Fisher and Yates).
  template <class Range>
  void shuffle(Range& range) {
    for (auto left = range.size(); left > 1; --left) std::swap(range[left - 1], range[below(left)]);
  }

 private:
  std::array<std::uint32_t, 2> key_;
  std::array<std::uint32_t, 4> counter_;
  std::array<std::uint32_t, 4> block_{};
  int used_ = 4;
};

/// One block of Philox4x32-10.
std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key);

/// The seed of a trial's own generator: below 2^53.
std::uint64_t trial_seed(std::uint64_t study_seed, int trial);

}  // namespace pegbox

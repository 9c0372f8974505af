#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <vector>

#include <gmock/gmock.h>

#include <pegbox/random.hpp>

namespace pegbox {
namespace {

using testing::ElementsAre;

/// The known answers that come with Random123 (kat_vectors, philox4x32 10).
TEST(Philox, GivesTheKnownAnswers) {
  EXPECT_THAT(philox({0, 0, 0, 0}, {0, 0}), ElementsAre(0x6627e8d5U, 0xe169c58dU, 0xbc57ac4cU, 0x9b00dbd8U));
  EXPECT_THAT(philox({0xffffffffU, 0xffffffffU, 0xffffffffU, 0xffffffffU}, {0xffffffffU, 0xffffffffU}),
              ElementsAre(0x408f276dU, 0x41c83b0eU, 0xa20bc7c6U, 0x6d5451fdU));
  EXPECT_THAT(philox({0x243f6a88U, 0x85a308d3U, 0x13198a2eU, 0x03707344U}, {0xa4093822U, 0x299f31d0U}),
              ElementsAre(0xd16cfe09U, 0x94fdccebU, 0x5001e420U, 0x24126ea1U));
}

TEST(Random, IsAFunctionOfSeedTrialAndPurpose) {
  const auto first = [](std::uint64_t seed, std::int64_t trial, std::string_view purpose) {
    return Random(seed, trial, purpose)();
  };
  EXPECT_EQ(first(1, 2, "random"), first(1, 2, "random"));
  const std::set<std::uint64_t> different = {first(1, 2, "random"),
                                             first(2, 2, "random"),
                                             first(1, 3, "random"),
                                             first(1, 2, "grid"),
                                             first(1ULL << 32, 2, "random"),
                                             first(1, -2, "random"),
                                             first(1, 2 + (1LL << 32), "random"),
                                             first(1, 2, "")};
  EXPECT_EQ(different.size(), 8U);
}

TEST(Random, DrawsBlockAfterBlock) {
  Random random(0, 0, "random");
  std::set<std::uint64_t> seen;
  constexpr std::size_t kDraws = 10'000;
  for (std::size_t i = 0; i < kDraws; ++i) seen.insert(random());
  EXPECT_EQ(seen.size(), kDraws);
}

/// Mean and higher moments within five standard errors of the exact ones.
TEST(Random, UniformHasItsMoments) {
  Random random(7, 0, "uniform");
  constexpr int kDraws = 200'000;
  double low = 1, high = 0, sum = 0, squares = 0, previous = 0, products = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double x = random.uniform();
    low = std::min(low, x);
    high = std::max(high, x);
    sum += x;
    squares += x * x;
    products += (x - 0.5) * (previous - 0.5);
    previous = x;
  }
  const double root = std::sqrt(kDraws);
  EXPECT_GE(low, 0);
  EXPECT_LT(high, 1);
  EXPECT_NEAR(sum / kDraws, 1.0 / 2, 5 * std::sqrt(1.0 / 12) / root);
  EXPECT_NEAR(squares / kDraws, 1.0 / 3, 5 * std::sqrt(4.0 / 45) / root);
  EXPECT_NEAR(products / kDraws, 0, 5 * (1.0 / 12) / root);
}

TEST(Random, NormalHasItsMoments) {
  Random random(7, 0, "normal");
  constexpr int kDraws = 200'000;
  std::array<double, 5> moment{};
  int beyond_two = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double x = random.normal();
    ASSERT_TRUE(std::isfinite(x));
    for (std::size_t k = 1; k < moment.size(); ++k) moment[k] += std::pow(x, k) / kDraws;
    beyond_two += std::abs(x) > 2 ? 1 : 0;
  }
  const double root = std::sqrt(kDraws);
  EXPECT_NEAR(moment[1], 0, 5 * std::sqrt(1.0) / root);
  EXPECT_NEAR(moment[2], 1, 5 * std::sqrt(2.0) / root);
  EXPECT_NEAR(moment[3], 0, 5 * std::sqrt(15.0) / root);
  EXPECT_NEAR(moment[4], 3, 5 * std::sqrt(96.0) / root);
  EXPECT_NEAR(beyond_two / static_cast<double>(kDraws), std::erfc(std::sqrt(2.0)), 5 * 0.21 / root);
}

TEST(Random, BelowIsFair) {
  Random random(7, 0, "below");
  for (const std::uint64_t n : {1U, 2U, 3U, 7U, 10U}) {
    constexpr int kDraws = 70'000;
    std::vector<double> counts(n, 0);
    for (int i = 0; i < kDraws; ++i) {
      const std::uint64_t k = random.below(n);
      ASSERT_LT(k, n);
      ++counts[k];
    }
    const double expected = kDraws / static_cast<double>(n);
    double chi_square = 0;
    for (const double count : counts) chi_square += (count - expected) * (count - expected) / expected;
    EXPECT_LT(chi_square, static_cast<double>(n) + 5 * std::sqrt(2.0 * static_cast<double>(n))) << n;
  }
}

/// Of three quarters of all 64-bit numbers, the remainder alone would give the lowest third twice as often.
TEST(Random, BelowIsFairWhereTheRemainderIsNot) {
  Random random(7, 0, "below");
  constexpr std::uint64_t kN = 3ULL << 62;
  constexpr int kDraws = 30'000;
  int lowest_third = 0;
  for (int i = 0; i < kDraws; ++i) {
    const std::uint64_t k = random.below(kN);
    ASSERT_LT(k, kN);
    lowest_third += k < (1ULL << 62) ? 1 : 0;
  }
  EXPECT_NEAR(lowest_third, kDraws / 3.0, 5 * std::sqrt(kDraws * 2.0 / 9));
}

TEST(Random, ShufflesFairly) {
  Random random(7, 0, "shuffle");
  constexpr int kDraws = 24'000;
  std::map<std::vector<int>, double> counts;
  for (int i = 0; i < kDraws; ++i) {
    std::vector<int> numbers = {1, 2, 3, 4};
    random.shuffle(numbers);
    ++counts[numbers];
  }
  ASSERT_EQ(counts.size(), 24U);
  double chi_square = 0;
  for (const auto& [order, count] : counts) chi_square += (count - 1000) * (count - 1000) / 1000;
  EXPECT_LT(chi_square, 49.7);  // 23 degrees of freedom, one in a thousand
}

TEST(TrialSeed, DiffersAndFitsADouble) {
  std::set<std::uint64_t> seeds;
  for (std::uint64_t study : {0ULL, 1ULL, ~0ULL}) {
    for (int trial = 0; trial < 1000; ++trial) seeds.insert(trial_seed(study, trial));
  }
  EXPECT_EQ(seeds.size(), 3000U);
  EXPECT_LT(*seeds.rbegin(), 1ULL << 53);
}

}  // namespace
}  // namespace pegbox

#include "data/split.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <gmock/gmock.h>

#include <pegbox/error.hpp>
#include <pegbox/random.hpp>

namespace pegbox {
namespace {

using testing::ElementsAre;
using testing::Throws;

using Numbers = std::vector<std::int64_t>;

/// Each row is in exactly one part, and both parts ascend.
void expect_whole(const Split& split, std::int64_t rows) {
  Numbers all(static_cast<std::size_t>(rows));
  std::iota(all.begin(), all.end(), std::int64_t{0});
  Numbers merged;
  std::merge(split.train.begin(), split.train.end(), split.validation.begin(), split.validation.end(),
             std::back_inserter(merged));
  EXPECT_EQ(merged, all);
  EXPECT_TRUE(std::is_sorted(split.train.begin(), split.train.end()));
  EXPECT_TRUE(std::is_sorted(split.validation.begin(), split.validation.end()));
}

Split random_split(std::int64_t rows, double fraction, std::uint64_t seed) {
  return held_out({rows}, fraction, {seed});
}

Split stratified_split(const Numbers& labels, double fraction, std::uint64_t seed) {
  return held_out({std::ssize(labels), labels}, fraction, {seed});
}

TEST(RandomSplit, PartsAreDisjointWholeAndOfTheirSizes) {
  for (const std::int64_t rows : {2, 3, 5, 10, 97, 1797}) {
    for (const double fraction : {0.001, 0.1, 0.2, 0.5, 0.75, 0.999}) {
      const Split split = random_split(rows, fraction, 3);
      expect_whole(split, rows);
      const auto rounded = static_cast<std::int64_t>(std::floor(fraction * static_cast<double>(rows) + 0.5));
      EXPECT_EQ(std::ssize(split.validation), std::min(std::max<std::int64_t>(rounded, 1), rows - 1));
    }
  }
}

TEST(RandomSplit, IsAFunctionOfTheSeed) {
  EXPECT_EQ(random_split(100, 0.2, 1).validation, random_split(100, 0.2, 1).validation);
  EXPECT_NE(random_split(100, 0.2, 1).validation, random_split(100, 0.2, 2).validation);
}

TEST(RandomSplit, EachRowIsHeldOutEquallyOften) {
  std::vector<int> counts(10);
  constexpr int kDraws = 4000;
  for (std::uint64_t seed = 0; seed < kDraws; ++seed) {
    for (const auto row : random_split(10, 0.3, seed).validation) ++counts.at(static_cast<std::size_t>(row));
  }
  const double deviation = std::sqrt(kDraws * 0.3 * 0.7);
  for (const int count : counts) EXPECT_NEAR(count, kDraws * 0.3, 5 * deviation);
}

TEST(RandomSplit, RefusesWhatCannotBeSplit) {
  EXPECT_THAT([] { random_split(1, 0.5, 0); }, Throws<StudyError>());
  EXPECT_THAT([] { random_split(0, 0.5, 0); }, Throws<StudyError>());
  for (const double fraction : {0.0, 1.0, -0.1, 1.5, std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_THAT([=] { random_split(10, fraction, 0); }, Throws<StudyError>()) << fraction;
  }
}

Numbers counts(const Numbers& rows, const Numbers& labels, std::size_t classes) {
  Numbers result(classes);
  for (const auto row : rows) ++result.at(static_cast<std::size_t>(labels.at(static_cast<std::size_t>(row))));
  return result;
}

/// Most rows of a class that validation may have.
std::int64_t cap(std::int64_t size) { return size > 1 ? size - 1 : size; }

/// Of all ways to hold out `total` rows within the caps, the one nearest to proportion by squares, which is what
/// largest remainders give; of equals the one that favours low class numbers.
Numbers by_brute_force(const Numbers& sizes, std::int64_t total) {
  const auto rows = std::accumulate(sizes.begin(), sizes.end(), std::int64_t{0});
  Numbers best;
  std::int64_t least = std::numeric_limits<std::int64_t>::max();
  Numbers trial(sizes.size());
  const auto visit = [&](auto&& self, std::size_t at, std::int64_t left) -> void {
    if (at == sizes.size()) {
      if (left != 0) return;
      std::int64_t squares = 0;
      for (std::size_t i = 0; i < sizes.size(); ++i) {
        const std::int64_t off = trial[i] * rows - total * sizes[i];
        squares += off * off;
      }
      if (squares < least || (squares == least && trial > best)) best = trial;
      least = std::min(least, squares);
      return;
    }
    for (trial[at] = 0; trial[at] <= std::min(left, cap(sizes[at])); ++trial[at]) self(self, at + 1, left - trial[at]);
  };
  visit(visit, 0, total);
  return best;
}

TEST(StratifiedSplit, SharesAreThoseOfTheLargestRemainder) {
  for (int round = 0; round < 400; ++round) {
    Random random(5, round, "classes");
    Numbers sizes(1 + random.below(4));
    for (auto& size : sizes) size = 1 + static_cast<std::int64_t>(random.below(7));
    const auto rows = std::accumulate(sizes.begin(), sizes.end(), std::int64_t{0});
    if (rows < 2) continue;
    Numbers labels;
    for (std::size_t i = 0; i < sizes.size(); ++i)
      labels.insert(labels.end(), static_cast<std::size_t>(sizes[i]), std::int64_t(i));
    random.shuffle(labels);
    const double fraction = 0.02 + 0.96 * random.uniform();

    const Split split = stratified_split(labels, fraction, 9);
    expect_whole(split, rows);
    std::int64_t places = 0;
    for (const auto size : sizes) places += cap(size);
    const auto total = std::min(std::ssize(random_split(rows, fraction, 9).validation), std::ptrdiff_t(places));
    EXPECT_EQ(counts(split.validation, labels, sizes.size()), by_brute_force(sizes, total))
        << testing::PrintToString(sizes) << " " << fraction;
  }
}

TEST(StratifiedSplit, KeepsOneRowOfAPairToTrainOn) {
  const Numbers labels{0, 0, 1, 1, 1, 1, 1, 1, 1, 1};
  const Split split = stratified_split(labels, 0.8, 1);
  EXPECT_THAT(counts(split.train, labels, 2), ElementsAre(1, 1));
}

TEST(StratifiedSplit, TheTotalGivesWayWhereAClassWouldHaveNoRowToTrainOn) {
  const Numbers labels{0, 1, 0, 1};
  const Split split = stratified_split(labels, 0.75, 1);
  EXPECT_THAT(counts(split.train, labels, 2), ElementsAre(1, 1));
  EXPECT_THAT(counts(split.validation, labels, 2), ElementsAre(1, 1));
}

TEST(StratifiedSplit, ClassesOfOneRowAreSplitAsRows) {
  const Numbers labels{4, 2, 0, 3, 1};
  const Split split = stratified_split(labels, 0.4, 1);
  expect_whole(split, 5);
  EXPECT_EQ(split.validation.size(), 2U);
}

TEST(StratifiedSplit, IsAFunctionOfTheSeed) {
  Numbers labels(100);
  for (std::size_t i = 0; i < labels.size(); ++i) labels[i] = static_cast<std::int64_t>(i % 3);
  EXPECT_EQ(stratified_split(labels, 0.2, 1).validation, stratified_split(labels, 0.2, 1).validation);
  EXPECT_NE(stratified_split(labels, 0.2, 1).validation, stratified_split(labels, 0.2, 2).validation);
}

TEST(StratifiedSplit, EachStreamAndRepeatHasItsOwnRows) {
  Numbers labels(100);
  for (std::size_t i = 0; i < labels.size(); ++i) labels[i] = static_cast<std::int64_t>(i % 3);
  const SplitRows rows{100, labels};
  const Numbers first = held_out(rows, 0.2, {1, 0}).validation;
  EXPECT_NE(held_out(rows, 0.2, {1, 1}).validation, first);
  EXPECT_NE(held_out(rows, 0.2, {1, 0, "test"}).validation, first);
}

TEST(StratifiedSplit, RefusesWhatCannotBeSplit) {
  EXPECT_THAT([] { stratified_split(Numbers{}, 0.5, 0); }, Throws<StudyError>());
  EXPECT_THAT([] { stratified_split(Numbers{0}, 0.5, 0); }, Throws<StudyError>());
  EXPECT_THAT([] { stratified_split(Numbers{0, 1}, 1.0, 0); }, Throws<StudyError>());
}

}  // namespace
}  // namespace pegbox

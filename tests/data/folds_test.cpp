#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <set>

#include <gmock/gmock.h>

#include <pegbox/error.hpp>
#include <pegbox/random.hpp>

#include "data/split.hpp"

namespace pegbox {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

using Numbers = std::vector<std::int64_t>;

std::size_t at(std::int64_t position) { return static_cast<std::size_t>(position); }

/// Random numbers below `most`, one for each row.
Numbers drawn(Random& random, std::int64_t rows, std::uint64_t most) {
  Numbers numbers(at(rows));
  for (auto& number : numbers) number = static_cast<std::int64_t>(random.below(most));
  return numbers;
}

/// Each row is validated on once, and trained on in all other folds.
void expect_each_row_once(const std::vector<Split>& splits, std::int64_t rows) {
  std::vector<int> validated(at(rows));
  for (const Split& split : splits) {
    Numbers merged;
    std::merge(split.train.begin(), split.train.end(), split.validation.begin(), split.validation.end(),
               std::back_inserter(merged));
    Numbers all(at(rows));
    std::iota(all.begin(), all.end(), std::int64_t{0});
    EXPECT_EQ(merged, all);
    for (const std::int64_t row : split.validation) ++validated[at(row)];
  }
  for (const int times : validated) EXPECT_EQ(times, 1);
}

/// Of the values that a function has for the folds, the largest less the smallest.
template <class Function>
std::int64_t spread(const std::vector<Split>& splits, const Function& value) {
  std::int64_t low = std::numeric_limits<std::int64_t>::max();
  std::int64_t high = 0;
  for (const Split& split : splits) {
    low = std::min<std::int64_t>(low, value(split));
    high = std::max<std::int64_t>(high, value(split));
  }
  return high - low;
}

std::int64_t count_of(const Split& split, const Numbers& labels, std::int64_t label) {
  return std::ranges::count_if(split.validation, [&](std::int64_t row) { return labels[at(row)] == label; });
}

TEST(Folds, EachRowIsValidatedOnOnceAndSizesDifferByOneAtMost) {
  for (const std::int64_t rows : {2, 3, 7, 10, 97}) {
    for (const int count : {2, 3, 5, 10}) {
      if (rows < count) continue;
      const std::vector<Split> splits = folds({rows}, count, {1});
      ASSERT_EQ(std::ssize(splits), count);
      expect_each_row_once(splits, rows);
      EXPECT_LE(spread(splits, [](const Split& split) { return std::ssize(split.validation); }), 1);
    }
  }
}

TEST(Folds, SizesDifferByOneAtMostInEachClassToo) {
  int seen = 0;
  for (int round = 0; round < 200; ++round) {
    Random random(2, round, "labels");
    const auto rows = static_cast<std::int64_t>(20 + random.below(60));
    const auto classes = static_cast<std::int64_t>(1 + random.below(4));
    const int count = static_cast<int>(2 + random.below(4));
    const Numbers labels = drawn(random, rows, static_cast<std::uint64_t>(classes));
    const auto enough = [&](std::int64_t label) { return std::ranges::count(labels, label) >= count; };
    bool all_enough = true;
    for (std::int64_t label = 0; label < classes; ++label) all_enough = all_enough && enough(label);
    if (!all_enough) continue;
    ++seen;
    const std::vector<Split> splits = folds({rows, labels}, count, {static_cast<std::uint64_t>(round)});
    expect_each_row_once(splits, rows);
    EXPECT_LE(spread(splits, [](const Split& split) { return std::ssize(split.validation); }), 1);
    for (std::int64_t label = 0; label < classes; ++label) {
      EXPECT_LE(spread(splits, [&](const Split& split) { return count_of(split, labels, label); }), 1) << label;
    }
  }
  EXPECT_GT(seen, 100);
}

TEST(Folds, AreAFunctionOfSeedAndRepeat) {
  Numbers labels(60);
  for (std::size_t i = 0; i < labels.size(); ++i) labels[i] = static_cast<std::int64_t>(i % 3);
  const auto first = [&](const SplitKey& key) { return folds({60, labels}, 5, key).front().validation; };
  EXPECT_EQ(first({1, 0}), first({1, 0}));
  EXPECT_NE(first({1, 0}), first({2, 0}));
  EXPECT_NE(first({1, 0}), first({1, 1}));
}

TEST(Folds, ARowIsInEachFoldEquallyOften) {
  constexpr int kDraws = 3000;
  constexpr int kFolds = 3;
  std::vector<int> times(kFolds);
  for (std::uint64_t seed = 0; seed < kDraws; ++seed) {
    const std::vector<Split> splits = folds({10}, kFolds, {seed});
    for (std::size_t fold = 0; fold < splits.size(); ++fold)
      times[fold] += static_cast<int>(std::ranges::count(splits[fold].validation, 7));
  }
  // The first fold has four of ten rows, the others three.
  const double deviation = std::sqrt(kDraws * 0.4 * 0.6);
  EXPECT_NEAR(times[0], kDraws * 0.4, 5 * deviation);
  EXPECT_NEAR(times[1], kDraws * 0.3, 5 * deviation);
  EXPECT_NEAR(times[2], kDraws * 0.3, 5 * deviation);
}

void expect_groups_whole(const std::vector<Split>& splits, const Numbers& groups) {
  for (const Split& split : splits) {
    std::set<std::int64_t> seen;
    for (const std::int64_t row : split.validation) seen.insert(groups[at(row)]);
    for (const std::int64_t row : split.train) EXPECT_FALSE(seen.contains(groups[at(row)]));
  }
}

TEST(Folds, GroupsStayWhole) {
  for (int round = 0; round < 50; ++round) {
    Random random(3, round, "groups");
    const auto rows = static_cast<std::int64_t>(40 + random.below(40));
    const Numbers groups = drawn(random, rows, 15);
    const Numbers labels = drawn(random, rows, 3);
    const std::vector<Split> splits = folds({rows, labels, groups}, 3, {static_cast<std::uint64_t>(round)});
    expect_each_row_once(splits, rows);
    expect_groups_whole(splits, groups);
  }
}

/// By how much the folds miss their share of each class: squares, in parts of the class.
double imbalance(const std::vector<std::map<std::int64_t, double>>& parts,
                 const std::map<std::int64_t, double>& totals) {
  double sum = 0;
  for (const auto& part : parts) {
    for (const auto& [label, total] : totals) {
      const auto has = part.find(label);
      const double off = (has == part.end() ? 0 : has->second / total) - 1.0 / static_cast<double>(parts.size());
      sum += off * off;
    }
  }
  return sum;
}

struct Case {
  Numbers labels, groups;
  std::int64_t rows() const { return std::ssize(labels); }
};

Case random_case(int round) {
  Random random(4, round, "case");
  Case result;
  for (std::int64_t group = 0; group < 7; ++group) {
    const std::uint64_t size = 1 + random.below(5);
    for (std::uint64_t i = 0; i < size; ++i) {
      result.groups.push_back(group);
      result.labels.push_back(static_cast<std::int64_t>(random.below(2)));
    }
  }
  return result;
}

std::map<std::int64_t, double> totals_of(const Case& one) {
  std::map<std::int64_t, double> totals;
  for (const std::int64_t label : one.labels) ++totals[label];
  return totals;
}

/// The least imbalance of all ways to deal seven groups into two folds, and their mean.
std::pair<double, double> by_brute_force(const Case& one) {
  double least = std::numeric_limits<double>::infinity();
  double sum = 0;
  constexpr unsigned kWays = 1U << 7U;
  for (unsigned way = 0; way < kWays; ++way) {
    std::vector<std::map<std::int64_t, double>> parts(2);
    for (std::int64_t row = 0; row < one.rows(); ++row) {
      ++parts[(way >> static_cast<unsigned>(one.groups[at(row)])) & 1U][one.labels[at(row)]];
    }
    const double found = imbalance(parts, totals_of(one));
    least = std::min(least, found);
    sum += found;
  }
  return {least, sum / kWays};
}

TEST(Folds, GroupsAreDealtNearlyAsEvenlyAsTheyCanBe) {
  double excess = 0;
  double by_chance = 0;
  constexpr int kRounds = 200;
  for (int round = 0; round < kRounds; ++round) {
    const Case one = random_case(round);
    const std::vector<Split> splits = folds({one.rows(), one.labels, one.groups}, 2, {1});
    std::vector<std::map<std::int64_t, double>> parts;
    for (const Split& split : splits) {
      parts.emplace_back();
      for (const std::int64_t row : split.validation) ++parts.back()[one.labels[at(row)]];
    }
    const auto [least, mean] = by_brute_force(one);
    const double found = imbalance(parts, totals_of(one));
    EXPECT_GE(found, least - 1e-12);
    EXPECT_LE(found, mean) << "worse than by chance, case " << round;
    excess += found - least;
    by_chance += mean - least;
  }
  EXPECT_LT(excess, 0.15 * by_chance);
}

TEST(Folds, GroupsOfOneClassEachFillAllFolds) {
  const Numbers labels{0, 0, 0, 1, 1, 1, 2, 2, 2};
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const std::vector<Split> splits = folds({9, labels, labels}, 3, {seed});
    for (const Split& split : splits) EXPECT_EQ(split.validation.size(), 3U);
  }
}

TEST(Folds, AsManyGroupsAsFoldsAreOneEachHoweverUnequal) {
  for (int round = 0; round < 50; ++round) {
    Random random(5, round, "groups");
    Numbers groups, labels;
    for (std::int64_t group = 0; group < 5; ++group) {
      const std::uint64_t size = 1 + random.below(group == 0 ? 100 : 5);
      for (std::uint64_t i = 0; i < size; ++i) {
        groups.push_back(group);
        labels.push_back(static_cast<std::int64_t>(random.below(3)));
      }
    }
    for (const Split& split : folds({std::ssize(groups), labels, groups}, 5, {1})) {
      EXPECT_FALSE(split.validation.empty());
    }
  }
}

TEST(HeldOut, GroupsStayWholeNearTheirShare) {
  for (int round = 0; round < 50; ++round) {
    Random random(6, round, "groups");
    const Numbers groups = drawn(random, 200, 40);
    const Numbers labels = drawn(random, 200, 2);
    const Split split = held_out({200, labels, groups}, 0.25, {static_cast<std::uint64_t>(round)});
    expect_groups_whole({split}, groups);
    EXPECT_EQ(split.train.size() + split.validation.size(), 200U);
    EXPECT_NEAR(static_cast<double>(split.validation.size()), 50, 8);
  }
}

TEST(HeldOut, TwoGroupsAreOneEach) {
  const Numbers groups{1, 1, 1, 1, 1, 2};
  for (const double fraction : {0.01, 0.2, 0.5, 0.9, 0.99}) {
    const Split split = held_out({6, {}, groups}, fraction, {1});
    EXPECT_FALSE(split.train.empty()) << fraction;
    EXPECT_FALSE(split.validation.empty()) << fraction;
    expect_groups_whole({split}, groups);
  }
}

TEST(Folds, RefusesWhatCannotBeCut) {
  EXPECT_THAT([] { folds({4}, 5, {1}); },
              ThrowsMessage<StudyError>("the data has 4 rows, fewer than the 5 folds; say fewer 'folds'"));
  const Numbers labels{0, 0, 0, 0, 0, 1, 2, 2, 2, 2, 2};
  const std::vector<std::string> names{"low", "middle", "high"};
  EXPECT_THAT(
      [&] {
        folds({11, labels}, 5, {1}, names);
      },
      ThrowsMessage<StudyError>("class 'middle' has 1 row, fewer than the 5 folds; say fewer 'folds'"));
  EXPECT_THAT([&] { folds({11, labels}, 5, {1}); }, ThrowsMessage<StudyError>(HasSubstr("class '1' has 1 row,")));
  const Numbers one_group(20, 7);
  EXPECT_THAT(
      [&] {
        folds({20, {}, one_group}, 2, {1});
      },
      ThrowsMessage<StudyError>(AllOf(HasSubstr("1 group,"), HasSubstr("fewer than the 2 folds"))));
  EXPECT_THAT(
      [&] {
        held_out({20, {}, one_group}, 0.5, {1});
      },
      ThrowsMessage<StudyError>("all rows are of one group; a split needs at least two groups"));
}

}  // namespace
}  // namespace pegbox

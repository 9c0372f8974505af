#include "boosting.hpp"

#include <algorithm>
#include <utility>

#include <pegbox/random.hpp>

namespace pegbox {
namespace {

constexpr int kFolds = 5;
constexpr int kShallow = 2;       ///< a depth for sums of effects
constexpr int kDeep = 4;          ///< a depth for interactions
constexpr double kRate = 0.1;     ///< how much of what a tree has learned is believed
constexpr double kSampled = 0.6;  ///< part of the trials that one tree learns from
constexpr int kPatience = 30;     ///< trees that may be in vain

/// A function that has not seen one part of the trials.
struct Member {
  Observations observations;  ///< of all trials, with a bin drawn for what is inactive
  std::vector<std::uint32_t> seen, held_out;
  std::vector<double> residuals;  ///< of all trials
  std::vector<Tree> trees;
};

/// Few trials are divided several times, since one division of them is a matter of luck.
int divisions_for(std::size_t trials) { return trials < 100 ? 4 : trials < 400 ? 2 : 1; }

/// Trials are in the order of their targets, so that each part has some of all sizes.
std::vector<Member> divided(const Observations& observations, std::int64_t division, std::uint64_t seed) {
  Random random(seed, division, "importance folds");
  std::vector<Member> members(kFolds);
  std::vector<std::size_t> folds;
  for (std::uint32_t row = 0; row < observations.size(); ++row) {
    if (folds.empty()) {
      folds = {0, 1, 2, 3, 4};
      random.shuffle(folds);
    }
    for (std::size_t i = 0; i < members.size(); ++i) {
      (i == folds.back() ? members[i].held_out : members[i].seen).push_back(row);
    }
    folds.pop_back();
  }
  return members;
}

/// The objective does not depend on what is inactive, so that it is what it is at any place there. Each member has
/// places of its own: what chance makes of them is not the same in all.
Observations drawn(Observations observations, Random random) {
  for (std::size_t i = 0; i < observations.axes.size(); ++i) {
    for (std::uint8_t& bin : observations.bins[i]) {
      if (bin == kInactive) bin = static_cast<std::uint8_t>(observations.axes[i].bin(random.uniform()));
    }
  }
  return observations;
}

/// Begins with the mean of what it has seen.
void begin(Member& member) {
  const Observations& observations = member.observations;
  double sum = 0;
  for (const std::uint32_t row : member.seen) sum += observations.targets[row];
  const double mean = sum / static_cast<double>(member.seen.size());
  member.residuals = observations.targets;
  for (double& residual : member.residuals) residual -= mean;
}

void add_tree(Member& member, const TreeLimits& limits, Random& random) {
  std::vector<std::uint32_t> rows = member.seen;
  random.shuffle(rows);
  const auto sampled = static_cast<std::size_t>(kSampled * static_cast<double>(rows.size()));
  rows.resize(std::max<std::size_t>(sampled, 1));
  const Tree& tree = member.trees.emplace_back(member.observations, member.residuals, std::move(rows), limits);
  for (std::size_t row = 0; row < member.residuals.size(); ++row) {
    member.residuals[row] -= kRate * tree.value(member.observations, row);
  }
}

double held_out_error(const std::vector<Member>& members) {
  double sum = 0;
  for (const Member& member : members) {
    for (const std::uint32_t row : member.held_out) sum += member.residuals[row] * member.residuals[row];
  }
  return sum;
}

/// Trees of this depth on the divisions of the trials.
class Booster {
 public:
  Booster(const Observations& observations, int depth, std::uint64_t seed) : seed_(seed) {
    limits_.depth = depth;
    for (int i = 0; i < divisions_for(observations.size()); ++i) {
      for (Member& member : divided(observations, i, seed)) members_.push_back(std::move(member));
    }
    std::int64_t number = 0;
    for (Member& member : members_) {
      member.observations = drawn(observations, Random(seed, number++, "importance inactive"));
      begin(member);
    }
    first_ = least_ = held_out_error(members_);
  }

  void boost(int most_trees) {
    for (int count = 1; count <= most_trees && count - best_ <= kPatience; ++count) {
      Random random(seed_, count, "importance trees");
      for (Member& member : members_) add_tree(member, limits_, random);
      if (const double error = held_out_error(members_); error < least_) {
        least_ = error;
        best_ = count;
      }
    }
  }

  /// Squares of what was not foretold.
  double error() const { return least_; }

  /// Gives all trees away.
  Boosted joined() {
    Boosted result;
    result.scale = kRate / static_cast<double>(members_.size());
    result.explained = 1 - least_ / first_;
    for (Member& member : members_) {
      for (int i = 0; i < best_; ++i) result.trees.push_back(std::move(member.trees[static_cast<std::size_t>(i)]));
    }
    return result;
  }

 private:
  std::uint64_t seed_;
  TreeLimits limits_;
  std::vector<Member> members_;
  double first_ = 0;
  double least_ = 0;
  int best_ = 0;  ///< trees that foretell best
};

}  // namespace

Boosted boosted(const Observations& observations, int most_trees, std::uint64_t seed) {
  Booster shallow(observations, kShallow, seed);
  Booster deep(observations, kDeep, seed);
  shallow.boost(most_trees);
  deep.boost(most_trees);
  return (deep.error() < shallow.error() ? deep : shallow).joined();
}

}  // namespace pegbox

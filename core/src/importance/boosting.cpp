#include "boosting.hpp"

#include <algorithm>
#include <utility>

namespace pegbox {
namespace {

constexpr int kFolds = 5;
constexpr double kRate = 0.08;    ///< how much of what a tree has learned is believed
constexpr double kSampled = 0.6;  ///< part of the trials that one tree learns from
constexpr int kPatience = 30;     ///< trees that may be in vain

/// A function that has not seen one part of the trials.
struct Member {
  std::vector<std::uint32_t> seen, held_out;
  std::vector<double> residuals;  ///< of all trials
  std::vector<Tree> trees;
};

TreeLimits limits_for(std::size_t trials) {
  TreeLimits limits;
  if (trials < 100) limits.depth = 3;
  return limits;
}

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

/// Begins with the mean of what it has seen.
void begin(Member& member, const Observations& observations) {
  double sum = 0;
  for (const std::uint32_t row : member.seen) sum += observations.targets[row];
  const double mean = sum / static_cast<double>(member.seen.size());
  member.residuals = observations.targets;
  for (double& residual : member.residuals) residual -= mean;
}

void add_tree(Member& member, const Observations& observations, const TreeLimits& limits, Random& random) {
  std::vector<std::uint32_t> rows = member.seen;
  random.shuffle(rows);
  const auto sampled = static_cast<std::size_t>(kSampled * static_cast<double>(rows.size()));
  rows.resize(std::max<std::size_t>(sampled, 1));
  const Tree& tree = member.trees.emplace_back(observations, member.residuals, std::move(rows), limits, random);
  for (std::size_t row = 0; row < observations.size(); ++row) {
    member.residuals[row] -= kRate * tree.value(observations, row);
  }
}

double held_out_error(const std::vector<Member>& members) {
  double sum = 0;
  for (const Member& member : members) {
    for (const std::uint32_t row : member.held_out) sum += member.residuals[row] * member.residuals[row];
  }
  return sum;
}

Boosted joined(std::vector<Member> members, std::size_t trees) {
  Boosted result;
  result.scale = kRate / static_cast<double>(members.size());
  for (Member& member : members) {
    for (std::size_t i = 0; i < trees; ++i) result.trees.push_back(std::move(member.trees[i]));
  }
  return result;
}

}  // namespace

Boosted boosted(const Observations& observations, int most_trees, std::uint64_t seed) {
  std::vector<Member> members;
  for (int i = 0; i < divisions_for(observations.size()); ++i) {
    for (Member& member : divided(observations, i, seed)) members.push_back(std::move(member));
  }
  for (Member& member : members) begin(member, observations);
  const TreeLimits limits = limits_for(observations.size());
  const double first = held_out_error(members);
  double least = first;
  int best = 0;
  for (int count = 1; count <= most_trees && count - best <= kPatience; ++count) {
    Random random(seed, count, "importance trees");
    for (Member& member : members) add_tree(member, observations, limits, random);
    if (const double error = held_out_error(members); error < least) {
      least = error;
      best = count;
    }
  }
  Boosted result = joined(std::move(members), static_cast<std::size_t>(best));
  result.explained = 1 - least / first;
  return result;
}

}  // namespace pegbox

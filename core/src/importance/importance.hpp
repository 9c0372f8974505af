#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <pegbox/space.hpp>
#include <pegbox/trial.hpp>

namespace pegbox {

/// How much of the objective's variance one hyperparameter makes on its own, whatever the others are.
struct Importance {
  std::string name;
  double share;  ///< 0 … 1
};

/// How much two hyperparameters make together beyond what each makes on its own: their interaction. `first` comes
/// first in the space.
struct PairImportance {
  std::string first, second;
  double share;  ///< 0 … 1
};

struct ImportanceOptions {
  std::uint64_t seed = 0;
  std::size_t position = 0;  ///< of the objective among a trial's values
  int trees = 400;           ///< most that each part of the forest has; how many are best is found out
  bool pairs = true;         ///< whether pairs are asked for
  int most_trials = 5'000;   ///< of more trials so many are drawn, so that it stays a matter of seconds
};

/// The largest first, equals in the order of the space. What singles and pairs leave of 1 are interactions of three
/// and more. All shares are 0 where no hyperparameter helps to foretell the objective.
struct Importances {
  std::vector<Importance> single;
  std::vector<PairImportance> pairs;  ///< each pair once
  int trials = 0;                     ///< that it rests on
  int usable = 0;                     ///< that it could have rested on: more where trials were drawn

  /// How much of the variance of trials that they had not seen the trees foretell, 0 … 1. Where it is low, the trials
  /// are too few or the objective is mostly noise, and shares tell little.
  double explained = 0;
};

/// Fewest trials that importances are computed from.
constexpr int kFewestTrials = 10;

/// Functional analysis of variance, fANOVA (F. Hutter, H. Hoos, K. Leyton-Brown, "An efficient approach for assessing
/// hyperparameter importance", ICML 2014): trees learn the objective as a function on the unit cube (`SearchSpace`),
/// and the variance of that function over the whole cube, all points alike, is divided among hyperparameters and pairs
/// of them. So shares are about the space and not about the trials, which may lie anywhere, and noise belongs to
/// nobody.
///
/// Where a hyperparameter is inactive, the function on the cube is constant along its coordinate, as `decode` does not
/// look at it. So the share of a hyperparameter that is active in a small part of the space is small, and it interacts
/// with those that decide on its being active.
///
/// A forest whose leaves are means shrinks shares, so here trees are boosted (J. Friedman, "Stochastic gradient
/// boosting", 2002), and the number of trees is that which foretells trials best that were held out. Shares of one
/// hyperparameter and of two are computed from the leaves without sampling; what is left by 2,048 points of a Sobol
/// sequence.
///
/// Counts trials that are complete, fit the space and have a finite value of the objective: one that was pruned has
/// the value of a shorter training. The order of `trials` has no influence. Throws `StudyError` where fewer than
/// `kFewestTrials` trials count, or all have the same value.
Importances importances(const SearchSpace& space, const std::vector<const Trial*>& trials, const Objective& objective,
                        const ImportanceOptions& options);

}  // namespace pegbox

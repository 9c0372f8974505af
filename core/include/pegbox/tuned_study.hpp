#pragma once

#include <deque>
#include <string>
#include <vector>

#include <pegbox/ending.hpp>
#include <pegbox/space.hpp>
#include <pegbox/trial.hpp>

namespace pegbox {

/// A study that has run, or stopped on the way.
struct TunedStudy {
  std::string name;
  SearchSpace space;
  std::vector<Objective> objectives;
  std::deque<Trial> trials;  ///< by number, without gaps, those of earlier runs too; of each the last report alone
  Ending ending = Ending::trials;
  std::string fault;  ///< what the strategy did wrong, or which device was lost; empty where neither

  /// The best complete trial by the first objective, of equals the one with the lower number; null where no trial is
  /// complete. Pruned and failed trials do not count.
  const Trial* best() const;

  /// The complete trials that no other one beats in every objective, by number.
  std::vector<const Trial*> pareto_front() const;
};

}  // namespace pegbox

#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include <pegbox/space.hpp>
#include <pegbox/trial.hpp>

#include "history.hpp"

namespace pegbox {

using Duration = std::chrono::duration<double>;

/// How strictly the strategy's view of the study is kept apart from timing.
enum class Order {
  dispatch,  ///< results are told in the order in which their moves were made: the same study on any number of workers
  arrival    ///< results are told as they come in: least idling, not reproducible
};

/// What a study runs through, and its limits. Whichever limit is reached first ends the study.
struct Plan {
  SearchSpace space;
  std::vector<Objective> objectives;
  Budget epochs = 1;
  std::optional<int> trials;
  std::optional<Budget> total_epochs;
  std::vector<Params> first;  ///< whole points that are tried before the strategy is asked
  std::uint64_t seed = 0;
  int jobs = 1;
  int window = 1;  ///< most moves made and not yet told, in `Order::dispatch`; in `Order::arrival` that is `jobs`
  Order order = Order::dispatch;
  int max_failures = 3;  ///< consecutive failed trials, in the order of telling
  std::optional<Duration> timeout;
  std::optional<Duration> trial_timeout;
  History history;  ///< of a study that goes on; may be empty
  Queue queue;      ///< its functions may be empty
};

}  // namespace pegbox

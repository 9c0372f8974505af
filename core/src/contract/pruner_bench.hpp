#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "contract_check.hpp"

namespace pegbox {

/// What a pruner is asked: whether the running trial may go on.
struct Question {
  std::string name;
  Trial running;
  std::shared_ptr<const std::vector<Trial>> told;  ///< shared, since many questions have the same
};

/// Changes what trials measure.
using Measured = std::function<double(double value)>;

/// Questions after histories of every sort: empty, of failed trials, of one, of equal ones, and mixed with what was
/// resumed and what other programs left; at few and many epochs, for trials that are better and worse than others.
/// Values of the objective are multiples of 1/1024 between -1 and 1 before they are changed.
std::vector<Question> questions(const Objective& objective, Budget epochs, const Measured& measured);
std::vector<Question> questions(const Objective& objective, Budget epochs);

/// The answers in the order of the questions: `goes on`, `is stopped`, or what the pruner threw.
std::vector<std::string> answers(const Pruner& pruner, const std::vector<Question>& questions);

/// A study that a pruner is tried on: one objective, 27 epochs, and the default settings, or others where it refuses
/// these.
struct PrunerBench {
  explicit PrunerBench(const PrunerPlugin& tried);

  /// A new pruner, or none where it refuses the study; `refusal` then has its words.
  std::unique_ptr<Pruner> pruner();

  const PrunerPlugin& plugin;
  PrunerContext context;
  std::string refusal;  ///< the last one; also why it needs other settings
};

}  // namespace pegbox

#include "pruner_bench.hpp"

#include <algorithm>
#include <limits>

#include <pegbox/error.hpp>
#include <pegbox/random.hpp>

#include "setting_values.hpp"

namespace pegbox {
namespace {

/// The larger, the worse.
constexpr int kWorst = 1024;

constexpr Budget kNever = std::numeric_limits<Budget>::max();

/// Makes trials that learn: the loss falls as epochs pass, towards one of the trial's own.
class Maker {
 public:
  Maker(const Objective& objective, Budget epochs, const Measured& measured)
      : objective_(objective), epochs_(epochs), measured_(measured) {}

  /// It learns nothing any more after the epoch `stalls`.
  Trial trial(int number, State state, Budget epochs, int quality, Budget stalls = kNever) const {
    Trial trial;
    trial.number = number;
    trial.state = state;
    trial.until = epochs_;
    for (Budget epoch = 1; epoch <= epochs; ++epoch) {
      const Budget to_learn = kWorst / std::min(epoch, stalls);
      const double loss = static_cast<double>(quality + to_learn - kWorst) / kWorst;
      const double value = measured_(objective_.cost(loss));
      trial.reports.push_back({epoch, {{objective_.metric, value}, {"another", 0.5}}});
      if (state != State::failed) trial.values = {value};
    }
    return trial;
  }

  Trial trial(int number, State state, Budget epochs) const {
    return trial(number, state, epochs, static_cast<int>(Random(1, number, "contract").below(kWorst + 1)));
  }

  std::vector<Trial> complete(int count) const {
    std::vector<Trial> told;
    for (int number = 0; number < count; ++number) told.push_back(trial(number, State::complete, epochs_));
    return told;
  }

  std::vector<Trial> failed() const {
    std::vector<Trial> told;
    for (int number = 0; number < 8; ++number) told.push_back(trial(number, State::failed, number % 2));
    return told;
  }

  std::vector<Trial> equal() const {
    std::vector<Trial> told;
    for (int number = 0; number < 8; ++number) told.push_back(trial(number, State::complete, epochs_, kWorst / 2));
    return told;
  }

  std::vector<Trial> of_every_sort() const {
    constexpr int kOfEach = 5;
    const Budget third = (epochs_ + 2) / 3;
    std::vector<Trial> told;
    for (int number = 0; number < 7 * kOfEach; number += 7) {
      told.push_back(trial(number, State::complete, epochs_));
      told.push_back(trial(number + 1, State::pruned, third));
      told.push_back(trial(number + 2, State::paused, third));
      told.push_back(trial(number + 3, State::failed, 0));
      told.push_back(trial(number + 4, State::paused, third));
      told.push_back(trial(number + 4, State::complete, epochs_));  // it was resumed
      told.push_back(trial(number + 5, State::complete, 1));        // of other programs, as the next one
      told.push_back(trial(number + 6, State::pruned, 0));
    }
    return told;
  }

 private:
  const Objective& objective_;
  Budget epochs_;
  const Measured& measured_;
};

std::string answer(const Pruner& pruner, const Question& question) {
  std::vector<const Trial*> told;
  for (const Trial& trial : *question.told) told.push_back(&trial);
  try {
    return pruner.keep(question.running, told) ? "goes on" : "is stopped";
  } catch (const std::exception& error) {
    return std::string("threw: ") + error.what();
  } catch (...) {
    return "threw something that is not an exception";
  }
}

}  // namespace

std::vector<Question> questions(const Objective& objective, Budget epochs, const Measured& measured) {
  const Maker maker(objective, epochs, measured);
  const std::vector<std::pair<std::string, std::vector<Trial>>> histories = {
      {"nothing told", {}},
      {"failed trials", maker.failed()},
      {"one trial", maker.complete(1)},
      {"complete trials", maker.complete(20)},
      {"equal trials", maker.equal()},
      {"trials of every sort", maker.of_every_sort()}};
  std::vector<Question> all;
  for (const auto& [name, trials] : histories) {
    const auto told = std::make_shared<const std::vector<Trial>>(trials);
    for (const Budget epoch : {1, 2, 3, 9, 26}) {
      if (epoch >= epochs) break;
      const std::string where = name + ", epoch " + std::to_string(epoch) + ", ";
      for (const int quality : {0, kWorst / 2, kWorst}) {
        const std::string which = where + "quality " + std::to_string(quality);
        all.push_back({which, maker.trial(1000, State::running, epoch, quality), told});
      }
      all.push_back({where + "stalled", maker.trial(1000, State::running, epoch, kWorst / 2, 2), told});
      // Trial 2 is one that was paused.
      all.push_back({where + "resumed", maker.trial(2, State::running, epoch), told});
    }
  }
  return all;
}

std::vector<Question> questions(const Objective& objective, Budget epochs) {
  return questions(objective, epochs, [](double value) { return value; });
}

std::vector<std::string> answers(const Pruner& pruner, const std::vector<Question>& questions) {
  std::vector<std::string> all;
  for (const Question& question : questions) all.push_back(answer(pruner, question));
  return all;
}

PrunerBench::PrunerBench(const PrunerPlugin& tried) : plugin(tried) {
  context.objectives = {{"loss"}};
  context.epochs = 27;
  context.settings = working_settings(plugin.settings(), [this](const Settings& settings) {
    context.settings = settings;
    return pruner() == nullptr;
  });
}

std::unique_ptr<Pruner> PrunerBench::pruner() {
  try {
    return plugin.create(context);
  } catch (const StudyError& error) {
    refusal = error.what();
    return nullptr;
  }
}

}  // namespace pegbox

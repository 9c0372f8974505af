#include <iostream>

#include <pegbox/tuner.hpp>

#include "boosting.hpp"

using namespace pegbox;

/// Tunes gradient boosting: how fast it learns, and how large its trees are. Names a database that keeps the study.
int main(int count, char** words) try {
  const auto learned = friedman_rows(400, 1);
  const auto held_out = friedman_rows(400, 2);

  Tuner tuner;
  tuner.space({{"rate", Real{0.01, 1, /*log=*/true}},
               {"depth", Integer{1, 6}, 3},
               {"least", Integer{1, 50, /*log=*/true}},
               {"sample", Real{0.3, 1}}});
  tuner.minimize("rmse");
  tuner.set("study", "boosting").set("strategy", "tpe").set("pruner", "median");
  tuner.set("trials", "40").set("epochs", "60").set("run.jobs", "2");
  if (count > 1) tuner.set("run.storage", words[1]);
  tuner.on_trial([](const Trial& trial) {
    std::cout << "trial " << trial.number << ' ' << to_string(trial.state) << " after " << trial.epochs() << " trees\n";
  });

  const TunedStudy study = tuner.run([&](TrialContext& trial) {
    const auto rate = trial.params().get<double>("rate");
    const auto depth = static_cast<int>(trial.params().get<std::int64_t>("depth"));
    const auto least = static_cast<std::size_t>(trial.params().get<std::int64_t>("least"));
    const auto sample = trial.params().get<double>("sample");
    Boosting boosting(learned, held_out, trial.seed());
    for (Budget epoch = 1; epoch <= trial.until(); ++epoch) {
      boosting.add_tree(rate, depth, least, sample);
      if (!trial.report(epoch, {{"rmse", boosting.rmse()}})) return;
    }
  });

  std::cout << "ended: " << to_string(study.ending) << '\n';
  const Trial* const best = study.best();
  if (best == nullptr) return 1;
  std::cout << "best trial " << best->number << " of " << study.trials.size() << ": rmse " << best->values[0] << '\n';
  for (const auto& [name, value] : best->params) std::cout << "  " << name << ' ' << to_string(value) << '\n';
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}

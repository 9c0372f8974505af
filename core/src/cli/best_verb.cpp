#include <iostream>

#include "best.hpp"
#include "csv.hpp"
#include "result.hpp"
#include "stored_study.hpp"
#include "trial_table.hpp"
#include "verbs.hpp"

namespace pegbox {

ExitCode best_verb(const Options& options) {
  const StoredView view = chosen_view(options);
  const auto best = view.store.storage->best(view.study);
  if (!best) {
    std::cerr << "no trial of study '" << view.study.name << "' has come to its end\n";
    return ExitCode::no_result;
  }
  const auto trials = view.plain_trials();
  const SearchSpace space = stored_space(view.study);
  Studied study{trials, view.study.objectives, space};
  study.learn(stored_definition(view.study));
  if (options.format == Format::csv) {
    std::cout << csv_text(trial_records({*best}, view.study.objectives, space));
  } else {
    std::cout << (options.format == Format::json ? printed(best_json(view.study.name, study)) : best_text(study));
  }
  return ExitCode::done;
}

}  // namespace pegbox

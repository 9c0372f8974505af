#include <iostream>

#include "best.hpp"
#include "result.hpp"
#include "stored_study.hpp"
#include "verbs.hpp"

namespace pegbox {

ExitCode best_verb(const Options& options) {
  const StoredView view = chosen_view(options);
  const auto best = view.store.storage->best(view.study);
  if (!best) {
    std::cerr << "no trial of study '" << view.study.name << "' has come to its end\n";
    return ExitCode::no_result;
  }
  const auto& objectives = view.study.objectives;
  const Divided divided = Divided::of(stored_definition(view.study));
  if (options.format == Format::json) {
    std::cout << printed(best_json(view.study.name, view.plain_trials(), objectives, divided));
  } else {
    std::cout << best_text(view.plain_trials(), objectives, stored_space(view.study), divided);
  }
  return ExitCode::done;
}

}  // namespace pegbox

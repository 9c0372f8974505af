#include <iostream>

#include "csv.hpp"
#include "result.hpp"
#include "stored_study.hpp"
#include "table.hpp"
#include "trial_table.hpp"
#include "verbs.hpp"

namespace pegbox {
namespace {

std::optional<int> best_number(const StoredView& view) {
  const auto best = view.store.storage->best(view.study);
  return best ? std::optional(best->trial.number) : std::nullopt;
}

std::string text_of(const StoredView& view, Format format) {
  const auto trials = view.trials();
  const auto& objectives = view.study.objectives;
  if (format == Format::json) return printed(trials_json(trials, objectives));
  const SearchSpace space = stored_space(view.study);
  if (format == Format::csv) return csv_text(trial_records(trials, objectives, space));
  return table(trial_table(trials, objectives, space, best_number(view)));
}

}  // namespace

ExitCode trials_verb(const Options& options) {
  std::cout << text_of(chosen_view(options), options.format);
  return ExitCode::done;
}

}  // namespace pegbox

#include <algorithm>
#include <cmath>
#include <iostream>
#include <unistd.h>

#include <pegbox/error.hpp>

#include "output.hpp"
#include "product_json.hpp"
#include "product_setup.hpp"
#include "short_number.hpp"
#include "signals.hpp"
#include "tuner/named_data.hpp"
#include "tuner/study_trainer.hpp"
#include "usage_error.hpp"
#include "verbs.hpp"

namespace pegbox {
namespace {

namespace fs = std::filesystem;

/// The trial that was asked for, or the best.
std::optional<Trial> chosen_trial(const StoredView& view, const std::optional<int>& number) {
  const auto found = number ? view.store.storage->trial(view.study, *number) : view.store.storage->best(view.study);
  if (found && !found->trial.reports.empty()) return found->trial;
  if (!number) return {};
  throw StudyError("trial " + std::to_string(*number) + " of study '" + view.study.name +
                   (found ? "' has not trained an epoch" : "' is not there") + "; 'pegbox trials' lists them");
}

/// As long as the trial was trained: to its best epoch where it went back to that.
Budget epochs_of(const Trial& trial) {
  const Metrics& metrics = trial.reports.back().metrics;
  const auto best = metrics.find("best_epoch");
  return best == metrics.end() ? trial.epochs() : std::max<Budget>(1, std::lround(best->second));
}

/// Where the network goes, and its description: `digits.pt` and `digits.json`, `net` and `net.json`.
struct Places {
  fs::path network;
  fs::path description;
};

Places places_of(const std::string& study, const fs::path& output) {
  const std::string ending = ".pt";
  const std::string name = output.empty() ? name_of_file(study, ending) : output.string();
  const std::string stem = name.ends_with(ending) ? name.substr(0, name.size() - ending.size()) : name;
  return {name, stem + ".json"};
}

/// Before time is spent on training.
void check_place(const fs::path& file) {
  const auto refuse = [&](const std::string& why) { throw UsageError("--output '" + file.string() + "': " + why); };
  std::error_code error;
  if (fs::exists(file, error) && !fs::is_regular_file(file, error)) refuse("there is something that is no file");
  const fs::path folder = file.has_parent_path() ? file.parent_path() : ".";
  if (!fs::is_directory(folder, error)) refuse("there is no folder " + folder.string());
  if (access(folder.c_str(), W_OK) != 0) refuse("the folder " + folder.string() + " cannot be written to");
}

void announce(const StoredView& view, const Setup& setup, const Trial& trial, const std::string& device) {
  const Json then = definition_to_train(view.study).at("data");
  const Json now = data_json(setup.study.data, setup.data);
  if (then.is_object() && now.is_object() && then.value("hash", "") != now.value("hash", "")) {
    std::cerr << "note: the data has changed since the study was run\n";
  }
  if (trial.from) {
    std::cerr << "note: trial " << trial.number << " went on with the weights of trial " << *trial.from
              << "; here it is trained from the beginning\n";
  }
  std::cerr << "training trial " << trial.number << " of study '" << view.study.name << "' on all data for "
            << trial.until << " epochs on " << device << '\n';
}

/// Nothing where it was interrupted.
std::optional<Product> produced(Trainer& trainer, const Trial& trial, const std::atomic<bool>& stop) {
  try {
    Product product = trainer.produce(trial, [&](const Report& /*report*/) { return !stop.load(); });
    if (!stop.load()) return product;
  } catch (const StudyError&) {
    if (!stop.load()) throw;  // a loop that is stopped early may have nothing to give
  }
  return {};
}

std::string summary_text(const Trial& trial, const Product& product, const Places& places) {
  std::string text =
      "trial " + std::to_string(trial.number) + " trained for " + std::to_string(trial.until) + " epochs";
  if (product.rows > 0) text += " on " + std::to_string(product.rows) + " rows";
  for (const auto& [name, value] : product.metrics) text += ", " + name + ' ' + short_number(value);
  return text + "\nnetwork:     " + places.network.string() + "\ndescription: " + places.description.string() + '\n';
}

}  // namespace

ExitCode train_verb(const Options& options) {
  const StoredView view = chosen_view(options);
  definition_to_train(view.study);
  std::optional<Trial> trial = chosen_trial(view, options.trial);
  if (!trial) {
    std::cerr << "no trial of study '" << view.study.name << "' has come to its end\n";
    return ExitCode::no_result;
  }
  const Places places = places_of(view.study.name, options.output);
  for (const fs::path& file : {places.network, places.description}) check_place(file);
  trial->until = options.epochs.value_or(epochs_of(*trial));
  const std::atomic<bool>& stop = stop_at_signal();
  const Setup setup = product_setup(view, *trial, options);
  const auto trainer = make_study_trainer(setup, {});
  announce(view, setup, *trial, trainer->summary().device);
  const std::optional<Product> product = produced(*trainer, *trial, stop);
  if (!product) {
    std::cerr << "interrupted; nothing was written\n";
    return ExitCode::interrupted;
  }
  const std::string description = printed(product_json(setup, view.study.name, *trial, *product));
  write_outputs({{places.network, product->bytes}, {places.description, description}});
  std::cout << (options.format == Format::json ? description : summary_text(*trial, *product, places));
  return ExitCode::done;
}

}  // namespace pegbox

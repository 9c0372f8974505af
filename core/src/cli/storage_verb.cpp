#include <iostream>

#include "stored_study.hpp"
#include "usage_error.hpp"
#include "verbs.hpp"

namespace pegbox {
namespace {

struct Checked {
  std::filesystem::path file;
  std::vector<std::string> faults;
  std::vector<StoredStudy> studies;
  std::vector<std::map<State, int>> counts;  ///< of each study
};

Checked check(const OpenStore& store) {
  Checked checked{store.file, store.storage->faults(), {}, {}};
  try {
    for (StoredStudy& study : store.storage->studies()) {
      checked.counts.push_back(view_of(store, study).counts());
      checked.studies.push_back(std::move(study));
    }
  } catch (const StoreError& error) {
    // What is damaged cannot always be read; where nothing else was said this is the fault.
    if (checked.faults.empty()) checked.faults.emplace_back(error.what());
  }
  return checked;
}

Json checked_json(const Checked& checked) {
  Json json{{"storage", checked.file.string()},
            {"ok", checked.faults.empty()},
            {"faults", checked.faults},
            {"studies", Json::array()}};
  for (std::size_t i = 0; i < checked.studies.size(); ++i) {
    Json states = Json::object();
    for (const auto& [state, count] : checked.counts[i]) states[std::string(to_string(state))] = count;
    json["studies"].push_back({{"study", checked.studies[i].name}, {"states", std::move(states)}});
  }
  return json;
}

std::string counted(std::size_t count, const char* one, const char* many) {
  return std::to_string(count) + ' ' + (count == 1 ? one : many);
}

std::string checked_text(const Checked& checked) {
  std::string text;
  for (const std::string& fault : checked.faults) text += fault + '\n';
  if (!text.empty()) return text;
  std::size_t trials = 0;
  for (const auto& states : checked.counts) {
    for (const auto& [state, count] : states) trials += static_cast<std::size_t>(count);
  }
  return checked.file.string() + ": ok, " + counted(checked.studies.size(), "study", "studies") + ", " +
         counted(trials, "trial", "trials") + '\n';
}

}  // namespace

ExitCode storage_verb(const Options& options) {
  if (options.arguments.empty() || options.arguments.front() != "check") {
    throw UsageError("it must be 'storage check [STUDY.yaml]'");
  }
  Options named = options;
  named.arguments.erase(named.arguments.begin());
  const Checked checked = check(open_store(named));
  std::cout << (options.format == Format::json ? printed(checked_json(checked)) : checked_text(checked));
  return checked.faults.empty() ? ExitCode::done : ExitCode::storage;
}

}  // namespace pegbox

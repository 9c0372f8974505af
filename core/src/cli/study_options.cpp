#include "study_options.hpp"

#include <cctype>

#include "study/study_schema.hpp"
#include "study_reference.hpp"

namespace pegbox {
namespace {

/// Told as the key is that it stands for.
StudyOption stands_for(std::string name, std::string path, std::string value) {
  std::string text = key_text(key_at(path));
  return {std::move(name), std::move(path), std::move(value), std::move(text)};
}

}  // namespace

const std::vector<StudyOption>& study_options() {
  static const std::vector<StudyOption> options{
      stands_for("study", "study", "NAME"),
      stands_for("model", "model", "NAME"),
      {"data", "data", "NAME", "bundled data (digits, mnist1d, diabetes), or a CSV file"},
      stands_for("target", "data.target", "COLUMN"),
      stands_for("strategy", "strategy", "NAME"),
      stands_for("pruner", "pruner", "NAME"),
      stands_for("trials", "trials", "N"),
      stands_for("epochs", "epochs", "N"),
      stands_for("total-epochs", "total_epochs", "N"),
      stands_for("validation", "validation", "PART"),
      stands_for("folds", "folds", "K"),
      stands_for("repeats", "repeats", "N"),
      stands_for("test", "test", "PART"),
      stands_for("seed", "seed", "N"),
      stands_for("window", "window", "N"),
      stands_for("order", "order", "ORDER"),
      stands_for("storage", "run.storage", "FILE"),
      stands_for("tensorboard", "run.tensorboard", "DIR"),
      stands_for("jobs", "run.jobs", "N"),
      stands_for("device", "run.device", "DEVICE"),
      stands_for("per-device", "run.per_device", "N"),
      stands_for("trial-memory", "run.trial_memory", "SIZE"),
      stands_for("timeout", "run.timeout", "TIME"),
      stands_for("trial-timeout", "run.trial_timeout", "TIME"),
      stands_for("max-failures", "run.max_failures", "N"),
      stands_for("checkpoint-epochs", "run.checkpoint_epochs", "N"),
      stands_for("checkpoint-interval", "run.checkpoint_interval", "TIME"),
      stands_for("paused-memory", "run.paused_memory", "SIZE"),
      stands_for("busy-timeout", "run.busy_timeout", "TIME")};
  return options;
}

std::string environment_name(const StudyOption& option) {
  std::string name = "PEGBOX_";
  for (const char letter : option.name) {
    name += letter == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
  }
  return name;
}

}  // namespace pegbox

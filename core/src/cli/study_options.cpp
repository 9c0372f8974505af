#include "study_options.hpp"

#include <cctype>

namespace pegbox {

const std::vector<StudyOption>& study_options() {
  static const std::vector<StudyOption> options{
      {"study", "study", "NAME", "name of the study; by default that of the file"},
      {"model", "model", "NAME", "model plug-in, or a path to one"},
      {"data", "data", "NAME", "bundled data (digits, mnist1d, diabetes), or a CSV file"},
      {"target", "data.target", "COLUMN", "the column of the CSV file to predict"},
      {"strategy", "strategy", "NAME", "strategy plug-in, or a path to one; default auto"},
      {"pruner", "pruner", "NAME", "pruner plug-in, a path to one, or none"},
      {"trials", "trials", "N", "most trials; default 50 where nothing else limits the study"},
      {"epochs", "epochs", "N", "largest budget of one trial; default 20"},
      {"total-epochs", "total_epochs", "N", "most epochs of all trials together"},
      {"validation", "validation", "PART", "part of the data that is held out; default 0.2"},
      {"folds", "folds", "K", "cross-validation: a trial is K fits; default 1"},
      {"repeats", "repeats", "N", "times that a trial is trained, rows divided anew; default 1"},
      {"test", "test", "PART", "part of the data that no trial sees, to measure the best on"},
      {"seed", "seed", "N", "of everything random; default 0"},
      {"window", "window", "N", "moves the strategy makes ahead of results; default max(4, 2 x jobs)"},
      {"order", "order", "ORDER", "dispatch (reproducible, default) or arrival"},
      {"storage", "run.storage", "FILE", "the database that the study is kept in, and goes on from"},
      {"tensorboard", "run.tensorboard", "DIR", "writes each trial for TensorBoard into a folder in DIR"},
      {"jobs", "run.jobs", "N", "trials at once; default one a processor"},
      {"device", "run.device", "DEVICE", "auto, cpu, cuda, cuda:N or all"},
      {"per-device", "run.per_device", "N", "trials at once on one GPU; default 1"},
      {"trial-memory", "run.trial_memory", "SIZE", "fails a trial that would need more memory on the processor"},
      {"timeout", "run.timeout", "TIME", "ends the study: 90s, 10m, 2h"},
      {"trial-timeout", "run.trial_timeout", "TIME", "fails a trial that takes longer"},
      {"max-failures", "run.max_failures", "N", "failed trials in a row that end the study; default 3"},
      {"checkpoint-epochs", "run.checkpoint_epochs", "N", "saves a running trial each N epochs too"},
      {"checkpoint-interval", "run.checkpoint_interval", "TIME", "saves a running trial so often; default 60s"},
      {"paused-memory", "run.paused_memory", "SIZE", "memory for networks of paused trials; default 1GB"},
      {"busy-timeout", "run.busy_timeout", "TIME", "waits so long for a database that others use; default 60s"}};
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

#pragma once

#include <string>
#include <vector>

namespace pegbox {

/// An option of `run` and `validate` that stands for a key of the study file; the environment has it as PEGBOX_NAME.
struct StudyOption {
  std::string name;   ///< `trial-timeout`
  std::string path;   ///< `run.trial_timeout`
  std::string value;  ///< what it takes, for the help text
  std::string text;
};

const std::vector<StudyOption>& study_options();

/// `PEGBOX_TRIAL_TIMEOUT` for `trial-timeout`.
std::string environment_name(const StudyOption& option);

}  // namespace pegbox

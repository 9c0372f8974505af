#pragma once

#include "options.hpp"
#include "study/study.hpp"

namespace pegbox {

/// The study that the options describe: file, environment, command line. Throws `StudyError`.
Study described_study(const Options& options, TrainedBy by = TrainedBy::model);

}  // namespace pegbox

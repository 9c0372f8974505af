#pragma once

#include "exit_code.hpp"
#include "options.hpp"

namespace pegbox {

/// Each verb reads its options, writes results to standard output and all else to standard error.
ExitCode run_verb(const Options& options);
ExitCode validate_verb(const Options& options);
ExitCode plugins_verb(const Options& options);
ExitCode doctor_verb(const Options& options);
ExitCode version_verb(const Options& options);
ExitCode help_verb(const Options& options);

}  // namespace pegbox

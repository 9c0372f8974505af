#pragma once

#include "exit_code.hpp"
#include "options.hpp"

namespace pegbox {

/// Each verb reads its options, writes results to standard output and all else to standard error.
ExitCode run_verb(const Options& options);
ExitCode validate_verb(const Options& options);
ExitCode status_verb(const Options& options);
ExitCode best_verb(const Options& options);
ExitCode trials_verb(const Options& options);
ExitCode show_verb(const Options& options);
ExitCode export_verb(const Options& options);
ExitCode report_verb(const Options& options);
ExitCode train_verb(const Options& options);
ExitCode enqueue_verb(const Options& options);
ExitCode rm_verb(const Options& options);
ExitCode storage_verb(const Options& options);
ExitCode ask_tell_verb(const Options& options);
ExitCode plugins_verb(const Options& options);
ExitCode doctor_verb(const Options& options);
ExitCode version_verb(const Options& options);
ExitCode help_verb(const Options& options);

}  // namespace pegbox

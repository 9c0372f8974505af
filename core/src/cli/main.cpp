#include <csignal>
#include <exception>
#include <functional>
#include <iostream>
#include <map>
#include <poll.h>
#include <string>
#include <unistd.h>
#include <vector>

#include <pegbox/error.hpp>
#include <pegbox/store_error.hpp>

#include "catalog/catalog.hpp"
#include "usage_error.hpp"
#include "verbs.hpp"

namespace {

using pegbox::ExitCode;
using pegbox::Options;

ExitCode dispatch(const Options& options) {
  static const std::map<std::string, ExitCode (*)(const Options&)> verbs{{"run", &pegbox::run_verb},
                                                                         {"validate", &pegbox::validate_verb},
                                                                         {"status", &pegbox::status_verb},
                                                                         {"best", &pegbox::best_verb},
                                                                         {"trials", &pegbox::trials_verb},
                                                                         {"show", &pegbox::show_verb},
                                                                         {"importance", &pegbox::importance_verb},
                                                                         {"report", &pegbox::report_verb},
                                                                         {"export", &pegbox::export_verb},
                                                                         {"train", &pegbox::train_verb},
                                                                         {"enqueue", &pegbox::enqueue_verb},
                                                                         {"rm", &pegbox::rm_verb},
                                                                         {"storage", &pegbox::storage_verb},
                                                                         {"ask-tell", &pegbox::ask_tell_verb},
                                                                         {"new", &pegbox::new_verb},
                                                                         {"plugins", &pegbox::plugins_verb},
                                                                         {"completion", &pegbox::completion_verb},
                                                                         {"doctor", &pegbox::doctor_verb},
                                                                         {"version", &pegbox::version_verb},
                                                                         {"help", &pegbox::help_verb}};
  return verbs.at(options.verb)(options);
}

ExitCode failed(ExitCode code, const std::string& message) {
  std::cerr << "pegbox: " << message << '\n';
  return code;
}

/// Whether standard output is a pipe that nobody reads any more (`| head`): no failure of ours, as a full disk is.
bool reader_gone() {
  pollfd output{STDOUT_FILENO, POLLOUT, 0};
  return poll(&output, 1, 0) == 1 && (output.revents & POLLERR) != 0;
}

ExitCode guarded(const std::vector<std::string>& arguments) {
  try {
    const ExitCode code = dispatch(pegbox::parse_options(arguments));
    if (!std::cout.flush() && !reader_gone()) return failed(ExitCode::failure, "standard output cannot be written");
    return code;
  } catch (const pegbox::UsageError& error) {
    return failed(ExitCode::usage, std::string(error.what()) + "\nTry 'pegbox help'.");
  } catch (const pegbox::StudyError& error) {
    return failed(ExitCode::usage, error.what());
  } catch (const pegbox::StoreError& error) {
    return failed(ExitCode::storage, error.what());
  } catch (const pegbox::PluginError& error) {
    return failed(ExitCode::plugin, error.what());
  } catch (const std::exception& error) {
    return failed(ExitCode::failure, error.what());
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  return static_cast<int>(guarded({argv + 1, argv + argc}));
}

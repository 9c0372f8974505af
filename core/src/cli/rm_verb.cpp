#include <filesystem>
#include <iostream>
#include <unistd.h>

#include "store/study_lock.hpp"
#include "stored_study.hpp"
#include "usage_error.hpp"
#include "verbs.hpp"

namespace pegbox {
namespace {

bool confirmed(const std::string& question) {
  if (isatty(STDIN_FILENO) == 0) throw UsageError("nobody can be asked here whether to " + question + "; say --yes");
  std::cerr << question << "? [y/N] " << std::flush;
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "Y" || answer == "yes";
}

/// What lies beside the database; a study that pegbox never ran has nothing there.
void remove_files(const OpenStore& store, const StoredStudy& study) {
  if (study.token.empty()) return;
  const auto folder = side_folder(store.file);
  std::filesystem::remove_all(folder / ("checkpoints-" + study.token));
  std::filesystem::remove(folder / ("crash-" + study.token));
}

}  // namespace

ExitCode rm_verb(const Options& options) {
  const OpenStore store = open_store(options);
  const StoredStudy study = chosen_study(store);
  const StudyLock lock(store.file, study);
  const std::string count = std::to_string(store.storage->trials(study).size());
  const std::string whole = "study '" + study.name + "' with " + count + " trials from " + store.file.string();
  if (!options.yes && !confirmed("remove " + whole)) {
    std::cerr << "nothing was removed\n";
    return ExitCode::done;
  }
  // The database first: without its study nobody needs the files.
  store.storage->remove(study);
  remove_files(store, study);
  if (options.format == Format::json) {
    std::cout << printed({{"study", study.name}, {"removed", true}});
  } else {
    std::cout << "removed " << whole << '\n';
  }
  return ExitCode::done;
}

}  // namespace pegbox
